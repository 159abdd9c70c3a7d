"""Beginning the next project from one that is over, and saying why one goes on in a new year."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.projects import services
from cp_circles.projects.views.blueprint import bp, project_of
from cp_circles.projects.views.course import workbench
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ReasonForm
from cp_circles.web.session import clock, db_session, now


@bp.post("/<int:project_id>/next")
def start_next(project_id: int) -> ResponseReturnValue:
    """Begin a draft from this project and open its form."""
    project = project_of(project_id)
    fresh = services.start_next(
        db_session(), actor=current_actor(), project=project, zone=clock().zone, now=now()
    )
    said = _("A draft grew from “%(title)s”: set targets and reason, then submit it.", title=project.title)
    flash(said)
    return redirect(url_for("projects.edit_project", project_id=fresh.id), 303)


@bp.post("/<int:project_id>/carry-over")
def explain_carry_over(project_id: int) -> ResponseReturnValue:
    """Say why the project goes on in this year."""
    project, form = project_of(project_id), ReasonForm()

    def act() -> ResponseReturnValue:
        services.explain_carry_over(
            db_session(),
            actor=current_actor(),
            project=project,
            text=form.reason.data or "",
            zone=clock().zone,
            now=now(),
        )
        flash(_("The explanation is with the department."))
        return redirect(url_for("projects.show_project", project_id=project.id), 303)

    return form.answer(act, lambda: workbench(project, carrying=form))
