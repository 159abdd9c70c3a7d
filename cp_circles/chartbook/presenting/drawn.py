"""What every chart of the book shares: its frame, its scale, and the sentence that says what it counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from flask_babel import gettext as _

from cp_circles import charts
from cp_circles.charts.frame import Frame
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.presenting import sheets
from cp_circles.leaderboards.presenting.amounts import Scale, metric_scale
from cp_circles.leaderboards.queries import Month
from cp_circles.ledger.models import Basis
from cp_circles.web.formats import datetime_text, month_name, period_text
from cp_circles.web.session import now, today

Csv = Callable[[str], str | None]
At = tuple[int, int]


@dataclass(frozen=True)
class Drawn:
    """A chart with the sentence under it; `wide` takes the whole width of the page."""

    chart: charts.Chart
    note: str
    wide: bool = False


def settled(asked: Asked) -> Asked:
    """The question as charts take it: totals of what is verified, or lives on; never what is only claimed."""
    return replace(asked, basis=Basis.VERIFIED, per="total")


def scale_of(asked: Asked) -> Scale:
    """The unit in which the metric's totals are written."""
    return metric_scale(asked.metric, asked.currency)


def source_line(asked: Asked, what: str) -> str:
    """The line under a picture of this question, with the minute in which it was drawn."""
    return sheets.source_line(asked, what, datetime_text(now()))


def frame_of(
    asked: Asked, key: str, title: str, csv: Csv, *, unit: str = "", places: int = 2, source: str = ""
) -> Frame:
    """The frame of a chart of this question."""
    return Frame(
        key=key,
        title=title,
        unit=unit,
        text=title,
        source=source_line(asked, source or _("verified savings only")),
        say=_,
        csv_url=csv(key),
        places=places,
        period=period_text,
    )


def frame_in(asked: Asked, key: str, title: str, csv: Csv, scale: Scale) -> Frame:
    """The frame of a chart in the metric's own unit."""
    named = _("%(title)s (%(unit)s)", title=title, unit=scale.unit)
    frame = frame_of(asked, key, named, csv, unit=scale.unit, places=scale.decimals)
    return replace(frame, fixed=True)


def month_names() -> list[str]:
    """The twelve short names of the months."""
    return [month_name(month) for month in range(1, 13)]


def month_label(at: At) -> str:
    """A month as files write it; the axis says it in the reader's words."""
    return f"{at[0]}-{at[1]:02d}"


def following(at: At) -> At:
    """The month after."""
    return (at[0] + at[1] // 12, at[1] % 12 + 1)


def months_shown(found: Sequence[At], seasons: Sequence[int]) -> list[At]:
    """The months of a chart without gaps: one season whole, several from the first to the last month found.

    A season that was verified late goes on until its last month.
    """
    if len(seasons) == 1:
        first, last = (seasons[0], 1), max((seasons[0], 12), *found, (seasons[0], 12))
    elif found:
        first, last = min(found), max(found)
    else:
        return []
    months, at = [], first
    while at <= last:
        months.append(at)
        at = following(at)
    return months


def is_ahead(at: At) -> bool:
    """True for a month that has not begun."""
    return at > (today().year, today().month)


def as_months(rows: Sequence[Month]) -> dict[At, Decimal]:
    """What was verified by month."""
    return {(row.year, row.month): row.verified for row in rows}
