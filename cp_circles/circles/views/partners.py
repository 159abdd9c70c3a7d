"""Joint circles: the companies that take part, asking one more, joining, declining and leaving."""

from decimal import Decimal

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.circles import queries, rules, services
from cp_circles.circles.forms import PartnerForm
from cp_circles.circles.models import Circle, CirclePartner, PartnerState
from cp_circles.circles.presenting import joint_lines
from cp_circles.circles.services.partners import NOT_HOME, OPEN
from cp_circles.circles.views.blueprint import bp, circle_of, dated
from cp_circles.errors import Invalid, NotAllowed, NotFound, msg
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Company, Department
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.i18n import label
from cp_circles.web.session import db_session


def _circle(circle_id: int) -> Circle:
    circle = circle_of(circle_id)
    if not rules.can_see_partners(current_actor(), circle):
        raise NotFound
    return circle


def _partner(circle_id: int, partner_id: int) -> CirclePartner:
    return queries.partner_of(db_session(), _circle(circle_id), partner_id)


@bp.get("/<int:circle_id>/partners")
def show_partners(circle_id: int) -> str:
    """The companies of a joint circle with their shares."""
    return _page(_circle(circle_id), PartnerForm(None))


def _page(circle: Circle, form: PartnerForm, refused: tuple[str, int, ReasonForm] | None = None) -> str:
    """The page; a reason that was refused stands at its act and partner."""
    return render_template(
        "circles/show_partners.html",
        circle=circle,
        lines=joint_lines(circle),
        form=form,
        may_ask=circle.state in OPEN and rules.can_ask_partners(current_actor(), circle),
        confirm=ConfirmForm(None),
        reason=ReasonForm(None),
        refused=refused,
    )


@bp.post("/<int:circle_id>/partners")
def ask_partner(circle_id: int) -> ResponseReturnValue:
    """Ask a company to take part."""
    circle, form = _circle(circle_id), PartnerForm()
    if not rules.can_ask_partners(current_actor(), circle):
        raise NotAllowed(NOT_HOME)

    def act() -> ResponseReturnValue:
        company = _company(form.company.data or "")
        services.ask_partner(
            db_session(),
            circle=circle,
            company=company,
            department=_department(company, form.department.data or ""),
            share=(form.share.data or Decimal(0)) / 100,
            reason=form.reason.data or "",
            **dated(),
        )
        if company.id == circle.company_id:
            return _back(circle, _("The workshop takes part from today."))
        return _back(
            circle, _("Asked: the department of %(name)s has a task to answer.", name=label(company))
        )

    return form.answer(act, lambda: _page(circle, form))


def _company(code: str) -> Company:
    session = db_session()
    found = organisations.company_by_short_code(session, code) or organisations.company_by_code(
        session, code.strip().upper()
    )
    if found is None:
        raise Invalid(msg("No company has this code."), field="company")
    return found


def _department(company: Company, name: str) -> Department | None:
    if not name.strip():
        return None
    rows = organisations.departments_of(db_session(), company.id)
    found = next((row for row in rows if row.name == name.strip()), None)
    if found is None:
        raise Invalid(msg("Choose an open department of this company."), field="department")
    return found


@bp.post("/<int:circle_id>/partners/<int:partner_id>/join")
def join_circle(circle_id: int, partner_id: int) -> ResponseReturnValue:
    """Take part with the asked share."""
    partner = _partner(circle_id, partner_id)
    services.answer_partner(db_session(), partner=partner, joins=True, **dated())
    return _back(partner.circle, _("Your company takes part from today."))


@bp.post("/<int:circle_id>/partners/<int:partner_id>/decline")
def decline_circle(circle_id: int, partner_id: int) -> ResponseReturnValue:
    """Decline with a reason."""
    partner, form = _partner(circle_id, partner_id), ReasonForm()

    def act() -> ResponseReturnValue:
        services.answer_partner(
            db_session(), partner=partner, joins=False, text=form.reason.data or "", **dated()
        )
        return _back(partner.circle, _("Declined: the leader has a message with your reason."))

    return form.answer(act, lambda: _again(circle_id, ("decline", partner_id, form)))


@bp.post("/<int:circle_id>/partners/<int:partner_id>/leave")
def leave_circle(circle_id: int, partner_id: int) -> ResponseReturnValue:
    """End a partner's part with a reason."""
    partner, form = _partner(circle_id, partner_id), ReasonForm()
    was_asked = partner.state is PartnerState.ASKED

    def act() -> ResponseReturnValue:
        services.leave_circle(db_session(), partner=partner, reason=form.reason.data or "", **dated())
        if was_asked:
            return _back(partner.circle, _("The question is taken back."))
        return _back(partner.circle, _("The partner has left; what was verified stays counted."))

    return form.answer(act, lambda: _again(circle_id, ("leave", partner_id, form)))


def _again(circle_id: int, refused: tuple[str, int, ReasonForm]) -> str:
    """The page once more for whom it offers this act; NotAllowed for anybody else."""
    circle, (act, partner_id, _form) = _circle(circle_id), refused
    lines = [row for row in joint_lines(circle) if row.partner and row.partner.id == partner_id]
    if not any(row.may_answer if act == "decline" else row.may_end for row in lines):
        raise NotAllowed
    return _page(circle, PartnerForm(None), refused)


def _back(circle: Circle, message: str) -> ResponseReturnValue:
    """Say so and show the partners, or the list of circles to whom no longer sees this one."""
    flash(message, "success")
    if rules.can_see_partners(current_actor(), circle):
        return redirect(url_for("circles.show_partners", circle_id=circle.id), 303)
    return redirect(url_for("circles.list_circles"), 303)
