"""Effects without a value in money: the circle states, corrects or withdraws, the department signs."""

from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Evidence, Project, ProjectState
from cp_circles.savings import computing
from cp_circles.savings import queries as savings
from cp_circles.savings import rules as savings_rules
from cp_circles.savings.services import PasswordTooOld
from cp_circles.tools.models import ToolSheet
from cp_circles.verification import rules
from cp_circles.verification.models import EffectState, EffectWay, IntangibleEffect

RADAR = "radar"
NEED_EVIDENCE = {EffectWay.DOCUMENT, EffectWay.PHOTO}
OPEN_STATES = {ProjectState.REGISTERED, ProjectState.UNDER_WAY, ProjectState.COMPLETED}


def state_effect(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    text: str,
    shown_by: str,
    way: EffectWay = EffectWay.OBSERVED,
    evidence: Evidence | None = None,
    sheet: ToolSheet | None = None,
    now: datetime,
) -> IntangibleEffect:
    """State what became better and what shows it; the department is asked to sign.

    A document or photo needs a piece of the project's evidence, a radar chart one of its sheets, a survey
    either of them.
    """
    _require_circle(actor, project)
    row = _stated(actor, project, text, shown_by, way, evidence, sheet, now)
    _ask_department(session, row, now)
    _record(session, actor, row, "verification.state_effect", "", now)
    return row


def correct_effect(
    session: Session,
    *,
    actor: Actor,
    effect: IntangibleEffect,
    reason: str,
    text: str,
    shown_by: str,
    way: EffectWay = EffectWay.OBSERVED,
    evidence: Evidence | None = None,
    sheet: ToolSheet | None = None,
    now: datetime,
) -> IntangibleEffect:
    """Withdraw an effect and state it anew, other than before; the department signs what stands now."""
    require_own(session, actor, effect)
    _require_reason(reason)
    row = _stated(actor, effect.project, text, shown_by, way, evidence, sheet, now)
    facts = ("text", "shown_by", "way", "evidence", "sheet")
    if all(getattr(row, name) == getattr(effect, name) for name in facts):
        raise Invalid(msg("Nothing is different from what stands; change it, or leave it."), field="text")
    row.corrects_id = effect.id
    _take_back(session, actor, effect, reason, now)
    _ask_department(session, row, now)
    _record(session, actor, row, "verification.correct_effect", reason, now, corrects=effect.id)
    return row


def withdraw_effect(
    session: Session, *, actor: Actor, effect: IntangibleEffect, reason: str, now: datetime
) -> None:
    """Take an effect back as the circle, with the department's signature if there was one."""
    require_own(session, actor, effect)
    _require_reason(reason)
    _take_back(session, actor, effect, reason, now)
    _record(session, actor, effect, "verification.withdraw_effect", reason, now)


def _require_circle(actor: Actor, project: Project) -> None:
    if not rules.can_see_effects(actor, project):
        raise NotFound
    if not rules.can_state_effect(actor, project):
        raise NotAllowed(msg("Only members of the circle state what became better."))
    if project.state not in OPEN_STATES:
        raise DomainError(msg("Effects are stated while a project is registered, under way or completed."))


def require_own(session: Session, actor: Actor, effect: IntangibleEffect) -> None:
    """Only the circle changes an effect, and only one that stands in a project that is open."""
    _require_circle(actor, effect.project)
    session.refresh(effect)
    if effect.withdrawn_at is not None:
        raise DomainError(msg("This effect was withdrawn already."))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")


def _take_back(session: Session, actor: Actor, effect: IntangibleEffect, reason: str, now: datetime) -> None:
    effect.withdrawn_by_id, effect.withdrawn_at = actor.person_id, now
    effect.withdraw_reason = reason.strip()
    session.flush()
    finish_tasks(session, subject=effect, now=now)


