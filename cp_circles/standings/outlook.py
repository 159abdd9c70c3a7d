"""What a change would do to the standing that holds: computed and compared, written nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Protocol

import numpy as np

from cp_circles.standings.facts import RECUSED, SUBMITTED, RoundFacts, positions

EFFECTS = ("none", "disqualify", "set_aside", "rescore")


class Placed(Protocol):
    """A row of a standing as it is compared: what is asked of a stored row."""

    @property
    def place(self) -> int:
        """The place in its track."""

    @property
    def score(self) -> Decimal:
        """The total score."""

    @property
    def decision(self) -> str:
        """What was decided: promoted, reserve, not_promoted or placed."""

    @property
    def why(self) -> Mapping[str, Any]:
        """The reason, as it is stored."""


@dataclass(frozen=True)
class Reached:
    """What an entry reached: place, score in points, decision, and its reason as it is stored."""

    place: int
    score: Decimal
    decision: str
    why: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One entry whose line would change; None where it does not stand, or would not stand, in the list."""

    entry: int
    before: Reached | None
    after: Reached | None

    @property
    def goes_up(self) -> bool:
        """True for an entry that would be promoted and was not."""
        return _is_up(self.after) and not _is_up(self.before)

    @property
    def is_told(self) -> bool:
        """True where more than the place changes: the decision or the score, or the entry leaves the list."""
        if self.before is None or self.after is None:
            return True
        return (self.before.decision, self.before.score) != (self.after.decision, self.after.score)

    @property
    def stays(self) -> bool:
        """True for an entry that was promoted and would not be."""
        return _is_up(self.before) and not _is_up(self.after)


@dataclass(frozen=True)
class Outlook:
    """What would change; `digest` stands for all it was computed from, `told` are those who would be told.

    `takes_back` is True where the list is taken back and its end cannot be computed yet; `sheets` then counts
    the score sheets that are given back.
    """

    digest: str
    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    told: tuple[int, ...] = field(default=())
    takes_back: bool = False
    sheets: int = 0


def changes_between(before: Mapping[int, Placed], after: Mapping[int, Placed]) -> tuple[Change, ...]:
    """The entries whose place, score or decision differs, by their new place and then their old one."""
    found = [
        Change(entry, _reached(before.get(entry)), _reached(after.get(entry)))
        for entry in dict.fromkeys([*after, *before])
    ]
    moved = [row for row in found if _figures(row.before) != _figures(row.after)]
    return tuple(sorted(moved, key=_in_order))


def without_entry(facts: RoundFacts, entry: int) -> RoundFacts:
    """The facts of a round as if this entry did not stand in it."""
    entries = [row for row in facts.entries if row.id != entry]
    return replace(facts, entries=entries, sheets=facts.sheets.where(facts.sheets.entry != entry))


def without_judge(facts: RoundFacts, entry: int, judge: int) -> RoundFacts:
    """The facts of a round as if the judge of this number had been recused from this entry."""
    sheets = facts.sheets
    theirs = (sheets.entry == entry) & (sheets.judge == judge)
    state = np.where(theirs, np.int8(RECUSED), sheets.state)
    return replace(facts, sheets=replace(sheets, state=state))


def short_of_scores(
    facts: RoundFacts, needed: Mapping[str, Sequence[tuple[str, int]]]
) -> list[tuple[int, str, int, int]]:
    """(entry's number, stage, valid scores, asked for) of each entry with too few; `needed` is by track."""
    sheets, found = facts.sheets, []
    valid = sheets.is_in(SUBMITTED)
    position = positions(facts.entries, sheets.entry[valid])
    counts = {
        stage: np.bincount(position[sheets.stage[valid] == n], minlength=len(facts.entries)).tolist()
        for n, stage in enumerate(sheets.stages)
    }
    for n, entry in enumerate(facts.entries):
        for stage, least in needed.get(entry.track, ()):
            scored = counts[stage][n] if stage in counts else 0
            if scored < least:
                found.append((entry.number, stage, scored, least))
    return found


def _reached(row: Placed | None) -> Reached | None:
    return None if row is None else Reached(row.place, Decimal(row.score), row.decision, row.why)


def _figures(row: Reached | None) -> Sequence[Any]:
    return () if row is None else (row.place, row.score, row.decision, row.why.get("reserve"))


def _in_order(row: Change) -> tuple[int, int, int]:
    last = 1_000_000
    after = row.after.place if row.after else last
    return after, row.before.place if row.before else last, row.entry


def _is_up(row: Reached | None) -> bool:
    return row is not None and row.decision == "promoted"
