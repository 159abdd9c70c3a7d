"""Who judges what: by hand, by a simple balanced proposal, replaced and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, Invalid, NotFound, Stale, msg
from cp_circles.judging import guards, phases, tasks
from cp_circles.judging.chain import record_round_event, sha256_of
from cp_circles.judging.models import (
    Entry,
    EntryState,
    Round,
    RoundJudge,
    ScoreSheet,
    SheetState,
)
from cp_circles.judging.queries import panels
from cp_circles.judging.queries.recusals import Ground, recusals
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.people.rules import Actor
from cp_circles.results import queries as results

PANEL_STANDS = msg("The standing is published; the panel stands.")


class JudgeRecused(DomainError):
    """This judge may not judge this entry; the ground is named."""

    msgid = msg("Judge %(judge)s may not judge entry %(entry)s: %(ground)s.")


class NotBlinded(DomainError):
    """An entry goes to judges only once its blind copy is ready and every page of it is confirmed."""

    msgid = msg("The blind copy of entry %(entry)s is not ready, or has pages that nobody confirmed yet.")


@dataclass(frozen=True)
class Proposal:
    """A panel for one stage: who would judge what, and entries for which too few judges are free.

    `unready` are the entries left out because their blind copy is not ready and confirmed.
    """

    stage: str
    assignments: tuple[tuple[int, int], ...]
    short: tuple[int, ...]
    loads: tuple[tuple[int, int], ...]
    unready: tuple[int, ...] = ()

    @property
    def digest(self) -> str:
        """What is shown is what is applied: the hash of the assignments."""
        return sha256_of([self.stage, [list(pair) for pair in self.assignments]])


def assign_judge(
    session: Session, *, actor: Actor, entry: Entry, judge: RoundJudge, stage: str, now: datetime
) -> ScoreSheet:
    """Give a judge an entry to score in a stage; refused with the ground where the two must be kept apart."""
    round_ = entry.round_
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    _require_assignable(session, round_, now)
    if judge.round_id != round_.id:
        raise NotFound
    _require_ready(judge)
    ground = recusals(session, round_, [judge.person_id], [entry.id]).get((judge.person_id, entry.id))
    if ground is not None:
        raise JudgeRecused(judge=judge.person.name, entry=entry.number, ground=Ground.of(ground))
    sheet = _add_sheet(session, actor, entry, judge, stage, now)
    finish_tasks(session, subject=entry, kind=tasks.REPLACE, now=now)
    _ask_to_score(session, judge, now)
    return sheet


def propose_panel(session: Session, round_: Round, stage: str) -> Proposal:
    """A balanced proposal: entries with the fewest free judges first, each to those with the least load.

    Judges already at work on an entry count; the same round always gives the same proposal.
    """
    judges = [judge for judge in panels.judges_of(session, round_.id) if _is_ready(judge)]
    judged = [row for row in panels.judged_entries(session, round_.id) if _rubric_id(round_, row, stage)]
    unready = _not_blinded(session, round_, judged)
    entries = [row for row in judged if row.id not in unready]
    apart = recusals(session, round_, [judge.person_id for judge in judges], [entry.id for entry in entries])
    held = panels.assigned_pairs(session, round_.id, stage)
    load = {judge.person_id: sum(1 for _, person in held if person == judge.person_id) for judge in judges}
    number = {judge.person_id: judge.number for judge in judges}
    free = {
        entry.id: [
            j.person_id
            for j in judges
            if (j.person_id, entry.id) not in apart and (entry.id, j.person_id) not in held
        ]
        for entry in entries
    }
    chosen: list[tuple[int, int]] = []
    short: list[int] = []
    for entry in sorted(entries, key=lambda row: (len(free[row.id]), row.blind_number or "", row.number)):
        wanted = round_.panel_size - panels.working_count(held, entry.id)
        picked = sorted(free[entry.id], key=lambda id_: (load[id_], number[id_]))[: max(0, wanted)]
        for person_id in picked:
            load[person_id] += 1
            chosen.append((entry.id, person_id))
        if len(picked) < wanted:
            short.append(entry.id)
    loads = tuple(sorted(load.items(), key=lambda item: number[item[0]]))
    return Proposal(stage, tuple(sorted(chosen)), tuple(sorted(short)), loads, tuple(sorted(unready)))


def _not_blinded(session: Session, round_: Round, judged: Sequence[Entry]) -> set[int]:
    if not round_.is_blind:
        return set()
    waiting = results.results_not_blinded(session, [row.result_id for row in judged])
    return {row.id for row in judged if row.result_id in waiting}


def assign_panel(
    session: Session, *, actor: Actor, round_: Round, stage: str, digest: str | None = None, now: datetime
) -> Sequence[ScoreSheet]:
    """Apply the balanced proposal; refused if it is no longer the one that was shown (`digest`)."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    _require_assignable(session, round_, now)
    proposal = propose_panel(session, round_, stage)
    if digest is not None and digest != proposal.digest:
        raise Stale(msg("The panel changed since this proposal was shown; look at the new one."))
    entries = {row.id: row for row in panels.judged_entries(session, round_.id)}
    judges = {row.person_id: row for row in panels.judges_of(session, round_.id)}
    sheets = []
    for entry_id, person_id in proposal.assignments:
        sheets.append(_add_sheet(session, actor, entries[entry_id], judges[person_id], stage, now))
        finish_tasks(session, subject=entries[entry_id], kind=tasks.REPLACE, now=now)
    for person_id in sorted({person_id for _, person_id in proposal.assignments}):
        _ask_to_score(session, judges[person_id], now)
    return sheets


