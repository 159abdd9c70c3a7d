"""Filling in a draft: the method chosen, further meters, adjustments, a steam state, suppliers' values."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.calc.exact import decimal_from
from cp_circles.calc.steam import steam_enthalpy
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.metering.models import Meter
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Evidence
from cp_circles.savings import queries
from cp_circles.savings.measuring import STEAM_FIELDS
from cp_circles.savings.models import MeterUse, Saving, SavingAdjustment, SavingMeter, SavingState
from cp_circles.savings.services.claims import hold_saving, require_claimant
from cp_circles.savings.services.drafts import stored, sum_adjustments
from cp_circles.savings.versions import v2026_3

ONE_ONLY = (MeterUse.FLOW, MeterUse.HOURS, MeterUse.DISCHARGE, MeterUse.DISCHARGE_FLOW)


def choose_method(
    session: Session, *, actor: Actor, saving: Saving, method: str, reason: str, now: datetime
) -> None:
    """Choose the method that counts; another than the recommended one needs a reason for the verifiers."""
    open_draft(session, actor, saving)
    if method not in v2026_3.METHODS:
        raise Invalid(msg("Choose one of the methods shown."), field="method")
    before = stored(saving)
    saving.method = method
    if queries.computed(session, saving).needs_reason and not reason.strip():
        saving.method = before["method"]
        raise Invalid(
            msg("Another method is recommended than the one chosen: say why; the verifiers read it."),
            field="method_reason",
        )
    saving.method_reason = reason.strip()
    record_change(session, actor, saving, "savings.choose_method", now, before)


def name_meter(
    session: Session, *, actor: Actor, saving: Saving, meter: Meter, use: MeterUse, now: datetime
) -> None:
    """Name a further meter: a driver, the flow behind a concentration, hours, or the discharge."""
    open_draft(session, actor, saving)
    if meter.company_id != saving.project.company_id:
        raise Invalid(msg("Choose a meter of this company."), field="further_meter")
    if meter.id in {saving.meter_id, saving.production_meter_id}:
        raise Invalid(msg("This meter is named above already."), field="further_meter")
    if any(row.use is use and (row.meter_id == meter.id or use in ONE_ONLY) for row in saving.further_meters):
        raise Invalid(msg("A meter is named for this already; remove it first."), field="further_meter")
    saving.further_meters.append(SavingMeter(meter=meter, meter_id=meter.id, use=use))
    record_change(session, actor, saving, "savings.name_meter", now, {})


def remove_meter(session: Session, *, actor: Actor, saving: Saving, row_id: int, now: datetime) -> None:
    """Take a further meter off the saving."""
    open_draft(session, actor, saving)
    row = next((row for row in saving.further_meters if row.id == row_id), None)
    if row is None:
        raise NotFound
    saving.further_meters.remove(row)
    record_change(
        session, actor, saving, "savings.remove_meter", now, {"meter": row.meter_id, "use": row.use.value}
    )


def add_adjustment(
    session: Session,
    *,
    actor: Actor,
    saving: Saving,
    quantity: Decimal,
    note: str,
    starts_on: date | None,
    ends_on: date | None,
    evidence_id: int | None,
    now: datetime,
) -> SavingAdjustment:
    """State a non-routine adjustment: above zero for what an event added, below for what it took."""
    open_draft(session, actor, saving)
    if not quantity:
        raise Invalid(msg("An adjustment of zero changes nothing."), field="quantity")
    if not note.strip():
        raise Invalid(msg("Say what the adjustment is for."), field="note")
    if starts_on is None or ends_on is None or ends_on < starts_on:
        raise Invalid(msg("Give the first and the last day of the event, in this order."), field="ends_on")
    _within_reporting(saving, starts_on, ends_on)
    evidence = session.get(Evidence, evidence_id) if evidence_id is not None else None
    if evidence_id is not None and (evidence is None or evidence.project_id != saving.project_id):
        raise Invalid(msg("Choose a piece of evidence of this project."), field="evidence")
    row = SavingAdjustment(
        quantity=quantity, note=note.strip(), starts_on=starts_on, ends_on=ends_on, evidence=evidence
    )
    saving.adjustments.append(row)
    sum_adjustments(saving)
    record_change(session, actor, saving, "savings.add_adjustment", now, {})
    return row


def _within_reporting(saving: Saving, starts_on: date, ends_on: date) -> None:
    first, last = saving.reporting_from, saving.reporting_to
    if first is not None and last is not None and (ends_on < first or starts_on > last):
        raise Invalid(
            msg("The event lies outside the reporting period from %(first)s to %(last)s."),
            field="starts_on",
            first=first,
            last=last,
        )


def remove_adjustment(session: Session, *, actor: Actor, saving: Saving, row_id: int, now: datetime) -> None:
    """Take a non-routine adjustment back."""
    open_draft(session, actor, saving)
    row = next((row for row in saving.adjustments if row.id == row_id), None)
    if row is None:
        raise NotFound
    saving.adjustments.remove(row)
    sum_adjustments(saving)
    before = {"quantity": str(row.quantity), "note": row.note}
    record_change(session, actor, saving, "savings.remove_adjustment", now, before)


def state_steam(
    session: Session,
    *,
    actor: Actor,
    saving: Saving,
    mpa: Decimal | None,
    celsius: Decimal | None,
    dryness: Decimal | None = None,
    now: datetime,
) -> None:
    """State the absolute pressure of steam, with its temperature (superheated) or its dryness (wet).

    Without either the steam is saturated and dry.
    """
    open_draft(session, actor, saving)
    if mpa is None:
        raise Invalid(msg("Give the absolute pressure of the steam."), field="steam_mpa")
    before = {"state": [_text(value) for value in _steam_of(saving)]}
    try:
        steam_enthalpy(mpa, celsius, Decimal(1) if dryness is None else dryness)
    except Invalid as refusal:
        raise Invalid(refusal.msgid, field=STEAM_FIELDS[refusal.field], **refusal.values) from None
    saving.steam_mpa, saving.steam_celsius, saving.steam_dryness = mpa, celsius, dryness
    record_change(session, actor, saving, "savings.state_steam", now, before)


def _steam_of(saving: Saving) -> tuple[Decimal | None, ...]:
    return saving.steam_mpa, saving.steam_celsius, saving.steam_dryness


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def state_factors(
    session: Session, *, actor: Actor, saving: Saving, given: Mapping[str, tuple[str, str]], now: datetime
) -> None:
    """Give the supplier's value and its source for factors that are published as a range."""
    open_draft(session, actor, saving)
    before, values = dict(saving.supplier_factors), dict(saving.supplier_factors)
    for key, (text, source) in given.items():
        if not text.strip():
            continue
        try:
            value = decimal_from(text)
        except ValueError:
            raise Invalid(msg("This is not a number."), field=key) from None
        if value <= 0:
            raise Invalid(msg("The supplier's value must be above zero."), field=key)
        if not source.strip():
            raise Invalid(msg("Say where the supplier's value stands, such as a bill."), field=key)
        values[key] = {"value": str(value), "source": source.strip()}
    saving.supplier_factors = values
    record_change(session, actor, saving, "savings.state_factors", now, before)


def open_draft(session: Session, actor: Actor, saving: Saving) -> None:
    """Only the circle, and only while nothing is claimed."""
    require_claimant(actor, saving.project)
    hold_saving(session, saving)
    if saving.state not in {SavingState.DRAFT, SavingState.REFUSED}:
        raise DomainError(msg("A claimed saving does not change; reopen the claim first."))


def record_change(
    session: Session,
    actor: Actor,
    saving: Saving,
    verb: str,
    now: datetime,
    before: dict[str, Any],
    after: dict[str, Any] | None = None,
) -> None:
    """Raise the version of a draft and write the change into its history; all fields unless told less."""
    saving.version += 1
    session.flush()
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=saving,
        at=now,
        company_id=saving.project.company_id,
        before=before,
        after=stored(saving) if after is None else after,
    )
