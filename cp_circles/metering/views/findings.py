"""Pages of what looks wrong at readings: a company's list, one finding with its ways out, versions."""

from collections.abc import Callable
from typing import Any, cast

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.calc.doubts import FALLS, Way
from cp_circles.errors import NotFound
from cp_circles.metering import services
from cp_circles.metering.forms.findings import DeclareForm, FillForm, SettleForm
from cp_circles.metering.models import ReadingFinding
from cp_circles.metering.queries import findings as found
from cp_circles.metering.views.blueprint import bp, company_of, meter_of, reading_of
from cp_circles.web.access import current_actor
from cp_circles.web.paging import page_of
from cp_circles.web.session import db_session, now


def finding_of(finding_id: int) -> ReadingFinding:
    """The finding, if the actor may read its meter."""
    finding = db_session().get(ReadingFinding, finding_id)
    if finding is None:
        raise NotFound
    meter_of(finding.meter_id)
    return finding


@bp.get("/company/<int:company_id>/findings")
def list_findings(company_id: int) -> ResponseReturnValue:
    """What waits for a decision at a company's meters."""
    company = company_of(company_id)
    rows = found.open_findings_of_company(db_session(), company.id)
    return render_template("metering/list_findings.html", company=company, page=page_of(rows))


@bp.get("/findings/<int:finding_id>")
def show_finding(finding_id: int) -> ResponseReturnValue:
    """One finding, the readings around it, and the ways in which it can be settled."""
    return _page(finding_of(finding_id))


def _page(finding: ReadingFinding, act: str = "", form: SettleForm | None = None) -> str:
    """The page of one finding; `form` is the refused one of `act`."""
    forms: dict[str, Any] = {
        "accept": SettleForm(None),
        "ignore": SettleForm(None),
        "declare": DeclareForm(None),
        "fill": FillForm(None, data={"way": "around"}),
    }
    if form is not None:
        forms[act] = form
    for name, one in forms.items():
        for field in one:
            field.id = field.label.field_id = f"{name}-{field.name}"
    return render_template(
        "metering/show_finding.html",
        finding=finding,
        meter=finding.meter,
        reading=finding.reading,
        ways=_ways(finding),
        forms=forms,
        refused=act,
        around=found.readings_around(db_session(), finding.reading),
        estimates=_estimates(finding),
    )


def _ways(finding: ReadingFinding) -> tuple[str, ...]:
    if not finding.is_open:
        return ()
    if finding.kind == "gap":
        return ("fill", "ignore")
    if finding.kind in FALLS:
        return ("correct", "declare")
    return ("accept", "correct") if finding.meter.is_register else ("accept", "correct", "ignore")


def _estimates(finding: ReadingFinding) -> list[tuple[str, Any]]:
    """What each way of estimating the missing days would give."""
    if finding.kind != "gap" or not finding.is_open:
        return []
    ways: tuple[Way, ...] = ("around", "last_year")
    return [(way, services.estimate_for(db_session(), finding, way)) for way in ways]


def _settled(
    finding: ReadingFinding, act: str, form: SettleForm, do: Callable[..., Any]
) -> ResponseReturnValue:
    """Do what the form asks for and go back to the meter, or show the page with the reasons."""

    def run() -> ResponseReturnValue:
        do(db_session(), actor=current_actor(), finding=finding, reason=form.reason.data, now=now())
        flash(_("Settled. The history keeps who did so and why."))
        return redirect(url_for("metering.show_meter", meter_id=finding.meter_id))

    return form.answer(run, lambda: _page(finding, act, form))


@bp.post("/findings/<int:finding_id>/accept")
def accept_finding(finding_id: int) -> ResponseReturnValue:
    """Confirm that the reading is true."""
    return _settled(finding_of(finding_id), "accept", SettleForm(), services.accept_finding)


@bp.post("/findings/<int:finding_id>/ignore")
def ignore_period(finding_id: int) -> ResponseReturnValue:
    """Leave the period out."""
    return _settled(finding_of(finding_id), "ignore", SettleForm(), services.ignore_period)


@bp.post("/findings/<int:finding_id>/declare")
def declare_fall(finding_id: int) -> ResponseReturnValue:
    """Say that the counter turned over, or was reset or replaced."""
    form = DeclareForm()

    def declare(session: Any, **common: Any) -> None:
        turned = form.happened.data == "turned_over"
        replaced = {} if turned else form.chosen("old_final", "new_start")
        services.declare_fall(session, turned_over=turned, **replaced, **common)

    return _settled(finding_of(finding_id), "declare", form, declare)


@bp.post("/findings/<int:finding_id>/fill")
def fill_gap(finding_id: int) -> ResponseReturnValue:
    """Estimate the missing days."""
    form = FillForm()

    def fill(session: Any, **common: Any) -> None:
        services.fill_gap(session, way=cast(Way, form.way.data), stated=form.stated.data, **common)

    return _settled(finding_of(finding_id), "fill", form, fill)


@bp.get("/readings/<int:reading_id>/versions")
def show_versions(reading_id: int) -> ResponseReturnValue:
    """A reading with the versions before and after it: values, who, when and why."""
    reading = reading_of(reading_id)
    rows = found.versions_of(db_session(), reading)
    return render_template("metering/show_versions.html", reading=reading, meter=reading.meter, versions=rows)
