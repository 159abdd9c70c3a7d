"""Pages of a round's awards: proposed, chosen, given, revoked, and all certificates as one file."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.awards import presenting, printing, queries, services
from cp_circles.awards.forms import SpecialForm, offered
from cp_circles.awards.views.blueprint import award_behind, bp, held_round
from cp_circles.errors import NotFound
from cp_circles.judging.models import Round
from cp_circles.rulesets.schema import AwardScheme, SpecialAward
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.session import db_session, now


@bp.get("/judging/rounds/<int:round_id>/awards")
def propose_awards(round_id: int) -> ResponseReturnValue:
    """What the round's scheme gives, to check before it is given; afterwards what was given."""
    round_ = held_round(round_id)
    given = queries.awards_of_round(db_session(), round_.id)
    return render_template(
        "awards/propose_awards.html",
        round=round_,
        given=given,
        proposed=[] if given else services.propose_awards(db_session(), round_),
        scheme=services.scheme_of(db_session(), round_),
        chosen=queries.choices_of(db_session(), round_.id),
        confirm_form=ConfirmForm(None),
        reason_form=ReasonForm(None),
    )


@bp.post("/judging/rounds/<int:round_id>/awards")
def give_awards(round_id: int) -> ResponseReturnValue:
    """Give the awards."""
    round_ = held_round(round_id)
    given = services.give_awards(db_session(), actor=current_actor(), round_=round_, now=now())
    flash(_("Awards given: %(count)s.", count=len(given)))
    return redirect(url_for("awards.propose_awards", round_id=round_.id))


@bp.post("/awards/<public_key>/revoke")
def revoke_award(public_key: str) -> ResponseReturnValue:
    """Revoke an award."""
    award, form = award_behind(public_key), ReasonForm()
    held_round(award.round_id)
    if form.validate():
        services.revoke_award(
            db_session(), actor=current_actor(), award=award, reason=form.reason.data, now=now()
        )
        flash(_("The award is revoked; its check page says so."))
    else:
        flash(_("Please give the reason; the people concerned will read it."), "error")
    return redirect(url_for("awards.propose_awards", round_id=award.round_id))


@bp.get("/judging/rounds/<int:round_id>/awards/certificates.pdf")
def print_certificates(round_id: int) -> ResponseReturnValue:
    """Every certificate of the round that stands, one a page, in the reader's language."""
    round_ = held_round(round_id)
    standing = [row for row in queries.awards_of_round(db_session(), round_.id) if row.revoked_at is None]
    if not standing:
        raise NotFound
    content = printing.certificates_pdf(
        [presenting.certificate_of(award) for award in standing],
        title=round_.name,
        language="zh" if presenting.in_chinese() else "en",
    )
    name = f"certificates-round-{round_.id}.pdf"
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "private, no-cache"},
    )


@bp.get("/judging/rounds/<int:round_id>/awards/special/<award_key>")
def choose_special(round_id: int, award_key: str) -> ResponseReturnValue:
    """Who could have a special award, and who was chosen, each with the reason."""
    round_ = held_round(round_id)
    special = _special(services.scheme_of(db_session(), round_), award_key)
    return _special_page(round_, special, _offer(SpecialForm(), round_, special))


def _special(scheme: AwardScheme, award_key: str) -> SpecialAward:
    found = scheme.special_award(award_key)
    if found is None:
        raise NotFound
    return found


def _offer(form: SpecialForm, round_: Round, special: SpecialAward) -> SpecialForm:
    known = services.candidates(db_session(), round_, special, now=now())
    form.holder.choices = offered((one.id, presenting.candidate_text(one)) for one in known)
    return form


def _special_page(round_: Round, special: SpecialAward, form: SpecialForm) -> str:
    """The page of one special award."""
    every = queries.choices_of(db_session(), round_.id)
    return render_template(
        "awards/choose_special.html",
        round=round_,
        special=special,
        form=form,
        chosen=[row for row in every if row.award_key == special.key],
        given=bool(queries.awards_of_round(db_session(), round_.id)),
        reason_form=ReasonForm(None),
    )


@bp.post("/judging/rounds/<int:round_id>/awards/special/<award_key>")
def save_special(round_id: int, award_key: str) -> ResponseReturnValue:
    """Choose who is to have a special award."""
    round_ = held_round(round_id)
    special = _special(services.scheme_of(db_session(), round_), award_key)
    form = _offer(SpecialForm(), round_, special)

    def act() -> ResponseReturnValue:
        services.choose_special(
            db_session(),
            actor=current_actor(),
            round_=round_,
            award_key=award_key,
            holder_id=form.holder.data or 0,
            reason=form.reason.data or "",
            now=now(),
        )
        flash(_("Chosen, with the reason, in the round's chain. It is given with the other awards."))
        return redirect(url_for("awards.choose_special", round_id=round_.id, award_key=award_key))

    return form.answer(act, lambda: _special_page(round_, special, form))


@bp.post("/judging/rounds/<int:round_id>/awards/choices/<int:choice_id>/drop")
def drop_special(round_id: int, choice_id: int) -> ResponseReturnValue:
    """Take a choice back, with a reason."""
    round_, form = held_round(round_id), ReasonForm()
    back = redirect(url_for("awards.propose_awards", round_id=round_.id))
    if not form.validate():
        flash(_("Please give the reason; the people concerned will read it."), "error")
        return back
    services.drop_special(
        db_session(),
        actor=current_actor(),
        round_=round_,
        choice_id=choice_id,
        reason=form.reason.data or "",
        now=now(),
    )
    flash(_("The choice is taken back."))
    return back
