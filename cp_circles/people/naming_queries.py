"""What people are called where they are chosen, and which row of a doubled person stays."""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.people.models import Employment, Person
from cp_circles.people.queries import colleagues


def colleague_labels(session: Session, company_id: int) -> dict[int, str]:
    """The colleagues by id, in the order of names; a name of several stands with its employee number."""
    people = colleagues(session, company_id)
    bearers = Counter(row.name for row in people)
    shared = [row.id for row in people if bearers[row.name] > 1]
    wanted = sa.select(Employment.person_id, Employment.employee_number).where(
        Employment.company_id == company_id, Employment.person_id.in_(shared), Employment.ended_on.is_(None)
    )
    numbers = {person_id: number for person_id, number in session.execute(wanted) if number}
    return {row.id: f"{row.name} {numbers.get(row.id, '')}".strip() for row in people}


def merged_into(session: Session, person_id: int) -> Person | None:
    """The person into whose row this one was merged, or None."""
    event = session.scalar(
        sa.select(Event)
        .where(
            Event.verb == "workforce.merge_people",
            Event.subject_kind == Person.__tablename__,
            Event.subject_id == person_id,
        )
        .order_by(Event.id.desc())
        .limit(1)
    )
    return session.get(Person, (event.after or {}).get("into")) if event is not None else None
