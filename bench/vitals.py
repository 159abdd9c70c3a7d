"""What a reader waits for: LCP, CLS and INP of the demo's pages in a browser, and the bytes a page moves.

`BENCH_DEMO` is the address of a demo that is being served already; otherwise one is loaded and served.
LCP is the time of the largest paint, CLS the sum of layout shifts, INP the longest of the interactions below:
the definitions of web.dev/vitals, whose limits for "good" are 2,500 ms, 0.1 and 200 ms.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import sync_playwright

from tests.needs import chromium, chromium_arguments
from tools.screenshots import demo_server, sign_in

LEADER, OFFICIAL, JUDGE = "leader02.jsa@demo.example", "official.js@demo.example", "judge16@demo.example"
PAGES = (
    ("visitor's home", "/", ""),
    ("public board", "/public/boards?by=company", ""),
    ("public charts", "/public/charts", ""),
    ("hall screen", "/public/hall", ""),
    ("circle's home", "/home", LEADER),
    ("official's home", "/home", OFFICIAL),
    ("judge's home", "/home", JUDGE),
)
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
SLOW = {
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
    "offline": False,
}
DEVICES = (("desk", DESK, 1, None), ("phone, 4 x slower, slow 4G", PHONE, 4, SLOW))
TOUCHED = "details > summary:visible, main a[href^='#']:visible, header .tools__btn:visible"
WATCH = """
window.vitals = {lcp: 0, cls: 0, inp: 0};
const watch = (type, read, more) => new PerformanceObserver((list) => list.getEntries().forEach(read))
  .observe({type, buffered: true, ...more});
watch("largest-contentful-paint", (entry) => { window.vitals.lcp = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) window.vitals.cls += entry.value; });
watch("event", (entry) => {
  if (entry.interactionId) window.vitals.inp = Math.max(window.vitals.inp, entry.duration);
}, {durationThreshold: 16});
"""
LIMITS = {"LCP": 2500.0, "CLS": 0.1, "INP": 200.0}


@dataclass(frozen=True)
class Vitals:
    """One page on one device: milliseconds, the share of the screen that moved, and kB cold and warm."""

    lcp: float
    cls: float
    inp: float
    cold: float
    warm: float

    def verdict(self) -> str:
        """Whether the limits are reached; otherwise which of them are not."""
        found = zip(LIMITS.items(), (self.lcp, self.cls, self.inp), strict=True)
        beyond = [name for (name, most), figure in found if figure > most]
        return "not reached: " + ", ".join(beyond) if beyond else "reached"


def measured() -> list[str]:
    """The section of the report."""
    lines = ["## What a reader waits for", ""]
    lines += [
        "Chromium on the same machine as the demo's server. Cold is the first visit with an empty cache,",
        "warm the second. INP is the longest interaction: opening what folds, following what jumps.",
        "Limits: LCP 2,500 ms, CLS 0.1, INP 200 ms.",
        "",
        "| device | page | LCP ms | CLS | INP ms | limits | kB cold | kB warm |",
        "|---|---|---|---|---|---|---|---|",
    ]
    path = chromium()
    if path is None:
        raise RuntimeError("no browser: run 'make machine'")
    with _demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium_arguments())
        for device, screen, slower, network in DEVICES:
            for name, page, account in PAGES:
                found = _visit(browser, address, page, account, screen, slower, network)
                lines.append(
                    f"| {device} | {name} | {found.lcp:.0f} | {found.cls:.3f} | {found.inp:.0f} | "
                    f"{found.verdict()} | {found.cold:.0f} | {found.warm:.0f} |"
                )
        browser.close()
    return lines


@contextmanager
def _demo() -> Iterator[str]:
    """The address of a demo: the one that is named, or one of its own."""
    named = os.environ.get("BENCH_DEMO")
    if named:
        yield named
        return
    with demo_server() as address:
        yield address


def _visit(
    browser: Any, address: str, path: str, account: str, screen: Any, slower: int, network: Any
) -> Vitals:
    context = browser.new_context(base_url=address, locale="zh-CN", service_workers="block", **screen)
    page = context.new_page()
    if account:
        sign_in(page, account)
    context.add_init_script(WATCH)
    control = context.new_cdp_session(page)
    control.send("Network.enable")
    control.send("Network.clearBrowserCache")
    control.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    if network:
        control.send("Network.emulateNetworkConditions", network)
    moved: list[float] = []
    control.on("Network.loadingFinished", lambda event: moved.append(event["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    page.wait_for_timeout(500)
    cold = sum(moved) / 1000
    _touch(page)
    found = page.evaluate("window.vitals")
    moved.clear()
    page.goto(path, wait_until="networkidle")
    warm = sum(moved) / 1000
    context.close()
    return Vitals(found["lcp"], found["cls"], found["inp"], cold, warm)


def _touch(page: Any) -> None:
    """Touch what the page offers without leaving it."""
    for part in page.locator(TOUCHED).all()[:5]:
        if part.evaluate("part => part.type !== 'submit' && !part.closest('a[href^=\"/\"]')"):
            part.click(timeout=5000)
            page.wait_for_timeout(200)


if __name__ == "__main__":
    print("\n".join(measured()))
