"""Small multiples: many little panels of one kind, so that rows are compared by shape at one glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from cp_circles.charts.diagram import fold
from cp_circles.charts.frame import (
    Chart,
    ChartTable,
    Column,
    Frame,
    build,
    hover,
    number,
    numbers,
    unique,
    unmarked,
)
from cp_circles.charts.theme import LIGHT, bar_style, faded, line_style
from cp_circles.errors import msg

PANEL, NARROW_PANEL, HEAD, LINE = 108, 104, 26, 15
WIDE_COLUMNS, NARROW_COLUMNS = 4, 2
WIDE_SIGNS, NARROW_SIGNS = 190, 138


@dataclass(frozen=True)
class Panel:
    """One little chart: its title, the finished text under it, and its values over the common labels.

    `role` draws it; `unit` stands in the table where panels have units of their own.
    """

    title: str
    note: str
    values: Sequence[Decimal | int | None]
    role: str = "verified"
    unit: str = ""


def facets(
    panels: Sequence[Panel],
    labels: Sequence[str],
    frame: Frame,
    *,
    names: tuple[str, str],
    bars: bool = False,
    shared: bool = True,
) -> Chart:
    """Panels side by side, four to a row, two on a narrow screen.

    `names` says what a panel and a label are. Lines, or `bars` with their numbers on top; `shared` draws all
    on one scale from zero, otherwise each fills its own.
    """
    titles, shown = unique([panel.title for panel in panels]), unique(list(labels))
    columns = min(WIDE_COLUMNS, max(1, len(panels)))
    tops = [_top(panel.values) for panel in panels]
    common = max(tops, default=1.0)
    axes: dict[str, Any] = {}
    for place, top in enumerate(tops, 1):
        axes |= _axes(place, shown, common if shared else top, frame, bars=bars)
    wide, narrow = _grid(panels, columns, PANEL), _grid(panels, NARROW_COLUMNS, NARROW_PANEL)
    for name, domain in wide["domains"].items():
        axes[name] = {**axes[name], **domain}
    traces = [_trace(panel, place, shown, frame, bars) for place, panel in enumerate(panels, 1)]
    own_units = any(panel.unit for panel in panels)
    heads = (Column(names[0], num=False), Column(names[1], num=False, period=True))
    amount = frame.say(msg("Count")) if bars else frame.unit_label(frame.say(msg("Amount")))
    unit = (Column(frame.say(msg("Unit")), num=False),) if own_units else ()
    rows = tuple(
        (title, label, value, *((panel.unit,) if own_units else ()))
        for title, panel in zip(titles, panels, strict=True)
        for label, value in zip(shown, panel.values, strict=True)
    )
    margin = {"l": 8, "r": 8, "t": 4, "b": 4}
    layout = {**axes, "height": wide["height"], "annotations": wide["heads"]}
    return build(
        frame,
        traces,
        {**layout, "showlegend": False, "hovermode": "closest", "bargap": 0.2, "margin": margin},
        ChartTable((*heads, Column(amount), *unit), rows),
        narrow={
            **narrow["domains"],
            "height": narrow["height"],
            "annotations": narrow["heads"],
            "margin": margin,
        },
    )


def _top(values: Sequence[Decimal | int | None]) -> float:
    return max([float(value) for value in values if value is not None], default=0.0) or 1.0


def _axes(place: int, labels: Sequence[str], top: float, frame: Frame, *, bars: bool) -> dict[str, Any]:
    """The two axes of one panel: first and last label where there are many, no numbers on the side."""
    ends = list(labels) if bars else [labels[0], labels[-1]] if len(labels) > 1 else list(labels)
    with_year = len({end[:4] for end in ends}) > 1
    across = {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(labels),
        "tickvals": ends,
        "ticktext": ends if bars else [frame.period(end, with_year) for end in ends],
        "tickangle": 0,
        "tickfont": {"size": 10},
        "automargin": False,
        "anchor": f"y{_n(place)}",
        "fixedrange": True,
        "linecolor": LIGHT.axis,
        "range": [-0.6, len(labels) - 0.4],
    }
    up = {
        "range": [0, top * (1.3 if bars else 1.1)],
        "showticklabels": False,
        "showgrid": False,
        "zeroline": False,
        "automargin": False,
        "anchor": f"x{_n(place)}",
        "fixedrange": True,
    }
    return {f"xaxis{_n(place)}": across, f"yaxis{_n(place)}": up}


def _n(place: int) -> str:
    return "" if place == 1 else str(place)


def _grid(panels: Sequence[Panel], columns: int, high: int) -> dict[str, Any]:
    """Where each panel stands, its heading above it, and how high the whole is."""
    rows = max(1, -(-len(panels) // columns))
    titles = [_title(panel, columns) for panel in panels]
    head = HEAD + LINE * max(map(len, titles), default=1)
    cell = head + high + 24
    height = rows * cell + 8
    inner = height - 8
    domains: dict[str, Any] = {}
    heads: list[dict[str, Any]] = []
    for n, panel in enumerate(panels):
        column, row = n % columns, n // columns
        left, right = column / columns, (column + 1) / columns
        gap = 0.018 if columns > NARROW_COLUMNS else 0.03
        bottom = 1 - (row * cell + head + high) / inner
        domains[f"xaxis{_n(n + 1)}"] = {"domain": [round(left + gap, 4), round(right - gap, 4)]}
        domains[f"yaxis{_n(n + 1)}"] = {"domain": [round(bottom, 4), round(bottom + high / inner, 4)]}
        heads.append(_head([*titles[n], panel.note], left + gap, bottom + high / inner))
    return {"domains": domains, "heads": heads, "height": height}


def _title(panel: Panel, columns: int) -> list[str]:
    """The name of a panel in at most two lines."""
    room = WIDE_SIGNS if columns > NARROW_COLUMNS else NARROW_SIGNS
    return [f"<b>{line}</b>" for line in fold(unmarked(panel.title), room, 12, 2)]


def _head(lines: list[str], x: float, y: float) -> dict[str, Any]:
    return {
        "x": round(x, 4),
        "y": round(y, 4),
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "yshift": 1,
        "showarrow": False,
        "text": "<br>".join(lines),
        "font": {"color": LIGHT.ink, "size": 12},
    }


def _trace(panel: Panel, place: int, labels: list[str], frame: Frame, bars: bool) -> Any:
    """One panel's marks; bars carry their number, a line is filled down to zero."""
    where = {"xaxis": f"x{_n(place)}", "yaxis": f"y{_n(place)}", "name": unmarked(panel.title)}
    unit = panel.unit or frame.unit
    if bars:
        return go.Bar(
            x=labels,
            y=numbers(panel.values),
            text=["" if not value else f"{number(value):,.6g}" for value in panel.values],
            textposition="outside",
            textfont={"size": 10},
            cliponaxis=False,
            marker=bar_style(panel.role),
            hovertemplate="%{x}: %{y:,} " + unit + "<extra></extra>",
            meta={"role": panel.role},
            **where,
        )
    look = line_style(panel.role)
    return go.Scatter(
        x=labels,
        y=numbers(panel.values),
        mode="lines",
        line={**look, "width": 2},
        fill="tozeroy",
        fillcolor=faded(look["color"], 0.18),
        hovertemplate="%{x}: " + hover(unit) + "<extra></extra>",
        meta={"role": panel.role},
        **where,
    )
