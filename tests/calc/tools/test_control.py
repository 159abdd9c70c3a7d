"""Control charts: constants, rules, and published series with the limits that their books print."""

from math import erf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.tools import TOOLS, work
from cp_circles.calc.tools.control_rules import CONSTANTS, RULES, signals
from tests.calc.tools.series import CLOTH, COMPUTERS, JUICE_CANS, NIST_FLOW, PISTON_RINGS


def computed(code, **raw):
    """The result of a tool that must work."""
    done = work(TOOLS[code], raw)
    assert done.done, done.reasons
    return done.result


def reasons(code, **raw):
    """(place, message) of each refusal."""
    done = work(TOOLS[code], raw)
    assert not done.done
    return [(reason.field, str(reason)) for reason in done.reasons]


def met(distances):
    """(rule, points from 1, side) of the signals."""
    return [(s.rule.number, tuple(p + 1 for p in s.points), s.side) for s in signals(distances)]


@pytest.mark.parametrize("n", range(2, 11))
def test_d2_is_the_expected_range_of_normal_values(n):
    step, d2 = 0.001, 0.0
    for at in range(-8000, 8000):
        below = (1 + erf((at + 0.5) * step / sqrt(2))) / 2
        d2 += (1 - below**n - (1 - below) ** n) * step
    k = CONSTANTS[n]
    assert k.d2 == pytest.approx(d2, abs=6e-4)
    assert k.a2 == pytest.approx(3 / (k.d2 * sqrt(n)), abs=7e-4)
    assert k.e2 == pytest.approx(3 / k.d2, abs=7e-4)
    assert k.d4 - 1 == pytest.approx(1 - k.d3, abs=2e-3) or k.d3 == 0


def test_nist_flow_rates():
    x, moves = computed("control_xmr", values=NIST_FLOW).panels
    assert x.centre == pytest.approx(50.81)
    assert moves.centre == pytest.approx(1.8778, abs=5e-5)
    assert (x.upper[0], x.lower[0]) == pytest.approx((55.8041, 45.8159), abs=2e-3)
    assert not x.signals and not moves.signals


def test_montgomery_piston_rings():
    rows = [{"label": str(n + 1), "values": row} for n, row in enumerate(PISTON_RINGS)]
    means, ranges = computed("control_xbar", rows=rows).panels
    assert sum(p for p in means.points) == pytest.approx(1850.028, abs=2e-3)
    assert sum(p for p in ranges.points) == pytest.approx(0.581, abs=1e-9)
    # The book goes on with the rounded mean range of 0.023.
    assert (round(means.centre, 3), round(means.lower[0], 3)) == (74.001, 73.988)
    assert means.upper[0] == pytest.approx(74.014, abs=7e-4)
    assert (round(ranges.centre, 3), round(ranges.upper[0], 3), ranges.lower[0]) == (0.023, 0.049, 0)
    assert not means.signals and not ranges.signals


def test_montgomery_juice_cans():
    rows = [{"label": str(n + 1), "size": 50, "count": c} for n, c in enumerate(JUICE_CANS)]
    (panel,) = computed("control_p", rows=rows).panels
    assert sum(JUICE_CANS) == 347
    assert (panel.centre, panel.upper[0], panel.lower[0]) == pytest.approx((0.2313, 0.4102, 0.0524), abs=6e-5)
    assert [s.points for s in panel.signals if s.rule.number == 1] == [(14,), (22,)]


def test_montgomery_computers_and_cloth():
    rows = [{"label": str(n + 1), "size": 5, "count": c} for n, c in enumerate(COMPUTERS)]
    (panel,) = computed("control_u", rows=rows).panels
    assert (panel.centre, round(panel.upper[0], 2), round(panel.lower[0], 2)) == (1.93, 3.79, 0.07)
    rolls = [{"label": str(n + 1), "size": size, "count": c} for n, (size, c) in enumerate(CLOTH)]
    (panel,) = computed("control_u", rows=rolls).panels
    assert round(panel.centre, 2) == 1.42
    # The book goes on with the rounded mean of 1.42.
    assert panel.upper[:3] == pytest.approx((2.55, 2.68, 2.41), abs=0.011)
    assert panel.lower[:3] == pytest.approx((0.29, 0.16, 0.43), abs=0.011)
    assert not panel.signals


