"""A meter's readings as a chart with what looks wrong marked in it."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from cp_circles.charts.frame import Chart, Frame
from cp_circles.charts.readings import ReadingPoint, readings_chart
from cp_circles.metering.models import Meter, ReadingFinding
from cp_circles.metering.queries import findings as found

KIND_NAMES: Mapping[str, str] = {
    "scale": _l("Unit off by a thousand?"),
    "spike": _l("Spike"),
    "zero": _l("Nothing used"),
    "repeated": _l("Same figure repeated"),
    "gap": _l("Gap"),
    "rollover": _l("Turned over?"),
    "reset": _l("Reset or replaced?"),
    "fall": _l("Ran backwards"),
}
MOST = 60


def chart_of(session: Session, meter: Meter, findings: list[ReadingFinding]) -> Chart | None:
    """The newest 60 readings in order, open findings marked; None below two readings."""
    rows = found.newest_in_order(session, meter.id, MOST)
    if len(rows) < 2:
        return None
    marks = {one.reading_id: str(KIND_NAMES[one.kind]) for one in findings if one.is_open}
    points = [
        ReadingPoint(f"{row.ends_on:%Y-%m-%d}", row.quantity, bool(row.estimated_how), marks.get(row.id, ""))
        for row in rows
    ]
    if all(row.starts_on.day == 1 and row.starts_on.month == row.ends_on.month for row in rows):
        points = [
            ReadingPoint(point.label[:7], point.quantity, point.estimated, point.mark) for point in points
        ]
    title = _("Readings of %(meter)s", meter=meter.name)
    return readings_chart(points, Frame(key="readings", title=title, text=title, unit=meter.unit, say=_))
