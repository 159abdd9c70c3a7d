"""The steps of a project in its documents: records, what the platform computed, tool sheets, evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from cp_circles.errors import msg
from cp_circles.projects.panels.telling import ShownBlock, ShownBranch, ShownPanel
from cp_circles.results.documents.blocks import NOTHING, Block, Chapter, chart_block, clean, table_block
from cp_circles.results.documents.words import Words
from cp_circles.results.report import Report, ReportStep, ReportTable
from cp_circles.tools.quoting import Quoted

MOST_COLUMNS, FEW_ROWS = 9, 3


def phase_chapters(report: Report, words: Words) -> list[Chapter]:
    """One chapter for each phase of the method, its steps under it in their order."""
    steps = {step.key: step for step in [*report.steps, *report.left_out]}
    phases: dict[str, list[ReportStep]] = {}
    for raw in report.package["steps"]:
        phases.setdefault(raw["phase"]["key"], []).append(steps[raw["key"]])
    return [
        Chapter(
            f"phase_{key}",
            clean(found[0].phase),
            f"r-phase-{key}",
            [block for step in found for block in _step(step, words)],
        )
        for key, found in phases.items()
    ]


def tool_chapters(report: Report, words: Words) -> list[Chapter]:
    """The sheets that belong to the project as a whole; no chapter where there are none."""
    if not report.tools:
        return []
    blocks = [block for sheet in report.tools for block in _sheet(sheet, words)]
    return [Chapter("tools", words.say(msg("Tools for the project as a whole")), "r-tools", blocks)]


def _step(step: ReportStep, words: Words) -> list[Block]:
    say = words.say
    heading = Block("heading", clean(f"{step.number} {step.name}"), place=f"r-step-{step.key}")
    if step.state == "not_applicable":
        why = msg("Not applicable: %(reason)s") if step.reason else msg("Not applicable")
        return [heading, Block("note", clean(say(why, reason=step.reason)))]
    blocks = recorded_blocks(step, words)
    if step.evidence:
        between = "；" if words.locale == "zh_Hans" else "; "
        titles = between.join(clean(piece["title"]) for piece in step.evidence)
        blocks.append(Block("note", say(msg("Evidence: %(titles)s"), titles=titles)))
    return [heading, *(blocks or [Block("note", say(msg("No records at this step.")))])]


def recorded_blocks(step: ReportStep, words: Words, origin: str = "") -> list[Block]:
    """The records of a step, what was computed from them, and its tool sheets.

    `origin` stands behind the title of each record where a document holds several projects.
    """
    blocks = [block for table in step.tables for block in _table(table, words, origin)]
    if step.outsiders:
        blocks.append(Block("note", clean(step.outsiders)))
    blocks += [block for panel in step.panels for block in _panel(panel, words)]
    return blocks + [block for sheet in step.tools for block in _sheet(sheet, words)]


def _table(table: ReportTable, words: Words, origin: str) -> list[Block]:
    columns = [(clean(column["label"]), bool(column["num"])) for column in table.columns]
    rows = [
        [words.date(cell) if column["day"] else cell for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    title = f"{table.name} · {origin}" if origin else table.name
    if len(columns) <= MOST_COLUMNS:
        return [table_block(title, columns, rows)]
    if len(rows) <= FEW_ROWS:
        return [_upright(title, columns, rows)]
    starts = range(0, len(rows), FEW_ROWS)
    return [
        _upright(_part(title, start + 1, min(start + FEW_ROWS, len(rows)), words), columns,
                 rows[start : start + FEW_ROWS])
        for start in starts
    ]  # fmt: skip


def _part(title: str, first: int, last: int, words: Words) -> str:
    """The title of some rows of a table: those from the first to the last."""
    if first == last:
        return words.say(msg("%(title)s (row %(first)s)"), title=title, first=first)
    return words.say(msg("%(title)s (rows %(first)s to %(last)s)"), title=title, first=first, last=last)


def _upright(title: str, columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]]) -> Block:
    """A wide table of few rows, turned: a line for each of its columns, so that no column is a word wide."""
    heads = [(columns[0][0], False), *((row[0], False) for row in rows)]
    lines = [[label, *(row[place] for row in rows)] for place, (label, _) in enumerate(columns)][1:]
    return table_block(title, heads, lines)


def _panel(panel: ShownPanel, words: Words) -> Iterator[Block]:
    mark = f" ({words.say(msg('provisional'))})" if panel.provisional else ""
    yield Block("lead", clean(panel.title) + mark)
    for block in panel.blocks:
        yield from _panel_block(block, words)


def _panel_block(block: ShownBlock, words: Words) -> Iterator[Block]:
    if block.title:
        yield Block("lead", clean(block.title))
    for one in block.told:
        yield Block("note", clean(one.text), standing=one.standing)
    if block.chart is not None:
        yield chart_block(block.chart, "")
    for grid in block.grids:
        columns = [(clean(column["label"]), bool(column["num"])) for column in grid.columns]
        yield table_block(grid.caption, columns, grid.rows)
    if block.tree:
        yield Block("tree", rows=[row for branch in block.tree for row in _branch(branch, 0)])
    if block.lines:
        say = words.say
        columns = [(say(msg("Figure")), False), (say(msg("Arithmetic")), False), (say(msg("Value")), True)]
        rows = [[line.label, line.text, f"{'=' if line.exact else '≈'} {line.value}"] for line in block.lines]
        yield table_block(say(msg("How was this computed?")), columns, rows)


def _branch(branch: ShownBranch, depth: int) -> Iterator[list[str]]:
    notes = f" [{'; '.join(branch.notes)}]" if branch.notes else ""
    yield [str(depth), clean(branch.text + notes)]
    for below in branch.below:
        yield from _branch(below, depth + 1)


def _sheet(sheet: Quoted, words: Words) -> Iterator[Block]:
    """A sheet of a quality tool that the package quotes: its sentence, chart and table, facts, pairs."""
    say = words.say
    about = [sheet.tool, say(msg("Version %(number)s"), number=sheet.version), words.date(sheet.at)]
    yield Block("lead", clean(sheet.title))
    yield Block("note", clean(" · ".join([*about, *([sheet.author] if sheet.author else [])])))
    yield Block("note", clean(sheet.answer), standing="good")
    if sheet.chart is not None:
        yield chart_block(sheet.chart, "")
    if sheet.facts:
        yield Block("facts", rows=[(clean(label), clean(value)) for label, value in sheet.facts])
    if sheet.pairs:
        yield _pairs(sheet, words)
    if sheet.note:
        yield Block("note", clean(sheet.note))


def _pairs(sheet: Quoted, words: Words) -> Block:
    """The photographed places: side by side where the package knows the photos, else a table of the days."""
    say = words.say
    columns = [
        (say(msg("Photographed place")), False),
        (say(msg("Before")), False),
        (say(msg("After the improvement")), False),
        (say(msg("What changed")), False),
    ]
    rows = [
        [
            row["place"],
            words.date(row["before_on"]),
            words.date(row["after_on"]),
            row.get("caption") or NOTHING,
        ]
        for row in sheet.pairs
    ]
    block = table_block(sheet.title, columns, rows)
    known = [(_hash(sheet, row["before_file"]), _hash(sheet, row["after_file"])) for row in sheet.pairs]
    return replace(block, kind="photos", photos=known) if any(any(pair) for pair in known) else block


def _hash(sheet: Quoted, number: Any) -> str:
    return sheet.files.get(str(number), "")
