"""What can be done with savings: draft, claim, sign, refuse, void, reopen, withdraw."""

from cp_circles.savings.placing import require_place
from cp_circles.savings.services.claims import (
    DataDoNotCarry,
    ReasonForMethod,
    annul_saving,
    claim_saving,
    draft_saving,
    edit_saving,
    hold_saving,
    reopen_claim,
    withdraw_saving,
)
from cp_circles.savings.services.drafts import Adjusting, SavingDraft
from cp_circles.savings.services.indicators import add_indicator
from cp_circles.savings.services.inputs import (
    add_adjustment,
    choose_method,
    name_meter,
    remove_adjustment,
    remove_meter,
    state_factors,
    state_steam,
)
from cp_circles.savings.services.money import add_avoided_tax, add_money_row, net_direct, remove_money_row
from cp_circles.savings.services.side_effects import add_side_effect, remove_side_effect, side_media
from cp_circles.savings.services.signatures import (
    ClaimHasChanged,
    NotYourTurn,
    PasswordTooOld,
    absent_verifier,
    amounts_to_sign,
    refuse_claim,
    sign_claim,
    signing_text,
    void_signature,
    void_signatures_on_money,
)

__all__ = [
    "Adjusting",
    "ClaimHasChanged",
    "DataDoNotCarry",
    "NotYourTurn",
    "PasswordTooOld",
    "ReasonForMethod",
    "SavingDraft",
    "absent_verifier",
    "add_adjustment",
    "add_avoided_tax",
    "add_indicator",
    "add_money_row",
    "add_side_effect",
    "amounts_to_sign",
    "annul_saving",
    "choose_method",
    "claim_saving",
    "draft_saving",
    "edit_saving",
    "hold_saving",
    "name_meter",
    "net_direct",
    "refuse_claim",
    "remove_adjustment",
    "remove_meter",
    "remove_money_row",
    "remove_side_effect",
    "reopen_claim",
    "require_place",
    "side_media",
    "sign_claim",
    "signing_text",
    "state_factors",
    "state_steam",
    "void_signature",
    "void_signatures_on_money",
    "withdraw_saving",
]
