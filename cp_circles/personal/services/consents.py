"""Agreeing to the use of personal data, on the page or on paper, and taking the consent back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.files.models import Blob
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.organisations.models import Company
from cp_circles.people.models import Employment, Person, Role, ScopeKind, SignIn
from cp_circles.people.queries import employment_at, person_by_id
from cp_circles.people.rules import Actor
from cp_circles.personal.models import Consent
from cp_circles.personal.queries.consents import current_notice, standing_consent
from cp_circles.personal.queries.papers import RECORDED
from cp_circles.workforce.rules import can_keep_staff

WITHDRAWN = msg("%(name)s took the consent to the use of personal data back: hand their work over")


def agree(session: Session, *, actor: Actor, edition_id: int, now: datetime) -> Consent:
    """Agree as oneself to the edition that was shown; DomainError if a newer one is in force by now."""
    if actor.person_id is None:
        raise NotAllowed
    edition, _ = current_notice(session)
    if edition.id != edition_id:
        raise DomainError(msg("There is a newer edition of this notice. Please read it first."))
    standing = standing_consent(session, actor.person_id, edition.id)
    row = standing or Consent(person_id=actor.person_id, edition_id=edition.id, agreed_at=now)
    session.add(row)
    _let_in(session, actor.person_id, awaits=False)
    if standing is None:
        _note(session, actor, "personal.agree", row, now)
        finish_tasks(session, subject=person_by_id(session, actor.person_id), kind=WITHDRAWN, now=now)
    return row


def withdraw_consent(session: Session, *, actor: Actor, now: datetime) -> Consent:
    """Take one's consent back: until it is given again only one's own pages open; the department is told."""
    if actor.person_id is None:
        raise NotAllowed
    edition, _ = current_notice(session)
    row = standing_consent(session, actor.person_id, edition.id)
    if row is None:
        raise DomainError(msg("You have not agreed, so there is nothing to take back."))
    session.execute(
        sa.update(Consent)
        .where(Consent.person_id == actor.person_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    session.refresh(row)
    _let_in(session, actor.person_id, awaits=True)
    _note(session, actor, "personal.withdraw_consent", row, now)
    _tell_departments(session, person_by_id(session, actor.person_id), now)
    return row


def record_paper_consent(
    session: Session, *, actor: Actor, company: Company, person_id: int, scan: Blob, name: str, now: datetime
) -> Consent:
    """Keep the consent that a worker without an account signed on paper, with its scan, as the department."""
    if not can_keep_staff(actor, company.id):
        raise NotFound
    if employment_at(session, person_id, company.id) is None:
        raise NotFound
    person = person_by_id(session, person_id)
    if person.password_hash is not None:
        raise DomainError(msg("This person has an account and agrees by themselves when signing in."))
    if not (scan.media_type == "application/pdf" or scan.media_type.startswith("image/")):
        raise Invalid(msg("Send the signed paper as a PDF or a picture."), field="scan")
    edition, _ = current_notice(session)
    if standing_consent(session, person_id, edition.id) is not None:
        raise DomainError(msg("This edition was agreed to already."))
    row = Consent(
        person_id=person_id,
        edition_id=edition.id,
        agreed_at=now,
        recorded_by_id=actor.person_id,
        scan_sha256=scan.sha256,
        scan_name=name[:160],
    )
    session.add(row)
    _note(session, actor, RECORDED, row, now, company.id)
    return row


def _let_in(session: Session, person_id: int, *, awaits: bool) -> None:
    session.execute(
        sa.update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.revoked_at.is_(None))
        .values(awaits_consent=awaits)
    )


def _note(
    session: Session, actor: Actor, verb: str, row: Consent, now: datetime, company_id: int | None = None
) -> None:
    session.flush()
    after = {"person_id": row.person_id, "edition_id": row.edition_id}
    record_event(session, actor=actor, verb=verb, subject=row, company_id=company_id, after=after, at=now)


def _tell_departments(session: Session, person: Person, now: datetime) -> None:
    works_at = sa.select(Employment.company_id).where(
        Employment.person_id == person.id, Employment.ended_on.is_(None)
    )
    for company_id in session.scalars(works_at).all():
        assign_task(
            session,
            kind=WITHDRAWN,
            subject=person,
            url=f"/workforce/companies/{company_id}/people/{person.id}/leaving",
            to_role=Role.DEPARTMENT,
            scope_kind=ScopeKind.COMPANY,
            scope_id=company_id,
            values={"name": person.name},
            now=now,
        )
