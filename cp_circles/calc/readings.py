"""From the figures on a meter to what was used between them; what looks wrong waits for a person's decision.

A finding names the reading, what was seen and the decisions that resolve it; use is given only when every
finding is resolved. Findings: two readings of one moment, a fall (turned over, reset or misread), a wrong
unit by a factor of 1,000, a spike (Hampel, 3 robust deviations and half the median), a standstill, a gap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Literal

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.reasons import Reason
from cp_circles.calc.suspicions import is_gap, is_spike, scale_suspected
from cp_circles.errors import msg

FindingKind = Literal[
    "negative", "doubled", "rollover", "reset", "fall", "scale", "spike", "standstill", "gap"
]
Action = Literal["keep", "exclude", "rollover", "reset", "scale"]
NEAR_FULL, NEAR_EMPTY = Fraction(9, 10), Fraction(1, 10)
STANDSTILL = 3
PLACES = 6
DAY = 86_400

REMEDIES: Mapping[FindingKind, tuple[Action, ...]] = {
    "negative": ("exclude",),
    "doubled": ("exclude",),
    "rollover": ("rollover", "reset", "exclude"),
    "reset": ("reset", "exclude"),
    "fall": ("exclude", "reset", "keep"),
    "scale": ("scale", "exclude", "keep"),
    "spike": ("keep", "exclude"),
    "standstill": ("keep", "exclude"),
    "gap": ("keep",),
}


@dataclass(frozen=True)
class Raw:
    """What a meter showed at a moment; `key` is the reading's own id and stays with every finding."""

    key: str
    at: datetime
    value: Decimal


@dataclass(frozen=True)
class Ruling:
    """A person's decision on one reading: the action, why, and what the action needs.

    scale: `factor`; reset: `final`, what the old meter last showed, and `start`, where the new one began.
    """

    key: str
    action: Action
    note: str
    factor: Decimal | None = None
    final: Decimal | None = None
    start: Decimal = Decimal(0)


@dataclass(frozen=True)
class Finding:
    """What looks wrong at a reading, in a sentence, with the actions that resolve it."""

    key: str
    kind: FindingKind
    at: datetime
    reason: Reason
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Interval:
    """What was used between two readings, in the meter's unit after its multiplier."""

    starts_at: datetime
    ends_at: datetime
    quantity: Decimal
    keys: tuple[str, str]


@dataclass(frozen=True)
class Consumption:
    """The use between readings, or the findings that still wait; `used` are the rulings that were applied."""

    intervals: tuple[Interval, ...]
    findings: tuple[Finding, ...]
    used: tuple[Ruling, ...]

    @property
    def settled(self) -> bool:
        """True when nothing waits for a decision."""
        return not self.findings


def ruling_reasons(rulings: Sequence[Ruling]) -> tuple[Reason, ...]:
    """What is missing in the rulings themselves: a note, a factor, or the last value of the old meter."""
    reasons = []
    for one in rulings:
        values = {"key": one.key}
        if not one.note.strip():
            text = msg("The decision on reading %(key)s has no note; say how it was found out.")
            reasons.append(Reason(text, values, one.key))
        if one.action == "scale" and (one.factor is None or one.factor <= 0):
            text = msg("The decision on reading %(key)s needs the factor to multiply with.")
            reasons.append(Reason(text, values, one.key))
        if one.action == "reset" and one.final is None:
            text = msg("The decision on reading %(key)s needs what the old meter last showed.")
            reasons.append(Reason(text, values, one.key))
    return tuple(reasons)


