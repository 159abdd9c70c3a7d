"""One company round from before its entry to its awards: the database kept at each moment of its life.

The acts between the moments are those of the services, so that each frame is a state that really occurs.
`NAME-F` stands in what the list publishes, `SECRET-F` in what only those concerned may read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from cp_circles.app import create_app
from cp_circles.awards.services import give_awards
from cp_circles.db.registry import load_models
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.judging import guards, phases, services
from cp_circles.judging.models import Objection, Round, ScoreSheet
from cp_circles.objections import services as objections_services
from cp_circles.panels import services as panels_services
from cp_circles.people.models import Grant, Role, ScopeKind, SignIn
from cp_circles.people.rules import SYSTEM
from cp_circles.results.models import BlindPage
from cp_circles.scoring.services.sheets import rubric_of
from cp_circles.standings import services as standings_services
from tests.builders import Builders
from tests.clock import MovableClock, held_still
from tests.conftest import NOW
from tests.house.world import picture, signed_in
from tests.judging.world import SPANS
from tests.judging.world import World as JudgingWorld
from tests.settings import settings_for

NAME, SECRET = "NAME-F", "SECRET-F"
READERS = ("department", "leader", "judge", "late_judge", "invitee", "filer", "city_official", "stranger")
HOUR = timedelta(hours=1)


@dataclass
class Film:
    """The application, the frames of its database, and what the addresses of the round are made of."""

    app: Flask
    file: Path
    clock: MovableClock
    storage: LocalStorage
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    frames: dict[str, tuple[Path, datetime]] = field(default_factory=dict)

    @property
    def engine(self) -> Any:
        """The engine of the application."""
        return self.app.extensions["cp_sessions"].engine

    def keep(self, moment: str, now: datetime) -> None:
        """Keep the database as it is at a moment, with everybody just signed in."""
        with self.engine.begin() as connection:
            connection.execute(sa.update(SignIn).values(created_at=now, last_seen_at=now))
        path = self.file.with_name(f"{moment}.db")
        copy(self.file, path)
        self.frames[moment] = path, now

    def show(self, moment: str) -> datetime:
        """Bring the database back to a moment and set the clock to it."""
        path, now = self.frames[moment]
        copy(path, self.file)
        self.clock.moment = now
        return now


def copy(source: Path, target: Path) -> None:
    """A database over another."""
    with sqlite3.connect(source) as from_, sqlite3.connect(target) as to:
        from_.backup(to)
    from_.close()
    to.close()


class Shooting(JudgingWorld):
    """Plays the round and keeps a frame at each moment."""

    def __init__(self, session: Session, film: Film) -> None:
        super().__init__(session, Builders(session, NOW))
        self.film, self.people = film, {name: self.make.person(name=f"{name} {NAME}") for name in READERS}
        self.actors: Callable[[str], Any] = lambda name: self.make.actor(self.people[name])
        self._cast()
        self._set()

    def _cast(self) -> None:
        make, people = self.make, self.people
        make.grant(people["department"], Role.DEPARTMENT, ScopeKind.COMPANY, self.company)
        self.other_city = make.region("city", self.province)
        make.grant(people["city_official"], Role.OFFICIAL, ScopeKind.REGION, self.other_city)
        self.elsewhere = make.company(make.region("county", self.other_city), name=f"别的公司 {NAME}")
        circle = make.circle(self.elsewhere, leader=people["stranger"])
        make.grant(people["stranger"], Role.DEPARTMENT, ScopeKind.COMPANY, self.elsewhere)
        for role in (Role.MEMBER, Role.LEADER):
            make.grant(people["stranger"], role, ScopeKind.CIRCLE, circle)
        make.grant(people["stranger"], Role.JUDGE, ScopeKind.ROUND)
        make.employed(self.company, people["leader"])
        self.somebody = make.person(name="可邀请的人")

    def _set(self) -> None:
        """The round, the one above it that takes up its promoted entries, and one that gives quotas."""
        soon = self.start - timedelta(days=2)
        self.round_ = self.company_round(
            name=f"轮次 {NAME}",
            panel_size=3,
            award_edition_id=self.edition("award_scheme", "one_two_three").id,
        )
        services.announce_round(self.session, actor=SYSTEM, round_=self.round_, now=soon)
        self.giver = self.round_at("city", self.other_city, name=f"给名额的轮次 {NAME}")
        self.below = self.company_round(self.elsewhere, name=f"下级 {NAME}")
        self.start += timedelta(days=26)
        self.upper = self.round_at("city", name="上级轮次")
        self.start -= timedelta(days=26)
        self.give_places(self.round_, 1)
        results = [self._result(place) for place in range(3)]
        self.results, self.free = results[:2], results[2]
        self.judges = {}
        for name in ("invitee", "judge", "late_judge"):
            self.judges[name] = panels_services.invite_judge(
                self.session, actor=SYSTEM, round_=self.round_, person=self.people[name], now=soon
            )
        for name in ("judge", "late_judge"):
            panels_services.accept_invitation(
                self.session, actor=self.actors(name), judge=self.judges[name], now=soon
            )
        self.session.execute(sa.update(Grant).values(since=NOW - timedelta(days=400)))
        for name, person in self.people.items():
            self.film.tokens[name] = signed_in(self.session, person, NOW)[0]

    def _result(self, place: int) -> Any:
        """A frozen result with one file; the first and the last are of the reading leader."""
        number = self.make.number()
        result = self.result(title=f"课题{place} {NAME}")
        circle = result.project.circle
        if place != 1:
            circle.leader.person_id = self.people["leader"].id
            self.make.grant(self.people["leader"], Role.LEADER, ScopeKind.CIRCLE, circle)
        blob = store_blob(
            self.session, self.film.storage, picture(f"{chr(70 + place)}{number}"), "证据.png", NOW
        )
        piece = {
            "title": f"证据 {SECRET}",
            "filename": f"{SECRET}.png",
            "sha256": blob.sha256,
            "size": blob.size,
            "effective_on": "2026-03-02",
        }
        result.package = result.package | {
            "title": f"课题{place} {NAME}", "summary": f"摘要 {SECRET}", "evidence": [piece | {"step": ""}]
        }  # fmt: skip
        page = BlindPage(
            result=result, position=9, label="附件", source_sha256=blob.sha256, page_number=1,
            shown_sha256=blob.sha256, confirmed_at=None if place == 1 else NOW,
        )  # fmt: skip
        self.session.add(page)
        self.session.flush()
        result.film_page = page
        return result

    def play(self) -> None:
        """All moments in their order; the list that is taken back branches off the publicity."""
        self._keep("before", self.start - timedelta(days=1))
        self.entries = [self.entry(self.round_, result, accepted=False) for result in self.results]
        self._keep("entry")
        self._keep("formal_review")
        self._review()
        self._keep("conflict_declaration")
        self._keep("scoring")
        self._hand_in("on_site")
        self._keep("presentation")
        self._hand_in("presentation")
        standings_services.compute_standing(
            self.session, actor=SYSTEM, round_=self.round_, now=self.at("deliberation", 0.1)
        )
        self._keep("deliberation")
        self._keep("late", self.at("publicity"))
        self._publish()
        self._settle()
        self._finish()
        self._take_back()

    def _keep(self, moment: str, now: datetime | None = None) -> None:
        self.giver.published_at, self.giver.finished_at = self.round_.published_at, self.round_.finished_at
        self.session.commit()
        self.film.keep(moment, now or self.at(moment))

    def _review(self) -> None:
        for entry in self.entries:
            services.review_entry(
                self.session, actor=SYSTEM, entry=entry, outcome="accepted", now=self.at("formal_review", 0.9)
            )
        now = self.at("conflict_declaration", 0.1)
        panels_services.declare_conflicts(
            self.session, actor=self.actors("judge"), judge=self.judges["judge"], now=now
        )
        self.spare = [self.judge(self.round_) for _ in range(2)]
        for entry in self.entries:
            for stage in ("on_site", "presentation"):
                panels_services.assign_judge(
                    self.session, actor=SYSTEM, entry=entry, judge=self.judges["judge"], stage=stage, now=now
                )
        self.sheets = {(row.entry_id, row.stage): row for row in self.session.scalars(sa.select(ScoreSheet))}

    def _hand_in(self, stage: str) -> None:
        for place, entry in enumerate(self.entries):
            sheet = self.sheets[entry.id, stage]
            points = {row.key: row.points for row in rubric_of(self.session, sheet).criteria}
            first = next(iter(points))
            points[first] -= place * Decimal(1)
            right = "scoring" if stage == "on_site" else "presentation"
            self.score(sheet, {key: str(value) for key, value in points.items()}, self.at(right, 0.9))

    def _publish(self) -> None:
        published = self.at("publicity", 0.01)
        standings_services.publish_standing(self.session, actor=SYSTEM, round_=self.round_, now=published)
        blob = store_blob(self.session, self.film.storage, picture("Z"), "异议.png", NOW)
        self.objections = [
            objections_services.file_objection(
                self.session, actor=actor, entry=self.entries[0], text=f"{SECRET} 异议的事实说明",
                evidence=blob, evidence_name=f"{SECRET}.png", now=published + HOUR,
            )
            for actor in (self.actors("filer"), self.make.actor())
        ]  # fmt: skip
        self.shown_at = published + 2 * HOUR
        self._mark_ids()
        self._keep("publicity", self.shown_at)

    def _settle(self) -> None:
        for objection in self.objections:
            self._decide(self.session, objection, "none", self.shown_at + HOUR)
        self.session.commit()
        ends_at = self.round_.publicity_ends_at
        assert ends_at is not None
        self._keep("final", ends_at + HOUR)
        last = phases.phases_of(self.round_, guards.rule_of(self.session, self.round_))[-1]
        self._keep("after", last.ends_at + HOUR)

    def _decide(self, session: Session, objection: Objection, effect: str, now: datetime) -> None:
        department = self.actors("department")
        version = objection.version
        objections_services.admit_objection(
            session, actor=department, objection=objection, version=version, now=now
        )
        objections_services.decide_objection(
            session, actor=department, objection=objection, effect=effect, decision="示例理由",
            version=objection.version, now=now,
        )  # fmt: skip

    def _finish(self) -> None:
        now = self.film.frames["final"][1] + HOUR
        standings_services.finish_round(self.session, actor=SYSTEM, round_=self.round_, now=now)
        self._keep("finished", now + HOUR)
        awards = give_awards(self.session, actor=SYSTEM, round_=self.round_, now=now + 2 * HOUR)
        self.film.ids["award"] = awards[0].public_key
        self._keep("awarded", now + 3 * HOUR)

    def _take_back(self) -> None:
        """From the publicity on: one objection is upheld, the scores are given again, the other stays open."""
        self.session.expire_all()
        self.session.rollback()
        now = self.film.show("publicity")
        second = self.session.get_one(Objection, self.film.ids["second_objection"])
        self._decide(self.session, second, "rescore", now + HOUR)
        self._keep("taken_back", now + 2 * HOUR)

    def _mark_ids(self) -> None:
        entry, sheets = self.entries[0], self.sheets
        talk = sheets[entry.id, "presentation"]
        self.film.ids |= {
            "round": self.round_.id, "public_key": self.round_.public_key, "upper": self.upper.id,
            "entry": entry.id, "blind_key": entry.blind_key, "second_entry": self.entries[1].id,
            "page": self.results[0].film_page.id, "second_page": self.results[1].film_page.id,
            "result": self.results[0].id, "free": self.free.id, "sheet": sheets[entry.id, "on_site"].id,
            "talk": talk.id, "sha256": self.results[0].package["evidence"][0]["sha256"],
            "spare": self.spare[0].id, "judge_place": self.judges["judge"].id, "late_judge": self.judges["late_judge"].id,
            "objection": self.objections[0].id, "objection_key": self.objections[0].key,
            "second_objection": self.objections[1].id, "giver": self.giver.id, "company": self.company.id,
            "choice": 0, "deliberation": 0, "talk_row": 0, "exercise": 0, "somebody": self.somebody.id, "elsewhere": self.elsewhere.id,
        }  # fmt: skip


@contextmanager
def shoot(folder: Path) -> Iterator[Film]:
    """The film of a round, played in a folder."""
    file = folder / "circles.db"
    app = create_app(settings_for(f"sqlite:///{file}", folder))
    engine = app.extensions["cp_sessions"].engine
    load_models().create_all(engine)
    storage = LocalStorage(app.extensions["cp_config"].evidence_folder)
    film = Film(app, file, held_still(app, NOW), storage)
    with app.app_context(), Session(engine, expire_on_commit=False) as session:
        Shooting(session, film).play()
    yield film
    engine.dispose()


def in_round(film: Film, session: Session) -> Round:
    """The round as the session sees it."""
    return session.get_one(Round, film.ids["round"])


__all__ = ["NAME", "SECRET", "SPANS", "Film", "in_round", "shoot"]
