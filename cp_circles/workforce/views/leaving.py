"""A colleague leaves, moves to another department, or arrives from another company."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, msg
from cp_circles.notices.presenting import task_lines
from cp_circles.organisations.models import Company
from cp_circles.organisations.queries import company_by_short_code, departments_of
from cp_circles.people.models import Role
from cp_circles.people.naming_queries import colleague_labels
from cp_circles.people.queries import person_by_id
from cp_circles.web.access import current_actor
from cp_circles.web.session import clock, db_session, today
from cp_circles.workforce import services
from cp_circles.workforce.forms import ArrivalForm, LeavingForm, MoveForm, leaving_form
from cp_circles.workforce.holding_queries import Holdings, holdings_of
from cp_circles.workforce.views.blueprint import acting, bp, company_of

PERSON = "/companies/<int:company_id>/people/<int:person_id>"
ARRIVAL = "/companies/<int:company_id>/arrivals/<int:person_id>"


@bp.get(f"{PERSON}/leaving")
def leaving(company_id: int, person_id: int) -> str:
    """What a colleague holds, and to whom each goes."""
    company, held = _held(company_id, person_id)
    form = leaving_form(held, colleague_labels(db_session(), company_id))
    return _page(company, held, form, _move_form(company, held))


def _held(company_id: int, person_id: int) -> tuple[Company, Holdings]:
    company = company_of(company_id)
    moment = acting()["now"]
    return company, holdings_of(db_session(), person_id=person_id, company_id=company_id, now=moment)


def _move_form(company: Company, held: Holdings) -> MoveForm:
    form = MoveForm()
    rows = departments_of(db_session(), company.id)
    form.department_id.choices = [
        (row.id, row.name) for row in rows if row.active and row.id != held.employment.department_id
    ]
    return form


def _page(company: Company, held: Holdings, form: LeavingForm, move_form: MoveForm) -> str:
    if form.last_day.data is None and not form.errors:
        form.last_day.data = today()
    return render_template(
        "workforce/leaving.html",
        company=company,
        held=held,
        form=form,
        move_form=move_form,
        tasks=task_lines(held.tasks, today()),
        is_self=held.person.id == current_actor().person_id,
    )


@bp.post(f"{PERSON}/leaving")
def let_leave(company_id: int, person_id: int) -> ResponseReturnValue:
    """Hand everything over and end the employment."""
    company, held = _held(company_id, person_id)
    form = leaving_form(held, colleague_labels(db_session(), company_id))

    def act() -> ResponseReturnValue:
        services.let_leave(
            db_session(),
            company=company,
            person_id=person_id,
            last_day=form.last_day.data or today(),
            handover=_handover(held, form),
            reason=form.reason.data or "",
            to_company=_other_company(form.to_company.data or ""),
            zone=clock().zone,
            **acting(),
        )
        flash(_("%(name)s has left; everything open is handed over.", name=held.person.name), "success")
        return redirect(url_for("people.people_of_company", company_id=company_id), 303)

    return form.answer(act, lambda: _page(company, held, form, _move_form(company, held)))


def _handover(held: Holdings, form: LeavingForm) -> services.Handover:
    leaders = {row.id: form[f"leader_{row.id}"].data for row in held.led}
    roles: dict[Role, int | None] = {role: form[f"role_{role.value}"].data or None for role in held.roles}
    return services.Handover(form.tasks_to.data or None, leaders, roles)


def _other_company(code: str) -> Company | None:
    if not code.strip():
        return None
    found = company_by_short_code(db_session(), code)
    if found is None:
        text = msg("No company has the short code %(code)s. It stands on the page of the company; ask there.")
        raise Invalid(text, field="to_company", code=code.strip())
    return found


@bp.post(f"{PERSON}/department")
def move(company_id: int, person_id: int) -> ResponseReturnValue:
    """Move a colleague to another department."""
    company, held = _held(company_id, person_id)
    form = _move_form(company, held)

    def act() -> ResponseReturnValue:
        chosen = form.department_id.data
        facts = acting()
        services.move_to_department(
            db_session(), company=company, person_id=person_id, department_id=chosen, **facts
        )
        flash(_("The department is changed; circles, roles and tasks stay."), "success")
        return redirect(url_for("people.edit_person", company_id=company_id, person_id=person_id), 303)

    plain = leaving_form(held, colleague_labels(db_session(), company_id))
    return form.answer(act, lambda: _page(company, held, plain, form))


@bp.get(ARRIVAL)
def arrival(company_id: int, person_id: int) -> ResponseReturnValue:
    """Who comes from another company, and where they will work."""
    company = company_of(company_id)
    if services.arrival_of(db_session(), company=company, person_id=person_id) is None:
        return _nobody(company)
    return _arrival_page(company, person_id, _arrival_form(company))


def _nobody(company: Company) -> ResponseReturnValue:
    flash(_("Nobody waits to be taken in here."), "warning")
    return redirect(url_for("people.people_of_company", company_id=company.id), 303)


def _arrival_form(company: Company) -> ArrivalForm:
    form = ArrivalForm()
    rows = departments_of(db_session(), company.id)
    form.department_id.choices = [(0, "–"), *((row.id, row.name) for row in rows if row.active)]
    return form


def _arrival_page(company: Company, person_id: int, form: ArrivalForm) -> str:
    person = person_by_id(db_session(), person_id)
    return render_template("workforce/arrival.html", company=company, person=person, form=form)


@bp.post(ARRIVAL)
def take_in(company_id: int, person_id: int) -> ResponseReturnValue:
    """Take the person in."""
    company = company_of(company_id)
    if services.arrival_of(db_session(), company=company, person_id=person_id) is None:
        return _nobody(company)
    form = _arrival_form(company)

    def act() -> ResponseReturnValue:
        services.take_in(
            db_session(),
            company=company,
            person_id=person_id,
            department_id=form.department_id.data or None,
            employee_number=form.employee_number.data or "",
            zone=clock().zone,
            **acting(),
        )
        flash(_("The person works here now."), "success")
        return redirect(url_for("people.edit_person", company_id=company_id, person_id=person_id), 303)

    return form.answer(act, lambda: _arrival_page(company, person_id, form))
