"""Drawings of experiments and comparisons: main effects, two samples as dots, two shares as bars."""

from typing import Any

import plotly.graph_objects as go

from cp_circles.calc.tools.base import floats, shown
from cp_circles.calc.tools.orthogonal import OrthogonalInputs, OrthogonalResult
from cp_circles.calc.tools.two_samples import Compared, TwoSamplesInputs, TwoSharesInputs
from cp_circles.charts.diagram import fold
from cp_circles.charts.frame import TICKS, Chart, ChartTable, Column, Frame, build
from cp_circles.charts.theme import LIGHT, line_style, marker_style
from cp_circles.charts.tools.words import figure
from cp_circles.errors import msg


def main_effects(inputs: OrthogonalInputs, result: OrthogonalResult, frame: Frame) -> Chart:
    """Level means factor by factor about the mean of all; the best level is a filled diamond."""
    traces: list[Any] = []
    ticks: list[tuple[float, str]] = []
    names: list[dict[str, Any]] = []
    at = 0.0
    for effect in result.effects:
        spots = [at + n for n in range(len(effect.means))]
        symbols = ["diamond" if n == effect.best else "circle" for n in range(len(spots))]
        sizes = [13 if n == effect.best else 7 for n in range(len(spots))]
        traces.append(
            go.Scatter(
                x=spots,
                y=list(effect.means),
                mode="lines+markers",
                line={**line_style("actual"), "width": 2},
                marker={"symbol": symbols, "size": sizes, "color": LIGHT.accent, "opacity": 1},
                name=effect.label,
                text=list(effect.levels),
                hovertemplate="%{text}: %{y:,.6~f} " + inputs.unit,
                showlegend=False,
                meta={"role": "actual"},
            )
        )
        ticks += [
            (spot, level.replace("<", "&lt;")) for spot, level in zip(spots, effect.levels, strict=True)
        ]
        names.append(
            {
                "x": (spots[0] + spots[-1]) / 2,
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "text": f"{effect.label}<br>R {frame.short(shown(effect.range, 4))}".replace(
                    "<b>", "&lt;b&gt;"
                ),
                "showarrow": False,
                "font": {"color": LIGHT.ink, "size": 11},
            }
        )
        at = spots[-1] + 1.5
    traces.insert(
        0,
        go.Scatter(
            x=[-0.5, at - 1],
            y=[result.grand, result.grand],
            mode="lines",
            line=line_style("baseline"),
            hoverinfo="skip",
            showlegend=False,
            meta={"role": "baseline", "decoration": True},
        ),
    )
    layout = {
        "height": 360,
        "xaxis": {
            "range": [-0.6, at - 0.9],
            "tickvals": [spot for spot, _ in ticks],
            "ticktext": [text for _, text in ticks],
            "tickangle": 0,
            "zeroline": False,
        },
        "yaxis": {"tickformat": TICKS, "title": {"text": frame.unit_label(inputs.response)}},
        "annotations": names,
        "margin": {"l": 52, "r": 12, "t": 56, "b": 28},
    }
    narrow = {"height": 340, "margin": {"l": 44, "r": 8, "t": 56, "b": 28}, "yaxis": {"nticks": 5}}
    if len(ticks) > 9:
        narrow["xaxis"] = {"tickfont": {"size": 9}}
        narrow["annotations"] = [{**note, "font": {"color": LIGHT.ink, "size": 9}} for note in names]
    return build(frame, traces, layout, _effect_table(result, frame), narrow=narrow)


def _effect_table(result: OrthogonalResult, frame: Frame) -> ChartTable:
    say = frame.say
    deepest = max(len(effect.means) for effect in result.effects)
    rows = []
    for effect in result.effects:
        means = [shown(value) for value in effect.means] + [None] * (deepest - len(effect.means))
        tests = [None if value is None else shown(value, 4) for value in (effect.f, effect.p)]
        cells = (
            *means,
            shown(effect.range),
            effect.levels[effect.best],
            shown(effect.squares),
            effect.freedom,
        )
        rows.append((effect.label, *cells, *tests))
    error = (*[None] * (deepest + 2), shown(result.error_squares), result.error_freedom, None, None)
    columns = (
        Column(say(msg("Influencing factor")), num=False),
        *(Column(say(msg("Mean at level %(level)s"), level=n + 1)) for n in range(deepest)),
        Column(say(msg("Range R"))),
        Column(say(msg("Best level")), num=False),
        Column(say(msg("Sum of squares"))),
        Column(say(msg("Degrees of freedom"))),
        Column("F"),
        Column("p"),
    )
    return ChartTable(columns, (*rows, (say(msg("Error")), *error)))


