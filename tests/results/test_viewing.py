"""What of a piece of evidence can be read in a page: pages, cells, lines; bounded, and never an error."""

import io

import docx
import openpyxl
import pytest
from PIL import Image

from cp_circles.files.kinds.documents import DOCX, PDF, XLSX
from cp_circles.files.kinds.texts import CSV, TEXT
from cp_circles.results.viewing import MOST_COLUMNS, MOST_ROWS, Viewed, page_jpeg, viewed


def book(rows: int, columns: int) -> bytes:
    """An Excel book with an empty sheet and a full one."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    sheet = made.create_sheet("读数")
    for row in range(rows):
        sheet.append([f"{row}-{column}" for column in range(columns)])
    made.save(out)
    return out.getvalue()


def test_every_page_of_a_pdf_becomes_a_picture():
    out, pages = io.BytesIO(), [Image.new("RGB", (60, 80), colour) for colour in ("red", "blue")]
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    assert viewed(out.getvalue(), PDF) == Viewed(pages=2)
    with Image.open(io.BytesIO(page_jpeg(out.getvalue(), PDF, 2))) as second:
        red, _green, blue = second.convert("RGB").getpixel((20, 20))
        assert second.format == "JPEG" and blue > 200 > 50 > red


def test_a_book_is_read_sheet_by_sheet_and_says_when_it_is_cut():
    whole = viewed(book(2, 3), XLSX)
    assert (whole.tables, whole.cut) == ([("读数", [["0-0", "0-1", "0-2"], ["1-0", "1-1", "1-2"]])], False)
    large = viewed(book(MOST_ROWS + 5, MOST_COLUMNS + 5), XLSX)
    (_title, rows) = large.tables[0]
    assert (len(rows), len(rows[0]), large.cut) == (MOST_ROWS, MOST_COLUMNS, True)


def test_separated_values_text_and_word_are_read():
    table = viewed("日期,读数\n1,\n,\n".encode("gb18030"), CSV)
    assert table.tables == [("", [["日期", "读数"], ["1", ""]])]
    assert viewed("一\n二".encode(), TEXT).lines == ["一", "二"]
    made, out = docx.Document(), io.BytesIO()
    made.add_paragraph("操作规程")
    made.add_table(1, 1).cell(0, 0).text = "步骤"
    made.save(out)
    word = viewed(out.getvalue(), DOCX)
    assert (word.lines, word.tables) == (["操作规程"], [("", [["步骤"]])])


@pytest.mark.parametrize("media_type", [PDF, XLSX, DOCX, "application/zip"])
def test_what_cannot_be_read_is_only_downloaded(media_type):
    assert viewed(b"PK\x03\x04 damaged", media_type) == Viewed()
