"""What every pack shares: strict frozen models, names in both languages, numbers with their provenance."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from cp_circles.errors import msg

Confidence = Literal["A", "A2", "A*", "B", "C", "S"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
EditionName = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$", max_length=30)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


def _exact(value: object) -> object:
    if isinstance(value, float | bool):
        raise Fault(msg("Write the number as plain digits."))
    return value


Number = Annotated[Decimal, BeforeValidator(_exact)]


class Fault(ValueError):
    """What is wrong in a pack and what to do, as a message with its values."""

    def __init__(self, msgid: str, **values: object) -> None:
        self.msgid = msgid
        self.values = values
        super().__init__(msgid % values if values else msgid)


class Strict(BaseModel):
    """Frozen, and no field that the schema does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Names(Strict):
    """One idea in Chinese and in English."""

    zh: Text
    en: Text

    def in_(self, locale: str) -> str:
        """The text for a locale such as zh_Hans or en."""
        return self.zh if str(locale).lower().startswith("zh") else self.en


class Provenance(Strict):
    """Where a number or rule comes from; confidence C is provisional."""

    source: Text
    confidence: Confidence

    @property
    def provisional(self) -> bool:
        """True when the value is our own proposal or uncertain and wears the badge 暂行."""
        return self.confidence == "C"


class Rated(Provenance):
    """One shipped number with unit, source and confidence."""

    value: Number
    unit: Text


class Pack(Strict):
    """The head of every pack; `source` and `confidence` hold for all that does not say otherwise."""

    kind: Key
    key: Key
    edition: EditionName
    names: Names
    source: Text
    confidence: Confidence
    note: Names | None = None

    @property
    def provisional(self) -> bool:
        """True when the pack as a whole is our own proposal or uncertain."""
        return self.confidence == "C"


def repeated(keys: Iterable[str]) -> list[str]:
    """Keys that occur more than once, in order of their repetition."""
    seen: set[str] = set()
    found = []
    for key in keys:
        if key in seen:
            found.append(key)
        seen.add(key)
    return found


def refuse_repeated(keys: Iterable[str]) -> None:
    """Raise Fault when a key occurs twice."""
    doubles = repeated(keys)
    if doubles:
        raise Fault(
            msg("%(keys)s stands more than once; give each its own key."),
            keys=", ".join(sorted(set(doubles))),
        )
