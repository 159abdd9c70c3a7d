"""A calendar heat map: one cell a day, weeks side by side, on a narrow screen below each other."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from cp_circles.charts.frame import Chart, ChartTable, Column, Frame, build
from cp_circles.charts.theme import LIGHT, SCALE, SCALE_INK
from cp_circles.errors import msg

CLASSES = len(SCALE)
DAYS = (msg("Mon"), msg("Tue"), msg("Wed"), msg("Thu"), msg("Fri"), msg("Sat"), msg("Sun"))


def calendar_map(
    counts: Mapping[date, int],
    first: date,
    last: date,
    frame: Frame,
    *,
    months: Sequence[str],
    day_text: Callable[[date], str] = date.isoformat,
) -> Chart:
    """How often something happened on each day from `first` to `last`; days outside stay blank.

    `months` are the twelve short names, `day_text` writes a day in the reader's language. Days without an
    event are drawn, in the colour of nothing; the table holds the days with one. ValueError where the days
    run backwards.
    """
    if last < first:
        raise ValueError("a calendar runs forward")
    start = first - timedelta(days=first.weekday())
    weeks = (last - start).days // 7 + 1
    breaks = _breaks([count for count in counts.values() if count])
    grid: list[list[int | None]] = [[None] * weeks for _ in DAYS]
    texts = [[""] * weeks for _ in DAYS]
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        week, weekday = (day - start).days // 7, day.weekday()
        count = counts.get(day, 0)
        grid[weekday][week] = 1 + bisect_right(breaks, count) if count else 0
        texts[weekday][week] = f"{day_text(day)}: {count}"
    names = [frame.say(day) for day in DAYS]
    heads = _month_heads(first, last, start, months)
    marks = _numbers(counts, first, last, start, breaks)
    layout, narrow = _layout(weeks, names, heads, marks)
    table = ChartTable(
        (Column(frame.say(msg("Day")), num=False), Column(frame.unit_label(frame.say(msg("Count"))))),
        tuple((day, count) for day, count in sorted(counts.items()) if count),
        day_text,
    )
    return build(
        frame,
        [_heat(grid, texts)],
        layout,
        table,
        narrow=narrow,
        narrow_traces=[_heat(_turned(grid), _turned(texts))],
    )


def _turned(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(row) for row in zip(*rows, strict=True)]


def _breaks(counts: Sequence[int]) -> list[int]:
    """Four breaks of five classes, as even as whole numbers allow; 1 to 5 where counts are small."""
    top = max(counts, default=0)
    if top <= CLASSES:
        return list(range(2, CLASSES + 1))
    return sorted({max(2, -(-top * n // CLASSES)) for n in range(1, CLASSES)})


def _heat(grid: Sequence[Sequence[Any]], texts: Sequence[Sequence[str]]) -> Any:
    shades = (LIGHT.sunken, *SCALE)
    return go.Heatmap(
        z=grid,
        x=list(range(len(grid[0]))),
        y=list(range(len(grid))),
        zmin=-0.5,
        zmax=len(shades) - 0.5,
        colorscale=[[edge / len(shades), color] for n, color in enumerate(shades) for edge in (n, n + 1)],
        showscale=False,
        xgap=2,
        ygap=2,
        text=texts,
        hovertemplate="%{text}<extra></extra>",
        hoverongaps=False,
        meta={"role": "verified"},
    )


def _month_heads(first: date, last: date, start: date, months: Sequence[str]) -> list[tuple[int, str]]:
    """The week in which each month begins, with its name."""
    heads, day = [], first
    while day <= last:
        heads.append(((day - start).days // 7, months[day.month - 1]))
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return heads


def _numbers(
    counts: Mapping[date, int], first: date, last: date, start: date, breaks: Sequence[int]
) -> list[tuple[int, int, str, str]]:
    """(week, weekday, number, its colour) of every day with an event."""
    return [
        (
            (day - start).days // 7,
            day.weekday(),
            f"{count:,}",
            SCALE_INK[min(bisect_right(breaks, count), CLASSES - 1)],
        )
        for day, count in sorted(counts.items())
        if count and first <= day <= last
    ]


def _layout(
    weeks: int,
    names: list[str],
    heads: Sequence[tuple[int, str]],
    marks: Sequence[tuple[int, int, str, str]],
) -> tuple[dict[str, Any], dict[str, Any]]:
    days = {"tickvals": list(range(len(names))), "ticktext": names}
    begun = {"tickvals": [week for week, _name in heads], "ticktext": [name for _week, name in heads]}
    plain = {"showgrid": False, "showline": False, "zeroline": False, "ticks": "", "fixedrange": True}
    down = {"autorange": "reversed"}
    layout = {
        "height": 7 * 22 + 48,
        "xaxis": {**plain, **begun, "side": "top", "range": [-0.5, weeks - 0.5]},
        "yaxis": {**plain, **days, **down},
        "annotations": [_mark(week, day, text, color) for week, day, text, color in marks],
        "margin": {"l": 40, "r": 4, "t": 30, "b": 4},
    }
    narrow = {
        "height": weeks * 20 + 48,
        "xaxis": {**days, "range": [-0.5, 6.5]},
        "yaxis": {**begun},
        "annotations": [_mark(day, week, text, color) for week, day, text, color in marks],
        "margin": {"l": 48, "r": 4, "t": 30, "b": 4},
    }
    return layout, narrow


def _mark(x: int, y: int, text: str, color: str) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": 10, "color": color}}
