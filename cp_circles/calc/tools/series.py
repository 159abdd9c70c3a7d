"""Two variables and one over time: scatter with regression, and the run chart with its median."""

from dataclasses import dataclass
from itertools import groupby, pairwise
from math import comb, fsum, sqrt

from pydantic import Field

from cp_circles.calc.distributions import normal_tail, t_quantile, t_two_sided
from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools.base import Fact, Given, Keys, Result, Series, Tool, floats, refuse, shown
from cp_circles.calc.tools.samples import mean, median, refuse_equal
from cp_circles.errors import msg

SHIFT, TREND, EXACT_UP_TO = 8, 6, 200
LEVEL = 0.05


class ScatterInputs(Given):
    """Pairs of a driver x and an effect y."""

    x_name: str = Field(default="x", max_length=60, title=msg("Name of x"))
    y_name: str = Field(default="y", max_length=60, title=msg("Name of y"))
    x: Series = Field(min_length=3, max_length=2000, title=msg("Values of x"))
    y: Series = Field(min_length=3, max_length=2000, title=msg("Values of y, in the same order"))


@dataclass(frozen=True, kw_only=True)
class ScatterResult(Result):
    """Least squares y = a + b x: r, R squared, p of b = 0, spread of the residuals."""

    a: float
    b: float
    r: float
    p: float
    spread: float


def compute_scatter(inputs: ScatterInputs) -> ScatterResult:
    """Pearson's r and the regression line; Refused for unequal lengths or a variable that does not vary."""
    if len(inputs.x) != len(inputs.y):
        text = msg("There are %(x)s values of x and %(y)s of y; they go in pairs.")
        raise refuse(text, "y", x=len(inputs.x), y=len(inputs.y))
    x, y = floats(inputs.x), floats(inputs.y)
    refuse_equal(x, "x")
    refuse_equal(y, "y")
    n, mx, my = len(x), mean(x), mean(y)
    sxx, syy = fsum((v - mx) ** 2 for v in x), fsum((v - my) ** 2 for v in y)
    if not sxx or not syy:
        raise refuse(msg("The numbers lie too far apart to be computed; check the units."), "x")
    sxy = fsum((u - mx) * (v - my) for u, v in zip(x, y, strict=True))
    r = max(-1.0, min(1.0, sxy / sqrt(sxx) / sqrt(syy)))
    b = sxy / sxx
    left = max(0.0, 1 - r * r)
    p = t_two_sided(r * sqrt((n - 2) / left), n - 2) if left > 1e-15 else 0.0
    spread = sqrt(left * syy / (n - 2))
    reach = t_quantile(0.95, n - 2) * spread / sqrt(sxx)
    facts = (
        Fact(msg("Pairs"), n),
        Fact(msg("Equation"), equation(my - b * mx, b, inputs)),
        Fact("r", shown(r, 4)),
        Fact("R²", shown(r * r, 4)),
        Fact("p", shown(p, 3)),
        Fact(msg("Slope, lower end of 95 %"), shown(b - reach)),
        Fact(msg("Slope, upper end of 95 %"), shown(b + reach)),
        Fact(msg("Spread of the residuals"), shown(spread)),
    )
    notes = (
        ()
        if n >= 10
        else (Reason(msg("%(count)s pairs are few; a chance pattern is easily seen."), {"count": n}, "x"),)
    )
    answer = _scatter_answer(r, p)
    return ScatterResult(answer=answer, facts=facts, notes=notes, a=my - b * mx, b=b, r=r, p=p, spread=spread)


def equation(a: float, b: float, inputs: ScatterInputs) -> str:
    """The regression line in figures."""
    sign = "−" if b < 0 else "+"
    return f"{inputs.y_name} = {shown(a, 5)} {sign} {shown(abs(b), 5)} × {inputs.x_name}"


def _scatter_answer(r: float, p: float) -> Reason:
    values = {"r": shown(r, 3), "share": shown(r * r * 100, 3), "p": shown(p, 3)}
    if p >= LEVEL:
        return Reason(
            msg("No straight relation is shown (r = %(r)s, p = %(p)s)."), {k: values[k] for k in ("r", "p")}
        )
    if r > 0:
        text = msg("They rise together (r = %(r)s, p = %(p)s); the line explains %(share)s %% of it.")
    else:
        text = msg(
            "One falls as the other rises (r = %(r)s, p = %(p)s); the line explains %(share)s %% of it."
        )
    return Reason(text, values)


class RunInputs(Given):
    """Single values in the order in which they arose."""

    unit: str = Field(default="", max_length=30, title=msg("Unit"))
    values: Series = Field(min_length=8, max_length=500, title=msg("Values in order of time"))
    labels: Keys = Field(default=(), max_length=500, title=msg("Labels, one for each value"))


