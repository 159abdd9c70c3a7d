"""Lying intervals: what is known of each row, from its low to its high end, with the value in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go

from cp_circles.charts.frame import (
    NUMBER,
    TICKS,
    Cell,
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
from cp_circles.charts.theme import LIGHT, line_style, marker_style
from cp_circles.errors import msg

ROW, NARROW_ROW = 30, 46


@dataclass(frozen=True)
class Range:
    """One row: its name, the value and the two ends of its interval; `open` draws an open mark."""

    label: str
    value: Decimal
    low: Decimal
    high: Decimal
    open: bool = False


def ranges(
    rows: Sequence[Range],
    frame: Frame,
    *,
    names: tuple[str, str, str, str],
    zero: bool = False,
    best_right: bool = True,
) -> Chart:
    """Rows from the top; `names` says what a row, the value, the low and the high end are.

    `zero` draws the line at zero; with `best_right` False the scale runs backwards, as places do.
    """
    labels = unique([unmarked(row.label) for row in rows])
    lines = [part for row in rows for part in (number(row.low), number(row.high), None)]
    along: list[str | None] = [part for label in labels for part in (label, label, None)]
    traces = [
        go.Scatter(
            x=lines,
            y=along,
            mode="lines",
            name=f"{names[2]} – {names[3]}",
            line=line_style("baseline") | {"dash": "solid"},
            hoverinfo="skip",
            meta={"role": "baseline"},
        )
    ]
    traces += [_marks(rows, labels, frame, names[1], opened) for opened in (False, True)]
    shown: list[tuple[Cell, ...]] = [(row.label, row.value, row.low, row.high) for row in rows]
    columns = (Column(names[0], num=False), *(Column(frame.unit_label(name)) for name in names[1:]))
    axis = {"showgrid": True, "gridcolor": LIGHT.grid, "tickformat": TICKS, "zeroline": zero}
    if zero:
        axis |= {"zerolinecolor": LIGHT.axis, "zerolinewidth": 1.5}
    if not best_right:
        axis |= {"autorange": "reversed"}
    lying = {"type": "category", "autorange": "reversed", "showgrid": False}
    above = [
        {"x": 0, "xref": "paper", "y": label, "xanchor": "left", "yanchor": "bottom", "yshift": 7}
        | {"showarrow": False, "text": label}
        for label in labels
    ]
    return build(
        frame,
        [trace for trace in traces if trace.x],
        {
            "height": ROW * len(rows) + 70,
            "xaxis": axis,
            "yaxis": lying,
            "showlegend": False,
            "margin": {"l": 120, "r": 16, "t": 14, "b": 36},
        },
        ChartTable(columns, tuple(shown)),
        narrow={
            "height": NARROW_ROW * len(rows) + 70,
            "yaxis": {"showticklabels": False},
            "xaxis": {"nticks": 5},
            "annotations": above,
            "margin": {"l": 8, "r": 8, "t": 22, "b": 36},
        },
    )


def _marks(rows: Sequence[Range], labels: Sequence[str], frame: Frame, name: str, opened: bool) -> go.Scatter:
    """The values as marks: full for what is settled, open for the rest."""
    chosen = [(row, label) for row, label in zip(rows, labels, strict=True) if row.open is opened]
    role = "claimed" if opened else "verified"
    return go.Scatter(
        x=numbers([row.value for row, _label in chosen]),
        y=[label for _row, label in chosen],
        mode="markers",
        name=frame.say(msg("not decided")) if opened else name,
        marker=marker_style(role, 10),
        hovertemplate=hover(frame.unit, "%{x:" + NUMBER + "}"),
        meta={"role": role},
    )
