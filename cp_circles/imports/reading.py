"""Files as tables: CSV, gzipped CSV or Excel, the headings found and joined, each row with its number."""

import csv
import gzip
import io
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cp_circles.errors import Invalid, msg
from cp_circles.files.tables import Budget, sheets_of_book
from cp_circles.rulesets.schema import Mapping

MOST_BYTES = 200_000_000
MOST_ROWS = 500_000
HEADINGS_WITHIN = 20
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
Cells = Sequence[Any]


@dataclass(frozen=True)
class Table:
    """One sheet: its headings by place, and (row number, cells) below them.

    `width` is the number of cells that every row must have, or None where rows may end early (Excel).
    """

    sheet: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, Cells], ...]
    width: int | None = None


def normal(heading: Any) -> str:
    """A heading as it is compared: no blanks, one width of signs, small letters."""
    return "".join(unicodedata.normalize("NFKC", str(heading or "")).split()).casefold()


def tables_of(mapping: Mapping, name: str, content: bytes) -> list[Table]:
    """Every sheet that has the mapping's headings.

    Raises Invalid (field `file`) for a broken, foreign or too large file, or one without the headings.
    """
    content = unpacked(content)
    if not content.strip():
        raise Invalid(msg("The file is empty. Please choose another one."), field="file")
    is_book = content[:4] == b"PK\x03\x04"
    sheets = _sheets(mapping, content) if is_book else iter([("", _csv_rows(content), True)])
    tables, lacking = [], mapping.needed_columns()
    for title, rows, strict in sheets:
        table, missing = _table(mapping, title, rows, strict)
        lacking = min(lacking, missing, key=len)
        if table is not None:
            tables.append(table)
    if not tables:
        columns = ", ".join(dict.fromkeys(names[0] for names in lacking))
        text = msg("No row of the file names these columns: %(columns)s.")
        raise Invalid(text, field="file", columns=columns)
    if not any(table.rows for table in tables):
        raise Invalid(msg("The file has no rows below its heading."), field="file")
    return tables


def unpacked(content: bytes) -> bytes:
    """The content of a gzip file within bounds, UTF-16 as UTF-8; any other content as it is."""
    if content[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
                content = stream.read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise Invalid(msg("This gzip file is damaged; pack it again."), field="file") from error
    if len(content) > MOST_BYTES:
        raise Invalid(
            msg("The file is larger than %(largest)s MB. Please send a smaller one."),
            field="file",
            largest=MOST_BYTES // 1_000_000,
        )
    return _decoded(content).encode() if content[:2] in UTF_16 else content


def _csv_rows(content: bytes) -> list[Cells]:
    """The rows of a CSV in UTF-8 (or 16) or GB18030, separated by comma, semicolon or tab."""
    text = _decoded(content)
    if "\x00" in text:
        raise Invalid(msg("This is neither a CSV nor an Excel file."), field="file")
    mark = max(",;\t", key="".join(text.split("\n", HEADINGS_WITHIN)[:HEADINGS_WITHIN]).count)
    try:
        return list(Budget(MOST_ROWS).rows_of(csv.reader(io.StringIO(text, newline=""), delimiter=mark)))
    except csv.Error as error:
        raise Invalid(msg("This is neither a CSV nor an Excel file."), field="file") from error


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content[:2] in UTF_16 else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(msg("The text of this file cannot be read; save it as CSV in UTF-8."), field="file")


def _sheets(mapping: Mapping, content: bytes) -> Iterator[tuple[str, list[Cells], bool]]:
    for title, rows in sheets_of_book(content, Budget(MOST_ROWS), only=mapping.sheet.sheets or ()):
        yield title, list(rows), False


def _table(
    mapping: Mapping, title: str, rows: list[Cells], strict: bool
) -> tuple[Table | None, tuple[tuple[str, ...], ...]]:
    """The sheet below its headings, or the needed columns that its best row of headings lacks.

    Of all rows that could be the headings, the one that names the most columns wins, whole names first.
    """
    deep, lacking = mapping.sheet.heading_rows, mapping.needed_columns()
    best: tuple[tuple[int, int, int], tuple[str, ...]] | None = None
    for start in range(min(HEADINGS_WITHIN, len(rows))):
        headings = joined_headings(rows[start : start + deep])
        missing = tuple(names for names in mapping.needed_columns() if place_of(names, headings) is None)
        lacking = min(lacking, missing, key=len)
        if not missing:
            rank = (*_named(mapping, headings), -start)
            best = max(best, (rank, headings)) if best else (rank, headings)
    if best is None:
        return None, lacking
    (_, _, before), headings = best
    first = deep - before
    below = tuple(_data_rows(mapping, rows[first:], first + 1))
    return Table(title, headings, below, len(headings) if strict else None), ()


def _named(mapping: Mapping, headings: tuple[str, ...]) -> tuple[int, int]:
    """How many of the mapping's columns the headings name, and how many of them by their whole name."""
    columns = {reading.columns for reading in mapping.readings() if reading.columns}
    whole = sum(any(normal(name) in headings for name in names) for names in columns)
    return sum(place_of(names, headings) is not None for names in columns), whole


def joined_headings(rows: Sequence[Cells]) -> tuple[str, ...]:
    """The headings of each column as `upper/lower`; a merged one holds for the columns to its right.

    A cell merged downwards leaves the rows below it empty: the column then has one name only.
    """
    width = max((len(row) for row in rows), default=0)
    filled = [_across(rows, number, width) for number in range(len(rows))]
    return tuple(
        "/".join(dict.fromkeys(part for part in (normal(row[place]) for row in filled) if part))
        for place in range(width)
    )


def _across(rows: Sequence[Cells], number: int, width: int) -> list[Any]:
    """A row of headings with merged cells filled to the right wherever a heading stands below."""
    cells = [*rows[number], *[None] * (width - len(rows[number]))]
    below = rows[number + 1 :]
    for place in range(1, width):
        has_below = any(place < len(row) and normal(row[place]) for row in below)
        if not normal(cells[place]) and has_below:
            cells[place] = cells[place - 1]
    return cells


def place_of(names: Iterable[str], headings: Sequence[str]) -> int | None:
    """Where the first of these headings stands: by its whole name, or by the last part if that is unique."""
    lasts = [heading.rsplit("/", 1)[-1] for heading in headings]
    for name in names:
        wanted = normal(name)
        if wanted in headings:
            return list(headings).index(wanted)
        if "/" not in wanted and lasts.count(wanted) == 1:
            return lasts.index(wanted)
    return None


def _data_rows(mapping: Mapping, rows: Iterable[Cells], first: int) -> Iterator[tuple[int, Cells]]:
    """The rows that hold data: neither blank nor a total or a note."""
    skipped = mapping.sheet.skip_rows_starting
    for number, row in enumerate(rows, start=first):
        beginning = next((text for cell in row if cell is not None and (text := str(cell).strip())), "")
        if beginning and not (skipped and beginning.startswith(skipped)):
            yield number, row
