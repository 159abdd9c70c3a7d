"""Guidance visits: what was advised, and what the circle reports back."""

from datetime import date, datetime, tzinfo

from sqlalchemy.orm import Session

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Circle
from cp_circles.circles.services import telling
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.guidance import rules
from cp_circles.guidance.models import Finding, Visit
from cp_circles.guidance.services import guards
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor

FOLLOW = msg("Follow up the guidance given to %(name)s")
SUBJECT = msg("Guidance for the circle %(name)s")
BODY = msg("The circle %(name)s was visited. Advice:\n\n%(advice)s\n\nTo follow: %(follow_up)s")
NOT_CIRCLE = msg("Only members, facilitators and the department report on this.")


def save_visit(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    visit: Visit | None = None,
    version: int = 0,
    circle_id: int | None,
    held_on: date,
    advice: str,
    project_id: int | None = None,
    step_key: str = "",
    follow_up: str = "",
    due_on: date | None = None,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Visit:
    """Write down a visit, or correct one; a follow-up gives the leader a task and a mail."""
    guards.require_writer(actor, company.id)
    circle = guards.circle_of_company(session, company.id, circle_id)
    project = guards.project_of_circle(session, circle, project_id)
    guards.past(held_on, local_date(now, zone))
    _require_due(held_on, follow_up, due_on)
    advice = guards.written(advice, "advice")
    before = _shown(visit) if visit is not None else None
    if visit is None:
        visit = Visit(company_id=company.id, facilitator_id=actor.person_id, created_at=now, version=0)
    elif visit.version != version:
        raise Stale(current={"version": visit.version, "advice": visit.advice, "follow_up": visit.follow_up})
    visit.circle_id, visit.project_id = circle.id, project.id if project else None
    visit.step_key = step_key if project else ""
    visit.held_on, visit.advice = held_on, advice
    visit.follow_up, visit.due_on = follow_up.strip(), due_on if follow_up.strip() else None
    visit.version += 1
    session.add(visit)
    session.flush()
    _tell(session, circle, visit, now)
    verb = "log_visit" if before is None else "correct_visit"
    guards.note(session, actor, visit, company.id, verb, now, before=before, after=_shown(visit))
    return visit


def report_visit(
    session: Session, *, actor: Actor, visit: Visit, note: str, zone: tzinfo = SHANGHAI, now: datetime
) -> Visit:
    """Say what was done about the advice; the task is done with it."""
    if not rules.can_see_circle_file(actor, visit.circle):
        raise NotFound
    if not rules.can_settle(actor, visit.circle):
        raise NotAllowed(NOT_CIRCLE)
    if visit.done_on is not None or not visit.follow_up:
        raise DomainError(msg("Nothing is open on this visit."))
    visit.done_note = guards.written(note, "reason")
    visit.done_on = local_date(now, zone)
    visit.version += 1
    session.flush()
    finish_tasks(session, subject=visit, now=now)
    guards.note(session, actor, visit, visit.company_id, "report_visit", now, reason=visit.done_note)
    return visit


def _require_due(held_on: date, follow_up: str, due_on: date | None) -> None:
    if follow_up.strip() and due_on is None:
        raise Invalid(msg("Say by when this is to follow."), field="due_on")
    if due_on is not None and due_on < held_on:
        raise Invalid(guards.TOO_EARLY, field="due_on")


def _tell(session: Session, circle: Circle, visit: Visit, now: datetime) -> None:
    finish_tasks(session, subject=visit, now=now)
    if not visit.follow_up or visit.done_on is not None:
        return
    task_for_leader_about(session, circle, visit, FOLLOW, visit.due_on, now)
    telling.mail_leader(
        session,
        circle,
        subject=SUBJECT,
        body=BODY,
        now=now,
        advice=visit.advice,
        follow_up=visit.follow_up,
        url=f"/guidance/circles/{circle.id}",
    )


def task_for_leader_about(
    session: Session, circle: Circle, subject: Visit | Finding, kind: str, due_on: date | None, now: datetime
) -> None:
    """A task about a record of this room for the leader of the circle, or for whoever started it."""
    leader = circle.leader
    person_id = leader.person_id if leader is not None else circle.created_by_id
    if person_id is not None:
        assign_task(
            session,
            kind=kind,
            subject=subject,
            url=f"/guidance/circles/{circle.id}",
            to_person=person_id,
            due_on=due_on,
            values={"name": circle.name},
            now=now,
        )


def _shown(visit: Visit) -> dict[str, str | None]:
    return {
        "held_on": visit.held_on.isoformat(),
        "advice": visit.advice,
        "follow_up": visit.follow_up,
        "due_on": visit.due_on.isoformat() if visit.due_on else None,
    }
