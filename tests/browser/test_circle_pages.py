"""The pages of circles, companies, tasks and messages: nothing for axe, nothing too wide, no script needed."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from cp_circles.circles import services
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.secrets import hash_password
from tests.conftest import NOW

pytestmark = pytest.mark.browser
PASSWORD = "four green paper boats"
TOO_WIDE = """() => [...document.querySelectorAll('main *')].filter(e =>
  !e.closest('svg, .vh, details:not([open])') && e.getBoundingClientRect().width > 0 &&
  e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def scene(make, session):
    """A head of a department with a circle in each state that asks for something."""
    company = make.company(make.places()[-1], short_code="HX01", name="示例化纤有限公司")
    make.department(company, "印染车间")
    head = make.person(name="示例部长", email="head@example.com", password_hash=hash_password(PASSWORD))
    make.grant(head, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    make.grant(head, Role.OFFICIAL, ScopeKind.REGION, company.region)
    worker = make.employed(
        company, make.person(name="王一", email="wang@example.com", password_hash=hash_password(PASSWORD))
    )
    waiting = make.circle(company, "returned", name="节汽先锋小组", slogan="一滴水，一度电")
    services.submit_circle(session, actor=make.actor(waiting.leader.person), circle=waiting, now=NOW)
    live = make.circle(company, name="节水小组", leader=worker)
    make.circle_member(live)
    make.activity(live, place="锅炉房", summary="测量了 2 号蒸汽管线的泄漏点")
    session.commit()
    return {"company": company.id, "region": company.region_id, "waiting": waiting.id, "live": live.id}


def enter(page, name):
    page.goto("/sign-in")
    page.fill("input[name=identifier]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def paths(scene):
    return [
        "/tasks",
        "/outbox",
        "/companies",
        f"/companies/{scene['company']}",
        f"/companies/{scene['company']}/edit",
        f"/companies/new?region={scene['region']}",
        f"/regions/{scene['region']}",
        "/circles",
        "/circles/new",
        f"/circles/{scene['waiting']}",
        f"/circles/{scene['live']}",
        f"/circles/{scene['live']}/edit",
        f"/circles/{scene['live']}/activities",
        f"/circles/{scene['live']}/activities/new",
    ]


PHONE = {"locale": "zh-CN", "color_scheme": "light", "viewport": {"width": 360, "height": 740}}
DESK = {"locale": "en-US", "color_scheme": "dark", "viewport": {"width": 1280, "height": 800}}


VIEWS = [
    pytest.param(PHONE, id="zh-light-360", marks=pytest.mark.prove),
    pytest.param(DESK, id="en-dark-1280", marks=pytest.mark.prove),
]


@pytest.mark.parametrize("page", VIEWS, indirect=True)
def test_every_page_is_clean_and_fits(scene, page, tmp_path, request):
    enter(page, "head@example.com")
    english = "en-dark" in request.node.name
    if english:
        page.click("form[action='/language'] button")
    faults = []
    for number, path in enumerate(paths(scene)):
        answer = page.goto(path)
        assert answer.status == 200, path
        for panel in page.query_selector_all("main details"):
            panel.evaluate("one => one.open = true")
        page.screenshot(path=tmp_path / f"{number:02d}.png", full_page=True)
        found = Axe().run(page).response["violations"]
        faults += [(path, each["id"], node["html"][:160]) for each in found for node in each["nodes"]]
        faults += [(path, "too wide", each) for each in page.evaluate(TOO_WIDE)]
    assert faults == []


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_a_circle_from_form_to_number_without_scripts(scene, page, session):
    enter(page, "wang@example.com")
    page.goto("/circles/new")
    page.fill("input[name=name]", "无脚本小组")
    for row, name in enumerate(("王一", "李二", "赵三")):
        page.fill(f"input[name=members-{row}-who]", name)
    page.check("input[name=members-0-is_leader]")
    page.click("button[name=submit]")
    assert page.locator("h1").inner_text() == "无脚本小组"
    address = page.url
    page.context.clear_cookies()
    enter(page, "head@example.com")
    page.goto("/tasks")
    page.click("text=审批小组“无脚本小组”的注册 >> xpath=.. >> a")
    assert page.url == address
    page.click("button:has-text('批准')")
    assert "HX01-2026-0001" in page.locator(".head").inner_text()
