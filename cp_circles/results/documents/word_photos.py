"""Pairs of photos in the Word file: two pictures side by side under the place they show."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt

from cp_circles.results.documents.blocks import Block
from cp_circles.results.documents.photos import Photo

WIDE, HIGH = 78, 58


def photo_pairs(document: Any, block: Block, photos: Mapping[str, Photo], missing: str) -> Iterator[Any]:
    """The caption, then for each place a line and a row of two pictures that no page end parts."""
    yield _line(document, block.caption, "Caption")
    for row, pair in zip(block.rows, block.photos, strict=True):
        yield _line(document, " · ".join([row[0], *([row[3]] if row[3] != "–" else [])]), "")
        table = document.add_table(rows=0, cols=2)
        cells = _kept_whole(table).cells
        for place, sha256 in enumerate(pair):
            head = block.columns[place + 1][0]
            _fill(cells[place], photos.get(sha256), f"{row[0]} {head}", f"{head} {row[place + 1]}", missing)
        yield table._tbl


def _line(document: Any, text: str, style: str) -> Any:
    named = style in {one.name for one in document.styles}
    paragraph = document.add_paragraph(style=style if named else None)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(text).bold = True
    return paragraph._p


def _kept_whole(table: Any) -> Any:
    row = table.add_row()
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    return row


def _fill(cell: Any, photo: Photo | None, about: str, said: str, missing: str) -> None:
    cell.width = Mm(WIDE + 2)
    run = cell.paragraphs[0].add_run()
    if photo is None:
        run.text, run.italic = missing, True
    else:
        wide = min(WIDE, HIGH * photo.wide / photo.high)
        shape = run.add_picture(io.BytesIO(photo.jpeg), width=Mm(wide))
        shape._inline.docPr.set("descr", about)
    cell.add_paragraph().add_run(said).font.size = Pt(8.5)
