"""Whether rounds, lists, lines and certificates still are what the chains say of them."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.awards.models import Award
from cp_circles.awards.services import printed_hash
from cp_circles.db.models import Event
from cp_circles.judging.chain import chain_of, sha256_of
from cp_circles.judging.figures import shown
from cp_circles.judging.models import Entry, PublicList, Round, Standing, StandingRow
from cp_circles.judging.queries import rounds
from cp_circles.judging.queries.public_lists import public_list_of
from cp_circles.standings.plain_rule import plain_rule
from cp_circles.trust.decided import decisions_apart, quotas_apart
from cp_circles.trust.export import facts_in

COMPUTED, FINISHED = "judging.compute_standing", "judging.finish_round"
PUBLISHED, WITHDRAWN = "judging.publish_standing", "judging.withdraw_publication"
HELD, LIFTED = "judging.hold_list", "judging.lift_hold"
GIVEN, REVOKED = "awards.give_award", "awards.revoke_award"
READ = ("standing_id", "published_at", "publicity_ends_at", "finished_at")
MOST = 5


def outcomes_apart(session: Session) -> Iterator[tuple[int, str]]:
    """(round, what) wherever a round, its public list or a line is not as its chain tells it."""
    for round_ in session.scalars(sa.select(Round).order_by(Round.id)):
        links = session.scalars(
            sa.select(Event)
            .where(
                Event.chain == chain_of(round_),
                Event.verb.in_([COMPUTED, FINISHED, PUBLISHED, WITHDRAWN, HELD, LIFTED]),
            )
            .order_by(Event.position)
        ).all()
        found = chain(
            _dates(round_, links),
            _lines(session, round_, links),
            _ground(session, round_, links),
            _public(session, round_, links),
            decisions_apart(session, round_),
            quotas_apart(session, round_),
        )
        yield from ((round_.id, what) for what in found)


def certificates_apart(session: Session) -> Iterator[tuple[str, str]]:
    """(number, what) of certificates that do not give their hash, or that no event gave or revoked."""
    told = session.scalars(sa.select(Event).where(Event.verb.in_([GIVEN, REVOKED])).order_by(Event.id)).all()
    given = {event.subject_id: event.after or {} for event in told if event.verb == GIVEN}
    revoked = {event.subject_id for event in told if event.verb == REVOKED}
    for award in session.scalars(sa.select(Award).order_by(Award.id)):
        event = given.pop(award.id, None)
        if printed_hash(award) != award.sha256:
            yield award.number, "what it prints does not give its hash"
        if event is None or (event.get("number"), event.get("sha256")) != (award.number, award.sha256):
            yield award.number, "no event gave it as it stands"
        if (award.revoked_at is not None) != (award.id in revoked):
            yield award.number, "its revocation is not what the events say"
    for event in given.values():
        yield str(event.get("number")), "it was given and is gone"


def _last(links: Any, *verbs: str) -> Event | None:
    """The newest link with one of the verbs."""
    return next((event for event in reversed(links) if event.verb in verbs), None)


def _at(event: Event | None, verb: str) -> Any:
    """When the act with this verb was the last of its pair; None after the other one, or before both."""
    return event.at if event is not None and event.verb == verb else None


def _dates(round_: Round, links: Any) -> Iterator[str]:
    """The standing that holds, and when it was published and finished."""
    computed = _last(links, COMPUTED)
    if round_.standing_id != (computed.subject_id if computed else None):
        yield f"its standing is {round_.standing_id}, not the one that was computed last"
    if round_.published_at != _at(_last(links, PUBLISHED, WITHDRAWN), PUBLISHED):
        yield "when it was published is not what its chain says"
    if round_.finished_at != _at(_last(links, FINISHED), FINISHED):
        yield "when it was finished is not what its chain says"


def _lines(session: Session, round_: Round, links: Any) -> Iterator[str]:
    """Entry, place, score and decision of every line that was ever computed."""
    told = {event.subject_id: event.after or {} for event in links if event.verb == COMPUTED}
    kept = session.scalars(sa.select(Standing.id).where(Standing.round_id == round_.id)).all()
    for standing_id in sorted({*kept, *told}):
        rows = session.execute(
            sa.select(StandingRow.entry_id, StandingRow.place, StandingRow.score, StandingRow.decision).where(
                StandingRow.standing_id == standing_id
            )
        )
        held = {entry: [entry, place, shown(score), decision] for entry, place, score, decision in rows}
        right = {row[0]: list(row) for row in told.get(standing_id, {}).get("rows", [])}
        apart = (entry for entry in sorted(held.keys() | right.keys()) if held.get(entry) != right.get(entry))
        for entry in islice(apart, MOST):
            yield (
                f"standing {standing_id}, entry {entry} reads {held.get(entry)}, "
                f"its chain says {right.get(entry)}"
            )


def _ground(session: Session, round_: Round, links: Any) -> Iterator[str]:
    """The rule and the scores behind a published list: nothing of them changes without a link."""
    computed, published = _last(links, COMPUTED), _last(links, PUBLISHED)
    if round_.published_at is None or computed is None or published is None:
        return
    if facts_in(session, round_).sha256 != _said(computed).get("input"):
        yield "its scores or settings are not those that the standing was computed from"
    rule = plain_rule(round_, rounds.rule_of(session, round_), rounds.rubrics_of(session, round_))
    if sha256_of(rule) != _said(published).get("rule"):
        yield "its rule is not the one by which the list was published"


def _public(session: Session, round_: Round, links: Any) -> Iterator[str]:
    """What everybody reads: as the round stands, or as it stood when the list was held."""
    shown_list, hold = public_list_of(session, round_.id), _last(links, HELD, LIFTED)
    held_at = _at(hold, HELD)
    if shown_list is None:
        if round_.published_at is not None or held_at is not None:
            yield "its public list is gone"
        return
    if shown_list.held_at != held_at:
        yield "whether its public list is held is not what its chain says"
    elif hold is not None and held_at is not None:
        if shown_list.standing_id != _said(hold).get("shown"):
            yield "its held list shows another standing than its chain says"
    else:
        yield from _differing(session, round_, shown_list)


def _differing(session: Session, round_: Round, shown_list: PublicList) -> Iterator[str]:
    for name in READ:
        if getattr(shown_list, name) != getattr(round_, name):
            yield f"its public list has another {name} than the round"
    struck = sa.select(Entry.id).where(Entry.round_id == round_.id, Entry.disqualified_at.is_not(None))
    if sorted(shown_list.struck) != sorted(session.scalars(struck)):
        yield "its public list strikes other entries than were disqualified"


def _said(event: Event) -> Mapping[str, Any]:
    """The values that a link carries."""
    return event.after or {}
