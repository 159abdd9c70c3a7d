"""Disagreements by the round's rule, and deliberation: sent, minuted, decided once, never changed."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.judging import guards
from cp_circles.judging.models import ScoreSheet, SheetState
from cp_circles.judging.phases import PhaseClosed
from cp_circles.notices.models import Task
from cp_circles.people.models import Person
from cp_circles.sittings import services
from cp_circles.sittings.models import Deliberation, DeliberationNote, PanelDecision
from cp_circles.sittings.queries import deliberations as queries
from cp_circles.sittings.services.deliberations import AlreadyDecided
from tests.conftest import NOW
from tests.judging.world import t2


@pytest.fixture
def panel(world):
    """A round with one entry that its three judges see very differently, and a fourth who is free."""
    round_ = world.judged_round(totals=[["90", "60", "80"]])
    return round_, world.entries_of(round_)[0], world.judge(round_)


def sheets_of(session, entry):
    """The sheets of an entry in the order of their totals, highest first."""
    rows = queries.sheets_of_entry(session, entry.id, "paper")
    return sorted(rows, key=lambda row: -(row.total or 0))


def send(session, world, entry, **facts):
    """The entry before its panel."""
    given = {"actor": world.officials["city"], "stage": "paper", "reason": "分差过大"}
    return services.send_to_deliberation(
        session, entry=entry, now=world.at("deliberation"), **{**given, **facts}
    )


@pytest.mark.parametrize(
    ("totals", "percent", "advice"),
    [(["90", "80", "76"], "14.0", ""), (["90", "75", "80"], "15.0", "deliberate"),
     (["90", "65", "80"], "25.0", "third_reader")],
)  # fmt: skip
def test_the_rule_says_what_a_spread_asks_for(session, world, totals, percent, advice):
    round_ = world.judged_round(totals=[totals, ["70", "70", "70"]])
    rows = queries.spreads_of(session, round_, guards.rule_of(session, round_))
    assert [str(rows[0].percent), rows[0].advice, rows[1].advice] == [percent, advice, ""]
    assert [total for _judge, total in rows[0].totals] == [Decimal(text) for text in totals]


def test_no_total_is_shown_before_every_judge_of_the_entry_has_handed_in(session, client, stage_at):
    world = stage_at("scoring")
    round_ = world.round_at("city")
    entry, judges = world.entry(round_), [world.judge(round_) for _ in range(3)]
    world.numbers(round_)
    early, middle, last = [world.assign(entry, judge) for judge in judges]
    world.score(early, t2("91"), NOW)
    world.score(middle, t2("61"), NOW)
    client.enter(session.get(Person, world.officials["city"].person_id))
    pages = [f"/sittings/rounds/{round_.id}/spread", f"/judging/sheets/{early.id}/versions"]
    printed, panel = f"/judging/sheets/{early.id}/print", f"/judging/rounds/{round_.id}/panel"
    told = [client.get(page).get_data(as_text=True) for page in pages]
    assert "还有 1 张评分单未提交" in told[0] and "在全部评委提交后" in told[1]
    assert (
        "评委 1" not in told[0] and "另请一位" not in told[0].split("<tbody")[1] and "第 1 版" not in told[1]
    )
    assert client.get(printed).status_code == 409 and printed not in client.get(panel).text
    world.score(last, t2("80"), NOW)
    told = [client.get(page).get_data(as_text=True) for page in pages]
    assert "评委 1：91" in told[0] and "第 1 版" in told[1]
    assert client.get(printed).status_code == 200 and printed in client.get(panel).text


def test_an_entry_is_sent_once_and_its_judges_are_asked(session, world, panel):
    _round, entry, _free = panel
    row = send(session, world, entry)
    asked = session.scalars(sa.select(Task.person_id).where(Task.subject_kind == "deliberations")).all()
    assert set(asked) == {sheet.judge_id for sheet in sheets_of(session, entry)}
    assert Decimal(row.spread) == Decimal(30)
    with pytest.raises(DomainError):
        send(session, world, entry)
    assert session.scalar(sa.select(sa.func.count(Deliberation.id))) == 1


def test_who_may_not_send_sends_nothing(session, world, panel, make):
    round_, entry, _free = panel
    with pytest.raises(NotAllowed):
        send(session, world, entry, actor=world.officials["province"])
    with pytest.raises(NotFound):
        send(session, world, entry, actor=make.actor())
    with pytest.raises(Invalid):
        send(session, world, entry, reason=" ")
    round_.published_at = world.at("publicity")
    with pytest.raises(DomainError):
        send(session, world, entry)
    assert session.scalar(sa.select(sa.func.count(Deliberation.id))) == 0


def test_nothing_is_talked_about_before_scoring_or_while_a_sheet_is_open(session, world):
    round_ = world.round_at("city")
    entry, judge = world.entry(round_), world.judge(round_)
    other = world.judge(round_)
    world.numbers(round_)
    world.score(world.assign(entry, judge), t2("80"))
    with pytest.raises(DomainError):
        send(session, world, entry)
    world.assign(entry, other)
    with pytest.raises(DomainError):
        send(session, world, entry)
    with pytest.raises(PhaseClosed):
        services.send_to_deliberation(
            session,
            actor=world.officials["city"],
            entry=entry,
            stage="paper",
            reason="x",
            now=world.at("entry"),
        )
    assert session.scalar(sa.select(sa.func.count(Deliberation.id))) == 0


def write(session, world, row, actor, text="讨论了效果的验证"):
    """A paragraph of the minutes."""
    return services.add_minutes(
        session, actor=actor, deliberation=row, text=text, now=world.at("deliberation")
    )


def test_minutes_are_added_by_the_panel_and_the_organiser_only(session, world, panel, make):
    _round, entry, free = panel
    row, judge = send(session, world, entry), sheets_of(session, entry)[0].judge
    note = write(session, world, row, make.actor(judge))
    assert (
        note.judge_number is not None,
        write(session, world, row, world.officials["city"]).judge_number,
    ) == (
        True,
        None,
    )
    for actor in (make.actor(free.person), make.actor(), world.officials["province"]):
        with pytest.raises(NotFound):
            write(session, world, row, actor)
    with pytest.raises(Invalid):
        write(session, world, row, make.actor(judge), " ")
    assert session.scalar(sa.select(sa.func.count(DeliberationNote.id))) == 2


def decide(session, world, row, decision, **facts):
    """The panel's decision put down."""
    given = {"actor": world.officials["city"], "text": "合议一致", "present": [1, 2]}
    return services.decide_deliberation(
        session, deliberation=row, decision=decision, now=world.at("deliberation"), **{**given, **facts}
    )


