"""A falsified result: one act takes away what rests on it, and bars its circle."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from cp_circles.awards.models import Award
from cp_circles.awards.services import annul_result, foresee_annulment, give_awards
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.judging import services, tasks
from cp_circles.judging.models import EntryState, Standing
from cp_circles.judging.outcome_models import CircleBan
from cp_circles.judging.queries import ladder
from cp_circles.judging.services.bans import CircleBarred
from cp_circles.notices.models import Task
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.results.models import ResultState
from cp_circles.standings import services as standings_services

NOW = datetime(2026, 10, 9, 2, tzinfo=UTC)


@pytest.fixture
def awarded(session, world):
    """A finished city round with awards: the first went up, the second is its reserve."""
    round_ = world.judged_round(
        totals=[["95"] * 3, ["85"] * 3],
        reserve_places=1,
        award_edition_id=world.edition("award_scheme", "one_two_three").id,
    )
    world.give_places(round_, 1)
    ladder.round_above(session, round_).accepts_late = True
    official = world.officials["city"]
    standings_services.compute_standing(session, actor=official, round_=round_, now=NOW)
    standings_services.publish_standing(session, actor=official, round_=round_, now=NOW)
    standings_services.finish_round(session, actor=official, round_=round_, now=round_.publicity_ends_at)
    give_awards(session, actor=official, round_=round_, now=round_.finished_at)
    return round_


def facts_of(world, round_, **facts):
    """The act on the first entry's result, by the city."""
    result = world.entries_of(round_)[0].result
    return dict(actor=world.officials["city"], result=result, reason="现场照片造假。", seasons=1) | {
        "now": round_.finished_at or NOW
    } | facts  # fmt: skip


def test_everything_that_rests_on_it_follows(session, world, awarded):
    first, second = world.entries_of(awarded)
    upper = ladder.round_above(session, awarded)
    (raised,) = world.entries_of(upper)
    found = foresee_annulment(session, actor=world.officials["city"], result=first.result)
    assert [entry.id for entry in found.entries] == [first.id, raised.id]
    award = session.scalar(sa.select(Award).where(Award.entry_id == first.id))
    assert [row.id for row in found.awards] == [award.id] and found.usual_seasons == 1
    annul_result(session, seen=found.digest, **facts_of(world, awarded))
    assert first.result.state is ResultState.REVOKED
    assert award.revoke_reason == "现场照片造假。" and award.revoked_at is not None
    assert first.disqualified_at is not None and raised.disqualified_at is not None
    waiting = session.scalar(sa.select(sa.func.count(Task.id)).where(Task.kind == tasks.RESERVE))
    assert waiting == 1
    moved = standings_services.promote_reserve(
        session,
        actor=world.officials["city"],
        round_=awarded,
        track_key=first.track_key,
        now=awarded.finished_at,
    )
    assert moved.from_entry_id == second.id
    with pytest.raises(DomainError):
        annul_result(session, **facts_of(world, awarded))


def test_its_circle_is_barred_until_the_season_is_over_and_reads_why(session, world, awarded):
    result = world.entries_of(awarded)[0].result
    annul_result(session, **facts_of(world, awarded))
    ban = session.scalar(sa.select(CircleBan))
    assert (ban.circle_id, ban.until_year) == (result.project.circle_id, 2027)
    other, round_ = world.result(), world.company_round()
    other.project.circle_id = result.project.circle_id
    leader = world.leader_of(other)
    facts = dict(actor=leader, round_=round_, result=other, now=world.at("entry"))
    with pytest.raises(CircleBarred) as refused:
        services.enter_result(session, **facts)
    assert refused.value.values == {"year": 2027, "reason": "现场照片造假。"}
    with pytest.raises(CircleBarred):
        services.enter_result(session, **facts | {"now": world.at("scoring")})
    assert world.entries_of(round_) == []
    world.season.year = 2028
    session.flush()
    assert services.enter_result(session, **facts).state is EntryState.SUBMITTED


