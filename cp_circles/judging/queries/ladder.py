"""The ladder of a season: which round stands above, who holds it, and who recommends to it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.calc.ladder import Rung, Seat, ladder, next_rung
from cp_circles.editions import queries as editions
from cp_circles.judging.models import CountyRounds, Entry, EntryState, Level, Quota, Round, Season
from cp_circles.judging.rules import seat_path
from cp_circles.organisations.models import Company, Region, RegionLevel
from cp_circles.rulesets.schema import Ladder


class Unit(NamedTuple):
    """Who recommends: a company or a region."""

    kind: str
    id: int


RETURNED = Unit("returned", 0)


@dataclass(frozen=True)
class Step:
    """One step of a ladder as its picture shows it: the level, who holds it, and its round if it is open."""

    level: Level
    company: Company | None
    region: Region | None
    round_: Round | None
    is_here: bool = False


def unit_of(round_: Round) -> Unit:
    """The recommending unit that a round is: its organiser."""
    if round_.company_id is not None:
        return Unit("company", round_.company_id)
    return Unit("region", round_.region_id or 0)


def levels_of(session: Session, season: Season) -> tuple[str, ...]:
    """The levels of the season's ladder pack, lowest first."""
    pack = editions.pack(session, season.ladder_edition_id, Ladder)
    return tuple(level.key for level in sorted(pack.levels, key=lambda level: level.number))


@dataclass(frozen=True)
class Seating:
    """Where some regions stand on a season's ladder: each with the regions above it, from the nation down.

    `held` are the cities and municipalities among them whose counties hold rounds.
    """

    levels: Sequence[str]
    lines: Mapping[int, Sequence[Region]]
    held: Collection[int]

    def seat(self, region: Region) -> Seat:
        """Where a company or an office in this region stands."""
        line = self.lines[region.id]
        municipality = next((row for row in line if row.is_municipality), None)
        holder = next((row for row in line if row.level is RegionLevel.CITY), None) or municipality
        return Seat(
            level=region.level.value,
            in_municipality=municipality is not None,
            under_province=region.is_direct_county,
            county_round=holder is not None and holder.id in self.held,
        )

    def seat_of_round(self, round_: Round) -> Seat:
        """The same for a round; one that a county holds has county rounds on its ladder in any case."""
        seat = self.seat(_seat_region(round_))
        return replace(seat, county_round=True) if round_.level is Level.COUNTY else seat

    def above(self, round_: Round) -> tuple[Rung, Region] | None:
        """The rung above a round and the region that holds it; None at the top."""
        rung = next_rung(self.seat_of_round(round_), round_.level.value, self.levels)
        return None if rung is None else (rung, self.holder(_seat_region(round_), rung))

    def holder(self, region: Region, rung: Rung) -> Region:
        """The region at or above this one that holds a rung."""
        level = RegionLevel(rung.held_by) if rung.held_by != Level.COMPANY.value else region.level
        return next(row for row in self.lines[region.id] if row.level is level)


def seating_of(session: Session, season: Season, regions: Iterable[Region]) -> Seating:
    """The seats of some regions: two statements."""
    paths = {region.id: region.path_ids for region in regions}
    wanted = {id_ for path in paths.values() for id_ in path}
    rows = {row.id: row for row in session.scalars(sa.select(Region).where(Region.id.in_(wanted)))}
    held = sa.select(CountyRounds.city_id).where(
        CountyRounds.season_id == season.id, CountyRounds.city_id.in_(wanted)
    )
    return Seating(
        levels_of(session, season),
        {id_: [rows[one] for one in path if one in rows] for id_, path in paths.items()},
        frozenset(session.scalars(held)),
    )


def seat_of(session: Session, season: Season, region: Region) -> Seat:
    """Where a company or an office in this region stands on the season's ladder."""
    return seating_of(session, season, [region]).seat(region)


def cities_with_county_rounds(session: Session, season: Season) -> Sequence[Region]:
    """The cities whose counties hold rounds in the season."""
    return session.scalars(
        sa.select(Region)
        .join(CountyRounds, CountyRounds.city_id == Region.id)
        .where(CountyRounds.season_id == season.id)
        .order_by(Region.code)
    ).all()


def rung_above(session: Session, round_: Round) -> tuple[Rung, Region] | None:
    """The rung above a round and the region that holds it; None at the top."""
    return seating_of(session, round_.season, [_seat_region(round_)]).above(round_)


def next_rung_of(session: Session, season: Season, region: Region) -> tuple[Rung, Region] | None:
    """The rung to which a company in this region recommends, and the region that holds it."""
    seating = seating_of(session, season, [region])
    above = next_rung(seating.seat(region), Level.COMPANY.value, seating.levels)
    return None if above is None else (above, seating.holder(region, above))


def round_above(session: Session, round_: Round) -> Round | None:
    """The open round that this one recommends to; None at the top, or while it is not open yet."""
    above = rung_above(session, round_)
    if above is None:
        return None
    rung, region = above
    return round_of(session, round_.season_id, Level(rung.level), region_id=region.id)


def round_of(
    session: Session,
    season_id: int,
    level: Level,
    *,
    region_id: int | None = None,
    company_id: int | None = None,
) -> Round | None:
    """The round of one organiser at one level of a season."""
    wanted = sa.select(Round).where(Round.season_id == season_id, Round.level == level)
    if company_id is not None:
        return session.scalar(wanted.where(Round.company_id == company_id))
    return session.scalar(wanted.where(Round.region_id == region_id))


