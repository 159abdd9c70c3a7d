"""Members of a registered circle: joining, leaving, duties, and the change of leader."""

from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from cp_circles.circles import rules
from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Circle, CircleMember
from cp_circles.circles.services.drafts import NOT_YOURS
from cp_circles.circles.services.guards import keep_grants_in_step, note, reason_given, require
from cp_circles.circles.services.people import companies_of, resolve_person
from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.notices.queries import open_tasks_about
from cp_circles.notices.services import finish_tasks, send_mail
from cp_circles.people.rules import Actor

OPEN = rules.EDITABLE | rules.LIVE


def add_member(
    session: Session,
    *,
    actor: Actor,
    circle: Circle,
    who: str = "",
    person_id: int | None = None,
    duty: str = "",
    title: str = "",
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> CircleMember:
    """Take a colleague into the circle; the grant comes with it."""
    require(session, circle, actor, rules.can_edit, NOT_YOURS, OPEN)
    if len(circle.present_members) >= circle.company.members_max:
        most = circle.company.members_max
        raise DomainError(msg("A circle has at most %(most)s members."), most=most)
    known = {member.person_id for member in circle.members}
    person = resolve_person(session, companies_of(circle), who, person_id, known, now)
    if any(member.person_id == person.id for member in circle.present_members):
        raise Invalid(msg("%(name)s is a member already."), field="who", name=person.name)
    member = CircleMember(
        circle=circle,
        person_id=person.id,
        duty=duty.strip()[:80],
        title=title.strip()[:80],
        joined_on=local_date(now, zone),
    )
    session.add(member)
    _changed(session, actor, circle, now)
    note(session, actor, circle, "add_member", now, after={"person_id": person.id})
    return member


def remove_member(
    session: Session,
    *,
    actor: Actor,
    circle: Circle,
    member: CircleMember,
    reason: str,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> CircleMember:
    """Note that a member has left, with a reason; the grant ends, the log keeps the name."""
    require(session, circle, actor, rules.can_edit, NOT_YOURS, OPEN)
    _require_present(circle, member)
    reason = reason_given(reason)
    if member.is_leader:
        raise DomainError(msg("Hand the lead over first; then this member can leave."))
    least = circle.company.members_min
    if circle.state in rules.LIVE and len(circle.present_members) <= least:
        raise DomainError(msg("A circle has at least %(least)s members."), least=least)
    member.left_on = local_date(now, zone)
    finish_tasks(session, subject=circle, person_id=member.person_id, now=now)
    _changed(session, actor, circle, now)
    note(session, actor, circle, "remove_member", now, reason=reason, before={"person_id": member.person_id})
    return member


def edit_member(
    session: Session,
    *,
    actor: Actor,
    circle: Circle,
    member: CircleMember,
    duty: str,
    title: str,
    now: datetime,
) -> CircleMember:
    """Save a member's duty in the circle and title."""
    require(session, circle, actor, rules.can_edit, NOT_YOURS, OPEN)
    _require_present(circle, member)
    before = {"duty": member.duty, "title": member.title}
    after = {"duty": duty.strip()[:80], "title": title.strip()[:80]}
    if before == after:
        return member
    member.duty, member.title = after["duty"], after["title"]
    circle.version += 1
    session.flush()
    person = {"person_id": member.person_id}
    note(session, actor, circle, "edit_member", now, before=before | person, after=after | person)
    return member


def change_leader(
    session: Session, *, actor: Actor, circle: Circle, member: CircleMember, reason: str, now: datetime
) -> CircleMember:
    """Hand the lead to another member; both are told, and the open tasks go to the new leader."""
    require(session, circle, actor, rules.can_edit, NOT_YOURS, OPEN)
    _require_present(circle, member)
    reason = reason_given(reason)
    before = circle.leader
    if before is member:
        raise DomainError(msg("This member leads the circle already."))
    if before is not None:
        before.is_leader = False
        session.flush()
    member.is_leader = True
    _hand_tasks_over(session, circle, before, member)
    _changed(session, actor, circle, now)
    for told in filter(None, (before, member)):
        send_mail(
            session,
            to_person=told.person_id,
            subject=msg("The circle %(name)s has a new leader"),
            body=msg("%(leader)s now leads the circle %(name)s.\n\nReason: %(reason)s"),
            values={
                "name": circle.name,
                "leader": member.person.name,
                "reason": reason,
                "url": f"/circles/{circle.id}",
            },
            now=now,
        )
    note(
        session,
        actor,
        circle,
        "change_leader",
        now,
        reason=reason,
        before={"person_id": before.person_id if before else None},
        after={"person_id": member.person_id},
    )
    return member


def _require_present(circle: Circle, member: CircleMember) -> None:
    if member not in circle.present_members:
        raise NotFound


def _changed(session: Session, actor: Actor, circle: Circle, now: datetime) -> None:
    circle.version += 1
    keep_grants_in_step(session, actor=actor, circle=circle, now=now)


def _hand_tasks_over(
    session: Session, circle: Circle, before: CircleMember | None, member: CircleMember
) -> None:
    for task in open_tasks_about(session, circle):
        if before is not None and task.person_id == before.person_id:
            task.person_id = member.person_id
