"""The options that circles wrote down, by kind: what they expect to save, and when they pay back.

Amounts are the circles' own estimates in 10,000 yuan, as the form of an option asks for them.
"""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.chartbook.queries.scoping import projects_in
from cp_circles.leaderboards.asking import Asked
from cp_circles.projects.models import StepRecord

OPTION = "option"
NUMBER = r"^[0-9]+(\.[0-9]+)?$"
BENEFIT_EDGES = (1.0, 5.0, 10.0, 50.0)
PAYBACK_EDGES = (0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True)
class OptionSum:
    """Options of one kind: how many, and what they are expected to bring a year, in 10,000 yuan."""

    kind: str
    count: int
    benefit: float


@dataclass(frozen=True)
class OptionBin:
    """How many options of a kind fall into a class, counted from 0 at the low end."""

    kind: str
    place: int
    count: int


def _amount(key: str) -> Any:
    """A number of the option's content; NULL where there is none."""
    text = StepRecord.content[key].as_string()
    return sa.case((text.regexp_match(NUMBER), sa.cast(text, sa.Float)), else_=None)


KIND = StepRecord.content["aspect"].as_string()
BENEFIT, INVESTMENT = _amount("benefit"), _amount("investment")


def option_sums(session: Session, asked: Asked) -> list[OptionSum]:
    """Options by kind, the most beneficial first: one statement."""
    benefit = sa.func.coalesce(sa.func.sum(BENEFIT), 0.0)
    rows = session.execute(
        sa.select(KIND, sa.func.count(), benefit)
        .where(*_options(asked))
        .group_by(KIND)
        .order_by(benefit.desc(), KIND)
    )
    return [OptionSum(kind, count, round(float(amount), 2)) for kind, count, amount in rows if kind]


def option_bins(session: Session, asked: Asked, what: str) -> list[OptionBin]:
    """How options of each kind spread over the classes of `benefit` or `payback`: one statement.

    The simple payback is the investment over the yearly benefit, in years; an option without a benefit has
    none and is left out.
    """
    value, edges = {"benefit": (BENEFIT, BENEFIT_EDGES), "payback": (INVESTMENT / BENEFIT, PAYBACK_EDGES)}[
        what
    ]
    known = [BENEFIT.is_not(None), BENEFIT > 0]
    if what == "payback":
        known.append(INVESTMENT.is_not(None))
    place = sa.case(*((value <= edge, n) for n, edge in enumerate(edges)), else_=len(edges))
    rows = session.execute(
        sa.select(KIND, place, sa.func.count()).where(*_options(asked), *known).group_by(KIND, place)
    )
    return [OptionBin(kind, at, count) for kind, at, count in rows if kind]


def option_years(session: Session, asked: Asked) -> list[int]:
    """The years in which options of the scope were written down, oldest first."""
    year = sa.cast(sa.extract("year", StepRecord.created_at), sa.Integer)
    return sorted(session.scalars(sa.select(year).where(*_options(replace(asked, seasons=()))).distinct()))


def _options(asked: Asked) -> list[Any]:
    """The options that stand, of projects in the scope, written down in the seasons shown."""
    conditions = [
        StepRecord.kind == OPTION,
        StepRecord.superseded_at.is_(None),
        StepRecord.project_id.in_(projects_in(asked)),
    ]
    if asked.seasons:
        year = sa.cast(sa.extract("year", StepRecord.created_at), sa.Integer)
        conditions.append(year.in_(asked.seasons))
    return conditions
