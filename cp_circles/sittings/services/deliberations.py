"""Deliberation: an entry is sent to its panel, minutes are written, and one decision is put down."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.judging import guards, phases
from cp_circles.judging import rules as judging
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Entry, Round, RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.queries import panels
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.panels.services import assign_judge
from cp_circles.people.rules import Actor
from cp_circles.scoring.services import reopen_sheet
from cp_circles.scoring.services.locking import point_text
from cp_circles.sittings import rules
from cp_circles.sittings.models import Deliberation, DeliberationNote, PanelDecision
from cp_circles.sittings.queries import deliberations as queries

DELIBERATE = msg("Deliberate on entry %(entry)s of %(round)s")
LONGEST = 4000


class AlreadyDecided(DomainError):
    """What a panel decided stands as it was written down."""

    msgid = msg("The panel has decided; the decision and its minutes are not changed any more.")


def send_to_deliberation(
    session: Session, *, actor: Actor, entry: Entry, stage: str, reason: str, now: datetime
) -> Deliberation:
    """Send an entry to its panel once all its sheets of a stage are locked; the judges get a task."""
    round_ = entry.round_
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    _require_time(session, round_, now)
    sheets = queries.sheets_of_entry(session, entry.id, stage)
    locked = queries.numbered(session, sheets)
    if not rules.all_locked(sheets):
        raise DomainError(msg("Some judges of this entry have not handed in; the panel talks when all have."))
    if len(locked) < 2:
        raise DomainError(msg("Deliberation needs the sheets of at least two judges."))
    if queries.open_deliberation(session, entry.id, stage) is not None:
        raise DomainError(msg("This entry is before its panel already."))
    reason = guards.require_reason(reason)
    totals = [sheet.total for _number, sheet in locked if sheet.total is not None]
    row = Deliberation(
        round_=round_,
        entry=entry,
        stage=stage,
        reason=reason,
        spread=point_text(max(totals) - min(totals)),
        opened_by_id=actor.person_id,
        opened_at=now,
        present=[],
    )
    session.add(row)
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="sittings.send_to_deliberation",
        subject=row,
        at=now,
        reason=reason,
        after={"entry": entry.id, "stage": stage, "spread": row.spread},
    )
    for _number, sheet in locked:
        _ask(session, row, sheet, now)
    return row


def _ask(session: Session, row: Deliberation, sheet: ScoreSheet, now: datetime) -> None:
    assign_task(
        session,
        kind=DELIBERATE,
        subject=row,
        url=f"/sittings/deliberations/{row.id}",
        to_person=sheet.judge_id,
        values={"entry": row.entry.blind_number or str(row.entry.number), "round": row.round_.name},
        now=now,
    )


def add_minutes(
    session: Session, *, actor: Actor, deliberation: Deliberation, text: str, now: datetime
) -> DeliberationNote:
    """Add one paragraph to the minutes: the organiser, or a judge of the panel."""
    judge = require_seat(session, actor, deliberation)
    guards.lock_round(session, deliberation.round_)
    _require_time(session, deliberation.round_, now)
    session.refresh(deliberation)
    if deliberation.decided_at is not None:
        raise AlreadyDecided
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Invalid(msg("Write from 1 to %(most)s characters."), field="text", most=LONGEST)
    note = DeliberationNote(
        deliberation_id=deliberation.id,
        author_id=actor.person_id,
        judge_number=judge.number if judge else None,
        text=text,
        written_at=now,
    )
    session.add(note)
    session.flush()
    session.refresh(deliberation)
    record_round_event(
        session,
        round_=deliberation.round_,
        actor=actor,
        verb="sittings.add_minutes",
        subject=deliberation,
        at=now,
        after={"note": note.id},
    )
    return note


def decide_deliberation(
    session: Session,
    *,
    actor: Actor,
    deliberation: Deliberation,
    decision: PanelDecision,
    text: str,
    present: Collection[int],
    reader: RoundJudge | None = None,
    now: datetime,
) -> Deliberation:
    """Put down what the panel decided and who took part; the sheets follow from it at once.

    The scores stand, all sheets of the panel are given back to be scored again, or `reader` gets a sheet.
    """
    round_ = deliberation.round_
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    _require_time(session, round_, now)
    session.refresh(deliberation)
    if deliberation.decided_at is not None:
        raise AlreadyDecided
    text = guards.require_reason(text, field="text")
    sheets = queries.sheets_of_entry(session, deliberation.entry_id, deliberation.stage)
    locked = queries.numbered(session, sheets)
    numbers = {number for number, _sheet in locked}
    if len(set(present)) < 2 or not set(present) <= numbers:
        raise Invalid(msg("Name at least two judges of this entry who took part."), field="present")
    if decision is PanelDecision.THIRD_READER and reader is None:
        raise Invalid(msg("Choose the judge who reads the entry as well."), field="reader")
    deliberation.decision, deliberation.decision_text = decision, text
    deliberation.present, deliberation.decided_at = sorted(set(present)), now
    deliberation.decided_by_id = actor.person_id
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="sittings.decide_deliberation",
        subject=deliberation,
        at=now,
        reason=text,
        after={"decision": decision.value, "present": deliberation.present},
    )
    finish_tasks(session, subject=deliberation, now=now)
    _follow(session, actor, deliberation, locked, reader, now)
    return deliberation


def _follow(
    session: Session,
    actor: Actor,
    row: Deliberation,
    locked: list[queries.Numbered],
    reader: RoundJudge | None,
    now: datetime,
) -> None:
    if row.decision is PanelDecision.REOPEN:
        for _number, sheet in locked:
            reopen_sheet(session, actor=actor, sheet=sheet, reason=row.decision_text, now=now)
    elif row.decision is PanelDecision.THIRD_READER and reader is not None:
        assign_judge(
            session,
            actor=actor,
            entry=row.entry,
            judge=reader,
            stage=row.stage,
            reason=row.decision_text,
            now=now,
        )


def require_seat(session: Session, actor: Actor, deliberation: Deliberation) -> RoundJudge | None:
    """The place of a judge of this entry whose points are locked, None for the organiser; else NotFound."""
    judge = panels.judge_of(session, deliberation.round_id, actor.person_id)
    sheets = queries.sheets_of_entry(session, deliberation.entry_id, deliberation.stage)
    if judging.can_judge(actor, judge) and rules.has_locked(actor, sheets):
        return judge
    own = rules.own_of(actor, sheets)
    if own is None and judging.can_organise(actor, deliberation.round_):
        return None
    if own is not None and own.state is SheetState.SUBMITTED:
        raise DomainError(
            msg("Say first whether your sheet is as on your paper; then the panel's points are shown.")
        )
    if own is not None and own.state is SheetState.OPEN:
        raise DomainError(msg("Hand in your own sheet first; then the panel's points are shown."))
    raise NotFound


def _require_time(session: Session, round_: Round, now: datetime) -> None:
    guards.require_unfinished(round_)
    phases.require_unpublished(round_)
    if not phases.has_scoring_begun(round_, guards.rule_of(session, round_), now):
        raise phases.PhaseClosed(msg("The panel deliberates once scoring has begun."))
