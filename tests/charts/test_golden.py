"""The charts of the book stay as they were looked at: their figures and tables are kept as data."""

import json
from datetime import date
from decimal import Decimal

import pytest

from cp_circles import charts
from cp_circles.charts.frame import Frame
from cp_circles.charts.theme import DARK, LIGHT, in_theme
from tests.charts.figures import GOLDEN, as_data, figures

FIGURES = figures()


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figure_is_as_it_was_kept(name):
    kept = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert as_data(FIGURES[name]) == kept, "look at it, then run: python -m tests.charts.figures"


def test_every_kept_figure_is_drawn():
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(FIGURES)


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figure_has_a_narrow_drawing_a_table_and_a_dark_theme(name):
    chart = FIGURES[name]
    assert chart.rows and chart.figure["layout"]["meta"]["narrow"]["height"] >= 100
    dark = json.dumps(in_theme(as_data(chart)["figure"], DARK))
    assert LIGHT.accent not in dark and LIGHT.sunken not in dark


def words_of(chart):
    """Everything that is written in the drawing itself."""
    return json.dumps(as_data(chart)["figure"], ensure_ascii=False)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("plan", "25.5"),
        ("days", '"text": "7"'),
        ("small", "5 吨"),
        ("spread", '"text": ["1", "", "3"]'),
        ("use", "98.82"),
        ("options", "<b>36</b>"),
        ("path", "−2"),
        ("circles", "30 · 75.0 %"),
        ("pairs", "15.86 万元"),
        ("together", "0.5"),
        ("tree", "%{value"),
        ("rings", "%{value"),
    ],
)
def test_numbers_are_read_without_hovering(name, number):
    assert number in words_of(FIGURES[name])


def test_the_plan_stops_at_today_and_the_calendar_keeps_to_its_days():
    done = FIGURES["plan"].figure["data"][0]
    assert list(done["x"]) == ["2026-01", "2026-02"]
    cells = FIGURES["days"].figure["data"][0]["z"]
    known = [cell for row in cells for cell in row if cell is not None]
    assert len(known) == 34 and cells[0][0] is None
    narrow = FIGURES["days"].figure["narrow"]["data"][0]["z"]
    assert [list(row) for row in zip(*narrow, strict=True)] == [list(row) for row in cells]


def test_estimates_are_hatched_and_verified_bars_are_solid():
    assert FIGURES["options"].figure["data"][0]["marker"]["pattern"]["shape"] == "/"
    assert FIGURES["spread"].figure["data"][0]["marker"]["pattern"]["shape"] == "/"
    marks = [trace["marker"] for trace in FIGURES["path"].figure["data"]]
    assert ["pattern" in mark for mark in marks] == [True, False, False, False, False]
    assert [row[1] for row in FIGURES["path"].rows] == ["10", "-2", "8", "3", "11"]


def test_a_drawing_keeps_the_decimals_of_its_unit_and_its_table_too():
    frame = Frame("k", "t", places=2, fixed=True)
    assert (frame.number_format, frame.short(Decimal("7.2")), frame.short(Decimal(21), 1)) == (
        ",.2f",
        "7.20",
        "21.0",
    )
    nodes = [charts.TreeNode("a", "a"), charts.TreeNode("b", "b", Decimal("7.2"), "a")]
    nodes.append(charts.TreeNode("c", "c", Decimal("0.125"), "a"))
    drawn = charts.sunburst(nodes, frame)
    assert [row[2] for row in drawn.rows] == ["7.325", "7.20", "0.125"]
    assert "0.125" in drawn.table.csv() and "7.20" not in drawn.table.csv()


def test_days_are_the_readers_in_the_table_and_sortable_in_the_file():
    day = date(2026, 2, 7)
    drawn = charts.calendar_map(
        {day: 2}, day, day, Frame("k", "t"), months=["m"] * 12, day_text="{:%d.%m.}".format
    )
    assert drawn.rows == [["07.02.", "2"]]
    assert "2026-02-07,2" in drawn.table.csv()


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="forward"):
        charts.calendar_map({}, date(2026, 2, 1), date(2026, 1, 1), Frame("k", "t"), months=[])
    below = [charts.TreeNode("a", "a"), charts.TreeNode("b", "b", Decimal(-1), "a")]
    for draw in (charts.drill_treemap, charts.sunburst):
        with pytest.raises(ValueError, match="negative"):
            draw(below, Frame("k", "t"))
