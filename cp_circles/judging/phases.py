"""Which phase of a round is active and which rights it opens: read from the clock, never from a job."""

from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from cp_circles.calc.timing import Phase, active_phase
from cp_circles.errors import DomainError, msg
from cp_circles.judging.models import Round
from cp_circles.rulesets.schema import RoundRule

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
MOMENTS = (
    "before",
    "entry",
    "formal_review",
    "conflict_declaration",
    "scoring",
    "presentation",
    "deliberation",
    "late",
    "publicity",
    "taken_back",
    "final",
    "after",
    "finished",
    "awarded",
)
RIGHT_OF_STAGE = {"on_site": "score", "paper": "score", "presentation": "present"}
SCORING_RIGHTS = ("score", "present")


def since(moment: str) -> tuple[str, ...]:
    """That moment of a round's life and all later ones.

    Beside the phases the life has: before them, late (deliberation is over, the list not published), taken
    back (an upheld objection had the scores given again), after them, finished and awarded.
    """
    return MOMENTS[MOMENTS.index(moment) :]


def from_to(first: str, last: str) -> tuple[str, ...]:
    """The moments of a round's life from one to another, both included."""
    return MOMENTS[MOMENTS.index(first) : MOMENTS.index(last) + 1]


class OfficeHours(NamedTuple):
    """The governing zone, and the local time at which a period ends on its last day."""

    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    closes_at: time = time(17, 0)

    def day_of(self, at: datetime) -> date:
        """The local date of a moment."""
        return at.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The closing hour of a local date, in UTC."""
        return datetime.combine(day, self.closes_at, tzinfo=self.zone).astimezone(UTC)


OFFICE_HOURS = OfficeHours()


class Dates(Protocol):
    """When a list was published, ends and ended: of the round itself, or of what everybody reads of it."""

    published_at: Any
    publicity_ends_at: Any
    finished_at: Any


class PhaseClosed(DomainError):
    """The round's present phase does not open this right."""

    msgid = msg("This is not open in the present phase of the round.")


class ListPublished(DomainError):
    """What stands behind a published list changes only through an objection."""

    msgid = msg("The list is published; this changes only through an objection.")


def phases_of(round_: Round, rule: RoundRule, dates: Dates | None = None) -> tuple[Phase, ...]:
    """The phases as they hold: as planned, and publicity from publication to its own end once published.

    What comes after publicity follows it at once; a stopped clock keeps publicity open without an end.
    `dates` are those of a held list, for whoever reads no more of the round than that.
    """
    dates = dates or round_
    planned = [Phase(row.key, row.starts_at, row.ends_at) for row in round_.phases]
    if dates.published_at is None:
        return tuple(planned)
    keys = [phase.key for phase in planned]
    shown = next((phase.key for phase in rule.phases if "object" in phase.rights), None)
    place = keys.index(shown) if shown in keys else len(keys)
    ends_at = dates.publicity_ends_at or NEVER
    held = [Phase(p.key, p.starts_at, min(p.ends_at, dates.published_at)) for p in planned[:place]]
    if shown is not None:
        held.append(Phase(shown, dates.published_at, ends_at))
    for phase in planned[place + 1 :]:
        starts_at = held[-1].ends_at
        if starts_at < NEVER:
            held.append(
                Phase(phase.key, starts_at, max(phase.ends_at, starts_at + (phase.ends_at - phase.starts_at)))
            )
    return tuple(phase for phase in held if phase.starts_at < phase.ends_at)


def phase_of(round_: Round, rule: RoundRule, now: datetime, dates: Dates | None = None) -> Phase | None:
    """The phase that is active now, or None before, between and after the phases."""
    return active_phase(phases_of(round_, rule, dates), now)


def right_open(round_: Round, rule: RoundRule, right: str, now: datetime) -> bool:
    """True if the active phase opens the right."""
    phase = phase_of(round_, rule, now)
    known = rule.phase(phase.key) if phase else None
    return known is not None and right in known.rights


def phases_with(rule: RoundRule, *rights: str) -> list[str]:
    """The keys of the phases that open one of the rights, in their order."""
    return [phase.key for phase in rule.phases if any(right in phase.rights for right in rights)]


def require_right(round_: Round, rule: RoundRule, right: str, now: datetime) -> None:
    """Raise PhaseClosed unless the active phase opens the right."""
    if not right_open(round_, rule, right, now):
        raise PhaseClosed


def require_unpublished(round_: Round, msgid: str = ListPublished.msgid) -> None:
    """Refuse what would change the ground of a published list."""
    if round_.published_at is not None:
        raise ListPublished(msgid)


def require_assigning(round_: Round, rule: RoundRule, now: datetime) -> None:
    """Raise PhaseClosed unless judges get entries now: from the declarations to the last score."""
    if now < opens_at(round_, rule, "assign", "score"):
        raise PhaseClosed(msg("Judges are assigned after their conflicts are declared."))
    if not any(right_open(round_, rule, right, now) for right in ("assign", *SCORING_RIGHTS)):
        raise PhaseClosed(msg("Scoring is over; a judge who begins now could not score any more."))


def require_declaring(round_: Round, rule: RoundRule, now: datetime) -> None:
    """Raise PhaseClosed unless judges declare their conflicts now."""
    if now < opens_at(round_, rule, "declare_conflict"):
        raise PhaseClosed(msg("Conflicts are declared once the list of companies and circles is complete."))
    if not right_open(round_, rule, "declare_conflict", now):
        raise PhaseClosed(msg("Conflicts are declared until scoring ends; it is over."))


def opens_at(round_: Round, rule: RoundRule, *rights: str) -> datetime:
    """When the first phase with one of the rights begins."""
    keys = phases_with(rule, *rights)
    return min((row.starts_at for row in round_.phases if row.key in keys), default=NEVER)


def closes_at(round_: Round, rule: RoundRule, *rights: str) -> datetime:
    """When the last phase with one of the rights ends."""
    keys = phases_with(rule, *rights)
    return max((row.ends_at for row in round_.phases if row.key in keys), default=NEVER)


def has_scoring_begun(round_: Round, rule: RoundRule, now: datetime) -> bool:
    """True once the first phase of scoring has begun; from then on the round's settings stand."""
    return now >= opens_at(round_, rule, *SCORING_RIGHTS)


def is_scoring_over(round_: Round, rule: RoundRule, now: datetime) -> bool:
    """True once the last phase of scoring has ended."""
    return now >= closes_at(round_, rule, *SCORING_RIGHTS)


def is_publicity_running(dates: Dates, now: datetime) -> bool:
    """True from publication until the period ends; a stopped clock keeps it running."""
    if dates.published_at is None or dates.finished_at is not None:
        return False
    return dates.publicity_ends_at is None or bool(now < dates.publicity_ends_at)
