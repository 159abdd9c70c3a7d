"""The pages of the guard and of follow-ups: warnings without leaks, splits asked and answered, answers taken."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.savings.ceilings import ceilings
from cp_circles.savings.models import FollowUpAnswer, SplitState
from cp_circles.savings.services.follow_ups import ask_follow_ups
from tests.conftest import NOW
from tests.savings.test_guard import claimed, main_meter, other, verified


@pytest.fixture
def pair(session, make):
    """Two claims at a meter and its main meter, of two circles of one company."""
    first = make.mv_1()
    above = main_meter(session, make, first)
    verified(session, make, first)
    return first, claimed(session, make, other(session, make, first, above))


def department(session, make, saving):
    """The department's person of the company."""
    person = make.person()
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, saving.project.company)
    return person


def leader(session, saving):
    """The leader of the saving's circle."""
    return session.get_one(Person, saving.project.circle.leader.person_id)


def test_the_department_sees_the_evidence_and_asks_the_circles(session, make, client, pair):
    first, second = pair
    company_id = first.project.company_id
    client.enter(department(session, make, first))
    page = client.get(f"/savings/guard/company/{company_id}")
    key = f"shares-{first.id}-{second.id}"
    assert page.status_code == 200 and first.project.title in page.text and key in page.text
    evidence = client.get(f"/savings/guard/company/{company_id}/overlap/{key}")
    assert evidence.status_code == 200 and "200" in evidence.text and second.project.title in evidence.text
    refused = client.send(
        f"/savings/guard/company/{company_id}/overlap/{key}", {"reason": "两个课题互不影响"}
    )
    assert refused.status_code == 409
    assert client.get(f"/savings/guard/company/{company_id}/split?key={key}").status_code == 200
    form = {
        "meter": str(first.meter_id), "starts_on": "2025-01-01", "ends_on": "2025-12-31",
        "first_project": str(first.project_id), "first_share": "0.7",
        "second_project": str(second.project_id), "second_share": "0.4", "third_project": "", "reason": "按功率",
    }  # fmt: skip
    wrong = client.send(f"/savings/guard/company/{company_id}/split", form)
    assert wrong.status_code == 422 and "110" in wrong.text
    sent = client.send(f"/savings/guard/company/{company_id}/split", form | {"second_share": "0.3"})
    assert sent.status_code == 303
    assert client.get(sent.location).status_code == 200


def test_a_circle_is_told_of_another_claim_without_its_name(session, make, client, pair):
    first, second = pair
    client.enter(leader(session, second))
    page = client.get(f"/savings/{second.id}")
    assert page.status_code == 200 and first.project.title not in page.text
    assert "200" in page.text and first.meter.name in page.text and "2025-01-01" in page.text
    assert client.get(f"/savings/guard/company/{first.project.company_id}").status_code in {403, 404}


def test_each_circle_answers_on_the_page_of_the_split(session, make, client, pair):
    from cp_circles.savings.services import guard
    from tests.savings.test_guard import YEAR
    from tests.savings.test_guard import department as actor_of

    first, second = pair
    split = guard.propose_split(
        session, actor=actor_of(make, first.project.company), meter=first.meter,
        shares={first.project: Decimal("0.7"), second.project: Decimal("0.3")}, reason="按功率", now=NOW, **YEAR,
    )  # fmt: skip
    session.flush()
    client.enter(leader(session, first))
    page = client.get(f"/savings/split/{split.id}")
    assert page.status_code == 200 and second.project.title not in page.text
    assert client.send(f"/savings/split/share/{split.shares[0].id}/agree", {}).status_code == 303
    client.enter(leader(session, second))
    no = client.send(f"/savings/split/share/{split.shares[1].id}/decline", {"reason": "按运行时间更合理"})
    assert no.status_code == 303
    session.refresh(split)
    assert split.state is SplitState.DECLINED


def test_the_ceiling_shows_figures_and_flags_what_exceeds_it(session, make, client, pair):
    first, _second = pair
    (row,) = ceilings(session, first.project.company_id)
    assert (row.saved, row.claimed, row.is_exceeded) == (Decimal(126_000), Decimal(126_000), False)
    for reading in session.query(type(make.reading(first.meter, NOW.date(), NOW.date(), 1))).filter_by(
        meter_id=first.meter.parent_id
    ):
        if reading.starts_on.year == 2025:
            reading.quantity = Decimal(100_000)
    session.flush()
    (row,) = ceilings(session, first.project.company_id)
    assert (row.saved, row.is_exceeded) == (Decimal(60_000), True)
    client.enter(department(session, make, first))
    page = client.get(f"/savings/guard/company/{first.project.company_id}/ceiling")
    assert page.status_code == 200 and "126,000" in page.text and "60,000" in page.text


def test_the_department_answers_a_follow_up(session, make, client):
    saving = verified(session, make, make.mv_1())
    person = department(session, make, saving)
    (row,) = ask_follow_ups(session, datetime(2027, 3, 10, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    client.enter(leader(session, saving))
    assert client.get(f"/savings/follow-ups/{row.id}").status_code == 200
    assert client.send(f"/savings/follow-ups/{row.id}", {"outcome": "working"}).status_code in {403, 404}
    client.enter(person)
    assert client.get(f"/savings/follow-ups/company/{row.company_id}").status_code == 200
    assert client.send(f"/savings/follow-ups/{row.id}", {"outcome": "gone"}).status_code == 422
    assert client.send(f"/savings/follow-ups/{row.id}", {"outcome": "working"}).status_code == 303
    session.refresh(row)
    assert row.answer is FollowUpAnswer.WORKING
    assert client.get(f"/savings/follow-ups/company/{row.company_id}").status_code == 200
    assert client.get(f"/savings/{saving.id}").status_code == 200
