"""The formal review of an entry: its four outcomes, and the checklist that stands behind them."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, Invalid, msg
from cp_circles.judging import guards, phases, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Entry, EntryState
from cp_circles.judging.outcome_models import EntryReview
from cp_circles.judging.services.entries import finish_review_task, hold_entry
from cp_circles.notices.services import assign_task, finish_tasks, send_mail
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import RoundRule

OUTCOMES = {
    "accepted": EntryState.ACCEPTED,
    "to_complete": EntryState.TO_COMPLETE,
    "deferred": EntryState.DEFERRED,
    "rejected": EntryState.REJECTED,
}
REVIEWABLE = (EntryState.SUBMITTED, EntryState.TO_COMPLETE, EntryState.DEFERRED, EntryState.ACCEPTED)


def review_entry(
    session: Session,
    *,
    actor: Actor,
    entry: Entry,
    outcome: str,
    reason: str = "",
    complete_by: date | None = None,
    checks: Mapping[str, str] | None = None,
    now: datetime,
) -> Entry:
    """The formal review: accepted, to be completed by a date, deferred or rejected; all but one say why.

    `checks` are the answers to the rule's checklist: 'yes', 'no' or 'na' by key; None where none was kept.
    """
    round_ = entry.round_
    guards.require_organiser(actor, round_)
    hold_entry(session, entry)
    if not can_review_now(session, entry, now):
        raise phases.PhaseClosed
    if outcome not in OUTCOMES:
        raise Invalid(msg("Choose one of the four outcomes."), field="outcome")
    if outcome in ("accepted", "to_complete") and phases.is_scoring_over(
        round_, guards.rule_of(session, round_), now
    ):
        raise phases.PhaseClosed(
            msg("Scoring is over; an entry that was not reviewed in time can only be deferred or rejected.")
        )
    if entry.state not in REVIEWABLE:
        raise DomainError(msg("This entry is not open to review any more."))
    if checks is not None:
        require_checked(guards.rule_of(session, round_), checks, outcome)
    if outcome != "accepted":
        reason = guards.require_reason(reason)
    today = phases.OFFICE_HOURS.day_of(now)
    if outcome == "to_complete" and (complete_by is None or complete_by <= today):
        raise Invalid(msg("Give a day after today by which the entry must be complete."), field="complete_by")
    before = entry.state
    entry.state, entry.review_reason = OUTCOMES[outcome], reason.strip()
    entry.complete_by = complete_by if outcome == "to_complete" else None
    entry.reviewed_by_id, entry.reviewed_at = actor.person_id, now
    session.add(_kept(entry, outcome, checks or {}, actor, now))
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.review_entry",
        subject=entry,
        at=now,
        company_id=entry.result.project.company_id,
        reason=entry.review_reason,
        before={"state": before.value},
        after={"state": entry.state.value, "checks": dict(checks or {})},
    )
    finish_review_task(session, round_, now)
    for kind in (tasks.COMPLETE, tasks.LATE):
        finish_tasks(session, subject=entry, kind=kind, now=now)
    _tell_entrant(session, entry, now)
    return entry


def _kept(entry: Entry, outcome: str, checks: Mapping[str, str], actor: Actor, now: datetime) -> EntryReview:
    return EntryReview(
        entry_id=entry.id,
        outcome=outcome,
        checks=dict(checks),
        reason=entry.review_reason,
        complete_by=entry.complete_by,
        reviewed_by_id=actor.person_id,
        reviewed_at=now,
    )


def require_checked(rule: RoundRule, checks: Mapping[str, str], outcome: str) -> None:
    """Refuse answers that are none, and an acceptance with a point unanswered or a deciding one denied."""
    known = {check.key: check for check in rule.formal_checks}
    if not set(checks) <= set(known) or not set(checks.values()) <= {"yes", "no", "na"}:
        raise Invalid(msg("Tick only what stands in the list."), field="outcome")
    if outcome != "accepted":
        return
    for key, check in known.items():
        if key not in checks:
            raise Invalid(
                msg("Answer every point of the checklist before the entry is accepted."), field=f"check_{key}"
            )
        if checks[key] == "no" and check.decides:
            raise Invalid(
                msg("An entry that lacks this cannot be accepted; ask for its completion or refuse it."),
                field=f"check_{key}",
            )


def can_review_now(session: Session, entry: Entry, now: datetime) -> bool:
    """True in the formal review; after it only for an entry that still waits, until the list is published.

    What came late or was completed late is reviewed late: no standing is computed while an entry waits.
    """
    round_ = entry.round_
    rule = guards.rule_of(session, round_)
    if phases.right_open(round_, rule, "review_entry", now):
        return True
    waits = entry.state in (EntryState.SUBMITTED, EntryState.TO_COMPLETE)
    over = now >= phases.closes_at(round_, rule, "review_entry")
    return waits and over and round_.published_at is None and round_.finished_at is None


def _tell_entrant(session: Session, entry: Entry, now: datetime) -> None:
    if entry.submitted_by_id is None:
        return
    values = {"entry": entry.number, "round": entry.round_.name, "reason": entry.review_reason or "—"}
    url = f"/judging/entries/{entry.id}"
    if entry.state is EntryState.TO_COMPLETE:
        assign_task(
            session,
            kind=tasks.COMPLETE,
            subject=entry,
            url=url,
            to_person=entry.submitted_by_id,
            due_on=entry.complete_by,
            values=values,
            now=now,
        )
    if entry.state is not EntryState.ACCEPTED:
        send_mail(
            session,
            to_person=entry.submitted_by_id,
            subject=tasks.REVIEWED,
            body=tasks.REVIEWED_BODY,
            values={**values, "url": url},
            now=now,
        )
