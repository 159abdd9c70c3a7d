"""The short form over HTTP: slips are asked about, photos lose their place, a queued form is stored once."""

import io
from datetime import date
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image

from cp_circles.db.models import Sending
from cp_circles.metering.models import ApiToken, Reading
from cp_circles.people.models import Role, ScopeKind

PERIOD = {"starts_on": "2026-07-01", "ends_on": "2026-07-31"}


@pytest.fixture
def meter(client, make, session):
    """A meter with three usual months, and its keeper signed in."""
    company = make.project().circle.company
    made = make.meter(company)
    for month in (4, 5, 6):
        make.reading(made, date(2026, month, 1), date(2026, month, 30), 1000 + month)
    keeper = make.person()
    make.grant(keeper, Role.METERING, ScopeKind.COMPANY, company)
    client.enter(keeper)
    return made


def live(session, meter):
    """The readings of July."""
    wanted = sa.select(Reading).where(Reading.meter_id == meter.id, Reading.starts_on == date(2026, 7, 1))
    return list(session.scalars(wanted))


def test_the_form_presets_the_next_period_and_says_the_last_value(client, meter):
    page = client.get(f"/meters/{meter.id}/log").get_data(as_text=True)
    assert 'value="2026-07-01"' in page and 'value="2026-07-31"' in page and "1,006" in page


def test_a_slip_is_asked_about_and_only_the_answer_is_stored(client, session, meter):
    path = f"/meters/{meter.id}/readings"
    asked = client.send(path, PERIOD | {"quantity": "1010000", "send_key": "k1"})
    assert asked.status_code == 422 and "您是不是想填 1,010" in asked.get_data(as_text=True)
    assert live(session, meter) == []
    assert (
        client.send(path, PERIOD | {"quantity": "1010000", "pressed": "1010", "send_key": "k1"}).status_code
        == 302
    )
    assert [row.quantity for row in live(session, meter)] == [1010]


def test_a_figure_that_is_right_after_all_is_kept_with_its_reason(client, session, meter):
    path, typed = f"/meters/{meter.id}/readings", PERIOD | {"quantity": "1010000"}
    asked = client.send(path, typed | {"pressed": "keep"})
    assert asked.status_code == 422 and 'name="kept" value="1010000"' in asked.get_data(as_text=True)
    assert live(session, meter) == []
    other = client.send(path, typed | {"quantity": "1020000", "kept": "1010000", "note": "试产"})
    assert other.status_code == 422 and "您是不是想填" in other.get_data(as_text=True)
    assert client.send(path, typed | {"kept": "1010000", "note": "试产"}).status_code == 302
    assert [row.quantity for row in live(session, meter)] == [1010000]


def test_a_photo_is_stored_without_its_place(client, session, meter):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 18.0, 0.0)}
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", exif=exif)
    photo = (io.BytesIO(out.getvalue()), "表.jpg")
    client.send(f"/meters/{meter.id}/readings", PERIOD | {"quantity": "1010", "photo": photo})
    reading = live(session, meter)[0]
    shown = client.get(f"/meters/readings/{reading.id}/photo")
    assert shown.status_code == 200 and not Image.open(io.BytesIO(shown.data)).getexif()
    shown.close()


def test_a_queued_form_sent_twice_answers_the_same_and_stores_once(client, session, meter):
    path, headers = f"/meters/{meter.id}/readings", {"X-Send-Key": "q1", "Accept": "application/json"}
    first = client.send(path, PERIOD | {"quantity": "1010"}, headers=headers)
    again = client.send(path, PERIOD | {"quantity": "1010"}, headers=headers)
    assert first.status_code == again.status_code == 200 and first.json == again.json
    assert first.json["location"] == f"/meters/{meter.id}" and "1,010" in first.json["messages"][0]
    assert len(live(session, meter)) == 1 == session.scalar(sa.select(sa.func.count()).select_from(Sending))


