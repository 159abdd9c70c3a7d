"""Objections: filing one on a published list, following one's own, and deciding."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from cp_circles.errors import DomainError, Invalid, NotFound, Stale
from cp_circles.files import queries as files
from cp_circles.files.naming import safe_name
from cp_circles.files.services import store_blob
from cp_circles.judging import phases, presenting, rules
from cp_circles.judging.models import Entry, Objection, Round
from cp_circles.judging.presenting.reading import storage
from cp_circles.judging.queries import rounds
from cp_circles.judging.queries.public_lists import dates_read, read_list
from cp_circles.objections import queries as objections
from cp_circles.objections import services
from cp_circles.objections.forms import DecisionForm, ObjectionForm, RefusalForm
from cp_circles.objections.rules import is_filer
from cp_circles.objections.services import require_decider
from cp_circles.people import queries as people
from cp_circles.standings import services as standings_services
from cp_circles.standings.presenting.outlooks import outlook_page
from cp_circles.standings.queries import lists
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import ConfirmForm, VersionForm, choices, whole_number
from cp_circles.web.i18n import translate
from cp_circles.web.session import db_session, now
from cp_circles.web.uploads import read_upload

bp = Blueprint("objections", __name__, url_prefix="/judging")


@bp.get("/lists/<public_key>/object")
def new_objection(public_key: str) -> ResponseReturnValue:
    """The form of an objection to a published entry."""
    round_ = rounds.round_by_public_key(db_session(), public_key)
    form = ObjectionForm()
    if form.entry_id.data is None:
        form.entry_id.data = whole_number(request.args.get("entry"))
    return _form_page(round_, form)


def _form_page(round_: Round, form: ObjectionForm) -> str:
    """The page of the objection form."""
    _offer(form, round_)
    dates = dates_read(db_session(), round_)
    return render_template(
        "objections/file_objection.html",
        round=round_,
        form=form,
        is_open=phases.is_publicity_running(dates, now()),
        ended=presenting.ended_text(dates.publicity_ends_at, now()),
    )


def _offer(form: ObjectionForm, round_: Round) -> None:
    """Offer the entries of the list that everybody reads; of a long one that which was chosen in it."""
    shown = read_list(db_session(), round_)
    rows = lists.offered(db_session(), shown.standing_id, form.entry_id.data) if shown else []
    form.entry_id.choices = choices([(row.entry_id, f"{row.place} · {row.title}") for row in rows])


@bp.post("/lists/<public_key>/object")
def file_objection(public_key: str) -> ResponseReturnValue:
    """File it."""
    round_, form = rounds.round_by_public_key(db_session(), public_key), ObjectionForm()
    _offer(form, round_)

    def act() -> ResponseReturnValue:
        try:
            objection = _filed(form)
        except Invalid as refusal:
            refusal.field = refusal.field if refusal.field in form else "evidence"
            raise
        flash(
            _("Your objection is filed. The clock of the publicity period stands still until it is settled.")
        )
        return redirect(url_for("objections.my_objection", key=objection.key))

    return form.answer(act, lambda: _form_page(round_, form))


def _filed(form: ObjectionForm) -> Objection:
    """The objection as the form has it, with its file."""
    entry = db_session().get_one(Entry, form.entry_id.data)
    blob, name = None, ""
    if form.evidence.first is not None:
        upload = read_upload(form.evidence.first, field="evidence")
        blob, name = store_blob(db_session(), storage(), upload.content, upload.name, now()), upload.name
    return services.file_objection(
        db_session(),
        actor=current_actor(),
        entry=entry,
        text=form.text.data,
        evidence=blob,
        evidence_name=name,
        hours=presenting.office_hours(),
        now=now(),
    )


@bp.get("/objections")
def my_objections() -> ResponseReturnValue:
    """The reader's own objections."""
    found = objections.objections_filed_by(db_session(), current_actor().person_id or 0)
    return render_template("objections/my_objections.html", objections=found)


def _own_objection(key: str) -> Objection:
    """The reader's own objection; NotFound for everybody else."""
    objection = objections.objection_by_key(db_session(), key)
    if not is_filer(current_actor(), objection):
        raise NotFound
    return objection


@bp.get("/objections/<key>")
def my_objection(key: str) -> ResponseReturnValue:
    """Where the reader's objection stands, and the decision with its reasons."""
    objection = _own_objection(key)
    return render_template(
        "objections/my_objection.html",
        objection=objection,
        round=objection.round_,
        confirm_form=ConfirmForm(None),
        may_withdraw=objection.state.value in ("filed", "admitted"),
    )


@bp.post("/objections/<key>/withdraw")
def withdraw_objection(key: str) -> ResponseReturnValue:
    """Take it back."""
    objection = _own_objection(key)
    services.withdraw_objection(
        db_session(), actor=current_actor(), objection=objection, hours=presenting.office_hours(), now=now()
    )
    flash(_("The objection is withdrawn."))
    return redirect(url_for("objections.my_objection", key=key))


@bp.get("/rounds/<int:round_id>/objections")
def list_objections(round_id: int) -> ResponseReturnValue:
    """The objections of a round, for those who may decide."""
    round_ = rounds.round_by_id(db_session(), round_id)
    if not rules.can_decide_for_organiser(current_actor(), round_):
        raise NotFound
    return render_template(
        "objections/list_objections.html",
        round=round_,
        objections=objections.objections_of(db_session(), round_.id),
    )


def _objection(round_id: int, objection_id: int) -> Objection:
    """An objection of this round, for those who may decide in it."""
    objection = objections.objection_by_id(db_session(), objection_id)
    if objection.round_id != round_id or not rules.can_decide_for_organiser(
        current_actor(), objection.round_
    ):
        raise NotFound
    return objection


