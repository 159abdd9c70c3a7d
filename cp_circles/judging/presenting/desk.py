"""The score sheet and the evidence as the judge's desk shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from cp_circles.judging.models import ScoreSheet, SheetState
from cp_circles.judging.working import shown
from cp_circles.rulesets.schema import Rubric
from cp_circles.web.formats import date_text, number
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
