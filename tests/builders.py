"""Builders of rows for tests: no required arguments, flushed, never committed."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Activity, Attendance, Circle, CircleMember, CircleState
from cp_circles.editions import queries as editions_queries
from cp_circles.editions import services as editions_services
from cp_circles.metering.models import ApiToken, Meter, MeterKind, Reading, ReadingFinding
from cp_circles.organisations.models import Company, Department, Industry, Region, RegionLevel
from cp_circles.people.models import Employment, Grant, Person, Role, ScopeKind
from cp_circles.people.rules import Actor, GrantFact
from cp_circles.people.secrets import token_hash
from cp_circles.projects import queries as project_queries
from cp_circles.projects.models import Indicator, Project, ProjectState, ProjectStep, StepState
from cp_circles.results.canonical import sha256_of
from cp_circles.results.models import Result, ResultState
from cp_circles.results.package import gather_package
from cp_circles.results.services.freezing import blinded
from cp_circles.savings.models import Saving


class Builders:
    """`make.person()`, `make.circle(company=…)`: what is not given is made up, and differs each time."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """A number not handed out before, for names and codes that must differ."""
        return next(self._numbers)

    def _add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    # --- organisations ---

    def region(
        self, level: str = "county", parent: Any = None, name: str = "", pack: str = "test", **facts: Any
    ) -> Any:
        """A region; without a parent, the nation of the pack is the top and what lies between is skipped."""
        number = self.number()
        if parent is None and level != "nation":
            parent = self.nation(pack)
        row = Region(
            pack=parent.pack if parent else pack,
            code=f"{number:06d}",
            name=name or f"地区{number}",
            level=RegionLevel(level),
            parent_id=parent.id if parent else None,
            path="",
            **facts,
        )
        self._add(row)
        row.path = f"{parent.path if parent else '/'}{row.id}/"
        self.session.flush()
        return row

    def nation(self, pack: str = "test") -> Any:
        """The nation of a pack: the same one each time."""
        found = self.session.scalar(sa.select(Region).where(Region.pack == pack, Region.parent_id.is_(None)))
        return found or self.region("nation", pack=pack, name="示例国")

    def places(self) -> tuple[Any, Any, Any, Any]:
        """A nation, and a province, a city and a county in a line below it."""
        nation = self.nation()
        province = self.region("province", nation)
        city = self.region("city", province)
        return nation, province, city, self.region("county", city)

    def industry(self, code: str = "", parent: Any = None, **facts: Any) -> Any:
        """A division, or a section where no parent is given."""
        number = self.number()
        level = "division" if parent else "section"
        row = Industry(code=code or f"Z{number}", level=level, name=f"行业{number}", **facts)
        row.parent_id = parent.id if parent else None
        return self._add(row)

    def company(self, region: Any = None, **facts: Any) -> Any:
        """A company in a county, 200 heads, with a code of a scheme that is not checked."""
        number = self.number()
        row = Company(
            **{
                "code_scheme": "TEST",
                "code": f"T{number}",
                "short_code": f"T{number:03d}",
                "name": f"示例公司{number}",
                "headcount": 200,
                "created_at": self.now,
                "region": region or self.places()[-1],
            }
            | facts
        )
        return self._add(row)

    def department(self, company: Any = None, name: str = "", **facts: Any) -> Any:
        """A department of a company."""
        name = name or f"车间{self.number()}"
        return self._add(Department(company=company or self.company(), name=name, **facts))

    # --- people ---

    def person(self, **facts: Any) -> Any:
        """An active person without a password."""
        number = self.number()
        row = Person(**{"name": f"示例人{number}", "salt": f"{number:08d}", "created_at": self.now} | facts)
        return self._add(row)

    def grant(
        self,
        person: Any,
        role: Role,
        scope_kind: ScopeKind = ScopeKind.PLATFORM,
        scope: Any = None,
        **facts: Any,
    ) -> Any:
        """A live grant; `scope` is the region, company, circle or round itself."""
        row = Grant(
            **{
                "person_id": person.id,
                "role": role,
                "scope_kind": scope_kind,
                "scope_id": scope.id if scope is not None else 0,
                "region_path": scope.path if scope_kind is ScopeKind.REGION else None,
                "since": self.now,
            }
            | facts
        )
        return self._add(row)

    def actor(self, person: Any = None) -> Actor:
        """The actor of a person (a new one by default) with the grants stored for them."""
        person = person or self.person()
        rows = self.session.scalars(
            sa.select(Grant).where(Grant.person_id == person.id, Grant.until.is_(None)).order_by(Grant.id)
        )
        facts = tuple(GrantFact(row.role, row.scope_kind, row.scope_id, row.region_path) for row in rows)
        return Actor(person_id=person.id, name=person.name, grants=facts)

    def holder(self, role: Role, scope_kind: ScopeKind = ScopeKind.PLATFORM, scope: Any = None) -> Actor:
        """The actor of a new person who holds one role."""
        person = self.person()
        self.grant(person, role, scope_kind, scope)
        return self.actor(person)

    # --- editions ---

    def rulesets(self) -> None:
        """Store every shipped pack."""
        editions_services.load_shipped(self.session, now=self.now)

    # --- notices ---

    # --- files ---

    # --- circles ---

    def employed(self, company: Any, person: Any = None, **facts: Any) -> Any:
        """A person (a new one by default) who works at the company."""
        person = person or self.person()
        self._add(Employment(person_id=person.id, company_id=company.id, **facts))
        return person

    def circle(
        self,
        company: Any = None,
        state: str = "registered",
        members: int = 3,
        leader: Any = None,
        **facts: Any,
    ) -> Any:
        """A circle with its members, the first of them the leader, and their grants; active today."""
        number, company = self.number(), company or self.company()
        has_number = state in {"registered", "dormant", "deregistered"}
        row = Circle(
            **{
                "company": company,
                "name": f"示例小组{number}",
                "state": CircleState(state),
                "number": f"{company.short_code}-2026-{number:04d}" if has_number else None,
                "registered_at": self.now if has_number else None,
                "last_active_on": self.now.date() if has_number else None,
                "created_at": self.now,
            }
            | facts
        )
        self._add(row)
        for place in range(members):
            person = leader if place == 0 and leader is not None else None
            self.circle_member(row, person, is_leader=place == 0)
        return row

    def circle_member(self, circle: Any, person: Any = None, is_leader: bool = False, **facts: Any) -> Any:
        """A member with the grant; a new colleague by default."""
        person = person or self.employed(circle.company)
        row = CircleMember(
            **{
                "circle": circle,
                "person_id": person.id,
                "is_leader": is_leader,
                "joined_on": date(2026, 1, 5),
            }
            | facts
        )
        self._add(row)
        if row.left_on is None and circle.state is not CircleState.DEREGISTERED:
            self.grant(person, Role.LEADER if is_leader else Role.MEMBER, ScopeKind.CIRCLE, circle)
        return row

    def activity(self, circle: Any = None, held_on: date = date(2026, 9, 1), **facts: Any) -> Any:
        """An activity in which all members took part."""
        circle = circle or self.circle()
        row = Activity(
            **{"circle": circle, "held_on": held_on, "summary": "例会", "created_at": self.now} | facts
        )
        row.attendance = [Attendance(member=member) for member in circle.present_members]
        return self._add(row)

    # --- metering ---

    def register(self, company: Any = None, first_shown: str = "1000", **facts: Any) -> Any:
        """A running counter that showed `first_shown` at the end of 2026-01-31."""
        start = {"first_shown": Decimal(first_shown), "first_read_on": date(2026, 1, 31)}
        return self.meter(company, **{"kind": MeterKind.REGISTER, "digits": 6, **start, **facts})

    def api_token(
        self, company: Any = None, name: str = "示例能源管理系统", text: str = "", **facts: Any
    ) -> Any:
        """A token of a company; `text` is what its system sends."""
        text = text or f"cpc_{self.number()}"
        row = ApiToken(
            **{
                "company": company or self.company(),
                "name": name,
                "token_hash": token_hash(text),
                "hint": text[:8],
                "made_at": self.now,
                **facts,
            }
        )
        return self._add(row)

    def meter(self, company: Any = None, indicator: str = "ELEC", unit: str = "kWh", **facts: Any) -> Any:
        """A meter of electricity, or a counter of production with `indicator="PRODUCTION"`."""
        row = Meter(
            **{
                "company": company or self.company(),
                "name": f"示例表计{self.number()}",
                "indicator": indicator,
                "unit": unit,
                "created_at": self.now,
            }
            | facts
        )
        return self._add(row)

    def reading(self, meter: Any, starts_on: date, ends_on: date, quantity: Any, **facts: Any) -> Any:
        """A live reading of a meter."""
        facts = {"recorded_at": self.now, **facts}
        row = Reading(
            meter=meter, starts_on=starts_on, ends_on=ends_on, quantity=Decimal(str(quantity)), **facts
        )
        return self._add(row)

    def finding(self, reading: Any, kind: str = "spike", **facts: Any) -> Any:
        """Something that looks wrong at a reading."""
        facts = {"msgid": "It looks wrong.", "values": {}, "found_at": self.now, **facts}
        return self._add(ReadingFinding(meter=reading.meter, reading=reading, kind=kind, **facts))

    def monthly(self, meter: Any, year: int, quantities: Any) -> None:
        """One reading a month from January on."""
        for month, quantity in enumerate(quantities, start=1):
            last = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
            self.reading(meter, date(year, month, 1), date.fromordinal(last), quantity)

    # --- projects ---

    def project(
        self, circle: Any = None, state: str = "under_way", method: str = "qc_solve_self", **facts: Any
    ) -> Any:
        """A project of a registered circle with one indicator, bound to the shipped rules, its steps unlocked."""
        number, circle = self.number(), circle or self.circle()
        if editions_queries.latest(self.session, "method", method) is None:
            self.rulesets()
        edition = editions_queries.latest(self.session, "method", method)
        factors = project_queries.present_factors(self.session)
        has_number = state not in {"draft", "submitted", "returned"}
        row = Project(
            **{
                "circle": circle,
                "company": circle.company,
                "company_id": circle.company_id,
                "title": f"示例课题{number}",
                "focus_area": "production",
                "domain": "energy_saving",
                "method_edition_id": edition.id if edition else None,
                "factors_edition_id": factors.id if has_number and factors else None,
                "number": f"{circle.number}-{number:02d}" if has_number else None,
                "reason": "示例理由",
                "starts_on": date(2026, 1, 5),
                "ends_on": date(2026, 12, 20),
                "state": ProjectState(state),
                "registered_at": self.now if has_number else None,
                "completed_at": self.now if state in {"completed", "archived"} else None,
                "created_at": self.now,
            }
            | facts
        )
        row.indicators.append(
            Indicator(
                code="ELEC",
                name="单位产品电耗",
                unit="kWh/t",
                baseline=Decimal(120),
                target=Decimal(110),
                due_on=date(2026, 12, 1),
            )
        )
        if has_number:
            done = state in {"completed", "archived"}
            for place, step in enumerate(editions_queries.pack_of(edition).steps, start=1):
                step_state = StepState.COMPLETED if done else StepState.OPEN
                row.steps.append(ProjectStep(key=step.key, position=place, state=step_state))
        return self._add(row)

    # --- ledger ---

    # --- savings ---

    def mv_1(self, project: Any = None) -> Any:
        """The saving of worked case MV-1 as a draft: 120 kWh/t in 2024, 108 kWh/t in 2025, readings included."""
        project = project or self.project()
        meter = self.meter(project.company)
        counter = self.meter(project.company, "PRODUCTION", "t")
        self.monthly(meter, 2024, [100_000] * 12)
        self.monthly(counter, 2024, [Decimal(10_000) / 12 // 1] * 11 + [10_000 - 833 * 11])
        self.monthly(meter, 2025, [94_500] * 12)
        self.monthly(counter, 2025, [875] * 12)
        row = Saving(
            project=project,
            indicator_code="ELEC",
            meter=meter,
            production_meter=counter,
            baseline_from=date(2024, 1, 1),
            baseline_to=date(2024, 12, 31),
            reporting_from=date(2025, 1, 1),
            reporting_to=date(2025, 12, 31),
            created_at=self.now,
        )
        return self._add(row)

    def verifier(self, role: Role, company: Any) -> Actor:
        """Someone with a role in the verification chain of a company."""
        return self.holder(role, ScopeKind.COMPANY, company)

    # --- results ---

    def result(self, project: Any = None, state: str = "frozen", **facts: Any) -> Any:
        """A result of a completed project; a frozen one with package, blind twin and hash, without pages."""
        project = project or self.project(state="completed")
        number = self.number()
        row = Result(
            **{
                "project": project,
                "key": f"{number:032x}",
                "title": project.title,
                "summary": "示例摘要",
                "created_at": self.now,
            }
            | facts
        )
        self._add(row)
        if state != "draft":
            row.package = gather_package(self.session, row)
            row.sha256 = sha256_of(row.package)
            row.blind_package = blinded(self.session, project, row.package)
            row.frozen_at = row.blind_ready_at = self.now
            row.state = ResultState(state)
            self.session.flush()
        return row

    # --- judging ---

    # --- awards ---

    # --- leaderboards ---
