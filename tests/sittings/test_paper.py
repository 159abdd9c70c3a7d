"""Sheets on paper: printed blank, entered with the scan, checked by the judge; and every refusal."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.files.services import store_blob
from cp_circles.judging.chain import chain_of, sha256_of, verify_chain
from cp_circles.judging.models import Conflict, ScoreSheet, SheetState
from cp_circles.judging.phases import PhaseClosed
from cp_circles.notices.models import Task
from cp_circles.people.models import Person
from cp_circles.scoring import services as scoring_services
from cp_circles.scoring.services.locking import canonical_sheet
from cp_circles.scoring.services.reopening import reopen_sheet
from cp_circles.scoring.services.sheets import SheetLocked
from cp_circles.sittings import services
from cp_circles.sittings.services.paper import CHECK, BegunAtDesk
from tests.conftest import NOW
from tests.house.world import picture
from tests.judging.world import t2


@pytest.fixture
def paper(session, stage_at, storage):
    """A city round in scoring with one open sheet, its judge, and a scan."""
    world = stage_at("scoring")
    round_ = world.round_at("city")
    entry, judge = world.entry(round_), world.judge(round_)
    world.numbers(round_)
    scan = store_blob(session, storage, picture("P"), "扫描件.png", NOW)
    return world, world.assign(entry, judge), judge, scan


def enter(session, paper, points=None, **facts):
    """The sheet entered by the organiser."""
    world, sheet, _judge, scan = paper
    given = {"actor": world.officials["city"], "version": sheet.version, "now": NOW} | facts
    return services.enter_paper_sheet(
        session, sheet=sheet, points=points or t2("83"), comment="口头已说明", scan=scan,
        scan_name="扫描件.png", **given,
    )  # fmt: skip


def test_the_organiser_reads_on_the_panel_whether_the_judge_agreed(session, client, paper, make):
    world, sheet, judge, _scan = paper
    enter(session, paper)
    client.enter(session.get(Person, world.officials["city"].person_id))
    page = f"/judging/rounds/{sheet.round_id}/panel"
    assert "评委尚未确认" in client.get(page).get_data(as_text=True)
    services.agree_with_paper(session, actor=make.actor(judge.person), sheet=sheet, now=NOW)
    text = client.get(page).get_data(as_text=True)
    assert "评委已确认" in text and "评委尚未确认" not in text


def test_a_sheet_from_paper_is_locked_like_others_and_its_judge_asked(session, paper, make):
    world, sheet, judge, scan = paper
    enter(session, paper)
    assert (sheet.state, sheet.total, sheet.scan_sha256) == (SheetState.SUBMITTED, 83, scan.sha256)
    assert sheet.entered_by_id == world.officials["city"].person_id
    assert sheet.sha256 == sha256_of(canonical_sheet(sheet, judge.number))
    assert sheet.sha256 != sha256_of({**canonical_sheet(sheet, judge.number), "scan": "0" * 64})
    assert verify_chain(session, chain_of(sheet.entry.round_)).is_whole
    task = session.scalar(sa.select(Task).where(Task.subject_kind == "score_sheets"))
    assert (task.person_id, task.done_at) == (judge.person_id, None)
    services.agree_with_paper(session, actor=make.actor(judge.person), sheet=sheet, now=NOW)
    session.refresh(task)
    assert task.done_at is not None and sheet.agreed_at == NOW
    with pytest.raises(DomainError):
        services.object_to_paper(session, actor=make.actor(judge.person), sheet=sheet, reason="晚了", now=NOW)
    assert sheet.state is SheetState.SUBMITTED


def test_what_may_not_be_entered_is_refused_and_leaves_the_sheet(session, paper, make):
    world, sheet, judge, _scan = paper
    for actor in (make.actor(), make.actor(judge.person)):
        with pytest.raises((NotFound, NotAllowed)):
            enter(session, paper, actor=actor)
    with pytest.raises(Invalid):
        enter(session, paper, points=t2("83") | {"topic": "99"})
    with pytest.raises(Invalid):
        enter(session, paper, points={"topic": "3"})
    with pytest.raises(Stale):
        enter(session, paper, version=7)
    with pytest.raises(PhaseClosed):
        enter(session, paper, now=world.at("deliberation"))
    session.add(
        Conflict(round_id=sheet.round_id, person_id=judge.person_id, ground="declared", declared_at=NOW,
                 circle_id=sheet.entry.result.project.circle_id)
    )  # fmt: skip
    with pytest.raises(DomainError):
        enter(session, paper)
    session.refresh(sheet)
    assert (sheet.state, sheet.points, sheet.scan_sha256) == (SheetState.OPEN, {}, None)


def test_paper_waits_for_the_declaration_and_never_overtakes_the_desk(session, paper, make):
    _world, sheet, judge, _scan = paper
    judge.conflicts_declared_at = None
    with pytest.raises(DomainError):
        enter(session, paper)
    judge.conflicts_declared_at = NOW
    scoring_services.save_draft(
        session, actor=make.actor(judge.person), sheet=sheet, points={"topic": "9"}, version=1, now=NOW
    )
    with pytest.raises(BegunAtDesk):
        enter(session, paper)
    sheet.points = {}
    enter(session, paper)
    with pytest.raises(SheetLocked):
        enter(session, paper)


def test_the_judge_objects_and_corrects_at_the_desk(session, paper, make):
    world, sheet, judge, _scan = paper
    own = make.actor(judge.person)
    for act in (
        lambda: services.agree_with_paper(session, actor=own, sheet=sheet, now=NOW),
        lambda: services.object_to_paper(session, actor=own, sheet=sheet, reason="不符", now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    enter(session, paper)
    for actor in (make.actor(), world.officials["city"]):
        with pytest.raises(NotFound):
            services.object_to_paper(session, actor=actor, sheet=sheet, reason="不符", now=NOW)
    with pytest.raises(Invalid):
        services.object_to_paper(session, actor=own, sheet=sheet, reason=" ", now=NOW)
    sheet.entry.round_.published_at = NOW
    with pytest.raises(DomainError):
        services.object_to_paper(session, actor=own, sheet=sheet, reason="不符", now=NOW)
    sheet.entry.round_.published_at = None
    services.object_to_paper(session, actor=own, sheet=sheet, reason="不符", now=NOW)
    assert (sheet.state, sheet.scan_sha256, sheet.points["topic"]) == (
        SheetState.OPEN,
        None,
        t2("83")["topic"],
    )
    scoring_services.hand_in(session, actor=own, sheet=sheet, points=t2("83"), version=sheet.version, now=NOW)
    assert sheet.entered_by_id is None and verify_chain(session, chain_of(sheet.entry.round_)).is_whole


def test_an_agreed_sheet_that_is_entered_anew_is_agreed_anew_and_the_old_one_kept(
    session, client, storage, paper, make
):
    world, sheet, judge, scan = paper
    own, later = make.actor(judge.person), [NOW + timedelta(minutes=n) for n in range(1, 5)]
    world.score(world.assign(sheet.entry, world.judge(sheet.entry.round_)), t2("77.5"))
    enter(session, paper)
    services.agree_with_paper(session, actor=own, sheet=sheet, now=NOW)
    reopen_sheet(session, actor=world.officials["city"], sheet=sheet, reason="小计抄错", now=later[0])
    new = store_blob(session, storage, picture("Q"), "更正.png", NOW)
    client.enter(session.get(Person, world.officials["city"].person_id))
    form = client.get(f"/sittings/sheets/{sheet.id}/from-paper").get_data(as_text=True)
    assert 'name="p-topic" inputmode="decimal" autocomplete="off" value=""' in form
    assert "口头已说明" not in form
    facts = {"scan": new, "scan_name": "更正.png", "points": t2("84"), "version": sheet.version}
    services.enter_paper_sheet(
        session, actor=world.officials["city"], sheet=sheet, comment="", now=later[1], **facts
    )
    assert (sheet.total, sheet.agreed_at, sheet.scan_sha256) == (84, None, new.sha256)
    [old] = sheet.earlier
    assert (old["total"], old["scan"], old["agreed"]) == ("83", scan.sha256, NOW.isoformat())
    asked = sa.select(sa.func.count(Task.id)).where(Task.kind == CHECK, Task.done_at.is_(None))
    assert session.scalar(asked) == 1
    client.enter(judge.person)
    page = client.get(f"/judging/desk/{sheet.entry.blind_key}/paper").get_data(as_text=True)
    assert "小计抄错" in page and "按纸质重新录入" in page and "77.5" not in page
    assert "评委未确认" in page and "确认</td>" in page
    for version, content in (("1", picture("P")), ("2", picture("Q")), ("", picture("Q"))):
        with client.get(f"/sittings/sheets/{sheet.id}/scan?version={version}") as answer:
            assert answer.get_data() == content
    for version in ("0", "3"):
        assert client.get(f"/sittings/sheets/{sheet.id}/scan?version={version}").status_code == 404
    services.agree_with_paper(session, actor=own, sheet=sheet, now=later[2])
    assert "77.5" in client.get(f"/judging/desk/{sheet.entry.blind_key}/paper").get_data(as_text=True)
    client.enter(make.person())
    assert client.get(f"/sittings/sheets/{sheet.id}/scan?version=1").status_code == 404


def test_a_sheet_that_was_given_back_and_begun_at_the_desk_is_not_overtaken_by_paper(session, paper, make):
    world, sheet, judge, _scan = paper
    enter(session, paper)
    reopen_sheet(
        session, actor=world.officials["city"], sheet=sheet, reason="小计抄错", now=NOW + timedelta(minutes=1)
    )
    typed, at = {"points": t2("83"), "comment": "本人更正"}, NOW + timedelta(minutes=2)
    scoring_services.save_draft(
        session, actor=make.actor(judge.person), sheet=sheet, version=sheet.version, now=at, **typed
    )
    with pytest.raises(BegunAtDesk):
        enter(session, paper, now=NOW + timedelta(minutes=3))
    assert (sheet.state, sheet.comment) == (SheetState.OPEN, "本人更正")


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_paper_over_http_from_the_blank_sheet_to_the_objection(session, client, paper, make, locale):
    world, sheet, judge, _scan = paper
    official = session.get(Person, world.officials["city"].person_id)
    official.locale = judge.person.locale = locale
    blank, here = f"/sittings/rounds/{sheet.round_id}/blank-sheets", f"/sittings/sheets/{sheet.id}/from-paper"
    client.enter(official)
    assert 'class="blank"' in client.get(blank).get_data(as_text=True)
    assert here in client.get(f"/judging/rounds/{sheet.round_id}/panel").get_data(as_text=True)
    assert client.get(here).status_code == 200
    form = {f"p-{key}": text for key, text in t2("83").items()} | {"version": "1"}
    scan = {"scan": (BytesIO(picture("P")), "扫描件.png")}
    assert client.send(here, form).status_code == 422
    assert (
        client.send(here, form | {"p-topic": "99", "scan": (BytesIO(picture("P")), "p.png")}).status_code
        == 422
    )
    assert session.scalar(sa.select(ScoreSheet.state)) is SheetState.OPEN
    assert client.send(here, form | scan).status_code == 302
    client.enter(judge.person)
    desk = f"/judging/desk/{sheet.entry.blind_key}/paper"
    page = client.get(desk).get_data(as_text=True)
    other = world.judge(sheet.entry.round_)
    world.score(world.assign(sheet.entry, other), t2("77.5"))
    assert "77.5" not in client.get(desk).get_data(as_text=True)
    assert official.name in page and f"/sittings/sheets/{sheet.id}/object" in page
    with client.get(f"/sittings/sheets/{sheet.id}/scan") as answer:
        assert answer.status_code == 200 and answer.get_data() == picture("P")
    assert 'class="blank"' not in client.get(blank).get_data(as_text=True)
    client.send(f"/sittings/sheets/{sheet.id}/object", {"reason": ""})
    session.refresh(sheet)
    assert sheet.state is SheetState.SUBMITTED
    assert client.send(f"/sittings/sheets/{sheet.id}/object", {"reason": "不符"}).status_code == 302
    assert 'name="p-topic"' in client.get(desk).get_data(as_text=True)
    client.enter(make.person())
    for path in (blank, here, f"/sittings/sheets/{sheet.id}/scan"):
        assert client.get(path).status_code == 404
