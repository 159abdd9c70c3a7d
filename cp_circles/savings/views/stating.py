"""Stating a saving, looking at it, claiming it and taking it back."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.calc.reasons import Reason
from cp_circles.errors import Invalid, Stale
from cp_circles.metering.models import Meter
from cp_circles.metering.queries import meters_of
from cp_circles.people.models import Role
from cp_circles.people.queries import names_by_id
from cp_circles.projects.models import Project
from cp_circles.savings import computing, presenting, queries, rules, services
from cp_circles.savings.absence import absence_of
from cp_circles.savings.forms import SavingForm, SigningForm
from cp_circles.savings.models import Saving, SavingState, Signature
from cp_circles.savings.presenting.guard import guard_parts
from cp_circles.savings.services.claims import AlreadyClaimed, DataDoNotCarry, ReasonForMethod
from cp_circles.savings.services.drafts import SavingDraft
from cp_circles.savings.signing_texts import fingerprint, part_for
from cp_circles.savings.views.amounts import claim_amounts
from cp_circles.savings.views.blueprint import bp, indicator_names, project_of, saving_of
from cp_circles.savings.views.offering import input_forms
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.history import history_of
from cp_circles.web.i18n import translate
from cp_circles.web.paging import page_of
from cp_circles.web.session import db_session, now
from cp_circles.web.versions import show_stale

SAVINGS_ON_A_PAGE = 50


@bp.get("/project/<int:project_id>")
def list_savings(project_id: int) -> ResponseReturnValue:
    """A project's savings."""
    project = project_of(project_id)
    page = page_of(queries.savings_of(db_session(), project.id), per_page=SAVINGS_ON_A_PAGE)
    return render_template(
        "savings/list_savings.html",
        project=project,
        page=page,
        verified=queries.verified_of(page.items),
        names=indicator_names(),
        may_claim=rules.can_claim(current_actor(), project),
    )


@bp.get("/project/<int:project_id>/new")
def new_saving(project_id: int) -> ResponseReturnValue:
    """The form of a new saving."""
    project = project_of(project_id)
    form = SavingForm(data={"share": 1})
    return _form_page(project, None, form)


@bp.post("/project/<int:project_id>/new")
def draft_saving(project_id: int) -> ResponseReturnValue:
    """Start a saving."""
    project, form = project_of(project_id), SavingForm()
    _offer(form, project)

    def act() -> ResponseReturnValue:
        saving = services.draft_saving(
            db_session(), actor=current_actor(), project=project, draft=_draft(form), now=now()
        )
        flash(_("The saving is stated as a draft; check how it is computed, then claim it."))
        return redirect(url_for("savings.show_saving", saving_id=saving.id))

    return form.answer(act, lambda: _form_page(project, None, form))


@bp.get("/<int:saving_id>/edit")
def edit_saving(saving_id: int) -> ResponseReturnValue:
    """The form of a saving that is not claimed."""
    saving = saving_of(saving_id)
    form = SavingForm(obj=saving)
    if not form.meter.raw_data:
        form.meter.data = str(saving.meter_id)
        form.production_meter.data = str(saving.production_meter_id or "")
        form.version.data = str(saving.version)
    return _form_page(saving.project, saving, form)


@bp.post("/<int:saving_id>/edit")
def save_saving(saving_id: int) -> ResponseReturnValue:
    """Change a saving that is not claimed."""
    saving, form = saving_of(saving_id), SavingForm()
    _offer(form, saving.project)
    back = url_for("savings.show_saving", saving_id=saving.id)

    def act() -> ResponseReturnValue:
        services.edit_saving(
            db_session(),
            actor=current_actor(),
            saving=saving,
            draft=_draft(form, saving),
            version=form.base_version,
            now=now(),
        )
        flash(_("The saving is changed."))
        return redirect(back)

    def both_texts(stale: Stale) -> ResponseReturnValue:
        stale.current["version"] = saving.version
        return show_stale(form, stale, back_url=back)

    return form.answer(act, lambda: _form_page(saving.project, saving, form), both_texts)


