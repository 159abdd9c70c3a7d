"""Amendments of an announced rule in words: what stood there, what stands there now, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from cp_circles.db.models import Event
from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.judging.presenting.names import phase_name, stage_name, track_name
from cp_circles.rulesets.schema import Pack, RoundRule
from cp_circles.web.formats import datetime_text, number
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session

Lines = dict[str, str]


@dataclass(frozen=True)
class Amendment:
    """One announced change: when, why, and (term, old text, new text) of each line that it touched."""

    at: datetime
    reason: str
    lines: tuple[tuple[str, str, str], ...]


def amendments(events: Sequence[Event], rule: RoundRule) -> list[Amendment]:
    """The events that changed something, in words."""
    found = [Amendment(event.at, event.reason, differences(event, rule)) for event in events]
    return [one for one in found if one.lines]


def differences(event: Event, rule: RoundRule) -> tuple[tuple[str, str, str], ...]:
    """What an event changed as (term, old text, new text); a link of old holds the one phase it named."""
    before, after = (_lines(facts or {}, rule) for facts in (event.before, event.after))
    return tuple(
        (term, before.get(term, "–"), after.get(term, "–"))
        for term in dict.fromkeys([*before, *after])
        if before.get(term) != after.get(term)
    )


def _lines(facts: Mapping[str, Any], rule: RoundRule) -> Lines:
    if "starts_at" in facts:
        return {phase_name(rule, facts["phase"]): _span(facts["starts_at"], facts["ends_at"])}
    lines: Lines = {}
    for name, term in (
        ("pass_mark", _("Pass mark")),
        ("reserve", _("Reserve places")),
        ("publicity_days", _("Publicity days")),
        ("panel_size", _("Judges for each entry")),
    ):
        if name in facts:
            lines[term] = number(facts[name])
    if "rule" in facts:
        lines[_("Rule")] = _edition(facts["rule"])
        lines[_("Award scheme")] = _edition(facts["award"]) if facts.get("award") else _("No awards")
        lines[_("Late recommendations")] = _("yes") if facts.get("accepts_late") else _("no")
    for key, starts_at, ends_at in facts.get("phases", ()):
        lines[phase_name(rule, key)] = _span(starts_at, ends_at)
    for track, _methods, rubrics in facts.get("tracks", ()):
        for stage, edition_id in rubrics.items():
            lines[f"{track_name(track)} · {stage_name(rule, stage)}"] = _edition(edition_id)
    return lines


def _edition(edition_id: int) -> str:
    edition = db_session().get(Edition, edition_id)
    if edition is None:
        return "–"
    pack: Pack = editions.pack_of(edition)
    return f"{pack.names.in_(locale_name())} ({edition.edition})"


def _span(starts_at: str, ends_at: str) -> str:
    return " – ".join(datetime_text(datetime.fromisoformat(text)) for text in (starts_at, ends_at))
