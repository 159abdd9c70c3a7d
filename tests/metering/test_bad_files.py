"""Fifty and more kinds of bad rows: each is named by row and column, and nothing of its file is stored."""

from datetime import date
from decimal import Decimal

import pytest

from cp_circles.errors import Invalid
from cp_circles.metering import queries, services
from cp_circles.metering.layouts import Layout, headings_hash, headings_of
from cp_circles.metering.sheets import sheets_of_file
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW

LONG = "表计,开始,结束,读数,单位,备注"
BAD_LONG = [
    (",2025-01,,5,,", "meter"),
    ("-,2025-01,,5,,", "meter"),
    ("无此表,2025-01,,5,,", "meter"),
    ("旧表,2025-01,,5,,", "meter"),
    ("甲 表 二,2025-01,,5,,", "meter"),
    ("甲表,,,5,,", "from"),
    ("甲表,—,—,5,,", "from"),
    ("甲表,2025-13,,5,,", "from"),
    ("甲表,2025-00,,5,,", "from"),
    ("甲表,2025-02-30,,5,,", "from"),
    ("甲表,2025年2月30日,,5,,", "from"),
    ("甲表,20250230,,5,,", "from"),
    ("甲表,202513,,5,,", "from"),
    ("甲表,1/2/2025,,5,,", "from"),
    ("甲表,25-01-01,,5,,", "from"),
    ("甲表,昨天,,5,,", "from"),
    ("甲表,2025-01-01-02,,5,,", "from"),
    ("甲表,2025年,2025-13,5,,", "to"),
    ("甲表,1066-01,,5,,", "from"),
    ("甲表,9999-01,,5,,", "from"),
    ("甲表,2025-01-01,1999-99-99,5,,", "to"),
    ("甲表,2025-02-01,2025-01-31,5,,", "to"),
    ("甲表,2027-01,,5,,", "to"),
    ("甲表,9,,5,,", "from"),
    ("甲表,12345678901,,5,,", "from"),
    ("甲表,2025-01,,,,", "读数"),
    ("甲表,2025-01,,无,,", "读数"),
    ("甲表,2025-01,,--,,", "读数"),
    ("甲表,2025-01,,abc,,", "读数"),
    ("甲表,2025-01,,12kWh,,", "读数"),
    ("甲表,2025-01,,约12,,", "读数"),
    ("甲表,2025-01,,1.2.3,,", "读数"),
    ('甲表,2025-01,,"1,23",,', "读数"),
    ('甲表,2025-01,,"1,2345",,', "读数"),
    ('甲表,2025-01,,"12.345,6",,', "读数"),
    ("甲表,2025-01,,1_000,,", "读数"),
    ("甲表,2025-01,,=1+1,,", "读数"),
    ("甲表,2025-01,,#REF!,,", "读数"),
    ("甲表,2025-01,,NaN,,", "读数"),
    ("甲表,2025-01,,inf,,", "读数"),
    ("甲表,2025-01,,-Infinity,,", "读数"),
    ("甲表,2025-01,,sNaN,,", "读数"),
    ("甲表,2025-01,,-5,,", "读数"),
    ("甲表,2025-01,,－5,,", "读数"),
    ("甲表,2025-01,,1000000000000,,", "读数"),
    ("甲表,2025-01,,1e300,,", "读数"),
    ("甲表,2025-01,,999999亿,,", "读数"),
    ("甲表,2025-01,,0.0000001,,", "读数"),
    ("甲表,2025-01,,5,t,", "unit"),
    ("甲表,2025-01,,5,m3,", "unit"),
    ("甲表,2025-01,,5,匹,", "unit"),
    ("甲表,2025-01,,999999999,万kWh,", "读数"),
    (f"甲表,2025-01,,5,,{'长' * 501}", "note"),
    ("甲表,2024-06,,5,,", "from"),
    ("甲表,2024-05-15,2024-06-14,5,,", "from"),
]


@pytest.fixture
def company(make):
    """A company with a meter that has a reading of the first half-year of 2024, and one out of use."""
    company = make.company()
    meter = make.meter(company, name="甲表")
    make.reading(meter, date(2024, 1, 1), date(2024, 6, 30), 5)
    make.meter(company, name="旧表", active=False)
    make.meter(company, name="乙表", indicator="WATER", unit="m3")
    make.actor_of = make.holder(Role.METERING, ScopeKind.COMPANY, company)
    return company


