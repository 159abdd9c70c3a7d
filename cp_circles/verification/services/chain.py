"""Which signatures a company asks for, and how many days each verifier has."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor
from cp_circles.savings import queries as savings
from cp_circles.savings import rules as savings_rules
from cp_circles.savings.models import VerificationChain
from cp_circles.verification import rules


class ChainSettled(Stale):
    """Somebody else settled the chain since the page was opened."""


def settle_chain(
    session: Session,
    *,
    actor: Actor,
    company_id: int,
    roles: Sequence[Role],
    days_to_sign: int,
    version: int,
    now: datetime,
) -> VerificationChain:
    """Say which signatures new claims need; claims that were made keep the chain that held then."""
    if not rules.can_see_chain(actor, company_id):
        raise NotFound
    if not rules.can_settle_chain(actor, company_id):
        raise NotAllowed(msg("The cleaner-production department settles the signatures."))
    if Role.METERING not in roles:
        raise Invalid(msg("Metering signs every claim: without it no quantity is verified."), field="roles")
    if not 1 <= days_to_sign <= 60:
        raise Invalid(msg("A verifier has 1 to 60 days."), field="days_to_sign")
    take_turns(session, f"chain:{company_id}")
    row = savings.chain_settings(session, company_id)
    if row is not None:
        session.refresh(row)
    if version != (row.version if row else 0):
        raise ChainSettled(current={"days_to_sign": str(row.days_to_sign) if row else ""})
    before = {"roles": row.roles, "days_to_sign": row.days_to_sign} if row else None
    if row is None:
        row = VerificationChain(company_id=company_id, version=0)
        session.add(row)
    row.roles = [role.value for role in savings_rules.CHAIN if role in roles]
    row.days_to_sign, row.changed_at = days_to_sign, now
    row.version += 1
    session.flush()
    record_event(
        session, actor=actor, verb="verification.settle_chain", subject=_Company(company_id), at=now,
        company_id=company_id, before=before, after={"roles": row.roles, "days_to_sign": days_to_sign},
    )  # fmt: skip
    return row


class _Company:
    """The subject of the history: the row of the company itself."""

    __tablename__ = "companies"

    def __init__(self, company_id: int) -> None:
        self.id = company_id
