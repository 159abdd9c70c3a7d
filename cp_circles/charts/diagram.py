"""Diagrams of words: boxes, lines and arrows as shapes on a plane measured in pixels.

A painter draws once on a wide sheet and once on a narrow one. Text from users is folded to its box and
escaped, so that it can carry no markup.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import plotly.graph_objects as go

from cp_circles.charts.frame import Chart, ChartTable, Frame, build
from cp_circles.charts.theme import LIGHT

WIDE, NARROW = 860, 320
SIZE, SMALL, LEADING = 12, 11, 1.4
KINDS: dict[str, dict[str, Any]] = {
    "plain": {"fill": LIGHT.surface, "line": LIGHT.axis, "ink": LIGHT.ink, "dash": "solid", "width": 1},
    "soft": {"fill": LIGHT.sunken, "line": LIGHT.sunken, "ink": LIGHT.ink, "dash": "solid", "width": 1},
    "key": {"fill": LIGHT.accent, "line": LIGHT.accent, "ink": LIGHT.surface, "dash": "solid", "width": 1},
    "good": {"fill": LIGHT.q1, "line": LIGHT.accent, "ink": LIGHT.ink, "dash": "solid", "width": 2},
    "risk": {"fill": LIGHT.surface, "line": LIGHT.target, "ink": LIGHT.ink, "dash": "4px,3px", "width": 1.5},
    "out": {"fill": LIGHT.surface, "line": LIGHT.axis, "ink": LIGHT.text, "dash": "2px,3px", "width": 1},
}


def text_width(text: str, size: float = SIZE) -> float:
    """About how many pixels a text takes: full for Chinese, 0.56 for Latin characters."""
    return sum(size if ord(sign) > 0x2E7F else size * 0.56 for sign in text)


def fold(text: str, pixels: float, size: float = SIZE, lines: int = 3) -> list[str]:
    """The text in at most `lines` lines of `pixels`, the last cut with an ellipsis; Latin words whole."""
    if "\n" in text:
        return [line for part in text.split("\n") for line in fold(part, pixels, size, lines)][: lines + 1]
    done: list[str] = []
    line = ""
    for word in _words(text):
        if line and text_width(line + word.rstrip(), size) > pixels:
            done.append(line.strip())
            line = word.lstrip()
        else:
            line += word
    done.append(line.strip())
    if len(done) > lines:
        done = done[:lines]
        done[-1] = done[-1][: max(1, len(done[-1]) - 1)] + "…"
    return done


def _words(text: str) -> list[str]:
    words: list[str] = []
    for sign in text:
        latin = ord(sign) <= 0x2E7F
        if (
            latin
            and words
            and not words[-1].endswith(" ")
            and ord(words[-1][-1]) <= 0x2E7F
            and len(words[-1]) < 24
        ) or (sign in "，。；：、）”！？" and words):
            words[-1] += sign
        else:
            words.append(sign)
    return words


@dataclass
class Sheet:
    """A plane of `width` x `height` pixels; y grows downwards."""

    width: float
    height: float = 200
    shapes: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    points: list[tuple[float, float, str]] = field(default_factory=list)

    @property
    def narrow(self) -> bool:
        """True for the drawing of a phone."""
        return self.width == NARROW

    def line(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        *,
        width: float = 1,
        color: str = LIGHT.axis,
        dash: str = "solid",
    ) -> None:
        """A straight line, below the boxes."""
        look = {"color": color, "width": width, "dash": dash}
        self.shapes.append(
            {"type": "line", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": look, "layer": "below"}
        )

    def arrow(
        self, x0: float, y0: float, x1: float, y1: float, *, width: float = 1.25, color: str = LIGHT.axis
    ) -> None:
        """An arrow to (x1, y1)."""
        self.notes.append(
            {
                "x": x1,
                "y": y1,
                "ax": x0,
                "ay": y0,
                "xref": "x",
                "yref": "y",
                "axref": "x",
                "ayref": "y",
                "text": "",
                "showarrow": True,
                "arrowhead": 2,
                "arrowsize": 1,
                "arrowwidth": width,
                "arrowcolor": color,
            }
        )

    def words(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        anchor: str = "center",
        valign: str = "middle",
        color: str = LIGHT.ink,
        size: float = SIZE,
        bold: bool = False,
    ) -> None:
        """Folded lines of text at a point."""
        text = "<br>".join(escape(line, quote=False) for line in lines)
        self.notes.append(
            {
                "x": x,
                "y": y,
                "text": f"<b>{text}</b>" if bold else text,
                "showarrow": False,
                "xanchor": anchor,
                "yanchor": valign,
                "align": anchor if anchor in ("left", "right") else "center",
                "font": {"color": color, "size": size},
            }
        )

    def box(
        self,
        x: float,
        y: float,
        w: float,
        text: str,
        kind: str = "plain",
        *,
        lines: int = 3,
        mark: str = "",
        size: float = SIZE,
    ) -> float:
        """A box with its left top corner at (x, y); returns its height. `mark` stands before the text."""
        look = KINDS[kind]
        folded = fold(f"{mark} {text}".strip(), w - 14, size, lines)
        high = len(folded) * size * LEADING + 10
        edge = {"color": look["line"], "width": look["width"], "dash": look["dash"]}
        self.shapes.append(
            {
                "type": "rect",
                "x0": x,
                "y0": y,
                "x1": x + w,
                "y1": y + high,
                "fillcolor": look["fill"],
                "line": edge,
                "layer": "below",
            }
        )
        self.words(x + w / 2, y + high / 2, folded, color=look["ink"], size=size, bold=kind == "key")
        self.points.append((x + w / 2, y + high / 2, f"{mark} {text}".strip()))
        return high


def box_height(text: str, w: float, *, lines: int = 3, size: float = SIZE) -> float:
    """How high `Sheet.box` will be."""
    return len(fold(text, w - 14, size, lines)) * size * LEADING + 10


def painted(frame: Frame, painter: Callable[[Sheet], None], table: ChartTable) -> Chart:
    """The chart of a painter: it sets `sheet.height` and draws, once wide and once narrow."""
    wide, narrow = Sheet(WIDE), Sheet(NARROW)
    painter(wide)
    painter(narrow)
    return build(
        frame, [_hover(wide)], _layout(wide), table, narrow=_layout(narrow), narrow_traces=[_hover(narrow)]
    )


def _layout(sheet: Sheet) -> dict[str, Any]:
    axis = {"visible": False, "fixedrange": True, "showgrid": False, "zeroline": False, "automargin": False}
    return {
        "height": round(sheet.height),
        "showlegend": False,
        "xaxis": {**axis, "range": [0, sheet.width]},
        "yaxis": {**axis, "range": [sheet.height, 0]},
        "shapes": sheet.shapes,
        "annotations": sheet.notes,
        "margin": {"l": 2, "r": 2, "t": 2, "b": 2},
        "hovermode": "closest",
        "meta": {"plane": sheet.width},
    }


def _hover(sheet: Sheet) -> Any:
    return go.Scatter(
        x=[point[0] for point in sheet.points],
        y=[point[1] for point in sheet.points],
        text=[
            "<br>".join(escape(line, quote=False) for line in fold(point[2], 260, 13, 8))
            for point in sheet.points
        ],
        mode="markers",
        marker={"size": 26, "opacity": 0, "color": LIGHT.axis},
        hovertemplate="%{text}<extra></extra>",
        meta={"role": "structure", "decoration": True},
    )
