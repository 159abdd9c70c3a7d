"""Word, PDF and Excel opened again: text, figures, glyphs, escaping, what is left out of sums."""

import io
import re
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from fontTools.ttLib import TTFont

from cp_circles.errors import Invalid
from cp_circles.results.documents.adding import lines_of, sums_of
from cp_circles.results.documents.content import content_of
from cp_circles.results.documents.pack import pack_of, sheets_of
from cp_circles.results.documents.pdf import drawable, font_folders, pdf_of
from cp_circles.results.documents.templates import check_template, standard_template, template_with
from cp_circles.results.documents.word import word_of
from cp_circles.results.documents.workbook import workbook_of
from cp_circles.rulesets.loader import shipped
from cp_circles.rulesets.schema import Method
from tests.results.documents.conftest import package, saving

SHA = "4aa9438d3cadf95c123d1e0b5a2b0e491291538dd1cc89557f6aaf52e94348f6"
NASTY = "<b>&\"'</b> {{ 7*7 }} {% for x in y %} #strong[x] $x$ *粗* \x07\ue000end 𠮷🎉"


@pytest.fixture
def content(words):
    """The frozen document of the small package."""
    return content_of(package(), words, sha256=SHA, is_draft=False)


def pages_of(content):
    """The text of each page of a PDF; embedded line breaks and invisible spaces taken out."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [re.sub(r"[\s\u200b\ufffe]", "", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def fonts_of(content):
    """The names of the embedded fonts."""
    return set(re.findall(rb"/FontName\s*/([A-Z]{6}\+[\w-]+)", content))


def word_text(content):
    """Everything that a Word file says, tables, header and footer included."""
    document = docx.Document(io.BytesIO(content))
    texts = [node.text or "" for node in document.element.body.iter("{*}t")]
    for section in document.sections:
        for part in (section.header, section.footer):
            texts += [node.text or "" for node in part._element.iter("{*}t")]
    return "".join(texts)


def test_the_pdf_says_what_the_package_holds(content):
    pages = pages_of(pdf_of(content))
    text = "".join(pages)
    for expected in (
        "空压站节电",
        "蓝焰小组",
        "126000kWh",
        "CNY94500",
        "钱示例",
        "泄漏占12.5kWh/t",
        "铭牌.png",
    ):
        assert expected in text, expected
    assert all(f"SHA-256{SHA}" in page for page in pages)
    assert all(f"Page{number}of{len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert "Contents" in pages[0] and "Evidencelist" in pages[0]
    assert "e5" * 32 in text and "ab12ab12ab12ab12" in text


def test_the_pdf_embeds_subset_fonts_and_draws_no_empty_box(content):
    file = pdf_of(content)
    assert any(b"NotoSansSC" in name for name in fonts_of(file))
    assert len(file) < 400_000
    assert drawable("🎉𠮷甲") == "〔U+1F389〕" + drawable("𠮷") + "甲"
    assert "\ufe0f" not in drawable("❤️")


def test_every_drawn_sign_has_a_glyph():
    known: set[int] = set()
    for folder in font_folders():
        [path] = Path(folder).glob("*.ttf")
        with TTFont(path, lazy=True) as font:
            known |= set(font.getBestCmap())
    drawn = set(drawable("龘䶮㐂 Ångström ℃ CO₂ m³ ≥ ①" + NASTY))
    assert {sign for sign in drawn if ord(sign) not in known} - {"\x07", "\ue000"} == {"₂"}


def test_no_two_signs_look_alike_as_empty_boxes_would(content):
    pictures = set()
    for sign in "龘䶮㐂₂℃①":
        document = pypdfium2.PdfDocument(pdf_of(replace(content, title=sign, chapters=[])))
        title = document[0].render(scale=1).to_pil().convert("L").crop((50, 60, 110, 110))
        document.close()
        assert title.getextrema()[0] < 100
        pictures.add(title.tobytes())
    assert len(pictures) == 6


def test_a_draft_says_so_on_every_page(words):
    draft = content_of(package(), words, sha256=SHA, is_draft=True)
    assert all("DRAFT" in page for page in pages_of(pdf_of(draft)))
    file = word_of(draft, standard_template(["plan"]))
    assert word_text(file).count("DRAFT") >= 2
    assert 'string="DRAFT"' in docx.Document(io.BytesIO(file)).sections[0].header._element.xml
    frozen = content_of(package(), words, sha256=SHA, is_draft=False)
    assert "DRAFT" not in "".join(pages_of(pdf_of(frozen)))
    assert "DRAFT" not in word_text(word_of(frozen, standard_template(["plan"])))


def test_the_word_file_holds_text_tables_a_chart_and_the_hash(content):
    file = word_of(content, standard_template(["plan"]))
    text = word_text(file)
    for expected in ("空压站节电", "126000 kWh", "钱示例", "ab12ab12ab12ab12", "泄漏占 12.5 kWh/t", SHA):
        assert expected in text, expected
    document = docx.Document(io.BytesIO(file))
    assert len(document.inline_shapes) == 1
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings[:3] == ["Summary", "Target and effect", "Saving: 单位产品电耗"]
    assert "TOC" in document.element.xml and "NUMPAGES" in document.sections[0].footer._element.xml


def test_the_same_package_gives_the_same_text(content):
    assert pages_of(pdf_of(content)) == pages_of(pdf_of(content))
    template = standard_template(["plan"])
    assert word_text(word_of(content, template)) == word_text(word_of(content, template))


def test_typed_markup_stays_text_in_both(words):
    nasty = content_of(package(title=NASTY, summary=NASTY * 40), words, sha256=SHA, is_draft=False)
    text = word_text(word_of(nasty, standard_template(["plan"])))
    assert "<b>&\"'</b> {{ 7*7 }} {% for x in y %} #strong[x]" in text
    assert "49" not in text.split("Circle")[0]
    assert "<b>&\"'</b>{{7*7}}{%forxiny%}#strong[x]$x$*粗*" in "".join(pages_of(pdf_of(nasty)))
    assert "\ue000" not in text


def test_long_texts_and_missing_pieces_do_not_break_a_document(words):
    empty = package(
        summary="", intangible="", indicators=[], steps=[], savings=[], evidence=[], activities=[],
        circle={"id": None, "name": "", "number": "", "members": []},
    )  # fmt: skip
    bare = content_of(empty, words, sha256=SHA, is_draft=False)
    assert "Noevidenceisattached." in "".join(pages_of(pdf_of(bare)))
    assert "No evidence is attached." in word_text(word_of(bare, standard_template([])))
    unclaimed = saving(claimed=None, verified=None, signatures=[], percent=None)
    unclaimed["baseline"] = unclaimed["reporting"] = {"from": None, "to": None, "rows": []}
    long = content_of(
        package(summary="字" * 8000, intangible="A" * 8000, savings=[unclaimed]),
        words,
        sha256=SHA,
        is_draft=False,
    )
    pages = pages_of(pdf_of(long))
    assert "".join(pages).count("字") >= 8000
    assert "Nobodyhassignedthissaving." in "".join(pages)


def test_a_figure_without_a_record_is_marked_in_both(words):
    lying = content_of(package(summary="省 77 t"), words, sha256=SHA, is_draft=False)
    assert "〔norecordbehindthisfigure〕" in "".join(pages_of(pdf_of(lying)))
    assert "77 t〔no record behind this figure〕" in word_text(word_of(lying, standard_template(["plan"])))


def template(*lines):
    """A Word file of these paragraphs."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


