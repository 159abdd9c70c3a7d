"""MV-1 to MV-6 through services and page, with the literal figures of the worked cases."""

from datetime import date
from decimal import Decimal
from math import isclose, sqrt

import pytest

from cp_circles.errors import Invalid, NotAllowed, NotFound
from cp_circles.metering.models import Meter
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.savings import queries, services, versions
from cp_circles.savings.models import MeterUse
from cp_circles.savings.services.claims import DataDoNotCarry
from tests.conftest import NOW

OUTPUT_BEFORE = (700, 750, 780, 800, 820, 840, 850, 870, 880, 900, 900, 910)
OUTPUT_NOW = (875,) * 12


def leader_of(session, make, saving):
    """The actor of the leader of a saving's circle."""
    return make.actor(session.get(Person, saving.project.circle.leader.person_id))


@pytest.fixture
def modelled(session, make):
    """A builder: twelve months by use = 20,000 + 96 x output (MV-2), with any scatter, as a draft."""

    def build(scatter=(0,) * 12, now=94_500):
        saving = make.mv_1()
        for reading in queries.readings_under(session, saving):
            session.delete(reading)
        session.flush()
        used = [20_000 + 96 * made + off for made, off in zip(OUTPUT_BEFORE, scatter, strict=True)]
        make.monthly(saving.meter, 2024, used)
        make.monthly(saving.production_meter, 2024, OUTPUT_BEFORE)
        make.monthly(saving.meter, 2025, [now] * 12)
        make.monthly(saving.production_meter, 2025, OUTPUT_NOW)
        return saving

    return build


def test_mv_1_unit_consumption_and_plain_difference_stand_side_by_side(session, make):
    computed = queries.computed(session, make.mv_1())
    unit, plainly = (computed.comparison.candidate(name) for name in ("unit_consumption", "plain_difference"))
    assert (unit.result.quantity, unit.result.percent) == (Decimal(126_000), Decimal("10.00"))
    assert plainly.result.quantity == Decimal(66_000)
    assert computed.comparison.recommended == "unit_consumption"


def test_mv_2_regression_takes_the_fixed_load_out_and_is_recommended(session, modelled):
    saving = modelled()
    computed = queries.computed(session, saving)
    model = computed.comparison.candidate("regression")
    assert (model.fit.fixed.value, model.fit.slopes[0].value) == (Decimal(20_000), Decimal(96))
    assert (model.quality.n, model.quality.df) == (12, 10)
    assert (model.result.quantity, model.result.percent) == (Decimal(114_000), Decimal("9.13"))
    assert computed.comparison.candidate("unit_consumption").result.quantity == Decimal(126_000)
    assert computed.comparison.recommended == "regression"
    assert computed.comparison.notes[0].values["gap"] == "12,000"


def test_mv_3_a_new_line_is_adjusted_for_with_its_note_and_period(session, make, modelled):
    saving = modelled()
    actor = leader_of(session, make, saving)
    services.choose_method(session, actor=actor, saving=saving, method="regression", reason="", now=NOW)
    facts = {"starts_on": date(2025, 6, 1), "ends_on": date(2025, 12, 31), "evidence_id": None, "now": NOW}
    services.add_adjustment(
        session, actor=actor, saving=saving, quantity=Decimal(30_000), note="新增生产线", **facts
    )
    assert queries.computed(session, saving).result.quantity == Decimal(144_000)
    for wrong in ({"note": " "}, {"quantity": Decimal(0)}, {"ends_on": date(2025, 5, 1)}):
        with pytest.raises(Invalid):
            services.add_adjustment(
                session,
                **{"actor": actor, "saving": saving, "quantity": Decimal(5), "note": "x"} | facts | wrong,
            )
    assert len(saving.adjustments) == 1


def test_mv_4_the_accuracy_of_the_meter_becomes_the_uncertainty(session, make):
    saving = make.mv_1()
    saving.meter.accuracy = Decimal("0.5")
    plainly = queries.computed(session, saving).comparison.candidate("plain_difference")
    assert round(plainly.uncertainty.meter) == 8255
    assert round(plainly.uncertainty.meter / 66_000 * 100, 1) == 12.5


