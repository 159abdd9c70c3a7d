"""Boxes drawn over a page by mouse and by finger, taken away again, and painted on what judges are shown."""

import io

import pytest
from PIL import Image

from cp_circles.files.storage import LocalStorage
from cp_circles.people.models import Person
from cp_circles.people.secrets import hash_password
from cp_circles.results import services
from cp_circles.results.models import BlindPage
from tests.conftest import NOW
from tests.projects.world import make_world
from tests.results.planted import planted_project

pytestmark = pytest.mark.browser
PASSWORD = "four green paper boats"


@pytest.fixture
def page_row(make, session, live, tmp_path):
    """The first blind page of a frozen result, whose leader can sign in."""
    world, storage = make_world(session, make, NOW), LocalStorage(tmp_path / "evidence")
    leader = session.get(Person, world.leader.person_id)
    leader.email, leader.password_hash = "leader@example.com", hash_password(PASSWORD)
    project = planted_project(world, storage)
    result = services.draft_result(session, actor=world.leader, project=project, summary="节电", now=NOW)
    services.freeze_result(session, actor=world.leader, result=result, version=result.version, now=NOW)
    services.make_blind_pages(session, storage, result=result, now=NOW)
    session.commit()
    return result.blind_pages[0]


def opened(browser, live, row, **kind):
    context = browser.new_context(**kind)
    page = context.new_page()
    page.goto(f"{live.url}/sign-in")
    page.fill("[name=identifier]", "leader@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.goto(f"{live.url}/results/{row.result_id}/blind/{row.id}")
    return page


def typed(page, row):
    return [page.input_value(f"[name=boxes-{row}-{name}]") for name in ("left", "top", "width", "height")]


def drag(page, start, end):
    frame = page.locator("[data-boxes]").bounding_box()
    points = [(frame["x"] + frame["width"] * x, frame["y"] + frame["height"] * y) for x, y in (start, end)]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=4)
    page.mouse.up()


def test_a_box_is_dragged_becomes_typed_percentages_and_is_painted(
    browser, live, session, page_row, tmp_path
):
    faults, row_id = [], page_row.id
    page = opened(browser, live, page_row, viewport={"width": 1280, "height": 800})
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.reload()
    drag(page, (0.601, 0.501), (0.799, 0.699))
    assert typed(page, 0) == ["60", "50", "20", "20"]
    for place in range(1, 4):
        drag(page, (0.05, 0.2 * place + 0.001), (0.149, 0.2 * place + 0.099))
    assert typed(page, 3)[0] == "5" and page.locator(".boxes__box").count() == 4
    page.locator(".boxes__box").nth(3).click()
    assert typed(page, 3) == ["", "", "", ""] and page.locator(".boxes__box").count() == 3
    drag(page, (0.9, 0.9), (0.905, 0.905))
    assert page.locator(".boxes__box").count() == 3
    with page.expect_navigation():
        page.click("#boxes [type=submit]")
    session.rollback()
    row = session.get(BlindPage, row_id)
    assert row.boxes[0] == [600, 500, 200, 200] and len(row.boxes) == 3
    with LocalStorage(tmp_path / "evidence").open(row.shown_sha256) as stream:
        image = Image.open(io.BytesIO(stream.read())).convert("RGB")
    assert image.getpixel((int(0.7 * image.width), int(0.6 * image.height))) == (20, 20, 20)
    assert faults == []


def test_a_finger_scrolls_until_drawing_is_switched_on(browser, live, page_row):
    page = opened(
        browser, live, page_row, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    toggle = page.locator("[data-boxes-toggle]")
    assert toggle.get_attribute("aria-pressed") == "false"
    drag(page, (0.2, 0.2), (0.5, 0.5))
    assert typed(page, 0) == ["", "", "", ""]
    toggle.tap()
    assert page.evaluate("getComputedStyle(document.querySelector('[data-boxes]')).touchAction") == "none"
    drag(page, (0.201, 0.201), (0.499, 0.499))
    assert typed(page, 0) == ["20", "20", "30", "30"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_scripts_the_percentages_are_typed(browser, live, page_row):
    page = opened(browser, live, page_row, java_script_enabled=False)
    assert not page.locator("[data-boxes-toggle]").is_visible()
    page.fill("[name=boxes-0-left]", "10")
    for name in ("top", "width", "height"):
        page.fill(f"[name=boxes-0-{name}]", "10")
    page.click("#boxes [type=submit]")
    assert typed(page, 0) == ["10", "10", "10", "10"]
