"""The fairness report: the organiser's before the list, everybody's with it, never a judge's name."""

import re

import pytest
import sqlalchemy as sa

from cp_circles.judging.models import RoundJudge, Standing
from cp_circles.people.models import Person
from cp_circles.standings import services as standings_services
from tests.judging.test_pages import text_of
from tests.standings.test_severity import ANCHORED, PARTED, panelled


def judge_of(session, round_, number):
    """The judge of a round with this number."""
    wanted = sa.select(RoundJudge).where(RoundJudge.round_id == round_.id, RoundJudge.number == number)
    return session.scalars(wanted).one()


@pytest.fixture
def judged(session, stage_at):
    """A world in deliberation with a computed round of anchored panels whose first judge has a known name."""
    world = stage_at("deliberation")
    round_ = panelled(world, ANCHORED)
    judge_of(session, round_, 1).person.name = "示例评委密"
    round_.announced_at = world.start
    world.give_places(round_, 2)
    official = world.officials["city"]
    standings_services.compute_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    return world, round_, official


def test_only_the_organiser_reads_it_before_the_list(session, client, judged):
    world, round_, official = judged
    address = f"/judging/rounds/{round_.id}/fairness"
    public = f"/judging/lists/{round_.public_key}/fairness"
    judge = judge_of(session, round_, 2)
    leader = world.leader_of(world.entries_of(round_)[0].result)
    for person_id in (judge.person_id, leader.person_id):
        client.enter(session.get(Person, person_id))
        assert client.get(address).status_code == 404
        assert client.get(public).status_code == 404
        page = client.get(f"/judging/lists/{round_.public_key}")
        assert "校正得分" not in text_of(page)
    client.enter(session.get(Person, official.person_id))
    page = text_of(client.get(address))
    assert "评委 4" in page and "偏严" in page and "示例评委密" not in page
    assert "只看档次：评委" in page and "共 126 个评定" in page
    assert "校正得分" in text_of(client.get(f"/judging/rounds/{round_.id}/standing"))


def test_a_judge_reads_the_own_figures_and_nobody_elses_once_the_round_is_finished(session, client, judged):
    world, round_, official = judged
    standings_services.publish_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    kept = session.get(Standing, round_.standing_id).facts["fairness"]["tracks"][0]["stages"][0]["judges"]
    bounds = {one["judge"]: (one["low"].lstrip("-"), one["high"].lstrip("-")) for one in kept}
    for finished, number in ((False, 3), (True, 3), (True, 4)):
        round_.finished_at = world.at("deliberation") if finished else None
        client.enter(judge_of(session, round_, number).person)
        page = text_of(client.get(f"/judging/rounds/{round_.id}/desk"))
        assert ("我的打分与评审组相比" in page) == finished
        shown = [one for one, (low, high) in bounds.items() if re.search(rf"：.?{low} 至 .?{high}）", page)]
        assert shown == ([number] if finished else [])


def test_everybody_reads_it_with_the_list(session, client, judged):
    world, round_, official = judged
    standings_services.publish_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    page = text_of(client.get(f"/judging/lists/{round_.public_key}/fairness"))
    assert "评委 4" in page and "示例评委密" not in page
    assert "校正得分" in text_of(client.get(f"/judging/lists/{round_.public_key}"))
    english = client.get(f"/judging/lists/{round_.public_key}/fairness", headers={"Accept-Language": "en"})
    assert "How strict was each judge?" in text_of(english)
    assert "By levels alone: the judges" in text_of(english)


def test_parted_panels_are_named_on_the_page(session, client, stage_at):
    world = stage_at("deliberation")
    round_ = panelled(world, PARTED)
    official = world.officials["city"]
    standings_services.compute_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    client.enter(session.get(Person, official.person_id))
    page = text_of(client.get(f"/judging/rounds/{round_.id}/fairness"))
    assert "1, 2, 3; 4, 5, 6" in page
    assert world.entries_of(round_)[0].blind_number in page


def test_a_page_without_a_standing_is_not_found(session, client, stage_at):
    world = stage_at("deliberation")
    world.round_at("province")
    round_ = world.round_at("city")
    client.enter(session.get(Person, world.officials["city"].person_id))
    assert client.get(f"/judging/rounds/{round_.id}/fairness").status_code == 404
