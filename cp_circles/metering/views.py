"""Pages of meters and readings."""

import secrets

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.editions.queries import newest_pack
from cp_circles.errors import Invalid, NotFound
from cp_circles.metering import queries, rules, services
from cp_circles.metering.forms import CorrectionForm, ImportForm, MeterForm, ReadingForm
from cp_circles.metering.models import Meter, Reading
from cp_circles.metering.sheets import rows_of_file
from cp_circles.organisations.models import Company
from cp_circles.rulesets.schema import Indicators
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ReasonForm
from cp_circles.web.i18n import locale_name
from cp_circles.web.paging import page_of
from cp_circles.web.session import db_session, now, today
from cp_circles.web.uploads import read_upload

bp = Blueprint("metering", __name__, url_prefix="/meters")


def _company(company_id: int) -> Company:
    """The company, if the actor may read its meters."""
    company = db_session().get(Company, company_id)
    seen = queries.companies_metered_by(db_session(), current_actor())
    if company is None or (company.id not in seen and not current_actor().is_administrator):
        raise NotFound
    return company


def _meter(meter_id: int) -> Meter:
    """The meter, if the actor may read it."""
    meter = db_session().get(Meter, meter_id)
    if meter is None:
        raise NotFound
    _company(meter.company_id)
    return meter


def _reading(reading_id: int) -> Reading:
    """The reading, if the actor may read its meter."""
    reading = db_session().get(Reading, reading_id)
    if reading is None:
        raise NotFound
    _company(reading.meter.company_id)
    return reading


def indicator_names() -> dict[str, str]:
    """The catalogue's indicators and production, by code, in the reader's language."""
    pack = newest_pack(db_session(), Indicators)
    names = {row.code: row.names.in_(locale_name()) for row in pack.indicators}
    return {"PRODUCTION": _("Production"), **names}


@bp.get("/company/<int:company_id>")
def list_meters(company_id: int) -> ResponseReturnValue:
    """A company's meters with their last reading."""
    company = _company(company_id)
    meters = queries.meters_of(db_session(), company.id)
    return render_template(
        "metering/list_meters.html",
        company=company,
        page=page_of(meters),
        last=queries.last_readings(db_session(), [meter.id for meter in meters]),
        names=indicator_names(),
        may_keep=rules.can_keep_meters(current_actor(), company.id),
    )


@bp.get("/company/<int:company_id>/new")
def new_meter(company_id: int) -> ResponseReturnValue:
    """The form of a new meter."""
    return _meter_form(_company(company_id), MeterForm())


@bp.post("/company/<int:company_id>/new")
def add_meter(company_id: int) -> ResponseReturnValue:
    """Add a meter."""
    company, form = _company(company_id), MeterForm()
    form.indicator.choices = list(indicator_names().items())
    if not form.validate():
        return _meter_form(company, form), 422
    try:
        meter = services.add_meter(
            db_session(),
            actor=current_actor(),
            company=company,
            now=now(),
            **form.chosen("name", "boundary", "indicator", "unit"),
        )
    except Invalid as refusal:
        form.fill_from(refusal)
        return _meter_form(company, form), 422
    flash(_("The meter %(name)s is added.", name=meter.name))
    return redirect(url_for("metering.show_meter", meter_id=meter.id))


def _meter_form(company: Company, form: MeterForm) -> str:
    """The page of the meter form."""
    form.indicator.choices = list(indicator_names().items())
    return render_template("metering/new_meter.html", company=company, form=form)


@bp.get("/<int:meter_id>")
def show_meter(meter_id: int) -> ResponseReturnValue:
    """A meter, its readings and the form for the next one."""
    meter, form = _meter(meter_id), ReadingForm()
    if form.starts_on.data is None:
        form.starts_on.data, form.ends_on.data = queries.next_period(db_session(), meter, today())
    form.send_key.data = form.send_key.data or secrets.token_hex(16)
    return _meter_page(meter, form)


def _meter_page(meter: Meter, form: ReadingForm) -> str:
    """The page of one meter."""
    return render_template(
        "metering/show_meter.html",
        meter=meter,
        form=form,
        reason_form=ReasonForm(),
        page=page_of(queries.readings_of(db_session(), meter)),
        usual=queries.usual_range(db_session(), meter),
        names=indicator_names(),
        may_keep=rules.can_keep_meters(current_actor(), meter.company_id),
    )


