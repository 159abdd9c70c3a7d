"""What an entry reached: the decision, why, and its row ready to be redone by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cp_circles.calc.exact import round_half_up
from cp_circles.judging.presenting.names import circle_named, company_named, stage_name
from cp_circles.judging.presenting.published import criterion_names, tie_key_text
from cp_circles.rulesets.schema import RoundRule, Rubric
from cp_circles.web.i18n import locale_name, translate


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
