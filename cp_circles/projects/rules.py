"""Who may see and move a project, and in which states what is possible."""

from cp_circles.circles import rules as circles
from cp_circles.circles.models import Circle
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectState, ProjectStep, StepState
from cp_circles.rulesets.schema import Step

COMPANY_ROLES = (
    Role.DEPARTMENT,
    Role.FACILITATOR,
    Role.PROCESS_OWNER,
    Role.METERING,
    Role.FINANCE,
    Role.THIRD_PARTY,
)
EDITABLE = frozenset({ProjectState.DRAFT, ProjectState.RETURNED})
RUNNING = frozenset({ProjectState.REGISTERED, ProjectState.UNDER_WAY})


def is_member(actor: Actor, circle: Circle | None) -> bool:
    """True for a present member of the circle."""
    return circle is not None and circles.is_member(actor, circle)


def was_member(actor: Actor, circle: Circle | None) -> bool:
    """True for a present or former member; such a person never decides on the circle's work."""
    return circle is not None and circles.was_member(actor, circle)


def is_leader(actor: Actor, circle: Circle | None) -> bool:
    """True for the present leader of the circle."""
    return circle is not None and circles.is_leader(actor, circle)


def is_facilitator(actor: Actor, company_id: int, circle: Circle | None) -> bool:
    """True for a facilitator of the company, or of this circle."""
    if circle is not None:
        return circles.is_facilitator(actor, circle)
    return actor.holds(Role.FACILITATOR, ScopeKind.COMPANY, company_id)


def can_see_circle_work(actor: Actor, circle: Circle) -> bool:
    """Members, the departments of all its companies, facilitators and verifiers, and administrators."""
    return (
        actor.is_administrator
        or was_member(actor, circle)
        or has_duty_for(actor, circle)
        or circles.heads_partner(actor, circle)
    )


def has_duty_for(actor: Actor, circle: Circle) -> bool:
    """True for the department, facilitators and verifiers of the circle's company or department."""
    return (
        is_facilitator(actor, circle.company_id, circle)
        or any(actor.holds(role, ScopeKind.COMPANY, circle.company_id) for role in COMPANY_ROLES)
        or (
            circle.department_id is not None
            and any(actor.holds(role, ScopeKind.DEPARTMENT, circle.department_id) for role in COMPANY_ROLES)
        )
    )


def can_see_project(actor: Actor, project: Project) -> bool:
    """Whoever may see the work of its circle; an imported project is seen in its company."""
    if project.circle is not None:
        return can_see_circle_work(actor, project.circle)
    return actor.is_administrator or any(
        actor.holds(role, ScopeKind.COMPANY, project.company_id) for role in COMPANY_ROLES
    )


def can_create_project(actor: Actor, circle: Circle) -> bool:
    """Present members of the circle."""
    return is_member(actor, circle)


def can_edit_project(actor: Actor, project: Project) -> bool:
    """Present members of its circle; the state decides the rest."""
    return is_member(actor, project.circle)


def can_review_project(actor: Actor, project: Project) -> bool:
    """The company's cleaner-production department, unless the person is or was in the circle."""
    return actor.heads_department_of(project.company_id) and not was_member(actor, project.circle)


def can_work_on(actor: Actor, project: Project) -> bool:
    """Present members of the circle write records, add evidence and complete steps."""
    return is_member(actor, project.circle)


def can_sign_off(actor: Actor, project: Project) -> bool:
    """A facilitator of the company or circle, or the department, but nobody of the circle."""
    helps = is_facilitator(actor, project.company_id, project.circle)
    return (helps or actor.heads_department_of(project.company_id)) and not was_member(actor, project.circle)


def can_reopen_step(actor: Actor, project: Project) -> bool:
    """Whoever completes or signs off its steps."""
    return can_work_on(actor, project) or can_sign_off(actor, project)


def can_comment(actor: Actor, project: Project) -> bool:
    """Present members, and whoever has a duty for the project: a verifier who is asked can answer."""
    if project.circle is None:
        return can_see_project(actor, project) and not actor.is_administrator
    return is_member(actor, project.circle) or has_duty_for(actor, project.circle)


def can_read_remarks(actor: Actor, project: Project) -> bool:
    """Whoever talks there, and administrators; a person who left the circle sees its talk no more."""
    return actor.is_administrator or can_comment(actor, project)


def is_editable(project: Project) -> bool:
    """True while the registration form can be changed."""
    return project.state in EDITABLE


def is_running(project: Project) -> bool:
    """True between registration and completion."""
    return project.state in RUNNING


def is_done(step: ProjectStep, spec: Step) -> bool:
    """True when nothing is left to do on the step: completed, signed off where asked, or set aside."""
    if step.state is StepState.COMPLETED:
        return not spec.signoff
    return step.state in (StepState.SIGNED_OFF, StepState.NOT_APPLICABLE)


def is_workable(step: ProjectStep) -> bool:
    """True when records and evidence of the step can be changed: it is open."""
    return step.state is StepState.OPEN


def takes_sheets(project: Project, step_key: str) -> bool:
    """True while the project runs and the step, if one is named, is not signed off."""
    row = next((one for one in project.steps if one.key == step_key), None)
    return is_running(project) and (row is None or row.state is not StepState.SIGNED_OFF)


def is_unfinished(step: ProjectStep) -> bool:
    """True while the circle still has the step to do."""
    return step.state in (StepState.OPEN, StepState.LOCKED)