def _offer(form: SavingForm, project: Project) -> None:
    """Offer the company's meters and counters, the catalogue, and the methods."""
    meters = meters_of(db_session(), project.company_id)
    form.indicator_code.choices = list(indicator_names(project.company_id).items())
    form.meter.choices = [
        (str(row.id), f"{row.name} ({row.unit})")
        for row in meters
        if not (row.is_production or row.is_driver)
    ]
    counters = [(str(row.id), f"{row.name} ({row.unit})") for row in meters if row.is_production]
    form.production_meter.choices = [("", _("None")), *counters]
    form.method.choices = [
        ("unit_consumption", _("Unit consumption: per unit of production")),
        ("regression", _("Regression: a model on production and other drivers")),
        ("plain_difference", _("Plain difference: no production drives the use")),
    ]


def _form_page(project: Project, saving: Saving | None, form: SavingForm) -> str:
    """The page of the saving form."""
    _offer(form, project)
    return render_template("savings/edit_saving.html", project=project, saving=saving, form=form)


def _draft(form: SavingForm, saving: Saving | None = None) -> SavingDraft:
    """What was typed, as the service takes it; suppliers' values and a method's reason are kept."""
    session = db_session()
    meter = session.get(Meter, int(form.meter.data))
    counter = session.get(Meter, int(form.production_meter.data)) if form.production_meter.data else None
    assert meter is not None
    same = saving is not None and saving.method == form.method.data
    amounts = ("other_direct_yuan", "indirect_yuan", "forecast_yuan")
    return SavingDraft(
        meter=meter,
        production_meter=counter,
        supplier_factors=dict(saving.supplier_factors) if saving is not None else {},
        method_reason=saving.method_reason if same and saving is not None else "",
        money_note=form.money_note.data or "",
        **dict[str, Any]({name: form[name].data or 0 for name in amounts}),
        **form.chosen(
            "indicator_code",
            "baseline_from",
            "baseline_to",
            "reporting_from",
            "reporting_to",
            "method",
            "share",
            "batch_cycles",
        ),
    )


@bp.get("/<int:saving_id>")
def show_saving(saving_id: int) -> ResponseReturnValue:
    """A saving: how it is computed, with which factors, and who has signed."""
    return saving_page(saving_of(saving_id))


def saving_page(
    saving: Saving,
    form: SigningForm | None = None,
    reasons: Any = (),
    **forms: Any,
) -> str:
    """The page of one saving, with the form of whoever's turn it is."""
    session, actor, claim = db_session(), current_actor(), saving.claim
    if rules.is_imported(saving):
        return _imported_page(saving)
    computed = queries.computed(session, saving)
    people = queries.people_of_circle(session, saving.project.circle_id)
    role = rules.role_to_sign(actor, saving, people)
    absence = absence_of(session, actor, saving, role, now()) if role else None
    may_sign = role is not None and absence is None
    part = part_for(session, claim, role) if claim and role else {}
    absent = services.absent_verifier(session, actor, saving, role) if role else None
    verified = queries.verified_amounts(claim) if claim and saving.state is SavingState.VERIFIED else None
    names = indicator_names(saving.project.company_id)
    return render_template(
        "savings/show_saving.html",
        saving=saving,
        project=saving.project,
        claim=claim,
        computed=computed,
        reasons=reasons or computed.reasons,
        say=presenting.said,
        step_text=presenting.step_text,
        methods=presenting.method_lines(saving, computed, claim),
        **(input_forms(saving, computed, actor) | forms),
        periods=presenting.periods_text(saving),
        names=names,
        **presenting.beside_parts(session, saving, computed, verified, names),
        factors=presenting.factor_lines(
            claim.factors if claim else [computing.factor_row(row) for row in computed.factors],
            queries.factor_pack(session, saving.project),
        ),
        baseline_rows=presenting.period_rows(
            claim.inputs["baseline"] if claim else computing.use_rows(computed.baseline), computed.unit
        ),
        reporting_rows=presenting.period_rows(
            claim.inputs["reporting"] if claim else computing.use_rows(computed.reporting), computed.unit
        ),
        links=presenting.chain_links(claim) if claim else [],
        verified=verified,
        role=role,
        may_sign=may_sign,
        absence=absence,
        sees_project=rules.can_see_savings(actor, saving.project),
        signing_form=(form or _signing_form(claim, role, fingerprint(part))) if may_sign else None,
        to_sign=services.amounts_to_sign(claim, role) if claim and role else None,
        signing_text=(
            services.signing_text(claim, role, None, None, "", absent, part) if claim and role else None
        ),
        money_evidence=part.get("money_evidence"),
        signing_for=names_by_id(session, [absent]).get(absent or 0),
        amounts=claim_amounts(saving),
        may_claim=rules.can_claim(actor, saving.project),
        may_reopen=rules.can_claim(actor, saving.project)
        or actor.heads_department_of(saving.project.company_id),
        own_signatures=_own_signatures(saving),
        confirm_form=ConfirmForm(None),
        reason_form=ReasonForm(None),
        events=history_of(session, saving),
        **guard_parts(saving, actor),
    )


