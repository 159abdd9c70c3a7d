"""Approving many at once: each item through its own service and rules, with a result of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.circles import services as circles
from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Circle
from cp_circles.errors import DomainError, Invalid, msg
from cp_circles.guidance.queries.approvals import CIRCLE, PROJECT, Waiting, waiting_of
from cp_circles.guidance.services import guards
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor
from cp_circles.projects import services as projects
from cp_circles.projects.models import Project

NOT_WAITING = msg("This does not wait any more; somebody has decided on it meanwhile.")
TAKEN_BACK = msg("Not approved, because another one failed and all were to stand or fall together.")


@dataclass(frozen=True)
class Outcome:
    """What became of one item: approved, or why not."""

    title: str
    url: str
    done: bool
    text: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def approve_together(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    keys: Sequence[str],
    keep_others: bool,
    exception_reason: str = "",
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> list[Outcome]:
    """Approve the ticked items one by one; a failure is told beside it.

    With `keep_others` the rest stands; otherwise nothing is approved when one fails.
    """
    guards.require_department(actor, company.id)
    if not keys:
        raise Invalid(msg("Tick at least one."), field="items")
    waiting = {one.key: one for one in waiting_of(session, company, today=_today(now, zone))}
    all_ = session.begin_nested()
    outcomes = [
        _one(session, waiting.get(key), actor, exception_reason, zone, now) for key in dict.fromkeys(keys)
    ]
    if all(one.done for one in outcomes) or keep_others:
        all_.commit()
    else:
        all_.rollback()
        session.expire_all()
        outcomes = [Outcome(one.title, one.url, False, TAKEN_BACK) if one.done else one for one in outcomes]
    approved = [one.url for one in outcomes if one.done]
    if approved:
        guards.note(
            session, actor, company, company.id, "approve_together", now, after={"approved": approved}
        )
    return outcomes


def _today(now: datetime, zone: tzinfo) -> date:
    return local_date(now, zone)


def _one(
    session: Session, item: Waiting | None, actor: Actor, reason: str, zone: tzinfo, now: datetime
) -> Outcome:
    if item is None:
        return Outcome("—", "", False, NOT_WAITING)
    point = session.begin_nested()
    try:
        _approve(session, item, actor, reason, zone, now)
    except DomainError as refusal:
        point.rollback()
        return Outcome(item.title, item.url, False, *_told(refusal))
    point.commit()
    return Outcome(item.title, item.url, True)


def _told(refusal: DomainError) -> tuple[str, dict[str, Any]]:
    return refusal.msgid, dict(refusal.values)


def _approve(session: Session, item: Waiting, actor: Actor, reason: str, zone: tzinfo, now: datetime) -> None:
    if item.kind == PROJECT:
        project = session.get(Project, item.id)
        assert project is not None
        projects.approve_project(session, actor=actor, project=project, exception_reason=reason, now=now)
        return
    circle = session.get(Circle, item.id)
    assert circle is not None
    act = circles.approve_circle if item.kind == CIRCLE else circles.renew_circle
    act(session, actor=actor, circle=circle, zone=zone, now=now)
