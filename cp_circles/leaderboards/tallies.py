"""Metrics that count circles and their work, not savings: score, results, participation, result rate."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from cp_circles.rulesets.schema.base import Names
from cp_circles.rulesets.schema.figures import Display, Metric, MetricDisplay

SCORE, RESULTS, PARTICIPATION, RESULT_RATE = "score", "results", "participation", "result_rate"
GROUP: Literal["activity"] = "activity"


def _metric(key: str, names: tuple[str, str], units: tuple[str, str], decimals: int) -> Metric:
    one = Decimal(1)
    return Metric(
        key=key,
        names=Names(zh=names[0], en=names[1]),
        base_unit=units[1],
        decimals=decimals,
        display=MetricDisplay(
            zh=Display(unit=units[0], divisor=one, decimals=decimals),
            en=Display(unit=units[1], divisor=one, decimals=decimals),
        ),
        group=GROUP,
    )


TALLIES = (
    _metric(SCORE, ("评审得分", "Score"), ("分", "points"), 2),
    _metric(RESULTS, ("成果数", "Number of results"), ("项", "results"), 0),
    _metric(PARTICIPATION, ("普及率", "Participation rate"), ("%", "%"), 1),
    _metric(RESULT_RATE, ("成果率", "Result rate"), ("%", "%"), 1),
)
RATES = frozenset({PARTICIPATION, RESULT_RATE})
PLACES = frozenset({"region", "company", "industry", "park"})
RANKED: dict[str, frozenset[str]] = {
    SCORE: frozenset({"region", "company", "circle", "project"}),
    RESULTS: PLACES | {"circle"},
    PARTICIPATION: PLACES,
    RESULT_RATE: PLACES,
}


def tally(key: str | None) -> Metric | None:
    """The tally of that key, or None."""
    return next((metric for metric in TALLIES if metric.key == key), None)


def is_tally(metric: Metric) -> bool:
    """True for a metric that counts work, not savings."""
    return metric.group == GROUP


def ranked_by(metric: Metric, offered: Sequence[str]) -> list[str]:
    """What can be ranked by the metric, of what a scope offers."""
    return [by for by in offered if not is_tally(metric) or by in RANKED[metric.key]]
