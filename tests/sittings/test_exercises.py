"""Exercises: set before scoring, answered once, the reference and the others only afterwards, nothing counts."""

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, Invalid, NotFound
from cp_circles.judging.models import ScoreSheet
from cp_circles.judging.phases import PhaseClosed
from cp_circles.notices.models import Task
from cp_circles.people.models import Person
from cp_circles.sittings import services
from cp_circles.sittings.models import Exercise, ExerciseAnswer
from cp_circles.sittings.queries import exercises as queries
from tests.conftest import NOW
from tests.judging.world import t2


def rubric_id(round_):
    """The rubric of the problem-solving track."""
    return next(track for track in round_.tracks if track.key == "problem_solving").rubrics["paper"]


def give(session, world, round_, **facts):
    """An exercise with its reference."""
    given = {
        "actor": world.officials["city"],
        "rubric_edition_id": rubric_id(round_),
        "title": "示例成果",
        "text": "示例内容",
        "reference": t2("83"),
        "reference_note": "PLANTED-NOTE",
        "now": world.at("conflict_declaration"),
    }
    return services.set_exercise(session, round_=round_, **(given | facts))


@pytest.fixture
def round_(world):
    """A city round with two judges."""
    row = world.round_at("city")
    world.judges = [world.judge(row) for _ in range(2)]
    return row


def answer(session, world, exercise, judge, total="80", now=None, **facts):
    """A judge's answer."""
    given = {"actor": world.make.actor(judge.person), "points": t2(total)} | facts
    return services.answer_exercise(
        session, exercise=exercise, now=now or world.at("conflict_declaration"), **given
    )


def test_an_exercise_asks_every_judge_and_never_counts(session, world, round_):
    exercise = give(session, world, round_)
    tasks = sa.select(sa.func.count(Task.id)).where(Task.subject_kind == "exercises", Task.done_at.is_(None))
    assert session.scalar(tasks) == 2
    for judge, total in zip(world.judges, ("80", "90"), strict=True):
        answer(session, world, exercise, judge, total)
    assert (session.scalar(tasks), session.scalar(sa.select(sa.func.count(ScoreSheet.id)))) == (0, 0)
    from cp_circles.editions import queries as editions
    from cp_circles.rulesets.schema import Rubric

    rubric = editions.pack(session, exercise.rubric_edition_id, Rubric)
    spread = {row.key: row for row in queries.spread_by_criterion(exercise, rubric)}
    assert [str(spread["effect"].lowest), str(spread["effect"].highest)] == ["15", "20"]


@pytest.mark.parametrize(
    "wrong",
    [{"title": " "}, {"text": " "}, {"reference": {"topic": "1"}}, {"rubric_edition_id": 0},
     {"reference": t2("83") | {"topic": "99"}}],
)  # fmt: skip
def test_an_exercise_is_complete(session, world, round_, wrong):
    with pytest.raises(Invalid):
        give(session, world, round_, **wrong)
    assert session.scalar(sa.select(sa.func.count(Exercise.id))) == 0


def test_an_exercise_comes_before_scoring_and_from_the_organiser(session, world, round_, make):
    with pytest.raises(PhaseClosed):
        give(session, world, round_, now=world.at("scoring"))
    with pytest.raises(NotFound):
        give(session, world, round_, actor=make.actor())
    assert session.scalar(sa.select(sa.func.count(Exercise.id))) == 0


def test_an_answer_is_given_once_by_a_judge_in_time_and_complete(session, world, round_, make):
    exercise = give(session, world, round_)
    judge = world.judges[0]
    with pytest.raises(NotFound):
        answer(session, world, exercise, judge, actor=make.actor())
    with pytest.raises(PhaseClosed):
        answer(session, world, exercise, judge, now=world.at("deliberation"))
    with pytest.raises(Invalid):
        answer(session, world, exercise, judge, points={"topic": "x"})
    answer(session, world, exercise, judge)
    with pytest.raises(DomainError):
        answer(session, world, exercise, judge)
    assert session.scalar(sa.select(sa.func.count(ExerciseAnswer.id))) == 1


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_the_reference_is_shown_after_the_own_answer(session, client, stage_at, locale):
    world = stage_at("conflict_declaration")
    round_ = world.round_at("city")
    one, two = world.judge(round_), world.judge(round_)
    official = session.get(Person, world.officials["city"].person_id)
    official.locale = one.person.locale = locale
    client.enter(official)
    here = f"/sittings/rounds/{round_.id}/exercises"
    form = {
        "rubric": str(rubric_id(round_)),
        "title": "示例成果",
        "text": "内容",
        "reference_note": "PLANTED-NOTE",
    }
    points = {f"p-{key}": value for key, value in t2("83").items()}
    assert client.send(here, form | points | {"p-topic": "99"}).status_code == 422
    assert client.send(here, form | points).status_code == 302
    exercise = session.scalar(sa.select(Exercise))
    assert "PLANTED-NOTE" in client.get(f"/sittings/exercises/{exercise.id}").get_data(as_text=True)
    services.answer_exercise(
        session, actor=world.make.actor(two.person), exercise=exercise, points=t2("77.5"), now=NOW
    )
    client.enter(one.person)
    page = client.get(f"/sittings/exercises/{exercise.id}")
    text = page.get_data(as_text=True) + client.get(here).get_data(as_text=True)
    assert page.status_code == 200 and "77.5" not in text and "PLANTED-NOTE" not in text
    assert ("各档示例" if locale == "zh_Hans" else "Examples of the levels") in text
    mine = {f"p-{key}": value for key, value in t2("80").items()}
    assert client.send(f"/sittings/exercises/{exercise.id}", mine | {"p-topic": ""}).status_code == 422
    assert client.send(f"/sittings/exercises/{exercise.id}", mine).status_code == 302
    text = client.get(f"/sittings/exercises/{exercise.id}").get_data(as_text=True)
    assert "77.5" in text and "PLANTED-NOTE" in text
    client.enter(world.make.person())
    assert client.get(f"/sittings/exercises/{exercise.id}").status_code == 404
    assert client.get(f"/sittings/exercises/{exercise.id}/file").status_code == 404
