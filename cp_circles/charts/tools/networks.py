"""Drawings of networks: the interrelation diagram and the arrow diagram; and the bars of a Gantt chart."""

from datetime import date, timedelta
from math import cos, hypot, pi, sin

import plotly.graph_objects as go

from cp_circles.calc.exact import plain
from cp_circles.calc.tools.base import Result
from cp_circles.calc.tools.relations import RelationInputs, RelationResult
from cp_circles.calc.tools.schedule import Activity, ArrowInputs, ArrowResult, GanttInputs, GanttRow
from cp_circles.charts.diagram import SMALL, Sheet, box_height, fold, painted
from cp_circles.charts.frame import Chart, ChartTable, Column, Frame, Say, build, unique
from cp_circles.charts.theme import LIGHT, bar_style
from cp_circles.errors import msg

Place = tuple[float, float, float, float]


def relations(inputs: RelationInputs, result: RelationResult, frame: Frame) -> Chart:
    """Factors in a ring with arrows from cause to effect, counted in each box; key causes are filled."""
    say = frame.say
    names = {factor.key: factor.text for factor in inputs.factors}

    def counted(key: str) -> str:
        mark = "★ " if key in result.key_causes else ""
        counts = say(msg("in %(into)s, out %(out)s"), into=result.into[key], out=result.out[key])
        return f"{mark}{names[key]}\n{counts}"

    def paint(sheet: Sheet) -> None:
        wide = 104.0 if sheet.narrow else 170.0
        size = SMALL if sheet.narrow else 12
        count = len(names)
        sheet.height = max(340, 62 * count) if sheet.narrow else max(360, 52 * count)
        centres: dict[str, Place] = {}
        for at, key in enumerate(names):
            angle = 2 * pi * at / count - pi / 2
            x = sheet.width / 2 + _aside((sheet.width / 2 - wide / 2 - 4) * cos(angle), wide)
            y = sheet.height / 2 + (sheet.height / 2 - 44) * sin(angle)
            centres[key] = (x, y, wide, box_height(counted(key), wide, lines=4, size=size))
        for arrow in inputs.arrows:
            leads = arrow.cause in result.key_causes
            color = LIGHT.accent if leads else LIGHT.axis
            sheet.arrow(
                *_between(centres[arrow.cause], centres[arrow.effect]),
                width=2 if leads else 1.25,
                color=color,
            )
        for key, (x, y, w, h) in centres.items():
            kind = "key" if key in result.key_causes else "good" if key in result.key_effects else "plain"
            sheet.box(x - w / 2, y - h / 2, w, counted(key), kind, lines=4, size=size)

    table = ChartTable(
        (
            Column(say(msg("Influencing factor")), num=False),
            Column(say(msg("Arrows in"))),
            Column(say(msg("Arrows out"))),
            Column(say(msg("Leads to")), num=False),
        ),
        tuple(
            (
                names[key],
                result.into[key],
                result.out[key],
                "；".join(names[a.effect] for a in inputs.arrows if a.cause == key) or None,
            )
            for key in names
        ),
    )
    return painted(frame, paint, table)


def _aside(x: float, wide: float) -> float:
    """Keeps a pair of boxes left and right of the middle from touching each other."""
    return x if abs(x) < 1 else max(abs(x), wide / 2 + 6) * (1 if x > 0 else -1)


def _between(one: Place, other: Place) -> tuple[float, float, float, float]:
    """From edge to edge of two boxes given by centre and size."""
    start, end = _edge(one, other), _edge(other, one)
    return (*start, *end)


def _edge(box: Place, towards: Place) -> tuple[float, float]:
    x, y, w, h = box
    dx, dy = towards[0] - x, towards[1] - y
    if not hypot(dx, dy):
        return x, y
    share = min((w / 2 + 3) / abs(dx) if dx else 9e9, (h / 2 + 3) / abs(dy) if dy else 9e9, 1.0)
    return x + dx * share, y + dy * share


