"""What a layout puts on a figure: lines and boxes, words at a point, arrows."""

from collections.abc import Mapping
from math import atan2, cos, sin
from typing import Any, Protocol

from cp_circles.charts.theme import LIGHT
from cp_circles.results.documents.drawing.axes import Axis
from cp_circles.results.documents.drawing.marks import num, paint, stroke, text

HEAD, SPREAD = 9.0, 0.42


class Held(Protocol):
    """The axes on which shapes and notes lie."""

    @property
    def across(self) -> Axis:
        """The axis of x."""

    @property
    def uprights(self) -> Mapping[str, Axis]:
        """The axes of y by name."""

    @property
    def top(self) -> float:
        """The upper edge."""

    @property
    def bottom(self) -> float:
        """The lower edge."""


def _x(plane: Held, value: Any, ref: Any) -> float:
    if str(ref or "x") == "paper":
        return plane.across.start + float(value) * (plane.across.end - plane.across.start)
    return plane.across.at(value)


def _y(plane: Held, value: Any, ref: Any) -> float:
    name = str(ref or "y")
    if name == "paper":
        return plane.bottom - float(value) * (plane.bottom - plane.top)
    axis = plane.uprights.get(name.split(" ")[0]) or plane.uprights["y"]
    if name.endswith("domain"):
        return axis.start + float(value) * (axis.end - axis.start)
    return axis.at(value)


def shape(plane: Held, look: Mapping[str, Any]) -> str:
    """A line or a box of a layout."""
    xs = [_x(plane, look[name], look.get("xref")) for name in ("x0", "x1")]
    ys = [_y(plane, look[name], look.get("yref")) for name in ("y0", "y1")]
    edge = stroke(look.get("line") or {})
    if look.get("type") == "line":
        ends = f"M{num(xs[0])} {num(ys[0])}L{num(xs[1])} {num(ys[1])}"
        return f'<path d="{ends}" fill="none" {edge}/>'
    fill = paint(look["fillcolor"]) if look.get("fillcolor") else 'fill="none"'
    size = f'width="{num(abs(xs[1] - xs[0]))}" height="{num(abs(ys[1] - ys[0]))}"'
    return f'<rect x="{num(min(xs))}" y="{num(min(ys))}" {size} {fill} {edge}/>'


def note(plane: Held, look: Mapping[str, Any]) -> str:
    """Words at a point, or an arrow to it."""
    x = _x(plane, look.get("x", 0), look.get("xref")) + float(look.get("xshift") or 0)
    y = _y(plane, look.get("y", 0), look.get("yref")) - float(look.get("yshift") or 0)
    if look.get("showarrow"):
        return _arrow(_x(plane, look["ax"], "x"), _y(plane, look["ay"], "y"), x, y, look)
    font = look.get("font") or {}
    valign = {"top": "below", "bottom": "above"}.get(str(look.get("yanchor")), "middle")
    return text(
        x,
        y,
        look.get("text") or "",
        anchor=str(look.get("xanchor") or "center"),
        valign=valign,
        color=font.get("color") or LIGHT.text,
        size=float(font.get("size") or 12),
    )


def _arrow(x0: float, y0: float, x1: float, y1: float, look: Mapping[str, Any]) -> str:
    color, width = look.get("arrowcolor") or LIGHT.axis, float(look.get("arrowwidth") or 1.25)
    angle = atan2(y1 - y0, x1 - x0)
    wings = [(x1 - HEAD * cos(angle + turn), y1 - HEAD * sin(angle + turn)) for turn in (-SPREAD, SPREAD)]
    corners = " ".join(f"{num(x)},{num(y)}" for x, y in [(x1, y1), *wings])
    tail = f"M{num(x0)} {num(y0)}L{num(x1 - 6 * cos(angle))} {num(y1 - 6 * sin(angle))}"
    style = {"color": color, "width": width}
    return f'<path d="{tail}" fill="none" {stroke(style)}/><polygon points="{corners}" {paint(color)}/>'
