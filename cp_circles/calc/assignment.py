"""Which judge reads which entry: the best assignment there is, by minimum-cost flow.

Three aims, each strictly before the next: every entry gets the judges it needs; the judges' loads are as
equal as they can be (they differ by at most one wherever that is possible); the costs of the pairs, which
say how ill a judge fits an entry, add up to the least. The flow is solved exactly by OR-Tools (Goldberg,
"An efficient implementation of a scaling minimum-cost flow algorithm", Journal of Algorithms 22, 1997).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

Numbers = NDArray[np.int64]

BARRED = -1


@dataclass(frozen=True)
class Assignment:
    """Pairs of entry and judge by position, each judge's load with what they held before, and who is short.

    `cost` is the sum over the new pairs; `short` gives for each entry how many judges could not be found.
    """

    pairs: tuple[tuple[int, int], ...]
    loads: tuple[int, ...]
    short: tuple[int, ...]
    cost: int


def assign(
    costs: Numbers,
    needs: Sequence[int],
    limits: Sequence[int],
    *,
    held: Sequence[int] | None = None,
) -> Assignment:
    """The best assignment for a matrix of costs (entries x judges, whole and >= 0, BARRED where recused).

    `needs` is the number of judges each entry still lacks, `limits` the number of further entries a judge
    may take, `held` how many each judge reads already (counted in the load). ValueError where the shapes
    do not fit or a cost is below BARRED.
    """
    entries, judges = costs.shape
    before = list(held) if held is not None else [0] * judges
    if len(needs) != entries or len(limits) != judges or len(before) != judges:
        raise ValueError("costs, needs, limits and held do not fit each other")
    if (costs < BARRED).any():
        raise ValueError("a cost is a whole number from zero, or BARRED")
    flow, first = SimpleMinCostFlow(), judges * (int(costs.max(initial=0)) + 1) + 1
    rows, columns = np.nonzero(costs != BARRED)
    pair_arcs = flow.add_arcs_with_capacity_and_unit_cost(
        rows, entries + columns, np.ones(len(rows), dtype=np.int64), costs[rows, columns]
    )
    sink = entries + judges
    takers, load_costs = _load_arcs(limits, before, sum(needs), first)
    flow.add_arcs_with_capacity_and_unit_cost(
        entries + takers, np.full(len(takers), sink), np.ones(len(takers), dtype=np.int64), load_costs
    )
    lacking = first * (max(before, default=0) + sum(needs) + 2)
    short_arcs = flow.add_arcs_with_capacity_and_unit_cost(
        np.arange(entries),
        np.full(entries, sink),
        np.asarray(needs, dtype=np.int64),
        np.full(entries, lacking),
    )
    flow.set_nodes_supplies(np.arange(entries), np.asarray(needs, dtype=np.int64))
    flow.set_node_supply(sink, -sum(needs))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the flow was not solved: {status}")
    taken = np.flatnonzero(flow.flows(pair_arcs))
    loads = np.bincount(columns[taken], minlength=judges) + np.asarray(before)
    return Assignment(
        pairs=tuple((int(rows[n]), int(columns[n])) for n in taken),
        loads=tuple(int(load) for load in loads),
        short=tuple(int(lack) for lack in flow.flows(short_arcs)),
        cost=int(costs[rows[taken], columns[taken]].sum()),
    )


def _load_arcs(
    limits: Sequence[int], before: Sequence[int], wanted: int, first: int
) -> tuple[Numbers, Numbers]:
    """One arc for each further entry of a judge, dearer the more they read: a convex cost evens loads."""
    takers = [np.full(min(limit, wanted), judge) for judge, limit in enumerate(limits)]
    costs = [
        first * (held + np.arange(min(limit, wanted))) for limit, held in zip(limits, before, strict=True)
    ]
    empty = np.zeros(0, dtype=np.int64)
    return np.concatenate([*takers, empty]).astype(np.int64), np.concatenate([*costs, empty]).astype(np.int64)
