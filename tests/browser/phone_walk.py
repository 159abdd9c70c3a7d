"""What a circle does on a phone: the steps of an audit, a tool, a reading kept without network, its report as files."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cp_circles.metering.models import Reading
from cp_circles.projects import queries as projects
from cp_circles.projects.models import Project
from tests.browser.phone_story import LOSSES, ROWS, SHOWN
from tests.browser.project_walk import ProjectWalk, write_actual
from tests.browser.windows import Windows, follow, press, send, visit
from tests.results.planted import picture

PHONE = {"width": 360, "height": 740}
CIRCLE = ("leader", "first", "second")
CONTROL = "navigator.serviceWorker.controller !== null"
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"
SMALL = """() => [...document.querySelectorAll(
    'main .btn, main summary, main .input, main .check, main .pick label, main .chip, nav a')].filter(one => {
  const box = one.getBoundingClientRect();
  return one.checkVisibility() && !one.closest('.vh') && box.width > 0 && box.height < 43.5;
}).map(one => one.outerHTML.slice(0, 120) + ' ' + one.getBoundingClientRect().height)"""


class PhoneWindows(Windows):
    """Windows of which the circle's are as wide as a phone, and keep what is sent without network."""

    service_workers = "allow"

    def _window(self, name: str) -> Any:
        fresh, page = name not in self.pages, super()._window(name)
        if fresh and name in CIRCLE:
            page.set_viewport_size(PHONE)
        return page


class PhoneWalk(ProjectWalk):
    """What the circle does on a phone beside what it does at a desk."""

    # --- steps ---

    def walk_steps(self) -> None:
        """Set the optional steps without a story aside in one act, then do every other; nothing sticks out."""
        number = int(self.project.rsplit("/", 1)[1])
        self.session.rollback()
        project = self.session.get(Project, number)
        method = projects.method_of(self.session, project)
        keys = [row.key for row in project.steps]
        leader = self.windows.home("leader")
        assert all(key in ROWS for key in keys if method.step(key).required)
        self._set_aside(leader, [key for key in keys if key not in ROWS])
        for key in (key for key in keys if key in ROWS):
            spec, path = method.step(key), f"{self.project}/steps/{key}"
            visit(leader, path)
            self._do(leader, spec, path)
            fits(leader)
            press(leader, f"{path}/complete")
            if spec.signoff:
                self._sign_off(path)
        visit(leader, self.project)
        press(leader, f"{self.project}/complete")

    def _set_aside(self, page: Any, keys: list[str]) -> None:
        first, *others = keys
        visit(page, f"{self.project}/steps/{first}")
        send(page, "/set-aside", reason="小组课题范围内无此内容", steps=others)

    def _do(self, page: Any, spec: Any, path: str) -> None:
        for kind, rows in ROWS[spec.key].items():
            for row in rows:
                values = {f"field_{name}": value for name, value in row.items() if value}
                send(page, f"{path}/records/{kind}", **values)
        if spec.evidence_min:
            photo = ("现场.png", "image/png", picture(spec.key))
            send(page, f"{path}/evidence", file=photo, title="现场照片", effective_on="2026-03-02")
        if any(gate.kind == "activity_logged" for gate in spec.gates):
            self._log_activity(page, path)
        if any(gate.kind == "target_reached" for gate in spec.gates):
            follow(page, self.project)
            write_actual(page)
            visit(page, path)
        if spec.key == "cause":
            self._draw_losses(page, path)
        shown = page.inner_text("main")
        assert all(figure in shown for figure in SHOWN.get(spec.key, ())), (spec.key, shown[-3000:])

    def _sign_off(self, path: str) -> None:
        press(visit(self.windows.at("facilitator"), path), f"{path}/sign-off")

    def _draw_losses(self, page: Any, path: str) -> None:
        """A Pareto chart from the step's own suggestion; figure and answer stand on its page."""
        bench = self.project.replace("/projects/", "/tools/project/")
        follow(page, "/new/pareto?step=cause")
        send(page, f"{bench}/new/pareto", "button.btn--main", **LOSSES)
        page.locator("main [data-chart]").first.scroll_into_view_if_needed()
        page.wait_for_selector("main [data-chart][data-state=drawn]")
        assert "88.2" in page.inner_text("main .answer")
        fits(page)
        visit(page, path)

    # --- a reading without network ---

    def log_without_network(self, meter: str, starts_on: str, ends_on: str, quantity: str) -> None:
        """Type a reading while the phone has no network; it waits, arrives when the network is back, and once."""
        page = visit(self.windows.at("leader"), "/home")
        until(page, CONTROL)
        visit(page, "/meters/")
        page.locator("main a[href$='/log']", has_text=meter).first.click()
        page.wait_for_selector("[name=quantity]")
        page.context.set_offline(True)
        values = {"starts_on": starts_on, "ends_on": ends_on, "quantity": quantity}
        for name, value in values.items():
            field = page.locator(f"main [name={name}]").first
            folded = page.locator(f"main details:not([open]):has([name={name}]) > summary")
            if folded.count():
                folded.first.click()
            field.fill(value)
        page.locator(".reading button[type=submit]").last.click()
        page.wait_for_url("**/offline#kept")
        until(page, "document.querySelectorAll('[data-outbox-list] li').length === 1")
        page.context.set_offline(False)
        visit(page, "/home")
        until(page, "(await cpOutbox.all()).length === 0")
        self.session.rollback()
        sent = sa.select(sa.func.count()).where(Reading.starts_on == date.fromisoformat(starts_on))
        assert self.session.scalar(sent) == 1

    # --- the report as files ---

    def download(self, kind: str) -> bytes:
        """Order the report as a file, let the worker write it, and fetch it."""
        page = visit(self.windows.at("leader"), f"{self.result}/documents")
        press(page, f"/documents/{kind}")
        self.windows.let_jobs_run()
        visit(page, f"{self.result}/documents")
        fits(page)
        with page.expect_download() as coming:
            page.locator(f"main a[href$='/documents/{kind}/file']").first.click()
        return Path(coming.value.path()).read_bytes()


def fits(page: Any) -> None:
    """Nothing scrolls the page sideways, and what is pressed is at least 44 pixels high."""
    assert not page.evaluate(SIDEWAYS), f"{page.url} scrolls sideways"
    assert not (small := page.evaluate(SMALL)), "\n".join([page.url, *small])


def until(page: Any, fact: str) -> None:
    """Wait until an expression about what the browser keeps is true."""
    deadline = time.monotonic() + 20
    while not page.evaluate(f"async () => {fact}"):
        kept = page.evaluate("async () => (await cpOutbox.all()).map(one => [one.state, one.error])")
        assert time.monotonic() < deadline, f"never true: {fact} {kept}"
        page.wait_for_timeout(100)
