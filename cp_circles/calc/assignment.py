"""Which judge reads which entry: the best assignment there is, by minimum-cost flow.

Three aims, each strictly before the next: every entry gets the judges it needs; the judges' loads are as
equal as they can be (they differ by at most one wherever that is possible); the costs of the pairs, which
say how ill a judge fits an entry, add up to the least. The flow is solved exactly by OR-Tools (Goldberg,
"An efficient implementation of a scaling minimum-cost flow algorithm", Journal of Algorithms 22, 1997).
Large tasks offer each entry its cheapest judges first and add pairs until the prices of the judges prove that
no pair left out could lower the cost (column generation; Ahuja, Magnanti, Orlin, "Network Flows", 1993).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

BARRED = -1
WHOLE = 300_000
"""Pairs up to which all are offered at once; beyond, the cheapest first and those that the prices ask for."""

SPARE = 45
FAR = 2**60


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
    task = _Task(costs, np.asarray(needs, dtype=np.int64), np.asarray(limits), np.asarray(before))
    open_ = costs != BARRED
    offered = open_ if int(open_.sum()) <= WHOLE else _cheapest(costs, open_, max(needs, default=0) + SPARE)
    rooms = np.minimum(task.rooms, task.usual)
    while True:
        rows, columns, short = _solved(task, offered, rooms)
        full = (np.bincount(columns, minlength=judges) == rooms) & (rooms < task.rooms)
        if full.any():
            rooms = np.where(full, np.minimum(task.rooms, 2 * rooms + 1), rooms)
            continue
        missed = open_ & ~offered
        if not missed.any():
            break
        missed &= _would_help(task, offered, rooms, rows, columns, short)
        if not missed.any():
            break
        offered = offered | missed
    loads = np.bincount(columns, minlength=judges) + task.before
    return Assignment(
        pairs=tuple(zip(rows.tolist(), columns.tolist(), strict=True)),
        loads=tuple(loads.tolist()),
        short=tuple(short.tolist()),
        cost=int(costs[rows, columns].sum()),
    )


@dataclass(frozen=True)
class _Task:
    """What is to be solved; `first` is the price of a further entry of a judge, `lacking` that of a gap."""

    costs: Numbers
    needs: Numbers
    limits: Numbers
    before: Numbers

    @property
    def first(self) -> int:
        return int(self.costs.shape[1]) * (int(self.costs.max(initial=0)) + 1) + 1

    @property
    def lacking(self) -> int:
        return self.first * (int(self.before.max(initial=0)) + int(self.needs.sum()) + 2)

    @property
    def rooms(self) -> Numbers:
        return np.minimum(self.limits, int(self.needs.sum()))

    @property
    def usual(self) -> int:
        """Further entries of a judge that are offered first; the price of one more only rises."""
        return 2 * (int(self.before.sum()) + int(self.needs.sum())) // max(1, len(self.before)) + 4


def _cheapest(costs: Numbers, open_: Flags, most: int) -> Flags:
    """Each entry's cheapest open judges."""
    if most >= costs.shape[1]:
        return open_
    priced = np.where(open_, costs, np.iinfo(np.int64).max)
    offered = np.zeros_like(open_)
    np.put_along_axis(offered, np.argpartition(priced, most, axis=1)[:, :most], True, axis=1)
    return offered & open_


def _solved(task: _Task, offered: Flags, rooms: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The best pairs among the offered ones, as rows and columns, and how many each entry lacks."""
    (entries, judges), wanted = task.costs.shape, int(task.needs.sum())
    flow, sink = SimpleMinCostFlow(), entries + judges
    rows, columns = np.nonzero(offered)
    pair_arcs = flow.add_arcs_with_capacity_and_unit_cost(
        rows, entries + columns, np.ones(len(rows), dtype=np.int64), task.costs[rows, columns]
    )
    takers, load_costs = _load_arcs(rooms.tolist(), task.before.tolist(), wanted, task.first)
    flow.add_arcs_with_capacity_and_unit_cost(
        entries + takers, np.full(len(takers), sink), np.ones(len(takers), dtype=np.int64), load_costs
    )
    short_arcs = flow.add_arcs_with_capacity_and_unit_cost(
        np.arange(entries), np.full(entries, sink), task.needs, np.full(entries, task.lacking)
    )
    flow.set_nodes_supplies(np.arange(entries), task.needs)
    flow.set_node_supply(sink, -wanted)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the flow was not solved: {status}")
    taken = np.flatnonzero(flow.flows(pair_arcs))
    return rows[taken], columns[taken], np.asarray(flow.flows(short_arcs), dtype=np.int64)


def _would_help(
    task: _Task, offered: Flags, rooms: Numbers, rows: Numbers, columns: Numbers, short: Numbers
) -> Flags:
    """The pairs that could make a solution among the offered ones cheaper; none proves it the best of all.

    With prices of the judges under which no offered exchange pays, a pair that was not offered can only be
    part of a cheaper solution if it pays by these prices (linear programming: complementary slackness).
    """
    prices, sink_price = _prices(task, offered, rooms, rows, columns, short)
    ceiling = np.full(task.costs.shape[0], FAR)
    np.minimum.at(ceiling, rows, prices[columns] - task.costs[rows, columns])
    ceiling = np.where(short > 0, np.minimum(ceiling, sink_price - task.lacking), ceiling)
    return prices[None, :] - task.costs > ceiling[:, None]


def _prices(
    task: _Task, offered: Flags, rooms: Numbers, rows: Numbers, columns: Numbers, short: Numbers
) -> tuple[Numbers, int]:
    """Prices of the judges and of the sink: shortest distances over all exchanges that are open."""
    judges = task.costs.shape[1]
    paths = np.full((judges + 1, judges + 1), FAR)
    others = np.where(offered, task.costs, FAR)
    others[rows, columns] = FAR
    loads = np.bincount(columns, minlength=judges)
    order = np.argsort(columns, kind="stable")
    for judge, mine in enumerate(np.split(rows[order], np.cumsum(loads)[:-1])):
        if len(mine):
            own = task.costs[mine, judge]
            paths[judge, :judges] = np.minimum((others[mine] - own[:, None]).min(axis=0), FAR)
            paths[judge, judges] = task.lacking - int(own.max())
    more = task.first * (task.before + loads)
    paths[:judges, judges] = np.minimum(paths[:judges, judges], np.where(loads < rooms, more, FAR))
    paths[judges, :judges] = np.where(loads > 0, task.first - more, FAR)
    if (short > 0).any():
        gaps = others[short > 0].min(axis=0) - task.lacking
        paths[judges, :judges] = np.minimum(paths[judges, :judges], gaps)
    distance = np.zeros(judges + 1, dtype=np.int64)
    while True:
        nearer = np.minimum(distance, (distance[:, None] + paths).min(axis=0))
        if (nearer == distance).all():
            return distance[:judges], int(distance[judges])
        distance = nearer


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
