"""Tying rows of money to bills, prices and contracts, and taking them away again."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import NotFound
from cp_circles.savings.models import MoneyRow, Saving
from cp_circles.verification import rules, services
from cp_circles.verification.forms import ProofForm
from cp_circles.verification.models import Bill, MoneyProof, UnitPrice
from cp_circles.verification.views.blueprint import bp
from cp_circles.verification.views.money import PAGE, money_done, money_page, offer_sources, saving_of
from cp_circles.web.access import current_actor
from cp_circles.web.session import db_session, now


@bp.post(f"{PAGE}/proofs")
def tie_proof(saving_id: int) -> ResponseReturnValue:
    """Tie a row of money to its evidence."""
    saving, form = saving_of(saving_id), ProofForm()
    if not rules.can_see_money_of(current_actor(), saving):
        raise NotFound
    offer_sources(form, saving)

    def act() -> ResponseReturnValue:
        number = form.row.data
        services.tie_proof(
            db_session(),
            actor=current_actor(),
            saving=saving,
            row=db_session().get(MoneyRow, int(number)) if number else None,
            source=_source(form),
            quantity=form.quantity.data,
            now=now(),
        )
        return money_done(saving, _("The row is tied to its evidence."))

    return form.answer(act, lambda: money_page(saving, proof_form=form))


def _source(form: ProofForm) -> services.Source:
    """The bill or price that was chosen, or the document as typed."""
    kind, _dash, number = (form.source.data or "").partition("-")
    found: Any = db_session().get({"bill": Bill, "price": UnitPrice}[kind], int(number)) if number else None
    if kind == "bill":
        return services.Source(bill=found)
    if kind == "price":
        return services.Source(price=found)
    return services.Source(
        unit=form.unit.data or "",
        document=form.document.data or "",
        tax_included=form.tax_included,
        **form.chosen("dated_on", "unit_price"),
    )


@bp.post("/proofs/<int:proof_id>/untie")
def untie_proof(proof_id: int) -> ResponseReturnValue:
    """Take a piece of evidence away from its row."""
    proof = db_session().get(MoneyProof, proof_id)
    if proof is None:
        raise NotFound
    saving: Saving = saving_of(proof.saving_id)
    services.untie_proof(db_session(), actor=current_actor(), proof=proof, now=now())
    return money_done(saving, _("The evidence is taken away from its row."))
