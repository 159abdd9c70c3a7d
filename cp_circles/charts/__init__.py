"""Charts of data: a Plotly figure, its narrow drawing and the exact table of the same numbers.

`lines` run chart and cumulative chart · `bars` board and funnel · `steps` waterfall and Pareto · `areas`
treemap and tile map. Every function returns a `Chart` that `templates/macros/charts.html` draws. Charts
know no language: pass `say=gettext` (it is called with an English msgid and values) and finished titles,
labels and units.
"""

from cp_circles.charts.areas import Tile, TreeNode, province_map, tile_map, treemap
from cp_circles.charts.bars import BoardBar, FunnelStage, board_bars, funnel_bars
from cp_circles.charts.frame import Chart, ChartTable, Column
from cp_circles.charts.lines import CumulativePoint, RunPoint, State, cumulative_chart, run_chart
from cp_circles.charts.steps import ParetoItem, WaterfallStep, pareto, waterfall

__all__ = [
    "BoardBar",
    "Chart",
    "ChartTable",
    "Column",
    "CumulativePoint",
    "FunnelStage",
    "ParetoItem",
    "RunPoint",
    "State",
    "Tile",
    "TreeNode",
    "WaterfallStep",
    "board_bars",
    "cumulative_chart",
    "funnel_bars",
    "pareto",
    "province_map",
    "run_chart",
    "tile_map",
    "treemap",
    "waterfall",
]
