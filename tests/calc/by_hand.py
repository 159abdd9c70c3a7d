"""The standing of a round, one entry after the other: what `cp_circles.calc.standing` is held to.

Every printed figure is the figure used: a score is scaled and rounded, a stage mean is rounded, and only
then weighted, so that the sheet can be redone by hand. Who abstained, was recused or did not score never
counts as zero; an entry without a mean in some weighted stage has neither total nor place and stands
last.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from cp_circles.calc.exact import mean, round_half_up, to_fraction, total
from cp_circles.calc.standing import RoundRule

ScoreState = Literal["valid", "abstained", "recused", "missing"]


@dataclass(frozen=True)
class Score:
    """One judge's sheet total for one entry in one stage; `points` is None unless `state` is valid."""

    entry: int
    stage: str
    judge: int
    points: Decimal | None
    state: ScoreState = "valid"
    criteria: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class CountedScore:
    """A score as printed: raw points, scaled points, whether it was used, and dropped as "high" or "low"."""

    judge: int
    points: Decimal | None
    scaled: Decimal | None
    state: ScoreState
    used: bool
    dropped: str = ""


@dataclass(frozen=True)
class StageResult:
    """One stage of one entry; `mean` is None without a valid score, `weighted` is mean x weight."""

    stage: str
    weight: Decimal
    scores: tuple[CountedScore, ...]
    valid_count: int
    used_count: int
    mean: Decimal | None
    untrimmed_mean: Decimal | None
    weighted: Decimal | None
    criterion_means: Mapping[str, Decimal]


@dataclass(frozen=True)
class TieStep:
    """One key of the tie order that set an entry apart from equals, with its value."""

    key: str
    value: Decimal | None


@dataclass(frozen=True)
class StandingRow:
    """One entry's line; `tied_total`: others with the same total, `shared_with`: others on the same place."""

    entry: int
    total: Decimal | None
    place: int | None
    stages: tuple[StageResult, ...]
    tied_total: tuple[int, ...] = ()
    shared_with: tuple[int, ...] = ()
    tie_steps: tuple[TieStep, ...] = ()
    passed: bool = False

    @property
    def valid_count(self) -> int:
        """Valid scores over all stages."""
        return sum(stage.valid_count for stage in self.stages)

    @property
    def used_count(self) -> int:
        """Scores that entered a mean, over all stages."""
        return sum(stage.used_count for stage in self.stages)


def trimmed(values: Sequence[Decimal], rule: RoundRule) -> tuple[frozenset[int], frozenset[int]]:
    """The positions dropped as highest and as lowest; of equal values the later position counts as higher."""
    if len(values) < rule.trim_min_n or len(values) <= rule.trim_high + rule.trim_low:
        return frozenset(), frozenset()
    order = sorted(range(len(values)), key=lambda n: (values[n], n))
    return frozenset(order[len(order) - rule.trim_high :]), frozenset(order[: rule.trim_low])


def stage_result(stage: str, scores: Sequence[Score], rule: RoundRule) -> StageResult:
    """Scale, trim and average the scores of one entry in one stage; judges are ordered by their number."""
    scores = sorted(scores, key=lambda score: score.judge)
    scale, weight = rule.scale_by_stage.get(stage, Decimal(1)), rule.stage_weights.get(stage, Decimal(1))
    scaled = [_scaled(score, scale, rule.decimals) for score in scores]
    valid = [(n, value) for n, value in enumerate(scaled) if value is not None]
    high, low = trimmed([value for _, value in valid], rule)
    dropped = {valid[n][0]: "high" for n in high} | {valid[n][0]: "low" for n in low}
    used = [(n, value) for n, value in valid if n not in dropped]
    average = mean([value for _, value in used], rule.decimals)
    return StageResult(
        stage=stage,
        weight=weight,
        scores=tuple(
            CountedScore(
                s.judge, s.points, v, s.state, v is not None and n not in dropped, dropped.get(n, "")
            )
            for n, (s, v) in enumerate(zip(scores, scaled, strict=True))
        ),
        valid_count=len(valid),
        used_count=len(used),
        mean=average,
        untrimmed_mean=mean([value for _, value in valid], rule.decimals),
        weighted=None if average is None else average * weight,
        criterion_means=_criterion_means([scores[n] for n, _ in used], rule.decimals),
    )


def _scaled(score: Score, scale: Decimal, decimals: int) -> Decimal | None:
    if score.state != "valid" or score.points is None:
        return None
    return (
        score.points
        if scale == 1
        else round_half_up(to_fraction(score.points) * to_fraction(scale), decimals)
    )


