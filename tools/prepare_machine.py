"""Find what the browser and database tests need, install what is missing, or say what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.needs import SCREENLESS, chromium
from tests.postgres import server_binaries

FONTS = "fonts-noto-cjk"
QUICK = ["-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20"]
CURE = "set CHROMIUM to a browser's path, or install the packages chromium and fonts-noto-cjk, or run"


def may_install_packages() -> bool:
    """Whether this is root on a Debian-like system."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font for Chinese (true where it cannot be asked)."""
    if shutil.which("fc-list") is None:
        return chromium() is not None
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout)


def install_packages() -> None:
    """Install the browser and the fonts from the system's packages.

    The browser without a screen takes some 40 % less of the processor a page; a system that does not pack
    it on its own gets the whole one.
    """
    apt(["update"])
    apt(["install", "--no-install-recommends", FONTS])
    if apt(["install", "--no-install-recommends", SCREENLESS]) != 0 and chromium() is None:
        apt(["install", "--no-install-recommends", "chromium"])


def apt(arguments: list[str]) -> int:
    """Run the package manager without questions and without waiting long for a network; its exit code."""
    quiet = subprocess.DEVNULL
    command = ["apt-get", "-q", "-y", *QUICK, *arguments]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, check=False, stdout=quiet, stderr=quiet, env=environment).returncode


def main() -> int:
    """Answer 1 when no browser is to be had, naming the three ways to get one."""
    lacking = not has_chinese_font() or ("CHROMIUM" not in os.environ and shutil.which(SCREENLESS) is None)
    if lacking and may_install_packages():
        install_packages()
    if chromium() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    browser, server = chromium(), server_binaries()
    print(f"browser: {browser or 'none'}; PostgreSQL: {server or 'none'}")
    if browser is None:
        print(f"no browser: {CURE} playwright install chromium", file=sys.stderr)
        return 1
    if not has_chinese_font():
        print("no Chinese font: install fonts-noto-cjk", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
