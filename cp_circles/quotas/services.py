"""The places of a round's units: given, given back by a unit that sends fewer, and handed on to others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.promotion import Claimant, hand_on
from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.judging import guards, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Entry, EntryState, Level, Quota, Round
from cp_circles.judging.queries import ladder
from cp_circles.organisations.models import Company
from cp_circles.people.rules import SYSTEM, Actor
from cp_circles.results.models import Result, ResultState

MOST_PLACES = 9_999
OUT_OF_JUDGING = (EntryState.WITHDRAWN, EntryState.REJECTED, EntryState.DEFERRED)


@dataclass(frozen=True)
class UnitPlaces:
    """What one unit holds in one track of the round above, and how many places it could still fill."""

    unit: ladder.Unit
    track: str
    below: Round
    entries: int
    held: int
    used: int
    waiting: int

    @property
    def is_settled(self) -> bool:
        """True in publicity, when neither quota nor outcome may move."""
        return self.below.published_at is not None and self.below.finished_at is None

    @property
    def room(self) -> int:
        """How many more places the unit could fill now."""
        if self.is_settled:
            return 0
        if self.below.finished_at is not None:
            return max(0, self.waiting - max(0, self.held - self.used))
        return max(0, self.entries - self.held)

    @property
    def spare(self) -> int:
        """Places that the unit does not use: known once its round is finished."""
        return max(0, self.held - self.used) if self.below.finished_at is not None else 0


def set_quotas(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    places: Mapping[tuple[ladder.Unit, str], int],
    now: datetime,
) -> None:
    """Give recommending units their places by unit and track, as one act.

    The rounds are held before any place moves; possible until a unit's own list is published. A company
    without a round of its own gets its places like the others.
    """
    guards.require_organiser(actor, round_)
    guards.require_unfinished(round_)
    below = {ladder.unit_of(row): row for row in ladder.rounds_below(session, round_)}
    tracks = {track.key for track in round_.tracks}
    for (unit, track_key), count in places.items():
        if not 0 <= count <= MOST_PLACES:
            raise Invalid(msg("Give between 0 and %(most)s places."), field="places", most=MOST_PLACES)
        if track_key not in tracks:
            raise Invalid(msg("This round has no such track."), field="track_key")
        if unit not in below and not _recommends_itself(session, unit, round_):
            raise NotFound
    chosen = [below[unit] for unit, _ in places if unit in below]
    guards.lock_rounds(session, [*chosen, round_])
    for row in chosen:
        if row.published_at is not None:
            raise DomainError(msg("%(round)s has published its list; its quota stands."), round=row.name)
    for (unit, track_key), count in places.items():
        _set(session, actor, round_, unit, track_key, count, now)


def _recommends_itself(session: Session, unit: ladder.Unit, round_: Round) -> bool:
    company = session.get(Company, unit.id) if unit.kind == Level.COMPANY.value else None
    return company is not None and ladder.recommends_itself(session, company, round_)


def set_quota(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    unit: ladder.Unit,
    track_key: str,
    places: int,
    now: datetime,
) -> None:
    """Give one recommending unit its places in a track."""
    set_quotas(session, actor=actor, round_=round_, places={(unit, track_key): places}, now=now)


def _set(
    session: Session,
    actor: Actor,
    round_: Round,
    unit: ladder.Unit,
    track_key: str,
    places: int,
    now: datetime,
) -> None:
    row = _quota(session, round_, unit, track_key)
    before, row.places = row.places, places
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.set_quota",
        subject=round_,
        at=now,
        before={"places": before},
        after={"unit": list(unit), "track": track_key, "places": places},
    )


def return_places(
    session: Session, *, actor: Actor, round_: Round, track_key: str, places: int, reason: str, now: datetime
) -> int:
    """Give places of the round above back, before one's list is published or after one's round is finished.

    They wait in the round above until its organiser hands them on; gives back how many wait in the track.
    """
    guards.require_organiser(actor, round_)
    reason = guards.require_reason(reason)
    guards.lock_round(session, round_)
    upper = ladder.round_above(session, round_)
    if upper is None:
        raise DomainError(msg("There is no round above."))
    if round_.published_at is not None and round_.finished_at is None:
        raise DomainError(msg("The list is in publicity; places are given back once the round is finished."))
    return _give_back(session, actor, round_, upper, track_key, places, reason, now)


def return_unused(session: Session, *, actor: Actor, round_: Round, upper: Round, now: datetime) -> int:
    """What a finished round cannot fill any more goes back at once; gives back how many places.

    Places for which a reserve still waits stay with the unit.
    """
    returned = 0
    for track in upper.tracks:
        row = places_of(session, round_, upper, track.key)
        unused = row.spare - min(row.spare, row.waiting)
        if unused > 0:
            _give_back(session, actor, round_, upper, track.key, unused, "", now)
            returned += unused
    return returned


def hand_on_places(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    track_key: str,
    unit: ladder.Unit | None,
    places: int,
    reason: str,
    now: datetime,
) -> dict[ladder.Unit, int]:
    """Hand returned places on: to one unit, or with `unit` None by the rule; gives back who got how many.

    A unit in publicity gets none, since its quota stands; one whose round is finished moves up its reserve.
    """
    guards.require_organiser(actor, round_)
    below = ladder.rounds_below(session, round_)
    chosen = [row for row in below if unit is None or ladder.unit_of(row) == unit]
    guards.lock_rounds(session, [*chosen, round_])
    guards.require_unfinished(round_)
    reason = guards.require_reason(reason)
    waiting = returned_places(session, round_).get(track_key, 0)
    if not 0 < places <= waiting:
        raise Invalid(
            msg("Between 1 and %(waiting)s places can be handed on in this track."),
            field="places",
            waiting=waiting,
        )
    every = {row.unit: row for row in unit_places(session, round_, track_key)}
    shares = by_rule(list(every.values()), places) if unit is None else {unit: places}
    if not shares:
        raise DomainError(msg("No unit can fill a place of this track now; the places stay here."))
    for one, share in shares.items():
        row = every.get(one)
        if row is None or row.is_settled:
            raise Invalid(
                msg("Choose a unit that recommends here and whose list is not in publicity."), field="unit"
            )
        _move(session, round_, track_key, one, share)
        _record_handing_on(session, actor, round_, row, share, reason, now)
    return shares


def by_rule(rows: Sequence[UnitPlaces], places: int) -> dict[ladder.Unit, int]:
    """Whom the rule gives returned places: most entries for each place held first."""
    names = {f"{row.unit.kind}:{row.unit.id}": row.unit for row in rows}
    shares = hand_on(
        places,
        [Claimant(f"{row.unit.kind}:{row.unit.id}", row.entries, row.held, row.room) for row in rows],
    )
    return {names[name]: count for name, count in shares.items()}


def returned_places(session: Session, round_: Round) -> dict[str, int]:
    """The places that came back to a round and wait, by track."""
    rows = session.execute(
        sa.select(Quota.track_key, Quota.places).where(
            Quota.round_id == round_.id, Quota.unit_kind == ladder.RETURNED.kind, Quota.places > 0
        )
    )
    return {track: places for track, places in rows}


def unit_places(session: Session, round_: Round, track_key: str) -> list[UnitPlaces]:
    """Every recommending unit with what it holds and could fill in a track, in the order of the units."""
    return _places_of(session, ladder.rounds_below(session, round_), round_, track_key)


def places_of(session: Session, below: Round, upper: Round, track_key: str) -> UnitPlaces:
    """What the unit of a round holds in a track of the round above: three statements."""
    [found] = _places_of(session, [below], upper, track_key)
    return found


def held_above(session: Session, round_: Round) -> list[UnitPlaces]:
    """The places that a round holds in the one above and may give back now, by track."""
    upper = ladder.round_above(session, round_)
    if upper is None or (round_.published_at is not None and round_.finished_at is None):
        return []
    rows = [places_of(session, round_, upper, track.key) for track in upper.tracks]
    return [row for row in rows if (row.spare if round_.finished_at else row.held)]


def _places_of(session: Session, below: Sequence[Round], upper: Round, track_key: str) -> list[UnitPlaces]:
    """What the units of some rounds hold in a track of the round above: three statements."""
    counts = _entry_counts(session, [row.id for row in below], track_key)
    held = {
        ladder.Unit(row.unit_kind, row.unit_id): row.places
        for row in ladder.quotas_of(session, upper)
        if row.track_key == track_key
    }
    used = ladder.places_by_unit(session, upper, track_key)
    found = []
    for row in below:
        unit, states = ladder.unit_of(row), counts.get(row.id, {})
        found.append(
            UnitPlaces(
                unit=unit,
                track=track_key,
                below=row,
                entries=sum(count for state, count in states.items() if state not in OUT_OF_JUDGING),
                held=held.get(unit, 0),
                used=used.get(unit, 0),
                waiting=states.get(EntryState.RESERVE, 0),
            )
        )
    return found


def _entry_counts(
    session: Session, round_ids: Sequence[int], track_key: str
) -> Mapping[int, Mapping[EntryState, int]]:
    """round -> how many of its entries stand where, those left out whose result stands no more."""
    rows = session.execute(
        sa.select(Entry.round_id, Entry.state, sa.func.count(Entry.id))
        .join(Entry.result)
        .where(
            Entry.round_id.in_(round_ids),
            Entry.track_key == track_key,
            Entry.disqualified_at.is_(None),
            Result.state == ResultState.FROZEN,
        )
        .group_by(Entry.round_id, Entry.state)
    )
    found: dict[int, dict[EntryState, int]] = {}
    for round_id, state, count in rows:
        found.setdefault(round_id, {})[state] = count
    return found


def _give_back(
    session: Session,
    actor: Actor,
    round_: Round,
    upper: Round,
    track_key: str,
    places: int,
    reason: str,
    now: datetime,
) -> int:
    guards.lock_round(session, upper)
    row = places_of(session, round_, upper, track_key)
    most = row.spare if round_.finished_at is not None else row.held
    if not 0 < places <= most:
        raise Invalid(msg("Between 1 and %(most)s places can be given back."), field="places", most=most)
    waiting = _move(session, upper, track_key, row.unit, -places)
    record_round_event(
        session,
        round_=upper,
        actor=actor if actor.person_id is not None else SYSTEM,
        verb="judging.return_quota",
        subject=upper,
        at=now,
        reason=reason,
        before={"places": row.held},
        after={"unit": list(row.unit), "track": track_key, "places": row.held - places, "returned": waiting},
    )
    if upper.finished_at is None:
        guards.ask_organiser(session, round_=upper, kind=tasks.HAND_ON, path="/quotas", now=now)
    return waiting


def _move(session: Session, upper: Round, track_key: str, unit: ladder.Unit, places: int) -> int:
    """Move places from what was returned to a unit (negative: back); gives back how many wait then."""
    held, returned = (_quota(session, upper, one, track_key) for one in (unit, ladder.RETURNED))
    held.places += places
    returned.places -= places
    session.flush()
    return returned.places


def _quota(session: Session, upper: Round, unit: ladder.Unit, track_key: str) -> Quota:
    """The row of a unit's places as it is now; one without any place where there was none."""
    row = session.scalar(
        sa.select(Quota).where(
            Quota.round_id == upper.id,
            Quota.unit_kind == unit.kind,
            Quota.unit_id == unit.id,
            Quota.track_key == track_key,
        ),
        execution_options={"populate_existing": True},
    )
    if row is None:
        row = Quota(round_id=upper.id, unit_kind=unit.kind, unit_id=unit.id, track_key=track_key, places=0)
        session.add(row)
        session.flush()
    return row


def _record_handing_on(
    session: Session, actor: Actor, round_: Round, row: UnitPlaces, share: int, reason: str, now: datetime
) -> None:
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.hand_on_quota",
        subject=round_,
        at=now,
        reason=reason,
        before={"places": row.held},
        after={"unit": list(row.unit), "track": row.track, "places": row.held + share},
    )
    if row.below.finished_at is not None:
        guards.ask_organiser(session, round_=row.below, kind=tasks.RESERVE, path="/standing", now=now)
