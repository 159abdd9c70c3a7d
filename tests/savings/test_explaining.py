"""The page of all numbers prints enough to compute each method's claim by hand."""

from decimal import Decimal

from cp_circles.metering.models import Reading
from cp_circles.people.models import Person
from cp_circles.savings import queries, services
from cp_circles.savings.models import MeterUse, MoneyKind
from tests.conftest import NOW
from tests.savings.test_services import CHAIN, leader_of, sign

OUTPUT = (700, 750, 780, 800, 820, 840, 850, 870, 880, 900, 900, 910)


def again(session, make, saving, before, now):
    """Other readings under a saving: use by month of 2024 and of 2025."""
    for reading in queries.readings_under(session, saving):
        if reading.meter_id == saving.meter_id:
            session.delete(reading)
    session.flush()
    make.monthly(saving.meter, 2024, before)
    make.monthly(saving.meter, 2025, now)


def page_of(session, make, client, saving):
    """The page of the claim, as the leader reads it."""
    services.claim_saving(session, actor=leader_of(session, make, saving), saving=saving, now=NOW)
    client.enter(session.get(Person, saving.project.circle.leader.person_id))
    page = client.get(f"/savings/claims/{saving.claim.id}/how")
    assert page.status_code == 200
    return page.text


def test_a_model_prints_its_coefficients_and_the_uncertainty_its_figures(session, make, client):
    saving = make.mv_1()
    counter = saving.production_meter_id
    made = session.query(Reading).filter(Reading.meter_id == counter).order_by(Reading.starts_on)
    for reading, produced in zip(made, OUTPUT, strict=False):
        reading.quantity = Decimal(produced)
    scatter = [300 if month % 2 else -300 for month in range(12)]
    again(
        session,
        make,
        saving,
        [20_000 + 96 * p + s for p, s in zip(OUTPUT, scatter, strict=True)],
        [94_500] * 12,
    )
    saving.method, saving.meter.accuracy = "regression", Decimal("0.5")
    how = page_of(session, make, client, saving)
    model = saving.claim.inputs["model"]["coefficients"]
    assert all(f"{Decimal(row['value']).normalize():,f}" in how for row in model)
    assert "× 12 +" in how and "0.5 %)²" in how and "1.26 ×" in how


def test_wet_steam_prints_enthalpy_and_state_and_its_quantity_by_period(session, make, client):
    saving = make.mv_1()
    saving.indicator_code, saving.meter.unit, saving.method = "STEAM_T", "t", "plain_difference"
    saving.production_meter, saving.steam_mpa, saving.steam_dryness = None, Decimal("0.8"), Decimal("0.95")
    again(session, make, saving, [1000] * 12, [900] * 12)
    how = page_of(session, make, client, saving)
    assert "IF97(0.8 MPa, x = 0.95)" in how and "(2,665.9 − 83.74) ÷ 1,000" in how
    assert "× 2.58216" in how and "30,985.92 − 27,887.328" in how


def test_a_pollutant_prints_its_mass_its_avoided_tax_and_what_was_verified(session, make, client):
    saving = make.mv_1()
    saving.indicator_code, saving.meter.unit, saving.method = "COD", "mg/L", "plain_difference"
    saving.production_meter = None
    flow = make.meter(saving.project.company, "WW", "m3")
    for year in (2024, 2025):
        make.monthly(flow, year, [1000] * 12)
    again(session, make, saving, [800] * 12, [500] * 12)
    actor = leader_of(session, make, saving)
    services.name_meter(session, actor=actor, saving=saving, meter=flow, use=MeterUse.FLOW, now=NOW)
    client.enter(session.get(Person, saving.project.circle.leader.person_id))
    offered = client.get(f"/savings/{saving.id}").text
    assert "3,600 kg ÷ 1 kg = 3,600" in offered and "1.4" in offered
    services.add_avoided_tax(
        session, actor=actor, saving=saving, factor_key="equivalent_cod", kilograms=Decimal(3600),
        rate=Decimal("8.4"), source="示例省税额公告", now=NOW,
    )  # fmt: skip
    services.add_money_row(
        session, actor=actor, saving=saving, kind=MoneyKind.ACTIVITY_COST, amount=Decimal(240),
        note="活动费用", now=NOW,
    )  # fmt: skip
    shown = client.get(f"/savings/{saving.id}").text
    assert "示例省税额公告" in shown and "3,600" in shown and "可信度 B" in shown
    how = page_of(session, make, client, saving)
    assert "× 1,000 ÷ 1,000" in how and "+ 30,240 − 240" in how and "0 + 30,000" in how
    for role in CHAIN:
        sign(session, make, saving, role)
    assert saving.claim.direct_yuan == Decimal("30000.00")
