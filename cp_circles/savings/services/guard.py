"""Settling overlaps: shares that all circles agree on, sources of media, and the department's decisions."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.calc.exact import plain
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.metering.models import Meter
from cp_circles.metering.services import hold_readings
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.savings import guarding, rules
from cp_circles.savings.models import (
    MediaSource,
    OverlapDecision,
    Saving,
    SavingState,
    Split,
    SplitShare,
    SplitState,
)

LEAST_REASON = 6
ANSWER = msg("Answer how meter %(meter)s is shared: %(percent)s %% for your project")


def propose_split(
    session: Session,
    *,
    actor: Actor,
    meter: Meter,
    shares: Mapping[Project, Decimal],
    starts_on: date,
    ends_on: date,
    reason: str,
    now: datetime,
) -> Split:
    """Ask the circles of two or more projects to agree on their shares of a meter, at most 1 together."""
    _require_department(actor, meter.company_id)
    hold_readings(session, meter.company_id)
    _check_split(meter, shares, starts_on, ends_on, reason)
    if _standing_split(session, meter.id, starts_on, ends_on) is not None:
        raise Invalid(
            msg("A split of this meter stands or is asked for in this time; end it first."), field="meter"
        )
    split = Split(
        company_id=meter.company_id,
        meter=meter,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        proposed_by_id=actor.person_id,
        proposed_at=now,
        shares=[SplitShare(project=project, share=share) for project, share in shares.items()],
    )
    session.add(split)
    session.flush()
    for row in split.shares:
        _ask(session, row, now)
    _record(session, actor, split, "savings.propose_split", now, reason)
    return split


def answer_split(
    session: Session, *, actor: Actor, share: SplitShare, agreed: bool, note: str, now: datetime
) -> Split:
    """Agree to one's share, or decline it with a reason; the split holds once every circle has agreed."""
    split = share.split
    if not rules.is_of_circle(actor, share.project):
        if not rules.can_see_savings(actor, share.project):
            raise NotFound
        raise NotAllowed(msg("Only the circle of the project answers for its share."))
    hold_readings(session, split.company_id)
    session.refresh(split)
    session.refresh(share)
    if split.state is not SplitState.PROPOSED or share.agreed is not None:
        raise DomainError(msg("This split does not wait for your answer any more."))
    if not agreed and not note.strip():
        raise Invalid(msg("Say why you decline; the department reads it."), field="reason")
    if agreed and all(row.agreed for row in split.shares if row is not share):
        _leave_verified_as_it_is(session, split)
    share.agreed, share.note = agreed, note.strip()
    share.answered_by_id, share.answered_at = actor.person_id, now
    finish_tasks(session, subject=share, now=now)
    session.flush()
    _record(session, actor, split, "savings.answer_split", now, note, {"agreed": agreed})
    if not agreed:
        _settle(session, split, SplitState.DECLINED, now)
    elif all(row.agreed for row in split.shares):
        _settle(session, split, SplitState.AGREED, now)
        _hand_on(session, actor, split, now)
    return split


def end_split(session: Session, *, actor: Actor, split: Split, reason: str, now: datetime) -> None:
    """End a split that is asked for or agreed; what was verified under it stays."""
    _require_department(actor, split.company_id)
    hold_readings(session, split.company_id)
    session.refresh(split)
    if split.state not in {SplitState.PROPOSED, SplitState.AGREED}:
        raise DomainError(msg("This split does not stand any more."))
    if not reason.strip():
        raise Invalid(msg("Say why the split is ended."), field="reason")
    _settle(session, split, SplitState.ENDED, now)
    _record(session, actor, split, "savings.end_split", now, reason)


def decide_overlap(
    session: Session, *, actor: Actor, company_id: int, key: str, reason: str, now: datetime
) -> OverlapDecision:
    """Settle an overlap by a reasoned decision, where the rule leaves it to the department."""
    _require_department(actor, company_id)
    hold_readings(session, company_id)
    found = guarding.warnings_of(session, company_id, guarding.neutral_label)
    warning = next((row for row in found if row.key == key), None)
    if warning is None:
        raise NotFound
    if not warning.may_be_decided:
        raise DomainError(
            msg("This rule knows no exception: agree on shares, or have one of the claims withdrawn.")
        )
    if warning.decision is not None:
        raise DomainError(msg("This overlap is decided already."))
    if len(reason.strip()) < LEAST_REASON:
        raise Invalid(msg("Give the reason in a sentence; verifiers and auditors read it."), field="reason")
    row = OverlapDecision(
        company_id=company_id,
        key=key,
        reason=reason.strip(),
        decided_by_id=actor.person_id,
        decided_at=now,
    )
    session.add(row)
    session.flush()
    _record(session, actor, row, "savings.decide_overlap", now, reason)
    return row


def name_source(session: Session, *, actor: Actor, meter: Meter, source: Meter, now: datetime) -> MediaSource:
    """Say from which meter's energy a medium is made, such as compressed air from a compressor's current."""
    _require_department(actor, meter.company_id)
    if source.company_id != meter.company_id or meter.is_production or source.is_production:
        raise Invalid(msg("Choose meters of this company that count use."), field="source")
    if source.id == meter.id or source.indicator == meter.indicator:
        raise Invalid(
            msg("The medium and the energy it is made from are two different things."), field="source"
        )
    same = sa.select(MediaSource).where(MediaSource.meter_id == meter.id, MediaSource.source_id == source.id)
    if session.scalar(same) is not None:
        raise Invalid(msg("This source is named already."), field="source")
    row = MediaSource(company_id=meter.company_id, meter=meter, source=source, named_at=now)
    session.add(row)
    session.flush()
    _record(session, actor, row, "savings.name_source", now)
    return row


