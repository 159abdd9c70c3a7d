"""How was this computed: every number of a claim with formula, inputs, factors and arithmetic."""

from flask import render_template
from flask.typing import ResponseReturnValue

from cp_circles.errors import NotFound
from cp_circles.savings import presenting, queries, rules, versions
from cp_circles.savings.models import Claim
from cp_circles.savings.views.blueprint import bp, indicator_names, saving_of
from cp_circles.web.session import db_session


@bp.get("/claims/<int:claim_id>/how")
def explain_claim(claim_id: int) -> ResponseReturnValue:
    """Every number of one version of a claim, and whether it still computes to the same."""
    claim = db_session().get(Claim, claim_id)
    if claim is None:
        raise NotFound
    saving = saving_of(claim.saving_id)
    if rules.is_imported(saving):
        raise NotFound
    computed = versions.shown(claim)
    return render_template(
        "savings/explain_claim.html",
        claim=claim,
        saving=saving,
        project=saving.project,
        names=indicator_names(saving.project.company_id),
        computed=computed,
        differences=versions.differences(claim),
        formulas=presenting.formulas(claim, computed),
        inputs=presenting.input_rows(claim, computed),
        methods=presenting.method_lines(saving, computed, claim),
        model=presenting.model_lines(claim),
        factors=presenting.factor_lines(claim.factors, queries.factor_pack(db_session(), saving.project)),
        verified=queries.verified_amounts(claim),
        step_text=presenting.step_text,
        adjustments=presenting.adjustment_rows(claim),
    )
