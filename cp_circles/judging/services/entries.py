"""Entering results, completion, withdrawal, and the random numbers of blind judging."""

import random
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.editions.models import Edition
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.judging import guards, phases, rules, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Entry, EntryState, Level, Round, RoundJudge
from cp_circles.judging.queries import ladder
from cp_circles.judging.queries.entries import entries_waiting
from cp_circles.judging.services.bans import require_not_barred
from cp_circles.notices.services import finish_tasks
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectState
from cp_circles.results.models import Result, ResultState


def enter_result(session: Session, *, actor: Actor, round_: Round, result: Result, now: datetime) -> Entry:
    """Enter a frozen result: in the company's own round, or, where it holds none, in the round above it."""
    project = result.project
    if not rules.can_enter_result(actor, company_id=project.company_id, circle_id=project.circle_id):
        if project.company_id not in actor.company_ids and not rules.can_see_round(actor, round_):
            raise NotFound
        raise NotAllowed(msg("A result is entered by the leader of its circle or by the department."))
    unit = _unit_for(session, actor, round_, project)
    require_not_barred(session, round_, result)
    rule = guards.rule_of(session, round_)
    phases.require_right(round_, rule, "submit_entry", now)
    require_enterable(result)
    guards.lock_round(session, round_)
    track_key = track_for(session, round_, project)
    if round_.level is not Level.COMPANY:
        require_place_left(session, round_, unit, track_key)
    return add_entry(
        session, actor=actor, round_=round_, result=result, unit=unit, track_key=track_key, now=now
    )


def add_entry(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    result: Result,
    unit: ladder.Unit,
    track_key: str,
    now: datetime,
) -> Entry:
    """Write an entry with the next number of its round; a result stands in a round once."""
    guards.lock_round(session, round_)
    require_entered_once(session, round_, result)
    last = session.scalar(sa.select(sa.func.max(Entry.number)).where(Entry.round_id == round_.id)) or 0
    entry = Entry(
        **entry_values(
            round_,
            result_id=result.id,
            number=last + 1,
            unit=unit,
            track_key=track_key,
            submitted_by_id=actor.person_id,
            now=now,
        )
    )
    session.add(entry)
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.enter_result",
        subject=entry,
        at=now,
        company_id=result.project.company_id,
        after={"result": result.id, "sha256": result.sha256, "number": entry.number, "track": track_key},
    )
    guards.ask_organiser(session, round_=round_, kind=tasks.REVIEW, path="/entries", now=now)
    return entry


def entry_values(
    round_: Round,
    *,
    result_id: int,
    number: int,
    unit: ladder.Unit,
    track_key: str,
    from_entry_id: int | None = None,
    submitted_by_id: int | None,
    now: datetime,
) -> dict[str, Any]:
    """The columns of a new entry of a round."""
    return {
        "round_id": round_.id,
        "result_id": result_id,
        "from_entry_id": from_entry_id,
        "number": number,
        "blind_key": secrets.token_hex(16),
        "track_key": track_key,
        "unit_kind": unit.kind,
        "unit_id": unit.id,
        "submitted_by_id": submitted_by_id,
        "submitted_at": now,
    }


def withdraw_entry(session: Session, *, actor: Actor, entry: Entry, reason: str, now: datetime) -> Entry:
    """Take a result out of a round until the round closes for entries; the place goes back to its unit."""
    project = entry.result.project
    if not rules.can_enter_result(actor, company_id=project.company_id, circle_id=project.circle_id):
        if rules.can_organise(actor, entry.round_):
            raise NotAllowed(msg("An entry is withdrawn by the leader of its circle or by the department."))
        raise NotFound
    hold_entry(session, entry)
    rule = guards.rule_of(session, entry.round_)
    if not phases.right_open(entry.round_, rule, "withdraw_entry", now):
        raise phases.PhaseClosed(
            msg("The round is closed for entries; an entry cannot be withdrawn any more.")
        )
    standing = entry.state in (EntryState.SUBMITTED, EntryState.ACCEPTED, EntryState.TO_COMPLETE)
    if not standing or entry.disqualified_at is not None:
        raise DomainError(msg("This entry cannot be withdrawn any more."))
    reason = guards.require_reason(reason)
    before = entry.state
    entry.state, entry.review_reason = EntryState.WITHDRAWN, reason
    session.flush()
    finish_tasks(session, subject=entry, now=now)
    finish_review_task(session, entry.round_, now)
    record_round_event(
        session,
        round_=entry.round_,
        actor=actor,
        verb="judging.withdraw_entry",
        subject=entry,
        at=now,
        company_id=project.company_id,
        reason=reason,
        before={"state": before.value},
        after={"state": entry.state.value},
    )
    if entry.from_entry is not None:
        guards.ask_organiser(
            session, round_=entry.from_entry.round_, kind=tasks.RESERVE, path="/standing", now=now
        )
    return entry


