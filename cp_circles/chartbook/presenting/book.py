"""The book of a scope: its tabs, which charts stand on each, and everything the page shows."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.chartbook import queries, rules
from cp_circles.chartbook.presenting import comparing, contents, options, paths, places, times
from cp_circles.chartbook.presenting.drawn import Csv, Drawn, scale_of
from cp_circles.errors import NotFound, msg
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.presenting import filters
from cp_circles.leaderboards.presenting.amounts import metric_name
from cp_circles.leaderboards.presenting.page import address_of, claimed_url, crumbs
from cp_circles.leaderboards.presenting.rows import name_of
from cp_circles.leaderboards.presenting.sheets import scope_name, season_text
from cp_circles.ledger.models import Basis
from cp_circles.people.rules import Actor
from cp_circles.web.paging import address_with

Builder = Callable[[Session, Asked, Csv], list[Drawn]]
BUILDERS: dict[str, dict[str, Builder]] = {
    "where": {"map": places.map_chart, "tree": places.tree_chart, "rings": places.rings_chart},
    "when": {
        "plan": times.plan_chart,
        "days": times.days_chart,
        "regions": times.regions_chart,
        "metrics": times.metrics_chart,
    },
    "what": {"flows": contents.flows_chart, "use": contents.industries_chart},
    "path": {"path": paths.path_chart, "circles": paths.circles_chart},
}
ESTIMATES = {
    "options": options.options_chart,
    "benefit": options.benefit_chart,
    "payback": options.payback_chart,
    "imported": options.imported_chart,
    "gains": options.gains_chart,
    "returns": options.returns_chart,
}
PAIRS = {"pairs": comparing.pairs_chart, "together": comparing.together_chart}
COMPARE, OPTIONS = "compare", "options"
CHARTS: dict[str, Collection[str]] = {**BUILDERS, OPTIONS: ESTIMATES, COMPARE: PAIRS}
INSIDE = frozenset({OPTIONS, "path"})
TABS = {
    "where": (msg("Where"), "globe"),
    "when": (msg("Over time"), "cal"),
    "what": (msg("Made up of"), "drop"),
    "options": (msg("Option kinds"), "bulb"),
    "path": (msg("How far"), "flag"),
    COMPARE: (msg("Compare"), "scale"),
}
LEFT_OUT = ("by", "per", "basis")


def tabs_offered(asked: Asked) -> list[str]:
    """The tabs of this reader: what lies inside the work of circles is never public, a company has no map."""
    hidden = set() if rules.sees_inside(asked) else set(INSIDE)
    if asked.scope.company is not None:
        hidden.add("where")
    return [tab for tab in TABS if tab not in hidden]


def shown_tab(asked: Asked) -> str:
    """The tab of the address, else the first."""
    offered = tabs_offered(asked)
    wanted = request.args.get("show", "")
    return wanted if wanted in offered else offered[0]


def _drawings(
    session: Session, actor: Actor, asked: Asked, tab: str, found: options.Estimated | None
) -> dict[str, Callable[[Csv], list[Drawn]]]:
    """What draws each chart of a tab; those of a tab share what was asked for all of them."""
    if tab == COMPARE:
        both = comparing.against(session, actor, asked)
        return {key: partial(build, session, both) for key, build in PAIRS.items()} if both else {}
    if tab == OPTIONS:
        found = found or _estimates(session, asked)
        return {key: partial(build, session, found) for key, build in ESTIMATES.items()}
    return {key: partial(build, session, asked) for key, build in BUILDERS[tab].items()}


def _estimates(session: Session, asked: Asked) -> options.Estimated:
    return options.estimated(session, asked, is_chosen="season" in request.args)


def chart_of(session: Session, actor: Actor, asked: Asked, key: str) -> Drawn:
    """One chart by its key, drawn alone; NotFound where it shows nothing to this reader."""
    name = key.split("-")[0]
    for tab in tabs_offered(asked):
        if name not in CHARTS[tab]:
            continue
        drawing = _drawings(session, actor, asked, tab, None).get(name)
        for one in drawing(lambda _key: None) if drawing else ():
            if one.chart.key == key:
                return one
    raise NotFound


def book_values(session: Session, actor: Actor, asked: Asked, *, book: str, chart: str) -> dict[str, Any]:
    """The values of the page; `book` and `chart` are the endpoints of this variant."""
    words = boards.vocabulary(session)
    assert words is not None
    tab = shown_tab(asked)
    own = boards.companies_of_actor(session, actor)
    form = filters.filter_form(session, actor, asked, words, own)
    for name in LEFT_OUT:
        if name in form:
            del form[name]
    found = _estimates(session, asked) if tab == OPTIONS else None
    if found:
        asked = found.asked
        filters.offer_seasons(form, asked, sorted({*found.years, *asked.seasons}))
    drawings = _drawings(session, actor, asked, tab, found).values()
    drawn = [one for draw in drawings for one in draw(lambda key: address_of(chart, key=key))]
    return {
        "asked": asked,
        "tab": tab,
        "tabs": [
            (_(words_), address_with(show=key, page=None), key == tab, icon, None)
            for key, (words_, icon) in TABS.items()
            if key in tabs_offered(asked)
        ],
        "crumbs": crumbs(session, asked),
        "place_name": scope_name(asked),
        "metric": metric_name(asked.metric),
        "season": season_text(asked),
        "is_public": asked.variant == PUBLIC,
        "form": form,
        "chips": filters.chips(session, asked, words),
        "kept": {
            name: request.args[name] for name in ("company", "circle", "park", "show") if name in request.args
        },
        "reset_url": url_for(book, show=tab),
        "bare_url": _bare_url(book, tab),
        "claimed_url": None if drawn else _claimed_url(session, actor, asked, own),
        "board_url": _board_url(asked),
        "drawn": drawn,
        "freezes": boards.freezes_over(session, asked.scope.region, asked.seasons),
        "down": down(session, asked) if tab == "where" else [],
        **(_comparison(session, asked) if tab == COMPARE else {}),
        **(_plan(session, actor, asked) if tab == "when" else {}),
    }


def _bare_url(book: str, tab: str) -> str:
    """The tab without anything that narrows it, in the scope of the address."""
    named = ("region", "company", "circle", "park")
    scope: dict[str, Any] = {name: request.args[name] for name in named if name in request.args}
    return url_for(book, show=tab, season="all", **scope)


def _claimed_url(session: Session, actor: Actor, asked: Asked, own: frozenset[int]) -> str | None:
    """The board of what is claimed, for whoever may see it, where nothing is verified that could be drawn."""
    if not claimed_url(session, actor, asked, own):
        return None
    return address_of("leaderboards.boards", basis=Basis.CLAIMED.value, season="all", show=None)


def _board_url(asked: Asked) -> str:
    return address_of(
        "leaderboards.public_boards" if asked.variant == PUBLIC else "leaderboards.boards", show=None
    )


def down(session: Session, asked: Asked) -> list[tuple[str, str]]:
    """One level down by keyboard: each region below with an amount, with the same filter."""
    narrower = {"company": None, "circle": None, "park": None, "page": None}
    return [
        (name_of(row), address_with(region=row.id, **narrower))
        for row in places.regions_below(session, asked)
    ]


def _comparison(session: Session, asked: Asked) -> dict[str, Any]:
    text = request.args.get("q", "")
    return {
        "near": comparing.near(session, asked),
        "other": request.args.get("other", ""),
        "q": text,
        "matches": comparing.matches(session, asked, text),
        "carried": [
            (name, value)
            for name, value in request.args.items(multi=True)
            if name not in ("other", "q", "page")
        ],
    }


def _plan(session: Session, actor: Actor, asked: Asked) -> dict[str, Any]:
    """The plan beside the season, and where it is set, for those who may."""
    plan = queries.plan_of(session, asked)
    region, one = asked.scope.region, len(asked.seasons) == 1
    may = one and asked.scope.company is None and rules.can_plan_season(actor, region)
    return {
        "plan_text": scale_of(asked).with_unit(plan.amount) if plan else None,
        "plan_url": url_for(
            "chartbook.show_plan", region_id=region.id, season=asked.seasons[0], metric=asked.metric.key
        )
        if may
        else None,
    }
