"""The changes of a round since its rule was announced, as its chain keeps them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.judging.models import Round

AMENDING = ("judging.edit_round", "judging.move_phase")


def amendments_of(session: Session, round_: Round) -> Sequence[Event]:
    """The events that changed an announced round, newest first; none before the announcement."""
    if round_.announced_at is None:
        return []
    return session.scalars(
        sa.select(Event)
        .where(
            Event.subject_kind == Round.__tablename__,
            Event.subject_id == round_.id,
            Event.verb.in_(AMENDING),
            Event.at >= round_.announced_at,
        )
        .order_by(Event.id.desc())
    ).all()
