"""What a company pays for an award, step by step, in yuan with two decimals.

Fixed sum by level and rank, plus a share of the verified direct saving; raised to a floor, cut at a cap; and
of a result that won before only what is still owed (qc-circles 4.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg

FEN = Decimal("0.01")
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Rule:
    """A reward rule in plain numbers: `fixed` is that of this award, `percent` of the verified saving."""

    fixed: Decimal = NOTHING
    percent: Decimal | None = None
    floor: Decimal | None = None
    cap: Decimal | None = None
    topup_only: bool = True


@dataclass(frozen=True)
class Reward:
    """What is due for one award, and every step that led to it."""

    due: Decimal
    steps: tuple[Reason, ...]


def reward(rule: Rule, *, verified: Decimal, paid: Sequence[Decimal]) -> Reward:
    """What an award pays: `verified` is the verified direct saving, `paid` what was granted before.

    With `topup_only` a further award pays the difference; otherwise its fixed sum in full, the share once.
    All grants of a result together stay below the cap.
    """
    before = sum(paid, NOTHING)
    steps = [Reason(msg("Fixed sum for level and rank: %(sum)s"), {"sum": _cents(rule.fixed)})]
    total = rule.fixed
    if rule.percent is not None:
        share = _share(rule, verified)
        values = {"percent": rule.percent, "saving": _cents(verified), "sum": share}
        if paid and not rule.topup_only:
            steps.append(
                Reason(msg("The share of the saving was paid with an earlier award of this result."))
            )
        else:
            steps.append(Reason(msg("%(percent)s %% of the verified saving of %(saving)s: %(sum)s"), values))
            total += share
    if rule.floor is not None and total < rule.floor and not (paid and not rule.topup_only):
        total = rule.floor
        steps.append(Reason(msg("Raised to the floor: %(sum)s"), {"sum": _cents(total)}))
    due = _due(rule, total, before, steps)
    return Reward(due, tuple(steps))


def _share(rule: Rule, verified: Decimal) -> Decimal:
    return _cents(max(NOTHING, verified) * (rule.percent or NOTHING) / 100)


def _due(rule: Rule, total: Decimal, before: Decimal, steps: list[Reason]) -> Decimal:
    """What is left to pay after the cap and what was granted before; writes the steps."""
    if rule.topup_only:
        if rule.cap is not None and total > rule.cap:
            total = rule.cap
            steps.append(Reason(msg("Cut at the cap: %(sum)s"), {"sum": _cents(total)}))
        if before:
            values = {"before": _cents(before), "sum": _cents(max(NOTHING, total - before))}
            steps.append(
                Reason(msg("Granted before for this result: %(before)s; still due: %(sum)s"), values)
            )
        return _cents(max(NOTHING, total - before))
    if rule.cap is not None and before + total > rule.cap:
        total = max(NOTHING, rule.cap - before)
        values = {"before": _cents(before), "sum": _cents(total)}
        steps.append(
            Reason(msg("With %(before)s granted before, the cap of the result leaves: %(sum)s"), values)
        )
    return _cents(total)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(FEN, ROUND_HALF_UP)
