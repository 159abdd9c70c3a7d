"""The exercises of a round, and what came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.calc.exact import mean
from cp_circles.errors import NotFound
from cp_circles.judging.queries import rounds
from cp_circles.rulesets.schema import Rubric
from cp_circles.sittings.models import Exercise, ExerciseAnswer


@dataclass(frozen=True)
class CriterionSpread:
    """One criterion over all who answered: the reference, the mean, the lowest and the highest points."""

    key: str
    reference: Decimal
    mean: Decimal
    lowest: Decimal
    highest: Decimal


def exercises_of(session: Session, round_id: int) -> Sequence[Exercise]:
    """The exercises of a round with the answers, oldest first."""
    return session.scalars(
        sa.select(Exercise)
        .options(selectinload(Exercise.answers))
        .where(Exercise.round_id == round_id)
        .order_by(Exercise.id)
    ).all()


def exercise_by_id(session: Session, exercise_id: int) -> Exercise:
    """The exercise with its answers and its round; NotFound if there is none."""
    found = session.scalar(
        sa.select(Exercise)
        .options(selectinload(Exercise.answers), joinedload(Exercise.round_).options(*rounds.EAGER))
        .where(Exercise.id == exercise_id)
    )
    if found is None:
        raise NotFound
    return found


def answer_of(exercise: Exercise, person_id: int | None) -> ExerciseAnswer | None:
    """A person's answer."""
    return next((row for row in exercise.answers if row.judge_id == person_id), None)


def spread_by_criterion(exercise: Exercise, rubric: Rubric) -> list[CriterionSpread]:
    """How the answers lie around the reference; empty while nobody has answered."""
    if not exercise.answers:
        return []
    found = []
    for row in rubric.criteria:
        given = [Decimal(answer.points[row.key]) for answer in exercise.answers]
        found.append(
            CriterionSpread(
                key=row.key,
                reference=Decimal(exercise.reference[row.key]),
                mean=mean(given, 2) or Decimal(0),
                lowest=min(given),
                highest=max(given),
            )
        )
    return found
