"""Signing in and out over HTTP: three names, the throttle, rotation, revocation."""

import pytest
import sqlalchemy as sa

from cp_circles.people.models import SignIn, SignInAttempt
from tests.people.conftest import PASSWORD

WRONG = "not the right password"


def enter(client, identifier, password=PASSWORD, **more):
    return client.send("/sign-in", {"identifier": identifier, "password": password, **more})


def count(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.parametrize(
    "name", ["worker@example.com", "WORKER@example.com", "13800138000", "T001 0042", "t001/0042"]
)
def test_each_name_opens_the_account(client, worker, name):
    answer = enter(client, name, next="/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "工人乙" in client.get("/account").text


@pytest.mark.parametrize("name", ["nobody@example.com", "13900139000", "T001 0043", "T002 0042", "x"])
def test_an_unknown_name_is_answered_like_a_wrong_password(client, session, worker, name):
    known, unknown = enter(client, "worker@example.com", WRONG), enter(client, name)
    assert known.status_code == unknown.status_code == 422
    for answer in (known, unknown):
        assert "账号与密码不相符" in answer.text
    assert count(session, SignIn) == 0
    assert f'value="{name}"' in unknown.text and WRONG not in known.text


def test_a_closed_account_opens_no_more(client, session, worker):
    worker.active = False
    assert enter(client, "worker@example.com").status_code == 422
    assert count(session, SignIn) == 0


def test_the_eleventh_try_is_refused_even_with_the_right_password(client, session, worker, later):
    for _ in range(10):
        assert enter(client, "worker@example.com", WRONG).status_code == 422
    refused = enter(client, "13800138000")
    assert refused.status_code == 429
    assert "一刻钟" in refused.text
    assert count(session, SignIn) == 0
    later(minutes=14, seconds=50)
    assert enter(client, "worker@example.com").status_code == 429
    later(seconds=20)
    assert enter(client, "worker@example.com").status_code == 303


def test_tries_are_counted_by_address_too(client, worker):
    for number in range(10):
        assert enter(client, f"nobody{number}@example.com", WRONG).status_code == 422
    assert enter(client, "worker@example.com").status_code == 429
    elsewhere = client.send(
        "/sign-in",
        {"identifier": "worker@example.com", "password": PASSWORD},
        environ_base={"REMOTE_ADDR": "10.0.0.9"},
    )
    assert elsewhere.status_code == 303


def test_right_passwords_do_not_count(client, session, worker):
    for _ in range(12):
        assert enter(client, "worker@example.com").status_code == 303
    assert count(session, SignInAttempt) == 0


def test_the_browser_session_is_new_after_signing_in(client, worker):
    client.get("/sign-in")
    with client.session_transaction() as before:
        before["planted"] = "x"
        csrf = before["csrf"]
    enter(client, "worker@example.com")
    client.get("/account")
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after["csrf"] != csrf


def test_signing_out_ends_the_sign_in_behind_a_copied_cookie(client, session, worker):
    enter(client, "worker@example.com")
    with client.session_transaction() as cookie:
        copied = dict(cookie)
    assert client.send("/sign-out").location == "/sign-in"
    assert client.get("/account").status_code == 302
    with client.session_transaction() as cookie:
        cookie.update(copied)
    assert client.get("/account").status_code == 302


def test_the_cookie_carries_the_token_and_the_row_only_its_hash(client, session, worker):
    enter(client, "worker@example.com")
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    row = session.scalars(sa.select(SignIn)).one()
    assert token not in row.token_hash and len(row.token_hash) == 64


def test_an_unused_sign_in_expires(client, worker, later):
    enter(client, "worker@example.com")
    later(hours=71)
    assert client.get("/account").status_code == 200
    later(hours=71)
    assert client.get("/account").status_code == 200
    later(hours=73)
    assert client.get("/account").location == "/sign-in?next=/account"


def test_last_seen_is_written_at_most_once_a_minute(client, session, worker, later):
    enter(client, "worker@example.com")
    first = session.scalars(sa.select(SignIn.last_seen_at)).one()
    client.get("/account")
    assert session.scalars(sa.select(SignIn.last_seen_at)).one() == first
    later(seconds=61)
    client.get("/account")
    assert session.scalars(sa.select(SignIn.last_seen_at)).one() > first


def test_a_device_can_be_signed_out_from_another(client, session, worker, make):
    enter(client, "worker@example.com")
    lost = session.scalars(sa.select(SignIn.id)).one()
    client.enter(worker)
    assert client.send(f"/account/sign-ins/{lost}/revoke").status_code == 303
    rows = session.scalars(sa.select(SignIn).order_by(SignIn.id)).all()
    assert [row.revoked_at is None for row in rows] == [False, True]


def test_nobody_signs_another_person_out(client, session, worker, head):
    enter(client, "worker@example.com")
    theirs = session.scalars(sa.select(SignIn.id)).one()
    client.enter(head)
    assert client.send(f"/account/sign-ins/{theirs}/revoke").status_code == 404
    assert session.get(SignIn, theirs).revoked_at is None


def test_a_new_password_signs_the_other_devices_out(client, session, worker):
    enter(client, "worker@example.com")
    client.enter(worker)
    new = "five blue glass birds"
    fields = {"old": PASSWORD, "password": new, "again": new}
    assert client.send("/account/password", fields | {"old": WRONG}).status_code == 422
    assert client.send("/account/password", fields | {"again": WRONG}).status_code == 422
    assert client.send("/account/password", fields | {"password": "abc", "again": "abc"}).status_code == 422
    assert client.send("/account/password", fields).status_code == 303
    rows = session.scalars(sa.select(SignIn).order_by(SignIn.id)).all()
    assert [row.revoked_at is None for row in rows] == [False, True]
    client.send("/sign-out")
    assert enter(client, "worker@example.com").status_code == 422
    assert enter(client, "worker@example.com", new).status_code == 303


def test_confirming_the_password_is_throttled_and_leads_back(client, session, worker, later):
    enter(client, "worker@example.com")
    later(minutes=11)
    before = session.scalars(sa.select(SignIn.password_confirmed_at)).one()
    assert client.send("/confirm-password", {"password": WRONG}).status_code == 422
    assert session.scalars(sa.select(SignIn.password_confirmed_at)).one() == before
    answer = client.send("/confirm-password", {"password": PASSWORD, "next": "/account"})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert session.scalars(sa.select(SignIn.password_confirmed_at)).one() > before
    for _ in range(9):
        client.send("/confirm-password", {"password": WRONG})
    assert client.send("/confirm-password", {"password": PASSWORD}).status_code == 429


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
            "Android 上的 Chrome",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) MicroMessenger/8.0 Safari/604", "iPhone 上的 WeChat"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Windows 上的 Edge"),
        ("curl/8.5", "curl/8.5"),
        ("", "未知设备"),
    ],
)
def test_devices_are_named_in_a_few_words(app, agent, name):
    from cp_circles.people.views.shown import device_name

    with app.test_request_context("/"):
        assert device_name(agent) == name
