"""The book of a scope: its tabs, which charts stand on each, and everything the page shows."""

from collections.abc import Callable
from dataclasses import replace
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
from cp_circles.leaderboards.presenting.page import address_of, crumbs
from cp_circles.leaderboards.presenting.rows import name_of
from cp_circles.leaderboards.presenting.sheets import scope_name, season_text
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
    "options": {
        "options": options.options_chart,
        "benefit": options.benefit_chart,
        "payback": options.payback_chart,
        "imported": options.imported_chart,
        "gains": options.gains_chart,
        "returns": options.returns_chart,
    },
    "path": {"path": paths.path_chart, "circles": paths.circles_chart},
}
PAIRS = {"pairs": comparing.pairs_chart, "together": comparing.together_chart}
COMPARE, OPTIONS = "compare", "options"
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


def drawn_on(session: Session, actor: Actor, asked: Asked, tab: str, csv: Csv) -> list[Drawn]:
    """Every chart of a tab that has something to show."""
    if tab == COMPARE:
        both = comparing.against(session, actor, asked)
        return [one for build in PAIRS.values() for one in build(session, both, csv)] if both else []
    return [one for build in BUILDERS[tab].values() for one in build(session, asked, csv)]


def _estimate_years(session: Session, asked: Asked) -> list[int]:
    """The years in which options were written down, or for which a file claims something, oldest first."""
    return sorted({*queries.option_years(session, asked), *queries.import_years(session, asked)})


def _in_own_year(asked: Asked, years: list[int]) -> Asked:
    """Options come before their savings: where the address names no season, theirs is the newest with any."""
    return replace(asked, seasons=tuple(years[-1:])) if years and "season" not in request.args else asked


def chart_of(session: Session, actor: Actor, asked: Asked, key: str) -> Drawn:
    """One chart by its key, drawn alone; NotFound where it shows nothing to this reader."""
    name = key.split("-")[0]
    found: list[Drawn] = []
    if name in PAIRS:
        both = comparing.against(session, actor, asked)
        found = PAIRS[name](session, both, lambda _key: None) if both else []
    for tab in tabs_offered(asked):
        if name in BUILDERS.get(tab, {}):
            if tab == OPTIONS:
                asked = _in_own_year(asked, _estimate_years(session, asked))
            found = BUILDERS[tab][name](session, asked, lambda _key: None)
    for one in found:
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
    if tab == OPTIONS:
        years = _estimate_years(session, asked)
        asked = _in_own_year(asked, years)
        filters.offer_seasons(form, asked, sorted({*years, *asked.seasons}))
    drawn = drawn_on(session, actor, asked, tab, lambda key: address_of(chart, key=key))
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
