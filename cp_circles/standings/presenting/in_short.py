"""The fairness report of a track in a few sentences that ask for no statistics."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cp_circles.judging.presenting.names import stage_name
from cp_circles.rulesets.schema import RoundRule

DOUBT = Decimal("0.05")
SURE = 1 - DOUBT


def in_short(kept: Mapping[str, Any], intervals: Sequence[Mapping[str, Any]], rule: RoundRule) -> list[str]:
    """The sentences of a track as the standing keeps it; `intervals` are those of its lines.

    They say who differs more, judges or entries (points, standard deviations); whether a judge's own
    region was favoured (p below 0.05); who is in doubt at the cut; and whether one judge decides.
    """
    if kept["entries"] < 2:
        return []
    told = [_differences(one, rule) for one in kept["stages"] if one["deviations"] is not None]
    return [*told, *_own_region(kept["stages"]), *_cut(kept, intervals), *_one_judge(kept["without"])]


def _differences(kept: Mapping[str, Any], rule: RoundRule) -> str:
    entry, judge, _noise = kept["deviations"]
    values = {"stage": stage_name(rule, kept["stage"]), "judge": judge, "entry": entry}
    if Decimal(judge) > Decimal(entry):
        return _(
            "%(stage)s: judges differ more (about %(judge)s points) than the entries do (about %(entry)s"
            " points), so it mattered much who scored an entry.",
            **values,
        )
    return _(
        "%(stage)s: the entries differ more (about %(entry)s points) than the judges do (about %(judge)s"
        " points), so the scores tell mostly of the entries.",
        **values,
    )


def _own_region(stages: Sequence[Mapping[str, Any]]) -> list[str]:
    known = [one["home"] for one in stages if one["home"] is not None]
    clear = [one for one in known if Decimal(one["p"]) < DOUBT]
    if any(Decimal(one["estimate"]) > 0 for one in clear):
        return [_("Judges gave entries of their own region more points than chance explains.")]
    if clear:
        return [_("Judges gave entries of their own region fewer points than chance explains.")]
    return [_("No favour for entries of a judge's own region can be seen.")] if known else []


def _cut(kept: Mapping[str, Any], intervals: Sequence[Mapping[str, Any]]) -> list[str]:
    if not intervals or kept["without"] is None:
        return []
    doubtful = sum(bool(one["undecided"]) for one in intervals)
    if not doubtful and _nobody_stands_out(intervals):
        return [_("Too close for the scores alone to place any entry above the cut; the rule decided.")]
    if not doubtful:
        return [_("No entry is in doubt about the cut.")]
    return [
        _(
            "Too close to the cut for the scores alone to decide: %(count)s entries; the published rule"
            " decided.",
            count=doubtful,
        )
        if doubtful > 1
        else _("Too close to the cut for the scores alone to decide: one entry; the published rule decided.")
    ]


def _nobody_stands_out(intervals: Sequence[Mapping[str, Any]]) -> bool:
    """Whether places go up and none is sure of one: among hundreds of alike each has a chance below doubt."""
    chances = [Decimal(one["chance"]) for one in intervals if one.get("chance") is not None]
    return bool(chances) and Decimal(0) < max(chances) < SURE


def _one_judge(without: Sequence[Mapping[str, Any]] | None) -> list[str]:
    if without is None:
        return []
    if any(one["in"] or one["out"] or one["untold"] for one in without):
        return [_("Leave out a single judge, and other entries could go up.")]
    return [_("Leave out any one judge, and the same entries go up.")]
