"""The crossed random-effects model: score = criterion + entry + judge + noise, fitted by REML.

The criterion that is minimised is the profiled REML criterion of Bates, Maechler, Bolker and Walker,
"Fitting Linear Mixed-Effects Models Using lme4", Journal of Statistical Software 67 (2015), eq. 39 to 42.
The entries, by far the largest factor, are eliminated block by block (each is a number), so that what is
left to factor is a matrix of the judges' size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cp_circles.calc.severity.cells import Cells
from cp_circles.calc.severity.descent import least

Vector = NDArray[np.float64]
Numbers = NDArray[np.int64]

LEAST_START, MOST_START = 0.05, 20.0
NEGLIGIBLE = 1e-4


@dataclass(frozen=True)
class Ratings:
    """Ratings as columns of equal length: entry, judge and criterion by position, and the points given.

    `criteria` is the number of criteria; each has a mean of its own (a fixed effect). Points are floats:
    this is statistics, and no official number is made from them without the round's rule.
    """

    entry: Numbers
    judge: Numbers
    criterion: Numbers
    points: Vector
    entries: int
    judges: int
    criteria: int = 1

    @classmethod
    def of(
        cls,
        entry: Sequence[int] | Numbers,
        judge: Sequence[int] | Numbers,
        points: Sequence[float] | Vector,
        *,
        entries: int,
        judges: int,
    ) -> "Ratings":
        """One rating for each entry and judge, without criteria."""
        return cls(
            np.asarray(entry, dtype=np.int64),
            np.asarray(judge, dtype=np.int64),
            np.zeros(len(entry), dtype=np.int64),
            np.asarray(points, dtype=np.float64),
            entries,
            judges,
        )


@dataclass(frozen=True)
class CrossedFit:
    """Variance components, effects with their standard errors, and the criterion that was reached.

    A judge's effect is how much more than an average judge they give; `entry` effects are what is left of
    an entry when that is taken off. `entry_se` and `judge_se` are conditional standard deviations;
    `dense_covariance` is that of judges, then means.
    """

    means: Vector
    mean_se: Vector
    entry: Vector
    entry_se: Vector
    judge: Vector
    judge_se: Vector
    dense_covariance: Vector
    entry_variance: float
    judge_variance: float
    noise_variance: float
    criterion: float
    ratings: int


@dataclass(frozen=True)
class _Solved:
    """The mixed-model equations solved for one pair of relative deviations."""

    criterion: float
    slope: Vector
    diagonal: Vector
    inverse: Vector
    judge: Vector
    means: Vector
    entry: Vector
    squares: float


def fit(ratings: Ratings) -> CrossedFit:
    """The REML fit; raises ValueError where fewer ratings than unknown means are given.

    Scores that do not vary at all give zero variances. Time grows with the number of ratings, and with
    the cube of the number of judges.
    """
    if len(ratings.points) <= ratings.criteria:
        raise ValueError("a fit needs more ratings than criteria")
    equations = _Equations(ratings)
    start, scale = _start(ratings)
    best = least(equations.criterion_and_slope, start, scale=scale)
    deviations = _without_negligible(equations, np.exp(best))
    return equations.told(deviations)


def _start(ratings: Ratings) -> tuple[Vector, Vector]:
    """Logarithms of the relative deviations by moments, and how sharply the criterion bends there.

    The variance of a factor's level means, less what the noise leaves in them, is its first guess; q levels
    with reliability r bend the criterion by about 2 q r^2 for each unit of the logarithm.
    """
    rest = ratings.points - _levels(ratings.points, ratings.criterion, ratings.criteria)[0]
    entry, of_entry = _levels(rest, ratings.entry, ratings.entries)
    judge, of_judge = _levels(rest - entry, ratings.judge, ratings.judges)
    noise = max(float((rest - entry - judge).var()), 1e-12)
    starts, scales = [], []
    for means, counts in (
        (entry[_firsts(ratings.entry)], of_entry),
        (judge[_firsts(ratings.judge)], of_judge),
    ):
        usual = float(counts[counts > 0].mean())
        variance = max(float(means.var()) - noise / usual, 0.0)
        ratio = float(np.clip(np.sqrt(variance / noise), LEAST_START, MOST_START))
        reliability = ratio**2 * usual / (ratio**2 * usual + 1.0)
        starts.append(np.log(ratio))
        scales.append(max(1.0, 2.0 * len(means) * reliability**2))
    return np.array(starts), np.array(scales)


def _levels(points: Vector, place: Numbers, size: int) -> tuple[Vector, Vector]:
    """Each rating's level mean, and how many ratings each level has."""
    counts = np.bincount(place, minlength=size).astype(np.float64)
    return (np.bincount(place, points, size) / np.maximum(counts, 1.0))[place], counts


def _firsts(place: Numbers) -> Numbers:
    """The first rating of each level that has one."""
    return np.unique(place, return_index=True)[1]


