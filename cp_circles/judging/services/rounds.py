"""Opening a round, its settings and phases, its announcement, and the quotas it gives."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.timing import Phase, phase_problems
from cp_circles.calc.workdays import ChineseCalendar, publicity_ends
from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.judging import guards, phases, rules
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Level, Quota, Round, RoundPhase, RoundTrack, Season
from cp_circles.judging.queries import ladder
from cp_circles.judging.working import shown
from cp_circles.organisations.models import Company, Region, RegionLevel
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import RoundRule


@dataclass(frozen=True)
class PhaseTimes:
    """When one phase of the plan starts and ends."""

    key: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class TrackPlan:
    """A track, the methods whose results belong to it, and the rubric edition of each stage."""

    key: str
    methods: tuple[str, ...]
    rubrics: Mapping[str, int]


@dataclass(frozen=True)
class RoundSettings:
    """What an organiser chooses; None takes what the rule proposes."""

    name: str
    rule_edition_id: int
    phases: Sequence[PhaseTimes] = ()
    tracks: Sequence[TrackPlan] | None = None
    award_edition_id: int | None = None
    pass_mark: Decimal | None = None
    reserve_places: int | None = None
    publicity_days: int | None = None
    panel_size: int | None = None
    accepts_late: bool = False


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
    rule = _rule(session, settings.rule_edition_id, level)
    round_ = Round(
        season_id=season.id,
        level=level,
        company_id=company.id if company else None,
        region_id=region.id if region else None,
        name=_name(settings.name),
        public_key=secrets.token_hex(16),
        rule_edition_id=settings.rule_edition_id,
        created_at=now,
    )
    _take_over(session, round_, settings, rule, now)
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
    session: Session, *, actor: Actor, round_: Round, settings: RoundSettings, version: int, now: datetime
) -> Round:
    """Change a round's settings until its scoring opens; the version protects the other editor's text."""
    guards.require_organiser(actor, round_)
    guards.require_unfinished(round_)
    guards.lock_round(session, round_)
    if phases.has_scoring_begun(round_, guards.rule_of(session, round_), now):
        raise DomainError(msg("Scoring has begun; the rule and the settings of this round stand."))
    rule = _rule(session, settings.rule_edition_id, round_.level)
    guards.bump(session, round_, version)
    before = facts_of(round_)
    round_.name = _name(settings.name)
    round_.rule_edition_id = settings.rule_edition_id
    _take_over(session, round_, settings, rule, now)
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.edit_round",
        subject=round_,
        at=now,
        before=before,
        after=facts_of(round_),
    )
    return round_


def announce_round(session: Session, *, actor: Actor, round_: Round, now: datetime) -> Round:
    """Publish the rule of a round: whom it concerns can read it from now on."""
    guards.require_organiser(actor, round_)
    if round_.announced_at is not None:
        raise DomainError(msg("This round is announced already."))
    round_.announced_at = now
    session.flush()
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
    reason: str,
    now: datetime,
) -> RoundPhase:
    """End a phase earlier, extend it or move it, with a reason; phases never overlap."""
    guards.require_organiser(actor, round_)
    guards.require_unfinished(round_)
    reason = guards.require_reason(reason)
    guards.lock_round(session, round_)
    row = next((phase for phase in round_.phases if phase.key == key), None)
    if row is None:
        raise NotFound
    if row.ends_at <= now:
        raise DomainError(msg("This phase is over; it cannot be moved any more."))
    if starts_at is not None and starts_at != row.starts_at and row.starts_at <= now:
        raise Invalid(msg("This phase has begun; only its end can be moved."), field="starts_at")
    if ends_at is not None and ends_at < now:
        raise Invalid(msg("A phase cannot end in the past."), field="ends_at")
    before = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()}
    row.starts_at, row.ends_at = starts_at or row.starts_at, ends_at or row.ends_at
    _require_plan([Phase(p.key, p.starts_at, p.ends_at) for p in round_.phases])
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.move_phase",
        subject=round_,
        at=now,
        reason=reason,
        before={"phase": key, **before},
        after={"phase": key, "starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()},
    )
    return row


def end_phase_now(session: Session, *, actor: Actor, round_: Round, reason: str, now: datetime) -> RoundPhase:
    """End the present phase at this moment and let the next one begin; the others keep their times."""
    guards.require_organiser(actor, round_)
    rows = list(round_.phases)
    place = next((n for n, row in enumerate(rows) if row.starts_at <= now < row.ends_at), None)
    if place is None:
        raise DomainError(msg("No phase of this round is running now."))
    if now - rows[place].starts_at < timedelta(seconds=1):
        raise DomainError(msg("This phase has only just begun."))
    ended = move_phase(
        session, actor=actor, round_=round_, key=rows[place].key, ends_at=now, reason=reason, now=now
    )
    if place + 1 < len(rows):
        rows[place + 1].starts_at = now
        session.flush()
    return ended


def set_quota(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    unit: ladder.Unit,
    track_key: str,
    places: int,
    now: datetime,
) -> Quota:
    """Give a recommending unit its places in a track; possible until the unit's own list is published."""
    guards.require_organiser(actor, round_)
    guards.require_unfinished(round_)
    if places < 0:
        raise Invalid(msg("Give zero or more places."), field="places")
    if track_key not in {track.key for track in round_.tracks}:
        raise Invalid(msg("This round has no such track."), field="track_key")
    below = _round_of_unit(session, round_, unit)
    if below is None:
        raise NotFound
    if below.published_at is not None:
        raise DomainError(msg("%(round)s has published its list; its quota stands."), round=below.name)
    row = session.scalar(
        sa.select(Quota).where(
            Quota.round_id == round_.id,
            Quota.unit_kind == unit.kind,
            Quota.unit_id == unit.id,
            Quota.track_key == track_key,
        )
    )
    before = row.places if row else None
    if row is None:
        row = Quota(
            round_id=round_.id, unit_kind=unit.kind, unit_id=unit.id, track_key=track_key, places=places
        )
        session.add(row)
    row.places = places
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.set_quota",
        subject=round_,
        at=now,
        before={"places": before},
        after={"unit": list(unit), "track": track_key, "places": places},
    )
    return row


