"""Asking after 6 and 12 months whether a verified saving still works, and taking the answer."""

from datetime import date, datetime, tzinfo
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.calc.exact import plain
from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.ledger.living import count_living, uncount_living
from cp_circles.metering.services import hold_readings
from cp_circles.notices.services import assign_task, finish_tasks, send_mail
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.queries import holders
from cp_circles.people.rules import Actor
from cp_circles.savings import following, rules
from cp_circles.savings.models import FollowUp, FollowUpAnswer, Saving, SavingState

ASK = msg("Does the saving of %(project)s still work after %(months)s months?")
OVERDUE = msg("Overdue: the saving of %(project)s after %(months)s months")
BODY = msg("Answer by %(due_on)s whether it still works, works partly or is gone; new readings help.")
LATE = msg("The answer was due on %(due_on)s. Without it the saving does not count in later years.")
TOLERANCE = Decimal("0.05")


def ask_follow_ups(session: Session, now: datetime, zone: tzinfo = SHANGHAI) -> list[FollowUp]:
    """Ask departments about savings that are due and remind of overdue ones; again, it changes nothing."""
    found = []
    for due in following.due_follow_ups(session, now, zone):
        row = FollowUp(
            company_id=due.company_id,
            saving_id=due.saving_id,
            claim_id=due.claim_id,
            months=due.months,
            due_on=due.due_on,
            asked_at=now,
        )
        session.add(row)
        session.flush()
        _assign(session, row, now)
        _mail(session, row, ASK, BODY, now)
        found.append(row)
    for row in following.open_follow_ups(session, local_date(now, zone)):
        row.reminded_at = now
        if row.saving.state is SavingState.VERIFIED and row.claim.voided_at is None:
            _mail(session, row, OVERDUE, LATE, now)
    session.flush()
    return found


def answer_follow_up(
    session: Session,
    *,
    actor: Actor,
    follow_up: FollowUp,
    answer: FollowUpAnswer,
    share: Decimal | None = None,
    note: str = "",
    period_from: date | None = None,
    period_to: date | None = None,
    now: datetime,
) -> FollowUp:
    """Answer for the company; what still works counts in the later season that the question falls into.

    The verified amount and its season stay as they are. With a period, its readings are computed again and
    kept; the answer may then not claim more than they show (5 points of tolerance, provisional).
    """
    require_answerer(actor, follow_up)
    hold_readings(session, follow_up.company_id)
    session.refresh(follow_up)
    saving = follow_up.saving
    session.refresh(saving)
    if follow_up.answered_at is not None:
        raise DomainError(msg("This question is answered already."))
    if saving.state is not SavingState.VERIFIED or follow_up.claim.voided_at is not None:
        raise DomainError(msg("The claim that this question is about does not count any more."))
    part = _share(answer, share, note)
    if period_from is not None or period_to is not None:
        _measure(session, follow_up, period_from, period_to, part)
    follow_up.answer, follow_up.share, follow_up.note = answer, part, note.strip()
    follow_up.answered_by_id, follow_up.answered_at = actor.person_id, now
    session.flush()
    count_on(session, follow_up, now=now)
    finish_tasks(session, subject=follow_up, now=now)
    record_event(
        session,
        actor=actor,
        verb="savings.answer_follow_up",
        subject=saving,
        at=now,
        company_id=follow_up.company_id,
        reason=note.strip(),
        after={"months": follow_up.months, "answer": answer.value, "share": str(part)},
    )
    return follow_up


def take_back_answer(
    session: Session, *, actor: Actor, follow_up: FollowUp, reason: str, now: datetime
) -> FollowUp:
    """Open an answered question again, as the department; what it let live on counts no more until answered.

    Another answer of the same later season, if there is one, counts again.
    """
    require_answerer(actor, follow_up)
    hold_readings(session, follow_up.company_id)
    session.refresh(follow_up)
    if follow_up.answered_at is None:
        raise DomainError(msg("This question is not answered yet."))
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    before = {"answer": follow_up.answer.value if follow_up.answer else "", "share": str(follow_up.share)}
    follow_up.answer = follow_up.share = follow_up.answered_by_id = follow_up.answered_at = None
    follow_up.period_from = follow_up.period_to = follow_up.quantity = follow_up.measured_share = None
    follow_up.note, follow_up.workings = "", {}
    session.flush()
    season = follow_up.due_on.year
    uncount_living(session, saving_id=follow_up.saving_id, season=season)
    for row in following.follow_ups_of_saving(session, follow_up.saving_id):
        stands = row.answered_at is not None and row.claim_id == follow_up.claim_id
        if stands and row.due_on.year == season and row.claim.voided_at is None:
            count_on(session, row, now=now)
    _assign(session, follow_up, now)
    record_event(
        session,
        actor=actor,
        verb="savings.take_back_answer",
        subject=follow_up.saving,
        at=now,
        company_id=follow_up.company_id,
        reason=reason.strip(),
        before=before,
        after={"months": follow_up.months},
    )
    return follow_up


