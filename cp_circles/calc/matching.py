"""How ill a judge fits an entry: whole-number costs of every pair, each with its reasons.

A pair costs what each trait that speaks against it costs; the table of costs is handed in.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

REASONS = (
    "industry",
    "domain",
    "method",
    "language",
    "same_city",
    "same_province",
    "unqualified",
    "junior",
    "intermediate",
    "senior",
    "expired",
)
"""Every trait that has a cost, in the order in which reasons are printed."""


@dataclass(frozen=True)
class EntryTraits:
    """What an entry asks of its judges; None or 0 where it is not known."""

    industry: int | None
    domain: str | None
    method: str | None
    language: str | None
    city: int = 0
    province: int = 0


@dataclass(frozen=True)
class JudgeTraits:
    """What a judge brings; `level` is a qualification of REASONS, `expired` where it ran out."""

    industries: frozenset[int]
    domains: frozenset[str]
    methods: frozenset[str]
    languages: frozenset[str]
    city: int = 0
    province: int = 0
    level: str = "unqualified"
    expired: bool = False


@dataclass(frozen=True)
class PairCosts:
    """The costs of all pairs (entries x judges) and, for each reason, where it holds."""

    matrix: NDArray[np.int64]
    masks: Mapping[str, Mask]

    def reasons(self, entry: int, judge: int) -> list[str]:
        """The reasons that make up the cost of one pair, by position."""
        return [name for name, mask in self.masks.items() if mask[entry, judge]]


def pair_costs(
    entries: Sequence[EntryTraits], judges: Sequence[JudgeTraits], costs: Mapping[str, int]
) -> PairCosts:
    """The cost of every pair by a table; ValueError unless it names every reason, none below zero."""
    if set(costs) != set(REASONS) or any(cost < 0 for cost in costs.values()):
        raise ValueError("the table of costs names every reason once, none below zero")
    shape = (len(entries), len(judges))
    masks = _masks(entries, judges)
    matrix = np.zeros(shape, dtype=np.int64)
    for name, mask in masks.items():
        matrix += np.int64(costs[name]) * np.broadcast_to(mask, shape)
    shown = {name: np.broadcast_to(masks[name], shape) for name in REASONS if costs[name]}
    return PairCosts(matrix, shown)


def _masks(entries: Sequence[EntryTraits], judges: Sequence[JudgeTraits]) -> dict[str, Mask]:
    city = _same([row.city for row in entries], [row.city for row in judges])
    province = _same([row.province for row in entries], [row.province for row in judges])
    masks = {
        "industry": _lacks([row.industry for row in entries], [row.industries for row in judges]),
        "domain": _lacks([row.domain for row in entries], [row.domains for row in judges]),
        "method": _lacks([row.method for row in entries], [row.methods for row in judges]),
        "language": _lacks([row.language for row in entries], [row.languages for row in judges]),
        "same_city": city,
        "same_province": province & ~city,
        "expired": np.array([[row.expired for row in judges]], dtype=np.bool_).reshape(1, len(judges)),
    }
    for level in ("unqualified", "junior", "intermediate", "senior"):
        held = [row.level == level for row in judges]
        masks[level] = np.array([held], dtype=np.bool_).reshape(1, len(judges))
    return masks


def _lacks(asked: Sequence[Hashable | None], brought: Sequence[frozenset[int] | frozenset[str]]) -> Mask:
    """True where something is asked for that the judge does not bring."""
    places = {value: place for place, value in enumerate(dict.fromkeys(asked))}
    table = np.zeros((max(1, len(places)), len(brought)), dtype=np.bool_)
    for value, place in places.items():
        if value is not None:
            table[place] = [value not in one for one in brought]
    rows = np.array([places[value] for value in asked], dtype=np.int64)
    return table[rows]


def _same(first: Sequence[int], second: Sequence[int]) -> Mask:
    """True where both are known and equal; 0 is unknown."""
    one, other = np.array(first, dtype=np.int64), np.array(second, dtype=np.int64)
    equal: Mask = (one[:, None] == other[None, :]) & (one[:, None] != 0)
    return equal
