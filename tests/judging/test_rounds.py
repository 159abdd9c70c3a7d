"""Seasons, rounds, phases by the clock, quotas and the ladder."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.db.events import events_of
from cp_circles.editions import queries as editions
from cp_circles.editions.services import publish_edition
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.judging import guards, phases, services
from cp_circles.judging.models import CountyRounds, Level, Quota, Round, RoundPhase, Season
from cp_circles.judging.queries import ladder
from cp_circles.people.models import Role, ScopeKind
from cp_circles.quotas import services as quotas_services
from cp_circles.rulesets.schema import RoundRule
from tests.journeys.packs import METHOD, TRACK
from tests.judging.world import World


def test_open_season_is_for_the_nation_and_happens_once(session, world):
    facts = dict(
        year=2027,
        name="2027",
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
        pack="test",
        ladder_edition_id=world.season.ladder_edition_id,
        now=world.start,
    )
    with pytest.raises(NotAllowed):
        services.open_season(session, actor=world.officials["province"], **facts)
    season = services.open_season(session, actor=world.officials["nation"], **facts)
    assert season.year == 2027
    with pytest.raises(DomainError):
        services.open_season(session, actor=world.officials["nation"], **facts)
    later = {**facts, "year": 2028, "ends_on": date(2026, 1, 1)}
    with pytest.raises(Invalid) as refused:
        services.open_season(session, actor=world.officials["nation"], **later)
    assert refused.value.field == "ends_on"
    assert session.scalar(sa.select(sa.func.count(Season.id))) == 2


def test_open_round_is_for_the_organiser_only(session, world):
    settings = world.settings("paper_blind")
    facts = dict(season=world.season, level=Level.CITY, region=world.city, settings=settings, now=world.start)
    with pytest.raises(NotAllowed):
        services.open_round(session, actor=world.officials["province"], **facts)
    with pytest.raises(NotFound):
        services.open_round(session, actor=world.officials["county"], **facts)
    assert session.scalar(sa.select(sa.func.count(Round.id))) == 0
    round_ = services.open_round(session, actor=world.officials["city"], **facts)
    assert [track.key for track in round_.tracks] == ["problem_solving", "innovation"]
    assert "cp_audit" in round_.tracks[0].methods + round_.tracks[1].methods
    assert round_.pass_mark == 60
    assert events_of(session, round_)[0].verb == "judging.open_round"
    with pytest.raises(DomainError):
        services.open_round(session, actor=world.officials["city"], **facts)


def test_a_method_of_a_track_that_a_rule_does_not_know_enters_its_second_choice(session, make, world):
    administrator = make.holder(Role.ADMINISTRATOR)
    for kind, text in (("track", TRACK), ("method", METHOD)):
        publish_edition(session, actor=administrator, kind=kind, text=text, now=world.start)
    rule = editions.pack(session, world.settings("paper_blind").rule_edition_id, RoundRule)
    plans = {plan.key: plan.methods for plan in services.default_tracks(session, rule)}
    assert list(plans) == ["problem_solving", "innovation"]
    assert plans["innovation"] == ("qc_innovate", "quick_turn")
    assert "quick_turn" not in plans["problem_solving"]


def test_open_round_refuses_a_rule_of_another_level(session, world):
    with pytest.raises(Invalid) as refused:
        world.round_at("city", rule="basic_company")
    assert refused.value.field == "rule_edition_id"


def test_open_round_refuses_overlapping_phases(session, world):
    settings = world.settings("paper_blind")
    plan = list(settings.phases)
    plan[1] = replace(plan[1], starts_at=plan[0].ends_at - timedelta(hours=1))
    with pytest.raises(Invalid) as refused:
        services.open_round(
            session,
            actor=world.officials["city"],
            season=world.season,
            level=Level.CITY,
            region=world.city,
            settings=replace(settings, phases=plan),
            now=world.start,
        )
    assert refused.value.field == "phases"


def test_county_rounds_are_on_for_a_whole_city(session, world):
    with pytest.raises(DomainError):
        world.round_at("county")
    with pytest.raises(NotAllowed):
        services.hold_county_rounds(
            session,
            actor=world.officials["province"],
            season=world.season,
            city=world.city,
            held=True,
            now=world.start,
        )
    services.hold_county_rounds(
        session,
        actor=world.officials["city"],
        season=world.season,
        city=world.city,
        held=True,
        now=world.start,
    )
    world.round_at("county")
    with pytest.raises(DomainError):
        services.hold_county_rounds(
            session,
            actor=world.officials["city"],
            season=world.season,
            city=world.city,
            held=False,
            now=world.start,
        )
    assert session.scalar(sa.select(sa.func.count(CountyRounds.id))) == 1


def test_rights_follow_the_clock(session, world):
    round_ = world.round_at("city")
    rule = guards.rule_of(session, round_)
    open_rights = {
        key: sorted(
            right
            for right in ("submit_entry", "review_entry", "declare_conflict", "score", "object", "award")
            if phases.right_open(round_, rule, right, world.at(key))
        )
        for key in (
            "entry",
            "formal_review",
            "conflict_declaration",
            "scoring",
            "deliberation",
            "publicity",
            "final",
        )
    }
    assert open_rights == {
        "entry": ["submit_entry"],
        "formal_review": ["review_entry"],
        "conflict_declaration": ["declare_conflict"],
        "scoring": ["declare_conflict", "score"],
        "deliberation": [],
        "publicity": ["object"],
        "final": ["award"],
    }
    assert phases.phase_of(round_, rule, world.start - timedelta(seconds=1)) is None


def test_edit_round_until_scoring_and_not_over_another_editor(session, world):
    round_ = world.round_at("city")
    settings = replace(world.settings("paper_blind"), name="改名", reserve_places=4)
    before = round_.version
    services.edit_round(
        session,
        actor=world.officials["city"],
        round_=round_,
        settings=settings,
        version=before,
        now=world.start,
    )
    assert (round_.name, round_.reserve_places, round_.version) == ("改名", 4, before + 1)
    with pytest.raises(Stale):
        services.edit_round(
            session,
            actor=world.officials["city"],
            round_=round_,
            settings=settings,
            version=before,
            now=world.start,
        )
    with pytest.raises(DomainError):
        services.edit_round(
            session,
            actor=world.officials["city"],
            round_=round_,
            settings=settings,
            version=round_.version,
            now=world.at("scoring"),
        )
    with pytest.raises(NotAllowed):
        services.edit_round(
            session,
            actor=world.officials["nation"],
            round_=round_,
            settings=settings,
            version=round_.version,
            now=world.start,
        )


def test_a_track_that_holds_entries_is_not_dropped(session, world):
    round_ = world.round_at("city")
    entry = world.entry(round_)
    settings, other = (
        world.settings("paper_blind"),
        next(row for row in round_.tracks if row.key != entry.track_key),
    )
    rule = guards.rule_of(session, round_)
    plans = [one for one in services.default_tracks(session, rule) if one.key != entry.track_key]
    facts = dict(
        actor=world.officials["city"],
        round_=round_,
        version=round_.version,
        reason="示例",
        now=world.at("entry"),
    )
    with pytest.raises(Invalid) as refused:
        services.edit_round(session, settings=replace(settings, tracks=plans), **facts)
    assert (refused.value.field, refused.value.values) == ("tracks", {"track": entry.track_key})
    assert entry.track_key in {row.key for row in round_.tracks} and other.key
    plans = [one for one in services.default_tracks(session, rule) if one.key != other.key]
    services.edit_round(session, settings=replace(settings, tracks=plans), **facts)
    assert other.key not in {row.key for row in round_.tracks}


def test_move_phase_needs_a_reason_and_never_overlaps(session, world):
    round_ = world.round_at("city")
    official, now = world.officials["city"], world.at("entry")
    row = round_.phases[0]
    with pytest.raises(Invalid):
        services.move_phase(
            session, actor=official, round_=round_, key="entry", ends_at=now, reason=" ", now=now
        )
    with pytest.raises(Invalid) as refused:
        services.move_phase(
            session,
            actor=official,
            round_=round_,
            key="entry",
            ends_at=row.ends_at + timedelta(days=1),
            reason="延长",
            now=now,
        )
    assert refused.value.field == "phases"
    session.refresh(row)
    services.move_phase(
        session,
        actor=official,
        round_=round_,
        key="entry",
        ends_at=row.ends_at - timedelta(days=1),
        reason="提前",
        now=now,
    )
    event = events_of(session, round_)[0]
    assert (event.verb, event.reason, event.after["phase"]) == ("judging.move_phase", "提前", "entry")


def test_a_phase_that_is_over_opens_again_and_pushes_the_later_ones(session, world):
    round_ = world.round_at("city")
    rule = guards.rule_of(session, round_)
    official, now = world.officials["city"], world.at("deliberation")
    plan = {row.key: (row.starts_at, row.ends_at) for row in round_.phases}
    late = {"actor": official, "round_": round_, "key": "scoring", "reason": "评分单不足"}

    def move(**facts):
        return services.move_phase(session, **late, **facts)

    with pytest.raises(Invalid) as refused:
        move(ends_at=now, push=True, now=now)
    assert refused.value.field == "ends_at"
    with pytest.raises(Invalid) as refused:
        move(ends_at=now + timedelta(days=2), now=now)
    assert refused.value.field == "phases"
    session.refresh(next(row for row in round_.phases if row.key == "scoring"))
    move(ends_at=now + timedelta(days=2), push=True, now=now)
    later = list(plan)[list(plan).index("scoring") + 1 :]
    by = now + timedelta(days=2) - plan[later[0]][0]
    assert later
    (event, *_) = events_of(session, round_)
    kept = [[key for key, _start, _end in facts["phases"]] for facts in (event.before, event.after)]
    assert kept == [["scoring", *later]] * 2
    assert event.before["phases"][1] == [later[0], *(at.isoformat() for at in plan[later[0]])]
    for row in round_.phases:
        pushed = by if row.key in later else timedelta(0)
        assert row.starts_at == plan[row.key][0] + pushed
    assert phases.phase_of(round_, rule, now).key == "scoring"
    round_.published_at = now
    with pytest.raises(DomainError):
        move(ends_at=now + timedelta(days=3), push=True, now=now)


def test_end_phase_now_lets_the_next_begin(session, world):
    round_ = world.round_at("city")
    rule = guards.rule_of(session, round_)
    now = world.at("entry")
    services.end_phase_now(session, actor=world.officials["city"], round_=round_, reason="已齐", now=now)
    assert phases.phase_of(round_, rule, now).key == "formal_review"
    after = events_of(session, round_)[0].after["phases"]
    assert [(key, start) for key, start, _end in after][1:] == [("formal_review", now.isoformat())]
    assert after[0][2] == now.isoformat()
    assert (
        session.scalar(
            sa.select(sa.func.count(RoundPhase.id)).where(RoundPhase.starts_at >= RoundPhase.ends_at)
        )
        == 0
    )


def test_set_quota_for_the_units_right_below(session, world):
    province = world.round_at("province")
    city = world.round_at("city")
    company = world.company_round()
    assert ladder.recommending_units(session, province) == [ladder.unit_of(city)]
    assert ladder.recommending_units(session, city) == [ladder.unit_of(company)]
    facts = dict(round_=province, track_key="problem_solving", places=2, now=world.start)
    quotas_services.set_quota(session, actor=world.officials["province"], unit=ladder.unit_of(city), **facts)
    assert ladder.quotas_for(session, province, ladder.unit_of(city)) == {"problem_solving": 2}
    with pytest.raises(NotFound):
        quotas_services.set_quota(
            session, actor=world.officials["province"], unit=ladder.unit_of(company), **facts
        )
    with pytest.raises(NotAllowed):
        quotas_services.set_quota(
            session, actor=world.officials["nation"], unit=ladder.unit_of(city), **facts
        )
    for places in (-1, 10_000):
        wrong = {**facts, "places": places}
        with pytest.raises(Invalid):
            quotas_services.set_quota(
                session, actor=world.officials["province"], unit=ladder.unit_of(city), **wrong
            )
    assert session.scalar(sa.select(sa.func.count(Quota.id))) == 1


def levels_above(session, round_: Round) -> list[str]:
    """The levels that lie above a round."""
    return [step.level.value for step in ladder.steps_of(session, round_) if not step.is_here]


def test_ladder_of_an_ordinary_company(session, world):
    assert levels_above(session, world.company_round()) == ["city", "province", "nation"]
    services.hold_county_rounds(
        session, actor=world.administrator, season=world.season, city=world.city, held=True, now=world.start
    )
    session.expire_all()
    round_ = session.scalar(sa.select(Round))
    assert levels_above(session, round_) == ["county", "city", "province", "nation"]


def test_ladder_in_a_municipality_skips_the_city(session, world: World, make):
    municipality = make.region("province", world.nation, is_municipality=True)
    district = make.region("county", municipality)
    round_ = world.company_round(make.company(district))
    assert levels_above(session, round_) == ["province", "nation"]


def test_direct_county_holds_a_city_level_round(session, world: World, make):
    direct = make.region("county", world.province, is_direct_county=True)
    round_ = world.company_round(make.company(direct))
    assert levels_above(session, round_) == ["city", "province", "nation"]
    upper = world.round_at("city", region=direct)
    assert ladder.round_above(session, round_).id == upper.id
    official = make.holder(Role.OFFICIAL, ScopeKind.REGION, direct)
    assert official.oversees(direct.path)
