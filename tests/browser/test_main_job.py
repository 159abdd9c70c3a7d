"""Parts of the main job in a real browser behind gunicorn: registration, score sheet, standing, award, lost sign-ins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.judging.models import ScoreSheet, SheetState
from cp_circles.people.models import Person, SignIn
from cp_circles.people.secrets import hash_password
from tests.conftest import NOW
from tests.house.stage import Stage
from tests.house.world import Side
from tests.web_fixtures import Live, is_policy_fault, serve

pytestmark = pytest.mark.slow
PASSWORD = "four green paper boats"
LOCALES = {"zh": "zh-CN", "en": "en-US"}


@pytest.fixture(scope="module")
def lit(stage: Stage) -> Iterator[tuple[Stage, Live]]:
    """Two companies with rounds under way, behind gunicorn; put back when the last window is closed."""
    with serve(f"sqlite:///{stage.file}", stage.file.parent) as live:
        yield stage, live
    stage.put_back()


@pytest.fixture(params=["zh", pytest.param("en", marks=pytest.mark.prove)])
def desk(lit: tuple[Stage, Live], browser: Any, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A place at which people of side A sign in by one password, in one language; no fault in the console."""
    stage, live = lit
    stage.put_back()
    with stage.app.extensions["cp_sessions"].writing() as session, session.begin():
        hashed = hash_password(PASSWORD)
        session.execute(sa.update(Person).where(Person.email.is_not(None)).values(password_hash=hashed))
    opened = Desk(stage, live, browser, LOCALES[request.param])
    yield opened
    opened.close()
    assert opened.faults == []


class Desk:
    """Windows of different people on one server."""

    def __init__(self, stage: Stage, live: Live, browser: Any, locale: str) -> None:
        self.stage, self.live, self.browser, self.locale = stage, live, browser, locale
        self.side: Side = stage.world.own
        self.windows: dict[str, Any] = {}
        self.faults: list[str] = []

    def window(self, name: str) -> Any:
        """The window of somebody, signed in by the form."""
        if name not in self.windows:
            context = self.browser.new_context(
                locale=self.locale, base_url=self.live.url, viewport={"width": 1280, "height": 900}
            )
            context.set_default_timeout(15_000)
            page = context.new_page()
            page.on("pageerror", lambda error: self.faults.append(str(error)))
            page.on("console", lambda line: self.faults.append(line.text) if is_policy_fault(line) else None)
            self.windows[name] = page
            if name != "visitor":
                self.sign_in(page, name)
        return self.windows[name]

    def sign_in(self, page: Any, name: str) -> None:
        """Type address and password, in the language of this run."""
        page.goto("/sign-in")
        language = "en" if self.locale.startswith("en") else "zh"
        assert page.locator("html").get_attribute("lang").startswith(language)
        page.fill("[name=identifier]", f"{name}.a@example.com")
        page.fill("[name=password]", PASSWORD)
        page.locator("form:has([name=password]) button[type=submit]").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        if not page.locator("html").get_attribute("lang").startswith(language):
            page.locator("form[action*='/language'] button").first.click()
            page.wait_for_load_state()
        assert page.locator("html").get_attribute("lang").startswith(language)

    def expire(self, name: str) -> None:
        """Let somebody's sign-ins have been idle for too long."""
        person = self.side.people[name].id
        with self.stage.app.extensions["cp_sessions"].writing() as session, session.begin():
            idle = sa.update(SignIn).where(SignIn.person_id == person)
            session.execute(idle.values(last_seen_at=NOW - timedelta(days=60)))

    def stored(self, wanted: Any) -> Any:
        """One row as it is in the database now."""
        with Session(self.stage.app.extensions["cp_sessions"].engine, expire_on_commit=False) as session:
            return session.scalars(wanted).first()

    def close(self) -> None:
        """Close all windows."""
        for page in self.windows.values():
            page.context.close()


def press(page: Any, action: str) -> None:
    """Open the panel of a form if it has one, and press its button."""
    form = page.locator(f"form[action$='{action}']").first
    panel = page.locator(f"details:has(form[action$='{action}'])").first
    if panel.count() and panel.get_attribute("open") is None:
        panel.locator("summary").first.click()
    form.locator("button[type=submit]").first.click()
    page.wait_for_load_state()


def test_a_circle_is_registered_and_approved(desk):
    leader = desk.window("leader")
    leader.goto("/circles/new")
    leader.fill("[name=name]", "浏览器小组")
    for place, name in enumerate(("leader", "member")):
        leader.fill(f"[name=members-{place}-who]", f"{name} {desk.side.who}")
    leader.fill("[name=members-2-who]", "示例新同事")
    leader.check("[name=members-0-is_leader]")
    leader.locator("button[name=submit]").click()
    leader.wait_for_url(re.compile(r"/circles/\d+$"))
    department = desk.window("department")
    department.goto(leader.url)
    press(department, "/approve")
    assert re.search(rf"{desk.side.company.short_code}-2026-\d{{4}}", department.inner_text("main"))


