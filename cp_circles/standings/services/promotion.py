"""Finishing a round: every entry gets its outcome, and who is promoted stands in the round above."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.base import table_of
from cp_circles.db.bulk import collector_paused
from cp_circles.errors import DomainError, msg
from cp_circles.judging import guards, phases, tasks
from cp_circles.judging.chain import put_head_in_platform_chain, record_round_event
from cp_circles.judging.models import Entry, EntryState, Round, StandingRow
from cp_circles.judging.queries import ladder
from cp_circles.judging.queries.ladder import places_used
from cp_circles.judging.services.bans import barred_circles
from cp_circles.judging.services.entries import require_place_left
from cp_circles.notices.services import finish_tasks
from cp_circles.people.rules import Actor
from cp_circles.quotas.services import return_unused
from cp_circles.standings.services.public_lists import require_not_held, write_public_list
from cp_circles.standings.services.publicity import require_publicity_over
from cp_circles.standings.services.raising import Line, lines_of, may_go_up, raise_entries
from cp_circles.standings.services.standings import is_current, read_states_again

FINAL = {
    "promoted": EntryState.PROMOTED,
    "reserve": EntryState.RESERVE,
    "not_promoted": EntryState.NOT_PROMOTED,
    "placed": EntryState.SCORED,
}


def finish_round(session: Session, *, actor: Actor, round_: Round, now: datetime) -> list[Entry]:
    """Close a round after publicity; gives back the entries that now stand in the round above.

    What was revoked or barred meanwhile does not go up; its place is left to a reserve, and places that no
    reserve can fill go back to the round above.
    """
    guards.require_organiser(actor, round_)
    with collector_paused():
        return _finished(session, actor=actor, round_=round_, now=now)


def _finished(session: Session, *, actor: Actor, round_: Round, now: datetime) -> list[Entry]:
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    require_publicity_over(session, round_, now)
    require_not_held(session, round_)
    if not is_current(session, round_):
        raise DomainError(msg("Scores or quotas changed since the standing was computed; compute it again."))
    lines, barred = lines_of(session, round_.standing_id), barred_circles(session, round_.season.year)
    upper = _upper(session, round_, lines, now)
    fallen = [line for line in lines if upper is not None and not may_go_up(line, barred)]
    _settle(session, round_, fallen)
    raised: list[Entry] = []
    if upper is not None:
        out = {line.id for line in fallen}
        going = [line for line in lines if line.decision == "promoted" and line.id not in out]
        raised = raise_entries(session, actor=actor, round_=round_, upper=upper, lines=going, now=now)
    round_.finished_at = now
    session.flush()
    write_public_list(session, round_)
    finish_tasks(session, subject=round_, now=now)
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.finish_round",
        subject=round_,
        at=now,
        after={
            "standing": round_.standing_id,
            "outcomes": [[line.entry_id, line.decision] for line in lines],
        },
    )
    if upper is not None:
        return_unused(session, actor=actor, round_=round_, upper=upper, now=now)
    put_head_in_platform_chain(session, actor=actor, round_=round_, now=now)
    return raised


def promote_reserve(session: Session, *, actor: Actor, round_: Round, track_key: str, now: datetime) -> Entry:
    """Move the first reserve of a track up, when the place of a promoted entry came back."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    if round_.finished_at is None:
        raise DomainError(msg("Finish the round first."))
    upper = ladder.round_above(session, round_)
    if round_.standing_id is None or upper is None:
        raise DomainError(msg("There is no round above."))
    guards.lock_round(session, upper)
    _require_open_above(session, upper, now)
    require_place_left(session, upper, ladder.unit_of(round_), track_key)
    waiting = [line for line in _waiting(session, round_) if line.track_key == track_key]
    if not waiting:
        raise DomainError(msg("No reserve waits in this track."))
    first = min(waiting, key=lambda line: (line.why.get("reserve") or 0, line.place, line.id))
    entry = session.get_one(Entry, first.entry_id)
    entry.state = EntryState.PROMOTED
    (raised,) = raise_entries(session, actor=actor, round_=round_, upper=upper, lines=[first], now=now)
    if not tracks_to_fill(session, round_, now):
        finish_tasks(session, subject=round_, kind=tasks.RESERVE, now=now)
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.promote_reserve",
        subject=entry,
        at=now,
        before={"state": "reserve"},
        after={"state": "promoted", "upper": upper.id},
    )
    return raised


def tracks_to_fill(session: Session, round_: Round, now: datetime) -> list[str]:
    """Tracks of a finished round in which a reserve can go up now: a place is free, the round above open."""
    upper = ladder.round_above(session, round_) if round_.finished_at is not None else None
    if round_.standing_id is None or upper is None or not _is_open_above(session, upper, now):
        return []
    unit = ladder.unit_of(round_)
    places = ladder.quotas_for(session, upper, unit)
    return [
        track
        for track in sorted({line.track_key for line in _waiting(session, round_)})
        if places_used(session, upper, unit, track) < places.get(track, 0)
    ]


def _waiting(session: Session, round_: Round) -> list[Line]:
    """The reserves of a finished round that may go up."""
    barred = barred_circles(session, round_.season.year)
    reserves = lines_of(session, round_.standing_id, Entry.state == EntryState.RESERVE)
    return [line for line in reserves if may_go_up(line, barred)]


def _settle(session: Session, round_: Round, fallen: Sequence[Line]) -> None:
    """Give every entry of the standing its outcome; those that fell out on the way are not promoted."""
    for decision, state in FINAL.items():
        decided = sa.select(StandingRow.entry_id).where(
            StandingRow.standing_id == round_.standing_id, StandingRow.decision == decision
        )
        _put(session, sa.update(Entry).where(Entry.id.in_(decided)).values(state=state))
    if fallen:
        entry = table_of(Entry)
        one = (
            sa.update(entry).where(entry.c.id == sa.bindparam("entry")).values(state=EntryState.NOT_PROMOTED)
        )
        session.connection().execute(one, [{"entry": line.entry_id} for line in fallen])
    read_states_again(session)


def _put(session: Session, statement: sa.Update) -> None:
    session.execute(statement.execution_options(synchronize_session=False))


def _upper(session: Session, round_: Round, lines: Sequence[Line], now: datetime) -> Round | None:
    if ladder.rung_above(session, round_) is None:
        return None
    upper = ladder.round_above(session, round_)
    if upper is None:
        raise DomainError(msg("The round above is not open yet; nobody can be entered there."))
    if any(line.decision == "promoted" for line in lines):
        guards.lock_round(session, upper)
        _require_open_above(session, upper, now)
    return upper


def _is_open_above(session: Session, upper: Round, now: datetime) -> bool:
    rule = guards.rule_of(session, upper)
    if upper.finished_at is not None:
        return False
    is_late = upper.accepts_late and upper.blind_numbers_at is None
    return is_late or now < phases.closes_at(upper, rule, "submit_entry")


def _require_open_above(session: Session, upper: Round, now: datetime) -> None:
    if _is_open_above(session, upper, now):
        return
    raise DomainError(
        msg(
            "%(round)s is closed for entries; ask its organiser to extend the entry phase"
            " or to accept late entries."
        ),
        round=upper.name,
    )
