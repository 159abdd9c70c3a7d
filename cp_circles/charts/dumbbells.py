"""Before and after, row by row: an open square where it began, a filled circle where it came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.charts.diagram import fold
from cp_circles.charts.frame import (
    NUMBER,
    TICKS,
    Chart,
    ChartTable,
    Column,
    Frame,
    build,
    fixed,
    hover,
    number,
    numbers,
    unique,
    unmarked,
)
from cp_circles.charts.theme import LIGHT, line_style, marker_style
from cp_circles.errors import msg

ROW, LINE, NARROW_ROW = 44, 15, 58


@dataclass(frozen=True)
class Dumbbell:
    """One row: its name, the mean before and after, and of how many cases."""

    label: str
    before: Decimal
    after: Decimal
    count: int


def change_of(row: Dumbbell) -> Decimal | None:
    """The change in per cent of what it was before, one decimal; None where that was zero."""
    if not row.before:
        return None
    return round_half_up(
        (to_fraction(row.after) - to_fraction(row.before)) * 100 / to_fraction(row.before), 1
    )


def dumbbells(rows: Sequence[Dumbbell], frame: Frame, *, name: str) -> Chart:
    """Rows from the top, with numbers at both ends; `name` says what a row is. The scale begins at zero."""
    labels, say = unique([unmarked(row.label) for row in rows]), frame.say
    lines = [part for row in rows for part in (number(row.before), number(row.after), None)]
    along: list[str | None] = [part for label in labels for part in (label, label, None)]
    bar = go.Scatter(
        x=lines,
        y=along,
        mode="lines",
        line={**line_style("baseline"), "dash": "solid"},
        hoverinfo="skip",
        showlegend=False,
        meta={"role": "baseline", "decoration": True},
    )
    traces = [bar, *(_ends(rows, labels, frame, after=after) for after in (False, True))]
    top = max([float(max(row.before, row.after)) for row in rows], default=1.0) or 1.0
    table = ChartTable(
        (
            Column(name, num=False),
            Column(frame.unit_label(say(msg("Before the improvement")))),
            Column(frame.unit_label(say(msg("After the improvement")))),
            Column(say(msg("Change (%)"))),
            Column(say(msg("Cases (n)"))),
        ),
        tuple((row.label, row.before, row.after, change_of(row), row.count) for row in rows),
    )
    names = [fold(unmarked(row.label), 158, 12, 2) for row in rows]
    row_height = ROW + LINE * (max(map(len, names), default=1) - 1)
    above = [
        {"x": 0, "xref": "paper", "y": label, "xanchor": "left", "yanchor": "bottom", "yshift": 11}
        | {"showarrow": False, "align": "left", "text": _above(row), "font": {"color": LIGHT.ink}}
        for label, row in zip(labels, rows, strict=True)
    ]
    lying = {"type": "category", "range": [len(rows) - 0.5, -0.5], "showgrid": False, "tickvals": labels}
    across = {"range": [-top * 0.15, top * 1.16], "showgrid": True, "gridcolor": LIGHT.grid}
    return build(
        frame,
        traces,
        {
            "height": row_height * len(rows) + 84,
            "xaxis": {**across, "tickformat": TICKS, "zeroline": False},
            "yaxis": {
                **lying,
                "ticktext": ["<br>".join([*name, _tail(row)]) for name, row in zip(names, rows, strict=True)],
            },
            "legend": {"x": 0, "xanchor": "left", "traceorder": "normal"},
            "margin": {"l": 170, "r": 16, "t": 34, "b": 36},
        },
        table,
        narrow={
            "height": NARROW_ROW * len(rows) + 84,
            "yaxis": {"showticklabels": False},
            "xaxis": {"nticks": 5, "range": [-top * 0.22, top * 1.26]},
            "annotations": above,
            "margin": {"l": 8, "r": 8, "t": 44, "b": 36},
        },
    )


def _places(value: Decimal) -> int:
    """Decimals that leave about four digits to read."""
    return max(0, 4 - len(str(int(abs(value)))))


def _tail(row: Dumbbell) -> str:
    """How much changed, in how many cases."""
    change = change_of(row)
    sign = "" if change is None else "+" if change > 0 else "−" if change < 0 else ""
    share = "" if change is None else f"{sign}{abs(change)} % · "
    return f"{share}n = {row.count}"


def _above(row: Dumbbell) -> str:
    """The line above a row of the narrow drawing."""
    return f"{fold(unmarked(row.label), 200, 12, 1)[0]} · {_tail(row)}"


def _ends(rows: Sequence[Dumbbell], labels: list[str], frame: Frame, *, after: bool) -> go.Scatter:
    """The marks of one end; its number stands on the outer side."""
    values = [row.after if after else row.before for row in rows]
    right = [(row.after > row.before) == after for row in rows]
    return go.Scatter(
        x=numbers(values),
        y=labels,
        mode="markers+text",
        name=frame.say(msg("After the improvement")) if after else frame.say(msg("Before the improvement")),
        text=[fixed(value, _places(value)) for value in values],
        textposition=["middle right" if side else "middle left" for side in right],
        cliponaxis=False,
        marker=marker_style("verified" if after else "baseline", 11),
        hovertemplate=hover(frame.unit, "%{x:" + NUMBER + "}"),
        meta={"role": "verified" if after else "baseline"},
    )