def test_a_queued_form_sent_by_two_tabs_at_once_is_stored_once(client, session, meter):
    path, headers = f"/meters/{meter.id}/readings", {"X-Send-Key": "q9", "Accept": "application/json"}
    with client.session_transaction() as cookie:
        data = PERIOD | {"quantity": "1010", "csrf_token": cookie["csrf"]}
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in client._cookies.values())
    session.commit()
    start, answers = Barrier(4), []

    def send() -> None:
        tab = FlaskClient(client.application, use_cookies=False)
        start.wait()
        answers.append(tab.post(path, data=data, headers=headers | {"Cookie": cookies}))

    tabs = [Thread(target=send) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(answer.json == answers[0].json for answer in answers)
    session.expire_all()
    assert len(live(session, meter)) == 1


def test_a_refused_queued_form_says_why_in_plain_data_and_may_be_sent_again(client, session, meter):
    path, headers = f"/meters/{meter.id}/readings", {"X-Send-Key": "q2", "Accept": "application/json"}
    refused = client.send(path, PERIOD | {"quantity": "1010000"}, headers=headers)
    assert refused.status_code == 422 and "您是不是想填 1,010" in refused.json["error"]
    assert "<" not in refused.json["error"] and live(session, meter) == []
    assert client.send(path, PERIOD | {"quantity": "1010"}, headers=headers).json["stored"] is True


def test_the_key_of_another_person_opens_nothing(client, session, make, meter):
    path, headers = f"/meters/{meter.id}/readings", {"X-Send-Key": "q3", "Accept": "application/json"}
    client.send(path, PERIOD | {"quantity": "1010"}, headers=headers)
    other = make.person()
    make.grant(other, Role.METERING, ScopeKind.COMPANY, meter.company)
    client.enter(other)
    answer = client.send(path, PERIOD | {"quantity": "1010"}, headers=headers)
    assert answer.status_code == 409 and "messages" not in answer.json


def test_a_counter_is_logged_by_what_it_shows(client, session, make, meter):
    register = make.register(meter.company, name="累计电表")
    path = f"/meters/{register.id}/readings"
    fell = client.send(path, {"read_on": "2026-02-28", "shown": "900"})
    assert fell.status_code == 422 and "过零" in fell.get_data(as_text=True)
    assert client.send(path, {"read_on": "2026-02-28", "shown": "1500"}).status_code == 302
    page = client.get(f"/meters/{register.id}").get_data(as_text=True)
    assert "示数 1,500" in page and "500 kWh" in page


def test_the_tiles_put_first_what_is_due(client, make, meter):
    done = make.meter(meter.company, name="已抄表")
    make.reading(done, date(2026, 8, 1), date(2026, 8, 31), 5)
    page = client.get("/meters/").get_data(as_text=True)
    assert page.index(meter.name) < page.index("已抄表") and "待抄" in page


def test_a_token_is_shown_once_and_revoked(client, session, make, meter):
    department = make.person()
    make.grant(department, Role.DEPARTMENT, ScopeKind.COMPANY, meter.company)
    client.enter(department)
    path = f"/meters/company/{meter.company_id}/tokens"
    made = client.send(path, {"name": "能源系统"}).get_data(as_text=True)
    row = session.scalars(sa.select(ApiToken)).one()
    text = made.split('token">')[1].split("<")[0]
    assert text.startswith("cpc_") and text not in client.get(path).get_data(as_text=True)
    assert row.token_hash not in made and row.made_by_id == department.id
    assert client.send(f"{path}/{row.id}/revoke").status_code == 302
    session.refresh(row)
    assert row.revoked_at is not None


def test_the_worker_and_its_page_hold_nothing_of_anybody(client, meter):
    worker = client.get("/sw.js")
    assert worker.mimetype == "text/javascript" and worker.headers["Cache-Control"] == "no-cache"
    me = client.get("/offline/me").json
    assert set(me) == {"person", "csrf"} and len(me["person"]) == 24
    client.delete_cookie("cp_session")
    assert "data-person" not in client.get("/offline").get_data(as_text=True)
    assert client.get("/offline/me", headers={"Accept": "application/json"}).status_code == 401