def arrow_diagram(inputs: ArrowInputs, result: ArrowResult, frame: Frame) -> Chart:
    """Activities by layers with times (ES-EF / LS-LF); the critical path is filled and thick."""
    rows = {row.key: row for row in inputs.rows}
    layers: dict[int, list[str]] = {}
    for key in sorted(rows, key=lambda key: key not in result.critical):
        layers.setdefault(result.layers[key], []).append(key)

    def paint(sheet: Sheet) -> None:
        places = _columns(sheet, layers) if not sheet.narrow else _stacked(sheet, layers)
        for row in inputs.rows:
            for before in row.after:
                critical = before in result.critical and row.key in result.critical
                color, width = (LIGHT.accent, 2.5) if critical else (LIGHT.axis, 1.25)
                sheet.arrow(*_between(places[before], places[row.key]), width=width, color=color)
        for key, place in places.items():
            _activity(sheet, rows[key], result, place, frame.say)

    return painted(frame, paint, _arrow_table(inputs, result, frame.say))


BOX = 78.0


def _columns(sheet: Sheet, layers: dict[int, list[str]]) -> dict[str, Place]:
    span = sheet.width / len(layers)
    sheet.height = max(len(keys) for keys in layers.values()) * (BOX + 22) + 8
    width = min(150.0, span - 34)
    return {
        key: (span * (layer + 0.5), 4 + BOX / 2 + (BOX + 22) * lane, width, BOX)
        for layer, keys in layers.items()
        for lane, key in enumerate(keys)
    }


def _stacked(sheet: Sheet, layers: dict[int, list[str]]) -> dict[str, Place]:
    places: dict[str, Place] = {}
    lanes = min(3, max(len(keys) for keys in layers.values()))
    span, y = sheet.width / lanes, 4 + BOX / 2
    for layer in sorted(layers):
        keys = layers[layer]
        for start in range(0, len(keys), lanes):
            for lane, key in enumerate(keys[start : start + lanes]):
                places[key] = (span * (lane + 0.5), y, min(150.0, span - 8), BOX)
            y += BOX + 26
    sheet.height = y - BOX / 2 - 10
    return places


def _activity(sheet: Sheet, row: Activity, result: ArrowResult, place: Place, say: Say) -> None:
    x, y, w, h = place
    times = result.times[row.key]
    critical = row.key in result.critical
    kind = "key" if critical else "plain"
    ink = LIGHT.surface if critical else LIGHT.ink
    sheet.shapes.append(
        {
            "type": "rect",
            "x0": x - w / 2,
            "x1": x + w / 2,
            "y0": y - h / 2,
            "y1": y + h / 2,
            "fillcolor": LIGHT.accent if critical else LIGHT.surface,
            "line": {"color": LIGHT.accent if kind == "key" else LIGHT.axis, "width": 1},
            "layer": "below",
        }
    )
    days = say(msg("%(days)s days"), days=plain(row.days))
    title = fold(f"{'★ ' if critical else ''}{row.text}", w - 8, SMALL, 2)
    early = f"{plain(times.es)}–{plain(times.ef)} | {plain(times.ls)}–{plain(times.lf)}"
    slack = say(msg("slack %(days)s"), days=plain(times.slack))
    sheet.words(
        x, y, [*title, f"{days} · {slack}" if w > 110 else days, early], color=ink, size=SMALL, bold=critical
    )
    sheet.points.append((x, y, f"{row.text} · {days} · {slack} · {early}"))


def _arrow_table(inputs: ArrowInputs, result: ArrowResult, say: Say) -> ChartTable:
    labels = ("ES", "EF", "LS", "LF")
    names = {row.key: row.text for row in inputs.rows}
    return ChartTable(
        (
            Column(say(msg("Activity")), num=False),
            Column(say(msg("After")), num=False),
            Column(say(msg("Duration (days)"))),
            *(Column(label) for label in labels),
            Column(say(msg("Slack (days)"))),
            Column(say(msg("Critical")), num=False),
        ),
        tuple(
            (
                row.text,
                "、".join(names[key] for key in row.after) or None,
                row.days,
                result.times[row.key].es,
                result.times[row.key].ef,
                result.times[row.key].ls,
                result.times[row.key].lf,
                result.times[row.key].slack,
                say(msg("yes")) if row.key in result.critical else None,
            )
            for row in inputs.rows
        ),
    )