def test_mv_5_scatter_of_five_percent_gives_35_6_percent_at_90_and_is_significant(session, make, modelled):
    saving = modelled()
    output, mean = [700, 700, 800, 800, 840, 840, 840, 840, 880, 880, 940, 940], 100_000
    off = Decimal(str(round(mean * 0.05 * sqrt(10 / 12), 6)))
    for reading in queries.readings_under(session, saving):
        session.delete(reading)
    session.flush()
    used = [20_000 + 96 * made + off * (1 if i % 2 else -1) for i, made in enumerate(output)]
    make.monthly(saving.production_meter, 2024, output)
    make.monthly(saving.meter, 2024, [value * mean * 12 / sum(used) for value in used])
    make.monthly(saving.production_meter, 2025, output)
    make.monthly(saving.meter, 2025, [round(Decimal("0.9") * mean, 6)] * 12)
    model = queries.computed(session, saving).comparison.candidate("regression")
    assert isclose(model.quality.cv_rmse, 5.0, abs_tol=0.02)
    assert round(model.uncertainty.t, 3) == 1.812
    assert isclose(model.uncertainty.part, 0.356, abs_tol=0.003)
    assert isclose(model.uncertainty.part_at_68, 0.206, abs_tol=0.002)
    assert model.label.msgid.startswith("Significant")


def test_mv_6_the_regression_becomes_standard_coal_carbon_and_money(session, make, modelled):
    saving = modelled()
    actor = leader_of(session, make, saving)
    services.choose_method(session, actor=actor, saving=saving, method="regression", reason="", now=NOW)
    claim = services.claim_saving(session, actor=actor, saving=saving, now=NOW)
    assert claim.quantity == Decimal(114_000)
    assert (claim.kgce, claim.kgco2e) == (Decimal("14010.6"), Decimal("60488.4"))
    assert claim.direct_yuan == Decimal("79800.00")
    assert claim.inputs["model"]["coefficients"][1]["value"] == "96.0000000000"
    assert versions.differences(claim) == []


def test_another_method_than_the_recommended_needs_a_reason_that_verifiers_see(session, make, modelled):
    saving = modelled()
    actor = leader_of(session, make, saving)
    choose = {"actor": actor, "saving": saving, "method": "unit_consumption", "now": NOW}
    with pytest.raises(services.ReasonForMethod):
        services.claim_saving(session, actor=actor, saving=saving, now=NOW)
    with pytest.raises(Invalid) as refusal:
        services.choose_method(session, reason=" ", **choose)
    assert refusal.value.field == "method_reason" and saving.claims == []
    services.choose_method(session, reason="无基荷设备", **choose)
    claim = services.claim_saving(session, actor=actor, saving=saving, now=NOW)
    assert claim.inputs["method_reason"] == "无基荷设备" and "无基荷设备" in claim.canonical_text
    assert claim.inputs["recommended"] == "regression"
    assert [row["method"] for row in claim.inputs["candidates"]] == [
        "regression",
        "unit_consumption",
        "plain_difference",
    ]


def test_a_second_driver_enters_the_model_and_one_that_moves_with_production_is_refused(
    session, make, modelled
):
    saving = modelled()
    degree_days = make.meter(saving.project.company, "DRIVER", "K·d")
    days = (500, 420, 300, 150, 40, 10, 5, 8, 60, 180, 350, 470)
    make.monthly(degree_days, 2024, days)
    make.monthly(degree_days, 2025, days)
    for reading, extra in zip(
        [row for row in queries.readings_under(session, saving) if row.meter_id == saving.meter_id][:12],
        days,
        strict=True,
    ):
        reading.quantity += 10 * extra
    actor = leader_of(session, make, saving)
    driver = {"actor": actor, "saving": saving, "use": MeterUse.DRIVER, "now": NOW}
    services.name_meter(session, meter=degree_days, **driver)
    model = queries.computed(session, saving).comparison.candidate("regression")
    assert [row.value for row in model.fit.slopes] == [Decimal(96), Decimal(10)]
    with pytest.raises(Invalid):
        services.name_meter(session, meter=degree_days, **driver)

    twin = make.meter(saving.project.company, "DRIVER", "h")
    make.monthly(twin, 2024, [made * 2 for made in OUTPUT_BEFORE])
    make.monthly(twin, 2025, [made * 2 for made in OUTPUT_NOW])
    services.name_meter(session, meter=twin, **driver)
    refused = queries.computed(session, saving).comparison.candidate("regression")
    assert refused.result is None and "move together" in refused.reasons[0].msgid


