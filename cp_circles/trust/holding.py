"""Whether published heads and handed-in sheets still are what the chains say."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.judging.chain import PLATFORM, PUBLISHES_HEAD, sha256_of
from cp_circles.judging.models import Round, ScoreSheet
from cp_circles.trust.export import sheet_contents

PUBLISHING = ("judging.publish_standing", "judging.finish_round", "judging.hold_list", "judging.lift_hold")
TAKES_BACK = ("judging.reopen_sheet", "judging.abstain", "judging.recuse")


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


def heads_missing(session: Session) -> Iterator[str]:
    """The chains whose last link that was to publish a head stands behind no published head."""
    due = session.execute(
        sa.select(Event.chain, sa.func.max(Event.position))
        .where(Event.verb.in_(PUBLISHING), Event.chain.is_not(None))
        .group_by(Event.chain)
    )
    covered: dict[str, int] = {}
    for after in session.scalars(
        sa.select(Event.after).where(Event.chain == PLATFORM, Event.verb == PUBLISHES_HEAD)
    ):
        name, position = str((after or {}).get("chain")), int((after or {}).get("position") or 0)
        covered[name] = max(position, covered.get(name, 0))
    yield from (str(name) for name, position in due if covered.get(str(name), 0) < (position or 0))


def sheets_apart(session: Session) -> Iterator[int]:
    """The ids of sheets that are not as the links say.

    Handed-in ones whose points are not those of their hash, or whose hash no link carries; and those that
    were handed in by their last link and are gone, open or put aside.
    """
    for round_id in session.scalars(sa.select(Round.id).order_by(Round.id)):
        linked = _linked_hashes(session, f"round:{round_id}")
        for row in sheet_contents(session, round_id):
            known = linked.pop(int(row["sheet"]), None)
            if sha256_of(row["content"]) != row["sha256"] or row["sha256"] != known:
                yield int(row["sheet"])
        yield from sorted(linked)


def _linked_hashes(session: Session, chain: str) -> dict[int, str]:
    """sheet -> the hash with which it was handed in, unless a later link opened it or put it aside."""
    rows = session.execute(
        sa.select(Event.subject_id, Event.verb, Event.after)
        .where(Event.chain == chain, Event.subject_kind == ScoreSheet.__tablename__)
        .order_by(Event.position)
    )
    found: dict[int, str] = {}
    for sheet_id, verb, after in rows:
        if verb in TAKES_BACK:
            found.pop(sheet_id, None)
        elif (after or {}).get("sha256"):
            found[sheet_id] = str(after["sha256"])
    return found
