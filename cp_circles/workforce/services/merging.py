"""Two rows of one person become one: what is live moves, what was signed stays as it was signed."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Attendance, Circle, CircleMember
from cp_circles.circles.services.guards import keep_grants_in_step
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.db.models import Event
from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.guidance.models import Attendee
from cp_circles.judges.models import JudgeProfile
from cp_circles.judging.models import RoundJudge
from cp_circles.notices.models import Task
from cp_circles.people.models import Employment, Person, StandIn
from cp_circles.people.queries import grants_of, live_grant, open_codes
from cp_circles.people.rules import Actor
from cp_circles.people.services.accounts import sign_out_everywhere
from cp_circles.savings.models import Claim, Saving, SavingState, Signature

VERB = "workforce.merge_people"


@dataclass(frozen=True)
class Doubled:
    """How much of a doubled row would move: counts."""

    employments: int
    memberships: int
    grants: int
    tasks: int
    trainings: int
    signatures: int


def doubled_of(session: Session, *, person: Person, now: datetime) -> Doubled:
    """What a row holds that would move, and how many signatures stay under it."""

    def counted(model: type, *conditions: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0

    id_ = person.id
    return Doubled(
        employments=counted(Employment, Employment.person_id == id_),
        memberships=counted(CircleMember, CircleMember.person_id == id_),
        grants=len(grants_of(session, id_, now)),
        tasks=counted(Task, Task.person_id == id_, Task.done_at.is_(None)),
        trainings=counted(Attendee, Attendee.person_id == id_),
        signatures=counted(Signature, Signature.signer_id == id_),
    )


def merged_into(session: Session, person_id: int) -> int | None:
    """The person that a doubled row was merged into; None if it was not."""
    event = session.scalar(
        sa.select(Event)
        .where(Event.verb == VERB, Event.subject_kind == Person.__tablename__, Event.subject_id == person_id)
        .order_by(Event.id.desc())
        .limit(1)
    )
    return None if event is None or event.after is None else int(event.after["into"])


def merge_people(
    session: Session,
    *,
    actor: Actor,
    kept: Person,
    doubled: Person,
    reason: str,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Person:
    """Make two rows of one person one, as an administrator: `doubled` becomes an alias that nobody uses.

    Work, circles, roles, tasks, trainings and the ways to sign in move to `kept`. Signatures, activities and
    the history keep the row that was there, so that every hash still verifies. Raises DomainError where the
    two could stand on both sides of an open claim, or the doubled one judges.
    """
    if not actor.is_administrator:
        raise NotFound
    if kept.id == doubled.id:
        raise Invalid(msg("Choose the other row of this person."), field="doubled")
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    take_turns(session, "merge_people")
    _check(session, kept, doubled, actor)
    moved = doubled_of(session, person=doubled, now=now)
    _move_work(session, kept, doubled, local_date(now, zone))
    circles = _move_memberships(session, kept, doubled, local_date(now, zone))
    _move_grants(session, kept, doubled, now)
    _move_rest(session, kept, doubled)
    _move_sign_in(session, kept, doubled, now)
    session.expire_all()
    for circle in circles:
        keep_grants_in_step(session, actor=actor, circle=circle, now=now)
    record_event(
        session,
        actor=actor,
        verb=VERB,
        subject=doubled,
        reason=reason.strip(),
        before={"employments": moved.employments, "memberships": moved.memberships, "grants": moved.grants},
        after={"into": kept.id},
        at=now,
    )
    return kept


def _check(session: Session, kept: Person, doubled: Person, actor: Actor) -> None:
    if merged_into(session, doubled.id) is not None or merged_into(session, kept.id) is not None:
        raise DomainError(msg("One of the two was merged before."))
    if actor.person_id == doubled.id:
        raise DomainError(msg("Sign in as the person who stays, then merge."))
    judges = sa.select(RoundJudge.id).where(RoundJudge.person_id == doubled.id).limit(1)
    registered = sa.select(JudgeProfile.id).where(JudgeProfile.person_id == doubled.id)
    if session.scalar(judges) or session.scalar(registered):
        raise DomainError(msg("The doubled person judges; keep that one and merge the other into it."))
    open_ = (SavingState.CLAIMED, SavingState.IN_VERIFICATION)
    signed = session.scalar(
        sa.select(Signature.id)
        .join(Claim, Claim.id == Signature.claim_id)
        .join(Saving, Saving.id == Claim.saving_id)
        .where(Signature.signer_id.in_([kept.id, doubled.id]), Saving.state.in_(open_))
        .limit(1)
    )
    if signed is not None:
        text = msg("One of the two has signed a claim that is still being verified. Wait for it.")
        raise DomainError(text)


def _move_work(session: Session, kept: Person, doubled: Person, today: date) -> None:
    """Two present employments at one company become one; the number goes where none stands."""
    present = {
        row.company_id: row
        for row in session.scalars(
            sa.select(Employment).where(Employment.person_id == kept.id, Employment.ended_on.is_(None))
        )
    }
    for row in session.scalars(sa.select(Employment).where(Employment.person_id == doubled.id)).all():
        row.person_id = kept.id
        twin = present.get(row.company_id)
        if twin is None or row.ended_on is not None:
            continue
        number, row.ended_on = row.employee_number, today
        if twin.employee_number is None and number is not None:
            row.employee_number = None
            session.flush()
            twin.employee_number = number
        twin.department_id = twin.department_id or row.department_id
    session.flush()


def _move_memberships(session: Session, kept: Person, doubled: Person, today: date) -> list[Circle]:
    """A circle in which both stood keeps one member with the attendance of both."""
    wanted = sa.select(CircleMember).where(CircleMember.left_on.is_(None))
    mine = {row.circle_id: row for row in session.scalars(wanted.where(CircleMember.person_id == kept.id))}
    circles: dict[int, Circle] = {}
    for row in session.scalars(sa.select(CircleMember).where(CircleMember.person_id == doubled.id)).all():
        circles[row.circle_id] = row.circle
        twin = mine.get(row.circle_id)
        if twin is not None and row.left_on is None:
            twin.is_leader, row.is_leader = twin.is_leader or row.is_leader, False
            row.left_on = today
            _move_attendance(session, row.id, twin.id)
            session.flush()
        row.person_id = kept.id
        session.flush()
    return list(circles.values())


def _move_attendance(session: Session, before: int, after: int) -> None:
    there = sa.select(Attendance.activity_id).where(Attendance.member_id == after)
    known = set(session.scalars(there))
    for row in session.scalars(sa.select(Attendance).where(Attendance.member_id == before)).all():
        if row.activity_id not in known:
            row.member_id = after


def _move_grants(session: Session, kept: Person, doubled: Person, now: datetime) -> None:
    for grant in grants_of(session, doubled.id, now):
        standing = live_grant(
            session,
            person_id=kept.id,
            role=grant.role,
            scope_kind=grant.scope_kind,
            scope_id=grant.scope_id,
            now=now,
        )
        if standing is not None:
            if standing.until is not None:
                standing.until = None if grant.until is None else max(standing.until, grant.until)
            grant.until = now
        else:
            grant.person_id = kept.id
        session.flush()


def _move_rest(session: Session, kept: Person, doubled: Person) -> None:
    """Open tasks, stand-ins and trainings; a training that both attended counts once."""
    session.execute(
        sa.update(Task).where(Task.person_id == doubled.id, Task.done_at.is_(None)).values(person_id=kept.id)
    )
    for column in (StandIn.person_id, StandIn.stand_in_id):
        session.execute(sa.update(StandIn).where(column == doubled.id).values({column.key: kept.id}))
    attended = sa.select(Attendee.training_id).where(Attendee.person_id == kept.id)
    known = list(session.scalars(attended))
    session.execute(
        sa.update(Attendee)
        .where(Attendee.person_id == doubled.id, Attendee.training_id.not_in(known))
        .values(person_id=kept.id)
    )
    session.flush()


def _move_sign_in(session: Session, kept: Person, doubled: Person, now: datetime) -> None:
    """E-mail, mobile and password go where the kept row has none; the alias opens nothing any more."""
    sign_out_everywhere(session, doubled, now, None)
    for code in open_codes(session, doubled.id, now):
        code.used_at = now
    addresses = {"email": doubled.email, "mobile": doubled.mobile}
    doubled.email = doubled.mobile = None
    doubled.active = False
    session.flush()
    for key, value in addresses.items():
        if getattr(kept, key) is None:
            setattr(kept, key, value)
    kept.password_hash = kept.password_hash or doubled.password_hash
    doubled.password_hash = None
    session.flush()
