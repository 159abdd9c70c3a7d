"""Who the entities of a kept board are: names, sizes and where they belong, for the rows that are shown."""

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.competitors import teams_of
from cp_circles.leaderboards.queries.held import held_facts
from cp_circles.leaderboards.queries.sums import published
from cp_circles.organisations.models import Company, Region
from cp_circles.projects.models import Project

Facts = dict[int, dict[str, Any]]
IDS_A_STATEMENT = 30_000
"""PostgreSQL takes 65,535 values in a statement; boards of counted work name all that they rank."""


def facts_of(session: Session, asked: Asked, ids: Collection[int]) -> Facts:
    """What a competitor shows beside its amounts, by id; in public only of companies that publish."""
    wanted, found = list(ids), {}
    for start in range(0, len(wanted), IDS_A_STATEMENT):
        some = wanted[start : start + IDS_A_STATEMENT]
        held = held_facts(session, asked, some)
        for id_, facts in FACTS[asked.by](session, asked, some).items():
            found[id_] = facts | held.get(id_, {})
    return found


def _companies(session: Session, asked: Asked, ids: Collection[int]) -> Facts:
    rows = session.execute(
        sa.select(Company, Region.name, Region.name_en)
        .join(Region, Company.region_id == Region.id)
        .where(Company.id.in_(ids), *published(asked))
    ).all()
    teams = teams_of(session, list(ids))
    return {
        company.id: {
            "name": company.name,
            "name_en": company.name_en,
            "under": under,
            "under_en": under_en,
            "company_id": company.id,
            "heads": company.headcount,
            "output": company.output_yuan,
            "circles": teams.get(company.id, (0, 0))[0],
            "people": teams.get(company.id, (0, 0))[1],
        }
        for company, under, under_en in rows
    }


def _circles(session: Session, asked: Asked, ids: Collection[int]) -> Facts:
    members = (
        sa.select(sa.func.count(CircleMember.id))
        .where(CircleMember.circle_id == Circle.id, CircleMember.left_on.is_(None))
        .correlate(Circle)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Circle.id, Circle.name, Company.id, Company.name, Company.name_en, members)
        .join(Company, Circle.company_id == Company.id)
        .where(Circle.id.in_(ids), *published(asked, "circle"))
    )
    return {
        id_: {"name": name, "under": under, "under_en": under_en, "company_id": company_id, "heads": heads}
        for id_, name, company_id, under, under_en, heads in rows
    }


def _projects(session: Session, asked: Asked, ids: Collection[int]) -> Facts:
    rows = session.execute(
        sa.select(Project.id, Project.title, Circle.name, Company.id, Company.name, Company.name_en)
        .join(Company, Project.company_id == Company.id)
        .outerjoin(Circle, Project.circle_id == Circle.id)
        .where(Project.id.in_(ids), *published(asked, "project"))
    )
    return {
        id_: {
            "name": title,
            "under": " · ".join(part for part in (company, circle) if part),
            "under_en": " · ".join(part for part in (company_en or company, circle) if part),
            "company_id": company_id,
        }
        for id_, title, circle, company_id, company, company_en in rows
    }


FACTS: dict[str, Callable[[Session, Asked, Collection[int]], Facts]] = {
    "company": _companies,
    "circle": _circles,
    "project": _projects,
}