def _stated(
    actor: Actor,
    project: Project,
    text: str,
    shown_by: str,
    way: EffectWay,
    evidence: Evidence | None,
    sheet: ToolSheet | None,
    now: datetime,
) -> IntangibleEffect:
    """The row as it would stand, not yet stored."""
    if not text.strip():
        raise Invalid(msg("Say what became better."), field="text")
    if not shown_by.strip():
        raise Invalid(msg("Say what shows it: a record, a check, a photo, who was asked."), field="shown_by")
    _require_record(project, way, evidence, sheet)
    return IntangibleEffect(
        project=project, project_id=project.id, text=text.strip(), shown_by=shown_by.strip(),
        way=way, evidence=evidence, sheet=sheet, state=EffectState.STATED,
        stated_by_id=actor.person_id, stated_at=now,
    )  # fmt: skip


def _ask_department(session: Session, row: IntangibleEffect, now: datetime) -> None:
    project = row.project
    session.add(row)
    session.flush()
    assign_task(
        session, kind=msg("Sign the effect without money of %(project)s"), values={"project": project.title},
        subject=row, url=f"/verification/projects/{project.id}/effects", to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY, scope_id=project.company_id,
        due_on=savings_rules.due_on(now, savings_rules.DAYS_TO_SIGN), now=now,
    )  # fmt: skip


def _require_record(
    project: Project, way: EffectWay, evidence: Evidence | None, sheet: ToolSheet | None
) -> None:
    if evidence is not None and (evidence.project_id != project.id or evidence.withdrawn_at is not None):
        raise Invalid(msg("Choose a piece of this project's evidence that stands."), field="evidence_id")
    if sheet is not None and (
        sheet.project_id != project.id or sheet.withdrawn_at is not None or not sheet.latest.is_complete
    ):
        raise Invalid(msg("Choose a complete sheet of this project's workbench."), field="sheet_id")
    if way in NEED_EVIDENCE and evidence is None:
        raise Invalid(
            msg("Choose the document or photo among the project's evidence; attach it at its step first."),
            field="evidence_id",
        )
    if way is EffectWay.RADAR and (sheet is None or sheet.code != RADAR):
        raise Invalid(
            msg("Choose the radar chart of this project; draw it on the workbench first."), field="sheet_id"
        )
    if way is EffectWay.SURVEY and evidence is None and sheet is None:
        raise Invalid(
            msg("Choose the sheet or the file that holds the answers before and after."), field="evidence_id"
        )


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
    if effect.withdrawn_at is not None:
        raise DomainError(msg("This effect was withdrawn already."))
    if effect.state is not EffectState.STATED:
        raise DomainError(msg("This effect was decided on already."))
    if not confirmed:
        _require_reason(reason)
    if not savings_rules.is_password_fresh(password_confirmed_at, now):
        raise PasswordTooOld
    effect.state = EffectState.CONFIRMED if confirmed else EffectState.DECLINED
    effect.decided_by_id, effect.decided_at, effect.reason = actor.person_id, now, reason.strip()
    facts = {"effect": effect.id, "text": effect.text, "shown_by": effect.shown_by}
    facts |= {"state": effect.state.value, "way": effect.way.value, **_record_behind(effect)}
    effect.sha256 = computing.sha256_of(computing.canonical(facts)[0])
    session.flush()
    finish_tasks(session, subject=effect, now=now)
    _record(session, actor, effect, "verification.decide_effect", reason, now)
    return effect


def _record_behind(effect: IntangibleEffect) -> dict[str, str]:
    """What the department sees when it signs: the file's hash, the sheet and its version."""
    facts = {}
    if effect.evidence is not None:
        facts["evidence_sha256"] = effect.evidence.latest.sha256
    if effect.sheet is not None:
        facts["sheet"] = f"{effect.sheet.id}/{effect.sheet.latest.number}"
    return facts


def _record(
    session: Session,
    actor: Actor,
    row: IntangibleEffect,
    verb: str,
    reason: str,
    now: datetime,
    **more: int,
) -> None:
    record_event(
        session, actor=actor, verb=verb, subject=row, at=now, company_id=row.project.company_id,
        reason=reason.strip(), after={"effect": row.id, "state": row.state.value, **more},
    )  # fmt: skip
