"""The sign-in row behind the cookie, the person as values, and how recent their password is."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from flask import Flask, g, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.orm import Session

from cp_circles.people import queries
from cp_circles.people.models import SignIn
from cp_circles.people.rules import NOBODY, Actor
from cp_circles.people.sign_in_facts import SignInFacts, sign_in_by_token
from cp_circles.web.session import db_session, glancing, now, settings, write_afterwards

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """Flask-Login's view of a signed-in person, as values, so that models stay free of Flask."""

    token: str = field(repr=False)
    sign_in_id: int
    person_id: int
    name: str
    locale: str
    password_confirmed_at: datetime
    last_seen_at: datetime
    actor: Actor
    awaits_consent: bool = False
    looker: Actor | None = None
    seeing_until: datetime | None = None

    @property
    def is_seeing(self) -> bool:
        """True while an administrator, the `looker`, reads as this person."""
        return self.looker is not None

    @property
    def own_actor(self) -> Actor:
        """Whoever signed in, as whomever they read now."""
        return self.looker or self.actor

    def get_id(self) -> str:
        """What the cookie carries: the random token, nothing else."""
        return self.token


def init_app(app: Flask) -> None:
    """Load the signed-in person from the token of the cookie."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)


def _load(token: str) -> SignedIn | None:
    """The person behind a live token; an expired one is remembered for the held form."""
    with glancing() as look:
        row = sign_in_by_token(look, token, now())
        if row is None:
            return None
        g.last_person_id = row.person_id
        oldest = now() - timedelta(hours=settings().session_hours)
        if row.revoked_at is not None or not row.active or row.last_seen_at < oldest:
            return None
        return _as_value(look, token, row)


def _as_value(look: Session, token: str, row: SignInFacts) -> SignedIn:
    if now() - row.last_seen_at >= SEEN_EVERY:
        _note_seen(row.id, now())
    own = SignedIn(
        token=token,
        sign_in_id=row.id,
        person_id=row.person_id,
        name=row.name,
        locale=row.locale,
        password_confirmed_at=row.password_confirmed_at,
        last_seen_at=row.last_seen_at,
        actor=row.actor,
        awaits_consent=row.awaits_consent,
    )
    return _as_seen(look, own, row)


def _as_seen(look: Session, own: SignedIn, row: SignInFacts) -> SignedIn:
    """The person whom an administrator reads as; themselves once the time is up or their office over."""
    if row.seeing_id is None or row.seeing_until is None or row.seeing_until <= now():
        return own
    seen = queries.actor_for(look, row.seeing_id, now())
    if not own.actor.is_administrator or seen.person_id is None or seen.is_administrator:
        return own
    return replace(
        own,
        person_id=seen.person_id,
        name=seen.name,
        actor=seen,
        looker=own.actor,
        seeing_until=row.seeing_until,
    )


def _note_seen(sign_in_id: int, at: datetime) -> None:
    seen = sa.update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=at)
    write_afterwards(lambda fresh: fresh.execute(seen))


def is_signed_in() -> bool:
    """True if a live sign-in stands behind this request."""
    return bool(current_user.is_authenticated)


def signed_in() -> SignedIn:
    """The signed-in person; ask only behind a door that requires one."""
    return cast(SignedIn, current_user._get_current_object())


def current_actor() -> Actor:
    """Who acts in this request, with their live grants; NOBODY for a visitor."""
    return signed_in().actor if is_signed_in() else NOBODY


def begin_sign_in(token: str) -> None:
    """Start a fresh browser session that carries the token; nothing of the earlier one stays."""
    end_sign_in()
    session.permanent = True
    g.pop("locale", None)
    row = sign_in_by_token(db_session(), token, now())
    if row is not None:
        login_user(_as_value(db_session(), token, row))


def end_sign_in() -> None:
    """Forget the browser's session; language and look stay."""
    kept = {name: session[name] for name in ("locale", "theme") if name in session}
    session.clear()
    session.update(kept)
    g.pop("_login_user", None)


def has_recent_password() -> bool:
    """True if the password was typed within the last minutes that allow signing."""
    if signed_in().is_seeing:
        return False
    age = now() - signed_in().password_confirmed_at
    return age <= timedelta(minutes=settings().password_minutes)
