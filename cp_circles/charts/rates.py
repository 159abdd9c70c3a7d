"""Rates over the years: one line for each, in per cent, told apart by dash and symbol as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import plotly.graph_objects as go

from cp_circles.calc.exact import round_half_up
from cp_circles.charts.frame import TICKS, Chart, ChartTable, Column, Frame, build, hover, numbers
from cp_circles.charts.theme import line_style, marker_style
from cp_circles.errors import msg

HEIGHT = 300


@dataclass(frozen=True)
class RateLine:
    """One rate: its name, per cent by year (None where it is not known), and the role that draws it."""

    name: str
    values: Sequence[Fraction | None]
    role: str


def rate_lines(labels: Sequence[str], lines: Sequence[RateLine], frame: Frame) -> Chart:
    """The lines over their years, from zero; the table holds one decimal."""
    shown = [[None if value is None else _tenth(value) for value in line.values] for line in lines]
    traces = [
        go.Scatter(
            x=list(labels),
            y=numbers(values),
            name=line.name,
            mode="lines+markers",
            line=line_style(line.role),
            marker=marker_style(line.role),
            hovertemplate=hover(frame.unit),
            meta={"role": line.role},
        )
        for line, values in zip(lines, shown, strict=True)
    ]
    columns = (
        Column(frame.say(msg("Year")), num=False),
        *(Column(frame.unit_label(line.name)) for line in lines),
    )
    rows = tuple((label, *(values[place] for values in shown)) for place, label in enumerate(labels))
    layout = {
        "height": HEIGHT,
        "showlegend": True,
        "legend": {"orientation": "h", "y": -0.28},
        "xaxis": {"type": "category"},
        "yaxis": {"rangemode": "tozero", "tickformat": TICKS, "ticksuffix": " %"},
        "margin": {"l": 56, "r": 12, "t": 14, "b": 60},
    }
    return build(frame, traces, layout, ChartTable(columns, rows), narrow={"height": HEIGHT})


def _tenth(value: Fraction) -> Decimal:
    return round_half_up(value, 1)
