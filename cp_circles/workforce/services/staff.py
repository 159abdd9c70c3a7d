"""A list of departments and employees kept, previewed and stored; codes for those without e-mail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.db.models import Event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.organisations.models import Company
from cp_circles.organisations.services import add_department
from cp_circles.people.models import Draft, Employment, Person
from cp_circles.people.rules import Actor
from cp_circles.people.services import add_person, drop_draft, issue_one_time_code, load_draft
from cp_circles.workforce import queries, rules
from cp_circles.workforce.layouts import StaffRow
from cp_circles.workforce.services.planning import Entry, Planner, StaffPlan

STAFF_LIST = "workforce.staff_list"
MOST_CODES = 200


def require_keeper(actor: Actor, company: Company) -> None:
    """NotFound for everybody but the company's department and the administrator."""
    if not rules.can_keep_staff(actor, company.id):
        raise NotFound


def keep_list(
    session: Session, *, actor: Actor, company: Company, name: str, rows: Sequence[StaffRow], now: datetime
) -> Draft:
    """Keep a list between its preview and its storing, for the actor only; it is dropped when stored."""
    require_keeper(actor, company)
    if actor.person_id is None:
        raise NotAllowed
    draft = load_draft(session, actor=actor, form=STAFF_LIST, subject=str(company.id))
    if draft is None:
        draft = Draft(person_id=actor.person_id, form=STAFF_LIST, subject=str(company.id))
        session.add(draft)
    draft.payload, draft.saved_at = {"name": name, "rows": [row.as_json() for row in rows]}, now
    session.flush()
    return draft


def kept_list(session: Session, *, actor: Actor, company: Company) -> tuple[str, list[StaffRow]]:
    """The name and the rows of the list that the actor has sent; NotFound if there is none."""
    require_keeper(actor, company)
    draft = load_draft(session, actor=actor, form=STAFF_LIST, subject=str(company.id))
    if draft is None:
        raise NotFound
    return draft.payload["name"], [StaffRow.from_json(row) for row in draft.payload["rows"]]


def plan_staff(
    session: Session, *, actor: Actor, company: Company, rows: list[StaffRow], now: datetime
) -> StaffPlan:
    """What storing the rows would do; nothing is written."""
    require_keeper(actor, company)
    return Planner(session, actor, company, rows, now).judged()


def store_staff(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    rows: list[StaffRow],
    good_rows_only: bool = False,
    now: datetime,
) -> StaffPlan:
    """Store a list: all of it, or the good rows only where asked; sent again it changes nothing.

    Raises Invalid (field `good_rows_only`) where rows are refused and only whole lists are wanted.
    """
    require_keeper(actor, company)
    if not company.active:
        raise DomainError(msg("This company is closed."))
    take_turns(session, f"staff:{company.id}")
    plan = plan_staff(session, actor=actor, company=company, rows=rows, now=now)
    if plan.problems and not good_rows_only:
        raise Invalid(
            msg(
                "%(count)s rows are refused, so nothing is stored. Correct them, or store the good rows only."
            ),
            field="good_rows_only",
            count=plan.refused,
        )
    for name in plan.departments:
        add_department(session, actor=actor, company=company, name=name, now=now)
    ids = {name: row.id for name, row in queries.departments_by_name(session, company.id).items()}
    for entry in plan.new:
        _add(session, actor, company, entry, ids, now)
    for entry in plan.changed:
        _change(session, actor, company, entry, ids, now)
    drop_draft(session, actor=actor, form=STAFF_LIST, subject=str(company.id))
    counts = {"new": len(plan.new), "changed": len(plan.changed), "refused": plan.refused}
    record_event(
        session,
        actor=actor,
        verb="workforce.store_staff",
        subject=company,
        company_id=company.id,
        after=counts | {"departments": len(plan.departments)},
        at=now,
    )
    return plan


def _add(
    session: Session, actor: Actor, company: Company, entry: Entry, ids: dict[str, int], now: datetime
) -> None:
    row = entry.row
    add_person(
        session,
        actor=actor,
        name=row.name,
        company_id=company.id,
        department_id=ids.get(row.department),
        employee_number=row.number or None,
        email=entry.email,
        mobile=entry.mobile,
        started_on=entry.started_on,
        is_demo=company.is_demo,
        now=now,
    )


def _change(
    session: Session, actor: Actor, company: Company, entry: Entry, ids: dict[str, int], now: datetime
) -> None:
    """Write the changed facts; the history keeps which they are, and departments by id, never a name."""
    employment, changes = entry.employment, entry.changes
    assert employment is not None
    before: dict[str, Any] = {"department_id": employment.department_id}
    facts = {"name": entry.row.name, "mobile": entry.mobile, "email": entry.email}
    for key in facts.keys() & changes.keys():
        setattr(employment.person, key, facts[key])
    if "number" in changes:
        employment.employee_number = entry.row.number
    if "department" in changes:
        employment.department_id = ids[entry.row.department]
    if "started_on" in changes:
        employment.started_on = entry.started_on
    if "ended_on" in changes:
        before["ended_on"] = changes["ended_on"][0]
        employment.ended_on = None
        _open_account_again(session, employment.person)
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="workforce.change_employee",
        subject=employment,
        company_id=company.id,
        before=before,
        after={"department_id": employment.department_id, "fields": sorted(changes)},
        at=now,
    )


def _open_account_again(session: Session, person: Person) -> None:
    """Open an account that was closed by leaving; one that an administrator closed stays closed."""
    closed = ("people.deactivate_person", "workforce.close_account")
    last = session.scalar(
        sa.select(Event.verb)
        .where(
            Event.subject_kind == Person.__tablename__, Event.subject_id == person.id, Event.verb.in_(closed)
        )
        .order_by(Event.id.desc())
        .limit(1)
    )
    if last == "workforce.close_account":
        person.active = True


def issue_codes(
    session: Session, *, actor: Actor, company: Company, employment_ids: Sequence[int], now: datetime
) -> list[tuple[Employment, str]]:
    """One-time codes for workers of the company without e-mail and password, to be printed once."""
    require_keeper(actor, company)
    if not employment_ids:
        raise Invalid(msg("Choose at least one person."), field="people")
    if len(employment_ids) > MOST_CODES:
        raise Invalid(msg("At most %(most)s codes at once."), field="people", most=MOST_CODES)
    chosen = set(employment_ids)
    rows = [row for row in queries.without_way_in(session, company.id, 100_000) if row.id in chosen]
    if len(rows) != len(chosen):
        raise Invalid(msg("Somebody in this list has found a way in meanwhile. Look again."), field="people")
    return [
        (
            row,
            issue_one_time_code(
                session, actor=actor, person_id=row.person_id, company_id=company.id, now=now
            ),
        )
        for row in rows
    ]


def discard_list(session: Session, *, actor: Actor, company: Company) -> None:
    """Forget a list that was sent and not stored."""
    require_keeper(actor, company)
    session.execute(
        sa.delete(Draft).where(
            Draft.person_id == actor.person_id, Draft.form == STAFF_LIST, Draft.subject == str(company.id)
        )
    )
