"""Without network: readings with a photo and an activity wait on the phone, and each arrives exactly once."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from werkzeug.serving import make_server

from cp_circles.circles.models import Activity
from cp_circles.db.models import Sending
from cp_circles.files.storage import LocalStorage
from cp_circles.metering.models import Reading
from tests.browser.windows import PASSWORD, QuietHandler
from tests.web_fixtures import free_port

pytestmark = pytest.mark.slow
PHONE = {"locale": "zh-CN", "viewport": {"width": 360, "height": 740}, "has_touch": True}


class Line:
    """The network between phone and house: the server really stops, and comes back at the same address."""

    def __init__(self, app: Any) -> None:
        self.app, self.port = app, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.server: Any = None

    def up(self) -> None:
        """Serve."""
        self.server = make_server(
            "127.0.0.1", self.port, self.app, threaded=True, request_handler=QuietHandler
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def down(self) -> None:
        """Stop serving."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def line(app: Any) -> Iterator[Line]:
    """The network, up."""
    made = Line(app)
    made.up()
    yield made
    made.down()


@pytest.fixture
def scene(make: Any, session: Any, app: Any) -> dict[str, Any]:
    """A circle of two people with accounts, and two meters of its company."""
    from cp_circles.people.secrets import hash_password

    circle = make.project().circle
    people = {"leader": circle.leader.person, "member": circle.members[1].person}
    for name, person in people.items():
        person.email, person.password_hash = f"{name}@example.com", hash_password(PASSWORD)
    meters = [
        make.meter(circle.company, name="空压站电表"),
        make.meter(circle.company, name="水表", unit="m3"),
    ]
    session.commit()
    return {"circle": circle, "meters": meters, **people}


@pytest.fixture
def phone(browser: Any, line: Line) -> Iterator[Any]:
    """A phone; what its browser keeps stays when all its pages are closed."""
    context = browser.new_context(base_url=line.url, **PHONE)
    context.set_default_timeout(10_000)
    yield context
    context.close()


def enter(phone: Any, name: str) -> Any:
    """Sign in by the form and wait until the pages for logging are kept."""
    page = phone.new_page()
    page.goto("/sign-in")
    page.fill("[name=identifier]", f"{name}@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/home")
    until(page, "navigator.serviceWorker.controller !== null")
    until(
        page,
        "((await cpOutbox.fact('pages')) || []).filter(one => /activities|log/.test(one.address)).length >= 3",
    )
    return page


def until(page: Any, fact: str) -> None:
    """Wait until an expression about what the browser keeps is true."""
    deadline = time.monotonic() + 15
    while not page.evaluate(f"async () => {fact}"):
        assert time.monotonic() < deadline, f"never true: {fact}"
        page.wait_for_timeout(100)


def cut(phone: Any, line: Line) -> None:
    """Take the network away."""
    line.down()
    phone.set_offline(True)


def mend(phone: Any, line: Line) -> None:
    """Give it back."""
    line.up()
    phone.set_offline(False)


def log(page: Any, meter: Any, quantity: str, photo: bytes | None = None) -> None:
    """Tile, figure, save: three taps."""
    page.goto("/meters/")
    page.click(f"a[href='/meters/{meter.id}/log']")
    page.fill("[name=quantity]", quantity)
    if photo is not None:
        page.click("details:has([name=photo]) summary")
        page.set_input_files("[name=photo]", {"name": "表.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.click(".reading button[type=submit]:last-of-type")


def waiting(page: Any) -> int:
    """How many entries wait, as the header shows."""
    return page.locator("[data-outbox-list] li").count()


def picture_with_place() -> bytes:
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 18.0, 0.0)}
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


def rows(session: Any, model: Any) -> list[Any]:
    """All rows, as they stand in the database now."""
    session.rollback()
    return list(session.scalars(sa.select(model)))


