"""Judging in words: rules, phases, evidence, sheets and standings as finished values for the templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from cp_circles.calc.workdays import Weekdays
from cp_circles.errors import msg
from cp_circles.judging import phases
from cp_circles.judging.models import Level, Round, ScoreSheet, SheetState
from cp_circles.judging.queries.recusals import GROUND_WORDS
from cp_circles.judging.services.publicity import CALENDARS
from cp_circles.judging.working import shown
from cp_circles.rulesets.schema import RoundRule, Rubric
from cp_circles.rulesets.schema.rounds import CriterionMeanTie, StageMeanTie
from cp_circles.web.formats import date_text, datetime_text, number
from cp_circles.web.i18n import enum_label, locale_name, register_labels, translate
from cp_circles.web.session import clock, settings

WORDS = (
    msg("problem solving"),
    msg("innovation"),
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
register_labels(GROUND_WORDS)
WEEKDAYS = (msg("Mon"), msg("Tue"), msg("Wed"), msg("Thu"), msg("Fri"), msg("Sat"), msg("Sun"))


@dataclass(frozen=True)
class RuleLine:
    """One sentence of a published rule, with the mark of its source."""

    term: str
    text: str
    confidence: str = ""


@dataclass(frozen=True)
class PhaseLine:
    """One phase as the round's page lists it."""

    key: str
    name: str
    starts_at: datetime
    ends_at: datetime | None
    state: str


@dataclass(frozen=True)
class CriterionField:
    """One criterion on the desk, in the shape of the macro."""

    number: int
    name: str
    field_name: str
    value: str
    maximum: str
    maximum_text: str
    step: str
    state: str
    error: str | None
    levels: list[dict[str, Any]]
    comment_name: str
    comment: str
    help: str


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


def office_hours() -> phases.OfficeHours:
    """The governing zone and the closing time of the settings."""
    return phases.OfficeHours(clock().zone, settings().publicity_closes_at)


def level_name(level: Level | str) -> str:
    """A level in the reader's words."""
    return enum_label(level.value if isinstance(level, Level) else level)


def track_name(key: str) -> str:
    """A track in the reader's words."""
    return enum_label(key)


def stage_name(rule: RoundRule, key: str) -> str:
    """A stage as the rule names it."""
    stage = rule.stage(key)
    return stage.names.in_(locale_name()) if stage else enum_label(key)


def phase_name(rule: RoundRule, key: str) -> str:
    """A phase as the rule names it."""
    phase = rule.phase(key)
    return phase.names.in_(locale_name()) if phase else key


def organiser_name(round_: Round) -> str:
    """Who holds the round."""
    return (round_.company or round_.region).label(locale_name())  # type: ignore[union-attr]


def phase_lines(round_: Round, rule: RoundRule, now: datetime) -> list[PhaseLine]:
    """The phases as they hold now."""
    lines = []
    for phase in phases.phases_of(round_, rule):
        state = "now" if phase.holds(now) else "done" if phase.ends_at <= now else "open"
        ends_at = None if phase.ends_at >= phases.NEVER else phase.ends_at
        lines.append(PhaseLine(phase.key, phase_name(rule, phase.key), phase.starts_at, ends_at, state))
    return lines


def deadline_text(ends_at: datetime | None, now: datetime) -> str:
    """A deadline with what is left of it."""
    if ends_at is None or ends_at >= phases.NEVER:
        return ""
    left = ends_at - now
    if left <= timedelta(0):
        return _("closed on %(when)s", when=datetime_text(ends_at))
    if left < timedelta(days=1):
        return _(
            "until %(when)s (%(hours)s hours left)", when=datetime_text(ends_at), hours=left.seconds // 3600
        )
    return _("until %(when)s (%(days)s days left)", when=datetime_text(ends_at), days=left.days)


