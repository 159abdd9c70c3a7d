"""The report of measurements: what was measured apart stays in it, with where and when, until measured anew."""

import pytest

from bench import __main__ as bench
from bench import pages, report, scale, scores

APART = ["## Scale", "", "### sqlite", "", "| page | ms |", "|---|---|", "| a | 1 |", "", "- of one nation"]


@pytest.fixture
def measure(monkeypatch, tmp_path):
    """Run measurements that are ready at once, and read what was written."""
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setattr(
        bench, "machine_facts", lambda: {"commit": "c0ffee, 2026-09-18", "machine": "2 cores"}
    )

    def run(*arguments, **sections):
        for module, lines in sections.items():
            monkeypatch.setattr(
                {"pages": pages, "scale": scale, "scores": scores}[module],
                "measured",
                lambda lines=lines: list(lines),
            )
        monkeypatch.setattr("sys.argv", ["bench", "--to", "written", *arguments])
        bench.main()
        return report.read(tmp_path / "written")

    return run


def test_a_new_report_keeps_what_was_measured_apart(measure):
    measure("--only", "pages", pages=["## Pages", "", "- old"])
    lines, facts = measure("--only", "scale", "--apart", scale=APART)
    assert facts["sections"].keys() == {"pages", "scale"} and "- old" in lines
    for _turn in range(2):
        lines, facts = measure("--only", "pages", pages=["## Pages", "", "- new"])
        assert [part[0] for part in report.sections_of(lines)] == ["## Pages", "## Scale"]
        assert "- new" in lines and "- old" not in lines
        assert "- measured apart: c0ffee, 2026-09-18; 2 cores" in lines
        assert facts["sections"]["scale"]["tables"] == [
            {"under": "sqlite", "rows": [{"page": "a", "ms": "1"}]}
        ]
        assert facts["sections"]["scale"]["notes"][1:] == ["of one nation"]


def test_what_is_measured_anew_replaces_what_was_measured_apart(measure):
    measure("--only", "pages", pages=["## Pages"])
    measure("--only", "scale", "--apart", scale=APART)
    lines, _facts = measure("--only", "scale", "--apart", scale=[*APART, "- again"])
    assert lines.count("## Scale") == 1 and lines.count("- of one nation") == 1 and "- again" in lines
    lines, _facts = measure("--only", "scale", scale=["## Scale", "", "- whole"])
    assert lines.count("## Scale") == 1 and "- of one nation" not in lines


def test_a_section_that_was_not_measured_apart_goes_with_its_report(measure):
    measure("--only", "pages,scores", pages=["## Pages"], scores=["## Scores", "", "- a"])
    lines, facts = measure("--only", "pages")
    assert "## Scores" not in lines and facts["sections"].keys() == {"pages"}
