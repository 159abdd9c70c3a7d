"""Bar charts, all starting at zero: board, funnel, claimed to verified, Pareto."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

import plotly.graph_objects as go

from cp_circles.calc.exact import plain, round_half_up, to_fraction
from cp_circles.charts.frame import (
    NUMBER,
    Chart,
    ChartTable,
    Column,
    Frame,
    build,
    hover,
    number,
    numbers,
    unique,
    wrapped,
)
from cp_circles.charts.theme import LIGHT, bar_style, line_style, marker_style
from cp_circles.errors import msg

ROW, NARROW_ROW = 30, 46


@dataclass(frozen=True)
class BoardBar:
    """One competitor: what is verified, what is claimed beyond that, its place; `mine` is drawn in bold."""

    label: str
    verified: Decimal
    claimed: Decimal = Decimal(0)
    place: int | None = None
    mine: bool = False


@dataclass(frozen=True)
class FunnelStage:
    """One stage and how many reached it."""

    label: str
    count: int


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


def board_bars(bars: Sequence[BoardBar], frame: Frame) -> Chart:
    """Rows of a board from the top: verified solid, claimed hatched beyond it and without a place."""
    labels, say = unique([bar.label for bar in bars]), frame.say
    names = [f"<b>{bar.label}</b>" if bar.mine else bar.label for bar in bars]
    traces = [
        go.Bar(
            x=numbers([getattr(bar, role) for bar in bars]),
            y=labels,
            orientation="h",
            name=say(name),
            marker=bar_style(role),
            hovertemplate=hover(frame.unit, "%{x:" + NUMBER + "}"),
            meta={"role": role},
        )
        for role, name in (("verified", msg("Verified")), ("claimed", msg("Claimed, not yet verified")))
        if role == "verified" or any(bar.claimed for bar in bars)
    ]
    table = ChartTable(
        (
            Column(say(msg("Name")), num=False),
            Column(say(msg("Place on the board"))),
            Column(frame.unit_label(say(msg("Verified")))),
            Column(frame.unit_label(say(msg("Claimed, not yet verified")))),
        ),
        tuple((bar.label, bar.place, bar.verified, bar.claimed) for bar in bars),
    )
    return _lying(frame, traces, labels, names, table)


def funnel_bars(stages: Sequence[FunnelStage], frame: Frame) -> Chart:
    """How many reached each stage; the bar is the share of the stage before."""
    labels, say = unique([stage.label for stage in stages]), frame.say
    shares = [
        None,
        *(_percent(now.count, before.count) for before, now in pairwise(stages)),
    ]
    trace = go.Bar(
        x=numbers(shares[: len(stages)]),
        y=labels,
        orientation="h",
        marker={"color": LIGHT.accent_mid},
        text=[f"{stage.count:,}" for stage in stages],
        textposition="none",
        customdata=[stage.count for stage in stages],
        hovertemplate="%{customdata:,} · %{x:.1f} %<extra></extra>",
        showlegend=False,
        meta={"role": "added"},
    )
    counts = [
        {
            "x": 0,
            "y": stage.label,
            "xanchor": "left",
            "xshift": 6,
            "showarrow": False,
            "text": f"{stage.count:,}" if share is None else f"{stage.count:,} · {share} %",
            "font": {"color": LIGHT.ink},
        }
        for stage, share in zip(stages, shares, strict=False)
    ]
    table = ChartTable(
        (
            Column(say(msg("Stage reached")), num=False),
            Column(say(msg("Count"))),
            Column(say(msg("Share of the stage before (%)"))),
        ),
        tuple((stage.label, stage.count, share) for stage, share in zip(stages, shares, strict=False)),
    )
    return _lying(frame, [trace], labels, labels, table, top=100, annotations=counts)


def _percent(part: int, whole: int) -> Decimal | None:
    return round_half_up(to_fraction(part) * 100 / whole, 1) if whole else None


def _lying(
    frame: Frame,
    traces: Sequence[Any],
    labels: list[str],
    names: list[str],
    table: ChartTable,
    *,
    top: float | None = None,
    annotations: Sequence[dict[str, Any]] = (),
) -> Chart:
    above = [
        {
            "x": 0,
            "y": label,
            "xanchor": "left",
            "yanchor": "bottom",
            "yshift": 9,
            "showarrow": False,
            "text": name,
        }
        for label, name in zip(labels, names, strict=True)
    ]
    axis = {
        "type": "category",
        "autorange": "reversed",
        "showgrid": False,
        "tickvals": labels,
        "ticktext": names,
    }
    layout = {
        "height": ROW * len(labels) + 60,
        "barmode": "stack",
        "bargap": 0.35,
        "xaxis": {
            "rangemode": "tozero",
            "range": [0, top] if top else None,
            "showgrid": True,
            "gridcolor": LIGHT.grid,
        },
        "yaxis": axis,
        "annotations": list(annotations),
        "margin": {"l": 52, "r": 16, "t": 14, "b": 28},
    }
    narrow = {
        "height": NARROW_ROW * len(labels) + 60,
        "bargap": 0.6,
        "yaxis": {"showticklabels": False},
        "xaxis": {"nticks": 4},
        "annotations": above + list(annotations),
        "margin": {"l": 8, "r": 8, "t": 14, "b": 28},
    }
    return build(frame, traces, layout, table, narrow=narrow)


def waterfall(claimed: Decimal, steps: Sequence[WaterfallStep], verified: Decimal, frame: Frame) -> Chart:
    """From what was claimed to what was verified, each difference with its reason.

    ValueError where claimed and the steps do not add up to verified exactly.
    """
    if claimed + sum((step.amount for step in steps), Decimal(0)) != verified:
        raise ValueError("the steps do not lead from the claimed to the verified amount")
    say = frame.say
    names = [say(msg("Claimed")), *(step.label for step in steps), say(msg("Verified"))]
    labels = unique(names)
    amounts = [claimed, *(step.amount for step in steps), verified]
    after = list(accumulate([claimed, *(step.amount for step in steps)]))
    bases = [Decimal(0), *(min(a, b) for a, b in pairwise(after)), Decimal(0)]
    roles = ["claimed", *("deducted" if step.amount < 0 else "added" for step in steps), "verified"]
    rows = list(zip(labels, amounts, bases, roles, strict=True))
    table = ChartTable(
        (Column(say(msg("Reason")), num=False), Column(frame.unit_label(say(msg("Amount"))))),
        tuple(zip(labels, amounts, strict=True)),
    )
    layout = {
        "height": 320,
        "showlegend": False,
        "xaxis": {"type": "category", "categoryorder": "array", "categoryarray": labels, "tickvals": labels},
        "yaxis": {"rangemode": "tozero", "showticklabels": False, "showgrid": False},
        "bargap": 0.25,
        "margin": {"l": 8, "r": 8, "t": 24, "b": 28},
    }
    layout["xaxis"]["ticktext"] = [wrapped(label, 6) for label in labels]  # type: ignore[index]
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
            "ticktext": [wrapped(label, 6) for label in labels],
        },
        "margin": {"l": 60, "r": 56, "t": 8, "b": 8},
    }
    upright = [_step_bar(row, frame, lying=False) for row in rows]
    lying = [_step_bar(row, frame, lying=True) for row in rows]
    return build(frame, upright, layout, table, narrow=narrow, narrow_traces=lying)


def _step_bar(row: tuple[str, Decimal, Decimal, str], frame: Frame, *, lying: bool) -> Any:
    label, amount, base, role = row
    sign = {"deducted": "−", "added": "+"}.get(role, "")
    text = f"{sign}{plain(abs(amount) if sign else amount)}"
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


def pareto(items: Sequence[ParetoItem], frame: Frame, *, other: str | None = None) -> Chart:
    """Categories from the largest, with the cumulative share; the category labelled `other` stands last."""
    order = sorted(items, key=lambda item: (item.label == other, -item.value))
    labels, say = unique([item.label for item in order]), frame.say
    whole = sum((item.value for item in order), Decimal(0))
    if any(item.value < 0 for item in order):
        raise ValueError("a Pareto chart takes no negative amount")
    running = accumulate(item.value for item in order)
    shares = [
        round_half_up(to_fraction(value) * 100 / to_fraction(whole), 1) if whole else None
        for value in running
    ]
    bars = go.Bar(
        x=labels,
        y=numbers([item.value for item in order]),
        name=frame.unit_label(say(msg("Amount"))),
        marker=bar_style("verified"),
        hovertemplate=hover(frame.unit),
        meta={"role": "verified"},
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
    table = ChartTable(
        (
            Column(say(msg("Category")), num=False),
            Column(frame.unit_label(say(msg("Amount")))),
            Column(say(msg("Cumulative share (%)"))),
        ),
        tuple((item.label, item.value, share) for item, share in zip(order, shares, strict=True)),
    )
    axis = {"type": "category", "categoryorder": "array", "categoryarray": labels, "tickvals": labels}
    layout = {
        "height": 320,
        "hovermode": "x unified",
        "xaxis": {**axis, "ticktext": [wrapped(label, 8) for label in labels]},
        "yaxis": {"rangemode": "tozero", "range": [0, number(whole)] if whole else None},
        "yaxis2": {
            "overlaying": "y",
            "side": "right",
            "range": [0, 100],
            "showgrid": False,
            "ticksuffix": " %",
        },
        "margin": {"l": 52, "r": 52, "t": 14, "b": 28},
    }
    narrow = {
        "height": 320,
        "xaxis": {"ticktext": [wrapped(label, 4) for label in labels], "tickfont": {"size": 10}},
        "yaxis2": {"showticklabels": False},
        "margin": {"l": 44, "r": 8, "t": 14, "b": 28},
    }
    return build(frame, [bars, line], layout, table, narrow=narrow)
