"""What the department wrote about one circle, as the circle reads it and answers."""

from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.circles import queries as circle_queries
from cp_circles.circles.models import Circle
from cp_circles.errors import NotAllowed, NotFound
from cp_circles.files import queries as files
from cp_circles.files.naming import may_be_shown
from cp_circles.files.services import store_blob
from cp_circles.guidance import queries, rules, services
from cp_circles.guidance.forms import ClosingForm, DoneForm
from cp_circles.guidance.models import Finding, Visit
from cp_circles.guidance.views.blueprint import bp, dated, done, storage
from cp_circles.guidance.views.kinds import step_names
from cp_circles.projects.models import Project
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.session import db_session, now, today
from cp_circles.web.uploads import read_uploads


def _circle(circle_id: int) -> Circle:
    circle = circle_queries.circle_by_id(db_session(), circle_id)
    if not rules.can_see_circle_file(current_actor(), circle):
        raise NotFound
    return circle


def _finding(finding_id: int) -> Finding:
    finding = queries.finding_by_id(db_session(), finding_id)
    _circle(finding.inspection.circle_id)
    return finding


@bp.get("/circles/<int:circle_id>")
def show_circle(circle_id: int) -> ResponseReturnValue:
    """Advice, findings, training and appraisals of one circle."""
    return _page(_circle(circle_id))


def _page(circle: Circle, refused: tuple[str, int, DoneForm] | None = None) -> str:
    """The page; a form that was refused stands at its visit or finding."""
    session = db_session()
    visits = queries.visits_of_circle(session, circle.id)
    findings = queries.findings_of_circle(session, circle.id)
    places = [one.project for one in visits] + [one.inspection.project for one in findings]
    return render_template(
        "guidance/show_circle.html",
        circle=circle,
        visits=visits,
        findings=findings,
        steps=step_names(places),
        months=queries.months_of_circle(session, circle.id),
        hours=queries.hours_of_circle(session, circle),
        may_settle=rules.can_settle(current_actor(), circle),
        reason=DoneForm(None),
        closing=ClosingForm(None),
        refused=refused,
        today=today(),
    )


@bp.app_template_global("advice_at")
def advice_at(project: Project, step_key: str | None = None) -> dict[str, Any]:
    """What visits advised and inspections found on a project, or at one step of it, for those who may see."""
    if project.circle is None or not rules.can_see_circle_file(current_actor(), project.circle):
        return {}
    visits, findings = queries.advice_on(db_session(), project.id, step_key)
    return {"visits": visits, "findings": findings, "circle_id": project.circle_id, "today": today()}


@bp.post("/visits/<int:visit_id>/report")
def report_visit(visit_id: int) -> ResponseReturnValue:
    """Say what was done about the advice."""
    visit = db_session().get(Visit, visit_id)
    if visit is None:
        raise NotFound
    circle, form = _circle(visit.circle_id), DoneForm()
    if not rules.can_settle(current_actor(), circle):
        raise NotAllowed
    circle_id = circle.id

    def act() -> ResponseReturnValue:
        services.report_visit(db_session(), visit=visit, note=form.reason.data or "", **dated())
        return done(_("Reported."), "show_circle", circle_id=circle_id)

    return form.answer(act, lambda: _page(_circle(circle_id), ("visit", visit_id, form)))


@bp.post("/findings/<int:finding_id>/close")
def close_finding(finding_id: int) -> ResponseReturnValue:
    """Close a finding with what shows it."""
    finding, form = _finding(finding_id), ClosingForm()
    circle = finding.inspection.circle
    if not rules.can_settle(current_actor(), circle):
        raise NotAllowed
    circle_id = circle.id

    def act() -> ResponseReturnValue:
        uploads = read_uploads(form.file.data or [], field="file", most=1)
        stored = [
            (store_blob(db_session(), storage(), one.content, one.name, now()), one.name) for one in uploads
        ]
        services.close_finding(
            db_session(),
            finding=finding,
            note=form.reason.data or "",
            evidence=stored[0] if stored else None,
            **dated(),
        )
        return done(_("The finding is closed."), "show_circle", circle_id=circle_id)

    return form.answer(act, lambda: _page(_circle(circle_id), ("finding", finding_id, form)))


@bp.get("/findings/<int:finding_id>/file")
def finding_file(finding_id: int) -> Response:
    """The file that shows that a finding is closed."""
    finding = _finding(finding_id)
    if finding.sha256 is None:
        raise NotFound
    blob = files.blob_by_hash(db_session(), finding.sha256)
    return send_content(
        files.open_blob(storage(), blob),
        sha256=blob.sha256,
        media_type=blob.media_type,
        name=finding.filename,
        shown=may_be_shown(blob.media_type),
    )
