"""What the fairness report says of a single judge: a line of its table, and plain words to that judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cp_circles.judging.models import Standing
from cp_circles.judging.presenting.names import stage_name, track_name
from cp_circles.rulesets.schema import RoundRule

NARROW_SPREAD, HALO = Decimal("0.6"), Decimal("0.25")


@dataclass(frozen=True)
class Figure:
    """One figure: what it is, its value, one sentence for everybody, a word (with tone), and the method."""

    term: str
    value: str
    sentence: str
    word: str = ""
    tone: str = "mute"
    how: str = ""


@dataclass(frozen=True)
class JudgeLine:
    """One judge by number: how many scores, mean, severity with its interval, spread, halo, and remarks."""

    judge: int
    count: int
    mean: str
    effect: str
    interval: str
    spread: str
    within: str
    across: str
    remarks: list[str]


@dataclass(frozen=True)
class OwnHabits:
    """One stage of a track: how many sheets with which mean, and what the figures say."""

    name: str
    told: str
    figures: list[Figure]


def judge_line(kept: Mapping[str, Any]) -> JudgeLine:
    """One judge as a line of the table."""
    known = kept.get("effect") is not None
    return JudgeLine(
        judge=kept["judge"],
        count=kept["count"],
        mean=kept["mean"],
        effect=_signed(kept["effect"]) if known else "–",
        interval=_("%(low)s to %(high)s", low=_signed(kept["low"]), high=_signed(kept["high"]))
        if known
        else "–",
        spread=kept["spread"] or "–",
        within=kept["within"] or "–",
        across=kept["across"] or "–",
        remarks=_remarks(kept),
    )


def _remarks(kept: Mapping[str, Any]) -> list[str]:
    """What stands out, in a word each."""
    remarks = []
    if kept.get("high") is not None and Decimal(kept["high"]) < 0:
        remarks.append(_("strict"))
    if kept.get("low") is not None and Decimal(kept["low"]) > 0:
        remarks.append(_("generous"))
    if kept["ratio"] is not None and Decimal(kept["ratio"]) < NARROW_SPREAD:
        remarks.append(_("keeps to the middle"))
    if _runs_together(kept["within"], kept["across"]):
        remarks.append(_("criteria run together"))
    return remarks


def _runs_together(within: str | None, across: str | None) -> bool:
    return within is not None and across is not None and Decimal(within) - Decimal(across) > HALO


def _signed(text: str) -> str:
    return text if text.startswith("-") or Decimal(text) == 0 else f"+{text}"


def own_habits(standing: Standing, rule: RoundRule, judge: int) -> list[OwnHabits]:
    """What the fairness report of a standing keeps of the judge with this number; empty where it has none."""
    kept = (standing.facts or {}).get("fairness") or {}
    return [
        OwnHabits(
            name=f"{track_name(track['track'])} · {stage_name(rule, stage['stage'])}",
            told=_(
                "Your sheets: %(count)s, on average %(mean)s points.", count=one["count"], mean=one["mean"]
            ),
            figures=[_severity(one), _spread(one), _together(one)],
        )
        for track in kept.get("tracks", ())
        for stage in track["stages"]
        for one in stage["judges"]
        if one["judge"] == judge
    ]


def _severity(one: Mapping[str, Any]) -> Figure:
    term = _("Severity")
    if one.get("effect") is None:
        return Figure(term, "–", _("In this round it cannot be told apart from the quality of the entries."))
    value = _(
        "%(points)s points (90 %%: %(low)s to %(high)s)",
        points=_signed(one["effect"]),
        low=_signed(one["low"]),
        high=_signed(one["high"]),
    )
    if Decimal(one["high"]) < 0:
        told = _("You gave fewer points than an average judge for the same entries, by more than chance.")
        return Figure(term, value, told, _("strict"), "warn")
    if Decimal(one["low"]) > 0:
        told = _("You gave more points than an average judge for the same entries, by more than chance.")
        return Figure(term, value, told, _("generous"), "warn")
    told = _("You gave about as many points as an average judge for the same entries.")
    return Figure(term, value, told, _("within chance"), "ok")


def _spread(one: Mapping[str, Any]) -> Figure:
    term = _("Spread")
    if one["spread"] is None or one["ratio"] is None:
        return Figure(term, "–", _("Too few sheets to tell."))
    value = _("a spread of %(points)s points", points=one["spread"])
    told = _(
        "So far do your points for different entries lie from their mean (standard deviation):"
        " %(ratio)s times the middle judge's.",
        ratio=one["ratio"],
    )
    if Decimal(one["ratio"]) < NARROW_SPREAD:
        more = _("Points so close together hardly tell good entries from weak ones.")
        return Figure(term, value, f"{told} {more}", _("keeps to the middle"), "warn")
    return Figure(term, value, told)


def _together(one: Mapping[str, Any]) -> Figure:
    term = _("Criteria together")
    within, across = one["within"], one["across"]
    if within is None or across is None:
        return Figure(term, "–", _("Too few sheets to tell."))
    told = _(
        "So closely do two criteria move on your sheets (1 would be in step);"
        " one of yours with another by other judges: %(across)s.",
        across=across,
    )
    if _runs_together(within, across):
        more = _("Much more than with others: one impression may colour all criteria.")
        return Figure(term, within, f"{told} {more}", _("criteria run together"), "warn")
    return Figure(term, within, told)
