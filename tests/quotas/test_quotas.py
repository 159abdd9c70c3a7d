"""Places that come back: returned by the unit, handed on by hand or by the rule, used by a reserve."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from cp_circles.awards.services import give_awards
from cp_circles.calc.promotion import Claimant, hand_on
from cp_circles.errors import DomainError, Invalid, NotAllowed
from cp_circles.judging import services, tasks
from cp_circles.judging.models import EntryState
from cp_circles.judging.queries import ladder, panels
from cp_circles.notices.models import Task
from cp_circles.people.models import Person
from cp_circles.quotas import services as quotas_services
from cp_circles.quotas.services import returned_places, unit_places
from cp_circles.standings import services as standings_services
from tests.judging.world import t2

NOW = datetime(2026, 10, 9, 2, tzinfo=UTC)
TRACK = "problem_solving"


@pytest.mark.parametrize(
    ("places", "claimants", "given"),
    [
        (3, [("a", 60, 2, 9), ("b", 20, 2, 9)], {"a": 3}),
        (3, [("a", 30, 2, 9), ("b", 20, 2, 9)], {"a": 2, "b": 1}),
        (3, [("a", 60, 2, 1), ("b", 20, 2, 9)], {"a": 1, "b": 2}),
        (2, [("a", 10, 1, 9), ("b", 10, 1, 9)], {"a": 1, "b": 1}),
        (4, [("a", 10, 1, 1), ("b", 10, 1, 0)], {"a": 1}),
        (2, [], {}),
    ],
)
def test_most_entries_for_each_place_held_come_first(places, claimants, given):
    assert hand_on(places, [Claimant(*one) for one in claimants]) == given


@pytest.fixture
def two_cities(session, world):
    """A city whose list has one entry and two places, and another that has not published."""
    upper = world.round_at("province")
    upper.accepts_late = True
    full = world.judged_round(totals=[["90"] * 3], upper=None)
    other_city = world.make.region("city", world.province)
    other = world.round_at("city", other_city, name="另一市")
    for unit in (ladder.unit_of(full), ladder.unit_of(other)):
        quotas_services.set_quota(
            session, actor=world.officials["province"], round_=upper, unit=unit, track_key=TRACK, places=2,
            now=world.start,
        )  # fmt: skip
    return upper, full, other


def finished(session, world, round_):
    """The round, finished after its publicity."""
    official = world.officials["city"]
    standings_services.compute_standing(session, actor=official, round_=round_, now=NOW)
    standings_services.publish_standing(session, actor=official, round_=round_, now=NOW)
    standings_services.finish_round(session, actor=official, round_=round_, now=round_.publicity_ends_at)
    return round_.finished_at


def test_a_quota_larger_than_the_entries_goes_back_when_the_round_is_finished(session, world, two_cities):
    upper, full, _other = two_cities
    finished(session, world, full)
    assert returned_places(session, upper) == {TRACK: 1}
    assert ladder.quotas_for(session, upper, ladder.unit_of(full)) == {TRACK: 1}
    assert [row.unit_kind for row in ladder.quotas_of(session, upper)] == ["region", "region"]
    assert [entry.state for entry in world.entries_of(full)] == [EntryState.PROMOTED]


def test_finishing_says_how_many_places_went_back(client, session, stage_at):
    world = stage_at("final")
    round_ = world.judged_round(totals=[["90"] * 3, ["80"] * 3])
    world.give_places(round_, 5)
    ladder.round_above(session, round_).accepts_late = True
    official, now = world.officials["city"], world.at("deliberation")
    standings_services.compute_standing(session, actor=official, round_=round_, now=now)
    standings_services.publish_standing(session, actor=official, round_=round_, now=now)
    session.commit()
    client.enter(session.get(Person, official.person_id))
    answer = client.send(f"/judging/rounds/{round_.id}/finish")
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "2 份成果上报" in page and "没有成果可用的 3 个名额已退还上级评审" in page


def test_places_are_handed_on_with_a_reason_and_never_more_than_came_back(session, world, two_cities):
    upper, full, other = two_cities
    now = finished(session, world, full)
    facts = dict(
        actor=world.officials["province"], round_=upper, track_key=TRACK, unit=ladder.unit_of(other),
        reason="名额调剂", now=now,
    )  # fmt: skip
    for places in (0, 2):
        with pytest.raises(Invalid) as refused:
            quotas_services.hand_on_places(session, places=places, **facts)
        assert refused.value.field == "places"
    with pytest.raises(Invalid):
        quotas_services.hand_on_places(session, places=1, **facts | {"reason": " "})
    with pytest.raises(Invalid) as stranger:
        quotas_services.hand_on_places(session, places=1, **facts | {"unit": ladder.Unit("region", 99999)})
    assert stranger.value.field == "unit"
    with pytest.raises(NotAllowed):
        quotas_services.hand_on_places(session, places=1, **facts | {"actor": world.officials["nation"]})
    with pytest.raises(DomainError):
        quotas_services.hand_on_places(session, places=1, **facts | {"unit": None})
    assert returned_places(session, upper) == {TRACK: 1}
    quotas_services.hand_on_places(session, places=1, **facts)
    assert returned_places(session, upper) == {}
    assert ladder.quotas_for(session, upper, ladder.unit_of(other)) == {TRACK: 3}


def test_a_unit_gives_places_back_before_its_list_and_not_in_publicity(session, world, two_cities):
    upper, full, _other = two_cities
    official = world.officials["city"]
    facts = dict(actor=official, round_=full, track_key=TRACK, reason="只推荐一项", now=NOW)
    with pytest.raises(Invalid):
        quotas_services.return_places(session, places=3, **facts)
    assert quotas_services.return_places(session, places=1, **facts) == 1
    standings_services.compute_standing(session, actor=official, round_=full, now=NOW)
    standings_services.publish_standing(session, actor=official, round_=full, now=NOW)
    with pytest.raises(DomainError):
        quotas_services.return_places(session, places=1, **facts)
    with pytest.raises(NotAllowed):
        quotas_services.return_places(session, places=1, **facts | {"actor": world.officials["province"]})
    assert ladder.quotas_for(session, upper, ladder.unit_of(full)) == {TRACK: 1}
    settled = {row.unit: row.is_settled for row in unit_places(session, upper, TRACK)}
    assert settled[ladder.unit_of(full)] is True
    with pytest.raises(Invalid):
        quotas_services.hand_on_places(
            session, actor=world.officials["province"], round_=upper, track_key=TRACK,
            unit=ladder.unit_of(full), places=1, reason="退回", now=NOW,
        )  # fmt: skip


def test_a_handed_on_place_lets_the_reserve_of_a_finished_round_go_up(session, world, two_cities):
    upper, full, _other = two_cities
    second = world.entry(full, accepted=True)
    world.numbers(full)
    for judge in panels.judges_of(session, full.id):
        world.score(world.assign(second, judge), t2("65"))
    quotas_services.return_places(
        session, actor=world.officials["city"], round_=full, track_key=TRACK, places=1, reason="先退一个",
        now=NOW,
    )  # fmt: skip
    now = finished(session, world, full)
    assert second.state is EntryState.RESERVE
    shares = quotas_services.hand_on_places(
        session, actor=world.officials["province"], round_=upper, track_key=TRACK, unit=None, places=1,
        reason="按规则调剂", now=now,
    )  # fmt: skip
    assert shares == {ladder.unit_of(full): 1}
    raised = standings_services.promote_reserve(
        session, actor=world.officials["city"], round_=full, track_key=TRACK, now=now
    )
    assert raised.from_entry_id == second.id


def test_a_reserve_is_asked_for_as_long_as_one_can_go_up(session, world):
    awards = world.edition("award_scheme", "one_two_three").id
    totals = [["90"] * 3, ["85"] * 3, ["80"] * 3, ["75"] * 3]
    round_ = world.judged_round(totals=totals, reserve_places=2, award_edition_id=awards)
    world.give_places(round_, 2)
    upper = ladder.round_above(session, round_)
    upper.accepts_late = True
    official, after = world.officials["city"], finished(session, world, round_)
    for raised in world.entries_of(upper):
        leader = world.leader_of(raised.result)
        services.withdraw_entry(
            session, actor=leader, entry=raised, reason="退出", now=world.at("formal_review")
        )
    asked = sa.select(sa.func.count(Task.id)).where(Task.kind == tasks.RESERVE, Task.done_at.is_(None))
    found = [session.scalar(asked)]
    give_awards(session, actor=official, round_=round_, now=after)
    found.append(session.scalar(asked))
    for _ in range(2):
        standings_services.promote_reserve(session, actor=official, round_=round_, track_key=TRACK, now=after)
        found.append(session.scalar(asked))
    assert found == [1, 1, 1, 0]


@pytest.mark.parametrize("typed", ["1.5", "10000"])
def test_places_that_cannot_be_stay_as_they_were_typed(client, session, world, two_cities, typed):
    upper, full, _other = two_cities
    unit = ladder.unit_of(full)
    before = ladder.quotas_for(session, upper, unit)
    client.enter(session.get(Person, world.officials["province"].person_id))
    cell = f"places-{unit.kind}-{unit.id}-{TRACK}"
    answer = client.send(f"/judging/rounds/{upper.id}/quotas", {cell: typed})
    page = answer.get_data(as_text=True)
    assert (
        answer.status_code == 422
        and f'name="{cell}" inputmode="numeric" value="{typed}" aria-invalid' in page
    )
    assert "名额请填写 0 到 9999 的整数" in page and ladder.quotas_for(session, upper, unit) == before


def test_a_company_without_a_round_is_given_places_on_the_page_and_recommends(client, session, world):
    city, result = world.round_at("city"), world.result()
    where, unit = f"/judging/rounds/{city.id}/quotas", ladder.Unit("company", world.company.id)
    client.enter(session.get(Person, world.officials["city"].person_id))
    for name in ("示例无此企业", world.make.company(world.province).name):
        refused = client.send(where, {"company": name, f"places-added-{TRACK}": "1"})
        assert refused.status_code == 422 and f'value="{name}"' in refused.get_data(as_text=True)
    client.send(where, {"company": world.company.short_code, f"places-added-{TRACK}": "1"})
    assert ladder.quotas_for(session, city, unit) == {TRACK: 1}
    page = client.get(where).get_data(as_text=True)
    assert world.company.name in page and f'name="places-company-{unit.id}-{TRACK}"' in page
    entry = services.enter_result(
        session, actor=world.department, round_=city, result=result, now=world.at("entry")
    )
    assert ladder.Unit(entry.unit_kind, entry.unit_id) == unit
    client.send(where, {f"places-company-{unit.id}-{TRACK}": "2"})
    own = world.company_round()
    assert ladder.recommending_units(session, city) == [ladder.unit_of(own)] == [unit]
    assert ladder.quotas_for(session, city, unit) == {TRACK: 2}
