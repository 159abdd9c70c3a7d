"""What every chart is made of: the figure, the exact table of the same numbers, title and source.

The figure is {"data", "layout", "narrow"}: plain JSON in the light palette. `layout.meta.narrow` is
merged over the layout on narrow screens and `narrow.data`, where present, replaces the traces. A diagram
whose words are folded to boxes says in `layout.meta.plane` how many pixels wide it is: on fewer it shrinks
as a whole. Every trace names its role in `meta.role`.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import plotly.graph_objects as go

from cp_circles.calc.cells import harmless
from cp_circles.calc.exact import plain, round_half_up

Say = Callable[..., str]
Cell = str | int | Decimal | date | None
NUMBER = ",.6~f"
TICKS = ",~f"


Period = Callable[[str, bool], str]


def as_given(period: str, with_year: bool) -> str:
    """A period as its label has it: what a chart writes when the reader's words are not handed in."""
    return period


def english(msgid: str, **values: Any) -> str:
    """The message itself: what a chart says when no translation is handed in."""
    return msgid % values if values else msgid


@dataclass(frozen=True)
class Column:
    """A column of a chart's table; `num` aligns right, `period` holds periods."""

    label: str
    num: bool = True
    period: bool = False


@dataclass(frozen=True)
class ChartTable:
    """The exact numbers of a figure; the first column names the row.

    `day` and `period` write a date and a period in the reader's language, files keep them as they are;
    `places` is how many decimals an amount shows at least.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    day: Callable[[date], str] = date.isoformat
    places: int = 0
    period: Period = as_given

    @property
    def text_rows(self) -> list[list[str | None]]:
        """The rows as finished text, thousands separated; None where there is no value."""
        return [
            [self._text(cell, column) for cell, column in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]

    def _text(self, cell: Cell, column: Column) -> str | None:
        if isinstance(cell, str) and column.period:
            return self.period(cell, True)
        if cell is None or isinstance(cell, str):
            return cell
        if isinstance(cell, date):
            return self.day(cell)
        if isinstance(cell, Decimal) and cell == round(cell, self.places):
            return fixed(cell, self.places)
        return plain(cell)

    def csv(self) -> str:
        """The table as CSV with exact unformatted numbers; a text that could start a formula is quoted."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([_safe(column.label) for column in self.columns])
        writer.writerows([["" if cell is None else _safe(cell) for cell in row] for row in self.rows])
        return out.getvalue()


def fixed(value: Decimal, places: int) -> str:
    """A number with exactly so many decimals, thousands separated."""
    return f"{round_half_up(value, places):,.{places}f}"


def _safe(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, date):
        return cell.isoformat()
    return str(harmless(cell))


@dataclass(frozen=True)
class Chart:
    """A chart as the page's frame takes it; `text` is the alternative text, `key` its place on the page."""

    key: str
    title: str
    text: str
    figure: Mapping[str, Any]
    table: ChartTable
    source: str = ""
    csv_url: str | None = None

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The table's columns as the template takes them."""
        return [{"label": column.label, "num": column.num} for column in self.table.columns]

    @cached_property
    def rows(self) -> list[list[str | None]]:
        """The table's rows as finished text."""
        return self.table.text_rows


@dataclass(frozen=True)
class Frame:
    """What the caller gives to every chart: finished title and texts, unit, source and translator.

    `places` is how many decimals the drawing shows at most; `fixed` ones are always written, as in tables.
    `period` writes a period in the reader's language, with its year or without.
    """

    key: str
    title: str
    unit: str = ""
    source: str = ""
    text: str = ""
    say: Say = english
    csv_url: str | None = None
    places: int = 6
    fixed: bool = False
    period: Period = as_given

    @property
    def number_format(self) -> str:
        """How the drawing writes numbers: at most `places` decimals; the table stays exact."""
        return f",.{self.places}{'' if self.fixed else '~'}f"

    def short(self, value: Decimal, most: int | None = None) -> str:
        """A number as the drawing writes it; with no more than `most` decimals where room is scarce."""
        places = self.places if most is None else min(most, self.places)
        return fixed(value, places) if self.fixed else plain(value, places)

    def ticks(self, periods: Sequence[str]) -> dict[str, list[str]]:
        """Plotly's ticks at these periods: the year stands at the first, and where it changes."""
        years = ["", *(period[:4] for period in periods)]
        texts = [self.period(at, at[:4] != year) for at, year in zip(periods, years, strict=False)]
        return {"tickvals": list(periods)} | ({"ticktext": texts} if texts != list(periods) else {})

    def unit_label(self, label: str) -> str:
        """A column label with the unit behind it."""
        return self.say("%(label)s (%(unit)s)", label=label, unit=self.unit) if self.unit else label


def build(
    frame: Frame,
    traces: Sequence[Any],
    layout: Mapping[str, Any],
    table: ChartTable,
    *,
    narrow: Mapping[str, Any],
    narrow_traces: Sequence[Any] = (),
) -> Chart:
    """Validate traces and layout with Plotly and put the chart together; floats appear only in here.

    No `go.Figure` is made: it would validate the theme's template anew for each chart, and the page has it.
    """
    table = replace(table, period=frame.period, places=frame.places if frame.fixed else table.places)
    full = {"margin": {"l": 52, "r": 8, "t": 14, "b": 28}, **layout}
    go.Layout(dict(narrow))
    full["meta"] = {**layout.get("meta", {}), "narrow": dict(narrow)}
    figure: dict[str, Any] = {"data": _drawn(traces), "layout": go.Layout(full).to_plotly_json()}
    if narrow_traces:
        figure["narrow"] = {"data": _drawn(narrow_traces)}
    return Chart(
        frame.key, frame.title, frame.text or frame.title, figure, table, frame.source, frame.csv_url
    )


def _drawn(traces: Sequence[Any]) -> list[dict[str, Any]]:
    return [trace.to_plotly_json() for trace in traces]


def number(value: Decimal | int | None) -> float | None:
    """A number for a figure."""
    return None if value is None else float(value)


def numbers(values: Sequence[Decimal | int | None]) -> list[float | None]:
    """Numbers for a figure."""
    return [number(value) for value in values]


def hover(unit: str, value: str = "%{y:" + NUMBER + "}") -> str:
    """A hover line: the value with its unit, the trace's name beside it."""
    return f"{value} {unit}".rstrip()


def unique(labels: Sequence[str]) -> list[str]:
    """The labels, refused with ValueError where two are equal (they would fall on one category)."""
    if len(set(labels)) < len(labels):
        raise ValueError("two points of a chart have one label")
    return list(labels)


def unmarked(text: str) -> str:
    """A name as a drawing may hold it: nothing in it begins markup, a link above all."""
    return text.replace("<", "‹")


def sparse(labels: Sequence[str], count: int) -> list[str]:
    """At most `count` labels evenly spread, the last one always among them."""
    if len(labels) <= count:
        return list(labels)
    step = -(-len(labels) // count)
    return [label for n, label in enumerate(labels) if (len(labels) - 1 - n) % step == 0]


def wrapped(label: str, width: int) -> str:
    """A label in lines of at most `width` characters (Chinese) or at its spaces; Latin words stay whole."""
    if " " in label or label.isascii():
        return "<br>".join(label.split(" "))
    return "<br>".join(label[n : n + width] for n in range(0, len(label), width))
