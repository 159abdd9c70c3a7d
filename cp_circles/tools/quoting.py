"""Sheets as a package quotes them: gathered, masked for the blind copy, and drawn again from the package.

A part holds `code`, `title`, `note`, `version`, `at`, `author`, `inputs`, `answer` and `facts`; the figure is
drawn from `inputs`, the answer and the facts stand as they were when the package was made. The part of photo
pairs also holds `files`: the SHA-256 of each photo by its number; the blind copy has none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools import TOOLS, Result, Worked, work
from cp_circles.charts.frame import Chart, Frame, Say
from cp_circles.charts.tools import draw
from cp_circles.charts.tools.words import figure, told, written
from cp_circles.tools.checking import files_named
from cp_circles.tools.models import ToolSheet

PEOPLE = frozenset({"by", "who"})
FILES = frozenset({"before_file", "after_file"})
HIDDEN = "■■"


@dataclass(frozen=True)
class Quoted:
    """A sheet as a report shows it: `facts` are pairs of label and value, `pairs` the photographed places.

    `files` gives the SHA-256 of the photos that pairs name; empty where the package holds none.
    """

    code: str
    tool: str
    title: str
    note: str
    version: int
    at: str
    author: str
    answer: str
    facts: list[tuple[str, str]]
    chart: Chart | None
    pairs: list[Mapping[str, Any]]
    files: Mapping[str, str] = field(default_factory=dict)


def sheet_part(sheet: ToolSheet, hashes: Mapping[int, str] | None = None) -> dict[str, Any] | None:
    """The latest version of a standing sheet as plain values; None where it is unfinished or withdrawn.

    `hashes` gives the SHA-256 of the project's evidence by the id of its versions.
    """
    version = sheet.latest
    if sheet.withdrawn_at is not None or not version.is_complete:
        return None
    worked = work(TOOLS[sheet.code], version.inputs)
    if not worked.done:
        return None
    named = sorted(files_named(version.inputs) & set(hashes or {}))
    files = {"files": {str(one): (hashes or {})[one] for one in named}} if named else {}
    return {
        **files,
        "code": sheet.code,
        "title": version.title,
        "note": version.note,
        "version": version.number,
        "at": version.created_at.date().isoformat(),
        "author": version.created_by.name if version.created_by else "",
        "inputs": version.inputs,
        "answer": _plain(worked.result.answer),
        "facts": [_fact(fact) for fact in worked.result.facts],
    }


def _plain(reason: Reason) -> dict[str, Any]:
    return {"msgid": reason.msgid, "values": {name: _text(value) for name, value in reason.values.items()}}


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return figure(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _fact(fact: Any) -> dict[str, str]:
    value = "–" if fact.value is None else f"{_text(fact.value)} {fact.unit}".strip()
    return {"label": fact.label, "value": value}


def people_in(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Everybody whom the sheets name in fields for people, and who wrote them."""
    names: list[str] = []
    for part in parts:
        names.append(part["author"])
        _walk(part["inputs"], names)
    return [name for name in names if name]


def _walk(value: Any, names: list[str]) -> None:
    if isinstance(value, Mapping):
        names += [str(inner) for key, inner in value.items() if key in PEOPLE and inner]
        for inner in value.values():
            _walk(inner, names)
    elif isinstance(value, list):
        for inner in value:
            _walk(inner, names)


def blind_parts(parts: Iterable[Mapping[str, Any]], mask: Callable[[str], str]) -> list[dict[str, Any]]:
    """The parts without authors, people and numbers of files, every text masked.

    Texts that the mask makes equal are numbered, so that a figure keeps its branches apart.
    """
    return [_blind_part(part, _Apart(mask)) for part in parts]


def _blind_part(part: Mapping[str, Any], apart: "_Apart") -> dict[str, Any]:
    kept = {name: apart(part[name]) for name in ("title", "note", "inputs")}
    answer = {"msgid": part["answer"]["msgid"], "values": apart(part["answer"]["values"])}
    facts = [{"label": fact["label"], "value": apart(fact["value"])} for fact in part["facts"]]
    plain = {name: part[name] for name in ("code", "version", "at")}
    return {**plain, **kept, "author": "", "answer": answer, "facts": facts}


class _Apart:
    """A mask that gives different texts different masked texts, and the same text always the same one."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        self.mask, self.given, self.files = mask, dict[str, str](), 0

    def __call__(self, value: Any, key: str = "") -> Any:
        """The value with every text inside masked."""
        if isinstance(value, str):
            return (HIDDEN if value else "") if key in PEOPLE else self._text(value)
        if isinstance(value, Mapping):
            return {name: self(inner, str(name)) for name, inner in value.items()}
        if isinstance(value, list):
            return [self(inner, key) for inner in value]
        if key in FILES:
            self.files += 1
            return self.files
        return value

    def _text(self, text: str) -> str:
        if text not in self.given:
            masked = shown = self.mask(text)
            number = 1
            while masked != text and shown in self.given.values():
                number += 1
                shown = f"{masked} {number}"
            self.given[text] = shown
        return self.given[text]


def quoted(parts: Iterable[Mapping[str, Any]], place: str, say: Say) -> list[Quoted]:
    """The parts drawn for a reader; `place` makes the keys of their figures unique on the page."""
    return [_quoted(part, f"tool-{place}-{number}", say) for number, part in enumerate(parts, start=1)]


def _quoted(part: Mapping[str, Any], key: str, say: Say) -> Quoted:
    tool = TOOLS[part["code"]]
    worked = work(tool, part["inputs"])
    answer = told(Reason(part["answer"]["msgid"], part["answer"]["values"]), say)
    return Quoted(
        code=tool.code,
        tool=say(tool.title),
        title=part["title"],
        note=part["note"],
        version=part["version"],
        at=part["at"],
        author=part["author"],
        answer=answer,
        facts=[(say(fact["label"]), written(fact["value"], say)) for fact in part["facts"]],
        chart=drawn(tool.code, worked, Frame(key=key, title=part["title"], text=answer, say=say)),
        pairs=list(part["inputs"].get("pairs") or []),
        files=part.get("files", {}),
    )


def drawn(code: str, worked: Worked, frame: Frame) -> Chart | None:
    """The figure of a worked tool with its inputs' unit; None where there is none or it cannot be drawn."""
    if not worked.done:
        return None
    unit = str(getattr(worked.inputs, "unit", ""))
    framed = Frame(
        key=frame.key,
        title=frame.title,
        unit=unit,
        source=frame.source,
        text=frame.text,
        say=frame.say,
        csv_url=frame.csv_url,
    )
    try:
        return draw(code, worked.inputs, worked.result, framed)
    except ValueError:
        return None


def facts_of(result: Result, say: Say) -> list[tuple[str, str]]:
    """The facts of a result as pairs of label and value."""
    return [(say(fact.label), written(_fact(fact)["value"], say)) for fact in result.facts]


def parts_by_step(
    sheets: Sequence[ToolSheet], hashes: Mapping[int, str] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """The parts of a project's sheets by the key of their step; empty for the project as a whole."""
    found: dict[str, list[dict[str, Any]]] = {}
    for sheet in sheets:
        part = sheet_part(sheet, hashes)
        if part is not None:
            found.setdefault(sheet.step_key, []).append(part)
    return found