def rule_lines(round_: Round, rule: RoundRule, rubrics: Mapping[str, Mapping[str, Rubric]]) -> list[RuleLine]:
    """The whole published rule in sentences."""
    locale = locale_name()
    lines = [_stage_line(stage, locale) for stage in rule.stages]
    trim = rule.trim
    lines.append(
        RuleLine(_("Highest and lowest"), _("No score is dropped."))
        if trim is None
        else RuleLine(
            _("Highest and lowest"),
            _(
                "With %(count)s or more valid scores in a stage, %(high)s highest and %(low)s lowest"
                " are dropped;"
                " of equal scores the one of the later judge counts as higher.",
                count=number(trim.from_scores.value),
                high=number(trim.high.value),
                low=number(trim.low.value),
            ),
            trim.from_scores.confidence,
        )
    )
    lines.append(
        RuleLine(
            _("Rounding"),
            _(
                "Each scaled score, each stage mean and the total are rounded half up to %(places)s decimals."
                " Abstained and recused judges are not counted, and never as zero.",
                places=number(rule.decimals.value),
            ),
            rule.decimals.confidence,
        )
    )
    names = criterion_names(by for by_stage in rubrics.values() for by in by_stage.values())
    ties = [tie_sentence(tie, rule, names) for tie in rule.tie_order]
    ties.append(_("what is then still equal shares the place"))
    lines.append(RuleLine(_("Equal totals"), "; ".join(ties), rule.tie_order_from.confidence))
    cut = {
        "promote_all": _("Who is tied across the quota all goes up."),
        "deliberate": _("The places decide; who still shares the last place of the quota does not go up."),
        "none": _("Who is tied across the quota does not go up."),
    }
    lines.append(RuleLine(_("At the cut"), cut[rule.tie_at_cut]))
    lines += [
        RuleLine(
            _("Pass mark"),
            _(
                "%(points)s of %(total)s points",
                points=number(round_.pass_mark),
                total=number(rule.total.value),
            ),
            rule.pass_mark.confidence,
        ),
        RuleLine(
            _("Reserve"),
            _("%(count)s entries in each track", count=round_.reserve_places),
            rule.reserve_count.confidence,
        ),
        RuleLine(
            _("Publicity"),
            _(
                "%(days)s working days; the day of publication does not count; while an objection"
                " is open, the clock stands still",
                days=round_.publicity_days,
            ),
            rule.publicity_days.confidence,
        ),
        RuleLine(
            _("Recusal"),
            "; ".join([*[g.names.in_(locale) for g in rule.recusal_grounds], _("member of the circle")]),
        ),
    ]
    for track, by_stage in rubrics.items():
        names = [
            f"{stage_name(rule, stage)}: {rubric.names.in_(locale)}" for stage, rubric in by_stage.items()
        ]
        lines.append(RuleLine(_("Rubrics, %(track)s", track=track_name(track)), "; ".join(names)))
    return lines


def _stage_line(stage: Any, locale: str) -> RuleLine:
    name = stage.names.in_(locale)
    scale, weight = Decimal(stage.scale.value), Decimal(stage.weight.value)
    parts = []
    if scale != 1:
        parts.append(_("each judge's total is first multiplied by %(scale)s", scale=number(scale)))
    parts.append(_("the mean over the judges counts %(weight)s %%", weight=number(weight)))
    parts.append(_("at least %(count)s judges", count=number(stage.min_judges.value)))
    parts.append(_("blind: company, circle and people are masked") if stage.blind else _("not blind"))
    return RuleLine(name, "; ".join(parts), stage.weight.confidence)


def criterion_names(rubrics: Iterable[Rubric]) -> dict[str, str]:
    """The names of all criteria of some rubrics by key."""
    locale = locale_name()
    return {row.key: row.names.in_(locale) for rubric in rubrics for row in rubric.criteria}


def tie_sentence(tie: Any, rule: RoundRule, names: Mapping[str, str]) -> str:
    """One key of the tie order in words."""
    if isinstance(tie, StageMeanTie):
        return _("the higher mean of the stage %(stage)s", stage=stage_name(rule, tie.stage))
    if isinstance(tie, CriterionMeanTie):
        known = [names[key] for key in tie.criteria if key in names]
        return _("the higher mean of the criterion %(keys)s", keys=" / ".join(known))
    return _("the higher mean without dropping scores")


def tie_key_text(key: str, rule: RoundRule, names: Mapping[str, str]) -> str:
    """A stored tie key in words."""
    kind, _sep, name = key.partition(":")
    if kind == "stage":
        return _("mean of the stage %(stage)s", stage=stage_name(rule, name))
    if kind == "criterion":
        return _("mean of the criterion %(keys)s", keys=names.get(name.rpartition(".")[2], name))
    return _("mean without dropping scores")


