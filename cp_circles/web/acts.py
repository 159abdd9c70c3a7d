"""Every act that the history records, in words."""

from cp_circles.errors import msg

ACTS: dict[str, str] = {
    "metering.add_meter": msg("Added the meter"),
    "metering.retire_meter": msg("Took the meter out of use"),
    "metering.record_reading": msg("Logged the reading"),
    "metering.void_reading": msg("Took the reading back"),
    "savings.draft_saving": msg("Stated the saving as a draft"),
    "savings.edit_saving": msg("Changed the saving"),
    "savings.claim_saving": msg("Claimed the saving"),
    "savings.reopen_claim": msg("Reopened the claim"),
    "savings.withdraw_saving": msg("Withdrew the saving"),
    "savings.sign_claim": msg("Signed the claim"),
    "savings.refuse_claim": msg("Refused the claim"),
    "savings.void_signature": msg("Took a signature back"),
    "ledger.freeze_boards": msg("Froze the public boards"),
    "ledger.lift_freeze": msg("Lifted the freeze of the boards"),
    "editions.publish_edition": msg("Published the edition"),
}
