"""The queue of the talks: order, timer, and the reveal that waits for every judge."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.judging import guards
from cp_circles.judging.phases import PhaseClosed
from cp_circles.people.models import Person
from cp_circles.scoring.services.reopening import reopen_sheet
from cp_circles.sittings import services
from cp_circles.sittings.models import Talk
from cp_circles.sittings.presenting import entry_name, step_done
from cp_circles.sittings.queries import talks as queries
from cp_circles.sittings.services.talks import STEPS, OutOfOrder
from tests.conftest import NOW


@pytest.fixture
def stage(stage_at):
    """A company round in the middle of its presentations: two entries, two judges."""
    world = stage_at("presentation")
    round_ = world.company_round()
    entries = [world.entry(round_) for _ in range(2)]
    judges = [world.judge(round_) for _ in range(2)]
    world.numbers(round_)
    sheets = {(e.id, j.number): world.assign(e, j, "presentation") for e in entries for j in judges}
    return world, round_, entries, judges, sheets


def order(session, stage, ids, **facts):
    """The talks in an order."""
    world, round_, *_rest = stage
    given = {"actor": world.department, "now": NOW} | facts
    return services.order_talks(session, round_=round_, entry_ids=ids, **given)


def move(session, world, talk, step, now=NOW, **facts):
    """One step of a talk."""
    return services.move_talk(session, talk=talk, step=step, now=now, **({"actor": world.department} | facts))


def test_the_order_is_kept_and_begun_talks_stay_in_front(session, stage):
    world, _round, (one, two), *_rest = stage
    first, _second = order(session, stage, [two.id, one.id])
    move(session, world, first, "begin")
    assert [talk.entry_id for talk in order(session, stage, [one.id, two.id])] == [two.id, one.id]


def test_an_order_without_every_entry_or_from_others_is_refused(session, stage, make):
    world, round_, (one, two), *_rest = stage
    for ids in ([one.id], [one.id, one.id], [one.id, two.id, 9999]):
        with pytest.raises(Invalid):
            order(session, stage, ids)
    with pytest.raises(NotFound):
        order(session, stage, [one.id, two.id], actor=make.actor())
    round_.published_at = NOW
    with pytest.raises(DomainError):
        order(session, stage, [one.id, two.id])
    assert session.scalar(sa.select(sa.func.count(Talk.id))) == 0
    assert world.company is not None


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_the_organiser_reads_in_their_language_which_step_was_done(app, stage, locale):
    _world, _round, (entry, _two), *_rest = stage
    with app.test_request_context(), force_locale(locale):
        told = [step_done(step, entry) for step in STEPS]
        name = entry_name(entry)
    assert len(set(told)) == len(STEPS) and all(name in text for text in told)
    words = [text.replace(name, "") for text in told]
    assert all(text.isascii() for text in words) is (locale == "en")


def test_steps_follow_one_another(session, stage, make):
    world, round_, (one, two), *_rest = stage
    first, second = order(session, stage, [one.id, two.id])
    for step in ("questions", "end", "reveal"):
        with pytest.raises(OutOfOrder):
            move(session, world, first, step)
    move(session, world, first, "begin")
    for talk, step in ((first, "begin"), (second, "begin")):
        with pytest.raises(DomainError):
            move(session, world, talk, step)
    with pytest.raises(Invalid):
        move(session, world, first, "dance")
    with pytest.raises((NotAllowed, NotFound)):
        move(session, world, first, "end", actor=make.actor())
    with pytest.raises(PhaseClosed):
        move(session, world, first, "end", now=world.at("deliberation"))
    move(session, world, first, "questions")
    move(session, world, first, "end")
    assert (second.began_at, queries.running_talk(session, round_.id)) == (None, None)


def test_the_timer_counts_down_the_minutes_of_the_rule(session, stage):
    world, round_, (one, two), *_rest = stage
    first, _second = order(session, stage, [one.id, two.id])
    rule = guards.rule_of(session, round_)
    assert queries.clock_of(first, rule) is None
    move(session, world, first, "begin")
    assert queries.clock_of(first, rule).until == NOW + timedelta(minutes=15)
    move(session, world, first, "questions", now=NOW + timedelta(minutes=14))
    assert queries.clock_of(first, rule).until == NOW + timedelta(minutes=19)


def full(session, sheet):
    """All points of a sheet's rubric."""
    from cp_circles.scoring.services.sheets import rubric_of

    return {row.key: str(row.points) for row in rubric_of(session, sheet).criteria}