def complete_entry(
    session: Session, *, actor: Actor, entry: Entry, note: str, result: Result | None = None, now: datetime
) -> Entry:
    """Hand in what the formal review asked for: a note, and if needed a newer frozen result."""
    project = entry.result.project
    if not rules.can_enter_result(actor, company_id=project.company_id, circle_id=project.circle_id):
        raise NotFound
    hold_entry(session, entry)
    guards.require_unfinished(entry.round_)
    if phases.is_scoring_over(entry.round_, guards.rule_of(session, entry.round_), now):
        raise phases.PhaseClosed(msg("Scoring is over; an entry cannot be completed any more."))
    if entry.state is not EntryState.TO_COMPLETE:
        raise DomainError(msg("This entry does not wait for completion."))
    if entry.complete_by is not None and phases.OFFICE_HOURS.day_of(now) > entry.complete_by:
        raise DomainError(msg("The day for completion has passed; ask the organiser."))
    if not note.strip():
        raise Invalid(msg("Say what was completed."), field="note")
    if result is not None and result.id != entry.result_id:
        if result.project_id != entry.result.project_id:
            raise Invalid(msg("Choose a frozen result of the same project."), field="result_id")
        require_enterable(result)
        require_entered_once(session, entry.round_, result)
        entry.result = result
    entry.completion_note, entry.state = note.strip(), EntryState.SUBMITTED
    session.flush()
    finish_tasks(session, subject=entry, kind=tasks.COMPLETE, now=now)
    record_round_event(
        session,
        round_=entry.round_,
        actor=actor,
        verb="judging.complete_entry",
        subject=entry,
        at=now,
        company_id=project.company_id,
        after={"result": entry.result_id, "sha256": entry.result.sha256},
    )
    guards.ask_organiser(session, round_=entry.round_, kind=tasks.REVIEW, path="/entries", now=now)
    return entry


def give_blind_numbers(
    session: Session, *, actor: Actor, round_: Round, chance: random.Random | None = None, now: datetime
) -> int:
    """Give every accepted entry a random number, once the judges have declared their conflicts.

    `chance` makes the draw repeatable for demonstrations; by default the system's own randomness is used.
    Gives back how many numbers were given.
    """
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    phases.require_unpublished(round_)
    rule = guards.rule_of(session, round_)
    phases.require_assigning(round_, rule, now)
    waiting = session.scalar(
        sa.select(sa.func.count(RoundJudge.id)).where(
            RoundJudge.round_id == round_.id,
            RoundJudge.accepted_at.is_not(None),
            RoundJudge.declined_at.is_(None),
            RoundJudge.conflicts_declared_at.is_(None),
        )
    )
    if waiting and not phases.has_scoring_begun(round_, rule, now):
        raise DomainError(msg("Judges who have not declared their conflicts yet: %(count)s."), count=waiting)
    entries = session.scalars(
        sa.select(Entry)
        .where(Entry.round_id == round_.id)
        .order_by(Entry.number)
        .execution_options(populate_existing=True)
    ).all()
    bare = [entry for entry in entries if entry.state is EntryState.ACCEPTED and entry.blind_number is None]
    if not bare:
        raise DomainError(msg("No accepted entry waits for a number."))
    free = free_numbers({entry.blind_number for entry in entries}, len(bare))
    drawn = (chance or secrets.SystemRandom()).sample(free, len(bare))
    for entry, number in zip(bare, drawn, strict=True):
        entry.blind_number = number
    round_.blind_numbers_at = round_.blind_numbers_at or now
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.give_blind_numbers",
        subject=round_,
        at=now,
        after={"numbers": {str(entry.number): entry.blind_number for entry in bare}},
    )
    return len(bare)


