"""What a panel gives back: sentences, grids, opened arithmetic and flows, in words the door translates."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import Step
from cp_circles.rulesets.schema.base import Names

Word = str | Names | Reason
Cell = Word | Decimal | int | bool | None
Standing = Literal["good", "bad", "warn", "note"]


def word(text: str, **values: Any) -> Reason:
    """A msgid (marked by msg) with its values."""
    return Reason(text, values)


@dataclass(frozen=True)
class Told:
    """One sentence and how it stands: good, bad, a warning or a note."""

    text: Word
    standing: Standing = "note"


@dataclass(frozen=True)
class Head:
    """The head of a column; `num` aligns right."""

    text: Word
    num: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: its caption, heads, and rows whose first cell names the row."""

    caption: Word
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Line:
    """One opened computation: what it is (symbol before it), and the step with its arithmetic."""

    label: Word
    step: Step
    symbol: str = ""


@dataclass(frozen=True)
class Node:
    """A node of the flow figure."""

    key: str
    label: Word
    loss: bool = False


@dataclass(frozen=True)
class Band:
    """A band of the flow figure between two nodes."""

    source: str
    target: str
    amount: Decimal
    label: Word


@dataclass(frozen=True)
class Flow:
    """The flow figure of one balance: nodes and bands, amounts in `unit`, `closure` in percent."""

    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]
    unit: str
    closure: Decimal | None = None


@dataclass(frozen=True)
class Bars:
    """Named amounts for a Pareto figure, in `unit`."""

    items: tuple[tuple[Word, Decimal], ...]
    unit: Word


@dataclass(frozen=True)
class Branch:
    """One cause in a tree with the causes below it; an end cause has none."""

    text: str
    note: tuple[Word, ...] = ()
    below: tuple["Branch", ...] = ()


@dataclass(frozen=True)
class Block:
    """One part of a panel: a heading, sentences, tables, arithmetic, at most one figure, a tree."""

    title: Word = ""
    told: tuple[Told, ...] = ()
    grids: tuple[Grid, ...] = ()
    lines: tuple[Line, ...] = ()
    figure: Flow | Bars | None = None
    tree: tuple[Branch, ...] = ()


@dataclass(frozen=True)
class Computed:
    """A panel as computed: its kind, title and blocks."""

    kind: str
    title: Names
    blocks: tuple[Block, ...]
    provisional: bool = False


def bad(reasons: tuple[Reason, ...], names: Mapping[str, Names] | None = None) -> tuple[Told, ...]:
    """Reasons as bad sentences; keys of the pack among their values are replaced by their names."""
    return tuple(Told(renamed(reason, names or {}), "bad") for reason in reasons)


def renamed(reason: Reason, names: Mapping[str, Names]) -> Reason:
    """The same reason with keys among its values replaced by their names."""
    values = {
        name: names.get(value, value) if isinstance(value, str) else value
        for name, value in reason.values.items()
    }
    return Reason(reason.msgid, values, reason.field)
