"""The content of a result's documents: chapters of finished text, tables and charts, from a package alone.

Word and PDF print the same content; the same package and language always give the same text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cp_circles.errors import msg
from cp_circles.results.documents.blocks import (
    NOTHING,
    Block,
    Chapter,
    Content,
    clean,
    numbered,
    table_block,
)
from cp_circles.results.documents.effects import effect_chapters
from cp_circles.results.documents.figures import Recorded, marked, recorded_figures
from cp_circles.results.documents.saved import origin_chapters, saving_chapter
from cp_circles.results.documents.steps import phase_chapters, tool_chapters
from cp_circles.results.documents.words import Words
from cp_circles.results.report import Report, report_of


def content_of(package: Mapping[str, Any], words: Words, *, sha256: str, is_draft: bool) -> Content:
    """The document of a result; `sha256` is the package's, or what it would be if frozen now."""
    report = report_of(package, words.locale, words.say)
    figures = recorded_figures(package)
    chapters = [
        _summary(report, words, figures),
        _indicators(report, words),
        *(saving_chapter(place, saving, words) for place, saving in enumerate(report.savings, start=1)),
        _intangible(report, words, figures),
        *effect_chapters(report, words),
        *phase_chapters(report, words),
        *tool_chapters(report, words),
        *_activities(report, words),
        _evidence(report, words),
        *origin_chapters(report.savings, words),
    ]
    draft = words.say(msg("DRAFT"))
    return Content(
        title=clean(package["title"]),
        kind=words.say(msg("Result report")),
        language="en" if words.locale.startswith("en") else "zh",
        cover=_cover(report, words),
        chapters=numbered(chapters, words.say),
        footer=f"{draft} · {sha256}" if is_draft else f"SHA-256 {sha256}",
        watermark=draft if is_draft else "",
        notice=words.say(msg("This is a draft: its figures follow the project until the circle freezes it."))
        if is_draft
        else "",
        missing=words.say(msg("no record behind this figure")),
        no_photo=words.say(msg("Photo not printed here; see the evidence list.")),
        values=_values(report, words, sha256),
    )


def _cover(report: Report, words: Words) -> list[tuple[str, str]]:
    package, say = report.package, words.say
    project, circle = package["project"], package["circle"]
    comma = "、" if words.locale == "zh_Hans" else ", "
    rows = [
        (say(msg("Company")), package["company"]["name"]),
        (say(msg("Circle")), " ".join(part for part in (circle["name"], circle["number"]) if part)),
        (say(msg("Members")), comma.join(circle["members"])),
        (say(msg("Project number")), project["number"]),
        (say(msg("Method of the project")), f"{report.method} {project['method']['edition']}"),
        (
            say(msg("Period of work")),
            f"{words.date(project['starts_on'])} – {words.date(project['ends_on'])}",
        ),
    ]
    return [(label, clean(value) or NOTHING) for label, value in rows]


def _values(report: Report, words: Words, sha256: str) -> dict[str, str]:
    package = report.package
    project, circle, company = package["project"], package["circle"], package["company"]
    comma = "、" if words.locale == "zh_Hans" else ", "
    values = {
        "title": package["title"],
        "summary": package["summary"],
        "intangible": package["intangible"],
        "company_name": company["name"],
        "company_name_en": company["name_en"],
        "region": company["region"],
        "circle_name": circle["name"],
        "circle_number": circle["number"],
        "members": comma.join(circle["members"]),
        "project_number": project["number"],
        "project_title": project["title"],
        "focus_area": project["focus_area"],
        "reason": project["reason"],
        "method": report.method,
        "starts_on": words.date(project["starts_on"]),
        "ends_on": words.date(project["ends_on"]),
        "verified_coal": words.quantity(report.totals["kgce"], "kgce"),
        "verified_co2": words.quantity(report.totals["kgco2e"], "kgCO2e"),
        "verified_direct": words.yuan(report.totals["direct_yuan"]),
        "verified_indirect": words.yuan(report.totals["indirect_yuan"]),
        "forecast": words.yuan(report.totals["forecast_yuan"]),
        "sha256": sha256,
    }
    return {name: clean(value or "") or NOTHING for name, value in values.items()}


def _text(text: str, figures: Sequence[Recorded]) -> Block:
    return Block("text", pieces=marked(clean(text) or NOTHING, figures))


def _summary(report: Report, words: Words, figures: Sequence[Recorded]) -> Chapter:
    say, totals = words.say, report.totals
    sums = [
        (say(msg("Verified standard coal")), words.quantity(totals["kgce"], "kgce")),
        (say(msg("Verified CO2 equivalent")), words.quantity(totals["kgco2e"], "kgCO2e")),
        (say(msg("Verified direct benefit")), words.yuan(totals["direct_yuan"])),
        (say(msg("Verified indirect benefit")), words.yuan(totals["indirect_yuan"])),
        (
            say(msg("Forecast benefit")),
            f"{words.yuan(totals['forecast_yuan'])} ({say(msg('never counted'))})",
        ),
    ]
    bare = report.without_saving
    return Chapter(
        "summary",
        say(msg("Summary")),
        "r-summary",
        [
            _text(report.package["summary"], figures),
            *([Block("note", bare, standing="warn")] if bare else []),
            Block("facts", rows=sums),
            Block("heading", say(msg("Why this project"))),
            _text(report.package["project"]["reason"], figures),
        ],
    )


def _indicators(report: Report, words: Words) -> Chapter:
    say = words.say
    columns = [
        (say(msg("Indicator")), False),
        (say(msg("Baseline value")), True),
        (say(msg("Target value")), True),
        (say(msg("Reached")), True),
        (say(msg("Reach it by")), False),
        (say(msg("Effect")), False),
    ]
    verdict = {None: NOTHING, True: say(msg("On target")), False: say(msg("Missed"))}
    rows = [
        [
            f"{row['name']} ({words.unit(row['unit'])})",
            *(words.number(row[name]) for name in ("baseline", "target", "actual")),
            words.date(row["due_on"]),
            verdict[row["reached"]],
        ]
        for row in report.indicators
    ]
    title = say(msg("Target and effect"))
    return Chapter("indicators", title, "r-indicators", [table_block("", columns, rows)])


def _intangible(report: Report, words: Words, figures: Sequence[Recorded]) -> Chapter:
    blocks = [_text(report.package["intangible"], figures)]
    if report.without_effect:
        blocks.append(Block("note", report.without_effect, standing="warn"))
    return Chapter("intangible", words.say(msg("Intangible benefit")), "r-intangible", blocks)


def _activities(report: Report, words: Words) -> list[Chapter]:
    say, rows = words.say, report.package["activities"]
    if not rows:
        return []
    columns = [(say(msg("Date")), False), (say(msg("What was done")), False), (say(msg("Took part")), True)]
    cells = [[words.date(row["held_on"]), row["summary"], str(len(row["attended"]))] for row in rows]
    return [Chapter("activities", say(msg("Activities")), "r-activities", [table_block("", columns, cells)])]


def _evidence(report: Report, words: Words) -> Chapter:
    say, rows = words.say, report.package["evidence"]
    columns = [
        (say(msg("What it shows")), False),
        (say(msg("File")), False),
        (say(msg("Holds from")), False),
        (say(msg("SHA-256")), False),
    ]
    cells = [
        [row["title"], row["filename"] or NOTHING, words.date(row["effective_on"]), row["sha256"] or NOTHING]
        for row in rows
    ]
    block = table_block("", columns, cells) if cells else Block("note", say(msg("No evidence is attached.")))
    return Chapter("evidence", say(msg("Evidence list")), "r-evidence", [block])
