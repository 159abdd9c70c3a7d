"""What a document holds beside savings: panels, tool sheets, effects without money, where figures come from."""

import io
import re
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import raw

from cp_circles.projects.gates import ProjectFacts
from cp_circles.projects.panels import panels_of
from cp_circles.projects.panels.kept import kept
from cp_circles.results.documents import steps
from cp_circles.results.documents.adding import lines_of
from cp_circles.results.documents.content import content_of
from cp_circles.results.documents.figures import recorded_figures
from cp_circles.results.documents.pack import pack_of
from cp_circles.results.documents.pdf import column_widths, pdf_of
from cp_circles.results.documents.photos import small
from cp_circles.results.documents.templates import PARTS, VALUES, standard_template
from cp_circles.results.documents.word import word_of
from cp_circles.results.documents.workbook import workbook_of
from cp_circles.results.masking import blind, mask_for, people_named
from cp_circles.results.report import ReportTable, report_of
from cp_circles.rulesets.loader import shipped
from cp_circles.tools.quoting import blind_parts
from tests.charts.tools.examples import EXAMPLES
from tests.house.source import ROOT
from tests.results.documents.conftest import package, saving
from tests.results.documents.test_files import pages_of, word_text

SHA = "4a" * 32
NASTY = "<b>&\"'</b> {{ 7*7 }} #strong[x] 🎉" + "长" * 80
AUDIT = next(one.pack for one in reversed(shipped()) if one.key == "cp_audit")


def flow(item, amount, source="", target="", loss="no"):
    return {"balance": "溶剂", "item": item, "amount": amount, "unit": "kg", "loss": loss,
            "from_operation": source, "to_operation": target}  # fmt: skip


def balance_panels(product="700", name="喷漆线"):
    """The kept panels of a balance that closes to 0 % or not."""
    rows = [flow("溶剂", "1000", target=name), flow("产品", product, source=name),
            flow("废液", "300", source=name, loss="yes")]  # fmt: skip
    sheet = {"name": "溶剂", "kind": "material", "unit": "kg"}
    facts = ProjectFacts(records={("balance", "balance_sheet"): [sheet], ("balance", "balance_line"): rows})
    return kept(panels_of(AUDIT, AUDIT.step("balance"), facts))


def sheet_part(code, title):
    return {"code": code, "title": title, "note": "", "version": 2, "at": "2025-03-01", "author": "甲示例",
            "inputs": EXAMPLES[code], "answer": {"msgid": "An answer.", "values": {}}, "facts": []}  # fmt: skip


def effect(**given):
    return {"text": "现场通道畅通", "way": "photo", "shown_by": "整改照片", "evidence": "通道照片", "sheet": "",
            "evidence_sha256": "e5" * 32, "state": "confirmed", "signer": "孙示例",
            "at": "2025-02-07T01:00:00+00:00", "sha256": "cd" * 32} | given  # fmt: skip


def full(**given):
    """A package with a balance and a radar at its step, a Gantt chart for the whole, an effect, a claim."""
    found = package(effects=[effect()], tools=[sheet_part("gantt", "实施计划")], **given)
    found["steps"][0] |= {"panels": balance_panels(), "tools": [sheet_part("radar", "能力雷达图")]}
    for row in found["savings"]:
        row["claim"] = {"id": 7, "number": 3, "method_version": "2026.2"}
        row["factors"] = [{"id": "electricity/2026.2/1", "key": "electricity", "names": None, "value": "0.1229",
                           "unit": "kgce", "per_unit": "kWh", "standard": "GB/T 2589", "edition": "2020",
                           "source": "", "confidence": "A"}]  # fmt: skip
    return found


@pytest.fixture
def content(words):
    return content_of(full(), words, sha256=SHA, is_draft=False)


def blocks_of(content, kind):
    return [block for chapter in content.chapters for block in chapter.blocks if block.kind == kind]


