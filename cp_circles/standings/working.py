"""From locked sheets to a standing: the round's rule as arithmetic, track by track."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from cp_circles.calc import standing as arithmetic
from cp_circles.calc.promotion import OUTCOMES, UP, AtCut, Decisions, decide
from cp_circles.calc.standing import ABSENT, Numbers, Scores, decimals_of, whole
from cp_circles.db.base import POINTS
from cp_circles.judging.figures import shown
from cp_circles.rulesets.schema import RoundRule, Rubric
from cp_circles.rulesets.schema.rounds import CriterionMeanTie, StageMeanTie
from cp_circles.standings.facts import SUBMITTED, EntryFact, RoundFacts, Sheets, positions
from cp_circles.standings.lines import Written, why_text
from cp_circles.standings.severity import TrackSeverity, track_severity

NO_TRIM = 1_000_000
PORTION = 1_000
AT_CUT: dict[str, AtCut] = {"promote_all": "all_in", "deliberate": "tie_order", "none": "none_in"}


@dataclass(frozen=True)
class ComputedRow:
    """One entry's place and decision; `text` is its working as JSON, as it is stored."""

    entry: int
    track: str
    place: int
    score: Decimal
    text: str
    decision: str
    why: dict[str, Any]

    @property
    def working(self) -> dict[str, Any]:
        """The working (under `severity` the score corrected for the judges)."""
        found: dict[str, Any] = json.loads(self.text)
        return found


@dataclass(frozen=True)
class Placing:
    """The places of a track: its entries by position, their sheets, the standing, and it before severity."""

    track: str
    entries: Sequence[EntryFact]
    sheets: Sheets
    counted: arithmetic.RoundRule
    carried: Sequence[str]
    standing: arithmetic.Standing
    raw: arithmetic.Standing
    severity: TrackSeverity | None


@dataclass(frozen=True)
class ComputedTrack:
    """One track's standing and decisions; `decisions` is None where nobody goes up."""

    placing: Placing
    decisions: Decisions | None
    quota: int
    official: bool

    @property
    def key(self) -> str:
        """The track."""
        return self.placing.track

    @property
    def severity(self) -> TrackSeverity | None:
        """The severity of its judges, None where the rule wants none."""
        return self.placing.severity

    @property
    def promoted(self) -> set[int]:
        """The ids of the entries that go up."""
        if self.decisions is None:
            return set()
        chosen = np.flatnonzero(self.decisions.outcome == UP)
        return {self.placing.entries[n].id for n in chosen.tolist()}

    def rows(self, *, working: bool = True) -> Iterator[ComputedRow]:
        """The entries' lines, best first, made a portion at a time; without `working` that is left empty."""
        placing, found = self.placing, self.placing.standing
        written = Written(placing.sheets, placing.entries, found, placing.carried) if working else None
        decimals, last = placing.counted.decimals, len(placing.entries) + 1
        for start in range(0, len(found.order), PORTION):
            chosen = found.order[start : start + PORTION]
            texts = written.workings(chosen, self._beside(chosen)) if written else ["{}"] * len(chosen)
            for n, text in zip(chosen.tolist(), texts, strict=True):
                decision, why = self._decided(n)
                total = int(found.total[n])
                yield ComputedRow(
                    entry=placing.entries[n].id,
                    track=placing.track,
                    place=int(found.place[n]) or last,
                    score=Decimal(0) if total == ABSENT else Decimal(total).scaleb(-decimals),
                    text=text,
                    decision=decision,
                    why=why,
                )

    def _beside(self, chosen: Numbers) -> list[dict[str, Any]]:
        """What is kept of severity beside the working of some entries."""
        placing, decimals = self.placing, self.placing.counted.decimals
        kept: list[dict[str, Any]] = []
        for n in chosen.tolist():
            more: dict[str, Any] = {}
            if placing.severity is not None:
                more["severity"] = placing.severity.stored_of(placing.entries[n].id)
            if self.official:
                raw = int(placing.raw.total[n])
                more["uncorrected"] = shown(Decimal(raw).scaleb(-decimals)) if raw != ABSENT else None
            kept.append(more)
        return kept

    def _decided(self, n: int) -> tuple[str, dict[str, Any]]:
        if self.decisions is None:
            return "placed", {"msgid": "", "values": {}}
        total = int(self.placing.standing.total[n])
        return OUTCOMES[self.decisions.outcome[n]], why_text(
            self.decisions, n, total, self.placing.counted, self.quota
        )


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
    """Every row without its working, track by track; `rubrics` is track -> stage -> rubric."""
    return [row for track in compute_tracks(facts, rule, rubrics) for row in track.rows(working=False)]


