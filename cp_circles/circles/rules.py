"""Who may see, edit, approve and keep circles."""

from cp_circles.circles.models import Activity, Circle, CirclePartner, CircleState, PartnerState
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor

EDITABLE = frozenset({CircleState.DRAFT, CircleState.RETURNED})
LIVE = frozenset({CircleState.REGISTERED, CircleState.DORMANT})
NUMBERED = LIVE | {CircleState.DEREGISTERED}


def is_member(actor: Actor, circle: Circle) -> bool:
    """True for a present member."""
    return actor.person_id is not None and any(
        member.person_id == actor.person_id for member in circle.present_members
    )


def was_member(actor: Actor, circle: Circle) -> bool:
    """True for a present or former member; such a person never decides on the circle."""
    return actor.person_id is not None and any(
        member.person_id == actor.person_id for member in circle.members
    )


def is_leader(actor: Actor, circle: Circle) -> bool:
    """True for the present leader."""
    leader = circle.leader
    return leader is not None and actor.person_id is not None and leader.person_id == actor.person_id


def is_starter(actor: Actor, circle: Circle) -> bool:
    """True for whoever wrote the registration."""
    return actor.person_id is not None and circle.created_by_id == actor.person_id


def is_facilitator(actor: Actor, circle: Circle) -> bool:
    """True for a facilitator of the circle or of its company."""
    return actor.holds(Role.FACILITATOR, ScopeKind.COMPANY, circle.company_id) or actor.holds(
        Role.FACILITATOR, ScopeKind.CIRCLE, circle.id
    )


def heads_partner(actor: Actor, circle: Circle) -> bool:
    """True for the department of a company, or of a workshop, that takes part in the joint circle."""
    return _heads_one_of(actor, circle, PartnerState.JOINED)


def is_asked(actor: Actor, circle: Circle) -> bool:
    """True for the department of a company that is asked to take part."""
    return _heads_one_of(actor, circle, PartnerState.ASKED)


def _heads_one_of(actor: Actor, circle: Circle, state: PartnerState) -> bool:
    """Whoever heads no department needs no statement about partners."""
    if not actor.holds_any(Role.DEPARTMENT):
        return False
    return any(answers_for(actor, row) for row in circle.partners if row.state is state)


def answers_for(actor: Actor, partner: CirclePartner) -> bool:
    """True for the department of the partner: of its company, or of the named workshop."""
    return actor.heads_department_of(partner.company_id) or (
        partner.department_id is not None
        and actor.holds(Role.DEPARTMENT, ScopeKind.DEPARTMENT, partner.department_id)
    )


def can_see_inside(actor: Actor, circle: Circle) -> bool:
    """Members and starter, facilitators, the departments of all its companies, and the administrator."""
    return (
        is_member(actor, circle)
        or is_starter(actor, circle)
        or is_facilitator(actor, circle)
        or actor.heads_department_of(circle.company_id)
        or actor.is_administrator
        or heads_partner(actor, circle)
    )


def can_see(actor: Actor, circle: Circle) -> bool:
    """Also who is asked to take part; roles of the company and officials above it, once it has a number."""
    if can_see_inside(actor, circle) or is_asked(actor, circle):
        return True
    if circle.state not in NUMBERED:
        return False
    return circle.company_id in actor.company_ids or actor.oversees(circle.company.region.path)


def can_start_circle(actor: Actor, company_id: int, *, is_employed: bool) -> bool:
    """Whoever works at the company may start a circle there, and so may its facilitators and department."""
    return (
        (is_employed and actor.person_id is not None)
        or actor.heads_department_of(company_id)
        or actor.holds(Role.FACILITATOR, ScopeKind.COMPANY, company_id)
    )


def can_edit(actor: Actor, circle: Circle) -> bool:
    """The leader, whoever started it while it is a draft or returned, and the department."""
    return (
        is_leader(actor, circle)
        or (circle.state in EDITABLE and is_starter(actor, circle))
        or actor.heads_department_of(circle.company_id)
    )


def can_ask_partners(actor: Actor, circle: Circle) -> bool:
    """The home company's department; while the registration is written, whoever writes it."""
    if circle.state in EDITABLE:
        return can_edit(actor, circle)
    return actor.heads_department_of(circle.company_id)


def can_see_partners(actor: Actor, circle: Circle) -> bool:
    """Whoever reads the circle from inside, and the department that is asked."""
    return can_see_inside(actor, circle) or is_asked(actor, circle)


def can_approve(actor: Actor, circle: Circle) -> bool:
    """The company's cleaner-production department, unless the person is or was in the circle."""
    return actor.heads_department_of(circle.company_id) and not was_member(actor, circle)


def can_log_activity(actor: Actor, circle: Circle) -> bool:
    """Present members, facilitators and the department write the activity log."""
    return (
        is_member(actor, circle)
        or is_facilitator(actor, circle)
        or actor.heads_department_of(circle.company_id)
    )


def wrote_activity(actor: Actor, activity: Activity) -> bool:
    """True for whoever wrote an entry of the log; only they correct or withdraw it."""
    return actor.person_id is not None and activity.created_by_id == actor.person_id
