"""Balances by unit operation: case BAL-1, the figure's nodes and links, and what does not close."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.balances import (
    Stream,
    balance,
    closure,
    measuring_reasons,
    stream_reasons,
    typed_reasons,
)


def flow(name, source, target, quantity, unit="kg", content="1", loss=False):
    return Stream(name, source, target, D(str(quantity)), unit, D(content), loss)


PICKLING = (
    flow("steel", None, "pickling", 1000),
    flow("acid", None, "pickling", 100),
    flow("pickled steel", "pickling", "rinsing", 1040),
    flow("spent acid", "pickling", None, 60, loss=True),
    flow("water", None, "rinsing", 500),
    flow("clean steel", "rinsing", None, 1000),
    flow("rinse water", "rinsing", None, 530, loss=True),
)


def test_bal_1_the_percentage_is_computed_and_the_typed_output_refused():
    honest = closure([D(4_746_025)], [D(4_702_937)])
    assert honest.difference == 43_088 and honest.error_percent == D("0.91") and honest.closes is True
    misprinted = closure([D(4_746_025)], [D(4_646_377)])
    assert misprinted.difference == 99_648 and misprinted.error_percent == D("2.10")
    (loss,) = typed_reasons(misprinted, difference=D(43_088))
    assert loss.values["output"] == 4_702_937 and "4702937" in str(loss)
    (error,) = typed_reasons(misprinted, error_percent=D("0.91"))
    assert "0.91 %" in str(error) and "2.10 %" in str(error)
    assert typed_reasons(honest, error_percent=D("0.91"), difference=D(43_088)) == ()
    assert typed_reasons(honest, error_percent=D("0.9")) == ()


def test_every_unit_operation_and_the_whole_close():
    found = balance(PICKLING, "kg")
    assert found.usable and found.whole.error_percent == D("0.63")
    assert [(one.place, one.error_percent, one.closes) for one in found.units] == [
        ("pickling", D("0.00"), True),
        ("rinsing", D("0.65"), True),
    ]


def test_the_figure_has_every_flow_and_the_unaccounted_rest():
    found = balance(PICKLING, "kg")
    assert found.nodes[:2] == ("pickling", "rinsing") and found.nodes[-1] == "Unaccounted"
    named = [(found.nodes[one.source], found.nodes[one.target], one.quantity) for one in found.links]
    assert ("pickling", "rinsing", D(1040)) in named and ("steel", "pickling", D(1000)) in named
    assert named[-1] == ("rinsing", "Unaccounted", D(10)) and found.links[-1].unaccounted
    assert [one.name for one in found.links if one.loss and not one.unaccounted] == [
        "spent acid",
        "rinse water",
    ]


def test_what_does_not_close_names_the_place_the_direction_and_the_remedy():
    lost = balance([flow("a", None, "mill", 100), flow("b", "mill", None, 80)], "kg")
    assert not lost.usable and len(lost.reasons) == 2
    assert "mill: 20.000000 went in and does not come out (20.00 %, allowed 5 %)" in str(lost.reasons[1])
    gained = balance([flow("a", None, "mill", 80), flow("b", "mill", None, 100)], "kg")
    assert "more came out than went in" in str(gained.reasons[0])
    assert gained.nodes[gained.links[-1].source] == "Unaccounted"


def test_a_tighter_limit_and_a_change_of_stock():
    streams = [flow("gold", None, "plating", 100), flow("parts", "plating", None, 97)]
    assert balance(streams, "kg").usable
    assert not balance(streams, "kg", limit=D("0.5")).usable
    assert balance(streams, "kg", limit=D("0.5"), stored={"plating": D(3)}).usable


def test_a_pollutant_is_followed_by_its_content_and_tonnes_become_kilograms():
    streams = [
        flow("waste water", None, "basin", 2, unit="t", content="0.001"),
        flow("clear water", "basin", None, "1.9", unit="t", content="0.0002"),
        flow("sludge", "basin", None, 81, content="0.02"),
    ]
    found = balance(streams, "kg")
    assert found.whole.inputs == 2 and found.whole.outputs == 2 and found.whole.error_percent == 0


def test_nothing_in_is_no_division_by_zero():
    found = balance([flow("b", "mill", None, 100)], "kg")
    assert found.whole.error_percent is None and found.whole.closes is None
    assert "Nothing goes in, so" in str(found.reasons[0]) and "Nothing goes into mill" in str(
        found.reasons[1]
    )


@pytest.mark.parametrize(
    ("streams", "said"),
    [
        ([], "no flows yet"),
        ([flow("a", None, None, 1)], "joins no unit operation"),
        ([flow("a", "mill", "mill", 1)], "returns to where it comes from"),
        ([flow("a", None, "mill", -1)], "is negative (-1)"),
        ([flow("a", None, "mill", 1, content="2")], "between 0 and 1"),
        ([flow("a", None, "mill", 1, unit="kWh")], "is in kWh, the balance in kg"),
        ([flow("a", None, "mill", 1)] * 501, "draw a smaller boundary"),
    ],
)
def test_what_cannot_be_balanced_is_named(streams, said):
    assert said in str(stream_reasons(streams, "kg")[0])
    with pytest.raises(ValueError):
        balance(streams, "kg")


def test_how_long_must_be_measured():
    assert measuring_reasons(cycles=3) == measuring_reasons(hours=D(72)) == ()
    assert "2 cycles" in str(measuring_reasons(cycles=2)[0])
    assert "71 hours" in str(measuring_reasons(hours=D(71))[0])
    assert "how long" in str(measuring_reasons()[0])


AMOUNTS = st.lists(st.decimals("0.001", "1000000", places=3), min_size=1, max_size=8)


@given(AMOUNTS, AMOUNTS, st.integers(2, 1000))
def test_the_error_does_not_depend_on_unit_or_order(inputs, outputs, scale):
    found = closure(inputs, outputs)
    again = closure([one * scale for one in reversed(inputs)], [one * scale for one in reversed(outputs)])
    assert found.error_percent == again.error_percent >= 0 and found.closes == again.closes
    assert found.difference == found.inputs - found.outputs


@given(AMOUNTS)
def test_a_chain_that_passes_everything_on_closes_exactly(amounts):
    streams = [flow(f"in {i}", None, "one", amount) for i, amount in enumerate(amounts)]
    streams += [flow(f"mid {i}", "one", "two", amount) for i, amount in enumerate(amounts)]
    streams += [flow(f"out {i}", "two", None, amount) for i, amount in enumerate(amounts)]
    found = balance(streams, "kg")
    assert found.usable and found.whole.error_percent == 0 and not any(one.unaccounted for one in found.links)
