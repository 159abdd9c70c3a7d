"""Side effects of a draft: more of another medium, a new chemical, added waste."""

from decimal import Decimal

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.savings import services
from cp_circles.savings.forms import SideEffectForm
from cp_circles.savings.models import Saving
from cp_circles.savings.views.blueprint import bp, saving_of
from cp_circles.savings.views.offering import offered_media
from cp_circles.savings.views.stating import saving_page
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.session import db_session, now


@bp.post("/<int:saving_id>/side-effects")
def add_side_effect(saving_id: int) -> ResponseReturnValue:
    """State a side effect."""
    saving = saving_of(saving_id)
    form = offered_media(SideEffectForm(), saving)

    def act() -> ResponseReturnValue:
        chosen = form.side_evidence.data or ""
        services.add_side_effect(
            db_session(),
            actor=current_actor(),
            saving=saving,
            indicator_code=form.medium.data,
            quantity=form.extra.data or Decimal(0),
            cost_yuan=form.cost_yuan.data,
            note=form.side_note.data or "",
            evidence_id=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else None,
            now=now(),
        )
        return _done(saving, _("The side effect is stated and taken off."))

    return form.answer(act, lambda: saving_page(saving, side_form=form))


@bp.post("/<int:saving_id>/side-effects/<int:row_id>/remove")
def remove_side_effect(saving_id: int, row_id: int) -> ResponseReturnValue:
    """Take a side effect back."""
    saving, form = saving_of(saving_id), ConfirmForm()

    def act() -> ResponseReturnValue:
        services.remove_side_effect(
            db_session(), actor=current_actor(), saving=saving, row_id=row_id, now=now()
        )
        return _done(saving, _("The side effect is taken back."))

    return form.answer(act, lambda: saving_page(saving))


def _done(saving: Saving, text: str) -> ResponseReturnValue:
    flash(text)
    return redirect(url_for("savings.show_saving", saving_id=saving.id) + "#side-effects")
