"""The official's home: the season as a timeline, how far work has come, map and board of the region."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles import charts
from cp_circles.charts.frame import Frame
from cp_circles.editions import queries as editions
from cp_circles.homes.presenting.section import Section
from cp_circles.homes.queries import season as seasons
from cp_circles.homes.queries.season import Funnel, LevelOfSeason
from cp_circles.judging import presenting as judging
from cp_circles.judging.models import Season
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards.asking import RESTRICTED, Asked, Scope
from cp_circles.leaderboards.presenting import drawings, reading, rows
from cp_circles.leaderboards.presenting.amounts import metric_name, metric_scale
from cp_circles.organisations.models import Region
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import RoundRule
from cp_circles.web.formats import month_name
from cp_circles.web.i18n import label
from cp_circles.web.session import clock, now

BOARD_ROWS = 8
LABEL_FITS, ROOM_FOR_NOTE = 6.6, 93.0


def official_section(session: Session, actor: Actor) -> Section | None:
    """The season of the actor's first region; None for whoever holds no office."""
    office = _office(session, actor)
    if office is None:
        return None
    region, season, year = office
    values: dict[str, Any] = {
        "region": region,
        "season": season,
        "year": year,
        "levels": timeline(session, season, region) if season else [],
        "months": months_of(season) if season else [],
        "today": (_("today"), share_of(season, now())) if season else None,
        "funnel": funnel_chart(seasons.funnel_of(session, region.path, year), year),
        **board_part(session, region),
    }
    return Section(Role.OFFICIAL, "homes/_official.html", values)


def _office(session: Session, actor: Actor) -> tuple[Region, Season | None, int] | None:
    """The actor's first region with its season and year; None for whoever holds no office."""
    offices = sorted(actor.scopes(Role.OFFICIAL, ScopeKind.REGION))
    region = session.get(Region, offices[0]) if offices else None
    if region is None:
        return None
    season = seasons.season_of_day(session, region.pack, clock().today())
    return region, season, season.year if season else reading.known_seasons(session)[-1]


def official_funnel(session: Session, actor: Actor) -> charts.Chart | None:
    """The funnel of the actor's first region; None for whoever holds no office."""
    office = _office(session, actor)
    if office is None:
        return None
    region, _season, year = office
    return funnel_chart(seasons.funnel_of(session, region.path, year), year)


def share_of(season: Season, at: datetime) -> float:
    """Where a moment lies in the season, in per cent."""
    days = max(1, (season.ends_on - season.starts_on).days + 1)
    passed = (at.astimezone(clock().zone).date() - season.starts_on).days
    return round(min(100.0, max(0.0, 100 * passed / days)), 2)


def months_of(season: Season) -> list[tuple[str, float]]:
    """The months of the season with the place of their first day."""
    found = []
    year, month = season.starts_on.year, season.starts_on.month
    while (year, month) <= (season.ends_on.year, season.ends_on.month):
        first = datetime(year, month, 1, tzinfo=clock().zone)
        found.append((month_name(month), share_of(season, first)))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def timeline(session: Session, season: Season, region: Region) -> list[dict[str, Any]]:
    """The rounds of the season by level, lowest first."""
    levels = seasons.levels_of_season(session, season, region.path)
    known = editions.packs(session, [level.rule_edition_id for level in levels], RoundRule)
    return [_level(season, level, known[level.rule_edition_id]) for level in levels]


def _level(season: Season, level: LevelOfSeason, rule: RoundRule) -> dict[str, Any]:
    """One line of the timeline; a phase ends at the latest where the next one begins."""
    bars: list[dict[str, Any]] = []
    note = None
    for place, span in enumerate(level.spans):
        later = level.spans[place + 1 :]
        ends_at = min(
            [span.ends_at, *(next_.starts_at for next_ in later if next_.starts_at > span.starts_at)]
        )
        state = "past" if ends_at <= now() else "now" if span.starts_at <= now() else "future"
        name = judging.phase_name(rule, span.key)
        start = share_of(season, span.starts_at)
        width = max(0.4, share_of(season, ends_at) - start)
        note = name if state == "now" and width < LABEL_FITS else note
        bars.append({"label": name, "start": start, "width": width, "state": state})
    if bars and bars[-1]["start"] + bars[-1]["width"] > ROOM_FOR_NOTE:
        note = None
    return {
        "name": judging.level_name(level.level),
        "count": str(level.rounds),
        "note": note,
        "phases": bars,
    }


def funnel_chart(funnel: Funnel, year: int) -> charts.Chart:
    """From projects to awards; the bar is the share of the stage before."""
    stages = [
        charts.FunnelStage(_("Registered projects"), funnel.started),
        charts.FunnelStage(_("Completed"), funnel.completed),
        charts.FunnelStage(_("With verified savings"), funnel.verified),
        charts.FunnelStage(_("Entered in a round"), funnel.entered),
        charts.FunnelStage(_("Awarded"), funnel.awarded),
    ]
    title = _("From project to award, %(year)s", year=year)
    csv_url = url_for("homes.funnel_chart")
    frame = Frame(key="funnel", title=title, text=title, source=_("CP Circles"), say=_, csv_url=csv_url)
    return charts.funnel_bars(stages, frame)


def board_part(session: Session, region: Region) -> dict[str, Any]:
    """The first rows of the region's board and its map."""
    words = boards.vocabulary(session)
    if words is None:
        return {"board": None, "map": None, "path": None}
    scope = Scope(region)
    asked = Asked(
        scope=scope,
        by=scope.offered[0],
        metric=reading.metric_of(words, None),
        seasons=tuple(reading.known_seasons(session)[-1:]),
        variant=RESTRICTED,
    )
    board = boards.board_of(session, asked)
    scale = metric_scale(asked.metric)
    return {
        "board": board,
        "board_url": url_for("leaderboards.boards", region=region.id),
        "board_total": scale.with_unit(board.total),
        "board_unit": scale.unit,
        "board_metric": metric_name(asked.metric),
        "board_who": rows.by_word(asked),
        "board_rows": rows.rows_of(
            board,
            board.places[:BOARD_ROWS],
            asked,
            frozenset(),
            lambda who: _board_within(asked.by, who.id),
        ),
        "map": drawings.tile_chart(asked, board, partial(_chart_url, asked)),
        "path": drawings.path_chart(session, replace(asked, claims=True), partial(_chart_url, asked)),
        "place": label(region),
    }


def _chart_url(asked: Asked, key: str) -> str:
    """The exact numbers of a chart of the board that this home shows."""
    of_board: dict[str, Any] = {"region": asked.scope.region.id, "by": asked.by, "metric": asked.metric.key}
    return url_for("leaderboards.board_chart", key=key, season=asked.seasons or "all", **of_board)


def _board_within(by: str, id_: int) -> str | None:
    """The address of the board inside one row of a board; a project has none."""
    narrowed: dict[str, Any] = {by: id_}
    return url_for("leaderboards.boards", **narrowed) if by != "project" else None
