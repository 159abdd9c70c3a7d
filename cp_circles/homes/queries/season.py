"""A season as an official sees it: its rounds by level, and how far work has come below a region."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.awards.models import Award
from cp_circles.circles.dates import year_span
from cp_circles.circles.models import Circle
from cp_circles.circles.rules import LIVE
from cp_circles.db.models import Job, JobState
from cp_circles.judging.models import Entry, EntryState, Level, Round, RoundPhase, Season
from cp_circles.ledger.models import Basis, LedgerRow
from cp_circles.notices.models import Mail
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Person
from cp_circles.projects.models import Project, ProjectState
from cp_circles.projects.rules import RUNNING
from cp_circles.results.models import Result

STARTED = (ProjectState.REGISTERED, ProjectState.UNDER_WAY, ProjectState.COMPLETED, ProjectState.ARCHIVED)
DONE = (ProjectState.COMPLETED, ProjectState.ARCHIVED)


@dataclass(frozen=True)
class Span:
    """One phase of all rounds of a level: from the first beginning to the last end."""

    key: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class LevelOfSeason:
    """The rounds of one level: how many, under which rule, and their phases."""

    level: Level
    rounds: int
    rule_edition_id: int
    spans: tuple[Span, ...]


def season_of_day(session: Session, pack: str, day: date) -> Season | None:
    """The season of a region tree that runs on a day, else the newest: the next one is opened early."""
    runs = sa.case((sa.and_(Season.starts_on <= day, Season.ends_on >= day), 0), else_=1)
    return session.scalar(
        sa.select(Season)
        .where(Season.pack == pack)
        .order_by(runs, Season.year.desc(), Season.id.desc())
        .limit(1)
    )


def levels_of_season(session: Session, season: Season, region_path: str) -> list[LevelOfSeason]:
    """The rounds at and below a region, and those above it, by level, lowest first: two statements."""
    seat = sa.func.coalesce(Round.region_id, Company.region_id)
    above = [int(part) for part in region_path.strip("/").split("/")]
    concerned = (
        sa.select(Round.id)
        .outerjoin(Company, Round.company_id == Company.id)
        .join(Region, Region.id == seat)
        .where(
            Round.season_id == season.id,
            sa.or_(Region.path.startswith(region_path, autoescape=True), Round.region_id.in_(above)),
        )
    )
    heads = {
        level: (count, rule)
        for level, count, rule in session.execute(
            sa.select(Round.level, sa.func.count(), sa.func.min(Round.rule_edition_id))
            .where(Round.id.in_(concerned))
            .group_by(Round.level)
        )
    }
    rows = session.execute(
        sa.select(
            Round.level,
            RoundPhase.key,
            sa.func.min(RoundPhase.starts_at),
            sa.func.max(RoundPhase.ends_at),
        )
        .join(RoundPhase, RoundPhase.round_id == Round.id)
        .where(Round.id.in_(concerned))
        .group_by(Round.level, RoundPhase.key)
        .order_by(sa.func.min(RoundPhase.starts_at))
    ).all()
    return [
        LevelOfSeason(
            level,
            *heads[level],
            tuple(Span(key, starts, ends) for at, key, starts, ends in rows if at is level),
        )
        for level in Level
        if level in heads
    ]


@dataclass(frozen=True)
class Funnel:
    """How many came how far below a region in one season."""

    circles: int
    started: int
    completed: int
    verified: int
    entered: int
    awarded: int


def funnel_of(session: Session, region_path: str, season: int) -> Funnel:
    """Live circles, projects of the year, finished, verified, entered and awarded ones: one statement."""
    seats = sa.select(Company.id).join(Region).where(Region.path.startswith(region_path, autoescape=True))
    first, after = year_span(season)

    def within(moment: sa.SQLColumnExpression[datetime | None]) -> sa.ColumnElement[bool]:
        return sa.and_(moment >= first, moment < after)

    at_work = sa.or_(within(Project.registered_at), within(Project.completed_at), Project.state.in_(RUNNING))
    projects = sa.select(sa.func.count(Project.id)).where(Project.company_id.in_(seats))
    entered = (
        sa.select(sa.func.count(Result.project_id.distinct()))
        .select_from(Entry)
        .join(Result, Entry.result_id == Result.id)
        .join(Project, Result.project_id == Project.id)
        .join(Round, Entry.round_id == Round.id)
        .join(Season, Round.season_id == Season.id)
        .where(Project.company_id.in_(seats), Season.year == season, Entry.state != EntryState.WITHDRAWN)
    )
    counts = (
        sa.select(sa.func.count(Circle.id)).where(Circle.company_id.in_(seats), Circle.state.in_(LIVE)),
        projects.where(Project.state.in_(STARTED), at_work),
        projects.where(Project.state.in_(DONE), within(Project.completed_at)),
        sa.select(sa.func.count(LedgerRow.project_id.distinct())).where(
            LedgerRow.region_path.startswith(region_path, autoescape=True),
            LedgerRow.basis == Basis.VERIFIED,
            LedgerRow.season == season,
            LedgerRow.amount != 0,
        ),
        entered,
        entered.join(Award, Award.entry_id == Entry.id).where(Award.revoked_at.is_(None)),
    )
    return Funnel(*session.execute(sa.select(*(count.scalar_subquery() for count in counts))).one())


@dataclass(frozen=True)
class PlatformCounts:
    """What an administrator watches."""

    companies: int
    people: int
    circles: int
    waiting_mails: int
    failed_mails: int
    waiting_jobs: int
    failed_jobs: int


def platform_counts(session: Session) -> PlatformCounts:
    """Companies, people, circles, mails that wait or failed, jobs that wait or failed: one statement."""
    counts = (
        sa.select(sa.func.count(Company.id)).where(Company.active),
        sa.select(sa.func.count(Person.id)).where(Person.active),
        sa.select(sa.func.count(Circle.id)).where(Circle.state.in_(LIVE)),
        sa.select(sa.func.count(Mail.id)).where(Mail.sent_at.is_(None), Mail.last_error == ""),
        sa.select(sa.func.count(Mail.id)).where(Mail.sent_at.is_(None), Mail.last_error != ""),
        sa.select(sa.func.count(Job.id)).where(Job.state.in_([JobState.WAITING, JobState.RUNNING])),
        sa.select(sa.func.count(Job.id)).where(Job.state == JobState.FAILED),
    )
    return PlatformCounts(*session.execute(sa.select(*(count.scalar_subquery() for count in counts))).one())


def newest_jobs(session: Session, limit: int = 8) -> list[Job]:
    """The newest jobs, those that failed first; chores that went well are left out, there is one a minute."""
    failed = sa.case((Job.state == JobState.FAILED, 0), else_=1)
    worth = sa.or_(~Job.kind.startswith("chore:"), Job.state != JobState.DONE)
    return list(session.scalars(sa.select(Job).where(worth).order_by(failed, Job.id.desc()).limit(limit)))
