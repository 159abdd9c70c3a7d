"""Opening a round, changing it, its announcement and phases."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from cp_circles.calc.timing import Phase
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.judging import guards, phases, rules
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Level, Round, RoundPhase, Season
from cp_circles.judging.queries import ladder
from cp_circles.judging.services.amendments import tell_amended
from cp_circles.judging.services.round_settings import (
    RoundSettings,
    SettingsRefused,
    dropped_problems,
    facts_of,
    name_of,
    phases_of,
    reason_problems,
    require_plan,
    rule_for,
    settings_problems,
    take_over,
)
from cp_circles.judging.tasks import CHECK_ROUND
from cp_circles.notices.services import finish_tasks
from cp_circles.organisations.models import Company, Region, RegionLevel
from cp_circles.people.rules import Actor


def open_round(
    session: Session,
    *,
    actor: Actor,
    season: Season,
    level: Level,
    settings: RoundSettings,
    company: Company | None = None,
    region: Region | None = None,
    now: datetime,
) -> Round:
    """Open a round of a company or of the office of a region in a season."""
    _require_place(actor, level, company, region)
    if season.closed_at is not None:
        raise DomainError(msg("This season is closed."))
    _require_on_ladder(session, season, level, region)
    taken = ladder.round_of(
        session,
        season.id,
        level,
        region_id=region.id if region else None,
        company_id=company.id if company else None,
    )
    if taken is not None:
        raise DomainError(msg("This organiser has opened its round of the season already."))
    return begin_round(
        session,
        actor=actor,
        season=season,
        level=level,
        settings=settings,
        company_id=company.id if company else None,
        region_id=region.id if region else None,
        now=now,
    )


def begin_round(
    session: Session,
    *,
    actor: Actor,
    season: Season,
    level: Level,
    settings: RoundSettings,
    company_id: int | None,
    region_id: int | None,
    now: datetime,
) -> Round:
    """Write an unannounced round down; whoever calls has asked who may, and whether there is one already."""
    rule = rule_for(session, settings.rule_edition_id, level)
    round_ = Round(
        season_id=season.id,
        level=level,
        company_id=company_id,
        region_id=region_id,
        name=name_of(settings.name),
        public_key=secrets.token_hex(16),
        rule_edition_id=settings.rule_edition_id,
        created_at=now,
    )
    take_over(session, round_, settings, rule, now)
    session.add(round_)
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.open_round",
        subject=round_,
        at=now,
        after=facts_of(round_),
    )
    return round_


def edit_round(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    settings: RoundSettings,
    version: int,
    reason: str = "",
    now: datetime,
) -> Round:
    """Change a round's settings until its scoring opens; the version protects the other editor's text.

    Once the round is announced a change is an amendment: it needs a reason, stands on the public page of the
    rule with the old and the new text, and is written to the judges and to those who entered.
    """
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    require_changeable(session, round_, now)
    rule = rule_for(session, settings.rule_edition_id, round_.level)
    if early := [*reason_problems(round_, reason), *dropped_problems(session, round_, settings, rule)]:
        raise SettingsRefused([*early, *settings_problems(session, settings, rule)])
    reason = reason.strip()
    guards.bump(session, round_, version)
    before = facts_of(round_)
    round_.name = name_of(settings.name)
    round_.rule_edition_id = settings.rule_edition_id
    take_over(session, round_, settings, rule, now)
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.edit_round",
        subject=round_,
        at=now,
        reason=reason,
        before=before,
        after=facts_of(round_),
    )
    if round_.announced_at is not None and facts_of(round_) != before:
        tell_amended(session, round_=round_, reason=reason, now=now)
    return round_


def require_changeable(session: Session, round_: Round, now: datetime) -> None:
    """Refuse to change the settings of a round whose scoring has begun."""
    guards.require_unfinished(round_)
    if phases.has_scoring_begun(round_, guards.rule_of(session, round_), now):
        raise DomainError(msg("Scoring has begun; the rule and the settings of this round stand."))


def require_movable(round_: Round) -> None:
    """Refuse to move a phase of a finished round, or of one whose published list has a clock of its own."""
    guards.require_unfinished(round_)
    phases.require_unpublished(
        round_, msg("The list is published; the publicity period ends by its own clock.")
    )


def announce_round(session: Session, *, actor: Actor, round_: Round, now: datetime) -> Round:
    """Publish the rule of a round: whom it concerns can read it from now on."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    if round_.announced_at is not None:
        raise DomainError(msg("This round is announced already."))
    round_.announced_at = now
    session.flush()
    finish_tasks(session, subject=round_, kind=CHECK_ROUND, now=now)
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.announce_round",
        subject=round_,
        at=now,
        after=facts_of(round_),
    )
    return round_


