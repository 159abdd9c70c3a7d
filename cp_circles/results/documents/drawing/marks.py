"""The pieces of a still picture: texts of several lines, colours, dashes, markers, hatching, the canvas."""

import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from typing import Any

from cp_circles.charts.diagram import text_width
from cp_circles.charts.theme import LIGHT

FONT = "Noto Sans SC"
DASHES = {"dash": "6 4", "dot": "2 3", "dashdot": "6 3 2 3", "longdash": "10 4", "longdashdot": "10 3 2 3"}
LEADING = 1.35
PLAIN = re.compile(r'<text [^>]*font-size="([\d.]+)" fill="(#[0-9a-f]+)"(?![^>]*font-weight)')
ANCHORS = {"left": "start", "center": "middle", "right": "end"}
BREAK = re.compile(r"<br ?/?>")
WASHED = re.compile(r"rgba\((\d+), ?(\d+), ?(\d+), ?([\d.]+)\)")
HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{LIGHT.surface}"/>'
    f'<path d="M1 0V6" stroke="{LIGHT.accent}" stroke-width="1.5"/></pattern></defs>'
)


def canvas(width: float, height: float, parts: Sequence[str]) -> str:
    """A whole picture on white, in pixels."""
    body = "".join(parts)
    hatch = HATCH if "url(#hatch)" in body else ""
    size = f'viewBox="0 0 {num(width)} {num(height)}" width="{num(width)}" height="{num(height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}">{hatch}'
        f'<rect width="{num(width)}" height="{num(height)}" fill="#fff"/>{body}</svg>'
    )


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of a picture in pixels."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    return (float(found[1]), float(found[2])) if found else (1.0, 1.0)


def num(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def paint(color: Any, kind: str = "fill") -> str:
    """The attributes of a colour, an opacity of its own included."""
    text = str(color or LIGHT.axis)
    washed = WASHED.fullmatch(text)
    if washed is None:
        return f'{kind}="{escape(text)}"'
    red, green, blue = (int(part) for part in washed.groups()[:3])
    return f'{kind}="#{red:02x}{green:02x}{blue:02x}" {kind}-opacity="{washed[4]}"'


def dash(style: Any) -> str:
    """The attribute of a dash, by name or as pixels; nothing for a solid line."""
    text = str(style or "solid")
    if text == "solid":
        return ""
    return f' stroke-dasharray="{escape(DASHES.get(text) or text.replace("px", "").replace(",", " "))}"'


def lines_of(words: Any) -> list[str]:
    """The lines of a text of a figure, without the markup that figures use."""
    return [unescape(line.replace("<b>", "").replace("</b>", "")) for line in BREAK.split(str(words))]


def breadth(words: Any, size: float = 12) -> float:
    """About how wide the longest line of a text is."""
    return max(text_width(line, size) for line in lines_of(words))


def text(
    x: float,
    y: float,
    words: Any,
    *,
    anchor: str = "left",
    valign: str = "base",
    color: Any = LIGHT.text,
    size: float = 12,
) -> str:
    """A text at a point; its lines stand `above` the point, around its `middle`, `below` it, or on it."""
    lines, lead = lines_of(words), size * LEADING
    first = {
        "base": y,
        "above": y - (len(lines) - 1) * lead - size * 0.3,
        "middle": y - (len(lines) - 1) * lead / 2 + size * 0.36,
        "below": y + size,
    }[valign]
    bold = ' font-weight="bold"' if str(words).startswith("<b>") else ""
    look = f'font-size="{num(size)}" {paint(color)} text-anchor="{ANCHORS.get(anchor, "middle")}"{bold}'
    return "".join(
        f'<text x="{num(x)}" y="{num(first + place * lead)}" {look}>{escape(line)}</text>'
        for place, line in enumerate(lines)
        if line
    )


def stroke(style: Mapping[str, Any], fallback: Any = LIGHT.axis) -> str:
    """The attributes of a line."""
    width = style.get("width")
    look = paint(style.get("color") or fallback, "stroke")
    return f'{look} stroke-width="{num(2 if width is None else float(width))}"{dash(style.get("dash"))}'


def edged(svg: str, share: float, opacity: float = 1) -> str:
    """The picture with its plain texts edged in their own colour, by a share of their size.

    In a picture a variable font gives its thinnest weight; the edge makes up for it. A viewer of PDF draws no
    line thinner than a dot, so that there the edge has to be lighter.
    """

    def with_edge(found: re.Match[str]) -> str:
        edge = f'stroke="{found[2]}" stroke-width="{float(found[1]) * share:.2f}"'
        return f'{found[0]} {edge} stroke-opacity="{opacity}"'

    return PLAIN.sub(with_edge, svg)


def path(points: Sequence[tuple[float, float] | None], style: Mapping[str, Any], fallback: Any) -> str:
    """A line through points; it breaks where there is none."""
    if not style.get("width", 2):
        return ""
    way, pen_down = "", False
    for point in points:
        if point is not None:
            way += f"{'L' if pen_down else 'M'}{num(point[0])} {num(point[1])}"
        pen_down = point is not None
    return f'<path d="{way}" fill="none" {stroke(style, fallback)}/>' if way else ""


def marker(x: float, y: float, look: Mapping[str, Any], place: int = 0) -> str:
    """One point of a series; an open sign is filled white."""
    symbol, size = str(one_of(look.get("symbol"), place) or "circle"), one_of(look.get("size"), place)
    color, edge = one_of(look.get("color"), place) or LIGHT.accent, look.get("line") or {}
    is_open = "open" in symbol
    reach = float(size or 7) / 2
    fill = LIGHT.surface if is_open else color
    ring = paint(color if is_open else one_of(edge.get("color"), place) or color, "stroke")
    attributes = f'{paint(fill)} {ring} stroke-width="{num(float(edge.get("width") or 1.5))}"'
    if symbol.startswith("circle"):
        return f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(reach)}" {attributes}/>'
    corners = " ".join(f"{num(x + reach * dx)},{num(y + reach * dy)}" for dx, dy in _corners(symbol))
    return f'<polygon points="{corners}" {attributes}/>'


def _corners(symbol: str) -> tuple[tuple[float, float], ...]:
    if symbol.startswith("diamond"):
        return ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0))
    if symbol.startswith("triangle"):
        return ((0, -1.1), (1, 0.8), (-1, 0.8))
    return ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9))


def one_of(value: Any, place: int) -> Any:
    """The value of one point, where a look may be one for all or a list."""
    if isinstance(value, list | tuple):
        return value[place] if place < len(value) else None
    return value


def colour_of(trace: Mapping[str, Any]) -> Any:
    """The colour by which a series is known; white fillings are named by their edge."""
    look, line = trace.get("marker") or {}, trace.get("line") or {}
    for color in (look.get("color"), (look.get("line") or {}).get("color"), line.get("color")):
        if isinstance(color, str) and color != LIGHT.surface:
            return color
    return trace.get("fillcolor") or LIGHT.accent


__all__ = [
    "FONT", "breadth", "canvas", "colour_of", "dash", "lines_of", "marker", "num", "one_of", "paint", "path",
    "size_of", "stroke", "text",
]  # fmt: skip
