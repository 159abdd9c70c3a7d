"""Which judges can be compared at all: those that share an entry, directly or through others.

Severity is a difference between judges. Where two panels share no entry, a strict panel and a weak batch
of entries look the same, and no statistic can part them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """Judges and entries that hang together, each in ascending order."""

    judges: tuple[int, ...]
    entries: tuple[int, ...]


def groups(pairs: Iterable[tuple[int, int]]) -> tuple[Group, ...]:
    """The groups of (judge, entry) pairs, the one with most judges first; one group means connected."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for judge, entry in pairs:
        parent[root(("judge", judge))] = root(("entry", entry))
    members: dict[tuple[str, int], dict[str, list[int]]] = defaultdict(lambda: {"judge": [], "entry": []})
    for node in parent:
        members[root(node)][node[0]].append(node[1])
    found = [Group(tuple(sorted(m["judge"])), tuple(sorted(m["entry"]))) for m in members.values()]
    return tuple(sorted(found, key=lambda group: (-len(group.judges), group.judges)))
