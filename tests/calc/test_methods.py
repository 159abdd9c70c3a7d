"""Methods side by side: cases MV-1 to MV-6, the fit against a published series, and properties."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.conversion import Factor, convert
from cp_circles.calc.methods import annualising, comparing, fitting, rates, uncertainty
from cp_circles.calc.methods.comparing import Asked, compare
from cp_circles.calc.periods import Period, PeriodUse, months_after, period_reason
from cp_circles.calc.savings import Adjustment, saving_by_plain_difference, saving_by_unit_consumption

OUTPUT = [700, 760, 800, 820, 860, 900, 840, 880, 800, 820, 900, 920]


def months(year, uses, outputs, **drivers):
    """Calendar months from January with use and production."""
    rows = []
    for i, used in enumerate(uses):
        starts = months_after(date(year, 1, 1), i)
        period = Period(starts, months_after(starts, 1) - timedelta(days=1))
        named = {name: D(str(values[i])) for name, values in drivers.items()}
        rows.append(PeriodUse(period, D(str(used)), None if outputs is None else D(str(outputs[i])), named))
    return tuple(rows)


BASE = months(2025, [20_000 + 96 * p for p in OUTPUT], OUTPUT)
LATER = [p + 500 // 12 for p in OUTPUT[:11]]
LATER.append(10_500 - sum(LATER))
REPORT = months(2026, [94_500] * 12, LATER)


def test_the_series_is_that_of_the_case():
    assert sum(row.quantity for row in BASE) == 1_200_000 and sum(OUTPUT) == 10_000
    assert sum(row.quantity for row in REPORT) == 1_134_000 and sum(LATER) == 10_500


def test_mv_1_to_mv_3_side_by_side():
    found = compare(Asked(BASE, REPORT))
    regression, unit = found.candidate("regression"), found.candidate("unit_consumption")
    assert unit.result.quantity == 126_000 and unit.result.percent == D("10.00")
    assert regression.result.quantity == 114_000 and regression.result.percent == D("9.13")
    assert regression.result.adjusted_baseline == 1_248_000
    assert regression.fit.fixed.value == 20_000 and regression.fit.slopes[0].value == 96
    assert found.candidate("plain_difference").result.quantity == 66_000
    assert found.recommended == "regression"
    assert str(found.notes[0]).startswith("Unit consumption overstates the saving by 12,000")
    line = Adjustment(D(30_000), "示例 new line in the reporting period")
    adjusted = compare(Asked(BASE, REPORT, adjustments=(line,)))
    assert adjusted.candidate("regression").result.quantity == 144_000


def test_mv_4_meter_uncertainty():
    u = uncertainty.meter_uncertainty(D(1_200_000), D(1_134_000), D("0.5"), D("0.5"))
    assert round(u) == 8_255
    both = uncertainty.combined(D(66_000), meter=u)
    assert both.standard / 66_000 == pytest.approx(0.125, abs=0.0005)
    assert both.t == pytest.approx(1.645, abs=0.001) and both.df is None


def test_mv_5_regression_uncertainty():
    quality = fitting.Quality(n=12, parameters=2, r2=0.9, cv_rmse=5.0, nmbe=0.0, autocorrelation=0.0)
    assert uncertainty.t_quantile(0.90, 10) == pytest.approx(1.812, abs=0.0005)
    assert uncertainty.t_quantile(0.68, 10) == pytest.approx(1.046, abs=0.0005)
    assert round(uncertainty.model_part(quality, 0.10, 12, 0.90) * 100, 1) == 35.6
    assert round(uncertainty.model_part(quality, 0.10, 12, 0.68) * 100, 1) == 20.6
    found = uncertainty.combined(D(100), quality=quality, saved_part=0.10, reporting_points=12)
    assert found.part == pytest.approx(0.356, abs=0.0005)
    assert uncertainty.significant(D(100), found)
    assert str(uncertainty.significance(D(100), found)).startswith("Significant: the uncertainty is 35.6 %")


def test_mv_6_kgce_co2_and_yuan():
    factors = [
        Factor("a", "a", "kgce", D("0.1229"), "kWh", "kgce"),
        Factor("b", "b", "kgco2e", D("0.5306"), "kWh", "kgCO2"),
        Factor("c", "c", "yuan", D("0.70"), "kWh", "CNY"),
    ]
    found = convert(D(114_000), "kWh", factors)
    assert (found.kgce, found.kgco2e, found.yuan) == (D("14010.600"), D("60488.400"), D("79800.00"))


LONGLEY_X = [83.0, 88.5, 88.2, 89.5, 96.2, 98.1, 99.0, 100.0, 101.2, 104.6, 108.4, 110.8, 112.6, 114.2]
LONGLEY_Y = [60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761, 66019, 67857, 68169, 66513, 68655, 69564]


def test_a_fit_has_the_statistics_of_the_textbook_formulas():
    rows = months(2025, LONGLEY_Y, LONGLEY_X)
    model = fitting.fit(rows)
    n = len(LONGLEY_X)
    mean_x, mean_y = sum(LONGLEY_X) / n, sum(LONGLEY_Y) / n
    sxx = sum((x - mean_x) ** 2 for x in LONGLEY_X)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(LONGLEY_X, LONGLEY_Y, strict=True)) / sxx
    left = [y - mean_y - slope * (x - mean_x) for x, y in zip(LONGLEY_X, LONGLEY_Y, strict=True)]
    variance = sum(r * r for r in left) / (n - 2)
    assert float(model.slopes[0].value) == pytest.approx(slope)
    assert model.slopes[0].error == pytest.approx((variance / sxx) ** 0.5)
    assert model.slopes[0].t == pytest.approx(slope / (variance / sxx) ** 0.5)
    assert model.quality.cv_rmse == pytest.approx(variance**0.5 / mean_y * 100)
    assert model.quality.df == 12 and model.quality.nmbe == pytest.approx(0, abs=1e-9)
    assert model.quality.r2 == pytest.approx(1 - variance * 12 / sum((y - mean_y) ** 2 for y in LONGLEY_Y))
    assert model.acceptable


def test_two_drivers_are_told_apart():
    days = [31, 28, 20, 12, 4, 0, 0, 1, 8, 15, 22, 30]
    used = [5_000 + 40 * p + 300 * d for p, d in zip(OUTPUT, days, strict=True)]
    model = fitting.fit(months(2025, used, OUTPUT, degree_days=days), ("production", "degree_days"))
    assert [one.value for one in (model.fixed, *model.slopes)] == [5_000, 40, 300]
    assert model.slopes[0].t is None


@pytest.mark.parametrize(
    ("rows", "drivers", "said"),
    [
        (BASE, (), "Name at least one driver"),
        (BASE[:3], ("production",), "needs at least 4 periods; the baseline has 3"),
        (months(2025, [1, 2, 3, 4, 5], [7] * 5), ("production",), "never varies"),
        (
            months(2025, range(1, 13), OUTPUT, hours=[p * 2 for p in OUTPUT]),
            ("production", "hours"),
            "move together",
        ),
        (
            months(2025, range(1, 13), OUTPUT, hours=[p * 2 + i % 2 for i, p in enumerate(OUTPUT)]),
            ("production", "hours"),
            "move together",
        ),
        (BASE, ("degree_days",), "degree_days is missing for 12 periods"),
    ],
)
def test_what_carries_no_model_is_refused_with_a_reason(rows, drivers, said):
    reasons = fitting.fit_reasons(rows, drivers)
    assert any(said in str(reason) for reason in reasons)
    with pytest.raises(ValueError):
        fitting.fit(rows, drivers)


def test_a_weak_model_warns_and_unit_consumption_is_recommended():
    noisy = months(2025, [90, 120, 80, 130, 95, 70, 140, 60, 125, 85, 150, 75], OUTPUT)
    now = months(2026, [70] * 12, [p * 2 for p in OUTPUT])
    found = compare(Asked(noisy, now))
    said = " ".join(str(reason) for reason in found.candidate("regression").warnings)
    assert "explain" in said and "scatter" in said and "effect of production is not shown" in said
    assert "far outside" in said
    assert found.candidate("regression").grade == "weak"
    assert found.recommended == "unit_consumption" and found.notes == ()


def test_without_production_no_method_is_recommended_unless_nothing_drives_the_use():
    base, now = months(2025, [100] * 12, None), months(2026, [80] * 12, None)
    found = compare(Asked(base, now))
    assert found.recommended is None and "change of output" in str(found.why)
    assert found.candidate("unit_consumption").grade == "refused"
    assert compare(Asked(base, now, drivers=())).recommended == "plain_difference"


def test_bad_periods_and_silent_adjustments_refuse_every_method():
    reversed_ = compare(Asked(REPORT, BASE))
    assert {one.grade for one in reversed_.candidates} == {"refused"} and reversed_.recommended is None
    silent = compare(Asked(BASE, REPORT, adjustments=(Adjustment(D(5)),)))
    assert {one.grade for one in silent.candidates} == {"refused"}
    assert any("no note" in str(reason) for reason in silent.candidates[0].reasons)
    empty = compare(Asked((), ()))
    assert {one.grade for one in empty.candidates} == {"refused"}


def test_a_plain_difference_over_other_output_or_length_is_weak():
    found = compare(Asked(BASE, REPORT[:6])).candidate("plain_difference")
    said = " ".join(str(reason) for reason in found.warnings)
    assert "unlike things" in said and "does not take out" in said and found.grade == "weak"


def test_zero_use_in_the_baseline_gives_no_infinity():
    rows = months(2025, [0] * 12, OUTPUT)
    found = compare(Asked(rows, months(2026, [5] * 12, OUTPUT)))
    for one in found.candidates:
        assert (one.result.percent is None and one.uncertainty.part is None) or one.grade != "sufficient"
        assert str(one.label) == "There is no saving: the result is -60.000000."


def test_where_higher_is_better_the_gain_is_positive():
    base, now = months(2025, [10] * 12, OUTPUT), months(2026, [14] * 12, OUTPUT)
    result = saving_by_plain_difference(base, now, direction="higher")
    assert result.quantity == 48 and result.plain_difference == 48 and result.percent == D("40.00")
    assert ("Gain", "168 − 120") in [(step.label, step.expression) for step in result.steps]
    assert saving_by_unit_consumption(base, now, direction="higher").quantity == 48
    assert compare(Asked(base, now, direction="higher")).candidate("plain_difference").result.quantity == 48


def test_autocorrelated_residuals_enlarge_the_uncertainty():
    loose = fitting.Quality(12, 2, 0.9, 5.0, 0.0, 0.0)
    tied = fitting.Quality(12, 2, 0.9, 5.0, 0.0, 0.8)
    assert uncertainty.model_part(tied, 0.1, 12) > 2 * uncertainty.model_part(loose, 0.1, 12)
    assert uncertainty.model_part(loose, 0.0, 12) is None


def test_a_sum_of_meters_is_more_accurate_than_each():
    assert uncertainty.accuracy_of([(D(100), D(1)), (D(100), D(1))]) < 1
    assert uncertainty.accuracy_of([(D(100), D(2))]) == 2


def test_a_rate_is_weighted_and_its_change_is_in_points():
    base = months(2025, [90, 80, 90], [100, 300, 100])
    now = months(2026, [92, 92, 92], [100, 100, 100])
    found = rates.rate_change(base, now)
    assert (found.baseline, found.reporting, found.gain) == (D("84.0000"), D("92.0000"), D("8.0000"))
    assert found.weighted and rates.rate_change(base, now, "lower").gain == -8
    assert rates.rate_reasons(base, now) == ()
    assert "not between 0 and 100" in str(rates.rate_reasons(base, months(2026, [101], [1]))[0])
    assert rates.input_avoided_by_yield(D(900), D(90), D(100)) == 100
    assert rates.fresh_avoided_by_reuse(D(1000), D(60), D(75)) == 150


def test_a_year_is_only_said_from_three_months():
    assert annualising.annual_reasons(REPORT[:2])
    assert annualising.annual_reasons(REPORT[:3]) == ()
    assert annualising.annual_reasons(REPORT[:1], cycles=3) == ()
    assert annualising.annual_reasons(REPORT[:1], cycles=2) and annualising.annual_reasons(())
    assert annualising.annualised(D(90), REPORT[:3]).yearly == 365
    assert annualising.annualised(D(90), REPORT).yearly == 90


def test_a_years_figure_by_hand():
    quarter = months(2026, [10_000] * 3, None)
    year = annualising.annualised(D("31500"), quarter)
    assert (year.days, year.yearly, year.step.expression) == (90, D("127750"), "31,500 × 365 ÷ 90")
    summer = months(2026, [1] * 8, None)[5:]
    found = annualising.annualised(D("31500"), summer, 2)
    assert (found.days, found.yearly, found.step.exact) == (92, D("124972.83"), False)
    assert found.measured == 31500
    with pytest.raises(ValueError):
        annualising.annualised(D(1), ())


def test_a_model_wants_periods_of_one_length():
    weeks = [
        PeriodUse(
            Period(date(2026, 1, 1) + timedelta(7 * n), date(2026, 1, 7) + timedelta(7 * n)), D(9), D(n)
        )
        for n in range(12)
    ]
    assert fitting.length_reasons(BASE, REPORT) == ()
    assert fitting.length_reasons((), ()) == ()
    assert fitting.length_reasons(BASE, weeks)[0].field == "reporting"
    mixed = fitting.length_reasons((*BASE, *weeks), REPORT)[0]
    assert mixed.field == "baseline" and "from 7 to 31 days" in str(mixed)
    asked = Asked(BASE, tuple(weeks), equal_periods=True)
    refused = compare(asked).candidate("regression")
    assert refused.grade == "refused" and "one length" in str(refused.reasons[-1])
    assert compare(asked).candidate("unit_consumption").result is not None
    assert compare(Asked(BASE, tuple(weeks))).candidate("regression").result is not None
    assert compare(Asked(BASE, REPORT, equal_periods=True)).candidate("regression").result.quantity == 114_000


def test_a_reversed_or_empty_period_says_so():
    day = date(2026, 1, 2)
    assert "before it starts" in str(period_reason(day, date(2026, 1, 1), "baseline"))
    assert "give both" in str(period_reason(None, day, "baseline"))
    assert period_reason(day, day, "baseline") is None


USES = st.lists(st.integers(1, 10**6), min_size=12, max_size=12)


@given(USES, st.integers(1, 1000))
def test_savings_scale_with_the_unit_of_the_meter(used, scale):
    now = [value // 2 for value in used]
    small = compare(Asked(months(2025, used, OUTPUT), months(2026, now, OUTPUT)))
    large = compare(
        Asked(months(2025, [u * scale for u in used], OUTPUT), months(2026, [u * scale for u in now], OUTPUT))
    )
    for before, after in zip(small.candidates, large.candidates, strict=True):
        assert after.result.quantity == pytest.approx(
            before.result.quantity * scale, rel=D("1e-9"), abs=D("0.1")
        )
        if before.quality.cv_rmse:
            assert after.quality.cv_rmse == pytest.approx(before.quality.cv_rmse)
    assert small.recommended == large.recommended


@given(USES, st.integers(1, 10**5))
def test_less_use_is_more_saving_by_the_same_amount(used, less):
    base = months(2025, used, OUTPUT)
    now = [10**6] * 12
    first = compare(Asked(base, months(2026, now, OUTPUT)))
    second = compare(Asked(base, months(2026, [now[0] - less, *now[1:]], OUTPUT)))
    for before, after in zip(first.candidates, second.candidates, strict=True):
        assert after.result.quantity - before.result.quantity == less


@given(USES)
def test_a_fit_leaves_residuals_that_sum_to_nothing(used):
    rows = months(2025, used, OUTPUT)
    model = fitting.fit(rows)
    assert float(sum(row.quantity - D(str(float(model.expected(row)))) for row in rows)) == pytest.approx(
        0, abs=1e-3
    )
    assert 0 <= model.quality.r2 <= 1 if model.quality.r2 is not None else len(set(used)) == 1


@given(st.floats(0.1, 100), st.floats(0.1, 100))
def test_more_sources_are_never_less_uncertain(meter, cv):
    quality = fitting.Quality(24, 2, 0.9, cv, 0.0, 0.0)
    both = uncertainty.combined(D(1000), meter=meter, quality=quality, saved_part=0.1, reporting_points=12)
    assert both.standard >= max(both.meter, both.model)
    assert both.df >= quality.df


def test_the_version_is_stored_with_a_comparison():
    assert compare(Asked(BASE, REPORT)).version == comparing.METHOD_VERSION
