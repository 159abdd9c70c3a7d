"""Who goes up: a quota for each unit and track, a pass mark, and a published rule for ties at the cut.

'all_in' takes all entries tied on points at the cut (the only rule that may exceed the quota), 'none_in'
takes none of them, 'tie_order' follows the places of the standing and takes none of those that still
share one. All entries of a unit and track are decided at once, as columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cp_circles.calc.standing import ABSENT, Flags, Numbers
from cp_circles.errors import msg

AtCut = Literal["all_in", "none_in", "tie_order"]
Outcome = Literal["promoted", "reserve", "not_promoted"]
OUTCOMES: tuple[Outcome, ...] = ("promoted", "reserve", "not_promoted")
UP, WAITING, OUT = range(3)

WHYS = (
    msg("Without a total score there is no place in the standing."),
    msg("Place %(place)s within a quota of %(quota)s, with %(total)s points."),
    msg("%(total)s points are below the pass mark of %(pass_mark)s."),
    msg("No quota was given to this unit and track."),
    msg("Place %(place)s with %(total)s points, behind a quota of %(quota)s: reserve number %(number)s."),
    msg("Place %(place)s is tied across the quota of %(quota)s; by the published rule none goes up."),
    msg("Place %(place)s with %(total)s points, behind a quota of %(quota)s."),
    msg("Place %(place)s with %(total)s points, behind a quota of %(quota)s; the last one in had %(cut)s."),
)


@dataclass(frozen=True)
class Decisions:
    """What became of the entries of one unit and track, by position.

    `outcome` is a position in OUTCOMES, `why` one in WHYS; `place` is among the unit and track, `reserve` the
    number on the reserve, 0 where there is none; `cut` is the last total that went up, ABSENT if none did.
    """

    outcome: NDArray[np.int8]
    why: NDArray[np.int8]
    place: Numbers
    reserve: Numbers
    cut: int


def decide(
    total: Numbers,
    place: Numbers,
    *,
    quota: int,
    passed: Flags,
    at_cut: AtCut = "tie_order",
    reserve: int = 0,
) -> Decisions:
    """Decide every entry of one unit and track from its total (ABSENT for none) and place (0 for none).

    `passed` says who reached the pass mark. The reserve holds the next `reserve` entries; those who share its
    last place are all listed.
    """
    ranked = np.argsort(place, kind="stable")
    ranked = ranked[place[ranked] > 0]
    able = ranked[passed[ranked]]
    up = _above_cut(total, place, able, quota, at_cut)
    rest = able[~up[able]]
    waiting = rest[:0]
    if quota > 0 and min(reserve, len(rest)) > 0:
        waiting = rest[place[rest] <= place[rest[min(reserve, len(rest)) - 1]]]
    outcome = np.full(len(total), OUT, dtype=np.int8)
    outcome[up], outcome[waiting] = UP, WAITING
    numbers = _numbered(place, waiting)
    why = np.full(len(total), 6 if not up.any() else 7, dtype=np.int8)
    if int(up.sum()) < quota and len(rest):
        by = place if at_cut == "tie_order" else total
        why[rest[by[rest] == by[able[quota - 1]]]] = 5
    why[waiting] = 4
    if quota <= 0:
        why[:] = 3
    why[(total != ABSENT) & ~passed] = 2
    why[up], why[place == 0] = 1, 0
    cut = int(total[up].min()) if up.any() else ABSENT
    return Decisions(outcome, why, _numbered(place, ranked), numbers, cut)


def _above_cut(total: Numbers, place: Numbers, able: Numbers, quota: int, at_cut: AtCut) -> Flags:
    """Who goes up, of those able to in the order of their places."""
    up = np.zeros(len(total), dtype=bool)
    if quota <= 0:
        return up
    if len(able) <= quota:
        up[able] = True
        return up
    last, first_out = able[quota - 1], able[quota]
    by = place if at_cut == "tie_order" else total
    if by[last] != by[first_out]:
        up[able[:quota]] = True
    elif at_cut == "tie_order":
        up[able] = place[able] < place[last]
    elif at_cut == "all_in":
        up[able] = total[able] >= total[last]
    else:
        up[able] = total[able] > total[last]
    return up


def _numbered(place: Numbers, ranked: Numbers) -> Numbers:
    """The places among some entries in the order of their places, by position; 0 for the others."""
    answer = np.zeros(len(place), dtype=np.int64)
    answer[ranked] = np.searchsorted(place[ranked], place[ranked]) + 1
    return answer


@dataclass(frozen=True)
class Claimant:
    """A unit that could use more places: entries it judged, places it holds, how many more it could fill."""

    unit: str
    entries: int
    held: int
    room: int


def hand_on(places: int, claimants: Sequence[Claimant]) -> dict[str, int]:
    """Give returned places out one by one, each to the unit with the most entries for the places it holds.

    The highest average entries / (held + 1) comes first (D'Hondt's method), of equal ones the unit that holds
    less and then the one named first; nobody gets more than it can fill, what nobody can fill is not given.
    """
    given = dict.fromkeys((one.unit for one in claimants), 0)
    for _place_given in range(places):
        open_ = [one for one in claimants if given[one.unit] < one.room]
        if not open_:
            break
        best = max(
            open_,
            key=lambda one: (
                Fraction(one.entries, one.held + given[one.unit] + 1),
                -(one.held + given[one.unit]),
                -claimants.index(one),
            ),
        )
        given[best.unit] += 1
    return {unit: count for unit, count in given.items() if count}
