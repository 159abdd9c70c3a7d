"""Fixtures of the web tests: the application, a client, gunicorn on a free port, and a browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import needs

CSRF = "token-of-the-tests-" + "0" * 16


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def built_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of this test process: its hundreds of addresses and its templates are made ready once."""
    from cp_circles.app import create_app
    from tests.settings import settings_for

    folder = tmp_path_factory.mktemp("built")
    return create_app(settings_for(f"sqlite:///{folder}/unused.db", folder))


@pytest.fixture
def app(built_app: Flask, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on this test's own database, with settings, clock and kept pages of its own."""
    from cp_circles.app import settle
    from cp_circles.web import kept_pages
    from tests.settings import settings_for

    settle(built_app, settings_for(database_url, tmp_path))
    kept_pages.init_app(built_app)
    yield built_app
    built_app.extensions["cp_sessions"].engine.dispose()


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two companies in two provinces and the application before them, built once for a test process."""
    from tests.house.stage import set_stage

    with set_stage(tmp_path_factory.mktemp("access")) as built:
        yield built


class Client(FlaskClient):
    """A browser without a screen: it signs in at once, and sends forms with the token."""

    database: Session

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Commit what the test's session wrote, ask, and let the session see what changed."""
        self.database.commit()
        try:
            return super().open(*args, **kwargs)
        finally:
            self.database.expire_all()

    def enter(self, person: Any) -> None:
        """Be signed in as a person, without the form."""
        from cp_circles.people import services
        from tests.conftest import NOW

        token, _ = services.sign_in(
            self.database, person=person, password=None, address="127.0.0.1", agent="tests", now=NOW
        )
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie.update({"_user_id": token, "_fresh": True, "csrf": CSRF})

    def send(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """POST a form with this sign-in's token."""
        with self.session_transaction() as cookie:
            token = cookie.setdefault("csrf", CSRF)
        return self.post(path, data={"csrf_token": token} | (data or {}), **kwargs)


@pytest.fixture
def client(app: Flask, session: Session) -> Client:
    """A client on this test's own database; `client.enter(person)`, `client.get`, `client.send`."""
    app.test_client_class = type("BoundClient", (Client,), {"database": session})
    return app.test_client()  # type: ignore[return-value]


@dataclass(frozen=True)
class Live:
    """A running server: its address, and a log to read when a test fails."""

    url: str
    log: Path


@pytest.fixture
def live(database_url: str, tmp_path: Path, session: Session) -> Iterator[Live]:
    """Gunicorn with two workers on this test's own database; commit before you open a page."""
    with serve(database_url, tmp_path) as running:
        yield running


@contextmanager
def serve(database_url: str, folder: Path) -> Iterator[Live]:
    """Gunicorn with two workers on a database, until the block ends."""
    from tests.settings import environment_for

    port, log = free_port(), folder / "gunicorn.log"
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--workers", "2", "--threads", "4"]
    command += ["--worker-class", "gthread", "--bind", f"127.0.0.1:{port}"]
    with log.open("wb") as stream:
        environment = os.environ | environment_for(database_url, folder)
        server = subprocess.Popen(command, cwd=needs.ROOT, env=environment, stdout=stream, stderr=stream)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", server, log)
        yield Live(f"http://127.0.0.1:{port}", log)
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 90) -> None:
    """Wait until the server answers; fail with its log when it ends or stays silent."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not answer:\n{log.read_text()[-4000:]}", pytrace=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One headless Chromium for this test process."""
    from playwright.sync_api import sync_playwright

    path = needs.chromium()
    if path is None:
        needs.missing("a browser", "set CHROMIUM, or install 'chromium' and 'fonts-noto-cjk'")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=needs.chromium_arguments())
        yield running
        running.close()


@pytest.fixture
def page(browser: Any, live: Live, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page of a new browser context on the live server; a script error fails the test.

    Mark with `@pytest.mark.parametrize("page", [{"locale": "en-US"}], indirect=True)` to change the
    context's options.
    """
    options = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 800}, "base_url": live.url}
    context = browser.new_context(**(options | getattr(request, "param", {})))
    context.set_default_timeout(10_000)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda line: faults.append(line.text) if is_policy_fault(line) else None)
    yield opened
    context.close()
    assert faults == []


def is_policy_fault(line: Any) -> bool:
    """Whether a console line says that the content policy refused something."""
    return line.type == "error" and "Content Security Policy" in line.text
