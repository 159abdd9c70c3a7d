"""Results, their packages and their blind pages, as they are asked for."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.db.models import Job
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.errors import NotFound
from cp_circles.organisations.models import Company, Department
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectState
from cp_circles.projects.queries import visible_to
from cp_circles.projects.rules import is_member
from cp_circles.results.models import BlindPage, Result, ResultState
from cp_circles.results.package import gather_package
from cp_circles.results.rules import FINISHED, LIVE, can_see_result

BLIND_COPY = "results.blind_copy"
SORTS: dict[str, tuple[Any, ...]] = {
    "newest": (Result.created_at.desc(), Result.id.desc()),
    "frozen": (Result.frozen_at.is_(None), Result.frozen_at.desc(), Result.id),
    "title": (Result.title, Result.id),
}


def result_by_id(session: Session, result_id: int) -> Result:
    """The result with project, circle, members and company; NotFound if there is none."""
    return _one(session, Result.id == result_id)


def result_by_key(session: Session, key: str) -> Result:
    """The result of that random key; NotFound if there is none."""
    return _one(session, Result.key == key)


def result_for(session: Session, *, actor: Actor, result_id: int, entered: bool = False) -> Result:
    """The result, if the actor may see it; NotFound otherwise."""
    result = result_by_id(session, result_id)
    if not can_see_result(actor, result, entered=entered):
        raise NotFound
    return result


def results_of_project(session: Session, project_id: int) -> Sequence[Result]:
    """All results of a project, newest first."""
    return session.scalars(
        sa.select(Result).where(Result.project_id == project_id).order_by(Result.id.desc())
    ).all()


def live_result_of(session: Session, project_id: int) -> Result | None:
    """The draft or frozen result of a project; there is one at most."""
    return session.scalar(
        sa.select(Result)
        .where(Result.project_id == project_id, Result.state.in_(LIVE))
        .order_by(Result.id.desc())
        .limit(1)
    )


def frozen_results_of_company(session: Session, company_id: int) -> Sequence[Result]:
    """The frozen results of a company: what can be entered into a round."""
    return session.scalars(
        sa.select(Result)
        .join(Result.project)
        .options(joinedload(Result.project).joinedload(Project.circle))
        .where(Project.company_id == company_id, Result.state == ResultState.FROZEN)
        .order_by(Result.frozen_at, Result.id)
    ).all()


def results_listed(
    session: Session,
    *,
    actor: Actor,
    states: Sequence[ResultState] = (),
    company_id: int | None = None,
    text: str = "",
    sort: str = "newest",
    page: int = 1,
    size: int = PAGE_SIZE,
    most: int | None = None,
) -> Page[Result]:
    """A page of the results that the actor may see in circle and company: two statements."""
    statement = (
        sa.select(Result)
        .join(Result.project)
        .options(
            sa.orm.defer(Result.package),
            sa.orm.defer(Result.blind_package),
            sa.orm.contains_eager(Result.project).joinedload(Project.circle),
            sa.orm.contains_eager(Result.project).joinedload(Project.company),
        )
        .where(visible_to(actor))
        .order_by(*SORTS.get(sort, SORTS["newest"]))
    )
    if states:
        statement = statement.where(Result.state.in_(states))
    if company_id:
        statement = statement.where(Project.company_id == company_id)
    if text.strip():
        statement = statement.where(Result.title.contains(text.strip(), autoescape=True))
    return page_of(session, statement, number=page, size=size, most=most)


def package_of(session: Session, result: Result) -> dict[str, Any]:
    """The frozen package; for a draft, the package as it would be frozen now."""
    return result.package if result.package is not None else gather_package(session, result)


def projects_without_result(session: Session, actor: Actor) -> Sequence[Project]:
    """The finished projects of the actor's circles that have no live result yet."""
    with_result = sa.select(Result.project_id).where(Result.state.in_(LIVE))
    found = session.scalars(
        sa.select(Project)
        .options(joinedload(Project.circle).selectinload(Circle.members))
        .where(
            visible_to(actor),
            Project.state.in_([ProjectState.COMPLETED]),
            Project.id.not_in(with_result),
            Project.circle_id.is_not(None),
        )
        .order_by(Project.completed_at, Project.id)
    ).all()
    return [project for project in found if is_member(actor, project.circle)]


