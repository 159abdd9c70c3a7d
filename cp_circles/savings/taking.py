"""What is left of a saving before its side effects and after each, so that the columns of a table add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from cp_circles.calc.conversion import Converted, Factor, convert, unit_ratio
from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.savings import QUANTITY_PLACES
from cp_circles.errors import Invalid
from cp_circles.savings.computing import factor_from
from cp_circles.savings.models import Claim
from cp_circles.savings.versions import v2026_3
from cp_circles.savings.versions.v2026_3 import Computed


@dataclass(frozen=True)
class Left:
    """An amount of a saving: in the saving's unit, in kgce, in kgCO2e, and in yuan at its price."""

    quantity: Decimal | None
    kgce: Decimal | None
    kgco2e: Decimal | None
    yuan: Decimal | None


@dataclass(frozen=True)
class Taking:
    """The side effects of a saving with what is left: `left` begins before the first row: one longer.

    `rows` are as a claim freezes them, `unit` is the saving's own.
    """

    unit: str
    rows: Sequence[Mapping[str, Any]]
    left: Sequence[Left]

    @property
    def changes(self) -> list[Left]:
        """What each row changes, with its minus; None where it changes nothing."""
        return [_change(before, after) for before, after in pairwise(self.left)]


def taking_now(computed: Computed) -> Taking | None:
    """The side effects of a saving as things stand; None where none is stated."""
    gross = computed.gross.quantity if computed.gross else None
    return _taking(v2026_3.effect_rows(computed), gross, computed.unit, computed.factors)


def taking_of(claim: Claim) -> Taking | None:
    """The side effects that a claim froze; None where none was stated."""
    gross = Decimal(claim.inputs.get("gross_quantity", claim.quantity))
    factors = [factor_from(row) for row in claim.factors]
    return _taking(claim.inputs.get("side_effects", []), gross, claim.unit, factors)


def _taking(
    rows: Sequence[Mapping[str, Any]], gross: Decimal | None, unit: str, factors: Sequence[Factor]
) -> Taking | None:
    return Taking(unit, rows, _left_by_row(rows, gross, unit, factors)) if rows else None


def _left_by_row(
    rows: Sequence[Mapping[str, Any]], gross: Decimal | None, unit: str, factors: Sequence[Factor]
) -> list[Left]:
    quantity, off = gross, Converted()
    found = [_left(quantity, unit, factors, off)]
    for row in rows:
        if row["same_medium"]:
            ratio = unit_ratio(row["unit"], unit) or 1
            more = round_half_up(to_fraction(Decimal(row["quantity"])) * ratio, QUANTITY_PLACES)
            quantity = (quantity or Decimal(0)) - more
        off = Converted(
            _plus(off.kgce, row["kgce"]), _plus(off.kgco2e, row["kgco2e"]), _plus(off.yuan, row["yuan"])
        )
        found.append(_left(quantity, unit, factors, off))
    return found


def _change(before: Left, after: Left) -> Left:
    return Left(
        _difference(before.quantity, after.quantity),
        _difference(before.kgce, after.kgce),
        _difference(before.kgco2e, after.kgco2e),
        _difference(before.yuan, after.yuan),
    )


def _left(quantity: Decimal | None, unit: str, factors: Sequence[Factor], off: Converted) -> Left:
    try:
        found = convert(quantity or Decimal(0), unit, factors)
    except Invalid:
        found = Converted()
    return Left(
        quantity,
        _minus(found.kgce, off.kgce),
        _minus(found.kgco2e, off.kgco2e),
        _minus(found.yuan, off.yuan),
    )


def _minus(amount: Decimal | None, off: Decimal | None) -> Decimal | None:
    return amount if off is None else (amount or Decimal(0)) - off


def _plus(amount: Decimal | None, more: str | None) -> Decimal | None:
    return amount if more is None else (amount or Decimal(0)) + Decimal(more)


def _difference(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    return (after or Decimal(0)) - (before or Decimal(0)) or None
