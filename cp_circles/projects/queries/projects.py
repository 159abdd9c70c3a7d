"""Projects one by one and in lists, as far as the reader may see them."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.models import Circle, CircleMember, CircleState
from cp_circles.circles.queries import joint_circles_of
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.db.triples import narrowed
from cp_circles.errors import NotFound
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectState, ProjectStep, StepState
from cp_circles.projects.rules import COMPANY_ROLES, RUNNING, can_see_project

SORTS: dict[str, tuple[Any, ...]] = {
    "newest": (Project.created_at.desc(), Project.id.desc()),
    "title": (Project.title, Project.id),
    "number": (Project.number.is_(None), Project.number, Project.id),
    "state": (Project.state, Project.id),
    "due": (Project.ends_on.is_(None), Project.ends_on, Project.id),
}


def project_by_id(session: Session, project_id: int) -> Project:
    """The project with circle, members, company, indicators, plan and steps; NotFound if there is none."""
    found = session.scalar(
        sa.select(Project)
        .options(
            joinedload(Project.company),
            joinedload(Project.industry),
            joinedload(Project.circle).selectinload(Circle.members).joinedload(CircleMember.person),
            joinedload(Project.circle).joinedload(Circle.department),
            selectinload(Project.indicators),
            selectinload(Project.plan_items),
            selectinload(Project.steps),
        )
        .where(Project.id == project_id)
    )
    if found is None:
        raise NotFound
    return found


def project_for(session: Session, *, actor: Actor, project_id: int) -> Project:
    """The project, if the actor may see it; NotFound otherwise."""
    project = project_by_id(session, project_id)
    if not can_see_project(actor, project):
        raise NotFound
    return project


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition under which a project stands in the actor's lists."""
    if actor.is_administrator:
        return sa.true()
    companies: set[int] = set()
    departments: set[int] = set()
    for role in COMPANY_ROLES:
        companies |= actor.scopes(role, ScopeKind.COMPANY)
        departments |= actor.scopes(role, ScopeKind.DEPARTMENT)
    circles = actor.scopes(Role.FACILITATOR, ScopeKind.CIRCLE)
    own = sa.select(CircleMember.circle_id).where(CircleMember.person_id == actor.person_id)
    conditions = [
        Project.circle_id.in_(own),
        Project.circle_id.in_(circles),
        Project.company_id.in_(companies),
        Project.circle_id.in_(joint_circles_of(actor)),
    ]
    if departments:
        of_department = sa.select(Circle.id).where(Circle.department_id.in_(departments))
        conditions.append(Project.circle_id.in_(of_department))
    return sa.or_(*conditions)


def projects_listed(
    session: Session,
    *,
    actor: Actor,
    states: Sequence[ProjectState] = (),
    company_id: int | None = None,
    circle_id: int | None = None,
    domain: str = "",
    focus_area: str = "",
    text: str = "",
    year: int | None = None,
    sort: str = "newest",
    page: int = 1,
    size: int = PAGE_SIZE,
    most: int | None = None,
) -> Page[Project]:
    """A page of the projects that the actor may see, filtered and sorted: two statements."""
    statement = (
        sa.select(Project)
        .options(joinedload(Project.company), joinedload(Project.circle))
        .where(visible_to(actor))
        .order_by(*SORTS.get(sort, SORTS["newest"]))
    )
    if states:
        statement = statement.where(Project.state.in_(states))
    for column, wanted in (
        (Project.company_id, company_id),
        (Project.circle_id, circle_id),
        (Project.domain, domain),
        (Project.focus_area, focus_area),
    ):
        if wanted:
            statement = statement.where(column == wanted)
    if text.strip():
        statement = statement.where(_has_text(session, text.strip()))
    if year:
        statement = statement.where(sa.extract("year", Project.created_at) == year)
    return page_of(session, statement, number=page, size=size, most=most)


def step_counts(session: Session, project_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """How many steps of each project are done, of how many: one statement."""
    done = sa.func.sum(sa.case((ProjectStep.state.in_(_DONE_STATES), 1), else_=0))
    rows = session.execute(
        sa.select(ProjectStep.project_id, done, sa.func.count())
        .where(ProjectStep.project_id.in_(list(project_ids)))
        .group_by(ProjectStep.project_id)
    )
    return {project_id: (int(finished), int(total)) for project_id, finished, total in rows}


def projects_of_circle(session: Session, circle_id: int) -> Sequence[Project]:
    """All projects of a circle, newest first."""
    return session.scalars(
        sa.select(Project)
        .options(joinedload(Project.company), joinedload(Project.circle))
        .where(Project.circle_id == circle_id)
        .order_by(Project.id.desc())
    ).all()


def unfinished_of_circle(
    session: Session, circle_id: int, *, but_not: int | None = None
) -> Sequence[Project]:
    """The registered projects of a circle that are not finished."""
    statement = sa.select(Project).where(Project.circle_id == circle_id, Project.state.in_(RUNNING))
    if but_not is not None:
        statement = statement.where(Project.id != but_not)
    return session.scalars(statement.order_by(Project.id)).all()


def last_sequence(session: Session, circle: Circle) -> int:
    """The highest sequence that a project number of this circle carries; 0 if none was given."""
    numbers = session.scalars(
        sa.select(Project.number).where(Project.circle_id == circle.id, Project.number.is_not(None))
    )
    return max((int(str(number).rsplit("-", 1)[-1]) for number in numbers), default=0)


def circles_to_register_for(session: Session, actor: Actor) -> Sequence[Circle]:
    """The registered circles in which the actor is a present member."""
    return session.scalars(
        sa.select(Circle)
        .join(CircleMember)
        .options(joinedload(Circle.company))
        .where(
            CircleMember.person_id == actor.person_id,
            CircleMember.left_on.is_(None),
            Circle.state == CircleState.REGISTERED,
        )
        .order_by(Circle.name, Circle.id)
    ).all()


def _has_text(session: Session, text: str) -> sa.ColumnElement[bool]:
    named = sa.or_(
        Project.title.contains(text, autoescape=True), Project.number.icontains(text, autoescape=True)
    )
    return narrowed(session, text, (Project.id, Project, named))


_DONE_STATES = (StepState.COMPLETED, StepState.SIGNED_OFF, StepState.NOT_APPLICABLE)
