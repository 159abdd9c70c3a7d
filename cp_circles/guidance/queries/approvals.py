"""What waits for the department: circles, projects and renewals, each with what asks for a closer look."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.models import Circle, CircleMember, CircleState, CircleYear
from cp_circles.circles.rules import LIVE
from cp_circles.errors import msg
from cp_circles.organisations.models import Company
from cp_circles.projects.models import Project, ProjectState
from cp_circles.projects.rules import RUNNING

CIRCLE, PROJECT, RENEWAL = "circle", "project", "renewal"
Warning_ = tuple[str, dict[str, Any]]
NO_TARGET = msg("No indicator has a target and a date.")
ANOTHER = msg("The circle has another unfinished project.")
SIZE = msg("%(count)s members; the company allows %(least)s to %(most)s.")
ELSEWHERE = msg("%(name)s is in the circle %(circle)s too.")
SAME_NAME = msg("Another circle bears the same name.")
NOT_ACTIVE = msg("No activity was logged this year.")
NO_LEADER = msg("No leader is named.")
NO_DATES = msg("The project has no beginning and end.")


@dataclass(frozen=True)
class Waiting:
    """One thing to decide; ticked unless a warning stands beside it."""

    kind: str
    id: int
    title: str
    url: str
    circle: Circle
    warnings: tuple[Warning_, ...] = ()

    @property
    def key(self) -> str:
        """How the form names it."""
        return f"{self.kind}-{self.id}"


def waiting_of(session: Session, company: Company, *, today: date) -> list[Waiting]:
    """Submitted circles, submitted projects and live circles not registered for this year."""
    circles = _circles(session, company.id)
    known = _Known.of(circles)
    projects = session.scalars(
        sa.select(Project)
        .options(joinedload(Project.circle).selectinload(Circle.members), selectinload(Project.indicators))
        .where(Project.company_id == company.id, Project.state.in_((ProjectState.SUBMITTED, *RUNNING)))
        .order_by(Project.id)
    ).all()
    renewed = set(
        session.scalars(
            sa.select(CircleYear.circle_id)
            .join(Circle, CircleYear.circle_id == Circle.id)
            .where(Circle.company_id == company.id, CircleYear.year == today.year)
        )
    )
    running = {one.circle_id for one in projects if one.state in RUNNING}
    return [
        *(
            Waiting(CIRCLE, one.id, one.name, f"/circles/{one.id}", one, _of_circle(one, company, known))
            for one in circles
            if one.state is CircleState.SUBMITTED
        ),
        *(
            Waiting(PROJECT, one.id, one.title, f"/projects/{one.id}", one.circle, _of_project(one, running))
            for one in projects
            if one.state is ProjectState.SUBMITTED and one.circle is not None
        ),
        *(
            Waiting(RENEWAL, one.id, one.name, f"/circles/{one.id}", one, _of_renewal(one, company, today))
            for one in circles
            if one.state is CircleState.REGISTERED and one.id not in renewed
        ),
    ]


def _circles(session: Session, company_id: int) -> Sequence[Circle]:
    return session.scalars(
        sa.select(Circle)
        .options(selectinload(Circle.members).joinedload(CircleMember.person), joinedload(Circle.company))
        .where(Circle.company_id == company_id, Circle.state.in_((CircleState.SUBMITTED, *LIVE)))
        .order_by(Circle.id)
    ).all()


@dataclass(frozen=True)
class _Known:
    """How often each name is borne, and in which circles each person is, among those of a company."""

    names: Mapping[str, int]
    circles_of: Mapping[int, Sequence[Circle]]

    @classmethod
    def of(cls, circles: Sequence[Circle]) -> Self:
        """What is known of these circles."""
        found: dict[int, list[Circle]] = {}
        for circle in circles:
            for member in circle.present_members:
                found.setdefault(member.person_id, []).append(circle)
        return cls(Counter(circle.name for circle in circles), found)


def _of_circle(circle: Circle, company: Company, known: _Known) -> tuple[Warning_, ...]:
    found: list[Warning_] = list(_size(circle, company))
    if circle.leader is None:
        found.append((NO_LEADER, {}))
    if known.names[circle.name] > 1:
        found.append((SAME_NAME, {}))
    for member in circle.present_members:
        for other in known.circles_of[member.person_id]:
            if other.id != circle.id:
                found.append((ELSEWHERE, {"name": member.person.name, "circle": other.name}))
    return tuple(found)


def _size(circle: Circle, company: Company) -> list[Warning_]:
    count = len(circle.present_members)
    if company.members_min <= count <= company.members_max:
        return []
    return [(SIZE, {"count": count, "least": company.members_min, "most": company.members_max})]


def _of_project(project: Project, running: set[int | None]) -> tuple[Warning_, ...]:
    found: list[Warning_] = []
    if project.circle_id in running:
        found.append((ANOTHER, {}))
    if not any(one.target is not None and one.due_on is not None for one in project.indicators):
        found.append((NO_TARGET, {}))
    if project.starts_on is None or project.ends_on is None:
        found.append((NO_DATES, {}))
    return tuple(found)


def _of_renewal(circle: Circle, company: Company, today: date) -> tuple[Warning_, ...]:
    found: list[Warning_] = list(_size(circle, company))
    if circle.last_active_on is None or circle.last_active_on.year < today.year:
        found.append((NOT_ACTIVE, {}))
    return tuple(found)
