"""The questions that every act on a project asks first: may they, and may it be."""

from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.people.rules import Actor
from cp_circles.projects import rules
from cp_circles.projects.models import Project, ProjectState, ProjectStep


def require_sight(actor: Actor, project: Project) -> None:
    """NotFound for whoever may not see the project."""
    if not rules.can_see_project(actor, project):
        raise NotFound


def require_member(actor: Actor, project: Project) -> None:
    """NotAllowed for whoever is not a present member of the circle."""
    require_sight(actor, project)
    if not rules.can_work_on(actor, project):
        raise NotAllowed(msg("Only members of the circle work on its project."))


def require_reviewer(actor: Actor, project: Project) -> None:
    """NotAllowed for whoever is not the company's department, or belongs to the circle."""
    require_sight(actor, project)
    if rules.was_member(actor, project.circle) and actor.heads_department_of(project.company_id):
        raise NotAllowed(msg("Nobody decides on the work of their own circle."))
    if not rules.can_review_project(actor, project):
        raise NotAllowed(msg("Only the company's cleaner-production department decides on registrations."))


def require_state(project: Project, *states: ProjectState) -> None:
    """DomainError when the project is in another state."""
    if project.state not in states:
        raise DomainError(msg("The project is %(state)s; this is not possible now."), state=project.state)


def require_running(project: Project) -> None:
    """DomainError unless the project is registered and not yet finished."""
    if not rules.is_running(project):
        raise DomainError(
            msg("The project is %(state)s; its steps are worked on once it is registered and until it ends."),
            state=project.state,
        )


def require_open(step: ProjectStep) -> None:
    """DomainError unless the step is open."""
    if not rules.is_workable(step):
        raise DomainError(msg("This step is %(state)s; only an open step can be changed."), state=step.state)


def require_version(project: Project, version: int) -> None:
    """Stale when somebody saved the project meanwhile."""
    if project.version != version:
        current = {"version": project.version, "title": project.title, "reason": project.reason}
        raise Stale(current=current)


def require_reason(reason: str) -> str:
    """The reason without blanks around it; Invalid when there is none."""
    if not reason.strip():
        raise Invalid(msg("Say why: the people concerned will read it."), field="reason")
    return reason.strip()


def begin_work(session: Session, *, actor: Actor, project: Project, now: datetime) -> None:
    """The first record, evidence or step makes a registered project one that is under way."""
    if project.state is not ProjectState.REGISTERED:
        return
    project.state = ProjectState.UNDER_WAY
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="projects.begin_project",
        subject=project,
        company_id=project.company_id,
        at=now,
    )
