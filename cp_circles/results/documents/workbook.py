"""The Excel file of a pack: exact numbers, texts that cannot start a formula, fields to fill marked."""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

from cp_circles.calc.cells import harmless
from cp_circles.errors import msg
from cp_circles.results.documents.adding import AMOUNTS, sums_of
from cp_circles.results.documents.blocks import clean
from cp_circles.results.documents.pack import Pack, Sheet, verdict_of
from cp_circles.results.documents.words import Words

BOLD = Font(bold=True)
TO_FILL = PatternFill("solid", fgColor="FFF2CC")
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
LONGEST_CELL = 32_000
LONGEST_NAME = 31


def workbook_of(pack: Pack, words: Words) -> bytes:
    """The pack as .xlsx: savings with their sums, indicators, evidence, and a sheet each to score."""
    book = Workbook()
    book.remove(book.active)
    _savings(book, pack, words)
    _indicators(book, pack, words)
    _evidence(book, pack, words)
    for sheet in pack.sheets:
        _scores(book, sheet, words)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _page(book: Workbook, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    page = book.create_sheet(clean(title).translate(FORBIDDEN)[:LONGEST_NAME])
    page.append([_cell(column) for column in columns])
    for row in rows:
        page.append([_cell(value) for value in row])
    for cell in page[1]:
        cell.font = BOLD
    for column in page.columns:
        longest = max(len(str(cell.value or "")) for cell in column)
        page.column_dimensions[column[0].column_letter].width = min(max(10, longest * 1.6), 60)
        for cell in column:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "A2"
    return page


def _cell(value: Any) -> Any:
    return harmless(clean(value)[:LONGEST_CELL]) if isinstance(value, str) else value


def _savings(book: Workbook, pack: Pack, words: Words) -> None:
    say = words.say
    columns = [
        say(msg("No.")),
        say(msg("Project number")),
        say(msg("Result")),
        say(msg("Indicator")),
        say(msg("Meter")),
        say(msg("From")),
        say(msg("To")),
        say(msg("Quantity")),
        say(msg("Unit")),
        "kgce",
        "kgCO2e",
        f"{say(msg('Direct benefit'))} (CNY)",
        f"{say(msg('Indirect benefit'))} (CNY)",
        say(msg("In the sum")),
    ]
    rows = [
        [
            number,
            line.number,
            line.result,
            line.saving["indicator"],
            line.saving["meter"],
            line.saving["reporting"]["from"],
            line.saving["reporting"]["to"],
            line.amount("quantity"),
            line.saving["unit"],
            *(line.amount(name) for name in AMOUNTS),
            verdict_of(line, words),
        ]
        for number, line in enumerate(pack.lines, start=1)
    ]
    sums = sums_of(pack.lines)
    rows.append([None, None, say(msg("Sum")), *[None] * 6, *(sums[name] for name in AMOUNTS), None])
    page = _page(book, say(msg("Savings")), columns, rows)
    for cell in page[page.max_row]:
        cell.font = BOLD


def _indicators(book: Workbook, pack: Pack, words: Words) -> None:
    say = words.say
    columns = [
        say(msg("Result")),
        say(msg("Indicator")),
        say(msg("Unit")),
        say(msg("Baseline value")),
        say(msg("Target value")),
        say(msg("Reached")),
    ]
    rows = [
        [report.package["title"], row["name"], row["unit"], row["baseline"], row["target"], row["actual"]]
        for report in pack.reports
        for row in report.indicators
    ]
    _page(book, say(msg("Target and effect")), columns, rows)


def _evidence(book: Workbook, pack: Pack, words: Words) -> None:
    say = words.say
    columns = [
        say(msg("Result")),
        say(msg("What it shows")),
        say(msg("File")),
        say(msg("Holds from")),
        say(msg("SHA-256")),
    ]
    rows = [
        [report.package["title"], row["title"], row["filename"], row["effective_on"], row["sha256"]]
        for report in pack.reports
        for row in report.package["evidence"]
    ]
    _page(book, say(msg("Evidence list")), columns, rows)


def _scores(book: Workbook, sheet: Sheet, words: Words) -> None:
    say = words.say
    columns = [say(msg("Block")), say(msg("Item")), say(msg("Points")), say(msg("Score")), say(msg("Note"))]
    rows: list[list[Any]] = [[item.block, item.text, item.points, None, None] for item in sheet.items]
    rows.append([say(msg("Sum")), None, Decimal(sum(item.points for item in sheet.items)), None, None])
    rows.append([say(msg("Provisional: points suggested by this platform; not an official sheet."))])
    page = _page(book, sheet.title, columns, rows)
    for row in page.iter_rows(min_row=2, max_row=len(sheet.items) + 2, min_col=4, max_col=5):
        for cell in row:
            cell.fill = TO_FILL
