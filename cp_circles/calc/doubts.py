"""What looks wrong in the readings of one meter: falls, missing days, units, spikes, zeros, repetition.

Every doubt is a question to a person; nothing is changed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Literal, NamedTuple, get_args

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.periods import Period
from cp_circles.calc.readings import Raw, consumption
from cp_circles.calc.reasons import Reason
from cp_circles.calc.suspicions import use_findings
from cp_circles.errors import msg

Kind = Literal["scale", "zero", "spike", "repeated", "gap", "rollover", "reset", "fall"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FALLS = frozenset({"rollover", "reset", "fall"})
HOLDS_CLAIMS = frozenset({"scale", "zero", "spike"}) | FALLS
Way = Literal["around", "last_year", "stated"]
AROUND = 3
PLACES = 3
DAY = timedelta(days=1)


class Stand(NamedTuple):
    """A reading as it is judged: its use; of a running counter both values, and if a fall is explained."""

    key: int
    period: Period
    quantity: Decimal
    shown_before: Decimal | None = None
    shown: Decimal | None = None
    explained: bool = False

    @property
    def falls(self) -> bool:
        """True for a counter that shows less than before without a declared reason."""
        if self.shown is None or self.shown_before is None or self.explained:
            return False
        return self.shown < self.shown_before


@dataclass(frozen=True)
class Doubt:
    """What looks wrong at one reading, in a sentence."""

    key: int
    kind: Kind
    reason: Reason


def doubts(rows: Sequence[Stand], register: Decimal | None = None) -> tuple[Doubt, ...]:
    """Every doubt about readings in order of period; `register` is where the counter turns over."""
    found = [_fall(row, register) for row in rows if row.falls]
    counted = [row for row in rows if not row.falls] if found else rows
    uses = use_findings(counted)
    found += [Doubt(counted[one.position].key, one.kind, one.reason) for one in uses]
    for before, after in pairwise(rows):
        first, last = before.period.ends_on + DAY, after.period.starts_on - DAY
        if first <= last:
            text = msg(
                "Nothing was read from %(starts_on)s to %(ends_on)s; log it, estimate it or leave it out."
            )
            found.append(Doubt(after.key, "gap", Reason(text, {"starts_on": first, "ends_on": last})))
    return tuple(found)


def _fall(row: Stand, register: Decimal | None) -> Doubt:
    assert row.shown is not None and row.shown_before is not None
    since = datetime.combine(row.period.starts_on, datetime.min.time(), UTC)
    until = datetime.combine(row.period.ends_on + DAY, datetime.min.time(), UTC)
    seen = consumption(
        [Raw("before", since, row.shown_before), Raw("now", until, row.shown)], register=register
    )
    one = seen.findings[0]
    kind: Kind = one.kind if one.kind in ("rollover", "reset") else "fall"
    values = dict(one.reason.values) | {"date": row.period.ends_on}
    text = one.reason.msgid
    if one.kind not in FALLS:
        text = msg(
            "The counter ran backwards from %(before)s to %(value)s on %(date)s; look at the meter again."
        )
        values |= {"before": row.shown_before, "value": row.shown}
    return Doubt(row.key, kind, Reason(text, values))


def filled(
    rows: Sequence[Stand], first: date, last: date, way: Way, stated: Decimal | None = None
) -> tuple[tuple[Period, Decimal], ...]:
    """An estimate for missing days, a calendar month each, rounded to 3 places; empty where there is none.

    around: the use a day of up to three periods on either side; last_year: the use a day of the readings that
    cover the same days a year before; stated: the whole quantity, shared by days.
    """
    parts = _months(first, last)
    days = (last - first).days + 1
    if way == "stated":
        rate = None if stated is None else to_fraction(stated) / days
    elif way == "around":
        before = [row for row in rows if row.period.ends_on < first][-AROUND:]
        rate = _rate(before + [row for row in rows if row.period.starts_on > last][:AROUND])
    else:
        year_ago = Period(_year_before(first), _year_before(last))
        rate = _rate([row for row in rows if row.period.overlaps(year_ago)])
    if rate is None:
        return ()
    estimates = [round_half_up(rate * part.days, PLACES) for part in parts]
    if way == "stated" and stated is not None:
        estimates[-1] += stated - sum(estimates, Decimal(0))
    return tuple(zip(parts, estimates, strict=True))


def _rate(rows: Sequence[Stand]) -> Fraction | None:
    days = sum(row.period.days for row in rows)
    return sum((to_fraction(row.quantity) for row in rows), Fraction(0)) / days if days else None


def _year_before(day: date) -> date:
    return (
        day.replace(year=day.year - 1, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )


def _months(first: date, last: date) -> list[Period]:
    parts = []
    while first <= last:
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        parts.append(Period(first, min(last, following - DAY)))
        first = following
    return parts
