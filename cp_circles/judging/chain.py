"""Judging events in a hash chain of their own for each round, and the head put into the platform's chain.

An event's hash covers its ids, values, place in the chain and the hash before it, as canonical JSON; no name
stands in it, so that erasing a person leaves every chain intact. Of persons it holds a mark, a salted hash of
their id that is another one in every chain: an outsider who checks a chain learns nobody's id.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.base import table_of
from cp_circles.db.engine import take_turns
from cp_circles.db.events import Acting, unwritten_event
from cp_circles.db.models import Event
from cp_circles.db.values import values_of
from cp_circles.judging.models import Round
from cp_circles.people.models import Person

PLATFORM = "platform"
START = "0" * 64
PUBLISHES_HEAD = "judging.publish_chain_head"
AT_ONCE = 500
PERSON_KEYS = frozenset({"judge", "person"})


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


def mark_of(chain: str, person_id: int, salt: str) -> str:
    """What stands for a person in a chain: SHA-256 of the person's salt, the chain and the id."""
    return hashlib.sha256(f"{salt}|{chain}|{person_id}".encode()).hexdigest()


def link_content(event: Event) -> dict[str, Any]:
    """What the hash of a chained event covers; links written before marks carry the actor's id."""
    return {
        "chain": event.chain,
        "position": event.position,
        "previous": event.previous_hash,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor_mark or event.actor_id,
        "verb": event.verb,
        "subject": [event.subject_kind, event.subject_id],
        "company": event.company_id,
        "reason": hashlib.sha256(event.reason.encode()).hexdigest() if event.reason else "",
        "before": event.before,
        "after": event.after,
    }


def link_hash(event: Event) -> str:
    """The hash that a chained event must carry."""
    return sha256_of(link_content(event))


LAST_LINK = (
    sa.select(Event.position, Event.hash)
    .where(Event.chain == sa.bindparam("chain"))
    .order_by(Event.position.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Act:
    """What one of several links is about: the record, the company that it concerns, and its values."""

    subject: Any
    company_id: int | None
    after: dict[str, Any]


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
    event = unwritten_event(
        actor=actor,
        verb=verb,
        subject=subject,
        at=at,
        company_id=company_id,
        reason=reason,
        before=before,
        after=after,
    )
    _link(session, chain, [event])
    session.add(event)
    session.flush()
    return event


def record_chained_events(
    session: Session, *, chain: str, actor: Acting, verb: str, acts: Sequence[Act], at: datetime
) -> None:
    """Write events of one kind as the next links of a chain, all in one statement."""
    if not acts:
        return
    events = [
        unwritten_event(
            actor=actor,
            verb=verb,
            subject=act.subject,
            at=at,
            company_id=act.company_id,
            after=act.after,
        )
        for act in acts
    ]
    _link(session, chain, events)
    names = [column.name for column in table_of(Event).c if not column.primary_key]
    rows = [{name: getattr(event, name) for name in names} for event in events]
    session.execute(sa.insert(table_of(Event)), rows)


def _link(session: Session, chain: str, events: Sequence[Event]) -> None:
    """Give events that are not written yet their marks, and their places behind the last link of a chain."""
    for event in events:
        _mark_people(session, chain, event)
    take_turns(session, f"chain:{chain}")
    last = values_of(session, LAST_LINK, {"chain": chain}).first()
    position, previous = (0, START) if last is None else (last.position, last.hash)
    for event in events:
        position += 1
        event.chain, event.position, event.previous_hash = chain, position, previous
        previous = event.hash = link_hash(event)


def record_round_event(session: Session, *, round_: Round, **fields: Any) -> Event:
    """Write one event of a round into the round's own chain."""
    return record_chained_event(
        session, chain=chain_of(round_), company_id=fields.pop("company_id", round_.company_id), **fields
    )


def put_head_in_platform_chain(session: Session, *, actor: Acting, round_: Round, now: datetime) -> Event:
    """Publish the head of a round's chain in the platform's chain."""
    last = last_of(session, chain_of(round_))
    after = {"chain": chain_of(round_), "position": last.position, "hash": last.hash} if last else {}
    return record_chained_event(
        session,
        chain=PLATFORM,
        actor=actor,
        verb=PUBLISHES_HEAD,
        subject=round_,
        at=now,
        after=after,
    )


def published_head(session: Session, round_: Round) -> Event | None:
    """The link of the platform's chain that last published the head of a round's chain."""
    return session.scalar(
        sa.select(Event)
        .where(
            Event.chain == PLATFORM, Event.subject_kind == Round.__tablename__, Event.subject_id == round_.id
        )
        .order_by(Event.position.desc())
        .limit(1)
    )


def verify_chain(session: Session, chain: str) -> ChainReport:
    """Go through a chain and compute every hash again, and every mark whose person still has a salt."""
    previous, length, salts = START, 0, dict[int, str]()
    for events in links_of(session, chain).partitions():
        salts |= _salts(session, {event.actor_id for event in events if event.actor_id} - salts.keys())
        for place, event in enumerate(events, start=length + 1):
            if event.position != place or event.previous_hash != previous or event.hash != link_hash(event):
                return ChainReport(chain, place - 1, previous, broken_at=place)
            if not _is_actor(event, salts):
                return ChainReport(chain, place - 1, previous, broken_at=place)
            previous = str(event.hash)
        length += len(events)
    return ChainReport(chain, length, previous)


def links_of(session: Session, chain: str, *, up_to: int | None = None) -> sa.ScalarResult[Event]:
    """The events of a chain in their order, a portion at a time; all, or those up to a place."""
    wanted = sa.select(Event).where(Event.chain == chain).order_by(Event.position)
    if up_to is not None:
        wanted = wanted.where(Event.position <= up_to)
    return session.scalars(wanted.execution_options(yield_per=AT_ONCE))


def last_of(session: Session, chain: str) -> Event | None:
    """The newest event of a chain."""
    return session.scalar(
        sa.select(Event).where(Event.chain == chain).order_by(Event.position.desc()).limit(1)
    )


def _is_actor(event: Event, salts: Mapping[int, str]) -> bool:
    """False if a link's mark is not that of the person who stands beside it."""
    if event.actor_mark is None:
        return True
    salt = salts.get(event.actor_id or 0)
    return not salt or event.actor_mark == mark_of(str(event.chain), event.actor_id or 0, salt)


def _salts(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(sa.select(Person.id, Person.salt).where(Person.id.in_(person_ids)))
    return {id_: salt for id_, salt in rows}


def _mark_people(session: Session, chain: str, event: Event) -> None:
    """Put the mark of the actor beside a link, and marks in the place of every person's id in its values."""
    named = [event.actor_id, *_people_in(event.before), *_people_in(event.after)]
    people = {id_: session.get(Person, id_) for id_ in named if id_ is not None}
    marks = {id_: mark_of(chain, id_, found.salt if found else "") for id_, found in people.items()}
    event.actor_mark = None if event.actor_id is None else marks[event.actor_id]
    event.before, event.after = _marked(event.before, marks), _marked(event.after, marks)


def _people_in(values: dict[str, Any] | None) -> list[int]:
    found = (value for key, value in (values or {}).items() if key in PERSON_KEYS)
    return [value for value in found if isinstance(value, int)]


def _marked(values: dict[str, Any] | None, marks: Mapping[int, str]) -> dict[str, Any] | None:
    if values is None or not PERSON_KEYS & values.keys():
        return values
    return {
        key: marks[value] if key in PERSON_KEYS and isinstance(value, int) else value
        for key, value in values.items()
    }
