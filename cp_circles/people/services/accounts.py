"""Person rows and their passwords."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, NotFound, msg
from cp_circles.organisations.models import Company, Department
from cp_circles.people import queries, rules
from cp_circles.people.identifiers import clean_email, clean_mobile
from cp_circles.people.models import Employment, Person, SignIn
from cp_circles.people.rules import Actor
from cp_circles.people.secrets import check_new_password, hash_password, is_password, new_salt


def add_person(
    session: Session,
    *,
    actor: Actor,
    name: str,
    company_id: int | None = None,
    department_id: int | None = None,
    employee_number: str | None = None,
    email: str | None = None,
    mobile: str | None = None,
    locale: str = "zh_Hans",
    started_on: date | None = None,
    is_demo: bool = False,
    now: datetime,
) -> Person:
    """Add a person, with or without an account; raises Invalid for what cannot be used or exists already."""
    _may_add(actor, company_id)
    if not name.strip():
        raise Invalid(msg("Please give the person's name."), field="name")
    person = Person(
        name=name.strip()[:80],
        email=_free(session, Person.email, clean_email(email), "email"),
        mobile=_free(session, Person.mobile, clean_mobile(mobile), "mobile"),
        locale=locale,
        salt=new_salt(),
        is_demo=is_demo,
        created_at=now,
    )
    session.add(person)
    session.flush()
    if company_id is not None:
        employ(session, person, company_id, department_id, employee_number, started_on)
    record_event(
        session, actor=actor, verb="people.add_person", subject=person, at=now, company_id=company_id
    )
    return person


def employ(
    session: Session,
    person: Person,
    company_id: int,
    department_id: int | None,
    employee_number: str | None,
    started_on: date | None,
) -> Employment:
    """Note that a person works at a company; the employee number must be free there."""
    if session.get(Company, company_id) is None:
        raise NotFound
    if department_id is not None:
        department = session.get(Department, department_id)
        if department is None or department.company_id != company_id:
            raise Invalid(msg("This department is not one of the company's."), field="department_id")
    number = (employee_number or "").strip() or None
    if number is not None and session.scalar(
        sa.select(Employment.id).where(
            Employment.company_id == company_id, Employment.employee_number == number
        )
    ):
        raise Invalid(msg("This employee number is already in use."), field="employee_number")
    row = Employment(
        person_id=person.id,
        company_id=company_id,
        department_id=department_id,
        employee_number=number,
        started_on=started_on,
    )
    session.add(row)
    session.flush()
    return row


def _may_add(actor: Actor, company_id: int | None) -> None:
    allowed = actor.is_administrator if company_id is None else rules.can_manage_people_of(actor, company_id)
    if not allowed:
        raise NotAllowed(msg("Only the company's cleaner-production department may add its people."))


def _free(
    session: Session, column: sa.orm.InstrumentedAttribute[str | None], value: str | None, field: str
) -> str | None:
    if value is not None and session.scalar(sa.select(Person.id).where(column == value)) is not None:
        raise Invalid(msg("Somebody with this address or number is already registered."), field=field)
    return value


def set_password(session: Session, *, person: Person, password: str) -> None:
    """Store a checked password; for the services below, the demo and the command line."""
    check_new_password(password, names=(person.name, person.email or "", person.mobile or ""))
    person.password_hash = hash_password(password)
    session.flush()


def change_password(
    session: Session, *, actor: Actor, old: str, new: str, keep_sign_in_id: int | None, now: datetime
) -> None:
    """Replace the actor's own password; every other device is signed out."""
    person = queries.person_by_id(session, actor.person_id or 0)
    if not is_password(old, person.password_hash):
        raise Invalid(msg("This is not your present password."), field="old")
    set_password(session, person=person, password=new)
    sign_out_everywhere(session, person, now, keep_sign_in_id)
    record_event(session, actor=actor, verb="people.change_password", subject=person, at=now)


def reset_password(session: Session, *, key: str, password: str, now: datetime) -> Person:
    """Set a new password by the mailed link; the link is spent and every device is signed out."""
    code = queries.open_reset(session, key, now)
    set_password(session, person=code.person, password=password)
    code.used_at = now
    sign_out_everywhere(session, code.person, now, None)
    actor = queries.actor_for(session, code.person_id, now)
    record_event(session, actor=actor, verb="people.reset_password", subject=code.person, at=now)
    return code.person


def choose_language(session: Session, *, actor: Actor, locale: str, now: datetime) -> None:
    """Keep the language in which the person reads pages and mails."""
    person = queries.person_by_id(session, actor.person_id or 0)
    if person.locale != locale:
        before, person.locale = person.locale, locale
        record_event(
            session,
            actor=actor,
            verb="people.choose_language",
            subject=person,
            at=now,
            before={"locale": before},
            after={"locale": locale},
        )


def deactivate_person(
    session: Session, *, actor: Actor, person_id: int, reason: str, now: datetime
) -> Person:
    """Close an account: nobody signs in with it any more; what the person did stays."""
    if not actor.is_administrator:
        raise NotAllowed(msg("Only an administrator may close an account."))
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    person = queries.person_by_id(session, person_id)
    person.active = False
    sign_out_everywhere(session, person, now, None)
    record_event(
        session, actor=actor, verb="people.deactivate_person", subject=person, at=now, reason=reason.strip()
    )
    return person


def sign_out_everywhere(session: Session, person: Person, now: datetime, keep: int | None) -> None:
    """End every sign-in of a person but one: whoever came in with the old password is out."""
    session.execute(
        sa.update(SignIn)
        .where(SignIn.person_id == person.id, SignIn.revoked_at.is_(None), SignIn.id != (keep or 0))
        .values(revoked_at=now)
    )
