"""Least squares of use on one or more drivers, and how well a model of the baseline fits.

Coefficients come from exact normal equations and are rounded half up to 10 places; the saving is computed
with the rounded ones, so that the printed model reproduces it. Statistics are floats. Thresholds are the
usual ones of practice (confidence B): CV(RMSE) <= 25 %, R2 >= 0.75, |t| >= 2, 12 or more points, VIF <= 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import sqrt

from cp_circles.calc.distributions import t_two_sided
from cp_circles.calc.exact import plain, round_half_up, to_fraction, total
from cp_circles.calc.methods.equations import inverse
from cp_circles.calc.periods import PeriodUse
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import Adjustment, Direction, SavingResult, Step, saving_by_expectation
from cp_circles.errors import msg

PRODUCTION = "production"
COEFFICIENT_PLACES = 10
LEAST_POINTS = 12
LEAST_R2 = 0.75
MOST_CV = 25.0
LEAST_T = 2.0
MOST_VIF = 10
RANGE_SLACK = Fraction(1, 10)
SHORTEST_MONTH, LONGEST_MONTH = 28, 31


@dataclass(frozen=True)
class Coefficient:
    """One coefficient with its standard error, t = value / error (None where the fit is perfect) and p."""

    name: str
    value: Decimal
    error: float
    t: float | None
    p: float | None


@dataclass(frozen=True)
class Quality:
    """How a model of `parameters` fits `n` points; percent figures are of the mean use.

    `cv_rmse` and `nmbe` are None where the mean use is zero; `r2` where the use never varies.
    """

    n: int
    parameters: int
    r2: float | None
    cv_rmse: float | None
    nmbe: float | None
    autocorrelation: float

    @property
    def df(self) -> int:
        """Degrees of freedom left: points less parameters."""
        return self.n - self.parameters


@dataclass(frozen=True)
class Fit:
    """Use = fixed + sum of slope x driver; `fixed` belongs to one period of the baseline's length."""

    drivers: tuple[str, ...]
    fixed: Coefficient
    slopes: tuple[Coefficient, ...]
    quality: Quality
    ranges: tuple[tuple[Decimal, Decimal], ...]
    warnings: tuple[Reason, ...]

    def expected(self, row: PeriodUse) -> Fraction:
        """What the model gives for a period's drivers."""
        values = (_driver(row, name) for name in self.drivers)
        return to_fraction(self.fixed.value) + sum(
            to_fraction(slope.value) * value for slope, value in zip(self.slopes, values, strict=True)
        )

    @property
    def acceptable(self) -> bool:
        """True when nothing warns against the model."""
        return not self.warnings


def fit_reasons(rows: Sequence[PeriodUse], drivers: Sequence[str] = (PRODUCTION,)) -> tuple[Reason, ...]:
    """Why no model can be fitted: none or unknown drivers, too few points, a constant or collinear driver."""
    if not drivers:
        return (Reason(msg("Name at least one driver, such as production, for a model."), {}, "drivers"),)
    missing = [_missing(rows, name) for name in drivers]
    if found := [reason for reason in missing if reason]:
        return tuple(found)
    least = len(drivers) + 3
    if len(rows) < least:
        text = msg(
            "A model with %(drivers)s drivers needs at least %(least)s periods; the baseline has %(count)s."
        )
        return (Reason(text, {"drivers": len(drivers), "least": least, "count": len(rows)}, "baseline"),)
    constant = [name for name in drivers if len({_driver(row, name) for row in rows}) == 1]
    if constant:
        text = msg("The driver %(driver)s never varies in the baseline, so that its effect cannot be told.")
        return tuple(Reason(text, {"driver": name}, "drivers") for name in constant)
    return _collinear(rows, drivers)


def fit(rows: Sequence[PeriodUse], drivers: Sequence[str] = (PRODUCTION,)) -> Fit:
    """The least-squares model of the rows; ValueError on what `fit_reasons` refuses."""
    if fit_reasons(rows, drivers):
        raise ValueError("these data carry no model")
    design = [[Fraction(1), *(_driver(row, name) for name in drivers)] for row in rows]
    used = [to_fraction(row.quantity) for row in rows]
    inverted = inverse(_squares(design))
    assert inverted is not None
    moments = [
        total(line[i] * y for line, y in zip(design, used, strict=True)) for i in range(len(design[0]))
    ]
    exact = [total(a * b for a, b in zip(line, moments, strict=True)) for line in inverted]
    values = [round_half_up(value, COEFFICIENT_PLACES) for value in exact]
    predicted = [total(c * x for c, x in zip(exact, line, strict=True)) for line in design]
    quality = quality_of(used, predicted, len(values))
    squared = _squared_error(used, predicted)
    names = ("", *drivers)
    coefficients = [
        _coefficient(name, value, float(squared / quality.df * inverted[i][i]), quality.df)
        for i, (name, value) in enumerate(zip(names, values, strict=True))
    ]
    ranges = tuple(_range([_decimal(row, name) for row in rows]) for name in drivers)
    warnings = _warnings(quality, coefficients)
    return Fit(tuple(drivers), coefficients[0], tuple(coefficients[1:]), quality, ranges, warnings)