def remove_source(session: Session, *, actor: Actor, row: MediaSource, reason: str, now: datetime) -> None:
    """Take back that a medium is made from a meter's energy."""
    _require_department(actor, row.company_id)
    if not reason.strip():
        raise Invalid(msg("Say why the source is removed."), field="reason")
    _record(session, actor, row, "savings.remove_source", now, reason)
    session.delete(row)
    session.flush()


def _require_department(actor: Actor, company_id: int) -> None:
    if company_id not in actor.company_ids and not actor.is_administrator:
        raise NotFound
    if not actor.heads_department_of(company_id):
        raise NotAllowed(msg("Only the cleaner-production department settles what may count twice."))


def _check_split(
    meter: Meter, shares: Mapping[Project, Decimal], starts_on: date, ends_on: date, reason: str
) -> None:
    if ends_on < starts_on:
        text = msg(
            "The period ends on %(ends_on)s, before it starts on %(starts_on)s; exchange the two days."
        )
        raise Invalid(text, field="ends_on", starts_on=starts_on, ends_on=ends_on)
    if len(shares) < 2:
        raise Invalid(msg("A split names two projects or more."), field="share")
    if any(project.company_id != meter.company_id for project in shares):
        raise Invalid(msg("Choose projects of this company."), field="share")
    if any(not 0 < share <= 1 for share in shares.values()):
        raise Invalid(msg("The share lies above 0 and is at most 1."), field="share")
    together = sum(shares.values(), Decimal(0))
    if together > 1:
        text = msg("The shares come to %(percent)s %%; together they are at most 100 %%.")
        raise Invalid(text, field="share", percent=plain(together * 100, 2))
    if not reason.strip():
        raise Invalid(msg("Say on what the shares rest."), field="reason")


def _leave_verified_as_it_is(session: Session, split: Split) -> None:
    """Refuse to let a split hold that leaves a project less than what it has verified on the meter."""
    verified = session.scalars(
        sa.select(Saving)
        .where(
            Saving.meter_id == split.meter_id,
            Saving.state == SavingState.VERIFIED,
            Saving.reporting_from <= split.ends_on,
            Saving.reporting_to >= split.starts_on,
        )
        .order_by(Saving.id)
        .options(joinedload(Saving.project))
    )
    named = {row.project_id: row.share for row in split.shares}
    for row in verified:
        left = named.get(row.project_id, Decimal(0))
        if row.share > left:
            raise DomainError(
                msg(
                    "%(project)s has verified %(percent)s %% of this meter in this time, and the split leaves"
                    " it %(left)s %%: give it that share, or have its last signature taken back first."
                ),
                project=guarding.neutral_label(row),
                percent=plain(row.share * 100, 2),
                left=plain(left * 100, 2),
            )


def _standing_split(session: Session, meter_id: int, starts_on: date, ends_on: date) -> Split | None:
    return session.scalars(
        sa.select(Split).where(
            Split.meter_id == meter_id,
            Split.state.in_([SplitState.PROPOSED, SplitState.AGREED]),
            Split.starts_on <= ends_on,
            Split.ends_on >= starts_on,
        )
    ).first()


def _ask(session: Session, row: SplitShare, now: datetime) -> None:
    if row.project.circle_id is None:
        return
    assign_task(
        session,
        kind=ANSWER,
        values={"meter": row.split.meter.name, "percent": plain(row.share * 100, 2)},
        subject=row,
        url=f"/savings/split/{row.split_id}",
        to_role=Role.LEADER,
        scope_kind=ScopeKind.CIRCLE,
        scope_id=row.project.circle_id,
        now=now,
    )


def _settle(session: Session, split: Split, state: SplitState, now: datetime) -> None:
    split.state, split.settled_at = state, now
    for row in split.shares:
        finish_tasks(session, subject=row, now=now)
    session.flush()


def _hand_on(session: Session, actor: Actor, split: Split, now: datetime) -> None:
    """Give every draft of these projects on the meter its agreed share; claims are reopened by people."""
    agreed = {row.project_id: row.share for row in split.shares}
    drafts = session.scalars(
        sa.select(Saving)
        .where(
            Saving.meter_id == split.meter_id,
            Saving.project_id.in_(agreed),
            Saving.state.in_([SavingState.DRAFT, SavingState.REFUSED]),
            Saving.reporting_from <= split.ends_on,
            Saving.reporting_to >= split.starts_on,
        )
        .order_by(Saving.id)
    ).all()
    for saving in drafts:
        before, saving.share = saving.share, agreed[saving.project_id]
        saving.version += 1
        session.flush()
        record_event(
            session,
            actor=actor,
            verb="savings.take_agreed_share",
            subject=saving,
            at=now,
            company_id=split.company_id,
            before={"share": str(before)},
            after={"share": str(saving.share)},
        )


def _record(
    session: Session,
    actor: Actor,
    row: Split | OverlapDecision | MediaSource,
    verb: str,
    now: datetime,
    reason: str = "",
    after: dict[str, object] | None = None,
) -> None:
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=row,
        at=now,
        company_id=row.company_id,
        reason=reason,
        after=after,
    )
