"""How was this computed: every number of a claim with formula, inputs, factors and arithmetic."""

from flask import render_template
from flask.typing import ResponseReturnValue

from cp_circles.errors import NotFound
from cp_circles.savings import presenting, queries, rules, versions
from cp_circles.savings.models import Claim
from cp_circles.savings.presenting.annual import annual_part
from cp_circles.savings.presenting.effects import effect_lines
from cp_circles.savings.views.blueprint import bp, indicator_names, saving_of
from cp_circles.web.access import current_actor
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
    computed, names = versions.shown(claim), indicator_names(saving.project.company_id)
    verified, pack = queries.verified_amounts(claim), queries.factor_pack(db_session(), saving.project)
    return render_template(
        "savings/explain_claim.html",
        claim=claim,
        saving=saving,
        sees_project=rules.can_see_savings(current_actor(), saving.project),
        project=saving.project,
        names=names,
        computed=computed,
        differences=versions.differences(claim),
        formulas=[
            *presenting.formulas(claim, computed),
            *([presenting.verified_part(claim, verified)] if verified else []),
        ],
        effects=effect_lines(saving, computed, claim, names),
        effect_parts=[
            part | {"factors": presenting.factor_lines(part["factors"], pack)}
            for part in presenting.effect_parts(claim, computed, names)
        ],
        annual=annual_part(saving, computed, claim, verified),
        inputs=presenting.input_rows(claim, computed),
        methods=presenting.method_lines(saving, computed, claim),
        model=presenting.model_lines(claim),
        factors=presenting.factor_lines(claim.factors, pack),
        verified=verified,
        step_text=presenting.step_text,
        adjustments=presenting.adjustment_rows(claim),
    )
