"""What stands in a person's calendar: dates of tasks, phases of rounds, guidance, courses and contests."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.circles.models import Circle
from cp_circles.errors import NotFound, msg
from cp_circles.guidance.models import Attendee, Occasion, Training, Visit
from cp_circles.judging.models import Entry, EntryState, Round, RoundJudge
from cp_circles.judging.phases import NEVER, phases_of
from cp_circles.judging.queries.public_lists import held_lists
from cp_circles.judging.queries.rounds import EAGER, own_circle_ids, own_company_ids, rules_by_id
from cp_circles.judging.rules import can_organise
from cp_circles.notices.queries import open_tasks_for
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.people.secrets import token_hash
from cp_circles.personal.models import CalendarKey
from cp_circles.projects.models import Project
from cp_circles.results.models import Result
from cp_circles.rulesets.schema import Names

BACK = timedelta(days=90)
GONE = (EntryState.WITHDRAWN, EntryState.REJECTED)


@dataclass(frozen=True)
class Happening:
    """One entry: a msgid with values, or names in two languages beside `values`; whole days or moments.

    `ends` is the last day, or the moment at which it is over. `key` stays the same when dates move.
    """

    key: str
    msgid: str
    starts: date | datetime
    ends: date | datetime
    url: str
    values: dict[str, Any] = field(default_factory=dict)
    names: Names | None = None
    place: str = ""


def key_of_calendar(session: Session, key: str) -> CalendarKey:
    """The row behind a calendar's secret key with its person; NotFound if ended or the account is closed."""
    row = session.scalar(
        sa.select(CalendarKey)
        .where(CalendarKey.key_hash == token_hash(key))
        .options(joinedload(CalendarKey.person))
    )
    if row is None or not row.person.active:
        raise NotFound
    return row


def calendar_key_of(session: Session, person_id: int) -> CalendarKey | None:
    """The person's calendar key, if they made one."""
    return session.scalar(sa.select(CalendarKey).where(CalendarKey.person_id == person_id))


def happenings_of(session: Session, actor: Actor, *, today: date, now: datetime) -> list[Happening]:
    """Everything in which the actor takes part, from 90 days ago on: a fixed number of statements."""
    circles = own_circle_ids(session, actor)
    companies = own_company_ids(session, actor)
    since = today - BACK
    return [
        *_tasks(session, actor),
        *_rounds(session, actor, circles, now),
        *_visits(session, actor, circles, since),
        *_courses(session, actor, since),
        *_occasions(session, companies, since),
    ]


def _tasks(session: Session, actor: Actor) -> list[Happening]:
    return [
        Happening(f"task-{row.id}", row.kind, row.due_on, row.due_on, row.url, dict(row.values))
        for row in open_tasks_for(session, actor)
        if row.due_on is not None
    ]


def _rounds(session: Session, actor: Actor, circles: frozenset[int], now: datetime) -> list[Happening]:
    """The phases of the rounds that the actor holds, judges in, or has an entry in."""
    judged = sa.select(RoundJudge.round_id).where(
        RoundJudge.person_id == actor.person_id, RoundJudge.declined_at.is_(None)
    )
    departments = actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY)
    entered = (
        sa.select(Entry.round_id)
        .join(Result, Result.id == Entry.result_id)
        .join(Project, Project.id == Result.project_id)
        .where(Entry.state.not_in(GONE))
        .where(sa.or_(Project.circle_id.in_(circles), Project.company_id.in_(departments)))
    )
    held = sa.or_(
        Round.company_id.in_(departments), Round.region_id.in_(actor.scopes(Role.OFFICIAL, ScopeKind.REGION))
    )
    shown = sa.and_(Round.announced_at.is_not(None), sa.or_(Round.id.in_(judged), Round.id.in_(entered)))
    rounds = session.scalars(sa.select(Round).options(*EAGER).where(sa.or_(held, shown)).order_by(Round.id))
    found = list(rounds.unique().all())
    rules = rules_by_id(session, found)
    read = held_lists(session, [row.id for row in found if not can_organise(actor, row)])
    return [
        Happening(
            f"round-{row.id}-{phase.key}",
            "%(round)s",
            phase.starts_at,
            phase.ends_at if phase.ends_at < NEVER else phase.starts_at,
            f"/judging/rounds/{row.id}",
            {"round": row.name},
            known.names if (known := rules[row.rule_edition_id].phase(phase.key)) else None,
        )
        for row in found
        for phase in phases_of(row, rules[row.rule_edition_id], read.get(row.id))
        if phase.ends_at > now - BACK
    ]


def _visits(session: Session, actor: Actor, circles: frozenset[int], since: date) -> list[Happening]:
    found = session.scalars(
        sa.select(Visit)
        .join(Circle, Circle.id == Visit.circle_id)
        .where(sa.or_(Visit.circle_id.in_(circles), Visit.facilitator_id == actor.person_id))
        .where(sa.or_(Visit.held_on >= since, Visit.due_on >= since))
        .options(joinedload(Visit.circle))
        .order_by(Visit.id)
    ).all()
    happenings = []
    for row in found:
        url, values = f"/circles/{row.circle_id}", {"circle": row.circle.name}
        held, due = row.held_on, row.due_on
        happenings.append(
            Happening(f"visit-{row.id}", msg("Guidance visit: %(circle)s"), held, held, url, values)
        )
        if due is not None and row.done_on is None:
            text = msg("Follow-up of guidance is due: %(circle)s")
            happenings.append(Happening(f"follow-up-{row.id}", text, due, due, url, values))
    return happenings


def _courses(session: Session, actor: Actor, since: date) -> list[Happening]:
    found = session.scalars(
        sa.select(Training)
        .join(Attendee, Attendee.training_id == Training.id)
        .where(Attendee.person_id == actor.person_id, Training.held_on >= since)
        .order_by(Training.id)
    )
    text = msg("Course: %(course)s")
    return [
        Happening(
            f"course-{row.id}",
            text,
            row.held_on,
            row.held_on,
            "/home",
            {"course": row.course},
            place=row.place,
        )
        for row in found
    ]


def _occasions(session: Session, companies: frozenset[int], since: date) -> list[Happening]:
    found = session.scalars(
        sa.select(Occasion)
        .where(Occasion.company_id.in_(companies), Occasion.ends_on >= since)
        .order_by(Occasion.id)
    )
    return [
        Happening(
            f"occasion-{row.id}",
            "%(title)s",
            row.starts_on,
            row.ends_on,
            "/home",
            {"title": row.title},
            place=row.place,
        )
        for row in found
    ]
