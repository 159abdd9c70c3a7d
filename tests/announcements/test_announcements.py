"""Announcements reach whom they are for, from their first day to their last, and nobody else."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cp_circles.announcements import queries, services
from cp_circles.announcements.models import Announcement, AnnouncementRead
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.notices.models import Mail
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from tests.conftest import NOW

TODAY = NOW.date()


@pytest.fixture
def place(session, make):
    """A company with a department and a worker, and a worker of another company in another province."""

    class Place:
        nation = make.nation()
        region = make.region("province", nation)
        company = make.company(region)
        worker = make.person(email="worker@example.com", password_hash="x")
        head = make.person(email="head@example.com", password_hash="x")
        official = make.person(email="official@example.com", password_hash="x")
        foreigner = make.person(email="foreign@example.com", password_hash="x")

    make.employed(Place.company, Place.worker)
    make.employed(Place.company, Place.head)
    make.grant(Place.head, Role.DEPARTMENT, ScopeKind.COMPANY, Place.company)
    make.grant(Place.official, Role.OFFICIAL, ScopeKind.REGION, Place.region)
    make.employed(make.company(make.region("province", Place.nation)), Place.foreigner)
    return Place


def announce(session, make, place, by=None, **facts):
    """An announcement to the company by its department, unless told otherwise."""
    return services.announce(
        session,
        actor=by or make.actor(place.head),
        **{
            "title": "停电检修",
            "text": "周六停电。",
            "scope_kind": ScopeKind.COMPANY,
            "scope_id": place.company.id,
            "starts_on": TODAY,
            "today": TODAY,
            "now": NOW,
        }
        | facts,
    )


def shown(session, make, person, today=TODAY):
    """The titles that a person reads."""
    found = queries.announcements_for(session, actor=make.actor(person), today=today)
    return [row.title for row in found]


def test_a_company_reads_its_own_and_nobody_else_does(session, make, place):
    made = announce(session, make, place)
    assert shown(session, make, place.worker) == ["停电检修"]
    assert shown(session, make, place.foreigner) == [] == shown(session, make, place.official)
    with pytest.raises(NotFound):
        queries.announcement_for(
            session, actor=make.actor(place.foreigner), announcement_id=made.id, today=TODAY
        )


def test_a_region_reaches_who_works_below_it_and_its_officials(session, make, place):
    announce(
        session,
        make,
        place,
        by=make.actor(place.official),
        scope_kind=ScopeKind.REGION,
        scope_id=place.region.id,
    )
    assert shown(session, make, place.worker) == shown(session, make, place.official) == ["停电检修"]
    assert shown(session, make, place.foreigner) == []


def test_the_platform_reaches_everybody_and_pinned_ones_stand_first(session, make, place):
    announce(
        session, make, place, by=SYSTEM, scope_kind=ScopeKind.PLATFORM, scope_id=0, pinned=True, title="置顶"
    )
    announce(session, make, place)
    assert shown(session, make, place.worker) == ["置顶", "停电检修"]
    assert shown(session, make, place.foreigner) == ["置顶"]


def test_only_the_roles_that_it_is_for_read_it(session, make, place):
    announce(session, make, place, roles=[Role.DEPARTMENT])
    assert shown(session, make, place.worker) == []
    assert shown(session, make, place.head) == ["停电检修"]


def test_it_is_shown_from_its_first_day_to_its_last(session, make, place):
    first, last = TODAY + timedelta(days=2), TODAY + timedelta(days=4)
    announce(session, make, place, starts_on=first, ends_on=last)
    days = [TODAY + timedelta(days=n) for n in range(7)]
    assert [bool(shown(session, make, place.worker, day)) for day in days] == [
        False, False, True, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("worker", ScopeKind.COMPANY),
        ("foreigner", ScopeKind.COMPANY),
        ("official", ScopeKind.COMPANY),
        ("head", ScopeKind.REGION),
        ("head", ScopeKind.PLATFORM),
        ("official", ScopeKind.PLATFORM),
    ],
)
def test_nobody_announces_beyond_their_own(session, make, place, who, kind):
    scope_id = {ScopeKind.COMPANY: place.company.id, ScopeKind.REGION: place.region.id}.get(kind, 0)
    with pytest.raises(NotAllowed):
        announce(session, make, place, by=make.actor(getattr(place, who)), scope_kind=kind, scope_id=scope_id)
    assert session.scalar(sa.select(sa.func.count(Announcement.id))) == 0


def test_a_last_day_before_the_first_is_refused(session, make, place):
    with pytest.raises(Invalid):
        announce(session, make, place, ends_on=TODAY - timedelta(days=1))
    assert session.scalar(sa.select(sa.func.count(Announcement.id))) == 0


def test_reading_is_counted_once_and_taken_off_the_home(session, make, place):
    made = announce(session, make, place)
    actor = make.actor(place.worker)
    assert queries.unread_for(session, actor=actor, today=TODAY) == [made]
    for _ in range(2):
        services.confirm_reading(session, actor=actor, announcement=made, now=NOW)
    assert queries.read_counts(session, [made.id]) == {made.id: 1}
    assert queries.unread_for(session, actor=actor, today=TODAY) == []
    assert len(queries.audience_of(session, made, NOW)) == 2


def test_a_mail_goes_to_the_audience_on_the_first_day_and_only_once(session, make, place):
    start = TODAY + timedelta(days=1)
    announce(session, make, place, by_mail=True, starts_on=start)
    zone = NOW.tzinfo
    mails = sa.select(Mail.person_id)
    assert services.mail_announcements(session, NOW, zone) == []
    assert session.scalars(mails).all() == []
    for _ in range(2):
        services.mail_announcements(session, NOW + timedelta(days=1), zone)
    assert session.scalars(mails).all() == [place.worker.id]


def test_withdrawing_takes_it_away_with_a_reason_and_only_once(session, make, place):
    made = announce(session, make, place)
    for person in (place.worker, place.foreigner, place.official):
        with pytest.raises(NotAllowed):
            services.withdraw(session, actor=make.actor(person), announcement=made, reason="错", now=NOW)
    head = make.actor(place.head)
    with pytest.raises(Invalid):
        services.withdraw(session, actor=head, announcement=made, reason=" ", now=NOW)
    assert made.withdrawn_at is None
    services.withdraw(session, actor=head, announcement=made, reason="改期", now=NOW)
    assert shown(session, make, place.worker) == []
    with pytest.raises(DomainError):
        services.withdraw(session, actor=head, announcement=made, reason="改期", now=NOW)


def test_a_department_announces_with_a_file_that_only_its_company_can_take(client, session, make, place):
    client.enter(place.head)
    data = {
        "title": "值班安排",
        "text": "见附件。",
        "scope": f"company:{place.company.id}",
        "starts_on": TODAY.isoformat(),
        "files": (io.BytesIO("值班：示例".encode()), "值班.txt"),
    }
    answer = client.send("/announcements", data, content_type="multipart/form-data")
    assert answer.status_code == 303
    made = session.scalars(sa.select(Announcement)).one()
    path = f"/announcements/{made.id}/files/{made.files[0].id}"
    client.enter(place.worker)
    assert "值班安排" in client.get("/home").text
    with client.get(path) as answer:
        assert answer.data.decode() == "值班：示例"
    assert client.send(f"/announcements/{made.id}/read").status_code == 303
    assert "值班安排" not in client.get("/home").text
    page = client.get(f"/announcements/{made.id}").text
    assert "您已确认阅读" in page and "2人" not in page
    client.enter(place.foreigner)
    assert client.get(path).status_code == 404
    assert client.get(f"/announcements/{made.id}").status_code == 404
    assert client.send(f"/announcements/{made.id}/read").status_code == 404
    assert session.scalar(sa.select(sa.func.count(AnnouncementRead.id))) == 1
    client.enter(place.head)
    page = client.get(f"/announcements/{made.id}").text
    assert "已有1人确认阅读" in page and place.worker.name not in page
    assert "值班安排" in client.get("/announcements/managed").text
    reason = {"reason": "改期"}
    assert client.send(f"/announcements/{made.id}/withdraw", reason).status_code == 303
    client.enter(place.worker)
    assert client.get(path).status_code == 404


def test_a_scope_that_was_not_offered_and_a_file_that_runs_are_refused(client, session, make, place):
    client.enter(place.head)
    data = {"title": "甲", "text": "乙", "scope": "platform:0", "starts_on": TODAY.isoformat()}
    assert client.send("/announcements", data).status_code == 422
    data |= {"scope": f"company:{place.company.id}", "files": (io.BytesIO(b"MZ\x90\x00"), "a.exe")}
    answer = client.send("/announcements", data, content_type="multipart/form-data")
    assert answer.status_code == 422 and "请重新选择文件" in answer.text
    assert session.scalar(sa.select(sa.func.count(Announcement.id))) == 0


def test_many_announcements_stand_on_pages(client, session, make, place):
    for number in range(26):
        announce(session, make, place, title=f"示例公告{number:02}")
    client.enter(place.worker)
    pages = [client.get(f"/announcements?page={at}").get_data(as_text=True) for at in (1, 2)]
    assert [page.count("示例公告") for page in pages] == [25, 1]


def test_the_name_of_the_company_stands_in_the_readers_language(client, session, make, place):
    place.company.name_en = "Reading Works"
    announce(session, make, place)
    client.enter(place.head)
    client.send("/language", {"locale": "en"})
    for path in ("/announcements", "/announcements/managed", "/announcements/new"):
        assert "Reading Works" in client.get(path).text, path
