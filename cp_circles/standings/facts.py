"""What a standing is computed from, in a fixed order: entries, and their score sheets as columns."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cp_circles.calc.standing import ABSENT, Flags, Numbers, decimals_of, whole
from cp_circles.db.base import POINTS
from cp_circles.judging.chain import canonical
from cp_circles.judging.figures import shown

STATES = ("open", "submitted", "abstained", "recused")
SUBMITTED = STATES.index("submitted")
RECUSED = STATES.index("recused")
OPEN = STATES.index("open")
AT_ONCE = 5_000
encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class EntryFact:
    """One judged entry: its number, track and result; `carried` are stage means that came with it."""

    id: int
    number: int
    track: str
    carried: Mapping[str, Decimal]


@dataclass(frozen=True)
class SheetFact:
    """One judge's sheet; `judge` is the number on the panel."""

    entry: int
    judge: int
    stage: str
    state: str
    points: Mapping[str, str]
    total: Decimal | None
    sha256: str | None


@dataclass(frozen=True)
class Sheets:
    """Score sheets as columns of equal length.

    `entry` holds ids, `judge` numbers of the panel, `stage` and `state` positions in `stages` and STATES,
    `total` whole thousandths of a point (ABSENT before a sheet is in), `points` a column for each of
    `criteria` with positions in `texts` (0 where there is none), `sha256` 64 letters or nothing.
    """

    entry: Numbers
    judge: Numbers
    stage: NDArray[np.int16]
    state: NDArray[np.int8]
    total: Numbers
    points: NDArray[np.int32]
    sha256: NDArray[np.bytes_]
    stages: tuple[str, ...]
    criteria: tuple[str, ...]
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.entry)

    @classmethod
    def of(cls, rows: Iterable[SheetFact]) -> "Sheets":
        """The columns of single sheets."""
        made = Builder()
        facts = list(rows)
        made.add(
            [row.entry for row in facts],
            [row.judge for row in facts],
            [row.stage for row in facts],
            [row.state for row in facts],
            [row.points for row in facts],
            [None if row.total is None else whole(row.total, POINTS) for row in facts],
            [row.sha256 for row in facts],
        )
        return made.built()

    def where(self, chosen: Flags | Numbers) -> "Sheets":
        """Some of the sheets: those that are flagged in the same order, or those at positions in theirs."""
        if chosen.dtype == np.bool_ and chosen.all():
            return self
        return replace(
            self,
            entry=self.entry[chosen],
            judge=self.judge[chosen],
            stage=self.stage[chosen],
            state=self.state[chosen],
            total=self.total[chosen],
            points=self.points[chosen],
            sha256=self.sha256[chosen],
        )

    def is_in(self, state: int) -> Flags:
        """Which sheets are in a state."""
        return self.state == state

    def is_of(self, stage: str) -> Flags:
        """Which sheets are of a stage."""
        here = self.stages.index(stage) if stage in self.stages else -1
        return self.stage == here

    @cached_property
    def values(self) -> tuple[Numbers, int]:
        """The points behind `texts` as whole numbers of 10**-places (ABSENT for none), and the places."""
        numbers = [Decimal(text) for text in self.texts[1:]]
        places = decimals_of(numbers)
        return np.array([ABSENT, *(whole(number, places) for number in numbers)], dtype=np.int64), places

    def points_at(self, row: int) -> dict[str, str]:
        """The points of one sheet as they are stored, by criterion."""
        codes = self.points[row].tolist()
        return {key: self.texts[code] for key, code in zip(self.criteria, codes, strict=True) if code}

    def rows(self) -> Iterator[SheetFact]:
        """The sheets one by one."""
        for row in range(len(self)):
            total = int(self.total[row])
            yield SheetFact(
                int(self.entry[row]),
                int(self.judge[row]),
                self.stages[self.stage[row]],
                STATES[self.state[row]],
                self.points_at(row),
                None if total == ABSENT else Decimal(total).scaleb(-POINTS),
                self.sha256[row].decode() or None,
            )

    @cached_property
    def pieces(self) -> list[tuple[int, list[str]]]:
        """By sorted criterion: its column, and each of `texts` as a member of a JSON object with a comma."""
        order = sorted(range(len(self.criteria)), key=lambda n: self.criteria[n])
        texts = [encoded(text) for text in self.texts]
        keys = {n: encoded(self.criteria[n]) for n in order}
        return [(n, ["", *(f"{keys[n]}:{text}," for text in texts[1:])]) for n in order]

    def points_json(self, rows: Any) -> list[str]:
        """The points of some sheets, each as canonical JSON; `rows` chooses as an index of a column does."""
        columns = [map(pieces.__getitem__, self.points[rows, n].tolist()) for n, pieces in self.pieces]
        if not columns:
            return ["{}"] * len(self.entry[rows])
        return [f"{{{members[:-1]}}}" for members in map("".join, zip(*columns, strict=True))]

    def canonical(self) -> Iterator[str]:
        """The canonical text of the sheets as they are hashed, in portions with commas between the sheets."""
        stages = [encoded(stage) for stage in self.stages]
        states = [encoded(state) for state in STATES]
        for start in range(0, len(self), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            columns = (self.entry, self.judge, self.stage, self.state)
            given = [column[part].tolist() for column in columns]
            marks = self.sha256[part].astype("U64").tolist()
            rows = zip(*given, marks, self.points_json(part), strict=True)
            yield ",".join(
                [
                    f"[{entry},{judge},{stages[stage]},{states[state]},{points},"
                    + (f'"{sha}"]' if sha else "null]")
                    for entry, judge, stage, state, sha, points in rows
                ]
            )


class Builder:
    """Gathers sheets a portion at a time, so that no more than a portion stands in memory as objects."""

    def __init__(self) -> None:
        self.stages: dict[str, int] = {}
        self.texts: dict[str, int] = {"": 0}
        self.criteria: dict[str, int] = {}
        self.parts: list[tuple[NDArray[Any], ...]] = []

    def add(
        self,
        entry: Sequence[int],
        judge: Sequence[int],
        stage: Sequence[str],
        state: Sequence[str],
        points: Sequence[Mapping[str, str]],
        total: Sequence[int | None],
        sha256: Sequence[str | None],
    ) -> None:
        """Add columns of equal length; totals in whole thousandths of a point."""
        known = {state: number for number, state in enumerate(STATES)}
        shapes = dict.fromkeys(map(tuple, points))
        for key in chain(*shapes):
            self.criteria.setdefault(key, len(self.criteria))
        codes, texts = [], self.texts
        for key in self.criteria:
            if all(key in shape for shape in shapes):
                column = list(map(itemgetter(key), points))
            else:
                column = [row.get(key, "") for row in points]
            for text in dict.fromkeys(column):
                texts.setdefault(text, len(texts))
            codes.append(np.fromiter(map(texts.__getitem__, column), dtype=np.int32, count=len(column)))
        for name in dict.fromkeys(stage):
            self.stages.setdefault(name, len(self.stages))
        self.parts.append(
            (
                np.array(entry, dtype=np.int64),
                np.array(judge, dtype=np.int64),
                np.array([self.stages[name] for name in stage], dtype=np.int16),
                np.array([known[name] for name in state], dtype=np.int8),
                np.array([ABSENT if value is None else value for value in total], dtype=np.int64),
                np.array(codes, dtype=np.int32).reshape(len(codes), len(entry)).T,
                np.array([text or "" for text in sha256], dtype="S64"),
            )
        )

    def built(self) -> Sheets:
        """All that was added; it is not kept here any more."""
        width = len(self.criteria)
        parts = [
            (*part[:5], np.pad(part[5], ((0, 0), (0, width - part[5].shape[1]))), part[6])
            for part in self.parts
        ]
        if not parts:
            self.add([], [], [], [], [], [], [])
            return self.built()
        self.parts = []
        entry, judge, stage, state, total, points, sha256 = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )
        del parts
        return Sheets(
            entry=entry,
            judge=judge,
            stage=stage,
            state=state,
            total=total,
            points=points,
            sha256=sha256,
            stages=tuple(self.stages),
            criteria=tuple(self.criteria),
            texts=tuple(self.texts),
        )


