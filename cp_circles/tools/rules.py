"""Who may write the sheets of a project, and until when."""

from cp_circles.people.rules import Actor
from cp_circles.projects import rules as projects
from cp_circles.projects.models import Project, StepState
from cp_circles.tools.models import ToolSheet


def can_write_sheets(actor: Actor, project: Project) -> bool:
    """Present members of the circle."""
    return projects.can_work_on(actor, project)


def is_open_for(project: Project, step_key: str) -> bool:
    """True while the project runs and the step, if one is named, is not signed off."""
    if not projects.is_running(project):
        return False
    row = next((one for one in project.steps if one.key == step_key), None)
    return row is None or row.state is not StepState.SIGNED_OFF


def is_standing(sheet: ToolSheet) -> bool:
    """True unless the sheet was withdrawn."""
    return sheet.withdrawn_at is None
