"""How each number of a claim came about: formula, lines of arithmetic, and the readings under it."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cp_circles.calc.conversion import Converted
from cp_circles.calc.exact import plain
from cp_circles.calc.methods.fitting import PRODUCTION
from cp_circles.calc.net import LABELS
from cp_circles.calc.savings import Step
from cp_circles.calc.steam import heat_of_steam
from cp_circles.savings import computing
from cp_circles.savings.models import Claim
from cp_circles.savings.presenting.errors import uncertainty_part
from cp_circles.savings.presenting.side_by_side import METHOD_NAMES, statistics
from cp_circles.savings.queries import VerifiedAmounts
from cp_circles.savings.versions.v2026_3 import Computed
from cp_circles.web.formats import date_text, number, quantity, yuan

FORMULAS = {
    "regression": _l("S = (Σ model at the drivers of each period − use + adjustments) × share"),
    "unit_consumption": _l("S = ((e_b − e_r) × P_r + adjustments) × share, e = use ÷ production"),
    "plain_difference": _l("S = (Q_b − Q_r + adjustments) × share"),
    "rate_change": _l("Gain = rate of the reporting period − rate of the baseline, in percentage points"),
}

DIVISORS = {"water": " ÷ 1,000", "air": " ÷ 1,000,000"}
_SIGNS = {"direct_gain": "+", "tax_avoided": "+", "activity_cost": "−"}


def step_text(expression: str) -> str:
    """A line of arithmetic with the driver called production by its word."""
    return expression.replace(PRODUCTION, _("production"))


def formulas(claim: Claim, computed: Computed) -> list[dict[str, Any]]:
    """The numbers of a claim, each with its formula and its lines; `id` is the anchor on the page."""
    steps = [*_measured(claim), *(computed.result.steps if computed.result else ())]
    found = [
        {
            "id": "quantity",
            "title": _("Saving"),
            "formula": str(FORMULAS[computed.method]),
            "method": str(METHOD_NAMES[computed.method]),
            "result": quantity(claim.quantity, claim.unit),
            "steps": steps,
        }
    ]
    converted = computed.converted or Converted()
    by_kind = _lines_by_kind(computed, converted)
    if claim.kgce is not None:
        found.append(_kgce(claim, by_kind["kgce"]))
    if claim.kgco2e is not None:
        found.append(
            {
                "id": "kgco2e",
                "title": _("CO2 equivalent"),
                "formula": _("CO2 equivalent = saving × emission factor − side effects"),
                "result": quantity(claim.kgco2e, "kgCO2e"),
                "steps": by_kind["kgco2e"],
            }
        )
    found.append(_money(claim, converted, by_kind["yuan"]))
    if computed.discharge is not None:
        found.append(_discharge(claim, computed))
    error = uncertainty_part(computed)
    return [*found, *([error] if error else [])]


def _measured(claim: Claim) -> tuple[Step, ...]:
    """How the meter's figure becomes the quantity: the enthalpy of steam, at the state that was frozen."""
    measure = claim.inputs.get("measure") or {}
    if measure.get("kind") != "steam":
        return ()
    mpa, celsius, dryness = ([*claim.inputs["steam"], None])[:3]
    return heat_of_steam(
        Decimal(1), Decimal(mpa), Decimal(celsius) if celsius else None, Decimal(dryness or 1)
    ).steps


def _lines_by_kind(computed: Computed, converted: Converted) -> dict[str, list[Step]]:
    """The lines of each converted amount: by its factor, then less what side effects take off."""
    first = dict(zip([row.kind for row in computed.factors], converted.steps, strict=False))
    minus = computed.net.minus if computed.net else {}
    return {
        kind: [step for step in (first.get(kind), minus.get(kind)) if step is not None]
        for kind in ("kgce", "kgco2e", "yuan")
    }


def verified_part(claim: Claim, verified: VerifiedAmounts) -> dict[str, Any]:
    """How the verified amounts follow from what metering confirmed, by the same factors and side effects."""
    amounts = {"kgce": verified.kgce, "kgco2e": verified.kgco2e}
    found = computing.reconvert(claim.factors, verified.quantity, claim.unit)
    kinds = [str(row["kind"]) for row in claim.factors]
    steps = list(found.steps)
    taken = computing.frozen_taken(claim.inputs)
    for kind in ("kgce", "kgco2e"):
        off = [value for row in taken if (value := row.of(kind)) is not None]
        before = {"kgce": found.kgce, "kgco2e": found.kgco2e}[kind]
        net = amounts[kind]
        if off and net is not None:
            text = " − ".join([plain(before or 0), *(plain(value) for value in off)])
            steps.append(Step(LABELS[kind], text, net))
    return {
        "id": "verified",
        "title": _("Verified saving"),
        "formula": _("Metering confirms the quantity, finance the money; the same factors convert them.")
        if kinds
        else _("Metering confirms the quantity, finance the money."),
        "result": f"{quantity(verified.quantity, claim.unit)} · {yuan(verified.direct_yuan)}",
        "steps": steps,
    }


