"""Judging over HTTP: every page in both languages, the desk, what a judge must not see, and the public list."""

import re
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.db.paging import PAGE_SIZE
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.judges.models import JudgeProfile
from cp_circles.judging import services
from cp_circles.judging.guards import rule_of
from cp_circles.judging.models import EntryState, Objection, ScoreSheet, Season, SheetState, Standing
from cp_circles.judging.queries import ladder, panels
from cp_circles.judging.services.bans import ban_circle
from cp_circles.organisations.models import Company, Region
from cp_circles.panels import services as panels_services
from cp_circles.people.models import Person
from cp_circles.people.rules import SYSTEM
from cp_circles.scoring import services as scoring_services
from cp_circles.standings import services as standings_services
from tests.conftest import NOW
from tests.judging.world import t2


def person(session, actor):
    """The row behind an actor."""
    return session.get(Person, actor.person_id)


def text_of(answer, status=200):
    """The page, once its status is as expected."""
    assert answer.status_code == status, answer.get_data(as_text=True)[-3000:]
    return answer.get_data(as_text=True)


def scored(world, totals=None, **facts):
    """A judged city round whose scoring is over."""
    round_ = world.judged_round(totals=totals or [["90", "88", "86"], ["80", "78", "76"]], **facts)
    world.give_places(round_, 1)
    return round_


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_every_page_of_the_organiser(session, client, stage_at, locale):
    world = stage_at("deliberation")
    round_ = scored(world)
    standings_services.compute_standing(session, actor=SYSTEM, round_=round_, now=NOW)
    official = person(session, world.officials["city"])
    official.locale = locale
    entry, sheet = world.entries_of(round_)[0], session.scalar(sa.select(ScoreSheet))
    client.enter(official)
    for path in (
        "",
        "rounds/new",
        f"seasons/{world.season.id}/county-rounds",
        f"rounds/{round_.id}",
        f"rounds/{round_.id}/rule",
        f"rounds/{round_.id}/phases/publicity",
        f"rounds/{round_.id}/quotas",
        f"rounds/{round_.id}/entries",
        f"rounds/{round_.id}/panel?q=示例",
        f"rounds/{round_.id}/assignment",
        f"rounds/{round_.id}/standing",
        f"rounds/{round_.id}/standing/print",
        f"rounds/{round_.id}/standing.csv",
        f"rounds/{round_.id}/objections",
        f"entries/{entry.id}",
        f"entries/{entry.id}/blind-pages",
        f"entries/{entry.id}/report",
        f"sheets/{sheet.id}/print",
        "my-entries",
        "objections",
        "lists",
    ):
        text_of(client.get(f"/judging/{path}"))
    assert entry.result.title in text_of(client.get(f"/judging/rounds/{round_.id}/entries"))


@pytest.mark.parametrize(("phase", "status"), [("conflict_declaration", 200), ("scoring", 409)])
@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_the_settings_are_open_until_scoring(session, client, stage_at, locale, phase, status):
    world = stage_at(phase)
    round_ = world.round_at("city")
    official = person(session, world.officials["city"])
    official.locale = locale
    client.enter(official)
    text_of(client.get(f"/judging/rounds/{round_.id}/edit"), status)
    page = text_of(client.get(f"/judging/rounds/{round_.id}"))
    assert (f"/judging/rounds/{round_.id}/edit" in page) is (status == 200)


