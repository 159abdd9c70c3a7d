"""Use per product before and after, by industry: the mean over indicators whose saving is verified."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.queries.sums import amount_of, ledger_conditions, source
from cp_circles.ledger.models import Basis
from cp_circles.organisations.models import Company, Industry
from cp_circles.projects.models import Indicator, Project
from cp_circles.savings.models import Saving

PLACES = 4


@dataclass(frozen=True)
class Intensity:
    """The mean intensity of one indicator and unit in an industry, before and after, over `count` cases."""

    indicator: str
    unit: str
    industry_id: int
    name: str
    name_en: str
    before: Decimal
    after: Decimal
    count: int


def intensities(session: Session, asked: Asked) -> list[Intensity]:
    """Means by indicator, unit and industry, those with most cases first: one statement.

    An indicator counts once, whatever metrics its saving moved; it needs a baseline, an actual value and a
    verified saving that counts in the scope and seasons shown. In public only projects of companies that show
    their work: they have no copy of these figures that could be added up without a name.
    """
    counted = source(asked)
    measured = sa.select(Saving.id, Saving.indicator_id).where(Saving.indicator_id.is_not(None))
    saving = measured.cte("measured").prefix_with("MATERIALIZED").c
    # Concatenated, so that no index of the basis leads through the whole ledger: by saving is shorter.
    basis = sa.type_coerce(counted.basis, sa.String).concat("") == Basis.VERIFIED.value
    verified = (
        sa.select(saving.indicator_id, sa.func.min(counted.industry_id).label("industry_id"))
        .join(counted, counted.saving_id == saving.id)
        .where(
            basis,
            *ledger_conditions(asked, seasons=asked.seasons, both_bases=True, any_metric=True),
            amount_of(asked) != 0,
        )
        .group_by(saving.indicator_id)
        .subquery()
    )
    number = sa.func.count()
    rows = session.execute(
        sa.select(
            Indicator.code,
            Indicator.unit,
            Industry.id,
            Industry.name,
            Industry.name_en,
            sa.func.sum(Indicator.baseline),
            sa.func.sum(Indicator.actual),
            number,
        )
        .join(verified, verified.c.indicator_id == Indicator.id)
        .join(Industry, Industry.id == verified.c.industry_id)
        .where(Indicator.baseline > 0, Indicator.actual.is_not(None), *_shown(asked))
        .group_by(Indicator.code, Indicator.unit, Industry.id)
        .order_by(number.desc(), Indicator.code, Industry.code)
    )
    return [
        Intensity(code, unit, id_, name, name_en, _mean(before, count), _mean(after, count), count)
        for code, unit, id_, name, name_en, before, after, count in rows
    ]


def _shown(asked: Asked) -> list[Any]:
    if asked.variant != PUBLIC:
        return []
    shown = sa.select(Project.id).join(Company, Company.id == Project.company_id).where(Company.shows_work)
    return [Indicator.project_id.in_(shown)]


def _mean(total: Decimal | None, count: int) -> Decimal:
    return round_half_up(to_fraction(total or Decimal(0)) / count, PLACES)
