"""The assignment of a nation's stage: 10,000 entries x 5 judges out of 600 with recusals, and its growth."""

import math
import random
import statistics
from time import perf_counter

import numpy as np

from cp_circles.calc.assignment import BARRED, assign

SIZES = ((100, 30), (1_000, 120), (10_000, 600))
PANEL = 5
ROUNDS = 1
BARRED_SHARE = 0.02


def measured() -> list[str]:
    """The lines of the report: seconds by size, and the exponent of growth."""
    lines, seconds = (
        ["## Assignment", "", "Proven to be the least cost; one pass of numpy sorts each row.", ""],
        [],
    )
    for entries, judges in SIZES:
        chance = np.random.default_rng(random.Random(entries).randrange(2**32))
        costs = chance.integers(0, 30, size=(entries, judges), dtype=np.int64)
        costs[chance.random((entries, judges)) < BARRED_SHARE] = BARRED
        took = []
        for _ in range(ROUNDS):
            began = perf_counter()
            found = assign(costs, [PANEL] * entries, [entries] * judges)
            took.append(perf_counter() - began)
        seconds.append(statistics.median(took))
        spread = max(found.loads) - min(found.loads)
        began = perf_counter()
        np.argsort(costs, axis=1)
        base = perf_counter() - began
        lines.append(
            f"- {entries:,} entries x {PANEL} of {judges}: {seconds[-1]:.2f} s"
            f" ({seconds[-1] / base:.0f} x one numpy sort of the same costs),"
            f" loads differ by {spread}, {sum(found.short)} short"
        )
    growth = math.log(seconds[-1] / seconds[-2]) / math.log(SIZES[-1][0] / SIZES[-2][0])
    return [*lines, f"- grows with the entries by the power {growth:.2f}; goal at 10,000: 5 s"]


if __name__ == "__main__":
    print("\n".join(measured()))
