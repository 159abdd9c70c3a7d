"""Every amount that was signed, in one table: what each verifier stood for beside what they corrected."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from cp_circles.people.models import Role
from cp_circles.savings import rules
from cp_circles.savings.models import Claim, Saving, Signature
from cp_circles.web.formats import datetime_text, quantity, yuan
from cp_circles.web.i18n import enum_label


@dataclass(frozen=True)
class AmountRow:
    """One line: who, what they stood for, how it differs from the claim, why, and whether it stands."""

    who: str
    signer: str
    quantity: str
    kgce: str
    direct: str
    difference: str
    reason: str
    at: str
    void: str
    apart: bool = False


@dataclass(frozen=True)
class ClaimAmounts:
    """One claim version with its rows; `void` says why it does not stand any more."""

    number: int
    void: str
    required: str
    rows: list[AmountRow]


def claim_amounts(saving: Saving) -> list[ClaimAmounts]:
    """Every version of the claim, the standing one first, with all signatures that were ever given."""
    return [_of_claim(claim) for claim in reversed(saving.claims)]


def _of_claim(claim: Claim) -> ClaimAmounts:
    """One version."""
    required = " › ".join(enum_label(role) for role in rules.required_roles(claim))
    first = AmountRow(
        _("Circle claims"), "", quantity(claim.quantity, claim.unit), quantity(claim.kgce, "kgce"),
        yuan(claim.direct_yuan), "", "", datetime_text(claim.claimed_at), "",
    )  # fmt: skip
    signed = sorted(claim.signatures, key=lambda row: (row.role is Role.THIRD_PARTY, row.id))
    return ClaimAmounts(
        claim.number, _void(claim.voided_at, claim.void_reason), required,
        [first, *(_of_signature(claim, row) for row in signed)],
    )  # fmt: skip


def _of_signature(claim: Claim, row: Signature) -> AmountRow:
    """One signature; a stand-in's row names both."""
    signer = row.signer.name
    if row.for_person is not None:
        signer = _("%(signer)s for %(person)s", signer=signer, person=row.for_person.name)
    return AmountRow(
        enum_label(row.role), signer, quantity(row.quantity, claim.unit), quantity(row.kgce, "kgce"),
        yuan(row.direct_yuan), _difference(claim, row), row.reason, datetime_text(row.signed_at),
        _void(row.voided_at, row.void_reason), row.role is Role.THIRD_PARTY,
    )  # fmt: skip


def _difference(claim: Claim, row: Signature) -> str:
    """What the signer changed against the claim, with its sign; empty where nothing differs."""
    quantities, money = (row.quantity, claim.quantity), (row.direct_yuan, claim.direct_yuan)
    parts = []
    if quantities[0] is not None and quantities[0] != quantities[1]:
        change = quantities[0] - quantities[1]
        parts.append(_signed(quantity(change, claim.unit), change > 0))
    if money[0] is not None and money[0] != money[1]:
        parts.append(_signed(yuan(money[0] - money[1]), money[0] > money[1]))
    return " · ".join(parts)


def _signed(text: str, grows: bool) -> str:
    """A difference with its sign, also above zero."""
    return f"+{text}" if grows else text


def _void(at: datetime | None, reason: str) -> str:
    """When and why a row fell; empty while it stands."""
    if at is None:
        return ""
    return _("Void since %(at)s: %(reason)s", at=datetime_text(at), reason=reason or _("no reason kept"))
