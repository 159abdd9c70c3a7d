"""How people come to their accounts: by invitation, by a one-time code, by a mailed reset."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, NotFound, msg
from cp_circles.people import queries, rules
from cp_circles.people.models import Invitation, OneTimeCode, Person, Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.people.secrets import hash_password, is_password, new_code, new_token, plain_code, token_hash
from cp_circles.people.services.accounts import add_person, set_password, sign_out_everywhere
from cp_circles.people.services.grants import grant_role

INVITED_FOR = timedelta(days=14)
CODE_FOR = timedelta(days=3)
RESET_FOR = timedelta(hours=2)
Scope = tuple[Role, ScopeKind, int]
PathOf = Callable[[str], str]


class Mailer(Protocol):
    """Puts a mail into the outbox; handed in by the door, since the outbox is a later room's."""

    def __call__(
        self,
        session: Session,
        *,
        to_person: Person,
        subject: str,
        body: str,
        values: Mapping[str, Any] | None = None,
        now: datetime,
    ) -> Any:
        """Write the mail."""


def invite_person(
    session: Session,
    *,
    actor: Actor,
    name: str,
    email: str | None = None,
    mobile: str | None = None,
    company_id: int | None = None,
    department_id: int | None = None,
    employee_number: str | None = None,
    roles: Sequence[Scope] = (),
    send: Mailer,
    path_of: PathOf,
    now: datetime,
) -> tuple[Person, str]:
    """Add a person with roles and invite them; gives the person and the invitation's key.

    A person with an e-mail address is written to; `path_of` makes the page's path from the key.
    """
    person = add_person(
        session,
        actor=actor,
        name=name,
        company_id=company_id,
        department_id=department_id,
        employee_number=employee_number,
        email=email,
        mobile=mobile,
        now=now,
    )
    for role, scope_kind, scope_id in roles:
        grant_role(
            session,
            actor=actor,
            person_id=person.id,
            role=role,
            scope_kind=scope_kind,
            scope_id=scope_id,
            now=now,
        )
    return person, invite_again(session, actor=actor, person=person, send=send, path_of=path_of, now=now)


def invite_again(
    session: Session, *, actor: Actor, person: Person, send: Mailer, path_of: PathOf, now: datetime
) -> str:
    """Invite a person who has not taken up the account yet; gives the invitation's key."""
    key = _write_invitation(session, actor, person, now)
    if person.email:
        send(
            session,
            to_person=person,
            subject=msg("Your invitation to CP Circles"),
            body=msg("Hello %(name)s, you have been invited. Open the page and choose a password."),
            values={"name": person.name, "url": path_of(key)},
            now=now,
        )
    return key


def _write_invitation(session: Session, actor: Actor, person: Person, now: datetime) -> str:
    key = new_token()
    invitation = Invitation(
        key_hash=token_hash(key),
        person_id=person.id,
        invited_by_id=actor.person_id,
        created_at=now,
        expires_at=now + INVITED_FOR,
    )
    session.add(invitation)
    session.flush()
    record_event(session, actor=actor, verb="people.invite_person", subject=invitation, at=now)
    return key


def accept_invitation(session: Session, *, key: str, password: str, now: datetime) -> Person:
    """Take up the account with a password of one's own; the invitation is spent."""
    invitation = queries.open_invitation(session, key, now)
    set_password(session, person=invitation.person, password=password)
    invitation.accepted_at = now
    actor = queries.actor_for(session, invitation.person_id, now)
    record_event(session, actor=actor, verb="people.accept_invitation", subject=invitation, at=now)
    return invitation.person


def issue_one_time_code(
    session: Session, *, actor: Actor, person_id: int, company_id: int, now: datetime
) -> str:
    """A code for a first sign-in or a new password, shown once; earlier ones of the person are void.

    The department hands it to its own staff only, never to somebody with a role above the company, and not to
    a verifier who can renew the password by mail.
    """
    if not rules.can_manage_people_of(actor, company_id):
        raise NotFound
    if queries.employment_at(session, person_id, company_id) is None:
        raise NotFound
    person = queries.person_by_id(session, person_id)
    holder = queries.actor_for(session, person_id, now)
    if not person.active or (not actor.is_administrator and rules.stands_above(holder, company_id)):
        raise NotAllowed(
            msg("This person also acts for others; only they or an administrator renew the password.")
        )
    signs = holder.holds_any(Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, Role.THIRD_PARTY)
    if signs and person.email and not actor.is_administrator:
        raise NotAllowed(msg("This person has an e-mail address and renews the password by mail."))
    for earlier in queries.open_codes(session, person_id, now):
        if earlier.purpose == "first":
            earlier.used_at = now
    code = new_code()
    row = OneTimeCode(
        person_id=person_id,
        purpose="first",
        code_hash=hash_password(code),
        issued_by_id=actor.person_id,
        created_at=now,
        expires_at=now + CODE_FOR,
    )
    session.add(row)
    session.flush()
    record_event(
        session, actor=actor, verb="people.issue_one_time_code", subject=row, at=now, company_id=company_id
    )
    return code


def matching_code(session: Session, *, person: Person | None, code: str, now: datetime) -> OneTimeCode | None:
    """The open code of the person that was typed, or None."""
    typed = plain_code(code)
    for row in queries.open_codes(session, person.id, now) if person else []:
        if row.purpose == "first" and is_password(typed, row.code_hash):
            return row
    return None


def use_one_time_code(
    session: Session, *, person: Person | None, code: str, password: str, now: datetime
) -> Person:
    """Set a password with the code from the department; the code is spent, other devices are signed out."""
    row = matching_code(session, person=person, code=code, now=now)
    if row is None or person is None:
        raise Invalid(
            msg("This code does not fit, or has run out. Ask your department for a new one."), field="code"
        )
    set_password(session, person=person, password=password)
    sign_out_everywhere(session, person, now, None)
    row.used_at = now
    actor = queries.actor_for(session, person.id, now)
    record_event(session, actor=actor, verb="people.use_one_time_code", subject=row, at=now)
    return person


def request_password_reset(
    session: Session, *, identifier: str, send: Mailer, path_of: PathOf, now: datetime
) -> None:
    """Write to the account's address, if there is one; whether there is one is not said."""
    person = queries.find_account(session, identifier)
    if person is None or not person.email:
        return
    key = new_token()
    row = OneTimeCode(
        person_id=person.id,
        purpose="mail_reset",
        code_hash=token_hash(key),
        created_at=now,
        expires_at=now + RESET_FOR,
    )
    session.add(row)
    session.flush()
    actor = queries.actor_for(session, person.id, now)
    record_event(session, actor=actor, verb="people.request_password_reset", subject=row, at=now)
    send(
        session,
        to_person=person,
        subject=msg("A new password for CP Circles"),
        body=msg(
            "Hello %(name)s, somebody asked for a new password for your account. Open the page within two"
            " hours to choose one. If it was not you, nothing needs to be done."
        ),
        values={"name": person.name, "url": path_of(key)},
        now=now,
    )
