"""What the address asks for, settled for this reader: scope, variant, metric, seasons."""

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import request
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle
from cp_circles.errors import NotFound
from cp_circles.leaderboards import queries, rules
from cp_circles.leaderboards.asking import (
    ANY_AWARD,
    LIVING,
    PER,
    PUBLIC,
    SIZES,
    Asked,
    Scope,
    chosen,
    is_money,
    number_in,
    seasons_in,
)
from cp_circles.leaderboards.tallies import PARTICIPATION, RATES, is_tally, ranked_by, tally
from cp_circles.ledger.models import Basis
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Company, Industry, Park, Region
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema.figures import Metric, Vocabulary
from cp_circles.web.session import now, today


def asked_by(session: Session, actor: Actor, *, public: bool) -> Asked | None:
    """The board of this address for this reader; None while no regions or metrics are loaded."""
    words = queries.vocabulary(session)
    scope = scope_of(session, actor, public=public)
    if words is None or scope is None:
        return None
    own = frozenset() if public else queries.companies_of_actor(session, actor)
    if public:
        rules.require_published(scope.company, scope.kind)
    variant = PUBLIC if public else rules.variant_for(actor, scope, own)
    return settle(session, actor, scope, variant, own, words)


def settle(
    session: Session, actor: Actor, scope: Scope, variant: str, own: frozenset[int], words: Vocabulary
) -> Asked:
    """The rest of the address, each part checked against what is offered."""
    given = request.args
    metric = tally(given.get("metric")) or metric_of(words, given.get("metric"))
    if not ranked_by(metric, scope.offered_to(variant)):
        metric = metric_of(words, None)
    by = chosen(given.get("by"), ranked_by(metric, scope.offered_to(variant)))
    claimed = given.get("basis") == Basis.CLAIMED.value and rules.sees_claimed(actor, scope, by, own)
    basis = Basis.CLAIMED if claimed and variant != PUBLIC else Basis.VERIFIED
    living = basis is Basis.VERIFIED and given.get("basis") == LIVING
    claims = variant != PUBLIC and rules.sees_claimed(actor, scope, "region", own)
    known = known_seasons(session, basis, living=living, claims=claims)
    seasons = seasons_in(given.getlist("season"), known)
    per = chosen(given.get("per"), pers_offered(by, seasons))
    asked = Asked(
        scope=scope,
        by=by,
        metric=metric,
        seasons=seasons,
        domain=_term(words, "domain", given.get("domain")),
        focus_area=_term(words, "focus_area", given.get("focus")),
        basis=basis,
        currency=currency_of(session, metric, given.get("currency"), basis),
        per=per,
        variant=variant,
        living=living,
        claims=claims,
        method=_known(given.get("method"), lambda: queries.method_keys(session)),
        size=_known(given.get("size"), lambda: SIZES),
        award=_known(given.get("award"), lambda: {ANY_AWARD, *queries.award_keys(session)}),
        at=now(),
    )
    return _tally_of(asked) if is_tally(metric) else asked


def _tally_of(asked: Asked) -> Asked:
    """What a tally can answer: nothing was claimed of it or lives on, and a rate is one season's own.

    Of how many people take part there is only the present state; filters of projects say nothing about it.
    """
    plain = replace(asked, basis=Basis.VERIFIED, living=False, per="total", currency="", claims=False)
    if asked.metric.key not in RATES:
        return plain
    years = (today().year,) if asked.metric.key == PARTICIPATION else asked.seasons[-1:] or (today().year,)
    return replace(plain, seasons=years, domain="", focus_area="", method="", award="")


WITHOUT = {"project": {"head", "output"}, "facilitator": {"head", "output"}, "circle": {"output"}}


def _known(value: str | None, known: Callable[[], Container[str]]) -> str:
    """A filter of the address if there is such a thing, else none; what there is is asked for only then."""
    return value if value and value in known() else ""


