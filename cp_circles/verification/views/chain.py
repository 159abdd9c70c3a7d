"""Which signatures a company asks for, and the outside people whom it asks."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound, Stale
from cp_circles.people.models import Role
from cp_circles.savings import queries as savings
from cp_circles.savings import rules as savings_rules
from cp_circles.savings.models import Saving
from cp_circles.verification import queries, rules, services
from cp_circles.verification.forms import ChainForm, ThirdPartyForm
from cp_circles.verification.models import ThirdParty
from cp_circles.verification.views.blueprint import bp, company_of, end_of_day, indicator_names
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ReasonForm
from cp_circles.web.i18n import enum_label
from cp_circles.web.mail import full_address, send_mail
from cp_circles.web.session import db_session, now
from cp_circles.web.versions import show_stale

PAGE = "/companies/<int:company_id>/chain"


@bp.get(PAGE)
def show_chain(company_id: int) -> ResponseReturnValue:
    """The chain that new claims go through, and the third parties."""
    return _page(company_id)


def _page(company_id: int, chain_form: Any = None, invite_form: Any = None, link: str = "") -> str:
    session, actor = db_session(), current_actor()
    company = company_of(company_id, rules.can_see_chain(actor, company_id))
    settled = savings.chain_settings(session, company_id)
    roles = [Role(role) for role in settled.roles] if settled else list(savings_rules.REQUIRED_CHAIN)
    days = settled.days_to_sign if settled else savings_rules.DAYS_TO_SIGN
    if chain_form is None:
        facts = {"roles": [row.value for row in roles], "days_to_sign": days}
        chain_form = ChainForm(None, data=facts | {"version": str(settled.version if settled else 0)})
    invite_form = invite_form or ThirdPartyForm(None)
    _offer(chain_form, invite_form, company_id)
    return render_template(
        "verification/chain.html",
        company=company,
        settled=settled,
        chain=[row for row in savings_rules.CHAIN if row in roles],
        days=days,
        third_parties=queries.third_parties_of(session, company_id),
        may_settle=rules.can_settle_chain(actor, company_id),
        chain_form=chain_form,
        invite_form=invite_form,
        link=link,
        reason_form=ReasonForm(None),
        present=now(),
    )


def _offer(chain: ChainForm, invite: ThirdPartyForm, company_id: int) -> None:
    """Offer the roles of the chain, and the company's standing claims."""
    chain.roles.choices = [(row.value, enum_label(row)) for row in savings_rules.CHAIN]
    claims = savings.standing_claims_of_company(db_session(), company_id)
    names = indicator_names(company_id)
    invite.saving_id.choices = [
        ("", _("Every claim of the company")),
        *(
            (str(row.id), f"{row.project.title} · {names.get(row.indicator_code, row.indicator_code)}")
            for row in claims
        ),
    ]


@bp.post(PAGE)
def settle_chain(company_id: int) -> ResponseReturnValue:
    """Settle which signatures new claims need."""
    company_of(company_id, rules.can_see_chain(current_actor(), company_id))
    form = ChainForm()
    _offer(form, ThirdPartyForm(None), company_id)

    def act() -> ResponseReturnValue:
        services.settle_chain(
            db_session(),
            actor=current_actor(),
            company_id=company_id,
            roles=[Role(role) for role in form.roles.data or []],
            days_to_sign=form.days_to_sign.data or 0,
            version=form.base_version,
            now=now(),
        )
        return _done(company_id, _("The signatures are settled; claims made before keep theirs."))

    def both_texts(stale: Stale) -> ResponseReturnValue:
        settled = savings.chain_settings(db_session(), company_id)
        stale.current["version"] = settled.version if settled else 0
        return show_stale(form, stale, back_url=url_for("verification.show_chain", company_id=company_id))

    return form.answer(act, lambda: _page(company_id, chain_form=form), both_texts)


@bp.post(f"{PAGE}/third-parties")
def invite_third_party(company_id: int) -> ResponseReturnValue:
    """Invite somebody of an outside body; the link of the invitation is shown once."""
    company_of(company_id, rules.can_see_chain(current_actor(), company_id))
    form = ThirdPartyForm()
    _offer(ChainForm(None), form, company_id)

    def act() -> ResponseReturnValue:
        chosen = form.saving_id.data
        _row, key = services.invite_third_party(
            db_session(),
            actor=current_actor(),
            company_id=company_id,
            saving=db_session().get(Saving, int(chosen)) if chosen else None,
            until=end_of_day(form.until.data),
            send=send_mail,
            path_of=_invitation_path,
            now=now(),
            **form.chosen("name", "email", "body", "reason"),
        )
        if not key:
            return _done(company_id, _("Asked by mail: this person has an account and signs in as before."))
        flash(_("The third party is invited."), "success")
        return _page(company_id, link=full_address(_invitation_path(key)))

    return form.answer(act, lambda: _page(company_id, invite_form=form))


@bp.post("/third-parties/<int:third_party_id>/end")
def end_third_party(third_party_id: int) -> ResponseReturnValue:
    """Take the invitation of a third party back."""
    row, form = db_session().get(ThirdParty, third_party_id), ReasonForm()
    if row is None or not rules.can_see_chain(current_actor(), row.company_id):
        raise NotFound
    if not form.validate():
        raise Invalid(str(form.reason.errors[0]) if form.reason.errors else "", field="reason")
    services.end_third_party(
        db_session(), actor=current_actor(), third_party=row, reason=str(form.reason.data), now=now()
    )
    return _done(row.company_id, _("The third party signs no more; what was signed stays."))


def _invitation_path(key: str) -> str:
    return url_for("people.invitation", key=key)


def _done(company_id: int, text: str) -> ResponseReturnValue:
    flash(text, "success")
    return redirect(url_for("verification.show_chain", company_id=company_id), 303)
