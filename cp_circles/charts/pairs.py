"""Two scopes side by side: a pair of bars for each metric, every pair on a scale of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from cp_circles.charts.frame import Chart, ChartTable, Column, Frame, build, hover, numbers, unique, unmarked
from cp_circles.charts.lines import narrow_time, time_layout
from cp_circles.charts.theme import LIGHT, ROLES, line_style, marker_style
from cp_circles.errors import msg

ROW, NARROW_ROW = 62, 78
ROLES_OF = ("verified", "target")


@dataclass(frozen=True)
class Pair:
    """One metric: its name, its unit, and the amount of each scope with its finished text."""

    label: str
    unit: str
    amounts: tuple[Decimal, Decimal]
    texts: tuple[str, str]


def pair_bars(pairs: Sequence[Pair], frame: Frame, *, names: tuple[str, str]) -> Chart:
    """The larger bar of each pair is the full width; both carry their number with its unit."""
    labels, say = unique([pair.label for pair in pairs]), frame.say
    traces = [_trace(pairs, labels, unmarked(names[place]), place) for place in (0, 1)]
    table = ChartTable(
        (
            Column(say(msg("Metric")), num=False),
            Column(say(msg("Unit")), num=False),
            *(Column(name) for name in unique(names)),
        ),
        tuple((pair.label, pair.unit, *pair.amounts) for pair in pairs),
    )
    above = [
        {"x": 0, "y": label, "xanchor": "left", "yanchor": "bottom", "yshift": 21}
        | {"showarrow": False, "text": f"<b>{label}</b>", "font": {"color": LIGHT.ink}}
        for label in labels
    ]
    axis = {"type": "category", "autorange": "reversed", "showgrid": False, "tickvals": labels}
    hidden = {"visible": False, "fixedrange": True, "range": [0, 1.42]}
    return build(
        frame,
        traces,
        {
            "height": ROW * len(pairs) + 60,
            "barmode": "group",
            "bargap": 0.32,
            "bargroupgap": 0.08,
            "xaxis": hidden,
            "yaxis": axis,
            "legend": {"x": 0, "xanchor": "left", "traceorder": "normal"},
            "margin": {"l": 130, "r": 8, "t": 34, "b": 8},
        },
        table,
        narrow={
            "height": NARROW_ROW * len(pairs) + 70,
            "bargap": 0.52,
            "xaxis": {"range": [0, 1.62]},
            "yaxis": {"showticklabels": False},
            "annotations": above,
            "margin": {"l": 4, "r": 4, "t": 44, "b": 8},
        },
    )


def pair_lines(
    labels: Sequence[str],
    values: tuple[Sequence[Decimal | None], Sequence[Decimal | None]],
    frame: Frame,
    *,
    names: tuple[str, str],
) -> Chart:
    """What two scopes add up to over time, told apart by colour, dash and mark; ends carry their number."""
    shown, roles = unique(list(labels)), ROLES_OF
    traces: list[Any] = []
    notes: list[dict[str, Any]] = []
    for place, role in enumerate(roles):
        known = [(label, v) for label, v in zip(shown, values[place], strict=True) if v is not None]
        traces.append(
            go.Scatter(
                x=[label for label, _value in known],
                y=numbers([value for _label, value in known]),
                name=unmarked(names[place]),
                mode="lines+markers",
                line=line_style(role),
                marker=marker_style(role, 7),
                hovertemplate=hover(frame.unit),
                meta={"role": role},
            )
        )
        notes += [
            {"x": label, "y": float(value), "text": f"<b>{frame.short(value)}</b>", "showarrow": False}
            | {"xanchor": "right", "yanchor": "bottom", "yshift": 6, "font": {"color": ROLES[role].color}}
            for label, value in known[-1:]
        ]
    table = ChartTable(
        (
            Column(frame.say(msg("Statistical period")), num=False, period=True),
            *(Column(frame.unit_label(name)) for name in unique(names)),
        ),
        tuple(zip(shown, *values, strict=True)),
    )
    top = max([float(v) for row in values for v in row if v is not None], default=0.0)
    layout = time_layout(shown, frame) | {
        "annotations": notes,
        "legend": {"x": 0, "xanchor": "left", "traceorder": "normal"},
    }
    layout["xaxis"] = layout["xaxis"] | {"range": [-0.3, len(shown) - 0.7]}
    layout["yaxis"] = layout["yaxis"] | {"range": [0, top * 1.18 or 1]}
    return build(frame, traces, layout, table, narrow=narrow_time(shown, frame))


def _trace(pairs: Sequence[Pair], labels: list[str], name: str, place: int) -> Any:
    lengths = [_length(pair, place) for pair in pairs]
    role = ROLES_OF[place]
    return go.Bar(
        x=lengths,
        y=labels,
        orientation="h",
        name=name,
        text=[pair.texts[place] for pair in pairs],
        textposition="outside",
        cliponaxis=False,
        textfont={"color": LIGHT.ink, "size": 12},
        marker={"color": ROLES[role].color},
        hovertemplate="%{text}<extra>" + name + "</extra>",
        meta={"role": role},
    )


def _length(pair: Pair, place: int) -> float:
    """The bar as a part of the larger of the two; nothing below zero."""
    largest = max(pair.amounts)
    return round(float(max(pair.amounts[place], Decimal(0)) / largest), 6) if largest > 0 else 0.0
