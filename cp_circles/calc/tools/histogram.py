"""Histogram: the distribution of a characteristic against its specification, with Ca, Cp and Cpk.

Capability is computed from the standard deviation of the whole sample (Pp and Ppk in ISO 22514 terms);
Ca = (mean - middle) / half the tolerance. Classes begin half a reading step below the smallest value.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from math import sqrt

from pydantic import Field

from cp_circles.calc.distributions import normal_tail
from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools.base import (
    Fact,
    Given,
    MaybeAmount,
    Result,
    Series,
    Tool,
    floats,
    refuse,
    shown,
)
from cp_circles.calc.tools.samples import deviation, mean, normality_p, refuse_equal
from cp_circles.errors import msg

GOOD, POOR = Decimal("1.33"), Decimal(1)
ENOUGH = 50


class HistogramInputs(Given):
    """Single values and the limits of the specification, as far as there are any."""

    unit: str = Field(default="", max_length=30, title=msg("Unit"))
    values: Series = Field(min_length=10, title=msg("Values"))
    lower: MaybeAmount = Field(default=None, title=msg("Lower specification limit"))
    upper: MaybeAmount = Field(default=None, title=msg("Upper specification limit"))
    classes: int | None = Field(default=None, ge=4, le=30, title=msg("Number of classes"))


@dataclass(frozen=True, kw_only=True)
class HistogramResult(Result):
    """`edges` has one more entry than `counts`; capability None where a limit is missing."""

    edges: tuple[Decimal, ...]
    counts: tuple[int, ...]
    mean: float
    sigma: float
    ca: Decimal | None
    cp: Decimal | None
    cpk: Decimal | None
    outside: int
    expected_outside: Decimal | None


def compute(inputs: HistogramInputs) -> HistogramResult:
    """Classes, mean, sigma, capability and the share outside the limits."""
    values = floats(inputs.values)
    if inputs.lower is not None and inputs.upper is not None and inputs.lower >= inputs.upper:
        raise refuse(msg("The lower limit is not below the upper limit; exchange them."), "lower")
    refuse_equal(values, "values")
    edges, counts = _classes(inputs)
    middle, sigma = mean(values), deviation(values)
    if not sigma:
        raise refuse(msg("The numbers lie too far apart to be computed; check the units."), "values")
    ca, cp, cpk = _capability(inputs, middle, sigma)
    outside = sum(_is_out(value, inputs) for value in inputs.values)
    limits = (inputs.lower, inputs.upper)
    tail = sum(
        normal_tail(sign * (float(limit) - middle) / sigma)
        for sign, limit in zip((-1, 1), limits, strict=True)
        if limit is not None
    )
    expected = shown(tail * 100, 3) if any(limit is not None for limit in limits) else None
    p = normality_p(values)
    facts = (
        Fact(msg("Number of values"), len(values)),
        Fact(msg("Mean"), shown(middle), inputs.unit),
        Fact(msg("Standard deviation"), shown(sigma), inputs.unit),
        Fact(msg("Ca (accuracy)"), ca, "%"),
        Fact("Cp", cp),
        Fact("Cpk", cpk),
        Fact(msg("Outside the limits, counted"), outside),
        Fact(msg("Outside the limits, expected"), expected, "%"),
        Fact(msg("p of the test of normality"), None if p is None else shown(p, 3)),
    )
    return HistogramResult(
        answer=_answer(cpk, inputs),
        facts=facts,
        notes=_notes(len(values), p),
        edges=edges,
        counts=counts,
        mean=middle,
        sigma=sigma,
        ca=ca,
        cp=cp,
        cpk=cpk,
        outside=outside,
        expected_outside=expected,
    )


def _classes(inputs: HistogramInputs) -> tuple[tuple[Decimal, ...], tuple[int, ...]]:
    wanted = inputs.classes or min(20, max(5, round(sqrt(len(inputs.values)))))
    places = max(0, *(-int(value.as_tuple().exponent) for value in inputs.values))
    step = Decimal(1).scaleb(-places)
    low, high = min(inputs.values), max(inputs.values)
    width = (((high - low) / wanted + step / wanted) / step).to_integral_value(ROUND_CEILING) * step
    edges = [low - step / 2]
    while edges[-1] < high:
        edges.append(edges[-1] + width)
    counts = [0] * (len(edges) - 1)
    for value in inputs.values:
        counts[int((value - edges[0]) // width)] += 1
    return tuple(edges), tuple(counts)


def _capability(
    inputs: HistogramInputs, middle: float, sigma: float
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    sides = []
    if inputs.lower is not None:
        sides.append((middle - float(inputs.lower)) / (3 * sigma))
    if inputs.upper is not None:
        sides.append((float(inputs.upper) - middle) / (3 * sigma))
    cpk = shown(min(sides), 4) if sides else None
    if inputs.lower is None or inputs.upper is None:
        return None, None, cpk
    half = float(inputs.upper - inputs.lower) / 2
    ca = (middle - float(inputs.lower) - half) / half * 100
    return shown(ca, 4), shown(half / (3 * sigma), 4), cpk


def _is_out(value: Decimal, inputs: HistogramInputs) -> bool:
    below = inputs.lower is not None and value < inputs.lower
    return below or (inputs.upper is not None and value > inputs.upper)


def _answer(cpk: Decimal | None, inputs: HistogramInputs) -> Reason:
    if cpk is None:
        return Reason(msg("No specification limit is given, so that only the distribution is shown."))
    values = {"cpk": cpk}
    if cpk >= GOOD:
        return Reason(msg("The process is capable (Cpk %(cpk)s, at least 1.33)."), values)
    if cpk >= POOR:
        return Reason(msg("The process is just capable (Cpk %(cpk)s, between 1 and 1.33); watch it."), values)
    return Reason(msg("The process is not capable (Cpk %(cpk)s, below 1)."), values)


def _notes(count: int, p: float | None) -> tuple[Reason, ...]:
    notes = []
    if count < ENOUGH:
        text = msg("%(count)s values are few for a histogram; %(least)s or more show the shape surely.")
        notes.append(Reason(text, {"count": count, "least": ENOUGH}, "values"))
    if p is not None and p < 0.05:
        text = msg("The values do not look normal (p = %(p)s); Cpk and the expected share may mislead.")
        notes.append(Reason(text, {"p": shown(p, 3)}, "values"))
    return tuple(notes)


TOOL = Tool(
    "histogram",
    msg("Histogram"),
    msg("Shows how values are spread and whether the process keeps its limits."),
    HistogramInputs,
    compute,
)
