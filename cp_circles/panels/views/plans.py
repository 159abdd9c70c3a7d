"""The assignment of a round: plan, preview with reasons, changes by hand, and application."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.editions import queries as editions
from cp_circles.errors import NotFound, Stale
from cp_circles.judging import presenting
from cp_circles.judging.models import Round, RoundJudge
from cp_circles.judging.panel_models import PanelPlan
from cp_circles.judging.presenting.reading import own_round
from cp_circles.judging.queries import entries, panels, rounds
from cp_circles.judging.queries.panels import terms_of
from cp_circles.panels import presenting as shown
from cp_circles.panels import services
from cp_circles.panels.forms import PlanChangeForm, PlanForm, StageForm, TermsForm
from cp_circles.panels.planning import Situation, situation_of
from cp_circles.panels.queries import plans
from cp_circles.panels.services.assignments import JudgeRecused
from cp_circles.panels.views.blueprint import bp
from cp_circles.people.queries import names_by_id
from cp_circles.rulesets.schema import PanelCosts
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, choices, whole_number
from cp_circles.web.i18n import translate
from cp_circles.web.paging import page_of
from cp_circles.web.session import db_session, now, today


def _stage_of(round_: Round, key: str | None) -> str:
    """The asked stage of a round, its first where none is asked; NotFound for any other."""
    rule = rounds.rule_of(db_session(), round_)
    if rule.stage(key or rule.stages[0].key) is None:
        raise NotFound
    return key or rule.stages[0].key


@bp.get("/rounds/<int:round_id>/assignment")
def propose_panel(round_id: int) -> ResponseReturnValue:
    """The plan of a stage as it stands: who would read what and why, loads, what is short."""
    round_ = own_round(round_id)
    return _plan_page(round_, _stage_of(round_, request.args.get("stage")))


def _plan_page(round_: Round, stage: str, terms_form: TermsForm | None = None) -> str:
    """The page of a stage's plan."""
    session, rule = db_session(), rounds.rule_of(db_session(), round_)
    situation, plan = situation_of(session, round_, stage, now()), plans.open_plan(session, round_.id, stage)
    earlier = plans.plans_before(session, round_.id, stage)
    return render_template(
        "panels/propose_panel.html",
        round=round_,
        rule=rule,
        stage=stage,
        situation=situation,
        plan=plan,
        earlier=earlier,
        makers=names_by_id(session, [row.made_by_id for row in [*earlier, *([plan] if plan else [])]]),
        is_stale=plan is not None and plan.input_sha256 != situation.digest,
        terms_form=terms_form or _terms_form(round_, stage),
        wanted_anchors=_wanted_anchors(round_),
        may_number=entries.waits_for_number(session, round_.id),
        presenting=presenting,
        stage_form=StageForm(data={"stage": stage}),
        confirm_form=ConfirmForm(None),
        **_plan_values(situation, plan, panels.judges_of(session, round_.id)),
    )


def _plan_values(situation: Situation, plan: PanelPlan | None, panel: Sequence[RoundJudge]) -> dict[str, Any]:
    """What the page shows of a plan, in words."""
    pairs = [(entry_id, person_id) for entry_id, person_id in plan.pairs] if plan else []
    page = page_of(list(situation.entries))
    edition_id = plan.costs_edition_id if plan else situation.costs_edition_id
    costs = editions.pack(db_session(), edition_id, PanelCosts)
    return {
        "page": page,
        "rows": shown.plan_rows(situation, pairs, costs, page.items, panel),
        "loads": shown.load_lines(situation, pairs, today()),
        "short": situation.lacking(pairs),
        "apart": shown.apart_groups(situation, pairs) if pairs else [],
        "cost": shown.total_cost(situation, pairs),
        "costs": costs,
        "form": PlanForm(data={"plan_id": plan.id, "version": str(plan.version)}) if plan else None,
    }


def _wanted_anchors(round_: Round) -> int:
    """How many anchors the round had last season and lacks now."""
    terms = terms_of(db_session(), round_.id)
    return terms.wanted_anchors if terms and len(terms.anchors) < terms.wanted_anchors else 0