def _kgce(claim: Claim, steps: list[Step]) -> dict[str, Any]:
    assert claim.kgce is not None
    tonnes = Step(_("Tonnes of standard coal (tce)"), f"{plain(claim.kgce)} ÷ 1,000", claim.kgce / 1000)
    return {
        "id": "kgce",
        "title": _("Standard coal"),
        "formula": _("Standard coal = saving × coefficient − side effects; 1 tce = 1,000 kgce"),
        "result": f"{quantity(claim.kgce, 'kgce')} = {quantity(claim.kgce / 1000, 'tce')}",
        "steps": [*steps, tonnes],
    }


def _money(claim: Claim, converted: Converted, steps: list[Step]) -> dict[str, Any]:
    other = Decimal(claim.inputs.get("other_direct_yuan") or 0)
    if other:
        rows = [row for row in claim.inputs.get("money_rows", []) if row["kind"] in _SIGNS]
        if rows:
            text = " ".join(f"{_SIGNS[row['kind']]} {plain(Decimal(row['amount']))}" for row in rows)
            steps.append(Step(_("Other direct money, row by row"), text, other))
        text = f"{plain(converted.yuan or Decimal(0))} + {plain(other)}"
        steps.append(Step(_("With other direct money"), text, (converted.yuan or Decimal(0)) + other))
    return {
        "id": "yuan",
        "title": _("Direct benefit"),
        "formula": _("Direct benefit = saving × price − side effects + other direct money"),
        "result": yuan(claim.direct_yuan),
        "steps": steps,
        "note": claim.inputs.get("money_note", ""),
    }


def _discharge(claim: Claim, computed: Computed) -> dict[str, Any]:
    assert computed.discharge is not None
    both = computed.discharge
    text = f"{plain(both.discharge)} − {plain(both.generation)}"
    return {
        "id": "discharge",
        "title": _("Discharge, beside the generation that counts"),
        "formula": _("Taken away by the treatment = fall of the discharge − fall of the generation"),
        "result": quantity(both.discharge, claim.unit),
        "steps": [Step(_("Further fall by the treatment, not counted"), text, both.by_treatment)],
    }


def input_rows(claim: Claim, computed: Computed) -> list[dict[str, Any]]:
    """The readings by period as they were frozen; `readings` are the ids to link to."""
    parts, found = claim.inputs.get("parts"), []
    for name, title in (("baseline", _("Baseline")), ("reporting", _("Reporting period"))):
        uses = {row["from"]: row for row in claim.inputs[name]}
        rows = parts[name] if parts else claim.inputs[name]
        found.append({"title": title, "rows": [_input(row, uses[row["from"]], claim) for row in rows]})
    return found


def _input(row: dict[str, Any], use: dict[str, Any], claim: Claim) -> dict[str, Any]:
    measure = claim.inputs.get("measure") or {"read_in": claim.unit, "kind": "as_read"}
    flow, hours = row.get("flow"), row.get("hours")
    read = quantity(Decimal(row.get("read", use["quantity"])), measure["read_in"])
    further = "".join(f" × {number(Decimal(value))}" for value in (flow, hours) if value is not None)
    further += DIVISORS.get(measure["kind"], "")
    if Decimal(measure.get("ratio", "1")) != 1:
        further += f" × {number(Decimal(measure['ratio']))} {measure['unit']}/{measure['read_in']}"
    drivers = [
        f"{name} {'–' if value is None else number(Decimal(value))}"
        for name, value in (row.get("drivers") or {}).items()
    ]
    return {
        "period": f"{_day(row['from'])} – {_day(row['to'])}",
        "read": read + further,
        "quantity": quantity(Decimal(use["quantity"]), claim.unit),
        "production": "–" if row["production"] is None else number(Decimal(row["production"])),
        "drivers": ", ".join(drivers) or "–",
        "readings": row.get("readings", []),
    }


def adjustment_rows(claim: Claim) -> list[list[str]]:
    """The adjustments that a claim froze, as cells."""
    return [
        [row["note"], _day(row["from"]), _day(row["to"]), number(Decimal(row["quantity"]))]
        for row in claim.inputs.get("adjustments", [])
    ]


def model_lines(claim: Claim) -> dict[str, Any] | None:
    """The model that a claim froze, with its statistics."""
    model = claim.inputs.get("model")
    return statistics(model) if model else None


def _day(text: str | None) -> str:
    return "–" if text is None else date_text(date.fromisoformat(text))
