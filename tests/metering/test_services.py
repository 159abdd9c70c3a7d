"""Readings: stored once, refused with the field, imported whole or not at all."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from cp_circles.errors import Invalid, NotAllowed, NotFound
from cp_circles.metering import queries, services
from cp_circles.metering.sheets import sheets_of_file
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW

JANUARY = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 31)}


@pytest.fixture
def keeper(make):
    """A metering verifier with a company's meter."""
    meter = make.meter()
    return make.holder(Role.METERING, ScopeKind.COMPANY, meter.company), meter


def record(session, actor, meter, **facts):
    """Record a reading of January."""
    facts = {**JANUARY, "quantity": Decimal(100), "now": NOW, **facts}
    return services.record_reading(session, actor=actor, meter=meter, **facts)


def test_record_reading_stores_the_same_sending_once(session, keeper):
    actor, meter = keeper
    first = record(session, actor, meter, send_key="k1")
    assert record(session, actor, meter, send_key="k1").id == first.id
    assert len(queries.readings_of(session, meter)) == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"starts_on": date(2026, 2, 1)}, "ends_on"),
        ({"starts_on": date(1, 1, 1)}, "starts_on"),
        ({"ends_on": date(9999, 12, 31)}, "ends_on"),
        ({"starts_on": date(2027, 2, 1), "ends_on": date(2027, 2, 28)}, "starts_on"),
        ({"quantity": Decimal(-1)}, "quantity"),
        ({"quantity": Decimal("0.0000001")}, "quantity"),
        ({"quantity": Decimal(10) ** 12}, "quantity"),
    ],
)
def test_record_reading_names_the_field_it_refuses(session, keeper, facts, field):
    actor, meter = keeper
    with pytest.raises(Invalid) as refusal:
        record(session, actor, meter, **facts)
    assert refusal.value.field == field
    assert queries.readings_of(session, meter) == []


def test_a_second_reading_of_the_same_days_is_refused(session, keeper):
    actor, meter = keeper
    record(session, actor, meter)
    with pytest.raises(services.OverlapsReading):
        record(session, actor, meter, starts_on=date(2026, 1, 15), ends_on=date(2026, 2, 14))
    assert len(queries.readings_of(session, meter)) == 1


def test_people_of_another_company_have_no_such_meter(session, make, keeper):
    stranger = make.holder(Role.METERING, ScopeKind.COMPANY, make.company())
    with pytest.raises(NotFound):
        record(session, stranger, keeper[1])


def test_a_member_reads_meters_but_does_not_keep_the_list(session, make):
    circle = make.circle()
    member = make.actor(circle.members[1].person)
    meter = make.meter(circle.company)
    assert record(session, member, meter).quantity == Decimal(100)
    with pytest.raises(NotAllowed):
        services.add_meter(
            session,
            actor=member,
            company=circle.company,
            name="新表",
            boundary="",
            indicator="ELEC",
            unit="kWh",
            now=NOW,
        )


def workbook(rows):
    """The rows as an Excel file."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "电表"
    for row in [["表计", "开始", "结束", "读数", "备注"], *rows]:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def bring_in(session, actor, meter, content, good_rows_only=False):
    """Import a file."""
    sheets = sheets_of_file(content)
    return services.import_readings(
        session, actor=actor, company=meter.company, sheets=sheets, good_rows_only=good_rows_only, now=NOW
    )


def test_an_excel_file_is_stored_whole_and_again_without_doubles(session, keeper):
    actor, meter = keeper
    content = workbook(
        [
            [meter.name, "2026-01", None, 1234.5, ""],
            [meter.name, date(2026, 2, 1), "2026年2月28日", "1,300", ""],
        ]
    )
    assert bring_in(session, actor, meter, content).stored == 2
    again = bring_in(session, actor, meter, content)
    assert (again.stored, again.repeated, again.errors) == (0, 2, ())
    assert [row.quantity for row in queries.readings_of(session, meter)] == [Decimal(1300), Decimal("1234.5")]


def test_one_bad_row_keeps_the_whole_file_out_and_is_named(session, keeper):
    actor, meter = keeper
    content = f"meter,from,to,quantity\n{meter.name},2026-01,,5\n{meter.name},2026-13,,5\n无此表,2026-03,,5\n{meter.name},2026-04,,abc\n".encode()
    report = bring_in(session, actor, meter, content)
    assert [(error.row, error.column) for error in report.errors] == [
        (3, "from"),
        (4, "meter"),
        (5, "quantity"),
    ]
    assert report.stored == 0 and queries.readings_of(session, meter) == []

    chosen = bring_in(session, actor, meter, content, good_rows_only=True)
    assert chosen.stored == 1 and len(queries.readings_of(session, meter)) == 1


def test_gb18030_and_semicolons_are_read(session, keeper):
    actor, meter = keeper
    content = f"表计;开始;结束;读数\n{meter.name};2026/1/1;2026/1/31;12\n".encode("gb18030")
    assert bring_in(session, actor, meter, content).stored == 1


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04broken", b"a,b\n1,2\n", b"meter,from,quantity\n"]
)
def test_what_is_no_file_of_readings_is_refused(session, keeper, content):
    with pytest.raises(Invalid) as refusal:
        bring_in(session, *keeper, content)
    assert refusal.value.field == "file"


def test_a_zip_bomb_is_refused_before_it_is_read():
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"<row/>" * 20_000_000)
    with pytest.raises(Invalid) as refusal:
        sheets_of_file(stream.getvalue())
    assert "unpacked" in refusal.value.msgid
