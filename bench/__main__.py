"""Run every measurement and write bench/report.md: machine, versions, figures and their references."""

import importlib
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version

from bench.serving import ROOT

MEASURES = ("pages", "nation", "scores", "closing", "severity", "assignment", "readings")
PACKAGES = ("flask", "werkzeug", "sqlalchemy", "gunicorn", "jinja2")


def machine_lines() -> list[str]:
    """What the figures were measured on."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        f"- commit {commit.stdout.strip()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- {platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        f"- Python {platform.python_version()}, {names}",
    ]


def main() -> None:
    """Measure, print and write."""
    lines = [
        "# Measurements",
        "",
        "Written by `make bench`; the ratios count, the absolute figures are this machine's.",
    ]
    lines += ["", *machine_lines()]
    for name in MEASURES:
        part = importlib.import_module(f"bench.{name}").measured()
        print("\n".join(part), flush=True)
        lines += ["", *part]
    (ROOT / "bench" / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
