"""A company's people, for its cleaner-production department."""

from datetime import datetime, time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound
from cp_circles.organisations.models import Company
from cp_circles.organisations.queries import departments_of
from cp_circles.people import queries, rules, services
from cp_circles.people.forms import GrantForm, InviteForm
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.views.blueprint import bp
from cp_circles.people.views.shown import shown_grants
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.mail import full_address, send_mail
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import clock, db_session, now

PEOPLE = "/companies/<int:company_id>/people"


@bp.get("/my-company/people")
def my_company() -> ResponseReturnValue:
    """Go to the people of the company whose department one is."""
    ids = sorted(current_actor().scopes(Role.DEPARTMENT, ScopeKind.COMPANY))
    if not ids:
        return redirect(url_for("people.list_everybody"))
    return redirect(url_for("people.people_of_company", company_id=ids[0]))


@bp.get(PEOPLE)
def people_of_company(company_id: int) -> ResponseReturnValue:
    """List the people of a company."""
    company, text = _company(company_id), request.args.get("q", "").strip()
    found = queries.people_of_company(db_session(), company_id, text=text, number=requested_page())
    rows = [(row, _roles_in(row.person, company_id)) for row in found.rows]
    return render_template(
        "people/people_of_company.html",
        company=company,
        page=listed(found, rows),
        text=text,
    )


@bp.get(f"{PEOPLE}/new")
def invite(company_id: int) -> ResponseReturnValue:
    """Ask for the new person's data."""
    return _invite_page(_company(company_id), _invite_form(company_id))


@bp.post(PEOPLE)
def send_invitation(company_id: int) -> ResponseReturnValue:
    """Add and invite the person; the link, or the code, is shown once."""
    company, form = _company(company_id), _invite_form(company_id)
    return form.answer(lambda: _invited(company, form), lambda: _invite_page(company, form))


@bp.get(f"{PEOPLE}/<int:person_id>")
def edit_person(company_id: int, person_id: int) -> ResponseReturnValue:
    """Show one person's roles in the company, and what can be done."""
    return _person_page(company_id, person_id, _grant_form())


@bp.post(f"{PEOPLE}/<int:person_id>/one-time-code")
def issue_code(company_id: int, person_id: int) -> ResponseReturnValue:
    """Make a one-time code and show it once."""
    company = _company(company_id)
    code = services.issue_one_time_code(
        db_session(), actor=current_actor(), person_id=person_id, company_id=company_id, now=now()
    )
    person = queries.person_by_id(db_session(), person_id)
    employment = queries.employment_at(db_session(), person_id, company_id)
    return render_template(
        "people/one_time_code.html", company=company, person=person, employment=employment, code=code
    )


@bp.post(f"{PEOPLE}/<int:person_id>/grants")
def grant_company_role(company_id: int, person_id: int) -> ResponseReturnValue:
    """Give the person a role in the company."""
    _company(company_id)
    form = _grant_form()

    def grant() -> ResponseReturnValue:
        services.grant_role(
            db_session(),
            actor=current_actor(),
            person_id=person_id,
            role=Role(form.role.data),
            scope_kind=ScopeKind.COMPANY,
            scope_id=company_id,
            until=end_of(form.until.data),
            now=now(),
        )
        flash(_("The role is given."), "success")
        return redirect(url_for("people.edit_person", company_id=company_id, person_id=person_id), 303)

    return form.answer(grant, lambda: _person_page(company_id, person_id, form))


@bp.post("/grants/<int:grant_id>/revoke")
def revoke_grant(grant_id: int) -> ResponseReturnValue:
    """Take a role back, with a reason."""
    form = ReasonForm()
    if not form.validate():
        raise Invalid(str(form.reason.errors[0]), field="reason")
    services.revoke_grant(
        db_session(), actor=current_actor(), grant_id=grant_id, reason=form.reason.data, now=now()
    )
    flash(_("The role is taken back."), "success")
    return redirect(request.referrer if _is_own(request.referrer) else "/", 303)


def end_of(day: Any) -> datetime | None:
    """The end of a local day as a moment."""
    return None if day is None else datetime.combine(day, time(23, 59, 59), clock().zone)


def _company(company_id: int) -> Company:
    company = db_session().get(Company, company_id)
    if company is None or not rules.can_see_people_of(current_actor(), company_id):
        raise NotFound
    return company


def _invite_form(company_id: int) -> InviteForm:
    form = InviteForm()
    form.offer([(row.id, row.name) for row in departments_of(db_session(), company_id) if row.active])
    return form


def _grant_form() -> GrantForm:
    form = GrantForm()
    form.offer()
    return form


def _invite_page(company: Company, form: InviteForm) -> str:
    return render_template("people/invite.html", company=company, form=form)


def _invited(company: Company, form: InviteForm) -> ResponseReturnValue:
    roles = [(Role(form.role.data), ScopeKind.COMPANY, company.id)] if form.role.data else []
    person, key = services.invite_person(
        db_session(),
        actor=current_actor(),
        company_id=company.id,
        department_id=form.department_id.data or None,
        roles=roles,
        send=send_mail,
        path_of=_invitation_path,
        now=now(),
        **form.chosen("name", "email", "mobile", "employee_number"),
    )
    if form.with_code.data:
        return issue_code(company.id, person.id)
    link = full_address(_invitation_path(key))
    return render_template("people/invited.html", company=company, person=person, link=link)


def _invitation_path(key: str) -> str:
    return url_for("people.invitation", key=key)


def _person_page(company_id: int, person_id: int, form: GrantForm) -> str:
    company = _company(company_id)
    employment = queries.employment_at(db_session(), person_id, company_id)
    if employment is None:
        raise NotFound
    person = queries.person_by_id(db_session(), person_id)
    grants = [
        row
        for row in queries.grants_of(db_session(), person_id, now())
        if row.scope_kind is ScopeKind.COMPANY and row.scope_id == company_id
    ]
    return render_template(
        "people/edit_person.html",
        company=company,
        person=person,
        employment=employment,
        grants=shown_grants(db_session(), grants),
        form=form,
        confirm=ConfirmForm(None),
        reason=ReasonForm(None),
    )


def _roles_in(person: Any, company_id: int) -> list[Role]:
    moment = now()
    return [
        grant.role
        for grant in person.grants
        if grant.scope_kind is ScopeKind.COMPANY
        and grant.scope_id == company_id
        and (grant.until is None or grant.until > moment)
    ]


def _is_own(address: str | None) -> bool:
    return bool(address and address.startswith(request.host_url))