def test_more_is_better_for_green_power_and_a_rate_is_compared_in_points(session, make):
    saving = make.mv_1()
    saving.indicator_code, saving.production_meter = "GREENP", None
    saving.method = "plain_difference"
    assert queries.computed(session, saving).result.quantity == Decimal(-66_000)

    rate = make.mv_1()
    rate.indicator_code, rate.meter.unit = "YIELD", "%"
    for reading in queries.readings_under(session, rate):
        if reading.meter_id == rate.meter_id:
            reading.quantity = Decimal(92) if reading.starts_on.year == 2024 else Decimal("94.5")
    computed = queries.computed(session, rate)
    assert (computed.result.quantity, computed.unit) == (Decimal("2.5"), "%")
    claim = services.claim_saving(session, actor=leader_of(session, make, rate), saving=rate, now=NOW)
    assert (claim.kgce, versions.differences(claim)) == (None, [])


def test_steam_by_mass_asks_for_its_pressure_and_becomes_heat(session, make):
    saving = make.mv_1()
    saving.indicator_code, saving.meter.unit, saving.method = "STEAM_T", "t", "plain_difference"
    saving.production_meter = None
    for reading in queries.readings_under(session, saving):
        if reading.starts_on.month > 1:
            reading.quantity = Decimal(100)
        else:
            reading.quantity = Decimal(1100) if reading.starts_on.year == 2024 else Decimal(100)
    actor = leader_of(session, make, saving)
    assert [row.field for row in queries.computed(session, saving).reasons] == ["steam_mpa"]
    steam = {"actor": actor, "saving": saving, "celsius": None, "now": NOW}
    with pytest.raises(Invalid):
        services.state_steam(session, mpa=Decimal(800), **steam)
    assert saving.steam_mpa is None
    services.state_steam(session, mpa=Decimal("0.8"), **steam)
    computed = queries.computed(session, saving)
    assert (computed.result.quantity, computed.unit) == (Decimal("2684.56"), "GJ")
    assert round(computed.converted.kgce) == 91_597
    assert round(computed.converted.kgco2e / 1000, 2) == Decimal("295.30")
    assert computed.converted.yuan == Decimal("220000.00")
    for wrong, field in (
        ({"dryness": Decimal("1.1")}, "steam_dryness"),
        ({"dryness": Decimal("0.9"), "celsius": Decimal(300)}, "steam_dryness"),
        ({"celsius": Decimal(100)}, "steam_celsius"),
        ({"mpa": None}, "steam_mpa"),
    ):
        with pytest.raises(Invalid) as refusal:
            services.state_steam(session, **{"mpa": Decimal("0.8")} | steam | wrong)
        assert refusal.value.field == field and saving.steam_dryness is None
    services.state_steam(session, mpa=Decimal("0.8"), dryness=Decimal("0.95"), **steam)
    wet = queries.computed(session, saving)
    assert wet.result.quantity == Decimal("2582.16")
    claim = services.claim_saving(session, actor=actor, saving=saving, now=NOW)
    assert claim.inputs["steam"] == ["0.8000000000", None, "0.9500000000"] and not versions.differences(claim)


def test_a_model_on_periods_of_different_length_is_refused_and_says_what_to_do(session, make, modelled):
    saving = modelled()
    saving.method = "regression"
    for reading in queries.readings_under(session, saving):
        if reading.starts_on.year == 2025 and reading.starts_on.month in (1, 2):
            if reading.starts_on.month == 1:
                reading.ends_on = date(2025, 2, 28)
                reading.quantity *= 2
            else:
                session.delete(reading)
    session.flush()
    computed = queries.computed(session, saving)
    assert computed.result is None and "59 days" in str(computed.reasons[-1])
    assert computed.reasons[-1].field == "reporting"
    assert computed.comparison.recommended == "unit_consumption"


