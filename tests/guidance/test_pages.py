"""The desk through its pages: filled in, shown, filtered, exported and refused."""

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from PIL import Image

from cp_circles.circles.models import Circle, CircleState
from cp_circles.guidance.models import Appraisal, Finding, Occasion, SignalLook, Training, Visit
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW


@pytest.fixture
def desk(make: Any, client: Any) -> Any:
    """A company whose department is signed in, with a circle and the shipped sheets."""
    make.rulesets()
    company = make.company()
    person = make.employed(company)
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    circle = make.circle(company)
    client.enter(person)
    client.company, client.circle = company.id, circle.id
    client.root = f"/guidance/companies/{company.id}"
    return client


def png() -> io.BytesIO:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "green").save(out, "PNG")
    out.seek(0)
    return out


def test_the_way_in_leads_to_the_board(desk):
    assert desk.get("/guidance").location.endswith(desk.root)
    for tab in ("rates", "approvals", "signals", "thresholds"):
        assert desk.get(f"{desk.root}/{tab}").status_code == 200


def test_a_company_without_circles_is_told_so_instead_of_that_all_is_well(desk, session):
    assert "各小组活动正常" in desk.get(desk.root).get_data(as_text=True)
    session.get(Circle, desk.circle).state = CircleState.DRAFT
    session.flush()
    for page in (desk.root, f"{desk.root}/new-year"):
        assert "还没有小组" in desk.get(page).get_data(as_text=True)


def test_an_empty_list_says_what_fills_it(desk):
    for kind, told in (("visits", "请登记每次指导"), ("findings", "检查中发现的问题会列在这里")):
        assert told in desk.get(f"{desk.root}/records/{kind}").get_data(as_text=True)


def test_a_visit_is_written_listed_filtered_exported_and_reported(desk, session, make):
    data = {
        "circle_id": str(desk.circle),
        "held_on": "2026-09-10",
        "advice": "=按班次分层",
        "follow_up": "补充夜班数据",
        "due_on": "2026-09-12",
    }
    assert desk.send(f"{desk.root}/records/visits", data | {"advice": ""}).status_code == 422
    answer = desk.send(f"{desk.root}/records/visits", data)
    assert answer.status_code == 303
    visit = session.scalars(sa.select(Visit)).one()
    shown = desk.get(answer.location).text
    assert "补充夜班数据" in shown
    listed = desk.get(f"{desk.root}/records/visits?state=overdue&circle={desk.circle}&sort=-circle").text
    assert "按班次分层" in listed
    assert "按班次分层" not in desk.get(f"{desk.root}/records/visits?state=done").text
    assert "按班次分层" not in desk.get(f"{desk.root}/records/visits?since=2026-09-11").text
    text = desk.get(f"{desk.root}/records/visits.csv?q=班次").get_data().decode("utf-8-sig")
    assert "'=按班次分层" in text
    assert len(text.splitlines()) == 2
    book = openpyxl.load_workbook(io.BytesIO(desk.get(f"{desk.root}/records/visits.xlsx").get_data()))
    assert book.active.max_row == 2
    edited = data | {"advice": "改为按机台分层", "version": "1"}
    assert desk.send(f"{desk.root}/records/visits/{visit.id}", edited).status_code == 303
    assert desk.send(f"{desk.root}/records/visits/{visit.id}", edited).status_code == 409
    assert desk.send(f"/guidance/visits/{visit.id}/report", {"reason": "已补充"}).status_code == 303
    session.expire_all()
    assert session.scalars(sa.select(Visit)).one().done_on == date(2026, 9, 18)


def test_training_is_written_with_its_people(desk, session, make):
    person = make.employed(make.session.get(type(make.company()), desk.company))
    data = {"course": "计量基础", "held_on": "2026-09-01", "hours": "2", "trainer": "示例讲师"}
    assert desk.send(f"{desk.root}/records/trainings", data).status_code == 422
    data[f"person-{person.id}"] = "passed"
    assert desk.send(f"{desk.root}/records/trainings", data).status_code == 303
    training = session.scalars(sa.select(Training)).one()
    assert [row.person_id for row in training.attendees] == [person.id]
    assert desk.get(f"{desk.root}/records/trainings/{training.id}/edit").status_code == 200
    for kind in ("trainings", "hours"):
        assert "计量基础" in desk.get(f"{desk.root}/records/{kind}").text