def default_tracks(session: Session, rule: RoundRule) -> list[TrackPlan]:
    """The tracks that a rule knows, with the newest rubrics and every method that names the track."""
    rubric_ids = {row.key: row.id for row in editions.latest_of_each(session, "rubric")}
    methods: dict[str, list[str]] = {}
    for row in editions.latest_of_each(session, "method"):
        methods.setdefault(str(getattr(editions.pack_of(row), "track", "")), []).append(row.key)
    keys = dict.fromkeys(row.track for stage in rule.stages for row in stage.rubrics)
    plans = []
    for key in keys:
        rubrics = {
            stage.key: rubric_ids[rubric]
            for stage in rule.stages
            if (rubric := stage.rubric_for(key)) is not None and rubric in rubric_ids
        }
        plans.append(TrackPlan(key, tuple(sorted(methods.get(key, ()))), rubrics))
    return plans


def default_phases(rule: RoundRule, starts_at: datetime) -> list[PhaseTimes]:
    """The rule's phases one after another in their usual numbers of working days, each until closing time."""
    hours, calendar, plan = phases.OFFICE_HOURS, ChineseCalendar(), []
    for phase in rule.phases:
        last_day = publicity_ends(hours.day_of(starts_at), max(1, int(phase.days.value)), calendar)
        plan.append(PhaseTimes(phase.key, starts_at, hours.end_of(last_day)))
        starts_at = plan[-1].ends_at
    return plan


def facts_of(round_: Round) -> dict[str, Any]:
    """A round's settings as its history keeps them."""
    return {
        "rule": round_.rule_edition_id,
        "award": round_.award_edition_id,
        "pass_mark": shown(round_.pass_mark),
        "reserve": round_.reserve_places,
        "publicity_days": round_.publicity_days,
        "panel_size": round_.panel_size,
        "accepts_late": round_.accepts_late,
        "phases": [[p.key, p.starts_at.isoformat(), p.ends_at.isoformat()] for p in round_.phases],
        "tracks": [[t.key, list(t.methods), dict(t.rubrics)] for t in round_.tracks],
    }


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


def _rule(session: Session, edition_id: int, level: Level) -> RoundRule:
    edition = session.get(Edition, edition_id)
    rule = editions.pack_of(edition) if edition else None
    if not isinstance(rule, RoundRule):
        raise Invalid(msg("Choose an edition of a round rule."), field="rule_edition_id")
    if level.value not in rule.levels:
        raise Invalid(msg("This rule is not made for rounds of this level."), field="rule_edition_id")
    return rule


