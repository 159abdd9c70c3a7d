"""People are reminded of dates as long before as they asked, once for each date, and never when they said so."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.circles.dates import SHANGHAI
from cp_circles.errors import Invalid
from cp_circles.notices import services
from cp_circles.notices.models import Mail, Reminder
from cp_circles.notices.services import assign_task, remind_of_dates
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW

TODAY = date(2026, 9, 18)
EARLIER = NOW - timedelta(days=10)


@pytest.fixture
def person(make):
    """Somebody with an address."""
    return make.person(email="one@example.com")


def given(session, make, days, subject=None, **to):
    """A task that comes due in so many days."""
    return assign_task(
        session,
        kind="%(what)s",
        values={"what": "示例"},
        subject=subject or make.circle(),
        url="/tasks",
        due_on=TODAY + timedelta(days=days),
        now=EARLIER,
        **to,
    )


def wish(session, make, person, **days):
    """Keep how long before a date the person is reminded."""
    return services.keep_wishes(
        session, actor=make.actor(person), ways={}, quiet_from=None, quiet_until=None, zone="UTC",
        reminders=days, now=NOW,
    )  # fmt: skip


def remind(session, now=NOW):
    return [mail.person_id for mail in remind_of_dates(session, now, SHANGHAI)]


def test_a_date_is_told_three_days_before_and_once(session, make, person):
    task = given(session, make, 3, to_person=person)
    given(session, make, 4, to_person=person)
    given(session, make, -1, to_person=person)
    assert remind(session) == [person.id]
    mail = session.scalars(sa.select(Mail)).one()
    assert mail.values == {"what": "示例", "due_day": "2026-09-21", "url": "/tasks"}
    assert remind(session) == [] and remind(session, NOW + timedelta(days=1)) == [person.id]
    task.due_on += timedelta(days=1)
    assert remind(session, NOW + timedelta(days=1)) == [person.id]
    assert session.scalar(sa.select(sa.func.count(Reminder.id))) == 3


def test_a_task_given_today_is_not_told_twice(session, make, person):
    task = given(session, make, 2, to_person=person)
    task.created_at = NOW - timedelta(minutes=5)
    assert remind(session) == []


def test_days_are_chosen_by_kind(session, make, person):
    given(session, make, 7, to_person=person)
    given(session, make, 1, subject=make.mv_1(), to_person=person)
    wish(session, make, person, work=7, verification=-1)
    assert remind(session) == [person.id]
    assert session.scalars(sa.select(Mail)).one().values["due_day"] == "2026-09-25"


def test_a_task_of_a_role_is_told_to_each_who_holds_it(session, make, person):
    company, other = make.company(), make.person()
    closed = make.person(active=False)
    for one in (person, other, closed):
        make.grant(one, Role.FINANCE, ScopeKind.COMPANY, company)
    make.grant(make.person(), Role.FINANCE, ScopeKind.COMPANY, make.company())
    given(session, make, 1, to_role=Role.FINANCE, scope_kind=ScopeKind.COMPANY, scope_id=company.id)
    assert sorted(remind(session)) == sorted([person.id, other.id])


def test_only_what_is_offered_is_kept(client, session, make, person):
    with pytest.raises(Invalid):
        wish(session, make, person, work=99)
    with pytest.raises(Invalid):
        wish(session, make, person, other=1)
    client.enter(person)
    page = client.get("/account/notifications").text
    assert "到期提醒" in page and "提前3天" in page
    kept = {
        "tasks": "mail",
        "comments": "mail",
        "announcements": "mail",
        "zone": "UTC",
        "quiet_from": "",
        "quiet_until": "",
    }
    days = {"remind_work": "5", "remind_verification": "-1", "remind_judging": "0"}
    assert client.send("/account/notifications", kept | days).status_code == 303
    assert client.send("/account/notifications", kept | days | {"remind_work": "4"}).status_code == 422
    from cp_circles.notices.queries import settings_of

    assert settings_of(session, [person.id])[person.id].reminders == {
        "work": 5, "verification": -1, "judging": 0,
    }  # fmt: skip


def test_the_outbox_leads_an_administrator_only_where_links_open(client, session, make, person):
    admin = make.person()
    make.grant(admin, Role.ADMINISTRATOR)
    for one in (admin, person):
        services.send_mail(
            session,
            to_person=one,
            subject="示例",
            body="示例",
            values={"url": f"/projects/{one.id}"},
            now=NOW,
        )
    client.enter(admin)
    page = client.get("/outbox").text
    assert f'href="/projects/{admin.id}"' in page and f'href="/projects/{person.id}"' not in page
    assert f"/projects/{person.id}" in page
