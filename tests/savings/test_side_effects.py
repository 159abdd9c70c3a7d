"""What a saving costs elsewhere: taken off visibly, frozen, signed, counted net, and refused where it is none."""

from decimal import Decimal

import pytest

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.ledger import queries as ledger
from cp_circles.ledger.models import Basis
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.results.package import gather_package
from cp_circles.savings import queries, services, versions
from cp_circles.savings.models import SavingState, SideEffect
from tests.conftest import NOW
from tests.ledger import totals
from tests.savings.test_services import CHAIN, board, leader_of, sign

WATER = {
    "indicator_code": "WATER",
    "quantity": Decimal(1000),
    "cost_yuan": None,
    "note": "冷却水增加，按水表",
}
PUMP = {"indicator_code": "ELEC", "quantity": Decimal(6000), "cost_yuan": None, "note": "新增循环泵，按分表"}
AGENT = {
    "indicator_code": "MATERIAL",
    "quantity": Decimal(300),
    "cost_yuan": Decimal("2400.50"),
    "note": "新增阻垢剂",
}


def state(session, make, saving, facts, **more):
    """State a side effect as the leader of the circle."""
    given = {"actor": leader_of(session, make, saving), "saving": saving, "evidence_id": None, "now": NOW}
    return services.add_side_effect(session, **given | facts | more)


@pytest.fixture
def stated(session, make):
    """MV-1 with more water, a pump of the same current, and a new chemical."""
    saving = make.mv_1()
    for facts in (WATER, PUMP, AGENT):
        state(session, make, saving, facts)
    return saving


@pytest.fixture
def claimed(session, make, stated):
    """The same, claimed."""
    services.claim_saving(session, actor=leader_of(session, make, stated), saving=stated, now=NOW)
    return stated


def metric_total(session, saving, metric, basis=Basis.VERIFIED):
    """What the company's board holds of a metric without currency."""
    chosen = totals.BoardFilter(metric=metric, basis=basis)
    return totals.total_of(session, chosen, "company", saving.project.company_id)


def test_the_draft_shows_what_is_left(session, stated):
    computed = queries.computed(session, stated)
    assert (computed.gross.quantity, computed.result.quantity) == (126_000, 120_000)
    assert computed.converted.kgce == Decimal("14748.000")
    assert computed.converted.kgco2e == Decimal("63672.000")
    assert computed.direct_yuan == Decimal("84000.00") - Decimal("4500.00") - Decimal("2400.50")


def test_the_claim_freezes_net_and_side_effects_and_computes_to_the_same_again(session, claimed):
    claim = claimed.claim
    assert (claim.quantity, claim.direct_yuan) == (120_000, Decimal("77099.50"))
    assert claim.method_version == versions.CURRENT == "2026-3"
    rows = {row["indicator"]: row for row in claim.inputs["side_effects"]}
    assert (rows["WATER"]["yuan"], rows["MATERIAL"]["yuan"], rows["ELEC"]["yuan"]) == (
        "4500.00", "2400.50", None
    )  # fmt: skip
    assert claim.is_provisional and '"gross_quantity": "126000.000000"' in claim.canonical_text
    assert versions.differences(claim) == []
    claimed.side_effects.clear()
    session.flush()
    assert versions.differences(claim) == []


def test_boards_hold_the_net_and_the_other_medium_loses(session, make, claimed):
    company = claimed.project.company_id
    claims = board(session, "direct_yuan", Basis.CLAIMED)
    assert totals.total_of(session, claims, "company", company) == Decimal("77099.50")
    assert metric_total(session, claimed, "water_m3", Basis.CLAIMED) == -1000
    for role in CHAIN:
        sign(session, make, claimed, role)
    assert claimed.state is SavingState.VERIFIED
    assert totals.total_of(session, board(session, "kgce"), "company", company) == Decimal("14748")
    assert metric_total(session, claimed, "water_m3") == -1000
    assert metric_total(session, claimed, "material_kg") == -300
    assert ledger.ledger_disagreements(session) == []
    services.void_signature(
        session, actor=make.verifier(Role.DEPARTMENT, claimed.project.company),
        signature=claimed.claim.signatures[-1], reason="账单有误", now=NOW,
    )  # fmt: skip
    assert metric_total(session, claimed, "water_m3") == 0


def test_a_corrected_quantity_keeps_the_side_effects(session, make, claimed):
    sign(session, make, claimed, Role.PROCESS_OWNER)
    metered = sign(session, make, claimed, Role.METERING, quantity=Decimal(100_000), reason="扣除照明")
    financed = sign(session, make, claimed, Role.FINANCE)
    assert metered.kgce == Decimal("12290.000")
    assert financed.direct_yuan == Decimal("70000.00") - Decimal("4500.00") - Decimal("2400.50")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (WATER | {"quantity": Decimal(0)}, "extra"),
        (WATER | {"quantity": Decimal(-5)}, "extra"),
        (WATER | {"note": " "}, "side_note"),
        (WATER | {"indicator_code": "NONE"}, "medium"),
        (WATER | {"indicator_code": "ENERGY"}, "medium"),
        (WATER | {"indicator_code": "YIELD"}, "medium"),
        (WATER | {"indicator_code": "STEAM_T"}, "medium"),
        (WATER | {"cost_yuan": Decimal("-1")}, "cost_yuan"),
        (WATER | {"cost_yuan": Decimal("0.001")}, "cost_yuan"),
        (PUMP | {"cost_yuan": Decimal(5)}, "cost_yuan"),
        (WATER | {"evidence_id": 10**6}, "side_evidence"),
    ],
)
def test_what_is_no_side_effect_is_refused_and_nothing_is_written(session, make, facts, field):
    saving = make.mv_1()
    with pytest.raises(Invalid) as refusal:
        state(session, make, saving, facts)
    assert refusal.value.field == field and session.query(SideEffect).count() == 0


