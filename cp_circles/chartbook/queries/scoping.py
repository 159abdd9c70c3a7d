"""Which companies, circles and projects lie in the scope of a question, as selects of their ids."""

from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from cp_circles.circles.models import Circle
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.narrowing import companies_meant, narrowed
from cp_circles.organisations.models import Company, Region
from cp_circles.projects.models import Project


def companies_in(asked: Asked) -> Any:
    """The ids of the companies in the scope: far fewer than their circles, so that those go by an index."""
    found = (
        sa.select(Company.id)
        .join(Region, Company.region_id == Region.id)
        .where(Region.path.startswith(asked.scope.region.path, autoescape=True), *companies_meant(asked))
    )
    return found.where(Company.id == asked.scope.company.id) if asked.scope.company is not None else found


def circles_in(asked: Asked) -> Any:
    """The ids of the circles in the scope; filters by domain, focus area or method do not concern them."""
    found = sa.select(Circle.id).where(Circle.company_id.in_(companies_in(asked)))
    return found.where(Circle.id == asked.scope.circle.id) if asked.scope.circle is not None else found


def projects_in(asked: Asked) -> Any:
    """The ids of the projects in the scope that pass all of its filters."""
    board = asked.filter
    industry = sa.select(Company.industry_id).where(Company.id == Project.company_id).scalar_subquery()
    rows = SimpleNamespace(company_id=Project.company_id, project_id=Project.id, industry_id=industry)
    found = sa.select(Project.id).where(Project.company_id.in_(companies_in(asked)), *narrowed(asked, rows))
    if asked.scope.circle is not None:
        found = found.where(Project.circle_id == asked.scope.circle.id)
    if board.domains:
        found = found.where(Project.domain.in_(board.domains))
    if board.focus_areas:
        found = found.where(Project.focus_area.in_(board.focus_areas))
    return found
