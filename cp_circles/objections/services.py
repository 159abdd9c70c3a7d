"""Objections: filed under a real name in the publicity period, decided by people who did not judge."""

import secrets
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.files.models import Blob
from cp_circles.judging import guards, phases, rules, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import (
    Entry,
    Objection,
    ObjectionState,
    RoundJudge,
    ScoreSheet,
    SheetState,
    StandingRow,
)
from cp_circles.judging.phases import OFFICE_HOURS, OfficeHours
from cp_circles.judging.queries.public_lists import OPEN_OBJECTION, dates_read
from cp_circles.notices.services import finish_tasks, send_mail
from cp_circles.objections.rules import is_filer
from cp_circles.objections.sealing import filer_sealed, words_sealed
from cp_circles.panels.queries.recusals import has_own_interest
from cp_circles.people.rules import SYSTEM, Actor
from cp_circles.scoring.services.reopening import give_back
from cp_circles.scoring.services.sheets import set_aside
from cp_circles.standings.outlook import EFFECTS
from cp_circles.standings.services.outlooks import foresee_decision, require_seen, tell_changed
from cp_circles.standings.services.publicity import ask_to_finish, wind_clock, withdraw_publication
from cp_circles.standings.services.standings import write_standing

SHORTEST = 10
REFUSED = (ObjectionState.DISMISSED, ObjectionState.INADMISSIBLE)


def file_objection(
    session: Session,
    *,
    actor: Actor,
    entry: Entry,
    text: str,
    evidence: Blob | None = None,
    evidence_name: str = "",
    hours: OfficeHours = OFFICE_HOURS,
    now: datetime,
) -> Objection:
    """Object to a published entry within the period; the clock stands still until it is settled.

    While a public list is held, the list and the period that everybody reads count too.
    One person holds one open objection to an entry; after a refusal or a dismissal the next one needs a file
    of evidence that was not handed in before.
    """
    round_ = entry.round_
    if actor.person_id is None:
        raise NotAllowed(msg("An objection carries a real name; sign in first."))
    guards.lock_round(session, round_)
    read = dates_read(session, round_)
    if not any(phases.is_publicity_running(dates, now) for dates in (round_, read)):
        raise phases.PhaseClosed(msg("Objections are taken only during the publicity period."))
    _require_listed(session, {round_.standing_id, read.standing_id}, entry)
    if len(text.strip()) < SHORTEST:
        raise Invalid(
            msg("Describe what is wrong in at least %(least)s characters."), field="text", least=SHORTEST
        )
    _require_new(session, actor.person_id, entry, evidence)
    objection = Objection(
        round_id=round_.id,
        entry_id=entry.id,
        key=secrets.token_hex(16),
        filer_id=actor.person_id,
        text=text.strip(),
        evidence_sha256=evidence.sha256 if evidence else None,
        evidence_name=evidence_name[:160],
        filed_at=now,
    )
    session.add(objection)
    session.flush()
    wind_clock(session, round_, hours)
    _tell_of_filing(session, objection, hours, now)
    return objection


def _require_listed(session: Session, standing_ids: Collection[int | None], entry: Entry) -> None:
    listed = session.scalar(
        sa.select(StandingRow.id)
        .where(StandingRow.standing_id.in_(standing_ids), StandingRow.entry_id == entry.id)
        .limit(1)
    )
    if listed is None:
        raise NotFound


def _require_new(session: Session, person_id: int, entry: Entry, evidence: Blob | None) -> None:
    """Refuse a second open objection of one person to an entry, and a settled one without new evidence."""
    earlier = session.scalars(
        sa.select(Objection).where(Objection.entry_id == entry.id, Objection.filer_id == person_id)
    ).all()
    if any(row.state in OPEN_OBJECTION for row in earlier):
        raise Invalid(
            msg("Your objection to this entry is still open; wait for its decision, or withdraw it first."),
            field="entry_id",
        )
    settled = any(row.state in REFUSED for row in earlier)
    known = {row.evidence_sha256 for row in earlier}
    if settled and (evidence is None or evidence.sha256 in known):
        raise Invalid(
            msg("Your objection to this entry was decided; another one needs new evidence: add the file."),
            field="evidence",
        )


