"""The options that circles wrote down, by kind: what they expect to save, and when they pay back.

Amounts are the circles' own estimates in 10,000 yuan, as the form of an option asks for them.
"""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.chartbook.queries.estimates import NUMBER, Estimate, grouped
from cp_circles.chartbook.queries.scoping import projects_in
from cp_circles.leaderboards.asking import Asked
from cp_circles.ledger.months import month_column
from cp_circles.projects.models import StepRecord

OPTION = "option"
CENT = 2


def _amount(key: str) -> Any:
    """A number of the option's content; NULL where there is none."""
    text = StepRecord.content[key].as_string()
    return sa.case((text.regexp_match(NUMBER), sa.cast(text, sa.Float)), else_=None)


def option_estimates(session: Session, asked: Asked) -> list[Estimate]:
    """The options that stand, of projects in the scope, in groups and of every year: one statement.

    Their year is that in which they were written down, in the governing zone.
    """
    benefit = _amount("benefit")
    statement = grouped(
        month_column(StepRecord.created_at) // 100,
        sa.literal("CNY"),
        StepRecord.content["aspect"].as_string(),
        benefit,
        _amount("investment"),
        benefit,
        StepRecord.kind == OPTION,
        StepRecord.superseded_at.is_(None),
        StepRecord.project_id.in_(projects_in(asked)),
    )
    return [
        Estimate(year, currency, kind, gain, payback, count, round(Decimal(str(total or 0)), CENT))
        for year, currency, kind, gain, payback, count, total in session.execute(statement)
        if kind
    ]
