"""Run the measurements and write one report, as Markdown and as JSON: machine, versions, figures, references.

`python -m bench --only pages,nation` takes some; `--to docs/bench` writes bench.md and bench.json in docs.
With `--apart` the sections of that report stay and those measured now follow, or replace their own, each with
its own commit and machine. Sections that were measured apart stay in every later report at that place.
"""

import argparse
import importlib
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.report import Report, add, measured_apart, read, with_those_apart, write
from bench.serving import ROOT

MEASURES = ("pages", "nation", "scores", "closing", "severity", "assignment", "readings", "vitals")
PACKAGES = ("flask", "werkzeug", "sqlalchemy", "psycopg", "gunicorn", "jinja2", "numpy")
TITLE = [
    "# Measurements",
    "",
    "Written by `make bench`; the ratios count, the absolute figures are this machine's.",
]


def machine_facts() -> dict[str, str]:
    """What the figures were measured on."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {
        "commit": f"{commit.stdout.strip()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default=",".join(MEASURES), help="names of measurements, with commas")
    parser.add_argument("--to", default="bench/report", help="where to write, without an ending")
    parser.add_argument("--apart", action="store_true", help="add to the report that is there")
    chosen = parser.parse_args()
    target = ROOT / Path(chosen.to)
    facts, old = machine_facts(), read(target)
    fresh = [*TITLE, "", *(f"- {name}: {fact}" for name, fact in facts.items())]
    report: Report = old if chosen.apart else (fresh, {"about": facts, "sections": {}})
    for name in chosen.only.split(","):
        part = importlib.import_module(f"bench.{name}").measured()
        if chosen.apart:
            part = measured_apart(part, "; ".join(facts.values()))
        print("\n".join(part), flush=True)
        report = add(report, name, part)
    write(target, with_those_apart(report, old))


if __name__ == "__main__":
    main()
