"""Guard against counting one saving twice: across projects, circles, years and levels (rules of 5.3).

Pure: claims in, warnings with their evidence out. Two claims meet when they share a company, an indicator and
a meter (or a boundary) and a day. Source: design rules of the domain file, confidence B.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Literal

from cp_circles.calc.exact import plain, round_half_up, total
from cp_circles.calc.periods import Period
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg

WarningKind = Literal["shares", "media", "derived", "ceiling", "entered_twice"]
TOLERANCE = Decimal("0.02")


@dataclass(frozen=True)
class Claimed:
    """One claimed saving as far as the guard needs it; `key` and `label` name it in the evidence.

    `meter` and `boundary` are ids or names, None where not stated; `share` is 0 to 1; `quantity` is after
    the share, in the indicator's unit.
    """

    key: str
    label: str
    company: str
    indicator: str
    meter: str | None
    boundary: str | None
    period: Period
    share: Decimal
    quantity: Decimal


@dataclass(frozen=True)
class Overlap:
    """A warning: its kind, a sentence, and the claims it rests on."""

    kind: WarningKind
    reason: Reason
    claims: tuple[Claimed, ...]


def guard(
    claims: Sequence[Claimed],
    *,
    media: Mapping[str, Sequence[str]] | None = None,
    derived: Iterable[str] = (),
) -> tuple[Overlap, ...]:
    """Every warning about these claims; `media` maps an indicator to what it is made from (steam: gas, coal).

    `derived` are indicators that are totals of others (total energy, CO2) and never stand beside them.
    """
    return (
        *shares_above_one(claims),
        *media_counted(claims, media or {}),
        *totals_beside_parts(claims, derived),
    )


def shares_above_one(claims: Sequence[Claimed]) -> tuple[Overlap, ...]:
    """Groups of claims on one source whose shares exceed 100 % on a day; the day with the most is named."""
    warnings, seen = [], set()
    for claim in claims:
        for source in _sources(claim):
            if source in seen:
                continue
            seen.add(source)
            group = [one for one in claims if source in _sources(one)]
            worst = max((_on(group, one.period.starts_on) for one in group), key=lambda rows: _share(rows))
            if _share(worst) <= 1:
                continue
            text = msg(
                "%(claims)s claim %(percent)s %% of the same saving on %(day)s; agree on shares of at most "
                "100 %%."
            )
            values = {
                "claims": _labels(worst),
                "percent": plain(_share(worst) * 100, 2),
                "day": max(one.period.starts_on for one in worst),
            }
            warning = Overlap("shares", Reason(text, values, "share"), tuple(worst))
            if warning not in warnings:
                warnings.append(warning)
    return tuple(warnings)


def media_counted(claims: Sequence[Claimed], media: Mapping[str, Sequence[str]]) -> tuple[Overlap, ...]:
    """Pairs that count an energy and a medium made from it, in one company, place and time."""
    text = msg(
        "%(first)s saves %(medium)s and %(second)s saves %(energy)s from which it is made, in the same place "
        "and time: count it at one level only."
    )
    warnings = []
    for one, two in combinations(claims, 2):
        for medium, energy in ((one, two), (two, one)):
            if energy.indicator in media.get(medium.indicator, ()) and _same_place(one, two):
                values = {
                    "first": medium.label,
                    "medium": medium.indicator,
                    "second": energy.label,
                    "energy": energy.indicator,
                }
                warnings.append(Overlap("media", Reason(text, values, "indicator"), (medium, energy)))
    return tuple(warnings)


def totals_beside_parts(claims: Sequence[Claimed], derived: Iterable[str]) -> tuple[Overlap, ...]:
    """Pairs of a derived total and another claim of the same place and time."""
    totals = set(derived)
    text = msg(
        "%(total)s is claimed by %(first)s as a total, and %(second)s claims %(part)s beside it: a total is "
        "never added to its parts."
    )
    warnings = []
    for one, two in combinations(claims, 2):
        whole, part = (one, two) if one.indicator in totals else (two, one)
        if whole.indicator in totals and part.indicator not in totals and _same_place(one, two):
            values = {
                "total": whole.indicator,
                "first": whole.label,
                "second": part.label,
                "part": part.indicator,
            }
            warnings.append(Overlap("derived", Reason(text, values, "indicator"), (whole, part)))
    return tuple(warnings)


def above_ceiling(
    claims: Sequence[Claimed], main_meter_change: Decimal, tolerance: Decimal = TOLERANCE
) -> Overlap | None:
    """A warning where the projects of a company claim more than its main meter fell (at equal output).

    `main_meter_change` is the company's own saving in the same unit; `tolerance` a part of it (provisional).
    """
    claimed = total(one.quantity for one in claims)
    ceiling = total([main_meter_change]) * (1 + total([tolerance]) * (1 if main_meter_change > 0 else 0))
    if claimed <= ceiling:
        return None
    text = msg(
        "The projects claim %(claimed)s together, but the company's main meter saved %(saved)s: some of it "
        "is counted twice, or lost elsewhere."
    )
    values = {"claimed": round_half_up(claimed, 6), "saved": main_meter_change}
    return Overlap("ceiling", Reason(text, values, "quantity"), tuple(claims))


def entered_twice(entries: Iterable[tuple[str, int, str]]) -> tuple[Reason, ...]:
    """Results entered more than once in a judging year, from (result, year, round).

    The same frozen record going up to a higher level is one entry: pass its first round only.
    """
    rounds: dict[tuple[str, int], list[str]] = {}
    for result, year, where in entries:
        rounds.setdefault((result, year), []).append(where)
    text = msg("%(result)s is entered %(count)s times in %(year)s: %(rounds)s.")
    return tuple(
        Reason(
            text, {"result": result, "count": len(where), "year": year, "rounds": ", ".join(where)}, "entry"
        )
        for (result, year), where in rounds.items()
        if len(where) > 1
    )


@dataclass(frozen=True)
class CostEffect:
    """A change of cost in yuan, split: only `by_quantity` is a saving, `by_price` is not."""

    by_quantity: Decimal
    by_price: Decimal


def cost_effect(
    baseline: Decimal, price_before: Decimal, reporting: Decimal, price_now: Decimal
) -> CostEffect:
    """Split a fall in cost: (Q_b - Q_r) x p_r is saved, (p_b - p_r) x Q_b is the price; together the whole.

    `baseline` is the baseline adjusted to the reporting period's output, so that less output is no saving.
    """
    saved = total([baseline - reporting]) * total([price_now])
    whole = total([baseline * price_before]) - total([reporting * price_now])
    by_quantity = round_half_up(saved, 2)
    return CostEffect(by_quantity, round_half_up(whole, 2) - by_quantity)


def net_of(saving: Decimal, side_effects: Iterable[tuple[str, Decimal]]) -> Decimal:
    """A saving less what it causes elsewhere (more chemicals, more sludge), each an amount above zero.

    ValueError for a negative side effect: a further saving is a claim of its own.
    """
    amounts = [amount for _, amount in side_effects]
    if any(amount < 0 for amount in amounts):
        raise ValueError("a side effect is an amount above zero")
    return saving - sum(amounts, Decimal(0))


def _sources(claim: Claimed) -> set[tuple[str, str, str, str]]:
    found = set()
    if claim.meter is not None:
        found.add((claim.company, claim.indicator, "meter", claim.meter))
    if claim.boundary is not None:
        found.add((claim.company, claim.indicator, "boundary", claim.boundary))
    return found


def _same_place(one: Claimed, two: Claimed) -> bool:
    """Same company, overlapping time, and not two boundaries that are stated and differ."""
    apart = one.boundary is not None and two.boundary is not None and one.boundary != two.boundary
    return one.company == two.company and one.period.overlaps(two.period) and not apart


def _on(group: Sequence[Claimed], day: date) -> list[Claimed]:
    return [one for one in group if one.period.starts_on <= day <= one.period.ends_on]


def _share(rows: Sequence[Claimed]) -> Decimal:
    return sum((one.share for one in rows), Decimal(0))


def _labels(rows: Sequence[Claimed]) -> str:
    return ", ".join(one.label for one in rows)
