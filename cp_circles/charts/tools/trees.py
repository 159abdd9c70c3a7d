"""Drawings of trees: fishbone, tree diagram, PDPC and the chain of five whys."""

from collections.abc import Callable, Sequence
from typing import Any

from cp_circles.calc.tools.base import Result
from cp_circles.calc.tools.causes import (
    FRAMES,
    Bone,
    FishboneInputs,
    PdpcInputs,
    TreeInputs,
    TreeResult,
    WhysInputs,
    walk,
)
from cp_circles.charts.diagram import SIZE, SMALL, Sheet, box_height, fold, painted
from cp_circles.charts.frame import Chart, ChartTable, Column, Frame
from cp_circles.charts.theme import LIGHT
from cp_circles.charts.tools.words import said
from cp_circles.errors import msg

Look = Callable[[Any], tuple[str, str]]
LINE = 17
VERDICTS = {"confirmed": msg("Confirmed"), "refuted": msg("Refuted"), "open": msg("Still open")}


def fishbone(inputs: FishboneInputs, result: TreeResult, frame: Frame) -> Chart:
    """The problem at the head, a bone for each category, deeper causes indented; main causes starred."""
    used = [cause.category for cause in inputs.causes]
    bones = list(dict.fromkeys([*FRAMES[inputs.frame], *used]))
    by_key = {cause.key: cause for cause in inputs.causes}
    order = walk(result.children)
    rows = {bone: [_caused(by_key, key) for key in order if by_key[key].category == bone] for bone in bones}

    def paint(sheet: Sheet) -> None:
        (_upright_bones if sheet.narrow else _lying_bones)(sheet, inputs.problem, rows, frame)

    say = frame.say
    table = ChartTable(
        (
            Column(say(msg("Bone")), num=False),
            Column(say(msg("Cause")), num=False),
            Column(say(msg("Explains")), num=False),
            Column(say(msg("Main cause")), num=False),
        ),
        tuple(
            (
                said(by_key[key].category, say),
                by_key[key].text,
                by_key[by_key[key].parent].text if by_key[key].parent else None,
                say(msg("yes")) if by_key[key].main else None,
            )
            for key in order
        ),
    )
    return painted(frame, paint, table)


def _caused(by_key: dict[str, Bone], key: str) -> tuple[int, str, bool]:
    depth, at = 0, by_key[key]
    while at.parent:
        depth, at = depth + 1, by_key[at.parent]
    return depth, by_key[key].text, by_key[key].main


def _cause_lines(
    causes: Sequence[tuple[int, str, bool]], pixels: float
) -> list[tuple[int, list[str], bool, str]]:
    return [
        (
            depth,
            fold(("★ " if main else "└ " if depth else "") + text, pixels - depth * 12, SMALL, 2),
            main,
            text,
        )
        for depth, text, main in causes
    ]