def _terms_form(round_: Round, stage: str) -> TermsForm:
    terms = terms_of(db_session(), round_.id)
    data = {
        "stage": stage,
        "anchors": terms.anchors if terms else [],
        "other_city": bool(terms and terms.other_city),
    }
    return _offer_entries(TermsForm(data=data), round_)


def _offer_entries(form: TermsForm, round_: Round) -> TermsForm:
    judged = panels.judged_entries(db_session(), round_.id)
    form.anchors.choices = choices(
        (row.id, f"{row.blind_number or '–'} · {row.number:02d} · {row.result.title}") for row in judged
    )
    return form


def _back(round_: Round, stage: str) -> ResponseReturnValue:
    """To the page of the stage's plan."""
    page = whole_number(request.form.get("page"))
    return redirect(url_for("panels.propose_panel", round_id=round_.id, stage=stage, page=page))


@bp.post("/rounds/<int:round_id>/assignment/plan")
def draft_panel(round_id: int) -> ResponseReturnValue:
    """Make the plan of a stage, or make it anew."""
    round_, form = own_round(round_id), StageForm()
    stage = _stage_of(round_, form.stage.data or None)

    def act() -> ResponseReturnValue:
        plan = services.draft_panel(
            db_session(), actor=current_actor(), round_=round_, stage=stage, now=now()
        )
        flash(_("Pairs planned: %(count)s; nothing is assigned before you apply it.", count=len(plan.pairs)))
        return _back(round_, stage)

    return form.answer(act, lambda: _plan_page(round_, stage))


def _plan(round_: Round, form: PlanForm) -> PanelPlan:
    """The plan that a form names."""
    return plans.plan_of(db_session(), round_.id, whole_number(form.plan_id.data) or 0)


@bp.post("/rounds/<int:round_id>/assignment/change")
def change_panel(round_id: int) -> ResponseReturnValue:
    """Change the plan of one entry by hand."""
    round_, form = own_round(round_id), PlanChangeForm()
    plan = _plan(round_, form)

    def act() -> ResponseReturnValue:
        try:
            services.change_panel(
                db_session(),
                actor=current_actor(),
                plan=plan,
                version=form.base_version,
                entry_id=whole_number(form.entry_id.data) or 0,
                add=whole_number(form.add.data),
                drop=whole_number(form.drop.data),
                now=now(),
            )
        except (JudgeRecused, Stale) as refusal:
            flash(translate(refusal.msgid, refusal.values), "error")
            return _plan_page(round_, plan.stage), 409
        flash(_("The plan is changed."))
        return _back(round_, plan.stage)

    return form.answer(act, lambda: _plan_page(round_, plan.stage))


@bp.post("/rounds/<int:round_id>/assignment")
def assign_panel(round_id: int) -> ResponseReturnValue:
    """Apply the plan that was shown."""
    round_, form = own_round(round_id), PlanForm()
    plan = _plan(round_, form)

    def act() -> ResponseReturnValue:
        try:
            given = services.assign_panel(
                db_session(), actor=current_actor(), plan=plan, version=form.base_version, now=now()
            )
        except Stale as stale:
            flash(translate(stale.msgid), "error")
            return _plan_page(round_, plan.stage), 409
        flash(_("Score sheets assigned: %(count)s.", count=len(given)))
        return redirect(url_for("panels.show_panel", round_id=round_.id))

    return form.answer(act, lambda: _plan_page(round_, plan.stage))


@bp.post("/rounds/<int:round_id>/assignment/terms")
def save_panel_terms(round_id: int) -> ResponseReturnValue:
    """Save anchors and the rule about other cities."""
    round_, form = own_round(round_id), TermsForm()
    _offer_entries(form, round_)
    stage = _stage_of(round_, form.stage.data or None)

    def act() -> ResponseReturnValue:
        services.set_panel_terms(
            db_session(),
            actor=current_actor(),
            round_=round_,
            anchors=form.anchors.data or [],
            other_city=bool(form.other_city.data),
            now=now(),
        )
        flash(_("Saved. Make the plan anew so that it follows."))
        return _back(round_, stage)

    return form.answer(act, lambda: _plan_page(round_, stage, form))