def test_its_entry_is_shown_as_annulled_and_not_annulled_again(session, client, world, awarded):
    entry, other = world.entries_of(awarded)[:2]
    client.enter(session.get(Person, world.officials["city"].person_id))
    act = f"/judging/entries/{entry.id}"
    assert "认定弄虚作假" in client.get(act).get_data(as_text=True)
    annul_result(session, **facts_of(world, awarded))
    session.commit()
    page = client.get(act).get_data(as_text=True)
    assert "已认定弄虚作假" in page and "/falsified" not in page
    assert "/falsified" in client.get(f"/judging/entries/{other.id}").get_data(as_text=True)
    rows = client.get(f"/judging/rounds/{awarded.id}/entries").get_data(as_text=True)
    assert rows.count("已认定弄虚作假") == 1 and "已取消 1" in rows
    listed = f"/judging/rounds/{awarded.id}/entries?state="
    assert act not in client.get(f"{listed}{entry.state.value}").get_data(as_text=True)
    assert act in client.get(f"{listed}struck").get_data(as_text=True)
    assert client.get(f"{act}/report").status_code == 200
    waiting = world.entry(awarded, accepted=False)
    session.commit()
    assert "认定弄虚作假" in client.get(f"/judging/entries/{waiting.id}").get_data(as_text=True)
    annul_result(session, **facts_of(world, awarded, result=waiting.result))
    session.commit()
    page = client.get(f"/judging/entries/{waiting.id}").get_data(as_text=True)
    assert "已退出本轮评审" in page and "/awards/falsified" not in page
    client.enter(session.get(Person, world.leader_of(waiting.result).person_id))
    page = client.get(f"/judging/entries/{waiting.id}").get_data(as_text=True)
    assert "已认定弄虚作假" in page


def test_an_annulled_entry_is_not_withdrawn_any_more(session, client, stage_at):
    world = stage_at("entry")
    round_ = world.round_at("city")
    entry, other = (world.entry(round_, accepted=False) for _ in range(2))
    session.commit()
    facts = dict(actor=world.leader_of(entry.result), entry=entry, reason="重做", now=world.at("entry"))
    client.enter(session.get(Person, facts["actor"].person_id))
    here, act = f"/judging/entries/{entry.id}", f"/judging/entries/{entry.id}/withdraw"
    assert act in client.get(here).get_data(as_text=True)
    annul_result(session, **facts_of(world, round_))
    session.commit()
    assert act not in client.get(here).get_data(as_text=True)
    with pytest.raises(DomainError):
        services.withdraw_entry(session, **facts)
    assert entry.state is EntryState.SUBMITTED and other.disqualified_at is None


def test_who_may_not_and_what_is_refused(session, world, awarded, make):
    entry = world.entries_of(awarded)[0]
    with pytest.raises(NotFound):
        annul_result(session, **facts_of(world, awarded, actor=make.actor()))
    leader = world.leader_of(entry.result)
    with pytest.raises(NotFound):
        annul_result(session, **facts_of(world, awarded, actor=leader))
    make.grant(entry.result.project.circle.leader.person, Role.OFFICIAL, ScopeKind.REGION, world.city)
    person = entry.result.project.circle.leader.person
    with pytest.raises(NotAllowed):
        annul_result(session, **facts_of(world, awarded, actor=make.actor(person)))
    with pytest.raises(Invalid):
        annul_result(session, **facts_of(world, awarded, reason=" "))
    with pytest.raises(Invalid):
        annul_result(session, **facts_of(world, awarded, seasons=99))
    with pytest.raises(Stale):
        annul_result(session, seen="0" * 64, **facts_of(world, awarded))
    assert entry.result.state is ResultState.FROZEN and entry.disqualified_at is None
    assert session.scalar(sa.select(sa.func.count(CircleBan.id))) == 0


def test_a_list_in_publicity_follows_at_once(session, world):
    round_ = world.judged_round(totals=[["95"] * 3, ["85"] * 3], reserve_places=1)
    world.give_places(round_, 1)
    official = world.officials["city"]
    standings_services.compute_standing(session, actor=official, round_=round_, now=NOW)
    standings_services.publish_standing(session, actor=official, round_=round_, now=NOW)
    _first, second = world.entries_of(round_)
    annul_result(session, **facts_of(world, round_, seasons=0))
    rows = session.get(Standing, round_.standing_id).rows
    assert [(row.entry_id, row.decision) for row in rows] == [(second.id, "promoted")]
    assert session.scalar(sa.select(sa.func.count(CircleBan.id))) == 0
    annul_result(session, **facts_of(world, round_, result=second.result))
    assert round_.published_at is None
