"""Find what the browser and database tests need, install what is missing, or say what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.needs import chromium
from tests.postgres import server_binaries

APT_PACKAGES = ["chromium", "fonts-noto-cjk"]
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
    """Install the browser and the fonts from the system's packages."""
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-q"], check=False, **quiet)
    subprocess.run(
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", *APT_PACKAGES], check=False, **quiet
    )


def main() -> int:
    """Answer 1 when no browser is to be had, naming the three ways to get one."""
    if (chromium() is None or not has_chinese_font()) and may_install_packages():
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