def _without_negligible(equations: "_Equations", deviations: Vector) -> Vector:
    """Put a deviation to exactly zero where the criterion is not worse for it."""
    for position in range(2):
        if deviations[position] < 0.05:
            without = deviations.copy()
            without[position] = 0.0
            if equations.solve(without).criterion <= equations.solve(deviations).criterion + NEGLIGIBLE:
                deviations = without
    return deviations


class _Equations:
    """The mixed-model equations of one set of ratings, with all that does not depend on the deviations.

    The dense block holds the judges first and the criterion means after them.
    """

    def __init__(self, ratings: Ratings) -> None:
        self.ratings = ratings
        self.centre = float(ratings.points.mean())
        self.points = ratings.points - self.centre
        self.cells = Cells(ratings.entry, ratings.judge, ratings.criterion, ratings)
        self.counts = np.bincount(ratings.entry, minlength=ratings.entries).astype(np.float64)
        self.entry_sums = np.bincount(ratings.entry, self.points, ratings.entries)
        judge_sums = np.bincount(ratings.judge, self.points, ratings.judges)
        self.dense_sums = np.concatenate(
            [judge_sums, np.bincount(ratings.criterion, self.points, ratings.criteria)]
        )
        self.total_squares = float(self.points @ self.points)
        self.freedom = len(self.points) - ratings.criteria

    def criterion_and_slope(self, logarithms: Vector) -> tuple[float, Vector]:
        """The REML criterion and its slope by the logarithms of the two relative deviations."""
        solved = self.solve(np.exp(logarithms))
        return solved.criterion, solved.slope

    def solve(self, deviations: Vector) -> _Solved:
        """Factor and solve for the deviations of entries and judges relative to the noise."""
        of_entry, of_judge = deviations
        judges = self.ratings.judges
        scale = np.concatenate([np.full(judges, of_judge), np.ones(self.ratings.criteria)])
        diagonal = of_entry**2 * self.counts + 1.0
        weights = of_entry**2 / diagonal
        dense = self.cells.crossed - self.cells.folded(weights)
        dense = scale[:, None] * dense * scale[None, :]
        dense[range(judges), range(judges)] += 1.0
        entry_right = of_entry * self.entry_sums
        right = scale * (self.dense_sums - self.cells.down(weights * self.entry_sums))
        lower = np.linalg.cholesky(dense)
        half = np.linalg.inv(lower)
        inverse = half.T @ half
        solution = inverse @ right
        entry = (entry_right - of_entry * self.cells.across(scale * solution)) / diagonal
        explained = float(entry @ entry_right + solution @ (scale * self.dense_sums))
        squares = max(self.total_squares - explained, 1e-12 * max(self.total_squares, 1e-12))
        determinant = float(np.log(diagonal).sum() + 2.0 * np.log(np.diag(lower)).sum())
        noise = squares / self.freedom
        criterion = determinant + self.freedom * (1.0 + np.log(2.0 * np.pi * noise))
        slope = self._slope(deviations, diagonal, inverse, scale, entry, solution, noise)
        return _Solved(
            criterion, slope, diagonal, inverse, solution[:judges], solution[judges:], entry, squares
        )

    def _slope(
        self,
        deviations: Vector,
        diagonal: Vector,
        inverse: Vector,
        scale: Vector,
        entry: Vector,
        solution: Vector,
        noise: float,
    ) -> Vector:
        """The slope by logarithms: from the trace of the inverse, and from the shrunken effects' squares."""
        judges = self.ratings.judges
        of_entry = deviations[0]
        fold = scale[:, None] * self.cells.folded(of_entry**2 / diagonal**2) * scale[None, :]
        trace_entry = float((1.0 / diagonal).sum() + (fold * inverse).sum())
        trace_judge = float(np.trace(inverse[:judges, :judges]))
        judge = solution[:judges]
        return np.array(
            [
                2.0 * (self.ratings.entries - trace_entry) - 2.0 * float(entry @ entry) / noise,
                2.0 * (judges - trace_judge) - 2.0 * float(judge @ judge) / noise,
            ]
        )

    def told(self, deviations: Vector) -> CrossedFit:
        """The solution in points, with standard errors."""
        solved = self.solve(deviations)
        of_entry, of_judge = deviations
        judges, noise = self.ratings.judges, solved.squares / self.freedom
        scale = np.concatenate([np.full(judges, of_judge), np.ones(self.ratings.criteria)])
        spread = scale[:, None] * solved.inverse * scale[None, :]
        across = self.cells.quadratic(spread)
        in_entry = 1.0 / solved.diagonal + of_entry**2 * across / solved.diagonal**2
        dense_se = np.sqrt(noise * np.diag(spread))
        return CrossedFit(
            means=solved.means + self.centre,
            mean_se=dense_se[judges:],
            entry=of_entry * solved.entry,
            entry_se=of_entry * np.sqrt(noise * in_entry),
            judge=of_judge * solved.judge,
            judge_se=dense_se[:judges],
            dense_covariance=noise * spread,
            entry_variance=float(of_entry**2 * noise),
            judge_variance=float(of_judge**2 * noise),
            noise_variance=float(noise),
            criterion=solved.criterion,
            ratings=len(self.points),
        )
