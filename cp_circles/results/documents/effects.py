"""Effects without money in a result's documents: what became better, what shows it, who signed it."""

from collections.abc import Mapping
from typing import Any

from cp_circles.errors import msg
from cp_circles.results.documents.blocks import NOTHING, Chapter, table_block
from cp_circles.results.documents.words import Words
from cp_circles.results.report import Report


def effect_chapters(report: Report, words: Words) -> list[Chapter]:
    """The effects that the circle stated and the department signed or has before it; none without effects."""
    if not report.effects:
        return []
    say = words.say
    columns = [
        (say(msg("What became better")), False),
        (say(msg("How it was shown")), False),
        (say(msg("What shows it")), False),
        (say(msg("Signed by the department")), False),
    ]
    rows = [[row["text"], row["way"], _shown(row), _signed(row, words)] for row in report.effects]
    title = say(msg("Effects without money"))
    return [Chapter("effects", title, "r-effects", [table_block("", columns, rows)])]


def _shown(row: Mapping[str, Any]) -> str:
    return "\n".join(part for part in (row["shown_by"], row["evidence"], row["sheet"]) if part) or NOTHING


def _signed(row: Mapping[str, Any], words: Words) -> str:
    if row["state"] != "confirmed":
        return words.say(msg("Waits for the department"))
    parts = [row["signer"], words.moment(row["at"]), row["sha256"][:16]]
    return " · ".join(part for part in parts if part)