def test_a_concentration_needs_its_flow_and_discharge_stands_apart(session, make):
    saving = make.mv_1()
    saving.indicator_code, saving.meter.unit, saving.method = "COD", "mg/L", "plain_difference"
    saving.production_meter = None
    company = saving.project.company
    flow, after = make.meter(company, "WW", "m3"), make.meter(company, "COD", "mg/L")
    for year, made, left in ((2024, 800, 80), (2025, 500, 60)):
        make.monthly(flow, year, [1000] * 12)
        make.monthly(after, year, [left] * 12)
        for reading in queries.readings_under(session, saving):
            if reading.meter_id == saving.meter_id and reading.starts_on.year == year:
                reading.quantity = Decimal(made)
    actor = leader_of(session, make, saving)
    assert [row.field for row in queries.computed(session, saving).reasons] == ["flow"]
    name = {"actor": actor, "saving": saving, "now": NOW}
    services.name_meter(session, meter=flow, use=MeterUse.FLOW, **name)
    services.name_meter(session, meter=after, use=MeterUse.DISCHARGE, **name)
    computed = queries.computed(session, saving)
    assert (computed.result.quantity, computed.unit) == (Decimal(3600), "kg")
    both = computed.discharge
    assert (both.generation, both.discharge, both.by_treatment) == (
        Decimal(3600),
        Decimal(240),
        Decimal(-3360),
    )
    claim = services.claim_saving(session, actor=actor, saving=saving, now=NOW)
    assert claim.quantity == Decimal(3600) and claim.inputs["discharge"]["quantity"] == "240.000000"
    assert versions.differences(claim) == []


def test_a_company_adds_an_indicator_that_stays_provisional_and_unconverted(session, make):
    saving = make.mv_1()
    company = saving.project.company
    department = make.verifier(Role.DEPARTMENT, company)
    facts = {
        "company": company,
        "name": "切削液",
        "unit": "L",
        "higher_is_better": False,
        "kgce_key": None,
        "kgco2_key": None,
        "yuan_per_unit": Decimal("18.5"),
        "source": "2026 年采购合同（示例）",
        "now": NOW,
    }
    add = services.add_indicator
    with pytest.raises(Invalid):
        add(session, actor=department, **facts | {"source": ""})
    with pytest.raises(Invalid):
        add(session, actor=department, **facts | {"kgce_key": "raw_coal"})
    with pytest.raises(NotAllowed):
        add(session, actor=make.verifier(Role.FINANCE, company), **facts)
    with pytest.raises(NotFound):
        add(session, actor=make.actor(), **facts)
    own = add(session, actor=department, **facts)
    saving.indicator_code, saving.meter.unit = own.code, "L"
    claim = services.claim_saving(session, actor=leader_of(session, make, saving), saving=saving, now=NOW)
    assert (claim.kgce, claim.kgco2e, claim.is_provisional) == (None, None, True)
    assert claim.direct_yuan == Decimal("2331000.00")
    assert versions.differences(claim) == []


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda s: setattr(s, "baseline_to", date(2024, 2, 29)), "baseline"),
        (lambda s: setattr(s, "reporting_to", date(2024, 12, 1)), "reporting"),
        (lambda s: setattr(s, "baseline_to", date(2025, 3, 31)), "reporting"),
        (lambda s: setattr(s, "reporting_from", date(2027, 1, 1)), "reporting"),
        (lambda s: setattr(s.meter, "unit", "m3"), "meter"),
    ],
)
def test_bad_input_has_its_own_sentence_and_nothing_is_claimed(session, make, spoil, field):
    saving = make.mv_1()
    spoil(saving)
    session.flush()
    with pytest.raises(DataDoNotCarry) as refusal:
        services.claim_saving(session, actor=leader_of(session, make, saving), saving=saving, now=NOW)
    assert field in {reason.field for reason in refusal.value.reasons}
    assert all(str(reason) for reason in refusal.value.reasons) and saving.claims == []


def test_a_period_without_readings_names_the_meter_and_where_its_readings_are(session, make):
    saving = make.mv_1()
    saving.baseline_from, saving.baseline_to = date(2020, 1, 1), date(2020, 6, 30)
    session.flush()
    [reason] = queries.computed(session, saving).reasons
    assert reason.field == "baseline" and saving.meter.name in str(reason)
    assert "2024-01-01 to 2025-12-31" in str(reason)
    saving.meter = make.meter(saving.project.company)
    session.flush()
    assert [row.field for row in queries.computed(session, saving).reasons] == ["meter"]


def test_days_that_no_whole_reading_covers_are_told_with_the_saving(session, make):
    saving = make.mv_1()
    assert queries.computed(session, saving).notes == ()
    saving.baseline_from = date(2024, 1, 10)
    session.flush()
    [note] = queries.computed(session, saving).notes
    assert (note.field, note.values["first"]) == ("baseline", date(2024, 2, 1))


