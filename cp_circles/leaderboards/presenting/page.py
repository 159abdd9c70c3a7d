"""Everything that the page of a board shows."""

from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.leaderboards import queries, rules
from cp_circles.leaderboards.asking import LIVING, PUBLIC, Asked, is_money
from cp_circles.leaderboards.forms import BoardForm
from cp_circles.leaderboards.presenting import drawings, reading
from cp_circles.leaderboards.presenting.amounts import (
    PER_WORDS,
    Scale,
    board_scale,
    metric_name,
    metric_scale,
)
from cp_circles.leaderboards.presenting.rows import (
    BY_WORDS,
    by_word,
    head_unit,
    rows_of,
)
from cp_circles.leaderboards.presenting.sheets import scope_name, season_text
from cp_circles.leaderboards.queries import PAGE_SIZE, Competitor
from cp_circles.ledger.models import Basis
from cp_circles.organisations import queries as organisations
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema.figures import Vocabulary
from cp_circles.web.i18n import label, locale_name
from cp_circles.web.paging import Page, address_with, kept_arguments, page_urls, requested_page

BESIDE = ("map", "bars")
NARROWING = ("region", "company", "circle", "by", "page")


@dataclass(frozen=True)
class Endpoints:
    """The three addresses of one variant of the boards."""

    board: str
    export: str
    chart: str
    project: str


SIGNED_IN = Endpoints(
    "leaderboards.boards",
    "leaderboards.export_board",
    "leaderboards.board_chart",
    "leaderboards.show_project",
)
VISITOR = Endpoints(
    "leaderboards.public_boards",
    "leaderboards.export_public_board",
    "leaderboards.public_board_chart",
    "leaderboards.public_project",
)


def board_values(session: Session, actor: Actor, asked: Asked, ends: Endpoints) -> dict[str, Any]:
    """The values of the board's template."""
    words = queries.vocabulary(session)
    assert words is not None
    own = queries.companies_of_actor(session, actor)
    mine = queries.own_rows(session, actor, own).of(asked.by)
    found = queries.board_page(session, asked, number=requested_page(), mine=mine)
    board = found.board
    page = Page(list(found.places), found.count, found.number, PAGE_SIZE)
    page.urls.update(page_urls(page.page, page.pages))
    scale, plain = board_scale(asked), metric_scale(asked.metric, asked.currency)
    drawn = drawings.charts_of(session, asked, board, mine, lambda key: address_of(ends.chart, key=key))
    region = asked.scope.region
    freezes = queries.freezes_over(session, region, asked.seasons)
    return {
        "asked": asked,
        "board": board,
        "page": page,
        "rows": rows_of(board, found.places, asked, mine, lambda who: row_link(asked, who, ends)),
        "near": rows_of(board, found.near, asked, mine, lambda who: row_link(asked, who, ends)),
        "place_name": scope_name(asked),
        "who": by_word(asked),
        "metric": metric_name(asked.metric),
        "season": season_text(asked),
        "scale": scale,
        "plain": plain,
        "head_unit": head_unit(asked),
        "is_public": asked.variant == PUBLIC,
        "is_claimed": asked.filter.basis is Basis.CLAIMED,
        "living": queries.living_parts(session, asked) if asked.living else None,
        "figures": figures(session, asked, words),
        "crumbs": crumbs(session, asked),
        "tabs": tabs(asked),
        "chips": chips(asked, words),
        "form": filter_form(session, actor, asked, words, own),
        "kept": {
            name: request.args[name]
            for name in ("region", "company", "circle", "by")
            if request.args.get(name)
        },
        "beside": [chart for chart in drawn if chart.key in BESIDE],
        "below": [chart for chart in drawn if chart.key not in BESIDE],
        "exports": [(kind.upper(), address_of(ends.export, kind=kind)) for kind in ("xlsx", "csv", "json")],
        "freezes": freezes,
        "may_freeze": asked.scope.company is None and rules.can_freeze_boards(actor, region),
        "reset_url": url_for(ends.board),
    }


def row_link(asked: Asked, who: Competitor, ends: Endpoints) -> str | None:
    """One level down, with the same filter."""
    if asked.by == "project":
        return url_for(ends.project, project_id=who.id)
    down: dict[str, Any] = {name: None for name in NARROWING} | {asked.by: who.id}
    if asked.by == "industry":
        down = {"industry": who.id, "by": "company", "page": None}
    return address_with(**down)


