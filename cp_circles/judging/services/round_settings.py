"""The settings of a round: what a rule proposes, what an organiser may choose, and what is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.timing import Phase, phase_problems
from cp_circles.calc.workdays import ChineseCalendar, publicity_ends
from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.errors import Invalid, msg
from cp_circles.judging import phases
from cp_circles.judging.figures import shown
from cp_circles.judging.models import Entry, EntryState, Level, Round, RoundPhase, RoundTrack
from cp_circles.rulesets.schema import AwardScheme, Method, RoundRule


class SettingsRefused(Invalid):
    """Everything that is wrong with the settings of a round; read as an `Invalid`, it is the first of it."""

    def __init__(self, problems: Sequence[Invalid]) -> None:
        first = problems[0]
        super().__init__(first.msgid, field=first.field, **first.values)
        self.problems = problems


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


def default_tracks(session: Session, rule: RoundRule) -> list[TrackPlan]:
    """The tracks that a rule knows, with the newest rubrics and the methods whose results enter them."""
    rubric_ids = {row.key: row.id for row in editions.latest_of_each(session, "rubric")}
    methods: dict[str | None, list[str]] = {}
    for row in editions.latest_of_each(session, "method"):
        track = editions.pack_of(row, Method).track_among(rule.tracks)
        methods.setdefault(track, []).append(row.key)
    plans = []
    for key in rule.tracks:
        rubrics: dict[str, int] = {
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
        "phases": phases_of(round_),
        "tracks": [[t.key, list(t.methods), dict(t.rubrics)] for t in round_.tracks],
    }


def phases_of(round_: Round) -> list[list[str]]:
    """The phases of a round as its history keeps them: key, start and end."""
    return [[row.key, row.starts_at.isoformat(), row.ends_at.isoformat()] for row in round_.phases]


def rule_for(session: Session, edition_id: int, level: Level) -> RoundRule:
    """The rule of an edition, if it is made for rounds of this level."""
    edition = session.get(Edition, edition_id)
    rule = editions.pack_of(edition) if edition else None
    if not isinstance(rule, RoundRule):
        raise Invalid(msg("Choose an edition of a round rule."), field="rule_edition_id")
    if level.value not in rule.levels:
        raise Invalid(msg("This rule is not made for rounds of this level."), field="rule_edition_id")
    return rule


def name_of(name: str) -> str:
    """The name without surrounding space; an empty one is refused."""
    if not name.strip():
        raise Invalid(msg("Give the round a name."), field="name")
    return name.strip()


def take_over(
    session: Session, round_: Round, settings: RoundSettings, rule: RoundRule, now: datetime
) -> None:
    """Check the settings and write them onto the round; None takes what the rule proposes."""
    if problems := settings_problems(session, settings, rule):
        raise SettingsRefused(problems)
    numbers = _numbers(settings, rule)
    round_.pass_mark, round_.reserve_places = numbers.pass_mark, numbers.reserve_places
    round_.publicity_days, round_.panel_size = numbers.publicity_days, numbers.panel_size
    round_.accepts_late = settings.accepts_late
    round_.award_edition_id = settings.award_edition_id
    _take_phases(session, round_, settings.phases or default_phases(rule, now), rule)
    plans = default_tracks(session, rule) if settings.tracks is None else settings.tracks
    _take_tracks(session, round_, plans, rule)


def settings_problems(session: Session, settings: RoundSettings, rule: RoundRule) -> list[Invalid]:
    """Everything that is wrong with the numbers, the award and the times of the settings."""
    problems = [*_number_problems(_numbers(settings, rule), rule), *_award_problems(session, settings, rule)]
    return problems + _plan_problems([Phase(one.key, one.starts_at, one.ends_at) for one in settings.phases])


def reason_problems(round_: Round, reason: str) -> list[Invalid]:
    """An announced round is not changed without a reason."""
    if round_.announced_at is None or reason.strip():
        return []
    return [Invalid(msg("Give the reason; the people concerned will read it."), field="reason")]


def dropped_problems(
    session: Session, round_: Round, settings: RoundSettings, rule: RoundRule
) -> list[Invalid]:
    """A track that holds entries is not dropped: its results would stand without rubrics or places."""
    plans = default_tracks(session, rule) if settings.tracks is None else settings.tracks
    dropped = {row.key for row in round_.tracks} - {plan.key for plan in plans}
    held = session.scalars(
        sa.select(Entry.track_key)
        .where(Entry.round_id == round_.id, Entry.track_key.in_(dropped), Entry.state != EntryState.WITHDRAWN)
        .distinct()
        .order_by(Entry.track_key)
    ).all()
    text = msg("Track %(track)s holds entries; it cannot be taken out of this round.")
    return [Invalid(text, field="tracks", track=key) for key in held]


@dataclass(frozen=True)
class _Numbers:
    """The numbers of a round, as chosen or as the rule proposes them."""

    pass_mark: Decimal
    reserve_places: int
    publicity_days: int
    panel_size: int


def _numbers(settings: RoundSettings, rule: RoundRule) -> _Numbers:
    def chosen(value: Any, proposed: Any) -> Any:
        return proposed if value is None else value

    return _Numbers(
        chosen(settings.pass_mark, rule.pass_mark.value),
        chosen(settings.reserve_places, int(rule.reserve_count.value)),
        chosen(settings.publicity_days, int(rule.publicity_days.value)),
        chosen(settings.panel_size, int(max(stage.min_judges.value for stage in rule.stages))),
    )


def _number_problems(numbers: _Numbers, rule: RoundRule) -> list[Invalid]:
    """What is wrong with the numbers of a round."""
    found = []
    if not 0 <= numbers.pass_mark <= rule.total.value:
        text = msg("The pass mark lies between 0 and %(total)s.")
        found.append(Invalid(text, field="pass_mark", total=rule.total.value))
    if numbers.publicity_days < 1:
        text = msg("A publicity period has at least one working day.")
        found.append(Invalid(text, field="publicity_days"))
    if numbers.panel_size < 1 or numbers.reserve_places < 0:
        text = msg("Give at least one judge and no fewer than zero reserve places.")
        found.append(Invalid(text, field="panel_size"))
    most = min(stage.max_judges.value for stage in rule.stages)
    if numbers.panel_size > most:
        text = msg("A stage of this rule has at most %(most)s judges.")
        found.append(Invalid(text, field="panel_size", most=most))
    return found


def _award_problems(session: Session, settings: RoundSettings, rule: RoundRule) -> list[Invalid]:
    """An award that no total of the rule can reach."""
    if settings.award_edition_id is None:
        return []
    edition = session.get(Edition, settings.award_edition_id)
    scheme = editions.pack_of(edition) if edition else None
    if not isinstance(scheme, AwardScheme):
        return [Invalid(msg("Choose an award scheme."), field="award_edition_id")]
    if scheme.awards[0].min_score.value > rule.total.value:
        text = msg("The highest award asks for more points than the rule gives.")
        return [Invalid(text, field="award_edition_id")]
    return []


def _plan_problems(plan: Sequence[Phase]) -> list[Invalid]:
    """Every phase that ends too early, overlaps or stands out of order."""
    return [Invalid(one.msgid, field="phases", **one.values) for one in phase_problems(plan)]


def _take_phases(session: Session, round_: Round, plan: Sequence[PhaseTimes], rule: RoundRule) -> None:
    known = [phase.key for phase in rule.phases]
    if [times.key for times in plan] != [key for key in known if key in {t.key for t in plan}]:
        raise Invalid(msg("The phases must be those of the rule, in its order."), field="phases")
    stored = {row.key: row for row in round_.phases}
    for row in list(round_.phases):
        if row.key not in {times.key for times in plan}:
            round_.phases.remove(row)
            session.delete(row)
    for position, times in enumerate(plan, start=1):
        row = stored.get(times.key) or RoundPhase(key=times.key)
        if times.key not in stored:
            round_.phases.append(row)
        row.position, row.starts_at, row.ends_at = position, times.starts_at, times.ends_at


def require_plan(plan: Sequence[Phase]) -> None:
    """Refuse phases that end too early, overlap or stand out of order."""
    problems = _plan_problems(plan)
    if problems:
        raise SettingsRefused(problems)


def _take_tracks(session: Session, round_: Round, plans: Sequence[TrackPlan], rule: RoundRule) -> None:
    if not plans or any(plan.key not in rule.tracks for plan in plans):
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
        row = stored.get(plan.key) or RoundTrack(key=plan.key)
        if plan.key not in stored:
            round_.tracks.append(row)
        row.methods, row.rubrics = list(plan.methods), dict(plan.rubrics)
