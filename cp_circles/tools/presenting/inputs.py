"""The form of a tool from its schema: fields, rows of cells, what was typed, and what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools import InputField, Tool, fields_of
from cp_circles.calc.tools.causes import FRAMES
from cp_circles.calc.tools.orthogonal_arrays import ARRAYS
from cp_circles.charts.tools import told
from cp_circles.errors import msg
from cp_circles.tools.presenting.sheets import run_table

Choices = Sequence[tuple[str, str]]
SPARE, FIRST = 1, 4
POINTING = frozenset({"parent", "cause", "effect", "after"})
HINTS = {
    "numbers": msg("One after another, parted by blanks, commas or lines; a pasted column will do."),
    "names": msg("Parted by commas."),
}


@dataclass
class Cell:
    """One input: `kind` says which control it gets, `known` what may be picked or typed."""

    name: str
    kind: str
    label: str
    value: str
    hint: str = ""
    required: bool = False
    choices: Choices = ()
    known: Choices = ()
    errors: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The element's id."""
        return f"f-{self.name}"

    @property
    def known_id(self) -> str:
        """The id of its list of known values."""
        return f"known-{self.name}"


@dataclass
class Row:
    """One row of cells; `label` names it where its place alone does not."""

    number: int
    cells: list[Cell]
    label: str = ""
    errors: list[str] = field(default_factory=list)


@dataclass
class Group:
    """A single field (`cell`), or a table of rows with what may be done to it."""

    name: str
    label: str
    cell: Cell | None = None
    rows: list[Row] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    grows: bool = False
    is_long: bool = False

    @property
    def id(self) -> str:
        """The element's id."""
        return f"f-{self.name}"


@dataclass(frozen=True)
class Summary:
    """One thing that is wrong: the place in words, the reason, and the element it is about."""

    place: str
    text: str
    anchor: str


def groups_of(
    tool: Tool,
    raw: Mapping[str, Any],
    reasons: Sequence[Reason] = (),
    *,
    pictures: Choices = (),
    extra: Mapping[str, int] | None = None,
) -> list[Group]:
    """The fields of a tool filled with what was typed or stored; `extra` adds blank rows to a table."""
    told_at = [(reason.field, told(reason, _)) for reason in reasons]
    made = []
    for one in fields_of(tool.inputs):
        if one.kind == "rows":
            made.append(_table(tool, one, raw, told_at, pictures, (extra or {}).get(one.name, 0)))
        else:
            errors = [text for place, text in told_at if place.split(".")[0] == one.name]
            cell = _cell(one, one.name, raw.get(one.name), errors)
            made.append(Group(one.name, cell.label, cell))
    return made


def _table(
    tool: Tool,
    one: InputField,
    raw: Mapping[str, Any],
    told_at: Sequence[tuple[str, str]],
    pictures: Choices,
    extra: int,
) -> Group:
    stored = [dict(row) for row in raw.get(one.name) or [] if isinstance(row, Mapping)]
    fixed = _fixed_rows(tool.code, one.name, raw)
    wanted = fixed or min(one.most or 500, max(one.least or 0, FIRST, len(stored) + SPARE) + extra)
    stored = stored[:wanted] + [{} for _place in range(wanted - len(stored))]
    _number(one, stored)
    lists = _known(one, stored, raw)
    rows = []
    for number, row in enumerate(stored):
        at = f"{one.name}.{number}"
        cells = []
        for column in one.columns:
            errors = [text for place, text in told_at if _is_at(place, f"{at}.{column.name}")]
            cell = _cell(column, f"{one.name}-{number}-{column.name}", row.get(column.name), errors)
            cell.known = lists.get(column.name, ())
            if column.name in {"before_file", "after_file"}:
                cell.kind, cell.choices = "choice", [("", "–"), *pictures]
            cells.append(cell)
        own = [text for place, text in told_at if place == at]
        rows.append(Row(number, cells, _row_label(tool.code, one.name, raw, number), own))
    return Group(
        name=one.name,
        label=_(one.label),
        rows=rows,
        headings=[_(column.label) for column in one.columns],
        errors=[text for place, text in told_at if place == one.name],
        grows=not fixed and (one.most is None or wanted < one.most),
        is_long=len(one.columns) > 5,
    )


def _is_at(place: str, path: str) -> bool:
    return place == path or place.startswith(f"{path}.")