def test_an_official_opens_a_season_and_a_round(session, client, stage_at):
    world = stage_at("entry")
    client.enter(person(session, world.officials["nation"]))
    assert f'value="{world.season.year + 1}"' in text_of(client.get("/judging/seasons/new"))
    form = {
        "year": "2031",
        "name": "2031",
        "starts_on": "2031-01-01",
        "ends_on": "2030-01-01",
        "ladder_edition_id": str(world.season.ladder_edition_id),
    }
    text_of(client.send("/judging/seasons/new", form), 422)
    taken = form | {"year": str(world.season.year), "name": "手打名称", "ends_on": "2031-12-31"}
    page = text_of(client.send("/judging/seasons/new", taken), 409)
    assert "手打名称" in page and f"{world.season.year} 年度已开启。" in page
    client.enter(person(session, world.officials["city"]))
    page = text_of(client.get(f"/judging/rounds/new?season={world.season.id}"))
    fields = dict(re.findall(r'name="([^"]+)"[^>]*?value="([^"]*)"', page))
    chosen = dict(re.findall(r'name="(rubric-[^"]+)">.*?<option value="(\d+)" selected', page))
    fields = {
        key: value for key, value in fields.items() if not key.startswith(("csrf", "locale", "theme", "next"))
    }
    answer = client.send(
        "/judging/rounds/new", fields | chosen | {"name": "示例市评审", "award_edition_id": ""}
    )
    assert answer.status_code == 302, text_of(answer)
    assert "示例市评审" in text_of(client.get(answer.headers["Location"]))
    again = text_of(client.send("/judging/rounds/new", fields | chosen | {"name": "又一次手打"}), 409)
    assert "又一次手打" in again and "本年度的评审" in again
    fields["name"] = ""
    assert "示例市评审" not in text_of(client.send("/judging/rounds/new", fields | chosen), 422)


def test_entering_and_reviewing_a_result(session, client, stage_at):
    world = stage_at("entry")
    round_, result = world.company_round(), world.result()
    services.announce_round(session, actor=SYSTEM, round_=round_, now=NOW)
    leader = person(session, world.leader_of(result))
    client.enter(leader)
    assert result.title in text_of(client.get(f"/judging/rounds/{round_.id}/enter"))
    text_of(client.send(f"/judging/rounds/{round_.id}/enter", {"result_id": "999"}), 422)
    facts = {"seasons": 1, "year": world.season.year, "reason": "现场照片造假。", "now": NOW}
    ban = ban_circle(session, actor=SYSTEM, result=result, **facts)
    session.commit()
    answer = client.send(f"/judging/rounds/{round_.id}/enter", {"result_id": str(result.id)})
    page = text_of(answer, 409)
    assert "现场照片造假。" in page and result.title in page and world.entries_of(round_) == []
    ban.lifted_at = NOW
    session.commit()
    answer = client.send(f"/judging/rounds/{round_.id}/enter", {"result_id": str(result.id)})
    page = text_of(client.get(answer.headers["Location"]))
    assert f"/judging/entries/{world.entries_of(round_)[0].id}/withdraw" in page
    client.enter(person(session, world.officials["city"]))
    text_of(client.get(answer.headers["Location"]), 404)
    text_of(client.get(f"/judging/rounds/{round_.id}/entries"), 404)
    client.enter(leader)
    client.send(answer.headers["Location"] + "/withdraw", {"reason": "数据需要重新核对"})
    assert "已撤回，不参加评分" in text_of(client.get(answer.headers["Location"]))


def test_review_form_keeps_what_was_typed(session, client, stage_at):
    world = stage_at("formal_review")
    entry = world.entry(world.company_round(), accepted=False)
    client.enter(person(session, world.department))
    url = f"/judging/entries/{entry.id}/review"
    page = text_of(client.send(url, {"outcome": "to_complete", "reason": "缺评价表"}), 422)
    assert "缺评价表" in page
    text_of(client.send(url, {"outcome": "accepted"}), 422)
    points = rule_of(session, entry.round_).formal_checks
    answers = {f"check_{check.key}": "yes" for check in points}
    assert client.send(url, {"outcome": "accepted"} | answers).status_code == 302
    session.refresh(entry)
    assert entry.state is EntryState.ACCEPTED


@pytest.fixture
def desk(session, stage_at):
    """A city round in scoring: one entry, two judges, one of whom has handed in; planted names everywhere."""
    world = stage_at("scoring")
    round_ = world.round_at("city")
    company = world.make.company(world.county, name="PLANTED-COMPANY")
    result = world.result(company)
    result.project.title = result.title = "PLANTED-TITLE"
    result.project.circle.name = "PLANTED-CIRCLE"
    entry = world.entry(round_, result)
    first, second = world.judge(round_), world.judge(round_)
    world.numbers(round_)
    done, mine = world.assign(entry, first), world.assign(entry, second)
    points = t2("77.5")
    actor = world.make.actor(first.person)
    scoring_services.hand_in(
        session, actor=actor, sheet=done, points=points, comment="PLANTED-COMMENT", version=1, now=NOW
    )
    first.person.name = "PLANTED-JUDGE"
    return world, mine, second.person


