"""Drawings of the quality tools: `draw(code, inputs, result, frame)` gives the chart of a computed tool."""

from collections.abc import Callable
from typing import Any

from cp_circles.calc.tools.base import Result
from cp_circles.charts.frame import Chart, Frame
from cp_circles.charts.tools import amounts, experiments, networks, times, trees
from cp_circles.charts.tools.words import captioned, fact_table, told

FIGURES: dict[str, Callable[[Any, Any, Frame], Chart]] = {
    "check_sheet": amounts.check_sheet,
    "pareto": amounts.pareto,
    "histogram": amounts.histogram,
    "run": times.run,
    "control_xmr": times.control,
    "control_xbar": times.control,
    "control_p": times.control,
    "control_u": times.control,
    "scatter": amounts.scatter,
    "radar": amounts.radar,
    "board": amounts.board,
    "fishbone": trees.fishbone,
    "tree": trees.tree,
    "relations": networks.relations,
    "five_whys": trees.five_whys,
    "two_samples": experiments.two_samples,
    "two_shares": experiments.two_shares,
    "ranking": amounts.ranking,
    "orthogonal": experiments.main_effects,
    "pdpc": trees.pdpc,
    "gantt": networks.gantt,
    "arrow": networks.arrow_diagram,
}


def draw(code: str, inputs: Any, result: Result, frame: Frame) -> Chart | None:
    """The chart of a tool, with its answer as alternative text; None for tools that are shown as they are.

    `frame.unit` should be the inputs' own unit; pairs of photos have no drawing.
    """
    figure = FIGURES.get(code)
    return figure(inputs, result, captioned(frame, result)) if figure else None


__all__ = ["FIGURES", "draw", "fact_table", "told"]
