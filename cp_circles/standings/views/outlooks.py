"""What a computation or a decision would change, shown before it is applied."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.judging.models import Round
from cp_circles.judging.presenting.reading import own_round
from cp_circles.standings import services
from cp_circles.standings.forms import ComputeForm
from cp_circles.standings.presenting.outlooks import outlook_page
from cp_circles.standings.views.blueprint import bp
from cp_circles.web.access import current_actor
from cp_circles.web.session import db_session


@bp.get("/rounds/<int:round_id>/standing/outlook")
def foresee_standing(round_id: int) -> ResponseReturnValue:
    """What computing the standing again would change, with the form that does it."""
    round_ = own_round(round_id)
    if round_.published_at is not None or round_.standing_id is None:
        flash(_("There is nothing to compute again now."), "warning")
        return redirect(url_for("standings.show_standing", round_id=round_id))
    return standing_outlook(round_, ComputeForm(None, data={"version": str(round_.version)}))


def standing_outlook(round_: Round, form: ComputeForm) -> str:
    """The outlook of computing again, with the form that was sent or an empty one."""
    outlook = services.foresee_standing(db_session(), actor=current_actor(), round_=round_)
    form.seen.data, form.seen.raw_data = outlook.digest, None
    form.version.data, form.version.raw_data = str(round_.version), None
    return outlook_page(
        round_,
        outlook,
        form,
        title=_("Compute again"),
        apply_url=url_for("standings.compute_standing", round_id=round_.id),
        back_url=url_for("standings.show_standing", round_id=round_.id),
        hidden=(form.version, form.seen),
    )
