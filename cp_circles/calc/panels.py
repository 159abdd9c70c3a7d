"""What the scores of a panel say about the panel: agreement, habits of single judges, home and order effects.

The effects are least-squares estimates with every entry's and every judge's own level taken out, so that a
strict judge or a good entry is not taken for an effect (Frisch, Waugh and Lovell).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, median, stdev

import numpy as np
from numpy.typing import NDArray

from cp_circles.calc.agreement.alpha import krippendorff_alpha
from cp_circles.calc.agreement.concordance import kendall_w
from cp_circles.calc.agreement.intraclass import intraclass
from cp_circles.calc.distributions import t_quantile, t_two_sided
from cp_circles.calc.severity.connected import groups

Vector = NDArray[np.float64]
Numbers = NDArray[np.int64]

FEW = 4
FREEDOM = 3
SURE = 0.95
TURNS = 500


@dataclass(frozen=True)
class Given:
    """One judge's score for one entry in points, with the points of each criterion.

    `position` is the score's place in the order in which the judge handed in, from 1; `home` whether the
    entry comes from the judge's own region, None where that is not known.
    """

    entry: int
    judge: int
    points: float
    criteria: Mapping[str, float]
    position: int
    home: bool | None = None


@dataclass(frozen=True)
class Agreement:
    """How far the judges agree; shares from 0 to 1, None where there is nothing to compare.

    `single` is the share of the variance of single scores that comes from the entries (absolute agreement,
    judges drawn from many), `mean` the same for the mean of `judges` scores; `low` and `high` are its 95 %
    interval, known only where every judge scored every entry (`complete`).
    """

    complete: bool
    judges: float
    single: float | None
    low: float | None
    high: float | None
    mean: float | None
    alpha: float | None
    concordance: float | None
    concordance_p: float | None


@dataclass(frozen=True)
class Habits:
    """One judge: how many scores, their mean and standard deviation in points.

    `ratio` is the deviation against that of the middle judge; `within` the mean correlation of two criteria
    on the same judge's sheets, `across` that of one judge's criterion with another criterion by the others.
    """

    judge: int
    count: int
    mean: float
    spread: float | None
    ratio: float | None
    within: float | None
    across: float | None


@dataclass(frozen=True)
class Effect:
    """A difference in points with its 95 % interval, two-sided p-value and the number of scores."""

    estimate: float
    low: float
    high: float
    p: float
    count: int


def agreement(given: Sequence[Given], variances: tuple[float, float, float] | None) -> Agreement:
    """Agreement of a track's scores; `variances` of entries, judges and noise serve incomplete panels."""
    by_entry: dict[int, dict[int, float]] = defaultdict(dict)
    for one in given:
        by_entry[one.entry][one.judge] = one.points
    judges = sorted({one.judge for one in given})
    per_entry = len(given) / len(by_entry) if by_entry else 0.0
    complete = len(judges) > 1 and len(by_entry) > 1 and len(given) == len(judges) * len(by_entry)
    table = [[row[judge] for judge in judges] for row in by_entry.values()] if complete else []
    single, low, high, mean = _intraclass(table, variances, per_entry)
    order = kendall_w(table) if complete else None
    return Agreement(
        complete=complete,
        judges=per_entry,
        single=single,
        low=low,
        high=high,
        mean=mean,
        alpha=krippendorff_alpha((one.entry, one.points) for one in given),
        concordance=order.value if order else None,
        concordance_p=order.p if order else None,
    )


def _intraclass(
    table: Sequence[Sequence[float]], variances: tuple[float, float, float] | None, per_entry: float
) -> tuple[float | None, float | None, float | None, float | None]:
    """ICC(2,1) with its interval and ICC(2,k): from a full table, else from the variance components."""
    if table and _has_error(table):
        forms = {one.form: one for one in intraclass(table)}
        return forms["ICC2"].value, forms["ICC2"].lower, forms["ICC2"].upper, forms["ICC2k"].value
    if variances is None or sum(variances) <= 0.0:
        return None, None, None, None
    entry, judge, noise = variances
    return entry / sum(variances), None, None, entry / (entry + (judge + noise) / per_entry)


def _has_error(table: Sequence[Sequence[float]]) -> bool:
    """Whether the judges differ by more than constants, as the intraclass correlation asks."""
    rows = np.asarray(table)
    rest = rows - rows.mean(axis=1, keepdims=True) - rows.mean(axis=0, keepdims=True) + rows.mean()
    return float((rest**2).sum()) > 1e-9 * float(((rows - rows.mean()) ** 2).sum())


