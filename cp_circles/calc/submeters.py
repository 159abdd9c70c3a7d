"""A main meter against the sum of its sub-meters, period by period: what is left is lost or not metered.

Only periods that every one of the meters covers by whole readings are compared; nothing is cut or estimated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.periods import Period

MOST_LINES = 12
UNSTATED = Decimal(2)
PLACES = 6
DAY = timedelta(days=1)
Uses = Sequence[tuple[Period, Decimal]]


@dataclass(frozen=True)
class Line:
    """One period: what the main meter and each sub-meter counted, all in the main meter's unit.

    `slack` is what the accuracies of all of them explain.
    """

    period: Period
    main: Decimal
    parts: Mapping[int, Decimal]
    slack: Decimal

    @property
    def below(self) -> Decimal:
        """The sum of the sub-meters."""
        return sum(self.parts.values(), Decimal(0))

    @property
    def rest(self) -> Decimal:
        """What no sub-meter counted: losses, and use without a meter; below 0 where they count more."""
        return self.main - self.below

    @property
    def rest_percent(self) -> Decimal | None:
        """The rest in percent of the main meter, 1 place; None where that counted nothing."""
        return round_half_up(to_fraction(self.rest) * 100 / to_fraction(self.main), 1) if self.main else None

    @property
    def exceeds(self) -> bool:
        """Whether the sub-meters count more than the main meter, by more than their accuracies explain."""
        return -self.rest > self.slack


def compared(
    main: Uses,
    subs: Mapping[int, Uses],
    accuracies: Mapping[int | None, Decimal] | None = None,
) -> tuple[Line, ...]:
    """The periods that all meters cover, in order; by calendar month where there are more than 12.

    `accuracies` in percent by sub-meter, None for the main meter; 2 % where none is stated (provisional, as
    design rule 5.3.7 takes it for ceilings). Empty where no period is common to all.
    """
    if not subs:
        return ()
    common = _cuts(main).intersection(*(_cuts(rows) for rows in subs.values()))
    cuts = sorted(common)
    if len(cuts) > MOST_LINES + 1:
        months = [day for day in cuts if day.day == 1]
        cuts = months if len(months) > 1 else [cuts[0], cuts[-1]]
    lines = []
    for first, after in pairwise(cuts):
        period = Period(first, after - DAY)
        whole, parts = _within(main, period), {key: _within(rows, period) for key, rows in subs.items()}
        known = {key: part for key, part in parts.items() if part is not None}
        if whole is not None and len(known) == len(subs):
            lines.append(Line(period, whole, known, _slack(whole, known, accuracies or {})))
    return tuple(lines)


def in_all(lines: Sequence[Line]) -> Line | None:
    """The sum of all periods, from the first day to the last; None without any."""
    if not lines:
        return None
    parts = {key: sum((line.parts[key] for line in lines), Decimal(0)) for key in lines[0].parts}
    return Line(
        Period(lines[0].period.starts_on, lines[-1].period.ends_on),
        sum((line.main for line in lines), Decimal(0)),
        parts,
        sum((line.slack for line in lines), Decimal(0)),
    )


def converted(rows: Uses, factor: Decimal) -> list[tuple[Period, Decimal]]:
    """The uses in another unit."""
    if factor == 1:
        return list(rows)
    return [
        (period, round_half_up(to_fraction(value) * to_fraction(factor), PLACES)) for period, value in rows
    ]


def _cuts(rows: Uses) -> set[date]:
    return {period.starts_on for period, _ in rows} | {period.ends_on + DAY for period, _ in rows}


def _within(rows: Uses, wanted: Period) -> Decimal | None:
    """The sum of the readings inside a period; None where they leave a day of it open."""
    inside = [
        (period, value)
        for period, value in rows
        if wanted.starts_on <= period.starts_on and period.ends_on <= wanted.ends_on
    ]
    if sum(period.days for period, _ in inside) != wanted.days:
        return None
    return sum((value for _, value in inside), Decimal(0))


def _slack(whole: Decimal, parts: Mapping[int, Decimal], accuracies: Mapping[int | None, Decimal]) -> Decimal:
    amounts: list[tuple[int | None, Decimal]] = [(None, whole), *parts.items()]
    percents = (to_fraction(value) * to_fraction(accuracies.get(key, UNSTATED)) for key, value in amounts)
    return round_half_up(sum(percents, Fraction(0)) / 100, PLACES)
