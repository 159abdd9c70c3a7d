"""What can be done: keep bills and prices, settle the chain, ask outsiders, sign effects without money."""

from cp_circles.verification.services.chain import ChainSettled, settle_chain
from cp_circles.verification.services.effects import (
    correct_effect,
    decide_effect,
    require_own,
    state_effect,
    withdraw_effect,
)
from cp_circles.verification.services.evidence import add_account, add_bill, add_price, void_bill, void_price
from cp_circles.verification.services.outside import end_third_party, invite_third_party
from cp_circles.verification.services.proofs import Source, tie_proof, untie_proof

__all__ = [
    "ChainSettled",
    "Source",
    "add_account",
    "add_bill",
    "add_price",
    "correct_effect",
    "decide_effect",
    "end_third_party",
    "invite_third_party",
    "require_own",
    "settle_chain",
    "state_effect",
    "tie_proof",
    "untie_proof",
    "void_bill",
    "void_price",
    "withdraw_effect",
]
