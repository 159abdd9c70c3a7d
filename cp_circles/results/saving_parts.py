"""The savings of a result's package: amounts, periods, factors, signatures, side effects, and their sums."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.projects.models import Project
from cp_circles.results.canonical import exact_text, plain
from cp_circles.rulesets.schema import Factors
from cp_circles.savings import queries as savings
from cp_circles.savings.computing import factor_row, use_rows
from cp_circles.savings.models import Claim, Saving, Signature
from cp_circles.savings.queries import VerifiedAmounts
from cp_circles.savings.taking import Left, Taking, taking_now, taking_of
from cp_circles.savings.versions.v2026_3 import Computed

CURRENCY = "CNY"


def saving_part(
    session: Session, project: Project, saving: Saving, amounts: VerifiedAmounts | None
) -> dict[str, Any]:
    """A saving as its claim froze it, else as its readings stand; with what is verified of it."""
    claim, pack = saving.claim, savings.factor_pack(session, project)
    known = savings.catalogue_indicator(session, saving.indicator_code)
    head = {
        "indicator": saving.indicator.name if saving.indicator is not None else saving.indicator_code,
        "names": {"zh": known.names.zh, "en": known.names.en} if known is not None else None,
        "code": saving.indicator_code,
        "meter": saving.meter.name if saving.meter is not None else "",
        "method": saving.method,
        "state": saving.state.value,
        "share": plain(saving.share),
        "adjustment": plain(saving.adjustment),
        "adjustment_note": saving.adjustment_note,
        "money_note": saving.money_note,
        "currency": saving.currency,
    }
    verified = _verified_part(amounts)
    if claim is None:
        computed = savings.computed(session, saving)
        part = _live_part(saving, computed, pack) | {"signatures": [], "claim": None}
        taking = taking_now(computed)
    else:
        part, taking = _claim_part(saving, claim, pack), taking_of(claim)
    return head | part | {"verified": verified, "side_effects": _side_effects(session, taking)}


def _live_part(saving: Saving, computed: Computed, pack: Factors) -> dict[str, Any]:
    converted = computed.converted
    claimed = None
    if computed.result is not None and converted is not None:
        claimed = {
            "quantity": plain(computed.result.quantity),
            "kgce": plain(converted.kgce),
            "kgco2e": plain(converted.kgco2e),
            "direct_yuan": plain(computed.direct_yuan),
            "indirect_yuan": plain(saving.indirect_yuan),
            "forecast_yuan": plain(saving.forecast_yuan),
        }
    return {
        "unit": computed.unit,
        "baseline": _period(saving.baseline_from, saving.baseline_to, use_rows(computed.baseline)),
        "reporting": _period(saving.reporting_from, saving.reporting_to, use_rows(computed.reporting)),
        "percent": plain(computed.result.percent) if computed.result is not None else None,
        "claimed": claimed,
        "claim_sha256": "",
        "provisional": any(factor.provisional for factor in computed.factors),
        "factors": [_factor_part(pack, factor_row(factor)) for factor in computed.factors],
    }


def _claim_part(saving: Saving, claim: Claim, pack: Factors) -> dict[str, Any]:
    inputs = claim.inputs
    return {
        "unit": claim.unit,
        "baseline": _period(saving.baseline_from, saving.baseline_to, inputs.get("baseline", [])),
        "reporting": _period(saving.reporting_from, saving.reporting_to, inputs.get("reporting", [])),
        "percent": inputs.get("percent"),
        "claimed": {
            "quantity": plain(claim.quantity),
            "kgce": plain(claim.kgce),
            "kgco2e": plain(claim.kgco2e),
            "direct_yuan": plain(claim.direct_yuan),
            "indirect_yuan": plain(claim.indirect_yuan),
            "forecast_yuan": plain(claim.forecast_yuan),
        },
        "claim_sha256": claim.sha256,
        "claim": {"id": claim.id, "number": claim.number, "method_version": claim.method_version},
        "provisional": claim.is_provisional,
        "factors": [_factor_part(pack, row) for row in claim.factors],
        "signatures": [_signature_part(row) for row in claim.signatures if row.voided_at is None],
    }


def _side_effects(session: Session, taking: Taking | None) -> dict[str, Any] | None:
    """What is left before and after the side effects, and what each of them changes; None without any."""
    if taking is None:
        return None
    return {
        "before": _left_part(taking.left[0]),
        "rows": [
            _side_effect(session, row, changed)
            for row, changed in zip(taking.rows, taking.changes, strict=True)
        ],
        "after": _left_part(taking.left[-1]),
    }


def _side_effect(session: Session, row: Mapping[str, Any], changed: Left) -> dict[str, Any]:
    known = savings.catalogue_indicator(session, row["indicator"])
    return {
        "code": row["indicator"],
        "names": {"zh": known.names.zh, "en": known.names.en} if known is not None else None,
        "note": row["note"],
        "quantity": plain(Decimal(row["quantity"])),
        "unit": row["unit"],
        "provisional": any(factor["provisional"] for factor in row["factors"]),
        "change": _left_part(changed),
    }


def _left_part(left: Left) -> dict[str, Any]:
    return {
        "quantity": plain(left.quantity),
        "kgce": plain(left.kgce),
        "kgco2e": plain(left.kgco2e),
        "yuan": plain(left.yuan),
    }


def _signature_part(row: Signature) -> dict[str, Any]:
    return {
        "role": row.role.value,
        "signer": row.signer.name,
        "amounts": {
            "quantity": plain(row.quantity),
            "kgce": plain(row.kgce),
            "kgco2e": plain(row.kgco2e),
            "direct_yuan": plain(row.direct_yuan),
        },
        "reason": row.reason,
        "at": plain(row.signed_at),
        "sha256": row.sha256,
    }


def _verified_part(amounts: VerifiedAmounts | None) -> dict[str, Any] | None:
    if amounts is None:
        return None
    return {
        "quantity": plain(amounts.quantity),
        "kgce": plain(amounts.kgce),
        "kgco2e": plain(amounts.kgco2e),
        "direct_yuan": plain(amounts.direct_yuan),
        "indirect_yuan": plain(amounts.indirect_yuan),
    }


def _factor_part(pack: Factors, row: Any) -> dict[str, Any]:
    known = pack.factor(str(row["key"]))
    names = {"zh": known.names.zh, "en": known.names.en} if known is not None else None
    return {**_exact_row(row), "names": names}


def _period(first: Any, last: Any, rows: Sequence[Any]) -> dict[str, Any]:
    return {"from": plain(first), "to": plain(last), "rows": [_exact_row(row) for row in rows]}


def _exact_row(row: Any) -> dict[str, Any]:
    return {key: plain(value) for key, value in dict(row).items()}


def totals_of(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The sums of a package's savings: verified and claimed amounts, money of its own currency only."""
    own = [part for part in parts if part["currency"] == CURRENCY]
    return {
        "kgce": _sum(parts, "verified", "kgce"),
        "kgco2e": _sum(parts, "verified", "kgco2e"),
        "direct_yuan": _sum(own, "verified", "direct_yuan"),
        "indirect_yuan": _sum(own, "verified", "indirect_yuan"),
        "forecast_yuan": _sum(own, "claimed", "forecast_yuan"),
        "claimed_kgce": _sum(parts, "claimed", "kgce"),
        "claimed_kgco2e": _sum(parts, "claimed", "kgco2e"),
        "claimed_direct_yuan": _sum(own, "claimed", "direct_yuan"),
        "currency": CURRENCY,
    }


def _sum(parts: Sequence[dict[str, Any]], side: str, name: str) -> str:
    amounts = [Decimal(part[side][name]) for part in parts if part[side] and part[side].get(name)]
    return exact_text(sum(amounts, Decimal(0)))
