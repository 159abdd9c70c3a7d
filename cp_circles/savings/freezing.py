"""What a claim freezes: every input, the model, the other methods, and the amounts, as signers see them."""

from typing import Any

from cp_circles.savings import computing, measuring
from cp_circles.savings.models import Saving
from cp_circles.savings.versions import v2026_2, v2026_3
from cp_circles.savings.versions.v2026_2 import Stage
from cp_circles.savings.versions.v2026_3 import Computed


def inputs_text(saving: Saving, computed: Computed) -> dict[str, Any]:
    """What the claim was computed from, enough to compute it again."""
    assert computed.result is not None and computed.material.measure is not None
    material, comparison = computed.material, computed.comparison
    return {
        "project": saving.project.number,
        "indicator": saving.indicator_code,
        "meter": saving.meter.name if saving.meter else "",
        "production": saving.production_meter.name if saving.production_meter else "",
        "method": saving.method,
        "method_reason": saving.method_reason,
        "recommended": comparison.recommended,
        "why": v2026_2.reason_row(comparison.why),
        "notes": [v2026_2.reason_row(row) for row in (*comparison.notes, *computed.notes)],
        "candidates": [v2026_2.candidate_row(row) for row in comparison.candidates],
        "model": v2026_2.model_row(computed.chosen),
        "measure": material.measure.row() if material.measure else {},
        "steam": [
            None if v is None else str(v)
            for v in (saving.steam_mpa, saving.steam_celsius, saving.steam_dryness)
        ],
        "batch_cycles": saving.batch_cycles,
        "gross_quantity": str(computed.gross.quantity if computed.gross else computed.result.quantity),
        "side_effects": v2026_3.effect_rows(computed),
        "direction": material.direction,
        "drivers": list(material.drivers),
        "accuracy": str(material.accuracy),
        "baseline": computing.use_rows(computed.baseline),
        "reporting": computing.use_rows(computed.reporting),
        "parts": {
            "baseline": [measuring.part_row(row) for row in material.baseline],
            "reporting": [measuring.part_row(row) for row in material.reporting],
        },
        "discharge": _discharge(material.discharge, computed),
        "adjustments": [
            {
                "quantity": str(row.quantity),
                "note": row.note,
                "from": row.starts_on.isoformat() if row.starts_on else None,
                "to": row.ends_on.isoformat() if row.ends_on else None,
                "evidence": row.evidence_id,
            }
            for row in saving.adjustments
        ],
        "adjustment": str(saving.adjustment),
        "adjustment_note": saving.adjustment_note,
        "share": str(saving.share),
        "other_direct_yuan": str(saving.other_direct_yuan),
        "money_note": saving.money_note,
        "money_rows": [
            {"kind": row.kind.value, "amount": str(row.amount), "note": row.note, "workings": row.workings}
            for row in saving.money_rows
        ],
        "plain_difference": str(computed.result.plain_difference),
        "percent": None if computed.result.percent is None else str(computed.result.percent),
    }


def _discharge(stage: Stage | None, computed: Computed) -> dict[str, Any] | None:
    if stage is None or computed.discharge is None:
        return None
    return {
        "measure": stage.measure.row(),
        "baseline": [measuring.part_row(row) for row in stage.baseline],
        "reporting": [measuring.part_row(row) for row in stage.reporting],
        "quantity": str(computed.discharge.discharge),
        "by_treatment": str(computed.discharge.by_treatment),
    }


def amounts_text(saving: Saving, computed: Computed) -> dict[str, Any]:
    """The claimed amounts with their units, as signers see them."""
    assert computed.result is not None and computed.converted is not None
    return {
        "quantity": str(computed.result.quantity),
        "unit": computed.unit,
        "kgce": None if computed.converted.kgce is None else str(computed.converted.kgce),
        "kgco2e": None if computed.converted.kgco2e is None else str(computed.converted.kgco2e),
        "direct_yuan": str(computed.direct_yuan),
        "indirect_yuan": str(saving.indirect_yuan),
        "forecast_yuan": str(saving.forecast_yuan),
        "currency": saving.currency,
    }
