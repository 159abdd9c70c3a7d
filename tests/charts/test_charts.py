"""Every chart: its table equals its figure, bars start at zero, claimed is hatched, and it is plain JSON."""

import json
from collections.abc import Iterator
from decimal import Decimal as D
from typing import Any

import pytest

from cp_circles import charts
from cp_circles.charts import (
    BoardBar,
    Chart,
    CumulativePoint,
    FunnelStage,
    ParetoItem,
    RunPoint,
    Tile,
    TreeNode,
    WaterfallStep,
    board_bars,
    cumulative_chart,
    funnel_bars,
    pareto,
    province_map,
    run_chart,
    tile_map,
    treemap,
    waterfall,
)
from cp_circles.charts.areas import PROVINCE_TILES, grid_positions
from cp_circles.charts.frame import ChartTable, Column, Frame, sparse, wrapped
from cp_circles.charts.ranges import Range, ranges
from cp_circles.charts.sankey import FlowLink, FlowNode, sankey
from cp_circles.charts.theme import LIGHT

FRAME = Frame("chart", "示例 figure", unit="kWh", source="示例 source")
RUN = [
    RunPoint("2025-11", D("103.5"), "baseline"),
    RunPoint("2025-12", D("101.2"), "baseline"),
    RunPoint("2026-01", D("95.1"), "verified", D("104.0"), D("98.0")),
    RunPoint("2026-02", D("79.9"), "verified", D("87.3"), D("82.0")),
    RunPoint("2026-03", D("92.7"), "claimed", D("105.4"), D("99.0")),
    RunPoint("2026-04", None, "missing", D("106.0"), D("99.5")),
    RunPoint("2026-05", D("93.1"), "claimed", D("105.0"), D("98.6")),
]
BARS = [BoardBar("示例甲", D("12.5"), D("3"), 1), BoardBar("示例乙", D("9"), D(0), 2, mine=True)]
STEPS = [WaterfallStep("产量归一", D("-9.6")), WaterfallStep("核增", D("1.1"))]
NODES = [
    TreeNode("n", "全国"),
    TreeNode("a", "示例省", parent="n"),
    TreeNode("a1", "示例市", D("1.25"), "a"),
    TreeNode("a2", "示例二市", D("2.5"), "a"),
    TreeNode("b", "示例二省", D(4), "n"),
]
TILES = [
    Tile("37", "鲁", D("7.5")),
    Tile("32", "苏", D("7.1")),
    Tile("54", "藏", None),
    Tile("81", "港", takes_part=False),
]


def all_charts() -> dict[str, Chart]:
    """One of each kind."""
    return {
        "run": run_chart(RUN, FRAME),
        "cumulative": cumulative_chart(
            [CumulativePoint("1", D("1.5")), CumulativePoint("2", D(2), D("0.5"))], FRAME
        ),
        "board": board_bars(BARS, FRAME),
        "funnel": funnel_bars([FunnelStage("注册", 200), FunnelStage("核实", 76)], FRAME),
        "waterfall": waterfall(D("128.4"), STEPS, D("119.9"), FRAME),
        "pareto": pareto(
            [ParetoItem("漏气", D(30)), ParetoItem("空载", D(60)), ParetoItem("其他", D(70))],
            FRAME,
            other="其他",
        ),
        "treemap": treemap(NODES, FRAME),
        "tiles": tile_map(TILES, FRAME),
    }


CHARTS = all_charts()


def traces(chart: Chart, role: str) -> list[dict[str, Any]]:
    """The traces of a role that carry numbers."""
    kept = [t for t in chart.figure["data"] if t["meta"]["role"] == role]
    return [t for t in kept if not t["meta"].get("decoration")]


def column(chart: Chart, at: int) -> list[float | None]:
    """A column of the exact table, as the figure would show it."""
    return [None if row[at] is None else float(row[at]) for row in chart.table.rows]


