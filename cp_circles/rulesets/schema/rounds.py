"""Round rules, ladders and award schemes: how scores are combined, who goes where, and what is given."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cp_circles.errors import msg
from cp_circles.rulesets.schema.base import (
    Fault,
    Key,
    Names,
    Pack,
    Provenance,
    Rated,
    Strict,
    refuse_repeated,
)
from cp_circles.rulesets.schema.rewards import SpecialAward
from cp_circles.rulesets.schema.rubric import Stage

Right = Literal[
    "submit_entry",
    "withdraw_entry",
    "review_entry",
    "declare_conflict",
    "assign",
    "score",
    "present",
    "see_own_panel_scores",
    "deliberate",
    "object",
    "award",
]
LevelKey = Literal["company", "county", "city", "province", "nation"]


class TrackRubric(Strict):
    """The rubric (by pack key) that one track is scored with."""

    track: Key
    rubric: Key


class StageRule(Strict):
    """One stage of judging: sheet total x `scale`, averaged over judges, then x `weight` percent."""

    key: Stage
    names: Names
    blind: bool
    weight: Rated
    scale: Rated
    min_judges: Rated
    max_judges: Rated
    talk_minutes: Rated | None = None
    question_minutes: Rated | None = None
    rubrics: tuple[TrackRubric, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _tracks_are_distinct(self) -> Self:
        refuse_repeated(row.track for row in self.rubrics)
        if self.min_judges.value > self.max_judges.value:
            raise Fault(msg("min_judges is above max_judges; correct one of them."))
        return self

    def rubric_for(self, track: str) -> str | None:
        """The pack key of the rubric for a track, or None."""
        return next((row.rubric for row in self.rubrics if row.track == track), None)


class Trim(Strict):
    """How many highest and lowest valid scores are dropped when at least `from_scores` are valid."""

    high: Rated
    low: Rated
    from_scores: Rated

    @model_validator(mode="after")
    def _something_stays(self) -> Self:
        if self.high.value + self.low.value >= self.from_scores.value:
            raise Fault(msg("Trimming leaves no score; raise from_scores."))
        return self


class Disagreement(Strict):
    """From which spread of the totals, in percent of the sheet's maximum, an entry is looked at again.

    From `deliberate_from` on it goes to deliberation, from `third_reader_from` on another judge reads it.
    """

    deliberate_from: Rated
    third_reader_from: Rated

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.deliberate_from.value > self.third_reader_from.value:
            raise Fault(msg("deliberate_from is above third_reader_from; correct one of them."))
        return self


class StageMeanTie(Strict):
    """Ties are broken by the mean of a stage (of this round, or of the sheet that came with the entry)."""

    by: Literal["stage_mean"]
    stage: Stage


class CriterionMeanTie(Strict):
    """Ties are broken by the mean of the first of these criteria that the entry's rubric has."""

    by: Literal["criterion_mean"]
    criteria: tuple[Key, ...] = Field(min_length=1)


class UntrimmedMeanTie(Strict):
    """Ties are broken by the mean over all valid scores, without trimming."""

    by: Literal["untrimmed_mean"]


Tie = Annotated[StageMeanTie | CriterionMeanTie | UntrimmedMeanTie, Field(discriminator="by")]


class Ground(Strict):
    """A ground of recusal; an automatic one is found from the records, others are declared."""

    key: Key
    names: Names
    automatic: bool
    source: str
    confidence: Literal["A", "A2", "A*", "B", "C", "S"]


class RoundPhase(Strict):
    """A phase of a round, its usual length and the rights that are open while it is active."""

    key: Key
    names: Names
    days: Rated
    rights: tuple[Right, ...] = ()


class FormalCheck(Strict):
    """One point of the formal review; `found` names the record that answers it, where one can.

    A point that `decides` must not be answered with no when the entry is accepted.
    """

    key: Key
    names: Names
    found: (
        Literal["frozen", "recent", "registered", "signed", "evidence", "people", "blind", "scored_below"]
        | None
    ) = None
    decides: bool = True
    source: str
    confidence: Literal["A", "A2", "A*", "B", "C", "S"]


