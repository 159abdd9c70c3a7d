"""The Word file of a document: a template filled with finished text, its parts set in as real tables.

Texts are escaped; a placeholder inside a text that somebody typed stays a text.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt, RGBColor
from docxtpl import DocxTemplate

from cp_circles.results.documents.blocks import Block, Chapter, Content
from cp_circles.results.documents.drawing import fitted
from cp_circles.results.documents.pdf import column_widths, pngs_of
from cp_circles.results.documents.photos import NO_PHOTOS, Photo
from cp_circles.results.documents.templates import add_field, sandbox
from cp_circles.results.documents.word_photos import photo_pairs

AMBER = RGBColor(0xA8, 0x48, 0x0A)
OPEN, CLOSE = "\ue000", "\ue001"
GREEN = RGBColor(0x0E, 0x5B, 0x3D)
STANDINGS = {"good": GREEN, "bad": AMBER, "warn": AMBER}
WIDEST, TALLEST = 160, 205
FACTS = (1.0, 2.2)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
WATERMARK = """<w:p {spaces} xmlns:v="urn:schemas-microsoft-com:vml"
 xmlns:o="urn:schemas-microsoft-com:office:office"><w:r><w:pict>
<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" path="m@7,l@8,m@5,21600l@6,21600e">
<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>
<v:shape id="Draft" type="#_x0000_t136" style="position:absolute;width:340pt;height:130pt;rotation:315;
z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;
mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#d9d9d9" stroked="f">
<v:textpath style="font-family:&quot;Microsoft YaHei&quot;;font-size:1pt" string="{text}"/></v:shape>
</w:pict></w:r><w:r><w:rPr><w:b/><w:color w:val="A8480A"/></w:rPr><w:t>{text}</w:t></w:r></w:p>"""


@dataclass(frozen=True)
class _Told:
    """What is set in: the content, its charts as PNG by their SVG, its photos by their SHA-256."""

    content: Content
    pictures: Mapping[str, bytes]
    photos: Mapping[str, Photo]


def word_of(content: Content, template: bytes, photos: Mapping[str, Photo] = NO_PHOTOS) -> bytes:
    """The document as a .docx by a template that was checked, its photos by their SHA-256.

    The same content gives the same text.
    """
    filled = DocxTemplate(io.BytesIO(template))
    parts = {name: f"{OPEN}{name}{CLOSE}" for name in _part_names(content)}
    values = {**content.values, "kind": content.kind, "footer": content.footer, "draft": content.watermark}
    filled.render({**values, "parts": parts}, jinja_env=sandbox())
    document = filled.docx
    svgs = [block.svg for chapter in content.chapters for block in chapter.blocks if block.svg]
    told = _Told(content, pngs_of(svgs), photos)
    for paragraph in list(_paragraphs(document)):
        _set_in(document, paragraph, told)
    if content.watermark:
        _mark_draft(document, content)
    _name(document, content)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _part_names(content: Content) -> list[str]:
    return ["cover", "contents", "savings", "steps", "all", *(chapter.key for chapter in content.chapters)]


def _paragraphs(document: Any) -> Iterator[Any]:
    for element in document.element.body.iter("{*}p"):
        text = "".join(node.text or "" for node in element.iter("{*}t"))
        if OPEN in text:
            yield element


def _set_in(document: Any, paragraph: Any, told: _Told) -> None:
    text = "".join(node.text or "" for node in paragraph.iter("{*}t"))
    names = [piece.split(CLOSE)[0] for piece in text.split(OPEN)[1:]]
    for name in names:
        for element in _part(document, name, told):
            paragraph.addprevious(element)
    paragraph.getparent().remove(paragraph)


def _part(document: Any, name: str, told: _Told) -> Iterator[Any]:
    content = told.content
    if name == "cover":
        if content.notice:
            yield _paragraph(document, content.notice, color=AMBER)
        yield from _block(document, Block("facts", rows=content.cover), told)
    elif name == "contents":
        yield _contents(document, content)
    else:
        for chapter in _chapters(name, content):
            yield _paragraph(document, chapter.title, style="Heading 1")
            for block in chapter.blocks:
                yield from _block(document, block, told)


def _chapters(name: str, content: Content) -> list[Chapter]:
    if name == "all":
        return list(content.chapters)
    group = {"savings": "saving_", "steps": "phase_"}.get(name)
    if group is None:
        return [chapter for chapter in content.chapters if chapter.key == name]
    return [chapter for chapter in content.chapters if chapter.key.startswith(group)]


def _contents(document: Any, content: Content) -> Any:
    paragraph = document.add_paragraph()
    add_field(paragraph, r'TOC \o "1-2" \h \z \u', "\n".join(one.title for one in content.chapters))
    return paragraph._p


def _block(document: Any, block: Block, told: _Told) -> Iterator[Any]:
    if block.kind == "text":
        yield _text(document, block, told.content)
    elif block.kind == "heading":
        yield _paragraph(document, block.text, style="Heading 2")
    elif block.kind == "lead":
        yield _paragraph(document, block.text, style="Heading 3")
    elif block.kind == "note":
        yield _paragraph(document, block.text, italic=True, color=STANDINGS.get(block.standing))
    elif block.kind == "tree":
        for depth, line in block.rows:
            yield _indented(document, int(depth), line)
    else:
        yield from _shown(document, block, told)
        yield _paragraph(document, "")


def _shown(document: Any, block: Block, told: _Told) -> Iterator[Any]:
    """A figure, a table, facts, or pairs of photos."""
    if block.kind == "photos":
        yield from photo_pairs(document, block, told.photos, told.content.no_photo)
        return
    if block.svg:
        yield _picture(document, block, told.pictures[block.svg])
    if block.caption and block.kind != "facts":
        yield _paragraph(document, block.caption, style="Caption")
    yield _table(document, block.columns, block.rows)


def _picture(document: Any, block: Block, picture: bytes) -> Any:
    """The chart of a block in a paragraph that stays with its caption."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    width = Mm(fitted(block.svg or "", WIDEST, TALLEST))
    shape = paragraph.add_run().add_picture(io.BytesIO(picture), width=width)
    shape._inline.docPr.set("descr", block.text)
    return paragraph._p


