"""Bad input and bad luck in a round: each has one outcome, told in words (docs/guides/judging-outcomes.md)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.calc.workdays import ChineseCalendar
from cp_circles.errors import DomainError, Invalid, NotAllowed
from cp_circles.judging import services, tasks
from cp_circles.judging.models import EntryState, Objection, Season, Standing
from cp_circles.judging.outcome_models import CalendarDay
from cp_circles.judging.queries import ladder, panels
from cp_circles.judging.queries.amendments import amendments_of
from cp_circles.judging.queries.calendars import calendar_of
from cp_circles.notices.models import Mail, Task
from cp_circles.people.models import Person
from cp_circles.quotas.services import returned_places
from cp_circles.scoring import services as scoring_services
from cp_circles.standings import services as standings_services
from cp_circles.standings.services.standings import WorkOutstanding
from cp_circles.standings.services.striking import strike_entry
from tests.conftest import NOW as NOW_OF_CLIENT

NOW = datetime(2026, 10, 9, 2, tzinfo=UTC)


def test_all_judges_recused_leaves_no_standing_and_says_what_is_missing(session, world):
    round_ = world.judged_round(totals=[["90"] * 3])
    for sheet in panels.sheets_of_round(session, round_.id):
        scoring_services.recuse(
            session, actor=world.make.actor(sheet.judge), sheet=sheet, reason="亲属", now=world.at("scoring")
        )
    with pytest.raises(DomainError) as refused:
        standings_services.compute_standing(session, actor=world.officials["city"], round_=round_, now=NOW)
    assert refused.value.values == {"entry": 1, "scored": 0, "needed": 3}
    assert round_.standing_id is None


def test_the_panel_says_where_judges_are_short_and_what_to_do(session, client, stage_at):
    world = stage_at("scoring")
    round_ = world.judged_round(totals=[["90"] * 3])
    client.enter(session.get(Person, world.officials["city"].person_id))
    here, short = f"/judging/rounds/{round_.id}/panel", "能评分的评委只有0名，规则要求3名"
    assert short not in client.get(here).get_data(as_text=True)
    for sheet in panels.sheets_of_round(session, round_.id):
        judge = world.make.actor(sheet.judge)
        scoring_services.recuse(session, actor=judge, sheet=sheet, reason="亲属", now=NOW_OF_CLIENT)
    assert short in client.get(here).get_data(as_text=True)


def test_equal_through_every_tie_rule_shares_the_place_and_the_place_above_comes_back(session, world):
    round_ = world.judged_round(totals=[["80"] * 3, ["80"] * 3], reserve_places=0)
    world.give_places(round_, 1)
    upper, official = ladder.round_above(session, round_), world.officials["city"]
    upper.accepts_late = True
    standings_services.compute_standing(session, actor=official, round_=round_, now=NOW)
    rows = session.get(Standing, round_.standing_id).rows
    assert {(row.place, row.decision) for row in rows} == {(1, "not_promoted")}
    assert {row.why["msgid"] for row in rows} == {
        "Place %(place)s is tied across the quota of %(quota)s; by the published rule none goes up."
    }
    standings_services.publish_standing(session, actor=official, round_=round_, now=NOW)
    standings_services.finish_round(session, actor=official, round_=round_, now=round_.publicity_ends_at)
    assert {entry.state for entry in world.entries_of(round_)} == {EntryState.NOT_PROMOTED}
    assert returned_places(session, upper) == {"problem_solving": 1}


def test_a_tie_at_the_cut_that_becomes_the_reserve_says_that_it_was_tied(session, client, world):
    round_ = world.judged_round(totals=[["80"] * 3, ["80"] * 3], reserve_places=1)
    world.give_places(round_, 1)
    standings_services.compute_standing(session, actor=world.officials["city"], round_=round_, now=NOW)
    assert {row.decision for row in session.get(Standing, round_.standing_id).rows} == {"reserve"}
    client.enter(session.get(Person, world.officials["city"].person_id))
    page = client.get(f"/judging/rounds/{round_.id}/standing").get_data(as_text=True)
    assert "并列该名次的成果多于名额，按公布的规则都不直接推荐。" in page


@pytest.fixture
def in_china(session, world):
    """A season of the Chinese calendar."""
    season = session.get(Season, world.season.id)
    season.pack = "china"
    session.flush()
    return world


def test_a_year_without_holidays_counts_weekdays_until_its_days_are_entered(session, in_china, make):
    world, now = in_china, datetime(2028, 9, 29, 2, tzinfo=UTC)
    assert not ChineseCalendar().covers(date(2028, 10, 2))
    round_ = world.judged_round(totals=[["90"] * 3])
    official = world.officials["city"]
    standings_services.compute_standing(session, actor=official, round_=round_, now=now)
    standings_services.publish_standing(session, actor=official, round_=round_, now=now)
    assert round_.publicity_ends_at == datetime(2028, 10, 6, 9, tzinfo=UTC)
    facts = dict(is_worked=False, name="国庆节", now=now)
    with pytest.raises(NotAllowed):
        standings_services.add_calendar_day(session, actor=official, day=date(2028, 10, 2), **facts)
    with pytest.raises(Invalid):
        standings_services.add_calendar_day(
            session, actor=world.administrator, day=date(1990, 10, 2), **facts
        )
    with pytest.raises(Invalid):
        standings_services.add_calendar_day(
            session, actor=world.administrator, day=date(2028, 10, 2), is_worked=False, name=" ", now=now
        )
    assert session.scalar(sa.select(sa.func.count(CalendarDay.id))) == 0
    rows = [
        standings_services.add_calendar_day(
            session, actor=world.administrator, day=date(2028, 10, n), **facts
        )
        for n in (2, 3)
    ]
    assert calendar_of(session, "china").covers(date(2028, 5, 1))
    assert round_.publicity_ends_at == datetime(2028, 10, 10, 9, tzinfo=UTC)
    with pytest.raises(Invalid):
        standings_services.add_calendar_day(
            session, actor=world.administrator, day=date(2028, 10, 2), **facts
        )
    standings_services.remove_calendar_day(session, actor=world.administrator, row=rows[0], now=now)
    assert round_.publicity_ends_at == datetime(2028, 10, 9, 9, tzinfo=UTC)


def test_a_rule_changed_after_its_announcement_is_an_amendment_with_a_reason(session, world):
    round_, official = world.round_at("city"), world.officials["city"]
    judge = world.judge(round_)
    services.announce_round(session, actor=official, round_=round_, now=world.start)
    now, pass_mark = world.at("entry"), round_.pass_mark
    settings = replace(world.settings("paper_blind"), pass_mark=pass_mark + 5)
    facts = dict(actor=official, round_=round_, settings=settings)
    with pytest.raises(Invalid) as refused:
        services.edit_round(session, version=round_.version, now=now, **facts)
    assert refused.value.field == "reason" and round_.pass_mark == pass_mark
    services.edit_round(session, version=round_.version, reason="主管部门要求", now=now, **facts)
    (amended,) = amendments_of(session, round_)
    assert (amended.before["pass_mark"], amended.after["pass_mark"]) == ("60", "65")
    assert amended.reason == "主管部门要求"
    told = session.scalars(sa.select(Mail.person_id).where(Mail.subject == tasks.AMENDED)).all()
    assert told == [judge.person_id]
    with pytest.raises(DomainError):
        services.edit_round(session, version=round_.version, reason="再改", now=world.at("scoring"), **facts)
    assert len(amendments_of(session, round_)) == 1


def test_an_objection_that_comes_at_the_closing_second_stays_as_it_was_typed(session, client, stage_at):
    world = stage_at("publicity")
    round_ = world.judged_round()
    official, typed = world.officials["city"], {"text": "电表编号与报告不一致，请核对现场记录。"}
    standings_services.compute_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    standings_services.publish_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    entry = world.entries_of(round_)[0]
    client.enter(world.make.person())
    here = f"/judging/lists/{round_.public_key}/object"
    round_.publicity_ends_at = NOW_OF_CLIENT
    answer = client.send(here, typed | {"entry_id": str(entry.id)})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and typed["text"] in page
    assert "只在公示期内受理异议。公示期已于2026年9月18日" in page
    assert session.scalar(sa.select(sa.func.count(Objection.id))) == 0
    round_.publicity_ends_at = NOW_OF_CLIENT + timedelta(hours=1)
    assert client.send(here, typed | {"entry_id": str(entry.id)}).status_code == 302
    assert session.scalar(sa.select(sa.func.count(Objection.id))) == 1


def test_an_entry_struck_before_its_review_holds_nothing_up(session, world):
    round_ = world.judged_round(totals=[["90"] * 3, ["80"] * 3])
    struck, official = world.entry(round_, accepted=False), world.officials["city"]
    compute = dict(actor=official, round_=round_, now=world.at("deliberation"))
    with pytest.raises(WorkOutstanding):
        standings_services.compute_standing(session, **compute)
    strike_entry(session, actor=official, entry=struck, reason="示例理由", now=world.at("scoring"))
    open_tasks = sa.select(Task.kind).where(Task.kind == tasks.REVIEW, Task.done_at.is_(None))
    assert session.scalar(open_tasks) is None
    standing = standings_services.compute_standing(session, **compute)
    assert struck.id not in {row.entry_id for row in standing.rows}
