"""How sure the places are: drawn again and again from what the scores leave open.

Given the variance components, judges and entries are jointly normal around their fitted effects. The
judges' effects are drawn together, each entry's then on its own, so that the common doubt about a judge
moves all of their entries at once. The seed is fixed: the same scores give the same interval.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cp_circles.calc.severity.crossed import CrossedFit, Ratings

Vector = NDArray[np.float64]

DRAWS = 2_000
SEED = 20_260_101
SHARE = 0.9
UNDECIDED = 0.05
AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Places:
    """For each entry, the places between which it stands with 90 %, and its chance to be within the quota.

    `chance` is None for an entry without a quota.
    """

    low: tuple[int, ...]
    high: tuple[int, ...]
    chance: tuple[float | None, ...]

    def undecided(self, entry: int) -> bool:
        """Whether the scores leave open on which side of the cut the entry belongs."""
        chance = self.chance[entry]
        return chance is not None and UNDECIDED < chance < 1.0 - UNDECIDED


def places(
    ratings: Ratings,
    fitted: CrossedFit,
    races: Sequence[Sequence[int]],
    quotas: Mapping[int, int],
    *,
    draws: int = DRAWS,
) -> Places:
    """Places within each race (a list of entries that compete for one order).

    `quotas` gives the number that goes up from a race, by the race's position; 1 is the best place.
    """
    entries = ratings.entries
    low, high = [0] * entries, [0] * entries
    chance: list[float | None] = [None] * entries
    drawn = [np.empty((draws, len(race)), dtype=np.int32) for race in races]
    done = 0
    for effects in _drawn_effects(ratings, fitted, draws):
        for race, kept in zip(races, drawn, strict=True):
            order = np.argsort(-effects[:, race], axis=1, kind="stable")
            rows = np.arange(len(effects))[:, None]
            kept[done + rows, order] = np.arange(1, len(race) + 1)[None, :]
        done += len(effects)
    for number, (race, kept) in enumerate(zip(races, drawn, strict=True)):
        edges = np.quantile(kept, [(1 - SHARE) / 2, (1 + SHARE) / 2], axis=0, method="inverted_cdf")
        for position, entry in enumerate(race):
            low[entry], high[entry] = int(edges[0, position]), int(edges[1, position])
            if number in quotas:
                chance[entry] = float((kept[:, position] <= quotas[number]).mean())
    return Places(tuple(low), tuple(high), tuple(chance))


def _drawn_effects(ratings: Ratings, fitted: CrossedFit, draws: int) -> Iterator[Vector]:
    """Entry effects, some draws at a time: rows are draws, columns entries."""
    random = np.random.default_rng(SEED)
    judges = ratings.judges
    centre = np.concatenate([fitted.judge, fitted.means])
    root = _root(fitted.dense_covariance)
    counts = np.bincount(ratings.entry, minlength=ratings.entries)
    ratio = fitted.entry_variance / fitted.noise_variance if fitted.noise_variance else 0.0
    shrink = ratio / (ratio * counts + 1.0)
    doubt = np.sqrt(fitted.noise_variance * shrink)
    portion = max(1, AT_ONCE // max(1, len(ratings.points)))
    for start in range(0, draws, portion):
        size = min(portion, draws - start)
        dense = centre[None, :] + random.standard_normal((size, len(centre))) @ root.T
        rest = ratings.points[None, :] - dense[:, ratings.judge] - dense[:, judges + ratings.criterion]
        sums = np.stack([np.bincount(ratings.entry, row, ratings.entries) for row in rest])
        yield sums * shrink + random.standard_normal(sums.shape) * doubt


def _root(covariance: Vector) -> Vector:
    """A square root of a covariance that may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.clip(values, 0.0, None)))
