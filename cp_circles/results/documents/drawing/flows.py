"""Sankey diagrams as still pictures: nodes in columns, each flow as wide as its amount.

A node stands one column behind the last of its sources, an end in the last column; within a column nodes
follow the middle of what feeds them, so that few flows cross.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cp_circles.charts import Chart
from cp_circles.charts.theme import LIGHT
from cp_circles.results.documents.drawing.marks import canvas, num, paint, text

WIDTH, THICK, GAP = 760.0, 14.0, 26.0
LEFT, RIGHT, TOP, BOTTOM = 10.0, 120.0, 16.0, 34.0


@dataclass(frozen=True)
class Band:
    """One flow between two nodes, numbered as the figure has them."""

    source: int
    target: int
    value: float
    color: Any


def picture(chart: Chart, unit: str) -> str | None:
    """The flows as an SVG text; None where nothing flows."""
    trace, layout = chart.figure["data"][0], chart.figure["layout"]
    bands = _bands(trace["link"])
    labels, colors = list(trace["node"]["label"]), list(trace["node"]["color"])
    if not bands:
        return None
    columns = _columns(len(labels), bands)
    amounts = [_amount(node, bands) for node in range(len(labels))]
    fullest = max(len(column) for column in columns)
    height = max(float(layout.get("height") or 320), 60.0 * fullest + TOP + BOTTOM)
    places = _places(columns, amounts, bands, height)
    parts = [*_flows(bands, amounts, places), *_nodes(places, amounts, labels, colors, len(columns))]
    caption = "".join(str(one.get("text") or "") for one in layout.get("annotations") or ())
    parts.append(text(WIDTH - 8, height - 8, caption, anchor="right", color=LIGHT.ink))
    parts.append(text(8, height - 8, unit or chart.columns[-1]["label"]))
    return canvas(WIDTH, height, parts)


def _bands(link: Mapping[str, Any]) -> list[Band]:
    rows = zip(link["source"], link["target"], link["value"], link["color"], strict=True)
    return [Band(int(a), int(b), float(value), color) for a, b, value, color in rows if value]


def _columns(count: int, bands: Sequence[Band]) -> list[list[int]]:
    depth = [0] * count
    for _ in range(count):
        for band in bands:
            depth[band.target] = max(depth[band.target], min(depth[band.source] + 1, count))
    last = max(depth)
    gives = {band.source for band in bands}
    drawn = gives | {band.target for band in bands}
    columns: list[list[int]] = [[] for _ in range(last + 1)]
    for node in sorted(drawn):
        columns[depth[node] if node in gives else last].append(node)
    return [column for column in columns if column]


def _amount(node: int, bands: Sequence[Band]) -> float:
    into = sum(band.value for band in bands if band.target == node)
    out = sum(band.value for band in bands if band.source == node)
    return max(into, out)


def _places(
    columns: Sequence[Sequence[int]], amounts: Sequence[float], bands: Sequence[Band], height: float
) -> dict[int, tuple[float, float, float]]:
    """Of each node: x, y and how high it is, in pixels."""
    room = height - TOP - BOTTOM
    scale = min(
        (room - GAP * (len(column) - 1)) / (sum(amounts[node] for node in column) or 1) for column in columns
    )
    places: dict[int, tuple[float, float, float]] = {}
    stride = (WIDTH - LEFT - RIGHT - THICK) / max(1, len(columns) - 1)
    for at, column in enumerate(columns):
        ordered = sorted(column, key=lambda node: (_middle(node, bands, places), node))
        used = sum(amounts[node] * scale for node in column) + GAP * (len(column) - 1)
        y = TOP + (room - used) / 2
        for node in ordered:
            high = max(amounts[node] * scale, 1.5)
            places[node] = (LEFT + stride * at, y, high)
            y += high + GAP
    return places


def _middle(node: int, bands: Sequence[Band], places: Mapping[int, tuple[float, float, float]]) -> float:
    fed = [(places[b.source], b.value) for b in bands if b.target == node and b.source in places]
    whole = sum(value for _, value in fed)
    return sum((y + high / 2) * value for (_, y, high), value in fed) / whole if whole else 0.0


def _flows(
    bands: Sequence[Band], amounts: Sequence[float], places: Mapping[int, tuple[float, float, float]]
) -> list[str]:
    begins = _stacked(bands, amounts, places, leaving=True)
    ends = _stacked(bands, amounts, places, leaving=False)
    parts = []
    for number, band in enumerate(bands):
        x0, x1 = places[band.source][0] + THICK, places[band.target][0]
        wide = max(band.value * places[band.source][2] / (amounts[band.source] or 1), 1.0)
        y0, y1, bend = begins[number], ends[number], (x0 + x1) / 2
        way = (
            f"M{num(x0)} {num(y0)}C{num(bend)} {num(y0)} {num(bend)} {num(y1)} {num(x1)} {num(y1)}"
            f"V{num(y1 + wide)}C{num(bend)} {num(y1 + wide)} {num(bend)} {num(y0 + wide)} "
            f"{num(x0)} {num(y0 + wide)}Z"
        )
        parts.append(f'<path d="{way}" {paint(band.color)}/>')
    return parts


def _stacked(
    bands: Sequence[Band],
    amounts: Sequence[float],
    places: Mapping[int, tuple[float, float, float]],
    *,
    leaving: bool,
) -> dict[int, float]:
    """The upper edge of each flow at its one end, laid below each other by where the other end stands."""
    tops: dict[int, float] = {}
    for node, (_, y, high) in places.items():
        mine = [n for n, band in enumerate(bands) if (band.source if leaving else band.target) == node]
        mine.sort(key=lambda n: places[bands[n].target if leaving else bands[n].source][1])
        at = y
        for n in mine:
            tops[n] = at
            at += bands[n].value * high / (amounts[node] or 1)
    return tops


def _nodes(
    places: Mapping[int, tuple[float, float, float]],
    amounts: Sequence[float],
    labels: Sequence[Any],
    colors: Sequence[Any],
    columns: int,
) -> list[str]:
    parts = []
    for node, (x, y, high) in places.items():
        size = f'width="{num(THICK)}" height="{num(high)}"'
        parts.append(f'<rect x="{num(x)}" y="{num(y)}" {size} {paint(colors[node])}/>')
        words = f"{labels[node]}<br>{amounts[node]:,.6g}"
        parts.append(text(x + THICK + 5, y + high / 2, words, valign="middle", color=LIGHT.ink, size=11))
    return parts
