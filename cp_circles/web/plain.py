"""Requests without NUL: no honest text has one, and PostgreSQL stores none."""

from collections.abc import Iterable
from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import UnicodeConverter


def without_nul(value: Any) -> Any:
    """The text without NUL; anything else as it is."""
    return value.replace("\x00", "") if isinstance(value, str) else value


class PlainFields(ImmutableMultiDict[str, Any]):
    """Fields of a query or a form, cleared of NUL as they are read."""

    def __init__(self, mapping: Any = None) -> None:
        if isinstance(mapping, Iterable) and not isinstance(mapping, dict):
            mapping = [(without_nul(name), without_nul(value)) for name, value in mapping]
        super().__init__(mapping)


class PlainRequest(Request):
    """A request whose query and form hold no NUL."""

    parameter_storage_class = PlainFields


class PlainPart(UnicodeConverter):
    """A part of an address; one with a NUL leads nowhere."""

    def __init__(self, map: Any, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **options)
        self.regex = self.regex.replace("[^/]", "[^/\x00]")
