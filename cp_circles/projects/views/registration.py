"""Pages of the registration: list, form, review."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.circles.models import Circle
from cp_circles.errors import Invalid, msg
from cp_circles.organisations.queries import industries
from cp_circles.projects import queries, rules, services
from cp_circles.projects.details import IndicatorDetails, ProjectDetails
from cp_circles.projects.forms import (
    ApproveForm,
    HandInForm,
    IndicatorRow,
    ProjectFilter,
    ProjectForm,
    is_blank,
    offered,
)
from cp_circles.projects.models import Indicator, Project, ProjectState
from cp_circles.projects.presenting import term_names
from cp_circles.projects.views.blueprint import bp, project_of
from cp_circles.projects.views.talking import kin_of, talk_of
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm, whole_number
from cp_circles.web.i18n import enum_label, locale_name
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now
from cp_circles.web.versions import show_stale


@bp.get("")
def list_projects() -> ResponseReturnValue:
    """The projects that the reader may see, filtered and sorted."""
    form, session = ProjectFilter(), db_session()
    domains, areas = term_names(session, "domain"), term_names(session, "focus_area")
    form.state.choices = offered(
        [("", _("Any")), *((state.value, enum_label(state)) for state in ProjectState)]
    )
    form.domain.choices = offered([("", _("Any")), *domains.items()])
    form.focus_area.choices = offered([("", _("Any")), *areas.items()])
    states = [state for state in ProjectState if state.value == form.state.data]
    page = queries.projects_listed(
        session,
        actor=current_actor(),
        states=states,
        domain=form.domain.data or "",
        focus_area=form.focus_area.data or "",
        text=form.q.data or "",
        sort=request.args.get("sort", "newest"),
        page=requested_page(),
    )
    return render_template(
        "projects/list_projects.html",
        page=listed(page),
        form=form,
        domains=domains,
        counts=queries.step_counts(session, [row.id for row in page.rows]),
        talk=_waiting_talk(page.rows),
        may_begin=bool(queries.circles_to_register_for(session, current_actor())),
        is_filtered=any(request.args.get(name) for name in ("q", "state", "domain", "focus_area")),
    )


def _waiting_talk(rows: Sequence[Project]) -> dict[int, int]:
    """How many remarks wait for an answer on each of these projects, where the reader may know."""
    actor = current_actor()
    open_ = queries.open_remarks(db_session(), [row.id for row in rows if queries.hears_of(actor, row)])
    return {project_id: sum(places.values()) for project_id, places in open_.items()}


@bp.get("/new")
def new_project() -> ResponseReturnValue:
    """The form of a new project."""
    form = ProjectForm()
    if not form.circle.raw_data:
        form.circle.data = request.args.get("circle", "")
    return _form_page(form, None)


@bp.post("/new")
def create_project() -> ResponseReturnValue:
    """Begin a draft."""
    form = ProjectForm()
    _offer(form)
    if form.add_row.data:
        form.indicators.append_entry()
        return _form_page(form, None)

    def act() -> ResponseReturnValue:
        circle = next((row for row in _circles() if str(row.id) == form.circle.data), None)
        if circle is None:
            raise Invalid(msg("Choose your circle."), field="circle")
        project = services.create_project(
            db_session(), actor=current_actor(), circle=circle, details=_details(form), now=now()
        )
        flash(_("The draft is saved. Check it and submit it to the department."))
        return redirect(_page(project), 303)

    return form.answer(act, lambda: _form_page(form, None))


@bp.get("/<int:project_id>/edit")
def edit_project(project_id: int) -> ResponseReturnValue:
    """The form of a draft or returned project."""
    project = project_of(project_id)
    return _form_page(_filled_form(project), project)


@bp.post("/<int:project_id>/edit")
def save_project(project_id: int) -> ResponseReturnValue:
    """Save the form."""
    project, form = project_of(project_id), ProjectForm()
    _offer(form)
    if form.add_row.data:
        form.indicators.append_entry()
        return _form_page(form, project)

    def act() -> ResponseReturnValue:
        services.edit_project(
            db_session(),
            actor=current_actor(),
            project=project,
            version=form.base_version,
            details=_details(form),
            now=now(),
        )
        flash(_("The project is saved."))
        return redirect(_page(project), 303)

    return form.answer(
        act,
        lambda: _form_page(form, project),
        lambda stale: show_stale(form, stale, back_url=_page(project)),
    )


@bp.post("/<int:project_id>/delete")
def delete_project(project_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    services.delete_project(db_session(), actor=current_actor(), project=project_of(project_id), now=now())
    flash(_("The draft is deleted."))
    return redirect(url_for("projects.list_projects"), 303)


@bp.post("/<int:project_id>/submit")
def submit_project(project_id: int) -> ResponseReturnValue:
    """Hand the project to the department; what is missing is shown in its form."""
    project = project_of(project_id)
    form = HandInForm(_filled_form(project))

    def act() -> ResponseReturnValue:
        services.submit_project(db_session(), actor=current_actor(), project=project, now=now())
        flash(_("The project is submitted. The department answers with its number or a reason."))
        return redirect(_page(project), 303)

    return form.answer(act, lambda: _form_page(form.whole, project))


@bp.post("/<int:project_id>/return")
def return_project(project_id: int) -> ResponseReturnValue:
    """Give the project back with the reason."""
    project, form = project_of(project_id), ReasonForm()

    def act() -> ResponseReturnValue:
        services.return_project(
            db_session(), actor=current_actor(), project=project, reason=str(form.reason.data), now=now()
        )
        flash(_("The project is returned to its circle."))
        return redirect(_page(project), 303)

    return form.answer(act, lambda: review_page(project, reason=form))


@bp.post("/<int:project_id>/approve")
def approve_project(project_id: int) -> ResponseReturnValue:
    """Register the project."""
    project, form = project_of(project_id), ApproveForm()

    def act() -> ResponseReturnValue:
        services.approve_project(
            db_session(),
            actor=current_actor(),
            project=project,
            exception_reason=form.exception_reason.data or "",
            now=now(),
        )
        flash(_("The project is registered as %(number)s.", number=project.number))
        return redirect(_page(project), 303)

    return form.answer(act, lambda: review_page(project, approve=form))


def review_page(project: Project, **more: Any) -> str:
    """The page of a project before its registration; `more` replaces forms by refused ones."""
    session, actor = db_session(), current_actor()
    method = queries.method_of(session, project) if project.method_edition_id else None
    unfinished = queries.unfinished_of_circle(session, project.circle_id or 0, but_not=project.id)
    context = {
        "project": project,
        "method": method,
        "method_name": method.names.in_(locale_name()) if method else "–",
        "words": {
            "focus_area": term_names(session, "focus_area"),
            "domain": term_names(session, "domain"),
            "source": term_names(session, "project_source"),
        },
        "unfinished": unfinished,
        "may_edit": rules.can_edit_project(actor, project) and rules.is_editable(project),
        "may_review": rules.can_review_project(actor, project) and project.state is ProjectState.SUBMITTED,
        "may_comment": rules.can_comment(actor, project),
        "may_start_next": rules.can_work_on(actor, project) and project.state is ProjectState.RETURNED,
        "approve": ApproveForm(formdata=None),
        "reason": ReasonForm(formdata=None),
        "confirm": ConfirmForm(formdata=None),
        **talk_of(project),
        **kin_of(project),
    }
    return render_template("projects/review_project.html", **(context | more))


def _page(project: Project) -> str:
    return url_for("projects.show_project", project_id=project.id)


def _circles() -> list[Circle]:
    return list(queries.circles_to_register_for(db_session(), current_actor()))


def _offer(form: ProjectForm) -> None:
    session, locale = db_session(), locale_name()
    form.circle.choices = offered([(str(row.id), f"{row.name} · {row.number}") for row in _circles()])
    form.focus_area.choices = offered(list(term_names(session, "focus_area").items()))
    form.domain.choices = offered(list(term_names(session, "domain").items()))
    methods = queries.methods_offered(session)
    form.method.choices = offered([(str(edition.id), pack.names.in_(locale)) for edition, pack in methods])
    form.source.choices = offered([("", "–"), *term_names(session, "project_source").items()])
    rows = industries(session)
    form.industry.choices = offered(
        [("", "–"), *((str(row.id), f"{row.code} {row.label(locale)}") for row in rows)]
    )
    form.offer_codes(indicator_codes())


def indicator_codes() -> list[tuple[str, str]]:
    """The catalogue's indicators with their units, as choices."""
    catalogue = queries.catalogue(db_session())
    if catalogue is None:
        return []
    return [(row.code, f"{row.names.in_(locale_name())} ({row.unit})") for row in catalogue.indicators]


