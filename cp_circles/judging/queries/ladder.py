"""The ladder of a season: which round stands above, who holds it, and who recommends to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.ladder import Rung, Seat, ladder, next_rung
from cp_circles.editions import queries as editions
from cp_circles.judging.models import CountyRounds, Level, Quota, Round, Season
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


def seat_of(session: Session, season: Season, region: Region) -> Seat:
    """Where a company or an office in this region stands on the season's ladder."""
    above = _regions_above(session, region)
    city = next((row for row in above if row.level is RegionLevel.CITY), None)
    municipality = next((row for row in above if row.is_municipality), None)
    holder = city or municipality
    return Seat(
        level=region.level.value,
        in_municipality=municipality is not None,
        under_province=region.is_direct_county,
        county_round=holder is not None and has_county_rounds(session, season, holder.id),
    )


def has_county_rounds(session: Session, season: Season, city_id: int) -> bool:
    """True if the counties of this city (or municipality) hold rounds in the season."""
    wanted = sa.select(CountyRounds.id).where(
        CountyRounds.season_id == season.id, CountyRounds.city_id == city_id
    )
    return session.scalar(wanted) is not None


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
    region = _seat_region(session, round_)
    seat = seat_of(session, round_.season, region)
    if round_.level is Level.COUNTY:
        seat = Seat(seat.level, seat.in_municipality, seat.under_province, True)
    above = next_rung(seat, round_.level.value, levels_of(session, round_.season))
    if above is None:
        return None
    return above, _holder(session, region, above)


def next_rung_of(session: Session, season: Season, seat: Seat, region: Region) -> tuple[Rung, Region] | None:
    """The rung to which a company in this region recommends, and the region that holds it."""
    above = next_rung(seat, Level.COMPANY.value, levels_of(session, season))
    return None if above is None else (above, _holder(session, region, above))


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
    region = _seat_region(session, round_)
    seat = seat_of(session, round_.season, region)
    if round_.level is Level.COUNTY:
        seat = Seat(seat.level, seat.in_municipality, seat.under_province, True)
    rungs = list(ladder(seat, levels_of(session, round_.season)))
    if round_.level is not Level.COMPANY:
        rungs = [rung for rung in rungs if rung.level != Level.COMPANY.value]
    holders = {rung.level: _holder(session, region, rung) for rung in rungs if rung.level != "company"}
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
    """The units that may recommend to a round: the open rounds right below it, by their organisers."""
    return [unit_of(row) for row in rounds_below(session, round_)]


def rounds_below(session: Session, round_: Round) -> list[Round]:
    """The open rounds right below a round, in the order in which they were opened."""
    if round_.level is Level.COMPANY or round_.region is None:
        return []
    below = session.scalars(
        sa.select(Round)
        .outerjoin(Company, Round.company_id == Company.id)
        .join(Region, Region.id == sa.func.coalesce(Round.region_id, Company.region_id))
        .where(
            Round.season_id == round_.season_id,
            Round.id != round_.id,
            Region.path.startswith(round_.region.path),
        )
        .order_by(Round.id)
    ).all()
    return [row for row in below if _recommends_to(session, row, round_)]


def _recommends_to(session: Session, lower: Round, upper: Round) -> bool:
    above = rung_above(session, lower)
    return above is not None and above[0].level == upper.level.value and above[1].id == upper.region_id


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
    return {
        row.track_key: row.places for row in quotas_of(session, upper) if (row.unit_kind, row.unit_id) == unit
    }


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


def _seat_region(session: Session, round_: Round) -> Region:
    if round_.company is not None:
        return round_.company.region
    assert round_.region is not None
    return round_.region


def _regions_above(session: Session, region: Region) -> list[Region]:
    rows = {row.id: row for row in session.scalars(sa.select(Region).where(Region.id.in_(region.path_ids)))}
    return [rows[id_] for id_ in region.path_ids if id_ in rows]


def _holder(session: Session, region: Region, rung: Rung) -> Region:
    level = RegionLevel(rung.held_by) if rung.held_by != "company" else region.level
    return next(row for row in _regions_above(session, region) if row.level is level)
