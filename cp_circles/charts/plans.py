"""What adds up over a season against its plan: verified as a solid area, the plan as a dotted line."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from cp_circles.charts.frame import Chart, ChartTable, Column, Frame, build, hover, numbers, unique
from cp_circles.charts.lines import narrow_time, time_layout
from cp_circles.charts.theme import LIGHT, ROLES, faded, line_style, marker_style
from cp_circles.errors import msg


@dataclass(frozen=True)
class PlanPoint:
    """Where a period should end and where it did: cumulative amounts; `verified` is None ahead of today."""

    label: str
    planned: Decimal | None
    verified: Decimal | None


def plan_chart(points: Sequence[PlanPoint], frame: Frame, *, role: str = "verified") -> Chart:
    """The verified total so far, in the colour of `role`, and what the plan asks for; ends carry numbers."""
    labels, say = unique([point.label for point in points]), frame.say
    done = [point for point in points if point.verified is not None]
    traces: list[Any] = [
        go.Scatter(
            x=[point.label for point in done],
            y=numbers([point.verified for point in done]),
            name=say(msg("Verified, cumulative")),
            mode="lines+markers",
            line={"color": ROLES[role].color, "width": 2.5, "dash": "solid"},
            marker=marker_style(role, 7),
            fill="tozeroy",
            fillcolor=faded(ROLES[role].color, 0.22),
            hovertemplate=hover(frame.unit),
            meta={"role": role},
        )
    ]
    planned = [point for point in points if point.planned is not None]
    if planned:
        traces.append(
            go.Scatter(
                x=[point.label for point in planned],
                y=numbers([point.planned for point in planned]),
                name=say(msg("Plan, cumulative")),
                mode="lines",
                line=line_style("target"),
                hovertemplate=hover(frame.unit),
                meta={"role": "target"},
            )
        )
    table = ChartTable(
        (
            Column(say(msg("Statistical period")), num=False, period=True),
            Column(frame.unit_label(say(msg("Verified, cumulative")))),
            Column(frame.unit_label(say(msg("Plan, cumulative")))),
        ),
        tuple((point.label, point.verified, point.planned) for point in points),
    )
    top = max([float(v) for p in points for v in (p.planned, p.verified) if v is not None], default=0.0)
    notes = [
        *_note(done[-1:], "verified", role, labels, frame),
        *_note(planned[-1:], "planned", "target", labels, frame),
    ]
    layout = time_layout(labels, frame) | {"annotations": notes}
    layout["yaxis"] = layout["yaxis"] | {"range": [0, top * 1.18 or 1]}
    layout["xaxis"] = layout["xaxis"] | {"range": [-0.3, len(labels) - 0.7]}
    layout["legend"] = {"x": 0, "xanchor": "left", "traceorder": "normal"}
    return build(frame, traces, layout, table, narrow=narrow_time(labels, frame))


def _note(
    last: Sequence[PlanPoint], name: str, role: str, labels: Sequence[str], frame: Frame
) -> list[dict[str, Any]]:
    """The number at the end of a line, on the side where there is room."""
    return [
        {
            "x": point.label,
            "y": float(getattr(point, name)),
            "text": f"<b>{frame.short(getattr(point, name))}</b>",
            "xanchor": "right" if labels.index(point.label) > len(labels) / 2 else "left",
            "yanchor": "bottom",
            "yshift": 5,
            "showarrow": False,
            "bgcolor": LIGHT.surface,
            "font": {"color": ROLES[role].color},
        }
        for point in last
    ]