GOOD = ("{{ title }}", "{{ parts.savings }}", "{{ parts.evidence }}", "{{ footer }}")


def test_a_template_is_checked():
    assert check_template(standard_template(["plan"]), ["plan"]).is_good
    assert check_template(template(*GOOD, "{% if draft %}草稿{% endif %}"), []).is_good
    found = check_template(template(*GOOD[:2], "{{ salary }}", "{{ parts.phase_plan }}"), ["do"])
    assert found.unknown == ("parts.phase_plan", "salary")
    assert found.missing == ("footer", "parts.evidence")


@pytest.mark.parametrize(
    "line",
    [
        "{{ title",
        "{% for x in range(9) %}{{ x }}{% endfor %}",
        "{{ title.__class__.__mro__ }}",
        "{{ title|upper }}",
        "{{ cycler() }}",
        "{% set a = 1 %}",
        "{{ 7*7 }}",
    ],
)
def test_a_template_that_does_more_than_show_is_refused(line):
    with pytest.raises(Invalid):
        check_template(template(*GOOD, line), [])


@pytest.mark.parametrize("place", ["title", "comments", "footnotes"])
def test_what_is_filled_beside_the_text_is_checked_too(place):
    trick = "{{ title.__class__ }}{{ 'x' * 999999999 }}"
    content = template(*GOOD)
    document = docx.Document(io.BytesIO(content))
    if place == "footnotes":
        name = PackURI("/word/footnotes.xml")
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        note = Part(name, kind, f"<a>{trick}</a>".encode(), document.part.package)
        document.part.relate_to(note, RELATIONSHIP_TYPE.FOOTNOTES)
    else:
        setattr(document.core_properties, place, trick)
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(Invalid):
        check_template(out.getvalue(), [])