def _fixed_rows(code: str, name: str, raw: Mapping[str, Any]) -> int:
    array = ARRAYS.get(str(raw.get("array"))) if code == "orthogonal" and name == "trials" else None
    return len(array) if array else 0


def _row_label(code: str, name: str, raw: Mapping[str, Any], number: int) -> str:
    if code == "orthogonal" and name == "trials":
        table = run_table(raw)
        if table and number < len(table.rows):
            return " · ".join(
                f"{factor}: {level}" for factor, level in zip(table.factors, table.rows[number], strict=True)
            )
    if code == "five_whys":
        return _("Why %(number)s", number=number + 1)
    return ""


def _number(one: InputField, rows: list[dict[str, Any]]) -> None:
    if not any(column.name == "key" for column in one.columns):
        return
    taken = {str(row.get("key") or "") for row in rows}
    free = (str(number) for number in range(1, 10_000) if str(number) not in taken)
    for row in rows:
        if not row.get("key"):
            row["key"] = next(free)


def _known(one: InputField, rows: Iterable[Mapping[str, Any]], raw: Mapping[str, Any]) -> dict[str, Choices]:
    known: dict[str, Choices] = {}
    texts = [(str(row["key"]), str(row["text"])) for row in rows if row.get("key") and row.get("text")]
    known |= {name: texts for name in POINTING}
    factors = [(str(row.get("key") or ""), str(row.get("text") or "")) for row in raw.get("factors") or []]
    if one.name == "arrows":
        known |= {name: [pair for pair in factors if pair[1]] for name in POINTING}
    frame = FRAMES.get(str(raw.get("frame") or "eight_aspects"), ())
    own = [str(row.get("category") or "") for row in rows]
    bones = dict.fromkeys([*frame, *(text for text in own if text)])
    known["category"] = [(_(bone), "") for bone in bones]
    groups = dict.fromkeys(str(row.get("group") or "") for row in rows)
    known["group"] = [(group, "") for group in groups if group]
    return {column.name: known[column.name] for column in one.columns if column.name in known}


def _cell(one: InputField, name: str, value: Any, errors: list[str]) -> Cell:
    kind = "answer" if one.kind == "flag" and one.default is None else one.kind
    choices: Choices = [(key, _(label)) for key, label in one.choices]
    if kind == "answer":
        kind, choices = "choice", [("", "–"), ("yes", _("yes")), ("no", _("no"))]
    if value is None and one.kind in {"choice", "number", "whole"} and one.default is not None:
        value = one.default if one.kind == "choice" or one.name not in {"votes"} else None
    hint = _(one.hint) if one.hint else _(HINTS[one.kind]) if one.kind in HINTS else ""
    text = _text(value, one)
    return Cell(name, kind, _(one.label), text, hint, one.required, choices, (), errors)


def _text(value: Any, one: InputField) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ("no" if one.default is None else "")
    if isinstance(value, list | tuple):
        return (" " if one.kind == "numbers" else ", ").join(str(part) for part in value)
    text = str(value)
    return _(text) if one.name == "category" and text else text


def summary_of(tool: Tool, reasons: Sequence[Reason]) -> list[Summary]:
    """What is wrong, naming row and field."""
    fields = {one.name: one for one in fields_of(tool.inputs)}
    return [_summary(reason, fields) for reason in reasons]


def _summary(reason: Reason, fields: Mapping[str, InputField]) -> Summary:
    parts, text = reason.field.split("."), told(reason, _)
    one = fields.get(parts[0])
    if one is None:
        return Summary("", text, "")
    if one.kind != "rows" or len(parts) < 2 or not parts[1].isdecimal():
        return Summary(_(one.label), text, f"f-{one.name}")
    row = _("%(table)s, row %(number)s", table=_(one.label), number=int(parts[1]) + 1)
    column = next((column for column in one.columns if len(parts) > 2 and column.name == parts[2]), None)
    if column is None:
        return Summary(row, text, f"f-{one.name}-{parts[1]}-{one.columns[0].name}")
    place = _("%(row)s, %(column)s", row=row, column=_(column.label))
    return Summary(place, text, f"f-{one.name}-{parts[1]}-{column.name}")


def bones_by_name() -> dict[str, str]:
    """The bones of the frames by their name in the reader's language."""
    return {_(bone): bone for frame in FRAMES.values() for bone in frame}
