"""Pages of a registered project: the workbench, plan, indicators, end, history."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.circles.rules import can_see_inside
from cp_circles.errors import Stale
from cp_circles.projects import presenting as shown
from cp_circles.projects import queries, rules, services
from cp_circles.projects.forms import IndicatorsForm, PlanForm, actuals_form
from cp_circles.projects.models import Project, ProjectState
from cp_circles.projects.services.course import target_is_fixed
from cp_circles.projects.services.succession import OVER
from cp_circles.projects.views.blueprint import bp, project_of
from cp_circles.projects.views.computed import panel_lines
from cp_circles.projects.views.registration import (
    indicator_codes,
    indicator_data,
    indicator_rows,
    review_page,
)
from cp_circles.projects.views.talking import kin_of, open_talk, talk_of
from cp_circles.rulesets.schema import Method
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm, VersionForm
from cp_circles.web.history import history_of
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import clock, db_session, now, today

EARLY = (ProjectState.DRAFT, ProjectState.SUBMITTED, ProjectState.RETURNED)


@bp.get("/<int:project_id>")
def show_project(project_id: int) -> ResponseReturnValue:
    """The workbench of a registered project; before that, its registration."""
    project = project_of(project_id)
    if project.state in EARLY or not project.steps:
        return review_page(project)
    return workbench(project)


def workbench(project: Project, **more: Any) -> str:
    """Rail, indicators, plan, what the present step lacks, remarks."""
    session = db_session()
    method, facts = queries.method_of(session, project), queries.project_facts(session, project)
    step = queries.current_step(project, method)
    running, year = rules.is_running(project), queries.carry_year(session, today())
    missing = queries.lacking(method, step.key, facts) if step and running else ()
    phases = shown.rail(project, method, step, open_talk(project))
    bars, today_at = shown.plan_bars(project, method, today())
    context = {
        "project": project,
        "method_name": method.names.in_(locale_name()),
        "words": {name: shown.term_names(session, name) for name in ("focus_area", "domain")},
        "phases": phases,
        "ring": shown.ring_numbers(phases),
        "done_steps": sum(phase.done for phase in phases),
        "all_steps": sum(phase.total for phase in phases),
        "step": step,
        "step_name": step.names.in_(locale_name()) if step else "",
        "gates": shown.gate_items(project, step, missing, facts) if step and running else [],
        "missing_count": len(missing),
        "panel_lines": panel_lines(project, method, facts),
        "bars": bars,
        "today_at": today_at,
        **talk_of(project),
        **kin_of(project),
        "carry_year": year,
        "carry": queries.carry_over_of(session, project, year),
        "carrying": ReasonForm(formdata=None),
        "actuals": actuals_form(project.indicators) if running else None,
        "activity_count": sum(facts.activities.values()),
        "may": _permissions(project, method, year),
        "confirm": ConfirmForm(formdata=None),
        "reason": ReasonForm(formdata=None),
    }
    return render_template("projects/show_project.html", **(context | more))


def _permissions(project: Project, method: Method, year: int) -> dict[str, bool]:
    actor, running = current_actor(), rules.is_running(project)
    member, reviewer = rules.can_work_on(actor, project), rules.can_review_project(actor, project)
    return {
        "work": member and running,
        "set_target": member and running and not target_is_fixed(project, method),
        "complete": member and running and not queries.unfinished_steps(db_session(), project),
        "stop": running and (reviewer or rules.is_leader(actor, project.circle)),
        "archive": reviewer and project.state is ProjectState.COMPLETED,
        "comment": rules.can_comment(actor, project),
        "next": member and project.state in OVER and project.circle_id is not None,
        "guidance": project.circle is not None and can_see_inside(actor, project.circle),
        "explain": member and queries.goes_on(project, year, clock().zone),
        "result": member and project.state in (ProjectState.COMPLETED, ProjectState.ARCHIVED),
    }


@bp.post("/<int:project_id>/complete")
def complete_project(project_id: int) -> ResponseReturnValue:
    """Close the work."""
    project = project_of(project_id)
    services.complete_project(db_session(), actor=current_actor(), project=project, now=now())
    flash(_("The project is complete. Next: write its result."))
    return _back(project)


@bp.post("/<int:project_id>/stop")
def stop_project(project_id: int) -> ResponseReturnValue:
    """Stop the project with a reason."""
    project, form = project_of(project_id), ReasonForm()

    def act() -> ResponseReturnValue:
        services.stop_project(
            db_session(), actor=current_actor(), project=project, reason=str(form.reason.data), now=now()
        )
        flash(_("The project is stopped."))
        return _back(project)

    return form.answer(act, lambda: workbench(project, reason=form))


@bp.post("/<int:project_id>/archive")
def archive_project(project_id: int) -> ResponseReturnValue:
    """Archive the project."""
    project = project_of(project_id)
    services.archive_project(db_session(), actor=current_actor(), project=project, now=now())
    flash(_("The project is archived."))
    return _back(project)


@bp.post("/<int:project_id>/actuals")
def record_actuals(project_id: int) -> ResponseReturnValue:
    """Write what the indicators reached."""
    project = project_of(project_id)
    form = actuals_form(project.indicators)

    def act() -> ResponseReturnValue:
        services.record_actuals(
            db_session(),
            actor=current_actor(),
            project=project,
            actuals={row.id: form[f"actual_{row.id}"].data for row in project.indicators},
            now=now(),
        )
        flash(_("The values reached are saved."))
        return _back(project)

    return form.answer(act, lambda: workbench(project, actuals=form))


@bp.get("/<int:project_id>/indicators")
def edit_indicators(project_id: int) -> ResponseReturnValue:
    """The form of baselines and targets."""
    project = project_of(project_id)
    form = IndicatorsForm(data={"version": str(project.version), "indicators": indicator_data(project)})
    return _indicators_page(project, form)


@bp.post("/<int:project_id>/indicators")
def save_indicators(project_id: int) -> ResponseReturnValue:
    """Save baselines and targets."""
    project, form = project_of(project_id), IndicatorsForm()
    if form.add_row.data:
        form.indicators.append_entry()
        return _indicators_page(project, form)

    def act() -> ResponseReturnValue:
        services.set_indicators(
            db_session(),
            actor=current_actor(),
            project=project,
            version=form.base_version,
            rows=indicator_rows([entry.form for entry in form.indicators]),
            now=now(),
        )
        flash(_("Baselines and targets are saved."))
        return _back(project)

    return _answered(project, form, act, lambda: _indicators_page(project, form))


def _indicators_page(project: Project, form: IndicatorsForm) -> str:
    form.offer_codes(indicator_codes())
    return render_template("projects/edit_indicators.html", project=project, form=form)


@bp.get("/<int:project_id>/plan")
def edit_plan(project_id: int) -> ResponseReturnValue:
    """The form of the plan: one row for each step."""
    project = project_of(project_id)
    method = queries.method_of(db_session(), project)
    stored = {row.step_key: row for row in project.plan_items}
    rows = [_plan_data(step.key, stored.get(step.key)) for step in method.steps]
    return _plan_page(project, method, PlanForm(data={"version": str(project.version), "rows": rows}))


@bp.post("/<int:project_id>/plan")
def save_plan(project_id: int) -> ResponseReturnValue:
    """Save the plan."""
    project, form = project_of(project_id), PlanForm()
    method = queries.method_of(db_session(), project)

    def act() -> ResponseReturnValue:
        services.set_plan(
            db_session(),
            actor=current_actor(),
            project=project,
            version=form.base_version,
            bars=form.bars,
            now=now(),
        )
        flash(_("The plan is saved."))
        return _back(project)

    return _answered(project, form, act, lambda: _plan_page(project, method, form))


def _plan_data(key: str, item: Any) -> dict[str, Any]:
    if item is None:
        return {"step_key": key}
    return {"step_key": key, "starts_on": item.starts_on, "ends_on": item.ends_on, "owner": item.owner}


def _plan_page(project: Project, method: Method, form: PlanForm) -> str:
    names = {step.key: f"{step.number} {step.names.in_(locale_name())}" for step in method.steps}
    people = [member.person.name for member in project.circle.present_members] if project.circle else []
    return render_template("projects/edit_plan.html", project=project, form=form, names=names, people=people)


@bp.get("/<int:project_id>/history")
def show_history(project_id: int) -> ResponseReturnValue:
    """Who did what, when and why."""
    project = project_of(project_id)
    return render_template(
        "projects/show_history.html", project=project, events=history_of(db_session(), project)
    )


def _back(project: Project) -> ResponseReturnValue:
    return redirect(url_for("projects.show_project", project_id=project.id), 303)


def _answered(
    project: Project, form: VersionForm, act: Callable[[], ResponseReturnValue], again: Callable[[], str]
) -> ResponseReturnValue:
    """What the form answers; one that came too late is shown on the stored version: 409."""

    def too_late(stale: Stale) -> ResponseReturnValue:
        form.form_errors.append(
            _("Somebody else saved this record while you were editing. Check and save again.")
        )
        form.version.data, form.version.raw_data = str(project.version), None
        return again(), 409

    return form.answer(act, again, too_late)
