"""The calendar file: valid by RFC 5545, in the governing zone, of its owner alone, and ended at will."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from cp_circles.errors import DomainError
from cp_circles.guidance.models import Occasion, OccasionKind
from cp_circles.notices.services import assign_task
from cp_circles.personal import services
from cp_circles.personal.models import CalendarKey
from cp_circles.personal.queries.calendar import happenings_of
from tests.conftest import NOW
from tests.judging.world import World

TODAY = date(2026, 9, 18)


@pytest.fixture
def dated(session, make, worker, company):
    """A task with a date and a contest of the company."""
    circle = make.circle(company=company)
    assign_task(
        session, kind="交报告：%(what)s；第一,二项", values={"what": "示例"}, subject=circle, url="/tasks",
        to_person=worker, due_on=date(2026, 9, 25), now=NOW,
    )  # fmt: skip
    session.add(
        Occasion(
            company_id=company.id, kind=OccasionKind.CONTEST, title="示例发布会", starts_on=date(2026, 10, 9),
            ends_on=date(2026, 10, 10), place="示例礼堂", created_at=NOW,
        )
    )  # fmt: skip
    session.flush()


def events(content):
    return {str(one["uid"]).partition("@")[0]: one for one in Calendar.from_ical(content).walk("VEVENT")}


def test_dates_stand_in_the_file_of_their_owner(client, session, make, worker, head, dated):
    client.enter(worker)
    page = client.send("/account/calendar/key").text
    address = page.partition("<code")[2].partition(">")[2].partition("<")[0]
    path = "/calendar/" + address.rpartition("/")[2]
    client.send("/sign-out")
    answer = client.get(path)
    assert answer.mimetype == "text/calendar" and "no-referrer" in answer.headers["Referrer-Policy"]
    found = events(answer.data)
    (task,) = [one for key, one in found.items() if key.startswith("task-")]
    assert task["summary"] == "交报告：示例；第一,二项" and task["dtstart"].dt == date(2026, 9, 25)
    assert task["dtend"].dt == date(2026, 9, 26) and str(task["url"]).endswith("/tasks")
    (contest,) = [one for key, one in found.items() if key.startswith("occasion-")]
    assert contest["dtend"].dt == date(2026, 10, 11) and contest["location"] == "示例礼堂"
    lines = answer.data.split(b"\r\n")
    assert max(map(len, lines)) <= 75 and lines[0] == b"BEGIN:VCALENDAR"
    row = session.scalars(sa.select(CalendarKey)).one()
    assert row.key_hash not in path and path.removeprefix("/calendar/") not in row.key_hash


def test_an_address_ends_by_an_act_by_a_new_one_and_with_the_account(client, session, make, worker, dated):
    actor = make.actor(worker)
    first = services.make_calendar_key(session, actor=actor, now=NOW)
    second = services.make_calendar_key(session, actor=actor, now=NOW)
    assert client.get(f"/calendar/{first}.ics").status_code == 404
    assert client.get(f"/calendar/{second}.ics").status_code == 200
    worker.active = False
    assert client.get(f"/calendar/{second}.ics").status_code == 404
    worker.active = True
    services.end_calendar_key(session, actor=actor, now=NOW)
    assert client.get(f"/calendar/{second}.ics").status_code == 404
    with pytest.raises(DomainError):
        services.end_calendar_key(session, actor=actor, now=NOW)


def test_phases_stand_in_the_zone_that_governs(client, session, make):
    world = World(session, make)
    round_ = world.round_at("city")
    judge = world.judge(round_, person=make.person(name="评委丁"))
    round_.announced_at = NOW
    session.flush()
    key = services.make_calendar_key(session, actor=make.actor(judge.person), now=NOW)
    content = client.get(f"/calendar/{key}.ics").data
    phases = [one for uid, one in events(content).items() if uid.startswith(f"round-{round_.id}-")]
    first = min(phases, key=lambda one: one["dtstart"].dt)
    assert first["dtstart"].dt == round_.phases[0].starts_at
    assert (
        first["dtstart"].dt.utcoffset() == datetime(2026, 9, 18, tzinfo=ZoneInfo("Asia/Shanghai")).utcoffset()
    )
    assert b"TZID=Asia/Shanghai" in content and b"BEGIN:VTIMEZONE" in content
    assert round_.name in str(first["summary"])


def test_others_rounds_and_circles_do_not_appear(session, make, worker, head, dated):
    world = World(session, make)
    world.round_at("city").announced_at = NOW
    session.flush()
    stranger = make.actor(make.person())
    assert happenings_of(session, stranger, today=TODAY, now=NOW) == []
    keys = {
        each.key.partition("-")[0] for each in happenings_of(session, make.actor(head), today=TODAY, now=NOW)
    }
    assert keys == {"occasion"}
