"""Numbers, money, quantities and times as readers of both languages see them."""

import enum
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from flask_babel import force_locale

from cp_circles.people.models import Role
from cp_circles.web import formats
from cp_circles.web.i18n import enum_label, register_labels, translate, translate_for


@pytest.fixture(autouse=True)
def request_of(app):
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Decimal("1234567.891"), 2, "1,234,567.89"),
        (Decimal("0.125"), 2, "0.13"),
        (Decimal("-0.125"), 2, "-0.13"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("1200.500"), None, "1,200.5"),
        (Decimal(0), None, "0"),
        (1000, None, "1,000"),
        (Fraction(1, 3), 3, "0.333"),
        (None, 2, "–"),
    ],
)
def test_numbers_are_rounded_half_up(value, places, shown):
    assert formats.number(value, places) == shown


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        (Decimal("9999.99"), "9,999.99 元", "CNY 9,999.99"),
        (Decimal("10000"), "1.00 万元", "CNY 10,000.00"),
        (Decimal("-123456.78"), "-12.35 万元", "CNY -123,456.78"),
        (None, "–", "–"),
    ],
)
def test_money_is_shown_in_ten_thousands_to_readers_of_chinese(amount, chinese, english):
    assert formats.yuan(amount) == chinese
    with force_locale("en"):
        assert formats.yuan(amount) == english


@pytest.mark.parametrize(
    ("amount", "unit", "chinese", "english"),
    [
        (Decimal("999"), "kgce", "999 kgce", "999 kgce"),
        (Decimal("1229"), "kgce", "1.229 吨标准煤", "1.229 tce"),
        (Decimal("5703"), "kgCO2e", "5.703 吨二氧化碳当量", "5.703 t CO2e"),
        (Decimal("10000"), "kWh", "10,000 kWh", "10,000 kWh"),
        (Decimal("3"), "桶", "3 桶", "3 桶"),
    ],
)
def test_quantities_carry_their_unit(amount, unit, chinese, english):
    assert formats.quantity(amount, unit) == chinese
    with force_locale("en"):
        assert formats.quantity(amount, unit) == english


def test_times_are_shown_in_the_governing_zone():
    moment = datetime(2026, 9, 17, 17, 30, tzinfo=UTC)
    assert formats.datetime_text(moment) == "2026年9月18日 01:30"
    assert formats.date_text(moment) == "2026年9月18日"
    assert formats.month_text(date(2026, 9, 1)) == "2026年9月"
    with force_locale("en"):
        assert formats.datetime_text(moment) == "18 Sep 2026 01:30"


def test_shares_are_shown_as_percentages():
    assert (formats.percent(Decimal("0.12345")), formats.percent(None)) == ("12.3%", "–")


def test_enum_members_are_named_by_their_value_or_as_registered():
    class Kind(enum.Enum):
        """A kind."""

        OWN = "own"

    register_labels({Kind.OWN: "process owner"})
    assert enum_label(Role.PROCESS_OWNER) == "工序负责人"
    assert enum_label(Kind.OWN) == "工序负责人"
    assert enum_label(None) == ""


def test_stored_messages_are_set_in_the_readers_language():
    message = "This must be at least %(least)s."
    assert translate(message, {"least": 3}) == "不能小于 3。"
    assert translate_for("en", message, {"least": 3}) == "This must be at least 3."
    assert translate(message, {"other": 3}) == "不能小于 …。"
    assert translate("100% sure") == "100% sure"
    assert translate_for("nonsense", message, {"least": 1}) == "不能小于 1。"


def test_days_in_stored_messages_are_written_as_the_reader_writes_them():
    message = "since %(day)s"
    assert translate_for("en", message, {"day": "2026-09-18"}) == "since 18 Sep 2026"
    assert translate_for("zh_Hans", message, {"day": date(2026, 9, 18)}) == "自 2026年9月18日 起执行"
    assert translate_for("en", message, {"day": "2026-99-99"}) == "since 2026-99-99"


def test_stored_dates_are_shown_as_the_reader_writes_them():
    assert formats.date_text("2026-09-18") == "2026年9月18日"
    assert formats.date_text("2026-09-17T17:30:00+00:00") == "2026年9月18日"
    assert (formats.date_text("–"), formats.date_text(""), formats.date_text("上周")) == ("–", "–", "上周")


def test_a_month_is_written_as_the_reader_does_and_other_periods_stay():
    assert (formats.period_text("2026-02"), formats.period_text("2026-02", False)) == ("2026年2月", "2月")
    with force_locale("en"):
        assert (formats.period_text("2026-02"), formats.period_text("2026-02", False)) == ("Feb 2026", "Feb")
    assert formats.period_text("2026-02-01/15") == "2026-02-01/15" and formats.period_text("<=1") == "<=1"
