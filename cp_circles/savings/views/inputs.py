"""Filling in a draft: the method chosen, further meters, adjustments, a steam state, suppliers' values."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound
from cp_circles.metering.models import Meter
from cp_circles.savings import services
from cp_circles.savings.forms import AdjustmentForm, FurtherMeterForm, MethodForm, SteamForm
from cp_circles.savings.models import MeterUse, Saving
from cp_circles.savings.views.blueprint import bp, saving_of
from cp_circles.savings.views.offering import offered_evidence, offered_meters
from cp_circles.savings.views.stating import saving_page
from cp_circles.web.access import current_actor
from cp_circles.web.forms import BaseForm, ConfirmForm
from cp_circles.web.i18n import translate
from cp_circles.web.session import db_session, now

SUPPLIER = "supplier-"


def _answer(
    saving: Saving, form: BaseForm, name: str, act: Callable[[], object], done: str
) -> ResponseReturnValue:
    """Do the act and come back; a refused form is shown again as it was typed."""

    def do() -> ResponseReturnValue:
        act()
        flash(done)
        return redirect(url_for("savings.show_saving", saving_id=saving.id) + "#inputs")

    again: dict[str, Any] = {name: form}
    return form.answer(do, lambda: saving_page(saving, **again))


def _doing(saving: Saving, act: Callable[..., object], **facts: Any) -> Callable[[], object]:
    """A service bound to its session, actor and clock."""
    return lambda: act(db_session(), actor=current_actor(), saving=saving, now=now(), **facts)


@bp.post("/<int:saving_id>/method")
def choose_method(saving_id: int) -> ResponseReturnValue:
    """Choose the method that counts."""
    saving, form = saving_of(saving_id), MethodForm()
    act = _doing(
        saving,
        services.choose_method,
        method=form.method.data or "",
        reason=form.method_reason.data or "",
    )
    return _answer(saving, form, "method_form", act, _("The method is chosen."))


@bp.post("/<int:saving_id>/meters")
def name_meter(saving_id: int) -> ResponseReturnValue:
    """Name a further meter."""
    saving = saving_of(saving_id)
    form = offered_meters(FurtherMeterForm(), saving)
    meter = db_session().get(Meter, int(form.further_meter.data)) if form.validate() else None
    if meter is None:
        return saving_page(saving, meter_form=form), 422
    act = _doing(saving, services.name_meter, meter=meter, use=MeterUse(form.use.data))
    return _answer(saving, form, "meter_form", act, _("The meter is named."))


@bp.post("/<int:saving_id>/meters/<int:row_id>/remove")
def remove_meter(saving_id: int, row_id: int) -> ResponseReturnValue:
    """Take a further meter off the saving."""
    saving, form = saving_of(saving_id), ConfirmForm()
    act = _doing(saving, services.remove_meter, row_id=row_id)
    return _answer(saving, form, "confirm_form", act, _("The meter is taken off."))


@bp.post("/<int:saving_id>/adjustments")
def add_adjustment(saving_id: int) -> ResponseReturnValue:
    """State a non-routine adjustment."""
    saving = saving_of(saving_id)
    form = offered_evidence(AdjustmentForm(), saving)
    act = _doing(
        saving,
        services.add_adjustment,
        evidence_id=_evidence_id(form.evidence.data or ""),
        **form.chosen("quantity", "note", "starts_on", "ends_on"),
    )
    return _answer(saving, form, "adjustment_form", act, _("The adjustment is stated."))


def _evidence_id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


@bp.post("/<int:saving_id>/adjustments/<int:row_id>/remove")
def remove_adjustment(saving_id: int, row_id: int) -> ResponseReturnValue:
    """Take an adjustment back."""
    saving, form = saving_of(saving_id), ConfirmForm()
    act = _doing(saving, services.remove_adjustment, row_id=row_id)
    return _answer(saving, form, "confirm_form", act, _("The adjustment is taken back."))


@bp.post("/<int:saving_id>/steam")
def state_steam(saving_id: int) -> ResponseReturnValue:
    """State pressure and temperature of the steam."""
    saving, form = saving_of(saving_id), SteamForm()
    act = _doing(
        saving,
        services.state_steam,
        mpa=form.steam_mpa.data,
        celsius=form.steam_celsius.data,
        dryness=form.steam_dryness.data,
    )
    return _answer(saving, form, "steam_form", act, _("The state of the steam is stored."))


@bp.post("/<int:saving_id>/factors")
def state_factors(saving_id: int) -> ResponseReturnValue:
    """Give the supplier's values of factors that are published as a range."""
    saving, form = saving_of(saving_id), ConfirmForm()
    if not form.validate():
        raise NotFound
    keys = [
        name.removeprefix(SUPPLIER).removesuffix("-value")
        for name in request.form
        if name.startswith(SUPPLIER) and name.endswith("-value")
    ]
    given = {
        key: (request.form[f"{SUPPLIER}{key}-value"], request.form.get(f"{SUPPLIER}{key}-source", ""))
        for key in keys
    }
    try:
        _doing(saving, services.state_factors, given=given)()
    except Invalid as refusal:
        wrong = {"key": refusal.field, "text": translate(refusal.msgid, refusal.values), "given": given}
        return saving_page(saving, factor_error=wrong), 422
    flash(_("The supplier's values are stored."))
    return redirect(url_for("savings.show_saving", saving_id=saving.id) + "#inputs")
