"""What a gate may look at: the facts of one project as a frozen value, and what a gate finds missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from cp_circles.calc.options import LOW_MAX, MID_MAX

Row = Mapping[str, Any]


@dataclass(frozen=True)
class IndicatorFacts:
    """One indicator of a project; amounts are in `unit` (`baseline_unit` says if the baseline is not)."""

    name: str
    unit: str
    baseline: Decimal | None = None
    target: Decimal | None = None
    actual: Decimal | None = None
    due_on: date | None = None
    direction: Literal["lower", "higher"] = "lower"
    baseline_unit: str | None = None

    def reaches(self, value: Decimal, goal: Decimal) -> bool:
        """True when `value` is at the goal or better in the indicator's direction."""
        return value <= goal if self.direction == "lower" else value >= goal


@dataclass(frozen=True)
class ProjectFacts:
    """Everything the gates read; `records` maps (step key, record kind) to rows of field values.

    `evidence` and `activities` count by step key; `low_max` and `mid_max` are the company's
    cost classes in yuan. Values may be text, numbers, dates or booleans.
    """

    records: Mapping[tuple[str, str], Sequence[Row]] = field(default_factory=dict)
    evidence: Mapping[str, int] = field(default_factory=dict)
    activities: Mapping[str, int] = field(default_factory=dict)
    indicators: Sequence[IndicatorFacts] = ()
    member_count: int = 0
    leader_count: int = 0
    circle_registered: bool = False
    project_registered: bool = False
    savings_verified: int = 0
    low_max: Decimal = LOW_MAX
    mid_max: Decimal = MID_MAX

    def rows(self, kind: str, step: str | None = None) -> list[Row]:
        """The rows of a record kind, of one step or of all steps."""
        return [
            row
            for (at, what), rows in self.records.items()
            if what == kind and step in (None, at)
            for row in rows
        ]


@dataclass(frozen=True)
class Missing:
    """One thing that a step still lacks: a message with its values, the gate that asks, and where.

    Values `record`, `field` and `choice` are keys of the pack until `named` turns them into Names.
    """

    msgid: str
    values: Mapping[str, Any]
    gate: str
    step: str
    record: str | None = None
    choice_of: tuple[str, str] | None = None

    @property
    def where(self) -> str:
        """The place as step or step/record."""
        return f"{self.step}/{self.record}" if self.record else self.step


def text_of(row: Row, key: str) -> str:
    """A value as trimmed text; an empty text stands for nothing."""
    value = row.get(key)
    return "" if value is None else str(value).strip()


def same(text: str) -> str:
    """The form in which two texts are compared: case and spacing do not count."""
    return " ".join(text.casefold().split())


def is_yes(row: Row, key: str) -> bool:
    """True when a yes/no value says yes."""
    return row.get(key) is True or text_of(row, key).casefold() in ("yes", "true", "1")


def is_decided(row: Row, key: str) -> bool:
    """True when a yes/no value says yes or no."""
    return isinstance(row.get(key), bool) or text_of(row, key) != ""


def number_of(row: Row, key: str) -> Decimal | None:
    """A value as an exact finite number, or None."""
    try:
        number = Decimal(text_of(row, key).replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
