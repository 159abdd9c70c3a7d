"""The tree of a company's meters, and each main meter against its sub-meters in one year."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.calc.submeters import Line, Uses, compared, converted, in_all
from cp_circles.calc.units import factor_between
from cp_circles.metering import queries
from cp_circles.metering.models import Meter
from cp_circles.web.formats import date_text, number, quantity

NAMED = 6


@dataclass(frozen=True)
class Branch:
    """One meter of the tree: how many stand above, the name of the next one, whether some stand below."""

    meter: Meter
    depth: int
    is_main: bool
    above: str = ""


@dataclass(frozen=True)
class Balance:
    """A main meter with its sub-meters: periods, their sum, and finished sentences with their tone."""

    meter: Meter
    subs: Sequence[Meter]
    lines: Sequence[Line]
    whole: Line | None
    told: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class MeterTree:
    """All meters that stand above or below another, in order, and a balance for each that has sub-meters."""

    branches: Sequence[Branch]
    balances: Sequence[Balance]


def tree_of(session: Session, company_id: int, year: int) -> MeterTree:
    """The tree of a company with the readings that ended in a year; two statements."""
    meters = {meter.id: meter for meter in queries.meters_of(session, company_id, only_active=False)}
    below: dict[int, list[Meter]] = defaultdict(list)
    for meter in meters.values():
        if meter.parent_id in meters and meter.parent_id is not None:
            below[meter.parent_id].append(meter)
    related = sorted(set(below) | {meter.id for rows in below.values() for meter in rows})
    uses = queries.uses_ending_between(session, related, date(year, 1, 1), date(year, 12, 31))
    below = {key: [one for one in rows if one.active or one.id in uses] for key, rows in below.items()}
    below = {key: rows for key, rows in below.items() if rows}
    roots = [meters[key] for key in below if meters[key].parent_id not in below]
    branches = _branches(sorted(roots, key=lambda meter: meter.name), below, 0)
    balances = [_balance(one.meter, below[one.meter.id], uses) for one in branches if one.is_main]
    return MeterTree(branches, balances)


def _branches(
    meters: Sequence[Meter], below: Mapping[int, Sequence[Meter]], depth: int, above: str = ""
) -> list[Branch]:
    found = []
    for meter in meters:
        found.append(Branch(meter, depth, meter.id in below, above))
        found += _branches(below.get(meter.id, ()), below, depth + 1, meter.name)
    return found


def _balance(main: Meter, subs: Sequence[Meter], uses: Mapping[int, Uses]) -> Balance:
    told: list[tuple[str, str]] = []
    counted: dict[int, Uses] = {}
    for meter in subs:
        factor = factor_between(meter.unit, main.unit)
        if factor is None:
            text = _(
                "%(meter)s counts in %(unit)s, which cannot be converted; it is left out of the sum.",
                meter=meter.name,
                unit=meter.unit,
            )
            told.append(("bad", text))
        elif meter.id in uses:
            counted[meter.id] = converted(uses[meter.id], factor)
    silent = [meter.name for meter in subs if meter.id not in uses]
    if silent:
        names = _named(silent)
        text = _("No reading of %(meters)s in this year: what they count is part of the rest.", meters=names)
        told.append(("warn", text))
    lines = compared(uses.get(main.id, ()), counted, _accuracies(main, subs))
    if not lines:
        told.append(("warn", _why_empty(main, uses, counted)))
    told += [("bad", _exceeds(main, line)) for line in lines if line.exceeds]
    return Balance(main, subs, lines, in_all(lines), told)


def _named(meters: Sequence[str]) -> str:
    shown = _(", ").join(meters[:NAMED])
    left = len(meters) - NAMED
    return shown if left <= 0 else _("%(names)s and %(count)s more", names=shown, count=left)


def _accuracies(main: Meter, subs: Sequence[Meter]) -> dict[int | None, Decimal]:
    stated: dict[int | None, Decimal] = {one.id: one.accuracy for one in subs if one.accuracy is not None}
    return stated if main.accuracy is None else stated | {None: main.accuracy}


def _why_empty(main: Meter, uses: Mapping[int, Uses], counted: Mapping[int, Uses]) -> str:
    if main.id not in uses:
        return _("%(meter)s was not read in this year; log its readings first.", meter=main.name)
    if not counted:
        return _("No sub-meter of %(meter)s was read in this year.", meter=main.name)
    return _(
        "No period is covered by %(meter)s and all its sub-meters: their readings end on different days. "
        "Read them on the same day.",
        meter=main.name,
    )


def _exceeds(main: Meter, line: Line) -> str:
    return _(
        "From %(starts_on)s to %(ends_on)s the sub-meters of %(meter)s count %(over)s more than it does "
        "(%(percent)s %%). Check the readings, the transformer ratios, and whether each lies below it.",
        starts_on=date_text(line.period.starts_on),
        ends_on=date_text(line.period.ends_on),
        meter=main.name,
        over=quantity(-line.rest, main.unit),
        percent=number(-line.rest_percent) if line.rest_percent is not None else "–",
    )
