"""The saving's pages over HTTP: state, compute, claim, sign, take back."""

from decimal import Decimal

import pytest

from cp_circles.metering.models import Reading
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.savings.models import Saving, SavingState
from tests.conftest import NOW

PERIODS = "baseline_from baseline_to reporting_from reporting_to"
SAME = f"project_id indicator_code meter_id production_meter_id {PERIODS}".split()


@pytest.fixture
def saving(session, make):
    """MV-1 as a draft."""
    return make.mv_1()


def leader(session, saving):
    """The leader of the saving's circle."""
    return session.get(Person, saving.project.circle.leader.person_id)


def verifier(make, saving, role):
    """A person with a role in the company."""
    person = make.person()
    make.grant(person, role, ScopeKind.COMPANY, saving.project.company)
    return person


def test_the_whole_chain_over_http(session, make, client, saving):
    client.enter(leader(session, saving))
    page = client.get(f"/savings/{saving.id}")
    assert page.status_code == 200 and "126,000" in page.text
    assert client.send(f"/savings/{saving.id}/claim").status_code == 302

    for role in (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE):
        person = verifier(make, saving, role)
        client.enter(person)
        waiting = client.get("/savings/to-sign")
        assert saving.project.title in waiting.text
        page = client.get(f"/savings/{saving.id}")
        assert page.status_code == 200
        form = {"claim_sha256": saving.claim.sha256, "role": role.value}
        assert client.send(f"/savings/{saving.id}/sign", form).status_code == 302
        assert saving.project.title not in client.get("/savings/to-sign").text

    assert session.get(Saving, saving.id).state is SavingState.VERIFIED
    signature = saving.claim.signatures[-1]
    refused = client.send(f"/savings/signatures/{signature.id}/void", {"reason": ""})
    assert refused.status_code == 422
    assert client.send(f"/savings/signatures/{signature.id}/void", {"reason": "账单有误"}).status_code == 302
    assert session.get(Saving, saving.id).state is SavingState.IN_VERIFICATION


def test_a_wrong_form_says_the_field_and_keeps_what_was_typed(session, make, client, saving):
    client.enter(leader(session, saving))
    client.send(f"/savings/{saving.id}/claim")
    client.enter(verifier(make, saving, Role.PROCESS_OWNER))
    form = {"claim_sha256": saving.claim.sha256, "role": "process_owner"}
    client.send(f"/savings/{saving.id}/sign", form)
    client.enter(verifier(make, saving, Role.METERING))
    answer = client.send(
        f"/savings/{saving.id}/sign",
        {"claim_sha256": saving.claim.sha256, "role": "metering", "quantity": "99,000"},
    )
    assert answer.status_code == 422 and "99,000" in answer.text and "reason-error" in answer.text


def test_people_of_another_company_have_no_such_saving(session, make, client, saving):
    stranger = make.person()
    make.grant(stranger, Role.METERING, ScopeKind.COMPANY, make.company())
    client.enter(stranger)
    for path in (
        f"/savings/{saving.id}",
        f"/savings/project/{saving.project_id}",
        f"/meters/{saving.meter_id}",
    ):
        assert client.get(path).status_code == 404
    assert saving.project.title not in client.get("/savings/to-sign").text


def test_a_long_list_of_savings_is_paged(session, make, client, saving):
    facts = {"project_id": saving.project_id, "indicator_code": "WATER", "method": "plain_difference"}
    session.add_all(Saving(**facts, created_at=NOW) for _ in range(50))
    session.commit()
    client.enter(leader(session, saving))
    first = client.get(f"/savings/project/{saving.project_id}").text
    assert f'href="/savings/{saving.id}"' in first and "page=2" in first
    last = client.get(f"/savings/project/{saving.project_id}?page=2").text
    assert f'href="/savings/{saving.id}"' not in last and "51" in last


def test_a_claim_of_what_others_claim_already_is_refused_on_its_page(session, make, client, saving):
    facts = {name: getattr(saving, name) for name in SAME}
    client.enter(leader(session, saving))
    assert client.send(f"/savings/{saving.id}/claim").status_code == 302
    second = Saving(**facts, created_at=NOW)
    session.add(second)
    session.commit()
    refused = client.send(f"/savings/{second.id}/claim")
    assert refused.status_code == 409 and "其他申报已占份额" in refused.text
    assert f'action="/savings/{second.id}/withdraw"' in refused.text and second.claim is None


