"""Whether published heads and handed-in sheets still are what the chains say."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.judging.chain import PLATFORM, PUBLISHES_HEAD, sha256_of
from cp_circles.judging.models import ScoreSheet, SheetState
from cp_circles.trust.export import sheet_contents


def heads_apart(session: Session) -> Iterator[tuple[str, int]]:
    """(chain, place) of every published head that is not the hash of its link: two statements."""
    published = session.scalars(
        sa.select(Event).where(Event.chain == PLATFORM, Event.verb == PUBLISHES_HEAD).order_by(Event.position)
    ).all()
    named = [event.after or {} for event in published]
    chains = {str(one.get("chain")) for one in named}
    held = {
        (chain, position): hash_
        for chain, position, hash_ in session.execute(
            sa.select(Event.chain, Event.position, Event.hash).where(Event.chain.in_(chains))
        )
    }
    for one in named:
        place = (str(one.get("chain")), int(one.get("position") or 0))
        if one and held.get(place) != one.get("hash"):
            yield place


def sheets_apart(session: Session) -> Iterator[int]:
    """The ids of handed-in sheets whose points are not those of their hash, or whose hash no link carries."""
    rounds = session.scalars(
        sa.select(ScoreSheet.round_id).where(ScoreSheet.state == SheetState.SUBMITTED).distinct()
    ).all()
    for round_id in sorted(rounds):
        linked = _linked_hashes(session, f"round:{round_id}")
        for row in sheet_contents(session, round_id):
            known = linked.get(int(row["sheet"]))
            if sha256_of(row["content"]) != row["sha256"] or row["sha256"] != known:
                yield int(row["sheet"])


def _linked_hashes(session: Session, chain: str) -> dict[int, str]:
    """sheet -> the hash in the last link about it that carries one."""
    rows = session.execute(
        sa.select(Event.subject_id, Event.after)
        .where(Event.chain == chain, Event.subject_kind == ScoreSheet.__tablename__)
        .order_by(Event.position)
    )
    return {sheet_id: str(after["sha256"]) for sheet_id, after in rows if (after or {}).get("sha256")}
