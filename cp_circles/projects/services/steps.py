"""Steps: completion by the circle, sign-off, not applicable, reopening, and the way back to the plan."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, NotAllowed, msg
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects import queries, rules
from cp_circles.projects.gates import Missing
from cp_circles.projects.models import Project, ProjectStep, StepState
from cp_circles.projects.services.guards import (
    begin_work,
    require_member,
    require_open,
    require_reason,
    require_running,
    require_sight,
)
from cp_circles.projects.services.registration import tell_leader
from cp_circles.rulesets.schema import Method, Step

SIGN_OFF = msg("Sign off a step of project %(title)s")
LOOK_AGAIN = msg("A step of project %(title)s was reopened")
LOOP_GATE = "target_reached"


class StepIncomplete(DomainError):
    """A step that lacks something; `missing` lists what."""

    msgid = msg("The step is not complete yet: %(count)s things are missing.")

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = list(missing)
        super().__init__(None, count=len(self.missing))


def complete_step(
    session: Session, *, actor: Actor, project: Project, step: ProjectStep, now: datetime
) -> ProjectStep:
    """The circle declares an open step complete; refused with the list of what its gates still lack."""
    require_member(actor, project)
    require_running(project)
    require_open(step)
    method = queries.method_of(session, project)
    missing = queries.missing_for(session, project, step)
    if missing:
        raise StepIncomplete(missing)
    begin_work(session, actor=actor, project=project, now=now)
    step.state = StepState.COMPLETED
    step.completed_at = now
    step.completed_by_id = actor.person_id
    step.reason = ""
    session.flush()
    _note(session, actor, project, step, "projects.complete_step", now)
    if _spec(method, step).signoff:
        _ask_for_sign_off(session, project, step, now)
    open_next_steps(session, project, method)
    return step


def sign_off_step(
    session: Session, *, actor: Actor, project: Project, step: ProjectStep, now: datetime
) -> ProjectStep:
    """A facilitator who is not of the circle confirms a completed step that asks for it."""
    require_sight(actor, project)
    if not rules.can_sign_off(actor, project):
        raise NotAllowed(
            msg("A step is signed off by a facilitator or the department, never by the circle itself.")
        )
    require_running(project)
    method = queries.method_of(session, project)
    if not _spec(method, step).signoff or step.state is not StepState.COMPLETED:
        raise DomainError(msg("Only a completed step that asks for it can be signed off."))
    step.state = StepState.SIGNED_OFF
    step.signed_off_at = now
    step.signed_off_by_id = actor.person_id
    session.flush()
    _note(session, actor, project, step, "projects.sign_off_step", now)
    finish_tasks(session, subject=step, now=now)
    open_next_steps(session, project, method)
    return step


def mark_not_applicable(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    steps: Sequence[ProjectStep],
    reason: str,
    now: datetime,
) -> None:
    """Set aside optional steps with one reason; a required step never."""
    require_member(actor, project)
    require_running(project)
    reason = require_reason(reason)
    method = queries.method_of(session, project)
    for step in steps:
        if _spec(method, step).required:
            raise DomainError(msg("Step %(number)s is required."), number=_spec(method, step).number)
        if step.state not in (StepState.OPEN, StepState.LOCKED):
            raise DomainError(
                msg("This step is %(state)s; only an open step can be changed."), state=step.state
            )
    begin_work(session, actor=actor, project=project, now=now)
    for step in steps:
        step.state = StepState.NOT_APPLICABLE
        step.reason = reason
        session.flush()
        _note(session, actor, project, step, "projects.set_step_aside", now, reason=reason)
    open_next_steps(session, project, method)


def reopen_step(
    session: Session, *, actor: Actor, project: Project, step: ProjectStep, reason: str, now: datetime
) -> ProjectStep:
    """Open a finished step again with a reason; what was signed off, only whoever may sign off."""
    require_sight(actor, project)
    if not rules.can_reopen_step(actor, project):
        raise NotAllowed(msg("Only members of the circle, its facilitator or the department reopen a step."))
    if step.state is StepState.SIGNED_OFF and not rules.can_sign_off(actor, project):
        raise NotAllowed(msg("A step that was signed off is reopened by whoever may sign it off."))
    require_running(project)
    if step.state not in (StepState.COMPLETED, StepState.SIGNED_OFF, StepState.NOT_APPLICABLE):
        raise DomainError(msg("This step is not finished."))
    reason = require_reason(reason)
    before = _reset(step, StepState.OPEN)
    step.reason = reason
    session.flush()
    _note(session, actor, project, step, "projects.reopen_step", now, reason=reason, before=before)
    finish_tasks(session, subject=step, now=now)
    if not rules.is_member(actor, project.circle):
        url = f"/projects/{project.id}/steps/{step.key}"
        tell_leader(session, project=project, kind=LOOK_AGAIN, url=url, now=now)
    return step


def return_to_plan(
    session: Session, *, actor: Actor, project: Project, step: ProjectStep, reason: str, now: datetime
) -> Project:
    """After a missed target, go back to the step that the method names; everything written stays.

    The steps from there on open anew in order, the loop counts one more, and the actual values are
    cleared to be measured again (the history keeps them).
    """
    require_member(actor, project)
    require_running(project)
    require_open(step)
    reason = require_reason(reason)
    method = queries.method_of(session, project)
    spec = _spec(method, step)
    missed = [one for one in queries.missing_for(session, project, step) if one.gate == LOOP_GATE]
    if spec.loop_to is None or not missed:
        raise DomainError(
            msg("The project goes back to its plan only when its target was measured and missed.")
        )
    if any(indicator.actual is None for indicator in project.indicators):
        raise DomainError(
            msg("The project goes back to its plan only when its target was measured and missed.")
        )
    start = queries.step_of(project, spec.loop_to)
    before = {
        "loop": project.loop,
        "actuals": {
            row.code: f"{row.actual.normalize():f}" for row in project.indicators if row.actual is not None
        },
        "steps": {row.key: row.state.value for row in project.steps if row.position >= start.position},
    }
    for row in project.steps:
        if row.position >= start.position and row.state is not StepState.NOT_APPLICABLE:
            _reset(row, StepState.OPEN if row is start else StepState.LOCKED)
            finish_tasks(session, subject=row, now=now)
    for indicator in project.indicators:
        indicator.actual = None
    project.loop += 1
    project.version += 1
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="projects.return_to_plan",
        subject=project,
        company_id=project.company_id,
        reason=reason,
        before=before,
        after={"loop": project.loop, "step": start.key},
        at=now,
    )
    return project


def open_next_steps(session: Session, project: Project, method: Method) -> None:
    """Unlock every step up to and including the first required one that is not done."""
    for step in project.steps:
        if step.state is StepState.LOCKED:
            step.state = StepState.OPEN
        if _spec(method, step).required and not rules.is_done(step, _spec(method, step)):
            break
    session.flush()


def _ask_for_sign_off(session: Session, project: Project, step: ProjectStep, now: datetime) -> None:
    for role in (Role.FACILITATOR, Role.DEPARTMENT):
        assign_task(
            session,
            kind=SIGN_OFF,
            subject=step,
            url=f"/projects/{project.id}/steps/{step.key}",
            to_role=role,
            scope_kind=ScopeKind.COMPANY,
            scope_id=project.company_id,
            values={"title": project.title},
            now=now,
        )


def _reset(step: ProjectStep, state: StepState) -> dict[str, Any]:
    before = {
        "state": step.state.value,
        "completed_by": step.completed_by_id,
        "signed_off_by": step.signed_off_by_id,
    }
    step.state = state
    step.completed_at = step.signed_off_at = None
    step.completed_by_id = step.signed_off_by_id = None
    return before


def _spec(method: Method, step: ProjectStep) -> Step:
    spec = method.step(step.key)
    if spec is None:
        raise LookupError(f"the bound edition has no step {step.key}")
    return spec


def _note(
    session: Session, actor: Actor, project: Project, step: ProjectStep, verb: str, now: datetime, **more: Any
) -> None:
    after = {"step": step.key, "state": step.state.value}
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=project,
        company_id=project.company_id,
        after=after,
        at=now,
        **more,
    )
