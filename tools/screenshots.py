"""Take the pictures of the README and of every tool from a demo of their own, into docs/screenshots.

Names as arguments take the pages of these names alone (`charts hall`); `SCREENSHOTS_DEMO` is the address of a
demo that is being served already.
"""

import io
import os
import shutil
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

from PIL import Image
from playwright.sync_api import sync_playwright

from cp_circles.demo.world import PASSWORD
from tests.needs import chromium, chromium_arguments
from tools.tool_pictures import take_tools

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
LARGEST = 200_000
DEMO = {
    "APP_ENV": "demo",
    "DEMO_CLOCK": "2026-09-18T09:00+08:00",
    "INSTANCE_DIR": str(ROOT / "build" / "screenshots-demo"),
    "FLASK_APP": "wsgi",
}


@dataclass(frozen=True)
class Shot:
    """One picture: whose page, where, in which language, look and width."""

    name: str
    path: str
    account: str = ""
    locale: str = "zh"
    theme: str = "light"
    width: int = 1280

    @property
    def file(self) -> Path:
        """Where the picture goes."""
        return TARGET / f"{self.name}-{self.locale}-{self.theme}-{self.width}.png"


LEADER, JUDGE = "leader02.jsa@demo.example", "judge01@demo.example"
OFFICIAL = "official.js@demo.example"
SHOTS = (
    Shot("circle", "/", LEADER),
    Shot("board", "/public/boards"),
    Shot("circle", "/", LEADER, theme="dark", width=360),
    Shot("board", "/public/boards", locale="en", theme="dark"),
    Shot("judge", "/", JUDGE),
    Shot("official", "/", OFFICIAL, locale="en"),
    Shot("official", "/", OFFICIAL, theme="dark", width=360),
    Shot("home", "/"),
    Shot("home", "/", locale="en", theme="dark", width=360),
    Shot("charts", "/public/charts"),
    Shot("charts", "/public/charts", locale="en", theme="dark", width=360),
    Shot("charts-months", "/public/charts?show=when", locale="en", theme="dark"),
    Shot("charts-months", "/public/charts?show=when", width=360),
    Shot("hall", "/public/hall?by=company", width=1920),
    Shot("hall", "/public/hall?by=company", locale="en", theme="dark", width=1920),
    Shot("widget", "/public/widget?by=company", width=360),
    Shot("widget", "/public/widget?by=company", locale="en", theme="dark", width=360),
)


HEIGHTS = {360: 740, 1280: 800, 1920: 1080}
DRAWN = """() => [...document.querySelectorAll('[data-chart]')].every(one => one.dataset.state === 'drawn' ||
  one.getBoundingClientRect().top > innerHeight)"""


@contextmanager
def served_demo() -> Iterator[str]:
    """The address of a demo: the one that is named, or a fresh one."""
    named = os.environ.get("SCREENSHOTS_DEMO")
    if named:
        yield named
        return
    with demo_server() as address:
        yield address


@contextmanager
def demo_server() -> Iterator[str]:
    """A fresh demo on a free port; gives its address."""
    environment = os.environ | DEMO
    shutil.rmtree(DEMO["INSTANCE_DIR"], ignore_errors=True)
    flask = [sys.executable, "-m", "flask"]
    for command in (["database", "upgrade"], ["demo", "load", "--if-empty"]):
        subprocess.run([*flask, *command], cwd=ROOT, env=environment, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([*flask, "demo", "serve", "--port", str(port)], cwd=ROOT, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def wait_for(url: str) -> None:
    """Wait until the server answers."""
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{url} did not answer")


def take(browser: Any, address: str, shot: Shot) -> None:
    """Open the page as its reader would, and keep a small picture of what fits the screen."""
    context = browser.new_context(
        base_url=address,
        locale="zh-CN" if shot.locale == "zh" else "en-US",
        color_scheme=shot.theme,
        viewport={"width": shot.width, "height": HEIGHTS[shot.width]},
        reduced_motion="reduce",
    )
    page = context.new_page()
    if shot.account:
        sign_in(page, shot.account)
    page.goto(shot.path, wait_until="networkidle")
    if not page.locator("html").get_attribute("lang").startswith(shot.locale):
        page.click("form[action*='/language'] button")
        page.goto(shot.path, wait_until="networkidle")
    wait_for_charts(page)
    shot.file.write_bytes(small(page.screenshot()))
    context.close()


def wait_for_charts(page: Any) -> None:
    """Wait until every chart on the screen is drawn; raises RuntimeError after 15 seconds."""
    for _ in range(150):
        if page.evaluate(DRAWN):
            return
        page.wait_for_timeout(100)
    raise RuntimeError(f"a chart of {page.url} was not drawn")


def sign_in(page: Any, account: str) -> None:
    """Sign in by the form with one of the demo's accounts."""
    page.goto("/sign-in")
    page.fill("[name=identifier]", account)
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) [type=submit]")
    page.wait_for_load_state("networkidle")


def small(png: bytes) -> bytes:
    """The picture with few enough colours to stay under the limit."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (128, 64, 32, 16):
        stream = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
        if stream.tell() <= LARGEST:
            break
    return stream.getvalue()


def main() -> int:
    """Take every picture; answer 1 when there is no browser."""
    path = chromium()
    if path is None:
        print("no browser: run 'make machine'", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    named = set(sys.argv[1:])
    with served_demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium_arguments())
        for shot in [shot for shot in SHOTS if not named or shot.name in named]:
            take(browser, address, shot)
            print(f"{shot.file.relative_to(ROOT)}: {shot.file.stat().st_size // 1000} kB")
        if not named:
            print(f"{len(take_tools(browser, address))} pictures of tools")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
