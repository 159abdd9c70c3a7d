"""A small season for the tests of judging: places, officials, a company, and rounds that walk by the clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle, CircleMember, CircleState
from cp_circles.editions import queries as editions
from cp_circles.editions.services import load_shipped
from cp_circles.judging import services
from cp_circles.judging.models import (
    Entry,
    EntryState,
    Level,
    Round,
    RoundJudge,
    ScoreSheet,
    Season,
    SheetState,
)
from cp_circles.judging.phases import RIGHT_OF_STAGE
from cp_circles.judging.queries import ladder, panels
from cp_circles.judging.services import PhaseTimes, RoundSettings
from cp_circles.panels import services as panels_services
from cp_circles.people.models import Employment, Role, ScopeKind
from cp_circles.people.rules import SYSTEM, Actor
from cp_circles.projects.models import Project, ProjectState
from cp_circles.quotas import services as quotas_services
from cp_circles.results.models import Result, ResultState
from cp_circles.scoring import services as scoring_services
from tests.builders import Builders

SPANS = {
    "entry": (0, 5),
    "formal_review": (5, 8),
    "conflict_declaration": (8, 10),
    "scoring": (10, 15),
    "presentation": (15, 17),
    "deliberation": (17, 19),
    "publicity": (19, 26),
    "final": (26, 30),
}


class World:
    """One province, one city, one county, a company in it, and a season of the shipped ladder."""

    def __init__(self, session: Session, make: Builders) -> None:
        self.session, self.make, self.start = session, make, make.now
        load_shipped(session, now=make.now)
        self.nation, self.province, self.city, self.county = make.places()
        self.company = make.company(self.county)
        self.season = Season(
            pack="test",
            year=2026,
            name="2026 年度",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            ladder_edition_id=editions.newest_edition(session, "ladder").id,
        )
        session.add(self.season)
        session.flush()
        self.administrator = make.holder(Role.ADMINISTRATOR)
        self.department = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, self.company)
        self.officials = {
            region.level.value: make.holder(Role.OFFICIAL, ScopeKind.REGION, region)
            for region in (self.nation, self.province, self.city, self.county)
        }

    def at(self, phase: str, part: float = 0.5) -> datetime:
        """A moment in a phase of every round of this world."""
        first, last = SPANS[phase]
        return self.start + timedelta(days=first + (last - first) * part)

    def edition(self, kind: str, key: str) -> Any:
        """The newest edition of a shipped pack."""
        return editions.latest(self.session, kind, key)

    def settings(self, rule: str = "paper_blind", **facts: Any) -> RoundSettings:
        """Settings with the phases of SPANS."""
        edition = self.edition("round_rule", rule)
        keys = [phase.key for phase in editions.pack_of(edition).phases]
        phases = [
            PhaseTimes(
                key, self.start + timedelta(days=SPANS[key][0]), self.start + timedelta(days=SPANS[key][1])
            )
            for key in keys
        ]
        return RoundSettings(**{"name": "示例轮次", "rule_edition_id": edition.id, "phases": phases} | facts)

    def company_round(self, company: Any = None, rule: str = "basic_company", **facts: Any) -> Round:
        """The open round of a company."""
        company = company or self.company
        return services.open_round(
            self.session,
            actor=SYSTEM,
            season=self.season,
            level=Level.COMPANY,
            company=company,
            settings=self.settings(rule, **facts),
            now=self.start,
        )

    def round_at(self, level: str, region: Any = None, rule: str = "paper_blind", **facts: Any) -> Round:
        """The open round of a region at a level."""
        regions = {"nation": self.nation, "province": self.province, "city": self.city, "county": self.county}
        return services.open_round(
            self.session,
            actor=SYSTEM,
            season=self.season,
            level=Level(level),
            region=region or regions[level],
            settings=self.settings(rule, **facts),
            now=self.start,
        )

    def result(self, company: Any = None, method: str = "qc_solve_self", **facts: Any) -> Result:
        """A frozen result of a completed project of a new circle with a leader."""
        company = company or self.company
        number = self.make.number()
        circle = Circle(
            company_id=company.id,
            name=f"示例小组{number}",
            state=CircleState.REGISTERED,
            created_at=self.start,
        )
        self.session.add(circle)
        self.session.flush()
        leader = self.make.person()
        self.session.add(
            CircleMember(circle_id=circle.id, person_id=leader.id, is_leader=True, joined_on=date(2026, 1, 1))
        )
        self.make.grant(leader, Role.LEADER, ScopeKind.CIRCLE, circle)
        project = Project(
            circle_id=circle.id,
            company_id=company.id,
            number=f"P-{number}",
            title=f"示例课题{number}",
            focus_area="process",
            domain="energy",
            method_edition_id=self.edition("method", method).id,
            state=ProjectState.COMPLETED,
            created_at=self.start,
        )
        self.session.add(project)
        self.session.flush()
        row = Result(
            **{
                "project_id": project.id,
                "key": f"{number:032x}",
                "state": ResultState.FROZEN,
                "title": project.title,
                "package": package(project, circle, company, leader.name),
                "blind_package": blind_package(),
                "sha256": f"{number:064x}",
                "frozen_at": self.start,
                "blind_ready_at": self.start,
                "created_at": self.start,
            }
            | facts
        )
        self.session.add(row)
        self.session.flush()
        return row

    def leader_of(self, result: Result) -> Actor:
        """The actor of the leader of a result's circle."""
        circle = self.session.get(Circle, result.project.circle_id)
        assert circle is not None and circle.leader is not None
        return self.make.actor(circle.leader.person)

    def entry(self, round_: Round, result: Result | None = None, *, accepted: bool = True) -> Entry:
        """A result in a round, entered as it is promoted, and accepted by the formal review."""
        from cp_circles.judging.services.entries import add_entry, track_for

        result = result or self.result()
        entry = add_entry(
            self.session,
            actor=self.leader_of(result),
            round_=round_,
            result=result,
            unit=ladder.Unit("company", result.project.company_id),
            track_key=track_for(self.session, round_, result.project),
            now=self.at("entry"),
        )
        if accepted:
            services.review_entry(
                self.session, actor=SYSTEM, entry=entry, outcome="accepted", now=self.at("formal_review")
            )
        return entry

    def judge(self, round_: Round, *, declared: bool = True, person: Any = None) -> RoundJudge:
        """A judge who accepted and, unless said otherwise, declared no conflict."""
        person = person or self.make.person()
        now = self.at("conflict_declaration")
        judge = panels_services.invite_judge(
            self.session, actor=SYSTEM, round_=round_, person=person, now=now
        )
        panels_services.accept_invitation(self.session, actor=self.make.actor(person), judge=judge, now=now)
        if declared:
            panels_services.declare_conflicts(
                self.session, actor=self.make.actor(person), judge=judge, now=now
            )
        return judge

    def numbers(self, round_: Round) -> None:
        """Blind numbers for all accepted entries."""
        services.give_blind_numbers(
            self.session, actor=SYSTEM, round_=round_, now=self.at("conflict_declaration", 0.9)
        )

    def assign(self, entry: Entry, judge: RoundJudge, stage: str = "paper") -> ScoreSheet:
        """A sheet for a judge and an entry."""
        return panels_services.assign_judge(
            self.session, actor=SYSTEM, entry=entry, judge=judge, stage=stage, now=self.at("scoring", 0.1)
        )

    def score(self, sheet: ScoreSheet, points: dict[str, str], now: datetime | None = None) -> ScoreSheet:
        """A sheet filled in and handed in by its judge."""
        right = RIGHT_OF_STAGE[sheet.stage]
        now = now or self.at("scoring" if right == "score" else "presentation")
        actor = self.make.actor(sheet.judge)
        return scoring_services.hand_in(
            self.session, actor=actor, sheet=sheet, points=points, version=sheet.version, now=now
        )

    def judged_round(self, level: str = "city", totals: list[list[str]] | None = None, **facts: Any) -> Round:
        """A blind paper round in which every entry has one sheet a judge; `totals` gives T2 totals by entry."""
        totals = totals or [["90", "88", "86"], ["80", "78", "76"]]
        if level != "nation" and "upper" not in facts:
            self.round_at({"county": "city", "city": "province", "province": "nation"}[level])
        facts.pop("upper", None)
        round_ = self.round_at(level, **facts)
        entries = [self.entry(round_) for _ in totals]
        judges = [self.judge(round_) for _ in totals[0]]
        self.numbers(round_)
        for entry, row in zip(entries, totals, strict=True):
            for judge, total in zip(judges, row, strict=True):
                self.score(self.assign(entry, judge), t2(total))
        return round_

    def entries_of(self, round_: Round) -> list[Entry]:
        """The entries of a round by number."""
        return list(
            self.session.scalars(sa.select(Entry).where(Entry.round_id == round_.id).order_by(Entry.number))
        )

    def give_places(self, lower: Round, places: int, track: str = "problem_solving") -> None:
        """The quota of a round's organiser in the round above."""
        upper = ladder.round_above(self.session, lower)
        assert upper is not None
        quotas_services.set_quota(
            self.session,
            actor=SYSTEM,
            round_=upper,
            unit=ladder.unit_of(lower),
            track_key=track,
            places=places,
            now=self.start,
        )

    def works_at(self, person: Any, company: Any, **facts: Any) -> None:
        """An employment of a person."""
        self.session.add(Employment(person_id=person.id, company_id=company.id, **facts))
        self.session.flush()