def test_each_western_electric_rule_names_its_points():
    assert met([0.1, 3.1, -0.1]) == [(1, (2,), 1)]
    assert met([2.1, 0.5, 2.2, -0.1]) == [(2, (1, 3), 1)]
    assert met([2.1, -2.2, 0.0]) == []
    assert met([-1.1, -1.2, 0.3, -1.3, -1.4]) == [(3, (1, 2, 4, 5), -1)]
    assert met([0.2] * 7) == []
    assert met([0.2] * 9) == [(4, tuple(range(1, 10)), 1)]
    assert met([0.2] * 4 + [0.0] + [0.2] * 4) == []
    assert met([0.2] * 4 + [None] + [0.2] * 4) == []
    assert [rule.number for rule in RULES] == [1, 2, 3, 4]


@given(st.lists(st.floats(-4, 4), max_size=40))
def test_the_mirror_of_a_series_shows_the_mirrored_signals(distances):
    there = {(s.rule.number, s.points, s.side) for s in signals(distances)}
    assert {(s.rule.number, s.points, -s.side) for s in signals([-d for d in distances])} == there


@given(
    st.lists(st.integers(-1000, 1000), min_size=6, max_size=40).filter(lambda v: len(set(v)) > 1),
    st.integers(1, 50),
)
def test_limits_scale_with_the_unit(values, factor):
    one = computed("control_xmr", values=values).panels
    many = computed("control_xmr", values=[v * factor for v in values]).panels
    for a, b in zip(one, many, strict=True):
        assert b.upper[0] == pytest.approx(a.upper[0] * factor, rel=1e-9, abs=1e-6)
        assert [(s.rule.number, s.points) for s in b.signals] == [
            (s.rule.number, s.points) for s in a.signals
        ]


def test_limits_of_a_baseline_judge_the_rest():
    values = [10, 11, 10, 11, 10, 11, 10, 11, 20]
    result = computed("control_xmr", values=values, baseline=8)
    assert result.panels[0].centre == 10.5
    assert result.panels[0].signals[0].points == (8,)
    assert "X chart" in result.notes[0].values["chart"]


def test_what_cannot_be_charted_is_refused_with_its_place():
    assert reasons("control_xmr", values="5 5 5 5 5 5")[0][0] == "values"
    assert reasons("control_xmr", values="1 2 3")[0] == (
        "values",
        "There are 3 entries; at least 6 are needed.",
    )
    assert "“x” is no number" in reasons("control_xmr", values="1 2 3 4 5 x")[0][1]
    assert reasons("control_xmr", values="1 2 3 4 5 6", baseline=9)[0][0] == "baseline"
    assert reasons("control_xmr", values="1 2 3 4 5 6", labels="a,b")[0][0] == "labels"
    rows = [{"label": str(n), "values": "1 2 3" if n else "1 2"} for n in range(6)]
    assert reasons("control_xbar", rows=rows) == [
        ("rows", "Subgroups have 2 / 3 values; all need the same number.")
    ]
    same = [{"label": str(n), "values": "1 1"} for n in range(6)]
    assert reasons("control_xbar", rows=same)[0][0] == "rows"
    none = [{"label": str(n), "size": 50, "count": 0} for n in range(6)]
    assert reasons("control_p", rows=none)[0][0] == "rows"
    assert reasons("control_u", rows=none)[0][0] == "rows"
    more = [{"label": str(n), "size": 5, "count": 6} for n in range(6)]
    assert reasons("control_p", rows=more)[0][0] == "rows.0.count"
    assert reasons("control_u", rows=[{**row, "size": 0} for row in more])[0] == (
        "rows.0.size",
        "The value must be above 0.",
    )
