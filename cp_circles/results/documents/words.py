"""What a document asks of the reader's language: words, numbers, dates, all as finished text."""

from typing import Any, Protocol


class Words(Protocol):
    """Writes values as the readers of one language write them."""

    locale: str

    def say(self, msgid: str, **values: Any) -> str:
        """A message in the language."""

    def number(self, value: Any) -> str:
        """A number with its own digits."""

    def quantity(self, value: Any, unit: str) -> str:
        """An amount with its unit."""

    def yuan(self, value: Any) -> str:
        """An amount of money."""

    def unit(self, unit: str) -> str:
        """A unit."""

    def date(self, value: Any) -> str:
        """A date."""

    def moment(self, value: Any) -> str:
        """A stored moment (ISO text), to the minute."""

    def label(self, value: str) -> str:
        """A stored state or role in words."""
