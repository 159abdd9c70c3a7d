"""A board as a sheet for files: exact base amounts with units, and how they came about."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.errors import msg
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import Asked, is_money
from cp_circles.leaderboards.presenting.amounts import PER_WORDS, board_scale, metric_name
from cp_circles.leaderboards.presenting.files import Cell, Facts, Sheet
from cp_circles.leaderboards.presenting.filters import filters_on
from cp_circles.leaderboards.presenting.rows import by_word, name_of, under_of
from cp_circles.leaderboards.queries import Board, BoardStream, Competitor, Place
from cp_circles.leaderboards.queries.held import freezes_behind
from cp_circles.leaderboards.tallies import PARTICIPATION, RESULT_RATE, RESULTS, SCORE, is_tally
from cp_circles.ledger.models import Basis
from cp_circles.web.formats import datetime_text, unit_label
from cp_circles.web.i18n import label
from cp_circles.web.session import now

COUNTED_WORDS = {
    SCORE: (None, msg("Results judged")),
    PARTICIPATION: (msg("People in circles"), msg("Employees")),
    RESULT_RATE: (msg("Results"), msg("Circles registered")),
}
OF_CIRCLES = frozenset({"region", "park"})
TALLY_NOTES = {
    SCORE: msg(
        "Scores compare within one round only: these are from the published list of this scope's own."
    ),
    RESULTS: msg("Results count in the year in which they were frozen, as long as they stand."),
    PARTICIPATION: msg("People in circles today, each once, over the employees."),
    RESULT_RATE: msg("Results of the year over the circles registered for it; more than 100 % is possible."),
}
HELD_PARTICIPATION = msg(
    "People in circles, each once, over the employees: where a board stands still as they were when that"
    " began, elsewhere today."
)


def tally_note(asked: Asked, is_held: bool) -> str:
    """What a count of the records is, in a sentence; nothing of other metrics."""
    if not is_tally(asked.metric):
        return ""
    held = is_held and asked.metric.key == PARTICIPATION
    return _(HELD_PARTICIPATION if held else TALLY_NOTES[asked.metric.key])


def method_lines() -> list[str]:
    """What counts on a board, in sentences."""
    return [
        _("Only savings count whose whole chain has signed: process owner, metering, finance."),
        _("Yuan means direct benefit; indirect benefit is a metric of its own, forecasts never appear."),
        _("A season holds what has its reporting period's last day in that year; nothing is annualised."),
        _("Each amount counts once, by the project's share, and leaves the board when it is voided."),
        _("The children of a region add up to it exactly; ties share a place and the next place is skipped."),
        _(
            "New and still working adds to what was verified in a season what its follow-up found working of"
            " earlier seasons; all seasons together are what was saved since the start."
        ),
        _("Claimed amounts are never added to verified ones and never shown in public."),
    ]


def scope_name(asked: Asked) -> str:
    """The scope in the reader's language."""
    scope = asked.scope
    if scope.circle is not None:
        return scope.circle.name
    name = scope.park.name if scope.park else label(scope.company or scope.region)
    return name if scope.industry is None else f"{name} · {label(scope.industry)}"


def season_text(asked: Asked) -> str:
    """The seasons of the board."""
    return ", ".join(map(str, asked.seasons)) if asked.seasons else _("All seasons")


def source_line(asked: Asked, what: str, when: str) -> str:
    """The line under a picture: platform, scope, seasons, what it rests on, and when it was drawn."""
    return " · ".join((_("CP Circles"), scope_name(asked), season_text(asked), what, when))


def sheet_of(session: Session, board: Board | BoardStream, asked: Asked, address: str = "") -> Sheet:
    """Every row of the board, unpaged, in the metric's base unit; `address` shows the same board again."""
    unit = unit_label(asked.currency if is_money(asked.metric) else asked.metric.base_unit)
    columns = [
        ("place", _("Place")),
        ("name", by_word(asked)),
        ("under", _("Belongs to")),
        ("amount", f"{metric_name(asked.metric)} ({unit})"),
        *_further(asked, unit),
    ]
    return Sheet(
        _title(asked),
        tuple(columns),
        _rows([key for key, _label in columns], board, asked),
        lambda: _facts(session, board, asked, unit, address),
    )


def _rows(keys: Sequence[str], board: Board | BoardStream, asked: Asked) -> Iterator[tuple[Cell, ...]]:
    for place in board.places:
        yield _row(keys, asked, place.competitor, place)
    for competitor in board.unmeasured:
        yield _row(keys, asked, competitor, None)


def _further(asked: Asked, unit: str) -> list[tuple[str, str]]:
    """The columns beside the amount: what was counted of circles, or what ranks and how large they are."""
    if is_tally(asked.metric):
        part, whole = COUNTED_WORDS.get(asked.metric.key, (None, None))
        found = [("part", part), ("whole", whole)]
        return [(key, _(word)) for key, word in found if word]
    return [
        ("ranked_by", f"{_(PER_WORDS[asked.per])} ({board_scale(asked).unit})"),
        ("season_before", _("Season before (%(unit)s)", unit=unit)),
        ("heads", _("Employees")),
        ("circles", _("Circles")) if asked.by in OF_CIRCLES else ("projects", _("Projects")),
    ]


def _row(keys: Sequence[str], asked: Asked, row: Competitor, place: Place | None) -> tuple[Cell, ...]:
    cells: dict[str, Cell] = {
        "place": place.place if place else None,
        "name": name_of(row),
        "under": under_of(row),
        "amount": row.value,
        "ranked_by": board_scale(asked).of(place.measured) if place else None,
        "season_before": row.before,
        "heads": row.heads,
        "circles": row.circles,
        "projects": row.projects,
        "part": row.people,
        "whole": row.heads,
    }
    return tuple(cells[key] for key in keys)


def _title(asked: Asked) -> str:
    return f"{scope_name(asked)} · {by_word(asked)} · {metric_name(asked.metric)} · {season_text(asked)}"


def _facts(session: Session, board: Board | BoardStream, asked: Asked, unit: str, address: str) -> Facts:
    basis = _("Claimed, not verified") if asked.filter.basis is Basis.CLAIMED else _("Verified")
    if asked.living:
        basis = _("New and still working")
    words = queries.vocabulary(session)
    on = filters_on(session, asked, words) if words else {}
    are_parts = board.checked or not (is_tally(asked.metric) or asked.by == "facilitator")
    note = tally_note(asked, bool(freezes_behind(session, asked)))
    return (
        (_("Board"), _title(asked)),
        *((_("Filter"), text) for text in on.values()),
        (_("Basis"), _("Counted from the records") if is_tally(asked.metric) else basis),
        (_("Ranked by"), _(PER_WORDS[asked.per])),
        (_("Unit of amounts"), unit),
        (_("Total of the scope"), board.total),
        *(_check(board) if are_parts else ()),
        (_("As of"), datetime_text(now())),
        *(((_("Address"), address),) if address else ()),
        *(((_("What is counted"), note),) if note else ()),
        *((_("What is counted"), line) for line in method_lines()),
    )


def _check(board: Board | BoardStream) -> Facts:
    """What has no row, and whether the rows add up; not said of boards whose rows are no parts."""
    return (
        (_("Counted without a row"), board.unlisted),
        (_("Rows add up to the total"), _("yes") if board.adds_up else _("no")),
    )