def _name(name: str) -> str:
    if not name.strip():
        raise Invalid(msg("Give the round a name."), field="name")
    return name.strip()


def _take_over(
    session: Session, round_: Round, settings: RoundSettings, rule: RoundRule, now: datetime
) -> None:
    def chosen(value: Any, proposed: Any) -> Any:
        return proposed if value is None else value

    round_.pass_mark = chosen(settings.pass_mark, rule.pass_mark.value)
    round_.reserve_places = chosen(settings.reserve_places, int(rule.reserve_count.value))
    round_.publicity_days = chosen(settings.publicity_days, int(rule.publicity_days.value))
    round_.panel_size = chosen(settings.panel_size, int(max(stage.min_judges.value for stage in rule.stages)))
    round_.accepts_late = settings.accepts_late
    round_.award_edition_id = settings.award_edition_id
    if not 0 <= round_.pass_mark <= rule.total.value:
        raise Invalid(
            msg("The pass mark lies between 0 and %(total)s."), field="pass_mark", total=rule.total.value
        )
    if round_.publicity_days < 1:
        raise Invalid(msg("A publicity period has at least one working day."), field="publicity_days")
    if round_.panel_size < 1 or round_.reserve_places < 0:
        raise Invalid(
            msg("Give at least one judge and no fewer than zero reserve places."), field="panel_size"
        )
    _take_phases(session, round_, settings.phases or default_phases(rule, now), rule)
    plans = default_tracks(session, rule) if settings.tracks is None else settings.tracks
    _take_tracks(session, round_, plans, rule)


def _take_phases(session: Session, round_: Round, plan: Sequence[PhaseTimes], rule: RoundRule) -> None:
    known = [phase.key for phase in rule.phases]
    if [times.key for times in plan] != [key for key in known if key in {t.key for t in plan}]:
        raise Invalid(msg("The phases must be those of the rule, in its order."), field="phases")
    _require_plan([Phase(times.key, times.starts_at, times.ends_at) for times in plan])
    stored = {row.key: row for row in round_.phases}
    for row in list(round_.phases):
        if row.key not in {times.key for times in plan}:
            round_.phases.remove(row)
            session.delete(row)
    for position, times in enumerate(plan, start=1):
        row = stored.get(times.key)
        if row is None:
            row = RoundPhase(key=times.key)
            round_.phases.append(row)
        row.position, row.starts_at, row.ends_at = position, times.starts_at, times.ends_at


def _require_plan(plan: Sequence[Phase]) -> None:
    problems = phase_problems(plan)
    if problems:
        raise Invalid(problems[0].msgid, field="phases", **problems[0].values)


def _take_tracks(session: Session, round_: Round, plans: Sequence[TrackPlan], rule: RoundRule) -> None:
    known = {row.track for stage in rule.stages for row in stage.rubrics}
    if not plans or any(plan.key not in known for plan in plans):
        raise Invalid(msg("The tracks must be those of the rule."), field="tracks")
    for plan in plans:
        missing = [
            s.key for s in rule.stages if s.rubric_for(plan.key) is not None and s.key not in plan.rubrics
        ]
        if missing:
            raise Invalid(msg("Track %(track)s has no rubric for a stage."), field="tracks", track=plan.key)
    stored = {row.key: row for row in round_.tracks}
    for row in list(round_.tracks):
        if row.key not in {plan.key for plan in plans}:
            round_.tracks.remove(row)
            session.delete(row)
    for plan in plans:
        row = stored.get(plan.key)
        if row is None:
            row = RoundTrack(key=plan.key)
            round_.tracks.append(row)
        row.methods, row.rubrics = list(plan.methods), dict(plan.rubrics)


def _round_of_unit(session: Session, upper: Round, unit: ladder.Unit) -> Round | None:
    if unit not in ladder.recommending_units(session, upper):
        return None
    wanted = sa.select(Round).where(Round.season_id == upper.season_id, Round.id != upper.id)
    if unit.kind == "company":
        return session.scalar(wanted.where(Round.company_id == unit.id))
    return session.scalar(wanted.where(Round.region_id == unit.id))
