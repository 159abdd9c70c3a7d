"""Computing the standing of a round: read and computed first, then one write that rechecks the input."""

from datetime import datetime
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.base import table_of
from cp_circles.db.bulk import as_text, collector_paused, insert_rows
from cp_circles.errors import DomainError, Stale, msg
from cp_circles.judging import guards, phases, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.figures import shown
from cp_circles.judging.models import Entry, EntryState, Round, Standing, StandingRow
from cp_circles.judging.queries import ladder
from cp_circles.judging.queries.entries import entries_waiting
from cp_circles.notices.services import finish_tasks
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import RoundRule
from cp_circles.standings.facts import OPEN, RoundFacts, encoded
from cp_circles.standings.outlook import short_of_scores
from cp_circles.standings.queries import standings
from cp_circles.standings.services.fairness import Computed, computed
from cp_circles.standings.services.public_lists import write_public_list

PORTION = 1_000


class WorkOutstanding(DomainError):
    """A standing waits until all work is in; the message counts what is missing."""

    msgid = msg("Score sheets still open: %(count)s.")


def compute_standing(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    version: int | None = None,
    reason: str = "",
    now: datetime,
) -> Standing:
    """Compute a round's standing from its locked sheets by its published rule.

    Of two who compute at the same moment one wins; the other is told that the round changed. Computing again
    asks for a reason and keeps the earlier standing.
    """
    guards.require_organiser(actor, round_)
    seen = round_.version if version is None else version
    rule = guards.rule_of(session, round_)
    if not phases.is_scoring_over(round_, rule, now):
        raise phases.PhaseClosed(
            msg("The standing is computed after scoring; end the phase first if all is in.")
        )
    if round_.published_at is not None:
        raise DomainError(msg("The standing is published; it changes only through an objection."))
    if round_.standing_id is not None:
        reason = guards.require_reason(reason)
    return write_standing(session, actor=actor, round_=round_, version=seen, reason=reason, now=now)


def write_standing(
    session: Session, *, actor: Actor, round_: Round, version: int, reason: str, now: datetime
) -> Standing:
    """Compute, then write under the round's lock if neither its version nor its input changed meanwhile."""
    with collector_paused():
        return _written(session, actor=actor, round_=round_, version=version, reason=reason, now=now)


def _written(
    session: Session, *, actor: Actor, round_: Round, version: int, reason: str, now: datetime
) -> Standing:
    guards.require_unfinished(round_)
    rule, ground = guards.rule_of(session, round_), standings.ground_of(session, round_)
    facts = standings.round_facts(session, round_)
    require_complete(session, round_, rule, facts)
    found = computed(session, round_, facts, rule)
    input_sha256 = facts.sha256
    was_public = round_.published_at is not None
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    if (round_.published_at is not None) != was_public:
        raise Stale(current={"version": round_.version})
    if ground != standings.ground_of(session, round_):
        raise Stale(msg("Scores changed while the standing was computed; compute it again."))
    guards.bump(session, round_, version)
    standing = _stored(session, round_, facts, found, actor, reason, now)
    standing.facts = standing.facts | {"ground": ground}
    placed = _store_rows(session, standing, found)
    finish_tasks(session, subject=round_, kind=tasks.COMPUTE, now=now)
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.compute_standing",
        subject=standing,
        at=now,
        reason=reason,
        after={
            "input": input_sha256,
            "rows": placed,
            "severity": found.sha256,
        },
    )
    write_public_list(session, round_)
    if round_.published_at is None:
        guards.ask_organiser(session, round_=round_, kind=tasks.PUBLISH, path="/standing", now=now)
    return standing


def require_complete(
    session: Session, round_: Round, rule: RoundRule, facts: RoundFacts | None = None
) -> None:
    """Refuse while reviews, sheets or judges are missing; the message says how many."""
    outstanding = work_outstanding(session, round_, rule, facts)
    if outstanding:
        raise outstanding[0]


def work_outstanding(
    session: Session, round_: Round, rule: RoundRule, facts: RoundFacts | None = None
) -> list[DomainError]:
    """All that a standing still waits for: reviews, entries, open sheets, entries with too few scores."""
    found = reviews_outstanding(session, round_)
    facts = facts or standings.round_facts(session, round_, points=False)
    if not facts.entries:
        return [*found, DomainError(msg("No accepted entry stands in this round."))]
    still_open = int(facts.sheets.is_in(OPEN).sum())
    if still_open:
        found.append(WorkOutstanding(count=still_open))
    return found + scores_missing(facts, rule)


