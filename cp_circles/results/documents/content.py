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
    chart_block,
    clean,
    table_block,
)
from cp_circles.results.documents.figures import Recorded, marked, recorded_figures
from cp_circles.results.documents.words import Words
from cp_circles.results.report import Report, ReportSaving, ReportStep, report_of


def content_of(package: Mapping[str, Any], words: Words, *, sha256: str, is_draft: bool) -> Content:
    """The document of a result; `sha256` is the package's, or what it would be if frozen now."""
    report = report_of(package, words.locale, words.say)
    figures = recorded_figures(package)
    chapters = [
        _summary(report, words, figures),
        _indicators(report, words),
        *(_saving(place, saving, words) for place, saving in enumerate(report.savings, start=1)),
        _intangible(report, words, figures),
        *_phases(report, words),
        *_activities(report, words),
        _evidence(report, words),
    ]
    draft = words.say(msg("DRAFT"))
    return Content(
        title=clean(package["title"]),
        kind=words.say(msg("Result report")),
        language="en" if words.locale.startswith("en") else "zh",
        cover=_cover(report, words),
        chapters=chapters,
        footer=f"{draft} · {sha256}" if is_draft else f"SHA-256 {sha256}",
        watermark=draft if is_draft else "",
        notice=words.say(msg("This is a draft: its figures follow the project until the circle freezes it."))
        if is_draft
        else "",
        missing=words.say(msg("no record behind this figure")),
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
    return Chapter(
        "summary",
        say(msg("Summary")),
        "r-summary",
        [
            _text(report.package["summary"], figures),
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


def _saving(place: int, saving: ReportSaving, words: Words) -> Chapter:
    say = words.say
    title = say(msg("Saving: %(name)s"), name=saving.name)
    blocks = [Block("facts", rows=_saving_facts(saving, words))]
    if saving.provisional:
        blocks.append(Block("note", say(msg("Provisional: a factor or method behind it is not confirmed."))))
    if saving.claimed:
        blocks.append(_amounts(saving, words))
    else:
        blocks.append(Block("note", say(msg("The readings do not carry this saving yet."))))
    if saving.chart:
        blocks.append(chart_block(saving.chart, words.unit(saving.unit)))
    if saving.factors:
        blocks.append(_factors(saving, words))
    blocks.append(_signatures(saving, words))
    return Chapter(f"saving_{place}", clean(title), f"r-saving-{place}", blocks)


def _saving_facts(saving: ReportSaving, words: Words) -> list[tuple[str, str]]:
    say = words.say
    names = (say(msg("Baseline")), say(msg("Reporting period")))
    rows = [
        (name, f"{words.date(first)} – {words.date(last)}")
        for name, (first, last) in zip(names, saving.periods, strict=True)
    ]
    rows += [(say(msg("State")), words.label(saving.state))]
    rows += [(say(msg("Meter")), clean(saving.meter))] if saving.meter else []
    if saving.percent is not None:
        rows.append((say(msg("Saving rate")), f"{words.number(saving.percent)} %"))
    return [*rows, (say(msg("Note")), clean(saving.note))] if saving.note else rows


def _amounts(saving: ReportSaving, words: Words) -> Block:
    say, verified = words.say, saving.verified or {}
    claimed = saving.claimed or {}
    columns = [(say(msg("Amount")), False), (say(msg("Claimed")), True), (say(msg("Verified")), True)]
    rows = [
        [label, words.quantity(claimed.get(name), unit), words.quantity(verified.get(name), unit)]
        for label, name, unit in (
            (say(msg("Quantity")), "quantity", saving.unit),
            (say(msg("Standard coal")), "kgce", "kgce"),
            (say(msg("CO2 equivalent")), "kgco2e", "kgCO2e"),
        )
    ]
    rows += [
        [label, words.yuan(claimed.get(name)), words.yuan(verified.get(name))]
        for label, name in (
            (say(msg("Direct benefit")), "direct_yuan"),
            (say(msg("Indirect benefit")), "indirect_yuan"),
        )
    ]
    forecast = f"{say(msg('Forecast benefit'))} ({say(msg('never counted'))})"
    return table_block("", columns, [*rows, [forecast, words.yuan(claimed.get("forecast_yuan")), NOTHING]])


def _factors(saving: ReportSaving, words: Words) -> Block:
    say = words.say
    columns = [
        (say(msg("Factor")), False),
        (say(msg("Value")), True),
        (say(msg("Standard")), False),
        (say(msg("Source")), False),
        (say(msg("Confidence")), False),
    ]
    rows = [
        [
            row["name"],
            f"{words.number(row['value'])} {row['unit']}/{row['per_unit']}",
            f"{say(row['standard'])} {row['edition']}".strip(),
            say(row["source"]) if row["source"] else NOTHING,
            row["confidence"],
        ]
        for row in saving.factors
    ]
    return table_block(say(msg("Factors used")), columns, rows)


def _signatures(saving: ReportSaving, words: Words) -> Block:
    say = words.say
    if not saving.signatures:
        return Block("note", say(msg("Nobody has signed this saving.")))
    columns = [
        (say(msg("Verified as")), False),
        (say(msg("Signed by")), False),
        (say(msg("Quantity")), True),
        (say(msg("Direct benefit")), True),
        (say(msg("Time")), False),
        (say(msg("SHA-256")), False),
    ]
    rows = [
        [
            words.label(row["role"]),
            row["signer"] or NOTHING,
            words.quantity(row["amounts"]["quantity"], saving.unit),
            words.yuan(row["amounts"]["direct_yuan"]),
            words.moment(row["at"]),
            row["sha256"][:16] or NOTHING,
        ]
        for row in saving.signatures
    ]
    return table_block(say(msg("Signatures")), columns, rows)


def _intangible(report: Report, words: Words, figures: Sequence[Recorded]) -> Chapter:
    text = _text(report.package["intangible"], figures)
    return Chapter("intangible", words.say(msg("Intangible benefit")), "r-intangible", [text])


def _phases(report: Report, words: Words) -> list[Chapter]:
    """One chapter for each phase of the method, its steps under it."""
    phases: dict[str, list[ReportStep]] = {}
    keys: dict[str, str] = {}
    for step, raw in zip([*report.steps, *report.left_out], _raw_steps(report), strict=True):
        phases.setdefault(raw["phase"]["key"], []).append(step)
        keys[raw["phase"]["key"]] = step.phase
    order = list(dict.fromkeys(raw["phase"]["key"] for raw in report.package["steps"]))
    place = {raw["key"]: number for number, raw in enumerate(report.package["steps"])}
    return [
        Chapter(
            f"phase_{key}",
            clean(keys[key]),
            f"r-phase-{key}",
            [
                block
                for step in sorted(phases[key], key=lambda one: place[one.key])
                for block in _step(step, words)
            ],
        )
        for key in order
    ]


def _raw_steps(report: Report) -> list[Mapping[str, Any]]:
    raw = {step["key"]: step for step in report.package["steps"]}
    return [raw[step.key] for step in [*report.steps, *report.left_out]]


def _step(step: ReportStep, words: Words) -> list[Block]:
    say = words.say
    blocks = [Block("heading", clean(f"{step.number} {step.name}"), place=f"r-step-{step.key}")]
    if step.state == "not_applicable":
        reason = f": {step.reason}" if step.reason else ""
        return [*blocks, Block("note", clean(say(msg("Not applicable")) + reason))]
    for table in step.tables:
        columns = [(clean(column["label"]), bool(column["num"])) for column in table.columns]
        rows = [
            [
                words.date(cell) if column["day"] else cell
                for cell, column in zip(row, table.columns, strict=True)
            ]
            for row in table.rows
        ]
        blocks.append(table_block(table.name, columns, rows))
    for sheet in getattr(step, "tools", ()):
        blocks += _sheet(sheet, words)
    if step.evidence:
        titles = "; ".join(clean(piece["title"]) for piece in step.evidence)
        blocks.append(Block("note", f"{say(msg('Evidence'))}: {titles}"))
    if len(blocks) == 1:
        blocks.append(Block("note", say(msg("No records at this step."))))
    return blocks


def _sheet(sheet: Any, words: Words) -> list[Block]:
    """A sheet of a quality tool that the package quotes: its sentence, facts, chart and table."""
    blocks = [Block("note", clean(f"{sheet.title}: {sheet.answer}"))]
    if sheet.facts:
        blocks.append(Block("facts", rows=[(clean(label), clean(value)) for label, value in sheet.facts]))
    if sheet.chart is not None:
        blocks.append(chart_block(sheet.chart, ""))
    return blocks


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
