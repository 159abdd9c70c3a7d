"""Inviting judges, their answers, and the conflicts they declare."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.judging import guards, phases, rules, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import (
    Conflict,
    Round,
    RoundJudge,
    SheetState,
)
from cp_circles.judging.queries import panels
from cp_circles.judging.queries.panels import own_sheets
from cp_circles.notices.services import assign_task, finish_tasks, send_mail
from cp_circles.panels.queries.recusals import DECLARED
from cp_circles.panels.services.assignments import PANEL_STANDS, take_back
from cp_circles.people import queries as people
from cp_circles.people.models import Grant, Person, Role, ScopeKind
from cp_circles.people.rules import Actor


def invite_judge(
    session: Session, *, actor: Actor, round_: Round, person: Person, now: datetime
) -> RoundJudge:
    """Invite a person to judge in a round; who declined before may be asked again."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    phases.require_unpublished(round_, PANEL_STANDS)
    if not person.active:
        raise Invalid(msg("This account is not active."), field="person_id")
    if round_.is_blind and rules.can_organise(people.actor_for(session, person.id, now), round_):
        raise DomainError(
            msg("%(name)s holds this round and reads every entry and score; invite somebody else."),
            name=person.name,
        )
    judge = panels.judge_of(session, round_.id, person.id)
    if judge is not None and judge.declined_at is None:
        raise DomainError(msg("%(name)s is invited already."), name=person.name)
    if judge is None:
        last = session.scalar(
            sa.select(sa.func.max(RoundJudge.number)).where(RoundJudge.round_id == round_.id)
        )
        judge = RoundJudge(round_id=round_.id, person_id=person.id, number=(last or 0) + 1, invited_at=now)
        session.add(judge)
    judge.invited_at, judge.declined_at, judge.accepted_at = now, None, None
    session.flush()
    values, url = {"round": round_.name, "url": f"{guards.url_of(round_)}/invitation"}, "/invitation"
    assign_task(
        session,
        kind=tasks.ACCEPT,
        subject=judge,
        url=guards.url_of(round_) + url,
        to_person=person,
        due_on=_answer_by(session, round_, now),
        values={"round": round_.name},
        now=now,
    )
    send_mail(
        session, to_person=person, subject=tasks.INVITED, body=tasks.INVITED_BODY, values=values, now=now
    )
    _record(session, judge, actor, "judging.invite_judge", now)
    return judge


def accept_invitation(session: Session, *, actor: Actor, judge: RoundJudge, now: datetime) -> RoundJudge:
    """Accept to judge: the grant comes with it, and the declaration of conflicts is next."""
    _hold_place(session, judge)
    _require_invited(actor, judge)
    guards.require_unfinished(judge.round_)
    phases.require_unpublished(judge.round_, PANEL_STANDS)
    judge.accepted_at = now
    session.add(
        Grant(
            person_id=judge.person_id,
            role=Role.JUDGE,
            scope_kind=ScopeKind.ROUND,
            scope_id=judge.round_id,
            since=now,
            reason="",
        )
    )
    session.flush()
    finish_tasks(session, subject=judge, kind=tasks.ACCEPT, now=now)
    rule = guards.rule_of(session, judge.round_)
    due = phases.opens_at(judge.round_, rule, *phases.SCORING_RIGHTS)
    assign_task(
        session,
        kind=tasks.DECLARE,
        subject=judge,
        url=f"{guards.url_of(judge.round_)}/conflicts",
        to_person=judge.person_id,
        due_on=phases.OFFICE_HOURS.day_of(due) if due > now else None,
        values={"round": judge.round_.name},
        now=now,
    )
    _record(session, judge, actor, "judging.accept_invitation", now)
    return judge


def decline_invitation(
    session: Session, *, actor: Actor, judge: RoundJudge, reason: str = "", now: datetime
) -> RoundJudge:
    """Decline, or step back after accepting as long as no sheet was handed in; open sheets are given back."""
    if judge.person_id != actor.person_id:
        raise NotFound
    _hold_place(session, judge)
    if judge.declined_at is not None:
        raise DomainError(msg("This invitation is answered already."))
    guards.require_unfinished(judge.round_)
    sheets = own_sheets(session, person_id=judge.person_id, round_id=judge.round_id)
    if any(sheet.state is SheetState.SUBMITTED for sheet in sheets):
        raise DomainError(
            msg("You have handed in score sheets; declare a conflict on a single entry instead.")
        )
    _let_go(session, actor, judge, reason, now)
    _record(session, judge, actor, "judging.decline_invitation", now, reason=reason.strip())
    return judge


def release_judge(
    session: Session, *, actor: Actor, judge: RoundJudge, reason: str, now: datetime
) -> RoundJudge:
    """The organiser lets a judge go who drops out: what was handed in counts, open sheets are given back."""
    round_ = judge.round_
    guards.require_organiser(actor, round_)
    _hold_place(session, judge)
    guards.require_unfinished(round_)
    phases.require_unpublished(round_, PANEL_STANDS)
    if judge.declined_at is not None:
        raise DomainError(msg("%(name)s is not on the panel any more."), name=judge.person.name)
    reason = guards.require_reason(reason)
    _let_go(session, actor, judge, reason, now)
    send_mail(
        session,
        to_person=judge.person,
        subject=tasks.RELEASED,
        body=tasks.RELEASED_BODY,
        values={"round": round_.name, "reason": reason},
        now=now,
    )
    _record(session, judge, actor, "judging.release_judge", now, reason=reason)
    return judge


