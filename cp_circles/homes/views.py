"""The homes: the visitor's page, everybody's work list, and a project at a glance."""

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.circles.queries import companies_to_start_in
from cp_circles.errors import NotFound
from cp_circles.homes import talk
from cp_circles.homes.forms import CommentForm
from cp_circles.homes.presenting.circle import circle_section
from cp_circles.homes.presenting.company import department_section, facilitator_section, verifier_section
from cp_circles.homes.presenting.judge import judge_section
from cp_circles.homes.presenting.official import official_funnel, official_section
from cp_circles.homes.presenting.overview import csv_of, overview_values
from cp_circles.homes.presenting.platform import administrator_section
from cp_circles.homes.presenting.saved import run_charts
from cp_circles.homes.presenting.section import Section
from cp_circles.homes.presenting.talk import comment_box, keep_refused
from cp_circles.homes.presenting.welcome import public_board, season_chart, welcome_values
from cp_circles.notices.presenting import task_lines
from cp_circles.notices.queries import open_tasks_for
from cp_circles.people.rules import ROLE_ORDER, main_role
from cp_circles.projects.models import Project
from cp_circles.projects.queries import project_for
from cp_circles.savings.queries import savings_of
from cp_circles.savings.rules import can_see_savings
from cp_circles.web.access import current_actor, is_signed_in
from cp_circles.web.session import db_session, now, today

bp = Blueprint("homes", __name__)
bp.add_app_template_global(comment_box)

SECTIONS = (
    administrator_section,
    official_section,
    department_section,
    judge_section,
    verifier_section,
    facilitator_section,
    circle_section,
)
MOST_TASKS = 12
PAGES = {
    "circles": ("circles.show_circle", "circle_id"),
    "savings": ("savings.show_saving", "saving_id"),
    "results": ("results.show_result", "result_id"),
}


@bp.get("/")
def welcome() -> ResponseReturnValue:
    """What a visitor sees; the signed-in go to their own work."""
    if is_signed_in():
        return redirect(url_for("homes.home"))
    return render_template("homes/welcome.html", **welcome_values(db_session()))


@bp.get("/public/season.csv")
def welcome_chart() -> ResponseReturnValue:
    """The figures of the visitor's chart."""
    asked = public_board(db_session())
    chart = season_chart(db_session(), asked) if asked else None
    if chart is None:
        raise NotFound
    return _csv("season", chart.table.csv())


@bp.get("/home")
def home() -> ResponseReturnValue:
    """The reader's tasks and the work of every role they hold, the main role first."""
    session, actor = db_session(), current_actor()
    tasks = open_tasks_for(session, actor)
    order = {role: place for place, role in enumerate(ROLE_ORDER)}
    found: list[Section] = [part for part in (make(session, actor) for make in SECTIONS) if part is not None]
    found.sort(key=lambda section: order[section.role])
    return render_template(
        "homes/home.html",
        name=actor.name,
        role=main_role(actor),
        tasks=task_lines(tasks[:MOST_TASKS], today()),
        task_count=len(tasks),
        sections=found,
        may_start=not found and bool(companies_to_start_in(session, actor)),
    )


@bp.get("/home/funnel.csv")
def funnel_chart() -> ResponseReturnValue:
    """The figures of the official's funnel."""
    chart = official_funnel(db_session(), current_actor())
    if chart is None:
        raise NotFound
    return _csv("funnel", chart.table.csv())


def _project(project_id: int) -> Project:
    """The project, if the actor may see it."""
    return project_for(db_session(), actor=current_actor(), project_id=project_id)


@bp.get("/projects/<int:project_id>/overview")
def project_overview(project_id: int) -> ResponseReturnValue:
    """A project at a glance."""
    project = _project(project_id)
    return render_template(
        "homes/project_overview.html", **overview_values(db_session(), current_actor(), project)
    )


@bp.get("/projects/<int:project_id>/overview/saving-<int:saving_id>.csv")
def overview_chart(project_id: int, saving_id: int) -> ResponseReturnValue:
    """The figures of one run chart."""
    project = _project(project_id)
    if not can_see_savings(current_actor(), project):
        raise NotFound
    found = [row for row in savings_of(db_session(), project.id) if row.id == saving_id]
    drawn = run_charts(db_session(), project, found, today(), csv_of(project))
    if not drawn:
        raise NotFound
    return _csv(f"saving-{saving_id}", drawn[0].table.csv())


@bp.post("/comments/<kind>/<int:subject_id>")
def write_comment(kind: str, subject_id: int) -> ResponseReturnValue:
    """Comment on a circle, a claim or a result."""
    form, actor = CommentForm(), current_actor()
    talk.subject_of(db_session(), actor=actor, kind=kind, subject_id=subject_id, writing=True)

    def act() -> ResponseReturnValue:
        talk.write_comment(
            db_session(), actor=actor, kind=kind, subject_id=subject_id, text=form.text.data or "", now=now()
        )
        flash(_("The comment is written."), "success")
        return redirect(f"/{kind}/{subject_id}#h-comments", 303)

    def again() -> str:
        keep_refused(form, kind=kind, subject_id=subject_id)
        endpoint, argument = PAGES[kind]
        return str(current_app.view_functions[endpoint](**{argument: subject_id}))

    return form.answer(act, again)


@bp.post("/comments/<kind>/<int:subject_id>/<int:comment_id>/settle")
def settle_comment(kind: str, subject_id: int, comment_id: int) -> ResponseReturnValue:
    """Mark a comment as dealt with."""
    talk.settle_comment(
        db_session(),
        actor=current_actor(),
        kind=kind,
        subject_id=subject_id,
        comment_id=comment_id,
        now=now(),
    )
    flash(_("The comment is dealt with."), "success")
    return redirect(f"/{kind}/{subject_id}#h-comments", 303)


def _csv(name: str, text: str) -> Response:
    response = Response("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
