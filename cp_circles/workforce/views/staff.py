"""Lists of departments and employees: choose a file, see what it would do, store it; print codes."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.metering.sheets import sheets_of_file
from cp_circles.organisations.models import Company
from cp_circles.organisations.queries import departments_of
from cp_circles.people.services import load_draft
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.session import db_session
from cp_circles.web.uploads import read_upload
from cp_circles.workforce import queries, services
from cp_circles.workforce.forms import FIELD_NAMES, CodesForm, StaffFileForm, StoreStaffForm
from cp_circles.workforce.layouts import rows_of
from cp_circles.workforce.services.staff import MOST_CODES
from cp_circles.workforce.views.blueprint import acting, bp, company_of

LIST = "/companies/<int:company_id>/staff-list"
CODES = "/companies/<int:company_id>/codes"
MOST_SHOWN = 500


@bp.get(LIST)
def choose_list(company_id: int) -> str:
    """The page that takes a list of employees."""
    return _choose_page(company_of(company_id), StaffFileForm())


def _choose_page(company: Company, form: StaffFileForm) -> str:
    return render_template("workforce/choose_list.html", company=company, form=form)


@bp.post(LIST)
def read_list(company_id: int) -> ResponseReturnValue:
    """Read the file, and keep its rows for the preview."""
    company, form = company_of(company_id), StaffFileForm()

    def act() -> ResponseReturnValue:
        upload = read_upload(form.file.first)
        rows = rows_of(sheets_of_file(upload.content))
        services.keep_list(db_session(), company=company, name=upload.name, rows=rows, **acting())
        return redirect(url_for("workforce.preview_list", company_id=company_id), 303)

    return form.answer(act, lambda: _choose_page(company, form))


@bp.get(f"{LIST}/template.csv")
def staff_template(company_id: int) -> Response:
    """An empty list with the headings, to fill in."""
    company_of(company_id)
    headings = ",".join(str(FIELD_NAMES[key]) for key in FIELD_NAMES if key != "ended_on")
    named = {"Content-Disposition": "attachment; filename=staff.csv"}
    return Response(f"\ufeff{headings}\r\n", mimetype="text/csv", headers=named)


@bp.get(f"{LIST}/preview")
def preview_list(company_id: int) -> ResponseReturnValue:
    """What the list would do."""
    company = company_of(company_id)
    return _preview_page(company, StoreStaffForm()) if _is_kept(company) else _nothing_kept(company)


def _is_kept(company: Company) -> bool:
    draft = load_draft(db_session(), actor=current_actor(), form=services.STAFF_LIST, subject=str(company.id))
    return draft is not None


def _nothing_kept(company: Company) -> ResponseReturnValue:
    flash(_("No list waits here: it was stored or forgotten."), "warning")
    return redirect(url_for("workforce.choose_list", company_id=company.id), 303)


def _preview_page(company: Company, form: StoreStaffForm) -> str:
    session = db_session()
    name, rows = services.kept_list(session, actor=current_actor(), company=company)
    plan = services.plan_staff(session, company=company, rows=rows, **acting())
    return render_template(
        "workforce/preview_list.html",
        company=company,
        name=name,
        plan=plan,
        form=form,
        confirm_form=ConfirmForm(None),
        columns=FIELD_NAMES,
        most=MOST_SHOWN,
    )


@bp.post(f"{LIST}/preview")
def store_list(company_id: int) -> ResponseReturnValue:
    """Store the list that was previewed."""
    company, form = company_of(company_id), StoreStaffForm()
    if not _is_kept(company):
        return _nothing_kept(company)

    def act() -> ResponseReturnValue:
        session = db_session()
        _name, rows = services.kept_list(session, actor=current_actor(), company=company)
        chosen = bool(form.good_rows_only.data)
        plan = services.store_staff(session, company=company, rows=rows, good_rows_only=chosen, **acting())
        text = _(
            "%(new)s people are added, %(changed)s changed; %(refused)s rows were left out.",
            new=len(plan.new),
            changed=len(plan.changed),
            refused=plan.refused,
        )
        flash(text, "success")
        return redirect(url_for("workforce.choose_codes", company_id=company_id), 303)

    return form.answer(act, lambda: _preview_page(company, form))


@bp.post(f"{LIST}/discard")
def discard_list(company_id: int) -> ResponseReturnValue:
    """Forget the list that was sent."""
    services.discard_list(db_session(), actor=current_actor(), company=company_of(company_id))
    flash(_("The list is forgotten; nothing was stored."), "success")
    return redirect(url_for("people.people_of_company", company_id=company_id), 303)


@bp.get(CODES)
def choose_codes(company_id: int) -> str:
    """Who has no way in yet, and may get a code on paper."""
    company = company_of(company_id)
    return _codes_page(company, _codes_form(company))


def _codes_form(company: Company) -> CodesForm:
    form = CodesForm()
    rows = queries.without_way_in(db_session(), company.id, MOST_CODES)
    form.people.choices = [
        (row.id, " ".join(filter(None, (row.person.name, row.employee_number)))) for row in rows
    ]
    return form


def _codes_page(company: Company, form: CodesForm) -> str:
    return render_template("workforce/choose_codes.html", company=company, form=form, most=MOST_CODES)


@bp.post(CODES)
def print_codes(company_id: int) -> ResponseReturnValue:
    """Make the codes and show the sheet once, to be printed and cut."""
    company = company_of(company_id)
    form = _codes_form(company)

    def act() -> ResponseReturnValue:
        session = db_session()
        chosen = form.people.data or []
        codes = services.issue_codes(session, company=company, employment_ids=chosen, **acting())
        names = {row.id: row.name for row in departments_of(session, company_id)}
        return render_template("workforce/codes.html", company=company, codes=codes, departments=names)

    return form.answer(act, lambda: _codes_page(company, form))