def test_a_sheet_is_scored_by_keyboard_in_two_windows_and_past_a_sign_in(desk):
    side, judge = desk.side, desk.window("judge")
    here = f"/judging/desk/{side.company_entry.blind_key}/on_site"
    wanted = sa.select(ScoreSheet).where(ScoreSheet.id == side.sheet.id)
    judge.goto(here)
    scores = judge.locator("[data-score]")
    judge.wait_for_selector("form#sheet.is-keyed")
    judge.keyboard.press("Control+Enter")
    assert scores.first.evaluate("one => one === document.activeElement")
    for _ in range(scores.count()):
        judge.keyboard.type("5")
        judge.keyboard.press("Enter")
    save(judge, "saved")
    assert set(desk.stored(wanted).points.values()) == {"5"}
    other = judge.context.new_page()
    other.goto(here)
    score(other, 0, "4")
    save(other, "saved")
    other.close()
    score(judge, 0, "3")
    save(judge, "refused")
    judge.keyboard.press("Control+s")
    both = judge.locator(".merge tbody tr").first.inner_text()
    assert "4" in both and "3" in both and next(iter(desk.stored(wanted).points.values())) == "4"
    judge.wait_for_selector("#sheet[data-autosave-ready]")
    save(judge, "saved")
    desk.expire("judge")
    score(judge, 1, "6")
    save(judge, "expired")
    judge.keyboard.press("Control+s")
    judge.wait_for_url(re.compile("/sign-in"))
    judge.fill("[name=identifier]", "judge.a@example.com")
    judge.fill("[name=password]", PASSWORD)
    judge.locator("form:has([name=password]) button[type=submit]").click()
    judge.wait_for_selector("[data-restored]:not([hidden])")
    judge.wait_for_selector("form#sheet[data-state=saved]")
    judge.keyboard.press("Control+Enter")
    judge.wait_for_url(re.compile(r"/judging/rounds/\d+/desk"))
    row = desk.stored(wanted)
    assert row.state is SheetState.SUBMITTED and row.total == 5 * len(row.points) - 2 + 1


def score(page: Any, place: int, points: str) -> None:
    """Type the points of one criterion."""
    page.wait_for_selector("#sheet[data-autosave-ready]")
    page.locator("[data-score]").nth(place).focus()
    page.keyboard.type(points)


def save(page: Any, state: str) -> None:
    """Save by key, and wait for what the page then says."""
    page.keyboard.press("Control+s")
    page.wait_for_selector(f"form#sheet[data-state={state}]")


def test_the_standing_is_shown_and_an_award_checked(desk):
    side = desk.side
    official = desk.window("province_official")
    official.goto(f"/judging/rounds/{side.province_round.id}/standing")
    assert side.name in official.inner_text("main")
    official.goto(f"/judging/rounds/{side.province_round.id}/standing/print")
    assert "90" in official.inner_text("body")
    visitor = desk.window("visitor")
    visitor.goto("/check")
    visitor.fill("main input[name=q]", side.award.number)
    visitor.locator("main form:has(input[name=q]) button[type=submit]").first.click()
    visitor.wait_for_load_state()
    assert side.name in visitor.inner_text("main")
    visitor.locator(f"main a[href*='/check/{side.award.public_key}']").first.click()
    visitor.wait_for_load_state()
    assert side.award.number in visitor.inner_text("main")


def test_an_expired_sign_in_gives_the_form_back_filled(desk):
    leader = desk.window("leader")
    leader.goto("/circles/new")
    leader.fill("[name=name]", "写了很久的小组")
    leader.fill("[name=slogan]", "不丢一个字")
    desk.expire("leader")
    leader.locator("form:has([name=slogan]) button[type=submit]").first.click()
    leader.wait_for_url(re.compile("/sign-in"))
    leader.fill("[name=identifier]", "leader.a@example.com")
    leader.fill("[name=password]", PASSWORD)
    leader.locator("form:has([name=password]) button[type=submit]").click()
    leader.wait_for_url(lambda url: "/sign-in" not in url)
    assert leader.input_value("[name=name]") == "写了很久的小组"
    assert leader.input_value("[name=slogan]") == "不丢一个字"


def test_two_tabs_on_one_record_lose_neither_text(desk):
    leader, department = desk.window("leader"), desk.window("department")
    path = f"/circles/{desk.side.circle.id}/edit"
    leader.goto(path)
    department.goto(path)
    leader.fill("[name=slogan]", "第一份口号")
    leader.locator("form:has([name=slogan]) button[type=submit]").first.click()
    leader.wait_for_url(re.compile(r"/circles/\d+$"))
    department.fill("[name=slogan]", "第二份口号")
    department.locator("form:has([name=slogan]) button[type=submit]").first.click()
    department.wait_for_load_state()
    shown = department.content()
    assert "第一份口号" in shown and "第二份口号" in shown
