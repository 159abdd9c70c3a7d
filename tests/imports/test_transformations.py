"""Named readings understand what people write."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from cp_circles.imports.reading import joined_headings, place_of
from cp_circles.imports.transformations import Unreadable, read_code, read_date, read_number, read_year
from cp_circles.rulesets.schema.mapping import CodeReading, DateReading, NumberReading, Suffix, YearReading

WAN = NumberReading(
    read="number",
    columns=("x",),
    scale=Decimal(10000),
    suffixes=(Suffix(word="万元", times=10000), Suffix(word="元", times=1)),
)
DAY = DateReading(read="date", columns=("x",))


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        (3.1, "31000"),
        ("3.1", "31000"),
        ("１２．５", "125000"),
        ("1,234.5", "12345000"),
        ("1，234", "12340000"),
        ("3万元", "30000"),
        ("8600元", "8600"),
        ("8600 元", "8600"),
        ("(2.5)", "-25000"),
        ("-0.01", "-100"),
        ("−2", "-20000"),
        (0, "0"),
        (0.1 + 0.2, None),
    ],
)
def test_money_in_wan_is_exact(cell, amount):
    if amount is None:
        with pytest.raises(Unreadable):
            read_number(WAN, cell)
    else:
        assert read_number(WAN, cell) == Decimal(amount)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026/3/1", date(2026, 3, 1)),
        ("2026.3.1", date(2026, 3, 1)),
        ("2026年3月1日", date(2026, 3, 1)),
        ("２０２６年３月１号", date(2026, 3, 1)),
        ("20260301", date(2026, 3, 1)),
        ("2026年3月", date(2026, 3, 1)),
        ("2026-03-01 08:30:00", date(2026, 3, 1)),
        (46082, date(2026, 3, 1)),
        (46082.75, date(2026, 3, 1)),
        ("46082", date(2026, 3, 1)),
        (datetime(2026, 3, 1, 8, 30), date(2026, 3, 1)),  # noqa: DTZ001
        (date(2026, 3, 1), date(2026, 3, 1)),
    ],
)
def test_dates_as_people_and_excel_write_them(cell, day):
    assert read_date(DAY, cell) == day


def test_a_month_may_stand_for_its_last_day():
    assert read_date(DAY.model_copy(update={"end_of_month": True}), "2024年2月") == date(2024, 2, 29)


BAD_DATES = [
    "2026-02-30", "2026-13-01", "2026-00-10", "3月1日", "26-3-1", "soon", "2026", "1-2-3-4", "99999999",
    "1899-12-30", "2500-01-01", "2026年", 0, -5, 60, 9_999_999, True, "#N/A", "待定",
]  # fmt: skip


@pytest.mark.parametrize("cell", BAD_DATES, ids=str)
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(Unreadable):
        read_date(DAY, cell)


@pytest.mark.parametrize("cell", ["2024", 2024, 2024.0, "2024.0", "2024年", "FY2024", "ＦＹ２０２４"])
def test_years(cell):
    assert read_year(YearReading(read="year", columns=("x",)), cell) == 2024


def test_codes_are_looked_up_and_others_refused_or_given_a_meaning():
    reading = CodeReading(read="code", columns=("x",), table={"1": "one"})
    assert read_code(reading, 1.0) == "one"
    with pytest.raises(Unreadable):
        read_code(reading, "2")
    assert read_code(reading.model_copy(update={"unknown": "other"}), "2") == "other"


def test_merged_headings_are_joined():
    rows = [
        ["序号", "企业名称", "起止时间", None, "年节约量", None, "投资（万元）"],
        [None, None, "开始", "结束", "电量（万千瓦时）", "水量（立方米）", None],
    ]
    headings = joined_headings(rows)
    assert headings == (
        "序号",
        "企业名称",
        "起止时间/开始",
        "起止时间/结束",
        "年节约量/电量(万千瓦时)",
        "年节约量/水量(立方米)",
        "投资(万元)",
    )
    assert place_of(["起止时间/结束"], headings) == 3
    assert place_of(["开始"], headings) == 2
    assert place_of(["完成日期", "投资（万元）"], headings) == 6
    assert place_of(["产量"], headings) is None
