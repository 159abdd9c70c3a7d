"""Charts over time: the run chart of one meter, and the cumulative saving of a season."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any, Literal

import plotly.graph_objects as go

from cp_circles.charts.frame import (
    TICKS,
    Chart,
    ChartTable,
    Column,
    Frame,
    build,
    hover,
    number,
    numbers,
    sparse,
    unique,
)
from cp_circles.charts.theme import LIGHT, ROLES, faded, hatching, line_style, marker_style
from cp_circles.errors import msg

State = Literal["baseline", "verified", "claimed", "missing"]
HEIGHT, NARROW_HEIGHT = 320, 340
_STATES = {
    "baseline": msg("Baseline period"),
    "verified": msg("Verified"),
    "claimed": msg("Claimed, not yet verified"),
    "missing": msg("Missing"),
}


@dataclass(frozen=True)
class RunPoint:
    """One period: use (None if missing), the baseline adjusted to its production, and the target."""

    label: str
    actual: Decimal | None
    state: State
    baseline: Decimal | None = None
    target: Decimal | None = None


@dataclass(frozen=True)
class CumulativePoint:
    """What one period added: verified, and claimed but not yet verified."""

    label: str
    verified: Decimal
    claimed: Decimal = Decimal(0)


def run_chart(points: Sequence[RunPoint], frame: Frame, *, from_zero: bool = False) -> Chart:
    """Actual use against the adjusted baseline and the target; what lies between is the saving.

    Verified periods are solid, claimed ones hatched with open circles, missing ones marked with a word.
    """
    labels, say = unique([point.label for point in points]), frame.say
    traces = [*_saving_areas(points)]
    for role, name in (("baseline", say(msg("Adjusted baseline"))), ("target", say(msg("Target")))):
        values = [getattr(point, role) for point in points]
        if any(value is not None for value in values):
            traces.append(_line(labels, values, role, name, frame.unit))
    traces.append(
        go.Scatter(
            x=labels,
            y=numbers([point.actual for point in points]),
            mode="lines",
            line={**line_style("actual"), "width": 2.5},
            hoverinfo="skip",
            showlegend=False,
            meta={"role": "actual", "decoration": True},
        )
    )
    traces += _markers(points, frame)
    layout = time_layout(labels, frame, _bounds(points, from_zero)) | {
        "annotations": _end_labels(points, frame, from_zero),
        "margin": {"l": 52, "r": 96, "t": 14, "b": 28},
    }
    table = ChartTable(
        (
            Column(say(msg("Statistical period")), num=False, period=True),
            Column(frame.unit_label(say(msg("Actual")))),
            Column(frame.unit_label(say(msg("Adjusted baseline")))),
            Column(frame.unit_label(say(msg("Target")))),
            Column(say(msg("State")), num=False),
        ),
        tuple((p.label, p.actual, p.baseline, p.target, say(_STATES[p.state])) for p in points),
    )
    return build(frame, traces, layout, table, narrow=narrow_time(labels, frame) | {"annotations": []})


def _line(labels: Sequence[str], values: Sequence[Decimal | None], role: str, name: str, unit: str) -> Any:
    return go.Scatter(
        x=list(labels),
        y=numbers(values),
        name=name,
        mode="lines+markers" if role == "baseline" else "lines",
        line=line_style(role),
        marker=marker_style(role, 6),
        hovertemplate=hover(unit),
        meta={"role": role},
    )


def _markers(points: Sequence[RunPoint], frame: Frame) -> Iterator[Any]:
    for state in ("baseline", "verified", "claimed"):
        shown = [p for p in points if p.state == state and p.actual is not None]
        if not shown:
            continue
        role = "actual" if state == "baseline" else state
        marker = marker_style(role)
        if state == "baseline":
            marker |= {"color": LIGHT.accent_mid, "line": {"color": LIGHT.accent_mid, "width": 1.5}}
        yield go.Scatter(
            x=[p.label for p in shown],
            y=numbers([p.actual for p in shown]),
            name=frame.say(_STATES[state]),
            mode="markers",
            marker=marker,
            hovertemplate=hover(frame.unit),
            meta={"role": role},
        )
    missing = [n for n, p in enumerate(points) if p.actual is None]
    if missing:
        word = frame.say(_STATES["missing"])
        yield go.Scatter(
            x=[points[n].label for n in missing],
            y=[_stand_in(points, n) for n in missing],
            name=word,
            text=[word] * len(missing),
            mode="markers+text",
            textposition="bottom center",
            textfont={"color": ROLES["missing"].color},
            marker={"symbol": "circle-open-dot", "size": 11, "color": ROLES["missing"].color},
            hovertemplate=word,
            meta={"role": "missing", "decoration": True},
        )


def _stand_in(points: Sequence[RunPoint], at: int) -> float:
    own = points[at].target or points[at].baseline
    near = [
        p.actual for p in (*points[max(0, at - 1) : at], *points[at + 1 : at + 2]) if p.actual is not None
    ]
    return float(own if own is not None else sum(near, Decimal(0)) / len(near) if near else 0)


def _saving_areas(points: Sequence[RunPoint]) -> Iterator[Any]:
    for role in ("verified", "claimed"):
        for part in _stretches(points, role):
            forward = [number(p.baseline) for p in part]
            back = [number(p.actual) for p in reversed(part)]
            yield go.Scatter(
                x=[p.label for p in part] + [p.label for p in reversed(part)],
                y=forward + back,
                mode="lines",
                line={"width": 0},
                fill="toself",
                fillcolor=faded(LIGHT.accent, 0.22 if role == "verified" else 0.08),
                fillpattern=None
                if role == "verified"
                else {**hatching(), "bgcolor": faded(LIGHT.surface, 0)},
                hoverinfo="skip",
                showlegend=False,
                meta={"role": role, "decoration": True},
            )


def _stretches(points: Sequence[RunPoint], state: str) -> Iterator[list[RunPoint]]:
    part: list[RunPoint] = []
    for n, point in enumerate(points):
        drawable = point.actual is not None and point.baseline is not None
        if drawable and point.state == state:
            before = points[n - 1] if n else None
            joins = state == "claimed" and not part and before is not None and before.state == "verified"
            if joins and before is not None and before.actual is not None and before.baseline is not None:
                part.append(before)
            part.append(point)
            continue
        if len(part) > 1:
            yield part
        part = []
    if len(part) > 1:
        yield part


def _bounds(points: Sequence[RunPoint], from_zero: bool) -> tuple[float, float]:
    known = [float(v) for p in points for v in (p.actual, p.baseline, p.target) if v is not None] or [0.0]
    low, high = (min(0.0, *known) if from_zero else min(known)), max(known)
    room = (high - low) * 0.08 or abs(high) * 0.08 or 1.0
    return (low if from_zero and low == 0 else low - room), high + room


def _end_labels(points: Sequence[RunPoint], frame: Frame, from_zero: bool) -> list[dict[str, Any]]:
    low, high = _bounds(points, from_zero)
    ends = []
    for name, role in (
        (msg("Adjusted baseline"), "baseline"),
        (msg("Target"), "target"),
        (msg("Actual"), "actual"),
    ):
        last = next((p for p in reversed(points) if getattr(p, role) is not None), None)
        if last is not None:
            ends.append((float(getattr(last, role)), frame.say(name), ROLES[role].color))
    labels, previous = [], float("inf")
    for value, text, color in sorted(ends, reverse=True):
        pixels = (value - low) / (high - low) * (HEIGHT - 70)
        shown = min(pixels, previous - 16)
        previous = shown
        labels.append(
            {
                "x": 1,
                "xref": "paper",
                "xanchor": "left",
                "xshift": 6,
                "y": value,
                "yshift": round(shown - pixels, 1),
                "text": text,
                "showarrow": False,
                "font": {"color": color},
            }
        )
    return labels


def time_layout(labels: list[str], frame: Frame, bounds: tuple[float, float] | None = None) -> dict[str, Any]:
    """The axes of a chart over time: periods as categories, from zero unless bounds are given."""
    return {
        "height": HEIGHT,
        "hovermode": "x unified",
        "xaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": labels,
            **frame.ticks(sparse(labels, 13 if max(map(len, labels), default=0) < 6 else 8)),
            "tickangle": 0,
        },
        "legend": {"traceorder": "normal"},
        "yaxis": {"rangemode": "normal" if bounds else "tozero", "range": bounds, "tickformat": TICKS},
    }


def narrow_time(labels: list[str], frame: Frame) -> dict[str, Any]:
    """What a narrow screen changes: fewer labels."""
    return {
        "height": NARROW_HEIGHT,
        "margin": {"l": 44, "r": 8, "t": 14, "b": 28},
        "xaxis": frame.ticks(sparse(labels, 4)),
        "legend": {"traceorder": "normal"},
        "yaxis": {"nticks": 4},
    }


def cumulative_chart(points: Sequence[CumulativePoint], frame: Frame, *, role: str = "verified") -> Chart:
    """Savings adding up over a season: verified as a solid area, claimed as a hatched one on top of it.

    Both are in the colour of `role`, the metric's own.
    Where nothing is claimed, or the reader may not know of it, the table has no column of claims either.
    """
    labels, say = unique([point.label for point in points]), frame.say
    verified = list(accumulate((p.verified for p in points), initial=Decimal(0)))[1:]
    claimed = list(accumulate((p.claimed for p in points), initial=Decimal(0)))[1:]
    series = [("verified", _STATES["verified"], verified), ("claimed", _STATES["claimed"], claimed)]
    series = series if any(claimed) else series[:1]
    titles = {"verified": msg("Verified, cumulative"), "claimed": msg("Claimed, cumulative")}
    color = ROLES[role].color
    hatched = {**hatching(color), "bgcolor": faded(LIGHT.surface, 0)}
    traces = [
        go.Scatter(
            x=labels,
            y=numbers(values),
            name=say(name),
            stackgroup="savings",
            mode="lines",
            line={"color": color, "width": 2.5 if state == "verified" else 1.25, "dash": "solid"},
            fillcolor=faded(color, 0.22 if state == "verified" else 0.04),
            fillpattern=None if state == "verified" else hatched,
            hovertemplate=hover(frame.unit),
            meta={"role": state},
        )
        for state, name, values in series
    ]
    table = ChartTable(
        (
            Column(say(msg("Statistical period")), num=False, period=True),
            *(Column(frame.unit_label(say(titles[state]))) for state, _, _ in series),
        ),
        tuple(zip(labels, *(values for _, _, values in series), strict=True)),
    )
    layout = time_layout(labels, frame)
    if verified and min(verified) >= 0 and max(verified) > 0:
        top = float(max(v + c for v, c in zip(verified, claimed, strict=True)))
        layout["annotations"] = [_reached(labels[-1], verified[-1], color, frame)]
        layout["yaxis"] = layout["yaxis"] | {"range": [0, top * 1.18]}
    return build(frame, traces, layout, table, narrow=narrow_time(labels, frame))


def _reached(label: str, value: Decimal, color: str, frame: Frame) -> dict[str, Any]:
    """The number at the end of what adds up."""
    return {
        "x": label,
        "y": float(value),
        "text": f"<b>{frame.short(value)}</b>",
        "xanchor": "right",
        "yanchor": "bottom",
        "yshift": 4,
        "showarrow": False,
        "font": {"color": color},
    }
