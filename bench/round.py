"""City rounds: one in which 200 signed-in judges score, and one of any size after scoring."""

import random
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy.orm import Session

from bench.season import NOW
from bench.serving import post
from config import Config
from cp_circles.app import create_app
from cp_circles.circles.models import Circle
from cp_circles.db.base import Base, table_of
from cp_circles.db.engine import make_engine
from cp_circles.db.registry import load_models
from cp_circles.editions import queries as editions
from cp_circles.judging.models import Entry, Round, RoundJudge, ScoreSheet, SheetState
from cp_circles.people.models import Role, ScopeKind, SignIn
from cp_circles.people.secrets import token_hash
from cp_circles.projects.models import Project
from cp_circles.quotas.services import MOST_PLACES
from cp_circles.results.models import Result
from tests.builders import Builders
from tests.judging.world import World, t2

CSRF = "token-of-the-measurement-" + "0" * 16
STAGE = "paper"
MOST = {"topic": 15, "cause": 30, "action": 20, "effect": 20, "report": 5, "feature": 10}
PORTION = 5_000


@dataclass(frozen=True)
class Bench:
    """The database, its round, and one request for each sheet, judge after judge.

    `pages` are the addresses of the sheets by entry, `cookies` those of the judges.
    """

    url: str
    round_id: int
    pages: list[str]
    cookies: list[str]

    @property
    def requests(self) -> list[bytes]:
        """Each judge hands each sheet in, untouched before."""
        return [hand_in(page, cookie) for page in self.pages for cookie in self.cookies]


def build_round(
    folder: Path, environment: dict[str, str], *, judges: int, entries: int, level: str = "city"
) -> Bench:
    """Write a round of this level into the database of the environment."""
    url = environment["DATABASE_URL"]
    engine = make_engine(url)
    load_models().drop_all(engine)
    load_models().create_all(engine)
    with Session(engine) as session, session.begin():
        world = World(session, Builders(session, NOW - timedelta(days=12)))
        if level == "city":
            world.round_at("province")
        round_ = world.round_at(level)
        listed = [world.entry(round_) for _ in range(entries)]
        world.numbers(round_)
        tokens = _judges(session, world, round_, judges)
        _sheets(session, round_.id, [entry.id for entry in listed], list(tokens))
        keys = session.scalars(sa.select(Entry.blind_key).where(Entry.round_id == round_.id)).all()
        round_id = round_.id
    engine.dispose()
    app = create_app(Config.from_env(environment))
    app.extensions["cp_sessions"].engine.dispose()
    cookies = _cookies(app, list(tokens.values()))
    return Bench(url, round_id, _pages(app, keys), cookies)


def _pages(app: Flask, keys: Iterable[str]) -> list[str]:
    """The address of each entry's sheet."""
    with app.test_request_context():
        return [url_for("scoring.save_sheet", blind_key=key, stage=STAGE) for key in keys]


def _judges(session: Session, world: World, round_: Round, count: int) -> dict[int, str]:
    """Judges who accepted and declared, each signed in: person id to token."""
    tokens = {}
    for number in range(1, count + 1):
        person, token = world.make.person(), secrets.token_urlsafe(24)
        tokens[person.id] = token
        seen = {"created_at": NOW, "last_seen_at": NOW, "password_confirmed_at": NOW}
        session.add(SignIn(person_id=person.id, token_hash=token_hash(token), **seen))
        asked = {"invited_at": NOW, "accepted_at": NOW, "conflicts_declared_at": NOW}
        world.make.grant(person, Role.JUDGE, ScopeKind.ROUND, round_)
        session.add(RoundJudge(round_id=round_.id, person_id=person.id, number=number, **asked))
    session.flush()
    return tokens


def _sheets(session: Session, round_id: int, entries: list[int], people: list[int]) -> None:
    shared: dict[str, Any] = {"round_id": round_id, "stage": STAGE, "rubric_edition_id": _rubric(session)}
    shared |= {"state": SheetState.OPEN, "points": {}, "comments": {}}
    rows = [shared | {"entry_id": entry, "judge_id": person} for entry in entries for person in people]
    session.execute(sa.insert(ScoreSheet), rows)


def _rubric(session: Session) -> int:
    """The id of the edition that every sheet is scored by; LookupError where none is loaded."""
    edition = editions.latest(session, "rubric", "t2_problem_solving")
    if edition is None:
        raise LookupError("the rubric is not loaded")
    return edition.id


def _cookies(app: Flask, tokens: list[str]) -> list[str]:
    """The browser cookie of each signed-in judge."""
    sessions: Any = app.session_interface
    signer = sessions.get_signing_serializer(app)
    name = app.config["SESSION_COOKIE_NAME"]
    values = ({"_user_id": token, "_fresh": True, "csrf": CSRF, "_permanent": True} for token in tokens)
    return [f"{name}={signer.dumps(value)}" for value in values]


