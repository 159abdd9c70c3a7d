"""Tables in hostile files: each ends soon, in a message, and never in a traceback or a full memory."""

import csv
import io
import zipfile

import openpyxl
import pytest

from cp_circles.errors import Invalid
from cp_circles.files.tables import Budget, sheets_of_book

SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def book_with(parts: dict[str, str | None]) -> bytes:
    """A small workbook in which these parts are replaced, or dropped where None."""
    out, plain = io.BytesIO(), io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["表计", "2026-01-01", 5])
    book.save(plain)
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = parts.get(name, before.read(name))
            if content is not None:
                after.writestr(name, content)
    return out.getvalue()


def sheet(rows: str) -> str:
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def read(content: bytes, most_rows: int = 1_000) -> list[tuple[str, list[list[object]]]]:
    return list(sheets_of_book(content, Budget(most_rows)))


def test_a_sound_workbook_is_read():
    assert read(book_with({})) == [("Sheet", [["表计", "2026-01-01", 5]])]


@pytest.mark.parametrize(
    "parts",
    [
        {SHEET: "no xml"},
        {SHEET: "<worksheet"},
        {SHEET: sheet('<row r="x"><c r="A1"><v>1</v></c></row>')},
        {SHEET: sheet('<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>')},
        {SHEET: sheet('<row r="1"><c r="A1" t="s"><v>999999</v></c></row>')},
        {SHEET: sheet('<row r="1"><c r="A1" s="77"><v>x</v></c></row>')},
        {"xl/workbook.xml": "no xml"},
        {"xl/workbook.xml": f"<workbook {MAIN} nonsense='1'><sheets><sheet/></sheets></workbook>"},
        {"xl/styles.xml": "<styleSheet"},
        {"xl/_rels/workbook.xml.rels": "<Relationships/>"},
        {"[Content_Types].xml": "<Types/>"},
    ],
)
def test_a_damaged_workbook_is_refused_in_a_message(parts):
    with pytest.raises(Invalid) as refusal:
        read(book_with(parts))
    assert refusal.value.field == "file"


@pytest.mark.parametrize("number", [5_000, 2_000_000_000])
def test_rows_that_only_their_number_makes_are_counted(number):
    content = book_with({SHEET: sheet(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>')})
    with pytest.raises(Invalid) as refusal:
        read(content)
    assert refusal.value.values == {"most": 1_000}


def test_a_size_that_the_sheet_claims_for_itself_is_not_believed():
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    claimed = sheet(rows).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    assert read(book_with({SHEET: claimed})) == [("Sheet", [[1]])]


def test_rows_beyond_all_width_are_refused(monkeypatch):
    monkeypatch.setattr("cp_circles.files.tables.MOST_CELLS", 100_000)
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 20))
    with pytest.raises(Invalid) as refusal:
        read(book_with({SHEET: sheet(rows)}))
    assert refusal.value.values == {}


def test_many_empty_lines_end_at_the_bound():
    with pytest.raises(Invalid):
        Budget(1_000).rows_of(csv.reader(io.StringIO("\n" * 2_000)))
    assert len(Budget(1_000).rows_of([["a"]] * 1_001, headings=1)) == 1_001
