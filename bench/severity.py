"""Ranking error of raw means, per-judge z-scores and corrected scores, and how long a fit takes.

Run `python -m bench.severity`. The ranking error is Kendall's distance to the true order: the share of pairs
of entries that stand the wrong way round. Entries differ by 5 points and chance by 4; the judges' severity,
the design of the panels and the size vary. `BENCH_SMALL=1` leaves the largest fits out.
"""

import os
import resource
from collections.abc import Callable
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from cp_circles.calc.severity.crossed import Ratings, fit

Vector = NDArray[np.float64]
Numbers = NDArray[np.int64]

ENTRY, NOISE = 5.0, 4.0
SEVERITIES = (0.0, 2.0, 4.0, 8.0)
SIZES = ((30, 6, 3), (120, 24, 3))
REPEATS = 60
FITS = ((1_000, 50, 7), (10_000, 150, 7), (100_000, 500, 7))


def everybody(random: np.random.Generator, entries: int, judges: int, each: int) -> tuple[Numbers, Numbers]:
    """The same `each` judges read every entry."""
    return np.repeat(np.arange(entries), each), np.tile(np.arange(each), entries)


def drawn(random: np.random.Generator, entries: int, judges: int, each: int) -> tuple[Numbers, Numbers]:
    """Each entry is read by judges drawn anew."""
    judge = random.random((entries, judges)).argpartition(each, axis=1)[:, :each]
    return np.repeat(np.arange(entries), each), judge.ravel()


def anchored(random: np.random.Generator, entries: int, judges: int, each: int) -> tuple[Numbers, Numbers]:
    """Panels of fixed judges share out the entries; three anchor entries are read by everybody."""
    panels = judges // each
    panel = np.arange(entries) % panels
    entry = np.repeat(np.arange(entries), each)
    judge = (panel[:, None] * each + np.arange(each)[None, :]).ravel()
    kept = entry >= 3
    anchors = np.repeat(np.arange(3), judges), np.tile(np.arange(judges), 3)
    return np.concatenate([anchors[0], entry[kept]]), np.concatenate([anchors[1], judge[kept]])


DESIGNS: dict[str, Callable[[np.random.Generator, int, int, int], tuple[Numbers, Numbers]]] = {
    "everybody reads all": everybody,
    "judges drawn per entry": drawn,
    "fixed panels, 3 anchors": anchored,
}


def main() -> None:
    """Print both tables."""
    print("\n".join(measured()))


def measured() -> list[str]:
    """Both tables under a heading."""
    return ["## Severity of judges", "", *ranking_lines(), "", *fit_lines()]


def ranking_lines() -> list[str]:
    """The simulation table: mean ranking error in per cent of pairs."""
    lines = [
        f"Ranking error in per cent of pairs, mean of {REPEATS} simulated rounds (standard error below 0.5):",
        "",
        "| entries | panels | severity | raw mean | z per judge | corrected |",
        "|---|---|---|---|---|---|",
    ]
    for entries, judges, each in SIZES:
        for name, design in DESIGNS.items():
            for severity in SEVERITIES:
                errors = [_errors(design, entries, judges, each, severity, seed) for seed in range(REPEATS)]
                raw, z, corrected = np.mean(errors, axis=0) * 100
                lines.append(f"| {entries} | {name} | {severity:g} | {raw:.1f} | {z:.1f} | {corrected:.1f} |")
    return lines


def _errors(
    design: Callable[[np.random.Generator, int, int, int], tuple[Numbers, Numbers]],
    entries: int,
    judges: int,
    each: int,
    severity: float,
    seed: int,
) -> tuple[float, float, float]:
    random = np.random.default_rng(seed)
    entry, judge = design(random, entries, judges, each)
    true = random.normal(0, ENTRY, entries)
    strict = random.normal(0, 1, judges) * severity
    points = 80 + true[entry] + strict[judge] + random.normal(0, NOISE, len(entry))
    seat, judge = np.unique(judge, return_inverse=True)
    fitted = fit(Ratings.of(entry, judge, points, entries=entries, judges=len(seat)))
    scores = (
        _mean(points, entry, entries),
        _mean(_standardised(points, judge, len(seat)), entry, entries),
        fitted.entry,
    )
    raw, z, corrected = (_distance(score, true) for score in scores)
    return raw, z, corrected


def _mean(points: Vector, place: Numbers, size: int) -> Vector:
    return np.bincount(place, points, size) / np.bincount(place, minlength=size)


def _standardised(points: Vector, judge: Numbers, judges: int) -> Vector:
    rest = points - _mean(points, judge, judges)[judge]
    spread = np.sqrt(_mean(rest**2, judge, judges))
    return rest / np.where(spread > 0, spread, 1.0)[judge]


def _distance(score: Vector, true: Vector) -> float:
    """Kendall's distance: the share of pairs in the wrong order; a tie counts half."""
    upper = np.triu_indices(len(score), 1)
    ours = np.sign(score[upper[0]] - score[upper[1]])
    theirs = np.sign(true[upper[0]] - true[upper[1]])
    return float((1 - ours * theirs).mean() / 2)


def fit_lines() -> list[str]:
    """How long a fit takes: panels of seven, and one of the size of InstEval with uneven numbers."""
    lines = [
        "Time of one severity fit (REML, all effects and standard errors), best of three:",
        "",
        "| entries | judges | ratings | seconds | exponent | one pass of numpy |",
        "|---|---|---|---|---|---|",
    ]
    sizes = FITS[:2] if os.environ.get("BENCH_SMALL") else FITS
    before: tuple[int, float] | None = None
    for entries, judges, each in sizes:
        random = np.random.default_rng(1)
        entry, judge = drawn(random, entries, judges, each)
        seconds, base = _timed(random, entry, judge, entries, judges)
        exponent = f"{np.log(seconds / before[1]) / np.log(len(entry) / before[0]):.2f}" if before else "–"
        before = len(entry), seconds
        lines.append(
            f"| {entries:,} | {judges} | {len(entry):,} | {seconds:.2f} | {exponent} | {base * 1000:.1f} ms |"
        )
    random = np.random.default_rng(2)
    entry, judge = random.integers(0, 2_972, 73_421), random.integers(0, 1_128, 73_421)
    seconds, base = _timed(random, entry, judge, 2_972, 1_128)
    lines.append(f"| 2,972 | 1128 | 73,421 | {seconds:.2f} | uneven | {base * 1000:.1f} ms |")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        *lines,
        "",
        f"Most memory {most:.0f} MiB. lme4 needed 21 s and 12.7 s for the two largest (promises).",
    ]


def _timed(
    random: np.random.Generator, entry: Numbers, judge: Numbers, entries: int, judges: int
) -> tuple[float, float]:
    points = 80 + random.normal(0, 5, entries)[entry] + random.normal(0, 3, judges)[judge]
    points += random.normal(0, 4, len(entry))
    ratings = Ratings.of(entry, judge, points, entries=entries, judges=judges)
    fits, passes = [], []
    for _ in range(3):
        start = perf_counter()
        fit(ratings)
        middle = perf_counter()
        _mean(points, entry, entries)
        fits.append(middle - start)
        passes.append(perf_counter() - middle)
    return min(fits), min(passes)


if __name__ == "__main__":
    main()