def move_phase(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    key: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    push: bool = False,
    draw: bool = False,
    reason: str,
    now: datetime,
) -> RoundPhase:
    """End a phase earlier, extend it, move it or open it again, with a reason; phases never overlap.

    With `push` the later phases move along by what the new end takes from them, each as long as it was; with
    `draw` the next one begins at the new end. The link of the chain holds every phase that moved.
    """
    guards.require_organiser(actor, round_)
    reason = guards.require_reason(reason)
    guards.lock_round(session, round_)
    require_movable(round_)
    row = next((phase for phase in round_.phases if phase.key == key), None)
    if row is None:
        raise NotFound
    if row.ends_at <= now and (ends_at is None or ends_at <= now):
        raise Invalid(
            msg("This phase is over; to open it again, give an end that is still to come."), field="ends_at"
        )
    if starts_at is not None and starts_at != row.starts_at and row.starts_at <= now:
        raise Invalid(msg("This phase has begun; only its end can be moved."), field="starts_at")
    if ends_at is not None and ends_at < now:
        raise Invalid(msg("A phase cannot end in the past."), field="ends_at")
    before = phases_of(round_)
    row.starts_at, row.ends_at = starts_at or row.starts_at, ends_at or row.ends_at
    if push:
        _push_later(list(round_.phases), row)
    if draw:
        _draw_next(list(round_.phases), row)
    require_plan([Phase(p.key, p.starts_at, p.ends_at) for p in round_.phases])
    session.flush()
    after = phases_of(round_)
    moved = [n for n, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.move_phase",
        subject=round_,
        at=now,
        reason=reason,
        before={"phase": key, "phases": [before[n] for n in moved]},
        after={"phase": key, "phases": [after[n] for n in moved]},
    )
    if round_.announced_at is not None:
        tell_amended(session, round_=round_, reason=reason, now=now)
    return row


def _push_later(plan: list[RoundPhase], row: RoundPhase) -> None:
    later = plan[plan.index(row) + 1 :]
    by = row.ends_at - later[0].starts_at if later else timedelta(0)
    if by > timedelta(0):
        for phase in later:
            phase.starts_at, phase.ends_at = phase.starts_at + by, phase.ends_at + by


def _draw_next(plan: list[RoundPhase], row: RoundPhase) -> None:
    for phase in plan[plan.index(row) + 1 :][:1]:
        phase.starts_at = row.ends_at


def end_phase_now(session: Session, *, actor: Actor, round_: Round, reason: str, now: datetime) -> RoundPhase:
    """End the present phase at this moment and let the next one begin; the others keep their times."""
    guards.require_organiser(actor, round_)
    rows = list(round_.phases)
    place = next((n for n, row in enumerate(rows) if row.starts_at <= now < row.ends_at), None)
    if place is None:
        raise DomainError(msg("No phase of this round is running now."))
    if now - rows[place].starts_at < timedelta(seconds=1):
        raise DomainError(msg("This phase has only just begun."))
    return move_phase(
        session,
        actor=actor,
        round_=round_,
        key=rows[place].key,
        ends_at=now,
        draw=True,
        reason=reason,
        now=now,
    )


def _require_place(actor: Actor, level: Level, company: Company | None, region: Region | None) -> None:
    if (company is None) == (region is None) or (level is Level.COMPANY) != (company is not None):
        raise Invalid(
            msg("A company's round is held by a company, every other round by a region."), field="level"
        )
    company_id, region_id = company.id if company else None, region.id if region else None
    if rules.can_organise_for(actor, company_id=company_id, region_id=region_id):
        return
    path = company.region.path if company else region.path if region else ""
    if actor.oversees(path) or (company_id is not None and company_id in actor.company_ids):
        raise NotAllowed(msg("A round is opened by its own organiser only."))
    raise NotFound


def _require_on_ladder(session: Session, season: Season, level: Level, region: Region | None) -> None:
    if region is None:
        return
    fits = {
        Level.NATION: region.level is RegionLevel.NATION,
        Level.PROVINCE: region.level is RegionLevel.PROVINCE,
        Level.CITY: region.level is RegionLevel.CITY or region.is_direct_county,
        Level.COUNTY: region.level is RegionLevel.COUNTY and not region.is_direct_county,
    }
    if not fits[level]:
        raise Invalid(msg("This region does not hold rounds of this level."), field="level")
    if level is Level.COUNTY and not ladder.seat_of(session, season, region).county_round:
        raise DomainError(msg("The counties of this city hold no rounds in this season."))
