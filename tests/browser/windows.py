"""Windows of many people on one server whose clock the test moves, and forms filled as hands fill them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server

from cp_circles.jobs.in_process import make_worker
from cp_circles.people.secrets import hash_password
from tests.web_fixtures import is_policy_fault

PASSWORD = "four green paper boats"
SIGNED_IN_FOR = timedelta(hours=70)
LOADED = "domcontentloaded"
SUBMIT = "button[type=submit]"


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open and writes no log."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The application in this process, so that its clock can be moved; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


class Windows:
    """One window for each person, in one language; a fault in a console is remembered."""

    service_workers = "block"

    def __init__(self, browser: Any, app: Any, url: str, locale: str, clock: Any) -> None:
        self.browser, self.app, self.url, self.locale, self.clock = browser, app, url, locale, clock
        self.language = "en" if locale.startswith("en") else "zh"
        self.hashed = hash_password(PASSWORD)
        self.pages: dict[str, Any] = {}
        self.seen_at: dict[str, datetime] = {}
        self.faults: list[str] = []

    def account(self, person: Any, name: str) -> Any:
        """Give a person what the sign-in form asks for."""
        person.email, person.password_hash = f"{name}@example.com", self.hashed
        person.locale = "en" if self.language == "en" else "zh_Hans"
        return person

    def home(self, name: str) -> Any:
        """Somebody's home page; whoever was away for days signs in by the form."""
        page = self.at(name)
        return page if path_of(page) == "/home" else visit(page, "/home")

    def at(self, name: str) -> Any:
        """Somebody's window where they left it; the home page after a sign-in."""
        page, now = self._window(name), self.clock.now()
        if name not in self.seen_at or now - self.seen_at[name] > SIGNED_IN_FOR:
            self._sign_in(page, name)
        self.seen_at[name] = now
        return page

    def visitor(self) -> Any:
        """The window of somebody without an account, where they left it."""
        page = self._window("visitor")
        return page if path_of(page) != "/blank" else visit(page, "/")

    def _window(self, name: str) -> Any:
        if name not in self.pages:
            context = self.browser.new_context(
                locale=self.locale,
                base_url=self.url,
                viewport={"width": 1280, "height": 900},
                service_workers=self.service_workers,
            )
            context.set_default_timeout(60_000)
            page = context.new_page()
            page.on("pageerror", lambda error: self.faults.append(str(error)))
            page.on("console", lambda line: self.faults.append(line.text) if is_policy_fault(line) else None)
            self.pages[name] = page
        return self.pages[name]

    def _sign_in(self, page: Any, name: str) -> None:
        page.context.clear_cookies()
        visit(page, "/sign-in")
        assert page.locator("html").get_attribute("lang").startswith(self.language)
        write(page, "/sign-in", identifier=f"{name}@example.com", password=PASSWORD)
        press(page, "/sign-in")
        if path_of(page) == "/account/consent":
            press(page, "/account/consent")
        assert page.locator("html").get_attribute("lang").startswith(self.language)

    def let_jobs_run(self) -> None:
        """What the worker beside the server does meanwhile."""
        make_worker(self.app).run_due()

    def close(self) -> None:
        """Close all windows."""
        for page in self.pages.values():
            page.context.close()


def path_of(page: Any) -> str:
    """The path of the page that is open, without its query; /blank for a new window."""
    return urlsplit(page.url).path if "//" in page.url else "/blank"


def visit(page: Any, path: str) -> Any:
    """Type an address; anything but a page fails."""
    answer = page.goto(path, wait_until=LOADED)
    assert answer.status == 200, f"{path}: {answer.status}"
    return page


def follow(page: Any, href: str, within: str = "main") -> Any:
    """Click the first link to an address that ends like this."""
    link = page.locator(f"{within} a[href$='{href}']:visible")
    folded = page.locator(f"{within} details:not([open]):has(a[href$='{href}']) > summary")
    if not link.count() and folded.count():
        folded.first.click()
    assert link.count(), f"{page.url} has no link to {href}:\n{page.inner_text('body')[:1500]}"
    with page.expect_navigation(wait_until=LOADED) as going:
        link.first.click()
    assert going.value is None or going.value.status == 200, f"{href}: {going.value.status}"
    return page


def form_of(page: Any, action: str) -> Any:
    """The form that goes to an address which ends like this, its panel open."""
    form = page.locator(f"form[method=post][action$='{action}']").first
    assert form.count(), f"{page.url} has no form to {action}:\n{page.inner_text('body')[:1500]}"
    panel = page.locator(f"details:not([open]):has(form[action$='{action}'])").first
    if panel.count():
        panel.locator("summary").first.click()
    return form


def write(page: Any, action: str, **values: Any) -> None:
    """Fill fields of a form: type, choose, tick, or attach a file (name, type, content)."""
    form = form_of(page, action)
    for name, value in values.items():
        field = form.locator(f"[name='{name}']")
        assert field.count(), f"{page.url}: the form to {action} has no field {name}"
        kind = field.first.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
        folded = form.locator(f"details:not([open]):has([name='{name}'])").first
        if folded.count():
            folded.locator("summary").first.click()
        if kind == "select":
            field.select_option(str(value))
        elif kind in {"radio", "checkbox"}:
            for chosen in value if isinstance(value, list) else [value]:
                box = form.locator(f"[name='{name}'][value='{chosen}']").first
                if not box.is_checked():
                    form.locator(f"label:has([name='{name}'][value='{chosen}'])").first.click()
        elif kind == "file":
            filename, media_type, content = value
            field.set_input_files({"name": filename, "mimeType": media_type, "buffer": content})
        else:
            field.first.fill(str(value))


def press(page: Any, action: str, button: str = SUBMIT) -> Any:
    """Press a form's button, type the password once more where it is asked for; a refusal fails."""
    form = form_of(page, action)
    with page.expect_navigation(wait_until=LOADED) as going:
        form.locator(button).first.click()
    answer = going.value
    assert answer is not None and answer.status == 200, (
        f"{action} -> {page.url}: {answer and answer.status}\n{page.inner_text('main')[:2000]}"
    )
    return page


def send(page: Any, action: str, button: str = SUBMIT, **values: Any) -> Any:
    """Fill a form and press its button."""
    write(page, action, **values)
    return press(page, action, button)