def bring_in(session, make, company, text, **facts):
    """Import a CSV."""
    return services.import_readings(
        session,
        actor=make.actor_of,
        company=company,
        sheets=sheets_of_file(text.encode()),
        good_rows_only=False,
        now=NOW,
        **facts,
    )


def stored(session, company, name):
    """(first day, quantity) of a meter's readings, in order."""
    meter = queries.meter_named(session, company.id, name)
    return [(row.starts_on, row.quantity) for row in reversed(queries.readings_of(session, meter))]


def test_there_are_at_least_fifty_kinds():
    assert len({row for row, _ in BAD_LONG}) >= 50


@pytest.mark.parametrize(("row", "column"), BAD_LONG)
def test_a_bad_row_is_named_and_keeps_the_file_out(session, make, company, row, column):
    report = bring_in(session, make, company, f"{LONG}\n甲表,2025-03,,7,,\n{row}\n")
    assert [(error.row, error.column) for error in report.errors] == [(3, column)]
    assert report.stored == 0 and len(stored(session, company, "甲表")) == 1


@pytest.mark.parametrize("second", ["2025-01,", "2025-01-31,2025-02-10"])
def test_the_same_days_twice_in_a_file_are_refused_with_the_other_row(session, make, company, second):
    report = bring_in(session, make, company, f"{LONG}\n甲表,2025-01,,7,,\n甲表,{second},8,,\n")
    (error,) = report.errors
    assert (error.row, error.values) == (3, {"row": 2}) and report.stored == 0


def test_months_as_columns_with_units_and_a_total(session, make, company):
    text = "2025年汇总,,,\n表计,单位,2025年1月,2025年2月\n甲表,万kWh,1.2,１.3\n乙表,,30,\n合计,,31.2,1.3\n"
    report = bring_in(session, make, company, text)
    assert (report.read, report.stored, report.errors) == (3, 3, ())
    assert [quantity for _, quantity in stored(session, company, "甲表")] == [5, 12_000, 13_000]
    assert [(one.given, one.factor, count) for one, count in report.conversions] == [("万kWh", 10_000, 2)]


def test_meters_as_columns_with_a_unit_in_the_heading(session, make, company):
    text = "月份,甲表(MWh),乙表（m3）\n2025年1月,1.5,30\n2025年2月,,31\n"
    assert bring_in(session, make, company, text).stored == 3
    assert stored(session, company, "甲表")[-1] == (date(2025, 1, 1), Decimal(1500))


def test_a_corrected_file_makes_no_doubles_and_corrects_only_when_told(session, make, company):
    first = f"{LONG}\n甲表,2025-01,,7,,\n甲表,2025-02,,8,,\n"
    bring_in(session, make, company, first)
    second = first.replace(",8,", ",9,") + "甲表,2025-03,,10,,\n"
    report = bring_in(session, make, company, second)
    assert (report.stored, report.repeated, report.left) == (1, 1, 1)
    report = bring_in(session, make, company, second, changed="correct", reason="补正文件")
    assert (report.stored, report.repeated, report.corrected) == (0, 2, 1)
    assert [quantity for _, quantity in stored(session, company, "甲表")] == [5, 7, 9, 10]


def test_a_kept_layout_is_used_for_the_next_file_with_the_same_headings(session, make, company):
    text = f"{LONG},去年\n甲表,2025-01,,7,,,6\n"
    sheets = sheets_of_file(text.encode())
    layout = Layout("long", 1, ("meter", "from", "to", "", "unit", "note", "quantity"))
    hashed = headings_hash(headings_of(sheets, layout))
    services.keep_layout(session, actor=make.actor_of, company=company, hashed=hashed, layout=layout, now=NOW)
    bring_in(session, make, company, text)
    assert stored(session, company, "甲表")[-1] == (date(2025, 1, 1), Decimal(6))


@pytest.mark.parametrize("text", ["甲,乙\n1,2\n", f"{LONG}\n", "表计,备注\n甲表,x\n"])
def test_a_file_without_columns_or_rows_is_refused_as_a_whole(session, make, company, text):
    with pytest.raises(Invalid) as refusal:
        bring_in(session, make, company, text)
    assert refusal.value.field == "file"
