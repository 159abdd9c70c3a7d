"""The department's sheets: what an inspection looks at, and what a monthly appraisal gives points for."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from cp_circles.errors import msg
from cp_circles.rulesets.schema.base import Fault, Key, Names, Number, Pack, Strict, refuse_repeated

Use = Literal["inspection", "appraisal"]


class SheetItem(Strict):
    """One line: what is looked at; for an appraisal 0 to `points` in multiples of `step`."""

    key: Key
    names: Names
    group: Names | None = None
    checked: Names
    points: Number | None = Field(default=None, gt=0)
    step: Number = Field(default=Decimal(1), gt=0)


class DutySheet(Pack):
    """A sheet of the department; the points of an appraisal add up to `total`."""

    kind: Literal["duty_sheet"]
    use: Use
    total: Number | None = Field(default=None, gt=0)
    items: tuple[SheetItem, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _points_add_up(self) -> Self:
        refuse_repeated(item.key for item in self.items)
        given = [item.points for item in self.items]
        if self.use == "inspection":
            if self.total is not None or any(points is not None for points in given):
                raise Fault(msg("An inspection gives no points; leave points and total out."))
        elif self.total is None or None in given or sum(filter(None, given)) != self.total:
            raise Fault(msg("The points of all items add up to total; correct one of them."))
        return self

    def item(self, key: str) -> SheetItem | None:
        """The item of a key."""
        return next((item for item in self.items if item.key == key), None)
