"""Loading the shipped editions and publishing new ones."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.editions import queries, rules
from cp_circles.editions.models import Edition
from cp_circles.errors import DomainError, Invalid, NotAllowed, msg
from cp_circles.people.rules import Actor
from cp_circles.rulesets import loader
from cp_circles.rulesets.loader import PackError, Problem


class EditionExists(DomainError):
    """An edition never changes; a changed text needs a new edition name."""

    msgid = msg("Edition %(edition)s of %(key)s exists and never changes; give the new text a new edition.")


class PackRefused(Invalid):
    """The text is no valid pack; `problems` lists line, place, what is wrong and the remedy."""

    msgid = msg("The text was refused; every problem is listed with its line.")

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(field="text")


def load_shipped(session: Session, *, now: datetime) -> int:
    """Store every shipped pack that is not stored yet; returns how many were new."""
    stored = {
        (row.kind, row.key, row.edition): row.sha256
        for row in session.execute(sa.select(Edition.kind, Edition.key, Edition.edition, Edition.sha256))
    }
    added = 0
    for shipped in loader.shipped():
        known = stored.get((shipped.kind, shipped.key, shipped.edition))
        if known == shipped.sha256:
            continue
        if known is not None:
            raise EditionExists(edition=shipped.edition, key=shipped.key)
        session.add(
            Edition(
                kind=shipped.kind,
                key=shipped.key,
                edition=shipped.edition,
                sha256=shipped.sha256,
                content=shipped.text,
                published_at=now,
            )
        )
        added += 1
    session.flush()
    return added


def publish_edition(session: Session, *, actor: Actor, kind: str, text: str, now: datetime) -> Edition:
    """Publish a new edition from its text; it holds for what is registered from now on."""
    if not rules.can_publish(actor):
        raise NotAllowed(msg("Only an administrator publishes rulesets."))
    text = text.replace("\r\n", "\n")
    try:
        pack = loader.load(kind, text)
    except PackError as error:
        raise PackRefused(error.problems) from error
    if queries.edition(session, kind, pack.key, pack.edition) is not None:
        raise EditionExists(edition=pack.edition, key=pack.key)
    problems = rules.misfits(pack, queries.newest_by_kind(session, rules.RELATED), text)
    if problems:
        raise PackRefused(problems)
    edition = Edition(
        kind=kind,
        key=pack.key,
        edition=pack.edition,
        sha256=loader.sha256_of(text),
        content=text,
        published_at=now,
        published_by_id=actor.person_id,
    )
    session.add(edition)
    session.flush()
    record_event(session, actor=actor, verb="editions.publish_edition", subject=edition, at=now)
    return edition
