"""Distributions, tests, regression and experiments against printed examples and scipy 1.17.1."""

import json
from collections import Counter
from decimal import Decimal
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.distributions import chi_square_tail, f_tail, normal_tail, t_quantile, t_two_sided
from cp_circles.calc.tools.orthogonal_arrays import ARRAYS
from cp_circles.calc.tools.samples import normality_p
from cp_circles.calc.tools.series import runs_p
from cp_circles.calc.tools.two_samples import fisher, mann_whitney
from tests.calc.tools.series import ANSCOMBE, CONVERSION, MEMBRANES, SLEEP
from tests.calc.tools.test_control import computed, reasons

NAMES = {"first_name": "示例改善前", "second_name": "示例改善后"}
SAMPLES = st.lists(st.integers(-50, 50), min_size=3, max_size=12)


def test_probabilities_agree_with_scipy_and_printed_tables():
    assert t_two_sided(2.228, 10) == pytest.approx(0.05, abs=2e-5)
    assert f_tail(3.71, 3, 10) == pytest.approx(0.05, abs=1e-4)
    assert chi_square_tail(18.307, 10) == pytest.approx(0.05, abs=1e-6)
    assert normal_tail(1.959964) == pytest.approx(0.025, abs=1e-8)
    assert t_two_sided(2.5, 7.3) == pytest.approx(0.03965023466560043, rel=1e-9)
    assert t_two_sided(40, 3) == pytest.approx(3.4380680789158506e-05, rel=1e-9)
    assert f_tail(3.2, 4, 11) == pytest.approx(0.05674929234273394, rel=1e-9)
    assert f_tail(0.01, 2, 5) == pytest.approx(0.9900695822980478, rel=1e-9)
    assert f_tail(50, 1, 1000) == pytest.approx(2.8841468571726234e-12, rel=1e-6)
    assert chi_square_tail(9.1, 4) == pytest.approx(0.05864798433038225, rel=1e-9)
    assert t_quantile(0.95, 17.776) == pytest.approx(2.102821310380221, rel=1e-9)


def test_normality_agrees_with_statsmodels():
    y = [float(v) for v in ANSCOMBE[1].split()]
    assert normality_p(y) == pytest.approx(0.9453467057912588, rel=1e-9)
    assert normality_p([float(v) for v in SLEEP[0].split()]) == pytest.approx(0.40192781951419876, rel=1e-9)
    assert normality_p([1, 1, 1, 2, 2, 3, 9, 20, 50]) == pytest.approx(0.0003663139507953796, rel=1e-6)
    assert normality_p([1, 2, 3]) is None


def test_students_sleep_data():
    apart = computed("two_samples", method="welch", first=SLEEP[0], second=SLEEP[1], **NAMES)
    assert (apart.statistic, apart.freedom, apart.p) == pytest.approx((-1.8608, 17.776, 0.07939), abs=5e-4)
    assert "surely differ" in apart.answer.msgid and apart.answer.values["to"] == "2.33"
    pairs = computed("two_samples", method="paired", first=SLEEP[0], second=SLEEP[1], **NAMES)
    assert (pairs.statistic, pairs.freedom, pairs.p) == pytest.approx((-4.0621, 9, 0.002833), abs=5e-5)
    assert "is higher" in pairs.answer.msgid
    assert pairs.reach == pytest.approx((0.7001, 2.4599), abs=1e-4)


def test_hollander_and_wolfe_membranes():
    result = computed("two_samples", method="mann_whitney", first=MEMBRANES[0], second=MEMBRANES[1], **NAMES)
    assert (result.statistic, round(result.p, 4)) == (35, 0.2544)
    tied = mann_whitney([1, 2, 2, 3, 4, 5, 5], [2, 3, 5, 6, 6, 7, 8])
    assert tied == pytest.approx((9.5, 0.06100713899882181))