def unassign_judge(session: Session, *, actor: Actor, sheet: ScoreSheet, reason: str, now: datetime) -> None:
    """Take an open sheet back from a judge."""
    guards.require_organiser(actor, sheet.entry.round_)
    guards.lock_round(session, sheet.entry.round_)
    guards.require_unfinished(sheet.entry.round_)
    phases.require_unpublished(sheet.entry.round_, PANEL_STANDS)
    session.refresh(sheet)
    reason = guards.require_reason(reason)
    give_back(session, actor, sheet, reason, now)


def replace_judge(
    session: Session, *, actor: Actor, sheet: ScoreSheet, judge: RoundJudge, reason: str, now: datetime
) -> ScoreSheet:
    """Put another judge in the place of one who has not handed in, abstained or is recused."""
    if sheet.state is SheetState.SUBMITTED:
        guards.require_organiser(actor, sheet.entry.round_)
        raise DomainError(msg("This sheet is handed in; it is not taken from its judge."))
    entry, stage = sheet.entry, sheet.stage
    fresh = assign_judge(session, actor=actor, entry=entry, judge=judge, stage=stage, now=now)
    if sheet.state is SheetState.OPEN:
        unassign_judge(session, actor=actor, sheet=sheet, reason=reason, now=now)
    return fresh


def finish_scoring_task(session: Session, judge: RoundJudge, now: datetime) -> None:
    """Take scoring off a judge's list once no sheet of theirs is open."""
    if not any(sheet.state is SheetState.OPEN for sheet in panels.sheets_of_judge(session, judge)):
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
    rubric_id = _rubric_id(round_, entry, stage)
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


def give_back(session: Session, actor: Actor, sheet: ScoreSheet, reason: str, now: datetime) -> None:
    """Take an open sheet from its judge; one that was handed in stays."""
    if sheet.state is SheetState.SUBMITTED:
        raise DomainError(msg("This sheet is handed in; it is not taken from its judge."))
    entry, judge = sheet.entry, panels.judge_of(session, sheet.round_id, sheet.judge_id)
    if sheet.state is SheetState.OPEN:
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


def _ask_to_score(session: Session, judge: RoundJudge, now: datetime) -> None:
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


def _require_assignable(session: Session, round_: Round, now: datetime) -> None:
    guards.require_unfinished(round_)
    phases.require_unpublished(round_, PANEL_STANDS)
    phases.require_assigning(round_, guards.rule_of(session, round_), now)


def _is_ready(judge: RoundJudge) -> bool:
    return (
        judge.accepted_at is not None
        and judge.declined_at is None
        and judge.conflicts_declared_at is not None
    )


def _require_ready(judge: RoundJudge) -> None:
    if judge.accepted_at is None or judge.declined_at is not None:
        raise DomainError(msg("%(name)s has not accepted the invitation."), name=judge.person.name)
    if judge.conflicts_declared_at is None:
        raise DomainError(msg("%(name)s has not declared conflicts yet."), name=judge.person.name)


def _rubric_id(round_: Round, entry: Entry, stage: str) -> int | None:
    track = next((track for track in round_.tracks if track.key == entry.track_key), None)
    return track.rubrics.get(stage) if track else None
