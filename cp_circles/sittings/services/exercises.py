"""Exercises: an example with its reference is set, and each judge answers once; nothing of it counts."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.calc.exact import decimal_from
from cp_circles.calc.scoring import sheet_problems
from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.files.models import Blob
from cp_circles.judging import guards, phases
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Round
from cp_circles.judging.queries import panels
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import Rubric
from cp_circles.scoring.services.locking import criteria_of
from cp_circles.sittings import rules
from cp_circles.sittings.models import Exercise, ExerciseAnswer
from cp_circles.sittings.queries import exercises as queries

PRACTISE = msg("Score the exercise before %(round)s")


def set_exercise(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    rubric_edition_id: int,
    title: str,
    text: str,
    reference: Mapping[str, str],
    reference_note: str = "",
    file: Blob | None = None,
    file_name: str = "",
    now: datetime,
) -> Exercise:
    """Give the judges of a round an example to score before scoring begins; each gets a task."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    if phases.has_scoring_begun(round_, guards.rule_of(session, round_), now):
        raise phases.PhaseClosed(msg("Scoring has begun; an exercise comes before it."))
    stage = next(
        (key for track in round_.tracks for key, id_ in track.rubrics.items() if id_ == rubric_edition_id),
        None,
    )
    if stage is None:
        raise Invalid(msg("Choose a rubric of this round."), field="rubric")
    if not title.strip():
        raise Invalid(msg("Give the example a title."), field="title")
    if not text.strip() and file is None:
        raise Invalid(msg("Describe the example, or add its file."), field="text")
    rubric = editions.pack(session, rubric_edition_id, Rubric)
    row = Exercise(
        round_id=round_.id,
        stage=stage,
        rubric_edition_id=rubric_edition_id,
        title=title.strip(),
        text=text.strip(),
        file_sha256=file.sha256 if file else None,
        file_name=file_name,
        reference=_complete(rubric, reference),
        reference_note=reference_note.strip(),
        created_by_id=actor.person_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="sittings.set_exercise",
        subject=row,
        at=now,
        after={"rubric": rubric_edition_id},
    )
    for judge in panels.judges_of(session, round_.id):
        if judge.accepted_at is not None and judge.declined_at is None:
            assign_task(
                session,
                kind=PRACTISE,
                subject=row,
                url=f"/sittings/exercises/{row.id}",
                to_person=judge.person_id,
                values={"round": round_.name},
                now=now,
            )
    return row


def answer_exercise(
    session: Session,
    *,
    actor: Actor,
    exercise: Exercise,
    points: Mapping[str, str],
    comment: str = "",
    now: datetime,
) -> ExerciseAnswer:
    """Hand in one's points on an example, once; then the reference and the others' points are shown."""
    judge = panels.judge_of(session, exercise.round_id, actor.person_id)
    if judge is None or not rules.is_judge_of(judge, actor):
        raise NotFound
    round_ = exercise.round_
    guards.lock_round(session, round_)
    if phases.is_scoring_over(round_, guards.rule_of(session, round_), now):
        raise phases.PhaseClosed(msg("Scoring is over; the exercise is closed."))
    session.refresh(exercise, ["answers"])
    if queries.answer_of(exercise, actor.person_id) is not None:
        raise DomainError(msg("You have handed in this exercise already."))
    rubric = editions.pack(session, exercise.rubric_edition_id, Rubric)
    row = ExerciseAnswer(
        exercise_id=exercise.id,
        judge_id=judge.person_id,
        judge_number=judge.number,
        points=_complete(rubric, points),
        comment=comment.strip(),
        handed_in_at=now,
    )
    session.add(row)
    session.flush()
    session.refresh(exercise, ["answers"])
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="sittings.answer_exercise",
        subject=exercise,
        at=now,
        after={"answer": row.id},
    )
    finish_tasks(session, subject=exercise, person_id=judge.person_id, now=now)
    return row


def _complete(rubric: Rubric, points: Mapping[str, str]) -> dict[str, str]:
    """The points of a full sheet as stored; Invalid beside the first criterion that is missing or wrong."""
    given: dict[str, Decimal | None] = {}
    for row in rubric.criteria:
        text = points.get(row.key, "").strip()
        try:
            given[row.key] = decimal_from(text) if text else None
        except ValueError as error:
            raise Invalid(msg("Write a number such as 12.5."), field=row.key) from error
    problems = sheet_problems(criteria_of(rubric), given, complete=True)
    if problems:
        raise Invalid(problems[0].msgid, field=problems[0].field, **problems[0].values)
    return {key: f"{value:f}" for key, value in given.items() if value is not None}
