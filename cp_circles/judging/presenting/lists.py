"""Standings: decisions, the calendar of publicity, and every row ready to be redone by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cp_circles.calc.exact import round_half_up
from cp_circles.calc.workdays import Calendar, Interval, Weekdays
from cp_circles.errors import msg
from cp_circles.judging.models import PublicList, Round
from cp_circles.judging.presenting.names import circle_named, company_named, office_hours, stage_name
from cp_circles.judging.presenting.published import criterion_names, tie_key_text
from cp_circles.judging.queries.calendars import calendar_of
from cp_circles.judging.services.publicity import stops_of
from cp_circles.rulesets.schema import RoundRule, Rubric
from cp_circles.web.formats import datetime_text
from cp_circles.web.i18n import locale_name, translate
from cp_circles.web.session import db_session

WEEKDAYS = (msg("Mon"), msg("Tue"), msg("Wed"), msg("Thu"), msg("Fri"), msg("Sat"), msg("Sun"))


@dataclass(frozen=True)
class StageWorking:
    """One stage of one entry, ready to be redone by hand."""

    key: str
    name: str
    scale: str
    is_scaled: bool
    weight: str
    criteria: list[tuple[str, str]]
    rows: list[dict[str, Any]]
    sum_text: str
    used_count: int
    valid_count: int
    mean: str
    weighted: str
    used_text: str


@dataclass(frozen=True)
class EntryWorking:
    """One entry of a printed standing."""

    place: int
    number: int
    title: str
    circle: str
    company: str
    score: str
    decision: str
    why: str
    stages: list[StageWorking] = field(default_factory=list)
    total_text: str = ""
    ties: list[str] = field(default_factory=list)


def calendar(round_: Round, today: date, shown: Round | PublicList | None = None) -> dict[str, Any] | None:
    """The working days of a publicity period as the macro draws them, by the dates that are shown.

    Days on which an objection kept the clock from running are not counted; behind a held list nothing of
    later objections shows.
    """
    shown = shown or round_
    if shown.published_at is None:
        return None
    hours = office_hours()
    known = calendar_of(db_session(), round_.season.pack)
    starts_on = hours.day_of(shown.published_at)
    ends_on = hours.day_of(shown.publicity_ends_at) if shown.publicity_ends_at else None
    stopped = shown.publicity_ends_at is None
    held = isinstance(shown, PublicList) and shown.held_at is not None
    stops = [] if held else stops_of(db_session(), round_, hours)
    last = ends_on or max(today, starts_on + timedelta(days=round_.publicity_days))
    days: list[tuple[str, int, str, str]] = []
    counted, day = 0, starts_on
    while day < last and len(days) < 40:
        day += timedelta(days=1)
        working, still = known.is_working_day(day), _is_still(day, stops)
        counted += working and not still
        state = "now" if day == today else "off" if still or not working else "past" if day < today else ""
        word = _("today") if day == today else _day_word(working, still, counted)
        if ends_on == day and day != today:
            word = _("closes")
        days.append((_(WEEKDAYS[day.weekday()]), day.day, word, state))
    left = sum(1 for n in range((last - today).days) if known.is_working_day(today + timedelta(days=n + 1)))
    if today > starts_on and known.is_working_day(today) and today <= last:
        left += 1
    return {
        "days": days[-18:],
        "left": _("Clock stopped") if stopped else _("still %(count)s", count=max(0, left)),
        "left_unit": "" if stopped else _("working day") if left == 1 else _("working days"),
        "ends": _("The clock stands still; the end is set when the objection is settled.")
        if stopped
        else _("Closes on %(when)s.", when=datetime_text(shown.publicity_ends_at)),
        "note": _("An objection is being examined: the clock stands still and the end moves.")
        if stopped
        else None,
        "unknown": _unknown_years(known, starts_on, last),
    }


def _is_still(day: date, stops: Iterable[Interval]) -> bool:
    """True for a day on which an objection kept the clock from running."""
    return any(first <= day and (resumed is None or day < resumed) for first, resumed in stops)


def _day_word(working: bool, still: bool, counted: int) -> str:
    if not working:
        return _("off")
    return _("stopped") if still else _("day %(n)s", n=counted)


def _unknown_years(known: Calendar, starts_on: date, last: date) -> str:
    """A sentence about years of the period whose holiday plan is not known; empty where all are."""
    if isinstance(known, Weekdays):
        return _("No holidays are known for this season: Monday to Friday count as working days.")
    years = [str(day.year) for day in (starts_on, last) if not known.covers(day)]
    if not years:
        return ""
    return _(
        "The holiday plan of %(years)s is not entered yet: Monday to Friday count as working days until it"
        " is; the end then moves with it.",
        years=" / ".join(dict.fromkeys(years)),
    )


def decision_badge(decision: str, why: Mapping[str, Any], *, finished: bool) -> tuple[str, str, str]:
    """(word, tone, icon) of a decision; before the round is finished it is a proposal."""
    if decision == "promoted":
        return (_("Promoted") if finished else _("Proposed"), "ok", "check")
    if decision == "reserve":
        return (_("Reserve %(number)s", number=why.get("reserve") or ""), "info", "clock")
    if decision == "placed":
        return (_("Placed"), "info", "scale")
    return (_("Not promoted"), "mute", "dash")


def why_text(why: Mapping[str, Any]) -> str:
    """Why a decision was taken, in the reader's language; a reserve within the quota was tied."""
    values = why.get("values") or {}
    said = translate(why["msgid"], values) if why.get("msgid") else ""
    if why.get("reserve") and int(values["place"]) <= int(why["quota"]):
        tied = _(
            "More entries share this place than the quota holds; by the published rule none goes up at once."
        )
        return f"{tied} {said}"
    return said


