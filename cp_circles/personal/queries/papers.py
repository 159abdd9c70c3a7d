"""Signed papers: which company collected them, since only its department and the person read them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.db.models import Event
from cp_circles.organisations.models import Company
from cp_circles.people.models import Employment
from cp_circles.personal.models import Consent

RECORDED = "personal.record_consent"


def papers_collected_by(session: Session, company_id: int, *, person_id: int | None = None) -> set[int]:
    """The consents on paper that the company, or one merged into it, collected; of one person or of all."""
    wanted = (
        sa.select(Consent.id)
        .join(Event, sa.and_(Event.subject_kind == Consent.__tablename__, Event.subject_id == Consent.id))
        .where(
            Event.verb == RECORDED,
            Event.company_id.in_(_rows_of(session, company_id)),
            Consent.scan_sha256.is_not(None),
        )
    )
    if person_id is not None:
        wanted = wanted.where(Consent.person_id == person_id)
    return set(session.scalars(wanted))


def papers_of_people_gone(session: Session, company_id: int) -> Sequence[Consent]:
    """What the company collected of people who work there no more, newest first."""
    works_here = sa.select(Employment.person_id).where(
        Employment.company_id == company_id, Employment.ended_on.is_(None)
    )
    return session.scalars(
        sa.select(Consent)
        .where(Consent.id.in_(papers_collected_by(session, company_id)), Consent.person_id.not_in(works_here))
        .options(joinedload(Consent.person), joinedload(Consent.edition))
        .order_by(Consent.id.desc())
    ).all()


def _rows_of(session: Session, company_id: int) -> set[int]:
    """The company's id and those of the doubled rows that became part of it."""
    found, fresh = {company_id}, {company_id}
    while fresh:
        wanted = sa.select(Company.id).where(Company.merged_into_id.in_(fresh))
        fresh = set(session.scalars(wanted)) - found
        found |= fresh
    return found