def t2(total: str) -> dict[str, str]:
    """Points on the problem-solving rubric (15, 30, 20, 20, 5, 10) that add up to the total, best first."""
    from decimal import Decimal

    left, points = Decimal(total), {}
    for key, most in (
        ("topic", 15),
        ("cause", 30),
        ("action", 20),
        ("effect", 20),
        ("report", 5),
        ("feature", 10),
    ):
        points[key] = str(min(left, Decimal(most)))
        left -= Decimal(points[key])
    assert left == 0
    return points


def package(project: Any, circle: Any, company: Any, leader: str) -> dict[str, Any]:
    """A frozen package in the shape of edition 1."""
    return {
        "edition": 1,
        "title": project.title,
        "summary": "PLANTED-SUMMARY",
        "intangible": "",
        "circle": {"id": circle.id, "name": circle.name, "number": "C-1", "members": [leader]},
        "company": {"id": company.id, "name": company.name, "name_en": "", "region": "示例县"},
        "project": {
            "number": project.number,
            "title": project.title,
            "focus_area": "process",
            "domain": "energy",
            "method": {
                "key": "qc_solve_self",
                "edition": "2020",
                "names": {"zh": "自定目标", "en": "Self-set"},
            },
            "starts_on": None,
            "ends_on": None,
            "reason": "",
            "loop": 1,
        },
        "indicators": [],
        "steps": [],
        "savings": [],
        "evidence": [],
        "activities": [],
        "totals": dict.fromkeys(TOTALS, "0"),
    }


