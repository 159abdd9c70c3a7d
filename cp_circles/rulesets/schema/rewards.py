"""Awards chosen with a reason, and the rules by which a company pays its circles for awards."""

from typing import Literal, Self

from pydantic import Field, model_validator

from cp_circles.errors import msg
from cp_circles.rulesets.schema.base import Fault, Key, Names, Pack, Rated, Strict, repeated
from cp_circles.rulesets.schema.rubric import Stage

Holder = Literal["entry", "company", "person"]


class SpecialAward(Strict):
    """An award that the organiser gives by choice, with a reason: to an entry, a company or a facilitator.

    `stage` names the stage whose mean orders the candidates, where there is one.
    """

    key: Key
    names: Names
    holder: Holder
    stage: Stage | None = None
    most: Rated
    honorary: Names
    material: Rated


class FixedReward(Strict):
    """What one award is worth by the level of its round and its rank in the scheme."""

    level: Literal["company", "county", "city", "province", "nation"]
    rank: int = Field(ge=1)
    amount: Rated


class RewardRule(Pack):
    """How a company pays a circle for an award: fixed by level, and a share of the verified saving.

    What both give is raised to `floor` and cut at `cap`. With `topup_only` a further award of the same
    result pays only what goes beyond what was granted before; otherwise the share is paid once.
    """

    kind: Literal["reward_rule"]
    fixed: tuple[FixedReward, ...] = ()
    percent: Rated | None = None
    floor: Rated | None = None
    cap: Rated | None = None
    topup_only: bool = True

    @model_validator(mode="after")
    def _pays_something(self) -> Self:
        if not self.fixed and self.percent is None:
            raise Fault(msg("The rule pays nothing; give fixed sums or a percentage."))
        doubles = repeated(f"{row.level}_{row.rank}" for row in self.fixed)
        if doubles:
            raise Fault(
                msg("%(keys)s stands more than once; give each its own key."), keys=", ".join(doubles)
            )
        if self.floor is not None and self.cap is not None and self.floor.value > self.cap.value:
            raise Fault(msg("The floor is above the cap; correct one of them."))
        return self

    def fixed_for(self, level: str, rank: int) -> Rated | None:
        """The fixed sum of a level and rank; None if the rule names none."""
        return next((row.amount for row in self.fixed if row.level == level and row.rank == rank), None)
