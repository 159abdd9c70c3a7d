"""How people are told: at once, once a day, or here only, and never in their quiet hours."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import Invalid, NotAllowed
from cp_circles.notices import services
from cp_circles.notices.models import Mail, NotificationSetting
from cp_circles.notices.queries import waiting_mails
from cp_circles.notices.rules import MENTION_SUBJECT, digest_boundary, quiet_until
from cp_circles.people.rules import SYSTEM
from tests.conftest import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def person(make):
    """Somebody with an address."""
    return make.person(email="one@example.com")


def wish(session, make, person, quiet=(None, None), zone="Asia/Shanghai", **ways):
    """Keep the person's wishes."""
    return services.keep_wishes(
        session,
        actor=make.actor(person),
        ways=ways,
        quiet_from=quiet[0],
        quiet_until=quiet[1],
        zone=zone,
        now=NOW,
    )


def write(session, person, subject="示例", url="/tasks", now=NOW):
    """A mail to the person."""
    return services.send_mail(
        session, to_person=person, subject=subject, body="示例", values={"url": url}, now=now
    )


def plain(locale, msgid, values):
    """A translation that leaves the words."""
    return msgid % values if values else msgid


def digests(session, now):
    """Gather what is due."""
    return services.gather_digests(
        session, translate=plain, base_url="https://example.com", zone="Asia/Shanghai", now=now
    )


def test_each_kind_goes_its_way_and_links_into_an_account_always_at_once(session, make, person):
    assert write(session, person).way == "mail"
    wish(session, make, person, tasks="app", comments="digest")
    assert write(session, person).way == "app"
    assert write(session, person, MENTION_SUBJECT).way == "digest"
    assert write(session, person, url="/invitations/k").way == "mail"
    assert [mail.values["url"] for mail in waiting_mails(session, now=NOW)] == ["/tasks", "/invitations/k"]


@pytest.mark.parametrize(
    ("hours", "at", "ends"),
    [
        ((22, 7), 23, 31),
        ((22, 7), 6, 7),
        ((22, 7), 7, None),
        ((22, 7), 21, None),
        ((12, 14), 13, 14),
        ((12, 14), 14, None),
        ((9, 9), 9, None),
    ],
)
def test_quiet_hours_end_at_the_persons_own_clock(hours, at, ends):
    midnight = datetime(2026, 9, 17, 16, tzinfo=UTC)
    setting = NotificationSetting(quiet_from=hours[0], quiet_until=hours[1], zone="Asia/Shanghai")
    found = quiet_until(setting, midnight + at * HOUR)
    assert found == (None if ends is None else midnight + ends * HOUR)


def test_a_mail_of_the_night_waits_for_the_morning(session, make, person):
    wish(session, make, person, quiet=(22, 7))
    night = datetime(2026, 9, 18, 15, tzinfo=UTC)
    mail = write(session, person, now=night)
    urgent = write(session, person, url="/reset-password/k", now=night)
    assert list(waiting_mails(session, now=night + 7 * HOUR)) == [urgent]
    assert list(waiting_mails(session, now=night + 8 * HOUR)) == [mail, urgent]


def test_a_digest_gathers_everything_until_eight_once_a_day(session, make, person):
    wish(session, make, person, tasks="digest")
    eight = datetime(2026, 9, 19, 0, tzinfo=UTC)
    for hours in (-20, -1):
        write(session, person, now=eight + hours * HOUR)
    late = write(session, person, subject="晚到", now=eight + HOUR)
    assert digests(session, eight + timedelta(hours=2)) != []
    assert digests(session, eight + timedelta(hours=3)) == []
    (digest,) = waiting_mails(session, now=eight + timedelta(hours=3))
    assert digest.values["count"] == 2 and "https://example.com/tasks" in digest.values["text"]
    assert late.sent_at is None
    (second,) = digests(session, eight + timedelta(hours=24))
    assert second.values["count"] == 1 and "晚到" in second.values["text"]


def test_the_digest_of_another_zone_has_its_own_eight_oclock():
    assert digest_boundary("Asia/Shanghai", datetime(2026, 9, 19, 1, tzinfo=UTC)).hour == 0
    assert digest_boundary("Europe/Berlin", datetime(2026, 9, 19, 7, tzinfo=UTC)) == datetime(
        2026, 9, 19, 6, tzinfo=UTC
    )


def test_a_mail_ends_with_the_way_to_the_settings_but_an_invitation_does_not(session, person):
    for url, expected in (("/tasks", True), ("/invitations/k", False)):
        mail = write(session, person, url=url)
        _, body = services.mail_text(mail, translate=plain, base_url="https://example.com")
        assert ("https://example.com/account/notifications" in body) is expected


def test_wrong_wishes_are_refused_and_nothing_is_written(session, make, person):
    for facts in ({"quiet": (22, None)}, {"tasks": "pigeon"}, {"nonsense": "mail"}):
        with pytest.raises(Invalid):
            wish(session, make, person, **facts)
    with pytest.raises(NotAllowed):
        services.keep_wishes(
            session, actor=SYSTEM, ways={}, quiet_from=None, quiet_until=None, zone="UTC", now=NOW
        )
    assert session.scalar(sa.select(sa.func.count(NotificationSetting.id))) == 0
    assert session.scalar(sa.select(sa.func.count(Event.id)).where(Event.verb == "notices.keep_wishes")) == 0


def test_the_page_keeps_ones_own_settings_and_shows_them_again(client, session, person):
    client.enter(person)
    assert client.get("/account/notifications").status_code == 200
    data = {
        "tasks": "digest",
        "comments": "mail",
        "announcements": "app",
        "quiet_from": "22",
        "quiet_until": "7",
        "zone": "Asia/Urumqi",
    }
    assert client.send("/account/notifications", data).status_code == 303
    kept = session.scalars(sa.select(NotificationSetting)).one()
    assert (kept.person_id, kept.quiet_from, kept.quiet_until) == (person.id, 22, 7)
    page = client.get("/account/notifications").text
    assert 'selected value="digest"' in page and 'selected value="Asia/Urumqi"' in page
    assert client.send("/account/notifications", data | {"quiet_until": ""}).status_code == 422
    assert client.send("/account/notifications", data | {"zone": "Mars"}).status_code == 422
    session.expire_all()
    assert session.scalars(sa.select(NotificationSetting)).one().quiet_until == 7
    assert session.scalar(sa.select(sa.func.count(Mail.id))) == 0
