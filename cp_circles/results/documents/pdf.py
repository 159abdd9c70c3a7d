"""The PDF of a document: set by Typst with embedded, subset fonts out of the pinned packages, no network.

Texts go in as data, never as markup. A character that no font here can draw is written as its number in
brackets, so that no page shows an empty box.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

from cp_circles.results.documents.blocks import Block, Content
from cp_circles.results.documents.drawing import fitted
from cp_circles.results.documents.drawing.marks import edged
from cp_circles.results.documents.photos import NO_PHOTOS, Photo

TEMPLATE = Path(__file__).with_name("report.typ")
PICTURE = Path(__file__).with_name("picture.typ")
FAMILIES = ("notosanssc", "notosanstc", "notosansjp")
DRAWN_BY_TYPST = frozenset("₀₁₂₃₄₅₆₇₈₉\n\u200b")
DROPPED = dict.fromkeys((0xFE0E, 0xFE0F, 0x200D))
LONG_RUN = re.compile(r"[!-~]{25,}")
BREAK_AFTER = 16
NARROWEST, WIDEST = 5, 34
LINE, MARGIN = 108, 2
IN_PDF, IN_PNG = (0.03, 0.45), 0.036
BODY, SMALLEST = 8.5, 5.5
LATIN = re.compile(r"[!-~\u00a0-\u02ff]+")
DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2} [A-Z][a-z]{2} \d{4}")
DAY_MORE = 2
PICTURE_PPI = 160
PICTURE_WIDEST, PICTURE_TALLEST = 170, 215


def pdf_of(content: Content, photos: Mapping[str, Photo] = NO_PHOTOS) -> bytes:
    """The document as a PDF, its photos by their SHA-256; the same content gives the same text."""
    return bytes(
        typst.compile(
            str(TEMPLATE),
            format="pdf",
            font_paths=font_folders(),
            ignore_system_fonts=True,
            sys_inputs={"content": json.dumps(_data(content, photos), ensure_ascii=False)},
            timestamp=0,
        )
    )


def pngs_of(svgs: Sequence[str]) -> dict[str, bytes]:
    """The pictures of charts as PNG, for Word: the fonts are read once for all of them."""
    wanted = list(dict.fromkeys(svgs))
    if not wanted:
        return {}
    pages = typst.compile(
        str(PICTURE),
        format="png",
        ppi=PICTURE_PPI,
        font_paths=font_folders(),
        ignore_system_fonts=True,
        sys_inputs={"svgs": json.dumps([drawable(edged(svg, IN_PNG)) for svg in wanted], ensure_ascii=False)},
    )
    found = pages if isinstance(pages, list) else [pages]
    return {svg: bytes(page) for svg, page in zip(wanted, found, strict=True)}


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


def _data(content: Content, photos: Mapping[str, Photo]) -> dict[str, Any]:
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
        "no-photo": content.no_photo,
        "chapters": [
            {
                "title": _set(chapter.title),
                "place": chapter.place,
                "blocks": [
                    _block(block, places, photos) | {"sticky": _leads(chapter.blocks[place + 1 : place + 3])}
                    for place, block in enumerate(chapter.blocks)
                ],
            }
            for chapter in content.chapters
        ],
    }


def _leads(following: Sequence[Block]) -> bool:
    """Whether a note stands before a figure, so that no page end parts them."""
    for block in following:
        if block.kind != "note":
            return bool(block.svg or block.photos)
    return False


def _block(block: Block, places: set[str], photos: Mapping[str, Photo]) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "text": _set(block.text),
        "caption": _set(block.caption),
        "standing": block.standing,
        "wide": fitted(block.svg, PICTURE_WIDEST, PICTURE_TALLEST) if block.svg else 0,
        "place": block.place,
        "photos": [[photos[one].svg if one in photos else "" for one in pair] for pair in block.photos],
        "svg": drawable(edged(block.svg, *IN_PDF)) if block.svg else "",
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
        **column_widths(block.columns, block.rows),
    }


def column_widths(columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """How wide the columns of a table are, in signs, and how small its letters must be.

    Every column holds its longest word; what is left goes to the columns with much to say.
    """
    cells = [[label, *(row[place] for row in rows)] for place, (label, _) in enumerate(columns)]
    least = [max(NARROWEST, *(_longest_word(cell) for cell in column)) for column in cells]
    wanted = [min(max(*(_wide(cell) for cell in column), 0), WIDEST) for column in cells]
    room = LINE - MARGIN * len(columns) - sum(least)
    greed = [max(0, want - need) for want, need in zip(wanted, least, strict=True)]
    share = min(max(room, 0) / (sum(greed) or 1), 1)
    widths = [round(need + more * share + MARGIN, 2) for need, more in zip(least, greed, strict=True)]
    shrunk = LINE / (LINE - room) if room < 0 else 1.0
    return {"widths": widths, "size": max(SMALLEST, round(BODY * shrunk, 1))}


def _longest_word(text: str) -> int:
    """The longest stretch that no line breaks: of Latin signs, or a day; other Chinese breaks anywhere."""
    day = DAY.search(text)
    if day is not None:
        return _wide(day.group()) + DAY_MORE
    return min(max((len(word) for word in LATIN.findall(text)), default=2), BREAK_AFTER)


def _wide(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text[:WIDEST])
