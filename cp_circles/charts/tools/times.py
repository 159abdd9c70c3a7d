"""Drawings over time: control charts and the run chart."""

from collections.abc import Sequence
from math import floor, log10
from typing import Any

import plotly.graph_objects as go

from cp_circles.calc.tools.base import shown
from cp_circles.calc.tools.control import ControlResult, Panel
from cp_circles.calc.tools.series import RunInputs, RunResult
from cp_circles.charts.frame import TICKS, Chart, ChartTable, Column, Frame, Say, build, number, sparse
from cp_circles.charts.theme import LIGHT, ROLES, line_style, marker_style
from cp_circles.errors import msg


def control(inputs: Any, result: ControlResult, frame: Frame) -> Chart:
    """Points with centre line and limits; a signal is a large diamond with the number of its rule."""
    say, many = frame.say, len(result.panels) > 1
    spots = list(range(1, len(result.labels) + 1))
    traces = []
    for at, panel in enumerate(result.panels):
        traces += _panel_traces(panel, spots, result.labels, frame, "y" if at == 0 else "y2")
    layout = _layout(result.labels, spots)
    if many:
        layout["yaxis"]["domain"] = [0.42, 1]
        layout["yaxis2"] = {
            "domain": [0, 0.32],
            "showgrid": True,
            "gridcolor": LIGHT.grid,
            "tickformat": TICKS,
        }
        layout["xaxis"]["anchor"] = "y2"
        layout["height"] = 460
    layout["annotations"] = _line_labels(result.panels, frame)
    if result.baseline < len(spots):
        edge = result.baseline + 0.5
        dots = {"color": LIGHT.axis, "width": 1, "dash": "2px,3px"}
        layout["shapes"] = [
            {"type": "line", "yref": "paper", "x0": edge, "x1": edge, "y0": 0, "y1": 1, "line": dots}
        ]
    narrow = _narrow(result.labels, spots, 420 if many else 320)
    return build(frame, traces, layout, _control_table(result, frame, say), narrow=narrow)


def _panel_traces(
    panel: Panel, spots: list[int], labels: Sequence[str], frame: Frame, axis: str
) -> list[Any]:
    say, first = frame.say, axis == "y"
    name = say(panel.name)
    common = {"x": spots, "yaxis": axis}
    limit = {**line_style("target"), "shape": "hvh"}
    traces = [
        go.Scatter(
            **common,
            y=list(values),
            mode="lines",
            line=limit,
            name=say(msg("Control limits")),
            showlegend=first and values is panel.upper,
            legendgroup="limits",
            hoverinfo="skip",
            meta={"role": "target", "decoration": True},
        )
        for values in (panel.upper, panel.lower)
    ]
    traces.append(
        go.Scatter(
            **common,
            y=[panel.centre] * len(spots),
            mode="lines",
            line=line_style("baseline"),
            name=say(msg("Centre line")),
            showlegend=first,
            hoverinfo="skip",
            meta={"role": "baseline", "decoration": True},
        )
    )
    traces.append(
        go.Scatter(
            **common,
            y=list(panel.points),
            mode="lines+markers",
            line={**line_style("actual"), "width": 1.75},
            marker=marker_style("actual", 6),
            name=name,
            text=list(labels),
            hovertemplate="%{text}: %{y:,.6~f} " + frame.unit,
            showlegend=False,
            meta={"role": "actual"},
        )
    )
    marked = _marked(panel)
    if marked:
        traces.append(_signals(panel, marked, axis, say(msg("Signal, with the number of its rule"))))
    return traces


def _marked(panel: Panel) -> dict[int, str]:
    rules: dict[int, set[int]] = {}
    for signal in panel.signals:
        for point in signal.points:
            rules.setdefault(point, set()).add(signal.rule.number)
    return {point: ",".join(map(str, sorted(numbers))) for point, numbers in sorted(rules.items())}


def _signals(panel: Panel, marked: dict[int, str], axis: str, name: str) -> Any:
    heights = [panel.points[point] for point in marked]
    return go.Scatter(
        x=[point + 1 for point in marked],
        y=heights,
        yaxis=axis,
        mode="markers+text",
        text=list(marked.values()),
        textposition=["top center" if (h or 0) >= panel.centre else "bottom center" for h in heights],
        textfont={"color": ROLES["missing"].color, "size": 11},
        cliponaxis=False,
        marker={
            "symbol": "diamond-open",
            "size": 13,
            "color": ROLES["missing"].color,
            "line": {"color": ROLES["missing"].color, "width": 2},
        },
        name=name,
        legendgroup="signals",
        showlegend=axis == "y",
        hoverinfo="skip",
        meta={"role": "signal", "decoration": True},
    )


