"""A registered circle with everybody who works on its projects, and projects at any point of their way."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle, CircleMember, CircleState
from cp_circles.editions import queries as editions
from cp_circles.editions.services import load_shipped
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects import queries, services
from cp_circles.projects.details import IndicatorDetails, ProjectDetails
from cp_circles.projects.models import Project
from tests.builders import Builders

METHODS = ("cp_audit", "qc_solve_self", "qc_solve_directed", "qc_innovate")
INDICATOR = IndicatorDetails(
    code="ELEC",
    name="单位产品电耗",
    unit="kWh/t",
    baseline=Decimal("118.5"),
    target=Decimal("109"),
    due_on=date(2026, 8, 31),
)


@dataclass
class World:
    """One company and circle, and the actors around it."""

    session: Session
    make: Builders
    now: datetime
    company: Any
    circle: Circle
    leader: Actor
    member: Actor
    department: Actor
    facilitator: Actor
    finance: Actor
    stranger: Actor

    def details(self, method: str = "qc_solve_self", **changes: Any) -> ProjectDetails:
        """A form that can be submitted."""
        edition = editions.latest(self.session, "method", method)
        assert edition is not None
        whole = ProjectDetails(
            title="降低空压站用电量",
            focus_area="production",
            domain="energy_saving",
            method_edition_id=edition.id,
            reason="空压站电耗占车间的 31%，高于同行。",
            starts_on=date(2026, 3, 1),
            ends_on=date(2026, 9, 30),
            indicators=(INDICATOR,),
        )
        return replace(whole, **changes)

    def draft(self, method: str = "qc_solve_self", **changes: Any) -> Project:
        """A draft by the leader."""
        return services.create_project(
            self.session,
            actor=self.leader,
            circle=self.circle,
            details=self.details(method, **changes),
            now=self.now,
        )

    def submitted(self, method: str = "qc_solve_self", **changes: Any) -> Project:
        """A project that waits for the department."""
        project = self.draft(method, **changes)
        return services.submit_project(self.session, actor=self.leader, project=project, now=self.now)

    def registered(self, method: str = "qc_solve_self", **changes: Any) -> Project:
        """A registered project, read anew with all its rows."""
        project = self.submitted(method, **changes)
        services.approve_project(
            self.session, actor=self.department, project=project, exception_reason="并行课题", now=self.now
        )
        return queries.project_by_id(self.session, project.id)


def make_world(session: Session, make: Builders, now: datetime) -> World:
    """Editions loaded, a registered circle with a leader and two members, and the people around it."""
    load_shipped(session, now=now)
    company = make.company()
    people = [make.person() for _ in range(3)]
    circle = Circle(
        company=company,
        name="蓝焰小组",
        number=f"{company.short_code}-2026-0007",
        state=CircleState.REGISTERED,
        registered_at=now,
        created_at=now,
        created_by_id=people[0].id,
    )
    for place, person in enumerate(people):
        circle.members.append(
            CircleMember(person=person, is_leader=place == 0, joined_on=date(2026, 1, 5), duty="组员")
        )
    session.add(circle)
    session.flush()
    for place, person in enumerate(people):
        make.grant(person, Role.LEADER if place == 0 else Role.MEMBER, ScopeKind.CIRCLE, circle)
    return World(
        session=session,
        make=make,
        now=now,
        company=company,
        circle=circle,
        leader=make.actor(people[0]),
        member=make.actor(people[1]),
        department=make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company),
        facilitator=make.holder(Role.FACILITATOR, ScopeKind.COMPANY, company),
        finance=make.holder(Role.FINANCE, ScopeKind.COMPANY, company),
        stranger=make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, make.company()),
    )