def quality_of(used: Sequence[Fraction], predicted: Sequence[Fraction], parameters: int) -> Quality:
    """The fit statistics of any model; needs more points than parameters (else ValueError)."""
    n = len(used)
    if n <= parameters:
        raise ValueError("no degrees of freedom left")
    mean = total(used) / n
    left = [y - x for y, x in zip(used, predicted, strict=True)]
    squared, spread = total(r * r for r in left), total((y - mean) ** 2 for y in used)
    scale = float(mean)
    return Quality(
        n=n,
        parameters=parameters,
        r2=float(1 - squared / spread) if spread else None,
        cv_rmse=sqrt(squared / (n - parameters)) / scale * 100 if mean > 0 else None,
        nmbe=float(total(left) / (n - parameters) / mean * 100) if mean > 0 else None,
        autocorrelation=float(total(a * b for a, b in pairwise(left)) / squared) if squared else 0.0,
    )


def outside_range(model: Fit, reporting: Sequence[PeriodUse]) -> tuple[Reason, ...]:
    """A reason for each driver that leaves the range it was fitted on by more than 10 % (IPMVP practice)."""
    reasons = []
    for name, (low, high) in zip(model.drivers, model.ranges, strict=True):
        least, most = to_fraction(low) * (1 - RANGE_SLACK), to_fraction(high) * (1 + RANGE_SLACK)
        out = [row for row in reporting if not least <= _driver(row, name) <= most]
        if out:
            text = msg(
                "%(driver)s was %(value)s in the period from %(starts_on)s, far outside %(low)s to %(high)s "
                "of the baseline; the model may not hold there."
            )
            values = {
                "driver": name,
                "value": _decimal(out[0], name),
                "starts_on": out[0].period.starts_on,
                "low": low,
                "high": high,
            }
            reasons.append(Reason(text, values, "reporting"))
    return tuple(reasons)


def driver_reasons(reporting: Sequence[PeriodUse], drivers: Sequence[str]) -> tuple[Reason, ...]:
    """A reason for each driver of a model that the reporting period does not give."""
    return tuple(reason for name in drivers if (reason := _missing(reporting, name, "reporting")))


def length_reasons(baseline: Sequence[PeriodUse], reporting: Sequence[PeriodUse]) -> tuple[Reason, ...]:
    """A reason where periods are not of one length, for the fixed use of a model belongs to one period.

    Calendar months (28 to 31 days) count as one length. Source: proposal of this platform, confidence C; the
    domain's rules of measurement are silent about it.
    """
    lengths = [row.period.days for row in (*baseline, *reporting)]
    if not lengths or max(lengths) * SHORTEST_MONTH <= min(lengths) * LONGEST_MONTH:
        return ()
    own = [row.period.days for row in baseline] or lengths
    field = "baseline" if max(own) * SHORTEST_MONTH > min(own) * LONGEST_MONTH else "reporting"
    text = msg(
        "The periods are from %(shortest)s to %(longest)s days long, but the fixed use of a model belongs to"
        " periods of one length: enter readings for whole months, or choose another method."
    )
    return (Reason(text, {"shortest": min(lengths), "longest": max(lengths)}, field),)


def saving_by_fit(
    model: Fit,
    baseline: Sequence[PeriodUse],
    reporting: Sequence[PeriodUse],
    adjustments: Sequence[Adjustment] = (),
    share: Decimal = Decimal(1),
    direction: Direction = "lower",
) -> SavingResult:
    """S = (sum of the model at each reporting period's drivers - use + adjustments) x share."""
    terms = " + ".join(
        f"{plain(slope.value, COEFFICIENT_PLACES)} × {name}"
        for name, slope in zip(model.drivers, model.slopes, strict=True)
    )
    formula = f"{plain(model.fixed.value, COEFFICIENT_PLACES)} + {terms}"
    head = [Step(msg("Fixed use of one period by the model"), formula, model.fixed.value)]
    sums = [(slope, total(_driver(row, slope.name) for row in reporting)) for slope in model.slopes]
    text = " + ".join(
        [
            f"{plain(model.fixed.value, COEFFICIENT_PLACES)} × {len(reporting)}",
            *(f"{plain(slope.value, COEFFICIENT_PLACES)} × {plain(value)}" for slope, value in sums),
        ]
    )
    line = (msg("Adjusted baseline"), text)
    return saving_by_expectation(
        "regression", baseline, reporting, model.expected, head, line, adjustments, share, direction
    )


