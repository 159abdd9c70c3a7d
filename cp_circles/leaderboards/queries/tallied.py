"""Competitors by what was counted of circles and their work: exact, by a fixed number of statements."""

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.exact import round_half_up
from cp_circles.circles.dates import year_span
from cp_circles.circles.models import Circle, CircleYear
from cp_circles.circles.queries import circle_people
from cp_circles.judging.list_models import PublicList
from cp_circles.judging.models import Entry, Round, Season, StandingRow
from cp_circles.leaderboards import tallies
from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.queries.competitors import upward_in
from cp_circles.leaderboards.queries.held import freezes_behind, held_participation, not_held
from cp_circles.leaderboards.queries.named import FACTS, facts_of
from cp_circles.leaderboards.queries.narrowing import companies_meant, narrowed
from cp_circles.leaderboards.queries.readers import freezes_over
from cp_circles.leaderboards.queries.regions import child_in
from cp_circles.leaderboards.queries.sums import ZERO, Competitor
from cp_circles.ledger.models import BoardFreeze, HeldCompany
from cp_circles.organisations.models import Company, Industry, Park, Region
from cp_circles.projects.models import Project
from cp_circles.results.models import Result, ResultState

EXACT = 6
Counts = dict[Any, Decimal]
Keys = dict[str, Any]


def tallied(session: Session, asked: Asked) -> tuple[list[Competitor], Decimal]:
    """The competitors with value, part and whole, and the scope's own value.

    `people` holds the part, `heads` the whole: people in circles of employees, results of registered circles,
    points of judged results. A rate without a whole has no value.
    """
    part, whole = COUNTED[asked.metric.key](session, asked)
    fold = _fold(session, asked)
    parts, wholes = fold(part), fold(whole)
    rows = [
        Competitor(
            id=id_,
            **facts,
            value=_value(asked, parts.get(id_, ZERO), wholes.get(id_, ZERO)),
            people=int(parts.get(id_, ZERO)),
            heads=int(wholes.get(id_, ZERO)),
        )
        for id_, facts in _named(session, asked, {*parts, *wholes}).items()
    ]
    return rows, _value(asked, sum(part.values(), ZERO), sum(whole.values(), ZERO))


def _value(asked: Asked, part: Decimal, whole: Decimal) -> Decimal:
    key = asked.metric.key
    if key == tallies.RESULTS:
        return part
    if not whole:
        return ZERO
    times = 100 if key in tallies.RATES else 1
    return round_half_up(Fraction(part) * times / Fraction(whole), EXACT)


def _key(asked: Asked, project_wise: bool) -> Any:
    """The column by which rows are grouped before they are folded upward."""
    columns: Keys = {"region": Region.path, "company": Company.id, "industry": Company.industry_id}
    columns["park"] = Company.park_id
    if project_wise:
        columns |= {"circle": Project.circle_id, "project": Project.id}
    return columns[asked.by]


def _grouped(session: Session, statement: sa.Select[Any]) -> Counts:
    return {key: Decimal(count or 0) for key, count in session.execute(statement)}


def _in_scope(asked: Asked) -> list[Any]:
    """Conditions on the company and its region."""
    scope = asked.scope
    conditions = [Region.path.startswith(scope.region.path, autoescape=True), *companies_meant(asked)]
    return conditions if scope.company is None else [*conditions, Company.id == scope.company.id]


def _of_projects(asked: Asked) -> list[Any]:
    """The same for projects, with the filters of a board."""
    rows = SimpleNamespace(
        project_id=Project.id, company_id=Project.company_id, industry_id=Company.industry_id
    )
    conditions = [*_in_scope(asked), *narrowed(asked, rows)]
    if asked.scope.circle is not None:
        conditions.append(Project.circle_id == asked.scope.circle.id)
    if asked.domain:
        conditions.append(Project.domain == asked.domain)
    if asked.focus_area:
        conditions.append(Project.focus_area == asked.focus_area)
    return conditions


def _results(session: Session, asked: Asked) -> tuple[Counts, Counts]:
    """Results that stand, by the year in which they were frozen."""
    statement = (
        sa.select(_key(asked, True), sa.func.count(Result.id))
        .join(Project, Result.project_id == Project.id)
        .join(Company, Project.company_id == Company.id)
        .join(Region, Company.region_id == Region.id)
        .where(*results_counted(session, asked, asked.seasons), *_of_projects(asked))
        .group_by(_key(asked, True))
    )
    return _grouped(session, statement), {}


def results_counted(session: Session, asked: Asked, years: Sequence[int]) -> list[Any]:
    """Conditions on results that stand and were frozen in these years (none: in any).

    In public a freeze of the boards keeps out what was frozen since, and keeps what was withdrawn or revoked
    since; the statement joins company and region.
    """
    freezes = freezes_over(session, asked.scope.region, years) if asked.variant == PUBLIC else []
    conditions = [sa.or_(Result.state == ResultState.FROZEN, *(_stood_behind(freeze) for freeze in freezes))]
    if years:
        conditions.append(sa.or_(*(_frozen_in(year) for year in years)))
    return conditions + [
        sa.not_(
            sa.and_(
                Region.path.startswith(freeze.region_path, autoescape=True),
                _frozen_in(freeze.season),
                Result.frozen_at > freeze.frozen_at,
            )
        )
        for freeze in freezes
    ]


def _stood_behind(freeze: BoardFreeze) -> Any:
    """Results that ended only after the freeze of their boards."""
    return sa.and_(
        Region.path.startswith(freeze.region_path, autoescape=True),
        _frozen_in(freeze.season),
        Result.ended_at > freeze.frozen_at,
    )


