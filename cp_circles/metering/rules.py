"""Who may read meters and keep them."""

from collections.abc import Collection

from cp_circles.metering.models import Meter, Reading
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor


def can_see_meter(actor: Actor, metered_companies: Collection[int], meter: Meter) -> bool:
    """People of the company and of its circles; `metered_companies` comes from the query of that name."""
    return actor.is_administrator or meter.company_id in metered_companies


def can_keep_meters(actor: Actor, company_id: int) -> bool:
    """The company's department and its metering verifier."""
    return (
        actor.is_administrator
        or actor.heads_department_of(company_id)
        or actor.holds(Role.METERING, ScopeKind.COMPANY, company_id)
    )


def can_keep_tokens(actor: Actor, company_id: int) -> bool:
    """The company's department; tokens let a plant's own system in."""
    return actor.is_administrator or actor.heads_department_of(company_id)


def is_bound(reading: Reading) -> bool:
    """A reading on which a standing claim rests cannot change."""
    return reading.bound_claim_id is not None
