"""Figures on two axes as still pictures: bars, lines, areas, markers, and the notes and shapes on them.

Diagrams of words lie on the same plane, their axes unseen and one pixel a unit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cp_circles.charts import Chart
from cp_circles.charts.diagram import text_width
from cp_circles.charts.theme import LIGHT
from cp_circles.results.documents.drawing.axes import SMALL, Axis, as_number, axis_of, folded
from cp_circles.results.documents.drawing.marks import breadth, canvas, colour_of, lines_of, num, paint, text
from cp_circles.results.documents.drawing.notes import note, shape
from cp_circles.results.documents.drawing.series import drawn

WIDTH, HEIGHT = 760, 330
EDGE, NAMES = 10, 190
LEGEND = 22


@dataclass(frozen=True)
class Plane:
    """The axes of a figure in place; `uprights` by the name of their axis (`y`, `y2`)."""

    across: Axis
    uprights: Mapping[str, Axis]

    @property
    def top(self) -> float:
        """The upper edge of all that is drawn."""
        return min(min(axis.start, axis.end) for axis in self.uprights.values())

    @property
    def bottom(self) -> float:
        """The lower edge of all that is drawn."""
        return max(max(axis.start, axis.end) for axis in self.uprights.values())


def picture(chart: Chart, unit: str) -> str | None:
    """The figure as an SVG text; None where nothing is on its axes."""
    layout, traces = chart.figure["layout"], _seen(chart.figure["data"])
    is_diagram = (layout.get("xaxis") or {}).get("visible") is False
    across, uprights = _axes(chart, layout, traces)
    if across is None or not uprights:
        return None
    if is_diagram:
        return _diagram(layout, across, uprights)
    entries = _legend_entries(traces)
    rows = _legend_rows(entries)
    title = _title(layout, "yaxis") or unit or _measured(chart, traces)
    above = max(float((layout.get("margin") or {}).get("t") or 0), 14) + LEGEND * len(rows)
    above += 18 if title else 0
    below = 12 + _label_lines(across) * SMALL * 1.35 + (20 if _title(layout, "xaxis") else 0)
    height = max(float(layout.get("height") or HEIGHT) + LEGEND * len(rows), above + below + 80)
    plane = _placed(layout, across, uprights, above, height - below)
    parts = [*_grid(layout, plane), *_series(layout, plane, traces)]
    parts += [shape(plane, one) for one in layout.get("shapes") or ()]
    parts += [note(plane, one) for one in layout.get("annotations") or ()]
    parts += _legend(rows)
    if title:
        parts.append(text(4, LEGEND * len(rows) + 14, title, color=LIGHT.text, size=SMALL))
    if _title(layout, "xaxis"):
        middle = (plane.across.start + plane.across.end) / 2
        parts.append(text(middle, height - 6, _title(layout, "xaxis"), anchor="center", size=SMALL))
    return canvas(WIDTH, height, parts)


def _seen(traces: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [trace for trace in traces if (trace.get("marker") or {}).get("opacity") != 0]


def _diagram(layout: Mapping[str, Any], across: Axis, uprights: Mapping[str, Axis]) -> str:
    wide, high = across.high + 4, uprights["y"].low + 4
    plane = Plane(across.over(2, wide - 2), {"y": uprights["y"].over(high - 2, 2)})
    shapes, notes = layout.get("shapes") or (), layout.get("annotations") or ()
    arrows = [note(plane, one) for one in notes if one.get("showarrow")]
    words = [note(plane, one) for one in notes if not one.get("showarrow")]
    return canvas(wide, high, [*(shape(plane, one) for one in shapes), *arrows, *words])


def _axes(
    chart: Chart, layout: Mapping[str, Any], traces: Sequence[Mapping[str, Any]]
) -> tuple[Axis | None, dict[str, Axis]]:
    order = [str(row[0]) for row in chart.table.rows]
    look = layout.get("xaxis") or {}
    xs = [x for trace in traces for x in _reach(trace, "x")]
    if not xs and not look.get("range"):
        return None, {}
    lying = any(trace.get("orientation") == "h" for trace in traces)
    across = axis_of(look, xs, from_zero=lying and look.get("type") != "date", order=order)
    uprights: dict[str, Axis] = {}
    for name in sorted({str(trace.get("yaxis") or "y") for trace in traces} | {"y"}):
        side = layout.get(f"yaxis{name[1:]}") or {}
        own = [trace for trace in traces if str(trace.get("yaxis") or "y") == name]
        ys = [y for trace in own for y in _reach(trace, "y")]
        bars = any(trace["type"] == "bar" and trace.get("orientation") != "h" for trace in own)
        if ys or side.get("range"):
            from_zero = bars or side.get("rangemode") == "tozero"
            uprights[name] = axis_of(side, ys, from_zero=from_zero, order=order)
    return across, uprights


def _reach(trace: Mapping[str, Any], name: str) -> Iterator[Any]:
    """The values that a series needs on an axis, the feet and the heads of its bars included."""
    values = list(trace.get(name) or ())
    along = "x" if trace.get("orientation") == "h" else "y"
    base = list(trace.get("base") or ()) if trace["type"] == "bar" and name == along else []
    if not base:
        wide = list(trace.get("width") or ()) if trace["type"] == "bar" and name != along else []
        yield from (value for value in values if value is not None)
        if wide and not isinstance(values[0], str):
            yield from (side for v, w in zip(values, wide, strict=False) for side in (v - w / 2, v + w / 2))
        return
    for foot, length in zip(base, values, strict=False):
        yield as_number(foot)
        yield as_number(foot) + length


def _label_lines(across: Axis) -> int:
    return max((len(lines_of(words)) for _, words in across.ticks), default=1) + (
        1 if across.places is not None else 0
    )


def _placed(
    layout: Mapping[str, Any], across: Axis, uprights: Mapping[str, Axis], top: float, bottom: float
) -> Plane:
    wide = max((breadth(words, SMALL) for _, words in uprights["y"].ticks), default=20)
    left = EDGE + min(wide, NAMES) + 6
    right = max(float((layout.get("margin") or {}).get("r") or 0), 16)
    placed = {}
    for name, axis in uprights.items():
        low, high = (layout.get(f"yaxis{name[1:]}") or {}).get("domain") or (0, 1)
        span = bottom - top
        placed[name] = axis.over(bottom - span * low, bottom - span * high)
    return Plane(across.over(left, WIDTH - right), placed)


def _title(layout: Mapping[str, Any], axis: str) -> str:
    return str(((layout.get(axis) or {}).get("title") or {}).get("text") or "")


def _grid(layout: Mapping[str, Any], plane: Plane) -> list[str]:
    parts, left, right = [], plane.across.start, plane.across.end
    for name, axis in plane.uprights.items():
        look = layout.get(f"yaxis{name[1:]}") or {}
        on_right, lines = look.get("side") == "right", look.get("showgrid") is not False
        for value, words in axis.ticks:
            y = axis.start + (value - axis.low) / (axis.high - axis.low) * (axis.end - axis.start)
            if lines:
                parts.append(f'<path d="M{num(left)} {num(y)}H{num(right)}" stroke="{LIGHT.grid}"/>')
            x, anchor = (right + 6, "left") if on_right else (left - 6, "right")
            parts.append(text(x, y, folded(words, NAMES), anchor=anchor, valign="middle", size=SMALL))
    upright = (layout.get("xaxis") or {}).get("showgrid")
    room = _room(plane.across)
    for value, words in plane.across.ticks:
        x = plane.across.at(value)
        if upright:
            parts.append(f'<path d="M{num(x)} {num(plane.top)}V{num(plane.bottom)}" stroke="{LIGHT.grid}"/>')
        label = folded(words, room - 4)
        parts.append(text(x, plane.bottom + 5, label, anchor="center", valign="below", size=SMALL))
    edge = f'stroke="{LIGHT.axis}"'
    return [*parts, f'<path d="M{num(left)} {num(plane.bottom)}H{num(right)}" {edge}/>']


def _measured(chart: Chart, traces: Sequence[Mapping[str, Any]]) -> str:
    """What is measured, as the table's head says it, for a figure of one line without a title of its own."""
    head = chart.columns[1] if len(chart.columns) > 1 else {"num": False}
    is_line = all(trace["type"] == "scatter" for trace in traces)
    return str(head["label"]) if head["num"] and is_line else ""