def criterion_fields(
    rubric: Rubric, points: Mapping[str, str], comments: Mapping[str, str], errors: Mapping[str, str]
) -> list[CriterionField]:
    """The sheet's criteria as the desk shows them; the first that is not scored is open."""
    locale, fields, now_set = locale_name(), [], False
    for place, row in enumerate(rubric.criteria, start=1):
        value = str(points.get(row.key, "") or "")
        state = "error" if row.key in errors else "saved" if value else "empty"
        if state == "empty" and not now_set:
            state, now_set = "now", True
        fields.append(
            CriterionField(
                number=place,
                name=row.names.in_(locale),
                field_name=f"p-{row.key}",
                value=value,
                maximum=shown(row.points) or "",
                maximum_text=number(row.points),
                step=str(row.step),
                state=state,
                error=errors.get(row.key),
                levels=_levels(row, value, locale),
                comment_name=f"c-{row.key}",
                comment=str(comments.get(row.key, "")),
                help=row.checked.in_(locale),
            )
        )
    return fields


def _levels(row: Any, value: str, locale: str) -> list[dict[str, Any]]:
    levels, top = [], Decimal(row.points)
    for level in row.levels:
        low = Decimal(level.at_least)
        levels.append(
            {
                "range": f"{number(low)} – {number(top)}" if low != top else number(top),
                "text": level.looks_like.in_(locale),
                "low": shown(low),
                "on": _is_in(value, low, row.levels, level),
            }
        )
        top = low - Decimal(row.step)
    return levels


def _is_in(value: str, low: Decimal, levels: Sequence[Any], level: Any) -> bool:
    try:
        given = Decimal(value)
    except ArithmeticError:
        return False
    better = [Decimal(other.at_least) for other in levels if Decimal(other.at_least) > low]
    return given >= low and (not better or given < min(better))


def tick(sheet: ScoreSheet, place: int, current: ScoreSheet | None = None) -> dict[str, Any]:
    """One box of the line of entries above the desk."""
    state = {SheetState.SUBMITTED: "done", SheetState.OPEN: ""}.get(sheet.state, "recused")
    is_now = current is not None and sheet.id == current.id
    words = {"done": _("handed in"), "": _("not handed in"), "recused": _("put aside")}
    return {
        "number": place,
        "url": url_for("judging.show_desk", blind_key=sheet.entry.blind_key, stage=sheet.stage),
        "state": "now" if is_now else state,
        "spoken": _(
            "Entry %(place)s, %(state)s", place=place, state=_("open now") if is_now else words[state]
        ),
    }


def entry_label(sheet: ScoreSheet) -> str:
    """How a judge calls an entry: by its blind number, in a company's round by its number."""
    return _("Entry %(number)s", number=sheet.entry.blind_number or f"{sheet.entry.number:02d}")


def calendar(round_: Round, today: date) -> dict[str, Any] | None:
    """The working days of a running publicity period, as the macro draws them."""
    if round_.published_at is None:
        return None
    hours = office_hours()
    known = CALENDARS.get(round_.season.pack, Weekdays())
    starts_on = hours.day_of(round_.published_at)
    ends_on = hours.day_of(round_.publicity_ends_at) if round_.publicity_ends_at else None
    last = ends_on or starts_on + timedelta(days=round_.publicity_days + 4)
    days, counted, day = [], 0, starts_on
    while day < last and len(days) < 40:
        day += timedelta(days=1)
        working = known.is_working_day(day)
        counted += working
        state = "off" if not working else "now" if day == today else "past" if day < today else ""
        word = _("today") if day == today else _("day %(n)s", n=counted) if working else _("off")
        if ends_on == day and day != today:
            word = _("closes")
        days.append((_(WEEKDAYS[day.weekday()]), day.day, word, state))
    left = sum(1 for n in range((last - today).days) if known.is_working_day(today + timedelta(days=n + 1)))
    if today > starts_on and known.is_working_day(today) and today <= last:
        left += 1
    stopped = phases.is_clock_stopped(round_)
    return {
        "days": days[-18:],
        "left": "–" if stopped else str(max(0, left)),
        "left_unit": _("working days left"),
        "ends": _("The clock stands still; the end is set when the objection is settled.")
        if stopped
        else _("Closes on %(when)s.", when=datetime_text(round_.publicity_ends_at)),
        "note": _("An objection is being examined: the clock stands still and the end moves.")
        if stopped
        else None,
    }


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
    """Why a decision was taken, in the reader's language."""
    return translate(why["msgid"], why.get("values") or {}) if why.get("msgid") else ""


