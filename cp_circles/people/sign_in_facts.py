"""What every page asks first: who is signed in behind a cookie's token."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.people.models import Person, SignIn
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


BY_TOKEN = (
    sa.select(
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
    .join(Person, Person.id == SignIn.person_id)
    .where(SignIn.token_hash == sa.bindparam("token_hash"))
)


def sign_in_by_token(session: Session, token: str) -> SignInFacts | None:
    """The sign-in behind a cookie's token, with its person."""
    row = session.execute(BY_TOKEN, {"token_hash": token_hash(token)}).first()
    return None if row is None else SignInFacts(*row)
