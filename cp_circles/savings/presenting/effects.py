"""Side effects as lines that add up: before, what each takes off, and what is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cp_circles.calc.savings import Step
from cp_circles.savings import computing
from cp_circles.savings.models import Claim, Saving, SideEffect
from cp_circles.savings.taking import Left, taking_now, taking_of
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
    taking = taking_of(claim) if claim else taking_now(computed)
    if taking is None:
        return []
    unit, left = taking.unit, taking.left
    stated = [None] * len(taking.rows) if claim else list(saving.side_effects)
    lines = [
        _effect(row, names.get(row["indicator"], row["indicator"]), kept, taken, unit)
        for row, kept, taken in zip(taking.rows, stated, taking.changes, strict=True)
    ]
    if left[0].quantity is None:
        return lines
    return [
        _sum(_("Before side effects"), left[0], unit),
        *lines,
        _sum(_("After side effects"), left[-1], unit),
    ]


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


def _sum(label: str, left: Left, unit: str) -> EffectLine:
    return EffectLine(
        label, "", "", quantity(left.quantity, unit), _shown(left.kgce, "kgce"),
        _shown(left.kgco2e, "kgCO2e"), _money(left.yuan), is_sum=True,
    )  # fmt: skip


def _effect(row: Mapping[str, Any], name: str, kept: SideEffect | None, taken: Left, unit: str) -> EffectLine:
    """One side effect, and what it takes off."""
    own = "" if taken.quantity is None else quantity(taken.quantity, unit)
    return EffectLine(
        name, row["note"], "+" + quantity(Decimal(row["quantity"]), row["unit"]), own,
        _shown(taken.kgce, "kgce"), _shown(taken.kgco2e, "kgCO2e"), _money(taken.yuan),
        kept.evidence.title if kept and kept.evidence else "", kept.id if kept else None,
        any(factor["provisional"] for factor in row["factors"]),
    )  # fmt: skip


def _shown(amount: Decimal | None, unit: str) -> str:
    """An amount in one unit throughout, so that the column adds up as it stands."""
    return "–" if amount is None else f"{number(amount, 3)} {unit_label(unit)}"


def _money(amount: Decimal | None) -> str:
    return "–" if amount is None else number(amount, 2)
