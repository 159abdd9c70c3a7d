"""What a source is: what it is asked for, what it offers, and how it is written into an address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.calc.tools import TOOLS, fields_of
from cp_circles.projects.models import Project

Source = Mapping[str, Any]
Inputs = dict[str, Any]
SERIES = ("run", "control_xmr", "histogram")
SHARES = ("control_p", "control_u", "two_shares")


@dataclass(frozen=True)
class Asked:
    """Which tool of which project is to be filled, in whose language and on which day."""

    session: Session
    project: Project
    code: str
    language: str
    today: date


@dataclass(frozen=True)
class Offer:
    """One source that a tool can be filled from; `name` is finished text, or a msgid where `is_message`."""

    source: dict[str, Any]
    name: str
    is_message: bool = False

    @property
    def key(self) -> str:
        """The reference as one word of an address."""
        return written(self.source)


@dataclass(frozen=True)
class Kind:
    """One kind of source: what its reference holds, the tools it fills, its offers, and its inputs."""

    name: str
    fields: tuple[str, ...]
    tools: frozenset[str]
    offers: Callable[[Asked], list[Offer]]
    fill: Callable[[Asked, Source], Inputs]


@dataclass(frozen=True)
class Found:
    """How many were found among how many, in one sample."""

    label: str
    size: str
    count: str


def written(source: Source) -> str:
    """A source as `kind:value:value`, as it stands in an address or a hidden field."""
    return ":".join(str(value) for value in source.values())


def distinct(labels: Sequence[str]) -> list[str]:
    """The labels, a number behind each that stood before."""
    seen: dict[str, int] = {}
    out = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        out.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return out


def series(code: str, values: Sequence[Any], labels: Sequence[str], unit: str) -> Inputs:
    """The inputs of a tool that takes values in order, with labels where it has any."""
    inputs: Inputs = {"unit": unit, "values": [str(value) for value in values]}
    if "labels" in {field.name for field in fields_of(TOOLS[code].inputs)}:
        inputs["labels"] = distinct([label.replace(",", " ").replace("、", " ") for label in labels])
    return inputs


def shares(code: str, rows: Sequence[Found]) -> Inputs:
    """The inputs of a p or u chart, or of two shares: then of the first and the last sample."""
    if code != "two_shares":
        return {"rows": [vars(row) for row in rows]}
    if not rows:
        return {}
    first, last = rows[0], rows[-1]
    return {
        "first_name": first.label,
        "first_count": first.count,
        "first_size": first.size,
        "second_name": last.label,
        "second_count": last.count,
        "second_size": last.size,
    }