TOTALS = ("kgce", "kgco2e", "direct_yuan", "indirect_yuan")


def blind_package() -> dict[str, Any]:
    """The same shape without identity."""
    return {
        "edition": 1,
        "title": "匿名课题",
        "summary": "BLIND-SUMMARY",
        "intangible": "",
        "circle": {"name": "▇▇▇", "number": "▇▇▇", "members": ["▇▇▇"]},
        "company": {"name": "▇▇▇"},
        "project": {
            "number": "▇▇▇",
            "title": "匿名课题",
            "focus_area": "process",
            "domain": "energy",
            "method": {
                "key": "qc_solve_self",
                "edition": "2020",
                "names": {"zh": "自定目标", "en": "Self-set"},
            },
        },
        "indicators": [
            {
                "name": "单位产品电耗",
                "code": "electricity",
                "unit": "kWh/t",
                "baseline": "120",
                "target": "100",
                "actual": "98",
                "due_on": "2026-06-30",
                "lower_is_better": True,
            }
        ],
        "steps": [
            {
                "key": "topic",
                "number": "1",
                "names": {"zh": "选择课题", "en": "Select the theme"},
                "phase": {"key": "plan", "zh": "策划", "en": "Plan"},
                "state": "completed",
                "reason": "",
                "records": [
                    {
                        "kind": "topic",
                        "names": {"zh": "课题", "en": "Theme"},
                        "fields": [
                            {
                                "key": "name",
                                "names": {"zh": "名称", "en": "Name"},
                                "type": "text",
                                "unit": None,
                                "choices": {},
                            }
                        ],
                        "rows": [{"name": "BLIND-RECORD"}],
                    }
                ],
                "evidence": [],
            }
        ],
        "savings": [],
        "evidence": [],
        "activities": [],
        "totals": dict.fromkeys(TOTALS, "0"),
    }


__all__ = ["EntryState", "SheetState", "World", "panels", "t2"]
