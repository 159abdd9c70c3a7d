"""Standings computed from locked sheets, by hand figures of both rulesets, and publicity."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.db.engine import Sessions
from cp_circles.db.models import Event
from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, Invalid, NotAllowed, Stale
from cp_circles.judging import guards, phases, services
from cp_circles.judging.chain import PLATFORM, verify_chain
from cp_circles.judging.models import EntryState, Round, Standing, StandingRow
from cp_circles.judging.phases import PhaseClosed
from cp_circles.judging.presenting import fixed_score
from cp_circles.judging.queries import panels
from cp_circles.people.rules import SYSTEM
from cp_circles.scoring import services as scoring_services
from cp_circles.scoring.services.sheets import rubric_of
from cp_circles.standings import services as standings_services
from cp_circles.standings.queries import standings
from cp_circles.standings.services.standings import WorkOutstanding
from tests.builders import Builders
from tests.judging.world import World, t2


def rows_of(session, standing):
    """The rows of a standing by place."""
    return list(
        session.scalars(
            sa.select(StandingRow).where(StandingRow.standing_id == standing.id).order_by(StandingRow.place)
        )
    )


def fill(rubric, total):
    """Points on any rubric that add up to the total."""
    left, points = Decimal(total), {}
    for criterion in rubric.criteria:
        points[criterion.key] = str(min(left, criterion.points))
        left -= min(left, criterion.points)
    assert left == 0
    return points


def test_compute_standing_by_hand_with_trimming(session, world):
    """83.0 and one 87.5 are dropped; 84 + 84 + 85 + 85 + 87.5 = 425.5; / 5 = 85.10."""
    seven = ["83", "84", "84", "85", "85", "87.5", "87.5"]
    round_ = world.judged_round(totals=[["90.5"] * 7, seven])
    world.give_places(round_, 1)
    standing = standings_services.compute_standing(
        session, actor=world.officials["city"], round_=round_, now=world.at("deliberation")
    )
    first, second = rows_of(session, standing)
    assert (first.score, first.place, first.decision) == (Decimal("90.500"), 1, "promoted")
    assert (second.score, second.place, second.decision) == (Decimal("85.100"), 2, "reserve")
    stage = second.working["stages"][0]
    assert [score["dropped"] for score in stage["scores"]] == ["low", "", "", "", "", "", "high"]
    assert (stage["sum"], stage["mean"], stage["valid_count"], stage["used_count"]) == (
        "425.5",
        "85.10",
        7,
        5,
    )
    assert stage["scores"][0]["criteria"] == t2("83")
    assert second.why["values"] == {
        "place": "2",
        "quota": "1",
        "cut": "90.50",
        "total": "85.10",
        "pass_mark": "60.00",
        "number": "1",
    }
    assert {entry.state for entry in world.entries_of(round_)} == {EntryState.SCORED}


def test_compute_standing_by_the_association_rule(session, world):
    """Paper x 0.6 a judge, then trimmed and averaged; presentation out of 28; 61.46 + 24.00 = 85.46."""
    world.round_at("province")
    round_ = world.round_at("city", rule="petroleum")
    entry = world.entry(round_)
    judges = [world.judge(round_) for _ in range(4)]
    world.numbers(round_)
    for judge, total in zip(judges, ["100.5", "96", "110", "104.35"], strict=True):
        sheet = world.assign(entry, judge)
        world.score(sheet, fill(rubric_of(session, sheet), total))
    for judge, total in zip(judges[:3], ["24", "25", "23.5"], strict=True):
        sheet = world.assign(entry, judge, "presentation")
        world.score(sheet, fill(rubric_of(session, sheet), total))
    standing = standings_services.compute_standing(
        session, actor=world.officials["city"], round_=round_, now=world.at("deliberation")
    )
    (row,) = rows_of(session, standing)
    paper, presentation = row.working["stages"]
    assert [score["scaled"] for score in paper["scores"]] == ["60.3", "57.6", "66", "62.61"]
    assert [score["dropped"] for score in paper["scores"]] == ["", "low", "high", ""]
    assert (paper["scale"], paper["mean"], presentation["mean"]) == ("0.6", "61.46", "24.00")
    assert (row.score, row.working["total"]) == (Decimal("85.460"), "85.46")


def test_compute_standing_of_a_company_by_weights(session, world):
    """On site 0.6 x 88.00, presentation 0.4 x 80.50: 52.80 + 32.20 = 85.00."""
    world.round_at("city")
    round_ = world.company_round()
    entry, judge = world.entry(round_), world.judge(round_)
    on_site, presented = world.assign(entry, judge, "on_site"), world.assign(entry, judge, "presentation")
    world.score(on_site, fill(rubric_of(session, on_site), "88"))
    world.score(presented, fill(rubric_of(session, presented), "80.5"))
    standing = standings_services.compute_standing(
        session, actor=world.department, round_=round_, now=world.at("deliberation")
    )
    (row,) = rows_of(session, standing)
    assert row.score == Decimal("85.000")
    assert [stage["weighted"] for stage in row.working["stages"]] == ["52.8", "32.2"]


def test_compute_standing_refuses_while_work_is_out(session, world):
    world.round_at("province")
    round_ = world.round_at("city")
    entry, waiting = world.entry(round_), world.entry(round_, accepted=False)
    judges = [world.judge(round_) for _ in range(3)]
    world.numbers(round_)
    sheets = [world.assign(entry, judge) for judge in judges]
    for sheet in sheets[:2]:
        world.score(sheet, t2("80"))
    facts = dict(actor=world.officials["city"], round_=round_)
    with pytest.raises(PhaseClosed):
        standings_services.compute_standing(session, **facts, now=world.at("scoring"))
    with pytest.raises(WorkOutstanding) as refused:
        standings_services.compute_standing(session, **facts, now=world.at("deliberation"))
    assert refused.value.values == {"count": 1}
    services.review_entry(
        session, actor=SYSTEM, entry=waiting, outcome="rejected", reason="逾期", now=world.at("formal_review")
    )
    with pytest.raises(WorkOutstanding) as refused:
        standings_services.compute_standing(session, **facts, now=world.at("deliberation"))
    assert refused.value.msgid == "Score sheets still open: %(count)s."
    scoring_services.abstain(
        session,
        actor=world.make.actor(sheets[2].judge),
        sheet=sheets[2],
        reason="专业不符",
        now=world.at("scoring"),
    )
    with pytest.raises(WorkOutstanding) as refused:
        standings_services.compute_standing(session, **facts, now=world.at("deliberation"))
    assert refused.value.values == {"entry": 1, "scored": 2, "needed": 3}
    with pytest.raises(NotAllowed):
        standings_services.compute_standing(
            session, actor=world.officials["nation"], round_=round_, now=world.at("deliberation")
        )
    assert session.scalar(sa.select(sa.func.count(Standing.id))) == 0


def test_compute_again_asks_for_a_reason_and_keeps_the_earlier(session, world):
    round_ = world.judged_round()
    facts = dict(actor=world.officials["city"], round_=round_, now=world.at("deliberation"))
    first = standings_services.compute_standing(session, **facts)
    with pytest.raises(Invalid):
        standings_services.compute_standing(session, **facts)
    second = standings_services.compute_standing(session, reason="名额调整", **facts)
    assert [row.id for row in standings.standings_of(session, round_.id)] == [second.id, first.id]
    assert round_.standing_id == second.id


def test_equal_totals_are_set_apart_by_the_published_order(session, world):
    """Both 85; the first has effect 15, the second effect 20: the second stands first."""
    low = {"topic": "15", "cause": "30", "action": "20", "effect": "15", "report": "5", "feature": "0"}
    high = {"topic": "15", "cause": "30", "action": "20", "effect": "20", "report": "0", "feature": "0"}
    world.round_at("province")
    round_ = world.round_at("city")
    entries, judges = [world.entry(round_) for _ in range(2)], [world.judge(round_) for _ in range(3)]
    world.numbers(round_)
    for entry, points in zip(entries, (low, high), strict=True):
        for judge in judges:
            world.score(world.assign(entry, judge), points)
    standing = standings_services.compute_standing(
        session, actor=world.officials["city"], round_=round_, now=world.at("deliberation")
    )
    first, second = rows_of(session, standing)
    assert (first.entry_id, second.entry_id) == (entries[1].id, entries[0].id)
    assert first.working["tie_steps"] == [{"key": "criterion:paper.effect", "value": "20"}]
    assert first.working["tied"] == [1]


def test_two_who_compute_at_once_one_wins(database_url, engine):
    """Both saw version n; the second is told that the round changed, and one standing exists."""
    sessions = Sessions(engine)
    with sessions.writing() as session:
        world = World(session, Builders(session, datetime(2026, 9, 18, 1, tzinfo=UTC)))
        round_ = world.judged_round()
        round_id, version, now = round_.id, round_.version, world.at("deliberation")
        official = world.officials["city"]
        session.commit()
    barrier, outcomes = threading.Barrier(2), []

    def compute():
        barrier.wait()
        with sessions.writing() as own:
            try:
                round_ = own.get(Round, round_id)
                standings_services.compute_standing(
                    own, actor=official, round_=round_, version=version, now=now
                )
                own.commit()
                outcomes.append("won")
            except Stale:
                own.rollback()
                outcomes.append("stale")
            except Invalid as error:
                own.rollback()
                outcomes.append(error.field)

    threads = [threading.Thread(target=compute) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[-1] == "won" and outcomes.count("won") == 1
    with sessions.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Standing.id))) == 1
        assert verify_chain(session, f"round:{round_id}").is_whole


def test_publish_begins_the_period_on_working_days(session, world):
    """2026-09-30 is a Wednesday before the holiday week; with weekdays only, 5 days end on Wednesday 7 October."""
    world.season.pack = "test"
    round_ = world.judged_round()
    official = world.officials["city"]
    now = datetime(2026, 9, 30, 2, tzinfo=UTC)
    services.end_phase_now(session, actor=official, round_=round_, reason="已齐", now=now - timedelta(days=1))
    facts = dict(actor=official, round_=round_, now=now)
    with pytest.raises(DomainError):
        standings_services.publish_standing(session, **facts)
    standings_services.compute_standing(session, **facts)
    round_.announced_at = None
    standings_services.publish_standing(session, **facts)
    assert round_.announced_at == now
    assert round_.publicity_ends_at == datetime(2026, 10, 7, 9, tzinfo=UTC)
    rule = guards.rule_of(session, round_)
    assert phases.phase_of(round_, rule, now).key == "publicity"
    assert phases.phase_of(round_, rule, round_.publicity_ends_at).key == "final"
    with pytest.raises(DomainError):
        standings_services.publish_standing(session, **facts)
    head = session.scalar(sa.select(Event).where(Event.chain == PLATFORM))
    assert head.after["hash"] == session.scalar(
        sa.select(Event.hash).where(Event.chain == f"round:{round_.id}").order_by(Event.position.desc())
    )


def test_publicity_knows_the_chinese_holidays(session, world):
    """National Day 2026 (1 to 7 October): five working days after 30 September end on 13 October."""
    world.season.pack = "china"
    round_ = world.judged_round()
    round_.published_at = datetime(2026, 9, 30, 2, tzinfo=UTC)
    from cp_circles.standings.services.publicity import wind_clock

    wind_clock(session, round_)
    assert round_.publicity_ends_at == datetime(2026, 10, 13, 9, tzinfo=UTC)


def test_publish_refuses_an_old_standing_and_a_missing_upper_round(session, world):
    round_ = world.judged_round(upper=None)
    facts = dict(actor=world.officials["city"], round_=round_, now=world.at("deliberation"))
    standings_services.compute_standing(session, **facts)
    with pytest.raises(DomainError) as refused:
        standings_services.publish_standing(session, **facts)
    assert refused.value.msgid.startswith("The round above is not open yet")
    world.round_at("province")
    world.give_places(round_, 1)
    with pytest.raises(DomainError) as refused:
        standings_services.publish_standing(session, **facts)
    assert refused.value.msgid.startswith("Scores or quotas changed")
    assert round_.published_at is None


def test_standing_page_reads_a_fixed_number_of_statements(session, world, count_statements):
    small = world.judged_round(totals=[["80", "80", "80"]])
    first = standings_services.compute_standing(
        session, actor=SYSTEM, round_=small, now=world.at("deliberation")
    )
    other = world.make.region("city", world.province)
    big = world.judged_round(totals=[["80", "80", "80"]] * 3, region=other, upper=None)
    second = standings_services.compute_standing(
        session, actor=SYSTEM, round_=big, now=world.at("deliberation")
    )
    ids = (first.id, second.id)

    def read(standing_id):
        def ask():
            for row in standings.standing_by_id(session, standing_id).rows:
                assert row.entry.result.project.company.region.name and row.entry.result.project.circle.name

        return ask

    assert count_statements(read(ids[0])) == count_statements(read(ids[1]))


def test_the_panel_list_is_by_number(session, world):
    round_ = world.judged_round()
    assert [judge.number for judge in panels.judges_of(session, round_.id)] == [1, 2, 3]
    assert editions.pack(session, round_.rule_edition_id).key == "paper_blind"


def test_printed_points_are_rounded_half_up():
    printed = [fixed_score(Decimal(text), 1) for text in ("60.25", "60.35", "60")]
    assert printed == ["60.3", "60.4", "60.0"]
