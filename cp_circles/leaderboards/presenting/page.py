"""Everything that the page of a board shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.leaderboards import queries, rules
from cp_circles.leaderboards.asking import PUBLIC, Asked, is_money
from cp_circles.leaderboards.presenting import drawings, filters
from cp_circles.leaderboards.presenting.amounts import (
    Scale,
    board_scale,
    metric_name,
    metric_scale,
)
from cp_circles.leaderboards.presenting.rows import (
    BY_WORDS,
    Link,
    Row,
    by_word,
    head_unit,
    rows_of,
)
from cp_circles.leaderboards.presenting.sheets import COUNTED_WORDS, scope_name, season_text, tally_note
from cp_circles.leaderboards.queries import PAGE_SIZE, Competitor, Place
from cp_circles.leaderboards.queries.sums import ZERO
from cp_circles.leaderboards.tallies import is_tally, ranked_by, tally
from cp_circles.ledger.models import Basis
from cp_circles.organisations import queries as organisations
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema.figures import Vocabulary
from cp_circles.web.i18n import label
from cp_circles.web.paging import Page, address_with, kept_arguments, page_urls, requested_page

BESIDE = ("map", "bars")
NARROWING = ("region", "company", "circle", "park", "by", "page")


@dataclass(frozen=True)
class Endpoints:
    """The addresses of one variant of the boards."""

    board: str
    export: str
    chart: str
    project: str
    savings: str


SIGNED_IN = Endpoints(
    "leaderboards.boards",
    "leaderboards.export_board",
    "leaderboards.board_chart",
    "leaderboards.show_project",
    "leaderboards.show_savings",
)
VISITOR = Endpoints(
    "leaderboards.public_boards",
    "leaderboards.export_public_board",
    "leaderboards.public_board_chart",
    "leaderboards.public_project",
    "leaderboards.public_savings",
)


def board_values(session: Session, actor: Actor, asked: Asked, ends: Endpoints) -> dict[str, Any]:
    """The values of the board's template."""
    words = queries.vocabulary(session)
    assert words is not None
    own = queries.companies_of_actor(session, actor)
    mine = queries.own_rows(session, actor, own).of(asked.by)
    found = queries.board_page(session, asked, number=requested_page(), mine=mine)
    board, moved = found.board, queries.movement_of(session, asked, found)
    page = Page(list(found.places), found.count, found.number, PAGE_SIZE)
    page.urls.update(page_urls(page.page, page.pages))
    scale, plain = board_scale(asked), metric_scale(asked.metric, asked.currency)
    drawn = drawings.charts_of(session, asked, board, mine, lambda key: address_of(ends.chart, key=key))
    region = asked.scope.region
    freezes = queries.freezes_over(session, region, asked.seasons)

    def finished(places: Sequence[Place]) -> list[Row]:
        return rows_of(
            board,
            places,
            asked,
            mine,
            lambda who: row_link(asked, who, ends),
            moved,
            savings_link(actor, asked, ends, own),
        )

    return {
        "asked": asked,
        "board": board,
        "page": page,
        "rows": finished(found.places),
        "near": finished(found.near),
        "place_name": scope_name(asked),
        "who": by_word(asked),
        "metric": metric_name(asked.metric),
        "season": season_text(asked),
        "moved_since": moved.since if moved else None,
        "scale": scale,
        "plain": plain,
        "head_unit": head_unit(asked),
        "has_heads": asked.by not in ("project", "facilitator")
        and asked.per != "head"
        and not is_tally(asked.metric),
        "has_circles": asked.by in ("region", "company", "park") and not is_tally(asked.metric),
        "is_tally": is_tally(asked.metric),
        "counted": COUNTED_WORDS.get(asked.metric.key),
        "tally_note": tally_note(asked, bool(freezes) and asked.variant == PUBLIC),
        "is_public": asked.variant == PUBLIC,
        "is_claimed": asked.filter.basis is Basis.CLAIMED,
        "living": queries.living_parts(session, asked) if asked.living else None,
        "figures": figures(session, asked, words, board),
        "fallen_back": fallen_back(asked),
        "value_head": value_head(asked, scale),
        "crumbs": crumbs(session, asked),
        "tabs": tabs(asked),
        "chips": filters.chips(session, asked, words),
        "form": filters.filter_form(session, actor, asked, words, own),
        "kept": {
            name: request.args[name] for name in ("company", "circle", "park", "by") if request.args.get(name)
        },
        "beside": [chart for chart in drawn if chart.key in BESIDE],
        "below": [chart for chart in drawn if chart.key not in BESIDE],
        "exports": [(kind.upper(), address_of(ends.export, kind=kind)) for kind in ("xlsx", "csv", "json")],
        "widget_url": address_of("displays.widget_code"),
        "hall_url": address_of("displays.hall"),
        "freezes": freezes,
        "may_freeze": asked.scope.company is None and rules.can_freeze_boards(actor, region),
        "reset_url": url_for(ends.board),
        "claimed_url": None if found.places else claimed_url(session, actor, asked, own),
    }


def row_link(asked: Asked, who: Competitor, ends: Endpoints) -> str | None:
    """One level down, with the same filter; a project shows what is verified, so its claim leads nowhere."""
    if asked.by == "project":
        claimed = asked.filter.basis is Basis.CLAIMED
        return None if claimed else url_for(ends.project, project_id=who.id)
    down: dict[str, Any] = {name: None for name in NARROWING} | {asked.by: who.id}
    if asked.by == "industry":
        down = {"industry": who.id, "section": None, "division": None, "by": "company", "page": None}
    if asked.by == "facilitator":
        return None
    return address_with(**down)