def test_only_the_circle_states_them_and_only_before_the_claim(session, make, claimed):
    with pytest.raises(NotFound):
        state(session, make, claimed, WATER, actor=make.actor(make.person()))
    with pytest.raises(NotAllowed):
        state(session, make, claimed, WATER, actor=make.verifier(Role.FINANCE, claimed.project.company))
    with pytest.raises(DomainError, match="does not change"):
        state(session, make, claimed, WATER)
    with pytest.raises(DomainError, match="does not change"):
        services.remove_side_effect(
            session, actor=leader_of(session, make, claimed), saving=claimed,
            row_id=claimed.side_effects[0].id, now=NOW,
        )  # fmt: skip
    assert session.query(SideEffect).count() == 3


def test_one_is_taken_back_and_an_unknown_one_does_not_exist(session, make, stated):
    actor = leader_of(session, make, stated)
    row_id = stated.side_effects[1].id
    services.remove_side_effect(session, actor=actor, saving=stated, row_id=row_id, now=NOW)
    assert queries.computed(session, stated).result.quantity == 126_000
    with pytest.raises(NotFound):
        services.remove_side_effect(session, actor=actor, saving=stated, row_id=row_id, now=NOW)


def test_more_taken_than_saved_and_a_range_without_its_value_cannot_be_claimed(session, make):
    saving = make.mv_1()
    state(session, make, saving, PUMP | {"quantity": Decimal(130_000)})
    (reason,) = queries.computed(session, saving).reasons
    assert "nothing is left to claim" in str(reason)
    with pytest.raises(services.DataDoNotCarry):
        services.claim_saving(session, actor=leader_of(session, make, saving), saving=saving, now=NOW)
    other = make.mv_1()
    state(session, make, other, WATER | {"indicator_code": "NG"})
    assert queries.computed(session, other).reasons[0].field == "side_effects"
    services.state_factors(
        session, actor=leader_of(session, make, other), saving=other,
        given={"natural_gas": ("1.2143", "供气合同")}, now=NOW,
    )  # fmt: skip
    assert queries.computed(session, other).result is not None


def test_stated_over_http_with_refusal_and_seen_by_the_verifier(session, make, client):
    saving = make.mv_1()
    client.enter(session.get(Person, saving.project.circle.leader.person_id))
    form = {"medium": "WATER", "extra": "-3", "side_note": "冷却水", "cost_yuan": "", "side_evidence": ""}
    refused = client.send(f"/savings/{saving.id}/side-effects", form)
    assert refused.status_code == 422 and "extra-error" in refused.text and "冷却水" in refused.text
    done = client.send(f"/savings/{saving.id}/side-effects", form | {"extra": "1,000"})
    assert done.status_code == 302
    page = client.get(f"/savings/{saving.id}").text
    assert "+1,000" in page and "4,500" in page and "从不计入" in page
    client.send(f"/savings/{saving.id}/claim")
    person = make.person()
    make.grant(person, Role.PROCESS_OWNER, ScopeKind.COMPANY, saving.project.company)
    client.enter(person)
    assert "冷却水" in client.get(f"/savings/{saving.id}").text
    how = client.get(f"/savings/claims/{saving.claim.id}/how").text
    assert "88,200 − 4,500" in how and "365" in how


def test_the_package_of_a_result_lists_what_each_side_effect_takes_off(session, make, stated):
    draft = type(
        "Draft", (), {"project_id": stated.project_id, "title": "t", "summary": "", "intangible": ""}
    )()
    part = gather_package(session, draft)["savings"][0]["side_effects"]
    assert (part["before"]["quantity"], part["after"]["quantity"]) == ("126000", "120000")
    changes = {row["code"]: row["change"] for row in part["rows"]}
    assert changes["ELEC"]["quantity"] == "-6000" and changes["WATER"]["quantity"] is None
    assert (changes["WATER"]["yuan"], changes["MATERIAL"]["yuan"]) == ("-4500", "-2400.5")
    for kind in ("kgce", "kgco2e", "yuan"):
        off = sum(Decimal(change[kind]) for change in changes.values() if change[kind] is not None)
        assert Decimal(part["before"][kind]) + off == Decimal(part["after"][kind])
    services.claim_saving(session, actor=leader_of(session, make, stated), saving=stated, now=NOW)
    assert gather_package(session, draft)["savings"][0]["side_effects"] == part