def test_every_byte_of_the_blind_desk_is_blind(session, client, desk):
    _world, sheet, judge = desk
    client.enter(judge)
    here = f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}"
    pages = ["/judging/my-entries", f"/judging/rounds/{sheet.round_id}/desk", here]
    pages += [f"{here}?tab={tab}" for tab in ("report", "figures", "pages", "files")] + [
        f"{here}?step=2",
        f"{here}/print",
    ]
    seen = "".join(text_of(client.get(path)) for path in pages)
    assert "BLIND-SUMMARY" in seen and "BLIND-RECORD" in seen
    for planted in ("PLANTED", "77.5", sheet.entry.result.sha256, sheet.entry.result.key):
        assert planted not in seen
    for path in (
        f"/judging/entries/{sheet.entry_id}",
        f"/judging/rounds/{sheet.round_id}/entries",
        f"/judging/rounds/{sheet.round_id}/panel",
        f"/judging/rounds/{sheet.round_id}/standing",
        f"{here}/evidence/{'0' * 64}",
        f"{here}/pages/1",
    ):
        assert "PLANTED" not in text_of(client.get(path), 404)


def test_autosave_and_submission(session, client, desk):
    _world, sheet, judge = desk
    client.enter(judge)
    here = f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}"
    data = {"headers": {"Accept": "application/json"}}
    answer = client.send(f"{here}/draft", {"version": "1", "p-topic": "13.5", "c-topic": "好"}, **data)
    assert (answer.status_code, answer.json["version"]) == (200, 2)
    assert client.send(f"{here}/draft", {"version": "1", "p-topic": "12"}, **data).status_code == 409
    refused = client.send(f"{here}/draft", {"version": "2", "p-topic": "99"}, **data)
    assert (refused.status_code, refused.json["field"]) == (422, "p-topic")
    page = text_of(client.get(here))
    assert 'value="13.5"' in page
    sent = {f"p-{key}": value for key, value in t2("81.5").items()}
    short = {key: value for key, value in sent.items() if key != "p-report"}
    page = text_of(client.send(here, short | {"version": "2", "act": "submit"}), 422)
    assert 'value="20"' in page
    stale = text_of(client.send(here, sent | {"version": "1", "act": "submit"}), 409)
    assert 'value="30"' in stale
    answer = client.send(here, sent | {"version": "2", "act": "submit", "comment": "总评"})
    assert answer.status_code == 302
    session.refresh(sheet)
    assert (sheet.state, sheet.total, sheet.comment) == (SheetState.SUBMITTED, Decimal("81.500"), "总评")
    assert "81.5" in text_of(client.get(f"{here}/print"))
    assert (
        client.send(f"{here}/draft", {"version": str(sheet.version), "p-topic": "1"}, **data).status_code
        == 409
    )
    page = text_of(client.get(here))
    assert "77.5" in page and "PLANTED-COMMENT" in page and "PLANTED-JUDGE" not in page


def test_a_company_judge_reads_the_full_package_and_its_files(session, client, app, stage_at):
    world = stage_at("scoring")
    folder = app.extensions["cp_config"].evidence_folder
    blob = store_blob(session, LocalStorage(folder), "日期,读数\n1,2\n".encode(), "读数.csv", NOW)
    result = world.result()
    piece = {"title": "原始读数", "filename": "读数.csv", "sha256": blob.sha256, "step_key": "topic"}
    result.package = result.package | {"evidence": [piece]}
    round_ = world.company_round()
    entry, judge = world.entry(round_, result), world.judge(round_)
    world.assign(entry, judge, "on_site")
    client.enter(judge.person)
    here = f"/judging/desk/{entry.blind_key}/on_site"
    assert result.project.circle.name in text_of(client.get(here))
    opened = text_of(client.get(f"{here}?tab=files&file=7&page=9"))
    assert "读数.csv" in opened and "<td>日期</td><td>读数</td>" in opened
    text_of(client.get(f"{here}/evidence/{blob.sha256}?page=1"), 404)
    answer = client.get(f"{here}/evidence/{blob.sha256}")
    assert (answer.status_code, answer.data) == (200, "日期,读数\n1,2\n".encode())
    assert answer.headers["Content-Disposition"].startswith("attachment")
    answer.close()
    text_of(client.get(f"{here}/evidence/{'1' * 64}"), 404)