def compute_tracks(
    facts: RoundFacts, rule: RoundRule, rubrics: Mapping[str, Mapping[str, Rubric]]
) -> list[ComputedTrack]:
    """The standing track by track; SeverityRefused where the rule's correction cannot be made."""
    return [
        _computed(facts, rule, track, rubrics[track], beside=rule.severity != "none")
        for track in tracks_of(facts)
    ]


def tracks_of(facts: RoundFacts) -> list[str]:
    """The tracks that have entries, in the order of the entries."""
    return list(dict.fromkeys(entry.track for entry in facts.entries))


def promoted_in(facts: RoundFacts, rule: RoundRule, track: str, rubrics: Mapping[str, Rubric]) -> set[int]:
    """The entries of a track that go up, without the working; for trying out what a sheet changes."""
    return _computed(facts, rule, track, rubrics, beside=False).promoted


def _computed(
    facts: RoundFacts, rule: RoundRule, track: str, rubrics: Mapping[str, Rubric], *, beside: bool
) -> ComputedTrack:
    placing = placing_of(facts, rule, track, rubrics, beside=beside)
    quota = facts.quotas.get(track, 0)
    decisions = None
    if facts.goes_up:
        decisions = decide(
            placing.standing.total,
            placing.standing.place,
            quota=quota,
            passed=placing.standing.passed,
            at_cut=AT_CUT[rule.tie_at_cut],
            reserve=facts.reserve_places,
        )
    return ComputedTrack(placing, decisions, quota, rule.severity == "official")


def placing_of(
    facts: RoundFacts, rule: RoundRule, track: str, rubrics: Mapping[str, Rubric], *, beside: bool
) -> Placing:
    """The places of a track, with the severity of its judges where it is wanted beside or official."""
    entries = [entry for entry in facts.entries if entry.track == track]
    wanted = [tie.stage for tie in rule.tie_order if isinstance(tie, StageMeanTie)]
    carried = [
        key for key in wanted if rule.stage(key) is None and all(key in row.carried for row in entries)
    ]
    counted = arithmetic_rule(rule, track, rubrics, pass_mark=facts.pass_mark, carried=carried)
    sheets = facts.sheets.where(np.isin(facts.sheets.entry, np.array([entry.id for entry in entries])))
    scores = scores_of(entries, sheets, list(counted.stage_weights), carried)
    raw = placed = arithmetic.standing(scores, counted)
    official, severity = rule.severity == "official", None
    if beside or official:
        quota = facts.quotas.get(track, 0) if facts.goes_up else None
        severity = track_severity(track, [entry.id for entry in entries], raw, quota=quota)
    if official and severity is not None:
        corrected = severity.totals()
        totals = [
            whole(corrected[entry.id], counted.decimals) if entry.id in corrected else ABSENT
            for entry in entries
        ]
        placed = arithmetic.standing(scores, counted, np.array(totals, dtype=np.int64))
    return Placing(track, entries, sheets, counted, carried, placed, raw, severity)


def scores_of(
    entries: Sequence[EntryFact], sheets: Sheets, stages: Sequence[str], carried: Sequence[str]
) -> Scores:
    """The valid scores of a track, with the means that came up from below as scores of nobody.

    The `source` of a score is its row among the sheets; those of carried means lie behind them.
    """
    here = np.array([stages.index(name) if name in stages else -1 for name in sheets.stages], dtype=np.int64)
    stage = here[sheets.stage] if len(here) else np.zeros(0, dtype=np.int64)
    rows = np.flatnonzero(sheets.is_in(SUBMITTED) & (sheets.total != ABSENT) & (stage >= 0))
    means = [(n, stages.index(key), entry.carried[key]) for n, entry in enumerate(entries) for key in carried]
    values, places = sheets.values
    most = max(POINTS, places, decimals_of([mean for _n, _stage, mean in means]))
    values = np.where(values == ABSENT, ABSENT, values * 10 ** (most - places))

    def column(of_sheets: Numbers, of_means: Sequence[int]) -> Numbers:
        return np.concatenate([of_sheets.astype(np.int64), np.array(of_means, dtype=np.int64)])

    made = Scores.of(
        column(positions(entries, sheets.entry[rows]), [n for n, _stage, _mean in means]),
        column(stage[rows], [number for _n, number, _mean in means]),
        column(sheets.judge[rows], [0] * len(means)),
        column(sheets.total[rows] * 10 ** (most - POINTS), [whole(mean, most) for _n, _stage, mean in means]),
        entries=len(entries),
        places=most,
        criteria={
            key: column(values[sheets.points[rows, number]], [ABSENT] * len(means))
            for number, key in enumerate(sheets.criteria)
        },
    )
    behind = np.concatenate([rows, len(sheets) + np.arange(len(means))]).astype(np.int64)
    return made.drawn_from(behind)
