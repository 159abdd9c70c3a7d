"""The methods side by side: result, uncertainty, verdict and reasons of each, and which is recommended."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cp_circles.calc.exact import round_half_up
from cp_circles.calc.methods.fitting import PRODUCTION
from cp_circles.calc.reasons import Reason
from cp_circles.savings.models import Claim, Saving
from cp_circles.savings.versions import v2026_2
from cp_circles.savings.versions.v2026_2 import Computed
from cp_circles.web.formats import number, quantity
from cp_circles.web.i18n import translate

METHOD_NAMES = {
    "regression": _l("Regression"),
    "unit_consumption": _l("Unit consumption"),
    "plain_difference": _l("Plain difference"),
    "rate_change": _l("Change of a rate"),
}
GRADES = {
    "sufficient": ("ok", "check", _l("Data are sufficient")),
    "weak": ("warn", "warn", _l("Data are weak")),
    "refused": ("bad", "bad", _l("Data do not carry it")),
}


def said(reason: Reason) -> str:
    """A reason in the reader's words; the driver called production by its word."""
    return said_row({"msgid": reason.msgid, "values": reason.values})


def said_row(row: Mapping[str, Any]) -> str:
    """A frozen reason in the reader's words."""
    values = dict(row["values"])
    for name in ("driver", "drivers"):
        if name in values:
            values[name] = str(values[name]).replace(PRODUCTION, _("production"))
    for name, value in values.items():
        if isinstance(value, Decimal):
            values[name] = number(value)
    return translate(row["msgid"], values)


def method_lines(saving: Saving, computed: Computed, claim: Claim | None = None) -> dict[str, Any]:
    """All methods with the chosen and the recommended one: of the claim where it froze them, else now."""
    if claim is not None and "candidates" in claim.inputs:
        frozen = claim.inputs
        rows, recommended, why = frozen["candidates"], frozen["recommended"], frozen["why"]
        notes, reason, unit = frozen["notes"], frozen["method_reason"], claim.unit
    else:
        comparison = computed.comparison
        rows = [v2026_2.candidate_row(row) for row in comparison.candidates]
        recommended, why = comparison.recommended, v2026_2.reason_row(comparison.why)
        notes = [v2026_2.reason_row(row) for row in (*comparison.notes, *computed.notes)]
        reason, unit = saving.method_reason, computed.unit
    chosen = v2026_2.RATE if unit == "%" else saving.method
    return {
        "rows": [_line(row, unit, chosen, recommended) for row in rows],
        "why": said_row(why),
        "notes": [said_row(row) for row in notes],
        "reason": reason,
        "chosen": str(METHOD_NAMES.get(chosen, chosen)),
        "differs": bool(rows) and chosen != recommended,
        "accuracy": computed.material.accuracy,
    }


def _line(row: Mapping[str, Any], unit: str, chosen: str, recommended: str | None) -> dict[str, Any]:
    tone, icon, word = GRADES[row["grade"]]
    return {
        "method": row["method"],
        "name": str(METHOD_NAMES.get(row["method"], row["method"])),
        "result": None if row["quantity"] is None else quantity(Decimal(row["quantity"]), unit),
        "uncertainty": _uncertainty(row, unit),
        "standard": _standard(row, unit),
        "label": said_row(row["label"]) if row["label"] else None,
        "grade": (str(word), tone, icon),
        "reasons": [said_row(reason) for reason in row["reasons"]],
        "warnings": [said_row(reason) for reason in row["warnings"]],
        "model": statistics(row["model"]) if row.get("model") else None,
        "chosen": row["method"] == chosen,
        "recommended": row["method"] == recommended,
    }


def _uncertainty(row: Mapping[str, Any], unit: str) -> str | None:
    if row["uncertainty"] is None:
        return None
    text = f"± {quantity(_rounded(row['uncertainty']), unit)}"
    return text if row["part"] is None else f"{text} ({number(float(row['part']) * 100, 1)} %)"


def _standard(row: Mapping[str, Any], unit: str) -> str | None:
    return None if row["standard"] is None else f"± {quantity(_rounded(row['standard']), unit)}"


def _rounded(text: str) -> Decimal:
    """A float's print as a figure for reading, half up: two places, none when it is large."""
    value = Decimal(text)
    return round_half_up(value, 0 if abs(value) >= 1000 else 2)


def statistics(model: Mapping[str, Any]) -> dict[str, Any]:
    """The fit of a model: n, degrees of freedom, R2, CV(RMSE), and each coefficient with its t."""
    return {
        "n": model["n"],
        "df": model["df"],
        "r2": "–" if model["r2"] is None else number(float(model["r2"]), 4),
        "cv": "–" if model["cv_rmse"] is None else f"{number(float(model['cv_rmse']), 2)} %",
        "coefficients": [
            (
                driver_word(row["name"]),
                number(Decimal(row["value"]), 4),
                "–" if row["t"] is None else number(float(row["t"]), 2),
            )
            for row in model["coefficients"]
        ],
    }


def driver_word(name: str) -> str:
    """What a coefficient belongs to: the fixed use, production, or a driver meter by its name."""
    if not name:
        return _("Fixed use of a period")
    return _("production") if name == PRODUCTION else name
