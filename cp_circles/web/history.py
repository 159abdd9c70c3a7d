"""The history of a record in words: who did what, when, why, and what changed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.db.events import events_of
from cp_circles.db.models import Event
from cp_circles.people.models import Person
from cp_circles.web.acts import ACTS, FIELDS, FIELDS_OF, WORDS
from cp_circles.web.formats import date_text, datetime_text, number

MOST_LETTERS = 40
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
AMOUNT = re.compile(r"-?\d+\.\d+")
PLACES = 3


@dataclass(frozen=True)
class Line:
    """One act as the history macro shows it."""

    at: str
    who: str
    what: str
    why: str | None
    changes: list[tuple[str, str | None, str]]


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


def _changes(event: Event) -> list[tuple[str, str | None, str]]:
    """Fields whose value differs between before and after; what was not there before has no before."""
    before, after = event.before or {}, event.after or {}
    fields = FIELDS_OF.get(event.verb, FIELDS)
    return [
        (_(fields[name]), _short(before[name]) if name in before else None, _short(after.get(name)))
        for name in sorted({*before, *after}, key=str)
        if name in fields and before.get(name) != after.get(name)
    ]


def _short(value: Any) -> str:
    """A stored value as short text: a list as its length, days and amounts as the reader writes them."""
    if isinstance(value, list):
        return number(len(value))
    text = "–" if value is None else str(value)
    if text in WORDS:
        return _(WORDS[text])
    if DAY.fullmatch(text):
        return date_text(date.fromisoformat(text))
    if AMOUNT.fullmatch(text):
        return number(text, PLACES)
    return text if len(text) <= MOST_LETTERS else text[:MOST_LETTERS] + "…"