def test_every_chart_of_the_page_stands_in_the_documents_with_its_number_and_table(content, words):
    report = report_of(full(), "en", words.say)
    page = [one.chart for step in report.steps for one in step.tools] + [one.chart for one in report.tools]
    page += [block.chart for step in report.steps for panel in step.panels for block in panel.blocks]
    page += [one.chart for one in report.savings]
    charts = blocks_of(content, "chart")
    assert {one.text for one in charts} == {chart.title for chart in page if chart is not None}
    assert len(charts) >= 4 and all(block.svg and block.rows for block in charts)
    assert [block.label for block in charts] == [f"Figure {n}" for n in range(1, len(charts) + 1)]
    word = docx.Document(io.BytesIO(word_of(content, standard_template(["plan"]))))
    assert len(word.inline_shapes) == len(charts)
    captions = [one.text for one in word.paragraphs if one.style.name == "Caption"]
    assert [one for one in captions if one.startswith("Figure")] == [block.caption for block in charts]
    text = "".join(pages_of(pdf_of(content)))
    assert all(re.sub(r"\s", "", block.caption) in text for block in charts)


def test_a_panel_is_told_with_its_sentence_tables_and_arithmetic(content):
    told = [(block.text, block.standing) for block in blocks_of(content, "note")]
    assert ("The balance closes to 0 %; at most 5 % is allowed. It may be used.", "good") in told
    tables = [block.text for block in blocks_of(content, "table")]
    assert "How was this computed?" in tables
    text = word_text(word_of(content, standard_template(["plan"])))
    assert "|1,000 − 1,000| ÷ 1,000 × 100" in text and "实施计划" in text and "Gantt chart" in text


def test_tables_and_figures_are_numbered_through_the_whole(content):
    labels = [block.label for block in blocks_of(content, "table") if block.text]
    assert labels == [f"Table {n}" for n in range(1, len(labels) + 1)]


def test_an_effect_without_money_has_its_own_section_everywhere(content, words):
    chapter = content.chapter("effects")
    [table] = chapter.blocks
    assert table.rows == [["现场通道畅通", "Photo evidence", "整改照片\n通道照片",
                           "孙示例 · 2025-02-07T01:00:00+00:00 · cdcdcdcdcdcdcdcd"]]  # fmt: skip
    bare = package(savings=[], effects=[effect(state="stated", signer="", at=None, sha256="")])
    alone = content_of(bare, words, sha256=SHA, is_draft=False)
    text = "".join(pages_of(pdf_of(alone)))
    assert "Waitsforthedepartment" in text and "standsonitseffectswithoutmoney" in text
    assert alone.chapter("origins") is None
    older = content_of(package(), words, sha256=SHA, is_draft=False)
    assert older.chapter("effects") is None and older.chapter("origins") is not None


def test_the_blind_copy_keeps_the_effect_and_nobodys_name():
    whole = full()
    whole["effects"][0]["text"] = "孙示例带动现场通道畅通"
    assert "孙示例" in people_named(whole)
    hidden = blind(whole, mask_for(people_named(whole)))
    [row] = hidden["effects"]
    assert row["text"] == "■■带动现场通道畅通" and row["state"] == "confirmed"
    assert (row["signer"], row["sha256"], row["evidence_sha256"]) == ("", "", "")
    assert hidden["savings"][0]["claim"] == {"id": None, "number": 3, "method_version": "2026.2"}
    assert "孙示例" not in str(hidden)


def test_names_that_the_mask_makes_equal_do_not_break_a_figure(words):
    whole = full()
    whole["steps"][0]["panels"] = [{"kind": "pareto_of_losses", "title": "损失", "provisional": False, "blocks": [
        {"title": "", "told": [], "grids": [], "lines": [], "tree": [], "figure": {"unit": "kg", "bars": [
            {"label": "甲示例班", "amount": {"n": "5"}}, {"label": "乙示例班", "amount": {"n": "3"}}]}}]}]  # fmt: skip
    hidden = blind(whole, mask_for(["甲示例", "乙示例"]))
    report = report_of(hidden, "en", words.say)
    assert [row[0] for row in report.steps[0].panels[0].blocks[0].chart.rows] == ["■■班", "■■班 2"]


