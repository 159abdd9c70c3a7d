"""Signing in and out, the throttle of wrong tries, and the recent password that signing needs."""

import hashlib
import unicodedata
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, msg
from cp_circles.people import queries
from cp_circles.people.models import HeldForm, Person, SignIn, SignInAttempt
from cp_circles.people.rules import Actor
from cp_circles.people.secrets import is_password, new_token, token_hash

WINDOW = timedelta(minutes=15)
TRIES = 10


class TooManyTries(DomainError):
    """Ten wrong tries within a quarter of an hour: even the right password is refused."""

    msgid = msg("Too many wrong tries. Please wait a quarter of an hour, or ask for a new password.")


class WrongPassword(Invalid):
    """No account with this name and password; which of the two is wrong is not said."""

    msgid = msg("This name and password do not fit together.")


def account_key(person: Person | None, identifier: str) -> str:
    """By what tries are counted: the person however named, else a hash of what was typed."""
    if person is not None:
        return f"person:{person.id}"
    plain = unicodedata.normalize("NFKC", identifier).strip().lower()
    return hashlib.sha256(plain.encode()).hexdigest()[:60]


def note_attempt(session: Session, *, account: str, address: str, now: datetime) -> int:
    """Count a try before its password is looked at; raises TooManyTries from the eleventh on.

    Runs in a transaction of its own, one after the other, so that it holds for all processes.
    """
    take_turns(session, "sign_in_attempts")
    for column, value in ((SignInAttempt.account, account), (SignInAttempt.address, address)):
        recent = sa.select(sa.func.count()).where(column == value, SignInAttempt.at > now - WINDOW)
        if (session.scalar(recent) or 0) >= TRIES:
            raise TooManyTries
    attempt = SignInAttempt(account=account, address=address, at=now)
    session.add(attempt)
    session.flush()
    return attempt.id


def forget_attempt(session: Session, attempt_id: int) -> None:
    """A try with the right password was none of the wrong ones."""
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.id == attempt_id))


def forget_expired(session: Session, *, now: datetime) -> None:
    """Delete what nobody may see or count any more: held forms and old wrong tries."""
    day = timedelta(hours=24)
    session.execute(sa.delete(HeldForm).where(HeldForm.held_at < now - day))
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < now - day))


def sign_in(
    session: Session, *, person: Person | None, password: str | None, address: str, agent: str, now: datetime
) -> tuple[str, SignIn]:
    """Open a sign-in for the right password; gives the token for the cookie and the row.

    `password` None is for a person who has just proved themselves by an invitation, a code or a reset.
    """
    if password is not None and not is_password(password, person.password_hash if person else None):
        raise WrongPassword(field="password")
    if person is None or not person.active:
        raise WrongPassword(field="password")
    token = new_token()
    row = SignIn(
        person_id=person.id,
        token_hash=token_hash(token),
        created_at=now,
        last_seen_at=now,
        password_confirmed_at=now,
        address=address[:45],
        agent=agent[:200],
    )
    row.person = person
    session.add(row)
    session.flush()
    actor = queries.actor_for(session, person.id, now)
    record_event(session, actor=actor, verb="people.sign_in", subject=row, at=now)
    return token, row


def sign_out(session: Session, *, actor: Actor, sign_in_id: int, now: datetime) -> None:
    """End the actor's sign-in on this device; its drafts of expired forms go with it."""
    revoke_sign_in(session, actor=actor, sign_in_id=sign_in_id, now=now)


def revoke_sign_in(session: Session, *, actor: Actor, sign_in_id: int, now: datetime) -> SignIn:
    """End one of the actor's own sign-ins; NotFound for another's."""
    row = queries.sign_in_of(session, actor.person_id or 0, sign_in_id)
    if row.revoked_at is None:
        row.revoked_at = now
        record_event(session, actor=actor, verb="people.revoke_sign_in", subject=row, at=now)
    return row


def revoke_other_sign_ins(session: Session, *, actor: Actor, keep_id: int, now: datetime) -> int:
    """End the actor's sign-ins on all other devices; gives how many."""
    rows = [row for row in queries.sign_ins_of(session, actor.person_id or 0, 1000) if row.id != keep_id]
    for row in rows:
        revoke_sign_in(session, actor=actor, sign_in_id=row.id, now=now)
    return len(rows)


def confirm_password(
    session: Session, *, actor: Actor, sign_in_id: int, password: str, now: datetime
) -> SignIn:
    """Note that the actor has just typed the right password: what signing needs."""
    row = queries.sign_in_of(session, actor.person_id or 0, sign_in_id)
    if not is_password(password, row.person.password_hash):
        raise Invalid(msg("This is not your password."), field="password")
    row.password_confirmed_at = now
    record_event(session, actor=actor, verb="people.confirm_password", subject=row, at=now)
    return row
