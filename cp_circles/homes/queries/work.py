"""Work that waits: in companies, for verifiers, judges and circles."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.models import Circle, CircleMember, CircleState
from cp_circles.judging.models import Level, Round, RoundJudge, ScoreSheet
from cp_circles.judging.queries.rounds import EAGER
from cp_circles.metering.models import Meter, Reading
from cp_circles.organisations.models import Company
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectState
from cp_circles.projects.rules import RUNNING
from cp_circles.savings.models import Claim, Saving, SavingState, Signature
from cp_circles.savings.rules import IMPORTED

MOST_PROJECTS = 6
OPEN_CLAIMS = (SavingState.CLAIMED, SavingState.IN_VERIFICATION)


def circles_to_follow(session: Session, actor: Actor) -> Sequence[Circle]:
    """The circles whose member or leader the actor is now, struck-off ones left out, newest first."""
    mine = sa.select(CircleMember.circle_id).where(
        CircleMember.person_id == actor.person_id, CircleMember.left_on.is_(None)
    )
    return session.scalars(
        sa.select(Circle)
        .options(joinedload(Circle.company), selectinload(Circle.members))
        .where(Circle.id.in_(mine), Circle.state != CircleState.DEREGISTERED)
        .order_by(Circle.id.desc())
    ).all()


def current_projects(session: Session, circle_id: int) -> Sequence[Project]:
    """The projects the circle works on, newest first; with none running, the newest that is not stopped."""
    running = sa.case((Project.state.in_(RUNNING), 0), else_=1)
    found = session.scalars(
        sa.select(Project)
        .where(Project.circle_id == circle_id, Project.state != ProjectState.STOPPED)
        .order_by(running, Project.id.desc())
        .limit(MOST_PROJECTS)
    ).all()
    return [row for row in found if row is found[0] or row.state in RUNNING]


def last_meter(session: Session, person_id: int | None, meter_ids: Iterable[int]) -> int | None:
    """The one of these meters whose reading the person wrote last."""
    return session.scalar(
        sa.select(Reading.meter_id)
        .where(Reading.recorded_by_id == person_id, Reading.meter_id.in_(list(meter_ids)))
        .order_by(Reading.recorded_at.desc(), Reading.id.desc())
        .limit(1)
    )


def meters_of_project(session: Session, project: Project) -> list[Meter]:
    """The meters and counters of the project's savings, else the first of its company."""
    used = sa.select(Saving.meter_id).where(Saving.project_id == project.id)
    counted = sa.select(Saving.production_meter_id).where(Saving.project_id == project.id)
    ids = used.union(counted)
    found = session.scalars(
        sa.select(Meter)
        .where(Meter.id.in_(ids), Meter.active)
        .order_by(Meter.indicator == "PRODUCTION", Meter.name)
    ).all()
    if found:
        return list(found)
    every = sa.select(Meter).where(Meter.company_id == project.company_id, Meter.active)
    return list(session.scalars(every.order_by(Meter.name).limit(4)))


def companies_by_id(session: Session, ids: Iterable[int]) -> dict[int, Company]:
    """The companies of these ids."""
    return {row.id: row for row in session.scalars(sa.select(Company).where(Company.id.in_(list(ids))))}


def circles_to_register(session: Session, company_ids: Iterable[int]) -> Sequence[Circle]:
    """Circles that wait for the department, oldest first."""
    return session.scalars(
        sa.select(Circle)
        .where(Circle.company_id.in_(list(company_ids)), Circle.state == CircleState.SUBMITTED)
        .order_by(Circle.id)
        .limit(50)
    ).all()


def projects_to_register(session: Session, company_ids: Iterable[int]) -> Sequence[Project]:
    """Projects that wait for the department, oldest first."""
    return session.scalars(
        sa.select(Project)
        .options(joinedload(Project.circle))
        .where(Project.company_id.in_(list(company_ids)), Project.state == ProjectState.SUBMITTED)
        .order_by(Project.id)
        .limit(50)
    ).all()


