"""Method version 2026-3: as 2026-2, less side effects; a model asks for periods of one length.

The code of a landed version does not change: a claim names the version that computed it, and is computed
again by that version from what it froze.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from cp_circles.calc.exact import plain
from cp_circles.calc.net import Effect, Net, Taken, net
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import SavingResult
from cp_circles.errors import Invalid, msg
from cp_circles.savings import computing
from cp_circles.savings.versions import v2026_2
from cp_circles.savings.versions.v2026_2 import Material

VERSION = "2026-3"
METHODS = v2026_2.METHODS


@dataclass(frozen=True)
class SideEffect:
    """More of an indicator's medium that the saving caused, with who says so and what it costs."""

    indicator: str
    note: str
    effect: Effect


@dataclass(frozen=True)
class Computed(v2026_2.Computed):
    """A saving worked out: `result`, `converted` and `direct_yuan` are net, `gross` is before side effects.

    `net` is None where there are none; `effects` are in the order stated.
    """

    gross: SavingResult | None = None
    net: Net | None = None
    effects: tuple[SideEffect, ...] = ()


def work_out(material: Material, effects: Sequence[SideEffect] = ()) -> Computed:
    """The saving by 2026-2, less its side effects; each amount is rounded once."""
    found = v2026_2.work_out(material)
    computed = Computed(**{row.name: getattr(found, row.name) for row in fields(found)}, gross=found.result)
    computed = replace(computed, effects=tuple(effects))
    if computed.result is None or not effects:
        return computed
    try:
        after = net(
            computed.result.quantity, computed.unit, computed.factors, [row.effect for row in effects]
        )
    except Invalid as refusal:
        return _refused(computed, Reason(refusal.msgid, refusal.values, "side_effects"))
    if after.quantity < 0 <= after.gross:
        text = msg(
            "The side effects take %(taken)s %(unit)s, more than the %(gross)s saved: nothing is left to"
            " claim."
        )
        values = {"taken": after.gross - after.quantity, "unit": computed.unit, "gross": after.gross}
        return _refused(computed, Reason(text, values, "side_effects"))
    steps = (*computed.result.steps, *([after.step] if after.step else []))
    return replace(
        computed,
        result=replace(computed.result, quantity=after.quantity, steps=steps),
        converted=replace(after.converted, steps=(*after.converted.steps, *after.minus.values())),
        direct_yuan=(after.converted.yuan or Decimal(0)) + material.other_direct_yuan,
        net=after,
        notes=(*computed.notes, *_note(after)),
    )


def _refused(computed: Computed, reason: Reason) -> Computed:
    return replace(computed, reasons=(reason,), result=None, converted=None, direct_yuan=Decimal(0))


def _note(after: Net) -> tuple[Reason, ...]:
    """That the methods show the saving before side effects, where these change its quantity."""
    if after.gross == after.quantity:
        return ()
    text = msg("The methods show %(gross)s, before side effects; %(net)s is left after them.")
    return (Reason(text, {"gross": plain(after.gross), "net": plain(after.quantity)}),)


def effect_rows(computed: Computed) -> list[dict[str, Any]]:
    """The side effects as they are frozen in a claim, with what each takes off."""
    taken = iter(computed.net.taken if computed.net else ())
    rows = []
    for row in computed.effects:
        off = Taken(row.note) if row.effect.same_medium else next(taken, Taken(row.note))
        rows.append(
            {
                "indicator": row.indicator,
                "note": row.note,
                "quantity": str(row.effect.quantity),
                "unit": row.effect.unit,
                "same_medium": row.effect.same_medium,
                "cost_yuan": _text(row.effect.cost_yuan),
                "factors": [computing.factor_row(factor) for factor in row.effect.factors],
                "kgce": _text(off.kgce),
                "kgco2e": _text(off.kgco2e),
                "yuan": _text(off.yuan),
            }
        )
    return rows


def effects_from(rows: Sequence[Mapping[str, Any]]) -> tuple[SideEffect, ...]:
    """The side effects that a claim froze."""
    return tuple(
        SideEffect(
            row["indicator"],
            row["note"],
            Effect(
                label=row["note"],
                quantity=Decimal(row["quantity"]),
                unit=row["unit"],
                same_medium=row["same_medium"],
                factors=tuple(computing.factor_from(factor) for factor in row["factors"]),
                cost_yuan=None if row["cost_yuan"] is None else Decimal(row["cost_yuan"]),
            ),
        )
        for row in rows
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
