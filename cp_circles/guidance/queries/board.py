"""The board: which circles are stuck, dormant or ready, by thresholds that the company sets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Circle, CircleMember, CircleState
from cp_circles.db.models import Event
from cp_circles.editions.queries import packs
from cp_circles.errors import msg
from cp_circles.guidance.models import QUIET_DAYS, GuidanceSettings
from cp_circles.projects.models import Project, ProjectState
from cp_circles.projects.rules import RUNNING, is_done
from cp_circles.results.models import Result, ResultState
from cp_circles.rulesets.schema import Method
from cp_circles.savings.models import Saving, SavingState

STUCK, DORMANT, READY = "stuck", "dormant", "ready"
GROUPS = (STUCK, DORMANT, READY)
REMIND, VISIT, OPEN = "remind", "visit", "open"
QUIET = msg("no activity for %(days)s days")
LATE = msg("step %(step)s is %(days)s days behind its plan")
CLAIM = msg("a claimed saving has waited %(days)s days for a signature")
RETURNED = msg("returned %(days)s days ago and not submitted again")
ASLEEP = msg("dormant; last activity %(days)s days ago")
COMPLETE = msg("every step is done: the project can be completed")
REPORT = msg("completed: the result can be reported and frozen")
WATCHED = (*RUNNING, ProjectState.RETURNED, ProjectState.COMPLETED)
RETURNS = ("circles.return_circle", "projects.return_project")


@dataclass(frozen=True)
class BoardRow:
    """One reason why a circle stands on the board; `act` is the one thing that helps."""

    group: str
    text: str
    circle: Circle
    act: str
    url: str
    project: Project | None = None
    days: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """What a search looks at: the circle and its project."""
        return (self.circle.name, self.project.title) if self.project is not None else (self.circle.name,)


def thresholds_of(session: Session, company_id: int) -> GuidanceSettings:
    """The company's thresholds, or the defaults (not stored)."""
    found = session.scalar(sa.select(GuidanceSettings).where(GuidanceSettings.company_id == company_id))
    return found or GuidanceSettings(
        company_id=company_id, quiet_days=QUIET_DAYS, late_days=7, claim_days=10, returned_days=10, version=0
    )


def quiet_days_of(session: Session, company_ids: Iterable[int]) -> dict[int, int]:
    """After how many days without an activity a circle counts as stuck, by company: one query."""
    ids = list(company_ids)
    wanted = sa.select(GuidanceSettings.company_id, GuidanceSettings.quiet_days)
    stored = {id_: days for id_, days in session.execute(wanted.where(GuidanceSettings.company_id.in_(ids)))}
    return {id_: stored.get(id_, QUIET_DAYS) for id_ in ids}


def board_of(session: Session, company_id: int, *, today: date, zone: tzinfo = SHANGHAI) -> list[BoardRow]:
    """All rows of the board, the longest waiting first within each group: a fixed number of statements."""
    limits = thresholds_of(session, company_id)
    circles = _circles(session, company_id)
    projects = _projects(session, company_id)
    by_id = {circle.id: circle for circle in circles}
    returned = _returned(session, [*circles, *projects], zone)
    methods = packs(session, {one.method_edition_id for one in projects if one.method_edition_id}, Method)
    rows = [
        *_of_circles(circles, limits, returned, today),
        *_of_projects(projects, by_id, limits, returned, methods, today),
        *_of_savings(session, projects, by_id, limits, today, zone),
        *_of_results(session, projects, by_id),
    ]
    return sorted(rows, key=lambda row: (GROUPS.index(row.group), -row.days, row.circle.id))


def _circles(session: Session, company_id: int) -> Sequence[Circle]:
    return session.scalars(
        sa.select(Circle)
        .options(selectinload(Circle.members).joinedload(CircleMember.person), joinedload(Circle.department))
        .where(
            Circle.company_id == company_id,
            Circle.state.not_in((CircleState.DRAFT, CircleState.DEREGISTERED)),
        )
    ).all()


def _projects(session: Session, company_id: int) -> Sequence[Project]:
    return session.scalars(
        sa.select(Project)
        .options(selectinload(Project.steps), selectinload(Project.plan_items))
        .where(Project.company_id == company_id, Project.state.in_(WATCHED), Project.import_key.is_(None))
    ).all()


def _returned(session: Session, things: Iterable[Any], zone: tzinfo) -> dict[tuple[str, int], date]:
    ids = {(one.__tablename__, one.id) for one in things if one.state.value == "returned"}
    rows = session.execute(
        sa.select(Event.subject_kind, Event.subject_id, sa.func.max(Event.at))
        .where(Event.verb.in_(RETURNS), Event.subject_id.in_(sorted({id_ for _, id_ in ids})))
        .group_by(Event.subject_kind, Event.subject_id)
    )
    return {(kind, id_): local_date(at, zone) for kind, id_, at in rows}


