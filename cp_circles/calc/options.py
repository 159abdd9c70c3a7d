"""Cost class of an option by the company's thresholds, and the first screening into three bins.

No national threshold exists; each company sets its own, and the report prints them (defaults 10 and 50 x 10^4
yuan, provisional). No- and low-cost options are carried out at once, mid- and high-cost ones are studied.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg

CostClass = Literal["none", "low", "mid", "high"]
Bin = Literal["implement", "study", "rejected"]
LOW_MAX, MID_MAX = Decimal(100_000), Decimal(500_000)
MUST_HOLD = ("technical", "environmental")


@dataclass(frozen=True)
class Screened:
    """The bin of an option with its cost class, the votes counted, and why."""

    bin: Bin
    cost_class: CostClass
    votes: Mapping[str, tuple[int, int]]
    why: Reason


def threshold_reasons(low_max: Decimal, mid_max: Decimal) -> tuple[Reason, ...]:
    """Why two thresholds make no four classes: they must be above zero and in order."""
    if not 0 < low_max < mid_max:
        text = msg("The limit of low cost (%(low)s) must be above zero and below that of mid cost (%(mid)s).")
        return (Reason(text, {"low": low_max, "mid": mid_max}, "thresholds"),)
    return ()


def cost_class(yuan: Decimal, low_max: Decimal = LOW_MAX, mid_max: Decimal = MID_MAX) -> CostClass:
    """none, low, mid or high; a limit belongs to the class below. ValueError: negative, bad thresholds."""
    if yuan < 0 or threshold_reasons(low_max, mid_max):
        raise ValueError("a cost is zero or more, and the limits are in order")
    if yuan == 0:
        return "none"
    return "low" if yuan <= low_max else "mid" if yuan <= mid_max else "high"


def screening_reasons(votes: Mapping[str, tuple[int, int]]) -> tuple[Reason, ...]:
    """Why the votes (factor: yes, no) carry no screening: none cast, a negative count, or a tie."""
    reasons = []
    for factor, (yes, no) in votes.items():
        if yes < 0 or no < 0 or yes + no == 0:
            reasons.append(Reason(msg("No vote was cast on %(factor)s."), {"factor": factor}, "votes"))
        elif yes == no:
            text = msg("The votes on %(factor)s are even (%(yes)s to %(no)s); talk it over and vote again.")
            reasons.append(Reason(text, {"factor": factor, "yes": yes, "no": no}, "votes"))
    if not votes:
        reasons.append(Reason(msg("No factor was voted on."), {}, "votes"))
    return tuple(reasons)


def screen(
    votes: Mapping[str, tuple[int, int]],
    yuan: Decimal,
    low_max: Decimal = LOW_MAX,
    mid_max: Decimal = MID_MAX,
    must_hold: tuple[str, ...] = MUST_HOLD,
) -> Screened:
    """The bin of an option: rejected where a factor of `must_hold` or most factors fail, else by its cost.

    `votes` maps a factor to (yes, no). ValueError on what `screening_reasons` or `cost_class` refuse.
    """
    if screening_reasons(votes):
        raise ValueError("these votes decide nothing")
    kind = cost_class(yuan, low_max, mid_max)
    failed = [factor for factor, (yes, no) in votes.items() if no > yes]
    hard = [factor for factor in failed if factor in must_hold]
    if hard:
        text = msg("Not feasible: the vote on %(factors)s was no.")
        return Screened("rejected", kind, dict(votes), Reason(text, {"factors": ", ".join(hard)}))
    if 2 * len(failed) > len(votes):
        text = msg("Not feasible: %(failed)s of %(all)s factors were voted down.")
        return Screened(
            "rejected", kind, dict(votes), Reason(text, {"failed": len(failed), "all": len(votes)})
        )
    if kind in ("none", "low"):
        text = msg("Feasible without or at low cost: carry it out at once.")
        return Screened("implement", kind, dict(votes), Reason(text))
    text = msg("Feasible at first sight at mid or high cost: study its feasibility.")
    return Screened("study", kind, dict(votes), Reason(text))
