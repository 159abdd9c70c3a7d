"""Fixtures of the web tests: the application, a client, gunicorn on a free port, and a browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import needs


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Any]:
    """The application on this test's own database."""
    from cp_circles.app import create_app
    from tests.settings import settings_for

    made = create_app(settings_for(database_url, tmp_path))
    yield made
    made.extensions["cp_sessions"].engine.dispose()


@pytest.fixture
def client(app: Any, session: Session) -> Any:
    """A client that sees what the test's session wrote, and lets the session see what it did."""

    class Client(app.test_client_class or __import__("flask").testing.FlaskClient):
        def open(self, *args: Any, **kwargs: Any) -> Any:
            session.commit()
            try:
                return super().open(*args, **kwargs)
            finally:
                session.expire_all()

    app.test_client_class = Client
    return app.test_client()


@dataclass(frozen=True)
class Live:
    """A running server: its address, and a log to read when a test fails."""

    url: str
    log: Path


@pytest.fixture
def live(database_url: str, tmp_path: Path, session: Session) -> Iterator[Live]:
    """Gunicorn with two workers on this test's own database; commit before you open a page."""
    from tests.settings import environment_for

    port, log = free_port(), tmp_path / "gunicorn.log"
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--workers", "2", "--threads", "4"]
    command += ["--worker-class", "gthread", "--bind", f"127.0.0.1:{port}"]
    with log.open("wb") as stream:
        environment = os.environ | environment_for(database_url, tmp_path)
        server = subprocess.Popen(command, cwd=needs.ROOT, env=environment, stdout=stream, stderr=stream)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", server, log)
        yield Live(f"http://127.0.0.1:{port}", log)
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 30) -> None:
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
