"""The page on which a running counter is declared replaced or reset, when it happens."""

import secrets

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.metering import services
from cp_circles.metering.forms.meters import ReplaceForm
from cp_circles.metering.models import Meter
from cp_circles.metering.views.blueprint import bp, kept_photo, meter_of
from cp_circles.web.access import current_actor
from cp_circles.web.session import clock, db_session, now


@bp.get("/<int:meter_id>/replace")
def show_replacing(meter_id: int) -> ResponseReturnValue:
    """The form for a running counter that was replaced or reset, set to this moment."""
    meter = meter_of(meter_id)
    if not meter.is_register or not meter.active:
        return redirect(url_for("metering.show_meter", meter_id=meter.id))
    local, form = now().astimezone(clock().zone), ReplaceForm()
    form.send_key.data = form.send_key.data or secrets.token_hex(16)
    form.changed_on.data = form.changed_on.data or local.date()
    form.changed_at.data = form.changed_at.data or local.time().replace(second=0, microsecond=0)
    return _page(meter, form)


def _page(meter: Meter, form: ReplaceForm) -> str:
    since, shown = services.stands_at(db_session(), meter) if meter.is_register else (None, None)
    return render_template("metering/replace_counter.html", meter=meter, form=form, since=since, shown=shown)


@bp.post("/<int:meter_id>/replace")
def replace_counter(meter_id: int) -> ResponseReturnValue:
    """Store that the counter was replaced or reset."""
    meter, form = meter_of(meter_id), ReplaceForm()

    def act() -> ResponseReturnValue:
        services.replace_counter(
            db_session(),
            actor=current_actor(),
            meter=meter,
            change=form.change(clock().zone),
            photo_sha256=kept_photo(form.photo),
            send_key=form.send_key.data or None,
            note=form.note.data or "",
            now=now(),
        )
        flash(_("The change is stored; the meter counts on from the new value."))
        return redirect(url_for("metering.show_meter", meter_id=meter.id))

    return form.answer(act, lambda: _page(meter, form))
