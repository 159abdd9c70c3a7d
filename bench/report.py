"""A report of measurements as lines and as JSON, and how a new one takes over what was measured apart."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

APART = "measured apart: "
Report = tuple[list[str], dict[str, Any]]
"""The lines of the Markdown, and {"about", "sections"} of the JSON."""


def read(target: Path) -> Report:
    """The report at a place without its ending; nothing in it where none is yet."""
    if not target.with_suffix(".md").exists():
        return [], {"about": {}, "sections": {}}
    lines = target.with_suffix(".md").read_text(encoding="utf-8").rstrip("\n").split("\n")
    return lines, json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))


def write(target: Path, report: Report) -> None:
    """Write both files of a report."""
    lines, facts = report
    target.with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    target.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


def add(report: Report, name: str, part: Sequence[str]) -> Report:
    """The report with the section of one measurement at its end, in place of the one it had."""
    lines, facts = report
    notes = [line.removeprefix("- ") for line in part if line.startswith("- ")]
    section = {"tables": tables_of(part), "notes": notes}
    return (
        [*without_section(lines, part[0]), "", *part],
        facts | {"sections": facts["sections"] | {name: section}},
    )


def measured_apart(part: Sequence[str], about: str) -> list[str]:
    """A section that says by itself when and on what it was measured."""
    return [part[0], "", f"- {APART}{about}", *part[1:]]


def with_those_apart(report: Report, old: Report) -> Report:
    """The report with every section that an old one holds as measured apart and this one has not anew."""
    for name, section in old[1]["sections"].items():
        if name not in report[1]["sections"] and any(note.startswith(APART) for note in section["notes"]):
            (part,) = (one for one in sections_of(old[0]) if _is_of(one, section))
            report = add(report, name, part)
    return report


def _is_of(part: Sequence[str], section: dict[str, Any]) -> bool:
    return [line.removeprefix("- ") for line in part if line.startswith("- ")] == section["notes"]


def sections_of(lines: Sequence[str]) -> list[list[str]]:
    """The sections of a report, each from its title to the line before the next."""
    starts = [n for n, line in enumerate(lines) if line.startswith("## ")]
    ends = [*starts[1:], len(lines)]
    return [_stripped(lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def without_section(lines: Sequence[str], title: str) -> list[str]:
    """The lines of a report without the section of that title."""
    if title not in lines:
        return list(lines)
    start = lines.index(title)
    after = (n for n in range(start + 1, len(lines)) if lines[n].startswith("## "))
    return _stripped([*lines[:start], *lines[next(after, len(lines)) :]])


def _stripped(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def tables_of(lines: Sequence[str]) -> list[dict[str, Any]]:
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