@bp.post("/<int:meter_id>/readings")
def record_reading(meter_id: int) -> ResponseReturnValue:
    """Store a reading."""
    meter, form = _meter(meter_id), ReadingForm()
    if not form.validate() or not form.explains(queries.usual_range(db_session(), meter)):
        return _meter_page(meter, form), 422
    try:
        services.record_reading(
            db_session(),
            actor=current_actor(),
            meter=meter,
            now=now(),
            send_key=form.send_key.data or None,
            **form.chosen("starts_on", "ends_on", "quantity", "note"),
        )
    except Invalid as refusal:
        form.fill_from(refusal)
        return _meter_page(meter, form), 422
    flash(_("The reading is stored."))
    return redirect(url_for("metering.show_meter", meter_id=meter.id))


@bp.post("/<int:meter_id>/retire")
def retire_meter(meter_id: int) -> ResponseReturnValue:
    """Take a meter out of use."""
    meter, form = _meter(meter_id), ReasonForm()
    if not form.validate():
        return _meter_page(meter, ReadingForm(None)), 422
    services.retire_meter(
        db_session(), actor=current_actor(), meter=meter, reason=form.reason.data, now=now()
    )
    flash(_("The meter is out of use; its readings stay."))
    return redirect(url_for("metering.list_meters", company_id=meter.company_id))


@bp.get("/readings/<int:reading_id>")
def edit_reading(reading_id: int) -> ResponseReturnValue:
    """The form that corrects one reading, or takes it back."""
    reading = _reading(reading_id)
    return _reading_page(reading, CorrectionForm(obj=reading), ReasonForm())


def _reading_page(reading: Reading, form: CorrectionForm, reason_form: ReasonForm) -> str:
    """The page that corrects one reading."""
    return render_template("metering/edit_reading.html", reading=reading, form=form, reason_form=reason_form)


@bp.post("/readings/<int:reading_id>/correct")
def correct_reading(reading_id: int) -> ResponseReturnValue:
    """Put the right quantity in place of a wrong one."""
    reading, form = _reading(reading_id), CorrectionForm()
    if not form.validate():
        return _reading_page(reading, form, ReasonForm(None)), 422
    try:
        services.correct_reading(
            db_session(),
            actor=current_actor(),
            reading=reading,
            now=now(),
            **form.chosen("quantity", "reason"),
        )
    except Invalid as refusal:
        form.fill_from(refusal)
        return _reading_page(reading, form, ReasonForm(None)), 422
    flash(_("The reading is corrected."))
    return redirect(url_for("metering.show_meter", meter_id=reading.meter_id))


@bp.post("/readings/<int:reading_id>/void")
def void_reading(reading_id: int) -> ResponseReturnValue:
    """Take a reading back."""
    reading, form = _reading(reading_id), ReasonForm()
    if not form.validate():
        return _reading_page(reading, CorrectionForm(None, obj=reading), form), 422
    services.void_reading(
        db_session(), actor=current_actor(), reading=reading, reason=form.reason.data, now=now()
    )
    flash(_("The reading is taken back."))
    return redirect(url_for("metering.show_meter", meter_id=reading.meter_id))


@bp.get("/company/<int:company_id>/import")
def choose_file(company_id: int) -> ResponseReturnValue:
    """The page that takes a file of readings."""
    return render_template(
        "metering/import_readings.html", company=_company(company_id), form=ImportForm(), report=None
    )


@bp.post("/company/<int:company_id>/import")
def import_readings(company_id: int) -> ResponseReturnValue:
    """Store a file of readings, or say row by row why not."""
    company, form = _company(company_id), ImportForm()
    report = None
    if form.validate():
        try:
            upload = read_upload(form.file.first)
            report = services.import_readings(
                db_session(),
                actor=current_actor(),
                company=company,
                rows=rows_of_file(upload.name, upload.content),
                good_rows_only=form.good_rows_only.data,
                now=now(),
            )
        except Invalid as refusal:
            form.fill_from(refusal)
    page = render_template("metering/import_readings.html", company=company, form=form, report=report)
    return page, 200 if report and (report.is_clean or report.stored) else 422
