"""What speaks against a judge for an entry, in whole numbers: the table by which panels are made."""

from typing import Literal, Self

from pydantic import Field, model_validator

from cp_circles.calc.matching import REASONS
from cp_circles.errors import msg
from cp_circles.rulesets.schema.base import Fault, Key, Names, Pack, Rated, refuse_repeated


class PairCost(Rated):
    """One reason with its sentence and its cost."""

    key: Key
    names: Names


class PanelCosts(Pack):
    """The costs of pairs of entry and judge; the sum over a panel is made as small as it can be."""

    kind: Literal["panel_costs"]
    costs: tuple[PairCost, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _every_reason_has_its_cost(self) -> Self:
        refuse_repeated(row.key for row in self.costs)
        missing = set(REASONS) - {row.key for row in self.costs}
        if missing:
            raise Fault(
                msg("No cost for %(keys)s; add it, with 0 where it costs nothing."),
                keys=", ".join(sorted(missing)),
            )
        unknown = {row.key for row in self.costs} - set(REASONS)
        if unknown:
            raise Fault(
                msg("%(keys)s is no reason that is known here; remove it."), keys=", ".join(sorted(unknown))
            )
        for row in self.costs:
            if row.value < 0 or row.value > 1000 or row.value != row.value.to_integral_value():
                raise Fault(msg("The cost of %(key)s is a whole number from 0 to 1000."), key=row.key)
        return self

    @property
    def table(self) -> dict[str, int]:
        """Reason -> cost."""
        return {row.key: int(row.value) for row in self.costs}

    def sentence(self, key: str, locale: str) -> str:
        """The sentence of a reason in the reader's language."""
        return next((row.names.in_(locale) for row in self.costs if row.key == key), key)
