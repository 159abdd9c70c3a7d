"""Factors of a saving and the texts of a claim: what is frozen, how it is written and hashed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from cp_circles.calc import conversion
from cp_circles.calc.conversion import Converted, Factor
from cp_circles.calc.net import Taken, less
from cp_circles.calc.savings import PeriodUse
from cp_circles.errors import Invalid, msg
from cp_circles.metering.models import OwnIndicator
from cp_circles.rulesets.schema.figures import Factors
from cp_circles.rulesets.schema.figures import Indicator as CatalogueIndicator


def factors_for(
    indicator: CatalogueIndicator,
    pack: Factors,
    supplier: Mapping[str, Any],
    own: OwnIndicator | None = None,
) -> tuple[Factor, ...]:
    """The frozen factor rows of an indicator, with the supplier's own values where they are given.

    `supplier` maps a factor key to {"value": text, "source": text}; all of a company's own indicator is
    provisional, and its price is its own.
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
        chosen.append(factor if own is None else replace(factor, provisional=True))
    if own is not None and own.yuan_per_unit is not None:
        chosen.append(_own_price(own, own.yuan_per_unit))
    return tuple(chosen)


def _own_price(own: OwnIndicator, value: Decimal) -> Factor:
    """The price that a company gave its own indicator: provisional, with its source."""
    return Factor(
        id=f"own/{own.id}",
        key=own.name,
        kind="yuan",
        value=value,
        per_unit=own.unit,
        unit="yuan",
        standard="–",
        edition="–",
        source=own.source,
        confidence="C",
        provisional=True,
    )


def reconvert(factors: Sequence[Mapping[str, Any]], quantity: Decimal, unit: str) -> Converted:
    """Convert another quantity with the factors that a claim froze."""
    return conversion.convert(quantity, unit, [factor_from(row) for row in factors])


def reconverted(
    inputs: Mapping[str, Any], factors: Sequence[Mapping[str, Any]], quantity: Decimal, unit: str
) -> Converted:
    """Another net quantity of a claim with its frozen factors, less its side effects in other media."""
    return less(reconvert(factors, quantity, unit), frozen_taken(inputs))


def frozen_taken(inputs: Mapping[str, Any]) -> tuple[Taken, ...]:
    """What the side effects of a claim in other media take off, as it froze them."""
    return tuple(
        Taken(row["note"], _amount(row["kgce"]), _amount(row["kgco2e"]), _amount(row["yuan"]))
        for row in inputs.get("side_effects", [])
        if not row["same_medium"]
    )


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


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
