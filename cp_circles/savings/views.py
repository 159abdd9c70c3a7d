"""Pages of savings: stating, computing, signing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound, Stale
from cp_circles.metering.models import Meter
from cp_circles.metering.queries import meters_of
from cp_circles.people.models import Role, ScopeKind
from cp_circles.projects.models import Project
from cp_circles.savings import computing, presenting, queries, rules, services
from cp_circles.savings.forms import SavingForm, SigningForm
from cp_circles.savings.models import Saving, SavingState, Signature
from cp_circles.savings.services.claims import DataDoNotCarry, SavingDraft
from cp_circles.web.access import current_actor, require_recent_password, signed_in
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.history import history_of
from cp_circles.web.i18n import locale_name, translate
from cp_circles.web.session import db_session, now
from cp_circles.web.versions import show_stale

bp = Blueprint("savings", __name__, url_prefix="/savings")


def _project(project_id: int) -> Project:
    """The project, if the actor may see its savings."""
    project = db_session().get(Project, project_id)
    if project is None or not rules.can_see_savings(current_actor(), project):
        raise NotFound
    return project


def _saving(saving_id: int) -> Saving:
    """The saving, if the actor may see it."""
    saving = db_session().get(Saving, saving_id)
    if saving is None:
        raise NotFound
    _project(saving.project_id)
    return saving


@bp.get("/project/<int:project_id>")
def list_savings(project_id: int) -> ResponseReturnValue:
    """A project's savings."""
    project = _project(project_id)
    savings = queries.savings_of(db_session(), project.id)
    return render_template(
        "savings/list_savings.html",
        project=project,
        savings=savings,
        verified=queries.verified_of(savings),
        names=_indicator_names(),
        may_claim=rules.can_claim(current_actor(), project),
    )


def _indicator_names() -> dict[str, str]:
    """The catalogue's indicators by code."""
    return {row.code: row.names.in_(locale_name()) for row in queries.catalogue(db_session()).indicators}


@bp.get("/project/<int:project_id>/new")
def new_saving(project_id: int) -> ResponseReturnValue:
    """The form of a new saving."""
    project = _project(project_id)
    form = SavingForm(data={"share": 1})
    return _form_page(project, None, form)


@bp.post("/project/<int:project_id>/new")
def draft_saving(project_id: int) -> ResponseReturnValue:
    """Start a saving."""
    project, form = _project(project_id), SavingForm()
    _offer(form, project)
    if not form.validate():
        return _form_page(project, None, form), 422
    try:
        saving = services.draft_saving(
            db_session(), actor=current_actor(), project=project, draft=_draft(form), now=now()
        )
    except Invalid as refusal:
        form.fill_from(refusal)
        return _form_page(project, None, form), 422
    flash(_("The saving is stated as a draft; check how it is computed, then claim it."))
    return redirect(url_for("savings.show_saving", saving_id=saving.id))


@bp.get("/<int:saving_id>/edit")
def edit_saving(saving_id: int) -> ResponseReturnValue:
    """The form of a saving that is not claimed."""
    saving = _saving(saving_id)
    form = SavingForm(obj=saving)
    if not form.meter.raw_data:
        form.meter.data = str(saving.meter_id)
        form.production_meter.data = str(saving.production_meter_id or "")
        form.version.data = str(saving.version)
        for key, given in saving.supplier_factors.items():
            form.supplier_key.data, form.supplier_source.data = key, given.get("source", "")
            form.supplier_value.data = given.get("value")
    return _form_page(saving.project, saving, form)


@bp.post("/<int:saving_id>/edit")
def save_saving(saving_id: int) -> ResponseReturnValue:
    """Change a saving that is not claimed."""
    saving, form = _saving(saving_id), SavingForm()
    _offer(form, saving.project)
    if not form.validate():
        return _form_page(saving.project, saving, form), 422
    try:
        services.edit_saving(
            db_session(),
            actor=current_actor(),
            saving=saving,
            draft=_draft(form),
            version=form.base_version,
            now=now(),
        )
    except Stale as stale:
        stale.current["version"] = saving.version
        return show_stale(form, stale, back_url=url_for("savings.show_saving", saving_id=saving.id))
    except Invalid as refusal:
        form.fill_from(refusal)
        return _form_page(saving.project, saving, form), 422
    flash(_("The saving is changed."))
    return redirect(url_for("savings.show_saving", saving_id=saving.id))


def _offer(form: SavingForm, project: Project) -> None:
    """Offer the company's meters and counters, the catalogue, and the methods."""
    meters = meters_of(db_session(), project.company_id)
    form.indicator_code.choices = list(_indicator_names().items())
    form.meter.choices = [
        (str(row.id), f"{row.name} ({row.unit})") for row in meters if not row.is_production
    ]
    counters = [(str(row.id), f"{row.name} ({row.unit})") for row in meters if row.is_production]
    form.production_meter.choices = [("", _("None")), *counters]
    form.method.choices = [
        ("unit_consumption", _("Unit consumption: per unit of production")),
        ("plain_difference", _("Plain difference: no production drives the use")),
    ]


def _form_page(project: Project, saving: Saving | None, form: SavingForm) -> str:
    """The page of the saving form."""
    _offer(form, project)
    return render_template("savings/edit_saving.html", project=project, saving=saving, form=form)


