"""The public variants of lists."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.judging.models import PublicList, Round


def public_list_of(session: Session, round_id: int) -> PublicList | None:
    """What everybody reads of a round, or None before publication."""
    return session.scalar(sa.select(PublicList).where(PublicList.round_id == round_id))


def read_list(session: Session, round_: Round) -> PublicList | None:
    """The list that is public now: that of a published round, or one that is held."""
    found = public_list_of(session, round_.id)
    return found if found and (round_.published_at is not None or found.held_at is not None) else None


def dates_read(session: Session, round_: Round) -> Round | PublicList:
    """The dates that everybody reads: those of a list that is held, else the round's own."""
    return held_lists(session, [round_.id]).get(round_.id, round_)


def held_lists(session: Session, round_ids: Collection[int]) -> dict[int, PublicList]:
    """The lists of these rounds that are held, by round: one statement."""
    held = sa.select(PublicList).where(PublicList.round_id.in_(round_ids), PublicList.held_at.is_not(None))
    return {row.round_id: row for row in session.scalars(held)}


def public_rounds(session: Session, limit: int = 50) -> Sequence[tuple[Round, PublicList]]:
    """The rounds whose lists are public with what is public of them, newest first: one statement."""
    rows = session.execute(
        sa.select(Round, PublicList)
        .join(PublicList, PublicList.round_id == Round.id)
        .options(joinedload(Round.region), joinedload(Round.company), joinedload(Round.season))
        .where(Round.published_at.is_not(None) | PublicList.held_at.is_not(None))
        .order_by(PublicList.published_at.desc(), Round.id.desc())
        .limit(limit)
    )
    return [(round_, shown) for round_, shown in rows]
