"""The room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import Door

CIRCLE = (Role.MEMBER, Role.LEADER)
VERIFIERS = (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, Role.THIRD_PARTY)
READERS = (*CIRCLE, Role.FACILITATOR, Role.DEPARTMENT, *VERIFIERS, Role.ADMINISTRATOR)
MONEY = (Role.FINANCE, Role.DEPARTMENT, Role.THIRD_PARTY, Role.ADMINISTRATOR)
STAFF = (Role.FACILITATOR, Role.DEPARTMENT, *VERIFIERS, Role.ADMINISTRATOR)
WRITERS = (*CIRCLE, Role.FINANCE)

DOORS = (
    Door("verification.list_evidence", MONEY, scope="company"),
    Door("verification.bill_file", MONEY, scope="company"),
    Door("verification.add_account", (Role.FINANCE,), scope="company"),
    Door("verification.add_bill", (Role.FINANCE,), scope="company"),
    Door("verification.void_bill", (Role.FINANCE,), scope="company"),
    Door("verification.add_price", (Role.FINANCE,), scope="company"),
    Door("verification.void_price", (Role.FINANCE,), scope="company"),
    Door("verification.show_money", READERS, scope="circle"),
    Door("verification.add_money_row", WRITERS, scope="circle"),
    Door("verification.add_avoided_tax", WRITERS, scope="circle"),
    Door("verification.remove_money_row", WRITERS, scope="circle"),
    Door("verification.tie_proof", (Role.FINANCE,), scope="company"),
    Door("verification.untie_proof", (Role.FINANCE,), scope="company"),
    Door("verification.list_claim_files", READERS, scope="circle"),
    Door("verification.claim_evidence_file", READERS, scope="circle"),
    Door("verification.claim_photo", READERS, scope="circle"),
    Door("verification.claim_bill_file", MONEY, scope="company"),
    Door("verification.show_chain", STAFF, scope="company"),
    Door("verification.settle_chain", (Role.DEPARTMENT,), scope="company"),
    Door("verification.invite_third_party", (Role.DEPARTMENT,), scope="company"),
    Door("verification.end_third_party", (Role.DEPARTMENT,), scope="company"),
    Door("verification.list_effects", READERS, scope="circle"),
    Door("verification.state_effect", CIRCLE, scope="circle"),
    Door("verification.edit_effect", CIRCLE, scope="circle"),
    Door("verification.correct_effect", CIRCLE, scope="circle"),
    Door("verification.withdraw_effect", CIRCLE, scope="circle"),
    Door("verification.confirm_effect", (Role.DEPARTMENT,), scope="company"),
    Door("verification.decline_effect", (Role.DEPARTMENT,), scope="company"),
)
