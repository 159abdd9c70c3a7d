"""Every tool is drawn as plain JSON, wide and narrow, with its table, in both themes and for hostile text."""

import json
import re
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.tools import TOOLS, fields_of, work
from cp_circles.charts.diagram import NARROW, WIDE, fold, text_width
from cp_circles.charts.frame import Chart, Frame
from cp_circles.charts.sankey import FlowLink, FlowNode, closure_percent, sankey
from cp_circles.charts.theme import DARK, LIGHT, in_theme
from cp_circles.charts.tools import FIGURES, draw, fact_table, told
from tests.charts.tools.examples import EXAMPLES

DRAWN = sorted(FIGURES)
DIAGRAMS = ("fishbone", "tree", "pdpc", "five_whys", "relations", "arrow", "board", "check_sheet")


def drawn(code: str, **over: Any) -> Chart:
    """The chart of an example, some of its inputs replaced."""
    done = work(TOOLS[code], {**EXAMPLES[code], **over})
    assert done.done, done.reasons
    chart = draw(code, done.inputs, done.result, Frame(code, "示例", unit="kWh"))
    assert chart is not None
    return chart


def traces(chart: Chart, role: str) -> list[dict[str, Any]]:
    """The traces of a role."""
    return [trace for trace in chart.figure["data"] if trace["meta"]["role"] == role]


def texts(chart: Chart) -> str:
    """All annotations of the wide drawing."""
    return " ".join(note["text"] for note in chart.figure["layout"]["annotations"])


def test_every_tool_has_an_example_and_all_but_photos_a_figure():
    assert set(EXAMPLES) == set(TOOLS) and set(TOOLS) - set(FIGURES) == {"photos"}
    done = work(TOOLS["photos"], EXAMPLES["photos"])
    assert draw("photos", done.inputs, done.result, Frame("p", "p")) is None


@pytest.mark.parametrize("code", TOOLS)
def test_inputs_are_stored_as_json_and_read_back_the_same(code):
    tool = TOOLS[code]
    first = work(tool, EXAMPLES[code])
    again = work(tool, json.loads(json.dumps(first.inputs.model_dump(mode="json"))))
    assert again.inputs == first.inputs and again.result == first.result
    assert told(first.result.answer, lambda text, **values: text % values if values else text)
    assert all(len(row) == 2 for row in fact_table(first.result, str).rows)


@pytest.mark.parametrize("code", TOOLS)
def test_the_form_of_a_tool_knows_each_field(code):
    kinds = {"text", "number", "whole", "flag", "date", "choice", "numbers", "names", "rows"}
    fields = fields_of(TOOLS[code].inputs)
    assert fields and {field.kind for field in fields} <= kinds
    assert all(field.columns for field in fields if field.kind == "rows")
    assert all(len(field.choices) > 1 for field in fields if field.kind == "choice")
    assert all(field.label != field.name for field in fields)


@pytest.mark.parametrize("code", TOOLS)
def test_nothing_filled_in_is_refused_with_places(code):
    done = work(TOOLS[code], {})
    assert not done.done and all(reason.field and str(reason) for reason in done.reasons)


@pytest.mark.parametrize("code", DRAWN)
def test_a_figure_is_plain_json_with_table_and_narrow_drawing(code):
    chart = drawn(code)
    assert json.loads(json.dumps(chart.figure, allow_nan=False))["data"]
    assert chart.figure["layout"]["meta"]["narrow"]["height"] and chart.rows
    assert all(len(row) == len(chart.columns) for row in chart.rows)
    assert chart.text != chart.title
    assert all(trace["meta"]["role"] for trace in chart.figure["data"])


@pytest.mark.parametrize("code", DRAWN)
def test_a_dark_figure_carries_no_light_colour(code):
    found = set(re.findall(r"#[0-9a-f]{6}", json.dumps(in_theme(drawn(code).figure, DARK))))
    assert not found & {LIGHT.accent, LIGHT.surface, LIGHT.axis, LIGHT.target, LIGHT.ink}


@pytest.mark.parametrize("code", DIAGRAMS)
def test_nothing_of_a_diagram_lies_outside_its_sheet(code):
    layout = drawn(code).figure["layout"]
    for sheet, width in ((layout, WIDE), (layout["meta"]["narrow"], NARROW)):
        assert sheet["meta"]["plane"] == width
        for shape in sheet["shapes"]:
            assert min(shape["x0"], shape["x1"]) >= -1 and max(shape["x0"], shape["x1"]) <= width + 1
            assert (
                min(shape["y0"], shape["y1"]) >= -1 and max(shape["y0"], shape["y1"]) <= sheet["height"] + 1
            )
        for note in sheet["annotations"]:
            assert 0 <= note["x"] <= width and 0 <= note["y"] <= sheet["height"] + 1


def test_markup_of_a_user_is_shown_and_not_obeyed():
    chart = drawn("board", question='<a href="http://example.invalid">x</a>')
    assert "&lt;a" in texts(chart) and "<a" not in json.dumps(chart.figure)


def test_signals_are_marked_by_sign_and_number():
    chart = drawn("control_p")
    (signal,) = traces(chart, "signal")
    assert signal["x"] == [15, 21, 22, 23, 24] and signal["text"] == ["1", "2,3", "2,3", "1,2,3", "3"]
    assert signal["marker"]["symbol"] == "diamond-open"
    assert chart.table.rows[14][-1] == "1"