def free_numbers(taken: Collection[str | None], wanted: int) -> list[str]:
    """Numbers to draw from: of four digits, or of as many as leave more than half of them over."""
    digits = max(4, len(str(2 * (wanted + len(taken)))))
    return sorted({f"{n:0{digits}d}" for n in range(1, 10**digits)} - set(taken))


def require_enterable(result: Result) -> None:
    """Refuse a result that is not frozen, or whose project is not completed."""
    require_enterable_as(result.state, result.sha256, result.project.state)


def require_enterable_as(state: ResultState, sha256: str | None, project: ProjectState) -> None:
    """The same by the state of a result, its hash, and the state of its project."""
    if state is not ResultState.FROZEN or sha256 is None:
        raise DomainError(msg("Only a frozen result can be entered; freeze it first."))
    if project not in (ProjectState.COMPLETED, ProjectState.ARCHIVED):
        raise DomainError(msg("The project of this result is not completed."))


def entered_already(session: Session, round_: Round) -> set[int]:
    """The ids of the results that stand in a round."""
    return set(session.scalars(sa.select(Entry.result_id).where(Entry.round_id == round_.id)))


def require_entered_once(session: Session, round_: Round, result: Result) -> None:
    """Refuse a result that stands in the round already."""
    known = session.scalar(sa.select(Entry).where(Entry.round_id == round_.id, Entry.result_id == result.id))
    if known is not None:
        raise DomainError(msg("This result is entered in %(round)s already."), round=round_.name)


def hold_entry(session: Session, entry: Entry) -> None:
    """Let acts on the entries of a round follow one another, and read this one as it is now."""
    guards.lock_round(session, entry.round_)
    session.refresh(entry)


def track_for(session: Session, round_: Round, project: Project) -> str:
    """The track of a round to which a project's method belongs."""
    edition = session.get(Edition, project.method_edition_id) if project.method_edition_id else None
    for track in round_.tracks:
        if edition is not None and edition.key in track.methods:
            return track.key
    raise DomainError(msg("This round has no track for the method of this project."))


def finish_review_task(session: Session, round_: Round, now: datetime) -> None:
    """Take the review off the organiser's list once nothing waits for it."""
    if not entries_waiting(session, round_, EntryState.SUBMITTED):
        finish_tasks(session, subject=round_, kind=tasks.REVIEW, now=now)


def _unit_for(session: Session, actor: Actor, round_: Round, project: Project) -> ladder.Unit:
    unit = ladder.Unit("company", project.company_id)
    if round_.company_id is not None:
        if round_.company_id != project.company_id:
            raise NotFound
        return unit
    if not actor.heads_department_of(project.company_id):
        raise NotAllowed(msg("To a round above the company, only the department recommends."))
    if ladder.round_of(session, round_.season_id, Level.COMPANY, company_id=project.company_id) is not None:
        raise DomainError(msg("This company holds a round of its own; results go up through its standing."))
    above = ladder.next_rung_of(session, round_.season, project.company.region)
    if above is None or above[0].level != round_.level.value or above[1].id != round_.region_id:
        raise NotFound
    return unit


def require_place_left(session: Session, upper: Round, unit: ladder.Unit, track_key: str) -> None:
    """Refuse one entry more than the places that a unit holds in a track; the upper round is locked."""
    places = ladder.quotas_for(session, upper, unit).get(track_key, 0)
    if ladder.places_used(session, upper, unit, track_key) >= places:
        raise DomainError(msg("All %(places)s places of this unit and track are taken."), places=places)
