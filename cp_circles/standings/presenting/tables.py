"""A whole list as a table for spreadsheet programs, made while it is sent."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row
from sqlalchemy.orm import Session

from cp_circles.calc.cells import harmless
from cp_circles.db.engine import Sessions
from cp_circles.judging.presenting.lists import decision_badge, fixed_score
from cp_circles.judging.presenting.names import track_name
from cp_circles.web.i18n import locale_name

LINES_AT_ONCE = 500
Lines = Callable[[Session, int], Iterator[Row[Any]]]


def list_table(
    lines: Lines, sessions: Sessions, standing_id: int, *, places: int, finished: bool
) -> Iterator[str]:
    """The lines of a standing as CSV in portions, from a session that stays open while they are sent."""
    words = (_("Track"), _("Place"), _("Entry"), _("Result"), _("Circle"), _("Company"), _("Score"))
    out = io.StringIO("\ufeff", newline="")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out)
    writer.writerow([*words, _("Decision")])
    with sessions.reading() as session:
        for count, line in enumerate(lines(session, standing_id), start=1):
            writer.writerow([harmless(cell) for cell in _cells(line, places, finished)])
            if count % LINES_AT_ONCE == 0:
                yield _taken(out)
        yield _taken(out)


def _cells(line: Row[Any], places: int, finished: bool) -> list[Any]:
    return [
        track_name(line.track_key),
        line.place,
        line.number,
        line.title,
        str((line.circle or {"name": line.circle_name}).get("name") or ""),
        _company(line.company or {"name": line.company_name, "name_en": line.company_name_en}),
        fixed_score(line.score, places),
        decision_badge(line.decision, line.why, finished=finished)[0],
    ]


def _company(frozen: Mapping[str, Any]) -> str:
    english = locale_name().startswith("en") and frozen.get("name_en")
    return str(frozen["name_en"] if english else frozen["name"])


def _taken(out: io.StringIO) -> str:
    """What was written since the last time."""
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
