"""The texts that verifiers sign, and whether those signed before still say what stands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.people.models import Role
from cp_circles.savings import computing
from cp_circles.savings.models import Bill, Claim, MoneyProof, Signature

TEXT_VERSION = "2026-2"
READS_MONEY = frozenset({Role.FINANCE, Role.THIRD_PARTY})


def money_evidence(session: Session, saving_id: int) -> list[dict[str, Any]]:
    """What the money of a saving is tied to now, row by row; what was taken back proves nothing."""
    rows = session.scalars(
        sa.select(MoneyProof)
        .where(MoneyProof.saving_id == saving_id, MoneyProof.untied_at.is_(None))
        .order_by(MoneyProof.id)
        .options(joinedload(MoneyProof.bill), joinedload(MoneyProof.price))
    )
    return [_evidence(row) for row in rows if not row.is_void]


def _evidence(row: MoneyProof) -> dict[str, Any]:
    """One proof as it is signed: what it proves, where it stands, and the hash of the bill's file."""
    return {
        "proof": row.id,
        "row": row.money_row_id,
        "bill": None if row.bill is None else _bill(row.bill),
        "price": row.price_id,
        "document": row.document,
        "dated_on": row.dated_on.isoformat(),
        "quantity": _exact(row.quantity),
        "unit": row.unit,
        "unit_price": _exact(row.unit_price),
        "tax_included": row.tax_included,
        "amount": _exact(row.amount),
    }


def _exact(value: Decimal) -> str:
    """A number as text, the same before it is stored and after."""
    return f"{value.normalize():f}"


def _bill(bill: Bill) -> dict[str, Any]:
    return {"id": bill.id, "number": bill.number, "sha256": bill.sha256}


def part_for(session: Session, claim: Claim, role: Role) -> dict[str, Any]:
    """What a role signs besides the amounts: finance and whoever comes after it, the evidence of the money.

    Texts signed before this part was there name no `text` and stay as they are.
    """
    if role not in READS_MONEY:
        return {}
    return {"text": TEXT_VERSION, "money_evidence": money_evidence(session, claim.saving_id)}


def fingerprint(part: dict[str, Any]) -> str:
    """The hash of that part, by which a page that was opened before a change is known; empty for none."""
    return computing.sha256_of(computing.canonical(part)[0]) if part else ""


@dataclass(frozen=True)
class Apart:
    """A signature that does not hold what it should: its number, and what is wrong."""

    signature_id: int
    what: str


def texts_apart(session: Session) -> tuple[int, list[Apart]]:
    """(checked, wrong): each signed text beside its hash, a standing one also beside claim and evidence."""
    found: list[Apart] = []
    rows: Sequence[Signature] = session.scalars(
        sa.select(Signature).order_by(Signature.id).options(joinedload(Signature.claim))
    ).all()
    for row in rows:
        if computing.sha256_of(row.canonical_text) != row.sha256:
            found.append(Apart(row.id, "its text has another hash"))
        elif row.voided_at is None:
            found += _standing(session, row)
    return len(rows), found


def _standing(session: Session, row: Signature) -> list[Apart]:
    facts = json.loads(row.canonical_text)
    if facts.get("claim_sha256") != row.claim.sha256:
        return [Apart(row.id, "it names another claim")]
    if "money_evidence" in facts and facts["money_evidence"] != money_evidence(session, row.claim.saving_id):
        return [Apart(row.id, "the evidence of its money is another now")]
    return []
