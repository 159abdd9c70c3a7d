"""Run the full matrix and write docs/proof.md: what ran, on which commit, on which machine."""

import os
import platform
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "build" / "proof.xml"
REPORT = ROOT / "docs" / "proof.md"
MATRIX = ["-q", "-n", "2", "--database", "both", "--prove", f"--junit-xml={RESULTS}"]
PACKAGES = ("flask", "sqlalchemy", "psycopg", "gunicorn", "plotly", "pytest", "playwright")


def outcome_of(case: ElementTree.Element) -> str:
    """`passed`, `failed` or `skipped`."""
    children = {child.tag for child in case}
    if children & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in children else "passed"


def rows_of(results: Path) -> list[str]:
    """One table row for each folder of tests: passed, failed, skipped, seconds."""
    counts: Counter[tuple[str, str]] = Counter()
    seconds: Counter[str] = Counter()
    for case in ElementTree.parse(results).iter("testcase"):
        place = ".".join(case.get("classname", "").split(".")[:2])
        counts[place, outcome_of(case)] += 1
        seconds[place] += float(case.get("time", "0"))
    return [
        f"| {place} | {counts[place, 'passed']} | {counts[place, 'failed']} | {counts[place, 'skipped']}"
        f" | {seconds[place]:.1f} |"
        for place in sorted(seconds)
    ]


def machine() -> str:
    """The machine in one line."""
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {model}"


def commit() -> str:
    """The commit that ran, and whether the tree had changes beside it."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout

    changed = " with uncommitted changes" if git("status", "--porcelain").strip() else ""
    return git("rev-parse", "HEAD").strip() + changed


def main() -> int:
    """Answer with pytest's own exit code."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    proven, started = commit(), datetime.now(UTC)
    code = subprocess.run([sys.executable, "-m", "pytest", *MATRIX], cwd=ROOT, check=False).returncode
    minutes = (datetime.now(UTC) - started).total_seconds() / 60
    lines = [
        "# Proof",
        "",
        "Written by `make prove`: the full matrix on both databases.",
        "",
        f"- commit: {proven}",
        f"- when: {started:%Y-%m-%d %H:%M} UTC, {minutes:.1f} minutes; {'passed' if code == 0 else 'FAILED'}",
        f"- machine: {machine()}",
        f"- versions: Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        "",
        "| tests | passed | failed | skipped | seconds |",
        "|---|---|---|---|---|",
        *rows_of(RESULTS),
    ]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"wrote {REPORT.relative_to(ROOT)}")
    return code


if __name__ == "__main__":
    sys.exit(main())
