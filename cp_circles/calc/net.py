"""A saving less what it costs elsewhere: more of another medium, a new chemical, added waste.

What is more of the saving's own medium is taken off its quantity; what is more of another medium is taken
off standard coal, CO2 and money, each converted by its own factors and rounded once. Source: design rule
5.3.5 (rebound and secondary effects are negative lines), confidence B.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cp_circles.calc.conversion import PLACES, Converted, Factor, convert, unit_ratio
from cp_circles.calc.exact import plain, round_half_up, to_fraction
from cp_circles.calc.overlap import net_of
from cp_circles.calc.savings import QUANTITY_PLACES, Step
from cp_circles.errors import Invalid, msg

KINDS = ("kgce", "kgco2e", "yuan")
LABELS = {
    "kgce": msg("Standard coal after side effects"),
    "kgco2e": msg("CO2 equivalent after side effects"),
    "yuan": msg("Money after side effects"),
}


@dataclass(frozen=True)
class Effect:
    """More of a medium that a saving caused: `quantity` above zero in `unit`; `label` says what and why.

    `same_medium` is True for the medium that the saving itself is stated in; `cost_yuan` replaces the price.
    """

    label: str
    quantity: Decimal
    unit: str
    same_medium: bool = False
    factors: tuple[Factor, ...] = ()
    cost_yuan: Decimal | None = None


@dataclass(frozen=True)
class Taken:
    """What one side effect in another medium takes off, each above zero or None where nothing converts it."""

    label: str
    kgce: Decimal | None = None
    kgco2e: Decimal | None = None
    yuan: Decimal | None = None
    steps: tuple[Step, ...] = ()
    provisional: bool = False

    def of(self, kind: str) -> Decimal | None:
        """The amount of one kind."""
        return {"kgce": self.kgce, "kgco2e": self.kgco2e, "yuan": self.yuan}[kind]


@dataclass(frozen=True)
class Net:
    """A saving after its side effects, with what was taken off and the lines of arithmetic.

    `gross` and `quantity` are in the saving's unit; `minus` holds, by kind, the line that takes off.
    """

    gross: Decimal
    quantity: Decimal
    converted: Converted
    taken: tuple[Taken, ...]
    step: Step | None = None
    minus: Mapping[str, Step] = field(default_factory=dict)


def net(quantity: Decimal, unit: str, factors: Sequence[Factor], effects: Sequence[Effect]) -> Net:
    """The saving less all its side effects; Invalid where a factor is a range or for another unit.

    ValueError for a side effect that is not above zero: a further saving is a claim of its own.
    """
    if any(effect.quantity <= 0 for effect in effects):
        raise ValueError("a side effect is an amount above zero")
    own = [(effect.label, _in_unit(effect, unit)) for effect in effects if effect.same_medium]
    left = net_of(quantity, own)
    taken = tuple(taken_by(effect) for effect in effects if not effect.same_medium)
    main = convert(left, unit, factors)
    text = " − ".join([plain(quantity), *(plain(amount) for _, amount in own)])
    step = Step(msg("Saving after side effects of the same medium"), text, left) if own else None
    return Net(quantity, left, less(main, taken), taken, step, _minus(main, taken))


def taken_by(effect: Effect) -> Taken:
    """What a side effect in another medium takes off by its factors; a stated cost replaces the price."""
    stated = effect.cost_yuan is not None
    factors = [row for row in effect.factors if not (stated and row.kind == "yuan")]
    found = convert(effect.quantity, effect.unit, factors)
    yuan = effect.cost_yuan if stated else found.yuan
    return Taken(effect.label, found.kgce, found.kgco2e, yuan, found.steps, found.provisional)


def less(main: Converted, taken: Iterable[Taken]) -> Converted:
    """Converted amounts less what side effects take off; None stays where neither side has an amount."""
    rows = tuple(taken)
    return Converted(
        kgce=_left(main.kgce, "kgce", rows),
        kgco2e=_left(main.kgco2e, "kgco2e", rows),
        yuan=_left(main.yuan, "yuan", rows),
        factor_ids=main.factor_ids,
        provisional=main.provisional or any(row.provisional for row in rows),
        steps=main.steps,
    )


def _left(amount: Decimal | None, kind: str, rows: Sequence[Taken]) -> Decimal | None:
    off = [value for row in rows if (value := row.of(kind)) is not None]
    if amount is None and not off:
        return None
    return round_half_up((amount or Decimal(0)) - sum(off, Decimal(0)), PLACES[kind])


def _minus(main: Converted, rows: Sequence[Taken]) -> dict[str, Step]:
    """One line for each kind that a side effect lowers."""
    found = {}
    amounts = {"kgce": main.kgce, "kgco2e": main.kgco2e, "yuan": main.yuan}
    for kind in KINDS:
        off = [value for row in rows if (value := row.of(kind)) is not None]
        left = _left(amounts[kind], kind, rows)
        if off and left is not None:
            text = " − ".join([plain(amounts[kind] or 0), *(plain(value) for value in off)])
            found[kind] = Step(LABELS[kind], text, left)
    return found


def _in_unit(effect: Effect, unit: str) -> Decimal:
    """A side effect of the saving's own medium in the saving's unit."""
    ratio = unit_ratio(effect.unit, unit)
    if ratio is None:
        raise Invalid(
            msg("The side effect is stated in %(given)s and the saving in %(unit)s; state both in one unit."),
            field="side_effects",
            given=effect.unit,
            unit=unit,
        )
    return round_half_up(to_fraction(effect.quantity) * ratio, QUANTITY_PLACES)
