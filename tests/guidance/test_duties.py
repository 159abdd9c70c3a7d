"""Visits, training, inspections, appraisals and the calendar: what they write, and who may not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from cp_circles.db.events import events_of
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.files.models import Blob
from cp_circles.guidance import queries, services
from cp_circles.guidance.models import (
    Appraisal,
    Attendee,
    Finding,
    GuidanceSettings,
    Inspection,
    Occasion,
    OccasionKind,
    TestResult,
    Training,
    Verdict,
    Visit,
)
from cp_circles.notices.models import Mail
from cp_circles.notices.queries import open_tasks_about
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW

HELD = date(2026, 9, 10)


@pytest.fixture
def company(make: Any) -> Any:
    return make.company()


@pytest.fixture
def department(make: Any, company: Any) -> Any:
    return make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)


def count(session: Any, model: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def visit(session: Any, actor: Any, company: Any, circle: Any, **facts: Any) -> Visit:
    values = {
        "circle_id": circle.id,
        "held_on": HELD,
        "advice": "按班次分层",
        "follow_up": "补充夜班数据",
        "due_on": date(2026, 9, 25),
    } | facts
    return services.save_visit(session, actor=actor, company=company, now=NOW, **values)


def test_a_visit_gives_the_leader_a_task_that_the_report_ends(session, make, company, department):
    circle = make.circle(company)
    made = visit(session, department, company, circle)
    assert made.facilitator_id == department.person_id
    assert [task.person_id for task in open_tasks_about(session, made)] == [circle.leader.person_id]
    assert session.scalar(sa.select(Mail.person_id)) == circle.leader.person_id
    leader = make.actor(circle.leader.person)
    services.report_visit(session, actor=leader, visit=made, note="已补充", now=NOW)
    assert made.done_on == date(2026, 9, 18)
    assert list(open_tasks_about(session, made)) == []
    assert [event.verb for event in events_of(session, made)] == [
        "guidance.report_visit",
        "guidance.log_visit",
    ]
    with pytest.raises(DomainError):
        services.report_visit(session, actor=leader, visit=made, note="再报", now=NOW)


def test_a_visit_can_be_corrected_but_not_from_a_stale_page(session, make, company, department):
    circle = make.circle(company)
    made = visit(session, department, company, circle)
    again = visit(session, department, company, circle, visit=made, version=1, advice="改为按机台分层")
    assert (again.id, again.version, again.advice) == (made.id, 2, "改为按机台分层")
    assert len(open_tasks_about(session, made)) == 1
    with pytest.raises(Stale) as stale:
        visit(session, department, company, circle, visit=made, version=1)
    assert stale.value.current["version"] == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"held_on": date(2026, 9, 19)}, "held_on"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2026, 9, 1)}, "due_on"),
        ({"advice": " "}, "advice"),
        ({"circle_id": None}, "circle_id"),
    ],
)
def test_a_wrong_visit_is_refused_at_its_field(session, make, company, department, facts, field):
    circle = make.circle(company)
    with pytest.raises(Invalid) as refusal:
        visit(session, department, company, circle, **facts)
    assert refusal.value.field == field
    assert count(session, Mail) == 0


def test_others_write_no_visit(session, make, company):
    circle = make.circle(company)
    with pytest.raises(NotFound):
        visit(session, make.actor(circle.leader.person), company, circle)
    with pytest.raises(NotFound):
        visit(session, make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, make.company()), company, circle)
    with pytest.raises(NotAllowed):
        visit(session, make.holder(Role.ADMINISTRATOR), company, circle)
    assert count(session, Visit) == 0


def course(session: Any, actor: Any, company: Any, people: dict[int, TestResult], **facts: Any) -> Training:
    values = {
        "course": "清洁生产方法",
        "held_on": HELD,
        "hours": Decimal("2.5"),
        "trainer": "示例讲师",
    } | facts
    return services.save_training(session, actor=actor, company=company, attendees=people, now=NOW, **values)


def test_training_keeps_each_person_once_and_sums_their_hours(session, make, company, department):
    circle = make.circle(company)
    people = [member.person_id for member in circle.members]
    made = course(session, department, company, {people[0]: TestResult.PASSED, people[1]: TestResult.NONE})
    course(session, department, company, {people[0]: TestResult.FAILED}, hours=Decimal(1))
    assert queries.hours_of_circle(session, circle) == Decimal("6.000")
    changed = {people[0]: TestResult.FAILED, people[2]: TestResult.NONE}
    course(session, department, company, changed, training=made, version=1)
    assert {row.person_id: row.result for row in made.attendees} == changed
    assert count(session, Attendee) == 3


def test_training_is_refused_without_people_of_the_company(session, make, company, department):
    for people in ({}, {make.person().id: TestResult.NONE}):
        with pytest.raises(Invalid) as refusal:
            course(session, department, company, people)
        assert refusal.value.field == "attendees"
    with pytest.raises(Invalid):
        course(session, department, company, {make.employed(company).id: TestResult.NONE}, hours=Decimal(0))
    assert count(session, Training) == 0


def inspect(
    session: Any, make: Any, actor: Any, company: Any, circle: Any, place: Any = None, **seen: Any
) -> Inspection:
    place = place or {}
    if not queries_has_sheet(session):
        make.rulesets()
    edition, sheet = queries.sheet_of(session, "inspection")
    rows = {item.key: services.Seen(Verdict.FINE) for item in sheet.items} | seen
    return services.log_inspection(
        session,
        actor=actor,
        company=company,
        edition=edition,
        circle_id=circle.id,
        held_on=HELD,
        seen=rows,
        now=NOW,
        **place,
    )


def queries_has_sheet(session: Any) -> bool:
    try:
        queries.sheet_of(session, "inspection")
    except NotFound:
        return False
    return True


def test_findings_are_closed_with_evidence_only(session, make, company, department):
    circle = make.circle(company)
    bad = services.Seen(Verdict.FINDING, "表计超期未检", date(2026, 9, 15))
    made = inspect(session, make, department, company, circle, meters=bad)
    finding = made.findings[0]
    assert len(open_tasks_about(session, finding)) == 1
    leader = make.actor(circle.leader.person)
    with pytest.raises(Invalid) as refusal:
        services.close_finding(session, actor=leader, finding=finding, note="已送检", evidence=None, now=NOW)
    assert refusal.value.field == "file"
    assert finding.closed_on is None
    blob = Blob(sha256="a" * 64, size=1, media_type="image/png", created_at=NOW)
    session.add(blob)
    session.flush()
    services.close_finding(
        session, actor=leader, finding=finding, note="已送检", evidence=(blob, "证书.png"), now=NOW
    )
    assert (finding.closed_on, finding.sha256) == (date(2026, 9, 18), "a" * 64)
    assert list(open_tasks_about(session, finding)) == []


def test_a_finding_needs_words_and_a_day_and_the_checklist_is_complete(session, make, company, department):
    circle = make.circle(company)
    for bad in (
        services.Seen(Verdict.FINDING, "表计超期", None),
        services.Seen(Verdict.FINDING, " ", date(2026, 9, 20)),
        services.Seen(Verdict.FINDING, "表计超期", date(2026, 9, 1)),
    ):
        with pytest.raises(Invalid):
            inspect(session, make, department, company, circle, meters=bad)
    with pytest.raises(Invalid):
        inspect(session, make, department, company, circle, unknown=services.Seen(Verdict.FINE))
    assert count(session, Inspection) == count(session, Finding) == 0


def appraise(
    session: Any, make: Any, actor: Any, circle: Any, month: date, give: int, **facts: Any
) -> Appraisal:
    if not queries_has_sheet(session):
        make.rulesets()
    edition, sheet = queries.sheet_of(session, "appraisal")
    points = {item.key: Decimal(give) for item in sheet.items}
    return services.appraise_circle(
        session, actor=actor, circle=circle, edition=edition, month=month, points=points, now=NOW, **facts
    )


def test_an_appraisal_adds_its_points_and_is_ranked_with_the_month_before(session, make, company, department):
    one, two = make.circle(company), make.circle(company)
    appraise(session, make, department, one, date(2026, 8, 1), 5)
    appraise(session, make, department, one, date(2026, 9, 1), 8)
    appraise(session, make, department, two, date(2026, 9, 1), 9)
    rows = queries.appraisals_of_month(session, company.id, date(2026, 9, 1))
    assert [(row.circle_id, row.total) for row in rows] == [(two.id, Decimal(54)), (one.id, Decimal(48))]
    assert queries.previous_points(session, company.id, date(2026, 9, 1)) == {one.id: Decimal(30)}
    with pytest.raises(Stale):
        appraise(session, make, department, one, date(2026, 9, 1), 7)
    appraise(session, make, department, one, date(2026, 9, 1), 7, version=1)
    assert count(session, Appraisal) == 3


def test_an_appraisal_is_refused_beyond_its_points_and_for_ones_own_circle(
    session, make, company, department
):
    circle = make.circle(company)
    for give, month in ((11, date(2026, 9, 1)), (5, date(2026, 10, 1)), (5, date(2026, 9, 2))):
        with pytest.raises(Invalid):
            appraise(session, make, department, circle, month, give)
    make.grant(circle.leader.person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    with pytest.raises(NotAllowed):
        appraise(session, make, make.actor(circle.leader.person), circle, date(2026, 9, 1), 5)
    facilitator = make.holder(Role.FACILITATOR, ScopeKind.COMPANY, company)
    with pytest.raises(NotAllowed):
        appraise(session, make, facilitator, circle, date(2026, 9, 1), 5)
    assert count(session, Appraisal) == 0


def test_the_calendar_and_the_thresholds_are_the_departments(session, make, company, department):
    facts = {"kind": OccasionKind.PUBLICATION, "title": "成果发布日", "starts_on": date(2026, 11, 20)}
    made = services.save_occasion(session, actor=department, company=company, now=NOW, **facts)
    assert made.ends_on == made.starts_on
    facilitator = make.holder(Role.FACILITATOR, ScopeKind.COMPANY, company)
    days = {"quiet_days": 20, "late_days": 0, "claim_days": 5, "returned_days": 5}
    for act in (
        lambda: services.save_occasion(session, actor=facilitator, company=company, now=NOW, **facts),
        lambda: services.set_thresholds(
            session, actor=facilitator, company=company, version=0, now=NOW, **days
        ),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(Invalid):
        services.save_occasion(
            session, actor=department, company=company, now=NOW, **facts, ends_on=date(2026, 11, 1)
        )
    services.set_thresholds(session, actor=department, company=company, version=0, now=NOW, **days)
    assert queries.thresholds_of(session, company.id).quiet_days == 20
    with pytest.raises(Invalid):
        services.set_thresholds(
            session, actor=department, company=company, version=1, now=NOW, **(days | {"quiet_days": 0})
        )
    assert (count(session, Occasion), count(session, GuidanceSettings)) == (1, 1)


def test_a_finding_names_its_step_or_stands_at_the_one_inspected(session, make, company, department):
    project = make.project(make.circle(company))
    first, second = project.steps[0].key, project.steps[1].key
    own = services.Seen(Verdict.FINDING, "台账缺页", date(2026, 9, 15), second)
    other = services.Seen(Verdict.FINDING, "表计超期未检", date(2026, 9, 15))
    at = {"project_id": project.id, "step_key": first}
    _edition, sheet = queries.sheet_of(session, "inspection") if queries_has_sheet(session) else (None, None)
    if sheet is None:
        make.rulesets()
        _edition, sheet = queries.sheet_of(session, "inspection")
    one, two = sheet.items[0].key, sheet.items[1].key
    made = inspect(session, make, department, company, project.circle, at, **{one: own, two: other})
    assert {row.text: row.step_key for row in made.findings} == {"台账缺页": second, "表计超期未检": first}
    assert [row.text for row in queries.advice_on(session, project.id, second)[1]] == ["台账缺页"]
    for place in ({"step_key": first}, {"project_id": project.id, "step_key": "nowhere"}):
        with pytest.raises(Invalid) as refusal:
            inspect(session, make, department, company, project.circle, place, **{one: other})
        assert refusal.value.field == "place"
    assert count(session, Inspection) == 1
