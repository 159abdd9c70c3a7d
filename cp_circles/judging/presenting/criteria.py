"""The criteria of a rubric with their levels and examples, as the desk and the published rule show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cp_circles.calc.exact import decimal_from
from cp_circles.judging.figures import shown
from cp_circles.rulesets.schema import Criterion, Rubric
from cp_circles.web.formats import number
from cp_circles.web.i18n import locale_name


@dataclass(frozen=True)
class LevelExample:
    """What a judge may meet that belongs into a level, with the mark and source it is known by."""

    level: str
    text: str
    source: str
    confidence: str
    provisional: bool


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
    examples: list[LevelExample]
    comment_name: str
    comment: str
    help: str
    how: str


def criterion_fields(
    rubric: Rubric, points: Mapping[str, str], comments: Mapping[str, str], errors: Mapping[str, str]
) -> list[CriterionField]:
    """The sheet's criteria as the desk shows them; the first that is not scored is open."""
    locale, fields, now_set = locale_name(), [], False
    for place, row in enumerate(rubric.criteria, start=1):
        value = str(points.get(row.key, "") or "")
        is_wrong = row.key in errors or not _is_allowed(row, value)
        state = "error" if is_wrong else "saved" if value else "empty"
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
                examples=_examples(row, locale),
                comment_name=f"c-{row.key}",
                comment=str(comments.get(row.key, "")),
                help=row.checked.in_(locale),
                how=row.how.in_(locale) if row.how else "",
            )
        )
    return fields


def _examples(row: Criterion, locale: str) -> list[LevelExample]:
    return [
        LevelExample(
            level.names.in_(locale), one.text.in_(locale), one.source, one.confidence, one.provisional
        )
        for level in row.levels
        for one in level.examples
    ]


def _levels(row: Any, value: str, locale: str) -> list[dict[str, Any]]:
    levels, top = [], Decimal(row.points)
    for level in row.levels:
        low = Decimal(level.at_least)
        levels.append(
            {
                "range": f"{number(low)} – {number(top)}" if low != top else number(top),
                "name": level.names.in_(locale),
                "text": level.looks_like.in_(locale),
                "low": shown(low),
                "on": _is_in(value, low, row.levels, level),
            }
        )
        top = low - Decimal(row.step)
    return levels


def _is_allowed(row: Criterion, value: str) -> bool:
    """False for what is no number, beyond the maximum or finer than the step."""
    if not value:
        return True
    try:
        given = decimal_from(value)
    except ValueError:
        return False
    return 0 <= given <= Decimal(row.points) and given % Decimal(row.step) == 0


def _is_in(value: str, low: Decimal, levels: Sequence[Any], level: Any) -> bool:
    try:
        given = decimal_from(value)
    except ValueError:
        return False
    better = [Decimal(other.at_least) for other in levels if Decimal(other.at_least) > low]
    return given >= low and (not better or given < min(better))
