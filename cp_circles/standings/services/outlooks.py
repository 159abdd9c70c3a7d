"""Seeing what a computation or a decision would change, before it is done, and telling whom it concerned."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.standing import Flags
from cp_circles.errors import DomainError, Invalid, Stale, msg
from cp_circles.judging import guards, tasks
from cp_circles.judging.chain import sha256_of
from cp_circles.judging.models import (
    Entry,
    Objection,
    Round,
    RoundJudge,
    ScoreSheet,
    SheetState,
    Standing,
)
from cp_circles.judging.queries import rounds
from cp_circles.notices.services import send_mail
from cp_circles.people.rules import Actor
from cp_circles.standings.facts import SUBMITTED, RoundFacts
from cp_circles.standings.outlook import (
    EFFECTS,
    Outlook,
    Placed,
    changes_between,
    without_entry,
    without_judge,
)
from cp_circles.standings.queries import standings
from cp_circles.standings.services.standings import compute_standing, require_complete, require_scores
from cp_circles.standings.working import compute_rows


class Foreseen(Stale):
    """What was shown is not what would happen now; the new outlook is shown before anything is done."""

    msgid = msg("Something changed since the outlook was shown. Look at it again, then apply it.")


def foresee_standing(session: Session, *, actor: Actor, round_: Round) -> Outlook:
    """What computing the standing now would change against the one that holds; refused while work is open."""
    guards.require_organiser(actor, round_)
    require_complete(session, round_, guards.rule_of(session, round_))
    return _compared(session, round_, standings.round_facts(session, round_), ("standing",))


def compute_again(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    version: int,
    reason: str,
    seen: str | None = None,
    now: datetime,
) -> Standing:
    """Compute a standing whose outlook was shown; Foreseen if it would be another one by now."""
    guards.lock_round(session, round_)
    if seen is not None:
        require_seen(foresee_standing(session, actor=actor, round_=round_), seen)
    return compute_standing(session, actor=actor, round_=round_, version=version, reason=reason, now=now)


def foresee_decision(
    session: Session, *, objection: Objection, effect: str, judge: int | None = None
) -> Outlook:
    """What an effect of a decision would do to the list; `judge` is the number whose scores are set aside.

    Refused with what is missing, if the entries would not have the scores that the rule asks for.
    """
    round_, entry = objection.round_, objection.entry_id
    if effect not in EFFECTS:
        raise Invalid(msg("Choose what follows from the decision."), field="effect")
    facts = standings.round_facts(session, round_)
    key = ("objection", objection.id, objection.version, effect, judge)
    if effect == "none":
        return Outlook(_digest(round_, facts, key))
    if effect == "rescore":
        return _taken_back(session, objection, facts, key)
    if effect == "disqualify":
        facts = without_entry(facts, entry)
        if not facts.entries:
            raise DomainError(msg("It is the only entry of the round; without it there is no list."))
    else:
        facts = without_judge(facts, entry, _judge_of(facts, entry, judge))
    require_scores(facts, guards.rule_of(session, round_))
    return _compared(session, round_, facts, key)


def require_seen(outlook: Outlook, seen: str | None) -> None:
    """Refuse an act whose outlook is not the one that was shown; None is an act without a page."""
    if seen is not None and seen != outlook.digest:
        raise Foreseen(current={"digest": outlook.digest})


def tell_changed(session: Session, *, round_: Round, outlook: Outlook, reason: str, now: datetime) -> None:
    """Write to those whose line in a published list changed, with the reason."""
    values = {"round": round_.name, "reason": reason, "url": f"/judging/lists/{round_.public_key}"}
    for person_id in outlook.told:
        send_mail(
            session,
            to_person=person_id,
            subject=tasks.LIST_CHANGED,
            body=tasks.LIST_CHANGED_BODY,
            values=values,
            now=now,
        )


def judges_who_scored(session: Session, entry: Entry) -> list[int]:
    """The numbers of the judges whose score sheets of an entry count."""
    wanted = (
        sa.select(RoundJudge.number)
        .join(
            ScoreSheet,
            sa.and_(ScoreSheet.round_id == RoundJudge.round_id, ScoreSheet.judge_id == RoundJudge.person_id),
        )
        .where(ScoreSheet.entry_id == entry.id, ScoreSheet.state == SheetState.SUBMITTED)
        .distinct()
        .order_by(RoundJudge.number)
    )
    return list(session.scalars(wanted))


def _judge_of(facts: RoundFacts, entry: int, judge: int | None) -> int:
    if judge is None or judge not in facts.sheets.judge[_counting(facts, entry)]:
        raise Invalid(msg("Choose the judge whose scores of this entry do not count."), field="judge")
    return judge


def _counting(facts: RoundFacts, entry: int) -> Flags:
    """Which sheets of an entry count."""
    return (facts.sheets.entry == entry) & facts.sheets.is_in(SUBMITTED)


def _taken_back(
    session: Session, objection: Objection, facts: RoundFacts, key: tuple[object, ...]
) -> Outlook:
    given_back = int(_counting(facts, objection.entry_id).sum())
    told = _submitters(session, [objection.entry_id])
    return Outlook(_digest(objection.round_, facts, key), told=told, takes_back=True, sheets=given_back)


def _compared(session: Session, round_: Round, facts: RoundFacts, key: tuple[object, ...]) -> Outlook:
    rule, rubrics = guards.rule_of(session, round_), rounds.rubrics_of(session, round_)
    holds = standings.standing_by_id(session, round_.standing_id)
    before: Mapping[int, Placed] = {row.entry_id: row for row in holds.rows} if holds else {}
    after: Mapping[int, Placed] = {row.entry: row for row in compute_rows(facts, rule, rubrics)}
    changes = changes_between(before, after)
    return Outlook(
        _digest(round_, facts, key),
        changes,
        len({*before, *after}) - len(changes),
        _submitters(session, [row.entry for row in changes if row.is_told]) if round_.published_at else (),
    )


def _digest(round_: Round, facts: RoundFacts, key: tuple[object, ...]) -> str:
    return sha256_of([round_.standing_id, round_.version, facts.sha256, list(key)])


def _submitters(session: Session, entry_ids: list[int]) -> tuple[int, ...]:
    wanted = sa.select(Entry.submitted_by_id).where(
        Entry.id.in_(entry_ids), Entry.submitted_by_id.is_not(None)
    )
    return tuple(sorted({person_id for person_id in session.scalars(wanted) if person_id is not None}))
