"""The list of circles, the registration form, and the page of one circle."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from cp_circles.circles import queries, rules, services
from cp_circles.circles.forms import (
    CircleFilter,
    CircleForm,
    DutyForm,
    FactsForm,
    MemberForm,
    NewCircleForm,
    RenewForm,
    stored_form,
)
from cp_circles.circles.models import Circle
from cp_circles.circles.presenting import joint_lines
from cp_circles.circles.services.partners import OPEN
from cp_circles.circles.views.blueprint import acting, bp, circle_of, dated, done
from cp_circles.circles.views.log import correctable
from cp_circles.errors import NotAllowed, NotFound
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm, whole_number
from cp_circles.web.history import history_of
from cp_circles.web.i18n import label
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, today
from cp_circles.web.versions import show_stale

LATEST_ACTIVITIES = 5


@bp.get("")
def list_circles() -> ResponseReturnValue:
    """The circles that the reader may see."""
    form, actor = CircleFilter(), current_actor()
    form.offer(_("All states"))
    company_id = whole_number(request.args.get("company"))
    found = queries.circles_listed(
        db_session(),
        actor=actor,
        company_id=company_id,
        state=form.chosen_state,
        text=form.q.data or "",
        sort=request.args.get("sort", "number"),
        page=requested_page(),
    )
    return render_template(
        "circles/list_circles.html",
        page=listed(found),
        form=form,
        company=found.rows[0].company if company_id and found.rows else None,
        may_start=bool(queries.companies_to_start_in(db_session(), actor)),
    )


@bp.get("/new")
def new_circle() -> ResponseReturnValue:
    """The registration form, empty but for its writer."""
    companies = _companies()
    chosen = next((row for row in companies if str(row.id) == request.args.get("company")), companies[0])
    form = NewCircleForm(data={"company_id": chosen.id})
    return _form_page(form, chosen, companies=companies)


@bp.post("")
def draft_circle() -> ResponseReturnValue:
    """Save the registration as a draft, or submit it at once."""
    companies, form = _companies(), NewCircleForm()
    company = next((row for row in companies if row.id == form.company_id.data), None)
    if company is None:
        raise NotFound
    _offer(form, company, companies)

    def act() -> ResponseReturnValue:
        circle = services.draft_circle(
            db_session(), company=company, members=form.entries(), **_facts(form), **dated()
        )
        return _kept(circle)

    return form.answer(act, lambda: _form_page(form, company, companies=companies))


@bp.get("/<int:circle_id>")
def show_circle(circle_id: int) -> ResponseReturnValue:
    """One circle; who stands outside sees only its public facts."""
    circle = circle_of(circle_id)
    if not rules.can_see_inside(current_actor(), circle):
        asked = rules.is_asked(current_actor(), circle)
        return render_template("circles/show_outside.html", circle=circle, is_asked=asked)
    return circle_page(circle)


def circle_page(circle: Circle, joining: MemberForm | None = None) -> str:
    """The page of a circle for those inside it, with a refused joining form if there is one."""
    year = today().year
    activities = queries.activities_of(db_session(), circle.id, size=LATEST_ACTIVITIES)
    return render_template(
        "circles/show_circle.html",
        circle=circle,
        may=_rights(circle),
        activities=activities,
        mine=correctable(circle, activities.rows),
        rates=queries.company_rates(db_session(), [circle.company_id], year=year)[circle.company_id],
        history=history_of(db_session(), circle),
        year=year,
        is_renewed=any(row.year == year for row in circle.years),
        confirm=ConfirmForm(None),
        reason=ReasonForm(None),
        renewal=RenewForm(None),
        joining=joining or MemberForm(None),
        duty=DutyForm(None),
        staff=queries.staff_names(db_session(), _company_ids(circle)),
        joint=joint_lines(circle),
        may_ask=circle.state in OPEN and rules.can_ask_partners(current_actor(), circle),
    )


def _company_ids(circle: Circle) -> list[int]:
    return [circle.company_id, *(row.company_id for row in circle.present_partners)]


def editable_circle(circle_id: int) -> Circle:
    """The circle, if the actor may change it: asked before a form is read, so that none is shown back."""
    circle = circle_of(circle_id)
    if not rules.can_edit(current_actor(), circle):
        raise NotAllowed
    return circle


@bp.get("/<int:circle_id>/edit")
def edit_circle(circle_id: int) -> ResponseReturnValue:
    """The registration form, or a registered circle's facts."""
    circle = editable_circle(circle_id)
    kind = CircleForm if circle.state in rules.EDITABLE else FactsForm
    return _form_page(kind(data=stored_form(circle)), circle.company, circle=circle)