def blind_page(session: Session, result: Result, page_id: int) -> BlindPage:
    """One blind page of this result; NotFound if it is another's."""
    found = session.get(BlindPage, page_id)
    if found is None or found.result_id != result.id:
        raise NotFound
    return found


def blind_pages_of(session: Session, result_id: int) -> Sequence[BlindPage]:
    """All blind pages of a result, confirmed or not."""
    return session.scalars(
        sa.select(BlindPage).where(BlindPage.result_id == result_id).order_by(BlindPage.position)
    ).all()


def shown_pages_of(session: Session, result_id: int) -> Sequence[BlindPage]:
    """The confirmed blind pages: all that a judge is shown."""
    return session.scalars(
        sa.select(BlindPage)
        .where(BlindPage.result_id == result_id, BlindPage.confirmed_at.is_not(None))
        .order_by(BlindPage.position)
    ).all()


def unconfirmed_counts(session: Session, result_ids: Sequence[int]) -> dict[int, int]:
    """How many blind pages of each result wait for confirmation: one statement."""
    rows = session.execute(
        sa.select(BlindPage.result_id, sa.func.count())
        .where(BlindPage.result_id.in_(list(result_ids)), BlindPage.confirmed_at.is_(None))
        .group_by(BlindPage.result_id)
    )
    return {result_id: count for result_id, count in rows}


def blind_copy_key(result_id: int) -> str:
    """The key of the job that draws the pages of a result's blind copy."""
    return f"{BLIND_COPY}:{result_id}"


def blind_copy_job(session: Session, result: Result) -> Job | None:
    """The job that is drawing the pages of a frozen result; None once the copy is ready, and for a draft."""
    if result.blind_ready_at is not None or result.package is None:
        return None
    return session.scalar(sa.select(Job).where(Job.key == blind_copy_key(result.id)))


def results_not_blinded(session: Session, result_ids: Sequence[int]) -> set[int]:
    """The results whose blind copy is still being made or has an unconfirmed page: one statement."""
    waits = sa.exists().where(BlindPage.result_id == Result.id, BlindPage.confirmed_at.is_(None))
    rows = session.scalars(
        sa.select(Result.id).where(
            Result.id.in_(list(result_ids)), sa.or_(Result.blind_ready_at.is_(None), waits)
        )
    )
    return set(rows)


def is_entered(session: Session, result_id: int) -> bool:
    """True while an entry of the result stands, read in the table of a later room."""
    entries = sa.table("entries", sa.column("result_id"), sa.column("state"))
    standing = sa.and_(entries.c.result_id == result_id, entries.c.state.not_in(["withdrawn", "rejected"]))
    return bool(session.scalar(sa.select(sa.exists().where(standing))))


def department_names(session: Session, company_id: int) -> list[str]:
    """The names of a company's departments, closed ones included."""
    return list(session.scalars(sa.select(Department.name).where(Department.company_id == company_id)))


def _one(session: Session, condition: sa.ColumnElement[bool]) -> Result:
    found = session.scalar(
        sa.select(Result)
        .options(
            joinedload(Result.project)
            .joinedload(Project.circle)
            .selectinload(Circle.members)
            .joinedload(CircleMember.person),
            joinedload(Result.project).joinedload(Project.company).joinedload(Company.region),
            joinedload(Result.frozen_by),
            selectinload(Result.blind_pages),
        )
        .where(condition)
    )
    if found is None:
        raise NotFound
    return found


__all__ = [
    "BLIND_COPY",
    "FINISHED",
    "blind_copy_job",
    "blind_copy_key",
    "blind_page",
    "blind_pages_of",
    "department_names",
    "frozen_results_of_company",
    "is_entered",
    "live_result_of",
    "package_of",
    "projects_without_result",
    "result_by_id",
    "result_by_key",
    "result_for",
    "results_listed",
    "results_not_blinded",
    "results_of_project",
    "shown_pages_of",
    "unconfirmed_counts",
]
