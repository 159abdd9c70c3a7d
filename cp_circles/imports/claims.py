"""A claimed saving from a row of a file: what is frozen, hashed and counted, never verified."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from cp_circles.calc.conversion import Factor
from cp_circles.calc.exact import round_half_up
from cp_circles.imports.findings import LineFacts, ProjectRow
from cp_circles.ledger.services import Countable
from cp_circles.rulesets.schema import Mapping as MappingPack
from cp_circles.rulesets.schema import Vocabulary
from cp_circles.savings.computing import canonical, factor_row
from cp_circles.savings.models import SavingState
from cp_circles.savings.rules import IMPORTED

METHOD = IMPORTED
ZERO = Decimal(0)


def saving_values(
    mapping: MappingPack, row: ProjectRow, line: LineFacts, project_id: int, now: datetime
) -> dict[str, Any]:
    """The columns of the saving of one line."""
    return {
        "project_id": project_id,
        "indicator_code": line.indicator,
        "reporting_from": row.period_from,
        "reporting_to": row.period_to,
        "method": METHOD,
        "other_direct_yuan": line.money or ZERO,
        "indirect_yuan": line.indirect or ZERO,
        "money_note": f"{mapping.key}/{mapping.edition}",
        "supplier_factors": {},
        "currency": mapping.currency,
        "state": SavingState.CLAIMED,
        "created_at": now,
    }


def claim_values(
    mapping: MappingPack,
    row: ProjectRow,
    line: LineFacts,
    saving_id: int,
    *,
    number: int,
    words: Vocabulary,
    person_id: int | None,
    now: datetime,
) -> dict[str, Any]:
    """The columns of the claim of one line: the file's own values with their sign, as text and hash."""
    energy = words.metric_that_counts("kgce")
    kgce = line.metric_amount if energy is not None and line.metric == energy.key else None
    factors = _factors(mapping, line) if kgce is not None else []
    inputs = {
        "mapping": f"{mapping.key}/{mapping.edition}",
        "import_key": row.import_key,
        "row": row.sha256,
        "resource": line.resource,
        "period": [row.period_from.isoformat(), row.period_to.isoformat()],
        "quantity": None if line.quantity is None else str(line.quantity),
        "money": None if line.money is None else str(line.money),
        "indirect": None if line.indirect is None else str(line.indirect),
        "reporting": [],
        "metric": line.metric,
        "metric_amount": None if line.metric_amount is None else str(line.metric_amount),
        "baseline": [],
    }
    amounts = {
        "quantity": inputs["quantity"],
        "unit": line.unit,
        "kgce": None if kgce is None else str(kgce),
        "direct": inputs["money"],
        "indirect": inputs["indirect"],
        "currency": mapping.currency,
    }
    text, sha256 = canonical(
        {"claim": number, "saving": saving_id, "inputs": inputs, "factors": factors, "amounts": amounts}
    )
    return {
        "saving_id": saving_id,
        "number": number,
        "method_version": f"{mapping.key}/{mapping.edition}"[:40],
        "inputs": inputs,
        "factors": factors,
        "evidence_hashes": [],
        "quantity": line.quantity if line.quantity is not None else ZERO,
        "unit": line.unit,
        "kgce": kgce,
        "direct_yuan": line.money or ZERO,
        "indirect_yuan": line.indirect or ZERO,
        "forecast_yuan": ZERO,
        "currency": mapping.currency,
        "is_provisional": mapping.provisional,
        "canonical_text": text,
        "sha256": sha256,
        "claimed_by_id": person_id,
        "claimed_at": now,
    }


def _factors(mapping: MappingPack, line: LineFacts) -> list[dict[str, Any]]:
    """The factor of a line as a claim freezes it, with its source and confidence."""
    resource = next((each for each in mapping.resources if each.code == line.resource), None)
    if resource is None or resource.factor is None:
        return []
    rated = resource.factor
    factor = Factor(
        id=f"{mapping.key}/{mapping.edition}/{resource.code}",
        key=resource.code,
        kind="kgce",
        value=rated.value,
        per_unit=resource.unit,
        unit="kgce",
        standard=mapping.key,
        edition=mapping.edition,
        source=rated.source,
        confidence=rated.confidence,
        provisional=rated.provisional,
    )
    return [factor_row(factor)]


def countable(
    mapping: MappingPack,
    row: ProjectRow,
    line: LineFacts,
    *,
    saving_id: int,
    project_id: int,
    company_id: int,
    place: tuple[str, int | None],
    metrics: Mapping[str, str],
    money_metrics: frozenset[str],
) -> Countable:
    """The line as the ledger sees it; `metrics` maps direct_yuan and indirect_yuan to their board metrics."""
    amounts: dict[str, Decimal] = {}
    for counts, amount in (("direct_yuan", line.money), ("indirect_yuan", line.indirect)):
        if amount and counts in metrics:
            amounts[metrics[counts]] = round_half_up(amount, 2)
    if line.metric is not None and line.metric_amount:
        amounts[line.metric] = line.metric_amount
    return Countable(
        saving_id=saving_id,
        project_id=project_id,
        circle_id=None,
        company_id=company_id,
        region_path=place[0],
        industry_id=place[1],
        season=row.period_to.year,
        domain=row.domain,
        focus_area=row.focus_area,
        currency=mapping.currency,
        amounts=amounts,
        money_metrics=money_metrics,
    )
