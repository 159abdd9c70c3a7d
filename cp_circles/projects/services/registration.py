"""The registration of a project: draft, submission, return, approval."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle, CircleState
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects import queries, rules
from cp_circles.projects.details import (
    PlanDetails,
    ProjectDetails,
    check_details,
    check_plan,
)
from cp_circles.projects.models import (
    Project,
    ProjectState,
)
from cp_circles.projects.services.guards import (
    require_member,
    require_reason,
    require_reviewer,
    require_state,
    require_version,
)
from cp_circles.projects.services.storing import (
    bind_editions,
    check_bars,
    check_choices,
    create_steps,
    facts_of,
    known_method,
    plan_keys,
    plan_lines,
    store_details,
    store_plan,
)

REVIEW = msg("Review the registration of project %(title)s")
CORRECT = msg("Correct and resubmit project %(title)s")


def create_project(
    session: Session,
    *,
    actor: Actor,
    circle: Circle,
    details: ProjectDetails,
    grew_from: Project | None = None,
    modelled_on: Project | None = None,
    now: datetime,
) -> Project:
    """Begin a draft of a circle's project: anew, from an earlier one the actor may see, or after a case."""
    if not rules.can_see_circle_work(actor, circle):
        raise NotFound
    if not rules.can_create_project(actor, circle):
        raise NotAllowed(msg("Only members of the circle begin its project."))
    check_details(details)
    check_choices(session, details)
    project = Project(
        circle=circle,
        company_id=circle.company_id,
        title=details.title.strip(),
        focus_area=details.focus_area,
        domain=details.domain,
        grew_from_id=grew_from.id if grew_from is not None else None,
        created_by_id=actor.person_id,
        created_at=now,
    )
    session.add(project)
    store_details(session, project, details)
    after: dict[str, Any] = {"title": project.title}
    if grew_from is not None:
        after["grew_from"] = grew_from.id
    if modelled_on is not None:
        after["modelled_on"] = modelled_on.id
    _note(session, actor, project, "projects.create_project", now, after=after)
    return project