def _draft(form: SavingForm) -> SavingDraft:
    """What was typed, as the service takes it."""
    session = db_session()
    meter = session.get(Meter, int(form.meter.data))
    counter = session.get(Meter, int(form.production_meter.data)) if form.production_meter.data else None
    supplier = {}
    if form.supplier_value.data and form.supplier_key.data:
        supplier[form.supplier_key.data] = {
            "value": str(form.supplier_value.data),
            "source": form.supplier_source.data or "",
        }
    assert meter is not None
    amounts = ("adjustment", "other_direct_yuan", "indirect_yuan", "forecast_yuan")
    return SavingDraft(
        meter=meter,
        production_meter=counter,
        supplier_factors=supplier,
        adjustment_note=form.adjustment_note.data or "",
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
        ),
    )


@bp.get("/<int:saving_id>")
def show_saving(saving_id: int) -> ResponseReturnValue:
    """A saving: how it is computed, with which factors, and who has signed."""
    return _saving_page(_saving(saving_id))


def _saving_page(saving: Saving, form: SigningForm | None = None, reasons: Any = ()) -> str:
    """The page of one saving, with the form of whoever's turn it is."""
    session, actor, claim = db_session(), current_actor(), saving.claim
    if rules.is_imported(saving):
        return _imported_page(saving)
    computed = queries.computed(session, saving)
    role = rules.next_role(claim) if claim and rules.is_open_for_signing(saving) else None
    people = queries.people_of_circle(session, saving.project.circle_id)
    may_sign = role is not None and rules.can_verify(actor, saving, role, people)
    verified = queries.verified_amounts(claim) if claim and saving.state is SavingState.VERIFIED else None
    return render_template(
        "savings/show_saving.html",
        saving=saving,
        project=saving.project,
        claim=claim,
        computed=computed,
        reasons=reasons or computed.reasons,
        periods=presenting.periods_text(saving),
        names=_indicator_names(),
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
        signing_form=(form or _signing_form(claim, role)) if may_sign else None,
        signing_text=services.signing_text(claim, role, None, None, "")
        if may_sign and claim and role
        else None,
        may_claim=rules.can_claim(actor, saving.project),
        may_reopen=rules.can_claim(actor, saving.project)
        or actor.heads_department_of(saving.project.company_id),
        own_signatures=_own_signatures(saving),
        confirm_form=ConfirmForm(None),
        reason_form=ReasonForm(None),
        events=history_of(session, saving),
    )


def _imported_page(saving: Saving) -> str:
    """The page of a claim from a foreign file: its own values with their sign, and where they stand."""
    return render_template(
        "savings/show_imported.html",
        saving=saving,
        project=saving.project,
        claim=saving.claim,
        names=_indicator_names(),
        periods=presenting.periods_text(saving)[1:],
        factors=presenting.factor_lines(saving.claim.factors, None) if saving.claim else [],
        events=history_of(db_session(), saving),
    )


def _signing_form(claim: Any, role: Role | None) -> SigningForm:
    """The signing form, bound to the claim on screen."""
    form = SigningForm()
    if not form.claim_sha256.data:
        form.claim_sha256.data, form.role.data = claim.sha256, role.value if role else ""
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
    saving = _saving(saving_id)
    try:
        services.claim_saving(db_session(), actor=current_actor(), saving=saving, now=now())
    except DataDoNotCarry as refusal:
        return _saving_page(saving, reasons=refusal.reasons), 422
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
    saving, form = _saving(saving_id), ReasonForm()
    try:
        act(db_session(), actor=current_actor(), saving=saving, reason=form.reason.data or "", now=now())
    except Invalid as refusal:
        flash(translate(refusal.msgid, refusal.values), "error")
        return _saving_page(saving), 422
    flash(done)
    return redirect(url_for("savings.show_saving", saving_id=saving.id))


@bp.get("/to-sign")
def to_sign() -> ResponseReturnValue:
    """The claims that wait for the reader's signature."""
    actor = current_actor()
    waiting = [
        (role, saving)
        for role in rules.REQUIRED_CHAIN
        for saving in queries.savings_to_sign(db_session(), actor.scopes(role, ScopeKind.COMPANY), role)
    ]
    return render_template("savings/to_sign.html", waiting=waiting, names=_indicator_names())


@bp.post("/<int:saving_id>/sign")
def sign_claim(saving_id: int) -> ResponseReturnValue:
    """Sign the claim on screen."""
    saving, form = _saving(saving_id), SigningForm()
    ask = require_recent_password(url_for("savings.show_saving", saving_id=saving.id))
    if ask is not None:
        return ask
    if not form.validate():
        return _saving_page(saving, form), 422
    try:
        services.sign_claim(
            db_session(),
            actor=current_actor(),
            saving=saving,
            role=_role(form),
            password_confirmed_at=signed_in().password_confirmed_at,
            now=now(),
            claim_sha256=form.claim_sha256.data or "",
            quantity=form.quantity.data,
            direct_yuan=form.direct_yuan.data,
            reason=form.reason.data or "",
        )
    except Invalid as refusal:
        form.fill_from(refusal)
        return _saving_page(saving, form), 422
    flash(_("Signed. The saving counts.") if saving.state is SavingState.VERIFIED else _("Signed."))
    return redirect(url_for("savings.show_saving", saving_id=saving.id))


@bp.post("/<int:saving_id>/refuse")
def refuse_claim(saving_id: int) -> ResponseReturnValue:
    """Refuse the claim on screen with a reason."""
    saving, form = _saving(saving_id), SigningForm()
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
        return _saving_page(saving, form), 422
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
    saving = _saving(signature.claim.saving_id)
    try:
        services.void_signature(
            db_session(), actor=current_actor(), signature=signature, reason=form.reason.data or "", now=now()
        )
    except Invalid as refusal:
        flash(translate(refusal.msgid, refusal.values), "error")
        return _saving_page(saving), 422
    flash(_("The signature is taken back; the saving does not count any more."))
    return redirect(url_for("savings.show_saving", saving_id=saving.id))
