"""What a colleague holds in a company: circles, tasks, roles, signatures that wait, stand-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.models import Circle, CircleMember, CircleState
from cp_circles.circles.queries import is_of_company
from cp_circles.circles.rules import LIVE
from cp_circles.errors import NotFound
from cp_circles.notices.models import Task
from cp_circles.people.models import Employment, Grant, Person, Role, ScopeKind, StandIn
from cp_circles.people.queries import actor_for, employment_at, grants_of, holders_of_roles
from cp_circles.projects.models import Project
from cp_circles.results.models import Result
from cp_circles.savings.models import Saving
from cp_circles.savings.queue import Waiting, waiting_for

ENDED = (CircleState.DEREGISTERED,)


@dataclass(frozen=True)
class Holdings:
    """Everything of one person in one company; `stays` are the roles that other bodies have given."""

    person: Person
    employment: Employment
    circles: Sequence[Circle]
    tasks: Sequence[Task]
    grants: Sequence[Grant]
    stays: Sequence[Grant]
    sole_roles: frozenset[Role]
    waiting: Sequence[Waiting]
    stand_ins: Sequence[StandIn]
    works_elsewhere: bool

    @property
    def led(self) -> list[Circle]:
        """The circles that the person leads and that somebody else can lead."""
        return [row for row in self.circles if self.leads(row) and len(row.present_members) > 1]

    def leads(self, circle: Circle) -> bool:
        """True if the person leads this circle."""
        return circle.leader is not None and circle.leader.person_id == self.person.id

    @property
    def roles(self) -> list[Role]:
        """The roles in the company, each once."""
        company = [row.role for row in self.grants if row.scope_kind is ScopeKind.COMPANY]
        return list(dict.fromkeys(company))

    @property
    def keeps_account(self) -> bool:
        """True if the account serves somebody else too, and so is not closed."""
        return self.works_elsewhere or bool(self.stays)

    def becomes_small(self, circle: Circle) -> bool:
        """True if the circle falls below its company's least number of members."""
        return circle.state in LIVE and len(circle.present_members) <= circle.company.members_min


def holdings_of(session: Session, *, person_id: int, company_id: int, now: datetime) -> Holdings:
    """What the person holds; NotFound if they do not work at the company."""
    employment = employment_at(session, person_id, company_id)
    if employment is None:
        raise NotFound
    circles = _circles(session, person_id, company_id)
    circle_ids = {row.id for row in circles} | set(
        session.scalars(sa.select(Circle.id).where(is_of_company(company_id)))
    )
    own, stays = [], []
    for grant in grants_of(session, person_id, now):
        if (grant.scope_kind is ScopeKind.COMPANY and grant.scope_id == company_id) or (
            grant.scope_kind is ScopeKind.CIRCLE and grant.scope_id in circle_ids
        ):
            own.append(grant)
        else:
            stays.append(grant)
    elsewhere = session.scalar(
        sa.select(Employment.id).where(
            Employment.person_id == person_id,
            Employment.company_id != company_id,
            Employment.ended_on.is_(None),
        )
    )
    works_elsewhere = elsewhere is not None
    waiting = waiting_for(session, actor_for(session, person_id, now), now=now)
    return Holdings(
        person=employment.person,
        employment=employment,
        circles=circles,
        tasks=_tasks(session, person_id, company_id, everything=not (works_elsewhere or stays)),
        grants=own,
        stays=stays,
        sole_roles=_sole(session, own, company_id, now),
        waiting=[row for row in waiting if row.saving.project.company_id == company_id],
        stand_ins=_stand_ins(session, person_id, company_id, now),
        works_elsewhere=works_elsewhere,
    )


def _circles(session: Session, person_id: int, company_id: int) -> Sequence[Circle]:
    within = sa.select(CircleMember.circle_id).where(
        CircleMember.person_id == person_id, CircleMember.left_on.is_(None)
    )
    return session.scalars(
        sa.select(Circle)
        .where(Circle.id.in_(within), is_of_company(company_id), Circle.state.not_in(ENDED))
        .options(joinedload(Circle.company), selectinload(Circle.members).joinedload(CircleMember.person))
        .order_by(Circle.name, Circle.id)
    ).all()


def _tasks(session: Session, person_id: int, company_id: int, *, everything: bool) -> list[Task]:
    """The open tasks given by name: all of them, or those about the company's circles and projects."""
    found = session.scalars(
        sa.select(Task).where(Task.person_id == person_id, Task.done_at.is_(None)).order_by(Task.id)
    ).all()
    if everything:
        return list(found)
    project = sa.select(Project.id).where(Project.company_id == company_id)
    owners = {
        "circles": sa.select(Circle.id).where(is_of_company(company_id)),
        "projects": project,
        "savings": sa.select(Saving.id).where(Saving.project_id.in_(project)),
        "results": sa.select(Result.id).where(Result.project_id.in_(project)),
    }
    of_company = {kind: set(session.scalars(wanted)) for kind, wanted in owners.items()}
    return [row for row in found if row.subject_id in of_company.get(row.subject_kind, set())]


def _sole(session: Session, grants: Sequence[Grant], company_id: int, now: datetime) -> frozenset[Role]:
    places = [(ScopeKind.COMPANY, company_id)]
    roles = {row.role for row in grants if row.scope_kind is ScopeKind.COMPANY}
    return frozenset(
        role for role in roles if len(holders_of_roles(session, roles=[role], scopes=places, now=now)) <= 1
    )


def _stand_ins(session: Session, person_id: int, company_id: int, now: datetime) -> Sequence[StandIn]:
    return session.scalars(
        sa.select(StandIn)
        .where(
            sa.or_(StandIn.person_id == person_id, StandIn.stand_in_id == person_id),
            StandIn.scope_kind == ScopeKind.COMPANY,
            StandIn.scope_id == company_id,
            StandIn.ended_at.is_(None),
            StandIn.until > now,
        )
        .options(joinedload(StandIn.person), joinedload(StandIn.stand_in))
    ).all()
