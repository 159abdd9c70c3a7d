"""Judging events in a hash chain of their own for each round, and the head put into the platform's chain.

An event's hash covers its ids, values, place in the chain and the hash before it, as canonical JSON; no name
stands in it, so that erasing a person leaves every chain intact.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.db.events import Acting, record_event
from cp_circles.db.models import Event
from cp_circles.judging.models import Round

PLATFORM = "platform"
START = "0" * 64


@dataclass(frozen=True)
class ChainReport:
    """What a check of a chain found: how many links hold, the head, and where it first breaks."""

    chain: str
    length: int
    head: str
    broken_at: int | None = None

    @property
    def is_whole(self) -> bool:
        """True if every link holds."""
        return self.broken_at is None


def chain_of(round_: Round) -> str:
    """The name of a round's chain."""
    return f"round:{round_.id}"


def canonical(content: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, Chinese as it is."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_of(content: Any) -> str:
    """The SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def link_hash(event: Event) -> str:
    """The hash that a chained event must carry."""
    return sha256_of(
        {
            "chain": event.chain,
            "position": event.position,
            "previous": event.previous_hash,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": event.actor_id,
            "verb": event.verb,
            "subject": [event.subject_kind, event.subject_id],
            "company": event.company_id,
            "reason": hashlib.sha256(event.reason.encode()).hexdigest() if event.reason else "",
            "before": event.before,
            "after": event.after,
        }
    )


def record_chained_event(
    session: Session,
    *,
    chain: str,
    actor: Acting,
    verb: str,
    subject: Any,
    at: datetime,
    company_id: int | None = None,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Event:
    """Write one event as the next link of a chain; writers of the same chain follow one another."""
    take_turns(session, f"chain:{chain}")
    last = _last(session, chain)
    event = record_event(
        session,
        actor=actor,
        verb=verb,
        subject=subject,
        at=at,
        company_id=company_id,
        reason=reason,
        before=before,
        after=after,
    )
    event.chain = chain
    event.position = 1 if last is None else (last.position or 0) + 1
    event.previous_hash = START if last is None else last.hash
    event.hash = link_hash(event)
    session.flush()
    return event


def record_round_event(session: Session, *, round_: Round, **fields: Any) -> Event:
    """Write one event of a round into the round's own chain."""
    return record_chained_event(
        session, chain=chain_of(round_), company_id=fields.pop("company_id", round_.company_id), **fields
    )


def put_head_in_platform_chain(session: Session, *, actor: Acting, round_: Round, now: datetime) -> Event:
    """Publish the head of a round's chain in the platform's chain."""
    last = _last(session, chain_of(round_))
    after = {"chain": chain_of(round_), "position": last.position, "hash": last.hash} if last else {}
    return record_chained_event(
        session,
        chain=PLATFORM,
        actor=actor,
        verb="judging.publish_chain_head",
        subject=round_,
        at=now,
        after=after,
    )


def verify_chain(session: Session, chain: str) -> ChainReport:
    """Go through a chain and compute every hash again."""
    events = session.scalars(sa.select(Event).where(Event.chain == chain).order_by(Event.position)).all()
    previous = START
    for place, event in enumerate(events, start=1):
        if event.position != place or event.previous_hash != previous or event.hash != link_hash(event):
            return ChainReport(chain, place - 1, previous, broken_at=place)
        previous = str(event.hash)
    return ChainReport(chain, len(events), previous)


def _last(session: Session, chain: str) -> Event | None:
    return session.scalar(
        sa.select(Event).where(Event.chain == chain).order_by(Event.position.desc()).limit(1)
    )
