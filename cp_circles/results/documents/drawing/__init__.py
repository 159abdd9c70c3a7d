"""Charts as still pictures: an SVG of the same figure that the page draws, without a browser.

Drawn from the traces, shapes and notes of the figure itself: lines, bars, markers and areas on two axes,
diagrams of words, radar charts and Sankey diagrams. A figure of any other kind has no picture here, and the
document shows its table alone.
"""

from cp_circles.charts import Chart
from cp_circles.results.documents.drawing import flows, plane, rings
from cp_circles.results.documents.drawing.marks import size_of

PLANE = frozenset({"scatter", "bar"})


def svg_of(chart: Chart, unit: str = "") -> str | None:
    """The chart as an SVG text; None for a figure of a kind that is not drawn here, or an empty one."""
    kinds = {str(trace.get("type")) for trace in chart.figure["data"]}
    if not kinds:
        return None
    if kinds <= PLANE:
        return plane.picture(chart, unit)
    if kinds == {"sankey"}:
        return flows.picture(chart, unit)
    return rings.picture(chart, unit) if kinds == {"scatterpolar"} else None


def fitted(svg: str, widest: float, tallest: float) -> float:
    """How wide a picture is set, in the unit of the limits, so that it fits a page."""
    width, height = size_of(svg)
    return min(widest, tallest * width / height)


__all__ = ["fitted", "svg_of"]