def address_of(endpoint: str, **values: Any) -> str:
    """Another address with everything that this board was asked for; a file holds all pages."""
    given: dict[str, Any] = {**kept_arguments(), **values}
    given.pop("page", None)
    return url_for(endpoint, **given)


def figures(session: Session, asked: Asked, words: Vocabulary) -> list[tuple[str, str, str]]:
    """Up to four metrics of the scope, the chosen one first."""
    amounts = queries.amounts_by_metric(session, asked)
    order = [metric for metric in words.metrics if metric.key in amounts]
    order.sort(key=lambda metric: metric.key != asked.metric.key)
    shown = []
    for metric in order[:4]:
        scale: Scale = metric_scale(metric, asked.currency if is_money(metric) else "")
        shown.append((metric_name(metric), scale.text(amounts[metric.key]), scale.unit))
    return shown


def crumbs(session: Session, asked: Asked) -> list[tuple[str, str | None]]:
    """From the nation down to the scope, each with the same filter."""
    scope = asked.scope
    path: list[tuple[str, str | None]] = [
        (label(region), _up(region=region.id)) for region in organisations.ancestors_of(session, scope.region)
    ]
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
            address_with(by=by, page=None, per=None if asked.per in ("head", "output") else asked.per),
            by == asked.by,
            None,
            None,
        )
        for by in asked.scope.offered
    ]


def chips(asked: Asked, words: Vocabulary) -> list[tuple[str, str, bool]]:
    """The filters that are on; pressing one takes it away."""
    found: list[tuple[str, str, bool]] = []
    if asked.domain:
        found.append((_term_name(words, "domain", asked.domain), address_with(domain=None, page=None), True))
    if asked.focus_area:
        name = _term_name(words, "focus_area", asked.focus_area)
        found.append((name, address_with(focus=None, page=None), True))
    if asked.scope.industry is not None:
        found.append((label(asked.scope.industry), address_with(industry=None, page=None), True))
    if asked.per != "total":
        found.append((_(PER_WORDS[asked.per]), address_with(per=None, page=None), True))
    if asked.filter.basis is Basis.CLAIMED:
        found.append((_("Claimed, not verified"), address_with(basis=None, page=None), True))
    if asked.living:
        found.append((_("New and still working"), address_with(basis=None, page=None), True))
    return found


def _term_name(words: Vocabulary, list_key: str, key: str) -> str:
    terms = words.list_(list_key)
    term = terms.term(key) if terms else None
    return term.names.in_(locale_name()) if term else key


def filter_form(
    session: Session, actor: Actor, asked: Asked, words: Vocabulary, own: frozenset[int]
) -> BoardForm:
    """The filter with what can be chosen, set to what is shown."""
    form = BoardForm()
    years = reading.known_seasons(session, asked.filter.basis, living=asked.living)
    form.season.choices = [(str(year), str(year)) for year in reversed(years)] + [("all", _("All seasons"))]
    form.metric.choices = [(metric.key, metric_name(metric)) for metric in words.metrics]
    form.per.choices = [(per, _(PER_WORDS[per])) for per in reading.pers_offered(asked.by, asked.seasons)]
    form.domain.choices = _terms(words, "domain")
    form.focus.choices = _terms(words, "focus_area")
    form.industry.choices = [("", _("All")), *_industries(session)]
    form.basis.choices = [("verified", _("Verified in the season")), (LIVING, _("New and still working"))]
    if asked.variant != PUBLIC and rules.sees_claimed(actor, asked.scope, asked.by, own):
        form.basis.choices.append(("claimed", _("Claimed, not verified")))
    currencies = queries.currencies_known(session, asked.metric.key) if is_money(asked.metric) else []
    form.currency.choices = [(code, code) for code in currencies]
    form.season.data = str(asked.seasons[0]) if asked.seasons else "all"
    form.metric.data, form.per.data = asked.metric.key, asked.per
    form.domain.data, form.focus.data = asked.domain, asked.focus_area
    form.industry.data = str(asked.scope.industry.id) if asked.scope.industry else ""
    form.basis.data = LIVING if asked.living else asked.filter.basis.value
    form.currency.data = asked.currency
    if len(currencies) < 2:
        del form.currency
    return form


def _terms(words: Vocabulary, key: str) -> list[tuple[str, str]]:
    terms = words.list_(key)
    found = [(term.key, term.names.in_(locale_name())) for term in terms.terms] if terms else []
    return [("", _("All")), *found]


def _industries(session: Session) -> list[tuple[str, str]]:
    return [
        (str(row.id), f"{'  ' if row.parent_id else ''}{row.code} {label(row)}")
        for row in organisations.industries(session)
    ]
