"""Who can be asked on a project, what grew from it, and which remarks on it wait for an answer."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.notices.queries import open_comments
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.people.queries import holders_of_roles
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.projects.rules import COMPANY_ROLES


def people_to_ask(session: Session, project: Project, *, now: datetime) -> Sequence[Person]:
    """The circle's present members, then the people whose duties let them see the project: one statement."""
    circle = project.circle
    scopes = {(ScopeKind.COMPANY, project.company_id)}
    members: list[Person] = []
    if circle is not None:
        members = [row.person for row in circle.present_members]
        scopes.add((ScopeKind.CIRCLE, circle.id))
        if circle.department_id is not None:
            scopes.add((ScopeKind.DEPARTMENT, circle.department_id))
    staff = holders_of_roles(session, roles=COMPANY_ROLES, scopes=scopes, now=now)
    return list({person.id: person for person in (*members, *staff)}.values())


def open_remarks(session: Session, project_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many remarks wait for an answer on each project, by step ("" for the project): one statement."""
    return open_comments(session, Project, project_ids)


def hears_of(actor: Actor, project: Project) -> bool:
    """True if the reader of a list may know that remarks wait; by grants, so that no member is loaded."""
    if actor.is_administrator or project.circle_id is None:
        return actor.is_administrator
    if project.circle_id in actor.scopes(Role.MEMBER, ScopeKind.CIRCLE) | actor.scopes(
        Role.LEADER, ScopeKind.CIRCLE
    ):
        return True
    return project.circle_id in actor.scopes(Role.FACILITATOR, ScopeKind.CIRCLE) or any(
        project.company_id in actor.scopes(role, ScopeKind.COMPANY) for role in COMPANY_ROLES
    )


def successors_of(session: Session, project: Project) -> Sequence[Project]:
    """The projects that grew from this one, oldest first."""
    return session.scalars(
        sa.select(Project).where(Project.grew_from_id == project.id).order_by(Project.id)
    ).all()
