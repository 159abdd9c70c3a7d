"""What a report says without a record behind it: sentences that mark it, in the reader's language."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cp_circles.charts.frame import Say
from cp_circles.errors import msg

BETWEEN_NAMES = re.compile(r"[、，,;；/／\n]+")
COVERED = "■"


def without_saving(package: Mapping[str, Any], say: Say) -> str:
    """What is said of a result that claims no saving; empty for one that does."""
    if package["savings"]:
        return ""
    if package.get("effects"):
        return say(msg("This result claims no saving; it stands on its effects without money."))
    return say(
        msg("This result claims no saving and states no effect without money; nothing in it is proved.")
    )


def without_effect(package: Mapping[str, Any], say: Say) -> str:
    """The mark of a text about benefits that no signed effect shows; empty where one does or no text is."""
    signed = any(row["state"] == "confirmed" for row in package.get("effects", ()))
    if signed or not package["intangible"].strip():
        return ""
    return say(msg("The circle's own words: no effect that the department signed stands behind them."))


def outsiders(records: Iterable[Mapping[str, Any]], members: Iterable[str]) -> list[str]:
    """Everybody whom fields for people name and who is no member of the circle, in the order of the records.

    Nobody where the members are not known, as in a blind copy.
    """
    known = set(members)
    if not known or any(COVERED in name for name in known):
        return []
    named: dict[str, None] = {}
    for record in records:
        keys = [field["key"] for field in record["fields"] if field["type"] == "person"]
        for row in record["rows"]:
            for key in keys:
                named |= dict.fromkeys(_names(str(row.get(key) or ""), known))
    return [name for name in named if name not in known]


def _names(text: str, known: set[str]) -> list[str]:
    if text.strip() in known:
        return []
    return [name.strip() for name in BETWEEN_NAMES.split(text) if name.strip() and COVERED not in name]
