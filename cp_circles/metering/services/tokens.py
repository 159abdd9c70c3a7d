"""Tokens with which a plant's own system sends readings: made, counted and revoked."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.metering import queries, rules
from cp_circles.metering.models import ApiToken
from cp_circles.organisations.models import Company
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor, GrantFact
from cp_circles.people.secrets import new_token, token_hash

PREFIX = "cpc_"
MOST_TOKENS = 20
WINDOW = timedelta(minutes=1)
REQUESTS_A_MINUTE = 60


class TooManyRequests(DomainError):
    """A token was used more often than a minute allows."""

    msgid = msg("More than %(most)s requests in a minute. Please wait and send more readings at once.")


def make_token(
    session: Session, *, actor: Actor, company: Company, name: str, now: datetime
) -> tuple[str, ApiToken]:
    """A new token of the company and its row; the text is shown once, only its hash is kept."""
    _require_keeper(session, actor, company.id)
    name = name.strip()
    if not name:
        raise Invalid(msg("Name the system that will use the token."), field="name")
    take_turns(session, f"tokens:{company.id}")
    if len([row for row in queries.tokens_of(session, company.id) if row.revoked_at is None]) >= MOST_TOKENS:
        raise DomainError(
            msg("The company has %(most)s tokens already; revoke one that is not used."), most=MOST_TOKENS
        )
    text = PREFIX + new_token()
    row = ApiToken(
        company_id=company.id,
        name=name,
        token_hash=token_hash(text),
        hint=text[:8],
        made_by_id=actor.person_id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    record_event(session, actor=actor, verb="metering.make_token", subject=row, at=now, company_id=company.id)
    return text, row


def revoke_token(session: Session, *, actor: Actor, token: ApiToken, now: datetime) -> None:
    """End a token at once; what it sent stays."""
    _require_keeper(session, actor, token.company_id)
    if token.revoked_at is not None:
        raise DomainError(msg("This token has been revoked already."))
    token.revoked_at, token.revoked_by_id = now, actor.person_id
    session.flush()
    record_event(
        session, actor=actor, verb="metering.revoke_token", subject=token, at=now, company_id=token.company_id
    )


def use_token(session: Session, *, text: str, now: datetime) -> tuple[int, int, str] | None:
    """Id, company and name behind a live token, its request counted; None for any other text.

    Raises TooManyRequests above 60 a minute. Runs in a transaction of its own, so that it holds for all
    processes and survives a refusal of what was sent.
    """
    found = queries.token_with_hash(session, token_hash(text))
    if found is None or found.revoked_at is not None:
        return None
    take_turns(session, f"token:{found.id}")
    session.refresh(found)
    fresh = found.window_at is None or now - found.window_at >= WINDOW
    if not fresh and found.window_count >= REQUESTS_A_MINUTE:
        raise TooManyRequests(most=REQUESTS_A_MINUTE)
    session.execute(
        sa.update(ApiToken)
        .where(ApiToken.id == found.id)
        .values(
            last_used_at=now,
            window_at=now if fresh else found.window_at,
            window_count=1 if fresh else found.window_count + 1,
        )
    )
    return found.id, found.company_id, found.name


def system_of(company_id: int, name: str) -> Actor:
    """A plant's own system as an actor: no person, and nothing but its company's meters."""
    grant = GrantFact(role=Role.METERING, scope_kind=ScopeKind.COMPANY, scope_id=company_id)
    return Actor(person_id=None, name=name, grants=(grant,))


def _require_keeper(session: Session, actor: Actor, company_id: int) -> None:
    if company_id not in queries.companies_metered_by(session, actor) and not actor.is_administrator:
        raise NotFound
    if not rules.can_keep_tokens(actor, company_id):
        raise NotAllowed(msg("Only the department makes and revokes tokens of the company."))
