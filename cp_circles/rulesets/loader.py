"""The one way a pack is read: text in, validated pack out, or every problem with its place and remedy."""

import csv
import hashlib
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cp_circles.errors import msg
from cp_circles.rulesets import text as exact
from cp_circles.rulesets.schema import KINDS, TABLE_COLUMNS, Pack, tracks_named
from cp_circles.rulesets.schema.base import Fault

PACKS = Path(__file__).parent / "packs"
MAX_CHARACTERS = 1_000_000

WRONG = {
    "missing": msg("This field is missing; add it."),
    "extra_forbidden": msg("This field is not known here; remove it, or correct its name."),
    "union_tag_invalid": msg("%(tag)s is no known kind; use one of %(expected_tags)s."),
    "union_tag_not_found": msg("The kind is missing; add it."),
    "literal_error": msg("This word is not known here; use one of %(expected)s."),
    "decimal_parsing": msg("This is no number; write plain digits such as 0.5."),
    "decimal_type": msg("This is no number; write plain digits such as 0.5."),
    "int_parsing": msg("This is no whole number; write plain digits such as 3."),
    "int_type": msg("This is no whole number; write plain digits such as 3."),
    "int_from_float": msg("This is no whole number; write plain digits such as 3."),
    "bool_parsing": msg("Write true or false."),
    "bool_type": msg("Write true or false."),
    "string_type": msg("This is no text; put digits that are a name in quotes."),
    "string_too_short": msg("The text is empty; write it."),
    "string_too_long": msg("The text is longer than %(max_length)s characters; shorten it."),
    "string_pattern_mismatch": msg("The text does not have the form %(pattern)s; correct it."),
    "greater_than": msg("The value must be above %(gt)s."),
    "greater_than_equal": msg("The value must be at least %(ge)s."),
    "less_than": msg("The value must be below %(lt)s."),
    "less_than_equal": msg("The value must be at most %(le)s."),
    "too_short": msg("The list is too short; it needs at least %(min_length)s."),
    "tuple_type": msg("This is no list; write one line beginning with a dash for each."),
    "model_type": msg("This is no group of fields; write name and value on each line."),
    "model_attributes_type": msg("This is no group of fields; write name and value on each line."),
}
OTHERWISE = msg("This value cannot be used (%(reason)s); correct it.")


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a pack: file, line, place inside the pack, and what is wrong and to do."""

    file: str
    line: int
    place: str
    msgid: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong and what to do, in English; a page translates `msgid` instead."""
        return self.msgid % self.values if self.values else self.msgid

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.place}: {self.message}"


class PackError(ValueError):
    """A pack was refused; `problems` lists every reason."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class ShippedPack:
    """A pack file of the platform with its text, the hash of that text, and the validated pack."""

    kind: str
    key: str
    edition: str
    path: Path
    text: str
    sha256: str
    pack: Pack


def load(kind: str, text_or_path: str | Path) -> Pack:
    """The validated pack of a kind; raises PackError naming file, line, place and remedy of every problem."""
    if isinstance(text_or_path, Path):
        return _load(kind, text_or_path.read_text(encoding="utf-8"), text_or_path.name)
    return _load(kind, text_or_path, "(text)")


@cache
def shipped() -> tuple[ShippedPack, ...]:
    """Every pack that ships, by kind, key and edition; names of files and of tracks must be right."""
    return read_folder(PACKS)


def read_folder(folder: Path) -> tuple[ShippedPack, ...]:
    """The packs in `<folder>/<kind>/<key>-<edition>`; raises PackError for what is wrong."""
    found = tuple(
        _shipped_pack(path)
        for path in sorted(folder.glob("*/*"), key=_order)
        if path.suffix in (".yaml", ".csv")
    )
    tracks = {one.key for one in found if one.kind == "track"}
    problems = [fault for one in found for fault in unknown_tracks(one.pack, tracks, one.text, one.path.name)]
    if problems:
        raise PackError(tuple(problems))
    return found


def unknown_tracks(
    pack: Pack, tracks: Collection[str], text: str, file: str = "(text)"
) -> tuple[Problem, ...]:
    """Each place of a pack (with its text) that names a track of which there is no pack."""
    wrong = [(place, key) for place, key in tracks_named(pack) if key not in tracks]
    if not wrong:
        return ()
    root = exact.compose(text)
    text_ = msg(
        "%(kind)s %(key)s names the unknown track %(track)s; publish that track first, or correct the name."
    )
    return tuple(
        Problem(
            file,
            exact.line_of(root, place),
            exact.place_of(place),
            text_,
            {"kind": pack.kind, "key": pack.key, "track": key},
        )
        for place, key in wrong
    )


def sha256_of(text: str) -> str:
    """The SHA-256 of a pack's text as UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _order(path: Path) -> tuple[str, str]:
    """By kind, key and edition: 2026 before 2026.2, so that the newest is stored last."""
    return path.parent.name, path.stem