def row_working(row: Any, rule: RoundRule, rubrics: Mapping[str, Rubric], *, finished: bool) -> EntryWorking:
    """One standing row with everything that is needed to redo it by hand."""
    working, entry = row.working, row.entry
    places = working["decimals"]
    stages = [_stage_working(part, rule, rubrics.get(part["stage"]), places) for part in working["stages"]]
    names = criterion_names(rubrics.values())
    total = (
        " + ".join(f"{stage.mean} × {stage.weight}" for stage in stages)
        + f" = {fixed_score(row.score, places)}"
    )
    if "uncorrected" in working:
        raw = working["uncorrected"]
        total = _(
            "%(sums)s = %(raw)s as given; corrected for the severity of the judges: %(score)s",
            sums=" + ".join(f"{stage.mean} × {stage.weight}" for stage in stages),
            raw=raw or "–",
            score=fixed_score(row.score, places),
        )
    ties = [
        f"{tie_key_text(step['key'], rule, names)}: {step['value'] or '–'}" for step in working["tie_steps"]
    ]
    return EntryWorking(
        place=row.place,
        number=entry.number,
        title=entry.result.title,
        circle=circle_named(entry.result),
        company=company_named(entry.result),
        score=fixed_score(row.score, places),
        decision=decision_badge(row.decision, row.why, finished=finished)[0],
        why=why_text(row.why),
        stages=stages,
        total_text=total,
        ties=ties,
    )


def _stage_working(
    part: Mapping[str, Any], rule: RoundRule, rubric: Rubric | None, places: int
) -> StageWorking:
    locale = locale_name()
    keys = [(row.key, row.names.in_(locale)) for row in rubric.criteria] if rubric else []
    used = [score["scaled"] for score in part["scores"] if score["used"]]
    dropped = {"high": _("dropped as highest"), "low": _("dropped as lowest"), "": ""}
    states = {"abstained": _("abstained"), "recused": _("recused"), "missing": _("missing"), "valid": ""}
    rows = [
        {
            "judge": score["judge"],
            "points": [score["criteria"].get(key, "") for key, _name in keys],
            "raw": score["raw"] or "–",
            "scaled": score["scaled"] or "–",
            "used": score["used"],
            "note": dropped[score["dropped"]] or states[score["state"]] or _("counted"),
        }
        for score in part["scores"]
    ]
    return StageWorking(
        key=part["stage"],
        name=stage_name(rule, part["stage"]),
        scale=part["scale"],
        is_scaled=part["scale"] != "1",
        weight=part["weight"],
        criteria=keys,
        rows=rows,
        sum_text=part["sum"],
        used_count=part["used_count"],
        valid_count=part["valid_count"],
        mean=part["mean"] or "–",
        weighted=part["weighted"] or "–",
        used_text=" + ".join(used),
    )


def fixed_score(value: Decimal, places: int) -> str:
    """A score with the decimals of its rule, rounded half up."""
    return f"{round_half_up(value, places):f}"
