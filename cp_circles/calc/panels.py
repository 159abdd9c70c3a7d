"""What the scores of a panel say about the panel: agreement, habits of single judges, home and order effects.

The effects are least-squares estimates with every entry's and every judge's own level taken out, so that a
strict judge or a good entry is not taken for an effect (Frisch, Waugh and Lovell).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from cp_circles.calc.agreement.alpha import interval_alpha
from cp_circles.calc.agreement.concordance import kendall_w
from cp_circles.calc.agreement.intraclass import intraclass
from cp_circles.calc.distributions import t_quantile, t_two_sided
from cp_circles.calc.severity.connected import groups_of

Vector = NDArray[np.float64]
Numbers = NDArray[np.int64]

UNKNOWN = -1
FEW = 4
FREEDOM = 3
SURE = 0.95
TURNS = 500


@dataclass(frozen=True)
class Given:
    """Scores as columns of equal length: entry, judge, points, and points by criterion (NaN for none).

    `position` is the score's place in the order in which the judge handed in, from 1; `home` is 1 where the
    entry comes from the judge's own region, 0 where not, UNKNOWN where that is not known.
    """

    entry: Numbers
    judge: Numbers
    points: Vector
    criteria: Mapping[str, Vector]
    position: Numbers
    home: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.points)

    def where(self, chosen: NDArray[np.bool_]) -> "Given":
        """Some of the scores."""
        criteria = {key: column[chosen] for key, column in self.criteria.items()}
        return Given(
            self.entry[chosen],
            self.judge[chosen],
            self.points[chosen],
            criteria,
            self.position[chosen],
            self.home[chosen],
        )


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


def agreement(given: Given, variances: tuple[float, float, float] | None) -> Agreement:
    """Agreement of a track's scores; `variances` of entries, judges and noise serve incomplete panels."""
    entries, judges = len(np.unique(given.entry)), len(np.unique(given.judge))
    per_entry = len(given) / entries if entries else 0.0
    complete = judges > 1 and entries > 1 and len(given) == judges * entries
    table: list[list[float]] = []
    if complete:
        table = given.points[np.lexsort((given.judge, given.entry))].reshape(entries, judges).tolist()
    single, low, high, mean = _intraclass(table, variances, per_entry)
    order = kendall_w(table) if complete else None
    return Agreement(
        complete=complete,
        judges=per_entry,
        single=single,
        low=low,
        high=high,
        mean=mean,
        alpha=interval_alpha(given.entry, given.points),
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


def habits(given: Given) -> tuple[Habits, ...]:
    """The habits of every judge, by number; correlations need four entries or more."""
    judges, seat = np.unique(given.judge, return_inverse=True)
    own = [
        rows
        for rows in np.split(np.argsort(seat, kind="stable"), np.cumsum(np.bincount(seat))[:-1])
        if len(rows)
    ]
    spreads = [float(given.points[rows].std(ddof=1)) if len(rows) >= FEW else None for rows in own]
    known = [spread for spread in spreads if spread is not None]
    middle = median(known) if len(known) > 1 else 0.0
    points = np.stack([given.criteria[key] for key in sorted(given.criteria)] or [given.points[:0]], axis=1)
    others = _others(given, points)
    return tuple(
        Habits(
            judge=judge,
            count=len(rows),
            mean=float(given.points[rows].mean()),
            spread=spread,
            ratio=spread / middle if spread is not None and middle > 0.0 else None,
            within=_correlated(points[rows], points[rows]) if len(points) else None,
            across=_correlated(points[rows], others[rows]) if len(points) else None,
        )
        for judge, rows, spread in zip(judges.tolist(), own, spreads, strict=True)
    )


def _others(given: Given, points: Vector) -> Vector:
    """For each score and criterion the mean that all other judges gave the entry; NaN where there is none."""
    answer = np.full(points.shape, np.nan)
    _known, entry = np.unique(given.entry, return_inverse=True)
    for number in range(points.shape[1] if len(points) else 0):
        column = points[:, number]
        there = ~np.isnan(column)
        counts = np.bincount(entry, there)[entry]
        sums = np.bincount(entry, np.where(there, column, 0.0))[entry]
        some = there & (counts > 1)
        answer[some, number] = (sums[some] - column[some]) / (counts[some] - 1)
    return answer


def _correlated(own: Vector, beside: Vector) -> float | None:
    """The mean correlation of one criterion with another one beside it, over all pairs of columns."""
    columns = range(own.shape[1])
    if np.isnan(own).any() or np.isnan(beside).any():
        found = [
            _correlations(own[both][:, [first]], beside[both][:, [second]])
            for first in columns
            for second in columns
            if first != second
            for both in [~np.isnan(own[:, first]) & ~np.isnan(beside[:, second])]
        ]
        values = np.array([one[0, 0] for one in found])
    else:
        values = _correlations(own, beside)[~np.eye(len(columns), dtype=bool)]
    values = values[~np.isnan(values)]
    return float(values.mean()) if len(values) else None


def _correlations(first: Vector, second: Vector) -> Vector:
    """The correlation of every column with every other one, NaN where it cannot be told."""
    answer = np.full((first.shape[1], second.shape[1]), np.nan)
    if len(first) < FEW:
        return answer
    first, second = first - first.mean(axis=0), second - second.mean(axis=0)
    size = np.sqrt(np.outer((first**2).sum(axis=0), (second**2).sum(axis=0)))
    np.divide(first.T @ second, size, out=answer, where=size > 1e-12)
    return answer


def home_effect(given: Given) -> Effect | None:
    """How many points more a judge gives entries of the own region; None where the scores cannot tell."""
    known = given.where(given.home != UNKNOWN)
    found = _effect(known, known.home.astype(np.float64))
    return found and Effect(found.estimate, found.low, found.high, found.p, int((known.home == 1).sum()))


def order_effect(given: Given) -> Effect | None:
    """How many points the score changes for each entry that a judge has handed in before; None if untold."""
    return _effect(given, given.position.astype(np.float64))


def _effect(given: Given, cause: Vector) -> Effect | None:
    if not len(given):
        return None
    listed, entry = np.unique(given.entry, return_inverse=True)
    panel, judge = np.unique(given.judge, return_inverse=True)
    entries, judges = len(listed), len(panel)
    parts = len(groups_of(judge, entry))
    freedom = len(given) - entries - judges + parts - 1
    if freedom < FREEDOM:
        return None
    score, moved = (_levelled(column, entry, entries, judge, judges) for column in (given.points, cause))
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
