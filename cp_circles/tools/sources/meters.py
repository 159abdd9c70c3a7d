"""The company's meters as a source: their readings in order, in pairs, in groups, by year, and in pieces."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from cp_circles.errors import NotFound
from cp_circles.metering.models import Meter, Reading
from cp_circles.metering.queries import meters_of, readings_of, years_read
from cp_circles.tools.sources.kinds import (
    SERIES,
    SHARES,
    Asked,
    Found,
    Inputs,
    Kind,
    Offer,
    Source,
    series,
    shares,
)

MOST_READINGS = 240
GROUP_SIZES = (3, 5)
LEAST_A_YEAR = 2


def _meters(asked: Asked) -> Sequence[Meter]:
    return meters_of(asked.session, asked.project.company_id)


def _name(meter: Meter) -> str:
    return f"{meter.name} ({meter.unit})"


def _meter(asked: Asked, number: Any) -> Meter:
    meter = (
        asked.session.get(Meter, int(number)) if str(number).isdecimal() and len(str(number)) < 10 else None
    )
    if meter is None or meter.company_id != asked.project.company_id:
        raise NotFound
    return meter


def _readings(asked: Asked, meter: Meter) -> list[Reading]:
    return list(reversed(readings_of(asked.session, meter, limit=MOST_READINGS)))


def _label(row: Reading) -> str:
    whole_month = row.starts_on.day == 1 and (row.ends_on - row.starts_on).days in range(27, 31)
    return row.starts_on.isoformat()[: 7 if whole_month else 10]


def _series_offers(asked: Asked) -> list[Offer]:
    return [Offer({"kind": "readings", "meter": str(meter.id)}, _name(meter)) for meter in _meters(asked)]


def _series(asked: Asked, source: Source) -> Inputs:
    meter = _meter(asked, source["meter"])
    rows = _readings(asked, meter)
    return series(asked.code, [row.quantity for row in rows], [_label(row) for row in rows], meter.unit)


def _pair_offers(asked: Asked) -> list[Offer]:
    meters = _meters(asked)
    drivers = [meter for meter in meters if meter.is_production or meter.is_driver]
    return [
        Offer({"kind": "pairs", "x": str(x.id), "y": str(y.id)}, f"{x.name} → {y.name}")
        for x in drivers
        for y in meters
        if y not in drivers
    ]


def _together(asked: Asked, first: Meter, second: Meter) -> list[tuple[Reading, Reading]]:
    """The readings of two meters that cover the same days, in order."""
    firsts = {(row.starts_on, row.ends_on): row for row in _readings(asked, first)}
    seconds = [(firsts.get((row.starts_on, row.ends_on)), row) for row in _readings(asked, second)]
    return [(one, row) for one, row in seconds if one is not None]


def _pairs(asked: Asked, source: Source) -> Inputs:
    x, y = (_meter(asked, source[name]) for name in ("x", "y"))
    both = _together(asked, x, y)
    return {
        "x_name": _name(x)[:60],
        "y_name": _name(y)[:60],
        "x": [str(one.quantity) for one, _ in both],
        "y": [str(other.quantity) for _, other in both],
    }


def _group_offers(asked: Asked) -> list[Offer]:
    return [
        Offer({"kind": "groups", "meter": str(meter.id), "size": str(size)}, f"{_name(meter)}, n = {size}")
        for meter in _meters(asked)
        for size in GROUP_SIZES
    ]


def _groups(asked: Asked, source: Source) -> Inputs:
    """Readings that follow one another as subgroups of one size; the newest ones, none cut short."""
    meter, size = _meter(asked, source["meter"]), str(source["size"])
    if size not in {str(one) for one in GROUP_SIZES}:
        raise NotFound
    rows, step = _readings(asked, meter), int(size)
    rows = rows[len(rows) % step :]
    parts = [rows[at : at + step] for at in range(0, len(rows), step)]
    groups = [{"label": _label(part[0]), "values": [str(row.quantity) for row in part]} for part in parts]
    return {"unit": meter.unit, "rows": groups}


def _year_offers(asked: Asked) -> list[Offer]:
    years: dict[int, list[int]] = defaultdict(list)
    meters = _meters(asked)
    for meter_id, year, count in years_read(asked.session, [meter.id for meter in meters]):
        if count >= LEAST_A_YEAR:
            years[meter_id].append(year)
    return [
        Offer(
            {"kind": "years", "meter": str(meter.id), "first": str(first), "second": str(second)},
            f"{_name(meter)}: {first} → {second}",
        )
        for meter in meters
        for first, second in pairwise(sorted(years[meter.id])[-2:])
    ]


def _years(asked: Asked, source: Source) -> Inputs:
    meter, rows = _meter(asked, source["meter"]), []
    for name in ("first", "second"):
        wanted = [row for row in _readings(asked, meter) if str(row.ends_on.year) == source[name]]
        rows.append([str(row.quantity) for row in wanted])
    return {
        "unit": meter.unit,
        "first_name": str(source["first"]),
        "second_name": str(source["second"]),
        "first": rows[0],
        "second": rows[1],
    }


def _piece_offers(asked: Asked) -> list[Offer]:
    meters = _meters(asked)
    return [
        Offer({"kind": "pieces", "count": str(one.id), "size": str(made.id)}, f"{one.name} / {made.name}")
        for made in meters
        for one in meters
        if made.is_production and one is not made and one.unit == made.unit
    ]


def _pieces(asked: Asked, source: Source) -> Inputs:
    count, size = (_meter(asked, source[name]) for name in ("count", "size"))
    rows = [
        Found(_label(made), str(made.quantity), str(one.quantity))
        for one, made in _together(asked, count, size)
        if made.quantity > 0
    ]
    return shares(asked.code, rows)


READINGS = Kind("readings", ("meter",), frozenset(SERIES), _series_offers, _series)
PAIRS = Kind("pairs", ("x", "y"), frozenset({"scatter"}), _pair_offers, _pairs)
GROUPS = Kind("groups", ("meter", "size"), frozenset({"control_xbar"}), _group_offers, _groups)
YEARS = Kind("years", ("meter", "first", "second"), frozenset({"two_samples"}), _year_offers, _years)
PIECES = Kind("pieces", ("count", "size"), frozenset(SHARES), _piece_offers, _pieces)
