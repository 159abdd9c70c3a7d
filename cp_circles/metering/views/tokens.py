"""The page on which the department makes and revokes tokens for the plant's own system."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import NotFound
from cp_circles.metering import queries, rules, services
from cp_circles.metering.forms.meters import TokenForm
from cp_circles.metering.models import ApiToken
from cp_circles.metering.views.blueprint import bp, company_of
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.session import db_session, now


def _kept(company_id: int) -> Company:
    """The company, if the actor keeps its tokens."""
    company = company_of(company_id)
    if not rules.can_keep_tokens(current_actor(), company.id):
        raise NotFound
    return company


EXAMPLE = """curl -X POST {address} \\
  -H "Authorization: Bearer {token}" -H "Content-Type: application/json" \\
  -d '{{"readings": [{{"meter": "AIR-02", "key": "2026-08", \
"starts_on": "2026-08-01", "ends_on": "2026-08-31", "quantity": "93612"}}]}}'"""


@bp.get("/company/<int:company_id>/tokens")
def list_tokens(company_id: int) -> ResponseReturnValue:
    """The company's tokens, and the form of a new one."""
    return _page(_kept(company_id), TokenForm())


def _page(company: Company, form: TokenForm, text: str = "") -> str:
    """The page of the tokens; `text` is a new one, shown this once."""
    return render_template(
        "metering/list_tokens.html",
        company=company,
        form=form,
        text=text,
        tokens=queries.tokens_of(db_session(), company.id),
        confirm=ConfirmForm(None),
        example=EXAMPLE.format(address=request.host_url.rstrip("/") + "/api/v1/readings", token=text),
        most=services.REQUESTS_A_MINUTE,
    )


@bp.post("/company/<int:company_id>/tokens")
def make_token(company_id: int) -> ResponseReturnValue:
    """Make a token and show it once, on the answer itself: it is kept nowhere."""
    company, form = _kept(company_id), TokenForm()

    def act() -> ResponseReturnValue:
        text, _row = services.make_token(
            db_session(), actor=current_actor(), company=company, name=form.name.data, now=now()
        )
        return _page(company, TokenForm(None), text)

    return form.answer(act, lambda: _page(company, form))


@bp.post("/company/<int:company_id>/tokens/<int:token_id>/revoke")
def revoke_token(company_id: int, token_id: int) -> ResponseReturnValue:
    """End a token at once."""
    company = _kept(company_id)
    token = db_session().get(ApiToken, token_id)
    if token is None or token.company_id != company.id:
        raise NotFound
    services.revoke_token(db_session(), actor=current_actor(), token=token, now=now())
    flash(_("The token %(name)s is revoked.", name=token.name))
    return redirect(url_for("metering.list_tokens", company_id=company.id))
