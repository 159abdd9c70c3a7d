"""The many-facet Rasch model for rubrics with ordered levels, by joint maximum likelihood.

J. M. Linacre, Many-Facet Rasch Measurement (1994), with the rating-scale thresholds of D. Andrich,
Psychometrika 43 (1978): log(P(k) / P(k - 1)) = entry - judge - criterion - threshold(k). Entries and
criteria are centred on zero, the thresholds add up to zero, the judges carry the level. Measures are in
logits; a judge's is how severe they are, a criterion's how hard it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Numbers = NDArray[np.int64]

CLOSE_ENOUGH = 1e-6
TURNS = 5_000
LONGEST = 1.0
EXTREME = 0.3


@dataclass(frozen=True)
class Levels:
    """Ratings as columns of equal length; `level` is a whole number, the least one is the lowest level."""

    entry: Numbers
    judge: Numbers
    criterion: Numbers
    level: Numbers
    entries: int
    judges: int
    criteria: int

    @classmethod
    def of(
        cls,
        rows: Sequence[tuple[int, int, int, int]],
        *,
        entries: int,
        judges: int,
        criteria: int,
    ) -> "Levels":
        """From (entry, judge, criterion, level) rows, the first three by position from zero."""
        table = np.asarray(rows, dtype=np.int64).reshape(-1, 4)
        return cls(table[:, 0], table[:, 1], table[:, 2], table[:, 3], entries, judges, criteria)


@dataclass(frozen=True)
class Facet:
    """Measures of one facet's elements with standard errors and mean-square fit (1 is as expected).

    `extreme` marks elements whose ratings are all lowest or all highest: their measure is a bound, taken
    with their sum moved inwards by 0.3 of a level.
    """

    measure: Vector
    se: Vector
    infit: Vector
    outfit: Vector
    extreme: NDArray[np.bool_]


@dataclass(frozen=True)
class FacetsFit:
    """The three facets, the thresholds between the levels that occur, and the log-likelihood."""

    entry: Facet
    judge: Facet
    criterion: Facet
    levels: tuple[int, ...]
    thresholds: Vector
    log_likelihood: float


@dataclass(frozen=True)
class _Expected:
    probability: Vector
    mean: Vector
    variance: Vector
    fourth: Vector


def fit_facets(ratings: Levels) -> FacetsFit:
    """Fit the model; levels nobody used are closed up. ValueError where fewer than two levels occur."""
    levels, used = np.unique(ratings.level, return_inverse=True)
    if len(levels) < 2:
        raise ValueError("a fit needs ratings on two levels at least")
    model = _Model(ratings, used, len(levels))
    model.converge()
    return FacetsFit(
        entry=model.facet(0),
        judge=model.facet(1),
        criterion=model.facet(2),
        levels=tuple(int(level) for level in levels),
        thresholds=model.thresholds,
        log_likelihood=model.log_likelihood(),
    )


class _Model:
    """Measures that move by Newton steps, facet after facet, until none moves.

    Extreme elements say nothing about the others: their ratings are set aside, and their own measures are
    found last, with all others held.
    """

    def __init__(self, ratings: Levels, used: Numbers, levels: int) -> None:
        self.levels = levels
        self.every = (ratings.entry, ratings.judge, ratings.criterion)
        self.every_used = used
        self.sizes = (ratings.entries, ratings.judges, ratings.criteria)
        self.signs = (1.0, -1.0, -1.0)
        self.measures = [np.zeros(size) for size in self.sizes]
        self.thresholds = np.zeros(levels - 1)
        self.extreme = [np.zeros(size, dtype=np.bool_) for size in self.sizes]
        kept = self._set_extremes_aside()
        self.places, self.used = tuple(place[kept] for place in self.every), used[kept]
        self.sums = [
            np.bincount(place, self.used, size) for place, size in zip(self.places, self.sizes, strict=True)
        ]
        self.reached = np.array([(self.used >= level).sum() for level in range(1, levels)], dtype=np.float64)

    def _set_extremes_aside(self) -> NDArray[np.bool_]:
        """Mark elements that hold lowest or highest levels only, again and again; gives the ratings left."""
        kept = np.ones(len(self.every_used), dtype=np.bool_)
        while True:
            found = False
            for place, size, extreme in zip(self.every, self.sizes, self.extreme, strict=True):
                count = np.bincount(place[kept], minlength=size)
                total = np.bincount(place[kept], self.every_used[kept], size)
                new = (count > 0) & ((total <= 0) | (total >= count * (self.levels - 1)))
                extreme |= new
                kept &= ~new[place]
                found = found or bool(new.any())
            if not found:
                return kept

    def converge(self) -> None:
        """Turn until no measure moves by more than CLOSE_ENOUGH logits; ValueError where that never comes."""
        for _ in range(TURNS):
            moved = max(*(self._move_facet(which) for which in range(3)), self._move_thresholds())
            if moved < CLOSE_ENOUGH:
                self.places, self.used = self.every, self.every_used
                self._place_extremes()
                return
        raise ValueError("the measures did not settle")

    def expected(self) -> _Expected:
        """Probability of each level, its mean, variance and fourth central moment, for every rating."""
        steps = np.arange(self.levels)
        height = np.concatenate([[0.0], np.cumsum(self.thresholds)])
        power = self._location()[:, None] * steps[None, :] - height[None, :]
        probability = np.exp(power - power.max(axis=1, keepdims=True))
        probability /= probability.sum(axis=1, keepdims=True)
        mean = probability @ steps
        away = steps[None, :] - mean[:, None]
        return _Expected(
            probability, mean, (probability * away**2).sum(axis=1), (probability * away**4).sum(axis=1)
        )

    def _location(self) -> Vector:
        return sum(
            (
                sign * measure[place]
                for sign, measure, place in zip(self.signs, self.measures, self.places, strict=True)
            ),
            np.zeros(len(self.used)),
        )

    def _move_facet(self, which: int) -> float:
        expected, place, size = self.expected(), self.places[which], self.sizes[which]
        mean = np.bincount(place, expected.mean, size)
        information = np.bincount(place, expected.variance, size)
        step = np.divide(self.sums[which] - mean, information, out=np.zeros(size), where=information > 0.0)
        step = np.clip(step, -LONGEST, LONGEST)
        before = self.measures[which].copy()
        self.measures[which] += self.signs[which] * step
        if which != 1:
            held = information > 0.0
            level = self.measures[which][held].mean() if held.any() else 0.0
            self.measures[which] -= level
            self.measures[1] -= self.signs[which] * level
        return float(np.abs(self.measures[which] - before).max(initial=0.0))

    def _place_extremes(self) -> None:
        """Give extreme elements the measure of a sum moved inwards, all others held."""
        for which, (place, size) in enumerate(zip(self.places, self.sizes, strict=True)):
            extreme = self.extreme[which]
            top = np.bincount(place, minlength=size) * (self.levels - 1.0)
            wanted = np.clip(np.bincount(place, self.used, size), EXTREME, top - EXTREME)
            for _ in range(TURNS if extreme.any() else 0):
                expected = self.expected()
                missing = wanted - np.bincount(place, expected.mean, size)
                information = np.maximum(np.bincount(place, expected.variance, size), 1e-9)
                step = np.where(extreme, np.clip(missing / information, -LONGEST, LONGEST), 0.0)
                self.measures[which] += self.signs[which] * step
                if float(np.abs(step).max()) < CLOSE_ENOUGH:
                    break

    def _move_thresholds(self) -> float:
        probability = self.expected().probability
        above = np.flip(np.cumsum(np.flip(probability, axis=1), axis=1), axis=1)[:, 1:]
        information = np.minimum.outer(above.sum(axis=0), above.sum(axis=0)) - above.T @ above
        step = np.linalg.lstsq(information, above.sum(axis=0) - self.reached, rcond=None)[0]
        before = self.thresholds.copy()
        self.thresholds = before + np.clip(step, -LONGEST, LONGEST)
        level = self.thresholds.mean()
        self.thresholds = self.thresholds - level
        self.measures[1] += level
        return float(np.abs(self.thresholds - before).max(initial=0.0))

    def facet(self, which: int) -> Facet:
        """One facet's measures with what they are worth."""
        expected, place, size = self.expected(), self.places[which], self.sizes[which]
        information = np.bincount(place, expected.variance, size)
        rest = (self.used - expected.mean) ** 2
        count = np.maximum(np.bincount(place, minlength=size), 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return Facet(
                measure=self.measures[which],
                se=np.where(information > 0.0, 1.0 / np.sqrt(information), np.inf),
                infit=np.bincount(place, rest, size) / information,
                outfit=np.bincount(place, rest / expected.variance, size) / count,
                extreme=self.extreme[which],
            )

    def log_likelihood(self) -> float:
        """The log-likelihood of the ratings at the measures."""
        probability = self.expected().probability
        return float(np.log(probability[np.arange(len(self.used)), self.used]).sum())
