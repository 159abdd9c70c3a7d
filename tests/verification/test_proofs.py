"""Rows of money beside their bills, prices and contracts: who ties, what is copied, and what does not agree."""

import json
from datetime import date
from decimal import Decimal

import pytest

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.people.models import Person, Role
from cp_circles.savings import services as savings
from cp_circles.savings.computing import sha256_of
from cp_circles.savings.models import MoneyKind, SavingState
from cp_circles.savings.rules import live_signatures
from cp_circles.savings.signing_texts import fingerprint, part_for, texts_apart
from cp_circles.verification import queries, services
from cp_circles.verification.models import MoneyProof
from cp_circles.verification.services import Source
from tests.conftest import NOW
from tests.verification.test_money import bill, finance, leader, row, saving

__all__ = ["finance", "leader", "saving"]
CONTRACT = {
    "document": "处置合同 示例-031 第4条",
    "dated_on": date(2025, 3, 1),
    "unit": "t",
    "unit_price": Decimal("300"),
    "tax_included": True,
}


def tie(session, finance, saving, source, *, money_row=None, quantity="40"):
    """Tie a row, or the metered saving, to a source."""
    return services.tie_proof(
        session,
        actor=finance,
        saving=saving,
        row=money_row,
        source=source,
        quantity=Decimal(quantity),
        now=NOW,
    )


def test_a_bill_brings_its_date_unit_price_and_tax(session, finance, saving):
    found = bill(session, finance, saving, dated_on=date(2025, 6, 30), tax_included=True)
    proof = tie(session, finance, saving, Source(bill=found), quantity="126000")
    assert (proof.dated_on, proof.unit, proof.unit_price) == (date(2025, 6, 30), "kWh", Decimal("0.68"))
    assert (proof.tax_included, proof.amount) == (True, Decimal("85680.00"))
    assert queries.proofs_of(session, saving.id) == {None: [proof]}
    services.void_bill(session, actor=finance, bill=found, reason="录错", now=NOW)
    assert proof.is_void


def test_a_contract_is_typed_and_a_price_is_copied(session, leader, finance, saving):
    gain = row(session, leader, saving, MoneyKind.DIRECT_GAIN, "12000.00")
    typed = tie(session, finance, saving, Source(**CONTRACT), money_row=gain)
    assert (typed.amount, typed.money_row_id) == (Decimal("12000.00"), gain.id)
    price = services.add_price(
        session, actor=finance, company_id=saving.project.company_id, indicator_code=saving.indicator_code,
        price=Decimal("0.7"), unit="kWh", valid_from=date(2025, 1, 1), valid_to=None, source="示例合同",
        tax_included=False, now=NOW,
    )  # fmt: skip
    copied = tie(session, finance, saving, Source(price=price), quantity="126000")
    assert (copied.amount, copied.tax_included) == (Decimal("88200.00"), False)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"document": " "}, "document"),
        ({"dated_on": None}, "dated_on"),
        ({"unit": ""}, "unit"),
        ({"unit_price": Decimal(0)}, "unit_price"),
        ({"tax_included": None}, "tax"),
    ],
)
def test_a_contract_without_its_facts_is_refused_at_its_field(session, finance, saving, facts, field):
    with pytest.raises(Invalid) as refusal:
        tie(session, finance, saving, Source(**(CONTRACT | facts)))
    assert refusal.value.field == field and session.query(MoneyProof).count() == 0


