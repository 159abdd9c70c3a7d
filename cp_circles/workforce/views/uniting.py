"""Doubled companies merged: first what would move and what is in the way, then one act."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, msg
from cp_circles.organisations import queries as organisations
from cp_circles.organisations import rules
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.i18n import translate
from cp_circles.web.session import clock, db_session
from cp_circles.workforce import services
from cp_circles.workforce.forms import MergeCompaniesForm
from cp_circles.workforce.union_queries import union_of
from cp_circles.workforce.views.blueprint import acting, bp, registered_company

MERGING = "/companies/<int:company_id>/merge"
NONE_FOUND = msg(
    "No company that you keep is found under “%(text)s”. Give its short code, credit code, or number on the"
    " platform."
)


@bp.get(MERGING)
def choose_twin(company_id: int) -> str:
    """Ask which company is the doubled one."""
    kept = registered_company(company_id)
    return _page(kept, MergeCompaniesForm(None), None)


def _page(kept: Company, form: MergeCompaniesForm, doubled: Company | None) -> str:
    union = None
    if doubled is not None:
        form.offer(kept, doubled)
        form.ask_for_reason()
        union = union_of(db_session(), kept=kept, doubled=doubled, now=acting()["now"])
    moves = [(translate(text, {}), count) for text, count in union.moves if count] if union else []
    return render_template(
        "workforce/merge_companies.html",
        kept=kept,
        form=form,
        doubled=doubled,
        union=union,
        moves=moves,
    )


@bp.post(MERGING)
def merge_companies(company_id: int) -> ResponseReturnValue:
    """Show what would move; once that is confirmed, merge."""
    kept, form = registered_company(company_id), MergeCompaniesForm()
    found = _found(form.doubled.data or "")
    form.offer(kept, found or kept)
    other = found if found is not None and found.id != kept.id else None

    def act() -> ResponseReturnValue:
        if found is None:
            raise Invalid(NONE_FOUND, field="doubled", text=(form.doubled.data or "").strip())
        if found.id == kept.id:
            raise Invalid(msg("Choose the other row of this company."), field="doubled")
        if not form.is_confirmed():
            return _page(kept, form, found)
        chosen = services.Chosen(form.region.data, form.chosen_disclosure)
        services.merge_companies(
            db_session(),
            kept=kept,
            doubled=found,
            chosen=chosen,
            reason=form.reason.data or "",
            zone=clock().zone,
            **acting(),
        )
        flash(_("The two rows are one company now; the old codes and addresses lead here."), "success")
        return redirect(url_for("organisations.show_company", company_id=company_id), 303)

    return form.answer(act, lambda: _page(kept, form, other))


def _found(text: str) -> Company | None:
    """The company of that code or number, if the actor registers there too."""
    session, wanted = db_session(), text.strip()
    by_id = session.get(Company, int(wanted)) if wanted.isdecimal() and len(wanted) < 10 else None
    found = (
        organisations.company_by_short_code(session, wanted)
        or organisations.company_by_code(session, wanted.upper())
        or by_id
    )
    if found is None:
        return None
    return found if rules.can_register_company(current_actor(), found.region) else None
