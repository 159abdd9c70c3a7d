"""Score sheets: drafts, versions, locking, putting aside, reopening."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.judging import tasks
from cp_circles.judging.chain import chain_of, sha256_of, verify_chain
from cp_circles.judging.models import Conflict, ScoreSheet, SheetState
from cp_circles.judging.phases import PhaseClosed
from cp_circles.judging.queries import panels
from cp_circles.notices.models import Task
from cp_circles.panels.queries.recusals import Ground
from cp_circles.panels.services.assignments import JudgeRecused
from cp_circles.people.models import Role, ScopeKind
from cp_circles.scoring import services as scoring_services
from cp_circles.scoring.services.handing_in import KeptApart
from cp_circles.scoring.services.locking import canonical_sheet
from cp_circles.scoring.services.sheets import SheetLocked
from cp_circles.standings import services as standings_services
from cp_circles.standings.queries import standings
from cp_circles.standings.services.standings import is_current
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
    scoring_services.save_draft(
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
    scoring_services.save_draft(session, actor=judge, sheet=sheet, points={"topic": "10"}, version=1, now=now)
    with pytest.raises(Stale) as refused:
        scoring_services.save_draft(
            session, actor=judge, sheet=sheet, points={"topic": "11"}, version=1, now=now
        )
    assert refused.value.current == {"topic": "10", "comment": "", "version": 2}
    assert sheet.points == {"topic": "10"}


def test_save_draft_that_says_what_stands_is_no_conflict(session, world, sheet, judge):
    now = world.at("scoring")
    values = {"actor": judge, "sheet": sheet, "version": 1, "now": now}
    scoring_services.save_draft(session, points={"topic": "10"}, comment="总评", **values)
    again = scoring_services.save_draft(
        session, points={"topic": "10.0", "cause": ""}, comment="总评 ", **values
    )
    assert (again.version, again.points) == (2, {"topic": "10"})
    for wrong in ({"topic": "zehn"}, {"topic": "10", "cause": "0"}, {}):
        with pytest.raises(Stale):
            scoring_services.save_draft(session, points=wrong, comment="总评", **values)


@pytest.mark.parametrize("text", ["15.5", "-1", "zehn", "13.333", "nan"])
def test_save_draft_checks_range_step_and_number(session, world, sheet, judge, text):
    with pytest.raises(Invalid) as refused:
        scoring_services.save_draft(
            session, actor=judge, sheet=sheet, points={"topic": text}, version=1, now=world.at("scoring")
        )
    assert refused.value.field == "topic"
    assert (sheet.points, sheet.version) == ({}, 1)


def test_save_draft_is_for_the_judge_in_the_phase(session, world, sheet, judge, make):
    for actor in (make.actor(), world.officials["city"], world.administrator):
        with pytest.raises(NotFound):
            scoring_services.save_draft(
                session, actor=actor, sheet=sheet, points={}, version=1, now=world.at("scoring")
            )
    with pytest.raises(PhaseClosed):
        scoring_services.save_draft(
            session, actor=judge, sheet=sheet, points={}, version=1, now=world.at("deliberation")
        )
    assert sheet.version == 1


def test_submit_locks_and_hashes(session, world, sheet, judge):
    now = world.at("scoring")
    with pytest.raises(Invalid):
        scoring_services.hand_in(session, actor=judge, sheet=sheet, points={}, version=1, now=now)
    world.score(sheet, t2("86.5"))
    assert (sheet.state, str(sheet.total)) == (SheetState.SUBMITTED, "86.50")
    assert sheet.sha256 == sha256_of(canonical_sheet(sheet, 1))
    with pytest.raises(SheetLocked):
        scoring_services.save_draft(
            session, actor=judge, sheet=sheet, points=t2("90"), version=sheet.version, now=now
        )
    with pytest.raises(SheetLocked):
        scoring_services.hand_in(
            session, actor=judge, sheet=sheet, points=t2("86.5"), version=sheet.version, now=now
        )
    assert verify_chain(session, f"round:{sheet.round_id}").is_whole
    done = sa.select(sa.func.count(Task.id)).where(Task.kind == tasks.SCORE, Task.done_at.is_(None))
    asked = sa.select(sa.func.count(Task.id)).where(Task.kind == tasks.COMPUTE, Task.done_at.is_(None))
    assert (session.scalar(done), session.scalar(asked)) == (0, 1)


def test_abstain_and_recuse_ask_for_another_judge(session, world, sheet, judge):
    now = world.at("scoring")
    with pytest.raises(Invalid):
        scoring_services.abstain(session, actor=judge, sheet=sheet, reason="", now=now)
    scoring_services.recuse(session, actor=judge, sheet=sheet, reason="认出了该小组", now=now)
    assert (sheet.state, sheet.total) == (SheetState.RECUSED, None)
    assert session.scalar(sa.select(Conflict.note)) == "认出了该小组"
    replace = sa.select(sa.func.count(Task.id)).where(Task.kind == tasks.REPLACE, Task.done_at.is_(None))
    assert session.scalar(replace) == 1
    with pytest.raises(SheetLocked):
        scoring_services.abstain(session, actor=judge, sheet=sheet, reason="不懂", now=now)
    world.assign(sheet.entry, world.judge(sheet.entry.round_))
    assert session.scalar(replace) == 0


def test_abstained_is_not_zero(session, world, sheet, judge):
    scoring_services.abstain(session, actor=judge, sheet=sheet, reason="专业不符", now=world.at("scoring"))
    assert (sheet.state, sheet.total, sheet.points) == (SheetState.ABSTAINED, None, {})


def test_reopen_is_the_organisers_logged_act(session, world, sheet, judge):
    world.score(sheet, t2("80"))
    now = world.at("deliberation")
    with pytest.raises(NotFound):
        scoring_services.reopen_sheet(session, actor=world.department, sheet=sheet, reason="错", now=now)
    with pytest.raises(NotAllowed):
        scoring_services.reopen_sheet(session, actor=judge, sheet=sheet, reason="错", now=now)
    with pytest.raises(Invalid):
        scoring_services.reopen_sheet(session, actor=world.officials["city"], sheet=sheet, reason="", now=now)
    assert sheet.state is SheetState.SUBMITTED
    handed_in = sheet.sha256
    scoring_services.reopen_sheet(
        session, actor=world.officials["city"], sheet=sheet, reason="录入错误", now=now
    )
    assert (sheet.state, sheet.total, sheet.sha256) == (SheetState.OPEN, None, None)
    assert [(one["total"], one["points"], one["sha256"]) for one in sheet.earlier] == [
        ("80", t2("80"), handed_in)
    ]
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
        scoring_services.reopen_sheet(
            session, actor=world.officials["city"], sheet=other, reason="空", now=now
        )


def test_recusing_after_handing_in_keeps_the_sheet_uncounted_and_the_standing_stale(session, world):
    round_ = world.judged_round(totals=[["90", "88", "86", "70"], ["80", "78", "76", "74"]])
    standings_services.compute_standing(
        session, actor=world.officials["city"], round_=round_, now=world.at("deliberation")
    )
    before = standings.standing_by_id(session, round_.standing_id).rows[0].score
    sheet = next(row for row in panels.sheets_of_round(session, round_.id) if row.total == 70)
    kept = (dict(sheet.points), sheet.total, sheet.sha256, sheet.submitted_at)
    actor, now = world.make.actor(sheet.judge), world.at("deliberation")
    with pytest.raises(Invalid):
        scoring_services.recuse(session, actor=actor, sheet=sheet, reason=" ", now=now)
    with pytest.raises(NotFound):
        scoring_services.recuse(session, actor=world.make.actor(), sheet=sheet, reason="认识", now=now)
    assert sheet.state is SheetState.SUBMITTED and is_current(session, round_)

    scoring_services.recuse(session, actor=actor, sheet=sheet, reason="事后发现曾在该公司任职", now=now)
    assert sheet.state is SheetState.RECUSED
    assert (dict(sheet.points), sheet.total, sheet.sha256, sheet.submitted_at) == kept
    event = session.scalars(sa.select(Event).where(Event.verb == "judging.recuse")).one()
    assert (event.before["total"], event.before["sha256"]) == ("70", kept[2])
    assert event.before["points"] == kept[0]
    assert verify_chain(session, chain_of(round_)).is_whole
    assert not is_current(session, round_)
    with pytest.raises(DomainError):
        standings_services.publish_standing(session, actor=world.officials["city"], round_=round_, now=now)
    standings_services.compute_standing(
        session, actor=world.officials["city"], round_=round_, reason="评委回避", now=now
    )
    row = next(
        row
        for row in standings.standing_by_id(session, round_.standing_id).rows
        if row.entry_id == sheet.entry_id
    )
    assert row.score == Decimal("88.00") != before
    with pytest.raises(DomainError):
        scoring_services.recuse(session, actor=actor, sheet=sheet, reason="再次", now=now)


def test_recusing_after_publication_is_a_matter_for_an_objection(session, world):
    round_ = world.judged_round()
    standings_services.compute_standing(
        session, actor=world.officials["city"], round_=round_, now=world.at("deliberation")
    )
    now = world.at("publicity")
    standings_services.publish_standing(session, actor=world.officials["city"], round_=round_, now=now)
    sheet = panels.sheets_of_round(session, round_.id)[0]
    count = events(session)
    with pytest.raises(DomainError) as refused:
        scoring_services.recuse(
            session, actor=world.make.actor(sheet.judge), sheet=sheet, reason="认识", now=now
        )
    assert "objection" in refused.value.msgid
    assert (sheet.state, events(session)) == (SheetState.SUBMITTED, count)


@pytest.mark.parametrize("tie", ["employed", "granted", "organises"])
def test_a_tie_that_arose_after_the_assignment_keeps_the_sheet_from_being_handed_in(
    session, world, sheet, judge, make, tie
):
    now = world.at("scoring")
    scoring_services.save_draft(session, actor=judge, sheet=sheet, points=t2("80"), version=1, now=now)
    company = sheet.entry.result.project.company
    if tie == "employed":
        world.works_at(sheet.judge, company)
    elif tie == "granted":
        make.grant(sheet.judge, Role.FINANCE, ScopeKind.COMPANY, company)
    else:
        make.grant(sheet.judge, Role.OFFICIAL, ScopeKind.REGION, world.city)
    actor, count = make.actor(sheet.judge), events(session)
    with pytest.raises(KeptApart) as refused:
        scoring_services.hand_in(session, actor=actor, sheet=sheet, points=t2("80"), version=2, now=now)
    ground = Ground.ORGANISER if tie == "organises" else Ground.SAME_COMPANY
    assert refused.value.values["ground"] is ground
    assert (sheet.state, sheet.total, events(session)) == (SheetState.OPEN, None, count)
    place = panels.judge_of(session, sheet.round_id, sheet.judge_id)
    another = world.entry(sheet.entry.round_, world.result(company))
    with pytest.raises(JudgeRecused):
        world.assign(another, place)
    scoring_services.recuse(session, actor=actor, sheet=sheet, reason="已入职", now=now)
    assert sheet.state is SheetState.RECUSED
