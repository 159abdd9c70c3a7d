"""Pages of awards: giving them, the printed certificate, and the public check."""

import io

import segno
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.awards import queries, services
from cp_circles.awards.forms import AnnulmentForm
from cp_circles.awards.models import Award
from cp_circles.errors import NotFound, Stale
from cp_circles.judging import rules
from cp_circles.judging.models import Round
from cp_circles.results import queries as results
from cp_circles.results.models import Result
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm, SearchForm
from cp_circles.web.i18n import translate
from cp_circles.web.session import db_session, now

bp = Blueprint("awards", __name__)


def _round(round_id: int) -> Round:
    """The round, if the actor holds it."""
    round_ = db_session().get(Round, round_id)
    if round_ is None or not rules.can_organise(current_actor(), round_):
        raise NotFound
    return round_


def _award(public_key: str) -> Award:
    """The award behind a certificate's address."""
    award = queries.award_by_key(db_session(), public_key)
    if award is None:
        raise NotFound
    return award


@bp.get("/judging/rounds/<int:round_id>/awards")
def propose_awards(round_id: int) -> ResponseReturnValue:
    """What the round's scheme gives, to check before it is given; afterwards what was given."""
    round_ = _round(round_id)
    given = queries.awards_of_round(db_session(), round_.id)
    return render_template(
        "awards/propose_awards.html",
        round=round_,
        given=given,
        proposed=[] if given else services.propose_awards(db_session(), round_),
        scheme=services.scheme_of(db_session(), round_),
        confirm_form=ConfirmForm(None),
        reason_form=ReasonForm(None),
    )


@bp.post("/judging/rounds/<int:round_id>/awards")
def give_awards(round_id: int) -> ResponseReturnValue:
    """Give the awards."""
    round_ = _round(round_id)
    given = services.give_awards(db_session(), actor=current_actor(), round_=round_, now=now())
    flash(_("%(count)s awards are given.", count=len(given)))
    return redirect(url_for("awards.propose_awards", round_id=round_.id))


@bp.post("/awards/<public_key>/revoke")
def revoke_award(public_key: str) -> ResponseReturnValue:
    """Revoke an award."""
    award, form = _award(public_key), ReasonForm()
    _round(award.round_id)
    if form.validate():
        services.revoke_award(
            db_session(), actor=current_actor(), award=award, reason=form.reason.data, now=now()
        )
        flash(_("The award is revoked; its check page says so."))
    else:
        flash(_("Please give the reason; the people concerned will read it."), "error")
    return redirect(url_for("awards.propose_awards", round_id=award.round_id))


@bp.get("/awards/falsified/<int:result_id>")
def new_annulment(result_id: int) -> ResponseReturnValue:
    """What declaring a result falsified would take away, with the form that does it."""
    result = results.result_by_id(db_session(), result_id)
    found = services.foresee_annulment(db_session(), actor=current_actor(), result=result)
    form = AnnulmentForm(data={"seasons": found.usual_seasons, "with_savings": True})
    return _annulment_page(result, form)


def _annulment_page(result: Result, form: AnnulmentForm) -> str:
    found = services.foresee_annulment(db_session(), actor=current_actor(), result=result)
    form.seen.data, form.seen.raw_data = found.digest, None
    return render_template(
        "awards/annul_result.html",
        result=result,
        found=found,
        form=form,
        back=url_for("judging.show_entry", entry_id=found.entries[0].id) if found.entries else None,
    )


@bp.post("/awards/falsified/<int:result_id>")
def annul_result(result_id: int) -> ResponseReturnValue:
    """Declare a result falsified."""
    result, form = results.result_by_id(db_session(), result_id), AnnulmentForm()

    def act() -> ResponseReturnValue:
        services.annul_result(
            db_session(),
            actor=current_actor(),
            result=result,
            reason=form.reason.data or "",
            seasons=form.seasons.data or 0,
            with_savings=form.with_savings.data,
            seen=form.seen.data or "",
            now=now(),
        )
        flash(_("The result is declared falsified; everything that rested on it follows."))
        return redirect(url_for("awards.new_annulment", result_id=result_id))

    try:
        return form.answer(act, lambda: _annulment_page(result, form))
    except Stale as stale:
        form.form_errors.append(translate(stale.msgid))
        return _annulment_page(result, form), 409


@bp.get("/check")
def check() -> ResponseReturnValue:
    """Check a certificate by its number."""
    form = SearchForm()
    number = (form.q.data or "").strip()
    award = queries.award_by_number(db_session(), number) if number else None
    return render_template("awards/check.html", number=number, award=award, form=form)


@bp.get("/check/<public_key>")
def show_certificate(public_key: str) -> ResponseReturnValue:
    """The certificate behind a QR code: valid, or revoked with date and reason."""
    award = _award(public_key)
    return render_template(
        "awards/show_certificate.html",
        award=award,
        intact=services.printed_hash(award) == award.sha256,
        address=request.base_url,
    )


@bp.get("/check/<public_key>/qr.svg")
def qr_code(public_key: str) -> ResponseReturnValue:
    """The QR code that leads to the check page."""
    award = _award(public_key)
    picture = io.BytesIO()
    address = url_for("awards.show_certificate", public_key=award.public_key, _external=True)
    segno.make(address, error="m").save(picture, kind="svg", scale=4, border=4, light="white")
    return Response(picture.getvalue(), mimetype="image/svg+xml")
