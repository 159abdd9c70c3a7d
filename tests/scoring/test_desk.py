"""The desk: time on a sheet, two windows on one sheet, and the panel's points after the own."""

import re
from datetime import timedelta

import pytest

from cp_circles.editions import queries as editions
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.people.models import Person
from cp_circles.results.models import BlindPage
from cp_circles.scoring import queries as sheets
from cp_circles.scoring import services as scoring_services
from tests.conftest import NOW
from tests.judging.world import t2
from tests.results.planted import picture


@pytest.fixture
def desk(stage_at):
    """An open paper sheet in a city round, with another one of the same judge."""
    world = stage_at("scoring")
    round_ = world.round_at("city")
    entries, judge = [world.entry(round_) for _ in range(2)], world.judge(round_)
    world.numbers(round_)
    return world, [world.assign(entry, judge) for entry in entries], judge.person


def test_the_time_on_a_sheet_adds_up_and_believes_an_hour_a_save_at_most(session, desk, make):
    _world, (sheet, _other), judge = desk
    for spent in (40, 10**6, -5):
        scoring_services.save_draft(
            session,
            actor=make.actor(judge),
            sheet=sheet,
            points={},
            version=sheet.version,
            spent=spent,
            now=NOW,
        )
    assert sheet.spent_seconds == 40 + 3600


@pytest.mark.parametrize("points", ["NaN", "sNaN", "Infinity", "1E+999999", "-1", "²³¼"])
def test_points_that_are_no_number_are_told_beside_the_criterion(session, client, desk, points):
    _world, (sheet, _other), judge = desk
    client.enter(judge)
    here = f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}"
    answer = client.send(here, {"version": "1", "act": "submit", "p-topic": points})
    session.expire_all()
    assert (answer.status_code, sheet.version, sheet.points) == (422, 1, {})


def test_every_criterion_out_of_bounds_is_marked_with_its_bounds(session, client, desk):
    _world, (sheet, _other), judge = desk
    client.enter(judge)
    here = f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}"
    typed = {"p-topic": "99", "p-cause": "10.3", "p-action": "12"}
    answer = client.send(here, {"version": "1", "act": "submit"} | typed)
    states = re.findall(r'data-crit-state="(\w+)"', answer.get_data(as_text=True))
    assert states[:3] == ["error", "error", "saved"]
    assert "请修改：0至15分，最小计分单位0.5分" in answer.get_data(as_text=True)


def test_a_second_window_is_shown_both_and_replaces_nothing(session, client, desk):
    _world, (sheet, _other), judge = desk
    client.enter(judge)
    here = f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}"
    first = {"version": "1", "act": "save", "p-topic": "13", "c-topic": "第一个窗口", "spent": "61"}
    assert client.send(here, first).status_code == 302
    second = first | {"p-topic": "9", "p-cause": "20", "c-topic": "第二个窗口"}
    answer = client.send(here, second)
    page = answer.get_data(as_text=True)
    assert (
        answer.status_code == 409 and "第一个窗口" in page and "第二个窗口" in page and 'value="20"' in page
    )
    session.refresh(sheet)
    assert (sheet.points, sheet.comments) == ({"topic": "13"}, {"topic": "第一个窗口"})
    told = client.send(f"{here}/draft", second, headers={"Accept": "application/json"})
    assert told.status_code == 409 and "窗口" in told.json["message"]


TYPED = {"act": "submit", "p-topic": "7.5", "c-topic": "手打评语", "comment": "总评文字"}


def test_a_sheet_that_is_refused_stays_as_it_was_typed(session, client, desk):
    _world, (sheet, _other), judge = desk
    phase = next(row for row in sheet.entry.round_.phases if row.key == "scoring")
    phase.ends_at = NOW - timedelta(hours=1)
    kept, version = dict(sheet.points), sheet.version
    client.enter(judge)
    here = f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}"
    answer = client.send(here, TYPED | {"version": str(version)})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "您填写的内容仍在本页" in page
    assert all(text in page for text in ('value="7.5"', "手打评语", "总评文字"))
    session.refresh(sheet)
    assert (sheet.points, sheet.version) == (kept, version)


@pytest.mark.parametrize("act", ["save", "submit"])
def test_what_is_typed_over_a_locked_sheet_stands_beside_it_and_edits_nothing(session, client, desk, act):
    world, (sheet, _other), judge = desk
    world.score(sheet, t2("80"), NOW)
    kept, version = dict(sheet.points), sheet.version
    client.enter(judge)
    here = f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}"
    answer = client.send(here, TYPED | {"version": str(version - 1), "act": act})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "该评分单已提交并锁定" in page and "以下是提交时的评分单" in page
    assert all(f">{text}</td>" in page for text in ("7.5", "手打评语", "总评文字", kept["topic"]))
    assert 'name="p-topic"' not in page and 'name="act"' not in page and sheet.sha256[:16] in page
    session.refresh(sheet)
    assert (sheet.points, sheet.comment, sheet.version) == (kept, "", version)


