"""Signals to the department and the facilitators."""

from datetime import date, datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound
from cp_circles.guidance import queries, rules, services
from cp_circles.guidance.queries import SIGNALS
from cp_circles.guidance.views.blueprint import acting, bp, company_of, desk_page, done
from cp_circles.projects.models import Project
from cp_circles.web.access import current_actor
from cp_circles.web.formats import date_text, datetime_text, number
from cp_circles.web.forms import ReasonForm
from cp_circles.web.i18n import translate
from cp_circles.web.paging import page_of
from cp_circles.web.session import clock, db_session


@bp.get("/companies/<int:company_id>/signals")
def show_signals(company_id: int) -> ResponseReturnValue:
    """What stands out in the projects, as questions; only the department and facilitators read it."""
    company = company_of(company_id)
    if not rules.can_see_signals(current_actor(), company.id):
        raise NotFound
    everything, key = "all" in request.args, request.args.get("signal", "")
    rows = []
    for found in queries.signals_of(db_session(), company.id, zone=clock().zone):
        for one in found.signals if everything else found.open:
            if key not in SIGNALS or one.key == key:
                rows.append((found.project, one))
    return desk_page(
        "signals",
        company,
        "signals",
        page=page_of(rows),
        names=SIGNALS,
        chosen=key,
        everything=everything,
        said=_said,
        reason=ReasonForm(None),
    )


def _said(seen: tuple[str, dict[str, Any]]) -> str:
    text, values = seen
    return translate(text, {name: _shown(value) for name, value in values.items()})


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return datetime_text(value)
    if isinstance(value, date):
        return date_text(value)
    return value if isinstance(value, str) else number(value)


@bp.post("/projects/<int:project_id>/signals/<signal>")
def look_at_signal(project_id: int, signal: str) -> ResponseReturnValue:
    """Mark a signal as looked at and fine."""
    project = db_session().get(Project, project_id)
    if project is None or not rules.can_see_signals(current_actor(), project.company_id):
        raise NotFound
    form = ReasonForm()
    if not form.validate():
        raise Invalid(str(form.reason.errors[0]), field="reason")
    services.look_at_signal(
        db_session(), project=project, signal=signal, note=form.reason.data or "", **acting()
    )
    return done(_("Noted as looked at."), "show_signals", company_id=project.company_id)
