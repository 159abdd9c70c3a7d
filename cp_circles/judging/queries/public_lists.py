"""The public variants of lists."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.judging.models import Objection, ObjectionState, PublicList, Round, StandingRow

OPEN_OBJECTION = (ObjectionState.FILED, ObjectionState.ADMITTED)


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


def read_rows(session: Session, entry_ids: Sequence[int]) -> dict[int, StandingRow]:
    """Each entry's row in the list that everybody reads now, a held one among them: one statement."""
    rows = session.scalars(
        sa.select(StandingRow)
        .join(PublicList, PublicList.standing_id == StandingRow.standing_id)
        .join(Round, Round.id == PublicList.round_id)
        .where(
            StandingRow.entry_id.in_(list(entry_ids)),
            Round.published_at.is_not(None) | PublicList.held_at.is_not(None),
        )
    )
    return {row.entry_id: row for row in rows}


def public_rounds(
    session: Session, *, number: int = 1, size: int = PAGE_SIZE
) -> Page[tuple[Round, PublicList]]:
    """A page of the rounds whose lists are public with what is public of them, newest first."""
    wanted = (
        sa.select(Round)
        .join(PublicList, PublicList.round_id == Round.id)
        .options(joinedload(Round.region), joinedload(Round.company), joinedload(Round.season))
        .where(Round.published_at.is_not(None) | PublicList.held_at.is_not(None))
        .order_by(PublicList.published_at.desc(), Round.id.desc())
    )
    page = page_of(session, wanted, number=number, size=size)
    lists = sa.select(PublicList).where(PublicList.round_id.in_([row.id for row in page.rows]))
    shown = {row.round_id: row for row in session.scalars(lists)}
    return Page([(row, shown[row.id]) for row in page.rows], page.total, page.number, page.size)


def open_objections(session: Session, round_: Round) -> int:
    """How many objections of a round are not settled."""
    counted = sa.select(sa.func.count(Objection.id)).where(
        Objection.round_id == round_.id, Objection.state.in_(OPEN_OBJECTION)
    )
    return session.scalar(counted) or 0
