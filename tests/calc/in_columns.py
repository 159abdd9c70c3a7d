"""A standing computed as columns, given back as the rows that are computed by hand."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from cp_circles.calc import standing as columns
from cp_circles.calc.standing import ABSENT, RoundRule
from tests.calc.by_hand import CountedScore, Score, StageResult, StandingRow, TieStep

DROPPED = ("", "high", "low")


def decimal(value: Any, places: int) -> Decimal | None:
    """A whole number of 10**-places as a Decimal."""
    return None if value == ABSENT else Decimal(int(value)).scaleb(-places)


def standing(
    entries: Sequence[int],
    scores: Iterable[Score],
    rule: RoundRule,
    totals: Mapping[int, Decimal] | None = None,
) -> tuple[StandingRow, ...]:
    """The rows of all entries, best first; without weights every stage seen counts once."""
    scores = sorted(scores, key=lambda score: score.judge)
    if not rule.stage_weights:
        rule = with_stages(rule, dict.fromkeys(score.stage for score in scores))
    scores = [score for score in scores if score.stage in rule.stage_weights]
    valid, found = placed(entries, scores, rule, totals)
    return tuple(_row(int(n), entries, scores, valid, found) for n in found.order)


def placed(
    entries: Sequence[int],
    scores: Sequence[Score],
    rule: RoundRule,
    totals: Mapping[int, Decimal] | None = None,
) -> tuple[list[Score], columns.Standing]:
    """The valid ones of scores in stages of the rule, and the standing as columns."""
    stages, place = list(rule.stage_weights), {entry: n for n, entry in enumerate(entries)}
    valid = [score for score in scores if score.points is not None and score.state == "valid"]
    known = [
        *(score.points for score in valid if score.points is not None),
        *(value for score in valid for value in score.criteria.values()),
    ]
    places = columns.decimals_of(known)
    keys = dict.fromkeys(key for score in valid for key in score.criteria)
    made = columns.Scores.of(
        columns.numbers([place[score.entry] for score in valid]),
        columns.numbers([stages.index(score.stage) for score in valid]),
        columns.numbers([score.judge for score in valid]),
        columns.numbers([columns.whole(score.points or Decimal(0), places) for score in valid]),
        entries=len(entries),
        places=places,
        criteria={
            key: columns.numbers(
                [columns.whole(s.criteria[key], places) if key in s.criteria else ABSENT for s in valid]
            )
            for key in keys
        },
    )
    given = None
    if totals is not None:
        given = columns.numbers(
            [columns.whole(totals[entry], rule.decimals) if entry in totals else ABSENT for entry in entries]
        )
    return valid, columns.standing(made, rule, given)


def with_stages(rule: RoundRule, stages: Iterable[str]) -> RoundRule:
    """The rule with every stage counted once."""
    return RoundRule(**vars(rule) | {"stage_weights": dict.fromkeys(stages, Decimal(1))})


def _row(
    n: int,
    entries: Sequence[int],
    scores: Sequence[Score],
    valid: Sequence[Score],
    found: columns.Standing,
) -> StandingRow:
    total = decimal(found.total[n], found.rule.decimals)
    stages = tuple(_stage(n, entries[n], number, scores, valid, found) for number in range(len(found.stages)))
    if total is None:
        return StandingRow(entries[n], None, None, stages)
    ranked = [entries[one] for one in found.order]
    return StandingRow(
        entry=entries[n],
        total=total,
        place=int(found.place[n]),
        stages=stages,
        tied_total=_others(entries[n], ranked, found.equal[n]),
        shared_with=_others(entries[n], ranked, found.shared[n]),
        tie_steps=tuple(
            TieStep(tie.key, decimal(tie.value[n], tie.places)) for tie in found.ties if tie.told[n]
        ),
        passed=bool(found.passed[n]),
    )


def _others(entry: int, ranked: Sequence[int], run: columns.Numbers) -> tuple[int, ...]:
    return tuple(one for one in ranked[run[0] : run[1]] if one != entry)


def _stage(
    n: int,
    entry: int,
    number: int,
    scores: Sequence[Score],
    valid: Sequence[Score],
    found: columns.Standing,
) -> StageResult:
    part, decimals = found.stages[number], found.rule.decimals
    where = {id(valid[int(source)]): position for position, source in enumerate(found.scores.source)}
    counted = []
    for score in scores:
        if (score.entry, score.stage) != (entry, part.stage):
            continue
        position = where.get(id(score))
        dropped = "" if position is None else DROPPED[found.dropped[position]]
        scaled = None if position is None else decimal(found.scaled[position], found.unit)
        used = position is not None and not dropped
        counted.append(CountedScore(score.judge, score.points, scaled, score.state, used, dropped))
    mean = decimal(part.mean[n], decimals)
    return StageResult(
        stage=part.stage,
        weight=part.weight,
        scores=tuple(counted),
        valid_count=int(part.valid[n]),
        used_count=int(part.used[n]),
        mean=mean,
        untrimmed_mean=decimal(part.untrimmed[n], decimals),
        weighted=None if mean is None else mean * part.weight,
        criterion_means={
            key: value
            for key, column in part.criteria.items()
            if (value := decimal(column[n], decimals)) is not None
        },
    )
