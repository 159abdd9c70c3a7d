"""A year's figure stands apart from the measured one, is refused for short periods, and is counted nowhere."""

from datetime import date
from decimal import Decimal

import pytest

from cp_circles.errors import Invalid
from cp_circles.ledger.models import Basis
from cp_circles.people.models import Person
from cp_circles.savings import services
from cp_circles.savings.services.drafts import SavingDraft
from tests.conftest import NOW
from tests.ledger import totals
from tests.savings.test_services import board, leader_of


def shorter(session, make, last, **facts):
    """MV-1 reported over a part of the year: 875 t and 94,500 kWh a month at 120 kWh/t before."""
    saving = make.mv_1()
    draft = SavingDraft(
        indicator_code="ELEC", meter=saving.meter, production_meter=saving.production_meter,
        baseline_from=date(2024, 1, 1), baseline_to=date(2024, 12, 31), reporting_from=date(2025, 1, 1),
        reporting_to=last, **facts,
    )  # fmt: skip
    actor = leader_of(session, make, saving)
    services.edit_saving(session, actor=actor, saving=saving, draft=draft, version=1, now=NOW)
    return saving


def test_the_page_shows_the_period_and_apart_the_extrapolated_year(session, make, client):
    saving = shorter(session, make, date(2025, 3, 31))
    client.enter(session.get(Person, saving.project.circle.leader.person_id))
    page = client.get(f"/savings/{saving.id}").text
    assert "31,500" in page and "127,750" in page and "推算" in page
    client.send(f"/savings/{saving.id}/claim")
    assert saving.claim.quantity == Decimal(31_500)
    kgce = board(session, "kgce", Basis.CLAIMED)
    assert totals.total_of(session, kgce, "company", saving.project.company_id) == Decimal("3871.35")
    how = client.get(f"/savings/claims/{saving.claim.id}/how").text
    assert "31,500 × 365 ÷ 90" in how and "120 × 2,625" not in how


def test_a_short_period_gets_no_years_figure_but_three_batches_do(session, make, client):
    saving = shorter(session, make, date(2025, 2, 28))
    client.enter(session.get(Person, saving.project.circle.leader.person_id))
    page = client.get(f"/savings/{saving.id}").text
    assert "59" in page and "折算为一年" not in page
    batches = shorter(session, make, date(2025, 2, 28), batch_cycles=3)
    client.enter(session.get(Person, batches.project.circle.leader.person_id))
    assert "折算为一年" in client.get(f"/savings/{batches.id}").text


def test_batches_below_one_are_refused(session, make):
    with pytest.raises(Invalid) as refusal:
        shorter(session, make, date(2025, 2, 28), batch_cycles=0)
    assert refusal.value.field == "batch_cycles"