def test_a_finding_is_written_and_closed_by_the_circle(desk, session, make):
    form = desk.get(f"{desk.root}/records/inspections/new").text
    assert "表计" in form
    data = {"circle_id": str(desk.circle), "held_on": "2026-09-10", "verdict-meters": "finding"}
    assert desk.send(f"{desk.root}/records/inspections", data).status_code == 422
    data |= {"text-meters": "表计超期", "due-meters": "2026-09-15"}
    assert desk.send(f"{desk.root}/records/inspections", data).status_code == 303
    finding = session.scalars(sa.select(Finding)).one()
    assert "表计超期" in desk.get(f"{desk.root}/records/findings?state=overdue").text
    assert desk.get(f"{desk.root}/records/inspections/{finding.inspection_id}").status_code == 200
    leader = finding.inspection.circle.leader.person
    desk.enter(leader)
    page = f"/guidance/circles/{desk.circle}"
    assert "表计超期" in desk.get(page).text
    url = f"/guidance/findings/{finding.id}/close"
    assert desk.send(url, {"reason": "已送检"}).status_code == 422
    sent = {"reason": "已送检", "file": (png(), "证书.png")}
    assert desk.send(url, sent, content_type="multipart/form-data").status_code == 303
    answer = desk.get(f"/guidance/findings/{finding.id}/file")
    assert answer.get_data().startswith(b"\x89PNG")
    answer.close()
    assert desk.get(desk.root).status_code == 404


def test_points_are_given_by_month(desk, session):
    month = f"{desk.root}/appraisals/2026-09"
    assert desk.get(f"{desk.root}/appraisals/2027-01").status_code == 404
    assert desk.get(month).status_code == 200
    url = f"{month}/{desk.circle}"
    assert desk.send(url, {"points-activity": "x"}).status_code == 422
    names = ("activity", "attendance", "records", "progress", "data", "safety")
    assert desk.send(url, {f"points-{name}": "11" for name in names}).status_code == 422
    assert desk.send(url, {f"points-{name}": "8.5" for name in names}).status_code == 303
    assert session.scalars(sa.select(Appraisal)).one().total == 51
    assert "51" in desk.get(month).text
    assert "8.5" in desk.get(url).text


def test_the_calendar_takes_entries_of_the_department(desk, session, make):
    data = {"kind": "publication_day", "title": "成果发布日", "starts_on": "2026-11-20"}
    assert desk.send(f"{desk.root}/records/occasions", data | {"ends_on": "2026-11-01"}).status_code == 422
    assert desk.send(f"{desk.root}/records/occasions", data).status_code == 303
    assert "成果发布日" in desk.get(f"{desk.root}/records/occasions").text
    facilitator = make.employed(make.session.get(type(make.company()), desk.company))
    make.grant(
        facilitator, Role.FACILITATOR, ScopeKind.COMPANY, session.scalars(sa.select(Occasion)).one().company
    )
    desk.enter(facilitator)
    assert desk.send(f"{desk.root}/records/occasions", data).status_code == 403
    assert desk.get(f"{desk.root}/records/visits/new").status_code == 200


def test_what_is_ticked_is_approved_with_a_result_each(desk, session, make):
    company = make.session.get(type(make.company()), desk.company)
    good, bad = make.circle(company, state="submitted"), make.circle(company, state="submitted", members=1)
    keys = {"items": [f"circle-{good.id}", f"circle-{bad.id}"]}
    assert desk.send(f"{desk.root}/approvals", {}).status_code == 422
    desk.send(f"{desk.root}/approvals", keys)
    session.expire_all()
    assert good.state is CircleState.SUBMITTED
    answer = desk.send(f"{desk.root}/approvals", keys | {"keep_others": "y"})
    assert answer.status_code == 200
    session.expire_all()
    assert (good.state, bad.state) == (CircleState.REGISTERED, CircleState.SUBMITTED)


def test_a_signal_is_looked_at_and_a_circle_reminded(desk, session, make):
    company = make.session.get(type(make.company()), desk.company)
    project = make.project(make.circle(company), registered_at=NOW - timedelta(days=60))
    project.indicators[0].actual = project.indicators[0].target
    assert project.title in desk.get(f"{desk.root}/signals?signal=exact").text
    url = f"/guidance/projects/{project.id}/signals/exact"
    assert desk.send(url, {"reason": ""}).status_code == 422
    assert desk.send(url, {"reason": "已核对"}).status_code == 303
    assert session.scalars(sa.select(SignalLook)).one().note == "已核对"
    assert project.title not in desk.get(f"{desk.root}/signals").text
    assert "已核对" in desk.get(f"{desk.root}/signals?all=y").text
    assert desk.send(f"/guidance/circles/{desk.circle}/remind").status_code == 303
    assert desk.send(f"/guidance/circles/{desk.circle}/remind").status_code == 409


def test_thresholds_are_saved_and_refused(desk):
    days = {"quiet_days": "20", "late_days": "3", "claim_days": "5", "returned_days": "5", "version": "0"}
    assert desk.send(f"{desk.root}/thresholds", days | {"quiet_days": "0"}).status_code == 422
    assert desk.send(f"{desk.root}/thresholds", days).status_code == 303
    assert 'value="20"' in desk.get(f"{desk.root}/thresholds").text
    assert desk.send(f"{desk.root}/thresholds", days).status_code == 409
