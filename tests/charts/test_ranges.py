"""Intervals as a chart: every row a line and a mark, the table exact, the scale turned for places."""

from decimal import Decimal

import pytest

from cp_circles.charts.frame import Frame
from cp_circles.charts.ranges import Range, ranges

NAMES = ("Entry", "Place", "Best", "Worst")
ROWS = [
    Range("a", Decimal(1), Decimal(1), Decimal(2)),
    Range("b", Decimal(2), Decimal(1), Decimal(3), open=True),
]


def test_rows_are_lines_with_full_and_open_marks_and_an_exact_table():
    chart = ranges(ROWS, Frame("k", "t"), names=NAMES, best_right=False)
    lines, settled, opened = chart.figure["data"]
    assert list(lines["x"]) == [1.0, 2.0, None, 1.0, 3.0, None]
    assert list(settled["y"]) == ["a"] and list(opened["y"]) == ["b"]
    assert chart.figure["layout"]["xaxis"]["autorange"] == "reversed"
    assert chart.rows == [["a", "1", "1", "2"], ["b", "2", "1", "3"]]


def test_severity_has_its_zero_and_no_empty_trace():
    chart = ranges(ROWS[:1], Frame("k", "t", unit="points"), names=NAMES, zero=True)
    assert len(chart.figure["data"]) == 2 and chart.figure["layout"]["xaxis"]["zeroline"]
    assert chart.columns[1]["label"] == "Place (points)"


def test_two_rows_of_one_name_are_refused():
    with pytest.raises(ValueError, match="one label"):
        ranges([ROWS[0], ROWS[0]], Frame("k", "t"), names=NAMES)