def _form_page(form: ProjectForm, project: Project | None) -> str:
    _offer(form)
    return render_template("projects/edit_project.html", form=form, project=project, circles=_circles())


def _filled_form(project: Project) -> ProjectForm:
    stored: dict[str, Any] = {
        name: getattr(project, name)
        for name in (
            "title",
            "focus_area",
            "domain",
            "source",
            "reason",
            "starts_on",
            "ends_on",
            "investment_yuan",
        )
    }
    stored |= {
        "circle": str(project.circle_id or ""),
        "version": str(project.version),
        "method": _newest_method(project),
        "industry": str(project.industry_id or ""),
        "indicators": indicator_data(project),
    }
    form = ProjectForm(data=stored) if request.method == "GET" else ProjectForm(formdata=None, data=stored)
    _offer(form)
    return form


def _newest_method(project: Project) -> str:
    if project.method_edition_id is None:
        return ""
    key = queries.method_of(db_session(), project).key
    offered_now = {pack.key: edition.id for edition, pack in queries.methods_offered(db_session())}
    return str(offered_now.get(key, ""))


def indicator_data(project: Project) -> list[dict[str, Any]]:
    """The stored indicators as the rows of the form."""
    return [_row_data(row) for row in project.indicators]


def _row_data(row: Indicator) -> dict[str, Any]:
    names = ("id", "code", "name", "unit", "baseline", "target", "due_on")
    data = {name: getattr(row, name) for name in names}
    return data | {"direction": "lower" if row.lower_is_better else "higher"}


