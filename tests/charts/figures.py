"""One small figure of each chart of the book, as data: `python -m tests.charts.figures` writes them anew."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

from cp_circles import charts
from cp_circles.charts.areas import grid_positions
from cp_circles.charts.frame import Frame
from cp_circles.charts.sankey import FlowLink, FlowNode, sankey

GOLDEN = Path(__file__).with_name("golden")
FRAME = Frame("chart", "示例 figure", unit="吨标准煤", source="示例 source", places=2)
NODES = [
    charts.TreeNode("root", "示例全国"),
    charts.TreeNode("root/r1", "示例省", parent="root"),
    charts.TreeNode("root/r1/c1", "示例厂", D("12.5"), "root/r1"),
    charts.TreeNode("root/r1/rest", "其他", D("2.5"), "root/r1"),
    charts.TreeNode("root/r2", "示例二省", D("5"), "root"),
]
TILES = [charts.Tile("370300", "示例", D("7.5")), charts.Tile("370700", "示例二", takes_part=False)]


def figures() -> dict[str, charts.Chart]:
    """Every chart from a few numbers."""
    months = ["2026-01", "2026-02", "2026-03"]
    return {
        "tiles": charts.tile_map(TILES, FRAME, positions=grid_positions([tile.code for tile in TILES])),
        "tree": charts.drill_treemap(NODES, FRAME),
        "rings": charts.sunburst(NODES, FRAME),
        "plan": charts.plan_chart(
            [
                charts.PlanPoint("2026-01", D("10"), D("4")),
                charts.PlanPoint("2026-02", D("20"), D("25.5")),
                charts.PlanPoint("2026-03", D("30"), None),
            ],
            FRAME,
        ),
        "days": charts.calendar_map(
            {date(2026, 1, 1): 2, date(2026, 1, 31): 7},
            date(2026, 1, 1),
            date(2026, 2, 3),
            FRAME,
            months=[f"{n} 月" for n in range(1, 13)],
        ),
        "small": charts.facets(
            [
                charts.Panel("示例省", "5 吨", [D("1"), D("5"), None], role="water"),
                charts.Panel("示例二省", "3 吨", [D("0"), D("3"), None]),
            ],
            months,
            replace(FRAME, period=lambda at, with_year: f"{int(at[5:])} 月"),
            names=("Region", "Month"),
        ),
        "spread": charts.facets(
            [charts.Panel("设备", "n = 4", [1, 0, 3], role="claimed")],
            ["≤1", "1–5", ">5"],
            FRAME,
            names=("Kind", "Class"),
            bars=True,
        ),
        "flows": sankey(
            [FlowNode("f", "生产过程 8"), FlowNode("d", "节能 8"), FlowNode("i", "电力 8")],
            [FlowLink("f", "d", D("8")), FlowLink("d", "i", D("8"))],
            FRAME,
            is_balance=False,
        ),
        "use": charts.dumbbells(
            [
                charts.Dumbbell("示例业", D("98.824"), D("89.798"), 3),
                charts.Dumbbell("甲业", D("2"), D("3"), 1),
            ],
            FRAME,
            name="Industry",
        ),
        "options": charts.pareto(
            [charts.ParetoItem("设备 n=4", D("36")), charts.ParetoItem("管理 n=9", D("4"))],
            FRAME,
            role="claimed",
        ),
        "path": charts.waterfall(
            D("10"),
            [charts.WaterfallStep("核减", D("-2"))],
            D("8"),
            FRAME,
            living=charts.LivingOn("往年", D("3"), "持续"),
        ),
        "circles": charts.funnel_bars(
            [charts.FunnelStage("注册", 40), charts.FunnelStage("活动", 30), charts.FunnelStage("获奖", 6)],
            FRAME,
            of_first=True,
        ),
        "pairs": charts.pair_bars(
            [
                charts.Pair("直接效益", "万元", (D("43"), D("15.86")), ("43.00 万元", "15.86 万元")),
                charts.Pair("节水", "立方米", (D("0"), D("0")), ("0 立方米", "0 立方米")),
            ],
            FRAME,
            names=("示例省", "示例二省"),
        ),
        "together": charts.pair_lines(
            months, ((D("1"), D("2"), None), (D("0"), D("0.5"), None)), FRAME, names=("示例省", "示例二省")
        ),
    }


def as_data(chart: charts.Chart) -> dict[str, Any]:
    """A chart as plain JSON: its figure, and its table as text."""
    table = [[column["label"] for column in chart.columns], *chart.rows]
    return json.loads(json.dumps({"figure": chart.figure, "table": table}, default=list))


def write() -> None:
    """Write every figure; the difference is for a person to read before it is kept."""
    GOLDEN.mkdir(exist_ok=True)
    for name, chart in figures().items():
        text = json.dumps(as_data(chart), ensure_ascii=False, indent=1, sort_keys=True)
        (GOLDEN / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
