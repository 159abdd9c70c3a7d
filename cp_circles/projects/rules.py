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
    """Members, the company's department, facilitators and verifiers, and administrators."""
    return (
        actor.is_administrator
        or was_member(actor, circle)
        or is_facilitator(actor, circle.company_id, circle)
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
    """Members, facilitators and the department talk on a project."""
    return (
        is_member(actor, project.circle)
        or is_facilitator(actor, project.company_id, project.circle)
        or actor.heads_department_of(project.company_id)
    )


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


def is_unfinished(step: ProjectStep) -> bool:
    """True while the circle still has the step to do."""
    return step.state in (StepState.OPEN, StepState.LOCKED)
