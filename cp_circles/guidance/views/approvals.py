"""Approving many at once, with exceptions."""

from flask import request
from flask.typing import ResponseReturnValue

from cp_circles.guidance import queries, services
from cp_circles.guidance.forms import ApprovalForm
from cp_circles.guidance.services import Outcome, guards
from cp_circles.guidance.views.blueprint import bp, company_of, dated, desk_page
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.paging import page_of
from cp_circles.web.session import db_session, today

AT_ONCE = 50


@bp.get("/companies/<int:company_id>/approvals")
def show_approvals(company_id: int) -> ResponseReturnValue:
    """What waits: ticked, but for what bears a warning."""
    company = company_of(company_id)
    guards.require_department(current_actor(), company.id)
    return _page(company, ApprovalForm(None))


@bp.post("/companies/<int:company_id>/approvals")
def approve(company_id: int) -> ResponseReturnValue:
    """Approve what is ticked, each by its own rules, and tell what became of it."""
    company, form = company_of(company_id), ApprovalForm()
    guards.require_department(current_actor(), company.id)
    ticked = request.form.getlist("items")

    def act() -> ResponseReturnValue:
        outcomes = services.approve_together(
            db_session(),
            company=company,
            keys=ticked,
            keep_others="keep_others" in request.form,
            exception_reason=form.exception_reason.data or "",
            **dated(),
        )
        if all(one.done for one in outcomes):
            return _page(company, ApprovalForm(None), outcomes=outcomes)
        return _page(company, form, outcomes=outcomes, ticked=ticked)

    return form.answer(act, lambda: _page(company, form, ticked=ticked))


def _page(
    company: Company,
    form: ApprovalForm,
    *,
    outcomes: list[Outcome] | None = None,
    ticked: list[str] | None = None,
) -> str:
    waiting = queries.waiting_of(db_session(), company, today=today())
    chosen = [one.key for one in waiting if not one.warnings] if ticked is None else ticked
    return desk_page(
        "approvals",
        company,
        "approvals",
        page=page_of(waiting, per_page=AT_ONCE),
        form=form,
        outcomes=outcomes,
        chosen=chosen,
    )