def test_every_version_is_read_by_its_judge_and_the_organiser_and_a_draft_by_neither(session, client, desk):
    world, (sheet, other), judge = desk
    official = session.get(Person, world.officials["city"].person_id)
    desk_page, page = f"/judging/desk/{sheet.entry.blind_key}/paper", f"/judging/sheets/{sheet.id}/versions"
    client.enter(official)
    assert client.get(page).status_code == 404
    actor = world.make.actor(judge)
    facts = {"actor": actor, "sheet": sheet, "comment": "第一版评语", "now": NOW}
    scoring_services.hand_in(session, points=t2("80"), version=sheet.version, **facts)
    scoring_services.reopen_sheet(
        session, actor=world.officials["city"], sheet=sheet, reason="总分录错", now=NOW + timedelta(minutes=1)
    )
    draft = facts | {"comment": "草稿评语", "points": {"topic": "7.5"}, "version": sheet.version}
    scoring_services.save_draft(session, **draft)
    told = client.get(page).get_data(as_text=True)
    assert all(text in told for text in ("第一版评语", "总分录错", official.name, judge.name, ">80</td>"))
    assert "草稿评语" not in told and "7.5" not in told
    scoring_services.hand_in(
        session, points=t2("90"), version=sheet.version, **(facts | {"comment": "第二版评语"})
    )
    for reader, address in ((official, page), (judge, desk_page)):
        client.enter(reader)
        told = client.get(address).get_data(as_text=True)
        found = ("第一版评语", "第二版评语", "总分录错", official.name, ">80</td>", ">90</td>", "第 2 版")
        assert all(text in told for text in found), address
    assert client.get(page).status_code == 404
    assert "评分单的各个版本" not in client.get(f"/judging/desk/{other.entry.blind_key}/paper").get_data(True)


def _table(page: str) -> str:
    """The list's own lines, without the button that leads on."""
    return page.partition("<tbody>")[2]


def test_the_list_tells_state_and_time_falls_into_groups_and_leads_on(session, client, desk):
    world, (sheet, other), judge = desk
    sheet.spent_seconds = 300
    client.enter(judge)
    page = client.get(f"/judging/rounds/{sheet.round_id}/desk").get_data(as_text=True)
    assert "5 分钟" in page
    scoring_services.abstain(session, actor=world.make.actor(judge), sheet=other, reason="专业不符", now=NOW)
    here = f"/judging/rounds/{sheet.round_id}/desk"
    for group, wanted in (("open", [sheet]), ("done", []), ("aside", [other]), ("x", [sheet, other])):
        page = client.get(f"{here}?show={group}").get_data(as_text=True)
        listed = [
            one for one in (sheet, other) if f"/judging/desk/{one.entry.blind_key}/paper" in _table(page)
        ]
        assert listed == wanted, group
    scoring_services.reopen_sheet(
        session, actor=world.officials["city"], sheet=other, reason="可以评", now=NOW + timedelta(minutes=1)
    )
    page = client.get(f"/judging/desk/{sheet.entry.blind_key}/paper").get_data(as_text=True)
    assert f'/judging/desk/{other.entry.blind_key}/paper" data-key="n"' in page
    for one, beside in ((sheet, other), (other, sheet)):
        page = client.get(f"/judging/desk/{one.entry.blind_key}/paper").get_data(as_text=True)
        assert f'/judging/desk/{beside.entry.blind_key}/paper" data-key="p"' in page


@pytest.mark.parametrize(("edition", "phase"), [("2026.4", "presentation"), ("2026.3", "deliberation")])
def test_a_presentation_is_held_back_until_every_judge_has_locked(session, stage_at, edition, phase):
    world = stage_at("presentation")
    rule = editions.edition(session, "round_rule", "basic_company", edition)
    round_ = world.company_round(rule_edition_id=rule.id)
    entry, judges = world.entry(round_), [world.judge(round_) for _ in range(3)]
    world.numbers(round_)
    mine, second, last = (world.assign(entry, judge, "presentation") for judge in judges)
    for sheet in (mine, second):
        world.score(sheet, t2("80"), NOW)
    later = world.at(phase)
    assert sheets.panel_scores(session, sheet=mine, now=later) == []
    scoring_services.abstain(
        session, actor=world.make.actor(last.judge), sheet=last, reason="无法评分", now=NOW
    )
    assert [row.id for _number, row in sheets.panel_scores(session, sheet=mine, now=later)] == [second.id]
    during = bool(sheets.panel_scores(session, sheet=mine, now=world.at("presentation")))
    assert during == (phase == "presentation")


