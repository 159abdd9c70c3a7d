"""A judge's sheet: range, step, missing criteria, and scaling before averaging."""

from decimal import Decimal as D

import pytest

from cp_circles.calc.scoring import Criterion, sheet_problems, sheet_total

T2 = [
    Criterion("topic", D(15), D("0.5")),
    Criterion("cause", D(30), D("0.5")),
    Criterion("action", D(20), D("0.5")),
    Criterion("effect", D(20), D("0.5")),
    Criterion("report", D(5), D("0.5")),
    Criterion("feature", D(10), D("0.5")),
]
FULL = {"topic": D(13), "cause": D("26.5"), "action": D(17), "effect": D(18), "report": D(4), "feature": D(8)}


def test_a_full_sheet_adds_up():
    total = sheet_total(T2, FULL)
    assert (total.raw, total.of, total.maximum, total.scaled, total.missing) == (
        D("86.5"),
        D(100),
        D(100),
        D("86.5"),
        (),
    )
    assert sheet_problems(T2, FULL) == ()


def test_a_half_sheet_says_of_what_it_is_the_sum_and_has_no_total():
    total = sheet_total(T2, {**FULL, "effect": None, "feature": None})
    assert (total.raw, total.of) == (D("60.5"), D(70))
    assert total.scaled is None and total.missing == ("effect", "feature")


def test_the_second_ruleset_is_scaled_on_the_sheet():
    paper = [Criterion("paper", D(120), D("0.01"))]
    assert sheet_total(paper, {"paper": D(120)}, scale=D("0.6")).scaled == D("72.00")
    assert sheet_total(paper, {"paper": D("101.26")}, scale=D("0.6")).scaled == D("60.76")


@pytest.mark.parametrize(
    ("points", "field", "words"),
    [
        ({**FULL, "topic": D("15.5")}, "topic", "Give from 0 to 15 points."),
        ({**FULL, "topic": D("-0.5")}, "topic", "Give from 0 to 15 points."),
        ({**FULL, "topic": D("NaN")}, "topic", "Give from 0 to 15 points."),
        ({**FULL, "cause": D("26.25")}, "cause", "Points go in steps of 0.5."),
        ({**FULL, "report": None}, "report", "Not scored yet."),
        ({**FULL, "bonus": D(1)}, "bonus", "This sheet has no such criterion."),
    ],
)
def test_each_wrong_figure_is_named_with_its_field(points, field, words):
    problems = sheet_problems(T2, points)
    assert [(problem.field, str(problem)) for problem in problems] == [(field, words)]


def test_a_draft_may_have_gaps():
    assert sheet_problems(T2, {"topic": D(3)}, complete=False) == ()


def test_nought_points_are_a_score():
    assert sheet_total([T2[0]], {"topic": D(0)}).scaled == D(0)
