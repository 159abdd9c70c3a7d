"""Pages of the workbench: its sheets, their forms, and what may be done to them."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.calc.tools import TOOLS, Worked, fields_of, work
from cp_circles.errors import NotFound, Stale
from cp_circles.projects import queries as projects
from cp_circles.projects.models import Project
from cp_circles.projects.rules import can_work_on, takes_sheets
from cp_circles.tools import offering, queries, rules, services, sources
from cp_circles.tools import presenting as shown
from cp_circles.tools.checking import tool_of
from cp_circles.tools.forms import SheetForm
from cp_circles.tools.models import ToolSheet
from cp_circles.tools.typing_in import raw_inputs
from cp_circles.web.access import current_actor
from cp_circles.web.formats import date_text
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, in_turn, now, today

bp = Blueprint("tools", __name__, url_prefix="/tools")
MORE_ROWS = 5


def _project(project_id: int) -> Project:
    in_turn("project", project_id)
    return projects.project_for(db_session(), actor=current_actor(), project_id=project_id)


def _sheet(sheet_id: int) -> tuple[ToolSheet, Project]:
    sheet, project = queries.sheet_for(db_session(), actor=current_actor(), sheet_id=sheet_id)
    in_turn("project", project.id)
    return sheet, project


@bp.app_template_global("sheets_at")
def sheets_at(project: Project, step_key: str) -> dict[str, Any]:
    """What the page of a step shows of the workbench: its sheets and the tools that it suggests."""
    method = projects.method_of(db_session(), project)
    may = can_work_on(current_actor(), project) and takes_sheets(project, step_key)
    codes = offering.suggested_by(method.step(step_key))
    found = queries.sheets_of(db_session(), project.id, step_key)
    return {
        "sheets": [shown.shown(sheet, method) for sheet in found],
        "offers": shown.offered(codes, project, step_key) if may else [],
        "may": may,
    }


@bp.get("/project/<int:project_id>")
def show_workbench(project_id: int) -> ResponseReturnValue:
    """The sheets of a project, and the tools on offer, those that the present step suggests first."""
    project, session = _project(project_id), db_session()
    method = projects.method_of(session, project)
    step = projects.current_step(project, method)
    suggested = offering.suggested_by(step)
    key = step.key if step else ""
    found = queries.sheets_of(session, project.id, withdrawn=True)
    may = can_work_on(current_actor(), project) and takes_sheets(project, "")
    return render_template(
        "tools/workbench.html",
        project=project,
        step=step,
        step_name=step.names.in_(locale_name()) if step else "",
        sheets=[shown.shown(sheet, method) for sheet in found if rules.is_standing(sheet)],
        withdrawn=[sheet for sheet in found if not rules.is_standing(sheet)],
        suggested=shown.offered(suggested, project, key),
        others=shown.offered(offering.others(suggested), project, key),
        may=may,
    )


@bp.get("/project/<int:project_id>/new/<code>")
def new_sheet(project_id: int, code: str) -> ResponseReturnValue:
    """The form of a new sheet, empty or filled from the project's own records."""
    project, tool = _project(project_id), tool_of(code)
    key = request.args.get("step", "")
    services.require_writable(current_actor(), project, key)
    form = SheetForm(data={"title": _(tool.title), "step_key": key, "source": request.args.get("source", "")})
    raw, worked = _from_source(project, code, str(form.source.data or ""))
    return _form_page(project, code, form, raw, worked)


@bp.post("/project/<int:project_id>/new/<code>")
def create_sheet(project_id: int, code: str) -> ResponseReturnValue:
    """Keep a new sheet; a button inside the form only shows it again with more rows or its figure."""
    project, tool = _project(project_id), tool_of(code)
    form = SheetForm()
    services.require_writable(current_actor(), project, str(form.step_key.data or ""))
    typed, act = _typed()
    raw = raw_inputs(fields_of(tool.inputs), typed, _sign)
    if act not in {"save", "draft"}:
        return _acted(project, code, form, raw, act)
    _offer_steps(form, project)

    def keep() -> ResponseReturnValue:
        sheet = services.create_sheet(
            db_session(),
            actor=current_actor(),
            project=project,
            code=code,
            inputs=raw,
            source=sources.read_source(str(form.source.data or "")),
            unfinished=act == "draft",
            now=now(),
            **_texts(form, "title", "note", "step_key"),
        )
        flash(_("The sheet is kept."))
        return _to(sheet)

    return form.answer(keep, lambda: _form_page(project, code, form, raw, work(tool, raw)))


