"""Which copy of the boards a reader sees, and who may hold the public one still."""

from collections.abc import Collection

from cp_circles.errors import NotFound
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Scope
from cp_circles.ledger.models import Basis
from cp_circles.organisations.models import Company, Region
from cp_circles.organisations.rules import may_be_named
from cp_circles.people.rules import Actor


def sees_restricted(actor: Actor, scope: Scope, own_companies: Collection[int]) -> bool:
    """Administrators, officials of the region or above, and the people of the company that is the scope."""
    if actor.is_administrator:
        return True
    if scope.company is not None:
        return scope.company.id in own_companies or actor.oversees(scope.company.region.path)
    return actor.oversees(scope.region.path)


def variant_for(actor: Actor, scope: Scope, own_companies: Collection[int]) -> str:
    """The copy that the reader sees of this scope; NotFound for a company that does not publish."""
    if sees_restricted(actor, scope, own_companies):
        return RESTRICTED
    require_published(scope.company, scope.kind)
    return PUBLIC


def sees_claimed(actor: Actor, scope: Scope, by: str, own_companies: Collection[int]) -> bool:
    """Claims of single companies stay in the company; officials see those of whole regions and industries."""
    if not sees_restricted(actor, scope, own_companies):
        return False
    own = scope.company is not None and scope.company.id in own_companies
    return actor.is_administrator or own or (scope.company is None and by in ("region", "industry"))


def sees_single_savings(actor: Actor, scope: Scope, basis: Basis, own_companies: Collection[int]) -> bool:
    """Single claims stay in the company; what counts is open to whoever reads the board."""
    return basis is Basis.VERIFIED or sees_claimed(actor, scope, "project", own_companies)


def require_published(company: Company | None, kind: str = "company") -> None:
    """NotFound for a company, or a circle or project of it, that does not appear in public."""
    if company is not None and not may_be_named(company, kind):
        raise NotFound


def can_freeze_boards(actor: Actor, region: Region) -> bool:
    """Officials of the region or above, and administrators."""
    return actor.is_administrator or actor.oversees(region.path)
