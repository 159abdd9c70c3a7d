"""Why an entry reached what it reached, in its own figures, and the way of its result through the rounds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_babel import gettext as _

from cp_circles.judging.models import Entry, EntryState, Round, StandingRow
from cp_circles.judging.presenting.lists import fixed_score
from cp_circles.results.models import ResultState
from cp_circles.web.formats import number


@dataclass(frozen=True)
class WayStep:
    """One round in which a result stands: its entry, its state as teams read it, how many sheets counted.

    `url` leads to the entry for those who may see it, else to the published list, if there is one.
    """

    entry: Entry
    state: str
    sheets: int | None
    is_here: bool
    url: str | None


def own_figures(row: StandingRow, round_: Round, places: int) -> list[tuple[str, str]]:
    """The entry's own figures beside the cut of its unit and track; of others only the score of the cut."""
    lines = [(_("Own score"), _points(row.score, places))]
    if row.decision == "placed":
        return lines
    cut = row.why.get("cut")
    lines += [
        (_("Places for this unit and track"), number(row.why.get("quota") or 0)),
        (_("Pass mark of the round"), _points(round_.pass_mark, places)),
    ]
    if cut is not None:
        lines.append((_("Score of the last one that went up"), _points(Decimal(cut), places)))
        short = Decimal(cut) - row.score
        if short > 0:
            lines.append((_("Points short of the last one that went up"), _points(short, places)))
    return lines


def _points(value: Decimal, places: int) -> str:
    """A score with its unit."""
    return _("%(score)s points", score=fixed_score(value, places))


def way_of(
    here: Entry, entries: Sequence[Entry], rows: Mapping[int, StandingRow], open_ids: Collection[int]
) -> list[WayStep]:
    """The rounds of a result, lowest first; how many sheets counted is told with the published list.

    `rows` are those of the lists that everybody reads; `open_ids` the entries that the reader may see.
    """
    return [
        WayStep(
            entry,
            state_shown(entry, state_read(entry, rows.get(entry.id))),
            _sheets_counted(rows[entry.id]) if entry.id in rows else None,
            entry.id == here.id,
            _way_to(entry, entry.id in open_ids, entry.id in rows),
        )
        for entry in entries
    ]


def state_read(entry: Entry, row: StandingRow | None) -> EntryState:
    """The state as teams read it; one whose line stands in a public list stays scored behind a hold."""
    return entry.state if row is not None and entry.state is EntryState.SCORED else entry.public_state


def state_shown(entry: Entry, state: EntryState) -> str:
    """The state for a badge: one that was struck stands nowhere any more, whatever it was before."""
    if entry.disqualified_at is None:
        return state.value
    return "annulled" if entry.result.state is ResultState.REVOKED else "disqualified"


def _sheets_counted(row: StandingRow) -> int:
    """How many valid sheets stand behind a line of a list."""
    return sum(int(stage["valid_count"]) for stage in row.working["stages"])


def _way_to(entry: Entry, is_open: bool, is_listed: bool) -> str | None:
    if is_open:
        return url_for("judging.show_entry", entry_id=entry.id)
    if is_listed or entry.round_.published_at is not None:
        return url_for("standings.show_list", public_key=entry.round_.public_key)
    return None