@bp.get("/rounds/<int:round_id>/objections/<int:objection_id>")
def show_objection(round_id: int, objection_id: int) -> ResponseReturnValue:
    """The ticket: text, evidence, and what the reader may do, or why not."""
    return _ticket(_objection(round_id, objection_id))


def _ticket(
    objection: Objection, form: DecisionForm | None = None, refusal_form: RefusalForm | None = None
) -> str:
    """The page of one objection; its filer is named to those who decide only."""
    reason = ""
    try:
        require_decider(db_session(), current_actor(), objection)
    except DomainError as refusal:
        reason = translate(refusal.msgid, refusal.values)
    version = {"version": str(objection.version)}
    form = form or DecisionForm(None, data=version)
    form.judge.choices = _judge_choices(objection)
    decider = people.names_by_id(db_session(), [objection.decider_id])
    return render_template(
        "objections/show_objection.html",
        objection=objection,
        round=objection.round_,
        entry=objection.entry,
        barred=reason,
        filer=people.names_by_id(db_session(), [objection.filer_id]).get(objection.filer_id)
        if not reason
        else None,
        decider=decider.get(objection.decider_id) if objection.decider_id else None,
        form=form,
        refusal_form=refusal_form or RefusalForm(None, data=version),
        version_form=VersionForm(None, data=version),
    )


@bp.get("/rounds/<int:round_id>/objections/<int:objection_id>/evidence")
def objection_evidence(round_id: int, objection_id: int) -> ResponseReturnValue:
    """The file that came with an objection."""
    objection = _objection(round_id, objection_id)
    require_decider(db_session(), current_actor(), objection)
    if objection.evidence_sha256 is None:
        raise NotFound
    blob = files.blob_by_hash(db_session(), objection.evidence_sha256)
    stream, name = files.open_blob(storage(), blob), safe_name(objection.evidence_name, blob.media_type)
    return send_content(stream, sha256=blob.sha256, media_type=blob.media_type, name=name)


@bp.post("/rounds/<int:round_id>/objections/<int:objection_id>/admit")
def admit_objection(round_id: int, objection_id: int) -> ResponseReturnValue:
    """Take it up."""
    objection, form = _objection(round_id, objection_id), VersionForm()
    services.admit_objection(
        db_session(), actor=current_actor(), objection=objection, version=form.base_version, now=now()
    )
    flash(_("Admitted. Examine it, then decide with reasons."))
    return redirect(url_for("objections.show_objection", round_id=round_id, objection_id=objection_id))


@bp.post("/rounds/<int:round_id>/objections/<int:objection_id>/refuse")
def refuse_objection(round_id: int, objection_id: int) -> ResponseReturnValue:
    """Declare it inadmissible."""
    objection, form = _objection(round_id, objection_id), RefusalForm()
    if not form.validate():
        return _ticket(objection, refusal_form=form), 422
    services.refuse_objection(
        db_session(),
        actor=current_actor(),
        objection=objection,
        reason=form.reason.data,
        version=form.base_version,
        hours=presenting.office_hours(),
        now=now(),
    )
    flash(_("The objection is not admitted; its filer reads the reason."))
    return redirect(url_for("objections.list_objections", round_id=round_id))


@bp.post("/rounds/<int:round_id>/objections/<int:objection_id>/decide")
def decide_objection(round_id: int, objection_id: int) -> ResponseReturnValue:
    """Show what the decision would change; then, once that was seen, decide with reasons."""
    objection, form = _objection(round_id, objection_id), DecisionForm()
    form.judge.choices = _judge_choices(objection)
    require_decider(db_session(), current_actor(), objection)

    def act() -> ResponseReturnValue:
        if form.effect.data != "none" and not form.seen.data:
            return _outlook_page(objection, form)
        services.decide_objection(
            db_session(),
            actor=current_actor(),
            objection=objection,
            effect=form.effect.data,
            decision=form.decision.data,
            judge=form.judge.data,
            seen=form.seen.data,
            version=form.base_version,
            hours=presenting.office_hours(),
            now=now(),
        )
        flash(_("Decided; the filer has been told."))
        return redirect(url_for("objections.list_objections", round_id=round_id))

    try:
        return form.answer(act, lambda: _ticket(objection, form))
    except standings_services.Foreseen as foreseen:
        form.form_errors.append(translate(foreseen.msgid))
        return _outlook_page(objection, form), 409
    except Stale as stale:
        form.version.data, form.version.raw_data = str(objection.version), None
        form.form_errors.append(translate(stale.msgid))
        return _ticket(objection, form), 409


def _judge_choices(objection: Objection) -> list[SelectChoice]:
    """The judges, by number, whose scores of the entry count."""
    numbers = standings_services.judges_who_scored(db_session(), objection.entry)
    named = [(number, _("judge %(number)s", number=number)) for number in numbers]
    return choices([("", _("– not needed –")), *named])


def _outlook_page(objection: Objection, form: DecisionForm) -> str:
    """What a decision would change, with the button that applies it."""
    outlook = standings_services.foresee_decision(
        db_session(), objection=objection, effect=form.effect.data, judge=form.judge.data
    )
    form.seen.data, form.seen.raw_data = outlook.digest, None
    address: dict[str, Any] = {"round_id": objection.round_id, "objection_id": objection.id}
    effects = {choice.value: choice.label for choice in form.effect.choices or ()}
    return outlook_page(
        objection.round_,
        outlook,
        form,
        title=str(effects[form.effect.data]),
        apply_url=url_for("objections.decide_objection", **address),
        back_url=url_for("objections.show_objection", **address),
        hidden=(form.version, form.seen, form.effect, form.judge, form.decision),
        reason=form.decision.data,
    )
