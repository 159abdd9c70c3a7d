"""Standing bars that start at zero: from claimed to verified, and the Pareto chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

import plotly.graph_objects as go

from cp_circles.calc.exact import round_half_up, to_fraction
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
    wrapped,
)
from cp_circles.charts.theme import bar_style, line_style, marker_style
from cp_circles.errors import msg

MOST_SIDE_BY_SIDE = 5


@dataclass(frozen=True)
class WaterfallStep:
    """A named reason and its signed amount: negative is deducted, positive added."""

    label: str
    amount: Decimal


@dataclass(frozen=True)
class ParetoItem:
    """A category and its amount."""

    label: str
    value: Decimal


@dataclass(frozen=True)
class LivingOn:
    """What is added to the verified amount because it still works, and the name of the sum of both."""

    label: str
    amount: Decimal
    total: str


def waterfall(
    claimed: Decimal,
    steps: Sequence[WaterfallStep],
    verified: Decimal,
    frame: Frame,
    *,
    living: LivingOn | None = None,
) -> Chart:
    """From what was claimed to what was verified, each difference with its reason; then on to what lives.

    ValueError where claimed and the steps do not add up to verified exactly.
    """
    if claimed + sum((step.amount for step in steps), Decimal(0)) != verified:
        raise ValueError("the steps do not lead from the claimed to the verified amount")
    say = frame.say
    names = [say(msg("Claimed")), *(step.label for step in steps), say(msg("Verified"))]
    amounts = [claimed, *(step.amount for step in steps), verified]
    after = list(accumulate([claimed, *(step.amount for step in steps)]))
    bases = [Decimal(0), *(min(a, b) for a, b in pairwise(after)), Decimal(0)]
    roles = ["claimed", *("deducted" if step.amount < 0 else "added" for step in steps), "verified"]
    if living is not None:
        names += [living.label, living.total]
        amounts += [living.amount, verified + living.amount]
        bases += [verified, Decimal(0)]
        roles += ["added", "verified"]
    labels = unique(names)
    rows = list(zip(labels, amounts, bases, roles, strict=True))
    table = ChartTable(
        (Column(say(msg("Reason")), num=False), Column(frame.unit_label(say(msg("Amount"))))),
        tuple(zip(labels, amounts, strict=True)),
    )
    layout: dict[str, Any] = {
        "height": 320,
        "showlegend": False,
        "xaxis": {"type": "category", "categoryorder": "array", "categoryarray": labels, "tickvals": labels},
        "yaxis": {"rangemode": "tozero", "showticklabels": False, "showgrid": False},
        "bargap": 0.25,
        "margin": {"l": 8, "r": 8, "t": 24, "b": 28},
    }
    layout["xaxis"]["ticktext"] = [wrapped(label, 6) for label in labels]
    narrow = {
        "height": 44 * len(labels) + 30,
        "xaxis": {
            "type": "linear",
            "categoryarray": None,
            "rangemode": "tozero",
            "showticklabels": False,
            "tickmode": "auto",
            "showline": False,
        },
        "yaxis": {
            "type": "category",
            "autorange": "reversed",
            "showticklabels": True,
            "tickvals": labels,
            "ticktext": ["<br>".join(fold(label, 84, 11, 3)) for label in labels],
        },
        "margin": {"l": 92, "r": 56, "t": 8, "b": 8},
    }
    upright = [_step_bar(row, frame, lying=False) for row in rows]
    lying = [_step_bar(row, frame, lying=True) for row in rows]
    return build(frame, upright, layout, table, narrow=narrow, narrow_traces=lying)


def _step_bar(row: tuple[str, Decimal, Decimal, str], frame: Frame, *, lying: bool) -> Any:
    label, amount, base, role = row
    sign = {"deducted": "−", "added": "+"}.get(role, "")
    text = f"{sign}{frame.short(abs(amount) if sign else amount)}"
    length, start = [number(abs(amount) if sign else amount)], [number(base)]
    place = {"x": length, "y": [label], "orientation": "h"} if lying else {"x": [label], "y": length}
    return go.Bar(
        **place,
        base=start,
        name=label,
        text=[text],
        textposition="outside",
        cliponaxis=False,
        marker=bar_style(role),
        hovertemplate=f"{text} {frame.unit}".rstrip() + "<extra></extra>",
        customdata=[number(amount)],
        meta={"role": role},
    )


def pareto(
    items: Sequence[ParetoItem], frame: Frame, *, other: str | None = None, role: str = "verified"
) -> Chart:
    """Categories from the largest, with the cumulative share; the category labelled `other` stands last.

    `role` draws the bars: `claimed` for what nobody has verified.
    """
    order = sorted(items, key=lambda item: (item.label == other, -item.value))
    labels, say = unique([unmarked(item.label) for item in order]), frame.say
    whole = sum((item.value for item in order), Decimal(0))
    if any(item.value < 0 for item in order):
        raise ValueError("a Pareto chart takes no negative amount")
    running = accumulate(item.value for item in order)
    shares = [
        round_half_up(to_fraction(value) * 100 / to_fraction(whole), 1) if whole else None
        for value in running
    ]
    table = ChartTable(
        (
            Column(say(msg("Category")), num=False),
            Column(frame.unit_label(say(msg("Amount")))),
            Column(say(msg("Cumulative share (%)"))),
        ),
        tuple((item.label, item.value, share) for item, share in zip(order, shares, strict=True)),
    )
    layout, narrow = _pareto_layout(order, labels, whole, frame)
    return build(frame, _pareto_traces(order, labels, shares, frame, role), layout, table, narrow=narrow)


def _pareto_traces(
    order: Sequence[ParetoItem], labels: list[str], shares: Sequence[Decimal | None], frame: Frame, role: str
) -> list[Any]:
    """The falling bars, and the line of the cumulative share on an axis of its own."""
    say = frame.say
    bars = go.Bar(
        x=labels,
        y=numbers([item.value for item in order]),
        name=frame.unit_label(say(msg("Amount"))),
        marker=bar_style(role),
        hovertemplate=hover(frame.unit),
        meta={"role": role},
    )
    line = go.Scatter(
        x=labels,
        y=numbers(shares),
        yaxis="y2",
        name=say(msg("Cumulative share (%)")),
        mode="lines+markers",
        line=line_style("target"),
        marker=marker_style("target", 6),
        hovertemplate="%{y:.1f} %",
        meta={"role": "target"},
    )
    return [bars, line]


def _pareto_layout(
    order: Sequence[ParetoItem], labels: list[str], whole: Decimal, frame: Frame
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two axes at full width with the amounts below, and what changes on a narrow screen."""
    texts = [f"<b>{frame.short(item.value)}</b>" for item in order]
    axis = {"type": "category", "categoryorder": "array", "categoryarray": labels, "tickvals": labels}
    layout = {
        "height": 320,
        "hovermode": "x unified",
        "xaxis": {**axis, "ticktext": _under(labels, texts, 8)},
        "yaxis": {"rangemode": "tozero", "range": [0, float(whole) * 1.06] if whole else None},
        "yaxis2": {
            "overlaying": "y",
            "side": "right",
            "range": [0, 106],
            "tickmode": "linear",
            "tick0": 0,
            "dtick": 20,
            "showgrid": False,
            "ticksuffix": " %",
        },
        "margin": {"l": 52, "r": 52, "t": 14, "b": 28},
    }
    crowded = len(labels) > MOST_SIDE_BY_SIDE
    upright = [f"{label}  {text}" for label, text in zip(labels, texts, strict=True)]
    narrow = {
        "height": 460 if crowded else 320,
        "xaxis": {"ticktext": upright, "tickangle": -90, "tickfont": {"size": 11}}
        if crowded
        else {"ticktext": _under(labels, texts, 4), "tickfont": {"size": 10}},
        "yaxis2": {"showticklabels": False},
        "margin": {"l": 44, "r": 8, "t": 14, "b": 28},
    }
    return layout, narrow


def _under(labels: Sequence[str], texts: Sequence[str], width: int) -> list[str]:
    """A category with its amount below it."""
    return [f"{wrapped(label, width)}<br>{text}" for label, text in zip(labels, texts, strict=True)]