def test_the_appendix_says_where_every_figure_comes_from(content):
    chapter = content.chapter("origins")
    claims, factors = [block for block in chapter.blocks if block.kind == "table"]
    assert claims.rows[0][2:5] == ["Claim 3", "Plain difference", "2026.2"]
    assert claims.rows[0][5] == "c" * 64
    assert factors.rows[0][3:] == ["GB/T 2589 2020", "electricity/2026.2/1"]
    [facts] = [block for block in content.chapter("saving_1").blocks if block.kind == "facts"]
    assert dict(facts.rows)["Computed by"].startswith("Claim 3 · Plain difference · 2026.2")


def test_a_figure_said_in_an_effect_is_recorded_there():
    told = package(effects=[effect(text="满意度提高 31%")])
    assert [one.place for one in recorded_figures(told) if one.value == 31] == ["r-effects"]


def test_markup_emoji_and_long_names_stay_text_in_panels_sheets_and_effects(words):
    whole = full()
    whole["effects"] = [effect(text=NASTY, shown_by=NASTY, evidence=NASTY, sheet=NASTY)]
    whole["steps"][0]["panels"] = balance_panels(name=NASTY)
    part = sheet_part("board", NASTY)
    whole["tools"] = [part | {"inputs": {**EXAMPLES["board"], "question": NASTY}, "note": NASTY}]
    nasty = content_of(whole, words, sha256=SHA, is_draft=False)
    text = word_text(word_of(nasty, standard_template(["plan"])))
    assert text.count("<b>&\"'</b> {{ 7*7 }} #strong[x] 🎉长") >= 6
    assert "<b>&\"'</b>{{7*7}}#strong[x]〔U+1F389〕长" in "".join(pages_of(pdf_of(nasty)))


def test_the_guide_names_exactly_the_placeholders_that_exist():
    guide = Path(ROOT / "docs" / "guides" / "documents.md").read_text("utf-8")
    table = [line.split("|")[1] for line in guide.splitlines() if line.startswith("| `")]
    named = {name for cell in table for name in re.findall(r"`([\w.<>]+)`", cell)}
    assert named == {*VALUES, *(f"parts.{part}" for part in PARTS), "parts.phase_<key>"}


def test_shares_that_circles_agreed_are_added_up_to_the_whole():
    halves = [saving(share="0.6"), saving(share="0.4"), saving(share="0.1")]
    lines = lines_of([package(savings=[one]) for one in halves])
    assert [line.overlaps for line in lines] == [None, None, 1]


def test_an_auditor_finds_origin_signatures_effects_and_marked_blanks(words):
    third = package(savings=[saving(meter="", verified=None, signatures=[])], title="三")
    third["indicators"][0]["actual"] = None
    pack = pack_of("示例化工", [(full(), SHA), (package(title="二"), SHA), (third, SHA)], AUDIT, words)
    titles = [block.caption for block in pack.content.chapter("savings").blocks if block.kind == "table"]
    assert titles == ["Table 1 Savings and whether they are added", "Table 2 Where the savings come from",
                      "Table 3 Who verified the savings"]  # fmt: skip
    origins = pack.content.chapter("savings").blocks[3]
    assert [row[1] for row in origins.rows] == ["空压站总表", "空压站总表", "【to fill in: Meter】"]
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(pack, words)))
    page = book["Savings"]
    heads = [cell.value for cell in page[1]]
    assert page.cell(4, heads.index("Meter") + 1).fill.fgColor.rgb == "00FFF2CC"
    assert [page.cell(row, heads.index("In the sum") + 1).value for row in (2, 3, 4)] == [
        "yes", "no: overlaps number 1", "no: not verified"]  # fmt: skip
    assert [page.cell(row, heads.index("kgce") + 1).value for row in (2, 5)] == [15485.4, 15485.4]
    assert book["Signatures"]["D2"].value == "钱示例"
    assert book["Effects without money"]["B2"].value == "现场通道畅通"
    assert book["Target and effect"]["F4"].value == "【to fill in】"


