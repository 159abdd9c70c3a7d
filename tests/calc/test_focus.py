"""Weighted-sum ranking (FOCUS-1), aspects, cost classes and the three bins."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.focus import (
    aspects_without,
    by_aspect,
    ranking_reasons,
    steadiness,
    weighted_ranking,
)
from cp_circles.calc.options import cost_class, screen, screening_reasons, threshold_reasons

WEIGHTS = {
    name: D(w)
    for name, w in zip(
        ["waste", "consumption", "cost", "toxicity", "potential", "commitment"],
        (10, 9, 8, 7, 5, 2),
        strict=True,
    )
}
HANDBOOK = {
    "shop 1": (10, 5, 10, 4, 6, 5),
    "shop 2": (6, 10, 4, 10, 10, 10),
    "shop 3": (4, 8, 1, 5, 8, 7),
}
SCORES = {name: {f: D(r) for f, r in zip(WEIGHTS, row, strict=True)} for name, row in HANDBOOK.items()}


def test_focus_1():
    found = weighted_ranking(SCORES, WEIGHTS)
    assert [(one.name, one.total, one.place) for one in found] == [
        ("shop 2", 322, 1),
        ("shop 1", 293, 2),
        ("shop 3", 209, 3),
    ]
    assert found[1].products["waste"] == 100 and found[0].share_percent == D("78.5")
    assert steadiness(SCORES, WEIGHTS) == ()


def test_the_share_is_rounded_half_up():
    found = weighted_ranking({"a": {"x": D("8.005")}, "b": {"x": D(1)}}, {"x": D(10)})
    assert [one.share_percent for one in found] == [D("80.1"), D("10.0")]


def test_equal_totals_share_a_place_and_one_weight_may_decide():
    scores = {"a": {"x": D(5), "y": D(4)}, "b": {"x": D(4), "y": D(5)}, "c": {"x": D(1), "y": D(1)}}
    weights = {"x": D(3), "y": D(3)}
    assert [one.place for one in weighted_ranking(scores, weights)] == [1, 1, 3]
    assert steadiness(scores, weights) == ("x", "y")


@pytest.mark.parametrize(
    ("scores", "weights", "said"),
    [
        ({"a": {"x": D(1)}}, {"x": D(1)}, "two candidates or more; there are 1"),
        ({"a": {"x": D(1)}, "b": {}}, {"x": D(1)}, "b has no score for x"),
        ({"a": {"x": D(1)}, "b": {"x": D(11)}}, {"x": D(1)}, "the score 11"),
        ({"a": {"x": D(1)}, "b": {"x": D(0)}}, {"x": D(1)}, "the score 0"),
        ({"a": {"x": D(1)}, "b": {"x": D(1)}}, {"x": D(0)}, "must be above zero"),
        ({"a": {}, "b": {}}, {}, "one factor with a weight"),
    ],
)
def test_what_cannot_be_ranked_is_named(scores, weights, said):
    assert any(said in str(reason) for reason in ranking_reasons(scores, weights))
    with pytest.raises(ValueError):
        weighted_ranking(scores, weights)


def test_aspects_by_amount_and_those_without_a_row():
    aspects = ("materials", "process", "equipment")
    rows = [("process", D(5)), ("process", D(2)), ("equipment", D(9))]
    assert by_aspect(rows, aspects) == (("equipment", 1, 9), ("process", 2, 7), ("materials", 0, 0))
    assert aspects_without(["process"], aspects, ["materials"]) == ("equipment",)
    with pytest.raises(ValueError):
        by_aspect([("other", D(1))], aspects)


@pytest.mark.parametrize(
    ("yuan", "kind"),
    [
        ("0", "none"),
        ("0.01", "low"),
        ("100000", "low"),
        ("100000.01", "mid"),
        ("500000", "mid"),
        ("500001", "high"),
    ],
)
def test_cost_classes_by_the_default_thresholds(yuan, kind):
    assert cost_class(D(yuan)) == kind


def test_a_company_sets_its_own_thresholds():
    assert cost_class(D(15_000), D(10_000), D(20_000)) == "mid"
    assert (
        threshold_reasons(D(2), D(1)) and threshold_reasons(D(0), D(1)) and not threshold_reasons(D(1), D(2))
    )
    for bad in ((D(-1), D(1), D(2)), (D(1), D(2), D(1))):
        with pytest.raises(ValueError):
            cost_class(*bad)


VOTES = {
    "technical": (5, 0),
    "environmental": (4, 1),
    "economic": (3, 2),
    "easy": (1, 4),
    "production": (4, 1),
}


def test_the_three_bins():
    assert screen(VOTES, D(0)).bin == screen(VOTES, D(90_000)).bin == "implement"
    assert screen(VOTES, D(200_000)).bin == "study" and screen(VOTES, D(200_000)).cost_class == "mid"
    unsafe = screen({**VOTES, "technical": (1, 4)}, D(0))
    assert unsafe.bin == "rejected" and "technical" in str(unsafe.why)
    unloved = screen({**VOTES, "economic": (0, 5), "production": (0, 5)}, D(0))
    assert unloved.bin == "rejected" and "3 of 5" in str(unloved.why)


def test_votes_that_decide_nothing_are_refused():
    assert "even (2 to 2)" in str(screening_reasons({"technical": (2, 2)})[0])
    assert "No vote was cast" in str(screening_reasons({"technical": (0, 0)})[0])
    assert "No factor" in str(screening_reasons({})[0])
    with pytest.raises(ValueError):
        screen({"technical": (2, 2)}, D(0))


GIVEN = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.fixed_dictionaries({"x": st.integers(1, 10).map(D), "y": st.integers(1, 10).map(D)}),
    min_size=2,
)


@given(GIVEN, st.integers(1, 20), st.integers(1, 20), st.integers(2, 9))
def test_places_do_not_depend_on_the_scale_of_the_weights(scores, x, y, scale):
    one = weighted_ranking(scores, {"x": D(x), "y": D(y)})
    two = weighted_ranking(scores, {"x": D(x * scale), "y": D(y * scale)})
    assert [(r.name, r.place) for r in one] == [(r.name, r.place) for r in two]
    assert all(r.total == sum(r.products.values()) for r in one)
    assert list(one) == sorted(one, key=lambda r: r.place)
