"""A package as its report reads it: tables, run charts and figures, from the package alone.

The result's own page and the judge's desk read the same report; nothing here looks at stored rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cp_circles.calc.exact import plain
from cp_circles.charts.frame import Say
from cp_circles.errors import msg
from cp_circles.projects.panels.telling import ShownPanel, told_panels
from cp_circles.results.documents.figures import Piece, marked_texts
from cp_circles.results.reported_savings import ReportSaving, exact, reported_saving
from cp_circles.results.unsupported import outsiders, without_effect, without_saving
from cp_circles.tools.quoting import Quoted, quoted
from cp_circles.verification.models import WAYS, EffectWay

OUTSIDE = msg("Named here, not members of the circle: %(names)s")


@dataclass(frozen=True)
class ReportTable:
    """One record of a step as a table of finished cells."""

    name: str
    columns: list[dict[str, Any]]
    rows: list[list[str]]


@dataclass(frozen=True)
class ReportStep:
    """One step with what was written down and attached at it."""

    key: str
    number: str
    name: str
    phase: str
    state: str
    reason: str
    tables: list[ReportTable]
    panels: list[ShownPanel]
    evidence: list[Mapping[str, Any]]
    tools: list[Quoted]
    outsiders: str = ""


@dataclass(frozen=True)
class Report:
    """The whole report; `package` is what it was made from.

    `without_saving` and `without_effect` are sentences that mark what no record shows; empty where one does.
    """

    package: Mapping[str, Any]
    steps: list[ReportStep]
    left_out: list[ReportStep]
    savings: list[ReportSaving]
    indicators: list[Mapping[str, Any]]
    totals: Mapping[str, Decimal]
    method: str
    tools: list[Quoted]
    effects: list[Mapping[str, Any]]
    texts: Mapping[str, list[Piece]]
    without_saving: str = ""
    without_effect: str = ""


def report_of(package: Mapping[str, Any], locale: str, say: Say) -> Report:
    """The report of a package in one language; `say` translates msgids."""
    language = "en" if locale.startswith("en") else "zh"
    members = package["circle"]["members"]
    steps = [_step(step, members, language, say) for step in package["steps"]]
    totals = {name: Decimal(value) for name, value in package["totals"].items() if name != "currency"}
    return Report(
        package=package,
        steps=[step for step in steps if step.state != "not_applicable"],
        left_out=[step for step in steps if step.state == "not_applicable"],
        savings=[
            reported_saving(place, row, language, say)
            for place, row in enumerate(package["savings"], start=1)
        ],
        indicators=[_indicator(row) for row in package["indicators"]],
        totals=totals,
        method=package["project"]["method"]["names"][language],
        tools=quoted(package.get("tools", ()), "whole", say),
        effects=[_effect(row, say) for row in package.get("effects", ())],
        texts=marked_texts(package),
        without_saving=without_saving(package, say),
        without_effect=without_effect(package, say),
    )


def _step(step: Mapping[str, Any], members: Sequence[str], language: str, say: Say) -> ReportStep:
    others = outsiders(step["records"], members)
    return ReportStep(
        key=step["key"],
        number=step["number"],
        name=step["names"][language],
        phase=step["phase"][language],
        state=step["state"],
        reason=step["reason"],
        tables=[_table(record, language, say) for record in step["records"]],
        panels=told_panels(step.get("panels", []), place=step["key"], locale=language, say=say),
        evidence=list(step["evidence"]),
        tools=quoted(step.get("tools", ()), step["key"], say),
        outsiders=say(OUTSIDE, names=("、" if language == "zh" else ", ").join(others)) if others else "",
    )


def _table(record: Mapping[str, Any], language: str, say: Say) -> ReportTable:
    fields = record["fields"]
    columns = [
        {
            "label": field["names"][language] + (f" ({field['unit']})" if field["unit"] else ""),
            "num": field["type"] == "number",
            "day": field["type"] == "date",
        }
        for field in fields
    ]
    rows = [
        [_cell(field, row.get(field["key"]), language, say) for field in fields] for row in record["rows"]
    ]
    return ReportTable(record["names"][language], columns, rows)


def _cell(field: Mapping[str, Any], value: Any, language: str, say: Say) -> str:
    if value is None or value == "":
        return "–"
    if field["type"] == "number":
        return plain(Decimal(value), 12)
    if field["type"] == "yes_no" and value in {"yes", "no"}:
        return say(msg("yes")) if value == "yes" else say(msg("no"))
    if field["type"] == "choice" and value in field["choices"]:
        return str(field["choices"][value][language])
    return str(value)


def _indicator(row: Mapping[str, Any]) -> Mapping[str, Any]:
    values = {name: exact(row[name]) for name in ("baseline", "target", "actual")}
    reached = None
    if values["actual"] is not None and values["target"] is not None:
        better = values["actual"] <= values["target"]
        reached = better if row["lower_is_better"] else values["actual"] >= values["target"]
    due_on = date.fromisoformat(row["due_on"]) if row["due_on"] else None
    return {**row, **values, "due_on": due_on, "reached": reached}


def _effect(row: Mapping[str, Any], say: Say) -> Mapping[str, Any]:
    """An effect without money, its way of being shown in words."""
    return {**row, "way": say(WAYS[EffectWay(row["way"])])}