def test_a_decision_stands_and_closes_the_minutes(session, world, panel):
    _round, entry, _free = panel
    row = decide(session, world, send(session, world, entry), PanelDecision.KEEP)
    assert [sheet.state for sheet in sheets_of(session, entry)] == [SheetState.SUBMITTED] * 3
    assert (row.present, row.decided_by_id) == ([1, 2], world.officials["city"].person_id)
    open_tasks = sa.select(Task).where(Task.subject_kind == "deliberations", Task.done_at.is_(None))
    assert session.scalars(open_tasks).all() == []
    with pytest.raises(AlreadyDecided):
        decide(session, world, row, PanelDecision.REOPEN)
    with pytest.raises(AlreadyDecided):
        write(session, world, row, world.officials["city"])
    assert row.decision is PanelDecision.KEEP


def test_a_reopening_gives_every_sheet_back(session, world, panel):
    _round, entry, _free = panel
    decide(session, world, send(session, world, entry), PanelDecision.REOPEN)
    assert {(sheet.state, sheet.reason) for sheet in sheets_of(session, entry)} == {
        (SheetState.OPEN, "合议一致")
    }


def test_the_room_keeps_the_points_that_the_panel_talked_about(session, world, panel):
    _round, entry, _free = panel
    row = send(session, world, entry)
    before = [(judge, one.points, one.total) for judge, one in shown_in(session, row)]
    decide(session, world, row, PanelDecision.REOPEN)
    assert [(judge, one.points, one.total) for judge, one in shown_in(session, row)] == before
    later = world.at("deliberation") + timedelta(hours=1)
    for sheet in sheets_of(session, entry):
        world.score(sheet, t2("75"), later)
    assert [(judge, one.points, one.total) for judge, one in shown_in(session, row)] == before


def shown_in(session, row):
    """What the room shows, by judge number."""
    sheets = queries.sheets_of_entry(session, row.entry_id, row.stage)
    return queries.as_decided(session, row, sheets)


