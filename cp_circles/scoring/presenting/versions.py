"""The versions of a score sheet: who locked, reopened or put it aside, when, why, and what stood on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.db.events import events_of
from cp_circles.judging.models import ScoreSheet, SheetState
from cp_circles.rulesets.schema import Rubric
from cp_circles.scoring.services.locking import point_text
from cp_circles.web.formats import datetime_text, number
from cp_circles.web.history import Line, history_lines
from cp_circles.web.i18n import locale_name

GIVEN_BACK = "judging.reopen_sheet"


@dataclass(frozen=True)
class SheetVersions:
    """What was done with a sheet, newest first; its locked versions side by side, the words below.

    `given_back` is False for a sheet that is open past scoring because another judge was asked to read;
    `scans` are the versions that came from paper: number, label.
    """

    count: int
    given_back: bool
    lines: list[Line]
    columns: list[dict[str, Any]]
    rows: list[list[str]]
    comments: list[tuple[str, str, str]]
    scans: list[tuple[int, str]]


def sheet_versions(session: Session, sheet: ScoreSheet, rubric: Rubric) -> SheetVersions | None:
    """The versions of a sheet that was ever locked or set aside, never its draft; None for any other."""
    if sheet.state is SheetState.OPEN and sheet.reopened_at is None:
        return None
    locked = [*sheet.earlier, *_standing(sheet)]
    columns: list[dict[str, Any]] = [{"label": _("Criterion")}, {"label": _("Maximum"), "num": True}]
    columns += [{"label": _label(place), "num": True} for place in range(1, len(locked) + 1)]
    rows = [[_("Time of handing in"), "", *map(_handed_in, locked)]] if locked else []
    scans = [(place, _label(place)) for place, one in enumerate(locked, start=1) if one.get("scan")]
    if scans:
        rows.append([_("From paper"), "", *map(_from_paper, locked)])
    for row in rubric.criteria:
        points = [one["points"].get(row.key, "–") for one in locked]
        rows.append([row.names.in_(locale_name()), number(row.points), *points])
    rows.append([_("Total"), number(rubric.total), *(one["total"] or "–" for one in locked)])
    events = events_of(session, sheet)
    given_back = any(event.verb == GIVEN_BACK for event in events)
    lines = [replace(line, changes=[]) for line in history_lines(session, events)]
    return SheetVersions(len(locked), given_back, lines, columns, rows, _words(rubric, locked), scans)


def _standing(sheet: ScoreSheet) -> list[Mapping[str, Any]]:
    """The version that stands now, where one was handed in."""
    if sheet.sha256 is None:
        return []
    return [
        {
            "handed_in": sheet.submitted_at.isoformat() if sheet.submitted_at else None,
            "total": point_text(sheet.total),
            "points": sheet.points,
            "comments": sheet.comments,
            "comment": sheet.comment,
            "scan": sheet.scan_sha256,
            "agreed": sheet.agreed_at.isoformat() if sheet.agreed_at else None,
        }
    ]


def _label(place: int) -> str:
    return _("Version %(number)s", number=place)


def _handed_in(one: Mapping[str, Any]) -> str:
    return _when(one["handed_in"]) if one["handed_in"] else "–"


def _from_paper(one: Mapping[str, Any]) -> str:
    """Whether a version came from paper, and whether its judge agreed with it."""
    if not one.get("scan"):
        return "–"
    return _("agreed on %(when)s", when=_when(one["agreed"])) if one["agreed"] else _("not agreed")


def _when(text: str) -> str:
    return datetime_text(datetime.fromisoformat(text))


def _words(rubric: Rubric, locked: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """(version, criterion, comment) of every version."""
    found = []
    for place, one in enumerate(locked, start=1):
        named = [(row.names.in_(locale_name()), one["comments"].get(row.key, "")) for row in rubric.criteria]
        named.append((_("Overall comment"), one["comment"]))
        found += [(_label(place), name, text) for name, text in named if text]
    return found
