"""Finishing a round, promotion, reserves, and objections."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.files.models import Blob
from cp_circles.judging import phases, services, tasks
from cp_circles.judging.chain import verify_chain
from cp_circles.judging.models import Entry, EntryState, Objection, ObjectionState, SheetState, Standing
from cp_circles.judging.phases import PhaseClosed
from cp_circles.judging.queries import ladder, panels
from cp_circles.notices.models import Task
from cp_circles.objections import services as objections_services
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.results.models import ResultState
from cp_circles.standings import services as standings_services
from tests.conftest import NOW
from tests.judging.world import t2


@pytest.fixture
def shown(session, world):
    """A city round in publicity: three entries, one place, published on Friday 2026-10-09."""
    round_ = world.judged_round(totals=[["90"] * 3, ["80"] * 3, ["70"] * 3], reserve_places=1)
    world.give_places(round_, 1)
    official, now = world.officials["city"], datetime(2026, 10, 9, 2, tzinfo=UTC)
    standings_services.compute_standing(session, actor=official, round_=round_, now=now)
    standings_services.publish_standing(session, actor=official, round_=round_, now=now)
    return round_


def during(round_):
    """A moment in the period."""
    return round_.published_at + timedelta(hours=30)


def file(session, world, round_, entry=None, actor=None, now=None):
    """An objection to the first entry."""
    return objections_services.file_objection(
        session,
        actor=actor or world.make.actor(),
        entry=entry or world.entries_of(round_)[0],
        text="基期数据与车间记录不符，请核对。",
        now=now or during(round_),
    )


def admitted(session, world, round_, **facts):
    """An admitted objection."""
    objection = file(session, world, round_, **facts)
    return objections_services.admit_objection(
        session, actor=world.officials["city"], objection=objection, version=1, now=during(round_)
    )


def test_finish_round_promotes_within_the_quota(session, world, shown):
    first, second, third = world.entries_of(shown)
    upper = ladder.round_above(session, shown)
    upper.accepts_late = True
    after = shown.publicity_ends_at
    with pytest.raises(DomainError):
        standings_services.finish_round(
            session, actor=world.officials["city"], round_=shown, now=after - timedelta(seconds=1)
        )
    with pytest.raises(NotAllowed):
        standings_services.finish_round(session, actor=world.officials["nation"], round_=shown, now=after)
    raised = standings_services.finish_round(session, actor=world.officials["city"], round_=shown, now=after)
    assert [(row.from_entry_id, row.result_id, row.round_id) for row in raised] == [
        (first.id, first.result_id, upper.id)
    ]
    assert ladder.Unit(raised[0].unit_kind, raised[0].unit_id) == ladder.unit_of(shown)
    assert (first.state, second.state, third.state) == (
        EntryState.PROMOTED,
        EntryState.RESERVE,
        EntryState.NOT_PROMOTED,
    )
    with pytest.raises(DomainError):
        standings_services.finish_round(session, actor=world.officials["city"], round_=shown, now=after)
    open_tasks = sa.select(sa.func.count(Task.id)).where(
        Task.subject_kind == "rounds", Task.subject_id == shown.id, Task.done_at.is_(None)
    )
    assert session.scalar(open_tasks) == 0
    assert verify_chain(session, f"round:{shown.id}").is_whole
    assert verify_chain(session, "platform").length == 2


def test_finish_round_refuses_a_closed_upper_round(session, world, shown):
    with pytest.raises(DomainError) as refused:
        standings_services.finish_round(
            session, actor=world.officials["city"], round_=shown, now=shown.publicity_ends_at
        )
    assert refused.value.values == {"round": "示例轮次"}
    assert shown.finished_at is None
    assert session.scalar(sa.select(sa.func.count(Entry.id)).where(Entry.from_entry_id.is_not(None))) == 0


def test_a_place_that_came_back_goes_to_the_reserve(session, world, shown):
    upper = ladder.round_above(session, shown)
    upper.accepts_late = True
    official, after = world.officials["city"], shown.publicity_ends_at
    (raised,) = standings_services.finish_round(session, actor=official, round_=shown, now=after)
    facts = dict(actor=official, round_=shown, track_key="problem_solving", now=after)
    with pytest.raises(DomainError):
        standings_services.promote_reserve(session, **facts)
    services.withdraw_entry(
        session,
        actor=world.leader_of(raised.result),
        entry=raised,
        reason="退出",
        now=world.at("formal_review"),
    )
    waiting = sa.select(sa.func.count(Task.id)).where(Task.kind == tasks.RESERVE, Task.done_at.is_(None))
    assert session.scalar(waiting) == 1
    moved = standings_services.promote_reserve(session, **facts)
    assert moved.from_entry_id == world.entries_of(shown)[1].id
    assert session.scalar(waiting) == 0
    with pytest.raises(DomainError):
        standings_services.promote_reserve(session, **facts)


def test_a_reserve_is_offered_where_a_place_is_free_and_refused_on_the_page(session, client, stage_at):
    world = stage_at("publicity")
    round_ = world.judged_round(totals=[["90"] * 3, ["80"] * 3], reserve_places=1)
    world.give_places(round_, 1)
    upper = ladder.round_above(session, round_)
    upper.accepts_late = True
    official = world.officials["city"]
    standings_services.compute_standing(session, actor=official, round_=round_, now=NOW)
    standings_services.publish_standing(session, actor=official, round_=round_, now=NOW)
    (raised,) = standings_services.finish_round(
        session, actor=official, round_=round_, now=round_.publicity_ends_at
    )
    client.enter(session.get(Person, official.person_id))
    url = f"/judging/rounds/{round_.id}"
    assert f"{url}/reserve" not in client.get(f"{url}/standing").get_data(as_text=True)
    refused = client.send(f"{url}/reserve", {"track": "problem_solving"})
    assert refused.status_code == 409 and 'id="h-list"' in refused.get_data(as_text=True)
    assert "的 1 个名额已用完" in refused.get_data(as_text=True)
    raised.disqualified_at = NOW
    session.commit()
    assert f"{url}/reserve" in client.get(f"{url}/standing").get_data(as_text=True)
    upper.accepts_late = False
    session.commit()
    assert f"{url}/reserve" not in client.get(f"{url}/standing").get_data(as_text=True)
    assert client.send(f"{url}/reserve", {"track": ""}).status_code == 422
    upper.accepts_late = True
    session.commit()
    assert "后已递补" not in client.get(f"{url}/standing").get_data(as_text=True)
    assert client.send(f"{url}/reserve", {"track": "problem_solving"}).status_code == 302
    assert "后已递补" in client.get(f"{url}/standing").get_data(as_text=True)


def test_a_revoked_result_does_not_go_up(session, world, shown):
    first, second, _third = world.entries_of(shown)
    ladder.round_above(session, shown).accepts_late = True
    first.result.state = ResultState.REVOKED
    official, after = world.officials["city"], shown.publicity_ends_at
    assert standings_services.finish_round(session, actor=official, round_=shown, now=after) == []
    assert first.state is EntryState.NOT_PROMOTED
    moved = standings_services.promote_reserve(
        session, actor=official, round_=shown, track_key="problem_solving", now=after
    )
    assert moved.from_entry_id == second.id


def test_the_top_round_promotes_nobody(session, world):
    round_ = world.judged_round("nation")
    official = world.officials["nation"]
    standings_services.compute_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    standings_services.publish_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    assert (
        standings_services.finish_round(session, actor=official, round_=round_, now=round_.publicity_ends_at)
        == []
    )
    assert {entry.state for entry in world.entries_of(round_)} == {EntryState.SCORED}


def test_objection_stops_the_clock_until_it_is_settled(session, world, shown):
    """Published Friday 9 October: five weekdays end Friday 16 October; filed on the 10th, settled on the 14th."""
    assert shown.publicity_ends_at == datetime(2026, 10, 16, 9, tzinfo=UTC)
    objection = file(session, world, shown)
    assert shown.publicity_ends_at is None and phases.is_publicity_running(
        shown, during(shown) + timedelta(days=99)
    )
    with pytest.raises(DomainError) as refused:
        standings_services.finish_round(
            session, actor=world.officials["city"], round_=shown, now=during(shown) + timedelta(days=30)
        )
    assert refused.value.values == {"count": 1}
    objections_services.refuse_objection(
        session,
        actor=world.officials["city"],
        objection=objection,
        reason="没有事实",
        version=1,
        now=datetime(2026, 10, 14, 2, tzinfo=UTC),
    )
    assert objection.state is ObjectionState.INADMISSIBLE
    assert shown.publicity_ends_at == datetime(2026, 10, 20, 9, tzinfo=UTC)


def test_file_objection_refusals(session, world, shown, make):
    entry = world.entries_of(shown)[0]
    from cp_circles.people.rules import NOBODY

    facts = dict(entry=entry, text="基期数据与车间记录不符，请核对。")
    with pytest.raises(NotAllowed):
        objections_services.file_objection(session, actor=NOBODY, now=during(shown), **facts)
    with pytest.raises(PhaseClosed):
        objections_services.file_objection(session, actor=make.actor(), now=shown.publicity_ends_at, **facts)
    with pytest.raises(Invalid):
        objections_services.file_objection(
            session, actor=make.actor(), entry=entry, text="不服", now=during(shown)
        )
    assert session.scalar(sa.select(sa.func.count(Objection.id))) == 0
    assert shown.publicity_ends_at is not None


def test_who_decides_did_not_judge_did_not_file_and_has_no_stake(session, world, shown, make):
    objection = file(session, world, shown)
    judge = panels.judges_of(session, shown.id)[0].person
    filer = objection.filer
    owner = make.person()
    world.works_at(owner, objection.entry.result.project.company)
    for person in (judge, filer, owner):
        make.grant(person, Role.OFFICIAL, ScopeKind.REGION, world.city)
        with pytest.raises(NotAllowed):
            objections_services.admit_objection(
                session, actor=make.actor(person), objection=objection, version=1, now=during(shown)
            )
    for actor in (make.actor(), world.officials["county"], world.department):
        with pytest.raises(NotFound):
            objections_services.admit_objection(
                session, actor=actor, objection=objection, version=1, now=during(shown)
            )
    assert objection.state is ObjectionState.FILED
    objections_services.admit_objection(
        session, actor=world.officials["province"], objection=objection, version=1, now=during(shown)
    )
    with pytest.raises(Stale):
        objections_services.decide_objection(
            session,
            actor=world.officials["city"],
            objection=objection,
            effect="none",
            decision="属实",
            version=1,
            now=during(shown),
        )


def test_a_decision_is_reasoned_and_comes_after_admission(session, world, shown):
    objection = file(session, world, shown)
    facts = dict(actor=world.officials["city"], objection=objection, now=during(shown))
    with pytest.raises(DomainError):
        objections_services.decide_objection(session, effect="none", decision="不属实", version=1, **facts)
    objections_services.admit_objection(session, version=1, **facts)
    with pytest.raises(Invalid) as refused:
        objections_services.decide_objection(session, effect="none", decision=" ", version=2, **facts)
    assert refused.value.field == "decision"
    session.refresh(objection)
    objections_services.decide_objection(session, effect="none", decision="经核对无误。", version=2, **facts)
    assert (objection.state, objection.effect) == (ObjectionState.DISMISSED, "none")
    with pytest.raises(DomainError):
        objections_services.decide_objection(session, effect="none", decision="再来", version=3, **facts)


def test_disqualification_computes_the_standing_anew(session, world, shown):
    objection = admitted(session, world, shown)
    objections_services.decide_objection(
        session,
        actor=world.officials["city"],
        objection=objection,
        effect="disqualify",
        decision="数据不实。",
        version=2,
        now=during(shown),
    )
    first, second, third = world.entries_of(shown)
    standing = session.get(Standing, shown.standing_id)
    assert first.disqualified_reason == "数据不实。"
    assert [(row.entry_id, row.decision) for row in standing.rows] == [
        (second.id, "promoted"),
        (third.id, "reserve"),
    ]
    assert standing.reason == "数据不实。"
    assert session.scalar(sa.select(sa.func.count(Standing.id))) == 2


def test_rescoring_takes_the_list_back(session, world, shown):
    objection = admitted(session, world, shown)
    official = world.officials["city"]
    objections_services.decide_objection(
        session,
        actor=official,
        objection=objection,
        effect="rescore",
        decision="评分项看错。",
        version=2,
        now=during(shown),
    )
    assert shown.published_at is None
    sheets = [
        sheet for sheet in panels.sheets_of_round(session, shown.id) if sheet.entry_id == objection.entry_id
    ]
    assert {sheet.state for sheet in sheets} == {SheetState.OPEN}
    now = during(shown) if shown.published_at else datetime(2026, 10, 12, 2, tzinfo=UTC)
    for sheet in sheets:
        world.score(sheet, t2("75"), now=now)
    standings_services.compute_standing(session, actor=official, round_=shown, reason="重评", now=now)
    standings_services.publish_standing(session, actor=official, round_=shown, now=now)
    assert [str(row.score) for row in session.get(Standing, shown.standing_id).rows] == [
        "80.000",
        "75.000",
        "70.000",
    ]
    assert shown.publicity_ends_at == datetime(2026, 10, 19, 9, tzinfo=UTC)


def test_only_the_filer_withdraws(session, world, shown, make):
    objection = file(session, world, shown)
    with pytest.raises(NotFound):
        objections_services.withdraw_objection(
            session, actor=world.officials["city"], objection=objection, now=during(shown)
        )
    objections_services.withdraw_objection(
        session, actor=make.actor(objection.filer), objection=objection, now=during(shown)
    )
    assert objection.state is ObjectionState.WITHDRAWN
    assert shown.publicity_ends_at == datetime(2026, 10, 16, 9, tzinfo=UTC)


def test_the_chain_names_no_filer_and_breaks_when_touched(session, world, shown):
    objection = file(session, world, shown)
    event = session.scalar(sa.select(Event).where(Event.verb == "judging.file_objection"))
    assert event.actor_id is None
    assert len(event.after["filer"]) == 64 and event.after["filer"] != str(objection.filer_id)
    assert verify_chain(session, f"round:{shown.id}").is_whole
    event.after = {**event.after, "entry": 0}
    session.flush()
    report = verify_chain(session, f"round:{shown.id}")
    assert report.broken_at == event.position


def test_one_open_objection_a_person_and_entry(session, world, shown, make):
    filer = make.actor()
    entry, other = world.entries_of(shown)[:2]
    facts = dict(actor=filer, text="数据与报告不符，请核对原始记录。", now=during(shown))
    first = objections_services.file_objection(session, entry=entry, **facts)
    with pytest.raises(Invalid) as refused:
        objections_services.file_objection(session, entry=entry, **facts)
    assert refused.value.field == "entry_id"
    assert session.scalar(sa.select(sa.func.count(Objection.id))) == 1
    objections_services.file_objection(session, entry=other, **facts)
    objections_services.file_objection(session, entry=entry, **facts | {"actor": make.actor()})
    objections_services.withdraw_objection(session, actor=filer, objection=first, now=during(shown))
    assert objections_services.file_objection(session, entry=entry, **facts).state is ObjectionState.FILED


def test_a_decided_objection_comes_back_only_with_new_evidence(session, world, shown, make):
    filer, entry = make.actor(), world.entries_of(shown)[0]
    blobs = [
        Blob(sha256=digit * 64, size=1, media_type="text/plain", created_at=world.start) for digit in "ab"
    ]
    session.add_all(blobs)
    session.flush()
    facts = dict(actor=filer, entry=entry, text="数据与报告不符，请核对原始记录。", now=during(shown))
    first = objections_services.file_objection(session, evidence=blobs[0], evidence_name="a.txt", **facts)
    objections_services.refuse_objection(
        session,
        actor=world.officials["city"],
        objection=first,
        reason="缺少依据",
        version=1,
        now=during(shown),
    )
    for again in (None, blobs[0]):
        with pytest.raises(Invalid) as refused:
            objections_services.file_objection(session, evidence=again, **facts)
        assert refused.value.field == "evidence"
    assert session.scalar(sa.select(sa.func.count(Objection.id))) == 1
    second = objections_services.file_objection(session, evidence=blobs[1], evidence_name="b.txt", **facts)
    assert second.evidence_sha256 == blobs[1].sha256
