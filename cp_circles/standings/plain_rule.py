"""The arithmetic of a round's rule as plain values, to make a standing anew without this program."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cp_circles.judging.figures import shown
from cp_circles.judging.models import Round
from cp_circles.rulesets.schema import RoundRule, Rubric
from cp_circles.standings.working import AT_CUT, arithmetic_rule


def plain_rule(round_: Round, rule: RoundRule, rubrics: Mapping[str, Mapping[str, Rubric]]) -> dict[str, Any]:
    """Trimming, weights, scales, tie order and the cut of each track; every number as text."""
    tracks = {}
    for track, by_stage in rubrics.items():
        counted = arithmetic_rule(rule, track, by_stage, pass_mark=round_.pass_mark)
        tracks[track] = {
            "trim_min_n": counted.trim_min_n,
            "trim_high": counted.trim_high,
            "trim_low": counted.trim_low,
            "decimals": counted.decimals,
            "stage_weights": _texts(counted.stage_weights),
            "scale_by_stage": _texts(counted.scale_by_stage),
            "tie_order": list(counted.tie_order),
        }
    at_cut = AT_CUT[rule.tie_at_cut]
    return {
        "edition": round_.rule_edition_id,
        "severity": rule.severity,
        "at_cut": at_cut,
        "tracks": tracks,
    }


def _texts(values: Mapping[str, Decimal]) -> dict[str, str | None]:
    return {key: shown(value) for key, value in values.items()}
