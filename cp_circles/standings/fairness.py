"""How fair a round was, in figures that a standing keeps: one part for each track.

Judges appear by their number on the panel, entries by id. Figures are text with fixed decimals, so that the
same scores give the same text and one hash covers all of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cp_circles.calc.panels import (
    UNKNOWN,
    Agreement,
    Effect,
    Given,
    Habits,
    agreement,
    habits,
    home_effect,
    order_effect,
)
from cp_circles.calc.standing import ABSENT, Flags, Numbers
from cp_circles.db.base import POINTS
from cp_circles.rulesets.schema import RoundRule, Rubric
from cp_circles.standings.facts import SUBMITTED, RoundFacts, Sheets
from cp_circles.standings.levels import levels_of
from cp_circles.standings.severity import SeverityRefused, StageFit, TrackSeverity
from cp_circles.standings.working import ComputedTrack, promoted_in

SURE = 1.6448536269514722
MOST_TRIED = 100_000
Rubrics = Mapping[str, Mapping[str, Rubric]]


@dataclass(frozen=True)
class Circumstances:
    """Of each sheet: its place in the order of the judge's sheets, and whether the entry is from home.

    Both are columns beside those of the sheets, the place from 1 (0 where it is not known), home 1, 0 or
    UNKNOWN.
    """

    position: Numbers
    home: NDArray[np.int8]

    @classmethod
    def none_known(cls, sheets: Sheets) -> "Circumstances":
        """Of sheets of which nothing is known."""
        return cls(np.zeros(len(sheets), dtype=np.int64), np.full(len(sheets), UNKNOWN, dtype=np.int8))


def fairness_of(
    facts: RoundFacts,
    rule: RoundRule,
    rubrics: Rubrics,
    tracks: Sequence[ComputedTrack],
    circumstances: Circumstances,
) -> dict[str, Any]:
    """The figures of a round; empty where the rule wants none."""
    if rule.severity == "none":
        return {}
    return {
        "rule": rule.severity,
        "tracks": [_track(facts, rule, rubrics, track, circumstances) for track in tracks],
    }


def _track(
    facts: RoundFacts,
    rule: RoundRule,
    rubrics: Rubrics,
    track: ComputedTrack,
    circumstances: Circumstances,
) -> dict[str, Any]:
    ids = [entry.id for entry in track.placing.entries]
    of_track = np.isin(facts.sheets.entry, np.array(ids)) & facts.sheets.is_in(SUBMITTED)
    severity = track.severity or TrackSeverity(track.key)
    fits = {one.stage: one for one in severity.stages}
    stages = [stage for stage in rule.stages if stage.rubric_for(track.key) is not None]
    return {
        "track": track.key,
        "entries": len(ids),
        "refusal": None
        if severity.refusal is None
        else {"msgid": severity.refusal.msgid, "values": dict(severity.refusal.values)},
        "groups": [{"judges": list(g.judges), "entries": list(g.entries)} for g in severity.groups],
        "stages": [
            _stage(
                stage.key,
                _given(facts.sheets, of_track, stage.key, float(stage.scale.value), circumstances),
                fits.get(stage.key),
                _levels(facts.sheets, of_track, stage.key, rubrics[track.key].get(stage.key))
                if stage.key in fits
                else None,
            )
            for stage in stages
        ],
        "without": _without_each(facts, rule, rubrics, track, of_track),
    }


def _levels(sheets: Sheets, of_track: Flags, stage: str, rubric: Rubric | None) -> dict[str, Any] | None:
    """What the levels of the rubric tell in one stage of a track."""
    return None if rubric is None else levels_of(rubric, sheets.where(of_track & sheets.is_of(stage)))


def _stage(key: str, given: Given, fitted: StageFit | None, levels: dict[str, Any] | None) -> dict[str, Any]:
    effects = {} if fitted is None else _effects(fitted)
    variances = None
    if fitted is not None:
        found = fitted.fitted
        variances = (found.entry_variance, found.judge_variance, found.noise_variance)
    return {
        "stage": key,
        "scores": len(given),
        "deviations": None if variances is None else [_text(value**0.5) for value in variances],
        "judges": [_habits(one) | effects.get(one.judge, {}) for one in habits(given)],
        "agreement": _agreement(agreement(given, variances)),
        "home": _effect(home_effect(given)),
        "order": _effect(order_effect(given), 3),
        "levels": levels,
    }


def _given(sheets: Sheets, of_track: Flags, stage: str, scale: float, circumstances: Circumstances) -> Given:
    """The scores of one stage of a track, in points of its scale."""
    chosen = of_track & sheets.is_of(stage) & (sheets.total != ABSENT)
    values, places = sheets.values
    points = np.where(values == ABSENT, np.nan, values / 10.0**places)
    codes = sheets.points[chosen]
    return Given(
        sheets.entry[chosen],
        sheets.judge[chosen],
        sheets.total[chosen] / 10.0**POINTS * scale,
        {key: points[codes[:, number]] for number, key in enumerate(sheets.criteria)},
        circumstances.position[chosen],
        circumstances.home[chosen],
    )


def _effects(fitted: StageFit) -> dict[int, dict[str, Any]]:
    """judge -> how much more than an average judge they give, with standard error and 90 % interval."""
    found = fitted.fitted
    return {
        judge: {
            "effect": _text(float(effect)),
            "se": _text(float(se)),
            "low": _text(float(effect - SURE * se)),
            "high": _text(float(effect + SURE * se)),
        }
        for judge, effect, se in zip(fitted.judges, found.judge, found.judge_se, strict=True)
    }


def _habits(one: Habits) -> dict[str, Any]:
    return {
        "judge": one.judge,
        "count": one.count,
        "mean": _text(one.mean),
        "spread": _text(one.spread),
        "ratio": _text(one.ratio),
        "within": _text(one.within),
        "across": _text(one.across),
    }


def _agreement(found: Agreement) -> dict[str, Any]:
    return {
        "complete": found.complete,
        "judges": _text(found.judges, 1),
        "single": _text(found.single),
        "low": _text(found.low),
        "high": _text(found.high),
        "mean": _text(found.mean),
        "alpha": _text(found.alpha),
        "concordance": _text(found.concordance),
        "concordance_p": _text(found.concordance_p, 3),
    }


def _effect(found: Effect | None, places: int = 2) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "estimate": _text(found.estimate, places),
        "low": _text(found.low, places),
        "high": _text(found.high, places),
        "p": _text(found.p, 3),
        "count": found.count,
    }


def _without_each(
    facts: RoundFacts,
    rule: RoundRule,
    rubrics: Rubrics,
    track: ComputedTrack,
    of_track: Flags,
) -> list[dict[str, Any]] | None:
    """Who would go up if one judge's sheets were not there, for each judge; None where it is not asked.

    It is not asked where nobody goes up, and where it would take more than MOST_TRIED sheets to try.
    """
    judges = np.unique(facts.sheets.judge[of_track]).tolist()
    if not facts.goes_up or len(judges) * int(of_track.sum()) > MOST_TRIED:
        return None
    up, placing = track.promoted, track.placing
    answer = []
    for judge in judges:
        rest = placing.sheets.where(placing.sheets.judge != judge)
        tried = replace(facts, entries=placing.entries, sheets=rest)
        try:
            now = promoted_in(tried, rule, track.key, rubrics[track.key])
        except SeverityRefused:
            answer.append({"judge": judge, "in": [], "out": [], "untold": True})
            continue
        answer.append({"judge": judge, "in": sorted(now - up), "out": sorted(up - now), "untold": False})
    return answer


def _text(value: float | None, places: int = 2) -> str | None:
    """A figure as it is kept and printed; never a negative zero."""
    if value is None:
        return None
    text = f"{value:.{places}f}"
    return text.removeprefix("-") if float(text) == 0.0 else text
