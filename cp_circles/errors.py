"""Refusals that a service raises and a door turns into an answer in the reader's language."""

from typing import Any


def msg(text: str) -> str:
    """Mark a message for the catalogue; the door translates it for its reader."""
    return text


class DomainError(Exception):
    """A wrong state or a stale version: answered with 409."""

    msgid: str = msg("This is not possible in the present state.")

    def __init__(self, msgid: str | None = None, **values: Any) -> None:
        self.msgid = msgid or type(self).msgid
        self.values = values
        super().__init__(self.msgid % values if values else self.msgid)


class NotAllowed(DomainError):
    """The actor may see the thing but not do this: answered with 403 and the reason."""

    msgid = msg("You may not do this.")


class NotFound(DomainError):
    """The thing does not exist, or the actor may not see it: answered with 404, never a hint."""

    msgid = msg("This page does not exist, or is not open to you.")


class Invalid(DomainError):
    """Bad input to one field: answered with 422 and the form as it was typed.

    `field` names the form field, so that the door can put the message beside it.
    """

    msgid = msg("This value cannot be used.")

    def __init__(self, msgid: str | None = None, *, field: str = "", **values: Any) -> None:
        self.field = field
        super().__init__(msgid, **values)


class Stale(DomainError):
    """Somebody else saved the record first: answered with 409 and both texts.

    `current` holds the stored values by field name.
    """

    msgid = msg("Somebody else saved this record while you were editing. Both texts are shown.")

    def __init__(self, msgid: str | None = None, *, current: dict[str, Any] | None = None) -> None:
        self.current = current or {}
        super().__init__(msgid)
