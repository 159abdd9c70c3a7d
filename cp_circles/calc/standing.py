"""The standing of a round: trimmed means, weights by stage, ties by the published rule.

Every printed figure is the figure used: a score is scaled and rounded, a stage mean is rounded, and only
then weighted, so that the sheet can be redone by hand. Who abstained, was recused or did not score never
counts as zero; an entry without a mean in some weighted stage has neither total nor place and stands
last.

All entries are computed at once, as columns of whole numbers in a unit of 10**-places points: the result is
exact, the same as by hand (`tests/calc/by_hand.py`), and 100,000 entries take less than a second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cp_circles.calc.exact import to_fraction

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

ABSENT = int(np.iinfo(np.int64).min)
ROOM = 2**62
KEPT, HIGH, LOW = 0, 1, 2


@dataclass(frozen=True)
class RoundRule:
    """The published rule of a round.

    With `trim_min_n` or more valid scores, `trim_high` highest and `trim_low` lowest are dropped. The stages
    that count are those of `stage_weights`; `scale_by_stage` defaults to 1. `tie_order` lists
    'stage:<stage>', 'criterion:<key>', 'criterion:<stage>.<key>' or 'untrimmed_mean', highest first; what is
    still equal shares the place.
    """

    trim_min_n: int = 3
    trim_high: int = 1
    trim_low: int = 1
    decimals: int = 2
    stage_weights: Mapping[str, Decimal] = field(default_factory=dict)
    scale_by_stage: Mapping[str, Decimal] = field(default_factory=dict)
    tie_order: tuple[str, ...] = ()
    pass_mark: Decimal | None = None


@dataclass(frozen=True)
class Scores:
    """The valid scores of one track as columns of equal length, in units of 10**-places points.

    `entry` is the position among `entries` entries, `stage` that among the stages of the rule, `judge` the
    number on the panel; `criteria` holds a column for each criterion, ABSENT where a sheet has none.
    `source` is the position of each score in whatever it was made from. Made by `of`, they are in the order
    of entry, stage, judge.
    """

    entries: int
    places: int
    entry: Numbers
    stage: Numbers
    judge: Numbers
    points: Numbers
    criteria: Mapping[str, Numbers]
    source: Numbers

    @classmethod
    def of(
        cls,
        entry: Numbers,
        stage: Numbers,
        judge: Numbers,
        points: Numbers,
        *,
        entries: int,
        places: int,
        criteria: Mapping[str, Numbers],
    ) -> "Scores":
        """The columns in their order; of the same entry, stage and judge the earlier row comes first."""
        key = (entry * (int(stage.max(initial=0)) + 1) + stage) * (int(judge.max(initial=0)) + 1) + judge
        if (key[1:] >= key[:-1]).all():
            whole_order = np.arange(len(key), dtype=np.int64)
            return cls(entries, places, entry, stage, judge, points, criteria, whole_order)
        order = np.argsort(key, kind="stable").astype(np.int64)
        by_key = {name: column[order] for name, column in criteria.items()}
        return cls(entries, places, entry[order], stage[order], judge[order], points[order], by_key, order)

    def drawn_from(self, rows: Numbers) -> "Scores":
        """The same scores with `source` as positions in what `rows` was chosen from."""
        return replace(self, source=rows[self.source])


@dataclass(frozen=True)
class StageColumns:
    """One stage by entry: how many scores are valid and used, their sum in 10**-unit, means in 10**-decimals.

    A mean is ABSENT without a valid score; so is that of a criterion which no used sheet has.
    """

    stage: str
    weight: Decimal
    valid: Numbers
    used: Numbers
    sums: Numbers
    mean: Numbers
    untrimmed: Numbers
    criteria: Mapping[str, Numbers]


@dataclass(frozen=True)
class TieColumn:
    """One key of the tie order: each entry's value in 10**-places, and whether it set the entry apart."""

    key: str
    places: int
    value: Numbers
    told: Flags


