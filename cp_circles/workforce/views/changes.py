"""Doubled people merged, and companies closed: first what it would do, then one act."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, msg
from cp_circles.organisations.models import Company
from cp_circles.people.models import Person
from cp_circles.people.queries import find_account, person_by_id
from cp_circles.web.forms import ReasonForm
from cp_circles.web.session import clock, db_session
from cp_circles.workforce import services
from cp_circles.workforce.forms import MergeForm
from cp_circles.workforce.services.closing import open_circles, own_rounds, waiting_claims
from cp_circles.workforce.views.blueprint import acting, bp, registered_company

NOBODY_FOUND = msg(
    "Nobody is found under “%(text)s”. Give the number on the platform, e-mail, mobile number, or company"
    " code and employee number."
)


@bp.get("/people/<int:person_id>/merge")
def choose_double(person_id: int) -> str:
    """Ask which row is the doubled one."""
    return _merge_page(person_by_id(db_session(), person_id), MergeForm(None), None)


def _merge_page(kept: Person, form: MergeForm, doubled: Person | None) -> str:
    session, facts = db_session(), acting()
    if doubled is not None:
        form.ask_for_reason()
    moves = services.doubled_of(session, person=doubled, now=facts["now"]) if doubled else None
    return render_template("workforce/merge_people.html", kept=kept, form=form, doubled=doubled, moves=moves)


@bp.post("/people/<int:person_id>/merge")
def merge_people(person_id: int) -> ResponseReturnValue:
    """Show what would move; once that is confirmed, merge."""
    kept, form = person_by_id(db_session(), person_id), MergeForm()
    found: list[Person] = []

    def act() -> ResponseReturnValue:
        found.append(_doubled(form.doubled.data or "", kept))
        if not form.is_confirmed():
            return _merge_page(kept, form, found[0])
        services.merge_people(
            db_session(),
            kept=kept,
            doubled=found[0],
            reason=form.reason.data or "",
            zone=clock().zone,
            **acting(),
        )
        flash(_("The two rows are one person now."), "success")
        return redirect(url_for("people.show_person", person_id=person_id), 303)

    return form.answer(act, lambda: _merge_page(kept, form, found[0] if found else None))


def _doubled(text: str, kept: Person) -> Person:
    """The person of that number or account; Invalid for nobody and for the one that stays."""
    by_id = db_session().get(Person, int(text)) if text.isdecimal() and len(text) < 10 else None
    found = by_id or find_account(db_session(), text)
    if found is None:
        raise Invalid(NOBODY_FOUND, field="doubled", text=text.strip())
    if found.id == kept.id:
        raise Invalid(msg("Choose the other row of this person."), field="doubled")
    return found


@bp.get("/companies/<int:company_id>/closing")
def ask_closing(company_id: int) -> str:
    """What closing the company would do."""
    return _closing_page(registered_company(company_id), ReasonForm(None))


def _closing_page(company: Company, form: ReasonForm) -> str:
    return render_template(
        "workforce/close_company.html",
        company=company,
        form=form,
        circles=open_circles(db_session(), company),
        waiting=waiting_claims(db_session(), company),
        rounds=own_rounds(db_session(), company) if company.active else [],
    )


@bp.post("/companies/<int:company_id>/closing")
def close_company(company_id: int) -> ResponseReturnValue:
    """Close the company."""
    company, form = registered_company(company_id), ReasonForm()

    def act() -> ResponseReturnValue:
        reason = form.reason.data or ""
        count = services.close_company(db_session(), company=company, reason=reason, **acting())
        flash(_("The company is closed; %(count)s circles were struck off.", count=count), "success")
        return redirect(url_for("organisations.show_company", company_id=company_id), 303)

    return form.answer(act, lambda: _closing_page(company, form))
