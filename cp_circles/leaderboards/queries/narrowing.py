"""What narrows a board beyond the roll-ups: industry, park and size of companies, method and awards."""

from typing import Any

import sqlalchemy as sa

from cp_circles.awards.models import Award
from cp_circles.editions.models import Edition
from cp_circles.judging.models import Entry
from cp_circles.leaderboards.asking import ANY_AWARD, PUBLIC, SIZES, Asked
from cp_circles.ledger.models import BoardFreeze
from cp_circles.organisations.models import Company, Industry, Region
from cp_circles.projects.models import Project
from cp_circles.results.models import Result

METHOD = "method"


def narrowed(asked: Asked, rows: Any) -> list[Any]:
    """Conditions on ledger rows, or on anything with `company_id`, `project_id` and `industry_id`."""
    scope = asked.scope
    conditions: list[Any] = []
    if scope.industry is not None:
        conditions.append(rows.industry_id.in_(within(scope.industry)))
    if scope.park is not None:
        conditions.append(rows.company_id.in_(sa.select(Company.id).where(Company.park_id == scope.park.id)))
    if asked.size:
        conditions.append(rows.company_id.in_(sa.select(Company.id).where(*_of_size(asked.size))))
    if asked.method:
        conditions.append(rows.project_id.in_(_by_method(asked.method)))
    if asked.award:
        conditions.append(rows.project_id.in_(_awarded(asked)))
    return conditions


def companies_meant(asked: Asked) -> list[Any]:
    """Conditions on companies: whose heads and output stand below the line of a ratio."""
    scope = asked.scope
    conditions: list[Any] = []
    if scope.industry is not None:
        conditions.append(Company.industry_id.in_(within(scope.industry)))
    if scope.park is not None:
        conditions.append(Company.park_id == scope.park.id)
    if asked.size:
        conditions += _of_size(asked.size)
    return conditions


def within(industry: Industry) -> Any:
    """The ids of an industry and of all that lies in it."""
    return sa.select(Industry.id).where(sa.or_(Industry.id == industry.id, Industry.parent_id == industry.id))


def _of_size(size: str) -> list[Any]:
    least, below = SIZES[size]
    conditions: list[Any] = [Company.headcount >= least]
    return conditions if below is None else [*conditions, Company.headcount < below]


def _by_method(key: str) -> Any:
    return (
        sa.select(Project.id)
        .join(Edition, Edition.id == Project.method_edition_id)
        .where(Edition.kind == METHOD, Edition.key == key)
    )


def _awarded(asked: Asked) -> Any:
    """Projects with an award that stands; in public behind a freeze of the boards, one that stood then."""
    found = (
        sa.select(Result.project_id)
        .join(Entry, Entry.result_id == Result.id)
        .join(Award, Award.entry_id == Entry.id)
        .where(_stood_at_a_freeze(asked) if asked.variant == PUBLIC else Award.revoked_at.is_(None))
    )
    return found if asked.award == ANY_AWARD else found.where(Award.award_key == asked.award)


def _stood_at_a_freeze(asked: Asked) -> Any:
    place = sa.orm.aliased(Region)
    over = (
        sa.select(BoardFreeze.id)
        .join(place, place.path.startswith(BoardFreeze.region_path))
        .join(Company, Company.region_id == place.id)
        .join(Project, Project.company_id == Company.id)
        .where(Project.id == Result.project_id, BoardFreeze.lifted_at.is_(None))
        .correlate(Result, Award)
    )
    if asked.seasons:
        over = over.where(BoardFreeze.season.in_(asked.seasons))
    given_since = over.where(Award.given_at > BoardFreeze.frozen_at).exists()
    revoked_since = over.where(Award.revoked_at > BoardFreeze.frozen_at).exists()
    return sa.and_(sa.or_(Award.revoked_at.is_(None), revoked_since), ~given_since)