@dataclass(frozen=True)
class Standing:
    """The standing of one track by position of the entry.

    `scaled` (10**-unit) and `dropped` (KEPT, HIGH, LOW) are by score; those of entry e and stage s begin at
    `first[e * stages + s]`. `total` is in 10**-decimals or ABSENT, `place` is 0 without one; `order` lists
    the entries, best first, unplaced ones last in the order given. `equal` and `shared` are, by entry, the
    first and the last position in `order` (exclusive) of those with the same total, and on the same place.
    """

    rule: RoundRule
    scores: Scores
    unit: int
    scaled: Numbers
    dropped: NDArray[np.int8]
    first: Numbers
    stages: tuple[StageColumns, ...]
    total: Numbers
    place: Numbers
    passed: Flags
    order: Numbers
    equal: Numbers
    shared: Numbers
    ties: tuple[TieColumn, ...]


def numbers(values: Any) -> Numbers:
    """A column of whole numbers."""
    return np.asarray(values, dtype=np.int64)


def half_up(numerator: Numbers, denominator: Any) -> Numbers:
    """Whole quotients, rounded half away from zero."""
    magnitude = (2 * np.abs(numerator) + denominator) // (2 * np.asarray(denominator, dtype=np.int64))
    return numbers(np.where(numerator < 0, -magnitude, magnitude))


def whole(value: Decimal, places: int) -> int:
    """A number in units of 10**-places; ValueError where it has more decimals."""
    scaled = to_fraction(value) * 10**places
    if scaled.denominator != 1:
        raise ValueError(f"{value} has more than {places} decimal places")
    return int(scaled.numerator)


def decimals_of(values: Sequence[Decimal]) -> int:
    """The most decimal places among some numbers."""
    return max((max(0, -int(value.as_tuple().exponent)) for value in values), default=0)


def standing(scores: Scores, rule: RoundRule, totals: Numbers | None = None) -> Standing:
    """Place the entries of a track.

    `totals` (10**-decimals, ABSENT for none) take the place of the weighted means, where the rule corrects
    them for the judges' severity. Raises ValueError for an unknown key of the tie order, and OverflowError
    for points that are too large for exact columns.
    """
    _require_room(scores, rule)
    stages = list(rule.stage_weights)
    unit = max(scores.places, rule.decimals)
    scaled = _scaled(scores, rule, stages, unit)
    group = scores.entry * len(stages) + scores.stage
    first = np.searchsorted(group, np.arange(scores.entries * len(stages) + 1)).astype(np.int64)
    dropped = _dropped(scaled, group, first, rule)
    parts = tuple(
        _stage(number, stage, scores, rule, scaled, dropped, first, unit)
        for number, stage in enumerate(stages)
    )
    weighted, places = _weighted([part.mean for part in parts], parts, rule, scores.entries)
    total = _total(weighted, places, rule) if totals is None else totals
    ties = [(key, *_tie_value(parts, key, rule, scores.entries)) for key in rule.tie_order]
    order, known = _order(total, [value for _key, value, _places in ties])
    return Standing(
        rule=rule,
        scores=scores,
        unit=unit,
        scaled=scaled,
        dropped=dropped,
        first=first,
        stages=parts,
        total=total,
        passed=_passed(total, rule),
        order=order,
        **_placed(order, known, total, ties),
    )


def _require_room(scores: Scores, rule: RoundRule) -> None:
    """Refuse what would not fit into 62 bits in a scaled score, a mean or a weighted sum."""
    most = max(
        (int(np.abs(np.where(one == ABSENT, 0, one)).max(initial=0)) for one in _columns(scores)), default=0
    )
    scales = [to_fraction(value) for value in rule.scale_by_stage.values()] or [Fraction(1)]
    unit = max(scores.places, rule.decimals)
    stretch = max(1, *(ceil(abs(scale)) for scale in scales))
    scaled = most * stretch * 10 ** (unit - scores.places) + 10**unit
    count = int(np.bincount(scores.entry).max(initial=1)) if len(scores.entry) else 1
    mean = scaled * 10**rule.decimals // 10**unit + 1
    places = decimals_of(list(rule.stage_weights.values()))
    weights = sum(abs(whole(weight, places)) for weight in rule.stage_weights.values())
    top, bottom = (max(part) for part in zip(*(one.as_integer_ratio() for one in scales), strict=True))
    scaling = most * top * 10**rule.decimals + bottom * 10**scores.places
    averaging = count * (scaled * 10**rule.decimals + 10**unit)
    if 2 * max(scaling, averaging, mean * weights + 10**places) > ROOM:
        raise OverflowError("the points are too large for exact columns")


