"""Who judges what, one by one: given by hand, replaced and taken back."""

from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.judges.queries import profile_of
from cp_circles.judging import guards, phases, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import (
    Entry,
    EntryState,
    Round,
    RoundJudge,
    ScoreSheet,
    SheetState,
)
from cp_circles.judging.queries import panels
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.panels.planning import WORKING, rubric_id_of
from cp_circles.panels.queries.recusals import Ground, recusals
from cp_circles.people.rules import Actor
from cp_circles.results import queries as results

PANEL_STANDS = msg("The standing is published; the panel stands.")


class JudgeRecused(DomainError):
    """This judge may not judge this entry; the ground is named."""

    msgid = msg("Judge %(judge)s may not judge entry %(entry)s: %(ground)s.")


class NotBlinded(DomainError):
    """An entry goes to judges only once its blind copy is ready and every page of it is confirmed."""

    msgid = msg("The blind copy of entry %(entry)s is not ready, or has pages that nobody confirmed yet.")


def assign_judge(
    session: Session,
    *,
    actor: Actor,
    entry: Entry,
    judge: RoundJudge,
    stage: str,
    reason: str = "",
    now: datetime,
) -> ScoreSheet:
    """Give a judge an entry to score in a stage; refused with the ground where the two must be kept apart.

    With the `reason` of a panel's decision it is possible after scoring as well, until the list is published.
    """
    round_ = entry.round_
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    if reason:
        guards.require_unfinished(round_)
        phases.require_unpublished(round_, PANEL_STANDS)
    else:
        require_assignable(session, round_, now)
    if judge.round_id != round_.id:
        raise NotFound
    _require_ready(judge)
    if not reason:
        _require_room(session, judge, stage)
    ground = recusals(session, round_, [judge.person_id], [entry.id]).get((judge.person_id, entry.id))
    if ground is not None:
        raise JudgeRecused(judge=judge.person.name, entry=entry.number, ground=Ground.of(ground))
    sheet = _add_sheet(session, actor, entry, judge, stage, now)
    if reason:
        sheet.reason, sheet.reopened_at = reason, now
    finish_tasks(session, subject=entry, kind=tasks.REPLACE, now=now)
    ask_to_score(session, judge, now)
    return sheet


def _require_room(session: Session, judge: RoundJudge, stage: str) -> None:
    """Refuse more entries of a stage than the judge takes by the register."""
    profile = profile_of(session, judge.person_id)
    if profile is None or profile.workload_limit is None:
        return
    states = panels.assigned_pairs(session, judge.round_id, stage).items()
    taken = sum(person_id == judge.person_id and state in WORKING for (_, person_id), state in states)
    if taken >= profile.workload_limit:
        raise DomainError(
            msg("%(name)s takes %(limit)s entries of a stage at most, and has as many."),
            name=judge.person.name,
            limit=profile.workload_limit,
        )


def unassign_judge(session: Session, *, actor: Actor, sheet: ScoreSheet, reason: str, now: datetime) -> None:
    """Take an open sheet back from a judge."""
    guards.require_organiser(actor, sheet.entry.round_)
    guards.lock_round(session, sheet.entry.round_)
    guards.require_unfinished(sheet.entry.round_)
    phases.require_unpublished(sheet.entry.round_, PANEL_STANDS)
    session.refresh(sheet)
    reason = guards.require_reason(reason)
    take_back(session, actor, sheet, reason, now)


def finish_scoring_task(session: Session, judge: RoundJudge, now: datetime) -> None:
    """Take scoring off a judge's list once no sheet of theirs is open."""
    if not panels.has_open_sheet(session, judge.round_id, judge.person_id):
        finish_tasks(session, subject=judge, kind=tasks.SCORE, now=now)


def _add_sheet(
    session: Session, actor: Actor, entry: Entry, judge: RoundJudge, stage: str, now: datetime
) -> ScoreSheet:
    round_ = entry.round_
    if entry.state not in (EntryState.ACCEPTED, EntryState.SCORED) or entry.disqualified_at is not None:
        raise DomainError(msg("Only an accepted entry is judged."))
    if round_.is_blind and entry.blind_number is None:
        raise DomainError(msg("Give the entries their blind numbers first."))
    if round_.is_blind and results.results_not_blinded(session, [entry.result_id]):
        raise NotBlinded(entry=entry.number)
    rubric_id = rubric_id_of(round_, entry, stage)
    if rubric_id is None:
        raise Invalid(msg("This stage has no rubric for the entry's track."), field="stage")
    if (entry.id, judge.person_id) in panels.assigned_pairs(session, round_.id, stage):
        raise DomainError(msg("This judge has this entry already."))
    sheet = ScoreSheet(
        round_id=round_.id,
        entry=entry,
        judge_id=judge.person_id,
        stage=stage,
        rubric_edition_id=rubric_id,
        points={},
        comments={},
    )
    session.add(sheet)
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.assign_judge",
        subject=sheet,
        at=now,
        after={"entry": entry.id, "judge": judge.person_id, "stage": stage},
    )
    return sheet


def take_back(session: Session, actor: Actor, sheet: ScoreSheet, reason: str, now: datetime) -> None:
    """Take an open sheet from its judge; one that was handed in or put aside stays."""
    if sheet.state is not SheetState.OPEN:
        raise DomainError(msg("Only an open sheet is taken from its judge."))
    entry, judge = sheet.entry, panels.judge_of(session, sheet.round_id, sheet.judge_id)
    session.delete(sheet)
    session.flush()
    record_round_event(
        session,
        round_=entry.round_,
        actor=actor,
        verb="judging.unassign_judge",
        subject=entry,
        at=now,
        reason=reason,
        before={"judge": sheet.judge_id, "stage": sheet.stage},
    )
    if judge is not None:
        finish_scoring_task(session, judge, now)


def ask_to_score(session: Session, judge: RoundJudge, now: datetime) -> None:
    """Put scoring onto a judge's list, due when the last stage closes."""
    round_ = judge.round_
    due = phases.closes_at(round_, guards.rule_of(session, round_), *phases.SCORING_RIGHTS)
    assign_task(
        session,
        kind=tasks.SCORE,
        subject=judge,
        url=f"{guards.url_of(round_)}/desk",
        to_person=judge.person_id,
        due_on=phases.OFFICE_HOURS.day_of(due),
        values={"round": round_.name},
        now=now,
    )


def require_assignable(session: Session, round_: Round, now: datetime) -> None:
    """Refuse assignment in a finished or published round, and outside of its phases."""
    guards.require_unfinished(round_)
    phases.require_unpublished(round_, PANEL_STANDS)
    phases.require_assigning(round_, guards.rule_of(session, round_), now)


def _require_ready(judge: RoundJudge) -> None:
    if judge.accepted_at is None or judge.declined_at is not None:
        raise DomainError(msg("%(name)s has not accepted the invitation."), name=judge.person.name)
    if judge.conflicts_declared_at is None:
        raise DomainError(msg("%(name)s has not declared conflicts yet."), name=judge.person.name)
