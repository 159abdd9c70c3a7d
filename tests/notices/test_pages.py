"""The pages of tasks and messages: what the navigation counts, what a mail's state and link say."""

from dataclasses import replace

import pytest

from cp_circles.notices.presenting import mail_state
from cp_circles.notices.services import assign_task, finish_tasks, send_mail
from cp_circles.people.models import Invitation, Role
from cp_circles.people.secrets import token_hash
from tests.conftest import NOW

COUNT = 'class="nav__count">'


def invited(make, session, name="新来的", **facts):
    person = make.person(name=name, email=f"{name}@example.com")
    row = Invitation(
        person_id=person.id,
        key_hash=token_hash("k1"),
        created_at=NOW,
        **({"expires_at": NOW.replace(year=2027)} | facts),
    )
    session.add(row)
    send_mail(
        session, to_person=person, subject="示例", body="示例", values={"url": "/invitations/k1"}, now=NOW
    )
    session.commit()
    return person


def enter_administrator(client, make):
    administrator = make.person()
    make.grant(administrator, Role.ADMINISTRATOR)
    client.enter(administrator)


def test_the_navigation_counts_the_readers_open_tasks(client, session, make):
    person, company = make.person(), make.company()
    client.enter(person)
    assert COUNT not in client.get("/tasks").text
    for kind in ("甲", "乙"):
        assign_task(session, kind=kind, subject=company, url="/", to_person=person, now=NOW)
    session.commit()
    for path in ("/tasks", "/account", "/home"):
        assert f"{COUNT}2<" in client.get(path).text
    finish_tasks(session, subject=company, now=NOW)
    session.commit()
    assert COUNT not in client.get("/tasks").text


def test_an_open_invitation_is_a_link_and_a_spent_one_says_what_can_be_done(client, session, make):
    person = invited(make, session)
    enter_administrator(client, make)
    assert 'href="/invitations/k1"' in client.get("/outbox").text
    session.query(Invitation).update({"accepted_at": NOW})
    session.commit()
    page = client.get("/outbox").text
    assert 'href="/invitations/k1"' not in page
    assert "链接已使用或已过期" in page and f'href="/people/{person.id}"' in page
    client.enter(person)
    page = client.get("/outbox").text
    assert "链接已使用或已过期" in page and f'href="/people/{person.id}"' not in page


def test_others_keys_stay_hidden_where_the_season_is_real(app, client, session, make):
    person = invited(make, session)
    enter_administrator(client, make)
    app.extensions["cp_config"] = replace(app.extensions["cp_config"], app_env="production", demo_clock=None)
    page = client.get("/outbox").text
    assert 'href="/invitations/k1"' not in page
    assert "不向其他人显示" in page and f'href="/people/{person.id}"' in page


@pytest.mark.parametrize(
    ("facts", "email", "is_sent_on", "state"),
    [
        ({"sent_at": NOW}, "a@example.com", True, "sent"),
        ({}, "a@example.com", True, "to_send"),
        ({}, "a@example.com", False, "kept"),
        ({}, None, True, "kept"),
        ({"attempts": 5}, "a@example.com", True, "undelivered"),
    ],
)
def test_a_mail_says_what_becomes_of_it(session, make, facts, email, is_sent_on, state):
    mail = send_mail(session, to_person=make.person(email=email), subject="x", body="y", now=NOW)
    for name, value in facts.items():
        setattr(mail, name, value)
    assert mail_state(mail, is_sent_on=is_sent_on) == state
