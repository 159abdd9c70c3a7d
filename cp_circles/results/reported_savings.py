"""The savings of a package as a report reads them: exact amounts, run chart, factors, signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cp_circles.calc.savings import (
    Period,
    PeriodUse,
    saving_by_plain_difference,
    saving_by_unit_consumption,
)
from cp_circles.charts import Chart, RunPoint, State, run_chart
from cp_circles.charts.frame import Frame, Say
from cp_circles.errors import msg

METHODS = {
    "plain_difference": msg("Plain difference"),
    "unit_consumption": msg("Unit consumption"),
    "regression": msg("Regression"),
    "rate_change": msg("Change of a rate"),
}


@dataclass(frozen=True)
class ReportSideEffect:
    """One line of what a saving costs elsewhere, or of what is left; `more` is the medium's own amount.

    `amounts` are exact and carry their minus: quantity in the saving's unit, kgce, kgco2e, yuan.
    """

    label: str
    note: str
    more: Decimal | None
    unit: str
    amounts: Mapping[str, Decimal | None]
    provisional: bool = False


@dataclass(frozen=True)
class ReportSaving:
    """One saving: its figures as exact numbers, its chart, factors and signatures."""

    name: str
    unit: str
    meter: str
    state: str
    percent: Decimal | None
    claimed: Mapping[str, Decimal | None] | None
    verified: Mapping[str, Decimal | None] | None
    periods: list[tuple[str, str]]
    chart: Chart | None
    factors: list[Mapping[str, Any]]
    signatures: list[Mapping[str, Any]]
    provisional: bool
    note: str
    method: str
    claim_id: int | None
    claim_number: int | None
    method_version: str
    claim_sha256: str
    side_effects: list[ReportSideEffect]


def reported_saving(place: int, row: Mapping[str, Any], language: str, say: Say) -> ReportSaving:
    """A saving of a package in one language; `place` counts from 1 and names its chart."""
    is_coded = row["indicator"] == row["code"] and row.get("names")
    name = row["names"][language] if is_coded else row["indicator"]
    note = " ".join(text for text in (row["adjustment_note"], row["money_note"]) if text)
    claim = row.get("claim") or {}
    return ReportSaving(
        name=name,
        unit=row["unit"],
        meter=row["meter"],
        state=row["state"],
        percent=exact(row["percent"]),
        claimed=_amounts(row["claimed"]),
        verified=_amounts(row["verified"]),
        periods=[(row[side]["from"] or "–", row[side]["to"] or "–") for side in ("baseline", "reporting")],
        chart=_chart(place, row, name, say),
        factors=[{**one, "name": _factor_name(one, language)} for one in row["factors"]],
        signatures=[_signature(one) for one in row["signatures"]],
        provisional=row["provisional"],
        note=note,
        method=METHODS.get(row["method"], ""),
        claim_id=claim.get("id"),
        claim_number=claim.get("number"),
        method_version=claim.get("method_version", ""),
        claim_sha256=row["claim_sha256"],
        side_effects=_side_effects(row.get("side_effects"), language, say),
    )


def _side_effects(part: Mapping[str, Any] | None, language: str, say: Say) -> list[ReportSideEffect]:
    """Before, each side effect, and what is left after them; empty where none was stated."""
    if not part:
        return []
    rows = [
        ReportSideEffect(
            row["names"][language] if row["names"] else row["code"], row["note"], exact(row["quantity"]),
            row["unit"], _amounts(row["change"]) or {}, row["provisional"],
        )
        for row in part["rows"]
    ]  # fmt: skip
    if part["before"]["quantity"] is None:
        return rows
    return [
        _left(say(msg("Before side effects")), part["before"]),
        *rows,
        _left(say(msg("After side effects")), part["after"]),
    ]


def _left(label: str, part: Mapping[str, Any]) -> ReportSideEffect:
    return ReportSideEffect(label, "", None, "", _amounts(part) or {})


def _factor_name(row: Mapping[str, Any], language: str) -> str:
    return str(row["names"][language] if row.get("names") else row["key"])


def _signature(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, "amounts": _amounts(row["amounts"])}


def _amounts(row: Mapping[str, Any] | None) -> Mapping[str, Decimal | None] | None:
    return None if row is None else {name: exact(value) for name, value in row.items()}


def exact(value: Any) -> Decimal | None:
    """A stored number, kept exact; None where nothing is stored."""
    return None if value in (None, "") else Decimal(str(value))


def _chart(place: int, row: Mapping[str, Any], name: str, say: Say) -> Chart | None:
    before, after = row["baseline"]["rows"], row["reporting"]["rows"]
    if not before and not after:
        return None
    labels = _labels([*before, *after])
    adjusted = _adjusted(row["method"], before, after)
    state: State = "verified" if row["verified"] else "claimed"
    points = [
        RunPoint(label, Decimal(use["quantity"]), "baseline")
        for label, use in zip(labels, before, strict=False)
    ]
    points += [
        RunPoint(label, Decimal(use["quantity"]), state, adjusted.get(use["from"]))
        for label, use in zip(labels[len(before) :], after, strict=True)
    ]
    title = say(msg("%(name)s by period, against the baseline adjusted to production"), name=name)
    return run_chart(points, Frame(key=f"saving-{place}", title=title, unit=row["unit"], say=say))


def _labels(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    months = [str(row["from"])[:7] for row in rows]
    if len(set(months)) == len(months):
        return months
    days = [str(row["from"]) for row in rows]
    return days if len(set(days)) == len(days) else [f"{day} ({place})" for place, day in enumerate(days, 1)]


def _adjusted(
    method: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> dict[str, Decimal]:
    compute = saving_by_unit_consumption if method == "unit_consumption" else saving_by_plain_difference
    try:
        result = compute([_use(row) for row in before], [_use(row) for row in after])
    except (ValueError, ZeroDivisionError):
        return {}
    return {period.starts_on.isoformat(): value for period, value in result.adjusted_baseline_by_period}


def _use(row: Mapping[str, Any]) -> PeriodUse:
    period = Period(date.fromisoformat(row["from"]), date.fromisoformat(row["to"]))
    production = None if row["production"] is None else Decimal(row["production"])
    return PeriodUse(period, Decimal(row["quantity"]), production)
