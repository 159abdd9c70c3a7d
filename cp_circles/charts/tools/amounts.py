"""Drawings of amounts: Pareto, histogram, scatter, radar, check sheet, ranking, board, effects, samples."""

from decimal import Decimal
from math import exp, pi, sqrt
from typing import Any

import plotly.graph_objects as go

from cp_circles.calc.exact import plain
from cp_circles.calc.tools import pareto as pareto_tool
from cp_circles.calc.tools.base import Result, floats, shown
from cp_circles.calc.tools.histogram import HistogramInputs, HistogramResult
from cp_circles.calc.tools.series import ScatterInputs, ScatterResult, equation
from cp_circles.calc.tools.sheets import (
    BoardInputs,
    BoardResult,
    CheckSheetInputs,
    CheckSheetResult,
    RadarInputs,
    RankingInputs,
    RankingResult,
)
from cp_circles.charts.diagram import SMALL, Sheet, fold, painted
from cp_circles.charts.frame import (
    TICKS,
    Cell,
    Chart,
    ChartTable,
    Column,
    Frame,
    build,
    number,
    numbers,
    unique,
)
from cp_circles.charts.steps import ParetoItem
from cp_circles.charts.steps import pareto as pareto_chart
from cp_circles.charts.theme import LIGHT, ROLES, SCALE, SCALE_INK, line_style, marker_style
from cp_circles.errors import msg


def pareto(inputs: pareto_tool.ParetoInputs, result: pareto_tool.ParetoResult, frame: Frame) -> Chart:
    """The house's Pareto chart of the tool's rows."""
    rest = next((row.label for row in inputs.rows if row.other), None)
    return pareto_chart([ParetoItem(row.label, row.amount) for row in inputs.rows], frame, other=rest)


def histogram(inputs: HistogramInputs, result: HistogramResult, frame: Frame) -> Chart:
    """Touching bars with the normal curve of the sample; limits and mean are named lines."""
    say = frame.say
    edges = floats(result.edges)
    width = edges[1] - edges[0]
    centres = [edge + width / 2 for edge in edges[:-1]]
    limits = [limit for limit in (inputs.lower, inputs.upper) if limit is not None]
    low = min([edges[0], *map(float, limits), result.mean - 3.2 * result.sigma])
    high = max([edges[-1], *map(float, limits), result.mean + 3.2 * result.sigma])
    grid = [low + (high - low) * n / 80 for n in range(81)]
    scale = len(inputs.values) * width / (result.sigma * sqrt(2 * pi))
    traces = [
        go.Bar(
            x=centres,
            y=list(result.counts),
            width=[width] * len(centres),
            marker={"color": LIGHT.accent_mid, "line": {"color": LIGHT.surface, "width": 1}},
            name=say(msg("Count")),
            text=[f"{plain(a)} – {plain(b)}" for a, b in zip(result.edges, result.edges[1:], strict=False)],
            textposition="none",
            hovertemplate="%{text}: %{y}<extra></extra>",
            showlegend=False,
            meta={"role": "added"},
        ),
        go.Scatter(
            x=grid,
            y=[scale * exp(-(((x - result.mean) / result.sigma) ** 2) / 2) for x in grid],
            mode="lines",
            line={"color": LIGHT.accent, "width": 2},
            name=say(msg("Normal curve")),
            hoverinfo="skip",
            showlegend=False,
            meta={"role": "actual", "decoration": True},
        ),
    ]
    marks = [(say(msg("Mean")), result.mean, "baseline")]
    marks += [("LSL", float(inputs.lower), "target")] if inputs.lower is not None else []
    marks += [("USL", float(inputs.upper), "target")] if inputs.upper is not None else []
    layout = {
        "height": 340,
        "bargap": 0,
        "xaxis": {"range": [low - width / 2, high + width / 2], "tickformat": TICKS},
        "yaxis": {"rangemode": "tozero", "title": {"text": say(msg("Count"))}},
        "shapes": [_upright(x, role) for _, x, role in marks],
        "annotations": [_upright_name(name, x, role, frame) for name, x, role in marks],
        "margin": {"l": 52, "r": 12, "t": 40, "b": 28},
    }
    table = ChartTable(
        (Column(frame.unit_label(say(msg("Class"))), num=False), Column(say(msg("Count")))),
        tuple(
            (f"{plain(a)} – {plain(b)}", count)
            for a, b, count in zip(result.edges, result.edges[1:], result.counts, strict=False)
        ),
    )
    narrow = {"height": 320, "xaxis": {"nticks": 5}, "margin": {"l": 44, "r": 8, "t": 40, "b": 28}}
    return build(frame, traces, layout, table, narrow=narrow)


