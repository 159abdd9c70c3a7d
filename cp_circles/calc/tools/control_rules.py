"""Control-chart constants and the four Western Electric rules.

Constants: ASTM Manual on Presentation of Data and Control Chart Analysis, table 6 (n = 2 to 10). Rules:
Western Electric, Statistical Quality Control Handbook (1956), p. 25-27.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cp_circles.errors import msg


@dataclass(frozen=True)
class Constants:
    """Factors of one subgroup size."""

    d2: float
    a2: float
    d3: float
    d4: float
    e2: float


CONSTANTS = {
    2: Constants(1.128, 1.880, 0, 3.267, 2.660),
    3: Constants(1.693, 1.023, 0, 2.574, 1.772),
    4: Constants(2.059, 0.729, 0, 2.282, 1.457),
    5: Constants(2.326, 0.577, 0, 2.114, 1.290),
    6: Constants(2.534, 0.483, 0, 2.004, 1.184),
    7: Constants(2.704, 0.419, 0.076, 1.924, 1.109),
    8: Constants(2.847, 0.373, 0.136, 1.864, 1.054),
    9: Constants(2.970, 0.337, 0.184, 1.816, 1.010),
    10: Constants(3.078, 0.308, 0.223, 1.777, 0.975),
}


@dataclass(frozen=True)
class Rule:
    """`least` of `window` points in a row beyond `sigmas` on one side of the centre line."""

    number: int
    least: int
    window: int
    sigmas: float
    text: str


RULES = (
    Rule(1, 1, 1, 3, msg("%(chart)s, rule 1: point %(points)s lies outside the control limits.")),
    Rule(
        2,
        2,
        3,
        2,
        msg("%(chart)s, rule 2: two of three points in a row lie beyond 2 sigma (points %(points)s)."),
    ),
    Rule(
        3,
        4,
        5,
        1,
        msg("%(chart)s, rule 3: four of five points in a row lie beyond 1 sigma (points %(points)s)."),
    ),
    Rule(
        4,
        8,
        8,
        0,
        msg(
            "%(chart)s, rule 4: eight points in a row lie on one side of the centre line (points %(points)s)."
        ),
    ),
)


@dataclass(frozen=True)
class Signal:
    """A rule that was met: the points (counted from 0) and the side, 1 above and -1 below."""

    rule: Rule
    points: tuple[int, ...]
    side: int


def signals(distances: Sequence[float | None], rules: Sequence[Rule] = RULES) -> tuple[Signal, ...]:
    """Every signal in distances from the centre line in sigmas; None breaks a run.

    Windows of one rule and side that overlap are one signal with all their points beyond the line.
    """
    found: list[Signal] = []
    for rule in rules:
        for side in (1, -1):
            found += _met(distances, rule, side)
    return tuple(sorted(found, key=lambda signal: (signal.rule.number, signal.points)))


def _met(distances: Sequence[float | None], rule: Rule, side: int) -> list[Signal]:
    def beyond(distance: float | None) -> bool:
        return distance is not None and distance * side > rule.sigmas + 1e-9

    groups: list[list[int]] = []
    for end in range(rule.window, len(distances) + 1):
        window = range(end - rule.window, end)
        points = [at for at in window if beyond(distances[at])]
        if len(points) < rule.least or any(distances[at] is None for at in window):
            continue
        if groups and rule.window > 1 and points[0] <= groups[-1][-1]:
            groups[-1] = sorted({*groups[-1], *points})
        else:
            groups.append(points)
    return [Signal(rule, tuple(group), side) for group in groups]


def listed(points: Sequence[int], labels: Sequence[str]) -> str:
    """The points of a signal as a reader counts them, with their labels where these differ."""
    words = []
    for at in points:
        label = labels[at] if at < len(labels) else ""
        words.append(f"{at + 1} ({label})" if label and label != str(at + 1) else str(at + 1))
    return "、".join(words)
