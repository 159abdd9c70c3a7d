"""One series of a figure on its two axes: bars standing or lying, lines, areas and markers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cp_circles.charts.theme import LIGHT
from cp_circles.results.documents.drawing.axes import SMALL, Axis, as_number
from cp_circles.results.documents.drawing.marks import colour_of, marker, num, one_of, paint, path, text

Spot = tuple[float, float] | None


def drawn(
    across: Axis, upright: Axis, trace: Mapping[str, Any], share: float, lane: tuple[int, int]
) -> Iterator[str]:
    """The parts of one series; `share` of a category is its bar, `lane` is its place among bars beside it."""
    if trace["type"] == "bar":
        yield from _bars(across, upright, trace, share, lane)
        return
    points: list[Spot] = [
        None if x is None or y is None else (across.at(x), upright.at(y))
        for x, y in zip(trace.get("x") or (), trace.get("y") or (), strict=False)
    ]
    mode = str(trace.get("mode") or "lines")
    if trace.get("fill") in {"toself", "tozeroy"}:
        yield _area(trace, [point for point in points if point])
    if "lines" in mode:
        style = trace.get("line") or {}
        way = _steps(points) if style.get("shape") == "hvh" else points
        yield path(way, style, colour_of(trace))
    if "markers" in mode:
        look = trace.get("marker") or {"color": colour_of(trace)}
        yield from (marker(*point, look, n) for n, point in enumerate(points) if point)
    if "text" in mode:
        yield from _words(trace, points)


def _steps(points: Sequence[Spot]) -> list[Spot]:
    """The corners of a line that changes half-way between two points."""
    way: list[Spot] = []
    for one, other in zip(points, [*points[1:], None], strict=True):
        way.append(one)
        if one and other and one[1] != other[1]:
            middle = (one[0] + other[0]) / 2
            way += [(middle, one[1]), (middle, other[1])]
    return way


def _area(trace: Mapping[str, Any], points: Sequence[tuple[float, float]]) -> str:
    corners = " ".join(f"{num(x)},{num(y)}" for x, y in points)
    if trace.get("fillpattern"):
        return f'<polygon points="{corners}" fill="url(#hatch)" fill-opacity="0.5" stroke="none"/>'
    return f'<polygon points="{corners}" {paint(trace.get("fillcolor") or LIGHT.q1)} stroke="none"/>'


def _words(trace: Mapping[str, Any], points: Sequence[Spot]) -> Iterator[str]:
    color = (trace.get("textfont") or {}).get("color") or LIGHT.ink
    for n, point in enumerate(points):
        words, place = one_of(trace.get("text"), n), str(one_of(trace.get("textposition"), n) or "top center")
        if point and words:
            up = place.startswith("top")
            y = point[1] - 9 if up else point[1] + 9
            yield text(
                point[0],
                y,
                words,
                anchor="center",
                valign="above" if up else "below",
                color=color,
                size=SMALL,
            )


def _bars(
    across: Axis, upright: Axis, trace: Mapping[str, Any], share: float, lane: tuple[int, int]
) -> Iterator[str]:
    lying = trace.get("orientation") == "h"
    names, along = (upright, across) if lying else (across, upright)
    heads = list(trace.get("x" if lying else "y") or ())
    for n, (name, length) in enumerate(zip(trace.get("y" if lying else "x") or (), heads, strict=False)):
        if length is None:
            continue
        foot = one_of(trace.get("base"), n) or 0
        start, end = along.at(as_number(foot)), along.at(as_number(foot) + float(length))
        thick = float(one_of(trace.get("width"), n) or share) * names.step
        side = names.at(name) - thick / 2 + thick / lane[1] * lane[0]
        thick = thick / lane[1]
        low, high = min(start, end), max(start, end)
        box = (low, side, high - low, thick) if lying else (side, low, thick, high - low)
        yield _box(box, trace.get("marker") or {}, n)
        words = one_of(trace.get("text"), n)
        if words and trace.get("textposition") != "none":
            yield _beside(box, words, lying=lying)


def _box(box: tuple[float, float, float, float], look: Mapping[str, Any], n: int) -> str:
    color, edge = one_of(look.get("color"), n) or LIGHT.accent, look.get("line") or {}
    fill = 'fill="url(#hatch)"' if look.get("pattern") else paint(color)
    ring = (
        f' {paint(edge["color"], "stroke")} stroke-width="{edge.get("width", 1)}"'
        if edge.get("color")
        else ""
    )
    x, y, wide, high = (num(side) for side in box)
    return f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" {fill}{ring}/>'


def _beside(box: tuple[float, float, float, float], words: Any, *, lying: bool) -> str:
    x, y, wide, high = box
    if lying:
        return text(x + wide + 5, y + high / 2, words, valign="middle", color=LIGHT.ink, size=SMALL)
    return text(x + wide / 2, y - 2, words, anchor="center", valign="above", color=LIGHT.ink, size=SMALL)
