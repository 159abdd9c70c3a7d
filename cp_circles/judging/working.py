"""From locked sheets to a standing and back to paper: the rule as arithmetic, and every figure it used.

What is stored beside each row (`working`) is enough to redo the row by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cp_circles.calc import standing as arithmetic
from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.promotion import AtCut, Candidate, Decision, promote
from cp_circles.judging.severity import TrackSeverity, track_severity
from cp_circles.rulesets.schema import RoundRule, Rubric
from cp_circles.rulesets.schema.rounds import CriterionMeanTie, StageMeanTie

NO_TRIM = 1_000_000
AT_CUT: dict[str, AtCut] = {"promote_all": "all_in", "deliberate": "tie_order", "none": "none_in"}


@dataclass(frozen=True)
class SheetFact:
    """One judge's sheet as the arithmetic sees it; `judge` is the number on the panel."""

    entry: int
    judge: int
    stage: str
    state: str
    points: Mapping[str, str]
    total: Decimal | None
    sha256: str | None


@dataclass(frozen=True)
class EntryFact:
    """One judged entry: its number, track and result; `carried` are stage means that came with it."""

    id: int
    number: int
    track: str
    carried: Mapping[str, Decimal]


@dataclass(frozen=True)
class RoundFacts:
    """All that a standing is computed from, in a fixed order."""

    rule_edition_id: int
    pass_mark: Decimal
    reserve_places: int
    quotas: Mapping[str, int]
    goes_up: bool
    entries: Sequence[EntryFact]
    sheets: Sequence[SheetFact]

    def canonical(self) -> dict[str, Any]:
        """The input as it is hashed."""
        return {
            "rule": self.rule_edition_id,
            "pass_mark": shown(self.pass_mark),
            "reserve": self.reserve_places,
            "quotas": dict(sorted(self.quotas.items())),
            "goes_up": self.goes_up,
            "entries": [
                [row.id, row.number, row.track, {key: shown(value) for key, value in row.carried.items()}]
                for row in self.entries
            ],
            "sheets": [
                [row.entry, row.judge, row.stage, row.state, dict(sorted(row.points.items())), row.sha256]
                for row in self.sheets
            ],
        }


@dataclass(frozen=True)
class ComputedRow:
    """One entry's place and decision, with its working (under `severity` the score corrected for judges)."""

    entry: int
    track: str
    place: int
    score: Decimal
    working: dict[str, Any]
    decision: str
    why: dict[str, Any]


@dataclass(frozen=True)
class ComputedTrack:
    """One track's rows, best first, and the severity of its judges (None where the rule wants none)."""

    key: str
    rows: list[ComputedRow]
    severity: TrackSeverity | None


@dataclass(frozen=True)
class _Placing:
    counted: arithmetic.RoundRule
    carried: Sequence[str]
    placed: Sequence[arithmetic.StandingRow]
    raw: Mapping[int, Decimal | None]
    severity: TrackSeverity | None


def arithmetic_rule(
    rule: RoundRule,
    track: str,
    rubrics: Mapping[str, Rubric],
    *,
    pass_mark: Decimal,
    carried: Sequence[str] = (),
) -> arithmetic.RoundRule:
    """The published rule as the arithmetic takes it, for one track.

    A stage named by the tie order that is not judged here but came with every entry (`carried`) has weight 0.
    """
    stages = [stage for stage in rule.stages if stage.rubric_for(track) is not None]
    weights: dict[str, Decimal] = {stage.key: Decimal(stage.weight.value) / 100 for stage in stages}
    weights |= {key: Decimal(0) for key in carried if key not in weights}
    trim = rule.trim
    return arithmetic.RoundRule(
        trim_min_n=int(trim.from_scores.value) if trim else NO_TRIM,
        trim_high=int(trim.high.value) if trim else 0,
        trim_low=int(trim.low.value) if trim else 0,
        decimals=int(rule.decimals.value),
        stage_weights=weights,
        scale_by_stage={stage.key: Decimal(stage.scale.value) for stage in stages},
        tie_order=tuple(tie_keys(rule, rubrics)),
        pass_mark=pass_mark,
    )


