"""The history of a round in words: places say whose they are, moved phases from when to when."""

from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.db.events import events_of
from cp_circles.db.models import Event
from cp_circles.judging.models import Round
from cp_circles.judging.presenting.amended import differences
from cp_circles.judging.presenting.names import track_name
from cp_circles.judging.queries import ladder
from cp_circles.rulesets.schema import RoundRule
from cp_circles.web.history import Line, history_lines
from cp_circles.web.i18n import label

MOVED = "judging.move_phase"


def round_history(session: Session, round_: Round, rule: RoundRule) -> list[Line]:
    """The history of a round, newest first: four statements."""
    events = list(events_of(session, round_))
    units = {event.id: unit for event in events if (unit := _unit_of(event)) is not None}
    names = ladder.unit_names(session, list(units.values()))
    return [
        _of_unit(line, label(names.get(units[event.id])), (event.after or {}).get("track"))
        if event.id in units
        else replace(line, changes=list(differences(event, rule)) if event.verb == MOVED else line.changes)
        for event, line in zip(events, history_lines(session, events), strict=True)
    ]


def _unit_of(event: Event) -> ladder.Unit | None:
    """The recommending unit that an event is about."""
    found = (event.after or {}).get("unit")
    return ladder.Unit(*found) if isinstance(found, list) and len(found) == 2 else None


def _of_unit(line: Line, unit: str, track: str | None) -> Line:
    whose = _(", ").join(part for part in (unit, track_name(track) if track else "") if part)
    return replace(line, changes=[(f"{name} · {whose}", old, new) for name, old, new in line.changes])