def _columns(scores: Scores) -> list[Numbers]:
    return [scores.points, *scores.criteria.values()]


def _scaled(scores: Scores, rule: RoundRule, stages: Sequence[str], unit: int) -> Numbers:
    """The points in 10**-unit; those of a scaled stage are rounded to the rule's decimals."""
    answer = numbers(scores.points * 10 ** (unit - scores.places))
    for number, stage in enumerate(stages):
        scale = to_fraction(rule.scale_by_stage.get(stage, Decimal(1)))
        if scale != 1:
            rounded = half_up(
                scores.points * (scale.numerator * 10**rule.decimals), scale.denominator * 10**scores.places
            )
            answer = numbers(np.where(scores.stage == number, rounded * 10 ** (unit - rule.decimals), answer))
    return answer


def _dropped(scaled: Numbers, group: Numbers, first: Numbers, rule: RoundRule) -> NDArray[np.int8]:
    """What is dropped as highest and lowest; of equal values that of the later judge counts as higher."""
    answer = np.zeros(len(scaled), dtype=np.int8)
    if not rule.trim_high and not rule.trim_low:
        return answer
    counts = np.diff(first)[group]
    trimmed = (counts >= rule.trim_min_n) & (counts > rule.trim_high + rule.trim_low)
    low = int(scaled.min(initial=0))
    span = int(scaled.max(initial=0)) - low + 1
    if len(first) * span < ROOM:
        order = np.argsort(group * span + (scaled - low), kind="stable")
    else:
        order = np.lexsort((scaled, group))
    rank = np.arange(len(scaled)) - first[group]
    counts, trimmed = counts[order], trimmed[order]
    answer[order[trimmed & (rank >= counts - rule.trim_high)]] = HIGH
    answer[order[trimmed & (rank < rule.trim_low)]] = LOW
    return answer


def _stage(
    number: int,
    stage: str,
    scores: Scores,
    rule: RoundRule,
    scaled: Numbers,
    dropped: NDArray[np.int8],
    first: Numbers,
    unit: int,
) -> StageColumns:
    """The means of one stage; groups begin at `first`."""
    width = len(rule.stage_weights)
    begins, ends = first[number:-1:width], first[number + 1 :: width]
    kept = dropped == KEPT

    def added(column: Numbers) -> Numbers:
        running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(column)])
        return numbers(running[ends] - running[begins])

    def averaged(sums: Numbers, counts: Numbers, places: int) -> Numbers:
        some = np.maximum(counts, 1) * 10**places
        return np.where(counts > 0, half_up(sums * 10**rule.decimals, some), ABSENT)

    valid, used = ends - begins, added(kept.astype(np.int64))
    sums = added(np.where(kept, scaled, 0))
    criteria = {}
    for key, column in scores.criteria.items():
        given = kept & (column != ABSENT)
        counts = added(given.astype(np.int64))
        means = averaged(added(np.where(given, column, 0)), counts, scores.places)
        if (counts > 0).any():
            criteria[key] = means
    return StageColumns(
        stage=stage,
        weight=rule.stage_weights[stage],
        valid=valid,
        used=used,
        sums=sums,
        mean=averaged(sums, used, unit),
        untrimmed=averaged(added(scaled), valid, unit),
        criteria=criteria,
    )


