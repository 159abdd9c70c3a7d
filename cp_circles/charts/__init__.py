"""Charts of data: a Plotly figure, its narrow drawing and the exact table of the same numbers.

`lines` run chart and cumulative chart · `plans` the season against its plan · `bars` board and funnel ·
`steps` waterfall and Pareto · `areas` treemap and tile map · `drilldown` treemap and sunburst of levels ·
`facets` small multiples · `calendar` days of a season · `dumbbells` before and after · `pairs` two scopes.
Every function returns a `Chart` that `templates/macros/charts.html` draws. Charts know no language: pass
`say=gettext` (it is called with an English msgid and values) and finished titles, labels and units.
"""

from cp_circles.charts.areas import Tile, TreeNode, province_map, tile_map, treemap
from cp_circles.charts.bars import BoardBar, FunnelStage, board_bars, funnel_bars
from cp_circles.charts.calendar import calendar_map
from cp_circles.charts.drilldown import drill_treemap, sunburst
from cp_circles.charts.dumbbells import Dumbbell, dumbbells
from cp_circles.charts.facets import Panel, facets
from cp_circles.charts.frame import Chart, ChartTable, Column, Frame
from cp_circles.charts.lines import CumulativePoint, RunPoint, State, cumulative_chart, run_chart
from cp_circles.charts.pairs import Pair, pair_bars, pair_lines
from cp_circles.charts.plans import PlanPoint, plan_chart
from cp_circles.charts.steps import LivingOn, ParetoItem, WaterfallStep, pareto, waterfall

__all__ = [
    "BoardBar",
    "Chart",
    "ChartTable",
    "Column",
    "CumulativePoint",
    "Dumbbell",
    "Frame",
    "FunnelStage",
    "LivingOn",
    "Pair",
    "Panel",
    "ParetoItem",
    "PlanPoint",
    "RunPoint",
    "State",
    "Tile",
    "TreeNode",
    "WaterfallStep",
    "board_bars",
    "calendar_map",
    "cumulative_chart",
    "drill_treemap",
    "dumbbells",
    "facets",
    "funnel_bars",
    "pair_bars",
    "pair_lines",
    "pareto",
    "plan_chart",
    "province_map",
    "run_chart",
    "sunburst",
    "tile_map",
    "treemap",
    "waterfall",
]