@bp.post("/<int:circle_id>/edit")
def save_circle(circle_id: int) -> ResponseReturnValue:
    """Save the form."""
    circle = editable_circle(circle_id)
    form = CircleForm() if circle.state in rules.EDITABLE else FactsForm()
    _offer(form, circle.company)
    members = form.entries() if isinstance(form, CircleForm) else None

    def act() -> ResponseReturnValue:
        services.edit_circle(
            db_session(),
            circle=circle,
            version=form.base_version,
            members=members,
            **_facts(form),
            **dated(),
        )
        return _kept(circle)

    back = url_for("circles.show_circle", circle_id=circle.id)
    return form.answer(
        act,
        lambda: _form_page(form, circle.company, circle=circle),
        lambda stale: show_stale(form, stale, back_url=back),
    )


@bp.post("/<int:circle_id>/delete")
def delete_circle(circle_id: int) -> ResponseReturnValue:
    """Delete a draft that was never submitted."""
    services.delete_circle(db_session(), circle=circle_of(circle_id), **acting())
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("circles.list_circles"), 303)


def _kept(circle: Circle) -> ResponseReturnValue:
    if "submit" not in request.form or circle.state not in rules.EDITABLE:
        return done(circle, _("Saved."))
    services.submit_circle(db_session(), circle=circle, **dated())
    return done(circle, _("Submitted: the department has a task to approve it."))


def _companies() -> Sequence[Company]:
    found = queries.companies_to_start_in(db_session(), current_actor())
    if not found:
        raise NotAllowed
    return found


def _facts(form: Any) -> dict[str, Any]:
    facts: dict[str, Any] = form.chosen("name", "founded_on", "department_id")
    return facts | {"slogan": form.slogan.data or ""}


def _offer(form: Any, company: Company, companies: Sequence[Company] = ()) -> None:
    departments = [row for row in organisations.departments_of(db_session(), company.id) if row.active]
    form.department_id.choices = [SelectChoice("", _("Not stated"))] + [
        SelectChoice(str(row.id), row.name) for row in departments
    ]
    if "company_id" in form:
        form.company_id.choices = [SelectChoice(str(row.id), label(row)) for row in companies]


def _form_page(
    form: Any, company: Company, *, circle: Circle | None = None, companies: Sequence[Company] = ()
) -> str:
    _offer(form, company, companies)
    if "members" in form:
        while len(form.members.entries) < min(company.members_max, 30):
            form.members.append_entry()
    return render_template(
        "circles/edit_circle.html",
        form=form,
        circle=circle,
        company=company,
        companies=companies,
        staff=queries.staff_names(db_session(), _company_ids(circle) if circle else [company.id]),
    )


def _rights(circle: Circle) -> dict[str, bool]:
    """Which acts are offered: allowed, and possible in the present state."""
    actor, state = current_actor(), circle.state
    edits, decides = rules.can_edit(actor, circle), rules.can_approve(actor, circle)
    is_open, is_live = state in rules.EDITABLE, state in rules.LIVE
    return {
        "edit": edits and (is_open or is_live),
        "submit": edits and is_open,
        "delete": edits and state.value == "draft",
        "decide": decides and state.value == "submitted",
        "renew": edits and state.value == "registered",
        "revive": decides and state.value == "dormant",
        "deregister": decides and is_live,
        "members": edits and is_live,
        "log": rules.can_log_activity(actor, circle) and is_live,
    }