def leaves(value: Any) -> Iterator[Any]:
    """Every value inside dicts and lists."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


@pytest.mark.parametrize("kind", CHARTS)
def test_a_figure_is_plain_json_with_a_title_a_table_and_a_narrow_drawing(kind):
    chart = CHARTS[kind]
    assert json.loads(json.dumps(chart.figure, allow_nan=False))["data"]
    assert {type(leaf) for leaf in leaves(chart.figure)} <= {str, int, float, bool, type(None)}
    assert chart.figure["layout"]["meta"]["narrow"]["height"]
    assert chart.title == "示例 figure" and chart.text == chart.title and chart.source
    assert all(len(row) == len(chart.columns) for row in chart.rows) and chart.rows


@pytest.mark.parametrize("kind", CHARTS)
def test_the_same_facts_give_the_same_figure(kind):
    assert all_charts()[kind].figure == CHARTS[kind].figure


@pytest.mark.parametrize("kind", ["board", "funnel", "waterfall", "pareto"])
def test_bars_start_at_zero(kind):
    layout = CHARTS[kind].figure["layout"]
    axis = layout["xaxis" if kind in ("board", "funnel") else "yaxis"]
    assert axis["rangemode"] == "tozero" and axis.get("range", [0])[0] == 0


def test_the_run_chart_and_its_table_hold_the_same_numbers():
    chart = CHARTS["run"]
    shown = {
        label: y
        for role in ("actual", "verified", "claimed")
        for t in traces(chart, role)
        for label, y in zip(t["x"], t["y"], strict=True)
    }
    assert shown == {row[0]: float(row[1]) for row in chart.table.rows if row[1] is not None}
    assert traces(chart, "baseline")[0]["y"] == column(chart, 2)
    assert traces(chart, "target")[0]["y"] == column(chart, 3)
    assert chart.rows[5] == ["2026-04", None, "106", "99.5", "Missing"]


def test_verified_is_filled_claimed_is_open_and_hatched_and_missing_is_named():
    chart = CHARTS["run"]
    verified, claimed = traces(chart, "verified")[0], traces(chart, "claimed")[0]
    assert verified["x"] == ["2026-01", "2026-02"] and verified["marker"]["color"] == "#0e5b3d"
    assert claimed["x"] == ["2026-03", "2026-05"] and claimed["marker"]["color"] == "#ffffff"
    areas = [t for t in chart.figure["data"] if t.get("fill") == "toself"]
    assert [("fillpattern" in t, t["x"]) for t in areas] == [
        (False, ["2026-01", "2026-02", "2026-02", "2026-01"]),
        (True, ["2026-02", "2026-03", "2026-03", "2026-02"]),
    ]
    missing = [t for t in chart.figure["data"] if t["meta"]["role"] == "missing"]
    assert missing[0]["x"] == ["2026-04"] and missing[0]["text"] == ["Missing"]


def test_end_labels_stand_apart_and_only_on_wide_screens():
    layout = CHARTS["run"].figure["layout"]
    assert {a["text"] for a in layout["annotations"]} == {"Adjusted baseline", "Target", "Actual"}
    assert layout["meta"]["narrow"]["annotations"] == []


def test_savings_add_up_along_the_season():
    chart = CHARTS["cumulative"]
    assert traces(chart, "verified")[0]["y"] == column(chart, 1) == [1.5, 3.5]
    assert traces(chart, "claimed")[0]["y"] == column(chart, 2) == [0.0, 0.5]
    assert traces(chart, "claimed")[0]["fillpattern"]["shape"] == "/"


def test_where_nothing_is_claimed_no_column_says_that_it_is_zero():
    chart = cumulative_chart([CumulativePoint("1", D("1.5")), CumulativePoint("2", D(2))], FRAME)
    assert [len(row) for row in chart.table.rows] == [2, 2] and len(chart.table.columns) == 2
    assert traces(chart, "claimed") == []


def test_a_board_shows_verified_solid_and_claimed_hatched():
    chart = CHARTS["board"]
    assert traces(chart, "verified")[0]["x"] == column(chart, 2)
    assert traces(chart, "claimed")[0]["x"] == column(chart, 3)
    assert "pattern" not in traces(chart, "verified")[0]["marker"]
    assert traces(chart, "claimed")[0]["marker"]["pattern"]["shape"] == "/"
    assert chart.figure["layout"]["yaxis"]["ticktext"] == ["示例甲", "<b>示例乙</b>"]
    assert [t["meta"]["role"] for t in board_bars(BARS[1:], FRAME).figure["data"]] == ["verified"]


def test_a_funnel_shows_the_share_of_the_stage_before():
    chart = CHARTS["funnel"]
    assert chart.table.rows == (("注册", 200, None), ("核实", 76, D("38.0")))
    assert traces(chart, "added")[0]["x"] == [None, 38.0]
    assert traces(chart, "added")[0]["customdata"] == [200, 76]


def test_a_waterfall_leads_exactly_from_claimed_to_verified():
    chart = CHARTS["waterfall"]
    assert [t["customdata"][0] for t in chart.figure["data"]] == column(chart, 1) == [128.4, -9.6, 1.1, 119.9]
    assert [t["base"][0] for t in chart.figure["data"]] == [0, 118.8, 118.8, 0]
    assert [t["text"][0] for t in chart.figure["data"]] == ["128.4", "−9.6", "+1.1", "119.9"]
    assert [t["x"] for t in chart.figure["narrow"]["data"]] == [[128.4], [9.6], [1.1], [119.9]]
    with pytest.raises(ValueError):
        waterfall(D("128.4"), STEPS, D("119.8"), FRAME)


def test_a_pareto_is_ordered_with_other_last():
    chart = CHARTS["pareto"]
    assert [row[0] for row in chart.table.rows] == ["空载", "漏气", "其他"]
    assert traces(chart, "verified")[0]["y"] == column(chart, 1) == [60, 30, 70]
    assert traces(chart, "target")[0]["y"] == column(chart, 2) == [37.5, 56.3, 100]
    with pytest.raises(ValueError):
        pareto([ParetoItem("a", D(-1))], FRAME)


def test_every_parent_of_a_treemap_is_the_sum_of_its_children():
    chart = CHARTS["treemap"]
    assert chart.figure["data"][0]["values"] == column(chart, 2) == [7.75, 3.75, 1.25, 2.5, 4]
    assert chart.rows[2] == ["示例市", "示例省", "1.25"]
    with pytest.raises(ValueError):
        treemap([TreeNode("a", "a", D(-1))], FRAME)


def test_a_tile_without_a_round_is_not_a_zero():
    chart = CHARTS["tiles"]
    low, high = chart.figure["data"]
    assert (low["name"], low["customdata"]) == ("≥ 7.1", [["32", 7.1]])
    assert (high["name"], high["customdata"]) == ("≥ 7.5", [["37", 7.5]])
    assert chart.rows == [
        ["鲁", "7.5", "takes part"],
        ["苏", "7.1", "takes part"],
        ["藏", None, "takes part"],
        ["港", None, "no round"],
    ]
    assert len(chart.figure["layout"]["shapes"]) == 2


def test_the_provinces_have_34_places_of_their_own_and_the_absent_three_are_named():
    assert len(PROVINCE_TILES) == 34 == len(set(PROVINCE_TILES.values()))
    chart = province_map([Tile("370000", "鲁", D(1)), Tile("110000", "京", D(2))], FRAME)
    assert [row[0] for row in chart.rows] == ["鲁", "京", "Taiwan", "Hong Kong", "Macao"]
    assert [row[2] for row in chart.rows[2:]] == ["no round"] * 3


def test_a_large_number_on_a_tile_is_rounded_half_up():
    (words,) = tile_map([Tile("1", "甲", D(100_500))], FRAME).figure["layout"]["annotations"]
    assert words["text"] == "<b>甲</b><br>101k"


def test_more_value_is_never_a_lighter_tile():
    tiles = [Tile(str(n), str(n), D(n * n)) for n in range(12)]
    chart = tile_map(tiles, FRAME)
    drawn = chart.figure["data"]
    assert [trace["meta"]["role"] for trace in drawn] == ["class1", "class2", "class3", "class4", "class5"]
    assert [value for trace in drawn for _code, value in trace["customdata"]] == [n * n for n in range(12)]
    assert grid_positions(["a", "b", "c"], 2) == {"a": (0, 0), "b": (1, 0), "c": (0, 1)}


def test_long_names_take_wide_tiles_few_to_a_row():
    named = tile_map([Tile(str(n), f"Shapingba {n}") for n in range(38)], FRAME).figure["layout"]
    coded = tile_map([Tile(str(n), f"S{n}") for n in range(38)], FRAME).figure["layout"]
    assert max(note["x"] for note in named["annotations"]) == 4 and "scaleanchor" not in named["yaxis"]
    assert max(note["x"] for note in coded["annotations"]) == 7 and coded["yaxis"]["scaleanchor"] == "x"


def test_months_stand_in_the_readers_words_with_the_year_where_it_changes():
    frame = Frame("k", "t", period=lambda at, with_year: f"{int(at[5:])}月" + (at[:4] if with_year else ""))
    points = [CumulativePoint(at, D(1)) for at in ("2025-11", "2025-12", "2026-01", "2026-02")]
    chart = cumulative_chart(points, frame, role="water")
    axis = chart.figure["layout"]["xaxis"]
    assert list(axis["tickvals"]) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert list(axis["ticktext"]) == ["11月2025", "12月", "1月2026", "2月"]
    assert chart.rows[0][0] == "11月2025" and "2025-11,1" in chart.table.csv()
    assert chart.figure["data"][0]["line"]["color"] == LIGHT.water


def test_two_points_with_one_label_are_refused():
    with pytest.raises(ValueError):
        board_bars([BARS[0], BARS[0]], FRAME)


def test_a_chart_says_its_words_in_the_readers_language():
    chart = run_chart(RUN, Frame("k", "t", say=lambda msgid, **values: f"[{msgid}]"))
    assert chart.columns[0] == {"label": "[Statistical period]", "num": False}
    assert chart.rows[0][4] == "[Baseline period]"
    assert "[Verified]" in [t.get("name") for t in chart.figure["data"]]


def test_a_name_brings_no_link_into_a_drawing():
    name, both = '<a href="https://示例">厂</a>', (D(1), D(2))
    nodes = [TreeNode("n", name), TreeNode("a", name, D(1), "n"), TreeNode("b", "b", D(2), "n")]
    drawn = [
        treemap(nodes, FRAME),
        charts.drill_treemap(nodes, FRAME),
        charts.sunburst(nodes, FRAME),
        tile_map([Tile("1", name, D(1))], FRAME),
        board_bars([BoardBar(name, D(1), mine=True)], FRAME),
        pareto([ParetoItem(name, D(1))], FRAME),
        charts.dumbbells([charts.Dumbbell(name, *both, 1)], FRAME, name="n"),
        charts.facets([charts.Panel(name, "", both)], ["1", "2"], FRAME, names=("a", "b")),
        charts.pair_bars([charts.Pair("m", "t", both, ("1", "2"))], FRAME, names=(name, "b")),
        charts.pair_lines(["1", "2"], (both, both), FRAME, names=(name, "b")),
        ranges([Range(name, D(1), *both)], FRAME, names=("a", "b", "c", "d")),
        sankey([FlowNode("a", name), FlowNode("b", name)], [FlowLink("a", "b", D(1), name)], FRAME),
    ]
    for chart in drawn:
        assert "<a" not in json.dumps(chart.figure) and "‹a" in json.dumps(chart.figure, ensure_ascii=False)
        assert name in chart.table.csv().replace('""', '"')


def test_a_csv_keeps_exact_numbers_and_starts_no_formula():
    table = ChartTable((Column("=名"), Column("数")), (("=1+1", D("-1234.50")), ("甲", None)))
    assert table.csv() == "'=名,数\r\n'=1+1,-1234.50\r\n甲,\r\n"
    assert table.text_rows == [["=1+1", "-1,234.5"], ["甲", None]]


def test_labels_are_thinned_and_wrapped_for_narrow_screens():
    assert sparse(["1", "2", "3", "4", "5"], 3) == ["1", "3", "5"]
    assert sparse(["1", "2"], 3) == ["1", "2"]
    assert wrapped("重复边界扣减", 4) == "重复边界<br>扣减" and wrapped("fixed load", 4) == "fixed<br>load"


def test_charts_of_nothing_still_have_their_table():
    assert run_chart([], FRAME).rows == []
    assert funnel_bars([], FRAME).rows == [] and board_bars([], FRAME).rows == []
    assert pareto([], FRAME).rows == [] and treemap([], FRAME).rows == [] and tile_map([], FRAME).rows == []


def test_a_stage_that_outgrows_the_one_before_is_drawn_to_its_end():
    stages = [FunnelStage("小组", 40), FunnelStage("课题", 90), FunnelStage("成果", 45)]
    chart = funnel_bars(stages, FRAME)
    assert list(chart.figure["data"][0]["x"]) == [None, 225, 50]
    assert list(chart.figure["layout"]["xaxis"]["range"]) == [0, 225]
    assert [row[2] for row in chart.rows] == [None, "225", "50"]
    within = funnel_bars([stages[1], stages[2]], FRAME)
    assert list(within.figure["layout"]["xaxis"]["range"]) == [0, 100]