def habits(given: Sequence[Given]) -> tuple[Habits, ...]:
    """The habits of every judge, by number; correlations need four entries or more."""
    by_judge: dict[int, list[Given]] = defaultdict(list)
    for one in given:
        by_judge[one.judge].append(one)
    spreads = {
        judge: stdev(one.points for one in rows) for judge, rows in by_judge.items() if len(rows) >= FEW
    }
    middle = median(spreads.values()) if len(spreads) > 1 else 0.0
    others = _others(given)
    return tuple(
        Habits(
            judge=judge,
            count=len(rows),
            mean=fmean(one.points for one in rows),
            spread=spreads.get(judge),
            ratio=spreads[judge] / middle if judge in spreads and middle > 0.0 else None,
            within=_correlated(rows, {one.entry: one.criteria for one in rows}),
            across=_correlated(rows, others[judge]),
        )
        for judge, rows in sorted(by_judge.items())
    )


def _others(given: Sequence[Given]) -> dict[int, dict[int, dict[str, float]]]:
    """judge -> entry -> criterion -> the mean that all other judges gave."""
    sums: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in given:
        for key, points in one.criteria.items():
            sums[one.entry][key].append(points)
    answer: dict[int, dict[int, dict[str, float]]] = defaultdict(dict)
    for one in given:
        answer[one.judge][one.entry] = {
            key: (sum(all_) - one.criteria[key]) / (len(all_) - 1)
            for key, all_ in sums[one.entry].items()
            if key in one.criteria and len(all_) > 1
        }
    return answer


def _correlated(rows: Sequence[Given], beside: Mapping[int, Mapping[str, float]]) -> float | None:
    """The mean correlation of one criterion on the rows with another one beside them, over all pairs."""
    keys = sorted({key for row in rows for key in row.criteria})
    found = []
    for first, second in combinations(keys, 2):
        for one, other in ((first, second), (second, first)):
            pairs = [
                (row.criteria[one], beside[row.entry][other])
                for row in rows
                if one in row.criteria and other in beside.get(row.entry, {})
            ]
            value = _correlation(pairs)
            found += [] if value is None else [value]
    return fmean(found) if found else None


def _correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    if len(pairs) < FEW:
        return None
    table = np.asarray(pairs)
    table = table - table.mean(axis=0)
    size = float(np.sqrt((table[:, 0] ** 2).sum() * (table[:, 1] ** 2).sum()))
    return float(table[:, 0] @ table[:, 1]) / size if size > 1e-12 else None


def home_effect(given: Sequence[Given]) -> Effect | None:
    """How many points more a judge gives entries of the own region; None where the scores cannot tell."""
    known = [one for one in given if one.home is not None]
    found = _effect(known, np.asarray([float(bool(one.home)) for one in known]))
    return found and Effect(
        found.estimate, found.low, found.high, found.p, sum(one.home is True for one in known)
    )


def order_effect(given: Sequence[Given]) -> Effect | None:
    """How many points the score changes for each entry that a judge has handed in before; None if untold."""
    return _effect(given, np.asarray([float(one.position) for one in given]))


def _effect(given: Sequence[Given], cause: Vector) -> Effect | None:
    if not given:
        return None
    entry, entries = _places([one.entry for one in given])
    judge, judges = _places([one.judge for one in given])
    parts = len(groups(zip(judge.tolist(), entry.tolist(), strict=True)))
    freedom = len(given) - entries - judges + parts - 1
    if freedom < FREEDOM:
        return None
    points = np.asarray([one.points for one in given])
    score, moved = (_levelled(column, entry, entries, judge, judges) for column in (points, cause))
    size = float(moved @ moved)
    if size <= 1e-6 * max(1.0, float(cause @ cause)):
        return None
    estimate = float(moved @ score) / size
    rest = score - estimate * moved
    error = float(np.sqrt(float(rest @ rest) / freedom / size))
    if error <= 1e-12:
        return None
    reach = t_quantile(SURE, freedom) * error
    p = t_two_sided(estimate / error, freedom)
    return Effect(estimate, estimate - reach, estimate + reach, p, len(given))


def _places(values: Sequence[int]) -> tuple[Numbers, int]:
    order, place = np.unique(np.asarray(values), return_inverse=True)
    return place.astype(np.int64), len(order)


def _levelled(column: Vector, entry: Numbers, entries: int, judge: Numbers, judges: int) -> Vector:
    """The column without the levels of entries and judges, by taking means off in turn until none is left."""
    rest: Vector = column - column.mean()
    of_entry, of_judge = np.bincount(entry, minlength=entries), np.bincount(judge, minlength=judges)
    for _ in range(TURNS):
        rest = rest - (np.bincount(entry, rest, entries) / of_entry)[entry]
        level = np.bincount(judge, rest, judges) / of_judge
        rest = rest - level[judge]
        if float(np.abs(level).max()) < 1e-10:
            break
    return rest
