"""The content of a pack as rows to read: each number with its unit, source and confidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch
from typing import Any

from cp_circles.rulesets.schema import (
    AwardScheme,
    Criterion,
    DutySheet,
    Factors,
    Indicators,
    Industries,
    Ladder,
    Mapping,
    Method,
    Names,
    Notice,
    Pack,
    PanelCosts,
    Regions,
    RewardRule,
    RoundRule,
    Rubric,
    Track,
    Vocabulary,
)


@dataclass(frozen=True)
class ShownRow:
    """One line of a pack: key and names, what it says, and where that comes from (empty: as the pack)."""

    key: str
    names: Names | None
    value: str = ""
    unit: str = ""
    text: Names | None = None
    source: str = ""
    confidence: str = ""
    group: Names | None = None


def rows_of(pack: Pack) -> list[ShownRow]:
    """The rows of any kind of pack, in their order."""
    return list(_rows(pack))


@singledispatch
def _rows(pack: Any) -> Iterator[ShownRow]:
    raise TypeError(type(pack).__name__)


@_rows.register
def _(pack: PanelCosts) -> Iterator[ShownRow]:
    for row in pack.costs:
        yield ShownRow(row.key, row.names, str(row.value), row.unit, None, row.source, row.confidence)


@_rows.register
def _(pack: Notice) -> Iterator[ShownRow]:
    for section in pack.sections:
        yield ShownRow(section.key, section.names, text=section.text)
    yield ShownRow("withdrawal", None, text=pack.withdrawal)


@_rows.register
def _(pack: Track) -> Iterator[ShownRow]:
    yield ShownRow(pack.key, pack.names, text=pack.describes)


@_rows.register
def _(pack: Method) -> Iterator[ShownRow]:
    phases = {phase.key: phase.names for phase in pack.phases}
    for step in pack.steps:
        yield ShownRow(step.number, step.names, text=step.purpose, group=phases[step.phase])
        for gate in step.gates:
            yield ShownRow(
                f"{step.number} · {gate.kind}", None, source=gate.source, confidence=gate.confidence
            )


@_rows.register
def _(pack: Rubric) -> Iterator[ShownRow]:
    for one in pack.criteria:
        source, mark = one.source or pack.source, one.confidence or pack.confidence
        yield ShownRow(one.key, one.names, _plain(one.points), "point", one.checked, source, mark)
        yield from _level_rows(one)


def _level_rows(one: Criterion) -> Iterator[ShownRow]:
    """The levels of a criterion, each followed by its examples."""
    for level in one.levels:
        key, low = f"{one.key}.{level.key}", _plain(level.at_least)
        yield ShownRow(key, level.names, low, "point", level.looks_like)
        for number, example in enumerate(level.examples, start=1):
            where = f"{key}.examples[{number}]"
            yield ShownRow(where, None, "", "", example.text, example.source, example.confidence)


@_rows.register
def _(pack: DutySheet) -> Iterator[ShownRow]:
    for one in pack.items:
        points = "" if one.points is None else _plain(one.points)
        unit = "point" if points else ""
        yield ShownRow(one.key, one.names, points, unit, one.checked, pack.source, pack.confidence, one.group)


@_rows.register
def _(pack: RoundRule) -> Iterator[ShownRow]:
    numbers: list[tuple[str, Names | None, Any]] = [("total", None, pack.total)]
    for stage in pack.stages:
        for name in ("weight", "scale", "min_judges", "max_judges"):
            numbers.append((f"{stage.key}.{name}", stage.names, getattr(stage, name)))
    if pack.trim is not None:
        numbers += [
            (f"trim.{name}", None, getattr(pack.trim, name)) for name in ("high", "low", "from_scores")
        ]
    for name in ("decimals", "pass_mark", "reserve_count", "publicity_days", "decision_days"):
        numbers.append((name, None, getattr(pack, name)))
    numbers += [(f"phase.{phase.key}", phase.names, phase.days) for phase in pack.phases]
    for key, names, rated in numbers:
        yield ShownRow(key, names, _plain(rated.value), rated.unit, None, rated.source, rated.confidence)
    for ground in pack.recusal_grounds:
        yield ShownRow(ground.key, ground.names, source=ground.source, confidence=ground.confidence)
    for check in pack.formal_checks:
        yield ShownRow(check.key, check.names, source=check.source, confidence=check.confidence)


@_rows.register
def _(pack: Ladder) -> Iterator[ShownRow]:
    levels = {level.key: level.names for level in pack.levels}
    for route in pack.routes:
        way = Names(
            zh=" → ".join(levels[step.level].zh for step in route.steps),
            en=" → ".join(levels[step.level].en for step in route.steps),
        )
        yield ShownRow(route.place, route.names, text=way)


@_rows.register
def _(pack: AwardScheme) -> Iterator[ShownRow]:
    for award in pack.awards:
        for rated in (award.amount, award.min_score, award.material):
            key, value = f"{award.key} · {rated.unit}", _plain(rated.value)
            yield ShownRow(key, award.names, value, rated.unit, None, rated.source, rated.confidence)
    for special in pack.special:
        for rated in (special.most, special.material):
            key, value = f"{special.key} · {rated.unit}", _plain(rated.value)
            yield ShownRow(key, special.names, value, rated.unit, None, rated.source, rated.confidence)


@_rows.register
def _(pack: RewardRule) -> Iterator[ShownRow]:
    numbers = [(f"{row.level} · {row.rank}", row.amount) for row in pack.fixed]
    numbers += [
        (name, rated) for name in ("percent", "floor", "cap") if (rated := getattr(pack, name)) is not None
    ]
    for key, rated in numbers:
        yield ShownRow(key, None, _plain(rated.value), rated.unit, None, rated.source, rated.confidence)


@_rows.register
def _(pack: Factors) -> Iterator[ShownRow]:
    groups = {group.key: group.names for group in pack.groups}
    for one in pack.factors:
        value = _plain(one.value) if one.value is not None else f"{_plain(one.low)}–{_plain(one.high)}"
        source = f"{one.standard} ({one.edition}) · {one.source}"
        unit = f"{one.to_unit}/{one.from_unit}"
        yield ShownRow(one.key, one.names, value, unit, one.note, source, one.confidence, groups[one.group])


@_rows.register
def _(pack: Indicators) -> Iterator[ShownRow]:
    groups = {group.key: group.names for group in pack.groups}
    for one in pack.indicators:
        keys = ", ".join(key for key in (one.kgce, one.kgco2, one.price, one.metric) if key)
        yield ShownRow(one.code, one.names, keys, one.unit, one.note, group=groups[one.group])


@_rows.register
def _(pack: Vocabulary) -> Iterator[ShownRow]:
    for words in pack.lists:
        for term in words.terms:
            limits = "; ".join(f"≤ {_plain(limit.value)} {limit.unit}" for limit in term.limits)
            yield ShownRow(
                term.key, term.names, limits, "", term.explained, words.source, words.confidence, words.names
            )
    for metric in pack.metrics:
        yield ShownRow(metric.key, metric.names, unit=metric.base_unit)


@_rows.register
def _(pack: Regions) -> Iterator[ShownRow]:
    names = {row.code: row.names for row in pack.rows}
    for row in pack.rows:
        yield ShownRow(row.code, row.names, group=names.get(row.parent))


@_rows.register
def _(pack: Industries) -> Iterator[ShownRow]:
    names = {row.code: row.names for row in pack.rows}
    for row in pack.rows:
        yield ShownRow(row.code, row.names, group=names.get(row.parent))


@_rows.register
def _(pack: Mapping) -> Iterator[ShownRow]:
    for one in pack.resources:
        rated = one.factor
        if rated is None:
            yield ShownRow(one.code, one.names, one.metric or "", one.unit)
        else:
            text = f"{one.metric} × {_plain(rated.value)}"
            yield ShownRow(one.code, one.names, text, rated.unit, None, rated.source, rated.confidence)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
