"""Every version of the method that a claim may name, each computing it again from what it froze."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cp_circles.calc import conversion
from cp_circles.calc.savings import Adjustment, Period
from cp_circles.errors import Invalid
from cp_circles.savings import computing, measuring
from cp_circles.savings.models import Claim
from cp_circles.savings.versions import v2026_1, v2026_2, v2026_3
from cp_circles.savings.versions.v2026_2 import Material, Stage
from cp_circles.savings.versions.v2026_3 import Computed

CURRENT = v2026_3.VERSION


@dataclass(frozen=True)
class Amounts:
    """What a claim states, or what it comes to when computed again."""

    quantity: Decimal
    kgce: Decimal | None
    kgco2e: Decimal | None
    direct_yuan: Decimal
    coefficients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One number of a claim that computes to something else today."""

    claim_id: int
    name: str
    frozen: str
    computed: str


class UnknownVersion(ValueError):
    """The claim names a method version that is not kept here."""


def again(claim: Claim) -> Amounts:
    """The amounts of a claim, computed from its frozen inputs by the version it names.

    UnknownVersion for one that is not kept; ValueError where the frozen inputs carry no saving.
    """
    way = VERSIONS.get(claim.method_version)
    if way is None:
        raise UnknownVersion(claim.method_version)
    return way(claim)


def _by_2026_1(claim: Claim) -> Amounts:
    return _converted(claim, v2026_1.quantity(claim.inputs))


def _by_2026_2(claim: Claim) -> Amounts:
    computed = v2026_2.work_out(material_from(claim))
    if computed.result is None:
        raise ValueError("; ".join(str(reason) for reason in computed.reasons))
    return _converted(claim, computed.result.quantity, _coefficients(computed))


def _by_2026_3(claim: Claim) -> Amounts:
    computed = shown(claim)
    if computed.result is None or computed.converted is None:
        raise ValueError("; ".join(str(reason) for reason in computed.reasons))
    net = computed.converted
    return Amounts(
        computed.result.quantity, net.kgce, net.kgco2e, computed.direct_yuan, _coefficients(computed)
    )


def _coefficients(computed: v2026_2.Computed) -> tuple[str, ...]:
    model = v2026_2.model_row(computed.chosen)
    return tuple(row["value"] for row in model["coefficients"]) if model else ()


VERSIONS: dict[str, Callable[[Claim], Amounts]] = {
    v2026_1.VERSION: _by_2026_1,
    v2026_2.VERSION: _by_2026_2,
    v2026_3.VERSION: _by_2026_3,
}


def _converted(claim: Claim, quantity: Decimal, coefficients: tuple[str, ...] = ()) -> Amounts:
    converted = conversion.convert(
        quantity, claim.unit, [computing.factor_from(row) for row in claim.factors]
    )
    direct = (converted.yuan or Decimal(0)) + Decimal(claim.inputs["other_direct_yuan"])
    return Amounts(quantity, converted.kgce, converted.kgco2e, direct, coefficients)


def stated(claim: Claim) -> Amounts:
    """What the claim states."""
    model = claim.inputs.get("model")
    coefficients = tuple(row["value"] for row in model["coefficients"]) if model else ()
    return Amounts(claim.quantity, claim.kgce, claim.kgco2e, claim.direct_yuan, coefficients)


def differences(claim: Claim) -> list[Difference]:
    """Where the claim computes to another number than it states; empty when all agree."""
    try:
        found = again(claim)
    except (ValueError, KeyError, Invalid) as failure:
        return [Difference(claim.id, "inputs", claim.method_version, str(failure))]
    wanted = stated(claim)
    names = ("quantity", "kgce", "kgco2e", "direct_yuan", "coefficients")
    pairs = [(name, getattr(wanted, name), getattr(found, name)) for name in names]
    return [Difference(claim.id, name, str(a), str(b)) for name, a, b in pairs if a != b]


def material_from(claim: Claim) -> Material:
    """What a claim of 2026-2 or later was computed from, before its side effects."""
    inputs = claim.inputs
    stage = inputs.get("discharge")
    return Material(
        measure=measuring.measure_from(inputs["measure"]),
        baseline=tuple(measuring.part_from(row) for row in inputs["parts"]["baseline"]),
        reporting=tuple(measuring.part_from(row) for row in inputs["parts"]["reporting"]),
        drivers=tuple(inputs["drivers"]),
        method=inputs["method"],
        direction=inputs["direction"],
        adjustments=tuple(Adjustment(Decimal(row["quantity"]), row["note"]) for row in inputs["adjustments"]),
        share=Decimal(inputs["share"]),
        accuracy=Decimal(inputs["accuracy"]),
        factors=tuple(computing.factor_from(row) for row in claim.factors),
        other_direct_yuan=Decimal(inputs["other_direct_yuan"]),
        discharge=_stage(stage) if stage else None,
        equal_periods=claim.method_version != v2026_2.VERSION,
    )


def _stage(row: Mapping[str, Any]) -> Stage:
    return Stage(
        measuring.measure_from(row["measure"]),
        tuple(measuring.part_from(part) for part in row["baseline"]),
        tuple(measuring.part_from(part) for part in row["reporting"]),
    )


def material_of_2026_1(claim: Claim) -> Material:
    """A claim of 2026-1 as material, to show its arithmetic line by line; its numbers stay its own."""
    inputs = claim.inputs
    sums = {name: tuple(_part(row) for row in inputs[name]) for name in ("baseline", "reporting")}
    extra = Decimal(inputs["adjustment"])
    return Material(
        measure=measuring.Measure("as_read", claim.unit, claim.unit),
        baseline=sums["baseline"],
        reporting=sums["reporting"],
        drivers=v2026_2.driver_names(bool(inputs["production"]), ()),
        method=inputs["method"],
        adjustments=(Adjustment(extra, inputs["adjustment_note"] or "–"),) if extra else (),
        share=Decimal(inputs["share"]),
        factors=tuple(computing.factor_from(row) for row in claim.factors),
        other_direct_yuan=Decimal(inputs["other_direct_yuan"]),
    )


def _part(row: Mapping[str, Any]) -> measuring.Part:
    production = row["production"]
    return measuring.Part(
        Period(date.fromisoformat(row["from"]), date.fromisoformat(row["to"])),
        Decimal(row["quantity"]),
        None if production is None else Decimal(production),
    )


def shown(claim: Claim) -> Computed:
    """The computation of a claim with all its lines, from what it froze."""
    make = material_of_2026_1 if claim.method_version == v2026_1.VERSION else material_from
    return v2026_3.work_out(make(claim), v2026_3.effects_from(claim.inputs.get("side_effects", [])))


__all__ = [
    "CURRENT",
    "VERSIONS",
    "Amounts",
    "Computed",
    "Difference",
    "Material",
    "UnknownVersion",
    "again",
    "differences",
    "material_from",
    "shown",
    "stated",
]
