"""Charts as still pictures: an SVG of the same figure that the page draws, without a browser.

Lines, markers, bars and filled areas over categories are drawn from the traces of the chart; a figure of
any other kind has no picture here, and the document shows its table alone.
"""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from typing import Any

from cp_circles.charts import Chart
from cp_circles.charts.theme import LIGHT

WIDTH, HEIGHT = 760, 330
LEFT, RIGHT, TOP, BOTTOM = 78, 14, 44, 34
MOST_LABELS = 12
DASHES = {"dash": "6 4", "dot": "2 3", "dashdot": "6 3 2 3", "longdash": "10 4"}
FONT = "Noto Sans SC"
MULTIPLES = (1, 2, 2.5, 5, 10)


def svg_of(chart: Chart, unit: str = "") -> str | None:
    """The chart as an SVG text; None for a figure of a kind that is not drawn here."""
    traces = list(chart.figure["data"])
    if not traces or any(trace.get("type") not in {"scatter", "bar"} for trace in traces):
        return None
    if any(trace.get("orientation") == "h" for trace in traces):
        return None
    labels = _labels(chart, traces)
    values = [float(y) for trace in traces for y in trace.get("y") or () if y is not None]
    if not labels or not values:
        return None
    ticks = _ticks(values, from_zero=any(trace["type"] == "bar" for trace in traces))
    plane = _Plane(labels, ticks[0], ticks[-1])
    parts = [*_grid(plane, ticks, unit), *_legend(traces)]
    parts += [part for trace in traces for part in _trace(plane, trace)]
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="{FONT}"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f"{body}</svg>"
    )


class _Plane:
    """Where a label and a value lie on the picture."""

    def __init__(self, labels: Sequence[str], low: float, high: float) -> None:
        self.labels = {label: place for place, label in enumerate(labels)}
        self.low, self.high = low, high
        self.step = (WIDTH - LEFT - RIGHT) / len(labels)

    def x(self, label: Any) -> float:
        """The middle of a category."""
        return round(LEFT + self.step * (self.labels[str(label)] + 0.5), 1)

    def y(self, value: float) -> float:
        """The height of a value."""
        share = (float(value) - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _labels(chart: Chart, traces: Sequence[Mapping[str, Any]]) -> list[str]:
    """The categories in the order of the chart's table, then any that stand in no row."""
    drawn = dict.fromkeys(str(x) for trace in traces for x in trace.get("x") or ())
    listed = [str(row[0]) for row in chart.table.rows if str(row[0]) in drawn]
    return list(dict.fromkeys([*listed, *drawn]))


def _ticks(values: Sequence[float], *, from_zero: bool) -> list[float]:
    low, high = min(values), max(values)
    if from_zero or (low > 0 and low < 0.4 * high):
        low = min(0.0, low)
    span = (high - low) or abs(high) or 1.0
    size = 10 ** floor(log10(span / 4))
    step = size * next(multiple for multiple in MULTIPLES if size * multiple >= span / 5)
    first, last = floor(low / step), max(ceil(high / step), floor(low / step) + 1)
    return [round(step * place, 10) for place in range(first, last + 1)]


def _grid(plane: _Plane, ticks: Sequence[float], unit: str) -> list[str]:
    parts = []
    for tick in ticks:
        y = plane.y(tick)
        parts.append(f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="{LIGHT.grid}" fill="none"/>')
        parts.append(_text(LEFT - 6, y + 4, f"{tick:,.10g}", "end"))
    every = ceil(len(plane.labels) / MOST_LABELS)
    for label, place in plane.labels.items():
        if place % every == 0:
            parts.append(_text(plane.x(label), HEIGHT - BOTTOM + 18, label, "middle"))
    parts.append(_text(4, TOP - 10, unit, "start"))
    return parts


def _legend(traces: Sequence[Mapping[str, Any]]) -> list[str]:
    parts, x = [], LEFT
    for trace in traces:
        name = trace.get("name")
        if not name or trace.get("showlegend") is False:
            continue
        color = _colour(trace)
        parts.append(f'<rect x="{x}" y="10" width="14" height="8" fill="{color}"/>')
        parts.append(_text(x + 19, 18, str(name), "start"))
        x += 34 + sum(12 if ord(sign) > 255 else 7 for sign in str(name))
    return parts


def _text(x: float, y: float, text: str, anchor: str) -> str:
    look = f'font-size="12" fill="{LIGHT.text}" text-anchor="{anchor}"'
    return f'<text x="{x}" y="{y}" {look}>{escape(text)}</text>'


def _colour(trace: Mapping[str, Any]) -> str:
    for holder in (trace.get("marker") or {}, trace.get("line") or {}):
        color = holder.get("color")
        if isinstance(color, str):
            return escape(color)
    return escape(str(trace.get("fillcolor") or LIGHT.accent))


def _trace(plane: _Plane, trace: Mapping[str, Any]) -> list[str]:
    points = [
        (plane.x(x), plane.y(y)) if y is not None else None
        for x, y in zip(trace.get("x") or (), trace.get("y") or (), strict=False)
    ]
    if trace["type"] == "bar":
        return _bars(plane, trace, points)
    mode = trace.get("mode") or "lines"
    parts = []
    if trace.get("fill") in {"toself", "tozeroy"}:
        parts.append(_area(trace, [point for point in points if point]))
    if "lines" in mode:
        parts.append(_line(trace, points))
    if "markers" in mode:
        parts += _markers(trace, points)
    return parts


def _bars(plane: _Plane, trace: Mapping[str, Any], points: Sequence[Any]) -> list[str]:
    wide, floor_y, color = plane.step * 0.6, plane.y(max(plane.low, 0)), _colour(trace)
    return [
        f'<rect x="{round(x - wide / 2, 1)}" y="{min(y, floor_y)}" width="{round(wide, 1)}" '
        f'height="{round(abs(floor_y - y), 1)}" fill="{color}"/>'
        for x, y in (point for point in points if point)
    ]


def _area(trace: Mapping[str, Any], points: Sequence[tuple[float, float]]) -> str:
    corners = " ".join(f"{x},{y}" for x, y in points)
    return f'<polygon points="{corners}" fill="{LIGHT.q1}" stroke="none"/>'


def _line(trace: Mapping[str, Any], points: Sequence[tuple[float, float] | None]) -> str:
    style = trace.get("line") or {}
    if not style.get("width", 2):
        return ""
    path, pen_down = "", False
    for point in points:
        if point is not None:
            path += f"{'L' if pen_down else 'M'}{point[0]} {point[1]}"
        pen_down = point is not None
    color = escape(str(style.get("color") or _colour(trace)))
    dash = DASHES.get(str(style.get("dash")), "")
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{style.get("width", 2)}"{dashed}/>'


def _markers(trace: Mapping[str, Any], points: Sequence[tuple[float, float] | None]) -> list[str]:
    color = _colour(trace)
    is_open = "open" in str((trace.get("marker") or {}).get("symbol", ""))
    fill = "#fff" if is_open else color
    return [
        f'<circle cx="{x}" cy="{y}" r="3.5" fill="{fill}" stroke="{color}" stroke-width="1.5"/>'
        for x, y in (point for point in points if point)
    ]