def reviews_outstanding(session: Session, round_: Round) -> list[DomainError]:
    """What says how many entries still wait for their formal review, if any does."""
    waiting = entries_waiting(session, round_, EntryState.SUBMITTED, EntryState.TO_COMPLETE)
    if not waiting:
        return []
    text = msg("Entries that still wait for their formal review: %(count)s.")
    return [WorkOutstanding(text, count=waiting)]


def scores_missing(facts: RoundFacts, rule: RoundRule) -> list[DomainError]:
    """One refusal for each entry and stage with fewer valid scores than the rule asks for."""
    needed = {
        track: [(s.key, int(s.min_judges.value)) for s in rule.stages if s.rubric_for(track) is not None]
        for track in {entry.track for entry in facts.entries}
    }
    return [
        WorkOutstanding(
            msg("Entry %(entry)s: %(scored)s of the %(needed)s scores that the rule asks for in one stage."),
            entry=number,
            scored=scored,
            needed=least,
        )
        for number, _stage, scored, least in short_of_scores(facts, needed)
    ]


def require_scores(facts: RoundFacts, rule: RoundRule) -> None:
    """Refuse facts in which an entry has fewer valid scores than the rule asks for."""
    missing = scores_missing(facts, rule)
    if missing:
        raise missing[0]


def is_current(session: Session, round_: Round, facts: RoundFacts | None = None) -> bool:
    """True if the standing that holds was computed from what stands in the round now."""
    standing = session.get(Standing, round_.standing_id) if round_.standing_id else None
    if standing is None:
        return False
    with collector_paused():
        return standing.input_sha256 == (facts or standings.round_facts(session, round_)).sha256


def seems_current(session: Session, round_: Round) -> bool:
    """The same for a page: by counts and sums where the standing keeps them, so that no sheet is read."""
    standing = session.get(Standing, round_.standing_id) if round_.standing_id else None
    if standing is None:
        return False
    if standing.facts.get("ground") == standings.ground_of(session, round_):
        return True
    return is_current(session, round_)


def require_upper_round(session: Session, round_: Round) -> None:
    """Refuse to publish a list that cannot say who goes up."""
    if ladder.rung_above(session, round_) is not None and ladder.round_above(session, round_) is None:
        raise DomainError(
            msg("The round above is not open yet; without its quota the list cannot say who goes up.")
        )


def _stored(
    session: Session,
    round_: Round,
    facts: RoundFacts,
    found: Computed,
    actor: Actor,
    reason: str,
    now: datetime,
) -> Standing:
    """The new standing, without its rows."""
    standing = Standing(
        round_id=round_.id,
        computed_at=now,
        computed_by_id=actor.person_id,
        input_sha256=facts.sha256,
        facts={
            "quotas": dict(facts.quotas),
            "goes_up": facts.goes_up,
            "pass_mark": shown(facts.pass_mark),
            "fairness": found.fairness,
        },
        reason=reason,
    )
    session.add(standing)
    session.flush()
    round_.standing_id = standing.id
    return standing


def _store_rows(session: Session, standing: Standing, found: Computed) -> list[list[object]]:
    """Write the rows of a standing a portion at a time; gives (entry, place, score, decision) of each."""
    placed: list[list[object]] = []
    table, common = as_text(table_of(StandingRow)), {"standing_id": standing.id}
    rows = (row for track in found.tracks for row in track.rows())
    while portion := list(islice(rows, PORTION)):
        written = [
            {
                "entry_id": row.entry,
                "track_key": row.track,
                "place": row.place,
                "score": row.score,
                "working": row.text,
                "decision": row.decision,
                "why": encoded(row.why),
            }
            for row in portion
        ]
        insert_rows(session, table, written, common)
        placed += [[row.entry, row.place, shown(row.score), row.decision] for row in portion]
    judged = sa.select(StandingRow.entry_id).where(StandingRow.standing_id == standing.id)
    session.execute(
        sa.update(Entry)
        .where(Entry.id.in_(judged))
        .values(state=EntryState.SCORED)
        .execution_options(synchronize_session=False)
    )
    read_states_again(session)
    return placed


def read_states_again(session: Session) -> None:
    """Forget the states of entries that the session holds, after they were written in the database."""
    for one in session.identity_map.values():
        if isinstance(one, Entry):
            session.expire(one, ["state"])
