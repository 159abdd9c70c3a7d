"""Orthogonal experiment: range analysis, main effects, best combination, and ANOVA where it can be had."""

from dataclasses import dataclass
from math import fsum
from typing import Literal

from pydantic import Field

from cp_circles.calc.distributions import f_tail
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
    refuse_doubles,
    shown,
)
from cp_circles.calc.tools.orthogonal_arrays import ARRAYS, Array, levels_of
from cp_circles.calc.tools.samples import mean
from cp_circles.errors import msg


class FactorColumn(Given):
    """One factor: its column (from 1) and the names of its levels."""

    label: Line = Field(title=msg("Influencing factor"))
    column: int = Field(ge=1, le=15, title=msg("Column"))
    levels: Keys = Field(min_length=2, max_length=3, title=msg("Levels"))


class Trial(Given):
    """The results of one run of the array, one or several."""

    values: Series = Field(min_length=1, max_length=10, title=msg("Results of the run"))


class OrthogonalInputs(Given):
    """The array, which factor stands in which column, and the results run by run."""

    array: Literal["L4", "L8", "L9", "L12", "L16", "L18", "L27"] = Field(title=msg("Orthogonal array"))
    response: Line = Field(title=msg("Measured response"))
    unit: str = Field(default="", max_length=30, title=msg("Unit"))
    goal: Literal["higher", "lower", "target"] = Field(default="higher", title=msg("What is better"))
    target: Amount | None = Field(default=None, title=msg("Target value"))
    factors: tuple[FactorColumn, ...] = Field(min_length=1, max_length=15, title=msg("Influencing factors"))
    trials: tuple[Trial, ...] = Field(
        min_length=4, max_length=27, title=msg("Runs in the order of the array")
    )


@dataclass(frozen=True)
class Effect:
    """One factor: sums and means by level, range, the best level (from 0), and its line of the ANOVA."""

    label: str
    levels: tuple[str, ...]
    sums: tuple[float, ...]
    means: tuple[float, ...]
    range: float
    best: int
    squares: float
    freedom: int
    f: float | None
    p: float | None


@dataclass(frozen=True, kw_only=True)
class OrthogonalResult(Result):
    """Effects in the order given, their ranking, the result expected of the best levels, the error line."""

    array: Array
    effects: tuple[Effect, ...]
    ranking: tuple[int, ...]
    grand: float
    predicted: float
    best_run: int
    error_squares: float
    error_freedom: int


def compute(inputs: OrthogonalInputs) -> OrthogonalResult:
    """Level means, ranges and best levels; ANOVA with what the factors leave over as the error."""
    array = ARRAYS[inputs.array]
    _check(inputs, array)
    runs = [floats(trial.values) for trial in inputs.trials]
    values = [value for run in runs for value in run]
    grand, repeats = mean(values), len(runs[0])
    whole = fsum((value - grand) ** 2 for value in values)
    plain = [_effect(factor, array, runs, grand, inputs) for factor in inputs.factors]
    squares = max(0.0, whole - fsum(effect.squares for effect in plain))
    freedom = len(values) - 1 - sum(effect.freedom for effect in plain)
    if squares < 1e-12 * whole:
        squares = 0.0
    effects = tuple(_tested(effect, squares, freedom) for effect in plain)
    ranking = tuple(sorted(range(len(effects)), key=lambda n: -effects[n].range))
    predicted = grand + fsum(effect.means[effect.best] - grand for effect in effects)
    means = [mean(run) for run in runs]
    best_run = min(range(len(runs)), key=lambda n: _badness(means[n], inputs))
    answer = _answer(inputs, effects, ranking, predicted)
    facts = (
        Fact(msg("Runs"), len(runs)),
        Fact(msg("Results for each run"), repeats),
        Fact(msg("Mean of all"), shown(grand), inputs.unit),
        Fact(msg("Best run"), best_run + 1),
        Fact(msg("Expected at the best combination"), shown(predicted), inputs.unit),
        Fact(msg("Degrees of freedom of the error"), freedom),
    )
    return OrthogonalResult(
        answer=answer,
        facts=facts,
        notes=_notes(inputs, squares, freedom),
        array=array,
        effects=effects,
        ranking=ranking,
        grand=grand,
        predicted=predicted,
        best_run=best_run,
        error_squares=squares,
        error_freedom=freedom,
    )