def _room(axis: Axis) -> float:
    """How many pixels lie between two ticks."""
    spots = sorted(axis.at(value) for value, _ in axis.ticks)
    return min((b - a for a, b in pairwise(spots)), default=2 * NAMES)


def _series(layout: Mapping[str, Any], plane: Plane, traces: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    bars = [trace for trace in traces if trace["type"] == "bar"]
    side_by_side = layout.get("barmode") == "group" and len(bars) > 1
    share = 1 - float(layout.get("bargap", 0.3) or 0)
    for trace in traces:
        upright = plane.uprights.get(str(trace.get("yaxis") or "y"))
        if upright is None:
            continue
        lane = (bars.index(trace), len(bars)) if side_by_side and trace in bars else (0, 1)
        yield from drawn(plane.across, upright, trace, share, lane)


def _legend_entries(traces: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    return [
        (str(trace["name"]), trace)
        for trace in traces
        if trace.get("name") and trace.get("showlegend") is not False
    ]


def _legend_rows(
    entries: Sequence[tuple[str, Mapping[str, Any]]],
) -> list[list[tuple[float, str, Mapping[str, Any]]]]:
    """The entries in rows that fit the width."""
    rows: list[list[tuple[float, str, Mapping[str, Any]]]] = []
    x = float(WIDTH)
    for name, trace in entries:
        wide = text_width(name) + 40
        if not rows or x + wide > WIDTH:
            rows.append([])
            x = EDGE
        rows[-1].append((x, name, trace))
        x += wide
    return rows


def _legend(rows: Sequence[Sequence[tuple[float, str, Mapping[str, Any]]]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        y = LEGEND * number
        for x, name, trace in row:
            color = colour_of(trace)
            fill = 'fill="url(#hatch)"' if (trace.get("marker") or {}).get("pattern") else paint(color)
            edge = paint(color, "stroke")
            yield f'<rect x="{num(x)}" y="{num(y + 7)}" width="14" height="9" {fill} {edge}/>'
            yield text(x + 20, y + 16, name)