def test_a_wrong_bill_row_or_quantity_is_refused_at_its_field(session, make, leader, finance, saving):
    other = make.mv_1()
    stranger = make.verifier(Role.FINANCE, other.project.company)
    foreign = bill(session, stranger, other)
    voided = bill(session, finance, saving, number="2")
    services.void_bill(session, actor=finance, bill=voided, reason="录错", now=NOW)
    dollars = bill(session, finance, saving, number="3", currency="USD")
    for wrong in (foreign, voided, dollars):
        with pytest.raises(Invalid) as refusal:
            tie(session, finance, saving, Source(bill=wrong))
        assert refusal.value.field == "source"
    with pytest.raises(Invalid) as refusal:
        tie(session, finance, saving, Source(**CONTRACT), quantity="0")
    assert refusal.value.field == "quantity"
    gone = row(session, leader, saving, MoneyKind.DIRECT_GAIN, "5")
    savings.remove_money_row(session, actor=leader, row=gone, now=NOW)
    with pytest.raises(Invalid) as refusal:
        tie(session, finance, saving, Source(**CONTRACT), money_row=gone)
    assert refusal.value.field == "row" and session.query(MoneyProof).count() == 0


def test_only_finance_ties_and_strangers_learn_nothing(session, make, saving):
    company = saving.project.company
    with pytest.raises(NotAllowed):
        tie(session, make.verifier(Role.DEPARTMENT, company), saving, Source(**CONTRACT))
    with pytest.raises(NotFound):
        tie(session, make.verifier(Role.METERING, company), saving, Source(**CONTRACT))
    with pytest.raises(NotFound):
        tie(session, make.verifier(Role.FINANCE, make.company()), saving, Source(**CONTRACT))
    assert session.query(MoneyProof).count() == 0


def test_what_finance_signed_rests_on_the_evidence_that_was_there(session, make, leader, finance, saving):
    proof = tie(session, finance, saving, Source(**CONTRACT))
    savings.claim_saving(session, actor=leader, saving=saving, now=NOW)
    for role in (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE):
        signature = savings.sign_claim(
            session, actor=make.verifier(role, saving.project.company), saving=saving, role=role,
            claim_sha256=saving.claim.sha256, password_confirmed_at=NOW, now=NOW,
        )  # fmt: skip
    with pytest.raises(DomainError):
        services.untie_proof(session, actor=finance, proof=proof, now=NOW)
    with pytest.raises(DomainError):
        tie(session, finance, saving, Source(**CONTRACT))
    head = make.verifier(Role.DEPARTMENT, saving.project.company)
    savings.void_signature(session, actor=head, signature=signature, reason="账单有误", now=NOW)
    services.untie_proof(session, actor=finance, proof=proof, now=NOW)
    assert queries.proofs_of(session, saving.id) == {}
    with pytest.raises(DomainError):
        services.untie_proof(session, actor=finance, proof=proof, now=NOW)


def test_the_page_says_what_is_proved_what_differs_and_what_lacks_its_bill(
    client, session, make, leader, finance, saving
):
    row(session, leader, saving, MoneyKind.DIRECT_GAIN, "12000.00")
    found = bill(session, finance, saving, number="A-7", dated_on=date(2025, 6, 30))
    savings.claim_saving(session, actor=leader, saving=saving, now=NOW)
    client.enter(session.get(Person, finance.person_id))
    page = f"/verification/savings/{saving.id}/money"
    text = client.get(page).get_data(as_text=True)
    assert text.count("本行尚未挂接账单、合同或协议价。") == 2
    body = {"row": "", "source": f"bill-{found.id}", "quantity": "126000"}
    assert client.send(f"{page}/proofs", body).status_code == 303
    text = client.get(page).get_data(as_text=True)
    assert "A-7" in text and "多报 2,520.00 元" in text
    assert client.send(f"{page}/proofs", body | {"source": "", "document": ""}).status_code == 422
    assert session.query(MoneyProof).count() == 1


def signed(session, make, leader, saving, roles=(Role.PROCESS_OWNER, Role.METERING, Role.FINANCE)):
    """Claim, and sign in these roles; gives the last signature."""
    if saving.claim is None:
        savings.claim_saving(session, actor=leader, saving=saving, now=NOW)
    for role in roles:
        last = savings.sign_claim(
            session, actor=make.verifier(role, saving.project.company), saving=saving, role=role,
            claim_sha256=saving.claim.sha256, password_confirmed_at=NOW, now=NOW,
        )  # fmt: skip
    return last