def savings_in_verification(session: Session, company_ids: Iterable[int]) -> Sequence[Saving]:
    """Claims that still lack a signature, oldest first, with their chain."""
    return session.scalars(
        sa.select(Saving)
        .join(Project, Saving.project_id == Project.id)
        .where(
            Project.company_id.in_(list(company_ids)),
            Saving.state.in_(OPEN_CLAIMS),
            Saving.method != IMPORTED,
        )
        .options(
            joinedload(Saving.project).joinedload(Project.circle),
            selectinload(Saving.claims).selectinload(Claim.signatures).joinedload(Signature.signer),
        )
        .order_by(Saving.id)
        .limit(50)
    ).all()


def quiet_circles(session: Session, since: Mapping[int, date]) -> Sequence[Circle]:
    """Dormant circles, and registered ones silent since the day of their company; the quietest first."""
    quiet = [
        sa.and_(Circle.company_id == company_id, Circle.last_active_on <= day)
        for company_id, day in since.items()
    ]
    return session.scalars(
        sa.select(Circle)
        .where(
            Circle.company_id.in_(list(since)),
            sa.or_(
                Circle.state == CircleState.DORMANT,
                sa.and_(Circle.state == CircleState.REGISTERED, sa.or_(sa.false(), *quiet)),
            ),
        )
        .order_by(Circle.last_active_on.asc().nulls_first(), Circle.id)
        .limit(20)
    ).all()


def contests_of(session: Session, company_ids: Iterable[int]) -> Sequence[Round]:
    """The companies' own rounds that are not finished, with their phases."""
    return (
        session.scalars(
            sa.select(Round)
            .options(*EAGER)
            .where(
                Round.level == Level.COMPANY,
                Round.company_id.in_(list(company_ids)),
                Round.finished_at.is_(None),
            )
            .order_by(Round.id.desc())
        )
        .unique()
        .all()
    )


def coached_circles(session: Session, actor: Actor) -> Sequence[Circle]:
    """The live circles that a facilitator helps, those that need an eye first: the quietest."""
    wanted = sa.or_(
        Circle.company_id.in_(sorted(actor.scopes(Role.FACILITATOR, ScopeKind.COMPANY))),
        Circle.id.in_(sorted(actor.scopes(Role.FACILITATOR, ScopeKind.CIRCLE))),
    )
    return session.scalars(
        sa.select(Circle)
        .options(joinedload(Circle.company))
        .where(wanted, Circle.state.in_([CircleState.REGISTERED, CircleState.DORMANT]))
        .order_by(Circle.last_active_on.asc().nulls_first(), Circle.id)
        .limit(20)
    ).all()


def running_projects(session: Session, circle_ids: Iterable[int]) -> dict[int, Project]:
    """The running project of each circle: one statement."""
    rows = session.scalars(
        sa.select(Project)
        .where(Project.circle_id.in_(list(circle_ids)), Project.state.in_(RUNNING))
        .order_by(Project.id)
    )
    return {row.circle_id: row for row in rows if row.circle_id is not None}


def places_on_panels(session: Session, person_id: int | None) -> Sequence[RoundJudge]:
    """The unfinished rounds in which a person judges or is asked to."""
    return (
        session.scalars(
            sa.select(RoundJudge)
            .join(RoundJudge.round_)
            .options(joinedload(RoundJudge.round_).options(*EAGER))
            .where(
                RoundJudge.person_id == person_id,
                RoundJudge.declined_at.is_(None),
                Round.finished_at.is_(None),
            )
            .order_by(RoundJudge.invited_at.desc(), RoundJudge.id.desc())
        )
        .unique()
        .all()
    )


def sheets_by_round(session: Session, person_id: int | None) -> dict[int, list[ScoreSheet]]:
    """A judge's sheets by round, in the order in which they were given: one statement."""
    rows = session.scalars(
        sa.select(ScoreSheet)
        .options(joinedload(ScoreSheet.entry))
        .where(ScoreSheet.judge_id == person_id)
        .order_by(ScoreSheet.id)
    )
    found: dict[int, list[ScoreSheet]] = {}
    for row in rows:
        found.setdefault(row.round_id, []).append(row)
    return found
