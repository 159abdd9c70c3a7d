"""From a saving's readings to its amounts: what a claim freezes and what a draft shows."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cp_circles.calc import conversion
from cp_circles.calc.conversion import Converted, Factor
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import (
    Adjustment,
    Period,
    PeriodUse,
    SavingResult,
    saving_by_plain_difference,
    saving_by_unit_consumption,
    sufficiency,
)
from cp_circles.errors import Invalid, msg
from cp_circles.metering.models import Reading
from cp_circles.rulesets.schema.figures import Factors
from cp_circles.rulesets.schema.figures import Indicator as CatalogueIndicator
from cp_circles.savings.models import Saving

METHOD_VERSION = "2026-1"
METHODS = ("unit_consumption", "plain_difference")


@dataclass(frozen=True)
class Computed:
    """A saving worked out from its readings: refused with reasons, or with result and conversion."""

    baseline: tuple[PeriodUse, ...]
    reporting: tuple[PeriodUse, ...]
    reasons: tuple[Reason, ...]
    result: SavingResult | None
    converted: Converted | None
    factors: tuple[Factor, ...]
    unit: str
    direct_yuan: Decimal

    @property
    def holds(self) -> bool:
        """True when the data carry a saving."""
        return self.result is not None


def uses(readings: Sequence[Reading], production: Sequence[Reading] | None) -> tuple[PeriodUse, ...]:
    """Readings by period, each with the production of the same days where a counter is named.

    Production counted in shorter periods is added up; a period whose days are not covered has None.
    """
    return tuple(
        PeriodUse(
            Period(reading.starts_on, reading.ends_on),
            reading.quantity,
            None if production is None else _produced(reading, production),
        )
        for reading in readings
    )


def _produced(reading: Reading, production: Sequence[Reading]) -> Decimal | None:
    """What was produced in the days of a reading, if they are covered exactly."""
    inside = [
        row for row in production if row.starts_on >= reading.starts_on and row.ends_on <= reading.ends_on
    ]
    days = sum((row.ends_on - row.starts_on).days + 1 for row in inside)
    if days != (reading.ends_on - reading.starts_on).days + 1:
        return None
    return sum((row.quantity for row in inside), Decimal(0))


def factors_for(
    indicator: CatalogueIndicator, pack: Factors, supplier: Mapping[str, Any]
) -> tuple[Factor, ...]:
    """The frozen factor rows of an indicator, with the supplier's own values where they are given.

    `supplier` maps a factor key to {"value": text, "source": text}.
    """
    chosen = []
    keys: dict[conversion.Kind, str | None] = {
        "kgce": indicator.kgce,
        "kgco2e": indicator.kgco2,
        "yuan": indicator.price,
    }
    for kind, key in keys.items():
        row = pack.factor(key) if key else None
        if row is None:
            continue
        factor = Factor(
            id=f"{pack.key}/{pack.edition}/{row.key}",
            key=row.key,
            kind=kind,
            value=row.value,
            per_unit=row.from_unit,
            unit=row.to_unit,
            standard=row.standard,
            edition=row.edition,
            source=row.source,
            confidence=row.confidence,
            provisional=row.provisional,
            low=row.low,
            high=row.high,
        )
        given = supplier.get(row.key)
        if given and given.get("value"):
            factor = factor.with_supplier_value(Decimal(given["value"]), given.get("source") or "supplier")
        chosen.append(factor)
    return tuple(chosen)


def compute(
    saving: Saving,
    baseline: tuple[PeriodUse, ...],
    reporting: tuple[PeriodUse, ...],
    factors: tuple[Factor, ...],
    unit: str,
) -> Computed:
    """Judge the data first, then work the saving out; kgce, kgCO2e and yuan are rounded here, once."""
    needs_production = saving.method == "unit_consumption"
    reasons = list(sufficiency(baseline, reporting, needs_production=needs_production))
    ranges = [factor for factor in factors if factor.value is None]
    for factor in ranges:
        reasons.append(
            Reason(
                msg("%(key)s is published as a range from %(low)s to %(high)s: give the supplier's value."),
                {"key": factor.key, "low": factor.low, "high": factor.high},
                "supplier_factors",
            )
        )
    if reasons:
        return Computed(baseline, reporting, tuple(reasons), None, None, factors, unit, Decimal(0))
    method = saving_by_unit_consumption if needs_production else saving_by_plain_difference
    adjustments = [Adjustment(saving.adjustment, saving.adjustment_note)] if saving.adjustment else []
    result = method(baseline, reporting, adjustments, saving.share)
    converted = conversion.convert(result.quantity, unit, factors)
    direct = (converted.yuan or Decimal(0)) + saving.other_direct_yuan
    return Computed(baseline, reporting, (), result, converted, factors, unit, direct)


def reconvert(factors: Sequence[Mapping[str, Any]], quantity: Decimal, unit: str) -> Converted:
    """Convert another quantity with the factors that a claim froze."""
    return conversion.convert(quantity, unit, [factor_from(row) for row in factors])


def factor_row(factor: Factor) -> dict[str, Any]:
    """A factor as it is frozen in a claim."""
    return {
        "id": factor.id,
        "key": factor.key,
        "kind": factor.kind,
        "value": None if factor.value is None else str(factor.value),
        "per_unit": factor.per_unit,
        "unit": factor.unit,
        "standard": factor.standard,
        "edition": factor.edition,
        "source": factor.source,
        "confidence": factor.confidence,
        "provisional": factor.provisional,
    }


def factor_from(row: Mapping[str, Any]) -> Factor:
    """The factor that a claim froze."""
    if row["value"] is None:
        raise Invalid(msg("This claim froze a factor without a value."), field="factors")
    return Factor(**{**row, "value": Decimal(row["value"])})


def use_rows(rows: Sequence[PeriodUse]) -> list[dict[str, Any]]:
    """Periods, quantities and production as they are frozen in a claim."""
    return [
        {
            "from": row.period.starts_on.isoformat(),
            "to": row.period.ends_on.isoformat(),
            "quantity": str(row.quantity),
            "production": None if row.production is None else str(row.production),
        }
        for row in rows
    ]


def canonical(facts: Mapping[str, Any]) -> tuple[str, str]:
    """The text that a signer sees, and its SHA-256: sorted keys, exact decimals as text."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1)
    return text, sha256_of(text)


def sha256_of(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
