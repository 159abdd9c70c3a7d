"""A message with its values, to be put in words by the door that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reason:
    """Why something was refused or decided: an English msgid, its values, and the field it is about.

    Values are Decimals, dates, ints or keys; the door formats and translates them.
    """

    msgid: str
    values: Mapping[str, Any] = field(default_factory=dict)
    field: str = ""

    def __str__(self) -> str:
        return self.msgid % self.values if self.values else self.msgid