def test_the_lady_tasting_tea():
    assert fisher(3, 4, 1, 4) == pytest.approx(0.48571428571428565)
    assert fisher(1, 10, 11, 14) == pytest.approx(0.0027594561852200836)
    tea = {"first_count": 3, "first_size": 4, "second_count": 1, "second_size": 4}
    assert computed("two_shares", **tea, **NAMES).p == pytest.approx(0.4857, abs=5e-5)
    large = {"first_count": 45, "first_size": 150, "second_count": 20, "second_size": 150}
    result = computed("two_shares", **large, **NAMES)
    assert result.statistic == pytest.approx(3.5036, abs=1e-4)
    assert "is lower" in result.answer.msgid and result.answer.values["from"] == "30 %"


def test_anscombe_regression():
    result = computed("scatter", x=ANSCOMBE[0], y=ANSCOMBE[1])
    assert (result.a, result.b) == pytest.approx((3.0001, 0.5001), abs=5e-5)
    assert result.r == pytest.approx(0.8164205163448399) and result.p == pytest.approx(0.0021696288730787905)


def test_points_on_a_line_have_p_zero_and_no_spread():
    result = computed("scatter", x="1 2 3 4", y="2 4 6 8")
    assert (result.r, result.p) == pytest.approx((1, 0), abs=1e-6) and result.spread == pytest.approx(
        0, abs=1e-6
    )


