"""Side effects as lines that add up: before, what each takes off, and what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cp_circles.calc import conversion
from cp_circles.calc.conversion import Converted, Factor
from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.savings import QUANTITY_PLACES, Step
from cp_circles.errors import Invalid
from cp_circles.savings import computing
from cp_circles.savings.models import Claim, Saving
from cp_circles.savings.versions import v2026_3
from cp_circles.savings.versions.v2026_3 import Computed
from cp_circles.web.formats import number, quantity, unit_label, yuan


@dataclass(frozen=True)
class EffectLine:
    """One line of the table; a side effect shows what it takes off with its minus."""

    label: str
    note: str
    more: str
    quantity: str
    kgce: str
    kgco2e: str
    yuan: str
    evidence: str = ""
    row_id: int | None = None
    provisional: bool = False
    is_sum: bool = False


def effect_lines(
    saving: Saving, computed: Computed, claim: Claim | None, names: Mapping[str, str]
) -> list[EffectLine]:
    """Before, each side effect, after: of the claim as it was frozen, else as things stand; else empty."""
    rows = claim.inputs.get("side_effects", []) if claim else v2026_3.effect_rows(computed)
    if not rows:
        return []
    unit = claim.unit if claim else computed.unit
    factors = [computing.factor_from(row) for row in claim.factors] if claim else list(computed.factors)
    gross = _gross(computed, claim)
    running = _Running(gross, unit, factors)
    stated = [None] * len(rows) if claim else list(saving.side_effects)
    lines = [running.line(_("Before side effects"))] if gross is not None else []
    for row, kept in zip(rows, stated, strict=True):
        lines.append(
            running.take(
                row,
                names.get(row["indicator"], row["indicator"]),
                kept.evidence.title if kept and kept.evidence else "",
                kept.id if kept else None,
            )
        )
    return [*lines, running.line(_("After side effects"))] if gross is not None else lines


def effect_parts(claim: Claim, computed: Computed, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The arithmetic of each side effect in another medium, with its factors, for the page of all numbers."""
    taken = iter(computed.net.taken if computed.net else ())
    return [
        {
            "title": f"{names.get(row.indicator, row.indicator)} · {row.note}",
            "steps": [*found.steps, *_cost(row.effect.cost_yuan)],
            "factors": [computing.factor_row(factor) for factor in row.effect.factors],
        }
        for row in computed.effects
        if not row.effect.same_medium and (found := next(taken, None)) is not None
    ]


def _cost(amount: Decimal | None) -> list[Step]:
    return [] if amount is None else [Step(_("Cost by the books"), yuan(amount), amount)]


def _gross(computed: Computed, claim: Claim | None) -> Decimal | None:
    if claim is not None:
        return Decimal(claim.inputs.get("gross_quantity", claim.quantity))
    return computed.gross.quantity if computed.gross else None


class _Running:
    """The amounts that are left, line by line; a line of the own medium shows the difference it makes."""

    def __init__(self, gross: Decimal | None, unit: str, factors: Sequence[Factor]) -> None:
        self.left, self.unit, self.factors = gross, unit, factors
        self.off = Converted()

    def _converted(self) -> Converted:
        try:
            found = conversion.convert(self.left or Decimal(0), self.unit, self.factors)
        except Invalid:
            found = Converted()
        return Converted(
            _minus(found.kgce, self.off.kgce),
            _minus(found.kgco2e, self.off.kgco2e),
            _minus(found.yuan, self.off.yuan),
        )

    def line(self, label: str) -> EffectLine:
        """What is left now."""
        now = self._converted()
        return EffectLine(
            label, "", "", quantity(self.left, self.unit), _shown(now.kgce, "kgce"),
            _shown(now.kgco2e, "kgCO2e"), _money(now.yuan), is_sum=True,
        )  # fmt: skip

    def take(self, row: Mapping[str, Any], name: str, evidence: str, row_id: int | None) -> EffectLine:
        """One side effect, and what it takes off."""
        before, amount = self._converted(), Decimal(row["quantity"])
        own = ""
        if row["same_medium"]:
            ratio = conversion.unit_ratio(row["unit"], self.unit) or 1
            taken = round_half_up(to_fraction(amount) * ratio, QUANTITY_PLACES)
            self.left, own = (self.left or Decimal(0)) - taken, quantity(-taken, self.unit)
        kinds = {kind: Decimal(row[kind]) for kind in ("kgce", "kgco2e", "yuan") if row[kind] is not None}
        self.off = Converted(
            _plus(self.off.kgce, kinds.get("kgce")),
            _plus(self.off.kgco2e, kinds.get("kgco2e")),
            _plus(self.off.yuan, kinds.get("yuan")),
        )
        now = self._converted()
        return EffectLine(
            name, row["note"], "+" + quantity(amount, row["unit"]), own,
            _shown(_change(before.kgce, now.kgce), "kgce"),
            _shown(_change(before.kgco2e, now.kgco2e), "kgCO2e"), _money(_change(before.yuan, now.yuan)),
            evidence, row_id, any(factor["provisional"] for factor in row["factors"]),
        )  # fmt: skip


def _minus(amount: Decimal | None, off: Decimal | None) -> Decimal | None:
    return amount if off is None else (amount or Decimal(0)) - off


def _plus(amount: Decimal | None, more: Decimal | None) -> Decimal | None:
    return amount if more is None else (amount or Decimal(0)) + more


def _change(before: Decimal | None, now: Decimal | None) -> Decimal | None:
    change = (now or Decimal(0)) - (before or Decimal(0))
    return change if change else None


def _shown(amount: Decimal | None, unit: str) -> str:
    """An amount in one unit throughout, so that the column adds up as it stands."""
    return "–" if amount is None else f"{number(amount, 3)} {unit_label(unit)}"


def _money(amount: Decimal | None) -> str:
    return "–" if amount is None else number(amount, 2)
