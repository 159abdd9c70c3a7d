"""The Excel file of a pack: exact numbers, texts that cannot start a formula, fields to fill marked."""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

from cp_circles.calc.cells import harmless
from cp_circles.errors import msg
from cp_circles.results.documents.adding import AMOUNTS, Line, sums_of
from cp_circles.results.documents.audited import blank, effect_blocks, method_of, name_of, verdict_of
from cp_circles.results.documents.blocks import NOTHING, clean
from cp_circles.results.documents.pack import Pack, Sheet
from cp_circles.results.documents.words import Words

BOLD = Font(bold=True)
TO_FILL = PatternFill("solid", fgColor="FFF2CC")
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
LONGEST_CELL = 32_000
LONGEST_NAME = 31


def workbook_of(pack: Pack, words: Words) -> bytes:
    """The pack as .xlsx: savings with sums, signatures, indicators, effects, evidence, sheets to score."""
    book = Workbook()
    book.remove(book.active)
    _savings(book, pack, words)
    _signatures(book, pack, words)
    _indicators(book, pack, words)
    _effects(book, pack, words)
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
            if str(cell.value or "").startswith("【"):
                cell.fill = TO_FILL
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
        say(msg("Claimed quantity")),
        say(msg("Share")),
        say(msg("Baseline from")),
        say(msg("Baseline to")),
        say(msg("Method")),
        say(msg("Method version")),
        f"{say(msg('Claim'))} {say(msg('SHA-256'))}",
        say(msg("Provisional")),
        say(msg("Note")),
    ]
    rows = [
        [
            number,
            line.number,
            line.result,
            name_of(line, words),
            line.saving["meter"] or blank(words),
            line.saving["reporting"]["from"],
            line.saving["reporting"]["to"],
            line.amount("quantity"),
            line.saving["unit"],
            *(NOTHING if (value := line.amount(name)) is None else value for name in AMOUNTS),
            verdict_of(line, words),
            *_origin(line, words),
        ]
        for number, line in enumerate(pack.lines, start=1)
    ]
    sums = sums_of(pack.lines)
    rows.append([None, None, say(msg("Sum")), *[None] * 6, *(sums[name] for name in AMOUNTS), *[None] * 10])
    page = _page(book, say(msg("Savings")), columns, rows)
    for cell in page[page.max_row]:
        cell.font = BOLD


def _origin(line: Line, words: Words) -> list[Any]:
    """Claimed amount, share, baseline, method and note of a saving."""
    saving = line.saving
    claimed = (saving["claimed"] or {}).get("quantity")
    notes = [text for text in (saving["adjustment_note"], saving["money_note"]) if text]
    return [
        Decimal(claimed) if claimed else None,
        Decimal(saving["share"]),
        saving["baseline"]["from"],
        saving["baseline"]["to"],
        method_of(line, words),
        (saving.get("claim") or {}).get("method_version"),
        saving["claim_sha256"],
        words.say(msg("yes")) if saving["provisional"] else words.say(msg("no")),
        "; ".join(notes),
    ]


def _signatures(book: Workbook, pack: Pack, words: Words) -> None:
    say = words.say
    columns = [
        say(msg("No.")),
        say(msg("Result")),
        say(msg("Verified as")),
        say(msg("Signed by")),
        say(msg("Quantity")),
        say(msg("Unit")),
        "kgce",
        "kgCO2e",
        f"{say(msg('Direct benefit'))} (CNY)",
        say(msg("Reason")),
        say(msg("Time")),
        say(msg("SHA-256")),
    ]
    rows = [
        [
            number,
            line.result,
            words.label(row["role"]),
            row["signer"],
            _number(row["amounts"].get("quantity")),
            line.saving["unit"],
            *(_number(row["amounts"].get(name)) for name in ("kgce", "kgco2e", "direct_yuan")),
            row["reason"],
            words.moment(row["at"]),
            row["sha256"],
        ]
        for number, line in enumerate(pack.lines, start=1)
        for row in line.saving["signatures"]
    ]
    _page(book, say(msg("Signatures")), columns, rows)


def _number(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _effects(book: Workbook, pack: Pack, words: Words) -> None:
    for block in effect_blocks(pack.reports, words):
        _page(
            book, words.say(msg("Effects without money")), [label for label, _ in block.columns], block.rows
        )


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
        [
            report.package["title"],
            row["name"],
            row["unit"],
            *(blank(words) if row[name] is None else row[name] for name in ("baseline", "target", "actual")),
        ]
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
        [
            report.package["title"],
            row["title"],
            row["filename"],
            row["effective_on"] or blank(words),
            row["sha256"],
        ]
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
