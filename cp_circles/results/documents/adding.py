"""Which verified savings of several results may be added: no use is counted twice.

Two savings overlap when they may describe the same use at the same time: one indicator, reporting periods
that share a day, and the same meter, or no meter named on one side. Of two that overlap, the one whose result
was frozen first is added, the other is shown and left out; unless their shares of the saving, as the circles
agreed them, add up to no more than the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

CURRENCY = "CNY"
AMOUNTS = ("kgce", "kgco2e", "direct_yuan", "indirect_yuan")


@dataclass(frozen=True)
class Line:
    """One saving of the pack: from which result, and by which earlier line it is left out."""

    result: str
    number: str
    saving: Mapping[str, Any]
    overlaps: int | None

    @property
    def is_verified(self) -> bool:
        """True if the whole chain has signed."""
        return self.saving["verified"] is not None

    @property
    def is_added(self) -> bool:
        """True if it is part of the sums."""
        return self.is_verified and self.overlaps is None

    def amount(self, name: str) -> Decimal | None:
        """A verified amount; None where there is none, and money of another currency."""
        value = (self.saving["verified"] or {}).get(name)
        if value in (None, "") or (name.endswith("_yuan") and self.saving["currency"] != CURRENCY):
            return None
        return Decimal(value)


def lines_of(packages: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Every saving of the packages, in their order, with the overlaps found."""
    lines: list[Line] = []
    for package in packages:
        for saving in package["savings"]:
            found = _first_overlap(lines, saving) if saving["verified"] is not None else None
            lines.append(Line(package["title"], package["project"]["number"], saving, found))
    return lines


def sums_of(lines: Sequence[Line]) -> dict[str, Decimal]:
    """The sums of what is verified and overlaps nothing: kgce, kgCO2e, yuan direct and yuan indirect."""
    return {
        name: sum((line.amount(name) or Decimal(0) for line in lines if line.is_added), Decimal(0))
        for name in AMOUNTS
    }


def _first_overlap(lines: Sequence[Line], saving: Mapping[str, Any]) -> int | None:
    found = [
        (number, line)
        for number, line in enumerate(lines, start=1)
        if line.is_added and _overlap(line.saving, saving)
    ]
    taken = sum((Decimal(line.saving["share"]) for _, line in found), Decimal(saving["share"]))
    return found[0][0] if found and taken > 1 else None


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if one["code"] != other["code"]:
        return False
    if one["meter"] and other["meter"] and one["meter"] != other["meter"]:
        return False
    first, second = one["reporting"], other["reporting"]
    ends = (first["from"], first["to"], second["from"], second["to"])
    if not all(ends):
        return True
    return bool(first["from"] <= second["to"] and second["from"] <= first["to"])
