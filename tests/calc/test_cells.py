"""Cells of exports never start a formula, and numbers stay numbers."""

from decimal import Decimal

import pytest

from cp_circles.calc.cells import harmless


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_would_start_a_formula_is_quoted(start):
    assert harmless(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize("cell", ["水泵", "", "1=1", -3, Decimal("-1.5"), None])
def test_everything_else_stays_as_it_is(cell):
    assert harmless(cell) is cell


def test_signs_that_no_workbook_can_hold_are_dropped_before_the_start_is_judged():
    assert harmless("水\x0b泵\uffff\ud800") == "水泵"
    assert harmless("\x01=1+1") == "'=1+1"