def _upright(x: float, role: str) -> dict[str, Any]:
    return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line_style(role)}


def _upright_name(name: str, x: float, role: str, frame: Frame) -> dict[str, Any]:
    return {
        "x": x,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "text": f"{name}<br>{frame.short(shown(x, 5))}",
        "showarrow": False,
        "font": {"color": ROLES[role].color, "size": 11},
    }


def scatter(inputs: ScatterInputs, result: ScatterResult, frame: Frame) -> Chart:
    """Points and the regression line with its equation, r and R squared."""
    say = frame.say
    x, y = floats(inputs.x), floats(inputs.y)
    ends = [min(x), max(x)]
    name = equation(result.a, result.b, inputs).replace("<", "&lt;")
    traces = [
        go.Scatter(
            x=ends,
            y=[result.a + result.b * end for end in ends],
            mode="lines",
            line=line_style("target"),
            name=name,
            hoverinfo="skip",
            meta={"role": "target", "decoration": True},
        ),
        go.Scatter(
            x=x,
            y=y,
            mode="markers",
            marker=marker_style("actual", 8),
            name=say(msg("Measured")),
            hovertemplate="x %{x:,.6~f}, y %{y:,.6~f}<extra></extra>",
            showlegend=False,
            meta={"role": "actual"},
        ),
    ]
    fit = f"r = {shown(result.r, 3)}, R² = {shown(result.r**2, 3)}"
    layout = {
        "height": 360,
        "xaxis": {"title": {"text": inputs.x_name.replace("<", "&lt;")}, "tickformat": TICKS},
        "yaxis": {"title": {"text": inputs.y_name.replace("<", "&lt;")}, "tickformat": TICKS},
        "legend": {"traceorder": "normal"},
        "annotations": [
            {
                "x": 1,
                "y": 0 if result.b > 0 else 1,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "right",
                "yanchor": "bottom" if result.b > 0 else "top",
                "text": fit,
                "showarrow": False,
                "font": {"color": LIGHT.ink},
            }
        ],
        "margin": {"l": 52, "r": 12, "t": 14, "b": 44},
    }
    table = ChartTable(
        (Column(inputs.x_name), Column(inputs.y_name)), tuple(zip(inputs.x, inputs.y, strict=True))
    )
    narrow = {"height": 340, "xaxis": {"nticks": 5}, "margin": {"l": 44, "r": 8, "t": 14, "b": 44}}
    return build(frame, traces, layout, table, narrow=narrow)


