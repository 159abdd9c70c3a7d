"""Promotion by quota and pass mark, ties at the cut, the reserve, and why not me."""

from decimal import Decimal as D

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.promotion import OUTCOMES, WHYS, decide
from cp_circles.calc.reasons import Reason
from cp_circles.calc.standing import ABSENT, whole
from tests.calc import by_hand_cut
from tests.calc.by_hand_cut import Candidate, Decision

KEY = ("示例市", "field")


def promote(candidates, quotas, *, pass_mark=None, at_cut="tie_order", reserve=0) -> dict[int, Decision]:
    """What columns decide for each unit and track, after both ways agreed."""
    found = {}
    for key in {(c.unit, c.track) for c in candidates}:
        group = [c for c in candidates if (c.unit, c.track) == key]
        found |= in_columns(group, quotas.get(key, 0), pass_mark, at_cut, reserve)
    rule = {"pass_mark": pass_mark, "at_cut": at_cut, "reserve": reserve}
    assert found == by_hand_cut.promote(candidates, quotas, **rule)
    return found


def in_columns(group, quota, pass_mark, at_cut, reserve):
    """The decisions of one unit and track as columns give them."""
    total = np.array([ABSENT if c.total is None else whole(c.total, 2) for c in group], dtype=np.int64)
    passed = np.array(
        [c.total is not None and (pass_mark is None or c.total >= pass_mark) for c in group], dtype=bool
    )
    place = np.array([c.place or 0 for c in group], dtype=np.int64)
    made = decide(total, place, quota=quota, passed=passed, at_cut=at_cut, reserve=reserve)
    cut = None if made.cut == ABSENT else D(made.cut) / 100
    answer = {}
    for n, c in enumerate(group):
        mine, number = int(made.place[n]) or None, int(made.reserve[n]) or None
        values = {"place": mine, "quota": quota, "cut": cut, "total": c.total}
        values |= {"pass_mark": pass_mark, "number": number}
        why = Reason(WHYS[made.why[n]], values)
        answer[c.entry] = Decision(c.entry, OUTCOMES[made.outcome[n]], why, mine, quota, cut, number)
    return answer


def field(*totals: str | None) -> list[Candidate]:
    """Candidates 1, 2, 3 ... of one unit and track, placed by their totals."""
    known = [D(t) for t in totals if t is not None]
    return [
        Candidate(
            n, *KEY, None if t is None else D(t), None if t is None else 1 + sum(o > D(t) for o in known)
        )
        for n, t in enumerate(totals, start=1)
    ]


def outcomes(candidates, quota, **rule):
    """What became of each candidate, in order."""
    decided = promote(candidates, {KEY: quota}, **rule)
    return [decided[c.entry].outcome for c in candidates]


def test_the_quota_cuts_and_the_reserve_follows():
    decided = promote(field("90", "80", "70", "60"), {KEY: 2}, reserve=1)
    assert [decided[n].outcome for n in (1, 2, 3, 4)] == ["promoted", "promoted", "reserve", "not_promoted"]
    assert decided[3].reserve_number == 1
    assert str(decided[1].why) == "Place 1 within a quota of 2, with 90 points."
    assert str(decided[3].why) == "Place 3 with 70 points, behind a quota of 2: reserve number 1."
    assert str(decided[4].why) == "Place 4 with 60 points, behind a quota of 2; the last one in had 80."


@pytest.mark.parametrize(
    ("rule", "result"),
    [
        ("all_in", ["promoted", "promoted", "promoted", "not_promoted"]),
        ("none_in", ["promoted", "not_promoted", "not_promoted", "not_promoted"]),
        ("tie_order", ["promoted", "not_promoted", "not_promoted", "not_promoted"]),
    ],
)
def test_a_shared_place_at_the_cut(rule, result):
    assert outcomes(field("90", "80", "80", "70"), 2, at_cut=rule) == result


def test_the_tie_order_decides_equal_points_on_different_places():
    pair = [Candidate(1, *KEY, D(90), 1), Candidate(2, *KEY, D(80), 2), Candidate(3, *KEY, D(80), 3)]
    assert outcomes(pair, 2, at_cut="tie_order") == ["promoted", "promoted", "not_promoted"]
    assert outcomes(pair, 2, at_cut="none_in") == ["promoted", "not_promoted", "not_promoted"]
    assert outcomes(pair, 2, at_cut="all_in") == ["promoted"] * 3


def test_a_tie_left_out_is_told_so():
    decided = promote(field("90", "80", "80", "70"), {KEY: 2}, at_cut="none_in")
    assert "tied across the quota of 2" in str(decided[2].why)
    assert "the last one in had 90" in str(decided[4].why)


def test_the_pass_mark_goes_before_the_quota():
    decided = promote(field("90", "59.99", None), {KEY: 3}, pass_mark=D(60), reserve=5)
    assert [decided[n].outcome for n in (1, 2, 3)] == ["promoted", "not_promoted", "not_promoted"]
    assert str(decided[2].why) == "59.99 points are below the pass mark of 60."
    assert "no place" in str(decided[3].why)


def test_a_unit_without_a_quota_sends_nobody():
    decided = promote(field("90"), {}, reserve=2)
    assert decided[1].outcome == "not_promoted" and "No quota" in str(decided[1].why)


def test_each_unit_and_track_has_its_own_cut():
    other = [Candidate(11, "示例县", "field", D(50), 3)]
    decided = promote(field("90", "80") + other, {KEY: 1, ("示例县", "field"): 1})
    assert [decided[n].outcome for n in (1, 2, 11)] == ["promoted", "not_promoted", "promoted"]
    assert decided[11].place == 1


def test_when_all_tie_nobody_goes_and_the_rest_is_told_without_a_cut():
    decided = promote(field("80", "80", "70"), {KEY: 1}, at_cut="none_in")
    assert {d.outcome for d in decided.values()} == {"not_promoted"}
    assert str(decided[3].why) == "Place 3 with 70 points, behind a quota of 1."


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 6)), max_size=20),
    st.integers(0, 8),
    st.sampled_from(["all_in", "none_in", "tie_order"]),
    st.integers(0, 4),
)
def test_a_quota_is_never_exceeded_unless_all_in_and_nobody_overtakes(totals, quota, rule, reserve):
    candidates = field(*(None if t is None else str(t) for t in totals))
    promote(candidates, {KEY: quota}, pass_mark=D(3), at_cut=rule, reserve=reserve)
    decided = promote(candidates, {KEY: quota}, at_cut=rule, reserve=reserve)
    up = [c for c in candidates if decided[c.entry].outcome == "promoted"]
    waiting = [c for c in candidates if decided[c.entry].outcome == "reserve"]
    out = [c for c in candidates if decided[c.entry].outcome == "not_promoted" and c.total is not None]
    assert rule == "all_in" or len(up) <= quota
    assert quota > 0 or not up
    assert all(a.total > b.total for a in up for b in waiting + out)
    assert all(a.total > b.total for a in waiting for b in out)
    if len({c.total for c in candidates if c.total is not None}) == sum(
        c.total is not None for c in candidates
    ):
        assert len(up) == min(quota, sum(c.total is not None for c in candidates))
        assert len(waiting) <= reserve