def test_a_third_reader_gets_a_sheet_after_scoring(session, world, panel):
    _round, entry, free = panel
    row = send(session, world, entry)
    with pytest.raises(Invalid):
        decide(session, world, row, PanelDecision.THIRD_READER)
    decide(session, world, row, PanelDecision.THIRD_READER, reader=free)
    sheet = session.scalar(sa.select(ScoreSheet).where(ScoreSheet.judge_id == free.person_id))
    assert world.score(sheet, t2("75"), world.at("deliberation")).state is SheetState.SUBMITTED


@pytest.mark.parametrize("present", [[], [1], [1, 9]])
def test_a_decision_names_who_took_part(session, world, panel, present):
    _round, entry, _free = panel
    row = send(session, world, entry)
    with pytest.raises(Invalid) as refused:
        decide(session, world, row, PanelDecision.KEEP, present=present)
    assert (refused.value.field, row.decided_at) == ("present", None)


def test_a_third_reader_is_told_why_and_a_round_without_one_says_so(session, client, stage_at):
    world = stage_at("deliberation")
    round_ = world.judged_round(totals=[["90", "60", "80"]])
    entry = world.entries_of(round_)[0]
    row = send(session, world, entry)
    client.enter(session.get(Person, world.officials["city"].person_id))
    none_free = "没有其他可用的评委"
    assert none_free in client.get(f"/sittings/deliberations/{row.id}").get_data(as_text=True)
    free = world.judge(round_)
    assert none_free not in client.get(f"/sittings/deliberations/{row.id}").get_data(as_text=True)
    decide(session, world, row, PanelDecision.THIRD_READER, reader=free)
    client.enter(free.person)
    page = client.get(f"/judging/desk/{entry.blind_key}/paper").get_data(as_text=True)
    assert "请您复评本成果：合议一致" in page and "评分单已重新开放" not in page


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_the_room_over_http(session, client, stage_at, locale):
    world = stage_at("deliberation")
    round_ = world.judged_round(totals=[["90", "60", "80"]])
    entry, free = world.entries_of(round_)[0], world.judge(round_)
    official = session.get(Person, world.officials["city"].person_id)
    official.locale = locale
    client.enter(official)
    page = client.get(f"/judging/rounds/{round_.id}").get_data(as_text=True)
    assert f"/sittings/rounds/{round_.id}/spread" in page
    assert client.get(f"/sittings/rounds/{round_.id}/spread").status_code == 200
    sent = {"entry_id": str(entry.id), "stage": "paper", "reason": ""}
    assert client.send(f"/sittings/rounds/{round_.id}/deliberations", sent).status_code == 422
    answer = client.send(f"/sittings/rounds/{round_.id}/deliberations", sent | {"reason": "分差过大"})
    room = answer.headers["Location"]
    assert "90" in client.get(room).get_data(as_text=True)
    assert client.send(f"{room}/decision", {"decision": "keep", "text": "一致"}).status_code == 422
    one = sheets_of(session, entry)[0].judge
    one.name = "PLANTED-JUDGE"
    other = sheets_of(session, entry)[1].judge
    client.enter(other)
    page = client.get(room).get_data(as_text=True)
    assert "90" in page and "PLANTED-JUDGE" not in page
    assert client.send(f"{room}/minutes", {"text": "补充一段"}).status_code == 302
    client.enter(free.person)
    assert client.get(room).status_code == 404
    client.enter(official)
    given = {"decision": "keep", "text": "一致", "present": ["1", "2"], "reader": ""}
    assert client.send(f"{room}/decision", given).status_code == 302
    assert "补充一段" in client.get(room).get_data(as_text=True)


def test_a_judge_who_has_not_handed_in_reads_no_points(session, client, stage_at):
    world = stage_at("deliberation")
    round_ = world.judged_round(totals=[["91", "61", "81"]])
    entry = world.entries_of(round_)[0]
    row = services.send_to_deliberation(
        session,
        actor=world.officials["city"],
        entry=entry,
        stage="paper",
        reason="分差",
        now=world.at("deliberation"),
    )
    services.add_minutes(
        session,
        actor=world.officials["city"],
        deliberation=row,
        text="PLANTED-MINUTES",
        now=world.at("deliberation"),
    )
    sheet = sheets_of(session, entry)[0]
    sheet.state = SheetState.OPEN
    client.enter(sheet.judge)
    page = client.get(f"/sittings/deliberations/{row.id}").get_data(as_text=True)
    assert not [planted for planted in ("PLANTED-MINUTES", ">61<", ">81<") if planted in page]