def two_samples(inputs: TwoSamplesInputs, result: Compared, frame: Frame) -> Chart:
    """Every value as a dot beside its sample, the middle as a bar across; pairs are joined by lines."""
    say = frame.say
    samples = (floats(inputs.first), floats(inputs.second))
    names = (inputs.first_name, inputs.second_name)
    traces: list[Any] = []
    if inputs.method == "paired":
        traces.append(_pairs(*samples))
    for at, (values, role) in enumerate(zip(samples, ("baseline", "actual"), strict=True)):
        spread = 0.0 if inputs.method == "paired" else 0.16
        xs_ = [at + spread * (((n * 7) % 11) / 5 - 1) for n in range(len(values))]
        traces.append(
            go.Scatter(
                x=xs_,
                y=values,
                mode="markers",
                marker=marker_style(role, 8),
                name=names[at].replace("<", "&lt;"),
                hovertemplate="%{y:,.6~f} " + inputs.unit,
                showlegend=False,
                meta={"role": role},
            )
        )
    word = say(msg("Median")) if inputs.method == "mann_whitney" else say(msg("Mean"))
    layout = {
        "height": 340,
        "xaxis": {
            "range": [-0.6, 1.8],
            "tickvals": [0, 1],
            "ticktext": ["<br>".join(_folded(name)) for name in names],
            "tickangle": 0,
            "zeroline": False,
        },
        "yaxis": {"tickformat": TICKS, "title": {"text": inputs.unit or say(msg("Value"))}},
        "shapes": [
            {
                "type": "line",
                "x0": at - 0.28,
                "x1": at + 0.28,
                "y0": middle,
                "y1": middle,
                "line": {"color": LIGHT.ink, "width": 2.5},
            }
            for at, middle in enumerate(result.middles)
        ],
        "annotations": [
            {
                "x": at + 0.3,
                "y": middle,
                "xanchor": "left",
                "text": f"{word}<br>{frame.short(shown(middle, 4))}",
                "align": "left",
                "showarrow": False,
                "font": {"color": LIGHT.ink, "size": 11},
            }
            for at, middle in enumerate(result.middles)
        ],
        "margin": {"l": 52, "r": 12, "t": 14, "b": 44},
    }
    longest = max(len(inputs.first), len(inputs.second))
    table = ChartTable(
        (Column(say(msg("Number")), num=False), *(Column(frame.unit_label(name)) for name in names)),
        tuple(
            (str(n + 1), *(s[n] if n < len(s) else None for s in (inputs.first, inputs.second)))
            for n in range(longest)
        ),
    )
    return build(
        frame, traces, layout, table, narrow={"height": 330, "margin": {"l": 44, "r": 8, "t": 14, "b": 44}}
    )


def _pairs(first: list[float], second: list[float]) -> Any:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for one, other in zip(first, second, strict=True):
        xs += [0, 1, None]
        ys += [one, other, None]
    return go.Scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"color": LIGHT.axis, "width": 1},
        hoverinfo="skip",
        showlegend=False,
        meta={"role": "pairs", "decoration": True},
    )


def _folded(name: str) -> list[str]:
    return [line.replace("<", "&lt;") for line in fold(name, 110, 12, 2)]


def two_shares(inputs: TwoSharesInputs, result: Compared, frame: Frame) -> Chart:
    """Two bars from zero with their share and counts."""
    say = frame.say
    names = [inputs.first_name, inputs.second_name]
    if names[0] == names[1]:
        names[1] += " (2)"
    counts = ((inputs.first_count, inputs.first_size), (inputs.second_count, inputs.second_size))
    trace = go.Bar(
        x=["<br>".join(_folded(name)) for name in names],
        y=list(result.middles),
        width=[0.5, 0.5],
        marker={"color": [LIGHT.baseline, LIGHT.accent]},
        text=[
            f"{figure(shown(m, 4))} %<br>{a} / {n}" for m, (a, n) in zip(result.middles, counts, strict=True)
        ],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
        meta={"role": "shares"},
    )
    layout = {
        "height": 320,
        "yaxis": {"rangemode": "tozero", "range": [0, max(result.middles) * 1.25], "ticksuffix": " %"},
        "xaxis": {"type": "category", "tickangle": 0},
        "margin": {"l": 52, "r": 12, "t": 14, "b": 44},
    }
    table = ChartTable(
        (
            Column(say(msg("Sample")), num=False),
            Column(say(msg("Found"))),
            Column(say(msg("Size"))),
            Column(say(msg("Share (%)"))),
        ),
        tuple(
            (name, a, n, shown(m, 6)) for name, (a, n), m in zip(names, counts, result.middles, strict=True)
        ),
    )
    return build(
        frame, [trace], layout, table, narrow={"height": 300, "margin": {"l": 44, "r": 8, "t": 14, "b": 44}}
    )