def tie_keys(rule: RoundRule, rubrics: Mapping[str, Rubric]) -> list[str]:
    """The rule's tie order in the words of the arithmetic, for the rubrics of one track."""
    keys = []
    for tie in rule.tie_order:
        if isinstance(tie, StageMeanTie):
            keys.append(f"stage:{tie.stage}")
        elif isinstance(tie, CriterionMeanTie):
            found = next(
                (
                    f"criterion:{stage}.{key}"
                    for key in tie.criteria
                    for stage, rubric in rubrics.items()
                    if rubric.criterion(key) is not None
                ),
                None,
            )
            keys += [found] if found else []
        else:
            keys.append("untrimmed_mean")
    return keys


def compute_rows(
    facts: RoundFacts, rule: RoundRule, rubrics: Mapping[str, Mapping[str, Rubric]]
) -> list[ComputedRow]:
    """Every row of the standing, track by track; `rubrics` is track -> stage -> rubric."""
    return [row for track in compute_tracks(facts, rule, rubrics) for row in track.rows]


def compute_tracks(
    facts: RoundFacts, rule: RoundRule, rubrics: Mapping[str, Mapping[str, Rubric]]
) -> list[ComputedTrack]:
    """The standing track by track; SeverityRefused where the rule's correction cannot be made."""
    return [_computed(facts, rule, track, rubrics[track]) for track in tracks_of(facts)]


def tracks_of(facts: RoundFacts) -> list[str]:
    """The tracks that have entries, in the order of the entries."""
    return list(dict.fromkeys(entry.track for entry in facts.entries))


def promoted_in(facts: RoundFacts, rule: RoundRule, track: str, rubrics: Mapping[str, Rubric]) -> set[int]:
    """The entries of a track that go up, without the working; for trying out what a sheet changes."""
    placing = _placing(facts, rule, track, rubrics, beside=False)
    decided = _decide(facts, rule, track, placing.placed)
    return {entry for entry, (outcome, _why) in decided.items() if outcome == "promoted"}


def _computed(facts: RoundFacts, rule: RoundRule, track: str, rubrics: Mapping[str, Rubric]) -> ComputedTrack:
    placing = _placing(facts, rule, track, rubrics, beside=rule.severity != "none")
    decisions = _decide(facts, rule, track, placing.placed)
    numbers = {entry.id: entry.number for entry in facts.entries}
    points = {(sheet.entry, sheet.stage, sheet.judge): dict(sheet.points) for sheet in facts.sheets}
    rows = []
    for row in placing.placed:
        working = working_of(row, placing.counted, points, numbers, placing.carried)
        if placing.severity is not None:
            working["severity"] = placing.severity.stored_of(row.entry)
        if rule.severity == "official":
            working["uncorrected"] = shown(placing.raw[row.entry])
        rows.append(
            ComputedRow(
                entry=row.entry,
                track=track,
                place=row.place or len(placing.placed) + 1,
                score=row.total if row.total is not None else Decimal(0),
                working=working,
                decision=decisions[row.entry][0],
                why=decisions[row.entry][1],
            )
        )
    return ComputedTrack(track, rows, placing.severity)


def _placing(
    facts: RoundFacts, rule: RoundRule, track: str, rubrics: Mapping[str, Rubric], *, beside: bool
) -> _Placing:
    """The places of a track, with the severity of its judges where it is wanted beside or official."""
    entries = [entry for entry in facts.entries if entry.track == track]
    wanted = [tie.stage for tie in rule.tie_order if isinstance(tie, StageMeanTie)]
    carried = [
        key for key in wanted if rule.stage(key) is None and all(key in row.carried for row in entries)
    ]
    counted = arithmetic_rule(rule, track, rubrics, pass_mark=facts.pass_mark, carried=carried)
    ids = [entry.id for entry in entries]
    known = set(ids)
    scores = [_score(sheet) for sheet in facts.sheets if sheet.entry in known]
    scores += [arithmetic.Score(entry.id, key, 0, entry.carried[key]) for entry in entries for key in carried]
    placed = arithmetic.standing(ids, scores, counted)
    raw = {row.entry: row.total for row in placed}
    official = rule.severity == "official"
    if not (beside or official):
        return _Placing(counted, carried, placed, raw, None)
    quota = facts.quotas.get(track, 0) if facts.goes_up else None
    severity = track_severity(track, placed, decimals=counted.decimals, quota=quota)
    if official:
        placed = arithmetic.standing(ids, scores, counted, severity.totals())
    return _Placing(counted, carried, placed, raw, severity)


