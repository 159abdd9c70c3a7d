"""The remarks on a project or one of its steps, as its pages show them."""

from typing import Any

from flask_babel import gettext as _

from cp_circles.notices.queries import comments_of
from cp_circles.projects import queries, rules
from cp_circles.projects.forms import RemarkForm, offered
from cp_circles.projects.models import Project
from cp_circles.web.access import current_actor
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now

LATEST = 3


def open_talk(project: Project) -> dict[str, int]:
    """How many remarks wait for an answer, by step; none for whoever does not read them."""
    if not rules.can_read_remarks(current_actor(), project):
        return {}
    return queries.open_remarks(db_session(), [project.id]).get(project.id, {})


def remark_form(project: Project, *, blank: bool = False) -> RemarkForm:
    """The form of a remark, with everybody who can be asked but the reader; empty, or as it was sent."""
    actor = current_actor()
    form = RemarkForm(formdata=None) if blank else RemarkForm()
    if rules.can_comment(actor, project):
        people = queries.people_to_ask(db_session(), project, now=now())
        form.ask.choices = offered(
            [("", _("Nobody in particular"))]
            + [(str(one.id), one.name) for one in people if one.id != actor.person_id]
        )
    return form


def talk_of(project: Project, place: str | None = None) -> dict[str, Any]:
    """What the box of remarks shows: those of one step, or those that wait and the latest of all."""
    found = []
    if rules.can_read_remarks(current_actor(), project):
        found = list(comments_of(db_session(), project, place=place))
    if place is None:
        found = sorted(found, key=lambda one: (one.resolved_at is not None, -one.id))
        waiting = sum(1 for one in found if one.resolved_at is None)
        found = found[: max(LATEST, waiting)]
    return {
        "remarks": found,
        "remark_places": _step_names(project) if place is None and found else {},
        "remark_form": remark_form(project, blank=True),
        "may_read_remarks": rules.can_read_remarks(current_actor(), project),
    }


def kin_of(project: Project) -> dict[str, Any]:
    """The project it grew from and those that grew from it, as far as the reader may see them."""
    session, actor = db_session(), current_actor()
    before = queries.project_by_id(session, project.grew_from_id) if project.grew_from_id else None
    after = queries.successors_of(session, project)
    return {
        "grew_from": before if before is not None and rules.can_see_project(actor, before) else None,
        "successors": [one for one in after if rules.can_see_project(actor, one)],
    }


def _step_names(project: Project) -> dict[str, str]:
    if project.method_edition_id is None:
        return {}
    method = queries.method_of(db_session(), project)
    return {step.key: f"{step.number} {step.names.in_(locale_name())}" for step in method.steps}
