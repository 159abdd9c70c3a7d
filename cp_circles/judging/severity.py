"""The severity of a track's judges: a fit for each stage, corrected totals, and how sure the places are.

Where the scores cannot tell severity from quality there is no fit, and a sentence says why. Figures are
rounded once, here; what is stored and printed is the rounded figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from cp_circles.calc.reasons import Reason
from cp_circles.calc.severity.connected import Group, groups
from cp_circles.calc.severity.crossed import CrossedFit, Ratings, fit
from cp_circles.calc.severity.places import Part, Places, places
from cp_circles.calc.standing import StandingRow
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
    stage: str
    weight: float
    rows: tuple[tuple[int, int, float], ...]


def track_severity(
    track: str, placed: Sequence[StandingRow], *, decimals: int, quota: int | None
) -> TrackSeverity:
    """Fit every weighted stage of a track's rows; `quota` is None where nobody goes up."""
    stages = _scores(placed)
    for stage in stages:
        refusal, parted = _refusal(stage, len(placed))
        if refusal is not None:
            return TrackSeverity(track, refusal, parted)
    if not stages:
        return TrackSeverity(track, Reason(TOO_FEW, {}))
    fits = tuple(_fit(stage, [row.entry for row in placed]) for stage in stages)
    return TrackSeverity(track, None, (), fits, _entries(placed, fits, decimals, quota))


def _scores(placed: Sequence[StandingRow]) -> list[_StageScores]:
    """The scaled valid scores of each stage that has weight."""
    names = dict.fromkeys((stage.stage, float(stage.weight)) for row in placed for stage in row.stages)
    return [
        _StageScores(
            name,
            weight,
            tuple(
                (row.entry, score.judge, float(score.scaled))
                for row in placed
                for stage in row.stages
                if stage.stage == name
                for score in stage.scores
                if score.scaled is not None
            ),
        )
        for name, weight in names
        if weight > 0.0
    ]


def _refusal(stage: _StageScores, entries: int) -> tuple[Reason | None, tuple[Group, ...]]:
    """Why a stage cannot be fitted, or None."""
    judges = {judge for _entry, judge, _points in stage.rows}
    scored = {entry for entry, _judge, _points in stage.rows}
    if len(judges) == 1:
        return Reason(ONE_JUDGE, {}), ()
    if len(scored) < entries:
        return Reason(NO_SCORE, {}), ()
    if entries < FEWEST_ENTRIES or len(stage.rows) < entries + len(judges) - 1 + FEWEST_SPARE:
        return Reason(TOO_FEW, {}), ()
    if len({points for _entry, _judge, points in stage.rows}) == 1:
        return Reason(ALL_EQUAL, {}), ()
    parted = groups((judge, entry) for entry, judge, _points in stage.rows)
    if len(parted) > 1:
        named = "; ".join(", ".join(str(judge) for judge in group.judges) for group in parted)
        return Reason(PARTED, {"groups": named}), parted
    return None, ()


def _fit(stage: _StageScores, entries: Sequence[int]) -> StageFit:
    judges = sorted({judge for _entry, judge, _points in stage.rows})
    place = {entry: n for n, entry in enumerate(entries)}
    seat = {judge: n for n, judge in enumerate(judges)}
    ratings = Ratings.of(
        [place[entry] for entry, _judge, _points in stage.rows],
        [seat[judge] for _entry, judge, _points in stage.rows],
        [points for _entry, _judge, points in stage.rows],
        entries=len(entries),
        judges=len(judges),
    )
    return StageFit(stage.stage, stage.weight, tuple(entries), tuple(judges), ratings, fit(ratings))


def _entries(
    placed: Sequence[StandingRow], fits: Sequence[StageFit], decimals: int, quota: int | None
) -> dict[int, EntrySeverity]:
    corrected = sum(one.weight * (one.fitted.means[0] + one.fitted.entry) for one in fits)
    error = np.sqrt(sum((one.weight * one.fitted.entry_se) ** 2 for one in fits))
    sure = _places(fits, len(placed), quota)
    step = Decimal(1).scaleb(-decimals)
    return {
        row.entry: EntrySeverity(
            corrected=Decimal(repr(float(corrected[n]))).quantize(step),
            se=Decimal(repr(float(error[n]))).quantize(Decimal("0.01")),
            low=sure.low[n],
            high=sure.high[n],
            chance=None
            if sure.chance[n] is None
            else Decimal(repr(sure.chance[n])).quantize(Decimal("0.01")),
            undecided=sure.undecided(n),
        )
        for n, row in enumerate(placed)
    }


def _places(fits: Sequence[StageFit], entries: int, quota: int | None) -> Places:
    """Places within the track, from fewer draws where it is very large."""
    draws = int(np.clip(DRAWN // max(1, entries), FEWEST_DRAWS, MOST_DRAWS))
    parts = [Part(one.ratings, one.fitted, one.weight) for one in fits]
    return places(parts, [list(range(entries))], {} if quota is None else {0: quota}, draws=draws)