@bp.get("/<int:sheet_id>")
def show_sheet(sheet_id: int) -> ResponseReturnValue:
    """A sheet: its answer in one sentence, figure, facts, notes and versions."""
    sheet, project = _sheet(sheet_id)
    return _sheet_page(sheet, project, ReasonForm(formdata=None))


def _sheet_page(sheet: ToolSheet, project: Project, reason: ReasonForm) -> str:
    version = queries.version_of(sheet, request.args.get("version", type=int))
    method = projects.method_of(db_session(), project)
    may = can_work_on(current_actor(), project) and takes_sheets(project, sheet.step_key)
    return render_template(
        "tools/show_sheet.html",
        project=project,
        one=shown.shown(sheet, method, version),
        is_latest=version is sheet.latest,
        may=may and rules.is_standing(sheet),
        confirm=ConfirmForm(formdata=None),
        reason=reason,
    )


@bp.get("/<int:sheet_id>/edit")
def edit_sheet(sheet_id: int) -> ResponseReturnValue:
    """The form of a sheet, with its latest version, or filled anew from a source of the project."""
    sheet, project = _sheet(sheet_id)
    services.require_changeable(current_actor(), project, sheet)
    last = sheet.latest
    source = request.args.get("source") or (sources.written(last.source) if last.source else "")
    data = {"title": last.title, "note": last.note, "source": source, "version": str(last.number)}
    form = _edit_form(SheetForm(data=data))
    raw, worked = dict(last.inputs), None
    if request.args.get("source"):
        fresh, worked = _from_source(project, sheet.code, source)
        raw |= fresh
    return _form_page(project, sheet.code, form, raw, worked, sheet)


@bp.post("/<int:sheet_id>/edit")
def save_sheet(sheet_id: int) -> ResponseReturnValue:
    """Write a new version; a stale save shows both texts."""
    sheet, project = _sheet(sheet_id)
    services.require_changeable(current_actor(), project, sheet)
    tool, form = tool_of(sheet.code), _edit_form(SheetForm())
    typed, act = _typed()
    raw = raw_inputs(fields_of(tool.inputs), typed, _sign)
    if act not in {"save", "draft"}:
        return _acted(project, sheet.code, form, raw, act, sheet)

    def keep() -> ResponseReturnValue:
        services.change_sheet(
            db_session(),
            actor=current_actor(),
            project=project,
            sheet=sheet,
            version=form.base_version,
            inputs=raw,
            source=sources.read_source(str(form.source.data or "")),
            unfinished=act == "draft",
            now=now(),
            **_texts(form, "title", "note"),
        )
        flash(_("The sheet is kept as a new version; the earlier ones stay readable."))
        return _to(sheet)

    def again(*, stale: bool = False) -> str:
        return _form_page(project, sheet.code, form, raw, work(tool, raw), sheet, stale=stale)

    def too_late(_stale: Stale) -> ResponseReturnValue:
        form.version.data, form.version.raw_data = str(sheet.latest.number), None
        return again(stale=True), 409

    return form.answer(keep, again, too_late)


@bp.post("/<int:sheet_id>/refresh")
def refresh_sheet(sheet_id: int) -> ResponseReturnValue:
    """Fill a sheet anew from its source."""
    sheet, project = _sheet(sheet_id)
    changed = services.refresh_sheet(
        db_session(), actor=current_actor(), project=project, sheet=sheet, language=locale_name(), now=now()
    )
    flash(
        _("The sheet is filled anew; the earlier version stays readable.")
        if changed
        else _("Nothing has changed at the source.")
    )
    return _to(sheet)


@bp.post("/<int:sheet_id>/withdraw")
def withdraw_sheet(sheet_id: int) -> ResponseReturnValue:
    """Take a sheet back with a reason."""
    sheet, project = _sheet(sheet_id)
    form = ReasonForm()

    def act() -> ResponseReturnValue:
        services.withdraw_sheet(
            db_session(),
            actor=current_actor(),
            project=project,
            sheet=sheet,
            reason=str(form.reason.data),
            now=now(),
        )
        flash(_("The sheet is withdrawn; it stays readable and is quoted no more."))
        return redirect(url_for("tools.show_workbench", project_id=project.id), 303)

    return form.answer(act, lambda: _sheet_page(sheet, project, form))