def _tell_of_filing(session: Session, objection: Objection, hours: OfficeHours, now: datetime) -> None:
    """The chain keeps filer and text as salted hashes; the organiser gets the task to decide."""
    after = {
        "entry": objection.entry_id,
        "filer": filer_sealed(objection),
        "evidence": objection.evidence_sha256,
        "text": words_sealed(objection),
    }
    _record(session, objection, SYSTEM, "judging.file_objection", now, after=after)
    round_ = objection.round_
    guards.ask_organiser(
        session,
        round_=round_,
        kind=tasks.DECIDE,
        subject=objection,
        path=f"/objections/{objection.id}",
        now=now,
    )
    if round_.published_at is not None:
        ask_to_finish(session, round_, hours, now)


def admit_objection(
    session: Session, *, actor: Actor, objection: Objection, version: int, now: datetime
) -> Objection:
    """Take an objection up: it is formally in order and will be decided."""
    require_decider(session, actor, objection)
    _require_state(session, objection, version, (ObjectionState.FILED,))
    return _move(session, actor, objection, ObjectionState.ADMITTED, "judging.admit_objection", now)


def refuse_objection(
    session: Session,
    *,
    actor: Actor,
    objection: Objection,
    reason: str,
    version: int,
    hours: OfficeHours = OFFICE_HOURS,
    now: datetime,
) -> Objection:
    """Declare an objection inadmissible, with the reason."""
    require_decider(session, actor, objection)
    _require_state(session, objection, version, (ObjectionState.FILED,))
    objection.decision = guards.require_reason(reason)
    _close(session, actor, objection, ObjectionState.INADMISSIBLE, "judging.refuse_objection", hours, now)
    return objection


def withdraw_objection(
    session: Session, *, actor: Actor, objection: Objection, hours: OfficeHours = OFFICE_HOURS, now: datetime
) -> Objection:
    """The filer takes an objection back before it is decided."""
    if not is_filer(actor, objection):
        raise NotFound
    guards.lock_round(session, objection.round_)
    session.refresh(objection)
    if objection.state not in OPEN_OBJECTION:
        raise DomainError(msg("This objection is settled already."))
    _close(session, SYSTEM, objection, ObjectionState.WITHDRAWN, "judging.withdraw_objection", hours, now)
    return objection


def decide_objection(
    session: Session,
    *,
    actor: Actor,
    objection: Objection,
    effect: str,
    decision: str,
    judge: int | None = None,
    seen: str | None = None,
    version: int,
    hours: OfficeHours = OFFICE_HOURS,
    now: datetime,
) -> Objection:
    """Decide with reasons: dismissed (`none`), disqualified, a judge's scores set aside, sheets given back.

    A disqualification, or scores of the judge with the number `judge` set aside (a conflict that came out
    late), compute the standing anew at once. Sheets given back (`rescore`) take the list back; it is computed
    and published again for the full period. `seen` is the digest of the outlook that was shown; Foreseen if
    it would come otherwise now.
    """
    require_decider(session, actor, objection)
    _require_state(session, objection, version, (ObjectionState.ADMITTED,))
    if effect not in EFFECTS:
        raise Invalid(msg("Choose what follows from the decision."), field="effect")
    reason = guards.require_reason(decision, field="decision")
    outlook = foresee_decision(session, objection=objection, effect=effect, judge=judge)
    require_seen(outlook, seen if effect != "none" else None)
    objection.decision, objection.effect = reason, effect
    upheld = ObjectionState.DISMISSED if effect == "none" else ObjectionState.UPHELD
    if effect == "disqualify":
        _disqualify(session, actor, objection, now)
    elif effect == "set_aside":
        _set_aside(session, actor, objection, judge, now)
    elif effect == "rescore":
        _rescore(session, actor, objection, now)
    tell_changed(session, round_=objection.round_, outlook=outlook, reason=reason, now=now)
    _close(session, actor, objection, upheld, "judging.decide_objection", hours, now)
    return objection


def require_decider(session: Session, actor: Actor, objection: Objection) -> None:
    """Refuse whoever judged in the round, filed the objection or has a stake; 404 for strangers."""
    round_ = objection.round_
    if not rules.can_decide_for_organiser(actor, round_):
        raise NotFound
    if is_filer(actor, objection):
        raise NotAllowed(msg("You filed this objection; somebody else decides it."))
    if actor.person_id is None:
        return
    judged = session.scalar(
        sa.select(RoundJudge.id).where(
            RoundJudge.round_id == round_.id,
            RoundJudge.person_id == actor.person_id,
            RoundJudge.accepted_at.is_not(None),
        )
    )
    if judged is not None:
        raise NotAllowed(msg("You judged in this round; an objection is decided by people who did not."))
    if has_stake(session, actor.person_id, objection.entry):
        raise NotAllowed(msg("You belong to the company or circle concerned; somebody else decides this."))


