"""The severity of a track's judges: a fit for each stage, corrected totals, and how sure the places are.

Where the scores cannot tell severity from quality there is no fit, and a sentence says why. Figures are
rounded once, here; what is stored and printed is the rounded figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cp_circles.calc.exact import round_half_up
from cp_circles.calc.reasons import Reason
from cp_circles.calc.severity.connected import Group, groups_of
from cp_circles.calc.severity.crossed import CrossedFit, Ratings, fit
from cp_circles.calc.severity.places import Part, Places, places
from cp_circles.calc.standing import Numbers, Standing
from cp_circles.errors import DomainError, msg

FEWEST_ENTRIES = 3
FEWEST_SPARE = 3
MOST_DRAWS, FEWEST_DRAWS, DRAWN = 2_000, 200, 4_000_000

ONE_JUDGE = msg("One judge alone scored in this track; whether they are strict cannot be told.")
TOO_FEW = msg("There are too few scores in this track to tell strict judges from weak entries.")
ALL_EQUAL = msg("All scores of this track are equal; there is nothing to correct.")
PARTED = msg(
    "The panels of this track share no entry, so that their judges cannot be compared. Groups of judges:"
    " %(groups)s. Let some entries be scored by every panel."
)
NO_SCORE = msg("An entry of this track has no valid score in some stage.")


class SeverityRefused(DomainError):
    """The round's rule makes corrected scores official, and the scores do not allow the correction."""

    msgid = PARTED


@dataclass(frozen=True)
class StageFit:
    """One stage of one track: its weight, the entries and judges by position, and the fit."""

    stage: str
    weight: float
    entries: tuple[int, ...]
    judges: tuple[int, ...]
    ratings: Ratings
    fitted: CrossedFit


@dataclass(frozen=True)
class EntrySeverity:
    """One entry: corrected score and standard error in points, places with 90 %, chance above the cut."""

    corrected: Decimal
    se: Decimal
    low: int
    high: int
    chance: Decimal | None
    undecided: bool

    def stored(self) -> dict[str, Any]:
        """The figures as text."""
        return {
            "corrected": f"{self.corrected:f}",
            "se": f"{self.se:f}",
            "low": self.low,
            "high": self.high,
            "chance": None if self.chance is None else f"{self.chance:f}",
            "undecided": self.undecided,
        }


@dataclass(frozen=True)
class TrackSeverity:
    """One track: its fits and entries, or the reason why there is none (with the groups of parted judges)."""

    track: str
    refusal: Reason | None = None
    groups: tuple[Group, ...] = ()
    stages: tuple[StageFit, ...] = ()
    entries: dict[int, EntrySeverity] = field(default_factory=dict)

    def totals(self) -> dict[int, Decimal]:
        """The corrected total of each entry; SeverityRefused where there is none."""
        if self.refusal is not None:
            raise SeverityRefused(self.refusal.msgid, **self.refusal.values)
        return {entry: found.corrected for entry, found in self.entries.items()}

    def stored_of(self, entry: int) -> dict[str, Any]:
        """What a standing keeps beside an entry's row."""
        return self.entries[entry].stored() if entry in self.entries else {}


@dataclass(frozen=True)
class _StageScores:
    """The scaled valid scores of a stage by place: the entry's place in the standing, the judge, points."""

    stage: str
    weight: float
    entry: Numbers
    judge: Numbers
    points: NDArray[np.float64]


def track_severity(
    track: str, entry_ids: Sequence[int], found: Standing, *, quota: int | None
) -> TrackSeverity:
    """Fit every weighted stage of a track's standing; `quota` is None where nobody goes up."""
    stages = _scores(found)
    ids = [entry_ids[n] for n in found.order.tolist()]
    for stage in stages:
        refusal, parted = _refusal(stage, ids)
        if refusal is not None:
            return TrackSeverity(track, refusal, parted)
    if not stages:
        return TrackSeverity(track, Reason(TOO_FEW, {}))
    fits = tuple(_fit(stage, ids) for stage in stages)
    return TrackSeverity(track, None, (), fits, _entries(ids, fits, found.rule.decimals, quota))


def _scores(found: Standing) -> list[_StageScores]:
    """The scaled valid scores of each stage that has weight, in the order of the standing."""
    scores, rank = found.scores, np.argsort(found.order, kind="stable").astype(np.int64)
    answer = []
    for number, part in enumerate(found.stages):
        if part.weight <= 0:
            continue
        rows = np.flatnonzero(scores.stage == number)
        rows = rows[np.argsort(rank[scores.entry[rows]], kind="stable")]
        points = found.scaled[rows] / 10.0**found.unit
        entry, judge = rank[scores.entry[rows]], scores.judge[rows]
        answer.append(_StageScores(part.stage, float(part.weight), entry, judge, points))
    return answer


def _refusal(stage: _StageScores, ids: Sequence[int]) -> tuple[Reason | None, tuple[Group, ...]]:
    """Why a stage cannot be fitted, or None."""
    judges, entries = len(np.unique(stage.judge)), len(ids)
    if judges == 1:
        return Reason(ONE_JUDGE, {}), ()
    if len(np.unique(stage.entry)) < entries:
        return Reason(NO_SCORE, {}), ()
    if entries < FEWEST_ENTRIES or len(stage.points) < entries + judges - 1 + FEWEST_SPARE:
        return Reason(TOO_FEW, {}), ()
    if (stage.points == stage.points[0]).all():
        return Reason(ALL_EQUAL, {}), ()
    parted = groups_of(stage.judge, np.array(ids, dtype=np.int64)[stage.entry])
    if len(parted) > 1:
        named = "; ".join(", ".join(str(judge) for judge in group.judges) for group in parted)
        return Reason(PARTED, {"groups": named}), parted
    return None, ()


def _fit(stage: _StageScores, ids: Sequence[int]) -> StageFit:
    judges, seat = np.unique(stage.judge, return_inverse=True)
    ratings = Ratings(
        stage.entry,
        seat.astype(np.int64),
        np.zeros(len(stage.entry), dtype=np.int64),
        stage.points,
        len(ids),
        len(judges),
    )
    return StageFit(stage.stage, stage.weight, tuple(ids), tuple(judges.tolist()), ratings, fit(ratings))


def _entries(
    ids: Sequence[int], fits: Sequence[StageFit], decimals: int, quota: int | None
) -> dict[int, EntrySeverity]:
    corrected = sum(one.weight * (one.fitted.means[0] + one.fitted.entry) for one in fits)
    error = np.sqrt(sum((one.weight * one.fitted.entry_se) ** 2 for one in fits))
    sure = _places(fits, len(ids), quota)
    return {
        entry: EntrySeverity(
            corrected=_rounded(corrected[n], decimals),
            se=_rounded(error[n], 2),
            low=sure.low[n],
            high=sure.high[n],
            chance=None if (chance := sure.chance[n]) is None else _rounded(chance, 2),
            undecided=sure.undecided(n),
        )
        for n, entry in enumerate(ids)
    }


def _rounded(figure: float, places: int) -> Decimal:
    """A figure as it is kept: read as it prints, then rounded half up."""
    return round_half_up(Decimal(repr(float(figure))), places)


def _places(fits: Sequence[StageFit], entries: int, quota: int | None) -> Places:
    """Places within the track, from fewer draws where it is very large."""
    draws = int(np.clip(DRAWN // max(1, entries), FEWEST_DRAWS, MOST_DRAWS))
    parts = [Part(one.ratings, one.fitted, one.weight) for one in fits]
    return places(parts, [list(range(entries))], {} if quota is None else {0: quota}, draws=draws)