def test_finance_signs_the_evidence_of_the_money_and_metering_does_not(
    session, make, leader, finance, saving
):
    found = bill(session, finance, saving, dated_on=date(2025, 6, 30), tax_included=True)
    tie(session, finance, saving, Source(bill=found), quantity="126000")
    measured = signed(session, make, leader, saving, (Role.PROCESS_OWNER, Role.METERING))
    assert "money_evidence" not in measured.canonical_text
    last = signed(session, make, leader, saving, (Role.FINANCE,))
    facts = json.loads(last.canonical_text)
    assert facts["text"] == "2026-2"
    assert [(row["bill"]["number"], row["unit_price"], row["quantity"]) for row in facts["money_evidence"]] == [
        (found.number, "0.68", "126000")]  # fmt: skip
    session.expire_all()
    assert texts_apart(session) == (3, [])


def test_a_bill_taken_back_voids_the_signatures_that_rest_on_it(session, make, leader, finance, saving):
    found = bill(session, finance, saving, dated_on=date(2025, 6, 30), tax_included=True)
    other = bill(session, finance, saving, number="2")
    tie(session, finance, saving, Source(bill=found), quantity="126000")
    last = signed(session, make, leader, saving)
    services.void_bill(session, actor=finance, bill=other, reason="录错", now=NOW)
    assert saving.state is SavingState.VERIFIED
    services.void_bill(session, actor=finance, bill=found, reason="供应商更正", now=NOW)
    assert saving.state is SavingState.IN_VERIFICATION and last.void_reason == "供应商更正"
    assert [row.role for row in live_signatures(saving.claim)] == [Role.PROCESS_OWNER, Role.METERING]
    again = signed(session, make, leader, saving, (Role.FINANCE,))
    assert json.loads(again.canonical_text)["money_evidence"] == []
    assert saving.state is SavingState.VERIFIED


def test_evidence_tied_after_the_page_was_opened_is_read_before_it_is_signed(
    session, make, leader, finance, saving
):
    signed(session, make, leader, saving, (Role.PROCESS_OWNER, Role.METERING))
    shown = fingerprint(part_for(session, saving.claim, Role.FINANCE))
    tie(session, finance, saving, Source(**CONTRACT))
    facts = {"saving": saving, "role": Role.FINANCE, "claim_sha256": saving.claim.sha256, "now": NOW}
    with pytest.raises(savings.ClaimHasChanged):
        savings.sign_claim(session, actor=finance, password_confirmed_at=NOW, money_sha256=shown, **facts)
    assert len(live_signatures(saving.claim)) == 2


def test_the_check_finds_a_text_or_evidence_that_was_changed_and_accepts_texts_of_before(
    session, make, leader, finance, saving
):
    proof = tie(session, finance, saving, Source(**CONTRACT))
    last = signed(session, make, leader, saving)
    proof.unit_price = Decimal("301")
    session.flush()
    assert [row.signature_id for row in texts_apart(session)[1]] == [last.id]
    before = savings.signing_text(saving.claim, Role.FINANCE, None, None, "")
    last.canonical_text, last.sha256 = before, sha256_of(before)
    session.flush()
    assert texts_apart(session) == (3, [])
    last.canonical_text = before.replace("finance", "metering")
    session.flush()
    assert [row.signature_id for row in texts_apart(session)[1]] == [last.id]


def test_the_page_of_the_money_shows_what_finance_signed_instead(
    client, session, make, leader, finance, saving
):
    signed(session, make, leader, saving, (Role.PROCESS_OWNER, Role.METERING))
    savings.sign_claim(
        session, actor=finance, saving=saving, role=Role.FINANCE, claim_sha256=saving.claim.sha256,
        password_confirmed_at=NOW, now=NOW, direct_yuan=Decimal("80000.00"), reason="按合同单价核减",
    )  # fmt: skip
    client.enter(session.get(Person, finance.person_id))
    text = client.get(f"/verification/savings/{saving.id}/money").text
    assert "财务更正" in text and "按合同单价核减" in text and "-8,200.00 元" in text and "8.00 万元" in text