class RoundRule(Pack):
    """The published rule of a round; every number in it carries its source."""

    kind: Literal["round_rule"]
    levels: tuple[LevelKey, ...] = Field(min_length=1)
    stages: tuple[StageRule, ...] = Field(min_length=1)
    total: Rated
    trim: Trim | None = None
    decimals: Rated
    rounding: Literal["half_up"]
    tie_order: tuple[Tie, ...] = ()
    tie_order_from: Provenance
    tie_at_cut: Literal["promote_all", "deliberate", "none"]
    pass_mark: Rated
    reserve_count: Rated
    publicity_days: Rated
    decision_days: Rated
    disagreement: Disagreement | None = None
    severity: Literal["none", "beside", "official"] = "beside"
    recusal_grounds: tuple[Ground, ...] = Field(min_length=1)
    formal_checks: tuple[FormalCheck, ...] = ()
    phases: tuple[RoundPhase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        refuse_repeated(check.key for check in self.formal_checks)
        refuse_repeated(stage.key for stage in self.stages)
        refuse_repeated(phase.key for phase in self.phases)
        refuse_repeated(ground.key for ground in self.recusal_grounds)
        given = {right for phase in self.phases for right in phase.rights}
        missing = {"submit_entry", "review_entry", "declare_conflict", "score", "object", "award"} - given
        if missing:
            raise Fault(
                msg("No phase opens %(rights)s; add the right to a phase."), rights=", ".join(sorted(missing))
            )
        if self.pass_mark.value > self.total.value:
            raise Fault(msg("The pass mark is above the total; correct one of them."))
        foreign = [tie.stage for tie in self.tie_order if isinstance(tie, StageMeanTie)]
        foreign = [stage for stage in foreign if self.stage(stage) is None]
        if foreign and "company" in self.levels:
            raise Fault(
                msg("No round is below a company's: add the stage %(stage)s, or take it out of tie_order."),
                stage=foreign[0],
            )
        return self

    def stage(self, key: str) -> StageRule | None:
        """The stage with this key, or None."""
        return next((stage for stage in self.stages if stage.key == key), None)

    @property
    def tracks(self) -> tuple[str, ...]:
        """The keys of the tracks that the rule judges, in the order in which its stages name them."""
        return tuple(dict.fromkeys(row.track for stage in self.stages for row in stage.rubrics))

    def phase(self, key: str) -> RoundPhase | None:
        """The phase with this key, or None."""
        return next((phase for phase in self.phases if phase.key == key), None)


class LadderLevel(Strict):
    """A level at which rounds are held, and what holds them: a company or a region of this level."""

    key: LevelKey
    names: Names
    number: int = Field(ge=1)
    held_by: Literal["company", "region"]


class RouteStep(Strict):
    """A level on a route; `held_in` names the region level whose unit organises it there."""

    level: LevelKey
    held_in: Literal["company", "county", "city", "province", "nation"]
    optional: bool = False


class Route(Strict):
    """The way upward for companies in one kind of place."""

    place: Literal["ordinary", "municipality", "direct_county", "city_without_counties"]
    names: Names
    steps: tuple[RouteStep, ...] = Field(min_length=2)


class Ladder(Pack):
    """The levels from company to nation and the route for each kind of place.

    `ban_seasons` is for how many seasons after a falsified result its circle usually may not enter.
    """

    kind: Literal["ladder"]
    ban_seasons: Rated | None = None
    levels: tuple[LadderLevel, ...] = Field(min_length=2)
    routes: tuple[Route, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _routes_climb(self) -> Self:
        refuse_repeated(level.key for level in self.levels)
        refuse_repeated(route.place for route in self.routes)
        numbers = {level.key: level.number for level in self.levels}
        for route in self.routes:
            unknown = [step.level for step in route.steps if step.level not in numbers]
            if unknown:
                raise Fault(
                    msg("Route %(route)s: %(level)s is no level of this ladder; add or remove it."),
                    route=route.place,
                    level=unknown[0],
                )
            climb = [numbers[step.level] for step in route.steps]
            if climb != sorted(set(climb)):
                raise Fault(
                    msg("Route %(route)s does not climb; order its steps from company to nation."),
                    route=route.place,
                )
        return self

    def route(self, place: str) -> Route | None:
        """The route for a kind of place, or None."""
        return next((route for route in self.routes if route.place == place), None)


class AwardTier(Strict):
    """One award: how many (count, or percent of scored entries), from which score, and what is given."""

    key: Key
    names: Names
    rank: int = Field(ge=1)
    quota: Literal["count", "percent"]
    amount: Rated
    min_score: Rated
    honorary: Names
    material: Rated


class AwardScheme(Pack):
    """The awards of a competition, from the highest down, and those chosen with a reason beside them."""

    kind: Literal["award_scheme"]
    percent_rounding: Literal["down", "half_up", "up"] = "down"
    highest_only: bool = True
    awards: tuple[AwardTier, ...] = Field(min_length=1)
    special: tuple[SpecialAward, ...] = ()

    def special_award(self, key: str) -> SpecialAward | None:
        """The special award with this key, or None."""
        return next((award for award in self.special if award.key == key), None)

    @model_validator(mode="after")
    def _tiers_descend(self) -> Self:
        refuse_repeated([*(award.key for award in self.awards), *(award.key for award in self.special)])
        if [award.rank for award in self.awards] != list(range(1, len(self.awards) + 1)):
            raise Fault(msg("Ranks run 1, 2, 3 from the highest award; renumber them."))
        scores = [award.min_score.value for award in self.awards]
        if scores != sorted(scores, reverse=True):
            raise Fault(msg("A lower award asks for a higher score; correct min_score."))
        shares = sum(award.amount.value for award in self.awards if award.quota == "percent")
        if shares > 100:
            raise Fault(msg("The percentages add up to %(shares)s; they may not exceed 100."), shares=shares)
        return self
