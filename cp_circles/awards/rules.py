"""Who may see and grant what a company pays for awards."""

from cp_circles.awards.models import Award
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.rules import was_member


def can_see_rewards(actor: Actor, company_id: int) -> bool:
    """The company's department and finance, and the administrator."""
    return (
        actor.is_administrator
        or actor.heads_department_of(company_id)
        or actor.holds(Role.FINANCE, ScopeKind.COMPANY, company_id)
    )


def can_see_reward(actor: Actor, award: Award, company_id: int) -> bool:
    """Those who see all of the company's, and whoever belongs to the circle that won."""
    circle = award.entry.result.project.circle if award.entry is not None else None
    return can_see_rewards(actor, company_id) or was_member(actor, circle)


def can_grant_reward(actor: Actor, company_id: int) -> bool:
    """The company's department."""
    return actor.heads_department_of(company_id)
