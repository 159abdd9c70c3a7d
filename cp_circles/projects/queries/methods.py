"""The rules that a project is bound to, and how far it has come in them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.errors import NotFound
from cp_circles.projects.models import Project, StepState
from cp_circles.projects.rules import is_done
from cp_circles.rulesets.schema import Indicators, Method, Step, TermList, Vocabulary


def method_of(session: Session, project: Project) -> Method:
    """The method that a project is bound to; NotFound while it has chosen none."""
    return editions.pack(session, project.method_edition_id, Method)


def methods_offered(session: Session) -> Sequence[tuple[Edition, Method]]:
    """The newest edition of every method, with its pack."""
    newest = editions.latest_of_each(session, "method")
    return [(edition, editions.pack_of(edition, Method)) for edition in newest]


def catalogue(session: Session) -> Indicators | None:
    """The newest catalogue of indicators, or None where none is loaded."""
    try:
        return editions.newest_pack(session, Indicators)
    except NotFound:
        return None


def present_factors(session: Session) -> Edition | None:
    """The newest edition of the factors that the indicator catalogue is bound to."""
    bound = catalogue(session)
    return editions.latest(session, "factors", bound.factors) if bound is not None else None


def words(session: Session, key: str) -> TermList | None:
    """One list of the newest vocabulary, or None where it has none of that key."""
    try:
        return editions.newest_pack(session, Vocabulary).list_(key)
    except NotFound:
        return None


def unfinished_steps(session: Session, project: Project) -> list[Step]:
    """What stands between the project and its completion, in the order of the method."""
    method = method_of(session, project)
    rows = {row.key: row for row in project.steps}
    return [step for step in method.steps if step.key not in rows or not is_done(rows[step.key], step)]


def current_step(project: Project, method: Method) -> Step | None:
    """The step that the circle works on: the first required one that is not done, else the first open one."""
    rows = {row.key: row for row in project.steps}
    waiting = [step for step in method.steps if step.key in rows and not is_done(rows[step.key], step)]
    required = [step for step in waiting if step.required]
    if required:
        return required[0]
    return waiting[0] if waiting else None


def optional_left(project: Project, method: Method) -> list[Step]:
    """The optional steps that are neither done nor set aside."""
    rows = {row.key: row for row in project.steps}
    return [
        step
        for step in method.steps
        if not step.required
        and step.key in rows
        and rows[step.key].state in (StepState.OPEN, StepState.LOCKED)
    ]
