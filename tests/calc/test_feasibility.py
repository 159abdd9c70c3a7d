"""Feasibility against ECO-1 to ECO-3, and what is not defined says why."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc import rates_of_return
from cp_circles.calc.exact import round_half_up
from cp_circles.calc.feasibility import Proposal, evaluate, evaluate_flow, preferred, proposal_reasons


def flow(invested, cash, *, years=10, rate="5", limit="5", **more):
    return evaluate_flow(
        D(invested), D(cash), years=years, rate_percent=D(rate), payback_limit=D(limit), **more
    )


def close(value, text):
    """Equal at the printed number of places."""
    return round(value, -D(text).as_tuple().exponent) == D(text)


def test_eco_1():
    found = flow("150", "32.5")
    assert found.value("N") == D("4.615") and close(found.value("factor"), "7.7217")
    assert close(found.value("NPV"), "100.956") and found.value("NPVR") == D("67.30")
    assert found.value("IRR") == D("17.2627") and found.irr_exact == D("17.2570")
    assert [percent for percent, _ in found.trial] == [17, 18]
    assert round_half_up(rates_of_return.annuity(10, Fraction(17, 100)), 4) == D("4.6586")
    assert round_half_up(rates_of_return.annuity(10, Fraction(18, 100)), 4) == D("4.4941")
    assert found.trial[0][1] == pytest.approx(D("1.4045"), abs=D("0.002"))
    assert found.trial[1][1] == pytest.approx(D("-3.9418"), abs=D("0.002"))
    assert found.passes is True and [row.holds for row in found.decisions] == [True, True, True]


def test_eco_2_the_criteria_disagree_and_all_are_shown():
    options = {"1": flow("31.67", "11.30", rate="12"), "2": flow("73.82", "21.50", rate="12")}
    first, second = options["1"], options["2"]
    assert first.value("N") == D("2.803") and close(first.value("NPV"), "32.178")
    assert close(first.value("NPVR"), "101.6") and close(first.irr_exact, "33.73")
    assert second.value("N") == D("3.433") and close(second.value("NPV"), "47.660")
    assert close(second.value("NPVR"), "64.6") and close(second.irr_exact, "26.31")
    assert preferred(options) == {"N": "1", "NPV": "2", "NPVR": "1", "IRR": "1"}


ECO_3 = Proposal(
    gross=D(126),
    subsidy=D(6),
    income=D(8),
    cost_saved=D(37),
    depreciation_years=10,
    tax_percent=D(25),
    years=10,
    rate_percent=D(10),
    cost_class="higher",
)


def test_eco_3_from_end_to_end():
    found = evaluate(ECO_3)
    shown = {figure.symbol: figure.value for figure in found.figures}
    expected = {"I": "120", "P": "45", "D": "12", "T": "33", "tax": "8.25", "net": "24.75", "F": "36.75"}
    assert {symbol: shown[symbol] for symbol in expected} == {s: D(v) for s, v in expected.items()}
    assert shown["N"] == D("3.265") and shown["factor"] == D("6.14457")
    assert close(shown["NPV"], "105.813") and shown["NPVR"] == D("88.18")
    assert found.trial == ((D(28), D("0.1327")), (D(29), D("-3.2062")))
    assert close(shown["IRR"], "28.04") and found.irr_exact == D("28.0388")
    assert found.passes is True
    assert str(found.decisions[0].reason) == "Payback of 3.265 years; it must be below 5."
    assert evaluate(replace(ECO_3, cost_class="mid")).decisions[0].holds is False


def test_never_paid_back_has_no_rate_and_no_infinity():
    for cash in ("0", "-5"):
        found = flow("100", cash)
        assert found.value("N") is None and found.value("IRR") is None and found.irr_exact is None
        assert "never paid back" in str(found.decisions[0].reason)
        assert "at no rate" in str(found.decisions[2].reason)
        assert found.passes is False


def test_nothing_to_invest_is_no_division_by_zero():
    found = evaluate(replace(ECO_3, subsidy=D(126)))
    assert found.value("I") == 0 and found.value("N") is None and found.value("NPVR") is None
    assert "nothing to pay back" in str(found.decisions[0].reason)
    assert [row.holds for row in found.decisions] == [True, True, None] and found.passes is None


def test_a_loss_is_not_taxed_below_zero():
    found = evaluate(replace(ECO_3, cost_saved=D(0)))
    assert found.value("tax") == 0 and found.value("F") == 8
    taxes = next(figure for figure in found.figures if figure.symbol == "tax")
    assert "no taxable profit" in str(taxes.reason)


def test_a_rate_of_zero_and_a_negative_internal_rate():
    assert flow("100", "10", rate="0").value("NPV") == 0
    assert flow("100", "10", rate="0").irr_exact == 0
    losing = flow("100", "5")
    assert -15 < losing.irr_exact < 0 and losing.decisions[2].holds is False
    hopeless = flow("1000000", "0.001", years=1)
    assert hopeless.irr_exact < -99 and hopeless.trial == ()


def test_the_loan_rate_counts_when_it_is_higher():
    assert flow("150", "32.5", loan_percent=D(18)).decisions[2].holds is False
    assert flow("150", "32.5", loan_percent=D(4)).decisions[2].holds is True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"years": 0}, "years"),
        ({"years": 101}, "years"),
        ({"rate_percent": D(-100)}, "rate_percent"),
        ({"depreciation_years": 0}, "depreciation_years"),
        ({"tax_percent": D(101)}, "tax_percent"),
        ({"gross": D(-1)}, "gross"),
        ({"subsidy": D(-1)}, "subsidy"),
        ({"cost_class": "other"}, "payback_limit"),
    ],
)
def test_what_cannot_be_computed_is_named(change, field):
    wrong = replace(ECO_3, **change)
    assert [reason.field for reason in proposal_reasons(wrong)] == [field]
    with pytest.raises(ValueError):
        evaluate(wrong)


def test_terms_of_a_given_flow_are_checked_too():
    with pytest.raises(ValueError):
        flow("1", "1", years=0)


MONEY = st.decimals("0.01", "1000000", places=2)


@given(MONEY, MONEY, st.integers(1, 30), st.decimals("-50", "100", places=1))
def test_npv_falls_with_the_rate_and_is_zero_at_the_root(invested, cash, years, percent):
    one, two = Fraction(invested), Fraction(cash)
    rate = Fraction(percent) / 100
    here = rates_of_return.present_value(one, two, years, rate)
    assert here > rates_of_return.present_value(one, two, years, rate + Fraction(1, 100))
    found = rates_of_return.root(one, two, years)
    assert (here > 0) == (found > rate) or abs(here) < one / 10**6


@given(MONEY, MONEY, st.integers(1, 30), st.integers(2, 1000))
def test_the_ratios_do_not_depend_on_the_unit_of_money(invested, cash, years, scale):
    small = flow(invested, cash, years=years)
    large = flow(invested * scale, cash * scale, years=years)
    for symbol in ("N", "NPVR", "IRR"):
        assert small.value(symbol) == large.value(symbol)
