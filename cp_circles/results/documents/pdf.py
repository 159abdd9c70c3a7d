"""The PDF of a document: set by Typst with embedded, subset fonts out of the pinned packages, no network.

Texts go in as data, never as markup. A character that no font here can draw is written as its number in
brackets, so that no page shows an empty box.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

from cp_circles.results.documents.blocks import Block, Content
from cp_circles.results.documents.drawing import fitted

TEMPLATE = Path(__file__).with_name("report.typ")
PICTURE = Path(__file__).with_name("picture.typ")
FAMILIES = ("notosanssc", "notosanstc", "notosansjp")
DRAWN_BY_TYPST = frozenset("₀₁₂₃₄₅₆₇₈₉\n\u200b")
DROPPED = dict.fromkeys((0xFE0E, 0xFE0F, 0x200D))
LONG_RUN = re.compile(r"[!-~]{25,}")
BREAK_AFTER = 16
NARROWEST, WIDEST = 5, 34
PICTURE_PPI = 160
PICTURE_WIDEST, PICTURE_TALLEST = 170, 215


def pdf_of(content: Content) -> bytes:
    """The document as a PDF; the same content gives the same text."""
    return bytes(
        typst.compile(
            str(TEMPLATE),
            format="pdf",
            font_paths=font_folders(),
            ignore_system_fonts=True,
            sys_inputs={"content": json.dumps(_data(content), ensure_ascii=False)},
            timestamp=0,
        )
    )


def png_of(svg: str) -> bytes:
    """A picture of a chart as PNG, for Word."""
    return bytes(
        typst.compile(
            str(PICTURE),
            format="png",
            ppi=PICTURE_PPI,
            font_paths=font_folders(),
            ignore_system_fonts=True,
            sys_inputs={"svg": drawable(svg)},
        )
    )


def font_folders() -> list[str]:
    """The folders of the fonts, inside the installed package."""
    return [str(files("justmytype_intl_cjk") / "fonts" / "ofl" / family) for family in FAMILIES]


@cache
def _characters(folder: str) -> frozenset[int]:
    [path] = Path(folder).glob("*.ttf")
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def drawable(text: str) -> str:
    """The text with every character that no font can draw as its number: 〔U+1F389〕."""
    return "".join(sign if _can_draw(sign) else f"〔U+{ord(sign):04X}〕" for sign in text.translate(DROPPED))


def _can_draw(sign: str) -> bool:
    return sign in DRAWN_BY_TYPST or any(ord(sign) in _characters(folder) for folder in font_folders())


def _set(text: str) -> str:
    return LONG_RUN.sub(lambda run: _broken(run.group()), drawable(text.replace("\t", " ")))


def _broken(run: str) -> str:
    return "\u200b".join(run[n : n + BREAK_AFTER] for n in range(0, len(run), BREAK_AFTER))


def _data(content: Content) -> dict[str, Any]:
    places = {chapter.place for chapter in content.chapters}
    places |= {block.place for chapter in content.chapters for block in chapter.blocks}
    return {
        "title": _set(content.title),
        "kind": _set(content.kind),
        "language": content.language,
        "cover": [[_set(cell) for cell in row] for row in content.cover],
        "footer": content.footer,
        "watermark": content.watermark,
        "notice": _set(content.notice),
        "missing": content.missing,
        "chapters": [
            {
                "title": _set(chapter.title),
                "place": chapter.place,
                "blocks": [_block(block, places) for block in chapter.blocks],
            }
            for chapter in content.chapters
        ],
    }


def _block(block: Block, places: set[str]) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "text": _set(block.text),
        "caption": _set(block.caption),
        "standing": block.standing,
        "wide": fitted(block.svg, PICTURE_WIDEST, PICTURE_TALLEST) if block.svg else 0,
        "place": block.place,
        "svg": drawable(block.svg) if block.svg else "",
        "pieces": [
            {
                "text": _set(piece.text),
                "mark": piece.mark,
                "place": piece.place if piece.place in places else "",
            }
            for piece in block.pieces
        ],
        "columns": [{"label": _set(label), "num": num} for label, num in block.columns],
        "rows": [[_set(cell) for cell in row] for row in block.rows],
        "widths": _widths(block.columns, block.rows),
    }


def _widths(columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]]) -> list[int]:
    longest = [
        max([_wide(label), *(_wide(row[place]) for row in rows)]) for place, (label, _) in enumerate(columns)
    ]
    return [min(max(length, NARROWEST), WIDEST) for length in longest]


def _wide(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text[:WIDEST])
