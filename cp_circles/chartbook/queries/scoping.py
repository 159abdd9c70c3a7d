"""Which circles and projects lie in the scope of a question, as selects of their ids."""

from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from cp_circles.circles.models import Circle
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.narrowing import companies_meant, narrowed
from cp_circles.organisations.models import Company, Region
from cp_circles.projects.models import Project


def _of_scope(statement: Any, asked: Asked) -> Any:
    """A statement that knows `Company`, kept to the companies of the scope."""
    kept = statement.join(Region, Company.region_id == Region.id).where(
        Region.path.startswith(asked.scope.region.path, autoescape=True), *companies_meant(asked)
    )
    return kept.where(Company.id == asked.scope.company.id) if asked.scope.company is not None else kept


def circles_in(asked: Asked) -> Any:
    """The ids of the circles in the scope; filters by domain, focus area or method do not concern them."""
    found = _of_scope(sa.select(Circle.id).join(Company, Circle.company_id == Company.id), asked)
    return found.where(Circle.id == asked.scope.circle.id) if asked.scope.circle is not None else found


def projects_in(asked: Asked) -> Any:
    """The ids of the projects in the scope that pass all of its filters."""
    board = asked.filter
    found = _of_scope(sa.select(Project.id).join(Company, Project.company_id == Company.id), asked)
    rows = SimpleNamespace(
        company_id=Project.company_id, project_id=Project.id, industry_id=Company.industry_id
    )
    found = found.where(*narrowed(asked, rows))
    if asked.scope.circle is not None:
        found = found.where(Project.circle_id == asked.scope.circle.id)
    if board.domains:
        found = found.where(Project.domain.in_(board.domains))
    if board.focus_areas:
        found = found.where(Project.focus_area.in_(board.focus_areas))
    return found
