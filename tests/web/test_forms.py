"""Fields keep numbers exact, say what would be right, and keep what was typed."""

from datetime import date
from decimal import Decimal

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import StringField, TextAreaField

from cp_circles.errors import Invalid, Stale
from cp_circles.web.fields import DecimalText, LocalDate, PersonChoice, read_decimal
from cp_circles.web.forms import BaseForm, Needed, ReasonForm, VersionForm
from cp_circles.web.uploads import read_upload, read_uploads
from cp_circles.web.versions import differences, show_stale


class ReadingForm(BaseForm):
    """A value, a day, a person."""

    value = DecimalText("Value", [Needed()], places=2, least=0, most=1000)
    on = LocalDate("Day", [Needed()])
    person = PersonChoice("Person")


class NoteForm(VersionForm):
    """A text that two people may edit."""

    title = StringField("Title")
    text = TextAreaField("Text")


@pytest.fixture(autouse=True)
def request_of(app):
    with app.test_request_context("/", method="POST"):
        yield


def reading(**typed):
    form = ReadingForm(MultiDict(typed))
    form.person.offer([type("P", (), {"id": 3, "name": "丙"})], blank="–")
    form.validate()
    return form


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.50"),
        ("１２３４．５", "1234.5"),
        (" 12 345 ", "12345"),
        ("１，２３４", "1234"),
        ("−3", "-3"),
        ("0.1", "0.1"),
    ],
)
def test_numbers_are_read_exactly(typed, value):
    assert str(read_decimal(typed)) == value


@pytest.mark.parametrize("typed", ["", "abc", "1.2.3", "NaN", "Infinity", "1e", "十二"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError):
        read_decimal(typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("abc", "1234.5"),
        ("1.234", "2 位小数"),
        ("-1", "不能小于 0"),
        ("1000.01", "不能大于 1000"),
        ("", "请填写"),
        ("9" * 30, "太大"),
    ],
)
def test_a_wrong_number_keeps_its_text_and_says_what_is_right(typed, words):
    form = reading(value=typed, on="2026-09-18", person="3")
    assert [words in str(error) for error in form.value.errors] == [True]
    assert f'value="{typed}"' in form.value()


@pytest.mark.parametrize(
    "typed", ["2026-09-18", "2026/9/18", "2026.9.18", "2026年9月18日", "２０２６－９－１８"]
)
def test_dates_are_read_in_the_ways_people_write_them(typed):
    form = reading(value="5", on=typed, person="3")
    assert (form.on.data, form.errors) == (date(2026, 9, 18), {})
    assert form.value.data == Decimal(5)
    assert form.person.data == 3


@pytest.mark.parametrize("typed", ["18.9.2026", "2026-13-01", "2026-02-30", "soon", "2026-09"])
def test_a_wrong_date_says_what_is_right(typed):
    form = reading(value="5", on=typed, person="3")
    assert ["2026-09-18" in str(error) for error in form.on.errors] == [True]


def test_nobody_outside_the_list_can_be_chosen():
    form = reading(value="5", on="2026-09-18", person="4")
    assert set(form.errors) == {"person"}
    assert reading(value="5", on="2026-09-18", person="").person.data is None


def test_a_refusal_of_a_service_stands_beside_its_field_or_above_the_form():
    form = ReasonForm(MultiDict({"reason": "x"}))
    form.validate()
    form.fill_from(Invalid("At most %(most)s files can be sent at once.", field="reason", most=3))
    form.fill_from(Invalid("This value cannot be used."))
    assert form.reason.errors == ["一次最多发送 3 个文件。"]
    assert form.form_errors == ["这个值不能使用。"]


def test_a_reason_is_asked_for():
    form = ReasonForm(MultiDict({"reason": "  "}))
    assert not form.validate()
    assert "请写明理由" in str(form.reason.errors[0])


def test_a_stale_save_shows_both_texts_and_goes_on_from_the_stored_version():
    form = NoteForm(MultiDict({"version": "3", "title": "同", "text": "我的文字"}))
    form.validate()
    stale = Stale(current={"version": 4, "title": "同", "text": "别人的文字"})
    assert [(each.name, each.stored, each.typed) for each in differences(form, stale.current)] == [
        ("text", "别人的文字", "我的文字")
    ]
    answer = show_stale(form, stale, action="/trial", back_url="/back")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "别人的文字" in page and "我的文字" in page
    assert 'name="version" value="4"' in page


def test_a_tampered_version_is_always_stale():
    assert NoteForm(MultiDict({"version": "x"})).base_version == 0
    assert NoteForm(MultiDict({"version": "7"})).base_version == 7


def upload(content, name="表.xlsx"):
    from io import BytesIO

    return FileStorage(BytesIO(content), filename=name)


def test_an_upload_is_read_within_its_limit():
    found = read_upload(upload(b"abc", "C:\\photos\\..\\表\x00.xlsx"))
    assert (found.name, found.content) == ("表.xlsx", b"abc")


@pytest.mark.parametrize(
    ("storage", "words"),
    [
        (None, "choose"),
        (upload(b"abc", ""), "choose"),
        (upload(b""), "empty"),
        (upload(b"x" * 1_000_001), "larger"),
    ],
)
def test_a_bad_upload_is_refused_with_its_reason(storage, words):
    with pytest.raises(Invalid) as refusal:
        read_upload(storage, field="photo", largest_mb=1)
    assert words in refusal.value.msgid
    assert refusal.value.field == "photo"


def test_too_many_files_are_refused():
    with pytest.raises(Invalid):
        read_uploads([upload(b"x")] * 3, most=2)


@pytest.mark.parametrize("year", ["0001", "1899", "2200", "9999"])
def test_a_year_that_cannot_be_right_is_refused_and_kept(year):
    form = reading(value="1", on=f"{year}-12-31", person="3")
    assert not form.validate() and form.on.errors == ["年份不对，请检查日期。"]
    assert form.on._value() == f"{year}-12-31"
