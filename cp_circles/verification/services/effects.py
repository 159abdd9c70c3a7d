"""Effects without a value in money: stated by the circle, signed or declined by the department."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectState
from cp_circles.savings import computing
from cp_circles.savings import queries as savings
from cp_circles.savings import rules as savings_rules
from cp_circles.savings.services import PasswordTooOld
from cp_circles.verification import rules
from cp_circles.verification.models import EffectState, IntangibleEffect

OPEN_STATES = {ProjectState.REGISTERED, ProjectState.UNDER_WAY, ProjectState.COMPLETED}


def state_effect(
    session: Session, *, actor: Actor, project: Project, text: str, shown_by: str, now: datetime
) -> IntangibleEffect:
    """State what became better and what shows it; the department is asked to sign."""
    if not rules.can_see_effects(actor, project):
        raise NotFound
    if not rules.can_state_effect(actor, project):
        raise NotAllowed(msg("Only members of the circle state what became better."))
    if project.state not in OPEN_STATES:
        raise DomainError(msg("Effects are stated while a project is registered, under way or completed."))
    if not text.strip():
        raise Invalid(msg("Say what became better."), field="text")
    if not shown_by.strip():
        raise Invalid(msg("Say what shows it: a record, a check, a photo, who was asked."), field="shown_by")
    row = IntangibleEffect(
        project=project, project_id=project.id, text=text.strip(), shown_by=shown_by.strip(),
        state=EffectState.STATED, stated_by_id=actor.person_id, stated_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assign_task(
        session, kind=msg("Sign the effect without money of %(project)s"), values={"project": project.title},
        subject=row, url=f"/verification/projects/{project.id}/effects", to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY, scope_id=project.company_id,
        due_on=(now + timedelta(days=savings_rules.DAYS_TO_SIGN)).date(), now=now,
    )  # fmt: skip
    _record(session, actor, row, "verification.state_effect", "", now)
    return row


def decide_effect(
    session: Session,
    *,
    actor: Actor,
    effect: IntangibleEffect,
    confirmed: bool,
    reason: str,
    password_confirmed_at: datetime,
    now: datetime,
) -> IntangibleEffect:
    """Sign an effect as the department, or decline it with a reason; a password given lately is asked for."""
    project = effect.project
    if not rules.can_see_effects(actor, project):
        raise NotFound
    people = savings.people_of_circle(session, project.circle_id)
    if not rules.can_decide_effect(actor, project, people):
        raise NotAllowed(msg("The department signs an effect, and nobody who is of the circle."))
    session.refresh(effect)
    if effect.state is not EffectState.STATED:
        raise DomainError(msg("This effect was decided on already."))
    if not confirmed and not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    if not savings_rules.is_password_fresh(password_confirmed_at, now):
        raise PasswordTooOld
    effect.state = EffectState.CONFIRMED if confirmed else EffectState.DECLINED
    effect.decided_by_id, effect.decided_at, effect.reason = actor.person_id, now, reason.strip()
    facts = {"effect": effect.id, "text": effect.text, "shown_by": effect.shown_by}
    facts |= {"state": effect.state.value}
    effect.sha256 = computing.sha256_of(computing.canonical(facts)[0])
    session.flush()
    finish_tasks(session, subject=effect, now=now)
    _record(session, actor, effect, "verification.decide_effect", reason, now)
    return effect


def _record(
    session: Session, actor: Actor, row: IntangibleEffect, verb: str, reason: str, now: datetime
) -> None:
    record_event(
        session, actor=actor, verb=verb, subject=row, at=now, company_id=row.project.company_id,
        reason=reason.strip(), after={"effect": row.id, "state": row.state.value},
    )  # fmt: skip