def test_the_pack_quotes_the_balances_of_audits(words):
    own = full()
    own["project"]["method"]["key"] = AUDIT.key
    own["steps"][0]["number"] = AUDIT.step("balance").number
    pack = pack_of("示例化工", [(own, SHA)], AUDIT, words)
    drawn = [block for chapter in pack.content.chapters for block in chapter.blocks if block.svg]
    assert len(drawn) == 2 and drawn[0].chart is not None


def with_side_effects():
    """The saving of 126,000 kWh with a new pump and more water."""
    nothing = dict.fromkeys(("quantity", "kgce", "kgco2e", "yuan"))
    names = {"zh": "新鲜水", "en": "Fresh water"}
    row = {"code": "WATER", "names": names, "note": "乙示例安装水泵", "quantity": "1000", "unit": "m3",
           "provisional": True, "change": nothing | {"kgce": "-257.1", "yuan": "-4500"}}  # fmt: skip
    before = {"quantity": "126000", "kgce": "15742.5", "kgco2e": "67649.4", "yuan": "99000"}
    after = before | {"kgce": "15485.4", "yuan": "94500"}
    return saving(side_effects={"before": before, "rows": [row], "after": after})


def test_the_side_effects_of_a_saving_stand_in_its_documents(words):
    made = package(savings=[with_side_effects()], summary="增加用水 1000 m3。")
    printed = content_of(made, words, sha256=SHA, is_draft=False)
    table = next(block for block in blocks_of(printed, "table") if block.text == "Side effects")
    assert [row[0] for row in table.rows] == [
        "Before side effects",
        "Fresh water · 乙示例安装水泵",
        "After side effects",
    ]
    assert "4500" in table.rows[1][5] and table.rows[1][2] == "–"
    assert "乙示例安装水泵" in word_text(word_of(printed, standard_template(["plan"])))
    assert [one.place for one in recorded_figures(made) if one.value == 1000 and one.place == "r-saving-1"]
    blinded = blind(made, mask_for(["乙示例"]))
    assert report_of(blinded, "zh_Hans", words.say).savings[0].side_effects[1].note == "■■安装水泵"


def test_a_package_without_side_effects_prints_no_table_of_them(words):
    printed = content_of(package(savings=[saving(side_effects=None)]), words, sha256=SHA, is_draft=False)
    assert not [block for block in blocks_of(printed, "table") if block.text == "Side effects"]


def photo(color="green", size=(3000, 2000)):
    """A photo as a telephone keeps it: large, turned, with what it knows of the place."""
    about = Image.Exif()
    about[274], about[315] = 6, "张三示例"
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG", exif=about)
    return out.getvalue()


def pair_part(**more):
    pair = {"place": "清洗工序", "before_file": 11, "after_file": 12, "before_on": "2025-02-01",
            "after_on": "2025-03-01", "caption": "加装电磁阀"}  # fmt: skip
    answer = {"msgid": "Places shown before and after: %(count)s.", "values": {"count": "1"}}
    return (
        sheet_part("gantt", "改善前后")
        | {"code": "photos", "inputs": {"pairs": [pair]}, "answer": answer}
        | more
    )