def _check(inputs: OrthogonalInputs, array: Array) -> None:
    refuse_doubles([factor.label for factor in inputs.factors], "factors")
    taken: set[int] = set()
    for place, factor in enumerate(inputs.factors):
        field = f"factors.{place}"
        if factor.column > len(array[0]):
            text = msg("%(array)s has %(columns)s columns; choose a column for “%(name)s” among them.")
            raise refuse(
                text, f"{field}.column", array=inputs.array, columns=len(array[0]), name=factor.label
            )
        if factor.column in taken:
            raise refuse(
                msg("Two factors stand in column %(column)s; move one."),
                f"{field}.column",
                column=factor.column,
            )
        taken.add(factor.column)
        wanted = levels_of(array, factor.column - 1)
        if len(factor.levels) != wanted:
            text = msg("Column %(column)s has %(wanted)s levels, “%(name)s” has %(count)s; name each level.")
            values = {
                "column": factor.column,
                "wanted": wanted,
                "name": factor.label,
                "count": len(factor.levels),
            }
            raise refuse(text, f"{field}.levels", **values)
    if len(inputs.trials) != len(array):
        text = msg("%(array)s needs %(wanted)s runs, there are %(count)s; enter each run once.")
        raise refuse(text, "trials", array=inputs.array, wanted=len(array), count=len(inputs.trials))
    if len({len(trial.values) for trial in inputs.trials}) > 1:
        raise refuse(msg("The runs were repeated unequally often; give each run as many results."), "trials")
    if inputs.goal == "target" and inputs.target is None:
        raise refuse(msg("The goal is a target value, but none is given; add it."), "target")
    if len({value for trial in inputs.trials for value in trial.values}) == 1:
        raise refuse(
            msg("All results are equal; no factor shows an effect. Check the measurement."), "trials"
        )


def _effect(
    factor: FactorColumn, array: Array, runs: list[list[float]], grand: float, inputs: OrthogonalInputs
) -> Effect:
    by_level: list[list[float]] = [[] for _ in factor.levels]
    for row, run in zip(array, runs, strict=True):
        by_level[row[factor.column - 1] - 1] += run
    means = tuple(mean(values) for values in by_level)
    squares = fsum(len(v) * (m - grand) ** 2 for v, m in zip(by_level, means, strict=True))
    best = min(range(len(means)), key=lambda n: _badness(means[n], inputs))
    sums = tuple(fsum(values) for values in by_level)
    reach = max(means) - min(means)
    return Effect(factor.label, factor.levels, sums, means, reach, best, squares, len(means) - 1, None, None)


def _badness(value: float, inputs: OrthogonalInputs) -> float:
    if inputs.goal == "target":
        return abs(value - float(inputs.target or 0))
    return -value if inputs.goal == "higher" else value


def _tested(effect: Effect, squares: float, freedom: int) -> Effect:
    if freedom < 1 or not squares:
        return effect
    f = (effect.squares / effect.freedom) / (squares / freedom)
    return Effect(**{**effect.__dict__, "f": f, "p": f_tail(f, effect.freedom, freedom)})


def _answer(
    inputs: OrthogonalInputs, effects: tuple[Effect, ...], ranking: tuple[int, ...], predicted: float
) -> Reason:
    order = " > ".join(effects[n].label for n in ranking)
    best = "，".join(f"{effect.label} {effect.levels[effect.best]}" for effect in effects)
    text = msg(
        "Influence by range: %(order)s; best combination: %(best)s, expected %(value)s. Confirm it by a run."
    )
    value = f"{shown(predicted, 5)} {inputs.unit}".rstrip()
    return Reason(text, {"order": order, "best": best, "value": value})


def _notes(inputs: OrthogonalInputs, squares: float, freedom: int) -> tuple[Reason, ...]:
    if freedom < 1:
        return (
            Reason(
                msg("All columns are taken and nothing was repeated, so that chance cannot be judged."),
                {},
                "trials",
            ),
        )
    if not squares:
        return (
            Reason(
                msg("The factors explain the results without any rest, so that chance cannot be judged."),
                {},
                "trials",
            ),
        )
    if freedom < 3:
        text = msg("Only %(freedom)s degrees of freedom are left for the error; repeat the runs to be sure.")
        return (Reason(text, {"freedom": freedom}, "trials"),)
    if inputs.goal == "target":
        return (
            Reason(msg("The best level is the one whose mean lies nearest to the target."), {}, "target"),
        )
    return ()


TOOL = Tool(
    "orthogonal",
    msg("Orthogonal experiment"),
    msg("Finds the factors that matter and their best levels in few runs."),
    OrthogonalInputs,
    compute,
)