def _indented(document: Any, depth: int, line: str) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Mm(6 * depth)
    paragraph.add_run(f"– {line}")
    return paragraph._p


def _text(document: Any, block: Block, content: Content) -> Any:
    paragraph = document.add_paragraph()
    for piece in block.pieces:
        run = paragraph.add_run(piece.text)
        if piece.mark == "unrecorded":
            run.bold, run.font.color.rgb = True, AMBER
            mark = paragraph.add_run(f"〔{content.missing}〕")
            mark.font.size, mark.font.color.rgb = Pt(8), AMBER
    return paragraph._p


def _paragraph(
    document: Any,
    text: str,
    *,
    style: str = "",
    bold: bool = False,
    italic: bool = False,
    color: Any = None,
) -> Any:
    named = style in {one.name for one in document.styles}
    paragraph = document.add_paragraph(style=style if named else None)
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or (bool(style) and not named) or None, italic or None
    if color is not None:
        run.font.color.rgb = color
    return paragraph._p


def _table(document: Any, columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]]) -> Any:
    wide = len(columns) or len(rows[0])
    table = document.add_table(rows=0, cols=wide)
    if "Table Grid" in {one.name for one in document.styles}:
        table.style = "Table Grid"
    lines = [[label for label, _ in columns], *rows] if columns else list(rows)
    shares = column_widths(columns, rows)["widths"] if columns else FACTS
    widths = [Mm(WIDEST * share / sum(shares)) for share in shares]
    for number, line in enumerate(lines):
        cells = table.add_row().cells
        for place, text in enumerate(line):
            cells[place].width = widths[place]
            paragraph = cells[place].paragraphs[0]
            run = paragraph.add_run(text)
            run.font.size = Pt(8.5)
            run.bold = True if columns and number == 0 else None
            if columns and columns[place][1]:
                paragraph.alignment = 2
    if columns:
        header = table.rows[0]._tr.get_or_add_trPr()
        header.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    return table._tbl


def _mark_draft(document: Any, content: Content) -> None:
    for section in document.sections:
        header = section.header
        header.is_linked_to_previous = False
        xml = WATERMARK.format(spaces=nsdecls("w"), text=content.watermark)
        header._element.append(parse_xml(xml))


def _name(document: Any, content: Content) -> None:
    about = document.core_properties
    about.title, about.author, about.comments = content.title[:250], "CP Circles", content.footer[:250]
    about.last_modified_by = "CP Circles"
    about.created = about.modified = EPOCH.replace(tzinfo=None)
