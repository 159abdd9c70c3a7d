"""Trimmed means, weights, ties and places: by hand, by property, and all entries at once as by hand."""

from decimal import ROUND_HALF_UP
from decimal import Decimal as D

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cp_circles.calc import standing as columns
from cp_circles.calc.standing import RoundRule
from tests.calc import by_hand, in_columns
from tests.calc.by_hand import Score, StandingRow, stage_result, tie_value

POINTS = st.integers(0, 10_000).map(lambda n: D(n) / 100)


def standing(entries, scores, rule, totals=None) -> tuple[StandingRow, ...]:
    """The rows as columns give them, after both ways agreed."""
    scores = list(scores)
    found = in_columns.standing(entries, scores, rule, totals)
    assert found == by_hand.standing(entries, scores, rule, totals)
    return found


def sheets(entry: int, stage: str, *points: str, **criteria: str) -> list[Score]:
    """Valid scores of judges 1, 2, 3 ... for one entry."""
    values = {key: D(value) for key, value in criteria.items()}
    return [Score(entry, stage, n, D(p), criteria=values) for n, p in enumerate(points, start=1)]


def rows_by_entry(rows: tuple[StandingRow, ...]) -> dict[int, StandingRow]:
    """The rows under their entries."""
    return {row.entry: row for row in rows}


def test_five_judges_lose_the_highest_and_the_lowest():
    result = stage_result("present", sheets(1, "present", "90", "84.5", "88", "95", "80"), RoundRule())
    assert [(s.points, s.used, s.dropped) for s in result.scores] == [
        (D(90), True, ""),
        (D("84.5"), True, ""),
        (D(88), True, ""),
        (D(95), False, "high"),
        (D(80), False, "low"),
    ]
    assert result.mean == D("87.50") and result.untrimmed_mean == D("87.50")
    assert (result.valid_count, result.used_count) == (5, 3)


def test_two_judges_are_not_trimmed():
    result = stage_result("present", sheets(1, "present", "90", "85.01"), RoundRule())
    assert result.mean == D("87.51") and result.used_count == 2


def test_equal_extremes_lose_one_score_each():
    result = stage_result("present", sheets(1, "present", "90", "90", "80", "80"), RoundRule())
    assert result.used_count == 2 and result.mean == D(85)
    assert [s.dropped for s in result.scores] == ["", "high", "low", ""]


def test_who_abstained_was_recused_or_did_not_score_is_never_zero():
    scores = sheets(1, "present", "90", "80", "70")
    scores += [Score(1, "present", 4, None, "recused"), Score(1, "present", 5, None, "abstained")]
    scores += [Score(1, "present", 6, None, "missing")]
    result = stage_result("present", scores, RoundRule())
    assert result.mean == D(80) and result.valid_count == 3
    assert [s.used for s in result.scores] == [False, True, False, False, False, False]


def test_on_site_60_and_result_40():
    rule = RoundRule(stage_weights={"onsite": D("0.6"), "present": D("0.4")})
    rows = standing([1], sheets(1, "onsite", "80", "90") + sheets(1, "present", "70", "75"), rule)
    assert rows[0].total == D("80.00") and rows[0].place == 1
    assert [stage.weighted for stage in rows[0].stages] == [D("51.00"), D("29.00")]


def test_the_association_scheme_scales_before_averaging_and_adds_to_100():
    rule = RoundRule(stage_weights={"paper": D(1), "present": D(1)}, scale_by_stage={"paper": D("0.6")})
    scores = sheets(1, "paper", "101.26", "100.01", "99.99", "110") + sheets(1, "present", "25", "26", "24")
    row = standing([1], scores, rule)[0]
    assert [s.scaled for s in row.stages[0].scores] == [D("60.76"), D("60.01"), D("59.99"), D("66.00")]
    assert row.stages[0].mean == D("60.39")
    assert row.total == D("85.39")


def test_a_stage_without_a_score_gives_no_total_and_stands_last():
    rule = RoundRule(stage_weights={"onsite": D("0.6"), "present": D("0.4")})
    scores = sheets(1, "onsite", "99") + sheets(2, "onsite", "10") + sheets(2, "present", "10")
    rows = standing([1, 2], scores, rule)
    assert [(row.entry, row.total, row.place) for row in rows] == [(2, D(10), 1), (1, None, None)]


def test_ties_follow_the_published_order_and_then_share_places():
    rule = RoundRule(
        stage_weights={"onsite": D("0.5"), "present": D("0.5")},
        tie_order=("stage:onsite", "criterion:effect", "untrimmed_mean"),
    )
    scores = sheets(1, "onsite", "80") + sheets(1, "present", "90", effect="15")
    scores += sheets(2, "onsite", "90") + sheets(2, "present", "80", effect="10")
    scores += sheets(3, "onsite", "80") + sheets(3, "present", "90", effect="17")
    scores += sheets(4, "onsite", "80") + sheets(4, "present", "90", effect="15")
    scores += sheets(5, "onsite", "50") + sheets(5, "present", "50", effect="5")
    rows = standing([1, 2, 3, 4, 5], scores, rule)
    assert [(row.entry, row.place) for row in rows] == [(2, 1), (3, 2), (1, 3), (4, 3), (5, 5)]
    by_entry = rows_by_entry(rows)
    assert by_entry[2].tie_steps[0].key == "stage:onsite" and by_entry[2].tie_steps[0].value == D(90)
    assert [step.key for step in by_entry[3].tie_steps] == ["stage:onsite", "criterion:effect"]
    assert by_entry[1].shared_with == (4,) and set(by_entry[1].tied_total) == {2, 3, 4}
    assert by_entry[5].tied_total == () and by_entry[5].tie_steps == ()