def _let_go(session: Session, actor: Actor, judge: RoundJudge, reason: str, now: datetime) -> None:
    """Give open sheets back, ask the organiser to replace the judge there, and end the grant."""
    waiting = [
        row
        for row in own_sheets(session, person_id=judge.person_id, round_id=judge.round_id)
        if row.state is SheetState.OPEN
    ]
    for sheet in waiting:
        take_back(session, actor, sheet, reason, now)
        guards.ask_organiser(
            session,
            round_=judge.round_,
            kind=tasks.REPLACE,
            subject=sheet.entry,
            path="/panel",
            values={"entry": sheet.entry.number},
            now=now,
        )
    judge.declined_at = now
    session.execute(
        sa.update(Grant)
        .where(
            Grant.person_id == judge.person_id,
            Grant.role == Role.JUDGE,
            Grant.scope_kind == ScopeKind.ROUND,
            Grant.scope_id == judge.round_id,
            Grant.until.is_(None),
        )
        .values(until=now)
    )
    session.flush()
    finish_tasks(session, subject=judge, now=now)


def declare_conflicts(
    session: Session,
    *,
    actor: Actor,
    judge: RoundJudge,
    company_ids: Collection[int] = (),
    circle_ids: Collection[int] = (),
    note: str = "",
    now: datetime,
) -> RoundJudge:
    """Tick the companies and circles one is tied to, before any content is seen; none is an answer too."""
    if not rules.can_judge(actor, judge):
        raise NotFound
    round_ = judge.round_
    _hold_place(session, judge)
    guards.require_unfinished(round_)
    phases.require_declaring(round_, guards.rule_of(session, round_), now)
    if own_sheets(session, person_id=judge.person_id, round_id=judge.round_id):
        raise DomainError(msg("You have entries already; declare a conflict on the single entry."))
    listed = panels.declarable(session, round_)
    known_companies = {row.id for row in listed.companies}
    known_circles = {row.id for row in listed.circles}
    if not set(company_ids) <= known_companies or not set(circle_ids) <= known_circles:
        raise Invalid(msg("Tick only what stands in the list."), field="companies")
    session.execute(
        sa.delete(Conflict).where(Conflict.round_id == round_.id, Conflict.person_id == judge.person_id)
    )
    for company_id in sorted(set(company_ids)):
        session.add(_conflict(judge, note, now, company_id=company_id))
    for circle_id in sorted(set(circle_ids)):
        session.add(_conflict(judge, note, now, circle_id=circle_id))
    judge.conflicts_declared_at = now
    session.flush()
    finish_tasks(session, subject=judge, kind=tasks.DECLARE, now=now)
    after = {"companies": sorted(set(company_ids)), "circles": sorted(set(circle_ids))}
    _record(session, judge, actor, "judging.declare_conflicts", now, after=after)
    return judge


def _answer_by(session: Session, round_: Round, now: datetime) -> date | None:
    """Until when an invitation is answered: before judges declare, so that reminders of dates reach them."""
    opens = phases.opens_at(round_, guards.rule_of(session, round_), "declare_conflict")
    closes = phases.closes_at(round_, guards.rule_of(session, round_), *phases.SCORING_RIGHTS)
    due = next((at for at in (opens, closes) if now < at < phases.NEVER), None)
    return phases.OFFICE_HOURS.day_of(due) if due is not None else None


def _hold_place(session: Session, judge: RoundJudge) -> None:
    """Let acts on the panel follow one another, and read the judge's place as it is now."""
    guards.lock_round(session, judge.round_)
    session.refresh(judge)


def _require_invited(actor: Actor, judge: RoundJudge) -> None:
    if judge.person_id != actor.person_id:
        raise NotFound
    if judge.accepted_at is not None or judge.declined_at is not None:
        raise DomainError(msg("This invitation is answered already."))


def _conflict(
    judge: RoundJudge,
    note: str,
    now: datetime,
    *,
    company_id: int | None = None,
    circle_id: int | None = None,
) -> Conflict:
    return Conflict(
        round_id=judge.round_id,
        person_id=judge.person_id,
        company_id=company_id,
        circle_id=circle_id,
        ground=DECLARED,
        note=note.strip(),
        declared_at=now,
    )


def _record(
    session: Session,
    judge: RoundJudge,
    actor: Actor,
    verb: str,
    now: datetime,
    *,
    reason: str = "",
    after: Mapping[str, object] | None = None,
) -> None:
    record_round_event(
        session,
        round_=judge.round_,
        actor=actor,
        verb=verb,
        subject=judge,
        at=now,
        reason=reason,
        after=after,
    )
