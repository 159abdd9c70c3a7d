"""Word templates: the standard one of a method, and the check of one that a company sends instead.

A template holds plain placeholders, `{{ title }}`, and parts, `{{ parts.savings }}`, alone in a paragraph.
Only names and conditions are allowed in it: no loop, call or filter, so that a template can do nothing but
show its result.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from cp_circles.errors import Invalid, msg
from cp_circles.files.kinds.documents import BROKEN_PARTS, check_office

LATIN, CHINESE = "Segoe UI", "Microsoft YaHei"
GREEN = RGBColor(0x0E, 0x5B, 0x3D)
VALUES = (
    "title",
    "summary",
    "intangible",
    "company_name",
    "company_name_en",
    "region",
    "circle_name",
    "circle_number",
    "members",
    "project_number",
    "project_title",
    "focus_area",
    "reason",
    "method",
    "starts_on",
    "ends_on",
    "verified_coal",
    "verified_co2",
    "verified_direct",
    "verified_indirect",
    "forecast",
    "sha256",
    "kind",
    "footer",
    "draft",
)
PARTS = (
    "cover",
    "contents",
    "summary",
    "indicators",
    "savings",
    "intangible",
    "effects",
    "steps",
    "tools",
    "activities",
    "evidence",
    "origins",
)
UNREADABLE: tuple[type[Exception], ...] = (PythonDocxError, OpcError, *BROKEN_PARTS)
PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
NEEDED = ("footer", "parts.savings", "parts.evidence")
ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
)


@dataclass(frozen=True)
class Check:
    """What is wrong with a template; `used` are the placeholders that it holds."""

    used: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """True if it can be used."""
        return not self.unknown and not self.missing


def sandbox() -> SandboxedEnvironment:
    """Where templates are filled: nothing but names, texts escaped."""
    return SandboxedEnvironment(autoescape=True)


def check_template(content: bytes, phases: Sequence[str]) -> Check:
    """The placeholders of a template, against those that exist; `phases` are the keys of the method's phases.

    Raises Invalid when the file cannot be read as a template, or does more than show placeholders.
    """
    used = sorted(set(_placeholders(content)))
    known = {*VALUES, *(f"parts.{part}" for part in (*PARTS, *(f"phase_{key}" for key in phases)))}
    return Check(
        used=tuple(used),
        unknown=tuple(name for name in used if name not in known),
        missing=tuple(name for name in NEEDED if name not in used),
    )


def _placeholders(content: bytes) -> Iterator[str]:
    check_office(content)
    try:
        template = DocxTemplate(io.BytesIO(content))
        template.init_docx()
        trees = [sandbox().parse(text) for text in _filled_texts(template)]
    except TemplateSyntaxError as error:
        raise Invalid(
            msg("A placeholder of this template is not closed or not written as in the list: %(fault)s"),
            field="file",
            fault=str(error.message),
        ) from error
    except UNREADABLE as error:
        raise Invalid(msg("This file cannot be read as a Word template (.docx)."), field="file") from error
    for tree in trees:
        yield from _names(tree)


def _filled_texts(template: DocxTemplate) -> Iterator[str]:
    """Every text that the filling reads: body, headers, footers, footnotes, and the file's own properties."""
    yield template.patch_xml(template.get_xml())
    for kind in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(kind):
            yield template.patch_xml(template.get_part_xml(part))
    for part in template.docx.part.package.iter_parts():
        if part.content_type.endswith("footnotes+xml"):
            yield template.patch_xml(part.blob.decode("utf-8"))
    yield from (getattr(template.docx.core_properties, name) for name in PROPERTIES)


def _names(tree: nodes.Node) -> Iterator[str]:
    if not isinstance(tree, ALLOWED):
        raise Invalid(
            msg("A template may only hold placeholders and conditions: no loops, filters or calls."),
            field="file",
        )
    if isinstance(tree, nodes.Getattr):
        if not isinstance(tree.node, nodes.Name):
            raise Invalid(msg("A template may only hold the placeholders of the list."), field="file")
        yield f"{tree.node.name}.{tree.attr}"
        return
    if isinstance(tree, nodes.Name):
        yield tree.name
    for child in tree.iter_child_nodes():
        yield from _names(child)


def standard_template(phases: Sequence[str]) -> bytes:
    """The template of a method as it ships: a cover, the contents, and one part for each chapter.

    `phases` are the keys of the method's phases.
    """
    chapters = (f"phase_{key}" for key in phases)
    before = ("summary", "indicators", "savings", "intangible", "effects")
    return template_with((*before, *chapters, "tools", "activities", "evidence", "origins"))


def template_with(parts: Sequence[str]) -> bytes:
    """A template of our own: cover and contents, then these parts on new pages."""
    document = docx.Document()
    _styles(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    _footer(section.footer.paragraphs[0])
    document.add_paragraph("{{ kind }}").runs[0].font.color.rgb = GREEN
    document.add_paragraph("{{ title }}", style="Title")
    for part in ("cover", "contents"):
        document.add_paragraph(f"{{{{ parts.{part} }}}}")
    document.add_paragraph().paragraph_format.page_break_before = True
    for part in parts:
        document.add_paragraph(f"{{{{ parts.{part} }}}}")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _styles(document: Document) -> None:
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Caption"):
        style = document.styles[name]
        style.font.name = LATIN
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), CHINESE)
        if name != "Normal":
            style.font.color.rgb = GREEN
    document.styles["Normal"].font.size = Pt(10)


def _footer(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    run = paragraph.add_run("{{ footer }}    ")
    run.font.size = Pt(7)
    for code, between in (("PAGE", " / "), ("NUMPAGES", "")):
        add_field(paragraph, code, "1")
        paragraph.add_run(between)


def add_field(paragraph: Paragraph, code: str, shown: str) -> None:
    """A field that Word works out, with the text that stands there until it does."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run(shown if kind == "shown" else "")
        if kind == "":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = text
            run._r.append(element)
        elif kind != "shown":
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)
