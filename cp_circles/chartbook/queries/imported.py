"""Recommendations imported from other programmes: what each kind is estimated to bring, and its payback.

They are claims of a file: never added to what is verified, nor to the options that circles wrote down. Their
kind is the resource that they save. One currency at a time.
"""

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.chartbook.queries.estimates import NUMBER, Estimate, grouped
from cp_circles.chartbook.queries.scoping import projects_in
from cp_circles.leaderboards.asking import Asked
from cp_circles.projects.models import Project
from cp_circles.savings.models import Saving, SavingState
from cp_circles.savings.rules import IMPORTED

CENTS_OF_TEN_THOUSAND = 1_000_000.0
TEN_THOUSAND = 10_000.0


def imported_estimates(session: Session, asked: Asked) -> list[Estimate]:
    """Claims of a file that nobody has verified, of projects in the scope, of every year: two statements.

    Their year is that for which they are claimed; classes are of 10,000 of the currency, sums of one.
    """
    if session.scalar(sa.select(Project.id).where(Project.import_key.is_not(None)).limit(1)) is None:
        return []
    cents = sa.type_coerce(Saving.other_direct_yuan, sa.BigInteger)
    text = Project.import_facts["investment"].as_string()
    statement = grouped(
        sa.cast(sa.extract("year", Saving.reporting_to), sa.Integer),
        Saving.currency,
        Saving.indicator_code,
        cents / sa.literal(CENTS_OF_TEN_THOUSAND),
        sa.case((text.regexp_match(NUMBER), sa.cast(text, sa.Float) / TEN_THOUSAND), else_=None),
        Saving.other_direct_yuan,
        Saving.project_id == Project.id,
        Project.import_key.is_not(None),
        Project.id.in_(projects_in(asked)),
        Saving.method == IMPORTED,
        Saving.state == SavingState.CLAIMED,
    )
    return [
        Estimate(year, currency, kind, gain, payback, count, total or Decimal(0))
        for year, currency, kind, gain, payback, count, total in session.execute(statement)
    ]