def consumption(
    readings: Sequence[Raw],
    rulings: Sequence[Ruling] = (),
    *,
    register: Decimal | None = None,
    multiplier: Decimal = Decimal(1),
) -> Consumption:
    """Use between the readings after the rulings; `register` is where the counter turns over.

    A ruling silences the findings of its own reading only. ValueError on what `ruling_reasons` names, or a
    rollover without a register.
    """
    if ruling_reasons(rulings) or any(one.action == "rollover" and register is None for one in rulings):
        raise ValueError("a ruling lacks what its action needs")
    ruled = {one.key: one for one in rulings}
    rows = [_scaled(row, ruled) for row in sorted(readings, key=lambda row: row.at)]
    rows = [row for row in rows if not (row.key in ruled and ruled[row.key].action == "exclude")]
    findings = [*_single(rows), *_steps_that_fall(rows, ruled, register)]
    if not findings:
        findings = _unusual(rows, ruled, register)
    if findings:
        first = {one.key: one for one in reversed(findings)}
        return Consumption((), tuple(sorted(first.values(), key=lambda one: one.at)), ())
    intervals = tuple(
        Interval(
            before.at,
            after.at,
            round_half_up(_used(before, after, ruled, register) * to_fraction(multiplier), PLACES),
            (before.key, after.key),
        )
        for before, after in pairwise(rows)
    )
    known = {row.key for row in readings}
    return Consumption(intervals, (), tuple(one for one in rulings if one.key in known))


def used_between(
    intervals: Sequence[Interval], starts_at: datetime, ends_at: datetime
) -> tuple[Decimal | None, Reason | None]:
    """What was used between two moments, intervals cut by time; a reason where they are not covered."""
    if not intervals or starts_at < intervals[0].starts_at or ends_at > intervals[-1].ends_at:
        text = msg(
            "The readings do not cover the time from %(starts_on)s to %(ends_on)s; read the meter there."
        )
        return None, Reason(text, {"starts_on": starts_at.date(), "ends_on": ends_at.date()}, "readings")
    amount = Fraction(0)
    for one in intervals:
        first, last = max(one.starts_at, starts_at), min(one.ends_at, ends_at)
        if last > first:
            part = Fraction((last - first) / (one.ends_at - one.starts_at)).limit_denominator(10**9)
            amount += to_fraction(one.quantity) * part
    return round_half_up(amount, PLACES), None


def _scaled(row: Raw, ruled: Mapping[str, Ruling]) -> Raw:
    ruling = ruled.get(row.key)
    if ruling is None or ruling.action != "scale" or ruling.factor is None:
        return row
    return Raw(row.key, row.at, row.value * ruling.factor)


def _single(rows: Sequence[Raw]) -> list[Finding]:
    found = []
    for row in rows:
        if row.value < 0:
            text = msg("The reading of %(date)s is negative (%(value)s); a counter never is.")
            found.append(_finding(row, "negative", Reason(text, _values(row))))
    for before, after in pairwise(rows):
        if before.at == after.at:
            text = msg("Two readings stand at one moment on %(date)s: %(before)s and %(value)s; keep one.")
            found.append(_finding(after, "doubled", Reason(text, _values(after) | {"before": before.value})))
    return found


def _steps_that_fall(
    rows: Sequence[Raw], ruled: Mapping[str, Ruling], register: Decimal | None
) -> list[Finding]:
    """Falls of the counter, and single values a thousandfold off, each named at the reading that is wrong."""
    found: list[Finding] = []
    if not rows:
        return found
    last = rows[0]
    typical = _typical(rows)
    for i, row in enumerate(rows[1:], 1):
        if row.at == last.at:
            continue
        ruling = ruled[row.key].action if row.key in ruled else None
        scale = None if ruling else scale_suspected(last.value, row.value, typical * _days(last, row))
        following = rows[i + 1].value if i + 1 < len(rows) else None
        if scale is not None:
            text = msg(
                "The reading of %(date)s shows %(value)s after %(before)s: it looks like another unit; times "
                "%(factor)s it would fit."
            )
            values = _values(row) | {"before": last.value, "factor": scale}
            found.append(_finding(row, "scale", Reason(text, values)))
            continue
        peak = following is not None and last.value <= following < row.value
        if _used(last, row, ruled, register) < 0:
            found.append(_fall(last, row, register))
        elif peak and not ruling and rows[i + 1].key not in ruled:
            text = msg(
                "The reading of %(date)s shows %(value)s, more than %(before)s before and %(after)s after "
                "it: probably misread."
            )
            values = _values(row) | {"before": last.value, "after": following}
            found.append(_finding(row, "fall", Reason(text, values)))
            continue
        last = row
    return found


