"""Closing a round: standing, severity, promotion of N entries x 7 judges x 6 criteria, and one numpy pass.

`python -m bench.closing [largest]`. What is timed is the computing (`compute_rows`), not the storing.
"""

import math
import random
import sys
import time
from decimal import Decimal

import numpy as np

from cp_circles.judging.working import EntryFact, RoundFacts, SheetFact, compute_rows
from cp_circles.rulesets.loader import shipped
from cp_circles.rulesets.schema import RoundRule, Rubric

JUDGES, STAGE, TRACK = 7, "paper", "problem_solving"
SIZES = (1_000, 10_000, 100_000)
POOL = 70


def facts_of(entries: int, rubric: Rubric, chance: random.Random) -> RoundFacts:
    """A round in which every entry was scored by 7 of 70 judges."""
    sheets = []
    for entry in range(entries):
        for judge in range(JUDGES):
            points = {row.key: Decimal(chance.randint(0, int(row.points) * 2)) / 2 for row in rubric.criteria}
            texts = {key: f"{value:f}" for key, value in points.items()}
            number = (entry * JUDGES + judge * 11) % POOL
            total = sum(points.values(), Decimal(0))
            sheets.append(SheetFact(entry, number, STAGE, "submitted", texts, total, ""))
    listed = [EntryFact(entry, entry + 1, TRACK, {}) for entry in range(entries)]
    return RoundFacts(1, Decimal(60), 1, {TRACK: entries // 5}, True, listed, sheets)


def numpy_pass(points: np.ndarray) -> float:
    """Seconds of one pass: totals, highest and lowest dropped, means, order."""
    began = time.perf_counter()
    totals = points.sum(axis=2)
    means = (totals.sum(axis=1) - totals.max(axis=1) - totals.min(axis=1)) / (JUDGES - 2)
    np.argsort(-means, kind="stable")
    return time.perf_counter() - began


def measured(largest: int = SIZES[-1]) -> list[str]:
    """The section of the report."""
    packs = [one.pack for one in shipped()]
    rule = next(p for p in packs if isinstance(p, RoundRule) and p.key == "paper_blind")
    rubric = next(p for p in packs if isinstance(p, Rubric) and p.key == "t2_problem_solving")
    lines = ["## Closing a round", "", f"N entries x {JUDGES} judges x {len(rubric.criteria)} criteria.", ""]
    lines += ["| entries | seconds | one numpy pass | times | growth exponent |", "|---|---|---|---|---|"]
    before: tuple[int, float] | None = None
    for size in (size for size in SIZES if size <= largest):
        chance = random.Random(size)
        facts = facts_of(size, rubric, chance)
        array = np.array([[float(t) for t in s.points.values()] for s in facts.sheets])
        reference = numpy_pass(array.reshape(size, JUDGES, len(rubric.criteria)))
        began = time.perf_counter()
        compute_rows(facts, rule, {TRACK: {STAGE: rubric}})
        taken = time.perf_counter() - began
        growth = math.log(taken / before[1]) / math.log(size / before[0]) if before else None
        shown = "" if growth is None else f"{growth:.2f}"
        lines.append(f"| {size} | {taken:.2f} | {reference:.4f} | {taken / reference:.0f} | {shown} |")
        before = size, taken
    return lines


if __name__ == "__main__":
    print("\n".join(measured(int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1])))
