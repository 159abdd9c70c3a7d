"""The desk with many rows: people are found instead of listed, and every list comes page by page."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from cp_circles.circles.models import CircleState, CircleYear
from cp_circles.guidance.models import Training, Visit
from cp_circles.guidance.queries import MOST_SHOWN
from cp_circles.metering.models import Meter
from cp_circles.organisations.models import Company, Department
from cp_circles.people.models import Employment, Person, Role, ScopeKind
from cp_circles.projects.models import ProjectState

COURSE = {"course": "计量基础", "held_on": "2026-09-01", "hours": "2", "trainer": "示例讲师"}


@pytest.fixture
def desk(make: Any, client: Any, session: Any) -> Any:
    """A company whose department is signed in, with a circle and the shipped sheets."""
    make.rulesets()
    company = make.company()
    person = make.employed(company)
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    client.circle = make.circle(company)
    client.enter(person)
    client.company, client.root = company, f"/guidance/companies/{company.id}"
    return client


def staff(session: Any, company: Company, count: int, **values: Any) -> list[Person]:
    """People at work in the company, numbered."""
    people = [Person(name=f"示例工人{n:03d}", salt="x" * 16, created_at=NOW) for n in range(count)]
    session.add_all(people)
    session.flush()
    session.add_all(
        [
            Employment(person_id=one.id, company_id=company.id, employee_number=f"GH{n:03d}", **values)
            for n, one in enumerate(people)
        ]
    )
    session.flush()
    return people


NOW = datetime(2026, 9, 1, tzinfo=UTC)


def test_a_large_company_is_searched_by_name_number_circle_or_department(desk, session):
    hall = Department(company_id=desk.company.id, name="示例一车间")
    session.add(hall)
    session.flush()
    people = staff(session, desk.company, MOST_SHOWN + 5, department_id=hall.id)
    form = f"{desk.root}/records/trainings"
    assert "示例工人000" not in desk.get(f"{form}/new").text
    find = COURSE | {"find_people": "1"}
    by_name = desk.send(form, find | {"who": "工人007"}).text
    assert f'name="person-{people[7].id}"' in by_name
    assert f'name="person-{people[8].id}"' not in by_name
    assert 'value="计量基础"' in by_name
    assert f'name="person-{people[8].id}"' in desk.send(form, find | {"who": "gh008"}).text
    of_hall = desk.send(form, find | {"of_department": str(hall.id)}).text
    assert of_hall.count('name="person-') == MOST_SHOWN
    assert "可添加 65 人，列出 60 人" in of_hall
    leader = desk.circle.leader.person_id
    assert f'name="person-{leader}"' in desk.send(form, find | {"of_circle": str(desk.circle.id)}).text
    assert "没有其他人员符合" in desk.send(form, find | {"who": "无此人"}).text
    assert session.scalars(sa.select(Training)).all() == []


def test_those_chosen_stay_and_all_those_shown_are_added_at_once(desk, session):
    people = staff(session, desk.company, 3)
    form = f"{desk.root}/records/trainings"
    chosen = COURSE | {f"person-{people[2].id}": "passed", "who": "工人00", "take_all": "1"}
    page = desk.send(form, chosen).text
    assert page.count('<option value="no_test" selected>') == 2
    assert page.count('<option value="passed" selected>') == 1
    assert session.scalars(sa.select(Training)).all() == []


def test_the_form_tells_nobody_of_another_company(desk, session, make):
    other = make.employed(make.company(), make.person(name="外厂示例"))
    sent = COURSE | {"find_people": "1", f"person-{other.id}": "passed", "who": "外厂"}
    assert "外厂示例" not in desk.send(f"{desk.root}/records/trainings", sent).text
    del sent["find_people"]
    assert desk.send(f"{desk.root}/records/trainings", sent).status_code == 422
    assert session.scalars(sa.select(Training)).all() == []


def test_a_report_without_words_is_refused_at_its_visit(desk, session):
    data = {"circle_id": str(desk.circle.id), "held_on": "2026-09-10", "advice": "示例", "follow_up": "补测"}
    desk.send(f"{desk.root}/records/visits", data | {"due_on": "2026-09-20"})
    visit = session.scalars(sa.select(Visit)).one()
    desk.enter(desk.circle.leader.person)
    answer = desk.send(f"/guidance/visits/{visit.id}/report", {"reason": " "})
    assert answer.status_code == 422
    assert "落实情况" in answer.text
    session.refresh(visit)
    assert visit.done_on is None


def test_points_out_of_range_are_refused_in_the_words_of_the_reader(desk):
    sheet = f"{desk.root}/appraisals/2026-09/{desk.circle.id}"
    form = desk.get(sheet).text
    items = [part.split('"')[0] for part in form.split('name="points-')[1:]]
    sent = {f"points-{key}": "0" for key in items} | {f"points-{items[0]}": "999"}
    assert "活动开展" in desk.send(sheet, sent).text
    desk.send("/language", {"locale": "en", "next": "/"})
    assert "Activity takes 0 to 20 points" in desk.send(sheet, sent).text


def test_a_leader_reminded_is_not_offered_again(desk, session):
    desk.circle.last_active_on = date(2026, 1, 5)
    desk.circle.registered_on = date(2026, 1, 5)
    session.flush()
    act = f"/guidance/circles/{desk.circle.id}/remind"
    assert act in desk.get(desk.root).text
    assert desk.send(act).status_code == 303
    page = desk.get(desk.root).text
    assert act not in page
    assert "已提醒" in page


def test_lists_of_the_desk_come_page_by_page(desk, session, make):
    circles = [make.circle(desk.company, name=f"示例小组{n:02d}") for n in range(52)]
    month = f"{desk.root}/appraisals/2026-09"
    assert desk.get(month).text.count(f"{month}/") == 25
    assert "示例小组51" in desk.get(f"{month}?missing=3").text
    session.execute(sa.delete(CircleYear))
    for one in circles[:30]:
        made = make.project(one, state=ProjectState.UNDER_WAY)
        made.registered_at = datetime(2025, 5, 1, tzinfo=UTC)
    session.flush()
    year = desk.get(f"{desk.root}/new-year").text
    assert year.count("尚未说明") == 25
    assert desk.get(f"{desk.root}/new-year?projects=2").text.count("尚未说明") == 5
    assert "共 53 条" in year
    assert made.title not in desk.get(f"{desk.root}/records/visits/new").text
    asked = {"circle_id": str(circles[29].id), "advice": "先留着", "show_places": "1"}
    form = desk.send(f"{desk.root}/records/visits", asked).text
    assert form.count(f'<option value="{made.id}') > 1
    assert "先留着" in form
    assert session.scalars(sa.select(Visit)).all() == []
    for one in circles:
        one.state = CircleState.SUBMITTED
    session.flush()
    first = desk.get(f"{desk.root}/approvals").text
    assert first.count('name="items"') == 50
    second = desk.get(f"{desk.root}/approvals?page=2").text
    assert 0 < second.count('name="items"') <= 3
    assert "approvals?page=2" in second


def test_the_tree_of_meters_comes_page_by_page_and_says_below_what(desk, session, make):
    main = make.meter(desk.company, name="示例总表")
    session.add_all(
        [
            Meter(
                **{
                    column.key: getattr(main, column.key)
                    for column in sa.inspect(Meter).column_attrs
                    if column.key not in ("id", "name", "key", "parent_id")
                },
                name=f"示例分表{n:03d}",
                parent_id=main.id,
            )
            for n in range(60)
        ]
    )
    session.flush()
    page = desk.get(f"/meters/company/{desk.company.id}/tree?meters=2").text
    tree = page.split('class="metertree"')[1].split("</ul>")[0]
    assert tree.count("<li") == 11
    assert "位于示例总表之下" in tree
    assert "等另" in page or "没有读数" in page