def _fall(before: Raw, row: Raw, register: Decimal | None) -> Finding:
    values = _values(row) | {"before": before.value}
    low = to_fraction(row.value) < to_fraction(before.value) * NEAR_EMPTY
    if register and low and to_fraction(before.value) > to_fraction(register) * NEAR_FULL:
        text = msg(
            "The counter fell from %(before)s to %(value)s on %(date)s: it probably turned over at %(full)s."
        )
        return _finding(row, "rollover", Reason(text, values | {"full": register}))
    if low:
        text = msg(
            "The counter fell from %(before)s to %(value)s on %(date)s: it was probably reset or replaced; "
            "give what the old one last showed."
        )
        return _finding(row, "reset", Reason(text, values))
    text = msg("The counter ran backwards from %(before)s to %(value)s on %(date)s; look at the meter again.")
    return _finding(row, "fall", Reason(text, values))


def _unusual(rows: Sequence[Raw], ruled: Mapping[str, Ruling], register: Decimal | None) -> list[Finding]:
    """Gaps, standstills and spikes of a counter that never falls."""
    found = []
    pairs = list(pairwise(rows))
    days = [_days(before, after) for before, after in pairs]
    rates = [float(_used(a, b, ruled, register) / d) for (a, b), d in zip(pairs, days, strict=True)]
    still = 0
    for i, (before, after) in enumerate(pairs):
        still = still + 1 if rates[i] == 0 else 0
        if after.key in ruled:
            continue
        values = _values(after) | {"since": before.at.date(), "days": round(float(days[i]))}
        if is_gap([float(day) for day in days], i):
            text = msg("No reading between %(since)s and %(date)s (%(days)s days); confirm that none exists.")
            found.append(_finding(after, "gap", Reason(text, values)))
        elif rates[i] and is_spike(rates, i):
            text = msg(
                "From %(since)s to %(date)s %(rate)s a day was used, where %(usual)s is usual; confirm or "
                "leave the reading out."
            )
            usual = median(rates)
            values |= {"rate": round(rates[i], 2), "usual": round(usual, 2)}
            found.append(_finding(after, "spike", Reason(text, values)))
        elif still == STANDSTILL and any(rates):
            text = msg("The counter has not moved for %(count)s readings up to %(date)s; is the meter alive?")
            found.append(_finding(after, "standstill", Reason(text, values | {"count": STANDSTILL})))
    return found


def _used(before: Raw, after: Raw, ruled: Mapping[str, Ruling], register: Decimal | None) -> Fraction:
    ruling = ruled.get(after.key)
    if ruling is not None and ruling.action == "rollover" and register is not None:
        return to_fraction(register - before.value + after.value)
    if ruling is not None and ruling.action == "reset" and ruling.final is not None:
        return to_fraction(ruling.final - before.value + after.value - ruling.start)
    return to_fraction(after.value - before.value)


def _typical(rows: Sequence[Raw]) -> Fraction:
    """The median use a day of the steps that rise."""
    rising = [
        to_fraction(after.value - before.value) / _days(before, after)
        for before, after in pairwise(rows)
        if after.value > before.value and after.at > before.at
    ]
    return median(rising) if rising else Fraction(0)


def _days(before: Raw, after: Raw) -> Fraction:
    return Fraction(int((after.at - before.at).total_seconds()), DAY)


def _values(row: Raw) -> dict[str, object]:
    return {"date": row.at.date(), "value": row.value}


def _finding(row: Raw, kind: FindingKind, reason: Reason) -> Finding:
    return Finding(row.key, kind, row.at, Reason(reason.msgid, reason.values, row.key), REMEDIES[kind])
