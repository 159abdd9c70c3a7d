"""Figures in texts: what counts as one, what stands behind it, what is marked."""

from decimal import Decimal

import pytest

from cp_circles.results.documents.figures import marked, quotations, recorded_figures, unrecorded
from cp_circles.results.documents.units import measure_of
from tests.results.documents.conftest import package


@pytest.mark.parametrize(
    ("text", "value", "kind", "factor"),
    [
        ("节电12.6万 kWh", "12.6", "electricity", "10000"),
        ("节电 126,000度", "126000", "electricity", "1"),
        ("折15.49吨标准煤", "15.49", "coal", "1000"),
        ("增效9.45万元", "9.45", "money", "10000"),
        ("saved CNY 94,500 a year", "94500", "money", "1"),
        ("下降 8%", "8", "share", "1"),
        ("105.2 kWh/t", "105.2", "electricity/mass", "0.001"),
        ("减排 67.6 tCO2e", "67.6", "co2", "1000"),
        ("用水30 m³", "30", "volume", "1"),
        ("每次 90 min", "90", "time", "1"),
    ],
)
def test_a_number_with_a_unit_is_a_figure(text, value, kind, factor):
    [found] = quotations(text)
    assert (found.value, found.measure.kind, found.measure.factor) == (Decimal(value), kind, Decimal(factor))


@pytest.mark.parametrize(
    "text",
    ["2025年3月起", "按 GB/T 2589-2020 第3条", "3号机和2#线", "共 12 条", "A4 纸", "1. 背景", "24g1 型"],
)
def test_years_ordinals_and_standards_are_not(text):
    assert quotations(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("12.6万 kWh", "r-saving-1"),
        ("12.60 万度", "r-saving-1"),
        ("13万 kWh", "r-saving-1"),
        ("126 MWh", "r-saving-1"),
        ("15.5 tce", "r-saving-1"),
        ("9.45万元", "r-saving-1"),
        ("8%", "r-saving-1"),
        ("92 kWh/t", "r-indicators"),
        ("8 kWh/t", "r-indicators"),
        ("10%", "r-indicators"),
        ("63%", "r-step-topic"),
        ("12.5 kWh/t", "r-step-topic"),
        ("5000元", "r-summary"),
        ("1 h", "r-activities"),
    ],
)
def test_a_figure_leads_to_its_record(text, place):
    [piece] = marked(text, recorded_figures(package()))
    assert (piece.mark, piece.place, piece.text) == ("recorded", place, text)


@pytest.mark.parametrize("text", ["12.7万 kWh", "126000 t", "9%", "126.1 MWh", "94,501元", "92 kWh"])
def test_a_figure_without_a_record_is_marked(text):
    [piece] = marked(text, recorded_figures(package()))
    assert (piece.mark, piece.place) == ("unrecorded", "")


def test_the_pieces_add_up_to_the_text():
    text = "节电 12.6万 kWh，另估 50 t；2025年完成。\n<b>99%</b>"
    pieces = marked(text, recorded_figures(package()))
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.mark == "unrecorded"] == ["50 t", "99%"]


def test_every_free_text_is_asked():
    texts = {"summary": "省 77 t", "intangible": "培训 40 h"}
    assert unrecorded(package(**texts)) == [("summary", "77 t"), ("intangible", "40 h")]
    assert unrecorded(package()) == []


def test_units_of_packages_are_read():
    assert measure_of("kWh/t").kind == "electricity/mass"
    assert measure_of("万元").factor == 10_000
    assert measure_of("kWh/batch").kind == "electricity/batch"
    assert measure_of("furlong") is None
