"""What some tests need from the machine: found, or skipped loudly, or (with CI=true) a failure."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCREENLESS = "chromium-headless-shell"
SHARED_DATA = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))


def missing(what: str, cure: str) -> None:
    """Skip with a line that names the cure; fail where continuous integration promised it."""
    sentence = f"{what} is missing: {cure}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    print(f"\n*** SKIPPED: {sentence} ***")
    pytest.skip(sentence)


def chromium() -> str | None:
    """The browser to drive: `$CHROMIUM`, else one on the PATH, else Playwright's own if installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in (SCREENLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    own = sorted(cache.glob("chromium-*/chrome-linux*/chrome"))
    return str(own[-1]) if own else None


def chromium_arguments() -> list[str]:
    """Flags for a headless run that asks nothing of the network; root needs the sandbox off."""
    flags = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return [*flags, "--no-sandbox"] if os.geteuid() == 0 else flags
