"""Third parties: somebody of an outside body is asked to sign one claim, or every claim of the company."""

from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.notices.services import assign_task
from cp_circles.organisations.models import Company
from cp_circles.people.identifiers import clean_email
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.people.queries import employment_at, find_account
from cp_circles.people.rules import SYSTEM, Actor
from cp_circles.people.services import give_role, take_role
from cp_circles.people.services.invitations import Mailer, PathOf, invite_again, invite_person
from cp_circles.savings import queries as savings
from cp_circles.savings.models import Saving
from cp_circles.verification import rules
from cp_circles.verification.models import ThirdParty
from cp_circles.verification.queries import is_asked


def invite_third_party(
    session: Session,
    *,
    actor: Actor,
    company_id: int,
    saving: Saving | None,
    name: str,
    email: str,
    body: str,
    reason: str,
    until: datetime | None,
    send: Mailer,
    path_of: PathOf,
    now: datetime,
) -> tuple[ThirdParty, str]:
    """Invite a person of an outside body; gives the row and the key of the invitation.

    Who has an account is asked by mail and signs in as before: the key is empty then.
    """
    _require_department(actor, company_id)
    if saving is not None and saving.project.company_id != company_id:
        raise Invalid(msg("Choose one of the company's claims."), field="saving_id")
    if not body.strip():
        raise Invalid(msg("Name the outside body for which this person signs."), field="body")
    if not reason.strip():
        raise Invalid(msg("Say why a third party is asked."), field="reason")
    if until is not None and until <= now:
        raise Invalid(msg("This date lies in the past."), field="until")
    person, key = _person(session, company_id, saving, name, email, send, path_of, now)
    kind = ScopeKind.COMPANY if saving is None else ScopeKind.SAVING
    grant = give_role(
        session, actor=actor, person_id=person.id, role=Role.THIRD_PARTY, scope_kind=kind,
        scope_id=company_id if saving is None else saving.id, until=until, reason=reason, now=now,
    )  # fmt: skip
    row = ThirdParty(
        company_id=company_id, saving_id=saving.id if saving else None, person_id=person.id,
        grant_id=grant.id, body=body.strip(), reason=reason.strip(), until=until,
        invited_by_id=actor.person_id, invited_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _refuse_insider(session, row, saving)
    if saving is not None:
        assign_task(
            session, kind=msg("Verify the saving of %(project)s"), values={"project": saving.project.title},
            subject=saving, url=f"/savings/{saving.id}", to_person=person.id, now=now,
        )  # fmt: skip
    _record(session, actor, row, "verification.invite_third_party", reason, now)
    return row, key


def _person(
    session: Session,
    company_id: int,
    saving: Saving | None,
    name: str,
    email: str,
    send: Mailer,
    path_of: PathOf,
    now: datetime,
) -> tuple[Person, str]:
    """The person of this address, told that they are asked, and the key by which a new one comes in."""
    address = clean_email(email)
    person = find_account(session, address) if address else None
    if person is None:
        return invite_person(
            session, actor=SYSTEM, name=name, email=email, send=send, path_of=path_of, now=now
        )
    if is_asked(session, person.id, company_id, saving.id if saving else None, now):
        raise Invalid(msg("This person is asked already."), field="email")
    if person.password_hash is None:
        return person, invite_again(session, actor=SYSTEM, person=person, send=send, path_of=path_of, now=now)
    company = session.get_one(Company, company_id)
    send(
        session,
        to_person=person,
        subject=msg("%(company)s asks you to sign as a third party"),
        body=msg("Hello %(name)s, sign in to CP Circles as before: %(company)s asks you to sign its claims."),
        values={"name": person.name, "company": company.name},
        now=now,
    )
    return person, ""


def end_third_party(
    session: Session, *, actor: Actor, third_party: ThirdParty, reason: str, now: datetime
) -> None:
    """Take the grant of a third party back; what they signed stays."""
    _require_department(actor, third_party.company_id)
    session.refresh(third_party)
    if third_party.ended_at is not None:
        raise DomainError(msg("This was taken back already."))
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    kind = ScopeKind.COMPANY if third_party.saving_id is None else ScopeKind.SAVING
    take_role(
        session, actor=actor, person_id=third_party.person_id, role=Role.THIRD_PARTY, scope_kind=kind,
        scope_id=third_party.saving_id or third_party.company_id, reason=reason, now=now,
    )  # fmt: skip
    third_party.ended_at = now
    session.flush()
    _record(session, actor, third_party, "verification.end_third_party", reason, now)


def _require_department(actor: Actor, company_id: int) -> None:
    if not rules.can_see_chain(actor, company_id):
        raise NotFound
    if not rules.can_settle_chain(actor, company_id):
        raise NotAllowed(msg("The cleaner-production department asks third parties."))


def _refuse_insider(session: Session, row: ThirdParty, saving: Saving | None) -> None:
    """Whoever works at the company, or was of the circle, is no third party."""
    insider = employment_at(session, row.person_id, row.company_id) is not None
    circle = savings.people_of_circle(session, saving.project.circle_id) if saving else []
    if insider or row.person_id in circle:
        raise Invalid(msg("A third party does not work at the company."), field="email")


def _record(session: Session, actor: Actor, row: ThirdParty, verb: str, reason: str, now: datetime) -> None:
    record_event(
        session, actor=actor, verb=verb, subject=row, at=now, company_id=row.company_id,
        reason=reason.strip(), after={"person_id": row.person_id, "saving_id": row.saving_id},
    )  # fmt: skip
