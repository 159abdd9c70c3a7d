"""Cost of non-product output by material flow cost accounting (ISO 14051): product against loss, in yuan.

Each material splits by its own loss; energy and system cost split by mass; waste handling goes wholly to the
loss. Amounts have 2 places, rounded half up once; product and loss add up to the total exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cp_circles.calc.exact import round_half_up, to_fraction, total
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg


@dataclass(frozen=True)
class Material:
    """One input of a quantity centre: mass in, mass not reaching the product (same unit), yuan a unit."""

    name: str
    quantity: Decimal
    loss: Decimal
    price: Decimal


@dataclass(frozen=True)
class CostLine:
    """One kind of cost with its two parts in yuan; `kind` is material, carried, energy, system or waste."""

    kind: str
    name: str
    total: Decimal
    product: Decimal
    loss: Decimal


@dataclass(frozen=True)
class FlowCost:
    """What a quantity centre costs and how much of it leaves as loss; percents have 2 places."""

    lines: tuple[CostLine, ...]
    total: Decimal
    product: Decimal
    loss: Decimal
    loss_percent: Decimal | None
    mass_loss_percent: Decimal


def flow_cost_reasons(
    materials: Sequence[Material],
    energy: Decimal = Decimal(0),
    system: Decimal = Decimal(0),
    waste: Decimal = Decimal(0),
    carried: Decimal = Decimal(0),
) -> tuple[Reason, ...]:
    """Why no cost of loss can be computed: no mass, more loss than input, or a negative amount."""
    reasons = []
    for one in materials:
        values = {"name": one.name, "loss": one.loss, "quantity": one.quantity}
        if one.loss > one.quantity:
            text = msg("%(name)s: the loss of %(loss)s is more than the input of %(quantity)s.")
            reasons.append(Reason(text, values, "materials"))
        if min(one.quantity, one.loss, one.price) < 0:
            text = msg("%(name)s has a negative quantity, loss or price.")
            reasons.append(Reason(text, values, "materials"))
    if total(one.quantity for one in materials) <= 0:
        text = msg("No input material is given, so that costs cannot be split by mass.")
        reasons.append(Reason(text, {}, "materials"))
    for name, amount in (("energy", energy), ("system", system), ("waste", waste), ("carried", carried)):
        if amount < 0:
            reasons.append(Reason(msg("A cost of %(amount)s is negative."), {"amount": amount}, name))
    return tuple(reasons)


def flow_cost(
    materials: Sequence[Material],
    energy: Decimal = Decimal(0),
    system: Decimal = Decimal(0),
    waste: Decimal = Decimal(0),
    carried: Decimal = Decimal(0),
) -> FlowCost:
    """The split of one quantity centre; `carried` is the product cost of the centre before it.

    ValueError on what `flow_cost_reasons` names.
    """
    if flow_cost_reasons(materials, energy, system, waste, carried):
        raise ValueError("these costs cannot be split")
    mass = total(one.quantity for one in materials)
    part = total(one.loss for one in materials) / mass
    lines = [
        _line(
            "material",
            one.name,
            to_fraction(one.quantity) * to_fraction(one.price),
            to_fraction(one.loss) * to_fraction(one.price),
        )
        for one in materials
    ]
    for kind, amount, lost in (
        ("carried", carried, part),
        ("energy", energy, part),
        ("system", system, part),
        ("waste", waste, Fraction(1)),
    ):
        if amount:
            lines.append(_line(kind, "", to_fraction(amount), to_fraction(amount) * lost))
    whole, loss = (sum((getattr(line, name) for line in lines), Decimal(0)) for name in ("total", "loss"))
    return FlowCost(
        lines=tuple(lines),
        total=whole,
        product=whole - loss,
        loss=loss,
        loss_percent=round_half_up(Fraction(loss) / Fraction(whole) * 100, 2) if whole else None,
        mass_loss_percent=round_half_up(part * 100, 2),
    )


def _line(kind: str, name: str, amount: Fraction, lost: Fraction) -> CostLine:
    whole, loss = round_half_up(amount, 2), round_half_up(lost, 2)
    return CostLine(kind, name, whole, whole - loss, loss)
