"""The score sheet and the evidence as the judge's desk shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from cp_circles.judging.models import ScoreSheet, SheetState
from cp_circles.judging.working import shown
from cp_circles.rulesets.schema import Rubric
from cp_circles.web.formats import number
from cp_circles.web.i18n import locale_name


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
