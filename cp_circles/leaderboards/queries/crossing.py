"""Cross-sections of the region tree as competitors: parks of companies, and facilitators of circles."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.competitors import Found, companies_below, teams_of
from cp_circles.leaderboards.queries.grouped import amounts_by_park
from cp_circles.leaderboards.queries.held import freezes_behind, held_sums, not_held
from cp_circles.leaderboards.queries.narrowing import companies_meant
from cp_circles.leaderboards.queries.regions import add_to
from cp_circles.leaderboards.queries.sums import (
    ZERO,
    Competitor,
    amount_of,
    ledger_conditions,
    pair,
    project_count,
    source,
    sums,
)
from cp_circles.organisations.models import Company, Park, Region
from cp_circles.people.models import Grant, Person, Role, ScopeKind
from cp_circles.people.queries import is_live


def parks(session: Session, asked: Asked) -> Found:
    """Parks with what their companies of today count; companies in no park are not listed."""
    found = amounts_by_park(session, asked)
    amounts = {park_id: pair(asked, *both) for park_id, both in found.items()}
    unlisted = amounts.pop(None, {"value": ZERO})["value"]
    sizes = _park_sizes(session, asked)
    named = session.execute(
        sa.select(Park.id, Park.name, Region.name, Region.name_en)
        .join(Region, Region.id == Park.region_id)
        .where(Park.id.in_({*amounts, *sizes}))
    )
    return [
        Competitor(
            id=id_,
            name=name,
            under=under,
            under_en=under_en,
            **amounts.get(id_, pair(asked, None, None)),
            **sizes.get(id_, {}),
        )
        for id_, name, under, under_en in named
    ], unlisted


def _park_sizes(session: Session, asked: Asked) -> dict[int, dict[str, Any]]:
    """Heads, output, circles and people in circles of the parks of a region: a fixed number of statements."""
    below, freezes = companies_below(asked.scope), freezes_behind(session, asked)
    members = session.execute(
        sa.select(Company.id, Park.id, Company.headcount, Company.output_yuan)
        .join(Park, Park.id == Company.park_id)
        .join(Region, Region.id == Company.region_id)
        .where(Company.active, Company.id.in_(below), *companies_meant(asked), *not_held(freezes))
    ).all()
    teams = teams_of(session, [id_ for id_, _, _, _ in members])
    facts: dict[int, dict[str, Any]] = {}
    for id_, park_id, heads, output in members:
        facts.setdefault(park_id, {"heads": None, "output": None, "circles": 0, "people": 0})
        circles, people = teams.get(id_, (0, 0))
        add_to(facts, park_id, heads=heads, output=output, circles=circles, people=people)
    for park_id, sizes in held_sums(session, asked, freezes, Company.park_id):
        if park_id is not None:
            facts.setdefault(park_id, {"heads": None, "output": None, "circles": 0, "people": 0})
            add_to(facts, park_id, **sizes)
    return facts


def facilitators(session: Session, asked: Asked) -> Found:
    """The facilitators of today with all that their circles count; who guides a company guides its circles.

    A circle may have several facilitators or none, so the rows do not add up to anything.
    """
    counted, theirs = source(asked), guided(asked).subquery()
    value, before = sums(asked, counted.season, amount_of(asked))
    home, home_en = sa.func.min(Company.name), sa.func.min(Company.name_en)
    rows = session.execute(
        sa.select(Person.id, Person.name, home, home_en, value, before)
        .add_columns(sa.func.count(Circle.id.distinct()), project_count(asked))
        .join(theirs, theirs.c.person_id == Person.id)
        .join(counted, counted.circle_id == theirs.c.circle_id)
        .join(Circle, Circle.id == theirs.c.circle_id)
        .join(Company, Company.id == Circle.company_id)
        .where(*ledger_conditions(asked))
        .group_by(Person.id)
    )
    return [
        Competitor(
            id=id_,
            name=name,
            under=under,
            under_en=under_en,
            circles=circles,
            projects=projects,
            **pair(asked, now, then),
        )
        for id_, name, under, under_en, now, then, circles, projects in rows
    ], ZERO


def guided(asked: Asked) -> sa.CompoundSelect[tuple[int, int]]:
    """(person_id, circle_id), each once: by a grant in the circle or in its company."""
    live = Grant.until.is_(None) if asked.at is None else is_live(asked.at)
    held = sa.and_(Grant.role == Role.FACILITATOR, live)
    return sa.union(
        sa.select(Grant.person_id, Grant.scope_id.label("circle_id")).where(
            held, Grant.scope_kind == ScopeKind.CIRCLE
        ),
        sa.select(Grant.person_id, Circle.id)
        .join(Circle, Circle.company_id == Grant.scope_id)
        .where(held, Grant.scope_kind == ScopeKind.COMPANY),
    )
