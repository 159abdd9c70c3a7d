"""Recommendations imported from other programmes: what each kind is estimated to bring, and its payback.

They are claims of a file: never added to what is verified, nor to the options that circles wrote down. Their
kind is the resource that they save. One currency at a time.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.chartbook.queries.options import BENEFIT_EDGES, NUMBER, PAYBACK_EDGES, OptionBin
from cp_circles.chartbook.queries.scoping import projects_in
from cp_circles.leaderboards.asking import Asked
from cp_circles.projects.models import Project
from cp_circles.savings.models import Saving, SavingState
from cp_circles.savings.rules import IMPORTED

CENTS_OF_TEN_THOUSAND = 1_000_000.0


@dataclass(frozen=True)
class ImportedSum:
    """Imported estimates of one kind: how many, and what they are said to bring a year, in their currency."""

    indicator: str
    count: int
    benefit: Decimal


def currency_of_imports(session: Session, asked: Asked) -> str | None:
    """The currency asked for if anything was imported in it, else the commonest; None without imports."""
    found = session.execute(
        sa.select(Saving.currency)
        .where(*_imported(asked))
        .group_by(Saving.currency)
        .order_by(sa.func.count().desc(), Saving.currency)
    )
    known = list(found.scalars())
    return asked.currency if asked.currency in known else next(iter(known), None)


def imported_sums(session: Session, asked: Asked, currency: str) -> list[ImportedSum]:
    """Imported estimates by kind, the most beneficial first: one statement."""
    benefit = sa.func.sum(Saving.other_direct_yuan)
    rows = session.execute(
        sa.select(Saving.indicator_code, sa.func.count(), benefit)
        .where(*_imported(asked), Saving.currency == currency)
        .group_by(Saving.indicator_code)
        .order_by(benefit.desc(), Saving.indicator_code)
    )
    return [ImportedSum(*row) for row in rows]


def imported_bins(session: Session, asked: Asked, currency: str, what: str) -> list[OptionBin]:
    """How imported estimates of each kind spread over the classes of `benefit` or `payback`: one statement.

    The benefit is in 10,000 of the currency; the simple payback in years. What brings nothing, or names no
    cost, has no payback and is left out.
    """
    benefit = sa.type_coerce(Saving.other_direct_yuan, sa.BigInteger) / sa.literal(CENTS_OF_TEN_THOUSAND)
    value, edges = benefit, BENEFIT_EDGES
    conditions = [*_imported(asked), Saving.currency == currency, Saving.other_direct_yuan > 0]
    if what == "payback":
        cost = Project.import_facts["investment"].as_string()
        known = sa.case((cost.regexp_match(NUMBER), sa.cast(cost, sa.Float)), else_=None)
        value, edges = known / 10_000.0 / benefit, PAYBACK_EDGES
        conditions.append(known.is_not(None))
    place = sa.case(*((value <= edge, n) for n, edge in enumerate(edges)), else_=len(edges))
    rows = session.execute(
        sa.select(Saving.indicator_code, place, sa.func.count())
        .join(Project, Saving.project_id == Project.id)
        .where(*conditions)
        .group_by(Saving.indicator_code, place)
    )
    return [OptionBin(kind, at, count) for kind, at, count in rows]


def import_years(session: Session, asked: Asked) -> list[int]:
    """The years for which the scope's imported estimates are claimed, oldest first."""
    year = sa.cast(sa.extract("year", Saving.reporting_to), sa.Integer)
    return sorted(session.scalars(sa.select(year).where(*_imported(replace(asked, seasons=()))).distinct()))


def _imported(asked: Asked) -> list[Any]:
    """Claims of a file that nobody has verified, of projects in the scope, for the seasons shown."""
    conditions = [
        Saving.method == IMPORTED,
        Saving.state == SavingState.CLAIMED,
        Saving.project_id.in_(projects_in(asked)),
    ]
    if asked.seasons:
        year = sa.cast(sa.extract("year", Saving.reporting_to), sa.Integer)
        conditions.append(year.in_(asked.seasons))
    return conditions
