"""Lists of departments and employees: read, previewed, stored once, and codes on paper."""

import io
from datetime import date

import openpyxl
import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import Invalid, NotFound
from cp_circles.metering.sheets import sheets_of_file
from cp_circles.organisations.models import Company, Department
from cp_circles.people.models import Draft, Employment, Person, Role, ScopeKind
from cp_circles.people.services import use_one_time_code
from cp_circles.workforce import services
from cp_circles.workforce.layouts import rows_of
from tests.conftest import NOW


def rows(text):
    return rows_of(sheets_of_file(text.encode()))


def plan(session, make, head, company, text):
    return services.plan_staff(session, actor=make.actor(head), company=company, rows=rows(text), now=NOW)


def store(session, make, head, company, text, **more):
    actor = make.actor(head)
    return services.store_staff(session, actor=actor, company=company, rows=rows(text), now=NOW, **more)


def people(session):
    return session.scalar(sa.select(sa.func.count(Person.id)))


LIST = """员工名单,,,,
姓名,工号,部门,手机,邮箱
张一,0101,涂装车间,13900000001,
李二,0102,包装车间,,li@example.com
合计,2,,,
"""


def test_a_list_is_stored_once_however_often_it_is_sent(session, make, head, company, worker):
    before = people(session)
    done = store(session, make, head, company, LIST)
    assert (done.read, len(done.new), done.departments) == (2, 2, ["包装车间"])
    assert people(session) == before + 2
    row = session.scalars(sa.select(Employment).where(Employment.employee_number == "0101")).one()
    assert (row.person.name, row.person.mobile) == ("张一", "13900000001")
    assert session.get(Department, row.department_id).name == "涂装车间"
    again = store(session, make, head, company, LIST)
    assert (len(again.new), len(again.changed), again.same, again.departments) == (0, 0, 2, [])
    assert people(session) == before + 2
    stored = sa.select(Event).where(Event.verb == "workforce.store_staff").order_by(Event.id)
    event = session.scalars(stored).first()
    assert event.after == {"new": 2, "changed": 0, "refused": 0, "departments": 1}


def test_excel_in_english_with_numbers_as_numbers(session, make, head, company):
    book = openpyxl.Workbook()
    book.active.append(["Full name", "Employee No.", "Dept", "Phone", "Start date"])
    book.active.append(["Ann", 101.0, "Paint", 13900000001, date(2024, 3, 1)])
    other = book.create_sheet("Departments")
    other.append(["Department"])
    other.append(["Packing"])
    out = io.BytesIO()
    book.save(out)
    found = rows_of(sheets_of_file(out.getvalue()))
    assert [(row.sheet, row.row, row.name, row.number, row.department) for row in found] == [
        ("Sheet", 2, "Ann", "101", "Paint"),
        ("Departments", 2, "", "", "Packing"),
    ]
    services.store_staff(session, actor=make.actor(head), company=company, rows=found, now=NOW)
    row = session.scalars(sa.select(Employment).where(Employment.employee_number == "101")).one()
    assert (row.person.mobile, row.started_on) == ("13900000001", date(2024, 3, 1))
    assert set(session.scalars(sa.select(Department.name))) == {"Paint", "Packing"}


def test_a_moved_department_and_a_new_mobile_are_shown_and_stored(session, make, head, company, worker):
    text = "姓名,工号,部门,手机\n工人乙,0042,包装车间,13900000009\n"
    seen = plan(session, make, head, company, text)
    assert seen.changed[0].changes == {
        "department": ("涂装车间", "包装车间"),
        "mobile": ("13800138000", "13900000009"),
    }
    assert worker.mobile == "13800138000"
    store(session, make, head, company, text)
    assert worker.mobile == "13900000009"
    event = session.scalars(sa.select(Event).where(Event.verb == "workforce.change_employee")).one()
    assert event.after["fields"] == ["department", "mobile"]
    assert "13900000009" not in str(event.after) + str(event.before)