def test_an_open_stage_waits_for_the_blind_sheet(session, client, stage_at):
    world = stage_at("scoring")
    round_ = world.round_at("city", rule="petroleum")
    entry, judge = world.entry(round_), world.judge(round_)
    world.numbers(round_)
    paper = world.assign(entry, judge)
    world.assign(entry, judge, "presentation")
    client.enter(judge.person)
    here = f"/judging/desk/{entry.blind_key}/presentation"
    assert "PLANTED-SUMMARY" not in text_of(client.get(here))
    from cp_circles.scoring.services.sheets import rubric_of
    from tests.standings.test_standings import fill

    world.score(paper, fill(rubric_of(session, paper), "100"), now=NOW)
    assert "PLANTED-SUMMARY" in text_of(client.get(here))


def test_another_judge_does_not_reach_the_desk(session, client, desk):
    world, sheet, _judge = desk
    stranger = world.judge(sheet.entry.round_)
    client.enter(stranger.person)
    here = f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}"
    text_of(client.get(here), 404)
    text_of(client.send(f"{here}/draft", {"version": "1"}), 404)
    text_of(client.send(f"{here}/recuse", {"reason": "x"}), 404)


def test_recusing_hides_the_entry(session, client, desk):
    _world, sheet, judge = desk
    client.enter(judge)
    here = f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}"
    assert client.send(f"{here}/recuse", {"reason": "认识"}).status_code == 302
    page = text_of(client.get(here))
    assert "BLIND-SUMMARY" not in page


def test_invitation_and_declaration(session, client, stage_at):
    world = stage_at("conflict_declaration")
    round_ = world.round_at("city")
    entry = world.entry(round_)
    invited = world.make.person()
    panels_services.invite_judge(session, actor=SYSTEM, round_=round_, person=invited, now=NOW)
    client.enter(invited)
    text_of(client.get(f"/judging/rounds/{round_.id}/invitation"))
    client.send(f"/judging/rounds/{round_.id}/invitation/accept")
    page = text_of(client.get(f"/judging/rounds/{round_.id}/conflicts"))
    assert entry.result.project.company.name in page and entry.result.title not in page
    url = f"/judging/rounds/{round_.id}/conflicts"
    text_of(client.send(url, {"companies": str(entry.result.project.company_id)}), 422)
    answer = client.send(url, {"companies": str(entry.result.project.company_id), "read": "y"})
    assert answer.status_code == 302
    judge = panels.judge_of(session, round_.id, invited.id)
    assert judge.conflicts_declared_at is not None


def test_assigning_by_hand_offers_only_judges_who_are_ready(session, client, stage_at):
    world = stage_at("scoring")
    round_ = world.round_at("city")
    world.entry(round_)
    ready, declined, silent = world.judge(round_), world.judge(round_), world.judge(round_, declared=False)
    declined.declined_at = NOW
    session.commit()
    client.enter(person(session, world.officials["city"]))
    offered = text_of(client.get(f"/judging/rounds/{round_.id}/panel")).split('name="judge_id"')[1]
    offered = offered.split("</select>")[0]
    assert [f'value="{one.id}"' in offered for one in (ready, declined, silent)] == [True, False, False]
    answer = client.send(
        f"/judging/rounds/{round_.id}/assign", {"judge_id": str(declined.id), "stage": "paper"}
    )
    text_of(answer, 422)
    assert session.scalar(sa.select(ScoreSheet)) is None


def test_assigning_by_hand_beyond_the_workload_is_refused_on_the_page(session, client, stage_at):
    world = stage_at("scoring")
    round_ = world.round_at("city")
    entries, judge = [world.entry(round_), world.entry(round_)], world.judge(round_)
    world.numbers(round_)
    session.add(JudgeProfile(person_id=judge.person_id, workload_limit=1, saved_at=NOW))
    session.commit()
    client.enter(person(session, world.officials["city"]))
    url = f"/judging/rounds/{round_.id}/assign"
    first, second = (
        {"entry_id": str(row.id), "judge_id": str(judge.id), "stage": "paper"} for row in entries
    )
    assert client.send(url, first).status_code == 302
    page = text_of(client.send(url, second), 409)
    assert "最多评 1 份" in page and 'name="judge_id"' in page
    assert "已经" in text_of(client.send(url, first), 409)
    assert session.scalar(sa.select(sa.func.count(ScoreSheet.id))) == 1


