"""What was typed into a tool's form as raw inputs: rows by number, pasted tables, keys given by themselves.

Names of fields: `unit` for a single one, `rows-0-amount` for a cell of a row, `paste-rows` for a paste.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from cp_circles.calc.exact import decimal_from
from cp_circles.calc.tools import InputField

Typed = Mapping[str, str]
Sign = Callable[[str], str]
CELLS = re.compile(r"\t|(?<=\S)\s*[,;，；]\s*|\s{2,}")
MOST_ROWS = 600


def raw_inputs(fields: tuple[InputField, ...], typed: Typed, sign: Sign = str) -> dict[str, Any]:
    """The raw inputs of a tool from a sent form; blank rows and blank optional fields are left out.

    `sign` turns a bone that was picked by its translated name back into its msgid.
    """
    raw: dict[str, Any] = {}
    for field in fields:
        if field.kind == "rows":
            raw[field.name] = _rows(field, typed, sign)
        else:
            _put(raw, field, typed.get(field.name))
    return raw


def _rows(field: InputField, typed: Typed, sign: Sign) -> list[dict[str, Any]]:
    by_number: dict[int, dict[str, str]] = {}
    for name, value in typed.items():
        found = re.fullmatch(rf"{field.name}-([0-9]{{1,4}})-([a-z_]+)", name)
        if found:
            by_number.setdefault(int(found.group(1)), {})[found.group(2)] = value
    rows = [by_number[number] for number in sorted(by_number)]
    rows = [row for row in rows if not is_blank(field, row)]
    rows += pasted(field, typed.get(f"paste-{field.name}", ""))
    rows = numbered(field, rows[:MOST_ROWS])
    out = []
    for row in rows:
        inputs: dict[str, Any] = {}
        for column in field.columns:
            _put(inputs, column, row.get(column.name))
        if "category" in inputs:
            inputs["category"] = sign(inputs["category"])
        out.append(inputs)
    return out


def is_blank(field: InputField, row: Mapping[str, Any]) -> bool:
    """True for a row in which nothing was typed; keys, choices and boxes are filled by themselves."""
    texts = [
        row.get(one.name) for one in field.columns if one.kind not in {"choice", "flag"} and one.name != "key"
    ]
    return not any(str(text).strip() for text in texts if text is not None)


def _put(raw: dict[str, Any], field: InputField, value: str | None) -> None:
    if field.kind == "flag" and field.default is not None:
        raw[field.name] = str(value or "").lower() in {"y", "yes", "1", "true", "on", "是"}
        return
    text = (value or "").strip()
    if text:
        raw[field.name] = day_text(text) if field.kind == "date" else text


def day_text(text: str) -> str:
    """A day as 2026-09-18, also from 2026/9/18, 2026.9.18 and 2026年9月18日."""
    plain = re.sub(r"[年月/.]", "-", unicodedata.normalize("NFKC", text)).replace("日", "").strip()
    parts = plain.split("-")
    if len(parts) == 3 and all(part.strip().isdecimal() and len(part) < 10 for part in parts):
        year, month, day = (int(part) for part in parts)
        return f"{year:04d}-{month:02d}-{day:02d}"
    return text


def numbered(field: InputField, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows, those without a number given the next free one, where the rows have numbers."""
    if not any(column.name == "key" for column in field.columns):
        return rows
    taken = {str(row.get("key", "")).strip() for row in rows}
    free = (str(number) for number in range(1, 10_000) if str(number) not in taken)
    return [row if str(row.get("key", "")).strip() else {**row, "key": next(free)} for row in rows]


def pasted(field: InputField, text: str) -> list[dict[str, str]]:
    """Rows from a pasted column or table: cells by tabs, commas or wide blanks, in the order of the columns.

    A column of several numbers takes all the cells that are left. A line of headings is dropped.
    """
    lines = [line for line in text.replace("\r", "").split("\n") if line.strip()]
    columns = [column for column in field.columns if column.name != "key"]
    rows = [_line(columns, [cell.strip() for cell in _cells(line)]) for line in lines]
    if len(rows) > 1 and _is_heading(columns, rows[0]) and not _is_heading(columns, rows[1]):
        rows = rows[1:]
    return rows


def _cells(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else CELLS.split(line.strip())


def _line(columns: list[InputField], cells: list[str]) -> dict[str, str]:
    row: dict[str, str] = {}
    for place, column in enumerate(columns):
        if column.kind in {"numbers", "names"}:
            row[column.name] = " ".join(cells[place:])
            break
        if place < len(cells):
            row[column.name] = _choice(column, cells[place])
    return row


def _choice(column: InputField, text: str) -> str:
    known = {msgid: value for value, msgid in column.choices}
    return known.get(text, text)


def _is_heading(columns: list[InputField], row: dict[str, str]) -> bool:
    figures = [row.get(one.name, "") for one in columns if one.kind in {"number", "whole", "numbers"}]
    cells = [cell for figure in figures for cell in figure.split()]
    return bool(cells) and not any(_is_number(cell) for cell in cells)


def _is_number(text: str) -> bool:
    try:
        decimal_from(text)
    except ValueError:
        return False
    return True