def test_nothing_is_revealed_before_all_have_locked(session, client, stage):
    world, round_, (one, two), judges, sheets = stage
    first, _second = order(session, stage, [one.id, two.id])
    move(session, world, first, "begin")
    move(session, world, first, "end")
    world.score(sheets[one.id, judges[0].number], full(session, sheets[one.id, judges[0].number]), NOW)
    with pytest.raises(DomainError):
        move(session, world, first, "reveal")
    client.enter(session.get(Person, world.department.person_id))
    page = client.get(f"/sittings/rounds/{round_.id}/talks").get_data(as_text=True)
    assert "1 / 2" in page and "：100" not in page
    world.score(sheets[one.id, judges[1].number], full(session, sheets[one.id, judges[1].number]), NOW)
    assert client.send(f"/sittings/talks/{first.id}", {"step": "reveal"}).status_code == 302
    assert "：100" in client.get(f"/sittings/rounds/{round_.id}/talks").get_data(as_text=True)


def test_points_scored_again_are_held_and_revealed_anew(session, client, stage):
    world, round_, (one, two), judges, sheets = stage
    first, _second = order(session, stage, [one.id, two.id])
    move(session, world, first, "begin")
    move(session, world, first, "end")
    both = [sheets[one.id, judge.number] for judge in judges]
    for sheet in both:
        world.score(sheet, full(session, sheet), NOW)
    move(session, world, first, "reveal")
    with pytest.raises(OutOfOrder):
        move(session, world, first, "reveal")
    later, again = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
    reopen_sheet(session, actor=world.department, sheet=both[1], reason="漏看附件", now=later)
    with pytest.raises(DomainError):
        move(session, world, first, "reveal", now=later)
    client.enter(session.get(Person, world.department.person_id))
    page = f"/sittings/rounds/{round_.id}/talks"
    told = client.get(page).get_data(as_text=True)
    assert "：100" not in told and "曾公布，此后退回重新评分" in told
    world.score(both[1], full(session, both[1]), again)
    assert "：100" not in client.get(page).get_data(as_text=True)
    move(session, world, first, "reveal", now=again)
    assert "：100" in client.get(page).get_data(as_text=True)


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_the_queue_over_http_and_the_talk_on_the_desks(session, client, stage, make, locale):
    world, round_, (one, two), judges, sheets = stage
    department = session.get(Person, world.department.person_id)
    department.locale = locale
    here = f"/sittings/rounds/{round_.id}/talks"
    client.enter(department)
    assert here in client.get(f"/judging/rounds/{round_.id}").get_data(as_text=True)
    assert client.get(here).status_code == 200
    assert client.send(here, {f"place-{one.id}": "x", f"place-{two.id}": "1"}).status_code == 422
    assert client.send(here, {f"place-{one.id}": "2", f"place-{two.id}": "1"}).status_code == 302
    first = queries.talks_of(session, round_.id)[0]
    assert first.entry_id == two.id
    assert client.send(f"/sittings/talks/{first.id}", {"step": "begin"}).status_code == 302
    told = "发表开始：" if locale == "zh_Hans" else "The talk has begun:"
    begun = client.get(here).get_data(as_text=True)
    assert "data-timer" in begun and told in begun
    client.enter(judges[0].person)
    key = sheets[two.id, judges[0].number].entry.blind_key
    assert key in client.get(f"{here}/now").get_data(as_text=True)
    assert f"{here}/now" in client.get(f"/judging/desk/{key}/presentation").get_data(as_text=True)
    client.enter(make.person())
    assert client.get(f"{here}/now").status_code == 404
