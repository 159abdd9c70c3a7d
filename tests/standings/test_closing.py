"""Closing a round of any size: the same number of statements, no entry as an object, and what tells a change."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bench.round import filled_round
from bench.season import NOW
from cp_circles.judging.models import Entry, EntryState, Round, ScoreSheet
from cp_circles.judging.queries import ladder
from cp_circles.people.rules import SYSTEM
from cp_circles.results.models import Result
from cp_circles.scoring import services as scoring_services
from cp_circles.standings import services as standings_services
from cp_circles.standings.queries.standings import ground_of, round_facts
from cp_circles.standings.services.standings import is_current, seems_current


def closed(session, count_statements, entries):
    """(statements to publish, to finish, entries held as objects after each) of a round of some size."""
    round_id = filled_round(session, entries=entries, judges=3, pool=3)
    ladder.round_above(session, session.get_one(Round, round_id)).accepts_late = True
    standings_services.compute_standing(
        session, actor=SYSTEM, round_=session.get_one(Round, round_id), now=NOW
    )
    held = []

    def publish():
        standings_services.publish_standing(
            session, actor=SYSTEM, round_=session.get_one(Round, round_id), now=NOW
        )
        held.append(sum(isinstance(one, Entry | Result) for one in session.identity_map.values()))

    def finish():
        round_ = session.get_one(Round, round_id)
        raised = standings_services.finish_round(
            session, actor=SYSTEM, round_=round_, now=NOW + timedelta(days=40)
        )
        assert len(raised) == max(1, entries // 5)
        others = [one for one in session.identity_map.values() if isinstance(one, Entry | Result)]
        held.append(len(others) - len(raised))

    return count_statements(publish), count_statements(finish), held


def test_publishing_and_finishing_take_a_fixed_number_of_statements(session, count_statements):
    with session.begin_nested() as small:
        first = closed(session, count_statements, 3)
        small.rollback()
    session.expunge_all()
    second = closed(session, count_statements, 300)
    assert first == second
    assert first[2] == [0, 0]
    states = dict(
        session.execute(
            sa.select(Entry.state, sa.func.count(Entry.id))
            .where(Entry.from_entry_id.is_(None))
            .group_by(Entry.state)
        ).all()
    )
    assert states.pop(EntryState.PROMOTED) == 60
    assert sum(states.values()) == 240 and set(states) <= {EntryState.RESERVE, EntryState.NOT_PROMOTED}
    raised = session.execute(
        sa.select(Entry.number, Entry.from_entry_id, Entry.result_id)
        .where(Entry.from_entry_id.is_not(None))
        .order_by(Entry.number)
    ).all()
    assert [row.number for row in raised] == list(range(1, 61))
    assert len({row.from_entry_id for row in raised}) == len({row.result_id for row in raised}) == 60


@pytest.fixture
def computed(session, world):
    """A city round whose standing is computed."""
    round_ = world.judged_round(totals=[["90"] * 3, ["80"] * 3])
    world.give_places(round_, 1)
    standings_services.compute_standing(
        session, actor=world.officials["city"], round_=round_, now=world.at("deliberation")
    )
    return round_


def test_counts_and_sums_tell_every_change_that_the_fingerprint_tells(session, world, computed):
    printed, ground = round_facts(session, computed).sha256, ground_of(session, computed)
    assert is_current(session, computed) and seems_current(session, computed)
    sheet = session.scalars(sa.select(ScoreSheet)).first()
    first = world.entries_of(computed)[0]

    def reopen():
        scoring_services.reopen_sheet(
            session,
            actor=world.officials["city"],
            sheet=sheet,
            reason="更正",
            now=world.at("deliberation"),
        )

    def disqualify():
        first.disqualified_at = world.at("deliberation")

    for change in (
        lambda: world.give_places(computed, 2),
        lambda: setattr(computed, "reserve_places", 9),
        lambda: setattr(computed, "pass_mark", 61),
        disqualify,
        reopen,
    ):
        with session.begin_nested() as tried:
            change()
            session.flush()
            assert ground_of(session, computed) != ground
            assert round_facts(session, computed).sha256 != printed
            assert not seems_current(session, computed) and not is_current(session, computed)
            tried.rollback()
        session.expire_all()
    assert is_current(session, computed) and seems_current(session, computed)