def test_shared_places_are_1_2_2_4():
    scores = [
        s for entry, p in [(1, "90"), (2, "80"), (3, "80"), (4, "70")] for s in sheets(entry, "present", p)
    ]
    assert [row.place for row in standing([1, 2, 3, 4], scores, RoundRule())] == [1, 2, 2, 4]


def test_the_pass_mark_includes_its_own_value():
    scores = sheets(1, "present", "60") + sheets(2, "present", "59.99")
    rows = rows_by_entry(standing([1, 2], scores, RoundRule(pass_mark=D(60))))
    assert rows[1].passed and not rows[2].passed


def test_a_criterion_can_be_named_with_its_stage_and_an_unknown_key_is_refused():
    scores = sheets(1, "paper", "50", effect="10") + sheets(1, "present", "50", effect="20")
    row = standing([1], scores, RoundRule())[0]
    assert tie_value(row, "criterion:present.effect") == D(20)
    assert tie_value(row, "criterion:effect") == D(30)
    assert tie_value(row, "criterion:cause") is None
    with pytest.raises(ValueError):
        tie_value(row, "weather")


@given(st.lists(POINTS, min_size=1, max_size=12))
def test_the_trimmed_mean_can_be_redone_by_hand(points):
    result = stage_result("s", [Score(1, "s", n, p) for n, p in enumerate(points)], RoundRule())
    kept = sorted(points)[1:-1] if len(points) >= 3 else points
    by_hand = (sum(kept) / len(kept)).quantize(D("0.01"), ROUND_HALF_UP)
    assert result.mean == by_hand
    assert sorted(s.points for s in result.scores if s.used) == sorted(kept)


@given(st.lists(st.lists(POINTS, max_size=5), max_size=12))
def test_equal_totals_share_a_place_and_places_count_who_is_ahead(panel):
    entries = list(range(len(panel)))
    scores = [Score(e, "s", n, p) for e, points in enumerate(panel) for n, p in enumerate(points)]
    rows = standing(entries, scores, RoundRule())
    placed = [row for row in rows if row.place is not None]
    assert {row.entry for row in rows} == set(entries)
    assert {row.entry for row in rows if row.place is None} == {
        e for e, points in enumerate(panel) if not points
    }
    for row in placed:
        assert row.place == 1 + sum(other.total > row.total for other in placed)


@given(st.lists(POINTS, min_size=1, max_size=9), st.randoms())
def test_the_order_of_sheets_does_not_matter(points, random):
    scores = [Score(1, "s", n, p) for n, p in enumerate(points)]
    shuffled = random.sample(scores, len(scores))
    assert stage_result("s", scores, RoundRule()) == stage_result("s", shuffled, RoundRule())


STAGES = ("onsite", "paper", "present")
FEW_POINTS = st.integers(0, 12).map(lambda n: D(n) * D("7.25"))
STATES = st.sampled_from(["valid"] * 6 + ["abstained", "recused", "missing"])
RULES = st.builds(
    RoundRule,
    trim_min_n=st.integers(1, 6),
    trim_high=st.integers(0, 2),
    trim_low=st.integers(0, 2),
    decimals=st.integers(0, 3),
    stage_weights=st.sampled_from(
        [{"paper": D(1)}, {"onsite": D("0.6"), "present": D("0.4")}, {"paper": D("0.335"), "onsite": D(0)}]
    ),
    scale_by_stage=st.sampled_from([{}, {"paper": D("0.6")}, {"onsite": D("1.25"), "present": D("0.333")}]),
    tie_order=st.lists(
        st.sampled_from(
            ["stage:onsite", "stage:none", "criterion:effect", "criterion:paper.topic", "untrimmed_mean"]
        ),
        max_size=4,
        unique=True,
    ).map(tuple),
    pass_mark=st.none() | st.integers(0, 90).map(D),
)
CRITERIA = st.fixed_dictionaries({}, optional={"effect": FEW_POINTS, "topic": POINTS})
SHEETS = st.builds(
    Score,
    st.integers(1, 6),
    st.sampled_from(STAGES),
    st.integers(1, 7),
    FEW_POINTS | POINTS,
    STATES,
    CRITERIA,
)


@settings(max_examples=150)
@given(
    st.lists(SHEETS, max_size=60, unique_by=lambda s: (s.entry, s.stage, s.judge)),
    RULES,
    st.none() | st.dictionaries(st.integers(1, 6), st.integers(0, 3).map(D)),
)
def test_all_entries_at_once_are_placed_exactly_as_by_hand(sheets, rule, totals):
    placed = standing([3, 1, 6, 2, 5, 4], sheets, rule, totals)
    assert len(placed) == 6


def test_points_too_large_for_columns_are_refused():
    with pytest.raises(OverflowError):
        standing([1], [Score(1, "s", 1, D(10) ** 16)], RoundRule())


def test_a_scale_with_many_decimals_leaves_room_for_a_panel_of_hundreds():
    rule = RoundRule(
        decimals=3,
        stage_weights={"onsite": D("0.335"), "paper": D("0.665")},
        scale_by_stage={"onsite": D("0.333"), "paper": D("1.25")},
    )
    sheets = [Score(1, stage, n, D("99.99")) for stage in ("onsite", "paper") for n in range(400)]
    assert standing([1], sheets, rule)[0].total == D("94.272")


def test_halves_go_away_from_zero():
    found = columns.half_up(np.array([5, -5, 14, -14, 0]), 10)
    assert found.tolist() == [1, -1, 1, -1, 0]