def _score(sheet: SheetFact) -> arithmetic.Score:
    if sheet.state == "submitted":
        criteria = {key: Decimal(text) for key, text in sheet.points.items()}
        return arithmetic.Score(sheet.entry, sheet.stage, sheet.judge, sheet.total, "valid", criteria)
    state: arithmetic.ScoreState = "recused" if sheet.state == "recused" else "abstained"
    return arithmetic.Score(sheet.entry, sheet.stage, sheet.judge, None, state)


def _decide(
    facts: RoundFacts, rule: RoundRule, track: str, placed: Sequence[arithmetic.StandingRow]
) -> dict[int, tuple[str, dict[str, Any]]]:
    if not facts.goes_up:
        return {row.entry: ("placed", {"msgid": "", "values": {}}) for row in placed}
    decided = promote(
        [Candidate(row.entry, "unit", track, row.total, row.place) for row in placed],
        {("unit", track): facts.quotas.get(track, 0)},
        pass_mark=facts.pass_mark,
        at_cut=AT_CUT[rule.tie_at_cut],
        reserve=facts.reserve_places,
    )
    places = int(rule.decimals.value)
    return {entry: (decision.outcome, why_of(decision, places)) for entry, decision in decided.items()}


def why_of(decision: Decision, places: int) -> dict[str, Any]:
    """A decision's reason as stored text and values; points carry the rule's decimals."""

    def text(value: Any) -> str | None:
        return fixed(value, places) if isinstance(value, Decimal) else None if value is None else str(value)

    return {
        "msgid": decision.why.msgid,
        "values": {key: text(value) for key, value in decision.why.values.items()},
        "quota": decision.quota,
        "cut": text(decision.cut),
        "reserve": decision.reserve_number,
    }


def working_of(
    row: arithmetic.StandingRow,
    rule: arithmetic.RoundRule,
    points: Mapping[tuple[int, str, int], Mapping[str, str]],
    numbers: Mapping[int, int],
    carried: Sequence[str] = (),
) -> dict[str, Any]:
    """Every figure of one row as text, in the order in which it is used."""
    return {
        "decimals": rule.decimals,
        "trim": {"from": rule.trim_min_n, "high": rule.trim_high, "low": rule.trim_low},
        "tie_order": list(rule.tie_order),
        "stages": [
            _stage_working(row.entry, stage, rule, points)
            for stage in row.stages
            if stage.stage not in carried
        ],
        "carried": [
            {"stage": stage.stage, "mean": shown(stage.mean)}
            for stage in row.stages
            if stage.stage in carried
        ],
        "total": shown(row.total),
        "place": row.place,
        "passed": row.passed,
        "tied": [numbers[entry] for entry in row.tied_total],
        "shared": [numbers[entry] for entry in row.shared_with],
        "tie_steps": [{"key": step.key, "value": shown(step.value)} for step in row.tie_steps],
    }


def _stage_working(
    entry: int,
    stage: arithmetic.StageResult,
    rule: arithmetic.RoundRule,
    points: Mapping[tuple[int, str, int], Mapping[str, str]],
) -> dict[str, Any]:
    used = [score.scaled for score in stage.scores if score.used and score.scaled is not None]
    return {
        "stage": stage.stage,
        "weight": shown(stage.weight),
        "percent": shown(Decimal(stage.weight) * 100),
        "scale": shown(rule.scale_by_stage.get(stage.stage, Decimal(1))),
        "scores": [
            {
                "judge": score.judge,
                "criteria": dict(points.get((entry, stage.stage, score.judge), {})),
                "raw": shown(score.points),
                "scaled": shown(score.scaled),
                "state": score.state,
                "used": score.used,
                "dropped": score.dropped,
            }
            for score in stage.scores
        ],
        "valid_count": stage.valid_count,
        "used_count": stage.used_count,
        "sum": shown(sum(used, Decimal(0))),
        "mean": None if stage.mean is None else f"{stage.mean:f}",
        "untrimmed_mean": None if stage.untrimmed_mean is None else f"{stage.untrimmed_mean:f}",
        "weighted": shown(stage.weighted),
        "criterion_means": {key: f"{value:f}" for key, value in stage.criterion_means.items()},
    }


def shown(value: Decimal | None) -> str | None:
    """An exact number as it is printed: plain digits, no trailing zeros behind the point."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed(value: str | Decimal | None, places: int) -> str:
    """A stored figure with a fixed number of decimals, for columns that are read downwards."""
    return "" if value is None else f"{round_half_up(to_fraction(Decimal(value)), places):f}"
