"""Who may see, write, freeze and blind a result."""

from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectState
from cp_circles.projects.rules import can_see_project, is_member, was_member
from cp_circles.results.models import Result, ResultState

FINISHED = frozenset({ProjectState.COMPLETED, ProjectState.ARCHIVED})
LIVE = frozenset({ResultState.DRAFT, ResultState.FROZEN})


def can_see_result(actor: Actor, result: Result, *, entered: bool = False) -> bool:
    """Whoever may see the project; an official only what was entered at or recommended to their level.

    `entered` is known to the judging room, which asks with it.
    """
    return can_see_project(actor, result.project) or (entered and _oversees(actor, result.project))


def can_draft_result(actor: Actor, project: Project) -> bool:
    """Present members of the circle."""
    return is_member(actor, project.circle)


def can_revoke_result(actor: Actor, result: Result, *, entered: bool = False) -> bool:
    """The company's department, and an official of what was entered; never somebody of the circle."""
    if was_member(actor, result.project.circle):
        return False
    if actor.heads_department_of(result.project.company_id) or actor.is_administrator:
        return True
    return entered and _oversees(actor, result.project)


def can_paint(actor: Actor, result: Result) -> bool:
    """Present members of the circle cover faces, names and logos."""
    return is_member(actor, result.project.circle)


def can_confirm_blind_page(actor: Actor, result: Result, *, entered: bool = False) -> bool:
    """The department, or the formal reviewer of what was entered; nobody of the circle."""
    if was_member(actor, result.project.circle):
        return False
    return actor.heads_department_of(result.project.company_id) or (
        entered and _oversees(actor, result.project)
    )


def can_see_documents_of(actor: Actor, company_id: int) -> bool:
    """The department and the administrator: templates, and packs of several circles' results."""
    return actor.is_administrator or actor.heads_department_of(company_id)


def is_editable(result: Result) -> bool:
    """True while the texts can change."""
    return result.state is ResultState.DRAFT


def is_frozen(result: Result) -> bool:
    """True while the package stands and can be judged."""
    return result.state is ResultState.FROZEN


def _oversees(actor: Actor, project: Project) -> bool:
    return actor.oversees(project.company.region.path)
