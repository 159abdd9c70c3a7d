"""Default deny, forms that need their token, and refusals in the reader's language."""

import pytest

from cp_circles.people.models import Role
from cp_circles.web.doors import Door
from tests.web_fixtures import CSRF


def test_a_view_without_a_row_is_closed(trial, client, make, session):
    client.enter(make.person())
    answer = client.get("/trial/nobody")
    assert answer.status_code == 404
    assert answer.text.find("open</") == -1


def test_a_second_row_for_an_endpoint_is_refused(app):
    from cp_circles.web.doors import PUBLIC, add_doors

    with pytest.raises(RuntimeError, match=r"web\.health"):
        add_doors(app, (Door("web.health", PUBLIC),))


def test_a_visitor_is_asked_to_sign_in_and_comes_back(trial, client):
    answer = client.get("/trial/note?page=2")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/trial/note?page%3D2"


def test_a_script_without_a_sign_in_is_told_so_as_data(trial, client):
    answer = client.get("/trial/note", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["status"]) == (401, 401)


@pytest.mark.parametrize(("role", "status"), [(Role.JUDGE, 200), (Role.FINANCE, 404)])
def test_a_door_opens_to_its_roles_only(trial, client, make, session, role, status):
    person = make.person()
    make.grant(person, role)
    client.enter(person)
    answer = client.get("/trial/judges")
    assert answer.status_code == status
    assert (answer.text == "judges") is (status == 200)


@pytest.mark.parametrize("data", [{}, {"csrf_token": ""}, {"csrf_token": "wrong"}])
def test_an_unsafe_request_without_the_token_is_refused(trial, client, session, data):
    client.get("/sign-in")
    assert client.post("/trial/write/200", data=data).status_code == 403


HERE = {"Origin": "http://localhost"}


@pytest.mark.parametrize(("path", "field"), [("/theme", {"theme": "dark"}), ("/language", {"locale": "en"})])
def test_a_visitor_without_a_session_chooses_language_and_look_without_a_token(client, path, field):
    assert client.post(path, data=field | {"next": "/sign-in"}, headers=HERE).location == "/sign-in"
    page = client.get("/sign-in").text
    assert ('data-theme="dark"' if path == "/theme" else 'lang="en"') in page


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Origin": "http://[", "Referer": "x"}],
)
def test_a_choice_that_a_foreign_page_sends_is_refused(client, headers):
    answer = client.post("/theme", data={"theme": "dark"}, headers=headers)
    assert answer.status_code == 403
    assert 'data-theme="dark"' not in client.get("/sign-in").text


def test_whoever_has_a_session_needs_its_token_for_a_choice_too(client, make):
    client.enter(make.person())
    assert client.post("/language", data={"locale": "en"}, headers=HERE).status_code == 303
    assert 'lang="en"' not in client.get("/account").text
    visitor = client.application.test_client()
    visitor.get("/sign-in")
    assert visitor.post("/theme", data={"theme": "dark"}, headers=HERE).status_code == 403


def test_a_page_of_here_replaces_no_token_anywhere_else(trial, client):
    assert client.post("/trial/write/200", headers=HERE).status_code == 403


def test_the_token_is_taken_from_a_header_too(trial, client):
    client.send("/theme")
    answer = client.post("/trial/write/200", headers={"X-CSRF-Token": CSRF})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("missing", 404, "没有这个页面"),
        ("forbidden", 403, "您无权"),
        ("state", 409, "当前状态"),
        ("invalid", 422, "不能使用"),
    ],
)
def test_refusals_have_pages_and_data_of_their_own(trial, client, kind, status, words):
    page = client.get(f"/trial/refuse/{kind}")
    data = client.get(f"/trial/refuse/{kind}", headers={"Accept": "application/json"})
    assert (page.status_code, data.status_code) == (status, status)
    assert words in page.text and words in data.json["message"]
    assert len(data.json["reference"]) == 8
    assert page.headers["Cache-Control"] == "no-store"


def test_too_large_a_request_is_refused_with_the_limit(app, client):
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    answer = client.send("/theme", {"theme": "x" * 1_500_000})
    assert answer.status_code == 413
    assert "1 MB" in answer.text


def test_unknown_addresses_and_methods(app, client):
    client.get("/sign-in")
    assert client.get("/no/such/page").status_code == 404
    answer = client.send("/health")
    assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True)


@pytest.mark.parametrize("path", ["/sign-in", "/health", "/no/such/page"])
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_hsts_over_https_only(client):
    answer = client.get("/health", base_url="https://localhost")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_signed_in_pages_are_not_kept(trial, client, make, session):
    client.enter(make.person())
    assert client.get("/account").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "evil"])
def test_a_switch_never_leads_outside(client, target):
    assert client.send("/theme", {"theme": "dark", "next": target}).location == "/"


def test_language_and_look_are_remembered(client, make, session):
    person = make.person()
    client.enter(person)
    assert 'lang="zh-Hans"' in client.get("/account").text
    assert client.send("/language", {"locale": "en", "next": "/account"}).location == "/account"
    client.send("/theme", {"theme": "dark"})
    page = client.get("/account").text
    assert 'lang="en"' in page and 'data-theme="dark"' in page
    assert person.locale == "en"
    assert client.send("/language", {"locale": "xx"}).status_code == 303
    assert 'lang="en"' in client.get("/account").text
