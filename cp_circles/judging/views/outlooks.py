"""What a computation or a decision would change, shown before it is applied."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.judging import presenting, services
from cp_circles.judging.forms import ComputeForm
from cp_circles.judging.models import Round
from cp_circles.judging.outlook import Outlook
from cp_circles.judging.queries import entries, rounds
from cp_circles.judging.views.blueprint import bp, own_round
from cp_circles.people import queries as people
from cp_circles.web.access import current_actor
from cp_circles.web.forms import VersionForm
from cp_circles.web.session import db_session


@bp.get("/rounds/<int:round_id>/standing/outlook")
def foresee_standing(round_id: int) -> ResponseReturnValue:
    """What computing the standing again would change, with the form that does it."""
    round_ = own_round(round_id)
    if round_.published_at is not None or round_.standing_id is None:
        flash(_("There is nothing to compute again now."), "warning")
        return redirect(url_for("judging.show_standing", round_id=round_id))
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
        apply_url=url_for("judging.compute_standing", round_id=round_.id),
        back_url=url_for("judging.show_standing", round_id=round_.id),
        hidden=(form.version, form.seen),
    )


def outlook_page(
    round_: Round,
    outlook: Outlook,
    form: VersionForm,
    *,
    title: str,
    apply_url: str,
    back_url: str,
    hidden: Sequence[Any],
    reason: str = "",
) -> str:
    """The page of an outlook: lines before and after, who is told, and apply or cancel."""
    session = db_session()
    named = entries.entries_by_id(session, [row.entry for row in outlook.changes])
    names = people.names_by_id(session, list(outlook.told))
    return render_template(
        "judging/show_outlook.html",
        round=round_,
        outlook=outlook,
        entries=named,
        told=[names[id_] for id_ in outlook.told if id_ in names],
        form=form,
        title=title,
        apply_url=apply_url,
        back_url=back_url,
        hidden_fields=hidden,
        reason=reason,
        places=int(rounds.rule_of(session, round_).decimals.value),
        presenting=presenting,
    )