def test_what_is_written_without_network_arrives_exactly_once(phone, line, scene, session, app):
    first, second = scene["meters"]
    enter(phone, "leader").close()
    cut(phone, line)

    page = phone.new_page()
    log(page, first, "93612", picture_with_place())
    page.wait_for_url("**/offline#kept")
    log(page, second, "1200")
    page.wait_for_url("**/offline#kept")
    page.goto(f"/circles/{scene['circle'].id}/activities/new")
    page.fill("[name=summary]", "巡检空压站漏点")
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_url("**/offline#kept")
    until(page, "document.querySelectorAll('[data-outbox-list] li').length === 3")
    assert "空压站电表 · 93612" in page.inner_text("[data-outbox-list]")
    assert "1 个文件" in page.inner_text("[data-outbox-list]")
    assert page.inner_text("[data-outbox-count]") == "3"
    page.close()
    assert rows(session, Reading) == [] and rows(session, Activity) == []

    page = phone.new_page()
    page.goto("/offline")
    until(page, "document.querySelectorAll('[data-outbox-list] li').length === 3")
    mend(phone, line)
    page.goto("/home")
    until(page, "(await cpOutbox.all()).length === 0")
    page.evaluate("cpOutbox.flush()")

    found = {reading.meter_id: reading for reading in rows(session, Reading)}
    assert {key: str(one.quantity.normalize()) for key, one in found.items()} == {
        first.id: "93612",
        second.id: "1.2E+3",
    }
    kept = LocalStorage(app.extensions["cp_config"].evidence_folder).open(found[first.id].photo_sha256)
    with kept, Image.open(kept) as photo:
        assert photo.size == (64, 48) and not photo.getexif()
    assert [one.summary for one in rows(session, Activity)] == ["巡检空压站漏点"]
    assert len(rows(session, Sending)) == 3


def test_two_figures_written_from_one_kept_page_are_two_entries(phone, line, scene, session):
    meter = scene["meters"][0]
    enter(phone, "leader").close()
    cut(phone, line)
    page = phone.new_page()
    log(page, meter, "500")
    page.wait_for_url("**/offline#kept")
    log(page, meter, "600")
    until(page, "document.querySelectorAll('[data-outbox-list] li').length === 2")
    mend(phone, line)
    page.goto("/home")
    until(page, "(await cpOutbox.all()).map(one => one.state).join() === 'refused'")
    page.goto("/offline")
    page.wait_for_selector("[data-state=refused]")
    assert "已有" in page.inner_text("[data-outbox-list] .error")
    assert [int(one.quantity) for one in rows(session, Reading)] == [500]


def test_an_expired_sign_in_keeps_the_entries_for_their_writer_only(phone, line, scene, session):
    meter = scene["meters"][0]
    enter(phone, "leader").close()
    cut(phone, line)
    page = phone.new_page()
    log(page, meter, "777")
    page.wait_for_url("**/offline#kept")
    phone.clear_cookies()
    mend(phone, line)
    page.goto("/sign-in")
    page.wait_for_selector("[data-outbox-anybody]:not([hidden])")
    assert rows(session, Reading) == []
    page.close()

    page = enter(phone, "member")
    page.evaluate("cpOutbox.flush()")
    page.goto("/offline")
    page.wait_for_timeout(500)
    assert waiting(page) == 0 and "777" not in page.inner_text("body")
    assert rows(session, Reading) == []
    phone.clear_cookies()
    page.close()

    page = enter(phone, "leader")
    until(page, "(await cpOutbox.all()).length === 0")
    found = rows(session, Reading)
    assert [(int(one.quantity), one.recorded_by_id) for one in found] == [(777, scene["leader"].id)]


def test_signing_out_asks_about_what_waits_and_leaves_nothing_behind(phone, line, scene, session):
    meter = scene["meters"][0]
    enter(phone, "leader").close()
    cut(phone, line)
    page = phone.new_page()
    log(page, meter, "888")
    page.wait_for_url("**/offline#kept")
    page.evaluate(
        "async () => { for (const one of await cpOutbox.all()) await cpOutbox.put({ ...one, state: 'refused' }) }"
    )
    mend(phone, line)
    page.goto("/home")
    page.click("details.menu:has(form[action$='/sign-out']) > summary")
    page.click("form[action$='/sign-out'] button")
    page.wait_for_selector("[data-outbox-ask][open]")
    assert page.inner_text("[data-outbox-ask-count]") == "1"
    page.click("[data-outbox-stay]")
    assert page.url.endswith("/home")
    page.click("details.menu:has(form[action$='/sign-out']) > summary")
    page.click("form[action$='/sign-out'] button")
    page.click("[data-outbox-drop]")
    page.wait_for_url("**/sign-in")
    assert page.evaluate("async () => (await cpOutbox.all()).length") == 0
    assert page.evaluate("async () => (await caches.keys()).includes('cp-pages')") is False
    assert rows(session, Reading) == []
    cut(phone, line)
    page.goto(f"/meters/{meter.id}/log")
    assert meter.name not in page.inner_text("body")
