"""Savings against the worked cases MV-1 to MV-3, and the reasons of a refused baseline."""

from datetime import date
from decimal import Decimal as D

import pytest

from cp_circles.calc.savings import (
    Adjustment,
    LinearModel,
    Period,
    PeriodUse,
    months_after,
    saving_by_model,
    saving_by_plain_difference,
    saving_by_unit_consumption,
    sufficiency,
)

BASE = [PeriodUse(Period(date(2025, 1, 1), date(2025, 12, 31)), D(1_200_000), D(10_000))]
REPORT = [PeriodUse(Period(date(2026, 1, 1), date(2026, 12, 31)), D(1_134_000), D(10_500))]


def month(year: int, number: int, quantity: str = "100", production: str | None = "10") -> PeriodUse:
    """One calendar month of use and production."""
    start = date(year, number, 1)
    ends = date.fromordinal(months_after(start, 1).toordinal() - 1)
    return PeriodUse(Period(start, ends), D(quantity), None if production is None else D(production))


def test_mv_1_unit_method():
    result = saving_by_unit_consumption(BASE, REPORT)
    assert result.quantity == D("126000")
    assert result.percent == D("10.00")
    assert result.unit_baseline == D("120") and result.unit_reporting == D("108")
    assert result.plain_difference == D("66000")
    assert result.adjusted_baseline == D("1260000")
    assert result.adjusted_baseline_by_period == ((REPORT[0].period, D("1260000.000000")),)


def test_mv_2_model_with_fixed_load():
    result = saving_by_model(LinearModel(D(240_000), D(96)), BASE, REPORT)
    assert result.adjusted_baseline == D(1_248_000)
    assert result.quantity == D(114_000)
    assert result.percent == D("9.13")


def test_mv_3_non_routine_adjustment():
    adjustment = [Adjustment(D(30_000), "示例 new line")]
    assert saving_by_model(LinearModel(D(240_000), D(96)), BASE, REPORT, adjustment).quantity == D(144_000)
    assert saving_by_unit_consumption(BASE, REPORT, adjustment).quantity == D(156_000)


def test_the_steps_print_the_arithmetic_with_its_numbers():
    steps = saving_by_unit_consumption(BASE, REPORT, share=D("0.5")).steps
    printed = [(step.label, step.expression, step.result) for step in steps]
    assert ("Baseline unit consumption", "1,200,000 ÷ 10,000", D("120.0000000000")) in printed
    assert ("Adjusted baseline", "1,200,000 ÷ 10,000 × 10,500", D("1260000.000000")) in printed
    assert ("Saving", "1,260,000 − 1,134,000", D("126000.000000")) in printed
    assert ("Saving after the share", "126,000 × 0.5", D("63000.000000")) in printed
    assert all(step.exact for step in steps)


def test_a_share_divides_the_saving_and_not_the_percentage():
    result = saving_by_unit_consumption(BASE, REPORT, share=D("0.25"))
    assert (result.quantity, result.percent) == (D("31500"), D("10.00"))


@pytest.mark.parametrize("share", [D("-0.1"), D("1.1")])
def test_a_share_outside_nought_to_one_is_refused(share):
    with pytest.raises(ValueError):
        saving_by_unit_consumption(BASE, REPORT, share=share)


def test_thirds_are_rounded_once_at_the_end():
    base = [PeriodUse(Period(date(2025, 1, 1), date(2025, 1, 31)), D(1), D(3))]
    report = [PeriodUse(Period(date(2026, 1, 1), date(2026, 1, 31)), D(0), D(6))]
    result = saving_by_unit_consumption(base, report)
    assert result.quantity == D(2)
    assert result.unit_baseline == D("0.3333333333")


def test_periods_of_low_output_lower_the_adjusted_baseline_and_not_the_saving():
    base = [month(2025, n, "1200", "10") for n in (1, 2, 3)]
    report = [month(2026, 1, "1200", "10"), month(2026, 2, "600", "5")]
    result = saving_by_unit_consumption(base, report)
    assert [amount for _, amount in result.adjusted_baseline_by_period] == [D(1200), D(600)]
    assert result.quantity == 0
    assert result.plain_difference == D(1800)


def test_more_use_is_a_negative_saving():
    report = [PeriodUse(REPORT[0].period, D(1_300_000), D(10_500))]
    assert saving_by_unit_consumption(BASE, report).quantity == D(-40_000)


def test_plain_difference_spreads_the_baseline_by_days():
    base = [month(2025, 1, "310", None), month(2025, 2, "280", None)]
    report = [month(2026, 1, "300", None), month(2026, 2, "250", None)]
    result = saving_by_plain_difference(base, report)
    assert result.quantity == D(40)
    assert [amount for _, amount in result.adjusted_baseline_by_period] == [D(310), D(280)]
    assert result.unit_baseline is None


def test_a_sound_baseline_has_no_reasons():
    base = [month(2025, n) for n in (10, 11, 12)]
    assert sufficiency(base, [month(2026, n) for n in (1, 2)]) == ()


@pytest.mark.parametrize(
    ("base", "report", "field", "words"),
    [
        ([month(2025, 11), month(2025, 12)], [month(2026, 1)], "baseline", "has 2 periods; at least 3"),
        ([month(2025, n) for n in (10, 11, 12)], [], "reporting", "has 0 periods; at least 1"),
        (
            [month(2025, n) for n in (9, 10, 12)],
            [month(2026, 1)],
            "baseline",
            "missing between 2025-10-31 and 2025-12-01",
        ),
        ([month(2025, n) for n in (10, 11, 11)], [month(2026, 1)], "baseline", "Two periods overlap"),
        (
            [month(2025, n) for n in (10, 11, 12)],
            [month(2025, 12)],
            "reporting",
            "before the reporting period starts",
        ),
        (
            [month(2025, n) for n in (10, 11, 12)],
            [month(2026, 1, "1", None)],
            "reporting",
            "Production is missing for 1",
        ),
        (
            [month(2025, n, "1", "0") for n in (10, 11, 12)],
            [month(2026, 1)],
            "baseline",
            "Production is zero",
        ),
        (
            [month(2025, n, "-1") for n in (10,)] + [month(2025, 11), month(2025, 12)],
            [month(2026, 1)],
            "baseline",
            "negative",
        ),
        (
            [month(2024, n) for n in (10, 11, 12)],
            [month(2025, n) for n in range(1, 13)] + [month(2026, 1)],
            "reporting",
            "longer than 12 months",
        ),
    ],
)
def test_each_lack_is_a_reason_of_its_own(base, report, field, words):
    reasons = sufficiency(base, report)
    assert len(reasons) == 1
    assert reasons[0].field == field and words in str(reasons[0])


def test_exactly_twelve_months_are_allowed():
    base = [month(2024, n) for n in (10, 11, 12)]
    assert sufficiency(base, [month(2025, n) for n in range(1, 13)]) == ()


def test_without_a_driver_production_is_not_asked_for():
    base = [month(2025, n, "1", None) for n in (10, 11, 12)]
    assert sufficiency(base, [month(2026, 1, "1", None)], needs_production=False) == ()


def test_computing_without_production_raises():
    with pytest.raises(ValueError):
        saving_by_unit_consumption([month(2025, 1, "1", None)], [month(2026, 1)])
    with pytest.raises(ValueError):
        Period(date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2025, 11, 30), 12, date(2026, 11, 30)),
    ],
)
def test_months_after_keeps_to_the_month(day, months, result):
    assert months_after(day, months) == result