def test_what_is_no_word_file_is_refused():
    for content in (b"", b"PK\x03\x04rubbish", b"%PDF-1.7"):
        with pytest.raises(Invalid):
            check_template(content, [])


def test_a_companys_own_template_is_filled(content):
    text = word_text(word_of(content, template("示例公司内部报告", *GOOD)))
    assert "示例公司内部报告空压站节电" in text
    assert "126000 kWh" in text and SHA in text
    assert "泄漏占" not in text


def test_only_verified_savings_that_overlap_nothing_are_added():
    first = package(savings=[saving()])
    same = saving(indicator="另一组的同一节电")
    other_meter = saving(meter="二号表")
    other_year = saving(reporting={"from": "2026-01-01", "to": "2026-01-31", "rows": []})
    claimed = saving(verified=None, meter="三号表")
    dollars = saving(code="water", currency="USD")
    lines = lines_of([first, package(savings=[same, other_meter, other_year, claimed, dollars])])
    assert [line.overlaps for line in lines] == [None, 1, None, None, None, None]
    assert [line.is_added for line in lines] == [True, False, True, True, False, True]
    sums = sums_of(lines)
    assert str(sums["direct_yuan"]) == "283500"
    assert str(sums["kgce"]) == "61941.6"


def test_without_a_meter_a_saving_may_be_any(words):
    lines = lines_of([package(), package(savings=[saving(meter="")])])
    assert [line.overlaps for line in lines] == [None, 1]


@pytest.fixture(scope="module")
def audit():
    """The method of the seven phases."""
    return next(
        one.pack for one in reversed(shipped()) if isinstance(one.pack, Method) and len(one.pack.phases) == 7
    )


def test_the_suggested_sheets_add_up_and_are_not_official(words, audit):
    for language in ("zh", "en"):
        assert [sum(item.points for item in sheet.items) for sheet in sheets_of(language)] == [100, 100]
    pack = pack_of("示例化工", [(package(), SHA)], audit, words)
    text = word_text(word_of(pack.content, template_with(["all"])))
    assert text.count("not an official sheet") == 2
    assert "not an official form" in text


def test_the_skeleton_has_seven_phases_and_marks_what_is_missing(words, audit):
    pack = pack_of("示例化工", [(package(), SHA)], audit, words)
    phases = [one for one in pack.content.chapters if one.key.startswith("phase_")]
    assert len(phases) == 7
    headings = [block for phase in phases for block in phase.blocks if block.kind == "heading"]
    assert len(headings) == len(audit.steps) == 35
    text = word_text(word_of(pack.content, template_with(["all"])))
    assert text.count("【to fill in") >= 35
    assert SHA in text


def test_what_circles_recorded_by_the_audits_own_steps_is_set_in(words, audit):
    own = package()
    own["project"]["method"]["key"] = audit.key
    own["steps"][0]["number"] = "2.4"
    pack = pack_of("示例化工", [(own, SHA)], audit, words)
    [phase] = [one for one in pack.content.chapters if one.title.startswith("2 ")]
    assert any(block.kind == "table" and "State table" in block.text for block in phase.blocks)


def test_the_workbook_holds_exact_numbers_and_no_formula(words, audit):
    evil = package(title="=HYPERLINK(1)", savings=[saving(indicator="+1", meter="@x")])
    pack = pack_of("示例化工", [(evil, SHA), (package(), SHA)], audit, words)
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(pack, words)))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    page = book["Savings"]
    assert page["C2"].value == "'=HYPERLINK(1)"
    assert [page.cell(row, 12).value for row in (2, 3, 4)] == [94500, 94500, 189000]
    assert len(book.sheetnames) == 6
    assert book["Acceptance sheet"]["D2"].fill.fgColor.rgb == "00FFF2CC"
