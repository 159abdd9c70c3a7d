"""A result's way through the rounds, followed down from an upper round, and ties that look below."""

from datetime import UTC, datetime

from cp_circles.judging.models import Entry
from cp_circles.judging.presenting import tie_sentence
from cp_circles.judging.queries import ladder
from cp_circles.judging.queries.rounds import rule_of
from cp_circles.people.models import Person
from cp_circles.standings import services as standings_services

NOW = datetime(2026, 10, 9, 2, tzinfo=UTC)


def promoted(session, world):
    """The entry of an upper round whose result came up from the city round."""
    round_ = world.judged_round(totals=[["90"] * 3, ["80"] * 3])
    world.give_places(round_, 1)
    official = world.officials["city"]
    ladder.round_above(session, round_).accepts_late = True
    standings_services.compute_standing(session, actor=official, round_=round_, now=NOW)
    standings_services.publish_standing(session, actor=official, round_=round_, now=NOW)
    return standings_services.finish_round(
        session, actor=official, round_=round_, now=round_.publicity_ends_at
    )[0]


def test_an_entry_is_traced_down_to_what_each_reader_may_open(session, world, client):
    entry = promoted(session, world)
    below = session.get(Entry, entry.from_entry_id)
    own, published = f'href="/judging/entries/{below.id}"', f'href="/judging/lists/{below.round_.public_key}"'
    here = f"/judging/entries/{entry.id}"
    client.enter(session.get(Person, world.leader_of(entry.result).person_id))
    assert own in client.get(here).text
    client.enter(session.get(Person, world.officials["province"].person_id))
    page = client.get(here).text
    assert published in page and own not in page


def test_a_tie_by_a_stage_that_the_round_lacks_says_where_it_comes_from(session, world, app):
    rule = rule_of(session, world.round_at("city", rule="petroleum"))
    foreign = rule.tie_order[0]
    assert rule.stage(foreign.stage) is None
    with app.test_request_context():
        assert tie_sentence(foreign, rule, {}).startswith("下级评审的现场评审平均分高者在前")
        home = foreign.model_copy(update={"stage": "paper"})
        assert tie_sentence(home, rule, {}) == "资料评审平均分高者在前"
