"""The visitor's home: what the movement has verified this season, where, and who was awarded."""

from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles import charts
from cp_circles.awards import queries as awards
from cp_circles.calc import boards as ranks
from cp_circles.charts.areas import PROVINCE_TILES
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards.asking import PUBLIC, Asked, Scope
from cp_circles.leaderboards.presenting import drawings, reading
from cp_circles.leaderboards.presenting.amounts import Scale, metric_name, metric_scale
from cp_circles.leaderboards.presenting.groups import main_figures
from cp_circles.leaderboards.presenting.provinces import letters_of
from cp_circles.organisations import queries as organisations
from cp_circles.web.formats import number
from cp_circles.web.i18n import is_chinese


def public_board(session: Session) -> Asked | None:
    """The public board of the nation in the newest season; None before there is any."""
    words, nations = boards.vocabulary(session), organisations.nations(session)
    if words is None or not nations:
        return None
    season = reading.known_seasons(session)[-1]
    return Asked(
        scope=Scope(nations[0]),
        by="region",
        metric=reading.metric_of(words, None),
        seasons=(season,),
        variant=PUBLIC,
    )


def welcome_values(session: Session) -> dict[str, Any]:
    """The values of the visitor's page: a fixed number of statements."""
    asked = public_board(session)
    given = awards.latest_awards(session, limit=6)
    if asked is None:
        return {"asked": None, "awards": given}
    board, words = boards.board_of(session, asked), boards.vocabulary(session)
    assert words is not None
    scale = metric_scale(asked.metric)
    return {
        "asked": asked,
        "awards": given,
        "season": asked.seasons[0],
        "total": scale.text(board.total),
        "unit": scale.unit,
        "change": _change(board.total, board.before, asked),
        "as_of": boards.newest_count(session),
        "metric": metric_name(asked.metric),
        "figures": main_figures(session, asked, words),
        "chart": season_chart(session, asked),
        **_map(board, scale),
    }


def season_chart(session: Session, asked: Asked) -> charts.Chart | None:
    """The verified total adding up over the season."""
    return drawings.season_chart(session, asked, lambda _key: url_for("homes.welcome_chart"))


def _change(total: Decimal, before: Decimal | None, asked: Asked) -> str | None:
    """The season against the whole of the one before, in words."""
    if not before:
        return None
    share = ranks.share_of(total, before)
    text = metric_scale(asked.metric).with_unit(before)
    return _(
        "%(share)s %% of the whole season %(year)s (%(amount)s)",
        share=number(share, 1),
        year=asked.previous[0],
        amount=text,
    )


def _map(board: boards.Board, scale: Scale) -> dict[str, Any]:
    """Tiles of the provinces with links to their public boards, in five classes of about equal size."""
    everyone = {place.competitor: place.measured for place in board.places}
    rows = [*everyone, *board.unmeasured, *board.idle]
    if not rows or any(row.code[:2] not in PROVINCE_TILES for row in rows):
        return {"tiles": [], "legend": []}
    values = sorted(set(everyone.values()))
    breaks = [values[len(values) * n // 5] for n in range(1, 5)] if len(values) >= 5 else values[1:]
    tiles = [_tile(row, everyone.get(row), breaks, scale) for row in sorted(rows, key=lambda row: row.code)]
    legend = [f"≥ {scale.text(value)}" for value in [*values[:1], *breaks]]
    return {"tiles": tiles, "legend": legend}


def _tile(
    row: boards.Competitor, value: Decimal | None, breaks: list[Decimal], scale: Scale
) -> tuple[Any, ...]:
    name = row.name if is_chinese() else row.name_en or row.name
    zh, en = letters_of(row.code)
    short = zh if is_chinese() else en
    if value is None:
        text = _("none yet") if row.circles else _("no round")
        return (row.code[:2], short, "–", None, 0, f"{name}: {text}", False)
    shade = 1 + sum(1 for edge in breaks if value >= edge)
    url = url_for("leaderboards.public_boards", region=row.id)
    shown = number(scale.of(value), 0 if scale.of(value) >= 100 else 1)
    return (row.code[:2], short, shown, url, shade, f"{name}: {scale.with_unit(value)}", False)