def radar(inputs: RadarInputs, result: Result, frame: Frame) -> Chart:
    """One ring of axes; before dashed with squares, target dotted, after solid."""
    say = frame.say
    labels = unique([row.label for row in inputs.rows])
    series = (
        ("before", say(msg("Before")), "baseline"),
        ("target", say(msg("Target")), "target"),
        ("after", say(msg("After the improvement")), "actual"),
    )
    traces = []
    for field, name, role in series:
        values = [number(getattr(row, field)) for row in inputs.rows]
        if values[0] is None:
            continue
        traces.append(
            go.Scatterpolar(
                r=[*values, values[0]],
                theta=[*labels, labels[0]],
                mode="lines+markers",
                line=line_style(role),
                marker=marker_style(role, 6),
                name=name,
                hovertemplate="%{theta}: %{r:,.6~f}",
                meta={"role": role},
            )
        )
    ring = {
        "bgcolor": LIGHT.surface,
        "radialaxis": {
            "range": [0, float(inputs.highest)],
            "gridcolor": LIGHT.grid,
            "linecolor": LIGHT.axis,
            "nticks": 6,
            "angle": 90,
            "tickangle": 90,
        },
        "angularaxis": {
            "gridcolor": LIGHT.grid,
            "linecolor": LIGHT.axis,
            "direction": "clockwise",
            "rotation": 90,
        },
    }
    layout = {"height": 400, "polar": ring, "margin": {"l": 60, "r": 60, "t": 44, "b": 32}}
    table = ChartTable(
        (
            Column(say(msg("Aspect")), num=False),
            Column(say(msg("Before"))),
            Column(say(msg("Target"))),
            Column(say(msg("After the improvement"))),
        ),
        tuple((row.label, row.before, row.target, row.after) for row in inputs.rows),
    )
    narrow = {"height": 380, "margin": {"l": 60, "r": 60, "t": 88, "b": 32}}
    return build(frame, traces, layout, table, narrow=narrow)


def check_sheet(inputs: CheckSheetInputs, result: CheckSheetResult, frame: Frame) -> Chart:
    """The sheet as shaded cells with their counts, sums at the right and below."""
    say = frame.say
    rows = [row.label for row in inputs.rows]
    top = max(max(row.counts) for row in inputs.rows)
    total = say(msg("Sum"))

    def shade(count: Decimal) -> int:
        return 0 if not top else min(4, int(count * 4 / top + Decimal("0.999"))) if count else 0

    def paint(sheet: Sheet) -> None:
        left = 96.0 if sheet.narrow else 190.0
        names = [fold(name, left - 8, SMALL, 2) for name in rows]
        cell = (sheet.width - left) / (len(inputs.columns) + 1)
        high, head = 32.0, 34.0
        sheet.height = head + high * (len(rows) + 1) + 4
        heads = [*inputs.columns, total]
        step = max(1, round(26 / cell)) if cell < 26 else 1
        for at, name in enumerate(heads):
            if at % step == 0 or at == len(heads) - 1:
                sheet.words(
                    left + cell * (at + 0.5), head / 2, fold(name, max(cell - 2, 24), SMALL, 2), size=SMALL
                )
        for line, row in enumerate(inputs.rows):
            y = head + high * line
            sheet.words(left - 6, y + high / 2, names[line], anchor="right", size=SMALL)
            for at, count in enumerate(row.counts):
                _cell(sheet, (left + cell * at, y, cell, high), count, shade(count))
            sheet.words(
                left + cell * (len(heads) - 0.5), y + high / 2, [plain(result.row_sums[line])], bold=True
            )
        y = head + high * len(rows) + high / 2
        sheet.words(left - 6, y, [total], anchor="right", bold=True)
        for at, count in enumerate((*result.column_sums, result.whole)):
            sheet.words(
                left + cell * (at + 0.5), y, [plain(count)], bold=True, size=SMALL if cell < 26 else 12
            )

    lines: list[tuple[Cell, ...]] = [
        (row.label, *row.counts, sum_) for row, sum_ in zip(inputs.rows, result.row_sums, strict=True)
    ]
    heads = (Column(say(msg("What was seen")), num=False), *map(Column, inputs.columns), Column(total))
    table = ChartTable(heads, (*lines, (total, *result.column_sums, result.whole)))
    return painted(frame, paint, table)


def _cell(sheet: Sheet, place: tuple[float, float, float, float], count: Decimal, shade: int) -> None:
    x, y, w, h = place
    fill = SCALE[shade] if count else LIGHT.surface
    edge = {"color": LIGHT.grid, "width": 1}
    sheet.shapes.append(
        {
            "type": "rect",
            "x0": x + 1,
            "x1": x + w - 1,
            "y0": y + 1,
            "y1": y + h - 1,
            "fillcolor": fill,
            "line": edge,
            "layer": "below",
        }
    )
    if count:
        sheet.words(
            x + w / 2, y + h / 2, [plain(count)], color=SCALE_INK[shade], size=SMALL if w < 26 else 12
        )


