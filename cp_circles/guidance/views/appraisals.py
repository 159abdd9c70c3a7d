"""The month: points, places and comments of the company's circles."""

from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.circles.models import Circle
from cp_circles.circles.rules import LIVE
from cp_circles.errors import NotFound
from cp_circles.guidance import queries, services
from cp_circles.guidance.forms import AppraisalForm
from cp_circles.guidance.models import Appraisal
from cp_circles.guidance.presenting.places import placed
from cp_circles.guidance.services import guards
from cp_circles.guidance.views.blueprint import bp, company_of, dated, desk_page, done
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.paging import page_of
from cp_circles.web.session import db_session, today
from cp_circles.web.versions import show_stale


def _month(text: str) -> date:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise NotFound from error
    if month > today() or month.year < 2000:
        raise NotFound
    return month


@bp.get("/companies/<int:company_id>/appraisals/<month>")
def show_month(company_id: int, month: str) -> ResponseReturnValue:
    """All circles of a month by points, with the month before."""
    company, first = company_of(company_id), _month(month)
    rows = queries.appraisals_of_month(db_session(), company.id, first)
    seen = {row.circle_id for row in rows}
    missing = [one for one in queries.circles_of_company(db_session(), company.id) if one.id not in seen]
    _edition, sheet = queries.sheet_of(db_session(), "appraisal")
    return desk_page(
        "show_month",
        company,
        "appraisals",
        month=first,
        month_key=month,
        months=[_shift(today().replace(day=1), back) for back in range(12)],
        page=page_of(placed(rows, queries.previous_points(db_session(), company.id, first))),
        missing=page_of(missing, argument="missing"),
        sheet=sheet,
    )


def _shift(first: date, back: int) -> date:
    index = first.year * 12 + first.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)


def _known(company: Company, circle_id: int) -> Circle:
    circle = db_session().get(Circle, circle_id)
    if circle is None or circle.company_id != company.id or circle.state not in LIVE:
        raise NotFound
    return circle


def _row(circle: Circle, month: date) -> Appraisal | None:
    rows = queries.appraisals_of_month(db_session(), circle.company_id, month)
    return next((row for row in rows if row.circle_id == circle.id), None)


@bp.get("/companies/<int:company_id>/appraisals/<month>/<int:circle_id>")
def appraise_form(company_id: int, month: str, circle_id: int) -> ResponseReturnValue:
    """The sheet of one circle and month."""
    company, first = company_of(company_id), _month(month)
    guards.require_department(current_actor(), company.id)
    circle = _known(company, circle_id)
    row = _row(circle, first)
    data = {"comment": row.comment, "version": row.version} if row else {}
    return _sheet_page(company, circle, first, AppraisalForm(data=data), row.points if row else {})


@bp.post("/companies/<int:company_id>/appraisals/<month>/<int:circle_id>")
def appraise(company_id: int, month: str, circle_id: int) -> ResponseReturnValue:
    """Give the points."""
    company, first, form = company_of(company_id), _month(month), AppraisalForm()
    guards.require_department(current_actor(), company.id)
    circle = _known(company, circle_id)
    edition, sheet = queries.sheet_of(db_session(), "appraisal")
    given = {item.key: request.form.get(f"points-{item.key}", "") for item in sheet.items}

    def act() -> ResponseReturnValue:
        services.appraise_circle(
            db_session(),
            circle=circle,
            edition=edition,
            month=first,
            points=form.points(sheet),
            comment=form.comment.data or "",
            version=form.base_version,
            **dated(),
        )
        return done(_("Saved."), "show_month", company_id=company.id, month=month)

    back = url_for("guidance.show_month", company_id=company.id, month=month)
    return form.answer(
        act,
        lambda: _sheet_page(company, circle, first, form, given),
        lambda stale: show_stale(form, stale, back_url=back),
    )


def _sheet_page(company: Company, circle: Circle, month: date, form: Any, points: dict[str, Any]) -> str:
    _edition, sheet = queries.sheet_of(db_session(), "appraisal")
    return desk_page(
        "appraise",
        company,
        "appraisals",
        circle=circle,
        month=month,
        month_key=f"{month:%Y-%m}",
        form=form,
        sheet=sheet,
        points=points,
    )
