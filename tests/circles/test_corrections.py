"""Entries of the activity log are corrected and withdrawn by whoever wrote them, until the step is settled."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.circles import queries, services
from cp_circles.circles.models import Activity
from cp_circles.db.events import events_of
from cp_circles.errors import DomainError, Invalid, NotAllowed
from cp_circles.projects.models import StepState
from cp_circles.projects.queries import activities_of, activity_counts
from tests.conftest import NOW

TODAY = date(2026, 9, 18)
EARLIER = TODAY - timedelta(days=9)


@pytest.fixture
def circle(make):
    return make.circle()


@pytest.fixture
def writer(make, circle):
    return make.actor(circle.present_members[1].person)


def log(session, writer, circle, **given):
    standard = {
        "held_on": TODAY,
        "summary": "测漏点",
        "attendee_ids": [member.id for member in circle.present_members[:2]],
        "now": NOW,
    }
    return services.log_activity(session, actor=writer, circle=circle, **(standard | given))


def correct(session, actor, circle, entry, **given):
    standard = {
        "held_on": TODAY,
        "summary": "测了 3 处漏点",
        "minutes": 45,
        "reason": "漏记一处",
        "attendee_ids": [member.id for member in circle.present_members[1:]],
        "now": NOW,
    }
    return services.correct_activity(
        session, actor=actor, circle=circle, activity=entry, **(standard | given)
    )


def withdraw(session, actor, circle, entry, reason="记错小组", now=NOW):
    return services.withdraw_activity(
        session, actor=actor, circle=circle, activity=entry, reason=reason, now=now
    )


def test_a_correction_keeps_the_version_before_in_the_history(session, circle, writer):
    entry = log(session, writer, circle)
    correct(session, writer, circle, entry, held_on=EARLIER)

    assert (entry.summary, entry.minutes, entry.corrected_at) == ("测了 3 处漏点", 45, NOW)
    assert {row.member_id for row in entry.attendance} == {row.id for row in circle.present_members[1:]}
    assert circle.last_active_on == max(EARLIER, NOW.date())
    event = events_of(session, circle)[0]
    assert (event.verb, event.before["summary"]) == ("circles.correct_activity", "测漏点")
    assert event.reason == entry.corrected_reason == "漏记一处"
    assert (event.before["held_on"], event.after["held_on"]) == ("2026-09-18", "2026-09-09")
    assert len(event.before["members"]) == 2


def test_a_withdrawn_entry_counts_nowhere_and_stays_in_the_log(session, make, circle, writer):
    project = make.project(circle)
    circle.registered_at = NOW - timedelta(days=90)
    step = project.steps[0].key
    log(session, writer, circle, held_on=EARLIER)
    entry = log(session, writer, circle, project_id=project.id, step_key=step)
    assert (activity_counts(session, project.id), circle.last_active_on) == ({step: 1}, TODAY)

    withdraw(session, writer, circle, entry)
    assert activity_counts(session, project.id) == {}
    assert list(activities_of(session, project.id)) == []
    assert circle.last_active_on == EARLIER
    assert queries.activities_of(session, circle.id).rows[0].id == entry.id
    assert events_of(session, circle)[0].reason == "记错小组"
    rates = queries.company_rates(session, [circle.company_id], year=2026)[circle.company_id]
    assert rates.active == 1
    with pytest.raises(DomainError):
        withdraw(session, writer, circle, entry)
    with pytest.raises(DomainError):
        correct(session, writer, circle, entry)


def test_nobody_else_corrects_an_entry_and_nothing_is_written(session, make, circle, writer):
    entry = log(session, writer, circle)
    for other in (make.actor(circle.leader.person), make.actor(circle.present_members[2].person)):
        with pytest.raises(NotAllowed):
            correct(session, other, circle, entry)
        with pytest.raises(NotAllowed):
            withdraw(session, other, circle, entry)
    assert (entry.summary, entry.withdrawn_at) == ("测漏点", None)


def test_an_entry_stands_once_its_step_is_signed_off(session, make, circle, writer):
    project = make.project(circle)
    step = project.steps[0]
    entry = log(session, writer, circle, project_id=project.id, step_key=step.key)
    step.state = StepState.SIGNED_OFF
    session.flush()
    with pytest.raises(DomainError):
        correct(session, writer, circle, entry)
    with pytest.raises(DomainError):
        withdraw(session, writer, circle, entry)


def test_an_entry_stands_once_the_result_is_frozen(session, make, circle, writer):
    project = make.project(circle)
    entry = log(session, writer, circle, project_id=project.id)
    free = log(session, writer, circle)
    make.result(project)
    with pytest.raises(DomainError):
        withdraw(session, writer, circle, entry)
    withdraw(session, writer, circle, free)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"held_on": TODAY + timedelta(1)}, "held_on"),
        ({"summary": " "}, "summary"),
        ({"minutes": 0}, "minutes"),
        ({"attendee_ids": []}, "attendees"),
    ],
)
def test_a_bad_correction_writes_nothing(session, circle, writer, given, field):
    entry = log(session, writer, circle)
    with pytest.raises(Invalid) as refusal:
        correct(session, writer, circle, entry, **given)
    assert (refusal.value.field, entry.corrected_at) == (field, None)
    with pytest.raises(Invalid):
        withdraw(session, writer, circle, entry, reason=" ")
    assert entry.withdrawn_at is None


def test_the_pages_of_a_correction(client, session, make, circle, writer):
    entry = log(session, writer, circle)
    session.commit()
    client.enter(circle.present_members[1].person)
    path = f"/circles/{circle.id}/activities/{entry.id}"
    assert f'href="{path}/edit"' in client.get(f"/circles/{circle.id}").text
    assert "测漏点" in client.get(f"{path}/edit").text
    form = {"held_on": "2026-09-17", "minutes": "30", "summary": "", "attendees": [str(circle.members[0].id)]}
    refused = client.send(path, form)
    assert (refused.status_code, "2026-09-17" in refused.text) == (422, True)
    assert client.send(path, form | {"summary": "改好了"}).status_code == 422
    assert client.send(path, form | {"summary": "改好了", "reason": "日期记错"}).status_code == 303
    assert "日期记错" in client.get(f"/circles/{circle.id}/activities").text
    assert "更正了活动记录" in client.get(f"/circles/{circle.id}").text
    assert client.send(f"{path}/withdraw", {"reason": ""}).status_code == 422
    assert client.send(f"{path}/withdraw", {"reason": "重复"}).status_code == 303
    page = client.get(f"/circles/{circle.id}/activities").text
    assert "<del>改好了</del>" in page and "重复" in page and "/edit" not in page
    session.expire_all()
    row = session.scalars(sa.select(Activity)).one()
    assert (row.summary, row.withdrawn_reason) == ("改好了", "重复")
    client.enter(circle.leader.person)
    assert client.get(f"{path}/edit").status_code == 403
