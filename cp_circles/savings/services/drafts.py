"""What the circle states in a draft, checked and copied field by field."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from cp_circles.errors import Invalid, msg
from cp_circles.metering.models import Meter
from cp_circles.projects.models import Evidence, Indicator
from cp_circles.savings.models import MeterUse, Saving, SavingAdjustment, SavingMeter
from cp_circles.savings.versions import v2026_3


@dataclass(frozen=True)
class Adjusting:
    """A non-routine adjustment as it is stated: quantity with its sign, when, what for, and its proof."""

    quantity: Decimal
    note: str
    starts_on: date | None = None
    ends_on: date | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True)
class SavingDraft:
    """What the circle states: which meter, which periods, which method, and money apart from metered use."""

    indicator_code: str
    meter: Meter
    production_meter: Meter | None
    baseline_from: date
    baseline_to: date
    reporting_from: date
    reporting_to: date
    method: str = "unit_consumption"
    indicator: Indicator | None = None
    share: Decimal = Decimal(1)
    adjustments: tuple["Adjusting", ...] = ()
    drivers: tuple[Meter, ...] = ()
    method_reason: str = ""
    other_direct_yuan: Decimal = Decimal(0)
    indirect_yuan: Decimal = Decimal(0)
    forecast_yuan: Decimal = Decimal(0)
    money_note: str = ""
    batch_cycles: int | None = None
    supplier_factors: dict[str, Any] = field(default_factory=dict)


def fill(saving: Saving, draft: SavingDraft) -> None:
    """Check and copy what was typed, field by field."""
    _check(saving, draft)
    _copy(saving, draft)


def _check(saving: Saving, draft: SavingDraft) -> None:
    """Refuse meters of another company, unknown methods, and sums without a word."""
    _check_meters(saving, draft)
    if draft.method not in v2026_3.METHODS:
        raise Invalid(msg("Choose one of the methods shown."), field="method")
    if draft.method == "unit_consumption" and draft.production_meter is None:
        raise Invalid(msg("Unit consumption needs a production counter."), field="production_meter")
    if not 0 < draft.share <= 1:
        raise Invalid(msg("The share lies above 0 and is at most 1."), field="share")
    if draft.batch_cycles is not None and draft.batch_cycles < 1:
        raise Invalid(msg("Count the batches of the reporting period, one or more."), field="batch_cycles")
    if any(not row.note.strip() for row in draft.adjustments):
        raise Invalid(msg("Say what the adjustment is for."), field="note")
    if (draft.other_direct_yuan or draft.indirect_yuan) and not draft.money_note.strip():
        raise Invalid(msg("Say where this money comes from."), field="money_note")


def _check_meters(saving: Saving, draft: SavingDraft) -> None:
    """Refuse meters of another company, and counters where a use is asked for."""
    company_id = saving.project.company_id
    if draft.meter.company_id != company_id or draft.meter.is_production:
        raise Invalid(msg("Choose a meter of this company that counts use."), field="meter")
    if draft.production_meter is not None and draft.production_meter.company_id != company_id:
        raise Invalid(msg("Choose a production counter of this company."), field="production_meter")
    if any(meter.company_id != company_id for meter in draft.drivers):
        raise Invalid(msg("Choose meters of this company."), field="further_meter")


def _copy(saving: Saving, draft: SavingDraft) -> None:
    """Take over what was typed."""
    saving.indicator_code, saving.indicator_id = (
        draft.indicator_code,
        draft.indicator.id if draft.indicator else None,
    )
    saving.meter_id, saving.meter = draft.meter.id, draft.meter
    saving.production_meter = draft.production_meter
    saving.production_meter_id = draft.production_meter.id if draft.production_meter else None
    saving.baseline_from, saving.baseline_to = draft.baseline_from, draft.baseline_to
    saving.reporting_from, saving.reporting_to = draft.reporting_from, draft.reporting_to
    saving.method, saving.share = draft.method, draft.share
    saving.method_reason, saving.batch_cycles = draft.method_reason.strip(), draft.batch_cycles
    for row in draft.adjustments:
        saving.adjustments.append(
            SavingAdjustment(
                quantity=row.quantity,
                note=row.note.strip(),
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                evidence=row.evidence,
            )
        )
    sum_adjustments(saving)
    for meter in draft.drivers:
        saving.further_meters.append(SavingMeter(meter=meter, use=MeterUse.DRIVER))
    if not saving.money_rows:
        saving.other_direct_yuan, saving.indirect_yuan = draft.other_direct_yuan, draft.indirect_yuan
        saving.forecast_yuan, saving.money_note = draft.forecast_yuan, draft.money_note
    saving.supplier_factors = draft.supplier_factors


def sum_adjustments(saving: Saving) -> None:
    """Keep the sum and the notes of the adjustments on the saving, where reports read them."""
    saving.adjustment = sum((row.quantity for row in saving.adjustments), Decimal(0))
    saving.adjustment_note = "; ".join(row.note for row in saving.adjustments)


def stored(saving: Saving) -> dict[str, Any]:
    """The stored fields as text, for history and for a stale save."""
    names = (
        "indicator_code meter_id production_meter_id baseline_from baseline_to reporting_from reporting_to "
        "method method_reason share adjustment adjustment_note other_direct_yuan indirect_yuan forecast_yuan "
        "money_note batch_cycles"
    )
    return {name: str(getattr(saving, name)) for name in names.split()}
