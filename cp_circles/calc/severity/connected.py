"""Which judges can be compared at all: those that share an entry, directly or through others.

Severity is a difference between judges. Where two panels share no entry, a strict panel and a weak batch
of entries look the same, and no statistic can part them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Group:
    """Judges and entries that hang together, each in ascending order."""

    judges: tuple[int, ...]
    entries: tuple[int, ...]


def groups(pairs: Iterable[tuple[int, int]]) -> tuple[Group, ...]:
    """The groups of (judge, entry) pairs, the one with most judges first; one group means connected."""
    table = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    return groups_of(table[:, 0], table[:, 1])


def groups_of(judges: Numbers, entries: Numbers) -> tuple[Group, ...]:
    """The groups of judges and entries given as columns; only neighbours on an entry need to be joined."""
    seats, seat = np.unique(judges, return_inverse=True)
    order = np.lexsort((seat, entries))
    seat, entry = seat[order], entries[order]
    same = entry[1:] == entry[:-1]
    joined = np.unique(np.stack([seat[:-1][same], seat[1:][same]], axis=1), axis=0)
    root = _roots(len(seats), joined.tolist())
    of_entry = np.concatenate([[True], ~same]) if len(entry) else np.zeros(0, dtype=bool)
    listed, group = entry[of_entry], root[seat[of_entry]]
    found = [
        Group(tuple(seats[root == one].tolist()), tuple(listed[group == one].tolist()))
        for one in np.unique(root)
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.judges), one.judges)))


def _roots(size: int, joined: Iterable[Sequence[int]]) -> Numbers:
    """For each judge the lowest one they hang together with."""
    parent = list(range(size))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for first, second in joined:
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return np.array([root(node) for node in range(size)], dtype=np.int64)
