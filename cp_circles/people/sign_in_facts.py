"""What every page asks first: who is signed in behind a cookie's token."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.people.models import Person, SignIn
from cp_circles.people.queries import facts_of, grants_held, grants_in
from cp_circles.people.rules import Actor
from cp_circles.people.secrets import token_hash


class SignInFacts(NamedTuple):
    """A sign-in and its person, as every page that somebody signed in asks for asks them."""

    id: int
    person_id: int
    name: str
    locale: str
    active: bool
    last_seen_at: datetime
    password_confirmed_at: datetime
    revoked_at: datetime | None
    awaits_consent: bool
    seeing_id: int | None
    seeing_until: datetime | None
    actor: Actor


SEEN: tuple[Any, ...] = (
    SignIn.id,
    SignIn.person_id,
    Person.name,
    Person.locale,
    Person.active,
    SignIn.last_seen_at,
    SignIn.password_confirmed_at,
    SignIn.revoked_at,
    SignIn.awaits_consent,
    SignIn.seeing_id,
    SignIn.seeing_until,
)


def _by_token() -> sa.Select[Any]:
    behind = SignIn.token_hash == sa.bindparam("token_hash")
    held = grants_held(sa.select(SignIn.person_id.label("id")).where(behind).cte("asked"))
    return (
        sa.select(*SEEN, *facts_of(held))
        .select_from(SignIn)
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(held, sa.true())
        .where(behind)
        .order_by(held.c.id)
    )


BY_TOKEN = _by_token()
"""Written once: every page that somebody signed in asks for begins with it."""


def sign_in_by_token(session: Session, token: str, now: datetime) -> SignInFacts | None:
    """The sign-in behind a cookie's token, with its person and their live grants: one statement.

    Values and no rows, so asked past the session's unit of work, as each page does it.
    """
    rows = session.connection().execute(BY_TOKEN, {"token_hash": token_hash(token), "now": now}).all()
    if not rows:
        return None
    actor = Actor(rows[0].person_id, rows[0].name, grants_in(row[len(SEEN) :] for row in rows))
    return SignInFacts._make((*rows[0][: len(SEEN)], actor))
