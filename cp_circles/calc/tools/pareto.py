"""Pareto: which few categories make most of the whole."""

from dataclasses import dataclass
from decimal import Decimal

from pydantic import Field

from cp_circles.calc.exact import round_half_up, to_fraction, total
from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools.base import (
    Amount,
    Fact,
    Given,
    Line,
    Result,
    Tool,
    refuse,
    refuse_doubles,
)
from cp_circles.errors import msg


class ParetoRow(Given):
    """One category and its amount; `other` marks the collected rest, which stands last."""

    label: Line = Field(title=msg("Category"))
    amount: Amount = Field(ge=0, title=msg("Amount"))
    other: bool = Field(default=False, title=msg("Collected rest"))


class ParetoInputs(Given):
    """Categories with their amounts."""

    unit: str = Field(default="", max_length=30, title=msg("Unit"))
    vital: Amount = Field(default=Decimal(80), gt=0, le=100, title=msg("Vital share (%)"))
    rows: tuple[ParetoRow, ...] = Field(min_length=2, max_length=30, title=msg("Categories"))


@dataclass(frozen=True, kw_only=True)
class ParetoResult(Result):
    """Rows from the largest with cumulative shares in percent, and how many are the vital few."""

    order: tuple[ParetoRow, ...]
    shares: tuple[Decimal, ...]
    vital_count: int


def compute(inputs: ParetoInputs) -> ParetoResult:
    """Sort, cumulate, and count the categories that reach the vital share."""
    refuse_doubles([row.label for row in inputs.rows], "rows")
    if sum(row.other for row in inputs.rows) > 1:
        raise refuse(msg("More than one category is the collected rest; mark one at most."), "rows")
    whole = total(row.amount for row in inputs.rows)
    if not whole:
        raise refuse(msg("All amounts are zero; there is nothing to rank. Enter what was counted."), "rows")
    order = sorted(inputs.rows, key=lambda row: (row.other, -row.amount))
    shares, running = [], to_fraction(0)
    vital = 0
    for place, row in enumerate(order):
        if not row.other and running * 100 < to_fraction(inputs.vital) * whole:
            vital = place + 1
        running += to_fraction(row.amount)
        shares.append(round_half_up(running * 100 / whole, 1))
    answer = Reason(
        msg("%(count)s of %(all)s categories make %(share)s %% of the whole; the largest is %(name)s."),
        {"count": vital, "all": len(order), "share": shares[vital - 1], "name": order[0].label},
    )
    facts = (Fact(msg("Whole"), round_half_up(whole, 6).normalize() + 0, inputs.unit),)
    return ParetoResult(
        answer=answer, facts=facts, order=tuple(order), shares=tuple(shares), vital_count=vital
    )


TOOL = Tool(
    "pareto",
    msg("Pareto chart"),
    msg("Shows the few categories that make most of a problem, so that the crux is chosen by figures."),
    ParetoInputs,
    compute,
)