def row_working(row: Any, rule: RoundRule, rubrics: Mapping[str, Rubric], *, finished: bool) -> EntryWorking:
    """One standing row with everything that is needed to redo it by hand."""
    working, entry = row.working, row.entry
    project, places = entry.result.project, working["decimals"]
    stages = [_stage_working(part, rule, rubrics.get(part["stage"]), places) for part in working["stages"]]
    names = criterion_names(rubrics.values())
    total = (
        " + ".join(f"{stage.mean} × {stage.weight}" for stage in stages)
        + f" = {fixed_score(row.score, places)}"
    )
    ties = [
        f"{tie_key_text(step['key'], rule, names)}: {step['value'] or '–'}" for step in working["tie_steps"]
    ]
    return EntryWorking(
        place=row.place,
        number=entry.number,
        title=entry.result.title,
        circle=project.circle.name if project.circle else "",
        company=project.company.label(locale_name()),
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
    """A score with the decimals of its rule."""
    return f"{value.quantize(Decimal(1).scaleb(-places)):f}"


def report_steps(package: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The steps of a package with their records as tables, in the reader's language."""
    locale = "en" if locale_name() == "en" else "zh"
    steps = []
    for step in package.get("steps", ()):
        records = [_record(record, locale) for record in step.get("records", ())]
        if step.get("state") == "not_applicable" and not records:
            continue
        steps.append(
            {
                "number": step.get("number", ""),
                "name": _named(step, locale),
                "state": step.get("state", ""),
                "reason": step.get("reason", ""),
                "records": records,
                "evidence": step.get("evidence", ()),
            }
        )
    return steps


def _named(part: Mapping[str, Any], locale: str) -> str:
    names = part.get("names") or {}
    return str(names.get(locale) or names.get("zh") or part.get("key") or part.get("kind") or "")


def _record(record: Mapping[str, Any], locale: str) -> dict[str, Any]:
    fields = record.get("fields") or [{"key": key} for row in record.get("rows", ())[:1] for key in row]
    heads = [_named(each, locale) + (f" ({each['unit']})" if each.get("unit") else "") for each in fields]
    rows = [[_cell(row.get(each["key"]), each, locale) for each in fields] for row in record.get("rows", ())]
    return {"name": _named(record, locale), "heads": heads, "rows": rows}


def _cell(value: Any, each: Mapping[str, Any], locale: str) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        return "、".join(_cell(one, each, locale) for one in value)
    choice = (each.get("choices") or {}).get(str(value))
    return str(choice.get(locale) or choice.get("zh")) if choice else str(value)


def saving_rows(package: Mapping[str, Any]) -> list[list[str]]:
    """The savings of a package: what, claimed, verified, kgce, kgCO2e, yuan."""
    rows = []
    for part in package.get("savings", ()):
        claimed, verified = part.get("claimed") or {}, part.get("verified") or {}
        unit = part.get("unit", "")
        rows.append(
            [
                str(part.get("indicator", "")),
                f"{number(claimed.get('quantity'))} {unit}" if claimed.get("quantity") else "–",
                f"{number(verified.get('quantity'))} {unit}" if verified.get("quantity") else "–",
                number(verified.get("kgce")),
                number(verified.get("kgco2e")),
                number(verified.get("direct_yuan"), 2) if verified.get("direct_yuan") else "–",
            ]
        )
    return rows


def indicator_rows(package: Mapping[str, Any]) -> list[list[str]]:
    """The indicators of a package: name, unit, baseline, target, actual, due."""
    return [
        [
            str(part.get("name", "")),
            str(part.get("unit", "")),
            number(part.get("baseline")),
            number(part.get("target")),
            number(part.get("actual")),
            date_text(date.fromisoformat(part["due_on"])) if part.get("due_on") else "–",
        ]
        for part in package.get("indicators", ())
    ]
