"""Every figure of a report as a still picture: drawn, within its frame, its texts escaped."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from cp_circles.calc.tools import TOOLS, work
from cp_circles.charts import Chart
from cp_circles.charts.frame import Frame
from cp_circles.charts.sankey import FlowLink, FlowNode, sankey
from cp_circles.results.documents.drawing import fitted, svg_of
from cp_circles.results.documents.drawing.marks import size_of
from cp_circles.tools.quoting import drawn
from tests.charts.tools.examples import EXAMPLES

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = sorted(set(EXAMPLES) - {"photos"})
NASTY = "<b>&\"'</b><script>🎉" + "龘" * 60


def figure_of(code: str, **over: object) -> Chart:
    chart = drawn(code, work(TOOLS[code], {**EXAMPLES[code], **over}), Frame(key=code, title=code))
    assert chart is not None
    return chart


def texts_of(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("code", DRAWN)
def test_the_figure_of_every_tool_has_a_picture_within_its_frame(code):
    svg = svg_of(figure_of(code))
    assert svg is not None
    width, height = size_of(svg)
    root = ElementTree.fromstring(svg)
    spots = [(float(node.get("x", 0)), float(node.get("y", 0))) for node in root.iter(f"{SVG}text")]
    assert spots and all(-1 <= x <= width + 1 and -1 <= y <= height + 1 for x, y in spots)
    marks = [node for kind in ("rect", "path", "circle", "polygon") for node in root.iter(f"{SVG}{kind}")]
    assert len(marks) > 4
    numbers = re.findall(r'(?:width|height|r)="(-?[\d.]+)"', svg)
    assert all(float(number) >= 0 for number in numbers) and "nan" not in svg


def test_bars_lines_and_words_stand_where_their_numbers_put_them():
    root = ElementTree.fromstring(svg_of(figure_of("ranking")))
    bars = [node for node in root.iter(f"{SVG}rect") if node.get("fill") in {"#0e5b3d", "#5f9d7f"}]
    widths = [float(node.get("width", 0)) for node in bars]
    assert len(widths) == 3 and widths == sorted(widths, reverse=True)
    assert widths[1] / widths[0] == pytest.approx(191 / 230, abs=0.01)
    assert "LSL" in texts_of(svg_of(figure_of("histogram")))
    planned = svg_of(figure_of("gantt"))
    assert planned.count('fill="url(#hatch)"') == 5


def flows(name: str = "废液") -> Chart:
    nodes = [
        FlowNode("in", "溶剂"),
        FlowNode("line", "喷漆线"),
        FlowNode("out", "产品"),
        FlowNode("x", name, True),
    ]
    links = [
        FlowLink("in", "line", Decimal(100), "溶剂"),
        FlowLink("line", "out", Decimal(75), "产品"),
        FlowLink("line", "x", Decimal(20), name),
    ]
    return sankey(nodes, links, Frame(key="flow", title="物料平衡", unit="kg"))


def test_a_flow_is_as_wide_as_its_amount_and_the_closure_stands_below():
    svg = svg_of(flows())
    root = ElementTree.fromstring(svg)
    nodes = [float(node.get("height", 0)) for node in root.iter(f"{SVG}rect")][1:]
    assert nodes[2] / nodes[0] == pytest.approx(0.75, abs=0.01)
    assert nodes[3] / nodes[0] == pytest.approx(0.2, abs=0.01)
    assert "Closure error 5 %" in texts_of(svg) and "Amount (kg)" in texts_of(svg)
    assert {"废液", "20"} <= set(texts_of(svg))


@pytest.mark.parametrize(
    "chart",
    [
        flows(NASTY),
        figure_of("board", question=NASTY),
        figure_of("pareto", rows=[{"label": NASTY, "amount": "8"}, {"label": "乙", "amount": "2"}]),
        figure_of("two_samples", first_name=NASTY[:40]),
        figure_of("scatter", x_name=NASTY[:60]),
    ],
    ids=lambda chart: chart.key,
)
def test_typed_markup_in_a_figure_stays_text(chart):
    root = ElementTree.fromstring(svg_of(chart))
    assert {node.tag for node in root.iter()} <= {
        SVG + kind
        for kind in ("svg", "rect", "path", "text", "circle", "polygon", "defs", "pattern")
    }  # fmt: skip


def test_a_tall_picture_is_set_narrower_so_that_it_fits_the_page():
    tall = '<svg viewBox="0 0 400 1600"></svg>'
    assert fitted(tall, 170, 215) == 53.75
    assert fitted('<svg viewBox="0 0 800 400"></svg>', 170, 215) == 170
