"""The assignment equals brute force, never takes a barred pair, and says who is short."""

import numpy as np
import pytest

from cp_circles.calc import assignment
from cp_circles.calc.assignment import BARRED, assign


def brute(costs, needs, limits):
    """The least (shortage, sum of squared loads, cost) over all sets of allowed pairs."""
    cells = list(zip(*np.nonzero(costs != BARRED), strict=True))
    best = None
    for mask in range(1 << len(cells)):
        chosen = [cells[n] for n in range(len(cells)) if mask >> n & 1]
        need, load = np.zeros(len(needs), int), np.zeros(len(limits), int)
        for entry, judge in chosen:
            need[entry] += 1
            load[judge] += 1
        if (need > needs).any() or (load > limits).any():
            continue
        key = (int(sum(needs) - need.sum()), int((load**2).sum()), int(sum(costs[pair] for pair in chosen)))
        best = key if best is None else min(best, key)
    return best


@pytest.mark.parametrize("part", range(5))
def test_it_equals_brute_force_on_small_cases(part):
    for seed in range(part * 100, part * 100 + 100):
        random = np.random.default_rng(seed)
        entries, judges = random.integers(1, 4), random.integers(1, 4)
        costs = random.integers(BARRED, 6, (entries, judges))
        needs, limits = random.integers(0, 3, entries), random.integers(0, 3, judges)
        found = assign(costs, list(needs), list(limits))
        assert all(costs[pair] != BARRED for pair in found.pairs)
        reached = (sum(found.short), sum(load * load for load in found.loads), found.cost)
        assert reached == brute(costs, needs, limits), seed


def test_loads_differ_by_at_most_one_where_nobody_is_barred():
    random = np.random.default_rng(1)
    found = assign(random.integers(0, 10, (50, 7)), [3] * 50, [50] * 7)
    assert max(found.loads) - min(found.loads) <= 1 and sum(found.loads) == 150


def test_what_judges_hold_already_counts_as_load():
    found = assign(np.zeros((2, 2), dtype=int), [1, 1], [5, 5], held=[4, 0])
    assert found.loads == (4, 2)


def test_who_lacks_judges_is_told():
    found = assign(np.array([[0, BARRED], [BARRED, BARRED]]), [2, 1], [5, 5])
    assert found.pairs == ((0, 0),) and found.short == (1, 1)


def test_shapes_and_costs_are_checked():
    with pytest.raises(ValueError, match="fit each other"):
        assign(np.zeros((2, 2), dtype=int), [1], [1, 1])
    with pytest.raises(ValueError, match="BARRED"):
        assign(np.array([[-2]]), [1], [1])


def test_offering_the_cheapest_pairs_first_ends_at_the_same_best(monkeypatch):
    for seed in range(120):
        random = np.random.default_rng(seed)
        entries, judges = int(random.integers(5, 30)), int(random.integers(4, 14))
        costs = random.integers(BARRED, random.integers(2, 40), (entries, judges))
        costs[:, 0] = 0
        costs[random.random((entries, judges)) < 0.2] = BARRED
        needs, limits = random.integers(0, 4, entries).tolist(), random.integers(0, 12, judges).tolist()
        held = random.integers(0, 3, judges).tolist()
        whole = assign(costs, needs, limits, held=held)
        monkeypatch.setattr(assignment, "WHOLE", 0)
        monkeypatch.setattr(assignment, "SPARE", 0)
        part = assign(costs, needs, limits, held=held)
        monkeypatch.undo()
        assert (sum(part.short), part.cost) == (sum(whole.short), whole.cost), seed
        assert sorted(part.loads) == sorted(whole.loads), seed
        assert all(costs[pair] != BARRED for pair in part.pairs)