def _criterion_means(used: Sequence[Score], decimals: int) -> dict[str, Decimal]:
    values: dict[str, list[Decimal]] = defaultdict(list)
    for score in used:
        for key, points in score.criteria.items():
            values[key].append(points)
    return {key: average for key, points in values.items() if (average := mean(points, decimals)) is not None}


def standing(
    entries: Sequence[int],
    scores: Iterable[Score],
    rule: RoundRule,
    totals: Mapping[int, Decimal] | None = None,
) -> tuple[StandingRow, ...]:
    """The rows of all entries, best first; unplaced ones last, in the order given.

    `totals` takes the place of the weighted means, where the rule corrects them for the judges' severity.
    """
    by_entry: dict[int, dict[str, list[Score]]] = {entry: defaultdict(list) for entry in entries}
    stages = dict.fromkeys(rule.stage_weights)
    for score in scores:
        by_entry[score.entry][score.stage].append(score)
        if not rule.stage_weights:
            stages.setdefault(score.stage)
    rows = [
        _row(entry, [stage_result(s, by_entry[entry][s], rule) for s in stages], rule) for entry in entries
    ]
    if totals is not None:
        rows = [_with_total(row, totals.get(row.entry), rule) for row in rows]
    return tuple(_placed(rows, rule))


def _row(entry: int, stages: Sequence[StageResult], rule: RoundRule) -> StandingRow:
    weighted = [stage.weighted for stage in stages]
    if not weighted or None in weighted:
        return StandingRow(entry, None, None, tuple(stages))
    points = round_half_up(total(value for value in weighted if value is not None), rule.decimals)
    passed = rule.pass_mark is None or points >= rule.pass_mark
    return StandingRow(entry, points, None, tuple(stages), passed=passed)


def _with_total(row: StandingRow, points: Decimal | None, rule: RoundRule) -> StandingRow:
    passed = points is not None and (rule.pass_mark is None or points >= rule.pass_mark)
    return replace(row, total=points, passed=passed)


def tie_value(row: StandingRow, key: str) -> Decimal | None:
    """A row's value under one key of the tie order; None where it has none."""
    kind, _, name = key.partition(":")
    if kind == "untrimmed_mean":
        values = [None if s.untrimmed_mean is None else s.untrimmed_mean * s.weight for s in row.stages]
    elif kind == "stage":
        values = [s.mean for s in row.stages if s.stage == name]
    elif kind == "criterion":
        stage, _, criterion = name.rpartition(".")
        values = [
            s.criterion_means[criterion]
            for s in row.stages
            if criterion in s.criterion_means and stage in ("", s.stage)
        ]
    else:
        raise ValueError(f"unknown key in the tie order: {key}")
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(values) else None


def _placed(rows: Sequence[StandingRow], rule: RoundRule) -> list[StandingRow]:
    keys = {row.entry: _sort_key(row, rule) for row in rows if row.total is not None}
    ranked = sorted(
        (row for row in rows if row.total is not None), key=lambda row: keys[row.entry], reverse=True
    )
    same_total, same_key = defaultdict(list), defaultdict(list)
    for row in ranked:
        same_total[row.total].append(row.entry)
        same_key[keys[row.entry]].append(row.entry)
    placed, place = [], 0
    for n, row in enumerate(ranked, start=1):
        if n == 1 or keys[row.entry] != keys[ranked[n - 2].entry]:
            place = n
        tied = tuple(entry for entry in same_total[row.total] if entry != row.entry)
        placed.append(
            StandingRow(
                entry=row.entry,
                total=row.total,
                place=place,
                stages=row.stages,
                tied_total=tied,
                shared_with=tuple(entry for entry in same_key[keys[row.entry]] if entry != row.entry),
                tie_steps=_tie_steps(row, tied, keys, rule),
                passed=row.passed,
            )
        )
    return placed + [row for row in rows if row.total is None]


def _sort_key(row: StandingRow, rule: RoundRule) -> tuple[tuple[bool, Decimal], ...]:
    values = [row.total, *(tie_value(row, key) for key in rule.tie_order)]
    return tuple((value is not None, value if value is not None else Decimal(0)) for value in values)


def _tie_steps(
    row: StandingRow,
    tied: Sequence[int],
    keys: Mapping[int, tuple[tuple[bool, Decimal], ...]],
    rule: RoundRule,
) -> tuple[TieStep, ...]:
    steps, rivals = [], list(tied)
    for n, key in enumerate(rule.tie_order, start=1):
        mine = keys[row.entry][n]
        equal = [entry for entry in rivals if keys[entry][n] == mine]
        if len(equal) < len(rivals):
            steps.append(TieStep(key, mine[1] if mine[0] else None))
        rivals = equal
    return tuple(steps)