def _frozen_in(year: int) -> Any:
    first, after = year_span(year)
    return sa.and_(Result.frozen_at >= first, Result.frozen_at < after)


def _result_rate(session: Session, asked: Asked) -> tuple[Counts, Counts]:
    """Results of the season, and the circles registered for it."""
    registered = (
        sa.select(_key(asked, False), sa.func.count(CircleYear.id))
        .join(Circle, CircleYear.circle_id == Circle.id)
        .join(Company, Circle.company_id == Company.id)
        .join(Region, Company.region_id == Region.id)
        .where(CircleYear.year.in_(asked.seasons), *_in_scope(asked), *_registered_by(session, asked))
        .group_by(_key(asked, False))
    )
    return _results(session, asked)[0], _grouped(session, registered)


def _registered_by(session: Session, asked: Asked) -> list[Any]:
    """In public registrations since a freeze of the season's boards are kept out."""
    return [
        sa.not_(
            sa.and_(
                Region.path.startswith(freeze.region_path, autoescape=True),
                CircleYear.year == freeze.season,
                CircleYear.renewed_at > freeze.frozen_at,
            )
        )
        for freeze in freezes_behind(session, asked)
    ]


def _participation(session: Session, asked: Asked) -> tuple[Counts, Counts]:
    """People in circles today, each once, and the employees; in public as they were when a freeze began."""
    freezes = freezes_behind(session, asked)
    unheld = [*_in_scope(asked), *not_held(freezes)]
    who = circle_people().subquery()
    people = (
        sa.select(_key(asked, False), sa.func.count(who.c.person_id.distinct()))
        .join(Company, who.c.company_id == Company.id)
        .join(Region, Company.region_id == Region.id)
        .where(Company.active, Company.headcount.is_not(None), *unheld)
        .group_by(_key(asked, False))
    )
    heads = (
        sa.select(_key(asked, False), sa.func.sum(Company.headcount))
        .join(Region, Company.region_id == Region.id)
        .where(Company.active, *unheld)
        .group_by(_key(asked, False))
    )
    part, whole = _grouped(session, people), _grouped(session, heads)
    if freezes:
        key = HeldCompany.region_path if asked.by == "region" else _key(asked, False)
        for at, some, all_ in held_participation(session, asked, freezes, key):
            part[at] = part.get(at, ZERO) + some
            whole[at] = whole.get(at, ZERO) + all_
    return part, whole


def _scores(session: Session, asked: Asked) -> tuple[Counts, Counts]:
    """Points and number of results on the public lists of the scope's own rounds: no other are comparable."""
    scope = asked.scope
    home = Round.region_id == scope.region.id
    if scope.company is not None:
        home = Round.company_id == scope.company.id
    lists = sa.select(PublicList).join(Round, Round.id == PublicList.round_id)
    if asked.seasons:
        lists = lists.join(Season, Season.id == Round.season_id).where(Season.year.in_(asked.seasons))
    shown = session.scalars(lists.where(home)).all()
    struck = [entry_id for row in shown for entry_id in row.struck]
    rows = session.execute(
        sa.select(_key(asked, True), sa.func.sum(StandingRow.score), sa.func.count(StandingRow.id))
        .join(Entry, Entry.id == StandingRow.entry_id)
        .join(Result, Result.id == Entry.result_id)
        .join(Project, Project.id == Result.project_id)
        .join(Company, Company.id == Project.company_id)
        .join(Region, Region.id == Company.region_id)
        .where(
            StandingRow.standing_id.in_([row.standing_id for row in shown]),
            Entry.id.not_in(struck),
            *_of_projects(asked),
        )
        .group_by(_key(asked, True))
    ).all()
    return {key: points for key, points, _ in rows}, {key: Decimal(count) for key, _, count in rows}


COUNTED: dict[str, Callable[[Session, Asked], tuple[Counts, Counts]]] = {
    tallies.SCORE: _scores,
    tallies.RESULTS: _results,
    tallies.PARTICIPATION: _participation,
    tallies.RESULT_RATE: _result_rate,
}


def _fold(session: Session, asked: Asked) -> Callable[[Counts], Counts]:
    """From what rows were grouped by to the competitors: paths to regions below, divisions to sections."""
    upward = upward_in(session, asked.scope.industry) if asked.by == "industry" else None

    def holder(key: Any) -> int | None:
        if asked.by == "region":
            return child_in(asked.scope.region, key)
        return upward(key) if upward is not None else key

    def folded(counts: Counts) -> Counts:
        found: Counts = {}
        for key, count in counts.items():
            id_ = holder(key)
            if id_ is not None:
                found[id_] = found.get(id_, ZERO) + count
        return found

    return folded


OF_NAMED = ("name", "name_en", "under", "under_en", "company_id")


def _named(session: Session, asked: Asked, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Name and place of each competitor; in public only of companies that publish."""
    if asked.by in FACTS:
        found = facts_of(session, asked, ids)
        return {
            id_: {name: facts[name] for name in OF_NAMED if name in facts} for id_, facts in found.items()
        }
    if asked.by == "park":
        parks = session.scalars(sa.select(Park).where(Park.id.in_(ids)))
        return {row.id: {"name": row.name} for row in parks}
    if asked.by == "region":
        below: Any = sa.select(Region).where(Region.parent_id == asked.scope.region.id)
    else:
        below = sa.select(Industry).where(Industry.id.in_(ids))
    return {
        row.id: {"name": row.name, "name_en": row.name_en, "code": row.code} for row in session.scalars(below)
    }
