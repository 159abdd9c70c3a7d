"""The money of one saving: three columns side by side, the net benefit, and the check of the price."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import NotFound
from cp_circles.people.models import Role, ScopeKind
from cp_circles.rulesets.schema.figures import Factor
from cp_circles.savings import queries as savings
from cp_circles.savings import rules as savings_rules
from cp_circles.savings import services as acts
from cp_circles.savings.models import Claim, MoneyKind, MoneyRow, Saving, SavingState, Signature
from cp_circles.savings.services.money import taxed_things
from cp_circles.verification import queries, rules
from cp_circles.verification.forms import MoneyRowForm, ProofForm, TaxForm
from cp_circles.verification.presenting.lines import check_text, finance_line, money_lines
from cp_circles.verification.presenting.proving import price_of, price_source, proven_lines
from cp_circles.verification.views.blueprint import bp
from cp_circles.web.access import current_actor
from cp_circles.web.formats import quantity
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now

PAGE = "/savings/<int:saving_id>/money"


def saving_of(saving_id: int) -> Saving:
    """The saving, if the reader may see it; an imported one has no rows."""
    saving = db_session().get(Saving, saving_id)
    if saving is None or savings_rules.is_imported(saving):
        raise NotFound
    if not savings_rules.can_see_saving(current_actor(), saving):
        raise NotFound
    return saving


@bp.get(PAGE)
def show_money(saving_id: int) -> ResponseReturnValue:
    """The money of a saving."""
    return money_page(saving_of(saving_id))


def money_page(saving: Saving, row_form: Any = None, tax_form: Any = None, proof_form: Any = None) -> str:
    """The page with its forms, one of them perhaps as it was refused."""
    session, actor, claim = db_session(), current_actor(), saving.claim
    company_id = saving.project.company_id
    row_form, tax_form = row_form or MoneyRowForm(None), tax_form or TaxForm(None)
    row_form.offer()
    _offer_pollutants(tax_form, saving)
    metered = _metered(saving)
    sees_money = rules.can_see_money_of(actor, saving)
    may_tie = sees_money and rules.can_keep_money(actor, company_id) and not _financed(saving)
    lines = money_lines(saving, metered, _metered_how(claim))
    net = metered + saving.other_direct_yuan
    correction = finance_line(_signed_as(claim, Role.FINANCE), net)
    if may_tie:
        proof_form = proof_form or ProofForm(None)
        offer_sources(proof_form, saving)
    check = queries.price_check(session, saving, claim) if sees_money else None
    open_ = saving.state in {SavingState.DRAFT, SavingState.REFUSED}
    writes = savings_rules.can_claim(actor, saving.project) or actor.holds(
        Role.FINANCE, ScopeKind.COMPANY, company_id
    )
    return render_template(
        "verification/money.html",
        saving=saving,
        project=saving.project,
        claim=claim,
        lines=[*lines, *([correction] if correction else [])],
        proven=proven_lines(lines, queries.proofs_of(session, saving.id)) if sees_money else [],
        price_source=price_source(claim) if sees_money else "",
        metered=metered,
        net=net + (correction.amount if correction else 0),
        check=check,
        check_text=check_text(check),
        sees_company=rules.can_see_money(actor, company_id),
        sees_project=savings_rules.can_see_savings(actor, saving.project),
        may_tie=may_tie,
        proof_form=proof_form if may_tie else None,
        may_write=open_ and writes,
        row_form=row_form,
        tax_form=tax_form,
        confirm_form=ConfirmForm(None),
    )


def _signed_as(claim: Claim | None, role: Role) -> Signature | None:
    """The signature of a role that stands."""
    rows = savings_rules.live_signatures(claim) if claim is not None else []
    return next((row for row in rows if row.role is role), None)


def _metered_how(claim: Claim | None) -> str:
    """Quantity and price behind the metered saving, and whether metering corrected the quantity."""
    price = price_of(claim)
    if claim is None or price is None:
        return ""
    signed = _signed_as(claim, Role.METERING)
    own = signed.quantity if signed and signed.quantity is not None else claim.quantity
    text = f"{quantity(own, claim.unit)} × {price}"
    if own != claim.quantity:
        text += " · " + _(
            "as metering signed; claimed: %(value)s", value=quantity(claim.quantity, claim.unit)
        )
    return text


def _financed(saving: Saving) -> bool:
    """True once finance has signed the standing claim."""
    return _signed_as(saving.claim, Role.FINANCE) is not None


def offer_sources(form: ProofForm, saving: Saving) -> None:
    """Offer the saving's rows, and the company's bills and prices."""
    session, company_id = db_session(), saving.project.company_id
    form.offer(
        saving.money_rows,
        queries.standing_bills(session, company_id, saving.indicator_code),
        queries.prices_of(session, company_id),
    )


def _metered(saving: Saving) -> Decimal:
    """The metered saving in yuan: as metering signed it, as claimed, or as the readings stand now."""
    claim = saving.claim
    if claim is not None:
        signed = _signed_as(claim, Role.METERING)
        stated = signed.direct_yuan if signed and signed.direct_yuan is not None else claim.direct_yuan
        return stated - Decimal(claim.inputs.get("other_direct_yuan", "0"))
    converted = savings.computed(db_session(), saving).converted
    return (converted.yuan if converted else None) or Decimal(0)


def _offer_pollutants(form: TaxForm, saving: Saving) -> None:
    pack = savings.factor_pack(db_session(), saving.project)
    form.factor_key.choices = [
        (row.key, f"{row.names.in_(locale_name())}: {_charged(row)}") for row in taxed_things(pack)
    ]


def _charged(row: Factor) -> str:
    return f"{row.value} kg" if row.to_unit == "kg" else _("%(rate)s yuan a tonne", rate=row.value)


@bp.post(f"{PAGE}/rows")
def add_money_row(saving_id: int) -> ResponseReturnValue:
    """Add a row of money."""
    saving, form = saving_of(saving_id), MoneyRowForm()
    form.offer()

    def act() -> ResponseReturnValue:
        acts.add_money_row(
            db_session(),
            actor=current_actor(),
            saving=saving,
            kind=MoneyKind(form.kind.data),
            now=now(),
            **form.chosen("amount", "note"),
        )
        return money_done(saving, _("The row is added; the totals follow."))

    return form.answer(act, lambda: money_page(saving, row_form=form))


@bp.post(f"{PAGE}/tax")
def add_avoided_tax(saving_id: int) -> ResponseReturnValue:
    """Add the environmental tax that was not due."""
    saving, form = saving_of(saving_id), TaxForm()
    _offer_pollutants(form, saving)

    def act() -> ResponseReturnValue:
        names = ("factor_key", "kilograms", "rate", "source")
        acts.add_avoided_tax(
            db_session(), actor=current_actor(), saving=saving, now=now(), **form.chosen(*names)
        )
        return money_done(saving, _("The avoided tax is added as a provisional direct amount."))

    return form.answer(act, lambda: money_page(saving, tax_form=form))


@bp.post("/money-rows/<int:row_id>/remove")
def remove_money_row(row_id: int) -> ResponseReturnValue:
    """Take a row of money away."""
    row = db_session().get(MoneyRow, row_id)
    if row is None:
        raise NotFound
    saving = saving_of(row.saving_id)
    acts.remove_money_row(db_session(), actor=current_actor(), row=row, now=now())
    return money_done(saving, _("The row is taken away; the totals follow."))


def money_done(saving: Saving, text: str) -> ResponseReturnValue:
    """Say what was done, and back to the page."""
    flash(text, "success")
    return redirect(url_for("verification.show_money", saving_id=saving.id), 303)