def hand_in(page: str, cookie: str, *, total: str = "88", version: int = 1) -> bytes:
    """The request by which a judge hands a sheet in, typed over a version of it."""
    return post(page, _typed(total, version) + "&act=submit", cookie=cookie)


def keep_draft(page: str, cookie: str, *, total: str, version: int = 1) -> bytes:
    """The request by which the desk keeps what a judge has typed so far."""
    return post(f"{page}/draft", _typed(total, version), cookie=cookie)


def _typed(total: str, version: int) -> str:
    fields = {f"p-{key}": points for key, points in t2(total).items()}
    return urlencode(fields | {"csrf_token": CSRF, "version": str(version)})


def filled_round(session: Session, *, entries: int, judges: int, pool: int = 70) -> int:
    """The id of a city round after scoring in an empty database, each entry scored by some of a pool."""
    load_models().create_all(session.connection())
    world = World(session, Builders(session, NOW - timedelta(days=17)))
    world.round_at("province")
    round_ = world.round_at("city")
    panel = [world.judge(round_).person_id for _ in range(pool)]
    first = world.entry(round_)
    world.give_places(round_, min(max(1, entries // 5), MOST_PLACES))
    session.flush()
    ids = [first.id, *copies(session, first, entries - 1)]
    shared: dict[str, Any] = {"round_id": round_.id, "stage": STAGE, "rubric_edition_id": _rubric(session)}
    shared |= {"state": SheetState.SUBMITTED, "comments": {}, "saved_at": NOW, "submitted_at": NOW}
    chance = random.Random(entries)
    for start in range(0, entries, PORTION):
        rows = []
        for place, entry in enumerate(ids[start : start + PORTION], start=start):
            for seat in range(judges):
                judge = panel[(place * judges + seat * 11) % pool]
                rows.append(shared | {"entry_id": entry, "judge_id": judge} | _drawn(chance))
        session.execute(sa.insert(table_of(ScoreSheet)), rows)
    return round_.id


def _drawn(chance: random.Random) -> dict[str, Any]:
    """Points of the problem-solving rubric in steps of a half, their sum and a fingerprint."""
    points = {key: Decimal(chance.randint(most, 2 * most)) / 2 for key, most in MOST.items()}
    return {
        "points": {key: f"{value:f}" for key, value in points.items()},
        "total": sum(points.values(), Decimal(0)),
        "sha256": f"{chance.getrandbits(256):064x}",
    }


def copies(session: Session, entry: Entry, count: int) -> list[int]:
    """More entries like one, each with a circle, project and result of its own; gives their ids."""
    project = entry.result.project
    chain = [(Circle, project.circle_id), (Project, project.id), (Result, entry.result_id), (Entry, entry.id)]
    kept: dict[type[Base], tuple[dict[str, Any], int]] = {}
    for model, key in chain:
        table = table_of(model)
        found = session.execute(sa.select(table).where(table.c.id == key)).mappings().one()
        first = (session.scalar(sa.select(sa.func.max(table.c.id))) or 0) + 1
        kept[model] = dict(found), first
    for model, _key in chain:
        row, first = kept[model]
        for start in range(0, count, PORTION):
            rows = [
                row | {"id": first + n} | _own(model, n, kept)
                for n in range(start, min(start + PORTION, count))
            ]
            session.execute(sa.insert(table_of(model)), rows)
    _count_on(session, kept)
    first = kept[Entry][1]
    return list(range(first, first + count))


def _count_on(session: Session, models: Iterable[type[Base]]) -> None:
    """Let PostgreSQL give the ids behind those that were given here."""
    if session.connection().dialect.name != "postgresql":
        return
    for table in map(table_of, models):
        last = sa.select(sa.func.max(table.c.id)).scalar_subquery()
        session.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, "id"), last)))


def _own(model: type[Base], n: int, kept: dict[type[Base], tuple[dict[str, Any], int]]) -> dict[str, Any]:
    """What a copy does not share."""
    if model is Circle:
        return {"name": f"示例小组{n}"}
    if model is Project:
        return {"circle_id": kept[Circle][1] + n, "number": f"N-{n}", "title": f"示例课题{n}"}
    if model is Result:
        facts = {"key": f"n{n:031d}", "sha256": f"{n:064d}", "title": f"示例课题{n}"}
        return facts | {"project_id": kept[Project][1] + n}
    return {
        "result_id": kept[Result][1] + n,
        "number": n + 2,
        "blind_key": f"n{n:031d}",
        "blind_number": None,
    }
