"""Ranking by weighted sum: the audit focus, and options when many remain (权重总和计分排序法).

Score = sum of R x W with R from 1 to 10 and one weight W per factor; the highest total comes first. Source:
handbook of cleaner-production audits, confidence B.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg

LOWEST, HIGHEST = Decimal(1), Decimal(10)


@dataclass(frozen=True)
class Ranked:
    """One candidate with the product R x W of each factor, total and place (equal totals share one)."""

    name: str
    products: Mapping[str, Decimal]
    total: Decimal
    place: int
    share_percent: Decimal


def ranking_reasons(
    scores: Mapping[str, Mapping[str, Decimal]], weights: Mapping[str, Decimal]
) -> tuple[Reason, ...]:
    """What keeps candidates from being ranked: fewer than two, a weight, a score missing or out of range."""
    reasons = []
    if len(scores) < 2:
        text = msg("A ranking needs two candidates or more; there are %(count)s.")
        reasons.append(Reason(text, {"count": len(scores)}, "candidates"))
    if not weights:
        reasons.append(Reason(msg("A ranking needs one factor with a weight or more."), {}, "weights"))
    for factor, weight in weights.items():
        if weight <= 0:
            text = msg("The weight of %(factor)s is %(weight)s; it must be above zero.")
            reasons.append(Reason(text, {"factor": factor, "weight": weight}, "weights"))
    for name, given in scores.items():
        for factor in weights:
            score = given.get(factor)
            if score is None:
                text = msg("%(name)s has no score for %(factor)s.")
                reasons.append(Reason(text, {"name": name, "factor": factor}, "scores"))
            elif not LOWEST <= score <= HIGHEST:
                text = msg(
                    "%(name)s has the score %(score)s for %(factor)s; scores go from %(least)s to %(most)s."
                )
                values = {"name": name, "factor": factor, "score": score, "least": LOWEST, "most": HIGHEST}
                reasons.append(Reason(text, values, "scores"))
    return tuple(reasons)


def totals_of(
    ratings: Iterable[Sequence[Decimal]], weights: Sequence[Decimal]
) -> tuple[tuple[Decimal, ...], tuple[int, ...]]:
    """Sum of rating x weight of each candidate, and its place: 1 and how many have more, so ties share one.

    ValueError for a candidate with more or fewer ratings than weights.
    """
    totals = tuple(
        sum((weight * rating for weight, rating in zip(weights, row, strict=True)), Decimal(0))
        for row in ratings
    )
    return totals, tuple(1 + sum(other > total for other in totals) for total in totals)


def weighted_ranking(
    scores: Mapping[str, Mapping[str, Decimal]], weights: Mapping[str, Decimal]
) -> tuple[Ranked, ...]:
    """The candidates by total, highest first, equal totals on one place (1, 2, 2, 4), in their given order.

    `share_percent` is the total in percent of the best possible. ValueError on what `ranking_reasons` names.
    """
    if ranking_reasons(scores, weights):
        raise ValueError("these candidates cannot be ranked")
    best = sum(weights.values(), Decimal(0)) * HIGHEST
    products = {
        name: {f: given[f] * weight for f, weight in weights.items()} for name, given in scores.items()
    }
    rows = ([given[factor] for factor in weights] for given in scores.values())
    sums, ranks = totals_of(rows, list(weights.values()))
    totals, places = dict(zip(scores, sums, strict=True)), dict(zip(scores, ranks, strict=True))
    return tuple(
        Ranked(
            name=name,
            products=products[name],
            total=totals[name],
            place=places[name],
            share_percent=round_half_up(to_fraction(totals[name]) * 100 / to_fraction(best), 1),
        )
        for name in sorted(totals, key=lambda name: -totals[name])
    )


def steadiness(
    scores: Mapping[str, Mapping[str, Decimal]], weights: Mapping[str, Decimal]
) -> tuple[str, ...]:
    """The factors whose weight, one step (1) more or less, would put another candidate first."""
    first = [one.name for one in weighted_ranking(scores, weights) if one.place == 1]
    moved = []
    for factor, weight in weights.items():
        for other in (weight + 1, weight - 1):
            if other <= 0:
                continue
            again = weighted_ranking(scores, {**weights, factor: other})
            if [one.name for one in again if one.place == 1] != first and factor not in moved:
                moved.append(factor)
    return tuple(moved)


def by_aspect(
    rows: Iterable[tuple[str, Decimal]], aspects: Sequence[str]
) -> tuple[tuple[str, int, Decimal], ...]:
    """Count and amount (loss of causes, saving of options) of every aspect, the largest first.

    ValueError for an aspect that is not among `aspects`.
    """
    found = {aspect: (0, Decimal(0)) for aspect in aspects}
    for aspect, amount in rows:
        if aspect not in found:
            raise ValueError(f"unknown aspect {aspect}")
        count, whole = found[aspect]
        found[aspect] = count + 1, whole + amount
    order = sorted(aspects, key=lambda one: (-found[one][1], -found[one][0]))
    return tuple((aspect, *found[aspect]) for aspect in order)


def aspects_without(
    rows: Iterable[str], aspects: Sequence[str], none_found: Iterable[str] = ()
) -> tuple[str, ...]:
    """The aspects that no row covers and that nobody marked as having none."""
    covered = {*rows, *none_found}
    return tuple(aspect for aspect in aspects if aspect not in covered)
