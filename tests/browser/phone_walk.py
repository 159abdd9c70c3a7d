"""What a circle does on a phone: a reading is kept without network and arrives later."""

from __future__ import annotations

import time
from typing import Any

from tests.browser.project_walk import ProjectWalk
from tests.browser.windows import Windows, visit

PHONE = {"width": 360, "height": 740}
CIRCLE = ("leader", "first", "second")
CONTROL = "navigator.serviceWorker.controller !== null"
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


class PhoneWindows(Windows):
    """Windows of which the circle's are as wide as a phone."""

    def _window(self, name: str) -> Any:
        fresh, page = name not in self.pages, super()._window(name)
        if fresh and name in CIRCLE:
            page.set_viewport_size(PHONE)
        return page


class PhoneWalk(ProjectWalk):
    """What the circle does on a phone beside what it does at a desk."""

    def log_without_network(self, meter: str, starts_on: str, ends_on: str, quantity: str) -> None:
        """Type a reading while the phone has no network; it waits, and arrives when the network is back."""
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


def until(page: Any, fact: str) -> None:
    """Wait until an expression about what the browser keeps is true."""
    deadline = time.monotonic() + 20
    while not page.evaluate(f"async () => {fact}"):
        kept = page.evaluate("async () => (await cpOutbox.all()).map(one => [one.state, one.error])")
        assert time.monotonic() < deadline, f"never true: {fact} {kept}"
        page.wait_for_timeout(100)
