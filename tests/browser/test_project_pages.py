"""The pages of projects and results: nothing for axe, nothing too wide."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from cp_circles.files.storage import LocalStorage
from cp_circles.people.models import Person
from cp_circles.people.secrets import hash_password
from cp_circles.results import services
from tests.conftest import NOW
from tests.projects.walking import walk
from tests.projects.world import make_world
from tests.results.planted import planted_project

pytestmark = pytest.mark.browser
PASSWORD = "four green paper boats"
TOO_WIDE = """() => [...document.querySelectorAll('main *')].filter(e =>
  !e.closest('svg, .vh, details:not([open])') && e.getBoundingClientRect().width > 0 &&
  e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))"""
PHONE = {"locale": "zh-CN", "color_scheme": "light", "viewport": {"width": 360, "height": 740}}
DESK = {"locale": "en-US", "color_scheme": "dark", "viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def paths(make, session, live, tmp_path):
    """Projects and results at every point of their way, and the paths of their pages."""
    world = make_world(session, make, NOW)
    leader = session.get(Person, world.leader.person_id)
    leader.email, leader.password_hash = "leader@example.com", hash_password(PASSWORD)
    draft, running = world.draft(), walk(world, world.registered("cp_audit"), until="options")
    storage = LocalStorage(tmp_path / "evidence")
    done = planted_project(world, storage)
    make.mv_1(done)
    frozen = services.draft_result(session, actor=world.leader, project=done, summary="节电", now=NOW)
    services.freeze_result(session, actor=world.leader, result=frozen, version=frozen.version, now=NOW)
    services.make_blind_pages(session, storage, result=frozen, now=NOW)
    first = frozen.blind_pages[0].id
    written = make.result(make.project(world.circle, state="completed"), state="draft")
    session.commit()
    return [
        "/projects",
        "/projects/new",
        f"/projects/{draft.id}",
        f"/projects/{draft.id}/edit",
        f"/projects/{running.id}",
        f"/projects/{running.id}/plan",
        f"/projects/{running.id}/indicators",
        f"/projects/{running.id}/history",
        f"/projects/{running.id}/steps/focus",
        f"/projects/{running.id}/steps/options",
        "/results",
        f"/results/{written.id}",
        f"/results/{written.id}/edit",
        f"/results/{written.id}/freeze",
        f"/results/{frozen.id}",
        f"/results/{frozen.id}/blind",
        f"/results/{frozen.id}/blind/{first}",
        f"/results/{frozen.id}/history",
    ]


VIEWS = [
    pytest.param(PHONE, id="zh-light-360", marks=pytest.mark.prove),
    pytest.param(DESK, id="en-dark-1280", marks=pytest.mark.prove),
]


@pytest.mark.parametrize("page", VIEWS, indirect=True)
def test_every_page_is_clean_and_fits(paths, page, request):
    page.goto("/sign-in")
    page.fill("input[name=identifier]", "leader@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    if "en-dark" in request.node.name:
        page.click("form[action='/language'] button")
    faults = []
    for path in paths:
        assert page.goto(path).status == 200, path
        for panel in page.query_selector_all("main details"):
            panel.evaluate("one => one.open = true")
        faults += [
            (path, rule["id"], rule["nodes"][0]["html"]) for rule in Axe().run(page).response["violations"]
        ]
        faults += [(path, "too wide", one) for one in page.evaluate(TOO_WIDE)]
    assert faults == []