@bp.get("/<int:sheet_id>/numbers.csv")
def sheet_csv(sheet_id: int) -> ResponseReturnValue:
    """The exact numbers of a sheet's figure."""
    sheet, project = _sheet(sheet_id)
    version = queries.version_of(sheet, request.args.get("version", type=int))
    chart = shown.shown(sheet, projects.method_of(db_session(), project), version).chart
    if chart is None:
        raise NotFound
    answer = Response("\ufeff" + chart.table.csv(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="sheet-{sheet.id}-{version.number}.csv"'
    return answer


def _typed() -> tuple[dict[str, str], str]:
    """What was sent without the row that a button takes out, and the button."""
    typed = {name: value for name, value in request.form.items() if isinstance(value, str)}
    act = typed.pop("act", "save")
    if act.startswith("drop:"):
        name, _sep, number = act.removeprefix("drop:").partition(":")
        typed = {key: value for key, value in typed.items() if not key.startswith(f"{name}-{number}-")}
    return typed, act


def _sign(text: str) -> str:
    return shown.bones_by_name().get(text.strip(), text)


def _acted(
    project: Project,
    code: str,
    form: SheetForm,
    raw: dict[str, Any],
    act: str,
    sheet: ToolSheet | None = None,
) -> str:
    extra = {act.removeprefix("add:"): MORE_ROWS} if act.startswith("add:") else {}
    worked = work(TOOLS[code], raw) if act == "preview" else None
    return _form_page(project, code, form, raw, worked, sheet, extra=extra)


def _from_source(project: Project, code: str, text: str) -> tuple[dict[str, Any], Worked | None]:
    source = sources.read_source(text)
    if source is None:
        return {}, None
    raw = sources.filled(db_session(), project, code, source, language=locale_name(), today=today())
    return raw, work(TOOLS[code], raw)


def _texts(form: SheetForm, *names: str) -> dict[str, str]:
    return {name: str(value or "") for name, value in form.chosen(*names).items()}


def _edit_form(form: SheetForm) -> SheetForm:
    del form.step_key
    return form


def _offer_steps(form: SheetForm, project: Project) -> None:
    method = projects.method_of(db_session(), project)
    open_keys = {row.key for row in project.steps if takes_sheets(project, row.key)}
    names = [(step.key, f"{step.number} {step.names.in_(locale_name())}") for step in method.steps]
    form.offer_steps([pair for pair in names if pair[0] in open_keys])


def _form_page(
    project: Project,
    code: str,
    form: SheetForm,
    raw: dict[str, Any],
    worked: Worked | None,
    sheet: ToolSheet | None = None,
    *,
    extra: dict[str, int] | None = None,
    stale: bool = False,
) -> str:
    tool, session = tool_of(code), db_session()
    if "step_key" in form._fields:
        _offer_steps(form, project)
    pictures = queries.pictures_of(session, project.id) if code == "photos" else []
    reasons = worked.reasons if worked is not None else ()
    method = projects.method_of(session, project)
    return render_template(
        "tools/edit_sheet.html",
        project=project,
        tool=tool,
        sheet=sheet,
        form=form,
        groups=shown.groups_of(
            tool,
            raw,
            reasons,
            pictures=[
                (str(id_), f"{title} · {version.filename} · {date_text(version.effective_on)}")
                for id_, title, version in pictures
            ],
            extra=extra,
        ),
        summary=shown.summary_of(tool, reasons),
        preview=shown.preview(code, worked, form.title.data or "")
        if worked is not None and worked.done
        else None,
        runs=shown.run_table(raw) if code == "orthogonal" else None,
        offers=sources.offers(session, project, code, language=locale_name()),
        stale=shown.shown(sheet, method) if sheet is not None and stale else None,
    )


def _to(sheet: ToolSheet) -> ResponseReturnValue:
    return redirect(url_for("tools.show_sheet", sheet_id=sheet.id), 303)