@dataclass(frozen=True)
class RoundFacts:
    """All that a standing is computed from, in a fixed order."""

    rule_edition_id: int
    pass_mark: Decimal
    reserve_places: int
    quotas: Mapping[str, int]
    goes_up: bool
    entries: Sequence[EntryFact]
    sheets: Sheets

    def without_sheets(self) -> dict[str, Any]:
        """All but the sheets, as it is hashed."""
        return {
            "rule": self.rule_edition_id,
            "pass_mark": shown(self.pass_mark),
            "reserve": self.reserve_places,
            "quotas": dict(sorted(self.quotas.items())),
            "goes_up": self.goes_up,
            "entries": [
                [row.id, row.number, row.track, {key: shown(value) for key, value in row.carried.items()}]
                for row in self.entries
            ],
        }

    def text(self) -> Iterator[str]:
        """The canonical text in portions: that of `without_sheets` with the sheets behind it."""
        yield canonical(self.without_sheets())[:-1] + ',"sheets":['
        separator = ""
        for portion in self.sheets.canonical():
            yield separator + portion
            separator = ","
        yield "]}"

    def canonical(self) -> dict[str, Any]:
        """The whole input as it is hashed."""
        found: dict[str, Any] = json.loads("".join(self.text()))
        return found

    @cached_property
    def sha256(self) -> str:
        """The fingerprint of the input."""
        found = hashlib.sha256()
        for portion in self.text():
            found.update(portion.encode())
        return found.hexdigest()


def positions(entries: Sequence[EntryFact], ids: Numbers) -> Numbers:
    """The positions of entries by their ids."""
    known = np.array([entry.id for entry in entries], dtype=np.int64)
    order = np.argsort(known, kind="stable")
    return order[np.searchsorted(known[order], ids)].astype(np.int64)
