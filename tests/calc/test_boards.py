"""Places on a board, neighbours and ratios."""

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.boards import BoardRow, neighbours, per_10000_yuan, per_head, ranked, share_of


def test_equal_values_share_a_place():
    rows = ranked([BoardRow("a", D(5)), BoardRow("b", D(9)), BoardRow("c", D("5.00")), BoardRow("d", D(1))])
    assert [(row.key, row.place, row.shared) for row in rows] == [
        ("b", 1, False),
        ("a", 2, True),
        ("c", 2, True),
        ("d", 4, False),
    ]


def test_neighbours_of_mine():
    rows = ranked([BoardRow(n, D(100 - n)) for n in range(10)])
    assert [row.key for row in neighbours(rows, 5, 1)] == [4, 5, 6]
    assert [row.key for row in neighbours(rows, 0, 2)] == [0, 1, 2]
    assert neighbours(rows, 77) == ()


def test_ratios_are_exact_and_unknown_without_a_base():
    assert per_head(D(100), 3) == D("33.33") and per_head(D(1), 0) is None
    assert per_10000_yuan(D("12.5"), D(1_000_000)) == D("0.125") and per_10000_yuan(D(1), D(0)) is None
    assert share_of(D(1), D(8)) == D("12.5") and share_of(D(1), D(0)) is None


@given(st.lists(st.integers(-5, 5)))
def test_a_place_is_one_more_than_those_ahead(values):
    for row in ranked([BoardRow(n, D(v)) for n, v in enumerate(values)]):
        assert row.place == 1 + sum(v > row.value for v in values)
