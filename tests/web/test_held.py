"""A form that came too late is there again, filled, for the same person only."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from cp_circles.people.models import HeldForm, Person, SignIn
from tests.conftest import NOW
from tests.web_fixtures import CSRF

FROM = {"Referer": "http://localhost/trial/note"}


@pytest.fixture
def person(make):
    return make.person(name="甲")


def expire(session):
    session.execute(sa.update(SignIn).values(last_seen_at=NOW - timedelta(hours=100)))
    session.commit()


def test_a_form_after_an_expired_sign_in_comes_back_filled(trial, client, session, person):
    client.enter(person)
    expire(session)
    answer = client.send("/trial/note", {"text": "三班读数 1234"}, headers=FROM)
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/trial/note"
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1

    client.enter(person)
    page = client.get("/trial/note").text
    assert "三班读数 1234" in page
    assert "重新发送" in page

    assert client.send("/trial/note", {"text": "三班读数 1234"}, headers=FROM).status_code == 303
    assert "三班读数 1234" not in client.get("/trial/note").text
    assert session.scalar(sa.select(sa.func.count()).select_from(HeldForm)) == 0


def test_another_person_on_the_same_phone_does_not_see_it(trial, client, session, person, make):
    client.enter(person)
    expire(session)
    client.send("/trial/note", {"text": "秘密文字"}, headers=FROM)
    client.enter(make.person(name="乙"))
    assert "秘密文字" not in client.get("/trial/note").text
    assert client.get("/held-form").status_code == 404


def test_it_is_gone_after_a_day(trial, client, session, person):
    client.enter(person)
    expire(session)
    client.send("/trial/note", {"text": "旧文字"}, headers=FROM)
    session.execute(sa.update(HeldForm).values(held_at=NOW - timedelta(hours=25)))
    client.enter(person)
    assert "旧文字" not in client.get("/trial/note").text


def test_files_are_not_kept_and_the_page_says_so(trial, client, session, person):
    client.enter(person)
    expire(session)
    data = {"text": "带照片", "photo": (BytesIO(b"x"), "a.png"), "password": "geheim", "csrf_token": CSRF}
    client.post("/trial/note", data=data, headers=FROM, content_type="multipart/form-data")
    client.enter(person)
    page = client.get("/trial/note").text
    assert "带照片" in page and "文件" in page
    kept = session.scalars(sa.select(HeldForm)).one()
    assert (kept.had_files, kept.payload["fields"]) == (True, [["text", "带照片"]])


def test_an_old_page_of_a_signed_in_person_loses_nothing_either(trial, client, session, person):
    client.enter(person)
    answer = client.post("/trial/note", data={"text": "旧页面", "csrf_token": "old"}, headers=FROM)
    assert (answer.status_code, answer.location) == (303, "/trial/note")
    assert "旧页面" in client.get("/trial/note").text
    assert "旧页面" in client.get("/held-form").text


def test_what_was_held_can_be_thrown_away(trial, client, session, person):
    client.enter(person)
    client.post("/trial/note", data={"text": "不要了", "csrf_token": "old"}, headers=FROM)
    assert client.send("/held-form/drop").status_code == 303
    assert client.get("/held-form").status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(HeldForm)) == 0


def test_signing_asks_for_the_password_and_keeps_the_form(trial, client, session, person):
    client.enter(person)
    assert client.send("/trial/sign", {"text": "数额 5"}).text == "signed"
    session.execute(sa.update(SignIn).values(password_confirmed_at=NOW - timedelta(minutes=11)))
    answer = client.send("/trial/sign", {"text": "数额 5"})
    assert (answer.status_code, answer.location) == (303, "/confirm-password?next=/trial/note")
    assert "数额 5" in client.get("/trial/note").text


def test_a_script_with_an_old_token_is_told_so(trial, client, session, person):
    client.enter(person)
    answer = client.post("/trial/note", data={"text": "x"}, headers={"Accept": "application/json"})
    assert (answer.status_code, session.scalar(sa.select(sa.func.count()).select_from(HeldForm))) == (403, 0)
