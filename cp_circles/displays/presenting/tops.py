"""What a widget and a hall screen show of a public board."""

from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from cp_circles.awards import queries as awards
from cp_circles.awards.models import Award
from cp_circles.awards.presenting import award_label
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.presenting.amounts import board_scale, metric_name, metric_scale
from cp_circles.leaderboards.presenting.groups import main_figures
from cp_circles.leaderboards.presenting.rows import by_word, rows_of
from cp_circles.leaderboards.presenting.sheets import scope_name, season_text
from cp_circles.leaderboards.tallies import is_tally
from cp_circles.web.mail import full_address
from cp_circles.web.paging import kept_arguments

HALL_ROWS, HALL_AWARDS = 5, 3
OF_WIDGET = frozenset({"rows", "lang", "look", "page"})
ROW_HEIGHT, FRAME_HEIGHT, FEWEST_ROWS = 46, 176, 3


def top_values(session: Session, asked: Asked, rows: int) -> dict[str, Any]:
    """The first rows of a public board and the words around them."""
    found = queries.board_page(session, asked, size=rows)
    return {
        "rows": rows_of(found.board, found.places, asked, frozenset(), lambda who: None),
        "count": found.count,
        "sum": found.board.total,
        "who": by_word(asked),
        "metric": metric_name(asked.metric),
        "unit": board_scale(asked).unit,
        "place": scope_name(asked),
        "season": season_text(asked),
        "as_of": queries.newest_count(session),
        "is_tally": is_tally(asked.metric),
        "board_url": board_url(),
    }


def board_url() -> str:
    """The whole public board of this address, as a link from another site needs it."""
    given = {name: value for name, value in kept_arguments().items() if name not in OF_WIDGET}
    return full_address(url_for("leaderboards.public_boards", **given))


def widget_url(rows: str, lang: str, look: str) -> str:
    """The address of the widget of this address's board on this site."""
    given = {name: value for name, value in kept_arguments().items() if name not in OF_WIDGET}
    return url_for("displays.widget", **given, rows=rows, lang=lang, look=look)


def rows_to_show(session: Session, asked: Asked, most: int) -> int:
    """For how many rows a frame has room: those asked for, fewer where the board is short."""
    places = queries.board_page(session, asked, size=most).places
    return min(most, max(len(places), FEWEST_ROWS))


def widget_height(rows: int) -> int:
    """How many pixels high a frame has to be for so many rows."""
    return FRAME_HEIGHT + ROW_HEIGHT * rows


def widget_html(address: str, title: str, height: int) -> str:
    """The frame as a site's editor puts it into a page."""
    frame = Markup(
        '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy" style="border:0"></iframe>'
    )
    return str(frame.format(full_address(address), title, height))


def hall_values(session: Session, asked: Asked) -> dict[str, Any]:
    """A hall screen: the total, one metric of each group, the first places, the newest awards."""
    words = queries.vocabulary(session)
    assert words is not None
    shown = top_values(session, asked, HALL_ROWS)
    scale = metric_scale(asked.metric, asked.currency)
    region = asked.scope.region
    given = awards.latest_awards(
        session, limit=HALL_AWARDS, within=None if region.parent_id is None else region
    )
    return shown | {
        "total": scale.text(shown["sum"] or None if shown["is_tally"] else shown["sum"]),
        "total_unit": scale.unit,
        "figures": [
            row for row in main_figures(session, asked, words) if row[0] != metric_name(asked.metric)
        ],
        "awards": [(award_label(award), award.holder["title"], _holders(award)) for award in given],
    }


def _holders(award: Award) -> str:
    """Company and circle of an award, unless the award went to them by name."""
    held = award.holder
    return " · ".join(name for name in (held["company"], held["circle"]) if name and name != held["title"])