def _shipped_pack(path: Path) -> ShippedPack:
    kind = path.parent.name
    text = path.read_text(encoding="utf-8")
    pack = _load(kind, text, path.name)
    if path.stem != f"{pack.key}-{pack.edition}":
        text_ = msg("The file name differs from key and edition; name it %(name)s.")
        name = f"{pack.key}-{pack.edition}{path.suffix}"
        raise PackError((Problem(path.name, 1, "key", text_, {"name": name}),))
    return ShippedPack(kind, pack.key, pack.edition, path, text, sha256_of(text), pack)


def _load(kind: str, text: str, file: str) -> Pack:
    model = KINDS.get(kind)
    if model is None:
        text_ = msg("%(kind)s is no kind of pack; use one of %(kinds)s.")
        raise PackError((Problem(file, 1, "kind", text_, {"kind": kind, "kinds": ", ".join(KINDS)}),))
    if len(text) > MAX_CHARACTERS:
        raise PackError((Problem(file, 1, "(whole pack)", msg("The text is too long; split it.")),))
    try:
        if kind in TABLE_COLUMNS:
            return _load_table(model, kind, text, file)
        root = exact.compose(text)
        data = exact.values(root)
    except exact.TextProblem as error:
        raise PackError((Problem(file, error.line, "(whole pack)", error.msgid, error.values),)) from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise PackError(tuple(_problem(file, root, detail) for detail in _told(error))) from error


def _load_table(model: type[Pack], kind: str, text: str, file: str) -> Pack:
    head_lines, body, first = _split_table(text)
    root = exact.compose("\n".join(head_lines))
    head = exact.values(root)
    if not isinstance(head, dict):
        raise exact.TextProblem(1, msg("The heading is no list of fields; begin with # kind: and # key:"))
    rows = _table_rows(body, TABLE_COLUMNS[kind], first)
    try:
        return model.model_validate({**head, "rows": rows})
    except ValidationError as error:
        problems = (_table_problem(file, root, detail, first) for detail in _told(error))
        raise PackError(tuple(problems)) from error


def _told(error: ValidationError) -> list[ErrorDetails]:
    """The errors without those that only follow from another one inside the same list."""
    details = error.errors()
    places = [detail["loc"] for detail in details]
    return [
        detail
        for detail in details
        if detail["type"] != "too_short"
        or not any(
            place != detail["loc"] and place[: len(detail["loc"])] == detail["loc"] for place in places
        )
    ]


def _split_table(text: str) -> tuple[list[str], list[str], int]:
    lines = text.splitlines()
    count = next((place for place, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return [line[1:].removeprefix(" ") for line in lines[:count]], lines[count:], count + 1


def _table_rows(body: list[str], columns: Any, first: int) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO("\n".join(body)))
    if tuple(reader.fieldnames or ()) != tuple(columns):
        text_ = msg("The columns differ; write the heading %(columns)s.")
        raise exact.TextProblem(first, text_, columns=",".join(columns))
    rows = list(reader)
    for place, row in enumerate(rows):
        if None in row or None in row.values():
            raise exact.TextProblem(
                first + 1 + place, msg("The row has too many or too few cells; count the commas.")
            )
    return rows


def _table_problem(file: str, root: Any, detail: ErrorDetails, first: int) -> Problem:
    problem = _problem(file, root, detail)
    place = detail["loc"]
    if place[:1] == ("rows",) and len(place) > 1 and isinstance(place[1], int):
        return replace(problem, line=first + 1 + place[1])
    return problem


def _problem(file: str, root: Any, detail: ErrorDetails) -> Problem:
    place = detail["loc"]
    context: dict[str, Any] = detail.get("ctx", {})
    line, where = exact.line_of(root, place), exact.place_of(place)
    fault = context.get("error")
    if isinstance(fault, Fault):
        return Problem(file, line, where, fault.msgid, fault.values)
    msgid = WRONG.get(detail["type"])
    if msgid is None:
        return Problem(file, line, where, OTHERWISE, {"reason": detail["msg"]})
    return Problem(file, line, where, msgid, {name: str(value) for name, value in context.items()})