def savings_link(actor: Actor, asked: Asked, ends: Endpoints, own: frozenset[int]) -> Link:
    """From a row to the savings that it adds up; nowhere for what is counted, and for claims of others."""
    if is_tally(asked.metric) or not rules.sees_single_savings(actor, asked.scope, asked.filter.basis, own):
        return lambda who: None
    here = address_of(ends.savings, by=asked.by, **named_scope(asked))

    def link(who: Competitor) -> str | None:
        return f"{here}&row={who.id}" if who.value or who.before else None

    return link


def named_scope(asked: Asked) -> dict[str, int]:
    """The scope as an address names it: without a name every reader would look at a scope of their own."""
    scope = asked.scope
    if scope.circle is not None:
        return {"circle": scope.circle.id}
    if scope.company is not None:
        return {"company": scope.company.id}
    return {"park": scope.park.id} if scope.park is not None else {"region": scope.region.id}


def claimed_url(session: Session, actor: Actor, asked: Asked, own: frozenset[int]) -> str | None:
    """The same board of what is claimed, for whoever may see that; None where nothing is."""
    is_verified = asked.filter.basis is Basis.VERIFIED and not is_tally(asked.metric)
    if not is_verified or not rules.sees_claimed(actor, asked.scope, asked.by, own):
        return None
    claimed, _before = queries.whole_of(session, replace(asked.on(Basis.CLAIMED), seasons=(), per="total"))
    return address_with(basis=Basis.CLAIMED.value, season="all", page=None) if claimed else None


def address_of(endpoint: str, **values: Any) -> str:
    """Another address with everything that this board was asked for; a file holds all pages."""
    given: dict[str, Any] = {**kept_arguments(), **values}
    given.pop("page", None)
    return url_for(endpoint, **given)


def figures(
    session: Session, asked: Asked, words: Vocabulary, board: queries.Board
) -> list[tuple[str, str, str]]:
    """Up to four metrics of the scope, the chosen one first; on a board of claims each says its basis."""
    amounts = queries.amounts_by_metric(session, asked)
    if amounts and not is_tally(asked.metric):
        amounts.setdefault(asked.metric.key, ZERO)
    order = [metric for metric in words.metrics if metric.key in amounts]
    order.sort(key=lambda metric: metric.key != asked.metric.key)
    shown = []
    if is_tally(asked.metric):
        own = metric_scale(asked.metric)
        shown.append((metric_name(asked.metric), own.text(board.total or None), own.unit))
    is_claimed = asked.filter.basis is Basis.CLAIMED
    if is_claimed:
        own = metric_scale(asked.metric, asked.currency)
        named = _("%(metric)s, claimed", metric=metric_name(asked.metric))
        shown.append((named, own.text(board.total), own.unit))
    for metric in order[: 4 - len(shown)]:
        scale: Scale = metric_scale(metric, asked.currency if is_money(metric) else "")
        name = metric_name(metric)
        named = _("%(metric)s, verified", metric=name) if is_claimed else name
        shown.append((named, scale.text(amounts[metric.key]), scale.unit))
    return shown


def value_head(asked: Asked, scale: Scale) -> str:
    """The head of the column that ranks: its unit, and against which season where that is what ranks."""
    if asked.per == "improved" and asked.previous:
        return _("more than %(season)s (%(unit)s)", season=asked.previous[0], unit=scale.unit)
    return scale.unit


def fallen_back(asked: Asked) -> str:
    """What the address asks for and this board does not answer, in a sentence; empty where it answers all."""
    wanted = tally(request.args.get("metric"))
    if wanted is not None and wanted.key != asked.metric.key:
        return _(
            "%(wanted)s is not counted here; shown is: %(metric)s.",
            wanted=metric_name(wanted),
            metric=metric_name(asked.metric),
        )
    claims_wanted = request.args.get("basis") == Basis.CLAIMED.value and not is_tally(asked.metric)
    if claims_wanted and asked.filter.basis is not Basis.CLAIMED:
        return _("What is only claimed is open to those it concerns; shown here is what is verified.")
    return ""


def crumbs(session: Session, asked: Asked) -> list[tuple[str, str | None]]:
    """From the nation down to the scope, each with the same filter."""
    scope = asked.scope
    path: list[tuple[str, str | None]] = [
        (label(region), _up(region=region.id)) for region in organisations.ancestors_of(session, scope.region)
    ]
    if scope.park is not None:
        path.append((scope.park.name, _up(park=scope.park.id)))
    if scope.company is not None:
        path.append((label(scope.company), _up(company=scope.company.id)))
    if scope.circle is not None:
        path.append((scope.circle.name, _up(circle=scope.circle.id)))
    return [*path[:-1], (path[-1][0], None)]


def _up(**scope: int) -> str:
    cleared: dict[str, Any] = {name: None for name in NARROWING}
    return address_with(**(cleared | scope))


def tabs(asked: Asked) -> list[tuple[str, str, bool, None, None]]:
    """What can be ranked in this scope."""
    return [
        (
            by_word(replace(asked, by="region")) if by == "region" else _(BY_WORDS[by]),
            address_with(
                **{"by": by, "page": None, "per": None if asked.per in ("head", "output") else asked.per}
                | named_scope(asked)
            ),
            by == asked.by,
            None,
            None,
        )
        for by in ranked_by(asked.metric, asked.scope.offered_to(asked.variant))
    ]
