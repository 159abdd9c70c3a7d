"""Lying bars that start at zero: the rows of a board, and a funnel."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.charts.frame import (
    NUMBER,
    TICKS,
    Chart,
    ChartTable,
    Column,
    Frame,
    build,
    hover,
    numbers,
    unique,
    unmarked,
)
from cp_circles.charts.theme import LIGHT, bar_style
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


def board_bars(bars: Sequence[BoardBar], frame: Frame) -> Chart:
    """Rows of a board from the top: verified solid, claimed hatched beyond it and without a place."""
    labels, say = unique([unmarked(bar.label) for bar in bars]), frame.say
    names = [f"<b>{label}</b>" if bar.mine else label for label, bar in zip(labels, bars, strict=True)]
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
    totals = [bar.verified + bar.claimed for bar in bars]
    ends = [_beside(label, total, frame.short(total)) for label, total in zip(labels, totals, strict=True)]
    return _lying(frame, traces, labels, names, table, reach=_reach(totals), annotations=ends)


def _beside(label: str, value: Decimal, text: str) -> dict[str, Any]:
    """A number right behind the end of its bar."""
    return {
        "x": float(max(value, Decimal(0))),
        "y": label,
        "xanchor": "left",
        "xshift": 4,
        "showarrow": False,
        "text": text,
        "font": {"color": LIGHT.ink},
    }


def _reach(totals: Sequence[Decimal]) -> list[float] | None:
    """From zero, or below it, to so far that the number behind the longest bar has room."""
    low, high = float(min(totals, default=0)), float(max(totals, default=0))
    return [min(0.0, low * 1.05), high * 1.25] if high > 0 else None


def funnel_bars(stages: Sequence[FunnelStage], frame: Frame, *, of_first: bool = False) -> Chart:
    """How many reached each stage; the bar is the share of the stage before, above 100 % too.

    `of_first` takes the share of the first stage instead: for stages that may be left out.
    """
    labels, say = unique([stage.label for stage in stages]), frame.say
    shares = [
        None,
        *(_percent(now.count, (stages[0] if of_first else before).count) for before, now in pairwise(stages)),
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
            Column(
                say(msg("Share of the first stage (%)") if of_first else msg("Share of the stage before (%)"))
            ),
        ),
        tuple((stage.label, stage.count, share) for stage, share in zip(stages, shares, strict=False)),
    )
    top = float(max([Decimal(100), *(share for share in shares if share is not None)]))
    return _lying(frame, [trace], labels, labels, table, top=top, annotations=counts)


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
    reach: list[float] | None = None,
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
        "legend": {"traceorder": "normal"},
        "bargap": 0.35,
        "xaxis": {
            "rangemode": "tozero",
            "range": [0, top] if top else reach,
            "showgrid": True,
            "tickformat": TICKS,
            "ticksuffix": " %" if top else "",
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
