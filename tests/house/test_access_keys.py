"""Pages behind a key: what was held, invited, reset or uploaded is shown to its owner and to nobody else."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.organisations.models import Company, Region
from cp_circles.people import services as people
from cp_circles.people.models import HeldForm
from tests.conftest import NOW
from tests.house.stage import Stage, read
from tests.house.world import NAMED, READERS
from tests.imports.test_chinese_sheet import ROWS, workbook
from tests.web_fixtures import CSRF

pytestmark = pytest.mark.http
KEY, PASSWORD = "0123456789abcdef", "long-enough-for-a-test-2026"
SIDES = ("A", "B")


@contextmanager
def planted(stage: Stage) -> Iterator[Session]:
    """A session whose additions the application sees, and which are gone afterwards."""
    stage.clock.moment = NOW
    try:
        with Session(stage.app.extensions["cp_sessions"].engine) as session:
            yield session
    finally:
        stage.clock.moment = NOW
        stage.put_back()


def visit(stage: Stage, path: str, name: str, letter: str = "A", **more: Any) -> Any:
    """The answer to a reader: a page, or an act where `data` is sent."""
    cookie = stage.cookie("" if name == "visitor" else name, letter) + more.pop("cookie", "")
    client, headers = stage.app.test_client(use_cookies=False), {"Cookie": cookie}
    if "data" in more:
        return read(client.post(path, data={"csrf_token": CSRF} | more["data"], headers=headers))
    return read(client.get(path, headers=headers))


def everybody(stage: Stage) -> list[tuple[str, str]]:
    """Every signed-in reader of both sides."""
    return [(letter, name) for letter in SIDES for name in NAMED if (letter, name) in stage.world.tokens]


def test_a_held_form_is_shown_to_who_typed_it(stage):
    secret = stage.world.own.secret
    with planted(stage) as session:
        session.add(
            HeldForm(
                key_hash=hashlib.sha256(KEY.encode()).hexdigest(),
                person_id=stage.world.own.people["leader"].id,
                path="/circles/1",
                payload={"page": "/circles/1/edit", "fields": [["slogan", secret]]},
                held_at=NOW - timedelta(hours=1),
            )
        )
        session.commit()
        held = f"; cp_held={KEY}"
        shown = visit(stage, "/held-form", "leader", cookie=held)
        assert shown.status_code == 200
        assert secret in shown.text
        assert visit(stage, "/held-form", "leader").status_code == 404
        for letter, name in everybody(stage):
            if (letter, name) != ("A", "leader"):
                answer = visit(stage, "/held-form", name, letter, cookie=held)
                assert (answer.status_code, secret in answer.text) == (404, False), (letter, name)
        asked = visit(stage, "/held-form", "visitor", cookie=held)
        assert asked.status_code == 302
        assert "/sign-in" in asked.location
        stage.clock.move(hours=24)
        stage.stay_signed_in(stage.clock.moment)
        assert visit(stage, "/held-form", "leader", cookie=held).status_code == 404


def test_the_visitors_chart_shows_what_both_sides_saved(stage):
    for name in READERS:
        answer = visit(stage, "/public/season.csv", name)
        assert answer.status_code == 200, name
        assert "2026" in answer.text
        assert stage.world.own.secret not in answer.text


@pytest.mark.parametrize("kind", ["invitations", "reset-password"])
def test_a_key_opens_its_account_once_and_for_a_while(stage, kind):
    who, mails = "新来的甲", []
    with planted(stage) as session:
        department = stage.world.own.actor("department")
        _person, key = people.invite_person(
            session, actor=department, name=who, email="new@example.com",
            company_id=stage.world.own.company.id, send=lambda *_, **facts: mails.append(facts),
            path_of=str, now=NOW,
        )  # fmt: skip
        if kind == "reset-password":
            people.accept_invitation(session, key=key, password=PASSWORD, now=NOW)
            people.request_password_reset(
                session, identifier="new@example.com", send=lambda *_, **facts: mails.append(facts),
                path_of=str, now=NOW,
            )  # fmt: skip
            key = mails[-1]["values"]["url"]
        session.commit()
        path = f"/{kind}/{key}"
        for letter, name in [("A", "visitor"), *everybody(stage)]:
            wrong = visit(stage, f"/{kind}/{'0' * 32}", name, letter)
            assert (wrong.status_code, who in wrong.text) == (404, False), name
        page = visit(stage, path, "visitor")
        assert page.status_code == 200
        assert who in page.text
        form = {"password": PASSWORD + "x", "again": PASSWORD + "x"}
        assert visit(stage, path, "visitor", data=form).status_code == 303
        spent = visit(stage, path, "visitor")
        assert (spent.status_code, who in spent.text) == (404, False)
        assert visit(stage, path, "visitor", data=form).status_code == 404


def test_an_upload_is_previewed_by_who_sent_it(stage):
    secret = stage.world.own.secret
    row = [ROWS[0][0], stage.world.own.company.name, f"课题 {secret}", *ROWS[0][3:]]
    with planted(stage) as session:
        session.execute(sa.update(Region).values(pack="china"))
        session.execute(sa.update(Company).values(code_scheme="USCC"))
        session.commit()
        file = (io.BytesIO(workbook(row)), "汇总.xlsx")
        sent = visit(stage, "/imports", "department", data={"mapping": "cn_project_sheet", "file": file})
        assert sent.status_code == 303, sent.text[-2000:]
        preview = sent.location
        assert secret in visit(stage, preview, "department").text
        ordered = visit(stage, preview, "department", data={"changed": "skip", "send_key": "k"})
        assert ordered.status_code == 303
        report = ordered.location
        findings = f"{report}/findings.csv"
        for path in (report, findings):
            assert visit(stage, path, "department").status_code == 200
            assert visit(stage, path, "administrator").status_code == 200
        for letter, name in everybody(stage):
            paths = [preview] if name == "administrator" else [preview, report, findings]
            for path in paths if (letter, name) != ("A", "department") else []:
                answer = visit(stage, path, name, letter)
                assert (answer.status_code, secret in answer.text) == (404, False), (letter, name, path)
        order = {"changed": "skip", "send_key": "other"}
        assert visit(stage, preview, "department", "B", data=order).status_code == 404
