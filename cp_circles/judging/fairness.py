"""How fair a round was, in figures that a standing keeps: one part for each track.

Judges appear by their number on the panel, entries by id. Figures are text with fixed decimals, so that the
same scores give the same text and one hash covers all of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cp_circles.calc.panels import (
    Agreement,
    Effect,
    Given,
    Habits,
    agreement,
    habits,
    home_effect,
    order_effect,
)
from cp_circles.judging.levels import levels_of
from cp_circles.judging.severity import SeverityRefused, StageFit, TrackSeverity
from cp_circles.judging.working import ComputedTrack, RoundFacts, SheetFact, promoted_in
from cp_circles.rulesets.schema import RoundRule, Rubric

SURE = 1.6448536269514722
MOST_TRIED = 100_000
Rubrics = Mapping[str, Mapping[str, Rubric]]


@dataclass(frozen=True)
class Circumstance:
    """Of one sheet: its place in the order of the judge's sheets, and whether the entry is from home."""

    position: int
    home: bool | None


Circumstances = Mapping[tuple[int, int, str], Circumstance]


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
    ids = {row.entry for row in track.rows}
    sheets = [sheet for sheet in facts.sheets if sheet.entry in ids and sheet.state == "submitted"]
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
                float(stage.scale.value),
                [sheet for sheet in sheets if sheet.stage == stage.key],
                fits.get(stage.key),
                circumstances,
                rubrics[track.key].get(stage.key),
            )
            for stage in stages
        ],
        "without": _without_each(facts, rule, rubrics, track, sheets),
    }


def _stage(
    key: str,
    scale: float,
    sheets: Sequence[SheetFact],
    fitted: StageFit | None,
    circumstances: Circumstances,
    rubric: Rubric | None,
) -> dict[str, Any]:
    given = [_given(sheet, scale, circumstances) for sheet in sheets if sheet.total is not None]
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
        "levels": None if fitted is None or rubric is None else levels_of(rubric, sheets),
    }


def _given(sheet: SheetFact, scale: float, circumstances: Circumstances) -> Given:
    known = circumstances.get((sheet.entry, sheet.judge, sheet.stage), Circumstance(0, None))
    criteria = {key: float(text) for key, text in sheet.points.items()}
    return Given(
        sheet.entry, sheet.judge, float(sheet.total or 0) * scale, criteria, known.position, known.home
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
    sheets: Sequence[SheetFact],
) -> list[dict[str, Any]] | None:
    """Who would go up if one judge's sheets were not there, for each judge; None where it is not asked.

    It is not asked where nobody goes up, and where it would take more than MOST_TRIED sheets to try.
    """
    judges = sorted({sheet.judge for sheet in sheets})
    if not facts.goes_up or len(judges) * len(sheets) > MOST_TRIED:
        return None
    up = {row.entry for row in track.rows if row.decision == "promoted"}
    ids = {row.entry for row in track.rows}
    entries = [entry for entry in facts.entries if entry.id in ids]
    answer = []
    for judge in judges:
        rest = [sheet for sheet in facts.sheets if sheet.entry in ids and sheet.judge != judge]
        tried = replace(facts, entries=entries, sheets=rest)
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