def _lying_bones(
    sheet: Sheet, problem: str, bones: dict[str, list[tuple[int, str, bool]]], frame: Frame
) -> None:
    columns = -(-len(bones) // 2)
    head, lean = 128, 26
    span = (sheet.width - head - 24) / columns
    folded = [(said(name, frame.say), _cause_lines(rows, span - lean - 22)) for name, rows in bones.items()]
    reach = max(sum(len(c[1]) for c in causes) for _, causes in folded) * LINE + 30
    middle = reach + 46
    sheet.height = 2 * middle
    sheet.line(8, middle, sheet.width - head, middle, width=3, color=LIGHT.accent)
    high = box_height(problem, head - 4, lines=5)
    sheet.box(sheet.width - head, middle - high / 2, head - 4, problem, "key", lines=5)
    for place, (name, causes) in enumerate(folded):
        up = -1 if place % 2 == 0 else 1
        joint = 8 + span * (place // 2 + 1) - 4
        tip = joint - lean
        sheet.line(tip, middle + up * reach, joint, middle, width=2, color=LIGHT.accent_mid)
        width = min(span - 8, 150)
        box = box_height(name, width, lines=2)
        top = middle + up * reach - (box if up < 0 else 0)
        sheet.box(tip - width + 18, top, width, name, "soft", lines=2)
        at = middle - reach + 16 if up < 0 else middle + 16
        for depth, lines, main, text in causes:
            _twig(sheet, (tip, joint, middle, reach), at, lines, depth, main)
            sheet.points.append((tip - span / 2, at, text))
            at += len(lines) * LINE


def _twig(
    sheet: Sheet, rib: tuple[float, float, float, float], y: float, lines: list[str], depth: int, main: bool
) -> None:
    tip, joint, middle, reach = rib
    edge = tip + (joint - tip) * (1 - abs(middle - y) / reach)
    color = LIGHT.target if main else LIGHT.text
    if not depth:
        sheet.line(edge - 12, y, edge, y, width=1)
    right = edge - 14
    sheet.words(right, y - 8, lines, anchor="right", valign="top", color=color, size=SMALL, bold=main)


def _upright_bones(
    sheet: Sheet, problem: str, bones: dict[str, list[tuple[int, str, bool]]], frame: Frame
) -> None:
    y = sheet.box(0, 2, sheet.width, problem, "key", lines=4) + 14
    ends = y
    for name, rows in bones.items():
        title = said(name, frame.say)
        ends = y + 14
        sheet.line(10, ends - 12, 34, ends, width=2, color=LIGHT.accent_mid)
        y += sheet.box(34, y, 200, title, "soft", lines=1) + 6
        for depth, lines, main, text in _cause_lines(rows, sheet.width - 62):
            left = 54 + depth * 14
            if not depth:
                sheet.line(40, y + 8, 50, y + 8)
            color = LIGHT.target if main else LIGHT.text
            sheet.words(left, y, lines, anchor="left", valign="top", color=color, size=SIZE, bold=main)
            sheet.points.append((left + 40, y + 8, text))
            y += len(lines) * LINE + 2
        y += 8
    sheet.line(10, 20, 10, ends - 12, width=3, color=LIGHT.accent)
    sheet.height = y


def branching(
    frame: Frame,
    root: str,
    rows: dict[str, Any],
    children: dict[str, tuple[str, ...]],
    look: Look,
    table: ChartTable,
) -> Chart:
    """A tree from left to right; on a phone from top to bottom with indents. `look` gives kind and mark."""

    def paint(sheet: Sheet) -> None:
        if sheet.narrow:
            _indented(sheet, root, rows, children, look)
        else:
            _spread(sheet, root, rows, children, look)

    return painted(frame, paint, table)


def _depth(children: dict[str, tuple[str, ...]], key: str = "") -> int:
    return 1 + max((_depth(children, child) for child in children.get(key, ())), default=0)


def _spread(
    sheet: Sheet, root: str, rows: dict[str, Any], children: dict[str, tuple[str, ...]], look: Look
) -> None:
    gap = 34
    width = min(240.0, (sheet.width - 4 + gap) / _depth(children) - gap)
    at = 4.0

    def place(key: str, depth: int) -> float:
        """Draw the part below a key; returns the middle of its own box."""
        nonlocal at
        kind, mark = look(rows[key]) if key else ("key", "")
        text = rows[key].text if key else root
        x, start = 2 + depth * (width + gap), at
        high = box_height(f"{mark} {text}".strip(), width, lines=4)
        middles = [place(child, depth + 1) for child in children.get(key, ())]
        middle = (middles[0] + middles[-1]) / 2 if middles else start + high / 2
        middle = max(middle, start + high / 2)
        sheet.box(x, middle - high / 2, width, text, kind, lines=4, mark=mark)
        bend = x + width + gap / 2
        for below in middles:
            sheet.line(bend, below, x + width + gap, below)
        if middles:
            sheet.line(x + width, middle, bend, middle)
            sheet.line(bend, min(middle, middles[0]), bend, max(middle, middles[-1]))
        at = max(at, middle + high / 2 + 8)
        return middle

    place("", 0)
    sheet.height = at


def _indented(
    sheet: Sheet, root: str, rows: dict[str, Any], children: dict[str, tuple[str, ...]], look: Look
) -> None:
    y = 2 + sheet.box(0, 2, sheet.width, root, "key", lines=4) + 8

    def place(key: str, depth: int, stem: float) -> None:
        nonlocal y
        kind, mark = look(rows[key])
        x, text = depth * 18.0, rows[key].text
        middle = y + box_height(f"{mark} {text}".strip(), sheet.width - x, lines=4) / 2
        sheet.line(x - 9, stem, x - 9, middle)
        sheet.line(x - 9, middle, x, middle)
        high = sheet.box(x, y, sheet.width - x, text, kind, lines=4, mark=mark)
        y += high + 8
        bottom = y - 8
        for child in children.get(key, ()):
            place(child, depth + 1, bottom)

    first = y - 8
    for key in children.get("", ()):
        place(key, 1, first)
    sheet.height = y


def tree(inputs: TreeInputs, result: TreeResult, frame: Frame) -> Chart:
    """The tree diagram; what is chosen has a thick edge and a tick."""
    rows = {row.key: row for row in inputs.rows}
    say = frame.say
    table = ChartTable(
        (
            Column(say(msg("Branch")), num=False),
            Column(say(msg("Below")), num=False),
            Column(say(msg("Chosen")), num=False),
        ),
        tuple(
            (
                rows[k].text,
                rows[rows[k].parent].text if rows[k].parent else inputs.goal,
                say(msg("yes")) if rows[k].chosen else None,
            )
            for k in walk(result.children)
        ),
    )
    return branching(
        frame,
        inputs.goal,
        rows,
        result.children,
        lambda row: ("good", "✓") if row.chosen else ("plain", ""),
        table,
    )


_PDPC_KINDS = {"step": msg("Step"), "risk": msg("Risk"), "countermeasure": msg("Countermeasure")}


def pdpc(inputs: PdpcInputs, result: TreeResult, frame: Frame) -> Chart:
    """Steps in plain boxes, risks dashed with a sign of warning, countermeasures with ○ or ×."""
    rows = {row.key: row for row in inputs.rows}
    say = frame.say

    def look(row: Any) -> tuple[str, str]:
        if row.kind == "countermeasure":
            return {True: ("good", "○"), False: ("out", "×"), None: ("plain", "?")}[row.feasible]
        return ("risk", "⚠") if row.kind == "risk" else ("soft", "")

    feasible = {True: say(msg("yes")), False: say(msg("no")), None: None}
    table = ChartTable(
        (
            Column(say(msg("Text")), num=False),
            Column(say(msg("Kind")), num=False),
            Column(say(msg("Below")), num=False),
            Column(say(msg("Feasible")), num=False),
        ),
        tuple(
            (
                rows[k].text,
                say(_PDPC_KINDS[rows[k].kind]),
                rows[rows[k].parent].text if rows[k].parent else inputs.goal,
                feasible[rows[k].feasible],
            )
            for k in walk(result.children)
        ),
    )
    return branching(frame, inputs.goal, rows, result.children, look, table)


def five_whys(inputs: WhysInputs, result: Result, frame: Frame) -> Chart:
    """The chain downwards, each answer with its verdict and evidence."""
    say = frame.say
    looks = {"confirmed": ("good", "✓"), "refuted": ("out", "×"), "open": ("plain", "?")}

    def paint(sheet: Sheet) -> None:
        width = sheet.width if sheet.narrow else 420.0
        y = 2 + sheet.box(0, 2, width, inputs.problem, "key", lines=4)
        for number, why in enumerate(inputs.whys, start=1):
            kind, mark = looks[why.verdict]
            sheet.arrow(30, y, 30, y + 26)
            sheet.words(
                44,
                y + 13,
                [say(msg("Why %(number)s?"), number=number)],
                anchor="left",
                size=SMALL,
                color=LIGHT.text,
            )
            y += 28
            high = sheet.box(0, y, width, why.answer, kind, lines=4, mark=mark)
            under = say(VERDICTS[why.verdict]) + (f" · {why.evidence}" if why.evidence else "")
            if sheet.narrow:
                lines = fold(under, width - 12, SMALL, 3)
                sheet.words(6, y + high + 4, lines, anchor="left", valign="top", size=SMALL, color=LIGHT.text)
                high += len(lines) * 16 + 6
            else:
                lines = fold(under, sheet.width - width - 24, SMALL, 3)
                sheet.words(width + 14, y + high / 2, lines, anchor="left", size=SMALL, color=LIGHT.text)
            y += high
        sheet.height = y + 6

    table = ChartTable(
        (
            Column(say(msg("Because")), num=False),
            Column(say(msg("Evidence")), num=False),
            Column(say(msg("Verdict")), num=False),
        ),
        tuple((why.answer, why.evidence or None, say(VERDICTS[why.verdict])) for why in inputs.whys),
    )
    return painted(frame, paint, table)