def test_state_a_saving_and_edit_it(session, make, client, saving):
    client.enter(leader(session, saving))
    form = {
        "indicator_code": "ELEC",
        "meter": str(saving.meter_id),
        "production_meter": str(saving.production_meter_id),
        "method": "unit_consumption",
        "baseline_from": "2024-01-01",
        "baseline_to": "2024-12-31",
        "reporting_from": "2025-01-01",
        "reporting_to": "2025-12-31",
        "share": "1",
        "version": "0",
    }
    assert client.get(f"/savings/project/{saving.project_id}/new").status_code == 200
    path = f"/savings/project/{saving.project_id}/new"
    assert client.send(path, form | {"share": "2"}).status_code == 422
    assert client.send(path, form).status_code == 302
    second = session.query(Saving).order_by(Saving.id.desc()).first()
    assert client.get(f"/savings/{second.id}/edit").status_code == 200
    form |= {"version": str(second.version), "share": "0.5"}
    assert client.send(f"/savings/{second.id}/edit", form).status_code == 302
    assert session.get(Saving, second.id).share == Decimal("0.5")
    assert client.send(f"/savings/{second.id}/edit", form).status_code == 409


def test_meter_pages(session, make, client, saving):
    person = verifier(make, saving, Role.METERING)
    company = saving.project.company
    client.enter(person)
    assert saving.meter.name in client.get(f"/meters/company/{company.id}").text
    assert client.get(f"/meters/{saving.meter_id}").status_code == 200
    assert client.get(f"/meters/company/{company.id}/new").status_code == 200
    form = {"name": "二号表", "indicator": "WATER", "unit": "m3", "boundary": ""}
    assert client.send(f"/meters/company/{company.id}/new", form).status_code == 302
    assert client.send(f"/meters/company/{company.id}/new", form).status_code == 422
    reading = {"starts_on": "2026-01-01", "ends_on": "2026-01-31", "quantity": "abc", "note": ""}
    path = f"/meters/{saving.meter_id}/readings"
    assert client.send(path, reading).status_code == 422
    assert client.send(path, reading | {"quantity": "９２，７５６"}).status_code == 302
    stored = session.query(Reading).order_by(Reading.id.desc()).first()
    assert stored.quantity == Decimal(92756)
    assert client.get(f"/meters/readings/{stored.id}").status_code == 200
    fix = {"quantity": "92755", "reason": "抄错"}
    assert client.send(f"/meters/readings/{stored.id}/correct", fix).status_code == 302
    assert client.get(f"/meters/company/{company.id}/import").status_code == 200


def test_a_verifier_who_did_not_sign_is_refused_before_their_reason_is_read(session, make, client, saving):
    client.enter(leader(session, saving))
    client.send(f"/savings/{saving.id}/claim")
    client.enter(verifier(make, saving, Role.PROCESS_OWNER))
    form = {"claim_sha256": saving.claim.sha256, "role": "process_owner"}
    client.send(f"/savings/{saving.id}/sign", form)
    client.enter(verifier(make, saving, Role.METERING))
    signature = saving.claim.signatures[0]
    assert client.send(f"/savings/signatures/{signature.id}/void", {"reason": ""}).status_code == 403
    assert client.send(f"/savings/{saving.id}/reopen", {"reason": ""}).status_code in {403, 404}


def test_a_reading_outside_the_usual_range_asks_why_and_keeps_the_form(session, make, client, saving):
    meter = saving.meter_id
    client.enter(leader(session, saving))
    count = session.query(Reading).count()
    form = {"quantity": "250000", "starts_on": "2026-01-01", "ends_on": "2026-01-31", "note": ""}
    asked = client.send(f"/meters/{meter}/readings", form)
    assert asked.status_code == 422 and "超出该表计的合理范围" in asked.text
    assert 'value="250000"' in asked.text and session.query(Reading).count() == count
    told = client.send(f"/meters/{meter}/readings", form | {"note": "换表，倍率改变"})
    assert told.status_code == 302 and session.query(Reading).count() == count + 1


def test_a_verifier_is_named_in_full_in_english(session, make, client, saving):
    client.enter(leader(session, saving))
    client.send(f"/savings/{saving.id}/claim")
    client.enter(verifier(make, saving, Role.PROCESS_OWNER))
    client.send(f"/savings/{saving.id}/sign", {"claim_sha256": saving.claim.sha256, "role": "process_owner"})
    client.enter(verifier(make, saving, Role.METERING))
    client.send("/language", {"locale": "en"})
    assert "Sign as metering verifier" in client.get(f"/savings/{saving.id}").text