def test_assigning_by_hand_names_the_ground(session, client, stage_at):
    world = stage_at("scoring")
    round_ = world.round_at("city")
    entry, tied = world.entry(round_), world.make.person()
    world.works_at(tied, entry.result.project.company)
    judge, free = world.judge(round_, person=tied), world.judge(round_)
    world.numbers(round_)
    client.enter(person(session, world.officials["city"]))
    url = f"/judging/rounds/{round_.id}/assign"
    page = text_of(
        client.send(url, {"entry_id": str(entry.id), "judge_id": str(judge.id), "stage": "paper"}), 409
    )
    assert "同一单位" in page or "same company" in page
    assert (
        client.send(url, {"entry_id": str(entry.id), "judge_id": str(free.id), "stage": "paper"}).status_code
        == 302
    )
    proposal = text_of(client.get(f"/judging/rounds/{round_.id}/assignment"))
    named = [part for part in proposal.split('id="h-load"')[0].split("<li") if tied.name in part]
    assert len(named) == 1 and f"{tied.name}：在同一单位工作" in named[0], (
        "kept apart, with the ground, and not proposed"
    )


def test_from_the_standing_to_the_list_for_everybody(session, client, stage_at):
    world = stage_at("deliberation")
    round_ = scored(world)
    services.announce_round(session, actor=SYSTEM, round_=round_, now=NOW)
    public = f"/judging/lists/{round_.public_key}"
    title = world.entries_of(round_)[0].result.title
    assert title not in text_of(client.get(public))
    text_of(client.get(f"{public}/print"), 404)
    client.enter(person(session, world.officials["city"]))
    standing = f"/judging/rounds/{round_.id}/standing"
    text_of(client.send(standing, {"version": str(round_.version)}), 302)
    text_of(client.send(standing, {"version": "0", "reason": "x"}), 302)
    assert session.scalar(sa.select(sa.func.count(Standing.id))) == 1
    text_of(client.send(f"/judging/rounds/{round_.id}/publish"), 302)
    client.send("/sign-out")
    for path in (public, f"{public}/print", f"{public}/list.csv", f"{public}/rule", "/judging/lists"):
        page = text_of(client.get(path))
        assert "评委姓名" not in page
    assert title in text_of(client.get(public))
    text_of(client.get(f"{public}/object"), 302)


def test_an_objection_from_filing_to_decision(session, client, stage_at):
    world = stage_at("deliberation")
    round_ = scored(world)
    services.announce_round(session, actor=SYSTEM, round_=round_, now=NOW)
    standings_services.compute_standing(session, actor=SYSTEM, round_=round_, now=NOW)
    standings_services.publish_standing(session, actor=SYSTEM, round_=round_, now=NOW)
    entry, filer = world.entries_of(round_)[0], world.make.person(name="PLANTED-FILER")
    client.enter(filer)
    url = f"/judging/lists/{round_.public_key}/object"
    text_of(client.get(f"{url}?entry={entry.id}"))
    assert "太短" in text_of(client.send(url, {"entry_id": str(entry.id), "text": "太短"}), 422)
    answer = client.send(url, {"entry_id": str(entry.id), "text": "基期数据与车间记录不符，请核对。"})
    assert answer.status_code == 302
    text_of(client.get(answer.headers["Location"]))
    objection = session.scalar(sa.select(Objection))
    ticket = f"/judging/rounds/{round_.id}/objections/{objection.id}"
    text_of(client.get(ticket), 404)
    client.enter(panels.judges_of(session, round_.id)[0].person)
    text_of(client.get(ticket), 404)
    text_of(client.get(answer.headers["Location"]), 404)
    client.enter(person(session, world.officials["city"]))
    assert "PLANTED-FILER" in text_of(client.get(ticket))
    assert "PLANTED-FILER" not in text_of(client.get(f"/judging/rounds/{round_.id}"))
    text_of(client.send(f"{ticket}/admit", {"version": "1"}), 302)
    text_of(client.send(f"{ticket}/decide", {"version": "2", "effect": "none", "decision": ""}), 422)
    decision = {"version": "2", "effect": "disqualify", "decision": "数据不实。"}
    foreseen = text_of(client.send(f"{ticket}/decide", decision))
    assert "数据不实" not in text_of(client.get(ticket))
    seen = re.search(r'name="seen" value="(\w{64})"', foreseen)
    text_of(client.send(f"{ticket}/decide", decision | {"seen": "0" * 64}), 409)
    text_of(client.send(f"{ticket}/decide", decision | {"seen": seen[1]}), 302)
    assert "数据不实" in text_of(client.get(ticket))
    assert entry.result.title not in text_of(client.get(f"/judging/lists/{round_.public_key}"))


