"""Pages of the list of meters."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.metering import queries, rules, services
from cp_circles.metering.forms.findings import MeterNameForm
from cp_circles.metering.forms.meters import MeterForm
from cp_circles.metering.models import Meter
from cp_circles.metering.presenting.entries import entry_of
from cp_circles.metering.presenting.findings import chart_of
from cp_circles.metering.queries import findings as found
from cp_circles.metering.views.blueprint import bp, company_of, indicator_names, meter_of
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ReasonForm
from cp_circles.web.paging import page_of
from cp_circles.web.session import db_session, now


@bp.get("/company/<int:company_id>")
def list_meters(company_id: int) -> ResponseReturnValue:
    """A company's meters with their last reading."""
    company = company_of(company_id)
    meters = queries.meters_of(db_session(), company.id)
    return render_template(
        "metering/list_meters.html",
        company=company,
        page=page_of(meters),
        last=queries.last_readings(db_session(), [meter.id for meter in meters]),
        names=indicator_names(company),
        doubtful=found.open_counts(db_session(), [meter.id for meter in meters]),
        may_keep=rules.can_keep_meters(current_actor(), company.id),
        may_keep_tokens=rules.can_keep_tokens(current_actor(), company.id),
    )


@bp.get("/company/<int:company_id>/new")
def new_meter(company_id: int) -> ResponseReturnValue:
    """The form of a new meter."""
    return _meter_form(company_of(company_id), MeterForm())


@bp.post("/company/<int:company_id>/new")
def add_meter(company_id: int) -> ResponseReturnValue:
    """Add a meter."""
    company, form = company_of(company_id), MeterForm()
    form.indicator.choices = list(indicator_names(company).items())

    def act() -> ResponseReturnValue:
        meter = services.add_meter(
            db_session(),
            actor=current_actor(),
            company=company,
            now=now(),
            counter=form.counter(),
            **form.chosen("name", "boundary", "indicator", "unit", "accuracy"),
            key=form.key.data or "",
        )
        flash(_("The meter %(name)s is added.", name=meter.name))
        return redirect(url_for("metering.show_meter", meter_id=meter.id))

    return form.answer(act, lambda: _meter_form(company, form))


def _meter_form(company: Company, form: MeterForm) -> str:
    """The page of the meter form."""
    form.indicator.choices = list(indicator_names(company).items())
    return render_template("metering/new_meter.html", company=company, form=form)


@bp.get("/<int:meter_id>")
def show_meter(meter_id: int) -> ResponseReturnValue:
    """A meter, its readings and the form for the next one."""
    return _meter_page(meter_of(meter_id), ReasonForm())


def _meter_page(meter: Meter, reason_form: ReasonForm) -> str:
    """The page of one meter."""
    findings = found.findings_of(db_session(), meter.id)
    return render_template(
        "metering/show_meter.html",
        meter=meter,
        findings=findings,
        changes=found.changes_of(db_session(), meter.id) if meter.is_register else [],
        chart_of_readings=chart_of(db_session(), meter, findings),
        entry=entry_of(db_session(), meter) if meter.active else None,
        reason_form=reason_form,
        page=page_of(queries.readings_of(db_session(), meter)),
        names=indicator_names(meter.company),
        may_keep=rules.can_keep_meters(current_actor(), meter.company_id),
    )


@bp.get("/<int:meter_id>/edit")
def edit_meter(meter_id: int) -> ResponseReturnValue:
    """The form that renames a meter, or puts it under a main meter."""
    meter = meter_of(meter_id)
    services.require_keeper(current_actor(), meter.company_id)
    form = MeterNameForm(
        data={
            "name": meter.name,
            "boundary": meter.boundary,
            "parent": str(meter.parent_id or ""),
            "accuracy": meter.accuracy,
        }
    )
    return _edit_page(meter, form)


def _edit_page(meter: Meter, form: MeterNameForm) -> str:
    """The page of the meter's name, boundary and main meter."""
    others = queries.meters_of(db_session(), meter.company_id)
    form.offer([other for other in others if other.id != meter.id])
    return render_template("metering/edit_meter.html", meter=meter, form=form)


@bp.post("/<int:meter_id>/edit")
def save_meter(meter_id: int) -> ResponseReturnValue:
    """Rename a meter, or put it under a main meter; its readings stay."""
    meter, form = meter_of(meter_id), MeterNameForm()
    others = queries.meters_of(db_session(), meter.company_id)
    form.offer([other for other in others if other.id != meter.id])

    def act() -> ResponseReturnValue:
        services.edit_meter(
            db_session(),
            actor=current_actor(),
            meter=meter,
            parent=next((other for other in others if str(other.id) == form.parent.data), None),
            now=now(),
            **form.chosen("name", "boundary", "reason", "accuracy"),
        )
        flash(_("The meter is changed; its readings stay."))
        return redirect(url_for("metering.show_meter", meter_id=meter.id))

    return form.answer(act, lambda: _edit_page(meter, form))


@bp.post("/<int:meter_id>/retire")
def retire_meter(meter_id: int) -> ResponseReturnValue:
    """Take a meter out of use."""
    meter, form = meter_of(meter_id), ReasonForm()
    if not form.validate():
        return _meter_page(meter, form), 422
    services.retire_meter(
        db_session(), actor=current_actor(), meter=meter, reason=form.reason.data, now=now()
    )
    flash(_("The meter is out of use; its readings stay."))
    return redirect(url_for("metering.list_meters", company_id=meter.company_id))
