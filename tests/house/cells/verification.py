"""Cells of finance's evidence, money of savings, the chain, effects without money, and stand-ins."""

from tests.house.cells.addresses import of_company, of_draft_saving, of_project, of_saving, with_reason
from tests.house.cells.cell import rows
from tests.house.cells.readers import ADMIN, CIRCLE, DEPARTMENT, SEES_WORK
from tests.house.world import COMPANY_ROLES

MONEY = ("finance", "department", "third_party", *ADMIN)
VERIFYING = ("department", "process_owner", "metering", "finance", *ADMIN)


def of_bill(side):
    """A bill of the company."""
    return {"bill_id": side.bill.id}


def of_price(side):
    """An agreed price of the company."""
    return {"price_id": side.price.id}


def of_money_row(side):
    """A row of money beside the saving that is a draft."""
    return {"row_id": side.money_row.id}


def of_proof(side):
    """What the first row of the draft's money is tied to."""
    return {"proof_id": side.proof.id}


def of_claim_evidence(side):
    """The evidence that the claim froze."""
    return {"saving_id": side.saving.id, "version_id": side.evidence_version.id}


def of_claim_photo(side):
    """The photo of the meter at a reading of the claim."""
    return {"saving_id": side.saving.id, "reading_id": side.claim_reading.id}


def of_claim_bill(side):
    """The bill to which the claim's money is tied."""
    return {"saving_id": side.saving.id, "bill_id": side.bill.id}


def of_third_party(side):
    """Somebody invited from outside."""
    return {"third_party_id": side.third_party.id}


def of_effect(side):
    """An effect that waits for the department."""
    return {"effect_id": side.effect.id}


def of_stand_in(side):
    """A stand-in that waits for the department."""
    return {"stand_in_id": side.stand_in.id}


ROWS = {
    **rows("verification: list_evidence", may=MONEY, args=of_company, shows="secret"),
    **rows("verification: bill_file", may=MONEY, args=of_bill),
    **rows("verification: add_account add_bill add_price", may=("finance",), args=of_company),
    **rows("verification: void_bill", may=("finance",), args=of_bill, body=with_reason),
    **rows("verification: void_price", may=("finance",), args=of_price, body=with_reason),
    **rows("verification: show_money", may=SEES_WORK, args=of_draft_saving, shows="secret"),
    **rows("verification: add_money_row add_avoided_tax", may=(*CIRCLE, "finance"), args=of_draft_saving),
    **rows("verification: remove_money_row", may=(*CIRCLE, "finance"), args=of_money_row),
    **rows("verification: tie_proof", may=("finance",), args=of_saving),
    **rows("verification: untie_proof", may=("finance",), args=of_proof),
    **rows("verification: list_claim_files", may=SEES_WORK, args=of_saving, shows="secret"),
    **rows("verification: claim_evidence_file", may=SEES_WORK, args=of_claim_evidence),
    **rows("verification: claim_photo", may=SEES_WORK, args=of_claim_photo),
    **rows("verification: claim_bill_file", may=MONEY, args=of_claim_bill),
    **rows("verification: show_chain", may=(*COMPANY_ROLES, *ADMIN), args=of_company, shows="secret"),
    **rows("verification: settle_chain invite_third_party", may=DEPARTMENT, args=of_company),
    **rows("verification: end_third_party", may=DEPARTMENT, args=of_third_party, body=with_reason),
    **rows("verification: list_effects", may=SEES_WORK, args=of_project, shows="secret"),
    **rows("verification: state_effect", may=CIRCLE, args=of_project),
    **rows("verification: edit_effect correct_effect", may=CIRCLE, args=of_effect),
    **rows("verification: withdraw_effect", may=CIRCLE, args=of_effect, body=with_reason),
    **rows("verification: confirm_effect", may=DEPARTMENT, args=of_effect),
    **rows("verification: decline_effect", may=DEPARTMENT, args=of_effect, body=with_reason),
    **rows("people: stand_ins", may=VERIFYING, args=of_company),
    **rows("people: name_stand_in", may=VERIFYING, args=of_company),
    **rows("people: confirm_stand_in", may=DEPARTMENT, args=of_stand_in),
    **rows(
        "people: end_stand_in", may=("department", "finance", "metering"), args=of_stand_in, body=with_reason
    ),
}
