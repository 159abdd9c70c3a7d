"""普及率, 活动率 and 成果率 of a company by distinct people, of a year and before (qc-circles 2.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Activity, Circle, CircleMember, CircleYear
from cp_circles.organisations.models import Company, Department
from cp_circles.people.models import Employment
from cp_circles.projects.models import Project
from cp_circles.results.models import Result, ResultState

TREND_YEARS = 5


@dataclass(frozen=True)
class DutyRates:
    """Counts of one year: circles registered for it, active ones, results, distinct people, employees."""

    year: int
    circles: int = 0
    active: int = 0
    results: int = 0
    people: int = 0
    headcount: int | None = None

    @property
    def penetration(self) -> Fraction | None:
        """普及率: distinct people in circles over employees; None where the headcount is not known."""
        return Fraction(self.people, self.headcount) if self.headcount else None

    @property
    def activity(self) -> Fraction | None:
        """活动率: circles with an activity in the year over circles registered for it."""
        return Fraction(self.active, self.circles) if self.circles else None

    @property
    def result(self) -> Fraction | None:
        """成果率: results frozen in the year over circles registered for it; more than one is possible."""
        return Fraction(self.results, self.circles) if self.circles else None


@dataclass(frozen=True)
class CompanyRates:
    """The trend of a company, newest year last, and the asked year by department (None: not stated)."""

    years: tuple[DutyRates, ...]
    departments: tuple[tuple[str | None, DutyRates], ...]

    @property
    def now(self) -> DutyRates:
        """The asked year."""
        return self.years[-1]


@dataclass(frozen=True)
class _Facts:
    registered: Mapping[int, frozenset[int]]
    active: frozenset[tuple[int, int]]
    results: tuple[tuple[int, int], ...]
    members: tuple[tuple[int, int, date, date | None], ...]
    homes: Mapping[int, frozenset[int]]


def rates_of(session: Session, company: Company, *, year: int, zone: tzinfo = SHANGHAI) -> CompanyRates:
    """The rates of the company for a year, the years before it, and its departments: eight statements."""
    years = range(year - TREND_YEARS + 1, year + 1)
    own = dict(
        session.execute(
            sa.select(Circle.id, Circle.department_id).where(Circle.company_id == company.id)
        ).all()
    )
    facts = _facts(session, company.id, years, zone)
    trend = tuple(
        _rates(facts, company.id, set(own), one, company.headcount, everybody=True) for one in years
    )
    names = dict(
        session.execute(
            sa.select(Department.id, Department.name).where(Department.company_id == company.id)
        ).all()
    )
    parts = []
    for department_id in sorted({*own.values()}, key=lambda id_: (id_ is None, names.get(id_ or 0, ""))):
        circles = {id_ for id_, place in own.items() if place == department_id}
        rates = _rates(facts, company.id, circles, year, None, everybody=False)
        if rates.circles or rates.people:
            parts.append((names.get(department_id or 0), rates))
    return CompanyRates(trend, tuple(parts))


def _facts(session: Session, company_id: int, years: range, zone: tzinfo) -> _Facts:
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    staff = sa.select(Employment.person_id).where(Employment.company_id == company_id)
    own = sa.select(Circle.id).where(Circle.company_id == company_id)
    members = session.execute(
        sa.select(
            CircleMember.circle_id, CircleMember.person_id, CircleMember.joined_on, CircleMember.left_on
        ).where(sa.or_(CircleMember.circle_id.in_(own), CircleMember.person_id.in_(staff)))
    ).all()
    concerned = sorted({row.circle_id for row in members})
    registered: dict[int, set[int]] = {}
    for circle_id, one in session.execute(
        sa.select(CircleYear.circle_id, CircleYear.year).where(
            CircleYear.circle_id.in_(concerned), CircleYear.year.in_(list(years))
        )
    ):
        registered.setdefault(one, set()).add(circle_id)
    held = session.execute(
        sa.select(Activity.circle_id, Activity.held_on)
        .where(
            Activity.circle_id.in_(own),
            Activity.held_on.between(first, last),
            Activity.withdrawn_at.is_(None),
        )
        .distinct()
    )
    frozen = session.execute(
        sa.select(Project.circle_id, Result.frozen_at)
        .join(Result, Result.project_id == Project.id)
        .where(Project.circle_id.in_(own), Result.state == ResultState.FROZEN, Result.frozen_at.is_not(None))
    )
    return _Facts(
        registered={one: frozenset(ids) for one, ids in registered.items()},
        active=frozenset((circle_id, on.year) for circle_id, on in held),
        results=tuple((id_, local_date(at, zone).year) for id_, at in frozen if id_ and at),
        members=tuple((row.circle_id, row.person_id, row.joined_on, row.left_on) for row in members),
        homes=_homes(session, {row.person_id for row in members}),
    )


def _homes(session: Session, people: Iterable[int]) -> dict[int, frozenset[int]]:
    homes: dict[int, set[int]] = {}
    for person_id, company_id in session.execute(
        sa.select(Employment.person_id, Employment.company_id).where(
            Employment.person_id.in_(sorted(set(people)))
        )
    ):
        homes.setdefault(person_id, set()).add(company_id)
    return {person_id: frozenset(ids) for person_id, ids in homes.items()}


def _rates(
    facts: _Facts, company_id: int, circles: set[int], year: int, headcount: int | None, *, everybody: bool
) -> DutyRates:
    """The counts of some circles; with `everybody` staff in circles of other companies count too."""
    registered = facts.registered.get(year, frozenset())
    mine = registered & circles
    people = {
        person_id
        for circle_id, person_id, joined, left in facts.members
        if circle_id in registered
        and (everybody or circle_id in circles)
        and joined <= date(year, 12, 31)
        and (left is None or left >= date(year, 1, 1))
        and company_id in (facts.homes.get(person_id) or {company_id})
        and (circle_id in circles or person_id in facts.homes)
    }
    return DutyRates(
        year,
        circles=len(mine),
        active=sum((id_, year) in facts.active for id_ in mine),
        results=sum(id_ in circles and one == year for id_, one in facts.results),
        people=len(people),
        headcount=headcount,
    )
