"""Receipts: the place and the hash of one link of a round's chain, as a code that anybody can check."""

import re
from dataclasses import dataclass
from datetime import datetime

from cp_circles.db.models import Event

CODE = re.compile(r"(\d{1,9})-(\d{1,9})-([0-9a-f]{64})")


@dataclass(frozen=True)
class Code:
    """A receipt as it is written: round, place in its chain, hash of that link."""

    round_id: int
    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.round_id}-{self.position}-{self.hash}"


@dataclass(frozen=True)
class SheetReceipt:
    """What a judge holds: where the own sheet stands in the chain."""

    round_name: str
    round_id: int
    label: str
    stage: str
    sha256: str
    at: datetime
    code: Code


@dataclass(frozen=True)
class EntryReceipt:
    """What a team holds: the package that was entered, and (once published) how many sheets count it."""

    round_name: str
    round_id: int
    entry_id: int
    title: str
    sha256: str
    at: datetime
    code: Code
    sheets: int | None


@dataclass(frozen=True)
class Checked:
    """What the platform holds at a receipt's place, and the published head that covers it (None so far)."""

    code: Code
    verb: str
    at: datetime
    sha256: str
    round_name: str
    public_key: str
    head_place: int | None
    head_hash: str


def code_of(event: Event) -> Code:
    """The receipt of a link of a round's chain."""
    return Code(int(str(event.chain).partition(":")[2]), int(event.position or 0), str(event.hash))


def code_from(text: str) -> Code | None:
    """The receipt that a text holds, spaces and capitals forgiven; None if it holds none."""
    found = CODE.fullmatch("".join(text.split()).lower())
    return Code(int(found[1]), int(found[2]), found[3]) if found else None
