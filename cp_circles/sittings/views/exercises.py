"""Exercises: the organiser sets an example, every judge scores it, then sees the reference and the spread."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from cp_circles.editions import queries as editions
from cp_circles.errors import Invalid, NotFound
from cp_circles.files import queries as files
from cp_circles.files.naming import safe_name
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.judging import guards, phases
from cp_circles.judging import rules as judging
from cp_circles.judging.models import Round
from cp_circles.judging.presenting import CriterionField, criterion_fields
from cp_circles.judging.queries import panels, rounds
from cp_circles.rulesets.schema import Rubric
from cp_circles.sittings import presenting, rules, services
from cp_circles.sittings.forms import AnswerForm, ExerciseForm
from cp_circles.sittings.models import Exercise
from cp_circles.sittings.queries import exercises as queries
from cp_circles.sittings.views.blueprint import bp
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import whole_number
from cp_circles.web.i18n import locale_name, translate
from cp_circles.web.session import db_session, now, settings
from cp_circles.web.uploads import read_upload


def _seen_round(round_id: int) -> Round:
    """The round, to those who hold it and to its judges."""
    session, actor = db_session(), current_actor()
    round_ = rounds.round_for(session, actor=actor, round_id=round_id)
    judge = panels.judge_of(session, round_id, actor.person_id)
    if not judging.can_organise(actor, round_) and not rules.is_judge_of(judge, actor):
        raise NotFound
    return round_


@bp.get("/rounds/<int:round_id>/exercises")
def list_exercises(round_id: int) -> ResponseReturnValue:
    """The exercises of a round."""
    return _list_page(_seen_round(round_id), ExerciseForm(None), {})


def _list_page(round_: Round, form: ExerciseForm, errors: dict[str, str]) -> str:
    """The list, with the organiser's form of a new exercise and the reference points of its rubric."""
    actor, rule = current_actor(), guards.rule_of(db_session(), round_)
    holds = judging.can_organise(actor, round_)
    may_set = holds and not phases.has_scoring_begun(round_, rule, now()) and round_.finished_at is None
    chosen = _offer(form, round_)
    rubric = editions.pack(db_session(), chosen, Rubric) if may_set and chosen else None
    return render_template(
        "sittings/list_exercises.html",
        round=round_,
        rule=rule,
        rows=[
            (row, queries.answer_of(row, actor.person_id))
            for row in queries.exercises_of(db_session(), round_.id)
        ],
        holds=holds,
        form=form if rubric else None,
        rubric=rubric,
        fields=_fields(rubric, _points(rubric), errors) if rubric else [],
        presenting=presenting,
    )


def _offer(form: ExerciseForm, round_: Round) -> int | None:
    """Offer the rubrics of the round; gives back the chosen one, from the address or the form."""
    rubrics = dict.fromkeys(int(id_) for track in round_.tracks for id_ in track.rubrics.values())
    form.rubric.choices = [
        SelectChoice(id_, editions.pack(db_session(), id_, Rubric).names.in_(locale_name()))
        for id_ in rubrics
    ]
    asked = whole_number(request.form.get("rubric") or request.args.get("rubric"))
    chosen = asked if asked in rubrics else next(iter(rubrics), None)
    if form.rubric.data is None:
        form.rubric.data = chosen
    return chosen


def _fields(rubric: Rubric, points: dict[str, str], errors: dict[str, str]) -> list[CriterionField]:
    """The criteria without room for words: no circle reads an exercise."""
    return [replace(row, comment_name="") for row in criterion_fields(rubric, points, {}, errors)]


def _points(rubric: Rubric) -> dict[str, str]:
    """The points that were sent, by criterion."""
    return {row.key: request.form.get(f"p-{row.key}", "").strip() for row in rubric.criteria}