def _warnings(quality: Quality, coefficients: Sequence[Coefficient]) -> tuple[Reason, ...]:
    found = []
    if quality.n < LEAST_POINTS:
        text = msg("The model rests on %(count)s periods; %(least)s or more are usual.")
        found.append(Reason(text, {"count": quality.n, "least": LEAST_POINTS}, "baseline"))
    if quality.r2 is None or quality.r2 < LEAST_R2:
        text = msg("The drivers explain %(percent)s %% of the variation (R2); %(least)s %% is usual.")
        values = {"percent": round((quality.r2 or 0) * 100), "least": round(LEAST_R2 * 100)}
        found.append(Reason(text, values, "drivers"))
    if quality.cv_rmse is None or quality.cv_rmse > MOST_CV:
        text = msg(
            "The points scatter by %(percent)s %% of the mean, CV(RMSE); at most %(most)s %% is usual."
        )
        scatter = None if quality.cv_rmse is None else round(quality.cv_rmse, 1)
        found.append(Reason(text, {"percent": scatter, "most": round(MOST_CV)}, "baseline"))
    for coefficient in coefficients[1:]:
        if coefficient.t is not None and abs(coefficient.t) < LEAST_T:
            text = msg("The effect of %(driver)s is not shown: t is %(t)s, and 2 or more is needed.")
            found.append(Reason(text, {"driver": coefficient.name, "t": round(coefficient.t, 2)}, "drivers"))
    if coefficients[0].value < 0:
        text = msg(
            "The model gives a negative fixed use of %(value)s; use and driver may not belong together."
        )
        found.append(Reason(text, {"value": coefficients[0].value}, "baseline"))
    return tuple(found)


def _coefficient(name: str, value: Decimal, variance: float, df: int) -> Coefficient:
    error = sqrt(variance)
    t = float(value) / error if error > 0 else None
    return Coefficient(name, value, error, t, None if t is None else t_two_sided(t, df))


def _missing(rows: Sequence[PeriodUse], name: str, field: str = "baseline") -> Reason | None:
    without = [row.period.starts_on for row in rows if _value(row, name) is None]
    if not without:
        return None
    text = msg("%(driver)s is missing for %(count)s periods, the first from %(starts_on)s.")
    return Reason(text, {"driver": name, "count": len(without), "starts_on": min(without)}, field)


def _collinear(rows: Sequence[PeriodUse], drivers: Sequence[str]) -> tuple[Reason, ...]:
    columns = [[_driver(row, name) for row in rows] for name in drivers]
    centred = [[value - total(column) / len(column) for value in column] for column in columns]
    inverted = inverse(_squares([list(line) for line in zip(*centred, strict=True)]))
    if inverted is not None:
        inflation = [inverted[i][i] * total(v * v for v in column) for i, column in enumerate(centred)]
        tied = [name for name, factor in zip(drivers, inflation, strict=True) if factor > MOST_VIF]
    else:
        tied = list(drivers)
    if not tied:
        return ()
    text = msg(
        "The drivers %(drivers)s move together, so that their effects cannot be told apart: leave one out."
    )
    return (Reason(text, {"drivers": ", ".join(tied)}, "drivers"),)


def _squares(design: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    width = range(len(design[0]))
    return [[total(line[i] * line[j] for line in design) for j in width] for i in width]


def _squared_error(used: Sequence[Fraction], predicted: Sequence[Fraction]) -> Fraction:
    return total((y - x) ** 2 for y, x in zip(used, predicted, strict=True))


def _range(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    return min(values), max(values)


def _value(row: PeriodUse, name: str) -> Decimal | None:
    return row.production if name == PRODUCTION else row.drivers.get(name)


def _decimal(row: PeriodUse, name: str) -> Decimal:
    value = _value(row, name)
    if value is None:
        raise ValueError(f"{name} is missing")
    return value


def _driver(row: PeriodUse, name: str) -> Fraction:
    return to_fraction(_decimal(row, name))
