"""The history of a record in words: who did what, when, why, and what changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.db.events import events_of
from cp_circles.db.models import Event
from cp_circles.people.models import Person
from cp_circles.web.acts import ACTS, FIELDS
from cp_circles.web.formats import datetime_text

MOST_LETTERS = 40


@dataclass(frozen=True)
class Line:
    """One act as the history macro shows it."""

    at: str
    who: str
    what: str
    why: str | None
    changes: list[tuple[str, str, str]]


def history_of(session: Session, subject: Any) -> list[Line]:
    """The history of one row in words, newest first: two statements."""
    return history_lines(session, events_of(session, subject))


def history_lines(session: Session, events: Iterable[Event]) -> list[Line]:
    """Events in words; names are looked up now, since events hold ids only."""
    found = list(events)
    ids = {event.actor_id for event in found if event.actor_id is not None}
    names = dict(session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids))).all())
    return [
        Line(
            at=datetime_text(event.at),
            who=names.get(event.actor_id, _("A person who has left"))
            if event.actor_id
            else _("The platform"),
            what=act_text(event.verb),
            why=event.reason or None,
            changes=_changes(event),
        )
        for event in found
    ]


def act_text(verb: str) -> str:
    """What was done, in the reader's language."""
    return _(ACTS[verb]) if verb in ACTS else verb


def _changes(event: Event) -> list[tuple[str, str, str]]:
    """Fields whose value differs between before and after."""
    before, after = event.before or {}, event.after or {}
    return [
        (_(FIELDS[name]), _short(before.get(name)), _short(after.get(name)))
        for name in sorted({*before, *after}, key=str)
        if name in FIELDS and before.get(name) != after.get(name)
    ]


def _short(value: Any) -> str:
    """A stored value as short text."""
    text = "–" if value is None else str(value)
    return text if len(text) <= MOST_LETTERS else text[:MOST_LETTERS] + "…"