def gantt(inputs: GanttInputs, result: Result, frame: Frame) -> Chart:
    """Planned bars hatched, actual bars solid below them; the day looked at is a dotted line."""
    say, rows = frame.say, inputs.rows
    labels = unique([row.label for row in rows])
    traces = [
        _bars(rows, labels, say(msg("As planned")), "claimed", planned=True, as_of=inputs.as_of),
        _bars(rows, labels, say(msg("Actual")), "verified", planned=False, as_of=inputs.as_of),
    ]
    shapes = []
    if inputs.as_of:
        day = inputs.as_of.isoformat()
        line = {"color": LIGHT.target, "width": 1.75, "dash": "1.5px,4px"}
        shapes = [
            {
                "type": "line",
                "xref": "x",
                "yref": "paper",
                "x0": day,
                "x1": day,
                "y0": 0,
                "y1": 1,
                "line": line,
            }
        ]
    above = [
        {
            "x": min(row.starts_on for row in rows).isoformat(),
            "y": label,
            "xanchor": "left",
            "yanchor": "bottom",
            "yshift": 9,
            "showarrow": False,
            "text": label.replace("<", "&lt;"),
        }
        for label, row in zip(labels, rows, strict=True)
    ]
    layout = {
        "height": 46 * len(labels) + 70,
        "barmode": "group",
        "bargap": 0.3,
        "bargroupgap": 0.05,
        "xaxis": {"type": "date", "showgrid": True, "gridcolor": LIGHT.grid, "tickformat": "%m-%d"},
        "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False, "tickvals": labels},
        "shapes": shapes,
        "legend": {"traceorder": "normal"},
        "margin": {"l": 52, "r": 16, "t": 14, "b": 28},
    }
    narrow = {
        "height": 60 * len(labels) + 70,
        "bargap": 0.55,
        "yaxis": {"showticklabels": False},
        "xaxis": {"nticks": 4},
        "annotations": above,
        "margin": {"l": 8, "r": 8, "t": 14, "b": 28},
    }
    titles = (msg("Planned start"), msg("Planned end"), msg("Actual start"), msg("Actual end"))
    table = ChartTable(
        (
            Column(say(msg("Task")), num=False),
            Column(say(msg("Responsible")), num=False),
            *(Column(say(title), num=False) for title in titles),
        ),
        tuple(
            (r.label, r.who or None, *map(_day, (r.starts_on, r.ends_on, r.began_on, r.done_on)))
            for r in rows
        ),
    )
    return build(frame, traces, layout, table, narrow=narrow)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _bars(
    rows: tuple[GanttRow, ...], labels: list[str], name: str, role: str, *, planned: bool, as_of: date | None
) -> go.Bar:
    spans: list[tuple[str, date, date]] = []
    for label, row in zip(labels, rows, strict=True):
        start = row.starts_on if planned else row.began_on
        end = (
            row.ends_on
            if planned
            else row.done_on or (as_of if as_of and start and as_of >= start else start)
        )
        if start and end:
            spans.append((label, start, end))
    return go.Bar(
        y=[label for label, _, _ in spans],
        base=[start.isoformat() for _, start, _ in spans],
        x=[((end - start) / timedelta(milliseconds=1)) + 86_400_000 for _, start, end in spans],
        orientation="h",
        name=name,
        marker=bar_style(role),
        customdata=[f"{start.isoformat()} – {end.isoformat()}" for _, start, end in spans],
        hovertemplate="%{customdata}",
        meta={"role": role},
    )
