"""One judge's score sheet: its problems and its total.

Points are Decimals on the criterion's step. A scale (the x 0.6 rule) is applied to the judge's total and
rounded half up before any averaging, so that the printed sheet can be redone by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cp_circles.calc.exact import round_half_up, to_fraction, total
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg

Points = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric: points from `minimum` to `maximum` in steps of `step`."""

    key: str
    maximum: Decimal
    step: Decimal = Decimal("0.01")
    minimum: Decimal = Decimal(0)


@dataclass(frozen=True)
class SheetTotal:
    """The sum of what is scored, `of` the maximum of those criteria, and the scaled sum to be averaged.

    `scaled` is None until every criterion is scored.
    """

    raw: Decimal
    of: Decimal
    maximum: Decimal
    scaled: Decimal | None
    missing: tuple[str, ...]


def sheet_problems(
    criteria: Sequence[Criterion], points: Points, *, complete: bool = True
) -> tuple[Reason, ...]:
    """What keeps a sheet from being saved or (`complete`) locked; `field` is the criterion's key."""
    known = {criterion.key for criterion in criteria}
    problems = [
        Reason(msg("This sheet has no such criterion."), {}, key) for key in points if key not in known
    ]
    for criterion in criteria:
        problem = _problem(criterion, points.get(criterion.key), complete)
        if problem:
            problems.append(problem)
    return tuple(problems)


def _problem(criterion: Criterion, value: Decimal | None, complete: bool) -> Reason | None:
    if value is None:
        return Reason(msg("Not scored yet."), {}, criterion.key) if complete else None
    if not value.is_finite() or not criterion.minimum <= value <= criterion.maximum:
        text = msg("Give from %(minimum)s to %(maximum)s points.")
        return Reason(text, {"minimum": criterion.minimum, "maximum": criterion.maximum}, criterion.key)
    if (value - criterion.minimum) % criterion.step:
        return Reason(msg("Points go in steps of %(step)s."), {"step": criterion.step}, criterion.key)
    return None


def sheet_total(
    criteria: Sequence[Criterion], points: Points, *, scale: Decimal = Decimal(1), decimals: int = 2
) -> SheetTotal:
    """Add the scored criteria; a missing one is listed, never taken as zero."""
    scored = [c for c in criteria if points.get(c.key) is not None]
    raw = total(value for c in scored if (value := points[c.key]) is not None)
    missing = tuple(c.key for c in criteria if points.get(c.key) is None)
    places = max([decimals, *(-int(c.step.as_tuple().exponent) for c in criteria)])
    return SheetTotal(
        raw=round_half_up(raw, places),
        of=sum((c.maximum for c in scored), Decimal(0)),
        maximum=sum((c.maximum for c in criteria), Decimal(0)),
        scaled=None if missing else round_half_up(raw * to_fraction(scale), decimals),
        missing=missing,
    )
