"""In which city and province a region lies, municipalities and counties of a province's own included."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.organisations.models import Region, RegionLevel


@dataclass(frozen=True)
class Seat:
    """The ids of a city and its province; a municipality is both; 0 where there is none."""

    city: int = 0
    province: int = 0


def seats_of(session: Session, region_ids: Iterable[int | None]) -> dict[int, Seat]:
    """The seat of each region, by id: two statements."""
    wanted = sorted({one for one in region_ids if one is not None})
    rows = session.scalars(sa.select(Region).where(Region.id.in_(wanted))).all()
    above = {one for row in rows for one in row.path_ids}
    known = {row.id: row for row in session.scalars(sa.select(Region).where(Region.id.in_(above)))}
    return {row.id: _seat([known[one] for one in row.path_ids if one in known]) for row in rows}


def _seat(line: list[Region]) -> Seat:
    province = next((row.id for row in line if row.level is RegionLevel.PROVINCE), 0)
    city = next(
        (
            row.id
            for row in line
            if row.level is RegionLevel.CITY or row.is_municipality or row.is_direct_county
        ),
        0,
    )
    return Seat(city, province)
