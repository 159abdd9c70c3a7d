"""A year's figure beside the measured one: extrapolated, marked, and never counted."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from cp_circles.calc.methods.annualising import annual_reasons, annualised
from cp_circles.calc.periods import Period, PeriodUse
from cp_circles.calc.savings import Step
from cp_circles.savings.models import Claim, Saving
from cp_circles.savings.presenting.side_by_side import said
from cp_circles.savings.queries import VerifiedAmounts
from cp_circles.savings.versions.v2026_3 import Computed
from cp_circles.web.formats import quantity, yuan


@dataclass(frozen=True)
class Annual:
    """What the period gave and what a year would, line by line, or why no year's figure is shown."""

    days: int
    basis: str
    lines: tuple[tuple[str, str, str], ...] = ()
    steps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()


def annual_part(
    saving: Saving, computed: Computed, claim: Claim | None, verified: VerifiedAmounts | None
) -> Annual | None:
    """The year's figure of what was verified, else of what is claimed or computed; None without a result."""
    unit = claim.unit if claim else computed.unit
    amounts = _amounts(computed, claim, verified)
    rows = _periods(claim) if claim else list(computed.reporting)
    if amounts is None or not rows or unit == "%":
        return None
    cycles = claim.inputs.get("batch_cycles") if claim else saving.batch_cycles
    days = sum(row.period.days for row in rows)
    basis = _("verified") if verified else _("claimed") if claim else _("as the readings stand now")
    reasons = annual_reasons(rows, cycles=cycles)
    if reasons:
        return Annual(days, basis, reasons=tuple(said(row) for row in reasons))
    lines, steps = [], []
    for label, amount, kind, places in (
        (_("Saving"), amounts[0], unit, 6),
        (_("Standard coal"), amounts[1], "kgce", 3),
        (_("CO2 equivalent"), amounts[2], "kgCO2e", 3),
        (_("Metered saving at its price"), amounts[3], "yuan", 2),
    ):
        if amount is not None:
            year = annualised(amount, rows, places)
            lines.append((label, _shown(amount, kind), _shown(year.yearly, kind)))
            steps.append(Step(label, year.step.expression, year.step.result, year.step.exact))
    return Annual(days, basis, tuple(lines), tuple(steps))


def _amounts(
    computed: Computed, claim: Claim | None, verified: VerifiedAmounts | None
) -> tuple[Decimal, Decimal | None, Decimal | None, Decimal | None] | None:
    """Quantity, kgce, kgCO2e and the metered money of the period, never the money typed beside it."""
    if claim is not None:
        other = Decimal(claim.inputs.get("other_direct_yuan") or 0)
        found = verified or claim
        money = found.direct_yuan - other
        return found.quantity, found.kgce, found.kgco2e, money or None
    if computed.result is None or computed.converted is None:
        return None
    converted = computed.converted
    return computed.result.quantity, converted.kgce, converted.kgco2e, converted.yuan


def _periods(claim: Claim) -> list[PeriodUse]:
    return [
        PeriodUse(
            Period(date.fromisoformat(row["from"]), date.fromisoformat(row["to"])), Decimal(row["quantity"])
        )
        for row in claim.inputs["reporting"]
    ]


def _shown(amount: Decimal, kind: str) -> str:
    return yuan(amount) if kind == "yuan" else quantity(amount, kind)
