"""Phases by the clock and plans that cannot be."""

from datetime import UTC, datetime, timedelta

from cp_circles.calc.timing import Phase, active_phase, phase_problems

START = datetime(2026, 9, 1, tzinfo=UTC)


def phase(key: str, first: int, last: int) -> Phase:
    """A phase from one day of September to another."""
    return Phase(key, START + timedelta(days=first), START + timedelta(days=last))


PLAN = [phase("entry", 0, 5), phase("review", 5, 8), phase("scoring", 10, 20)]


def test_the_clock_decides_and_an_end_is_the_next_start():
    assert active_phase(PLAN, START).key == "entry"
    assert active_phase(PLAN, START + timedelta(days=5)).key == "review"
    assert active_phase(PLAN, START + timedelta(days=9)) is None
    assert active_phase(PLAN, START - timedelta(seconds=1)) is None
    assert active_phase(PLAN, START + timedelta(days=20)) is None


def test_a_sound_plan_has_no_problems():
    assert phase_problems(PLAN) == ()


def test_each_fault_is_named():
    assert "overlap" in str(phase_problems([phase("a", 0, 5), phase("b", 4, 6)])[0])
    assert "must come after a" in str(phase_problems([phase("a", 4, 5), phase("b", 0, 1)])[0])
    assert "must end after" in str(phase_problems([phase("a", 5, 5)])[0])
    assert "twice" in str(phase_problems([phase("a", 0, 1), phase("a", 2, 3)])[0])