def _details(form: ProjectForm) -> ProjectDetails:
    return ProjectDetails(
        title=form.title.data or "",
        focus_area=form.focus_area.data or "",
        domain=form.domain.data or "",
        method_edition_id=int(form.method.data) if form.method.data else None,
        industry_id=int(form.industry.data) if form.industry.data else None,
        reason=form.reason.data or "",
        source=form.source.data or "",
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        investment_yuan=form.investment_yuan.data,
        indicators=indicator_rows([entry.form for entry in form.indicators]),
    )


def indicator_rows(rows: list[IndicatorRow]) -> tuple[IndicatorDetails, ...]:
    """The rows into which something was written, with the catalogue's name and unit where none was typed."""
    catalogue = queries.catalogue(db_session())
    found = []
    for row in rows:
        if is_blank(row):
            continue
        entry = catalogue.indicator(row.code.data or "") if catalogue else None
        found.append(
            IndicatorDetails(
                id=whole_number(row.id.data),
                code=row.code.data or "",
                name=row.name.data or (entry.names.in_(locale_name()) if entry else ""),
                unit=row.unit.data or (entry.unit if entry else ""),
                baseline=row.baseline.data,
                target=row.target.data,
                due_on=row.due_on.data,
                lower_is_better=row.direction.data != "higher",
            )
        )
    return tuple(found)
