"""How sure the places are: drawn again and again from what the scores leave open.

Given the variance components, judges and entries are jointly normal around their fitted effects. The
judges' effects are drawn together, each entry's then on its own, so that the common doubt about a judge
moves all of their entries at once. Stages are drawn apart and added by their weights. The seed is fixed:
the same scores give the same interval. What is drawn equal is placed by lot.
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
LOT = 1e-9


@dataclass(frozen=True)
class Part:
    """One stage of judging: its ratings, their fit, and the weight of its entry effects in the total."""

    ratings: Ratings
    fitted: CrossedFit
    weight: float = 1.0


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
    parts: Sequence[Part],
    races: Sequence[Sequence[int]],
    quotas: Mapping[int, int],
    *,
    draws: int = DRAWS,
) -> Places:
    """Places within each race (a list of entries that compete for one order); parts share their entries.

    `quotas` gives the number that goes up from a race, by the race's position; 1 is the best place.
    """
    entries = parts[0].ratings.entries
    low, high = [0] * entries, [0] * entries
    chance: list[float | None] = [None] * entries
    drawn = [np.empty((draws, len(race)), dtype=np.int32) for race in races]
    done, random = 0, np.random.default_rng(SEED - 1)
    for effects in _drawn_totals(parts, draws):
        for race, kept in zip(races, drawn, strict=True):
            lot = LOT * random.random((len(effects), len(race)))
            order = np.argsort(lot - effects[:, race], axis=1, kind="stable")
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


def _drawn_totals(parts: Sequence[Part], draws: int) -> Iterator[Vector]:
    """Weighted sums of the parts' entry effects, some draws at a time."""
    most = max(len(part.ratings.points) for part in parts)
    portion = max(1, AT_ONCE // max(1, most))
    drawing = [_drawn_effects(part, draws, portion, SEED + n) for n, part in enumerate(parts)]
    for together in zip(*drawing, strict=True):
        yield sum(
            (part.weight * effects for part, effects in zip(parts, together, strict=True)),
            np.zeros_like(together[0]),
        )


def _drawn_effects(part: Part, draws: int, portion: int, seed: int) -> Iterator[Vector]:
    """Entry effects, `portion` draws at a time: rows are draws, columns entries."""
    ratings, fitted = part.ratings, part.fitted
    random = np.random.default_rng(seed)
    judges = ratings.judges
    centre = np.concatenate([fitted.judge, fitted.means])
    root = _root(fitted.dense_covariance)
    counts = np.bincount(ratings.entry, minlength=ratings.entries)
    ratio = fitted.entry_variance / fitted.noise_variance if fitted.noise_variance else 0.0
    shrink = ratio / (ratio * counts + 1.0)
    doubt = np.sqrt(fitted.noise_variance * shrink)
    for start in range(0, draws, portion):
        size = min(portion, draws - start)
        dense = centre[None, :] + random.standard_normal((size, len(centre))) @ root.T
        rest = ratings.points[None, :] - dense[:, ratings.judge] - dense[:, judges + ratings.criterion]
        sums = np.stack([np.bincount(ratings.entry, row, ratings.entries) for row in rest])
        yield sums * shrink + random.standard_normal(sums.shape) * doubt


def _root(covariance: Vector) -> Vector:
    """The symmetric square root of a covariance that may be singular: the same on every machine."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T)