def edit_project(
    session: Session, *, actor: Actor, project: Project, version: int, details: ProjectDetails, now: datetime
) -> Project:
    """Save the form of a draft or returned project; Stale if somebody saved it meanwhile."""
    require_member(actor, project)
    require_state(project, *rules.EDITABLE)
    require_version(project, version)
    check_details(details)
    check_choices(session, details)
    before = facts_of(project)
    store_details(session, project, details)
    project.version += 1
    session.flush()
    after = facts_of(project)
    changed = [name for name in after if before[name] != after[name]]
    _note(
        session,
        actor,
        project,
        "projects.edit_project",
        now,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return project


def set_plan(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    version: int,
    bars: Sequence[PlanDetails],
    now: datetime,
) -> Project:
    """Save the bars of the plan, before the registration or while the project runs."""
    require_member(actor, project)
    require_state(project, *rules.EDITABLE, *rules.RUNNING)
    require_version(project, version)
    check_plan(bars)
    check_bars(bars, plan_keys(known_method(session, project.method_edition_id)))
    before = plan_lines(project)
    store_plan(session, project, bars)
    project.version += 1
    session.flush()
    after = {"plan": plan_lines(project)}
    _note(session, actor, project, "projects.set_plan", now, before={"plan": before}, after=after)
    return project


def delete_project(session: Session, *, actor: Actor, project: Project, now: datetime) -> None:
    """Delete a draft that was never submitted."""
    require_member(actor, project)
    require_state(project, ProjectState.DRAFT)
    _note(session, actor, project, "projects.delete_project", now, before={"title": project.title})
    for row in [*project.indicators, *project.plan_items]:
        session.delete(row)
    session.flush()
    session.delete(project)
    session.flush()


def submit_project(session: Session, *, actor: Actor, project: Project, now: datetime) -> Project:
    """Hand the form to the company's department; it must be complete and its circle registered."""
    require_member(actor, project)
    require_state(project, *rules.EDITABLE)
    _require_registered_circle(project)
    check_complete(project)
    project.state = ProjectState.SUBMITTED
    project.state_reason = ""
    project.version += 1
    session.flush()
    _note(session, actor, project, "projects.submit_project", now)
    finish_tasks(session, subject=project, now=now)
    assign_task(
        session,
        kind=REVIEW,
        subject=project,
        url=f"/projects/{project.id}",
        to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY,
        scope_id=project.company_id,
        values={"title": project.title},
        now=now,
    )
    return project


def return_project(
    session: Session, *, actor: Actor, project: Project, reason: str, now: datetime
) -> Project:
    """Give a submitted project back to its circle with the reason."""
    require_reviewer(actor, project)
    require_state(project, ProjectState.SUBMITTED)
    reason = require_reason(reason)
    project.state = ProjectState.RETURNED
    project.state_reason = reason
    project.version += 1
    session.flush()
    _note(session, actor, project, "projects.return_project", now, reason=reason)
    finish_tasks(session, subject=project, now=now)
    tell_leader(session, project=project, kind=CORRECT, now=now)
    return project


def approve_project(
    session: Session, *, actor: Actor, project: Project, exception_reason: str = "", now: datetime
) -> Project:
    """Register a project: number, latest editions of method and factors, and its steps.

    While another project of the circle is unfinished, the department must say why it allows one more.
    """
    require_reviewer(actor, project)
    require_state(project, ProjectState.SUBMITTED)
    circle = _require_registered_circle(project)
    if queries.unfinished_of_circle(session, circle.id, but_not=project.id) and not exception_reason.strip():
        raise Invalid(
            msg("The circle has an unfinished project. Say why it may register another one."),
            field="exception_reason",
        )
    method = bind_editions(session, project)
    take_turns(session, f"project-number-{circle.id}")
    project.number = f"{circle.number}-{queries.last_sequence(session, circle) + 1:02d}"
    project.state = ProjectState.REGISTERED
    project.registered_at = now
    project.version += 1
    create_steps(project, method)
    session.flush()
    after = {
        "number": project.number,
        "method": project.method_edition_id,
        "factors": project.factors_edition_id,
    }
    _note(
        session, actor, project, "projects.approve_project", now, reason=exception_reason.strip(), after=after
    )
    finish_tasks(session, subject=project, now=now)
    return project


def check_complete(project: Project) -> None:
    """Raise Invalid for the first thing that a submission lacks."""
    needed: Sequence[tuple[Any, str, str]] = (
        (project.method_edition_id, "method", msg("Choose the method.")),
        (project.reason.strip(), "reason", msg("Say why this project was chosen, with data.")),
        (project.starts_on, "starts_on", msg("Say when the work starts.")),
        (project.ends_on, "ends_on", msg("Say when the work ends.")),
        (
            project.indicators,
            "indicators",
            msg("Name at least one indicator that the project wants to change."),
        ),
    )
    for value, field, message in needed:
        if not value:
            raise Invalid(message, field=field)


def tell_leader(
    session: Session,
    *,
    project: Project,
    kind: str,
    url: str = "",
    values: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """A task for the leader of the project's circle, if it has one."""
    leader = project.circle.leader if project.circle is not None else None
    if leader is None:
        return
    assign_task(
        session,
        kind=kind,
        subject=project,
        url=url or f"/projects/{project.id}",
        to_person=leader.person,
        values={"title": project.title, **(values or {})},
        now=now,
    )


def _require_registered_circle(project: Project) -> Circle:
    circle = project.circle
    if circle is None or circle.state is not CircleState.REGISTERED:
        raise DomainError(msg("The circle must be registered before its project can be."))
    return circle


def _note(session: Session, actor: Actor, project: Project, verb: str, now: datetime, **more: Any) -> None:
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=project,
        company_id=project.company_id,
        at=now,
        **more,
    )