def has_stake(session: Session, person_id: int, entry: Entry) -> bool:
    """True for the company concerned; in a company's own round, where all are of it, only for the circle."""
    return has_own_interest(session, person_id, entry, circle_only=entry.round_.company_id is not None)


def _require_state(
    session: Session, objection: Objection, version: int, states: tuple[ObjectionState, ...]
) -> None:
    guards.lock_round(session, objection.round_)
    session.refresh(objection)
    if objection.version != version:
        raise Stale(current={"state": objection.state.value, "decision": objection.decision})
    if objection.state not in OPEN_OBJECTION:
        raise DomainError(msg("This objection is settled already."))
    if objection.state not in states:
        raise DomainError(
            msg("Admit the objection first.")
            if ObjectionState.ADMITTED in states
            else msg("It is admitted already.")
        )
    guards.require_unfinished(objection.round_)


def _move(
    session: Session, actor: Actor, objection: Objection, state: ObjectionState, verb: str, now: datetime
) -> Objection:
    before = objection.state
    objection.state, objection.version = state, objection.version + 1
    session.flush()
    _record(
        session,
        objection,
        actor,
        verb,
        now,
        before={"state": before.value},
        after={"state": state.value, "effect": objection.effect},
        reason=objection.decision,
    )
    return objection


def _close(
    session: Session,
    actor: Actor,
    objection: Objection,
    state: ObjectionState,
    verb: str,
    hours: OfficeHours,
    now: datetime,
) -> None:
    if state is not ObjectionState.WITHDRAWN:
        objection.decider_id = actor.person_id
    objection.decided_at = now
    _move(session, actor, objection, state, verb, now)
    finish_tasks(session, subject=objection, now=now)
    round_ = objection.round_
    if round_.published_at is not None:
        wind_clock(session, round_, hours)
        ask_to_finish(session, round_, hours, now)
    if state is not ObjectionState.WITHDRAWN:
        values = {"round": round_.name, "url": f"/judging/objections/{objection.key}"}
        send_mail(
            session,
            to_person=objection.filer_id,
            subject=tasks.OBJECTION_CLOSED,
            body=tasks.OBJECTION_CLOSED_BODY,
            values=values,
            now=now,
        )


def _disqualify(session: Session, actor: Actor, objection: Objection, now: datetime) -> None:
    entry = objection.entry
    entry.disqualified_at, entry.disqualified_reason = now, objection.decision
    session.flush()
    _record(
        session,
        objection,
        actor,
        "judging.disqualify_entry",
        now,
        after={"entry": entry.id},
        reason=objection.decision,
    )
    _compute_anew(session, actor, objection, now)


def _set_aside(
    session: Session, actor: Actor, objection: Objection, number: int | None, now: datetime
) -> None:
    sheets = session.scalars(
        sa.select(ScoreSheet)
        .join(
            RoundJudge,
            sa.and_(RoundJudge.round_id == ScoreSheet.round_id, RoundJudge.person_id == ScoreSheet.judge_id),
        )
        .where(ScoreSheet.entry_id == objection.entry_id, RoundJudge.number == number)
    ).all()
    set_aside(session, actor=actor, sheets=sheets, reason=objection.decision, now=now)
    finish_tasks(session, subject=objection.entry, kind=tasks.REPLACE, now=now)
    _compute_anew(session, actor, objection, now)


def _compute_anew(session: Session, actor: Actor, objection: Objection, now: datetime) -> None:
    round_ = objection.round_
    write_standing(
        session, actor=actor, round_=round_, version=round_.version, reason=objection.decision, now=now
    )


def _rescore(session: Session, actor: Actor, objection: Objection, now: datetime) -> None:
    withdraw_publication(session, actor=actor, round_=objection.round_, reason=objection.decision, now=now)
    locked = session.scalars(
        sa.select(ScoreSheet).where(
            ScoreSheet.entry_id == objection.entry_id, ScoreSheet.state == SheetState.SUBMITTED
        )
    ).all()
    for sheet in locked:
        give_back(session, actor=actor, sheet=sheet, reason=objection.decision, now=now)


def _record(
    session: Session,
    objection: Objection,
    actor: Actor,
    verb: str,
    now: datetime,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    record_round_event(
        session,
        round_=objection.round_,
        actor=actor,
        verb=verb,
        subject=objection,
        at=now,
        before=before,
        after=after,
        reason=reason,
    )
