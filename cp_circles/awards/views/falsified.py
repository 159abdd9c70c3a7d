"""Pages of falsified results: what declaring one takes away, and the bans that follow."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.awards import queries, services
from cp_circles.awards.forms import AnnulmentForm
from cp_circles.awards.views.blueprint import bp
from cp_circles.errors import NotFound, Stale
from cp_circles.judging.models import CircleBan
from cp_circles.judging.services.bans import lift_ban, liftable
from cp_circles.people.queries import names_by_id
from cp_circles.results import queries as results
from cp_circles.results.models import Result
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ReasonForm
from cp_circles.web.i18n import translate
from cp_circles.web.paging import PER_PAGE, listed, requested_page
from cp_circles.web.session import db_session, now, today


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


@bp.get("/awards/bans")
def list_bans() -> ResponseReturnValue:
    """The bans of the reader's regions or companies: circle, cause, how long, and how they ended."""
    found = queries.bans_seen(db_session(), actor=current_actor(), page=requested_page(), size=PER_PAGE)
    rows = list(found.rows)
    return render_template(
        "awards/list_bans.html",
        page=listed(found),
        may_lift=liftable(db_session(), current_actor(), rows),
        names=names_by_id(db_session(), [row.lifted_by_id for row in rows]),
        year=today().year,
        reason_form=ReasonForm(None),
    )


@bp.post("/awards/bans/<int:ban_id>/lift")
def lift_circle_ban(ban_id: int) -> ResponseReturnValue:
    """Lift a ban before its time, with a reason."""
    ban, form = db_session().get(CircleBan, ban_id), ReasonForm()
    if ban is None or ban.id not in liftable(db_session(), current_actor(), [ban]):
        raise NotFound
    if not form.validate():
        flash(_("Please give the reason; the people concerned will read it."), "error")
        return redirect(url_for("awards.list_bans"))
    lift_ban(db_session(), actor=current_actor(), ban=ban, reason=form.reason.data or "", now=now())
    flash(_("The ban is lifted; the leader of the circle has been told."))
    return redirect(url_for("awards.list_bans"))
