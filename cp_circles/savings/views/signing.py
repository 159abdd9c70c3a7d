"""Signing claims: the list of what waits, the signature, the refusal, and taking a signature back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.db.paging import Page
from cp_circles.errors import Invalid, NotFound
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.queries import names_by_id
from cp_circles.people.rules import STANDING_IN
from cp_circles.savings import queue, rules, services
from cp_circles.savings.forms import SigningForm
from cp_circles.savings.models import SavingState, Signature
from cp_circles.savings.views.blueprint import bp, indicator_names, saving_of
from cp_circles.savings.views.stating import saving_page
from cp_circles.web.access import current_actor, require_recent_password, signed_in
from cp_circles.web.forms import ReasonForm
from cp_circles.web.i18n import translate
from cp_circles.web.paging import PER_PAGE, listed, requested_page
from cp_circles.web.session import db_session, now, today


@bp.get("/to-sign")
def to_sign() -> ResponseReturnValue:
    """The claims that wait for the reader's signature."""
    session, order = db_session(), request.args.get("sort", "due")
    found = queue.waiting_for(session, current_actor(), now=now(), order=order)
    number = min(requested_page(), max(1, -(-len(found) // PER_PAGE)))
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    companies = {scope for role in STANDING_IN for scope in current_actor().scopes(role, ScopeKind.COMPANY)}
    return render_template(
        "savings/to_sign.html",
        page=listed(Page(shown, len(found), number, PER_PAGE)),
        order=order if order in queue.ORDERS else "due",
        urls={each: url_for("savings.to_sign", sort=each) for each in queue.ORDERS},
        people=names_by_id(session, [row.for_person_id for row in shown]),
        companies=sorted(companies),
        money=sorted(current_actor().scopes(Role.FINANCE, ScopeKind.COMPANY)),
        today=today(),
        names=indicator_names(),
    )


@bp.post("/<int:saving_id>/sign")
def sign_claim(saving_id: int) -> ResponseReturnValue:
    """Sign the claim on screen."""
    saving, form = saving_of(saving_id), SigningForm()
    ask = require_recent_password(url_for("savings.show_saving", saving_id=saving.id))
    if ask is not None:
        return ask

    def act() -> ResponseReturnValue:
        services.sign_claim(
            db_session(),
            actor=current_actor(),
            saving=saving,
            role=_role(form),
            password_confirmed_at=signed_in().password_confirmed_at,
            now=now(),
            claim_sha256=form.claim_sha256.data or "",
            money_sha256=form.money_sha256.data,
            quantity=form.quantity.data,
            direct_yuan=form.direct_yuan.data,
            reason=form.reason.data or "",
        )
        flash(_("Signed. The saving counts.") if saving.state is SavingState.VERIFIED else _("Signed."))
        return redirect(url_for("savings.show_saving", saving_id=saving.id))

    return form.answer(act, lambda: saving_page(saving, form))


@bp.post("/<int:saving_id>/refuse")
def refuse_claim(saving_id: int) -> ResponseReturnValue:
    """Refuse the claim on screen with a reason."""
    saving, form = saving_of(saving_id), SigningForm()
    try:
        services.refuse_claim(
            db_session(),
            actor=current_actor(),
            saving=saving,
            role=_role(form),
            claim_sha256=form.claim_sha256.data or "",
            reason=form.reason.data or "",
            now=now(),
        )
    except Invalid as refusal:
        form.fill_from(refusal)
        return saving_page(saving, form), 422
    flash(_("Refused; the circle is asked to correct it."))
    return redirect(url_for("savings.show_saving", saving_id=saving.id))


def _role(form: SigningForm) -> Role:
    """The role signed in; a made-up one does not exist."""
    if form.role.data not in {role.value for role in rules.CHAIN}:
        raise NotFound
    return Role(form.role.data)


@bp.post("/signatures/<int:signature_id>/void")
def void_signature(signature_id: int) -> ResponseReturnValue:
    """Take a signature back."""
    signature, form = db_session().get(Signature, signature_id), ReasonForm()
    if signature is None:
        raise NotFound
    saving = saving_of(signature.claim.saving_id)
    try:
        services.void_signature(
            db_session(), actor=current_actor(), signature=signature, reason=form.reason.data or "", now=now()
        )
    except Invalid as refusal:
        flash(translate(refusal.msgid, refusal.values), "error")
        return saving_page(saving), 422
    flash(_("The signature is taken back; the saving does not count any more."))
    return redirect(url_for("savings.show_saving", saving_id=saving.id))
