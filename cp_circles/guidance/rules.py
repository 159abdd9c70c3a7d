"""Who sees the department's desk, who writes its records, and who may settle what they ask for."""

from cp_circles.circles import rules as circles
from cp_circles.circles.models import Circle
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor


def companies_of(actor: Actor) -> frozenset[int]:
    """The companies whose desk the actor works at: as department or as facilitator."""
    return actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY) | actor.scopes(
        Role.FACILITATOR, ScopeKind.COMPANY
    )


def can_write(actor: Actor, company_id: int) -> bool:
    """The department and the facilitators of the company write visits, training and inspections."""
    return company_id in companies_of(actor)


def can_see_desk(actor: Actor, company_id: int) -> bool:
    """Whoever writes there, and the administrator."""
    return can_write(actor, company_id) or actor.is_administrator


def can_decide(actor: Actor, company_id: int) -> bool:
    """Appraisals, the calendar, settings and approvals are the department's own."""
    return actor.heads_department_of(company_id)


def can_see_signals(actor: Actor, company_id: int) -> bool:
    """Signals are for the department and the facilitators only, not even for the administrator."""
    return can_write(actor, company_id)


def can_see_circle_file(actor: Actor, circle: Circle) -> bool:
    """What was advised, found and appraised at a circle is read by whoever reads its inside."""
    return circles.can_see_inside(actor, circle)


def can_settle(actor: Actor, circle: Circle) -> bool:
    """Present members report what they did; facilitators and the department may do it for them."""
    return circles.can_log_activity(actor, circle)
