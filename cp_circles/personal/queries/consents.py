"""The notice in force, and who has agreed to it."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.errors import NotFound
from cp_circles.personal.models import Consent
from cp_circles.rulesets.schema import Notice


def current_notice(session: Session) -> tuple[Edition, Notice]:
    """The newest edition of the notice with its text; NotFound where none was published."""
    found = editions.newest_edition(session, editions.kind_of(Notice))
    return found, editions.pack_of(found, Notice)


def consents_of(session: Session, person_id: int) -> Sequence[Consent]:
    """All consents of a person, newest first, with their editions."""
    return session.scalars(
        sa.select(Consent)
        .where(Consent.person_id == person_id)
        .options(joinedload(Consent.edition), joinedload(Consent.recorded_by))
        .order_by(Consent.id.desc())
    ).all()


def standing_consent(session: Session, person_id: int, edition_id: int) -> Consent | None:
    """The person's consent to this edition, unless it was taken back."""
    return session.scalar(
        sa.select(Consent)
        .where(
            Consent.person_id == person_id,
            Consent.edition_id == edition_id,
            Consent.withdrawn_at.is_(None),
        )
        .limit(1)
    )


def standing_of_people(session: Session, person_ids: Iterable[int], edition_id: int) -> dict[int, Consent]:
    """The standing consents to this edition by person: one statement."""
    wanted = sa.select(Consent).where(
        Consent.person_id.in_(sorted(set(person_ids))),
        Consent.edition_id == edition_id,
        Consent.withdrawn_at.is_(None),
    )
    return {row.person_id: row for row in session.scalars(wanted)}


def consent_by_id(session: Session, consent_id: int) -> Consent:
    """A consent; NotFound if there is none."""
    found = session.get(Consent, consent_id)
    if found is None:
        raise NotFound
    return found
