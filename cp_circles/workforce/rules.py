"""Who keeps the list of a company's people."""

from cp_circles.people.models import Role
from cp_circles.people.rules import Actor, stands_above

SIGNING = (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, Role.THIRD_PARTY)


def can_keep_staff(actor: Actor, company_id: int) -> bool:
    """The company's cleaner-production department and the administrator."""
    return actor.is_administrator or actor.heads_department_of(company_id)


def can_change_mobile(actor: Actor, holder: Actor, company_id: int) -> bool:
    """Not of somebody who also acts beyond the company, unless by an administrator."""
    return actor.is_administrator or not stands_above(holder, company_id)


def can_change_email(actor: Actor, holder: Actor, company_id: int) -> bool:
    """Nor of a verifier: whoever receives the mail could renew the password and sign."""
    return can_change_mobile(actor, holder, company_id) and (
        actor.is_administrator or not holder.holds_any(*SIGNING)
    )
