"""Run the measurements and write one report, as Markdown and as JSON: machine, versions, figures, references.

`python -m bench --only pages,nation` takes some; `--to docs/bench` writes bench.md and bench.json in docs.
With `--apart` the sections of that report stay and those measured now follow, or replace their own, each with
its own commit.
"""

import argparse
import importlib
import json
import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

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


def tables_of(lines: list[str]) -> list[dict[str, Any]]:
    """The tables of a section as {"under", "rows"}; each row maps its column's title to the cell's text."""
    found: list[dict[str, Any]] = []
    under = ""
    columns: list[str] = []
    for line in lines:
        if line.startswith("#"):
            under = line.lstrip("# ")
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            columns = []
        elif not columns:
            columns = cells
            found.append({"under": under, "rows": []})
        elif not re.fullmatch(r"[-:| ]+", line):
            found[-1]["rows"].append(dict(zip(columns, cells, strict=False)))
    return found


def without_section(lines: list[str], title: str) -> list[str]:
    """The lines of a report without the section of that title."""
    if title not in lines:
        return lines
    start = lines.index(title)
    after = (n for n in range(start + 1, len(lines)) if lines[n].startswith("## "))
    kept = lines[:start] + lines[next(after, len(lines)) :]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default=",".join(MEASURES), help="names of measurements, with commas")
    parser.add_argument("--to", default="bench/report", help="where to write, without an ending")
    parser.add_argument("--apart", action="store_true", help="add to the report that is there")
    chosen = parser.parse_args()
    target = ROOT / Path(chosen.to)
    facts = machine_facts()
    lines = [*TITLE, "", *(f"- {name}: {fact}" for name, fact in facts.items())]
    report: dict[str, Any] = {"about": facts, "sections": {}}
    if chosen.apart:
        lines = target.with_suffix(".md").read_text(encoding="utf-8").rstrip("\n").split("\n")
        report = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    for name in chosen.only.split(","):
        part = importlib.import_module(f"bench.{name}").measured()
        if chosen.apart:
            part[1:1] = ["", f"- measured apart: {facts['commit']}"]
            lines = without_section(lines, part[0])
        print("\n".join(part), flush=True)
        lines += ["", *part]
        notes = [line.removeprefix("- ") for line in part if line.startswith("- ")]
        report["sections"][name] = {"tables": tables_of(part), "notes": notes}
    target.with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = json.dumps(report, ensure_ascii=False, indent=1)
    target.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
