"""The people of the demo as they may act at a moment, read once between two changes of what anybody holds."""

from bisect import bisect_right
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.people import queries
from cp_circles.people.models import Grant, Person, StandIn
from cp_circles.people.rules import Actor


class Actors:
    """Answers as `people.queries.actor_for` does, from memory while no grant or stand-in begins, ends or changes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[int, int], Actor] = {}
        self._turns: list[datetime] | None = None
        sa.event.listen(session, "before_flush", self._notice)

    def at(self, person_id: int, now: datetime) -> Actor:
        """The person with what they hold at this moment."""
        if self._turns is None:
            self._turns = self._when_something_begins_or_ends()
        key = (person_id, bisect_right(self._turns, now))
        if key not in self._known:
            self._known[key] = queries.actor_for(self._session, person_id, now)
        return self._known[key]

    def _notice(self, session: Session, *_: Any) -> None:
        if any(isinstance(row, Grant | Person | StandIn) for row in (*session.new, *session.dirty)):
            self._known.clear()
            self._turns = None

    def _when_something_begins_or_ends(self) -> list[datetime]:
        moments = sa.union(
            *(sa.select(column) for column in (Grant.since, Grant.until, StandIn.since, StandIn.until))
        )
        return sorted(moment for moment in self._session.scalars(moments) if moment is not None)