def _imported_page(saving: Saving) -> str:
    """The page of a claim from a foreign file: its own values with their sign, and where they stand."""
    return render_template(
        "savings/show_imported.html",
        saving=saving,
        project=saving.project,
        claim=saving.claim,
        names=indicator_names(),
        periods=presenting.periods_text(saving)[1:],
        factors=presenting.factor_lines(saving.claim.factors, None) if saving.claim else [],
        events=history_of(db_session(), saving),
    )


def _signing_form(claim: Any, role: Role | None, money_sha256: str) -> SigningForm:
    """The signing form, bound to the claim on screen."""
    form = SigningForm()
    if not form.claim_sha256.data:
        form.claim_sha256.data, form.role.data = claim.sha256, role.value if role else ""
        form.money_sha256.data = money_sha256
    return form


def _own_signatures(saving: Saving) -> list[Signature]:
    """The reader's own signatures that stand, and all of them for the department."""
    actor, claim = current_actor(), saving.claim
    if claim is None:
        return []
    department = actor.heads_department_of(saving.project.company_id)
    return [row for row in rules.live_signatures(claim) if department or row.signer_id == actor.person_id]


@bp.post("/<int:saving_id>/claim")
def claim_saving(saving_id: int) -> ResponseReturnValue:
    """Claim the saving as it is computed now."""
    saving = saving_of(saving_id)
    try:
        services.claim_saving(db_session(), actor=current_actor(), saving=saving, now=now())
    except DataDoNotCarry as refusal:
        return saving_page(saving, reasons=refusal.reasons), 422
    except ReasonForMethod as refusal:
        return saving_page(saving, reasons=[Reason(refusal.msgid, refusal.values, refusal.field)]), 422
    except AlreadyClaimed as refusal:
        return saving_page(saving, refused=translate(refusal.msgid, refusal.values)), 409
    flash(_("The saving is claimed; the process owner is asked to verify it."))
    return redirect(url_for("savings.show_saving", saving_id=saving.id))


@bp.post("/<int:saving_id>/reopen")
def reopen_claim(saving_id: int) -> ResponseReturnValue:
    """Open the claim again; signatures are void."""
    return _with_reason(
        saving_id, services.reopen_claim, _("The claim is open again; its signatures are void.")
    )


@bp.post("/<int:saving_id>/withdraw")
def withdraw_saving(saving_id: int) -> ResponseReturnValue:
    """Take the saving back."""
    return _with_reason(saving_id, services.withdraw_saving, _("The saving is withdrawn."))


def _with_reason(saving_id: int, act: Any, done: str) -> ResponseReturnValue:
    """Do an act on a saving that needs a reason."""
    saving, form = saving_of(saving_id), ReasonForm()
    try:
        act(db_session(), actor=current_actor(), saving=saving, reason=form.reason.data or "", now=now())
    except Invalid as refusal:
        flash(translate(refusal.msgid, refusal.values), "error")
        return saving_page(saving), 422
    flash(done)
    return redirect(url_for("savings.show_saving", saving_id=saving.id))