def test_the_circle_reads_its_scores_and_comments_after_publication(session, client, stage_at):
    world = stage_at("deliberation")
    round_ = scored(world)
    services.announce_round(session, actor=SYSTEM, round_=round_, now=NOW)
    entry = world.entries_of(round_)[0]
    sheet = session.scalar(sa.select(ScoreSheet).where(ScoreSheet.entry_id == entry.id))
    sheet.comments = {"topic": "COMMENT-TO-READ"}
    standings_services.compute_standing(session, actor=SYSTEM, round_=round_, now=NOW)
    client.enter(person(session, world.leader_of(entry.result)))
    assert "COMMENT-TO-READ" not in text_of(client.get(f"/judging/entries/{entry.id}"))
    standings_services.publish_standing(session, actor=SYSTEM, round_=round_, now=NOW)
    page = text_of(client.get(f"/judging/entries/{entry.id}"))
    assert "COMMENT-TO-READ" in page and "88.00" in page
    assert sheet.judge.name not in page


def test_the_printed_standing_can_be_redone_by_hand(session, client, stage_at):
    """Reads the printed page only: sums the criteria, scales, drops, averages, weighs and compares."""
    world = stage_at("deliberation")
    world.round_at("province")
    round_ = world.round_at("city", rule="petroleum")
    entry = world.entry(round_)
    judges = [world.judge(round_) for _ in range(4)]
    world.numbers(round_)
    from cp_circles.scoring.services.sheets import rubric_of
    from tests.standings.test_standings import fill

    for stage, totals in (
        ("paper", ["100.5", "96", "110", "104.35"]),
        ("presentation", ["24", "25", "23.5", "26"]),
    ):
        for judge, total in zip(judges, totals, strict=True):
            sheet = world.assign(entry, judge, stage)
            world.score(sheet, fill(rubric_of(session, sheet), total))
    services.announce_round(session, actor=SYSTEM, round_=round_, now=NOW)
    standings_services.compute_standing(session, actor=SYSTEM, round_=round_, now=NOW)
    standings_services.publish_standing(session, actor=SYSTEM, round_=round_, now=NOW)
    page = text_of(client.get(f"/judging/lists/{round_.public_key}/print"))
    total = Decimal(0)
    for table in re.findall(r'<table class="table table--cards" data-number="1".*?</table>', page, re.DOTALL):
        scale, weight = re.search(r'data-scale="([\d.]+)" data-weight="([\d.]+)"', table).groups()
        used = []
        for is_used, row in re.findall(r'<tr data-used="(\d)">(.*?)</tr>', table, re.DOTALL):
            cells = [Decimal(cell) for cell in re.findall(r'<td class="num"[^>]*>([\d.]+)</td>', row)]
            assert sum(cells[:-2]) == cells[-2]
            assert (cells[-2] * Decimal(scale)).quantize(Decimal("0.01"), "ROUND_HALF_UP") == cells[-1]
            used += [cells[-1]] if is_used == "1" else []
        mean = (sum(used) / len(used)).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        assert (
            Decimal(
                re.search(r'</th><td class="num"[^>]*>([\d.]+)</td><td></td></tr></tfoot>', table).group(1)
            )
            == mean
        )
        total += mean * Decimal(weight)
    printed = re.search(r'<tr data-entry="1">.*?<td class="num"[^>]*>([\d.]+)</td>', page, re.DOTALL).group(1)
    assert Decimal(printed) == total.quantize(Decimal("0.01"), "ROUND_HALF_UP") == Decimal("85.96")


