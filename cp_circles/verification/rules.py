"""Who keeps finance's evidence, who settles the chain, and who signs an effect without money."""

from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.savings import rules as savings
from cp_circles.savings.models import Saving


def can_see_money(actor: Actor, company_id: int) -> bool:
    """Finance, the department, a third party of the whole company, and administrators; never an official."""
    roles = (Role.FINANCE, Role.DEPARTMENT, Role.THIRD_PARTY)
    return actor.is_administrator or any(actor.holds(role, ScopeKind.COMPANY, company_id) for role in roles)


def can_see_money_of(actor: Actor, saving: Saving) -> bool:
    """Whoever sees the company's money, and a third party invited for this saving: of this saving only."""
    return can_see_money(actor, saving.project.company_id) or actor.holds(
        Role.THIRD_PARTY, ScopeKind.SAVING, saving.id
    )


def can_keep_money(actor: Actor, company_id: int) -> bool:
    """Only the company's finance enters bills, prices and accounts."""
    return actor.holds(Role.FINANCE, ScopeKind.COMPANY, company_id)


def can_see_chain(actor: Actor, company_id: int) -> bool:
    """Everyone with a role in the company, and administrators."""
    return actor.is_administrator or company_id in actor.company_ids


def can_settle_chain(actor: Actor, company_id: int) -> bool:
    """The cleaner-production department."""
    return actor.heads_department_of(company_id)


def can_see_effects(actor: Actor, project: Project) -> bool:
    """Whoever sees the project's savings."""
    return savings.can_see_savings(actor, project)


def can_state_effect(actor: Actor, project: Project) -> bool:
    """The circle."""
    return savings.can_claim(actor, project)


def can_decide_effect(actor: Actor, project: Project, circle_people: list[int]) -> bool:
    """The department, but nobody who is or was of the circle."""
    return actor.heads_department_of(project.company_id) and actor.person_id not in circle_people
