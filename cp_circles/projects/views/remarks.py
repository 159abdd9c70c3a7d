"""Acts on the remarks of a project and its steps."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.projects import queries, services
from cp_circles.projects.models import Project
from cp_circles.projects.views.blueprint import bp, project_of
from cp_circles.projects.views.course import EARLY, workbench
from cp_circles.projects.views.registration import review_page
from cp_circles.projects.views.steps import step_page
from cp_circles.projects.views.talking import remark_form
from cp_circles.web.access import current_actor
from cp_circles.web.session import db_session, now


@bp.post("/<int:project_id>/remarks")
def add_remark(project_id: int) -> ResponseReturnValue:
    """Write a remark on the project or on one of its steps, and ask somebody for an answer."""
    project, place = project_of(project_id), request.args.get("step", "")
    form = remark_form(project)

    def act() -> ResponseReturnValue:
        services.comment_on_project(
            db_session(),
            actor=current_actor(),
            project=project,
            text=form.text.data or "",
            place=place,
            asked=form.asked,
            now=now(),
        )
        flash(_("The remark is written."))
        return _back(project, place)

    def again() -> str:
        if place:
            return step_page(project, queries.step_of(project, place), remark_form=form)
        if project.state in EARLY or not project.steps:
            return review_page(project, remark_form=form)
        return workbench(project, remark_form=form)

    return form.answer(act, again)


@bp.post("/<int:project_id>/remarks/<int:comment_id>/resolve")
def resolve_remark(project_id: int, comment_id: int) -> ResponseReturnValue:
    """Settle a remark."""
    project = project_of(project_id)
    comment = services.resolve_remark(
        db_session(), actor=current_actor(), project=project, comment_id=comment_id, now=now()
    )
    flash(_("The remark is settled."))
    return _back(project, comment.place)


def _back(project: Project, step_key: str) -> ResponseReturnValue:
    if step_key:
        url = url_for("projects.show_step", project_id=project.id, key=step_key)
    else:
        url = url_for("projects.show_project", project_id=project.id)
    return redirect(f"{url}#remarks", 303)
