"""Rubrics: the criteria of a score sheet, their points and steps, and what each level looks like."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from cp_circles.errors import msg
from cp_circles.rulesets.schema.base import (
    Confidence,
    Fault,
    Key,
    Names,
    Number,
    Pack,
    Provenance,
    Strict,
    refuse_repeated,
)

Stage = Literal["on_site", "paper", "presentation"]


class Example(Provenance):
    """What a judge may meet that belongs into a level, and where that comes from."""

    text: Names


class Level(Strict):
    """A level of performance; it begins at `at_least` points and ends below the level before it."""

    key: Key
    names: Names
    at_least: Number = Field(ge=0)
    looks_like: Names
    examples: tuple[Example, ...] = Field(default=(), max_length=5)


class Criterion(Strict):
    """One line of a score sheet: a judge gives 0 to `points` in multiples of `step`."""

    key: Key
    names: Names
    points: Number = Field(gt=0)
    step: Number = Field(gt=0)
    checked: Names
    how: Names | None = None
    source: str | None = None
    confidence: Confidence | None = None
    levels: tuple[Level, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _levels_cover_the_range(self) -> Self:
        refuse_repeated(level.key for level in self.levels)
        starts = [level.at_least for level in self.levels]
        if starts != sorted(starts, reverse=True) or len(set(starts)) != len(starts):
            raise Fault(msg("The levels go from the best down; order them by at_least."))
        if starts[-1] != 0 or starts[0] > self.points:
            raise Fault(msg("The last level begins at 0 and the first within the points; correct at_least."))
        if any(value % self.step for value in (self.points, *starts)):
            raise Fault(msg("Points and levels are whole multiples of step; correct one of them."))
        return self

    def level_for(self, score: Decimal) -> Level:
        """The level into which a score of this criterion falls."""
        return next(level for level in self.levels if score >= level.at_least)


class Rubric(Pack):
    """A score sheet: the criteria's points add up to `total`."""

    kind: Literal["rubric"]
    stage: Stage
    tracks: tuple[Key, ...] = Field(min_length=1)
    total: Number = Field(gt=0)
    criteria: tuple[Criterion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _points_add_up(self) -> Self:
        refuse_repeated(criterion.key for criterion in self.criteria)
        refuse_repeated(self.tracks)
        points = sum((criterion.points for criterion in self.criteria), Decimal(0))
        if points != self.total:
            raise Fault(
                msg("The points add up to %(points)s, not to the total %(total)s; correct one of them."),
                points=points,
                total=self.total,
            )
        return self

    def criterion(self, key: str) -> Criterion | None:
        """The criterion with this key, or None."""
        return next((criterion for criterion in self.criteria if criterion.key == key), None)
