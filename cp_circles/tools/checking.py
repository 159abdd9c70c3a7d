"""What a sheet may store: inputs that the tool accepts or, unfinished, known fields of bounded size."""

import json
from collections.abc import Mapping
from typing import Any

from cp_circles.calc.tools import TOOLS, Tool, Worked, fields_of, work
from cp_circles.errors import Invalid, NotFound, msg

TITLE_MAX = 120
NOTE_MAX = 4000
DRAFT_MAX = 400_000


def tool_of(code: str) -> Tool:
    """The tool of that code; NotFound if there is none."""
    if code not in TOOLS:
        raise NotFound
    return TOOLS[code]


def stored_inputs(worked: Worked) -> dict[str, Any]:
    """The inputs of a worked tool as they are stored."""
    inputs: dict[str, Any] = worked.inputs.model_dump(mode="json")
    return inputs


def checked_inputs(code: str, raw: Mapping[str, Any], *, unfinished: bool) -> tuple[dict[str, Any], bool]:
    """Inputs to store, and whether the tool accepts them.

    Raises Invalid with the first reason where it does not, unless the sheet may stay unfinished.
    """
    tool = tool_of(code)
    worked = work(tool, raw)
    if worked.done:
        return stored_inputs(worked), True
    if not unfinished:
        first = worked.reasons[0]
        raise Invalid(first.msgid, field=first.field, **first.values)
    known = {field.name for field in fields_of(tool.inputs)}
    kept = {name: value for name, value in raw.items() if name in known}
    if len(json.dumps(kept, ensure_ascii=False, default=str)) > DRAFT_MAX:
        raise Invalid(msg("This is too much for one sheet; keep the most important entries."))
    plain: dict[str, Any] = json.loads(json.dumps(kept, ensure_ascii=False, default=str))
    return plain, False


def checked_title(title: str) -> str:
    """The title without blanks around it; Invalid if it is empty or too long."""
    text = title.strip()
    if not text or len(text) > TITLE_MAX:
        raise Invalid(
            msg("Give the sheet a title of at most %(limit)s characters."), field="title", limit=TITLE_MAX
        )
    return text


def checked_note(note: str) -> str:
    """The note without blanks around it; Invalid if it is too long."""
    text = note.strip()
    if len(text) > NOTE_MAX:
        raise Invalid(
            msg("The text is longer than %(max_length)s characters; shorten it."),
            field="note",
            max_length=NOTE_MAX,
        )
    return text


def files_named(inputs: Mapping[str, Any]) -> set[int]:
    """The ids of evidence that pairs of photos name."""
    pairs = inputs.get("pairs") or []
    named = [
        str(pair.get(name) or "")
        for pair in pairs
        if isinstance(pair, Mapping)
        for name in ("before_file", "after_file")
    ]
    return {int(text) for text in named if text.isdecimal() and len(text) < 10}