def require_answerer(actor: Actor, follow_up: FollowUp) -> None:
    """The department answers; who may not see the saving gets no hint."""
    if not rules.can_see_savings(actor, follow_up.saving.project):
        raise NotFound
    if not actor.heads_department_of(follow_up.company_id):
        raise NotAllowed(msg("The cleaner-production department answers whether a saving still works."))


def count_on(session: Session, follow_up: FollowUp, *, now: datetime) -> None:
    """Let an answered saving live on in the season of its question, if that is later than its own."""
    saving = follow_up.saving
    assert saving.reporting_to is not None and follow_up.share is not None
    season = follow_up.due_on.year
    if season > saving.reporting_to.year:
        count_living(session, saving_id=saving.id, season=season, share=follow_up.share, now=now)


def restore_living(session: Session, saving: Saving, claim_id: int, *, now: datetime) -> None:
    """Let the answers about a claim count again, when its taken-back signature is given anew."""
    for row in following.follow_ups_of_saving(session, saving.id):
        if row.claim_id == claim_id and row.answered_at is not None:
            count_on(session, row, now=now)


def _share(answer: FollowUpAnswer, share: Decimal | None, note: str) -> Decimal:
    """The part that still works by the answer; a loss says why."""
    if answer is FollowUpAnswer.WORKING:
        return Decimal(1)
    if not note.strip():
        raise Invalid(msg("Say what changed, and what is done about it."), field="note")
    if answer is FollowUpAnswer.GONE:
        return Decimal(0)
    if share is None or not 0 < share < 1:
        raise Invalid(msg("Give the part that still works, above 0 and below 1."), field="share")
    return share


def _measure(session: Session, row: FollowUp, first: date | None, last: date | None, part: Decimal) -> None:
    """Compute the saving again from new readings and keep how; refuse an answer above what they show."""
    if first is None or last is None:
        raise Invalid(msg("A period needs its first and its last day; give both."), field="period_from")
    claimed_to = row.saving.reporting_to
    if claimed_to is not None and first <= claimed_to:
        text = msg("New readings begin after the reporting period, which ended on %(day)s.")
        raise Invalid(text, field="period_from", day=claimed_to)
    later = following.measured_again(session, row, first, last)
    if later.share is None:
        reason = later.reasons[0]
        raise Invalid(reason.msgid, field="period_from", **reason.values)
    if part > later.share + TOLERANCE:
        text = msg(
            "The new readings show %(measured)s %% of the verified saving; the answer says %(stated)s %%."
        )
        stated, measured = plain(part * 100, 2), plain(later.share * 100, 2)
        raise Invalid(text, field="outcome", measured=measured, stated=stated)
    row.period_from, row.period_to = first, last
    row.quantity, row.measured_share, row.workings = later.quantity, later.share, later.workings


def _assign(session: Session, row: FollowUp, now: datetime) -> None:
    assign_task(
        session,
        kind=ASK,
        values={"project": row.saving.project.title, "months": row.months},
        subject=row,
        url=f"/savings/follow-ups/{row.id}",
        to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY,
        scope_id=row.company_id,
        due_on=row.due_on,
        now=now,
    )


def _mail(session: Session, row: FollowUp, subject: str, body: str, now: datetime) -> None:
    values = {
        "project": row.saving.project.title,
        "months": row.months,
        "due_on": row.due_on.isoformat(),
        "url": f"/savings/follow-ups/{row.id}",
    }
    people = holders(
        session, role=Role.DEPARTMENT, scope_kind=ScopeKind.COMPANY, scope_id=row.company_id, now=now
    )
    for person in people:
        send_mail(session, to_person=person, subject=subject, body=body, values=values, now=now)
