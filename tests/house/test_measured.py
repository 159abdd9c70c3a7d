"""What docs/scaling.md calls reached is reached by the figures of the report beside it, docs/bench.json."""

import json
import re
from collections.abc import Callable, Iterator

import pytest

from bench.vitals import Vitals
from tests.house.source import ROOT

REPORT = json.loads((ROOT / "docs" / "bench.json").read_text(encoding="utf-8"))["sections"]
SCALING = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
PROMISED = SCALING.split("## What was promised")[1].split("\n## ")[0]
STATES = {
    cells[1].strip(): cells[3].strip()
    for cells in (line.split("|") for line in PROMISED.splitlines()[4:] if line)
}


def figures(section: str, column: str, **wanted: str) -> list[float]:
    """A column of a section's tables as numbers, of the rows in which each wanted text stands."""
    names = {key.replace("_", " "): text for key, text in wanted.items()}
    rows = (row for table in REPORT[section]["tables"] for row in table["rows"] if column in row)
    found = [row[column] for row in rows if all(text in row.get(name, "") for name, text in names.items())]
    assert found, (section, column, wanted)
    return [float(re.sub(r"[^0-9.]", "", text)) for text in found]


def within(most: float, numbers: list[float]) -> bool:
    """Whether none is larger."""
    return max(numbers) <= most


KEPT = "kept, 10,000 projects"
CHECKS: dict[str, Callable[[], bool]] = {
    "public board, top 50": lambda: min(figures("nation", "of the hello beside it", page=KEPT)) >= 0.25,
    "p99 at a million": lambda: within(1.5, figures("nation", "p99 of largest to smallest")),
    "close 100,000": lambda: (
        within(20, figures("closing", "computation / numpy", entries="100,000"))
        and within(1024, figures("closing", "memory", entries="100,000"))
    ),
    "severity of": lambda: (
        within(2, figures("severity", "seconds", ratings="700,000"))
        and within(1.5, figures("severity", "seconds", ratings="73,421"))
    ),
    "assignment of": lambda: within(5, list(assigned())),
    "readings": lambda: min(figures("readings", "rows/s", how="import")) >= 20_000,
    "what a reader waits for": lambda: (
        within(2500, figures("vitals", "LCP ms"))
        and within(0.1, figures("vitals", "CLS"))
        and within(200, figures("vitals", "INP ms"))
    ),
}


def assigned() -> Iterator[float]:
    """The seconds of the largest assignment."""
    for note in REPORT["assignment"]["notes"]:
        if found := re.match(r"10,000 entries x 5 of 600: ([0-9.]+) s", note):
            yield float(found[1])


@pytest.mark.parametrize("promise", sorted(CHECKS))
def test_what_is_called_reached_is_reached_in_the_report(promise):
    (state,) = [state for name, state in STATES.items() if name.startswith(promise)]
    assert not state.startswith("reached") or CHECKS[promise]()


def test_no_other_promise_is_called_reached():
    reached = [name for name, state in STATES.items() if state.startswith("reached")]
    assert [name for name in reached if not name.startswith(tuple(CHECKS))] == []


def test_each_page_says_whether_a_reader_waits_within_the_limits():
    rows = [row for table in REPORT["vitals"]["tables"] for row in table["rows"]]
    assert rows
    for row in rows:
        figures_of_row = (float(row[name]) for name in ("LCP ms", "CLS", "INP ms"))
        assert row["limits"] == Vitals(*figures_of_row, cold=0, warm=0).verdict() == "reached", row


def test_a_limit_that_is_crossed_is_named():
    assert Vitals(2501, 0.0, 201, cold=0, warm=0).verdict() == "not reached: LCP, INP"
    assert Vitals(2500, 0.11, 200, cold=0, warm=0).verdict() == "not reached: CLS"
