"""Who goes up, one entry after the other: what `cp_circles.calc.promotion` is held to.

'all_in' takes all entries tied on points at the cut (the only rule that may exceed the quota), 'none_in'
takes none of them, 'tie_order' follows the places of the standing and takes none of those that still
share one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cp_circles.calc.promotion import AtCut, Outcome
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg


@dataclass(frozen=True)
class Candidate:
    """An entry of a standing; `total` and `place` are None where it was not scored."""

    entry: int
    unit: str | int
    track: str
    total: Decimal | None
    place: int | None


@dataclass(frozen=True)
class Decision:
    """What became of an entry; `place` is among its unit and track, `cut` the last total that went up."""

    entry: int
    outcome: Outcome
    why: Reason
    place: int | None
    quota: int
    cut: Decimal | None
    reserve_number: int | None = None


def promote(
    candidates: Sequence[Candidate],
    quotas: Mapping[tuple[str | int, str], int],
    *,
    pass_mark: Decimal | None = None,
    at_cut: AtCut = "tie_order",
    reserve: int = 0,
) -> dict[int, Decision]:
    """Decide every candidate; a unit and track without a quota sends nobody.

    The reserve holds the next `reserve` entries above the pass mark; those who share its last place are
    all listed.
    """
    groups: dict[tuple[str | int, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[candidate.unit, candidate.track].append(candidate)
    decisions: dict[int, Decision] = {}
    for key, group in groups.items():
        decisions |= _decide(group, quotas.get(key, 0), pass_mark, at_cut, reserve)
    return decisions


def _decide(
    group: Sequence[Candidate], quota: int, pass_mark: Decimal | None, at_cut: AtCut, reserve: int
) -> dict[int, Decision]:
    scored = sorted((c for c in group if c.place is not None), key=_place)
    able = [c for c in scored if pass_mark is None or (c.total is not None and c.total >= pass_mark)]
    up = _above_cut(able, quota, at_cut)
    chosen = {c.entry for c in up}
    rest = [c for c in able if c.entry not in chosen]
    listed = min(reserve, len(rest)) if quota > 0 else 0
    waiting = [c for c in rest if listed > 0 and _place(c) <= _place(rest[listed - 1])]
    places, numbers = _numbered(scored), _numbered(waiting)
    cut = min((c.total for c in up if c.total is not None), default=None)
    tied_out = {c.entry for c in rest if len(up) < quota and _tied(c, able[quota - 1], at_cut)}
    decisions = {}
    for c in group:
        place, number = places.get(c.entry), numbers.get(c.entry)
        outcome: Outcome = "promoted" if c.entry in chosen else "reserve" if number else "not_promoted"
        values = {
            "place": place,
            "quota": quota,
            "cut": cut,
            "total": c.total,
            "pass_mark": pass_mark,
            "number": number,
        }
        why = Reason(_why(c, outcome, values, c.entry in tied_out), values)
        decisions[c.entry] = Decision(c.entry, outcome, why, place, quota, cut, number)
    return decisions


def _place(candidate: Candidate) -> int:
    assert candidate.place is not None
    return candidate.place


def _numbered(scored: Sequence[Candidate]) -> dict[int, int]:
    places, first = {}, 1
    for n, candidate in enumerate(scored, start=1):
        if n == 1 or candidate.place != scored[n - 2].place:
            first = n
        places[candidate.entry] = first
    return places


def _above_cut(able: Sequence[Candidate], quota: int, at_cut: AtCut) -> list[Candidate]:
    if quota <= 0:
        return []
    if len(able) <= quota:
        return list(able)
    last, first_out = able[quota - 1], able[quota]
    if at_cut == "tie_order":
        if last.place != first_out.place:
            return list(able[:quota])
        return [c for c in able if _place(c) < _place(last)]
    if last.total != first_out.total:
        return list(able[:quota])
    cut = last.total
    if cut is None:
        return []
    if at_cut == "all_in":
        return [c for c in able if c.total is not None and c.total >= cut]
    return [c for c in able if c.total is not None and c.total > cut]


def _tied(candidate: Candidate, last: Candidate, at_cut: AtCut) -> bool:
    return candidate.place == last.place if at_cut == "tie_order" else candidate.total == last.total


def _why(candidate: Candidate, outcome: Outcome, values: Mapping[str, Any], tied_out: bool) -> str:
    if candidate.place is None:
        return msg("Without a total score there is no place in the standing.")
    if outcome == "promoted":
        return msg("Place %(place)s within a quota of %(quota)s, with %(total)s points.")
    if (
        values["pass_mark"] is not None
        and candidate.total is not None
        and candidate.total < values["pass_mark"]
    ):
        return msg("%(total)s points are below the pass mark of %(pass_mark)s.")
    if values["quota"] <= 0:
        return msg("No quota was given to this unit and track.")
    if outcome == "reserve":
        return msg(
            "Place %(place)s with %(total)s points, behind a quota of %(quota)s: reserve number %(number)s."
        )
    if tied_out:
        return msg(
            "Place %(place)s is tied across the quota of %(quota)s; by the published rule none goes up."
        )
    if values["cut"] is None:
        return msg("Place %(place)s with %(total)s points, behind a quota of %(quota)s.")
    return msg(
        "Place %(place)s with %(total)s points, behind a quota of %(quota)s; the last one in had %(cut)s."
    )