def pers_offered(by: str, seasons: Sequence[int]) -> list[str]:
    """How this kind of competitor can be ranked: a project has no heads, a circle no output of its own."""
    without = WITHOUT.get(by, set())
    if len(seasons) != 1:
        without = {*without, "improved"}
    return [per for per in PER if per not in without]


def metric_of(words: Vocabulary, key: str | None) -> Metric:
    """The metric asked for, else the energy that everything converts to, else the first."""
    found = words.metric(key) if key else None
    return found or words.metric_that_counts("kgce") or words.metrics[0]


def known_seasons(
    session: Session, basis: Basis = Basis.VERIFIED, *, living: bool = False, claims: bool = False
) -> list[int]:
    """Seasons with anything on a basis, none of them ahead of today; this year where there is none.

    Where nothing is verified yet, a reader who sees `claims` is offered their seasons.
    """
    year = today().year
    found = [row for row in queries.seasons_known(session, basis, living=living) if row <= year]
    if not found and claims and basis is Basis.VERIFIED:
        return known_seasons(session, Basis.CLAIMED)
    return found or [year]


def currency_of(session: Session, metric: Metric, wanted: str | None, basis: Basis) -> str:
    """The currency of a money metric: the one asked for if it exists, else the metric's own.

    Where nothing counts in its own currency, the first of the others stands in.
    """
    if not is_money(metric):
        return ""
    own, known = metric.currency or "CNY", queries.currencies_known(session, metric.key, basis)
    if wanted and wanted in known:
        return wanted
    return own if own in known or not known else known[0]


def _term(words: Vocabulary, list_key: str, key: str | None) -> str:
    terms = words.list_(list_key)
    return key if key and terms is not None and terms.term(key) is not None else ""


def scope_of(session: Session, actor: Actor, *, public: bool) -> Scope | None:
    """The scope of the address, or the reader's own; None where no region is loaded."""
    given = request.args
    industry = _industry(session)
    circle = _row(session, Circle, number_in(given, "circle"))
    if circle is not None:
        return Scope(circle.company.region, circle.company, circle, industry)
    company = _row(session, Company, number_in(given, "company"))
    if company is not None:
        return Scope(company.region, company, None, industry)
    park = _row(session, Park, number_in(given, "park"))
    if park is not None:
        return Scope(park.region, industry=industry, park=park)
    region = _row(session, Region, number_in(given, "region"))
    if region is not None:
        return _region_scope(session, region, industry)
    return _default_scope(session, NOBODY_ASKS if public else actor, industry)


def _region_scope(session: Session, region: Region, industry: Industry | None) -> Scope:
    below = sa.select(Region.id).where(Region.parent_id == region.id).limit(1)
    return Scope(region, industry=industry, is_divided=session.scalar(below) is not None)


def _industry(session: Session) -> Industry | None:
    """The division of the form if it lies in the section that was chosen, else the section or `industry`."""
    given = request.args
    division = _row(session, Industry, number_in(given, "division"))
    section = _row(session, Industry, number_in(given, "section"))
    if division is not None and section is not None and division.parent_id == section.id:
        return division
    return section or _row(session, Industry, number_in(given, "industry"))


NOBODY_ASKS = Actor(person_id=None)


def _row(session: Session, model: Any, id_: int | None) -> Any:
    """The row of that id; NotFound for an id that does not exist, None for no id."""
    if id_ is None:
        return None
    found = session.get(model, id_)
    if found is None:
        raise NotFound
    return found


def _default_scope(session: Session, actor: Actor, industry: Industry | None) -> Scope | None:
    """Officials begin at their region, people of one company there, everybody else at the nation."""
    offices = [grant.scope_id for grant in actor.grants if grant.role is Role.OFFICIAL and grant.region_path]
    if offices and (region := session.get(Region, offices[0])) is not None:
        return _region_scope(session, region, industry)
    own = queries.companies_of_actor(session, actor)
    if len(own) == 1 and (company := session.get(Company, next(iter(own)))) is not None:
        return Scope(company.region, company, None, industry)
    nations = organisations.nations(session)
    return Scope(nations[0], industry=industry) if nations else None