def test_lists_have_a_fixed_number_of_statements(session, client, stage_at, count_statements):
    world = stage_at("entry")
    from cp_circles.judging.queries import entries, rounds

    city = world.round_at("city")
    for _ in range(3):
        world.entry(city, accepted=False)
    world.round_at("province")
    world.county_id, world.company_id = world.county.id, world.company.id
    actor, season_id, round_id = world.administrator, world.season.id, city.id

    def rounds_page():
        for row in rounds.rounds_seen(session, actor=actor, season_id=season_id).rows:
            assert (
                row.season.name and [phase.key for phase in row.phases] and (row.company or row.region).name
            )

    def entries_page():
        for row in entries.entries_of(session, round_id):
            assert row.result.project.company.name and row.result.project.circle.name

    before = count_statements(rounds_page), count_statements(entries_page)
    world.season, world.county = session.get(Season, season_id), session.get(Region, world.county_id)
    world.company = session.get(Company, world.company_id)
    for _ in range(3):
        world.company_round(world.make.company(world.county))
        world.entry(session.get(type(city), round_id), world.result(), accepted=False)
    assert (count_statements(rounds_page), count_statements(entries_page)) == before
    assert ladder.unit_of(session.get(type(city), round_id)).kind == "region"


def test_a_desk_whose_judge_is_tied_meanwhile_shows_nothing_and_offers_one_recusal(session, client, desk):
    world, sheet, judge = desk
    here = f"/judging/desk/{sheet.entry.blind_key}/{sheet.stage}"
    client.enter(judge)
    page = text_of(client.get(here))
    assert "BLIND-SUMMARY" in page and page.count(f'action="{here}/recuse"') == 1 and "#aside" not in page
    world.works_at(judge, sheet.entry.result.project.company)
    session.flush()
    page = text_of(client.get(here))
    assert "BLIND-SUMMARY" not in page and f'action="{here}"' not in page
    assert page.count(f'action="{here}/recuse"') == 1 and f'action="{here}/abstain"' not in page
    assert client.send(f"{here}/recuse", {"reason": "已入职"}).status_code == 302
    assert f'action="{here}/recuse"' not in text_of(client.get(here))


def test_the_team_is_not_told_of_scoring_before_publication(session, client, stage_at):
    world = stage_at("deliberation")
    round_ = world.judged_round()
    entry = world.entries_of(round_)[0]
    here = f"/judging/entries/{entry.id}"
    leader = session.get(Person, world.leader_of(entry.result).person_id)
    client.enter(leader)
    before = text_of(client.get(here))
    standings_services.compute_standing(
        session, actor=world.officials["city"], round_=round_, now=world.at("deliberation")
    )
    session.flush()
    assert entry.state is EntryState.SCORED
    assert text_of(client.get(here)) == before
    client.enter(session.get(Person, world.officials["city"].person_id))
    assert "已评分" in text_of(client.get(here))


def test_the_panel_page_shows_a_page_of_entries_in_a_fixed_number_of_statements(
    session, client, stage_at, count_statements
):
    world = stage_at("scoring")
    world.round_at("province")
    round_ = world.round_at("city")
    judge, round_id = world.judge(round_), round_.id
    entries = [world.entry(round_) for _ in range(PAGE_SIZE + 3)]
    world.numbers(round_)
    for entry in entries:
        world.assign(entry, judge)
    titles, here = [row.result.title for row in entries], f"/judging/rounds/{round_id}/panel"
    client.enter(person(session, world.officials["city"]))
    first, second = text_of(client.get(here)), text_of(client.get(f"{here}?page=2"))
    assert [title for title in titles if f">{title}</a>" in first] == titles[:PAGE_SIZE]
    assert [title for title in titles if f">{title}</a>" in second] == titles[PAGE_SIZE:]
    many, few = (
        count_statements(lambda number=number: text_of(client.get(f"{here}?page={number}")))
        for number in (1, 2)
    )
    assert many == few