def _line_labels(panels: Sequence[Panel], frame: Frame) -> list[dict[str, Any]]:
    labels = []
    for at, panel in enumerate(panels):
        for name, value, color in (
            ("UCL", panel.upper[-1], ROLES["target"].color),
            ("CL", panel.centre, ROLES["baseline"].color),
            ("LCL", panel.lower[-1], ROLES["target"].color),
        ):
            labels.append(
                {
                    "x": 1,
                    "xref": "paper",
                    "xanchor": "left",
                    "xshift": 6,
                    "y": value,
                    "yref": "y" if at == 0 else "y2",
                    "text": f"{name} {_near(value, panel)}",
                    "showarrow": False,
                    "font": {"color": color, "size": 11},
                }
            )
    for at, panel in enumerate(panels if len(panels) > 1 else ()):
        labels.append(
            {
                "x": 0,
                "xref": "paper",
                "xanchor": "left",
                "xshift": 4,
                "y": 1,
                "yref": "y domain" if at == 0 else "y2 domain",
                "yanchor": "bottom",
                "text": frame.say(panel.name),
                "showarrow": False,
                "font": {"color": LIGHT.text, "size": 11},
            }
        )
    return labels


def _near(value: float, panel: Panel) -> str:
    """A limit with two decimals, or as many as its distance from the centre line needs."""
    reach = panel.upper[-1] - panel.lower[-1]
    return f"{value:,.{max(2, 2 - floor(log10(reach)))}f}"


def _layout(labels: Sequence[str], spots: list[int]) -> dict[str, Any]:
    return {
        "height": 340,
        "hovermode": "closest",
        "xaxis": {"range": [0.5, len(spots) + 0.5], **_ticks(labels, spots, 13 if _short(labels) else 8)},
        "yaxis": {"tickformat": TICKS},
        "legend": {"traceorder": "normal"},
        "margin": {"l": 52, "r": 92, "t": 14, "b": 28},
    }


def _short(labels: Sequence[str]) -> bool:
    return max(map(len, labels), default=0) < 6


def _ticks(labels: Sequence[str], spots: list[int], count: int) -> dict[str, Any]:
    kept = {int(at) for at in sparse([str(spot) for spot in spots], count)}
    return {
        "tickmode": "array",
        "tickvals": [spot for spot in spots if spot in kept],
        "ticktext": [str(labels[spot - 1]).replace("<", "&lt;") for spot in spots if spot in kept],
        "tickangle": 0,
    }


def _narrow(labels: Sequence[str], spots: list[int], height: int) -> dict[str, Any]:
    return {
        "height": height,
        "margin": {"l": 44, "r": 74, "t": 14, "b": 28},
        "xaxis": _ticks(labels, spots, 4),
        "yaxis": {"nticks": 5},
        "legend": {"traceorder": "normal"},
    }


def _control_table(result: ControlResult, frame: Frame, say: Say) -> ChartTable:
    columns = [Column(say(msg("Point")), num=False)]
    for panel in result.panels:
        columns += [
            Column(frame.unit_label(say(panel.name))),
            Column(say(msg("Lower control limit"))),
            Column(say(msg("Upper control limit"))),
            Column(say(msg("Rules met")), num=False),
        ]
    marks = [_marked(panel) for panel in result.panels]
    rows = []
    for at, label in enumerate(result.labels):
        cells: list[Any] = [label]
        for panel, marked in zip(result.panels, marks, strict=True):
            value = panel.points[at]
            cells += [
                None if value is None else shown(value),
                shown(panel.lower[at]),
                shown(panel.upper[at]),
                marked.get(at),
            ]
        rows.append(tuple(cells))
    return ChartTable(tuple(columns), tuple(rows))


def run(inputs: RunInputs, result: RunResult, frame: Frame) -> Chart:
    """Values over time about their median; points of a shift or a trend are marked with a letter."""
    say = frame.say
    spots = list(range(1, len(result.labels) + 1))
    letters: dict[int, str] = {}
    for letter, groups in (("S", result.shifts), ("T", result.trends)):
        for group in groups:
            for point in group:
                letters[point] = letters.get(point, "") + letter
    values = [number(value) for value in inputs.values]
    traces = [
        go.Scatter(
            x=spots,
            y=[result.median] * len(spots),
            mode="lines",
            line=line_style("baseline"),
            name=say(msg("Median")),
            hoverinfo="skip",
            meta={"role": "baseline", "decoration": True},
        ),
        go.Scatter(
            x=spots,
            y=values,
            mode="lines+markers",
            line={**line_style("actual"), "width": 1.75},
            marker=marker_style("actual", 7),
            name=say(msg("Value")),
            text=list(result.labels),
            hovertemplate="%{text}: %{y:,.6~f} " + frame.unit,
            showlegend=False,
            meta={"role": "actual"},
        ),
    ]
    if letters:
        marked = Panel("", tuple(values), result.median, (), (), ())
        order = dict(sorted(letters.items()))
        traces.append(_signals(marked, order, "y", say(msg("S: in a shift, T: in a trend"))))
    layout = _layout(result.labels, spots) | {"margin": {"l": 52, "r": 12, "t": 14, "b": 28}}
    narrow = _narrow(result.labels, spots, 320) | {"margin": {"l": 44, "r": 8, "t": 14, "b": 28}}
    table = ChartTable(
        (
            Column(say(msg("Point")), num=False),
            Column(frame.unit_label(say(msg("Value")))),
            Column(say(msg("Marked")), num=False),
        ),
        tuple(
            (label, value, letters.get(at))
            for at, (label, value) in enumerate(zip(result.labels, inputs.values, strict=True))
        ),
    )
    return build(frame, traces, layout, table, narrow=narrow)
