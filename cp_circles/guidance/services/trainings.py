"""Courses and who took part in them."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.errors import Invalid, Stale, msg
from cp_circles.guidance.models import Attendee, TestResult, Training
from cp_circles.guidance.services import guards
from cp_circles.organisations.models import Company
from cp_circles.people.models import Employment
from cp_circles.people.rules import Actor

LONGEST_HOURS = Decimal(200)


def save_training(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    training: Training | None = None,
    version: int = 0,
    course: str,
    held_on: date,
    hours: Decimal,
    trainer: str,
    attendees: Mapping[int, TestResult],
    place: str = "",
    content: str = "",
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Training:
    """Write down a course with its attendees (person ids with the result of the test), or correct one."""
    guards.require_writer(actor, company.id)
    guards.past(held_on, local_date(now, zone))
    if not 0 < hours <= LONGEST_HOURS:
        raise Invalid(msg("A course lasts up to 200 hours."), field="hours")
    _require_staff(session, company.id, attendees)
    before = _shown(training) if training is not None else None
    if training is None:
        training = Training(company_id=company.id, created_at=now, version=0)
    elif training.version != version:
        raise Stale(
            current={"version": training.version, "course": training.course, "content": training.content}
        )
    training.course, training.held_on, training.hours = guards.written(course, "course"), held_on, hours
    training.trainer, training.place = guards.written(trainer, "trainer"), place.strip()
    training.content = content.strip()
    training.version += 1
    session.add(training)
    session.flush()
    _keep_attendees(session, training, attendees)
    verb = "log_training" if before is None else "correct_training"
    guards.note(session, actor, training, company.id, verb, now, before=before, after=_shown(training))
    return training


def _require_staff(session: Session, company_id: int, attendees: Mapping[int, TestResult]) -> None:
    if not attendees:
        raise Invalid(msg("Tick who took part."), field="attendees")
    known = session.scalars(
        sa.select(Employment.person_id).where(
            Employment.company_id == company_id, Employment.person_id.in_(sorted(attendees))
        )
    )
    if set(attendees) - set(known):
        raise Invalid(msg("Only people of the company can be ticked."), field="attendees")


def _keep_attendees(session: Session, training: Training, attendees: Mapping[int, TestResult]) -> None:
    kept = {row.person_id: row for row in training.attendees}
    for person_id, row in kept.items():
        if person_id in attendees:
            row.result = attendees[person_id]
        else:
            session.delete(row)
    for person_id, result in attendees.items():
        if person_id not in kept:
            session.add(Attendee(training_id=training.id, person_id=person_id, result=result))
    session.flush()
    session.expire(training, ["attendees"])


def _shown(training: Training) -> dict[str, object]:
    return {
        "title": training.course,
        "held_on": training.held_on.isoformat(),
        "hours": str(training.hours),
        "members": sorted(row.person_id for row in training.attendees),
    }
