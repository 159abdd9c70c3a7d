"""Objections, as the organiser and the filer ask for them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.errors import NotFound
from cp_circles.judging.models import Entry, Objection
from cp_circles.judging.queries import rounds
from cp_circles.judging.queries.entries import EAGER

ENTRY = joinedload(Objection.entry)


def objections_of(session: Session, round_id: int) -> Sequence[Objection]:
    """The objections of a round, newest first."""
    return session.scalars(
        sa.select(Objection)
        .options(ENTRY.options(*EAGER))
        .where(Objection.round_id == round_id)
        .order_by(Objection.filed_at.desc(), Objection.id.desc())
    ).all()


def objection_by_id(session: Session, objection_id: int) -> Objection:
    """The objection with entry and round; NotFound if there is none."""
    return _one(session, Objection.id == objection_id)


def objection_by_key(session: Session, key: str) -> Objection:
    """The objection behind its filer's address; NotFound if there is none."""
    return _one(session, Objection.key == key)


def objections_filed_by(session: Session, person_id: int) -> Sequence[Objection]:
    """A person's own objections, newest first."""
    return session.scalars(
        sa.select(Objection)
        .options(ENTRY.options(*EAGER), joinedload(Objection.round_))
        .where(Objection.filer_id == person_id)
        .order_by(Objection.filed_at.desc(), Objection.id.desc())
    ).all()


def _one(session: Session, condition: sa.ColumnElement[bool]) -> Objection:
    found = session.scalar(
        sa.select(Objection)
        .options(
            ENTRY.options(*EAGER, joinedload(Entry.round_)),
            joinedload(Objection.round_).options(*rounds.EAGER),
        )
        .where(condition)
    )
    if found is None:
        raise NotFound
    return found
