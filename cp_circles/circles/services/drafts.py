"""Writing the registration form of a circle: draft, corrections, and deleting a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles import rules
from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Activity, Circle, CircleMember, CircleState
from cp_circles.circles.services.guards import keep_grants_in_step, note, require
from cp_circles.circles.services.people import companies_of, resolve_person
from cp_circles.errors import DomainError, Invalid, NotAllowed, Stale, msg
from cp_circles.notices.services import finish_tasks
from cp_circles.organisations.models import Company, Department
from cp_circles.people import queries as people
from cp_circles.people.rules import Actor

NOT_YOURS = msg("Only the leader and the cleaner-production department edit this circle.")


@dataclass(frozen=True)
class MemberEntry:
    """One row of the form: `who` is a name or an employee number of the company, or `person_id` is known."""

    who: str = ""
    person_id: int | None = None
    duty: str = ""
    title: str = ""
    is_leader: bool = False


def draft_circle(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    name: str,
    slogan: str = "",
    founded_on: date | None = None,
    department_id: int | None = None,
    members: Sequence[MemberEntry] = (),
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Circle:
    """Start the registration of a circle in a company; nothing has to be complete but its name."""
    employed = actor.person_id is not None and (
        people.employment_at(session, actor.person_id, company.id) is not None
    )
    if not rules.can_start_circle(actor, company.id, is_employed=employed):
        raise NotAllowed(msg("Circles are started by people who work at the company."))
    today = local_date(now, zone)
    facts = _facts(session, company, name, slogan, founded_on, department_id, today)
    circle = Circle(company=company, created_by_id=actor.person_id, created_at=now, **facts)
    session.add(circle)
    session.flush()
    _store_members(session, actor, circle, members, today, now)
    note(session, actor, circle, "draft_circle", now, after=_shown(circle))
    return circle


def edit_circle(
    session: Session,
    *,
    actor: Actor,
    circle: Circle,
    version: int,
    name: str,
    slogan: str = "",
    founded_on: date | None = None,
    department_id: int | None = None,
    members: Sequence[MemberEntry] | None = None,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Circle:
    """Save the form; members are part of it until it is registered, then they have acts of their own.

    Raises Stale with the stored texts if somebody saved it meanwhile.
    """
    open_states = rules.EDITABLE if members is not None else rules.EDITABLE | rules.LIVE
    require(session, circle, actor, rules.can_edit, NOT_YOURS, open_states)
    before = _shown(circle)
    if circle.version != version:
        raise Stale(current=stored_texts(circle))
    today = local_date(now, zone)
    for field, value in _facts(
        session, circle.company, name, slogan, founded_on, department_id, today
    ).items():
        setattr(circle, field, value)
    if members is not None:
        _store_members(session, actor, circle, members, today, now)
    after = _shown(circle)
    if after == before:
        return circle
    circle.version += 1
    session.flush()
    changed = [field for field in after if after[field] != before[field]]
    note(
        session,
        actor,
        circle,
        "edit_circle",
        now,
        before={field: before[field] for field in changed},
        after={field: after[field] for field in changed},
    )
    return circle


def delete_circle(session: Session, *, actor: Actor, circle: Circle, now: datetime) -> None:
    """Delete a draft that was never submitted; everything else only changes its state."""
    require(session, circle, actor, rules.can_edit, NOT_YOURS, {CircleState.DRAFT})
    if session.scalar(sa.select(sa.exists().where(Activity.circle_id == circle.id))):
        raise DomainError(msg("This circle has an activity log and cannot be deleted."))
    finish_tasks(session, subject=circle, now=now)
    note(session, actor, circle, "delete_circle", now, before={"name": circle.name})
    for member in list(circle.members):
        member.left_on = member.joined_on
    keep_grants_in_step(session, actor=actor, circle=circle, now=now)
    for row in [*circle.members, *circle.partners]:
        session.delete(row)
    session.flush()
    session.delete(circle)
    session.flush()


def stored_texts(circle: Circle) -> dict[str, Any]:
    """What is stored, by field name, for whoever saved too late."""
    return {
        "version": circle.version,
        "name": circle.name,
        "slogan": circle.slogan,
        "founded_on": circle.founded_on,
        "department_id": circle.department_id,
        "members": ", ".join(member.person.name for member in circle.present_members),
    }


def _facts(
    session: Session,
    company: Company,
    name: str,
    slogan: str,
    founded_on: date | None,
    department_id: int | None,
    today: date,
) -> dict[str, Any]:
    if not name.strip():
        raise Invalid(msg("Give the circle a name."), field="name")
    if len(name.strip()) > 80 or len(slogan.strip()) > 120:
        field = "name" if len(name.strip()) > 80 else "slogan"
        raise Invalid(msg("This text is too long."), field=field)
    if founded_on is not None and founded_on > today:
        raise Invalid(msg("This date lies in the future."), field="founded_on")
    if department_id is not None:
        department = session.get(Department, department_id)
        if department is None or department.company_id != company.id:
            raise Invalid(msg("This department is not one of the company's."), field="department_id")
    return {
        "name": name.strip(),
        "slogan": slogan.strip(),
        "founded_on": founded_on,
        "department_id": department_id,
    }


def _store_members(
    session: Session,
    actor: Actor,
    circle: Circle,
    entries: Sequence[MemberEntry],
    today: date,
    now: datetime,
) -> None:
    """Make the present members equal to the form's rows."""
    if len(entries) > circle.company.members_max:
        most = circle.company.members_max
        raise Invalid(msg("A circle has at most %(most)s members."), field="members", most=most)
    if sum(entry.is_leader for entry in entries) > 1:
        raise Invalid(msg("A circle has one leader."), field="members")
    present = {member.person_id: member for member in circle.present_members}
    known = {member.person_id for member in circle.members}
    named: dict[int, MemberEntry] = {}
    for entry in entries:
        person = resolve_person(session, companies_of(circle), entry.who, entry.person_id, known, now)
        if person.id in named:
            raise Invalid(
                msg("%(name)s stands in the list more than once."), field="members", name=person.name
            )
        named[person.id] = entry
    for person_id, entry in named.items():
        member = present.get(person_id) or CircleMember(circle=circle, person_id=person_id, joined_on=today)
        member.duty, member.title = entry.duty.strip()[:80], entry.title.strip()[:80]
        member.is_leader = entry.is_leader
        session.add(member)
    for person_id, member in present.items():
        if person_id not in named:
            member.left_on = today
            member.is_leader = False
    keep_grants_in_step(session, actor=actor, circle=circle, now=now)


def _shown(circle: Circle) -> dict[str, Any]:
    founded = circle.founded_on.isoformat() if circle.founded_on else None
    return {
        "name": circle.name,
        "slogan": circle.slogan,
        "founded_on": founded,
        "department_id": circle.department_id,
        "members": [
            [member.person_id, member.duty, member.title, member.is_leader]
            for member in circle.present_members
        ],
    }
