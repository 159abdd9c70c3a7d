"""A tool's answer and facts as finished text and cells for its chart."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from cp_circles.calc.exact import plain
from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools.base import Result
from cp_circles.charts.frame import Cell, ChartTable, Column, Frame, Say
from cp_circles.errors import msg


def told(reason: Reason, say: Say) -> str:
    """A reason in the reader's language, its numbers written plainly."""
    values = {name: written(value, say) for name, value in reason.values.items()}
    return say(reason.msgid, **values) if values else say(reason.msgid)


def written(value: Any, say: Say) -> str:
    """A value of a reason as text; a text that is itself a message is translated."""
    if isinstance(value, Decimal):
        return figure(value)
    if isinstance(value, date):
        return value.isoformat()
    return said(str(value), say)


def figure(value: Decimal) -> str:
    """A number with all its digits; a power of ten where it is very small."""
    tiny = bool(value) and abs(value) < Decimal("0.000001")
    return f"{value:.2e}" if tiny else plain(value, 8)


def said(text: str, say: Say) -> str:
    """A stored text that may be one of our own msgids (the name of a bone); an empty one stays empty."""
    return say(text) if text else ""


def fact_table(result: Result, say: Say) -> ChartTable:
    """The facts of a result as a table of label and value."""
    rows: list[tuple[Cell, ...]] = []
    for fact in result.facts:
        value = figure(fact.value) if isinstance(fact.value, Decimal) else fact.value
        shown = None if value is None else f"{value} {fact.unit}".strip()
        rows.append((said(fact.label, say), shown))
    return ChartTable((Column(say(msg("Figure")), num=False), Column(say(msg("Value")))), tuple(rows))


def captioned(frame: Frame, result: Result) -> Frame:
    """The frame with the answer as alternative text where none is given."""
    return frame if frame.text else replace(frame, text=told(result.answer, frame.say))