def test_photo_pairs_stand_side_by_side_small_and_without_what_the_camera_kept(words):
    found = package(tools=[pair_part(files={"11": "a1" * 32, "12": "b2" * 32})])
    shown = content_of(found, words, sha256=SHA, is_draft=False)
    photos = {"a1" * 32: small(photo()), "b2" * 32: small(photo("blue", (800, 600)))}
    assert [(one.wide, one.high) for one in photos.values()] == [(667, 1000), (600, 800)]
    assert not any("张三示例".encode() in one.jpeg for one in photos.values())
    document = pypdfium2.PdfDocument(pdf_of(shown, photos))
    drawn = [one for page in document for one in page.get_objects() if one.type == raw.FPDF_PAGEOBJ_IMAGE]
    assert len(drawn) == 2
    word = docx.Document(io.BytesIO(word_of(shown, standard_template(["plan"]), photos)))
    [row] = [row for table in word.tables for row in table.rows if len(row._tr.xpath(".//pic:pic")) == 2]
    assert [cell.text.strip() for cell in row.cells] == [
        "Before 2025-02-01",
        "After the improvement 2025-03-01",
    ]


def test_a_photo_that_is_lost_is_said_and_a_package_without_photos_keeps_its_table(words):
    known = content_of(package(tools=[pair_part(files={"11": "a1" * 32})]), words, sha256=SHA, is_draft=False)
    text = word_text(word_of(known, standard_template(["plan"])))
    assert text.count("Photo not printed here; see the evidence list.") == 2
    assert "Photonotprintedhere" in "".join(pages_of(pdf_of(known)))
    older = content_of(package(tools=[pair_part()]), words, sha256=SHA, is_draft=False)
    block = [one for one in older.chapter("tools").blocks if one.rows][-1]
    assert block.kind == "table" and "加装电磁阀" in block.rows[0]


def test_the_blind_copy_names_no_photo():
    part = blind_parts([pair_part(files={"11": "a1" * 32, "12": "b2" * 32})], lambda text: text)[0]
    assert "files" not in part and "a1a1" not in str(part)


def test_a_wide_table_of_many_rows_is_printed_in_upright_parts(words):
    columns = [{"label": f"列{place}", "num": False, "day": False} for place in range(11)]
    rows = [[f"格{line}-{place}" for place in range(11)] for line in range(7)]
    blocks = steps._table(ReportTable("要因确认表", columns, rows), words, "")
    assert [one.text for one in blocks] == [
        "要因确认表 (rows 1 to 3)", "要因确认表 (rows 4 to 6)", "要因确认表 (row 7)"
    ]  # fmt: skip
    assert [len(one.columns) for one in blocks] == [4, 4, 2]
    told = {cell for one in blocks for row in one.rows for cell in row}
    told |= {label for one in blocks for label, _ in one.columns}
    assert told >= {cell for row in rows for cell in row}


def test_a_day_keeps_its_column_wide_enough():
    columns = [("编号", True), ("日期", False)]
    wide = column_widths(columns, [["1", "2025年10月27日"], ["2", "2025年2月1日"]])["widths"]
    assert wide[1] >= 14


def test_what_no_record_shows_is_marked_in_both_files(words):
    bare = package(intangible="士气提高。")
    bare |= {"savings": [], "effects": []}
    fields = [{"key": "who", "names": {"zh": "负责人", "en": "Responsible"}, "type": "person", "unit": "",
               "choices": {}}]  # fmt: skip
    rows = [{"who": f"{bare['circle']['members'][0]}、外来示例"}]
    bare["steps"][0]["records"] = [{"kind": "plan", "names": {"zh": "计划", "en": "Plan"}, "fields": fields,
                                    "rows": rows}]  # fmt: skip
    text = word_text(
        word_of(content_of(bare, words, sha256=SHA, is_draft=False), standard_template(["plan"]))
    )
    assert "states no effect without money; nothing in it is proved" in text
    assert "no effect that the department signed stands behind them" in text
    assert "Named here, not members of the circle: 外来示例" in text
    shown = word_text(
        word_of(content_of(full(), words, sha256=SHA, is_draft=False), standard_template(["plan"]))
    )
    assert "no effect that the department signed" not in shown and "Named here" not in shown
