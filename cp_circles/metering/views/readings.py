"""Pages on which readings are logged, corrected and taken back."""

from decimal import Decimal

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cp_circles.errors import NotFound
from cp_circles.files import queries as files
from cp_circles.files.naming import may_be_shown, safe_name
from cp_circles.metering import queries, services
from cp_circles.metering.forms.meters import CorrectionForm, EntryForm
from cp_circles.metering.models import Meter, Reading
from cp_circles.metering.presenting.entries import Entry, entry_of, said_of, tiles_of
from cp_circles.metering.views.blueprint import (
    bp,
    indicator_names,
    kept_photo,
    meter_of,
    reading_of,
    storage,
)
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import ReasonForm
from cp_circles.web.session import db_session, now


@bp.get("/")
def my_meters() -> ResponseReturnValue:
    """The meters that the reader may log, as tiles with the last value and what is due."""
    return render_template(
        "metering/my_meters.html",
        tiles=tiles_of(db_session(), current_actor()),
        circles=queries.circles_logged_by(db_session(), current_actor()),
    )


@bp.get("/<int:meter_id>/log")
def log_reading(meter_id: int) -> ResponseReturnValue:
    """The short form of one meter, made for a phone beside it."""
    meter = meter_of(meter_id)
    if not meter.active:
        return redirect(url_for("metering.show_meter", meter_id=meter.id))
    return _entry_page(entry_of(db_session(), meter))


def _entry_page(entry: Entry) -> str:
    """The page of the short form."""
    return render_template(
        "metering/log_reading.html", entry=entry, meter=entry.meter, names=indicator_names()
    )


@bp.post("/<int:meter_id>/readings")
def record_reading(meter_id: int) -> ResponseReturnValue:
    """Store a reading, unless a slip by a power of ten or an unusual value must be asked about first."""
    meter = meter_of(meter_id)
    entry = entry_of(db_session(), meter, sent=True)

    def act() -> ResponseReturnValue:
        if not entry.asks_nothing():
            return _entry_page(entry), 422
        reading = _store(meter, entry.form)
        flash(said_of(db_session(), reading))
        return redirect(url_for("metering.show_meter", meter_id=meter.id))

    return entry.form.answer(act, lambda: _entry_page(entry))


def _store(meter: Meter, form: EntryForm) -> Reading:
    """Store the form's reading with its photo."""
    common = {"actor": current_actor(), "meter": meter, "now": now(), "send_key": form.send_key.data or None}
    common["photo_sha256"] = kept_photo(form.photo)
    facts = {"note": form.note.data or "", **form.facts(), **common}
    stored = services.record_shown if meter.is_register else services.record_reading
    return stored(db_session(), **facts)


@bp.get("/readings/<int:reading_id>")
def edit_reading(reading_id: int) -> ResponseReturnValue:
    """The form that corrects one reading, or takes it back."""
    reading = reading_of(reading_id)
    value = reading.quantity if reading.shown is None else reading.shown
    return _reading_page(reading, CorrectionForm(data={"quantity": value}), ReasonForm())


def _reading_page(reading: Reading, form: CorrectionForm, reason_form: ReasonForm) -> str:
    """The page that corrects one reading."""
    if reading.shown is not None:
        form.quantity.label.text = _("What the counter really showed")
    return render_template("metering/edit_reading.html", reading=reading, form=form, reason_form=reason_form)


@bp.post("/readings/<int:reading_id>/correct")
def correct_reading(reading_id: int) -> ResponseReturnValue:
    """Put the right value in place of a wrong one."""
    reading, form = reading_of(reading_id), CorrectionForm()

    def act() -> ResponseReturnValue:
        value, facts = form.quantity.data or Decimal(0), form.chosen("reason")
        facts |= {"actor": current_actor(), "reading": reading, "now": now()}
        if reading.shown is not None:
            services.correct_shown(db_session(), shown=value, **facts)
        else:
            services.correct_reading(db_session(), quantity=value, **facts)
        flash(_("The reading is corrected."))
        return redirect(url_for("metering.show_meter", meter_id=reading.meter_id))

    return form.answer(act, lambda: _reading_page(reading, form, ReasonForm(None)))


@bp.post("/readings/<int:reading_id>/void")
def void_reading(reading_id: int) -> ResponseReturnValue:
    """Take a reading back."""
    reading, form = reading_of(reading_id), ReasonForm()
    if not form.validate():
        return _reading_page(reading, CorrectionForm(None, obj=reading), form), 422
    services.void_reading(
        db_session(), actor=current_actor(), reading=reading, reason=form.reason.data, now=now()
    )
    flash(_("The reading is taken back."))
    return redirect(url_for("metering.show_meter", meter_id=reading.meter_id))


@bp.get("/readings/<int:reading_id>/photo")
def show_photo(reading_id: int) -> Response:
    """The photo of the meter at a reading."""
    reading = reading_of(reading_id)
    if reading.photo_sha256 is None:
        raise NotFound
    blob = files.blob_by_hash(db_session(), reading.photo_sha256)
    return send_content(
        files.open_blob(storage(), blob),
        sha256=blob.sha256,
        media_type=blob.media_type,
        name=safe_name(reading.meter.name, blob.media_type),
        shown=may_be_shown(blob.media_type),
    )