@bp.post("/rounds/<int:round_id>/exercises")
def set_exercise(round_id: int) -> ResponseReturnValue:
    """Set an exercise."""
    session, actor, form = db_session(), current_actor(), ExerciseForm()
    round_ = rounds.organised_round(session, actor=actor, round_id=round_id)
    chosen, errors = _offer(form, round_), dict[str, str]()

    def act() -> ResponseReturnValue:
        blob, name = None, ""
        if form.file.first is not None:
            upload = read_upload(form.file.first, field="file")
            blob, name = store_blob(session, _storage(), upload.content, upload.name, now()), upload.name
        try:
            services.set_exercise(
                session,
                actor=actor,
                round_=round_,
                rubric_edition_id=chosen or 0,
                title=str(form.title.data),
                text=form.text.data or "",
                reference=_points(editions.pack(session, chosen or 0, Rubric)),
                reference_note=form.reference_note.data or "",
                file=blob,
                file_name=name,
                now=now(),
            )
        except Invalid as refusal:
            errors[refusal.field] = translate(refusal.msgid, refusal.values)
            raise
        flash(_("The exercise is set; the judges have a task."))
        return redirect(url_for("sittings.list_exercises", round_id=round_id))

    return form.answer(act, lambda: _list_page(round_, form, errors))


def _storage() -> LocalStorage:
    return LocalStorage(settings().evidence_folder)


def _seen_exercise(exercise_id: int) -> Exercise:
    """The exercise, to those who hold its round and to the round's judges."""
    exercise = queries.exercise_by_id(db_session(), exercise_id)
    _seen_round(exercise.round_id)
    return exercise


@bp.get("/exercises/<int:exercise_id>")
def show_exercise(exercise_id: int) -> ResponseReturnValue:
    """The example with the own sheet, and after handing in the reference and the spread."""
    return _exercise_page(_seen_exercise(exercise_id), AnswerForm(None), {}, {})


def _exercise_page(
    exercise: Exercise, form: AnswerForm, points: dict[str, str], errors: dict[str, str]
) -> str:
    """The exercise; nothing of the reference or of others before the reader's own points are in."""
    actor, session = current_actor(), db_session()
    rubric = editions.pack(session, exercise.rubric_edition_id, Rubric)
    own = queries.answer_of(exercise, actor.person_id)
    judge = panels.judge_of(session, exercise.round_id, actor.person_id)
    judges = rules.is_judge_of(judge, actor)
    shows = own is not None or (not judges and judging.can_organise(actor, exercise.round_))
    over = phases.is_scoring_over(exercise.round_, guards.rule_of(session, exercise.round_), now())
    return render_template(
        "sittings/show_exercise.html",
        exercise=exercise,
        round=exercise.round_,
        rubric=rubric,
        own=own,
        may_answer=judges and own is None and not over,
        shows=shows,
        reference=presenting.reference_table(exercise, rubric, own) if shows else None,
        answers=presenting.answers_table(exercise, rubric) if shows else None,
        fields=_fields(rubric, points, errors),
        form=form,
    )


@bp.post("/exercises/<int:exercise_id>")
def answer_exercise(exercise_id: int) -> ResponseReturnValue:
    """Hand in one's points."""
    exercise, form, errors = _seen_exercise(exercise_id), AnswerForm(), dict[str, str]()
    points = _points(editions.pack(db_session(), exercise.rubric_edition_id, Rubric))

    def act() -> ResponseReturnValue:
        try:
            services.answer_exercise(
                db_session(),
                actor=current_actor(),
                exercise=exercise,
                points=points,
                comment=form.comment.data or "",
                now=now(),
            )
        except Invalid as refusal:
            errors[refusal.field] = translate(refusal.msgid, refusal.values)
            raise
        flash(_("Handed in. Compare your points with the reference; they never count."))
        return redirect(url_for("sittings.show_exercise", exercise_id=exercise_id))

    return form.answer(act, lambda: _exercise_page(exercise, form, points, errors))


@bp.get("/exercises/<int:exercise_id>/file")
def exercise_file(exercise_id: int) -> ResponseReturnValue:
    """The file of the example."""
    exercise = _seen_exercise(exercise_id)
    if exercise.file_sha256 is None:
        raise NotFound
    blob = files.blob_by_hash(db_session(), exercise.file_sha256)
    name = safe_name(exercise.file_name, blob.media_type)
    return send_content(
        files.open_blob(_storage(), blob), sha256=blob.sha256, media_type=blob.media_type, name=name
    )
