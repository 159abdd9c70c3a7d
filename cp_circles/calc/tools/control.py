"""Control charts X-mR, Xbar-R, p and u with limits and every Western Electric signal named."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import sqrt

from pydantic import Field

from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools.base import (
    Amount,
    Fact,
    Given,
    Keys,
    Line,
    Result,
    Series,
    Tool,
    floats,
    refuse,
    shown,
)
from cp_circles.calc.tools.control_rules import CONSTANTS, RULES, Rule, Signal, listed, signals
from cp_circles.calc.tools.samples import mean
from cp_circles.errors import msg

LEAST, ENOUGH = 6, 20
Baseline = Field(default=None, ge=LEAST, le=5000, title=msg("First points that set the limits"))


class XmrInputs(Given):
    """Single values in the order in which they arose."""

    unit: str = Field(default="", max_length=30, title=msg("Unit"))
    values: Series = Field(min_length=LEAST, max_length=500, title=msg("Values in order of time"))
    labels: Keys = Field(default=(), max_length=500, title=msg("Labels, one for each value"))
    baseline: int | None = Baseline


class Subgroup(Given):
    """One subgroup."""

    label: Line = Field(title=msg("Subgroup"))
    values: Series = Field(min_length=2, max_length=10, title=msg("Values"))


class XbarInputs(Given):
    """Subgroups of one size from 2 to 10."""

    unit: str = Field(default="", max_length=30, title=msg("Unit"))
    rows: tuple[Subgroup, ...] = Field(min_length=LEAST, max_length=200, title=msg("Subgroups"))
    baseline: int | None = Baseline


class Counted(Given):
    """One sample: how much was inspected and how many were found."""

    label: Line = Field(title=msg("Sample"))
    size: Amount = Field(gt=0, title=msg("Inspected"))
    count: Amount = Field(ge=0, title=msg("Found"))


class CountedInputs(Given):
    """Samples in the order in which they were taken."""

    rows: tuple[Counted, ...] = Field(min_length=LEAST, max_length=500, title=msg("Samples"))
    baseline: int | None = Baseline


@dataclass(frozen=True)
class Panel:
    """One chart of points with centre line and limits for each point; None where there is no point."""

    name: str
    points: tuple[float | None, ...]
    centre: float
    upper: tuple[float, ...]
    lower: tuple[float, ...]
    signals: tuple[Signal, ...]


@dataclass(frozen=True, kw_only=True)
class ControlResult(Result):
    """One or two panels over the same labels; `baseline` points set the limits."""

    labels: tuple[str, ...]
    panels: tuple[Panel, ...]
    baseline: int


def compute_xmr(inputs: XmrInputs) -> ControlResult:
    """X: mean +- E2 x mean moving range; mR: D4 x mean moving range (n = 2)."""
    values, base = floats(inputs.values), _base(inputs.baseline, len(inputs.values))
    if inputs.labels and len(inputs.labels) != len(values):
        text = msg("There are %(labels)s labels for %(values)s values; give one for each, or none.")
        raise refuse(text, "labels", labels=len(inputs.labels), values=len(values))
    labels = inputs.labels or tuple(str(n + 1) for n in range(len(values)))
    moves = [abs(after - before) for before, after in pairwise(values)]
    centre, move = mean(values[:base]), mean(moves[: base - 1])
    _varies(move, "values")
    k = CONSTANTS[2]
    panels = (
        _panel(msg("X chart"), values, centre, k.e2 * move, RULES),
        _range_panel(msg("mR chart"), [None, *moves], move, 0.0, k.d4 * move),
    )
    return _result(labels, panels, base, move / k.d2, inputs.unit)


def compute_xbar(inputs: XbarInputs) -> ControlResult:
    """Xbar: grand mean +- A2 x mean range; R: D3 and D4 x mean range."""
    sizes = {len(row.values) for row in inputs.rows}
    if len(sizes) > 1:
        text = msg("Subgroups have %(sizes)s values; all need the same number.")
        raise refuse(text, "rows", sizes=" / ".join(str(size) for size in sorted(sizes)))
    k, base = CONSTANTS[sizes.pop()], _base(inputs.baseline, len(inputs.rows))
    means = [mean(floats(row.values)) for row in inputs.rows]
    ranges = [float(max(row.values) - min(row.values)) for row in inputs.rows]
    centre, spread = mean(means[:base]), mean(ranges[:base])
    _varies(spread, "rows")
    panels = (
        _panel(msg("Xbar chart"), means, centre, k.a2 * spread, RULES),
        _range_panel(msg("R chart"), [*ranges], spread, k.d3 * spread, k.d4 * spread),
    )
    return _result(tuple(row.label for row in inputs.rows), panels, base, spread / k.d2, inputs.unit)


def compute_p(inputs: CountedInputs) -> ControlResult:
    """Share of defectives: pbar +- 3 sqrt(pbar (1 - pbar) / n), within 0 and 1."""
    for place, row in enumerate(inputs.rows):
        if row.count > row.size:
            text = msg("“%(name)s” found more than it inspected; correct the sample, or take the u chart.")
            raise refuse(text, f"rows.{place}.count", name=row.label)
        _whole(row, place, both=True)
    base = _base(inputs.baseline, len(inputs.rows))
    share = _rate(inputs.rows[:base])
    if not 0 < share < 1:
        raise refuse(msg("None or all of the pieces are defective; a p chart needs some of both."), "rows")
    sigmas = [sqrt(share * (1 - share) / float(row.size)) for row in inputs.rows]
    return _counted(inputs, share, sigmas, msg("p chart"), base, 1.0)


def compute_u(inputs: CountedInputs) -> ControlResult:
    """Defects per unit: ubar +- 3 sqrt(ubar / n), not below 0."""
    for place, row in enumerate(inputs.rows):
        _whole(row, place, both=False)
    base = _base(inputs.baseline, len(inputs.rows))
    rate = _rate(inputs.rows[:base])
    if not rate:
        raise refuse(msg("No defect was found at all; a u chart needs some."), "rows")
    sigmas = [sqrt(rate / float(row.size)) for row in inputs.rows]
    return _counted(inputs, rate, sigmas, msg("u chart"), base, None)


def _whole(row: Counted, place: int, *, both: bool) -> None:
    if row.count != int(row.count) or (both and row.size != int(row.size)):
        raise refuse(
            msg("“%(name)s” counts no whole pieces; correct it."), f"rows.{place}.count", name=row.label
        )


def _rate(rows: Sequence[Counted]) -> float:
    return float(sum(row.count for row in rows)) / float(sum(row.size for row in rows))


def _base(asked: int | None, count: int) -> int:
    if asked is not None and asked > count:
        text = msg("%(asked)s points shall set the limits, but there are only %(count)s.")
        raise refuse(text, "baseline", asked=asked, count=count)
    return asked or count


def _varies(spread: float, field: str) -> None:
    if not spread:
        raise refuse(msg("Nothing varies in the points that set the limits; check the readings."), field)


def _panel(name: str, points: Sequence[float], centre: float, half: float, rules: Sequence[Rule]) -> Panel:
    found = signals([(point - centre) / half * 3 for point in points], rules)
    count = len(points)
    return Panel(name, tuple(points), centre, (centre + half,) * count, (centre - half,) * count, found)


def _range_panel(
    name: str, points: Sequence[float | None], centre: float, lower: float, upper: float
) -> Panel:
    distances = [None if p is None else 4.0 if p > upper else -4.0 if p < lower else 0.0 for p in points]
    found = signals(distances, RULES[:1])
    count = len(points)
    return Panel(name, tuple(points), centre, (upper,) * count, (lower,) * count, found)


def _counted(
    inputs: CountedInputs, centre: float, sigmas: list[float], name: str, base: int, top: float | None
) -> ControlResult:
    points = [float(row.count) / float(row.size) for row in inputs.rows]
    found = signals([(p - centre) / s for p, s in zip(points, sigmas, strict=True)])
    upper = tuple(min(top, centre + 3 * s) if top else centre + 3 * s for s in sigmas)
    lower = tuple(max(0.0, centre - 3 * s) for s in sigmas)
    panel = Panel(name, tuple(points), centre, upper, lower, found)
    return _result(tuple(row.label for row in inputs.rows), (panel,), base, None, "")


def _result(
    labels: tuple[str, ...], panels: tuple[Panel, ...], base: int, sigma: float | None, unit: str
) -> ControlResult:
    facts = [Fact(msg("Number of points"), len(labels))]
    for panel in panels:
        facts += [Fact(panel.name, "")] if len(panels) > 1 else []
        facts += [
            Fact(msg("Centre line"), shown(panel.centre), unit),
            Fact(msg("Upper control limit"), _limit(panel.upper), unit),
            Fact(msg("Lower control limit"), _limit(panel.lower), unit),
        ]
    if sigma is not None:
        facts.append(Fact(msg("Sigma within"), shown(sigma), unit))
    found = [
        Reason(signal.rule.text, {"chart": panel.name, "points": listed(signal.points, labels)}, "rows")
        for panel in panels
        for signal in panel.signals
    ]
    if found:
        answer = Reason(
            msg("Signals of special causes in the process: %(count)s; look for each."),
            {"count": len(found)},
        )
    else:
        answer = Reason(msg("No rule is violated: only common causes show, the process is stable."))
    if base < ENOUGH:
        text = msg("%(count)s points set the limits; with fewer than %(least)s they are provisional.")
        found.append(Reason(text, {"count": base, "least": ENOUGH}, "baseline"))
    return ControlResult(
        answer=answer, facts=tuple(facts), notes=tuple(found), labels=labels, panels=panels, baseline=base
    )


def _limit(values: tuple[float, ...]) -> Decimal | str:
    low, high = shown(min(values)), shown(max(values))
    return low if low == high else f"{low} – {high}"


_WHY = msg("Tells chance from special causes over time; signals name the points to look at.")
XMR = Tool("control_xmr", msg("Control chart X-mR (single values)"), _WHY, XmrInputs, compute_xmr)
XBAR = Tool("control_xbar", msg("Control chart Xbar-R (subgroups)"), _WHY, XbarInputs, compute_xbar)
P = Tool("control_p", msg("Control chart p (share defective)"), _WHY, CountedInputs, compute_p)
U = Tool("control_u", msg("Control chart u (defects per unit)"), _WHY, CountedInputs, compute_u)