@dataclass(frozen=True, kw_only=True)
class RunResult(Result):
    """Median, runs about it, p of the runs test, and the points of shifts and trends (counted from 0)."""

    labels: tuple[str, ...]
    median: float
    runs: int
    p: float
    shifts: tuple[tuple[int, ...], ...]
    trends: tuple[tuple[int, ...], ...]


def compute_run(inputs: RunInputs) -> RunResult:
    """Runs about the median (points on it left out), shifts of 8 and trends of 6 points."""
    values = floats(inputs.values)
    if inputs.labels and len(inputs.labels) != len(values):
        text = msg("There are %(labels)s labels for %(values)s values; give one for each, or none.")
        raise refuse(text, "labels", labels=len(inputs.labels), values=len(values))
    refuse_equal(values, "values")
    middle = median(values)
    sides = [(at, value > middle) for at, value in enumerate(values) if value != middle]
    groups = [tuple(at for at, _ in group) for _, group in groupby(sides, key=lambda pair: pair[1])]
    above = sum(up for _, up in sides)
    below = len(sides) - above
    if not above or not below:
        raise refuse(
            msg("Half of the values and more are equal to the median; take more decimals."), "values"
        )
    p = runs_p(len(groups), above, below)
    shifts = tuple(group for group in groups if len(group) >= SHIFT)
    trends = _trends(values)
    labels = inputs.labels or tuple(str(n + 1) for n in range(len(values)))
    found = [(msg("A shift: points %(first)s to %(last)s lie on one side of the median."), g) for g in shifts]
    found += [(msg("A trend: points %(first)s to %(last)s go one way."), g) for g in trends]
    notes = tuple(Reason(t, {"first": labels[g[0]], "last": labels[g[-1]]}, "values") for t, g in found)
    if notes or p < LEVEL:
        answer = Reason(
            msg("The values are not random about the median (runs test p = %(p)s); something changed."),
            {"p": shown(p, 3)},
        )
    else:
        answer = Reason(
            msg("No pattern is shown about the median (runs test p = %(p)s)."), {"p": shown(p, 3)}
        )
    facts = (
        Fact(msg("Median"), shown(middle), inputs.unit),
        Fact(msg("Runs about the median"), len(groups)),
        Fact(msg("Expected runs"), shown(1 + 2 * above * below / (above + below), 4)),
        Fact(msg("p of the runs test"), shown(p, 3)),
    )
    return RunResult(
        answer=answer,
        facts=facts,
        notes=notes,
        labels=labels,
        median=middle,
        runs=len(groups),
        p=p,
        shifts=shifts,
        trends=trends,
    )


def runs_p(runs: int, above: int, below: int) -> float:
    """Two-sided p of the Wald-Wolfowitz runs test: exact up to 200 points, else normal."""
    n = above + below
    if n > EXACT_UP_TO:
        expected = 1 + 2 * above * below / n
        spread = sqrt((expected - 1) * (expected - 2) / (n - 1))
        return min(1.0, 2 * normal_tail(abs(runs - expected) / spread))
    ways = {r: _ways(r, above, below) for r in range(2, n + 1)}
    whole = comb(n, above)
    few, many = sum(w for r, w in ways.items() if r <= runs), sum(w for r, w in ways.items() if r >= runs)
    return min(1.0, 2 * min(few, many) / whole)


def _ways(runs: int, above: int, below: int) -> int:
    half = runs // 2
    if runs % 2 == 0:
        return 2 * comb(above - 1, half - 1) * comb(below - 1, half - 1)
    return comb(above - 1, half) * comb(below - 1, half - 1) + comb(above - 1, half - 1) * comb(
        below - 1, half
    )


def _trends(values: list[float]) -> tuple[tuple[int, ...], ...]:
    found, run, way = [], [0], 0
    for at, (before, after) in enumerate(pairwise(values), start=1):
        step = (after > before) - (after < before)
        if step and step == way:
            run.append(at)
            continue
        if len(run) >= TREND:
            found.append(tuple(run))
        run, way = ([at - 1, at] if step else [at]), step
    return (*found, tuple(run)) if len(run) >= TREND else tuple(found)


SCATTER = Tool(
    "scatter",
    msg("Scatter diagram with regression"),
    msg("Shows whether two measured things go together, and how closely."),
    ScatterInputs,
    compute_scatter,
)
RUN = Tool(
    "run",
    msg("Run chart"),
    msg("Shows values over time about their median, with shifts and trends."),
    RunInputs,
    compute_run,
)
