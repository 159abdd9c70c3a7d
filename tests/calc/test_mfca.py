"""Cost of non-product output: case MFCA-1 and sums that hold."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.mfca import Material, flow_cost, flow_cost_reasons


def test_mfca_1():
    found = flow_cost([Material("resin", D(10_000), D(1_000), D(20))], D(30_000), D(50_000), D(6_000))
    assert found.total == 286_000 and found.loss == 34_000 and found.product == 252_000
    assert round(found.loss_percent, 1) == D("11.9") and found.mass_loss_percent == D("10.00")
    assert [(one.kind, one.loss) for one in found.lines] == [
        ("material", 20_000),
        ("energy", 3_000),
        ("system", 5_000),
        ("waste", 6_000),
    ]


def test_a_second_centre_carries_the_product_cost_of_the_first():
    first = flow_cost([Material("resin", D(100), D(10), D(20))], D(300))
    second = flow_cost([Material("parts", D(90), D(9), D(0))], carried=first.product)
    assert second.loss == first.product / 10
    assert second.loss_percent == D("10.00")


def test_materials_lose_their_own_share():
    found = flow_cost([Material("dear", D(10), D(5), D(100)), Material("cheap", D(90), D(5), D(1))], D(100))
    assert [one.loss for one in found.lines] == [500, 5, 10]


@pytest.mark.parametrize(
    ("material", "costs", "field"),
    [
        (Material("a", D(1), D(2), D(1)), {}, "materials"),
        (Material("a", D(1), D(0), D(-1)), {}, "materials"),
        (Material("a", D(0), D(0), D(1)), {}, "materials"),
        (Material("a", D(1), D(0), D(1)), {"energy": D(-1)}, "energy"),
    ],
)
def test_what_cannot_be_split_is_named(material, costs, field):
    assert flow_cost_reasons([material], **costs)[0].field == field
    with pytest.raises(ValueError):
        flow_cost([material], **costs)


def test_no_cost_gives_no_percentage():
    assert flow_cost([Material("water", D(1), D(0), D(0))]).loss_percent is None


MONEY = st.decimals("0", "1000000", places=2)


@given(st.lists(st.tuples(MONEY, MONEY, MONEY), min_size=1, max_size=5), MONEY, MONEY, MONEY)
def test_product_and_loss_add_up_to_the_whole(rows, energy, system, waste):
    materials = [Material(str(i), a + b + 1, a, price) for i, (a, b, price) in enumerate(rows)]
    found = flow_cost(materials, energy, system, waste)
    assert found.product + found.loss == found.total == sum(one.total for one in found.lines)
    assert all(one.product + one.loss == one.total and one.loss >= 0 for one in found.lines)
    more = flow_cost(materials, energy, system, waste + 1)
    assert more.loss == found.loss + 1 and more.product == found.product
