"""The levels that a unit's result climbs, and who recommends at each.

`levels` is data, lowest first (default company, county, city, province, nation). A municipality skips the
city level; a county directly under a province holds a city-level round of its own; a city's county round
is on for all its counties or for none, and where it is off, companies recommend.
"""

from collections.abc import Sequence
from dataclasses import dataclass

COMPANY, COUNTY, CITY, PROVINCE, NATION = "company", "county", "city", "province", "nation"
LEVELS = (COMPANY, COUNTY, CITY, PROVINCE, NATION)


@dataclass(frozen=True)
class Seat:
    """Where a company sits: the level of its lowest region and what holds there this season.

    `in_municipality`: below one of the four municipalities; `under_province`: a county with no city above it;
    `county_round`: whether this city (or municipality) holds county rounds.
    """

    level: str
    in_municipality: bool = False
    under_province: bool = False
    county_round: bool = True


@dataclass(frozen=True)
class Rung:
    """One round: its level, the level of the region that holds it, and the level that recommends to it."""

    level: str
    held_by: str
    recommended_by: str | None


def ladder(seat: Seat, levels: Sequence[str] = LEVELS) -> tuple[Rung, ...]:
    """The rounds that a result of this seat can climb, lowest first."""
    climbed = [level for level in levels if _takes_part(level, seat)]
    rungs, below = [], None
    for level in climbed:
        held_by = COUNTY if level == CITY and seat.under_province else level
        rungs.append(Rung(level, held_by, below))
        below = held_by
    return tuple(rungs)


def _takes_part(level: str, seat: Seat) -> bool:
    if level == CITY:
        return not seat.in_municipality and seat.level in (CITY, COUNTY)
    if level == COUNTY:
        return seat.level == COUNTY and seat.county_round and not seat.under_province
    return level != PROVINCE or seat.level != NATION


def next_rung(seat: Seat, level: str, levels: Sequence[str] = LEVELS) -> Rung | None:
    """The round above the given level, or None at the top or where the seat has no such level."""
    rungs = ladder(seat, levels)
    here = next((n for n, rung in enumerate(rungs) if rung.level == level), None)
    return None if here is None or here + 1 == len(rungs) else rungs[here + 1]
