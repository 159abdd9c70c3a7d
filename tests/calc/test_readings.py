"""Counters that turn over, reset, jump, stand still or run backwards: found, named, and settled by a ruling."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.periods import Period, PeriodUse
from cp_circles.calc.readings import Raw, Ruling, consumption, ruling_reasons, used_between
from cp_circles.calc.suspicions import use_reasons

START = datetime(2026, 1, 1, 8, tzinfo=UTC)


def series(*values, days=1):
    """Readings a day apart, named r0, r1, ..."""
    return [Raw(f"r{i}", START + timedelta(days=days * i), D(str(value))) for i, value in enumerate(values)]


def kinds(found):
    return [(one.key, one.kind) for one in found.findings]


def test_steady_readings_give_what_was_used_between_them():
    found = consumption(series(100, 110, 125, 130), multiplier=D(40))
    assert found.settled and [one.quantity for one in found.intervals] == [400, 600, 200]
    assert found.intervals[1].keys == ("r1", "r2")


def test_the_order_of_entry_does_not_matter():
    rows = series(100, 110, 125, 130)
    assert consumption(list(reversed(rows))) == consumption(rows)


def test_a_counter_that_turns_over():
    rows = series(9900, 9950, 9990, 30, 80)
    found = consumption(rows, register=D(10_000))
    assert kinds(found) == [("r3", "rollover")] and found.intervals == ()
    assert "turned over at 10000" in str(found.findings[0].reason)
    settled = consumption(rows, [Ruling("r3", "rollover", "five digits seen")], register=D(10_000))
    assert [one.quantity for one in settled.intervals] == [50, 40, 40, 50] and settled.used[0].key == "r3"


def test_a_meter_that_was_replaced():
    rows = series(500, 520, 540, 5, 25)
    found = consumption(rows)
    assert kinds(found) == [("r3", "reset")] and found.findings[0].actions == ("reset", "exclude")
    settled = consumption(rows, [Ruling("r3", "reset", "work order", final=D(555), start=D(0))])
    assert [one.quantity for one in settled.intervals] == [20, 20, 20, 20]
    wrong = consumption(rows, [Ruling("r3", "reset", "work order", final=D(400))])
    assert kinds(wrong) == [("r3", "reset")]


def test_a_counter_that_runs_backwards():
    rows = series(500, 520, 540, 530, 535)
    found = consumption(rows)
    assert kinds(found) == [("r2", "fall")] and "more than 520 before and 530 after" in str(
        found.findings[0].reason
    )
    assert [one.quantity for one in consumption(rows, [Ruling("r2", "exclude", "misread")]).intervals] == [
        20,
        10,
        5,
    ]
    kept = consumption(rows, [Ruling("r2", "keep", "photo seen")])
    assert kinds(kept) == [("r3", "fall")] and "ran backwards from 540 to 530" in str(kept.findings[0].reason)
    assert kinds(consumption(series(500, 520, 540, 510))) == [("r3", "fall")]


def test_keeping_a_fall_never_gives_a_negative_use():
    rows = series(500, 520, 540, 510)
    assert kinds(consumption(rows, [Ruling("r3", "keep", "photo seen")])) == [("r3", "fall")]


@pytest.mark.parametrize(("wrong", "factor"), [("521000", "0.001"), ("0.521", "1000")])
def test_a_reading_in_the_wrong_unit(wrong, factor):
    rows = series(500, 510, wrong, 530, 540)
    found = consumption(rows)
    assert kinds(found) == [("r2", "scale")]
    assert f"times {factor} it would fit" in str(found.findings[0].reason)
    settled = consumption(rows, [Ruling("r2", "scale", "MWh read as kWh", factor=D(factor))])
    assert [one.quantity for one in settled.intervals] == [10, 11, 9, 10]


def test_a_spike_is_asked_about_and_can_be_kept():
    rows = series(0, 10, 20, 31, 41, 121, 131, 140, 150)
    found = consumption(rows)
    assert kinds(found) == [("r5", "spike")] and "80.0 a day" in str(found.findings[0].reason)
    assert consumption(rows, [Ruling("r5", "keep", "trial run")]).settled


def test_a_gap_a_standstill_a_double_and_a_negative_are_asked_about():
    gap = [*series(0, 10, 20, 30), Raw("late", START + timedelta(days=13), D(130))]
    assert kinds(consumption(gap)) == [("late", "gap")]
    assert consumption(gap, [Ruling("late", "keep", "holiday")]).settled
    assert kinds(consumption(series(0, 10, 20, 20, 20, 20, 30))) == [("r5", "standstill")]
    double = [*series(0, 10, 20), Raw("again", START + timedelta(days=2), D(21))]
    assert kinds(consumption(double)) == [("again", "doubled")]
    assert consumption(double, [Ruling("again", "exclude", "typed twice")]).settled
    assert kinds(consumption(series(5, -1, 10))) == [("r1", "negative")]


@pytest.mark.parametrize(
    ("ruling", "said"),
    [
        (Ruling("r1", "keep", " "), "has no note"),
        (Ruling("r1", "scale", "unit"), "needs the factor"),
        (Ruling("r1", "scale", "unit", factor=D(0)), "needs the factor"),
        (Ruling("r1", "reset", "new meter"), "last showed"),
    ],
)
def test_a_ruling_that_lacks_something_is_refused(ruling, said):
    assert said in str(ruling_reasons([ruling])[0])
    with pytest.raises(ValueError):
        consumption(series(1, 2), [ruling])


def test_a_rollover_needs_the_register():
    with pytest.raises(ValueError):
        consumption(series(90, 5), [Ruling("r1", "rollover", "seen")])


def test_no_or_one_reading_gives_no_use():
    assert consumption([]).intervals == consumption(series(5)).intervals == ()


def test_use_between_two_moments_is_cut_by_time_or_refused():
    found = consumption(series(0, 10, 30, 40))
    half = timedelta(hours=12)
    assert used_between(found.intervals, START + half, START + half + timedelta(days=1)) == (D("15"), None)
    nothing, reason = used_between(found.intervals, START - half, START)
    assert nothing is None and "do not cover" in str(reason)
    assert used_between((), START, START)[0] is None


def uses(*values):
    rows = []
    for i, value in enumerate(values):
        day = date(2026, 1, 1) + timedelta(days=i)
        rows.append(PeriodUse(Period(day, day), D(str(value))))
    return rows


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((10, 11, 10_400, 10, 11), "times 0.001 it would fit"),
        ((10, 11, "0.0104", 10, 11), "times 1000 it would fit"),
        ((10, 11, 0, 10, 11), "Nothing was used"),
        ((10, 11, 40, 10, 11), "far from its neighbours"),
        ((10, 12, 12, 12, 11), "stands three times"),
    ],
)
def test_suspicious_uses_of_a_file_are_asked_about(values, said):
    assert said in str(use_reasons(uses(*values))[0])


def test_ordinary_uses_raise_no_question():
    assert use_reasons(uses(100, 104, 98, 110, 95, 102, 99)) == ()


STEPS = st.lists(st.integers(9, 11), min_size=2, max_size=20)


@given(STEPS, st.integers(0, 1000))
def test_the_parts_add_up_to_the_whole(steps, first):
    values = [first]
    for step in steps:
        values.append(values[-1] + step)
    found = consumption(series(*values))
    assert found.settled and sum(one.quantity for one in found.intervals) == values[-1] - values[0]
    whole, _ = used_between(found.intervals, found.intervals[0].starts_at, found.intervals[-1].ends_at)
    assert whole == values[-1] - values[0]


@given(st.lists(st.decimals("-10", "100000", places=1), min_size=2, max_size=12))
def test_use_is_never_negative_and_never_given_beside_a_finding(values):
    found = consumption(series(*values), register=D(100_000))
    assert all(one.quantity >= 0 for one in found.intervals)
    assert not (found.intervals and found.findings)
