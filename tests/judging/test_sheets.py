"""Score sheets: drafts, versions, locking, putting aside, reopening."""

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.judging import services, tasks
from cp_circles.judging.chain import sha256_of, verify_chain
from cp_circles.judging.models import Conflict, ScoreSheet, SheetState
from cp_circles.judging.phases import PhaseClosed
from cp_circles.judging.services.sheets import SheetLocked, canonical_sheet
from cp_circles.notices.models import Task
from tests.judging.world import t2


@pytest.fixture
def sheet(world):
    """An open paper sheet in a city round."""
    round_ = world.round_at("city")
    entry, judge = world.entry(round_), world.judge(round_)
    world.numbers(round_)
    return world.assign(entry, judge)


@pytest.fixture
def judge(world, make, sheet):
    """The actor whose sheet it is."""
    return make.actor(sheet.judge)


def events(session):
    """How many events there are."""
    return session.scalar(sa.select(sa.func.count(Event.id)))


def test_save_draft_keeps_what_was_typed_and_writes_no_event(session, world, sheet, judge):
    before = events(session)
    services.save_draft(
        session,
        actor=judge,
        sheet=sheet,
        points={"topic": "13.50", "cause": ""},
        comments={"topic": "好", "x": "y"},
        comment="总评",
        version=1,
        now=world.at("scoring"),
    )
    assert (sheet.points, sheet.comments, sheet.comment) == ({"topic": "13.5"}, {"topic": "好"}, "总评")
    assert (sheet.version, sheet.state, events(session)) == (2, SheetState.OPEN, before)


def test_save_draft_refuses_an_older_version(session, world, sheet, judge):
    now = world.at("scoring")
    services.save_draft(session, actor=judge, sheet=sheet, points={"topic": "10"}, version=1, now=now)
    with pytest.raises(Stale) as refused:
        services.save_draft(session, actor=judge, sheet=sheet, points={"topic": "11"}, version=1, now=now)
    assert refused.value.current == {"topic": "10", "comment": "", "version": 2}
    assert sheet.points == {"topic": "10"}


@pytest.mark.parametrize("text", ["15.5", "-1", "zehn", "13.333", "nan"])
def test_save_draft_checks_range_step_and_number(session, world, sheet, judge, text):
    with pytest.raises(Invalid) as refused:
        services.save_draft(
            session, actor=judge, sheet=sheet, points={"topic": text}, version=1, now=world.at("scoring")
        )
    assert refused.value.field == "topic"
    assert (sheet.points, sheet.version) == ({}, 1)


def test_save_draft_is_for_the_judge_in_the_phase(session, world, sheet, judge, make):
    for actor in (make.actor(), world.officials["city"], world.administrator):
        with pytest.raises(NotFound):
            services.save_draft(
                session, actor=actor, sheet=sheet, points={}, version=1, now=world.at("scoring")
            )
    with pytest.raises(PhaseClosed):
        services.save_draft(
            session, actor=judge, sheet=sheet, points={}, version=1, now=world.at("deliberation")
        )
    assert sheet.version == 1


def test_submit_locks_and_hashes(session, world, sheet, judge):
    now = world.at("scoring")
    with pytest.raises(Invalid):
        services.submit_sheet(session, actor=judge, sheet=sheet, version=1, now=now)
    world.score(sheet, t2("86.5"))
    assert (sheet.state, str(sheet.total)) == (SheetState.SUBMITTED, "86.50")
    assert sheet.sha256 == sha256_of(canonical_sheet(sheet))
    with pytest.raises(SheetLocked):
        services.save_draft(
            session, actor=judge, sheet=sheet, points=t2("90"), version=sheet.version, now=now
        )
    with pytest.raises(SheetLocked):
        services.submit_sheet(session, actor=judge, sheet=sheet, version=sheet.version, now=now)
    assert verify_chain(session, f"round:{sheet.round_id}").is_whole
    done = sa.select(sa.func.count(Task.id)).where(Task.kind == tasks.SCORE, Task.done_at.is_(None))
    asked = sa.select(sa.func.count(Task.id)).where(Task.kind == tasks.COMPUTE, Task.done_at.is_(None))
    assert (session.scalar(done), session.scalar(asked)) == (0, 1)


def test_abstain_and_recuse_ask_for_another_judge(session, world, sheet, judge):
    now = world.at("scoring")
    with pytest.raises(Invalid):
        services.abstain(session, actor=judge, sheet=sheet, reason="", now=now)
    services.recuse(session, actor=judge, sheet=sheet, reason="认出了该小组", now=now)
    assert (sheet.state, sheet.total) == (SheetState.RECUSED, None)
    assert session.scalar(sa.select(Conflict.note)) == "认出了该小组"
    replace = sa.select(sa.func.count(Task.id)).where(Task.kind == tasks.REPLACE, Task.done_at.is_(None))
    assert session.scalar(replace) == 1
    with pytest.raises(SheetLocked):
        services.abstain(session, actor=judge, sheet=sheet, reason="不懂", now=now)
    world.assign(sheet.entry, world.judge(sheet.entry.round_))
    assert session.scalar(replace) == 0


def test_abstained_is_not_zero(session, world, sheet, judge):
    services.abstain(session, actor=judge, sheet=sheet, reason="专业不符", now=world.at("scoring"))
    assert (sheet.state, sheet.total, sheet.points) == (SheetState.ABSTAINED, None, {})


def test_reopen_is_the_organisers_logged_act(session, world, sheet, judge):
    world.score(sheet, t2("80"))
    now = world.at("deliberation")
    with pytest.raises(NotFound):
        services.reopen_sheet(session, actor=world.department, sheet=sheet, reason="错", now=now)
    with pytest.raises(NotAllowed):
        services.reopen_sheet(session, actor=judge, sheet=sheet, reason="错", now=now)
    with pytest.raises(Invalid):
        services.reopen_sheet(session, actor=world.officials["city"], sheet=sheet, reason="", now=now)
    assert sheet.state is SheetState.SUBMITTED
    services.reopen_sheet(session, actor=world.officials["city"], sheet=sheet, reason="录入错误", now=now)
    assert (sheet.state, sheet.total, sheet.sha256) == (SheetState.OPEN, None, None)
    world.score(sheet, t2("81"), now=now)
    assert sheet.total == 81
    verbs = session.scalars(
        sa.select(Event.verb).where(Event.subject_kind == ScoreSheet.__tablename__).order_by(Event.id)
    ).all()
    assert verbs == [
        "judging.assign_judge",
        "judging.submit_sheet",
        "judging.reopen_sheet",
        "judging.submit_sheet",
    ]
    other = world.assign(sheet.entry, world.judge(sheet.entry.round_))
    with pytest.raises(DomainError):
        services.reopen_sheet(session, actor=world.officials["city"], sheet=other, reason="空", now=now)
