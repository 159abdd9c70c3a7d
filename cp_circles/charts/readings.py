"""The readings of one meter over time: read, estimated, and those that look wrong marked with a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go

from cp_circles.charts.frame import (
    TICKS,
    Chart,
    ChartTable,
    Column,
    Frame,
    build,
    hover,
    numbers,
    sparse,
    unique,
)
from cp_circles.charts.theme import ROLES, line_style, marker_style
from cp_circles.errors import msg


@dataclass(frozen=True)
class ReadingPoint:
    """One reading; `mark` is the finished word of what looks wrong at it, or empty."""

    label: str
    quantity: Decimal
    estimated: bool = False
    mark: str = ""


def readings_chart(points: Sequence[ReadingPoint], frame: Frame) -> Chart:
    """Use by period as a line; estimates with open circles, findings ringed and named."""
    labels, say = unique([point.label for point in points]), frame.say
    pairs = list(zip(labels, points, strict=True))
    traces = [
        go.Scatter(
            x=labels,
            y=numbers([point.quantity for point in points]),
            mode="lines",
            line=line_style("actual"),
            hoverinfo="skip",
            showlegend=False,
            meta={"role": "actual", "decoration": True},
        )
    ]
    for role, name, estimated in (("actual", msg("Read"), False), ("claimed", msg("Estimated"), True)):
        chosen = [(label, point) for label, point in pairs if point.estimated is estimated]
        if chosen:
            traces.append(
                go.Scatter(
                    x=[label for label, _ in chosen],
                    y=numbers([point.quantity for _, point in chosen]),
                    name=say(name),
                    mode="markers",
                    marker=marker_style(role, 7),
                    hovertemplate=hover(frame.unit),
                    meta={"role": role},
                )
            )
    marked = [(label, point) for label, point in pairs if point.mark]
    if marked:
        traces.append(
            go.Scatter(
                x=[label for label, _ in marked],
                y=numbers([point.quantity for _, point in marked]),
                name=say(msg("Looks wrong")),
                text=[point.mark for _, point in marked],
                mode="markers+text",
                textposition="top center",
                textfont={"color": ROLES["missing"].color},
                marker={
                    "symbol": "circle-open-dot",
                    "size": 14,
                    "color": ROLES["missing"].color,
                    "line": {"width": 2},
                },
                hovertemplate="%{text}",
                meta={"role": "missing"},
            )
        )
    table = ChartTable(
        (
            Column(say(msg("Statistical period")), num=False, period=True),
            Column(frame.unit_label(say(msg("Quantity")))),
            Column(say(msg("State")), num=False),
        ),
        tuple(
            (label, point.quantity, point.mark or say(msg("Estimated") if point.estimated else msg("Read")))
            for label, point in pairs
        ),
    )
    layout = {
        "height": 300,
        "xaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": labels,
            "tickvals": sparse(labels, 8),
            "tickangle": 0,
        },
        "yaxis": {"rangemode": "tozero", "tickformat": TICKS},
    }
    narrow = {"height": 300, "xaxis": {"tickvals": sparse(labels, 4)}, "yaxis": {"nticks": 4}}
    return build(frame, traces, layout, table, narrow=narrow)