@pytest.mark.parametrize("output", [0, None])
def test_no_production_recommends_nothing_and_says_why(session, make, output):
    saving = make.mv_1()
    for reading in queries.readings_under(session, saving):
        if reading.meter_id == saving.production_meter_id:
            if output is None:
                session.delete(reading)
            else:
                reading.quantity = Decimal(output)
    session.flush()
    computed = queries.computed(session, saving)
    assert computed.result is None and computed.comparison.recommended is None
    assert computed.comparison.candidate("plain_difference").result.quantity == Decimal(66_000)


def test_the_page_shows_all_methods_and_a_wrong_choice_keeps_what_was_typed(session, make, client, modelled):
    saving = modelled()
    client.enter(session.get(Person, saving.project.circle.leader.person_id))
    page = client.get(f"/savings/{saving.id}").text
    for figure in ("114,000", "126,000", "66,000"):
        assert figure in page
    refused = client.send(f"/savings/{saving.id}/method", {"method": "plain_difference", "method_reason": ""})
    assert refused.status_code == 422
    chosen = {"method": "plain_difference", "method_reason": "只有电表"}
    assert client.send(f"/savings/{saving.id}/method", chosen).status_code == 302
    assert "只有电表" in client.get(f"/savings/{saving.id}").text
    assert client.send(f"/savings/{saving.id}/claim").status_code == 302
    how = client.get(f"/savings/claims/{saving.claim.id}/how")
    assert how.status_code == 200 and "只有电表" in how.text and "66,000" in how.text
    verifier = make.person()
    make.grant(verifier, Role.PROCESS_OWNER, ScopeKind.COMPANY, saving.project.company)
    client.enter(verifier)
    assert "只有电表" in client.get(f"/savings/{saving.id}").text


def test_a_draft_is_filled_in_over_http(session, make, client, modelled):
    saving = modelled()
    driver = make.meter(saving.project.company, "DRIVER", "h")
    client.enter(session.get(Person, saving.project.circle.leader.person_id))
    path = f"/savings/{saving.id}"
    named = {"use": "driver", "further_meter": str(driver.id)}
    assert client.send(f"{path}/meters", named).status_code == 302
    assert client.send(f"{path}/meters", named).status_code == 422
    event = {
        "quantity": "30000",
        "starts_on": "2025-06-01",
        "ends_on": "2025-12-31",
        "note": "新线",
        "evidence": "",
    }
    assert client.send(f"{path}/adjustments", event | {"note": ""}).status_code == 422
    assert client.send(f"{path}/adjustments", event).status_code == 302
    session.refresh(saving)
    assert "新线" in client.get(path).text and saving.adjustment == Decimal(30_000)
    row, further = saving.adjustments[0].id, saving.further_meters[0].id
    assert client.send(f"{path}/adjustments/{row}/remove").status_code == 302
    assert client.send(f"{path}/meters/{further}/remove").status_code == 302
    assert client.send(f"{path}/adjustments/{row}/remove").status_code == 404


def test_a_range_asks_for_the_suppliers_value_and_its_source_on_the_page(session, make, client):
    saving = make.mv_1()
    saving.indicator_code, saving.meter.unit = "NG", "m3"
    client.enter(session.get(Person, saving.project.circle.leader.person_id))
    path = f"/savings/{saving.id}"
    key = queries.computed(session, saving).reasons[0].values["key"]
    given = {f"supplier-{key}-value": "1.2143", f"supplier-{key}-source": ""}
    refused = client.send(f"{path}/factors", given)
    assert refused.status_code == 422 and 'value="1.2143"' in refused.text
    assert client.send(f"{path}/factors", given | {f"supplier-{key}-value": "abc"}).status_code == 422
    assert client.send(f"{path}/factors", given | {f"supplier-{key}-source": "供气合同"}).status_code == 302
    session.refresh(saving)
    assert queries.computed(session, saving).converted.kgce == Decimal("153001.800")


def test_own_indicators_have_their_page(session, make, client):
    company = make.company()
    department = make.person()
    make.rulesets()
    make.grant(department, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    client.enter(department)
    path = f"/savings/indicators/company/{company.id}"
    form = {"name": "切削液", "unit": "L", "direction": "lower", "kgce_key": "", "kgco2_key": ""}
    assert client.get(path).status_code == 200
    assert client.send(path, form | {"yuan_per_unit": "18"}).status_code == 422
    assert client.send(path, form | {"yuan_per_unit": "18", "source": "合同"}).status_code == 302
    assert "切削液" in client.get(path).text
    assert session.query(Meter).count() == 0
