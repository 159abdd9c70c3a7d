"""Levels, tracks, stages, phases and organisers in the reader's words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from unicodedata import east_asian_width

from flask import g
from flask_babel import gettext as _

from cp_circles.circles.dates import local_date
from cp_circles.editions import queries as editions
from cp_circles.errors import Invalid, msg
from cp_circles.judging import phases
from cp_circles.judging.models import Level, Round
from cp_circles.results.models import Result
from cp_circles.rulesets.schema import RoundRule, Track
from cp_circles.web.formats import datetime_text
from cp_circles.web.i18n import enum_label, locale_name
from cp_circles.web.session import clock, db_session, settings

WORDS = (
    msg("company"),
    msg("county"),
    msg("city"),
    msg("province"),
    msg("nation"),
    msg("on site"),
    msg("paper"),
    msg("presentation"),
    msg("promoted"),
    msg("reserve"),
    msg("not promoted"),
    msg("placed"),
)


@dataclass(frozen=True)
class PhaseLine:
    """One phase as the round's page lists it."""

    key: str
    name: str
    starts_at: datetime
    ends_at: datetime | None
    state: str


def office_hours() -> phases.OfficeHours:
    """The governing zone and the closing time of the settings."""
    return phases.OfficeHours(clock().zone, settings().publicity_closes_at)


def level_name(level: Level | str) -> str:
    """A level in the reader's words."""
    return _capital(enum_label(level.value if isinstance(level, Level) else level))


def track_name(key: str) -> str:
    """A track as its pack names it; one that has no pack keeps its code."""
    if "track_names" not in g:
        g.track_names = {one.key: one.names for one in editions.newest_packs(db_session(), Track)}
    names = g.track_names.get(key)
    return str(names.in_(locale_name())) if names else key


def _capital(text: str) -> str:
    """The text with a capital at its start, where its script has capitals."""
    return text[:1].upper() + text[1:]


def cut_to(text: str, cells: int) -> str:
    """The text, or as much of it as fits into so many cells with a mark; a Chinese character takes two."""
    widths = [2 if east_asian_width(letter) in "WF" else 1 for letter in text]
    if sum(widths) <= cells:
        return text
    kept, used = "", 0
    for letter, width in zip(text, widths, strict=True):
        if used + width > cells - 1:
            break
        kept, used = kept + letter, used + width
    return kept + "…"


def stage_name(rule: RoundRule, key: str) -> str:
    """A stage as the rule names it."""
    stage = rule.stage(key)
    return stage.names.in_(locale_name()) if stage else enum_label(key)


def phase_name(rule: RoundRule, key: str) -> str:
    """A phase as the rule names it."""
    phase = rule.phase(key)
    return phase.names.in_(locale_name()) if phase else key


def phases_named(refusal: Invalid, rule: RoundRule) -> Invalid:
    """A refusal that speaks of phases by their keys, with the names that the rule gives them."""
    named = {
        key: phase_name(rule, value) if key in ("phase", "first", "second") else value
        for key, value in refusal.values.items()
    }
    return Invalid(refusal.msgid, field=refusal.field, **named)


def company_named(result: Result) -> str:
    """The company as the frozen package of a result names it: published lists stay when a company changes."""
    company = result.project.company
    frozen = (result.package or {}).get("company") or {"name": company.name, "name_en": company.name_en}
    english = locale_name().startswith("en") and frozen.get("name_en")
    return str(frozen["name_en"] if english else frozen["name"])


def circle_named(result: Result) -> str:
    """The circle as the frozen package of a result names it."""
    circle = result.project.circle
    frozen = (result.package or {}).get("circle") or {"name": circle.name if circle else ""}
    return str(frozen.get("name") or "")


def organiser_name(round_: Round) -> str:
    """Who holds the round."""
    holder = round_.company or round_.region
    return holder.label(locale_name()) if holder else ""


def phase_lines(
    round_: Round, rule: RoundRule, now: datetime, dates: phases.Dates | None = None
) -> list[PhaseLine]:
    """The phases as they hold now; for others than its organiser by the dates of a held list."""
    lines = []
    for phase in phases.phases_of(round_, rule, dates):
        state = "now" if phase.holds(now) else "done" if phase.ends_at <= now else "open"
        ends_at = None if phase.ends_at >= phases.NEVER else phase.ends_at
        lines.append(PhaseLine(phase.key, phase_name(rule, phase.key), phase.starts_at, ends_at, state))
    return lines


def deadline_text(ends_at: datetime | None, now: datetime) -> str:
    """A deadline with what is left of it; days are those of the calendar, as tasks count them."""
    if ends_at is None or ends_at >= phases.NEVER:
        return ""
    left = ends_at - now
    if left <= timedelta(0):
        return _("closed on %(when)s", when=datetime_text(ends_at))
    if left < timedelta(hours=1):
        minutes = -(-left // timedelta(minutes=1))
        return _("until %(when)s (%(minutes)s minutes left)", when=datetime_text(ends_at), minutes=minutes)
    if left < 2 * timedelta(days=1):
        hours = left // timedelta(hours=1)
        return _("until %(when)s (%(hours)s hours left)", when=datetime_text(ends_at), hours=hours)
    days = (local_date(ends_at) - local_date(now)).days
    return _("until %(when)s (%(days)s days left)", when=datetime_text(ends_at), days=days)


def ended_text(ends_at: datetime | None, now: datetime) -> str:
    """A sentence that follows another: when a period ended, empty while it runs or has no end."""
    if ends_at is None or now < ends_at:
        return ""
    return f"{'' if locale_name() != 'en' else ' '}{_('It ended on %(when)s.', when=datetime_text(ends_at))}"
