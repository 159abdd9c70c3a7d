"""Why an entry reached what it reached, in its own figures, and the way of its result through the rounds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_babel import gettext as _

from cp_circles.judging.models import Entry, EntryState, Round, StandingRow
from cp_circles.judging.presenting.lists import fixed_score
from cp_circles.web.formats import number


@dataclass(frozen=True)
class WayStep:
    """One round in which a result stands: its entry, its state as teams read it, how many sheets counted.

    `url` leads to the entry for those who may see it, else to the published list, if there is one.
    """

    entry: Entry
    state: EntryState
    sheets: int | None
    is_here: bool
    url: str | None


def own_figures(row: StandingRow, round_: Round, places: int) -> list[tuple[str, str]]:
    """The entry's own figures beside the cut of its unit and track; of others only the score of the cut."""
    lines = [(_("Own score"), fixed_score(row.score, places))]
    if row.decision == "placed":
        return lines
    cut = row.why.get("cut")
    lines += [
        (_("Places for this unit and track"), number(row.why.get("quota") or 0)),
        (_("Pass mark of the round"), fixed_score(round_.pass_mark, places)),
    ]
    if cut is not None:
        lines.append((_("Score of the last one that went up"), fixed_score(Decimal(cut), places)))
        short = Decimal(cut) - row.score
        if short > 0:
            lines.append((_("Points short of the last one that went up"), fixed_score(short, places)))
    return lines


def way_of(
    here: Entry, entries: Sequence[Entry], sheets: Mapping[int, int], open_ids: Collection[int]
) -> list[WayStep]:
    """The rounds of a result, lowest first; how many sheets counted is told with the published list.

    `open_ids` are the entries that the reader may see.
    """
    return [
        WayStep(
            entry,
            entry.public_state,
            sheets.get(entry.id, 0) if entry.round_.published_at is not None else None,
            entry.id == here.id,
            _way_to(entry, entry.id in open_ids),
        )
        for entry in entries
    ]


def _way_to(entry: Entry, is_open: bool) -> str | None:
    if is_open:
        return url_for("judging.show_entry", entry_id=entry.id)
    if entry.round_.published_at is not None:
        return url_for("judging.show_list", public_key=entry.round_.public_key)
    return None
