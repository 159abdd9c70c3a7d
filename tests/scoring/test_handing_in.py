"""Handing in what stands on the desk as one act: kept and locked together, or refused with nothing written."""

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import Invalid, NotFound, Stale
from cp_circles.judging.chain import chain_of, verify_chain
from cp_circles.judging.models import Conflict, SheetState
from cp_circles.scoring import queries as sheets
from cp_circles.scoring import services as scoring_services
from cp_circles.scoring.services.handing_in import KeptApart
from cp_circles.scoring.services.sheets import SheetLocked
from tests.judging.world import t2

LOCKS_OF_POSTGRESQL = 2


@pytest.fixture
def sheet(world):
    """The first of a judge's two open sheets."""
    round_ = world.round_at("city")
    entries, judge = [world.entry(round_) for _ in range(2)], world.judge(round_)
    world.numbers(round_)
    first, _second = (world.assign(entry, judge) for entry in entries)
    return first


@pytest.fixture
def hand_in(session, world, make, sheet):
    """Hands the sheet in, as its judge unless said otherwise."""
    values = {"actor": make.actor(sheet.judge), "points": t2("88"), "version": 1, "now": world.at("scoring")}
    return lambda **facts: scoring_services.hand_in(session, sheet=sheet, **(values | facts))


def events(session):
    """How many events there are."""
    return session.scalar(sa.select(sa.func.count(Event.id)))


def test_what_was_typed_is_kept_and_locked_in_one_act(session, sheet, hand_in):
    before = events(session)
    hand_in(comments={"topic": "好"}, comment=" 总评 ", spent=40)
    assert (sheet.state, sheet.total, sheet.points) == (SheetState.SUBMITTED, 88, t2("88"))
    assert (sheet.comment, sheet.spent_seconds, sheet.saved_at) == ("总评", 40, sheet.submitted_at)
    assert events(session) == before + 1
    assert verify_chain(session, chain_of(sheet.entry.round_)).is_whole


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"points": t2("88") | {"topic": ""}}, Invalid),
        ({"points": t2("88") | {"topic": "99"}}, Invalid),
        ({"version": 7}, Stale),
    ],
    ids=["missing", "too many", "seen before"],
)
def test_what_may_not_be_locked_is_refused_and_no_event_is_written(session, hand_in, facts, refusal):
    before = events(session)
    with pytest.raises(refusal):
        hand_in(**facts)
    assert events(session) == before


def test_nobody_else_hands_it_in_and_nobody_twice(session, make, hand_in):
    with pytest.raises(NotFound):
        hand_in(actor=make.actor(make.person()))
    hand_in()
    with pytest.raises(SheetLocked):
        hand_in(version=3)


def test_a_declared_conflict_keeps_it_from_being_handed_in(session, world, sheet, hand_in):
    company_id = sheet.entry.result.project.company_id
    facts = {"round_id": sheet.round_id, "person_id": sheet.judge_id, "company_id": company_id}
    session.add(Conflict(**facts, ground="declared", note="示例", declared_at=world.at("scoring")))
    before = events(session)
    with pytest.raises(KeptApart):
        hand_in()
    assert events(session) == before


def test_what_says_no_more_than_the_autosave_before_it_is_no_conflict(session, sheet, hand_in, make, world):
    actor, now = make.actor(sheet.judge), world.at("scoring")
    scoring_services.save_draft(session, actor=actor, sheet=sheet, points=t2("88"), version=1, now=now)
    hand_in(version=1)
    assert (sheet.state, sheet.version) == (SheetState.SUBMITTED, 3)


def test_a_sheet_is_handed_in_with_a_fixed_number_of_statements(
    session, world, make, sheet, count_statements, database_kind
):
    actor, now, key = make.actor(sheet.judge), world.at("scoring"), sheet.entry.blind_key

    def act():
        found = sheets.sheet_to_write(session, actor=actor, blind_key=key, stage="paper")
        scoring_services.hand_in(session, actor=actor, sheet=found, points=t2("88"), version=1, now=now)
        assert sheets.next_open(session, found) is not None

    locks = LOCKS_OF_POSTGRESQL if database_kind == "postgresql" else 0
    assert count_statements(act) == 9 + locks