def test_key_causes_critical_activities_and_main_causes_carry_a_star():
    assert "★ 没有标准" in texts(drawn("relations"))
    assert texts(drawn("arrow")).count("★") == 4
    assert "★ 查漏没有制度" in texts(drawn("fishbone"))


def test_the_critical_path_and_its_slack():
    rows = {row[0]: row for row in drawn("arrow").table.rows}
    assert rows["采购设备"][3:8] == (5, 25, 5, 25, 0)
    assert rows["操作培训"][3:8] == (5, 8, 28, 31, 23)
    done = work(TOOLS["arrow"], EXAMPLES["arrow"])
    assert done.result.length == 35 and done.result.critical == ("A", "B", "E", "F")


def test_the_focus_example_of_the_handbook():
    labels = ("waste", "consumption", "cost", "toxicity", "potential", "commitment")
    criteria = [{"label": n, "weight": w} for n, w in zip(labels, (10, 9, 8, 7, 5, 2), strict=True)]
    ratings = ("10 5 10 4 6 5", "6 10 4 10 10 10", "4 8 1 5 8 7")
    shops = [{"label": f"示例车间{n}", "ratings": r} for n, r in enumerate(ratings)]
    result = work(TOOLS["ranking"], {"criteria": criteria, "candidates": shops}).result
    assert result.totals == (293, 322, 209) and result.places == (2, 1, 3)


def test_what_makes_no_diagram_is_refused_with_its_place():
    def refused(code, **over):
        done = work(TOOLS[code], {**EXAMPLES[code], **over})
        assert not done.done
        return done.reasons[0].field, done.reasons[0].msgid

    ring = [
        {"key": "A", "text": "a", "days": 1, "after": "B"},
        {"key": "B", "text": "b", "days": 1, "after": "A"},
    ]
    assert "in a circle" in refused("arrow", rows=ring)[1]
    tree = [{"key": "1", "text": "a", "parent": "2"}, {"key": "2", "text": "b", "parent": "1"}]
    assert refused("tree", rows=tree)[0] == "rows.0.parent"
    assert refused("tree", rows=[{"key": "1", "text": "a", "parent": "9"}])[0] == "rows.0.parent"
    wrong = [{"key": "1", "kind": "risk", "text": "a"}]
    assert refused("pdpc", rows=wrong)[0] == "rows.0.parent"
    both = [{"cause": "A", "effect": "B"}, {"cause": "B", "effect": "A"}]
    assert refused("relations", arrows=both)[0] == "arrows.1"
    zero = [{"label": "a", "amount": 0}, {"label": "b", "amount": 0}]
    assert refused("pareto", rows=zero)[0] == "rows"
    late = {**EXAMPLES["photos"]["pairs"][0], "after_on": "2026-01-01"}
    assert refused("photos", pairs=[late])[0] == "pairs.0.after_on"
    task = {"label": "a", "starts_on": "2026-02-02", "ends_on": "2026-02-01"}
    assert refused("gantt", rows=[task])[0] == "rows.0.ends_on"
    assert refused("check_sheet", rows=[{"label": "a", "counts": "1 2"}])[0] == "rows.0.counts"


def test_causes_that_cross_bones_are_sent_to_the_relation_diagram():
    crossing = [
        {"key": "1", "category": "Equipment", "text": "a"},
        {"key": "2", "category": "Staff", "text": "b", "parent": "1"},
    ]
    done = work(TOOLS["fishbone"], {"problem": "p", "causes": crossing})
    assert done.reasons[0].field == "causes.1.parent"


def test_a_chain_of_whys_ends_at_the_last_confirmed_answer():
    result = work(TOOLS["five_whys"], EXAMPLES["five_whys"]).result
    assert result.answer.values == {"cause": "没有定期检查"}
    bare = [{"answer": "a", "verdict": "confirmed"}, {"answer": "b", "verdict": "refuted"}, {"answer": "c"}]
    notes = work(TOOLS["five_whys"], {"problem": "p", "whys": bare}).result.notes
    assert [note.field for note in notes] == ["whys.0.evidence", "whys.1.verdict"]


NODES = [
    FlowNode("r", "原料"),
    FlowNode("p", "工序"),
    FlowNode("o", "成品"),
    FlowNode("l", "损失", loss=True),
]
LINKS = [FlowLink("r", "p", D(1000)), FlowLink("p", "o", D(950)), FlowLink("p", "l", D("12.5"))]


def test_sankey_computes_its_closure_and_refuses_circles():
    assert closure_percent(LINKS) == D("3.75") and closure_percent([]) is None
    chart = sankey(NODES, LINKS, Frame("s", "s", unit="kg"))
    assert "3.75 %" in texts(chart) and chart.figure["data"][0]["link"]["value"] == [1000, 950, 12.5]
    with pytest.raises(ValueError, match="circle"):
        sankey(NODES, [*LINKS, FlowLink("o", "r", D(1))], Frame("s", "s"))
    with pytest.raises(ValueError, match="negative"):
        sankey(NODES, [FlowLink("r", "p", D(-1))], Frame("s", "s"))


@given(st.text(max_size=200), st.integers(30, 300))
def test_folded_text_keeps_to_its_lines(text, pixels):
    lines = fold(text.replace("\n", " "), pixels, 12, 3)
    assert 1 <= len(lines) <= 3
    assert text_width("漏气") == 24 and text_width("ab") < 14
