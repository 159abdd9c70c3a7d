"""What can be done with savings: draft, claim, sign, refuse, void, reopen, withdraw."""

from cp_circles.savings.services.claims import (
    DataDoNotCarry,
    claim_saving,
    draft_saving,
    edit_saving,
    reopen_claim,
    withdraw_saving,
)
from cp_circles.savings.services.signatures import (
    ClaimHasChanged,
    NotYourTurn,
    PasswordTooOld,
    refuse_claim,
    sign_claim,
    signing_text,
    void_signature,
)

__all__ = [
    "ClaimHasChanged",
    "DataDoNotCarry",
    "NotYourTurn",
    "PasswordTooOld",
    "claim_saving",
    "draft_saving",
    "edit_saving",
    "refuse_claim",
    "reopen_claim",
    "sign_claim",
    "signing_text",
    "void_signature",
    "withdraw_saving",
]
