"""Moving one phase of a round, with a reason."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound
from cp_circles.judging import presenting, services
from cp_circles.judging.forms import MovePhaseForm
from cp_circles.judging.models import Round
from cp_circles.judging.presenting.reading import own_round
from cp_circles.judging.queries import rounds
from cp_circles.judging.services.rounds import require_movable
from cp_circles.judging.views.blueprint import bp
from cp_circles.judging.views.settings import local_times
from cp_circles.web.access import current_actor
from cp_circles.web.session import clock, db_session, now


@bp.get("/rounds/<int:round_id>/phases/<key>")
def edit_phase(round_id: int, key: str) -> ResponseReturnValue:
    """The times of one phase."""
    round_ = own_round(round_id)
    require_movable(round_)
    row = _phase(round_, key)
    return _phase_page(round_, key, MovePhaseForm(data=local_times(row.key, row.starts_at, row.ends_at)))


def _phase(round_: Round, key: str) -> Any:
    row = next((row for row in round_.phases if row.key == key), None)
    if row is None:
        raise NotFound
    return row


def _phase_page(round_: Round, key: str, form: MovePhaseForm) -> str:
    rule = rounds.rule_of(db_session(), round_)
    name = presenting.phase_name(rule, key)
    return render_template("judging/edit_phase.html", round=round_, key=key, name=name, form=form)


@bp.post("/rounds/<int:round_id>/phases/<key>")
def move_phase(round_id: int, key: str) -> ResponseReturnValue:
    """Move a phase, with a reason."""
    round_, form = own_round(round_id), MovePhaseForm()
    row = _phase(round_, key)
    if not form.validate():
        return _phase_page(round_, key, form), 422
    zone = clock().zone
    starts_at = form.starts_at.data.replace(tzinfo=zone) if form.starts_at.data else row.starts_at
    same = abs((starts_at - row.starts_at).total_seconds()) < 60
    try:
        services.move_phase(
            db_session(),
            actor=current_actor(),
            round_=round_,
            key=key,
            starts_at=None if same else starts_at,
            ends_at=form.ends_at.data.replace(tzinfo=zone),
            push=form.push.data,
            reason=form.reason.data,
            now=now(),
        )
    except Invalid as refusal:
        form.fill_from(refusal)
        return _phase_page(round_, key, form), 422
    flash(_("The phase is moved; the reason stands in the history."))
    return redirect(url_for("judging.show_round", round_id=round_.id))