def _of_circles(
    circles: Sequence[Circle],
    limits: GuidanceSettings,
    returned: Mapping[tuple[str, int], date],
    today: date,
) -> Iterable[BoardRow]:
    for circle in circles:
        url = f"/circles/{circle.id}"
        quiet = (today - circle.last_active_on).days if circle.last_active_on else 0
        if circle.state is CircleState.DORMANT:
            yield BoardRow(DORMANT, ASLEEP, circle, VISIT, url, None, quiet, {"days": quiet})
        elif circle.state is CircleState.REGISTERED and quiet >= limits.quiet_days:
            yield BoardRow(STUCK, QUIET, circle, REMIND, url, None, quiet, {"days": quiet})
        elif circle.state is CircleState.RETURNED:
            days = _days(returned.get(("circles", circle.id)), today)
            if days >= limits.returned_days:
                yield BoardRow(STUCK, RETURNED, circle, REMIND, url, None, days, {"days": days})


def _of_projects(
    projects: Sequence[Project],
    circles: Mapping[int, Circle],
    limits: GuidanceSettings,
    returned: Mapping[tuple[str, int], date],
    methods: Mapping[int, Method],
    today: date,
) -> Iterable[BoardRow]:
    for project in projects:
        circle = circles.get(project.circle_id or 0)
        if circle is None:
            continue
        url = f"/projects/{project.id}"
        if project.state is ProjectState.RETURNED:
            days = _days(returned.get(("projects", project.id)), today)
            if days >= limits.returned_days:
                yield BoardRow(STUCK, RETURNED, circle, REMIND, url, project, days, {"days": days})
        elif project.state in RUNNING and project.method_edition_id is not None:
            method = methods[project.method_edition_id]
            specs = {step.key: step for step in method.steps}
            done = {step.key for step in project.steps if is_done(step, specs[step.key])}
            if project.steps and len(done) == len(project.steps):
                yield BoardRow(READY, COMPLETE, circle, OPEN, url, project)
                continue
            late = _latest_late(project, specs, done, today)
            if late is not None and late[0] > limits.late_days:
                values = {"step": late[1], "days": late[0]}
                yield BoardRow(STUCK, LATE, circle, VISIT, url, project, late[0], values)


def _latest_late(
    project: Project, specs: Mapping[str, Any], done: set[str], today: date
) -> tuple[int, str] | None:
    """The first unfinished step in the plan that is past its end: days behind, and its number."""
    late = [
        ((today - item.ends_on).days, specs[item.step_key].number)
        for item in project.plan_items
        if item.step_key in specs and item.step_key not in done and item.ends_on < today
    ]
    return max(late, default=None, key=lambda pair: pair[0])


def _of_savings(
    session: Session,
    projects: Sequence[Project],
    circles: Mapping[int, Circle],
    limits: GuidanceSettings,
    today: date,
    zone: tzinfo,
) -> Iterable[BoardRow]:
    by_id = {project.id: project for project in projects}
    waiting = session.scalars(
        sa.select(Saving)
        .options(selectinload(Saving.claims))
        .where(
            Saving.project_id.in_(sorted(by_id)),
            Saving.state.in_((SavingState.CLAIMED, SavingState.IN_VERIFICATION)),
        )
    ).all()
    for saving in waiting:
        project = by_id[saving.project_id]
        circle, claim = circles.get(project.circle_id or 0), saving.claim
        if circle is None or claim is None:
            continue
        days = (today - local_date(claim.claimed_at, zone)).days
        if days >= limits.claim_days:
            url = f"/savings/{saving.id}"
            yield BoardRow(STUCK, CLAIM, circle, OPEN, url, project, days, {"days": days})


def _of_results(
    session: Session, projects: Sequence[Project], circles: Mapping[int, Circle]
) -> Iterable[BoardRow]:
    complete = {one.id: one for one in projects if one.state is ProjectState.COMPLETED}
    reported = set(
        session.scalars(
            sa.select(Result.project_id).where(
                Result.project_id.in_(sorted(complete)), Result.state != ResultState.DRAFT
            )
        )
    )
    for id_, project in complete.items():
        circle = circles.get(project.circle_id or 0)
        if circle is not None and id_ not in reported:
            yield BoardRow(READY, REPORT, circle, OPEN, f"/results/project/{id_}", project)


def _days(since: date | None, today: date) -> int:
    return (today - since).days if since is not None else 0