@pytest.mark.parametrize(
    ("line", "column", "row"),
    [
        (",0201,,,", "name", 2),
        ("王三,0201,,138,", "mobile", 2),
        ("王三,0201,,,not-an-address", "email", 2),
        ("王三,0042,,,", "number", 2),
        ("王三,0201,,13800138000,", "number", 2),
        ("王三,0201,关掉的车间,,", "department", 2),
        ("王三,0201,,13911111111,", "mobile", 2),
        ("王三,0201,,,\n赵四,0201,,,", "number", 3),
        ("王三,,,,\n王三,,,,", "name", 2),
        ("工人乙,0042,,,\n工人乙,,,13800138000,", "name", 3),
        (f"{'王' * 81},0201,,,", "name", 2),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_stored(session, make, head, company, worker, line, column, row):
    make.department(company, "关掉的车间", active=False)
    make.person(mobile="13911111111")
    before = people(session)
    text = f"姓名,工号,部门,手机,邮箱\n{line}\n钱五,0300,,,\n"
    seen = plan(session, make, head, company, text)
    assert (seen.problems[0].column, seen.problems[0].row) == (column, row)
    with pytest.raises(Invalid) as refusal:
        store(session, make, head, company, text)
    assert refusal.value.field == "good_rows_only"
    assert people(session) == before
    store(session, make, head, company, text, good_rows_only=True)
    assert session.scalar(sa.select(Employment.id).where(Employment.employee_number == "0300"))


def test_a_day_that_is_none_is_refused(session, make, head, company):
    seen = plan(session, make, head, company, "姓名,入职日期\n王三,2026-13-40\n")
    assert [(one.column, one.row) for one in seen.problems] == [("started_on", 2)]


def test_every_unreadable_cell_of_a_row_is_named_at_once(session, make, head, company):
    seen = plan(session, make, head, company, "姓名,手机,邮箱,入职日期\n,139,nobody,2026-13-01\n")
    assert [one.column for one in seen.problems] == ["name", "mobile", "email", "started_on"]
    assert seen.refused == 1 and not seen.does_something


def test_a_colleague_noted_by_name_gets_the_number_of_the_list(session, make, head, company):
    noted = make.employed(company, make.person(name="周六"))
    done = store(session, make, head, company, "姓名,工号\n周六,0500\n")
    assert (len(done.new), len(done.changed)) == (0, 1)
    row = session.scalars(sa.select(Employment).where(Employment.person_id == noted.id)).one()
    assert row.employee_number == "0500"


def test_who_left_and_stands_in_the_list_works_here_again(session, make, head, company, worker):
    row = session.scalars(sa.select(Employment).where(Employment.person_id == worker.id)).one()
    row.ended_on = date(2026, 1, 31)
    session.flush()
    done = store(session, make, head, company, "姓名,工号\n工人乙,0042\n")
    assert done.changed[0].changes["ended_on"] == ("2026-01-31", "")
    assert row.ended_on is None


def test_an_account_that_serves_others_is_not_turned_over_by_a_list(session, make, head, company, worker):
    other = make.company()
    make.grant(worker, Role.FINANCE, ScopeKind.COMPANY, other)
    seen = plan(session, make, head, company, "姓名,工号,手机\n工人乙,0042,13900000009\n")
    assert seen.problems[0].column == "mobile"
    signer = make.employed(company, make.person(name="财务丙", email="f@example.com"), employee_number="7")
    make.grant(signer, Role.FINANCE, ScopeKind.COMPANY, company)
    seen = plan(session, make, head, company, "姓名,工号,邮箱\n财务丙,7,mine@example.com\n")
    assert seen.problems[0].column == "email"


def test_the_list_is_only_for_the_department(session, make, company, worker):
    with pytest.raises(NotFound):
        store(session, make, worker, company, LIST)
    assert session.scalar(sa.select(Event.id).where(Event.verb == "workforce.store_staff")) is None


@pytest.mark.parametrize("text", ["甲,乙\n1,2\n", "姓名,工号\n"])
def test_a_file_without_heading_or_rows_is_refused(text):
    with pytest.raises(Invalid):
        rows(text)


def test_a_plan_takes_as_many_statements_for_many_rows(session, make, head, company, count_statements):
    def text(count):
        return "姓名,工号,手机\n" + "".join(f"人{n},N{n},139{n:08d}\n" for n in range(count))

    actor, one, many, number = make.actor(head), rows(text(1)), rows(text(60)), company.id

    def plan_of(given):
        there = session.get(Company, number)
        services.plan_staff(session, actor=actor, company=there, rows=given, now=NOW)

    def measure(given):
        return count_statements(lambda: plan_of(given))

    assert measure(one) == measure(many)


def test_codes_on_paper_open_the_account_once(session, make, head, company, worker):
    row = session.scalars(sa.select(Employment).where(Employment.person_id == worker.id)).one()
    common = {"actor": make.actor(head), "company": company, "now": NOW}
    [(given, code)] = services.issue_codes(session, employment_ids=[row.id], **common)
    assert given is row
    use_one_time_code(session, person=worker, code=code, password="four green paper boats", now=NOW)
    with pytest.raises(Invalid):
        services.issue_codes(session, employment_ids=[row.id], **common)
    with pytest.raises(Invalid):
        services.issue_codes(session, employment_ids=[], **common)


def test_the_pages_lead_from_the_file_to_the_sheet_of_codes(session, make, client, head, company, worker):
    client.enter(head)
    base = f"/workforce/companies/{company.id}"
    assert client.get(f"{base}/staff-list").status_code == 200
    assert client.get(f"{base}/staff-list/preview").status_code == 303
    sent = {"file": (io.BytesIO(LIST.encode()), "名单.csv")}
    answer = client.send(f"{base}/staff-list", sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    shown = client.get(answer.location).text
    assert "张一" in shown and "包装车间" in shown
    assert client.send(f"{base}/staff-list/preview").status_code == 303
    assert session.scalar(sa.select(Draft.id)) is None
    row = session.scalars(sa.select(Employment).where(Employment.employee_number == "0101")).one()
    assert "张一" in client.get(f"{base}/codes").text
    paper = client.send(f"{base}/codes", {"people": row.id})
    assert paper.status_code == 200 and "13900000001" in paper.text


def test_the_page_refuses_a_file_that_is_none(client, head, company):
    client.enter(head)
    sent = {"file": (io.BytesIO("甲,乙\n1,2\n".encode()), "x.csv")}
    path = f"/workforce/companies/{company.id}/staff-list"
    answer = client.send(path, sent, content_type="multipart/form-data")
    assert answer.status_code == 422 and "姓名" in answer.text
