"""What the levels of a rubric say about its judges and criteria, for the fairness report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cp_circles.judging.models import Standing
from cp_circles.rulesets.schema import Rubric
from cp_circles.web.i18n import locale_name

CLEAR = Decimal("1.645")
UNEVEN, EVEN = Decimal("1.5"), Decimal("0.5")


@dataclass(frozen=True)
class LevelLine:
    """One judge or criterion: the measure in logits with its error, the fit, and what stands out."""

    name: str
    measure: str
    error: str
    fit: str
    remarks: list[str]


@dataclass(frozen=True)
class LevelReport:
    """The judges and criteria of a stage by the levels alone."""

    told: str
    judges: list[LevelLine]
    criteria: list[LevelLine]


def level_reports(
    standing: Standing, rubrics: Mapping[str, Mapping[str, Rubric]]
) -> dict[tuple[str, str], LevelReport]:
    """(track, stage) -> what its levels say; without the stages whose levels say nothing."""
    kept = (standing.facts or {}).get("fairness") or {}
    return {
        (track["track"], stage["stage"]): _report(
            stage["levels"], rubrics.get(track["track"], {}).get(stage["stage"])
        )
        for track in kept.get("tracks", ())
        for stage in track["stages"]
        if stage.get("levels")
    }


def _report(kept: Mapping[str, Any], rubric: Rubric | None) -> LevelReport:
    names = {one.key: one.names.in_(locale_name()) for one in rubric.criteria} if rubric else {}
    mean = _mean(kept["judges"])
    return LevelReport(
        told=_(
            "Read as %(levels)s ordered levels instead of points, over %(ratings)s ratings: a measure of 1"
            " means that the odds of reaching the next level are 2.7 times smaller.",
            levels=kept["count"],
            ratings=kept["ratings"],
        ),
        judges=[
            _line(_("judge %(number)s", number=one["judge"]), one, mean, _("strict"), _("lenient"))
            for one in kept["judges"]
        ],
        criteria=[
            _line(names.get(one["criterion"], one["criterion"]), one, Decimal(0), _("hard"), _("easy"))
            for one in kept["criteria"]
        ],
    )


def _mean(rows: Sequence[Mapping[str, Any]]) -> Decimal:
    found = [Decimal(one["measure"]) for one in rows if one["measure"] is not None]
    return sum(found, Decimal(0)) / len(found) if found else Decimal(0)


def _line(name: str, kept: Mapping[str, Any], mean: Decimal, above: str, below: str) -> LevelLine:
    if kept["measure"] is None:
        return LevelLine(name, "–", "", kept["infit"] or "–", [])
    away = Decimal(kept["measure"]) - mean
    remarks = []
    if kept["se"] is not None and abs(away) > CLEAR * Decimal(kept["se"]):
        remarks.append(above if away > 0 else below)
    if kept["bound"]:
        remarks.append(_("one level only, so that this is a bound"))
    elif kept["infit"] is not None and Decimal(kept["infit"]) > UNEVEN:
        remarks.append(_("uneven: levels given that the others do not explain"))
    elif kept["infit"] is not None and Decimal(kept["infit"]) < EVEN:
        remarks.append(_("more even than chance allows"))
    error = "" if kept["se"] is None else f"± {kept['se']}"
    return LevelLine(name, f"{away:+.2f}", error, kept["infit"] or "–", remarks)