def test_runs_probability_is_exact():
    assert runs_p(2, 4, 4) == pytest.approx(2 * 2 / comb(8, 4))
    assert runs_p(5, 4, 4) == 1
    assert runs_p(100, 150, 150) < 1e-8
    result = computed("run", values="1 2 1 2 1 2 1 2 9 8 9 8 9 8 9 8")
    assert result.runs == 2 and result.shifts == (tuple(range(8)), tuple(range(8, 16)))
    rising = computed("run", values="9 1 2 3 4 5 6 9 3 8 1")
    assert rising.trends == ((1, 2, 3, 4, 5, 6, 7),)


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_are_orthogonal(name):
    array = ARRAYS[name]
    assert len(array) == int(name[1:]) and len(set(array)) == len(array)
    for one, other in combinations(range(len(array[0])), 2):
        pairs = Counter((row[one], row[other]) for row in array)
        levels = len({row[one] for row in array}) * len({row[other] for row in array})
        assert len(pairs) == levels and set(pairs.values()) == {len(array) // levels}


def experiment(**over):
    """The textbook L9 on conversion."""
    factors = [
        {"label": "温度", "column": 1, "levels": "80,85,90"},
        {"label": "时间", "column": 2, "levels": "90,120,150"},
        {"label": "用碱量", "column": 3, "levels": "5,6,7"},
    ]
    raw = {"array": "L9", "response": "转化率", "unit": "%", "factors": factors}
    return raw | {"trials": [{"values": [value]} for value in CONVERSION]} | over


def test_the_textbook_l9_gives_its_printed_sums_ranges_and_variances():
    result = computed("orthogonal", **experiment())
    assert [effect.sums for effect in result.effects] == [(123, 144, 183), (141, 165, 144), (135, 171, 144)]
    assert [effect.range for effect in result.effects] == pytest.approx([20, 8, 12])
    assert [effect.best for effect in result.effects] == [2, 1, 1] and result.ranking == (0, 2, 1)
    assert [effect.squares for effect in result.effects] == pytest.approx([618, 114, 234])
    assert (result.error_squares, result.error_freedom) == (pytest.approx(18), 2)
    assert [effect.f for effect in result.effects] == pytest.approx([34.33, 6.33, 13], abs=5e-3)
    assert "温度 > 用碱量 > 时间" in str(result.answer)


def test_repeated_runs_leave_an_error_of_their_own():
    trials = [{"values": [v, v + 1, v - 1]} for v in (10, 20, 12, 22)]
    factors = [{"label": k, "column": n, "levels": "1,2"} for n, k in enumerate("ABC", start=1)]
    result = computed("orthogonal", **experiment(array="L4", trials=trials, factors=factors, goal="lower"))
    assert result.error_freedom == 8 and result.error_squares == pytest.approx(8)
    assert result.effects[1].p < 1e-6 and result.best_run == 0


def test_an_experiment_that_cannot_be_read_is_refused():
    assert reasons("orthogonal", **experiment(array="L4"))[0][0] in {"factors.0.levels", "trials"}
    assert reasons("orthogonal", **experiment(goal="target"))[0][0] == "target"
    same = [{"values": [3]}] * 9
    assert reasons("orthogonal", **experiment(trials=same))[0][0] == "trials"
    two = [{"label": k, "column": 1, "levels": "1,2,3"} for k in "AB"]
    assert reasons("orthogonal", **experiment(factors=two))[0][0] == "factors.1.column"


def test_capability_by_hand():
    values = [Decimal(v) / 10 for v in (98, 99, 99, 100, 100, 100, 100, 101, 101, 102)]
    result = computed("histogram", values=values, lower="9.4", upper="10.8")
    assert result.mean == pytest.approx(10) and result.sigma == pytest.approx(0.115470, abs=1e-6)
    assert (float(result.cp), float(result.cpk)) == pytest.approx((2.021, 1.732), abs=1e-3)
    assert result.ca == pytest.approx(Decimal("-14.29")) and result.outside == 0
    assert sum(result.counts) == 10 and result.edges[0] == Decimal("9.75")


@given(
    st.lists(st.decimals(-1000, 1000, places=2), min_size=10, max_size=60).filter(lambda v: len(set(v)) > 1)
)
def test_every_value_falls_in_one_class(values):
    result = computed("histogram", values=values)
    assert (
        sum(result.counts) == len(values) and result.edges[0] < min(values) and max(values) < result.edges[-1]
    )


@given(SAMPLES, SAMPLES)
def test_exchanged_samples_give_the_same_p(first, second):
    if len({*first}) < 2 or len({*second}) < 2:
        return
    for method in ("welch", "mann_whitney"):
        there = computed("two_samples", method=method, first=first, second=second, **NAMES)
        back = computed("two_samples", method=method, first=second, second=first, **NAMES)
        assert there.p == pytest.approx(back.p) and 0 <= there.p <= 1


def test_samples_without_variation_are_refused():
    assert reasons("two_samples", first="5 5 5", second="6 6 6", **NAMES)[0][0] == "first"
    assert reasons("two_samples", method="paired", first="1 2 3", second="2 3 4", **NAMES)[0][0] == "second"
    assert reasons("two_samples", method="paired", first="1 2 3", second="2 3", **NAMES)[0][0] == "second"
    assert reasons("two_samples", method="mann_whitney", first="1 1", second="1 1", **NAMES)[0][0] == "first"
    assert reasons("scatter", x="1 1 1", y="1 2 3")[0][0] == "x"
    assert reasons("scatter", x="1 2 3", y="1 2")[0][0] == "y"
    assert reasons("histogram", values="3 " * 12)[0][0] == "values"
    assert reasons("histogram", values="1 2 3 4 5 6 7 8 9 10", lower=5, upper=4)[0][0] == "lower"
    assert reasons("run", values="1 1 1 1 1 1 1 1")[0][0] == "values"
    zero = {"first_count": 0, "first_size": 9, "second_count": 0, "second_size": 9}
    assert reasons("two_shares", **zero, **NAMES)[0][0] == "first_count"


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=10, max_size=20))
def test_no_number_leads_to_a_traceback_or_an_infinity(values):
    from cp_circles.calc.tools import TOOLS, work

    raws = {
        "histogram": {"values": values},
        "run": {"values": values},
        "control_xmr": {"values": values},
        "scatter": {"x": values, "y": values[::-1]},
        "two_samples": {"first": values, "second": values[1:], **NAMES},
    }
    for code, raw in raws.items():
        done = work(TOOLS[code], raw)
        assert done.done != bool(done.reasons)
        if done.done:
            json.dumps(
                [float(f.value) for f in done.result.facts if isinstance(f.value, Decimal)], allow_nan=False
            )
