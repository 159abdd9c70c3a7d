"""Every quality tool by its code, and the shape of its inputs for a form that is built from it."""

from dataclasses import dataclass
from datetime import date
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from cp_circles.calc.tools import causes, control, pareto, relations, schedule, series, sheets
from cp_circles.calc.tools import histogram as histogram_
from cp_circles.calc.tools import orthogonal as orthogonal_
from cp_circles.calc.tools import two_samples as two_samples_
from cp_circles.calc.tools.base import Given, Tool
from cp_circles.errors import msg

_ALL = (
    sheets.CHECK_SHEET,
    pareto.TOOL,
    histogram_.TOOL,
    series.RUN,
    control.XMR,
    control.XBAR,
    control.P,
    control.U,
    series.SCATTER,
    sheets.RADAR,
    sheets.BOARD,
    causes.FISHBONE,
    causes.TREE,
    relations.TOOL,
    causes.WHYS,
    two_samples_.SAMPLES,
    two_samples_.SHARES,
    sheets.RANKING,
    orthogonal_.TOOL,
    causes.PDPC,
    schedule.GANTT,
    schedule.ARROW,
    sheets.PHOTOS,
)
TOOLS: dict[str, Tool] = {tool.code: tool for tool in _ALL}

CHOICES = {
    "six_m": msg("People, machines, materials, methods, surroundings, measurement"),
    "eight_aspects": msg("Eight aspects of cleaner production"),
    "own": msg("Our own"),
    "step": msg("Step"),
    "risk": msg("Risk"),
    "countermeasure": msg("Countermeasure"),
    "confirmed": msg("Confirmed"),
    "refuted": msg("Refuted"),
    "open": msg("Still open"),
    "welch": msg("Two separate samples (Welch's t)"),
    "paired": msg("Pairs of values (paired t)"),
    "mann_whitney": msg("Ranks, for values that are not normal (Mann-Whitney)"),
    "higher": msg("Higher is better"),
    "lower": msg("Lower is better"),
    "target": msg("Nearest to a target is best"),
    "site": msg("Site"),
    "process": msg("Process"),
    "document": msg("Document"),
}


@dataclass(frozen=True)
class InputField:
    """One field of a form: `kind` is text, number, whole, flag, date, choice, numbers, names or rows.

    `label` and `hint` are msgids; `choices` pairs of value and msgid; `columns` the fields of a row.
    """

    name: str
    kind: str
    label: str
    hint: str
    required: bool
    default: Any = None
    least: int | None = None
    most: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple["InputField", ...] = ()


def fields_of(inputs: type[Given]) -> tuple[InputField, ...]:
    """The fields of a tool's inputs, or of one of its rows, in their order."""
    return tuple(_field(name, info) for name, info in inputs.model_fields.items())


def _field(name: str, info: FieldInfo) -> InputField:
    kind, inner = _kind(info.annotation)
    bounds = {type(entry).__name__: entry for entry in info.metadata}
    least, most = bounds.get("MinLen"), bounds.get("MaxLen")
    return InputField(
        name,
        kind,
        info.title or name,
        info.description or "",
        info.is_required(),
        None if info.is_required() else info.default,
        getattr(least, "min_length", None),
        getattr(most, "max_length", None),
        tuple((value, CHOICES.get(value, value)) for value in get_args(inner)) if kind == "choice" else (),
        fields_of(inner) if kind == "rows" else (),
    )


_PLAIN = {str: "text", int: "whole", bool: "flag", date: "date"}


def _kind(annotation: Any) -> tuple[str, Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return _kind(next(part for part in get_args(annotation) if part is not type(None)))
    if origin is Literal:
        return "choice", annotation
    if origin is tuple:
        part = get_args(annotation)[0]
        if isinstance(part, type) and issubclass(part, Given):
            return "rows", part
        return ("names" if _kind(part)[0] == "text" else "numbers"), part
    return _PLAIN.get(annotation, "number"), annotation
