"""Spreads, panels, talks and exercises as finished words and figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cp_circles.judging import presenting as judging
from cp_circles.judging.figures import shown
from cp_circles.judging.models import Entry, ScoreSheet
from cp_circles.rulesets.schema import RoundRule, Rubric
from cp_circles.scoring import presenting as scoring
from cp_circles.sittings.models import Exercise, ExerciseAnswer, PanelDecision
from cp_circles.sittings.queries.deliberations import Spread
from cp_circles.sittings.queries.exercises import spread_by_criterion
from cp_circles.sittings.queries.talks import Clock
from cp_circles.web.formats import number, percent
from cp_circles.web.i18n import locale_name


@dataclass(frozen=True)
class Figures:
    """Columns and finished cells of a table."""

    columns: list[dict[str, Any]]
    rows: list[list[str]]


def entry_name(entry: Entry) -> str:
    """How an entry is called before its panel: by its blind number, in a company's round by its number."""
    return _("Entry %(number)s", number=entry.blind_number or f"{entry.number:02d}")


def room_table(rubric: Rubric, locked: Sequence[tuple[int, scoring.Scored]]) -> scoring.PanelTable:
    """The panel's points side by side, by judge number."""
    return scoring.panel_table(rubric, [(scoring.judge_label(judge), sheet) for judge, sheet in locked])


def spread_words(row: Spread) -> dict[str, Any]:
    """One line of the list of disagreements."""
    advice = {
        "deliberate": (_("Deliberate"), "warn"),
        "third_reader": (_("Deliberate, third reading"), "bad"),
    }
    return {
        "name": entry_name(row.entry),
        "totals": " · ".join(
            scoring.judge_label(judge) + _(": ") + shown(total) for judge, total in row.totals
        )
        or "–",
        "points": shown(row.points) if row.points is not None else "–",
        "percent": "–" if row.percent is None else percent(row.percent / 100),
        "advice": advice.get(row.advice),
        "open": row.open_sheets,
    }


def threshold_text(rule: RoundRule) -> str:
    """What the rule of the round says about disagreement."""
    limits = rule.disagreement
    if limits is None:
        return _("This round's rule names no threshold; the organiser decides what the panel talks about.")
    return _(
        "From %(first)s %% of the sheet's maximum on the panel deliberates,"
        " from %(second)s %% on with a third reading.",
        first=number(limits.deliberate_from.value),
        second=number(limits.third_reader_from.value),
    )


def decision_word(decision: PanelDecision | None) -> str:
    """A panel's decision in words."""
    words = {
        PanelDecision.KEEP: _("The scores stand"),
        PanelDecision.REOPEN: _("The judges score again"),
        PanelDecision.THIRD_READER: _("Another judge reads the entry as well"),
    }
    return words[decision] if decision else _("Not decided yet")


def clock_words(clock: Clock | None, now: datetime) -> dict[str, Any] | None:
    """What the timer shows without a script: the part and the minutes; with one it counts by itself."""
    if clock is None:
        return None
    part = _("Talk") if clock.part == "talk" else _("Questions")
    seconds = int(((clock.until - now) if clock.until else (now - clock.since)).total_seconds())
    sign = "−" if seconds < 0 else ""
    minutes, rest = divmod(abs(seconds), 60)
    return {
        "part": part,
        "seconds": seconds,
        "counts_down": clock.until is not None,
        "text": f"{sign}{minutes}:{rest:02d}",
    }


def reference_table(exercise: Exercise, rubric: Rubric, own: ExerciseAnswer | None) -> Figures:
    """The reference beside the own points and the spread of all who answered."""
    names = {row.key: (row.names.in_(locale_name()), number(row.points)) for row in rubric.criteria}
    columns: list[dict[str, Any]] = [{"label": _("Criterion")}]
    labels = [_("Maximum"), _("Reference"), *([_("Mine")] if own else []), _("Mean"), _("Lowest to highest")]
    columns += [{"label": label, "num": True} for label in labels]
    rows = []
    for row in spread_by_criterion(exercise, rubric):
        name, most = names[row.key]
        mine = [str(own.points.get(row.key, "–"))] if own else []
        reach = f"{shown(row.lowest)} – {shown(row.highest)}"
        rows.append([name, most, shown(row.reference) or "0", *mine, number(row.mean, 2), reach])
    return Figures(columns, rows)


def answers_table(exercise: Exercise, rubric: Rubric) -> Figures:
    """Every answer by judge number with its total and its distance from the reference."""
    reference = sum((Decimal(text) for text in exercise.reference.values()), Decimal(0))
    labels = [_("Total"), _("Distance from the reference")]
    columns = [{"label": _("Judge")}, *({"label": label, "num": True} for label in labels)]
    rows = []
    for answer in sorted(exercise.answers, key=lambda row: row.judge_number):
        total = sum((Decimal(text) for text in answer.points.values()), Decimal(0))
        away = shown(total - reference) or "0"
        distance = f"+{away}" if total > reference else away
        rows.append([scoring.judge_label(answer.judge_number), shown(total) or "0", distance])
    return Figures(columns, rows)


def stage_word(rule: RoundRule, stage: str) -> str:
    """A stage by its name in the rule."""
    return judging.stage_name(rule, stage)


def judge_word(number_: int) -> str:
    """A judge by number, as on the panel."""
    return scoring.judge_label(number_)


def step_done(step: str, entry: Entry) -> str:
    """What the organiser reads after a step of a talk."""
    told = {
        "begin": _("The talk has begun: %(entry)s.", entry=entry_name(entry)),
        "questions": _("The questions have begun: %(entry)s.", entry=entry_name(entry)),
        "end": _("The talk is over: %(entry)s.", entry=entry_name(entry)),
        "reveal": _("The points are revealed: %(entry)s.", entry=entry_name(entry)),
    }
    return told[step]


@dataclass(frozen=True)
class BlankSheet:
    """A sheet to be filled in by hand; a line is a criterion with its maximum, levels and examples."""

    sheet: ScoreSheet
    label: str
    rubric: str
    maximum: str
    lines: list[judging.CriterionField]


def blank_sheet(sheet: ScoreSheet, rubric: Rubric) -> BlankSheet:
    """The sheet as it is printed to be filled in."""
    return BlankSheet(
        sheet=sheet,
        label=scoring.entry_label(sheet),
        rubric=rubric.names.in_(locale_name()),
        maximum=number(rubric.total),
        lines=judging.criterion_fields(rubric, {}, {}, {}),
    )


__all__ = [
    "BlankSheet",
    "Figures",
    "answers_table",
    "blank_sheet",
    "clock_words",
    "decision_word",
    "entry_name",
    "judge_word",
    "reference_table",
    "room_table",
    "spread_words",
    "stage_word",
    "step_done",
    "threshold_text",
]