def steps_of(session: Session, round_: Round) -> list[Step]:
    """The whole ladder on which a round stands, lowest first; for a region's round from its own level up."""
    region = _seat_region(round_)
    seating = seating_of(session, round_.season, [region])
    rungs = list(ladder(seating.seat_of_round(round_), seating.levels))
    if round_.level is not Level.COMPANY:
        rungs = [rung for rung in rungs if rung.level != Level.COMPANY.value]
    holders = {rung.level: seating.holder(region, rung) for rung in rungs if rung.level != "company"}
    ids = [holder.id for holder in holders.values()]
    found = session.scalars(
        sa.select(Round).where(Round.season_id == round_.season_id, Round.region_id.in_(ids))
    )
    open_rounds = {(row.level, row.region_id): row for row in found}
    steps = []
    for rung in rungs:
        level = Level(rung.level)
        if level is Level.COMPANY:
            steps.append(Step(level, round_.company, None, round_, is_here=True))
            continue
        holder = holders[rung.level]
        opened = open_rounds.get((level, holder.id))
        steps.append(Step(level, None, holder, opened, is_here=opened is not None and opened.id == round_.id))
    return steps


def recommending_units(session: Session, round_: Round) -> list[Unit]:
    """Who recommends to a round: the organisers right below it, then companies that do so themselves.

    The latter hold no round of their own; they stand here once they were given places.
    """
    units = [unit_of(row) for row in rounds_below(session, round_)]
    held = {Unit(row.unit_kind, row.unit_id) for row in quotas_of(session, round_)}
    return [*units, *sorted(unit for unit in held.difference(units) if unit.kind == Level.COMPANY.value)]


def recommends_itself(session: Session, company: Company, round_: Round) -> bool:
    """True for a company without a round of its own whose results go up to this round."""
    if round_of(session, round_.season_id, Level.COMPANY, company_id=company.id) is not None:
        return False
    above = next_rung_of(session, round_.season, company.region)
    return above is not None and (above[0].level, above[1].id) == (round_.level.value, round_.region_id)


def company_called(session: Session, round_: Round, text: str) -> Company | None:
    """The one company of the round's region with this name or short code; None for none or several."""
    found = session.scalars(
        sa.select(Company)
        .join(Company.region)
        .where(
            sa.or_(Company.name == text, Company.short_code == text),
            Company.merged_into_id.is_(None),
            Region.path.startswith(seat_path(round_)),
        )
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def rounds_below(session: Session, round_: Round) -> list[Round]:
    """The open rounds right below a round, in the order in which they were opened: three statements."""
    if round_.level is Level.COMPANY or round_.region is None:
        return []
    below = session.scalars(
        sa.select(Round)
        .outerjoin(Company, Round.company_id == Company.id)
        .join(Region, Region.id == sa.func.coalesce(Round.region_id, Company.region_id))
        .options(joinedload(Round.company).joinedload(Company.region), joinedload(Round.region))
        .where(
            Round.season_id == round_.season_id,
            Round.id != round_.id,
            Region.path.startswith(round_.region.path),
        )
        .order_by(Round.id)
    ).all()
    seating = seating_of(session, round_.season, [_seat_region(row) for row in below])
    here = (round_.level.value, round_.region_id)
    return [row for row in below if (above := seating.above(row)) and (above[0].level, above[1].id) == here]


def quotas_of(session: Session, round_: Round) -> Sequence[Quota]:
    """The quotas that a round gave, by unit and track; without the places that came back."""
    return session.scalars(
        sa.select(Quota)
        .where(Quota.round_id == round_.id, Quota.unit_kind != RETURNED.kind)
        .order_by(Quota.unit_kind, Quota.unit_id, Quota.track_key)
    ).all()


def quotas_for(session: Session, upper: Round | None, unit: Unit) -> dict[str, int]:
    """The places that a unit has in the round above, by track."""
    if upper is None:
        return {}
    rows = session.execute(
        sa.select(Quota.track_key, Quota.places).where(
            Quota.round_id == upper.id, Quota.unit_kind == unit.kind, Quota.unit_id == unit.id
        )
    )
    return {track: places for track, places in rows}


def unit_names(session: Session, units: Sequence[Unit]) -> dict[Unit, Company | Region]:
    """The companies and regions behind units: two statements."""
    companies = session.scalars(
        sa.select(Company).where(Company.id.in_([u.id for u in units if u.kind == "company"]))
    )
    regions = session.scalars(
        sa.select(Region).where(Region.id.in_([u.id for u in units if u.kind == "region"]))
    )
    found: dict[Unit, Company | Region] = {Unit("company", row.id): row for row in companies}
    found |= {Unit("region", row.id): row for row in regions}
    return found


def places_used(session: Session, upper: Round, unit: Unit, track_key: str) -> int:
    """How many places of a unit are filled: what was withdrawn or disqualified gives its place back."""
    return places_by_unit(session, upper, track_key).get(unit, 0)


def places_by_unit(session: Session, upper: Round, track_key: str) -> Mapping[Unit, int]:
    """How many places of a round are filled in a track, by unit."""
    rows = session.execute(
        sa.select(Entry.unit_kind, Entry.unit_id, sa.func.count(Entry.id))
        .where(
            Entry.round_id == upper.id,
            Entry.track_key == track_key,
            Entry.state != EntryState.WITHDRAWN,
            Entry.disqualified_at.is_(None),
        )
        .group_by(Entry.unit_kind, Entry.unit_id)
    )
    return {Unit(kind, id_): count for kind, id_, count in rows}


def _seat_region(round_: Round) -> Region:
    if round_.company is not None:
        return round_.company.region
    assert round_.region is not None
    return round_.region
