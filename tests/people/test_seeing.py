"""An administrator reads as somebody else: exactly their pages, no act, nothing private, over in time."""

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.people import services
from cp_circles.people.models import Role, ScopeKind, SignIn
from tests.conftest import NOW


@pytest.fixture
def admin(make):
    """An administrator."""
    person = make.person(name="管理员丙")
    make.grant(person, Role.ADMINISTRATOR)
    return person


def looks(session):
    begun_or_ended = Event.verb.in_(["people.begin_seeing", "people.end_seeing"])
    return session.scalars(sa.select(Event).where(begun_or_ended).order_by(Event.id)).all()


def test_the_pages_are_those_of_the_person_until_it_is_ended(client, session, admin, head, company):
    client.enter(admin)
    assert client.get("/my-company/people").location == "/people"
    assert client.send(f"/people/{head.id}/see-as", {"reason": "帮助排查"}).status_code == 303
    page = client.get(f"/companies/{company.id}/people").text
    assert "您正以部门甲的身份查看页面" in page and "10:30" not in page
    assert client.get("/people").status_code == 404
    assert client.send("/see-as/end").location == f"/people/{head.id}"
    assert client.get("/people").status_code == 200
    begun, ended = looks(session)
    assert (begun.actor_id, begun.subject_id, begun.reason) == (admin.id, head.id, "帮助排查")
    assert (ended.actor_id, ended.verb) == (admin.id, "people.end_seeing")


@pytest.mark.parametrize(
    "path",
    [
        "/account",
        "/outbox",
        "/account/notifications",
        "/account/consent",
        "/account/data",
        "/account/calendar",
    ],
)
def test_what_is_private_stays_closed(client, admin, worker, path):
    client.enter(admin)
    client.send(f"/people/{worker.id}/see-as", {"reason": "帮助排查"})
    assert client.get(path).status_code == 403


def test_no_act_gets_through_and_signing_out_does(client, session, admin, head, worker, company):
    client.enter(admin)
    client.send(f"/people/{head.id}/see-as", {"reason": "帮助排查"})
    before = session.scalar(sa.select(sa.func.count(Event.id)))
    assert client.send(f"/companies/{company.id}/people/{worker.id}/one-time-code").status_code == 403
    assert client.send("/language", {"locale": "en"}).status_code == 403
    assert client.send("/account/sign-ins/revoke-others").status_code == 403
    assert session.scalar(sa.select(sa.func.count(Event.id))) == before and head.locale == "zh_Hans"
    assert client.send("/sign-out").status_code == 303
    assert session.scalars(sa.select(SignIn)).one().revoked_at is not None


def test_it_is_over_after_half_an_hour_or_with_the_office(client, session, admin, head, later):
    client.enter(admin)
    client.send(f"/people/{head.id}/see-as", {"reason": "帮助排查"})
    later(minutes=31)
    assert client.get("/people").status_code == 200
    client.send(f"/people/{head.id}/see-as", {"reason": "再次"})
    assert client.get("/people").status_code == 404
    make_ordinary = sa.text("DELETE FROM grants WHERE role = 'administrator'")
    session.execute(make_ordinary)
    assert "身份查看页面" not in client.get("/home").text


def test_only_an_administrator_and_only_as_an_ordinary_person(session, make, admin, head, worker):
    _, row = services.sign_in(session, person=admin, password=None, address="x", agent="x", now=NOW)
    other = make.person()
    make.grant(other, Role.ADMINISTRATOR)
    facts = {"sign_in_id": row.id, "reason": "帮助排查", "now": NOW}
    with pytest.raises(NotFound):
        services.begin_seeing(session, actor=make.actor(head), person_id=worker.id, **facts)
    with pytest.raises(DomainError):
        services.begin_seeing(session, actor=make.actor(admin), person_id=admin.id, **facts)
    with pytest.raises(NotAllowed):
        services.begin_seeing(session, actor=make.actor(admin), person_id=other.id, **facts)
    with pytest.raises(Invalid):
        services.begin_seeing(
            session, actor=make.actor(admin), person_id=worker.id, **(facts | {"reason": " "})
        )
    worker.active = False
    with pytest.raises(DomainError):
        services.begin_seeing(session, actor=make.actor(admin), person_id=worker.id, **facts)
    assert row.seeing_id is None and not looks(session)


def test_people_are_found_by_role_and_scope_and_read_who_looked(client, admin, head, worker, company):
    client.enter(admin)
    asked = f"/see-as?role=department&scope_kind=company&scope_id={company.short_code}"
    assert "部门甲" in client.get(asked).text
    assert "没有此编号" in client.get(asked + "X").text or client.get(asked + "X").status_code == 200
    assert "部门甲" not in client.get(asked + "X").text
    client.send(f"/people/{worker.id}/see-as", {"reason": "查看看板问题"})
    client.enter(worker)
    assert "查看看板问题" in client.get("/account").text


def test_a_role_of_a_judge_opens_no_blind_page(client, make, admin, session):
    judge = make.person()
    make.grant(judge, Role.JUDGE, ScopeKind.PLATFORM)
    client.enter(admin)
    client.send(f"/people/{judge.id}/see-as", {"reason": "帮助排查"})
    assert client.get("/judging/rounds/1/desk").status_code == 403