def board(inputs: BoardInputs, result: BoardResult, frame: Frame) -> Chart:
    """Groups as columns of notes under their name; votes as filled dots with a number."""
    say = frame.say
    alone = say(msg("Not grouped"))

    def paint(sheet: Sheet) -> None:
        columns = 1 if sheet.narrow else min(4, max(2, len(result.groups)))
        gap = 14.0
        width = (sheet.width - gap * (columns - 1)) / columns
        y = 2 + sheet.box(0, 2, sheet.width, inputs.question, "key", lines=2) + 12
        ends = [y] * columns
        for name, ideas in result.groups:
            at = ends.index(min(ends))
            x, down = at * (width + gap), ends[at]
            down += sheet.box(x, down, width, name or alone, "soft", lines=2) + 6
            for idea in ideas:
                voted = f" ●{idea.votes}" if idea.votes else ""
                down += sheet.box(x + 8, down, width - 8, idea.text + voted, "plain", lines=3, size=SMALL) + 5
            ends[at] = down + 12
        sheet.height = max(ends)

    table = ChartTable(
        (
            Column(say(msg("Group")), num=False),
            Column(say(msg("Idea")), num=False),
            Column(say(msg("Votes"))),
        ),
        tuple((name or alone, idea.text, idea.votes) for name, ideas in result.groups for idea in ideas),
    )
    return painted(frame, paint, table)


def ranking(inputs: RankingInputs, result: RankingResult, frame: Frame) -> Chart:
    """Weighted totals from the largest as lying bars with place and points."""
    say = frame.say
    order = sorted(range(len(result.totals)), key=lambda n: -result.totals[n])
    labels = unique([inputs.candidates[n].label for n in order])
    shown_labels = [f"{result.places[n]}. {inputs.candidates[n].label}".replace("<", "&lt;") for n in order]
    totals = [result.totals[n] for n in order]
    trace = go.Bar(
        x=numbers(totals),
        y=labels,
        orientation="h",
        marker={"color": [LIGHT.accent if result.places[n] == 1 else LIGHT.accent_mid for n in order]},
        text=[plain(total) for total in totals],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
        meta={"role": "total"},
    )
    above = [
        {
            "x": 0,
            "y": label,
            "xanchor": "left",
            "yanchor": "bottom",
            "yshift": 9,
            "showarrow": False,
            "text": text,
        }
        for label, text in zip(labels, shown_labels, strict=True)
    ]
    layout = {
        "height": 34 * len(labels) + 50,
        "bargap": 0.35,
        "xaxis": {"rangemode": "tozero", "showgrid": True, "gridcolor": LIGHT.grid, "tickformat": TICKS},
        "yaxis": {
            "type": "category",
            "autorange": "reversed",
            "showgrid": False,
            "tickvals": labels,
            "ticktext": shown_labels,
        },
        "margin": {"l": 52, "r": 48, "t": 8, "b": 28},
    }
    narrow = {
        "height": 50 * len(labels) + 50,
        "bargap": 0.6,
        "xaxis": {"nticks": 4},
        "yaxis": {"showticklabels": False},
        "annotations": above,
        "margin": {"l": 8, "r": 44, "t": 14, "b": 28},
    }
    table = ChartTable(
        (
            Column(say(msg("Candidate")), num=False),
            *(Column(f"{row.label} × {plain(row.weight)}") for row in inputs.criteria),
            Column(say(msg("Total"))),
            Column(say(msg("Place"))),
        ),
        tuple(
            (inputs.candidates[n].label, *inputs.candidates[n].ratings, result.totals[n], result.places[n])
            for n in order
        ),
    )
    return build(frame, [trace], layout, table, narrow=narrow)
