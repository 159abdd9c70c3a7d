"""A board as a sheet for files: exact base amounts with units, and how they came about."""

from decimal import Decimal

from flask_babel import gettext as _

from cp_circles.leaderboards.asking import Asked, is_money
from cp_circles.leaderboards.presenting.amounts import PER_WORDS, board_scale, metric_name
from cp_circles.leaderboards.presenting.files import Cell, Sheet
from cp_circles.leaderboards.presenting.rows import by_word, name_of, under_of
from cp_circles.leaderboards.queries import Board, Competitor
from cp_circles.ledger.models import Basis
from cp_circles.web.formats import datetime_text, unit_label
from cp_circles.web.i18n import label
from cp_circles.web.session import now


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


def sheet_of(board: Board, asked: Asked) -> Sheet:
    """Every row of the board, unpaged, in the metric's base unit."""
    unit = unit_label(asked.currency if is_money(asked.metric) else asked.metric.base_unit)
    columns = (
        ("place", _("Place")),
        ("name", by_word(asked)),
        ("under", _("Belongs to")),
        ("amount", f"{metric_name(asked.metric)} ({unit})"),
        ("ranked_by", f"{_(PER_WORDS[asked.per])} ({board_scale(asked).unit})"),
        ("season_before", _("Season before (%(unit)s)", unit=unit)),
        ("heads", _("Employees")),
        ("projects", _("Projects")),
    )
    rows = [_row(place.competitor, place.place, _ranked(asked, place.measured)) for place in board.places]
    rows += [_row(competitor, None, None) for competitor in board.unmeasured]
    return Sheet(_title(asked), columns, rows, _facts(board, asked, unit))


def _ranked(asked: Asked, measured: Decimal) -> Decimal:
    return board_scale(asked).of(measured)


def _row(row: Competitor, place: int | None, ranked: Decimal | None) -> tuple[Cell, ...]:
    return (place, name_of(row), under_of(row), row.value, ranked, row.before, row.heads, row.projects)


def _title(asked: Asked) -> str:
    return f"{scope_name(asked)} · {by_word(asked)} · {metric_name(asked.metric)} · {season_text(asked)}"


def _facts(board: Board, asked: Asked, unit: str) -> tuple[tuple[str, str], ...]:
    basis = _("Claimed, not verified") if asked.filter.basis is Basis.CLAIMED else _("Verified")
    if asked.living:
        basis = _("New and still working")
    check = _("yes") if board.adds_up else _("no")
    return (
        (_("Board"), _title(asked)),
        (_("Basis"), basis),
        (_("Unit of amounts"), unit),
        (_("Total of the scope"), f"{board.total:f}"),
        (_("Counted without a row"), f"{board.unlisted:f}"),
        (_("Rows add up to the total"), check),
        (_("As of"), datetime_text(now())),
        *((_("What is counted"), line) for line in method_lines()),
    )
