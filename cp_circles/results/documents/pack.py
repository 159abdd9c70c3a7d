"""The pack for a company's formal audit: a report skeleton in seven phases, and sheets to be scored.

What circles have recorded is set in from their frozen packages; what people must still write is marked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cp_circles.errors import msg
from cp_circles.results.documents.adding import Line, lines_of, sums_of
from cp_circles.results.documents.audited import blank, effect_blocks, saving_blocks
from cp_circles.results.documents.blocks import NOTHING, Block, Chapter, Content, clean, numbered
from cp_circles.results.documents.steps import recorded_blocks
from cp_circles.results.documents.words import Words
from cp_circles.results.report import Report, report_of
from cp_circles.rulesets.schema import Method

SHEETS = Path(__file__).with_name("acceptance.yaml")


@dataclass(frozen=True)
class Item:
    """One line of a sheet with its suggested points; the score is left for people."""

    block: str
    text: str
    points: int


@dataclass(frozen=True)
class Sheet:
    """A suggested sheet; none of them is official."""

    title: str
    items: Sequence[Item]


@dataclass(frozen=True)
class Pack:
    """The pack of one company: its content, the lines of savings and the sheets."""

    content: Content
    lines: Sequence[Line]
    sheets: Sequence[Sheet]
    reports: Sequence[Report]


@cache
def _stored_sheets() -> Mapping[str, Any]:
    return dict(yaml.safe_load(SHEETS.read_text("utf-8")))


def sheets_of(language: str) -> list[Sheet]:
    """The suggested sheets in one language."""
    place = 1 if language == "en" else 0
    return [
        Sheet(
            sheet["names"][language],
            [Item(row[place], row[2 + place], int(row[4])) for row in sheet["items"]],
        )
        for sheet in _stored_sheets()["sheets"]
    ]


def pack_of(
    company: str, packages: Sequence[tuple[Mapping[str, Any], str]], method: Method, words: Words
) -> Pack:
    """The pack from (package, SHA-256) of each chosen result, by the seven phases of the audit's method."""
    language = "en" if words.locale.startswith("en") else "zh"
    found = [package for package, _ in packages]
    reports = [report_of(package, words.locale, words.say) for package in found]
    lines, sheets = lines_of(found), sheets_of(language)
    chapters = [
        _savings(lines, words),
        *_effects(reports, words),
        *_phases(method, reports, language, words),
        *(_sheet(number, sheet, words) for number, sheet in enumerate(sheets, start=1)),
        _sources(packages, words),
    ]
    say = words.say
    title = say(msg("Cleaner-production audit report of %(company)s (skeleton)"), company=company)
    content = Content(
        title=clean(title),
        kind=say(msg("Pack for the formal audit")),
        language=language,
        cover=[
            (say(msg("Company")), clean(company)),
            (say(msg("Results of circles")), str(len(packages))),
            (say(msg("Audit period")), blank(words, say(msg("from – to")))),
            (say(msg("Written by")), blank(words, say(msg("name and date")))),
        ],
        chapters=numbered(chapters, say),
        footer=say(msg("Provisional pack, not an official form")),
        no_photo=say(msg("Photo not printed here; see the evidence list.")),
        notice=say(
            msg("A skeleton from the circles' frozen results. Fields in %(mark)s are for people to fill in."),
            mark="【】",
        ),
    )
    return Pack(content, lines, sheets, reports)


def _savings(lines: Sequence[Line], words: Words) -> Chapter:
    say, sums = words.say, sums_of(lines)
    rows = [
        (say(msg("Verified standard coal")), words.quantity(sums["kgce"], "kgce")),
        (say(msg("Verified CO2 equivalent")), words.quantity(sums["kgco2e"], "kgCO2e")),
        (say(msg("Verified direct benefit")), words.yuan(sums["direct_yuan"])),
        (say(msg("Verified indirect benefit")), words.yuan(sums["indirect_yuan"])),
    ]
    blocks = [
        Block("facts", rows=rows),
        Block("note", say(msg("Only verified savings that overlap no other are added."))),
        *saving_blocks(lines, words),
    ]
    return Chapter("savings", say(msg("Verified savings of the circles")), "r-savings", blocks)


def _effects(reports: Sequence[Report], words: Words) -> list[Chapter]:
    blocks = effect_blocks(reports, words)
    return (
        [Chapter("effects", words.say(msg("Effects without money")), "r-effects", blocks)] if blocks else []
    )


def _phases(method: Method, reports: Sequence[Report], language: str, words: Words) -> list[Chapter]:
    chapters = []
    for phase in method.phases:
        blocks: list[Block] = []
        for step in (one for one in method.steps if one.phase == phase.key):
            blocks.append(Block("heading", f"{step.number} {getattr(step.names, language)}"))
            blocks += _recorded(step.number, method.key, reports, words) or [_empty(step, language, words)]
        title = f"{phase.number} {getattr(phase.names, language)}"
        chapters.append(Chapter(f"phase_{phase.key}", title, f"r-phase-{phase.key}", blocks))
    return chapters


def _empty(step: Any, language: str, words: Words) -> Block:
    output = getattr(step.output, language) if step.output else getattr(step.names, language)
    return Block("note", blank(words, output))


def _recorded(number: str, method_key: str, reports: Sequence[Report], words: Words) -> list[Block]:
    """What circles that worked by the audit's own steps wrote down at this one."""
    blocks: list[Block] = []
    for report in reports:
        if report.package["project"]["method"]["key"] != method_key:
            continue
        for step in (one for one in report.steps if one.number == number):
            blocks += recorded_blocks(step, words, origin=report.package["title"])
    return blocks


def _sheet(number: int, sheet: Sheet, words: Words) -> Chapter:
    say = words.say
    columns = [
        (say(msg("Block")), False),
        (say(msg("Item")), False),
        (say(msg("Points")), True),
        (say(msg("Score")), True),
    ]
    open_score = blank(words)
    rows = [[item.block, item.text, str(item.points), open_score] for item in sheet.items]
    rows.append([say(msg("Sum")), "", str(sum(item.points for item in sheet.items)), open_score])
    note = say(msg("Provisional: points suggested by this platform; not an official sheet."))
    return Chapter(
        f"sheet_{number}",
        sheet.title,
        f"r-sheet-{number}",
        [Block("note", note), Block("table", columns=columns, rows=rows)],
    )


def _sources(packages: Sequence[tuple[Mapping[str, Any], str]], words: Words) -> Chapter:
    say = words.say
    columns = [
        (say(msg("Project number")), False),
        (say(msg("Result")), False),
        (say(msg("Circle")), False),
        (say(msg("SHA-256")), False),
    ]
    rows = [
        [
            clean(package["project"]["number"]) or NOTHING,
            clean(package["title"]),
            clean(package["circle"]["name"]) or NOTHING,
            sha256,
        ]
        for package, sha256 in packages
    ]
    return Chapter(
        "sources", say(msg("Results used")), "r-sources", [Block("table", columns=columns, rows=rows)]
    )