def test_the_desk_says_how_many_locks_hold_a_presentation_back(session, client, stage_at):
    world = stage_at("presentation")
    round_ = world.company_round()
    entry, judges = world.entry(round_), [world.judge(round_) for _ in range(2)]
    world.numbers(round_)
    mine, other = (world.assign(entry, judge, "presentation") for judge in judges)
    page, told = f"/judging/desk/{entry.blind_key}/presentation", "尚未锁定：1 份"
    client.enter(mine.judge)
    assert told not in client.get(page).get_data(as_text=True)
    world.score(mine, t2("80"), NOW)
    assert told in client.get(page).get_data(as_text=True)
    world.score(other, t2("80"), NOW)
    text = client.get(page).get_data(as_text=True)
    assert "尚未锁定" not in text and "评委 2" in text


def test_examples_stand_wherever_the_rubric_is_read_and_provisional_ones_say_so(client, desk, session):
    _world, (sheet, _other), judge = desk
    client.enter(judge)
    here, round_ = f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}", f"rounds/{sheet.round_id}"
    for page in (here, f"/judging/{round_}/rule", f"/sittings/{round_}/blank-sheets"):
        text = client.get(page).get_data(as_text=True)
        assert "要因由举手表决或打分选出" in text and "看不出对象和结果" in text, page
        assert "badge--prov" in text.split("列出十余种方法")[1][:200], page


def test_the_pages_of_the_blind_copy_turn_one_by_one_and_only_confirmed_ones(session, client, app, desk):
    _world, (sheet, _other), judge = desk
    storage = LocalStorage(app.extensions["cp_config"].evidence_folder)
    one, two = (store_blob(session, storage, picture(colour), "页.png", NOW) for colour in ("red", "blue"))
    facts = [("报告", one, 1, NOW), ("报告", one, 2, NOW), ("报告", one, 3, None), ("照片", two, 1, NOW)]
    for place, (label, blob, number, confirmed) in enumerate(facts, start=1):
        sheet.entry.result.blind_pages.append(
            BlindPage(
                position=place, label=label, source_sha256=blob.sha256, page_number=number, boxes=[],
                shown_sha256=blob.sha256, confirmed_at=confirmed,
            )
        )  # fmt: skip
    session.flush()
    client.enter(judge)
    here = f"/judging/desk/{sheet.entry.blind_key}/paper"
    first, last = (client.get(f"{here}?tab=pages{more}").get_data(as_text=True) for more in ("", "&page=99"))
    assert 'page=2" data-key="ArrowRight"' in first and "ArrowLeft" not in first and "第 1 / 3 页" in first
    assert 'page=2" data-key="ArrowLeft"' in last and "ArrowRight" not in last
    assert f'src="{here}/pages/1"' in first and f'src="{here}/pages/4"' in last and "pages/3" not in last
    assert first.count("tab=pages&amp;page=1") == 1 and first.count("tab=pages&amp;page=3") == 1


def test_pictures_are_read_beside_the_sheet_page_after_page(session, client, app, stage_at):
    world = stage_at("scoring")
    storage = LocalStorage(app.extensions["cp_config"].evidence_folder)
    blobs = [store_blob(session, storage, picture(colour), "现场.png", NOW) for colour in ("red", "blue")]
    pieces = [
        {"title": "现场", "filename": "现场.png", "sha256": row.sha256, "step_key": ""} for row in blobs
    ]
    result = world.result()
    result.package = result.package | {"evidence": pieces}
    round_ = world.company_round()
    entry, judge = world.entry(round_, result), world.judge(round_)
    world.assign(entry, judge, "on_site")
    client.enter(judge.person)
    here = f"/judging/desk/{entry.blind_key}/on_site"
    first = client.get(f"{here}?tab=files").get_data(as_text=True)
    assert f"{here}/evidence/{blobs[0].sha256}?page=1" in first
    assert 'file=2&amp;page=1" data-key="ArrowRight"' in first and "ArrowLeft" not in first
    answer = client.get(f"{here}/evidence/{blobs[1].sha256}?page=1")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg") and answer.data[:2] == b"\xff\xd8"
    assert answer.headers["Content-Disposition"].startswith("inline")
    for wrong in ("2", "0", "x"):
        assert client.get(f"{here}/evidence/{blobs[1].sha256}?page={wrong}").status_code == 404