def _weighted(
    means: Sequence[Numbers], parts: Sequence[StageColumns], rule: RoundRule, entries: int
) -> tuple[Numbers, int]:
    """The sums of means x weight, ABSENT where a mean is, and their decimal places."""
    places = decimals_of([part.weight for part in parts])
    sums = np.zeros(entries, dtype=np.int64)
    missing = np.full(entries, not parts)
    for mean, part in zip(means, parts, strict=True):
        absent = mean == ABSENT
        missing |= absent
        sums = sums + np.where(absent, 0, mean) * whole(part.weight, places)
    return np.where(missing, ABSENT, sums), rule.decimals + places


def _total(weighted: Numbers, places: int, rule: RoundRule) -> Numbers:
    rounded = half_up(np.where(weighted == ABSENT, 0, weighted), 10 ** (places - rule.decimals))
    return np.where(weighted == ABSENT, ABSENT, rounded)


def _passed(total: Numbers, rule: RoundRule) -> Flags:
    placed: Flags = total != ABSENT
    if rule.pass_mark is None:
        return placed
    least = to_fraction(rule.pass_mark) * 10**rule.decimals
    reached: Flags = total >= -(-least.numerator // least.denominator)
    return placed & reached


def _tie_value(parts: Sequence[StageColumns], key: str, rule: RoundRule, entries: int) -> tuple[Numbers, int]:
    """The entries' values under one key of the tie order (ABSENT for none), and their decimal places."""
    kind, _, name = key.partition(":")
    if kind == "untrimmed_mean":
        return _weighted([part.untrimmed for part in parts], parts, rule, entries)
    if kind == "stage":
        found = [part.mean for part in parts if part.stage == name]
    elif kind == "criterion":
        stage, _, criterion = name.rpartition(".")
        found = [
            part.criteria[criterion]
            for part in parts
            if criterion in part.criteria and stage in ("", part.stage)
        ]
    else:
        raise ValueError(f"unknown key in the tie order: {key}")
    known, sums = np.zeros(entries, dtype=bool), np.zeros(entries, dtype=np.int64)
    for column in found:
        known |= column != ABSENT
        sums = sums + np.where(column == ABSENT, 0, column)
    return np.where(known, sums, ABSENT), rule.decimals


def _order(total: Numbers, values: Sequence[Numbers]) -> tuple[Numbers, int]:
    """The entries, best first and unplaced ones last, and how many are placed."""
    order = np.lexsort([~value for value in reversed([total, *values])])
    placed = total[order] != ABSENT
    unplaced = np.sort(order[~placed])
    return np.concatenate([order[placed], unplaced]).astype(np.int64), int(placed.sum())


def _placed(
    order: Numbers, known: int, total: Numbers, ties: Sequence[tuple[str, Numbers, int]]
) -> dict[str, Any]:
    """Places, who is equal to whom, and which keys set entries apart from those with the same total."""
    ranked = order[:known]
    equal, inside = _runs(total[ranked], np.zeros(known, dtype=np.int64))
    columns, shared = [], equal
    for key, value, places in ties:
        smaller, inside = _runs(value[ranked], inside)
        told = np.zeros(len(total), dtype=bool)
        told[ranked] = (smaller[:, 1] - smaller[:, 0]) < (shared[:, 1] - shared[:, 0])
        columns.append(TieColumn(key, places, value, told))
        shared = smaller
    place = np.zeros(len(total), dtype=np.int64)
    place[ranked] = shared[:, 0] + 1
    by_entry = np.zeros((2, len(total), 2), dtype=np.int64)
    by_entry[0, ranked], by_entry[1, ranked] = equal, shared
    return {"place": place, "equal": by_entry[0], "shared": by_entry[1], "ties": tuple(columns)}


def _runs(values: Numbers, inside: Numbers) -> tuple[Numbers, Numbers]:
    """The runs of equal values within runs numbered `inside`: first and last (exclusive), and numbers."""
    size = len(values)
    if not size:
        return np.zeros((0, 2), dtype=np.int64), inside
    begins = np.concatenate([[True], (values[1:] != values[:-1]) | (inside[1:] != inside[:-1])])
    number = np.cumsum(begins) - 1
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], size)
    return np.stack([starts[number], ends[number]], axis=1).astype(np.int64), number.astype(np.int64)
