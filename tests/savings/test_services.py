"""Claiming and verifying: the chain in order, corrections beside what they correct, totals that follow."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cp_circles.errors import Invalid, NotAllowed, NotFound
from cp_circles.ledger import queries as ledger
from cp_circles.ledger.models import Basis
from cp_circles.metering import services as metering
from cp_circles.metering.models import Reading
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.savings import queries, services
from cp_circles.savings.models import SavingState
from cp_circles.savings.services.claims import DataDoNotCarry
from tests.conftest import NOW
from tests.ledger import totals

CHAIN = (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE)


def leader_of(session, make, saving):
    """The actor of the leader of a saving's circle."""
    return make.actor(session.get(Person, saving.project.circle.leader.person_id))


def board(session, counts, basis=Basis.VERIFIED):
    """The board of the metric that adds up this amount of a claim."""
    metric = queries.vocabulary(session).metric_that_counts(counts)
    return totals.BoardFilter(metric=metric.key, currency=metric.currency or "", basis=basis)


def sign(session, make, saving, role, **facts):
    """Sign as a new verifier of the company."""
    actor = facts.pop("actor", None) or make.verifier(role, saving.project.company)
    return services.sign_claim(
        session,
        **{
            "actor": actor,
            "saving": saving,
            "role": role,
            "claim_sha256": saving.claim.sha256,
            "password_confirmed_at": NOW,
            "now": NOW,
        }
        | facts,
    )


@pytest.fixture
def claimed(session, make):
    """MV-1 as a claimed saving."""
    saving = make.mv_1()
    services.claim_saving(session, actor=leader_of(session, make, saving), saving=saving, now=NOW)
    return saving


def test_a_claim_freezes_mv_1_to_the_printed_digits(claimed):
    claim = claimed.claim
    assert claim.quantity == Decimal(126_000)
    assert claim.kgce == Decimal("15485.4")
    assert claim.kgco2e == Decimal("66855.6")
    assert claim.inputs["plain_difference"] == "66000.000000"
    assert claimed.state is SavingState.CLAIMED


def test_the_last_signature_raises_every_level_by_exactly_the_amount_and_voiding_takes_it_back(
    session, make, claimed
):
    region = claimed.project.company.region
    for role in CHAIN:
        assert totals.total_of(session, board(session, "direct_yuan"), "region", region.id) == 0
        last = sign(session, make, claimed, role)
    yuan = claimed.claim.direct_yuan

    assert claimed.state is SavingState.VERIFIED
    assert yuan == Decimal("88200.00")
    for id_ in region.path_ids:
        assert totals.total_of(session, board(session, "direct_yuan"), "region", id_) == yuan
        assert totals.total_of(session, board(session, "kgce"), "region", id_) == Decimal("15485.4")

    department = make.verifier(Role.DEPARTMENT, claimed.project.company)
    services.void_signature(session, actor=department, signature=last, reason="账单有误", now=NOW)

    assert claimed.state is SavingState.IN_VERIFICATION
    assert totals.total_of(session, board(session, "direct_yuan"), "region", region.path_ids[0]) == 0
    assert ledger.ledger_disagreements(session) == []


def test_claimed_amounts_stand_on_the_claimed_board_only(session, claimed):
    company = claimed.project.company_id
    claims = board(session, "direct_yuan", Basis.CLAIMED)
    assert totals.total_of(session, claims, "company", company) == Decimal("88200.00")
    assert totals.total_of(session, board(session, "direct_yuan"), "company", company) == 0


def test_a_metering_correction_stands_beside_the_claim_and_money_follows_it(session, make, claimed):
    sign(session, make, claimed, Role.PROCESS_OWNER)
    metered = sign(session, make, claimed, Role.METERING, quantity=Decimal(100_000), reason="扣除照明")
    financed = sign(session, make, claimed, Role.FINANCE)

    assert claimed.claim.quantity == Decimal(126_000)
    assert (metered.quantity, metered.kgce) == (Decimal(100_000), Decimal("12290"))
    assert financed.direct_yuan == Decimal("70000.00")
    verified = queries.verified_amounts(claimed.claim)
    assert (verified.quantity, verified.direct_yuan) == (Decimal(100_000), Decimal("70000.00"))


def test_a_differing_amount_without_a_reason_is_refused_and_nothing_is_signed(session, make, claimed):
    sign(session, make, claimed, Role.PROCESS_OWNER)
    with pytest.raises(Invalid) as refusal:
        sign(session, make, claimed, Role.METERING, quantity=Decimal(1))
    assert refusal.value.field == "reason"
    assert [row.role for row in claimed.claim.signatures] == [Role.PROCESS_OWNER]


def test_nobody_signs_out_of_turn(session, make, claimed):
    with pytest.raises(services.NotYourTurn):
        sign(session, make, claimed, Role.FINANCE)
    assert claimed.claim.signatures == []


def test_a_member_of_the_circle_does_not_verify_whatever_roles_they_hold(session, make, claimed):
    member = session.get(Person, claimed.project.circle.members[1].person_id)
    make.grant(member, Role.PROCESS_OWNER, ScopeKind.COMPANY, claimed.project.company)
    with pytest.raises(NotAllowed):
        sign(session, make, claimed, Role.PROCESS_OWNER, actor=make.actor(member))
    assert claimed.claim.signatures == []


def test_a_verifier_of_another_company_sees_nothing_to_sign(session, make, claimed):
    stranger = make.verifier(Role.PROCESS_OWNER, make.company())
    with pytest.raises(NotFound):
        sign(session, make, claimed, Role.PROCESS_OWNER, actor=stranger)


def test_signing_needs_a_fresh_password_and_the_claim_on_screen(session, make, claimed):
    with pytest.raises(services.PasswordTooOld):
        sign(
            session,
            make,
            claimed,
            Role.PROCESS_OWNER,
            password_confirmed_at=NOW - timedelta(minutes=10, seconds=1),
        )
    with pytest.raises(services.ClaimHasChanged):
        sign(session, make, claimed, Role.PROCESS_OWNER, claim_sha256="0" * 64)
    assert claimed.claim.signatures == []


def test_readings_under_a_claim_do_not_change_until_it_is_reopened(session, make, claimed):
    reading = session.query(Reading).filter_by(meter_id=claimed.meter_id).order_by(Reading.id).first()
    keeper = make.verifier(Role.METERING, claimed.project.company)
    correct = {"actor": keeper, "reading": reading, "quantity": Decimal(7), "reason": "抄错", "now": NOW}
    with pytest.raises(metering.ReadingIsBound):
        metering.correct_reading(session, **correct)
    assert reading.quantity == Decimal(100_000)

    actor = leader_of(session, make, claimed)
    services.reopen_claim(session, actor=actor, saving=claimed, reason="更正", now=NOW)
    session.refresh(reading)
    metering.correct_reading(session, **correct)
    assert claimed.state is SavingState.DRAFT and claimed.claim is None


def test_refusing_voids_the_claim_and_the_circle_can_claim_again(session, make, claimed):
    actor = make.verifier(Role.PROCESS_OWNER, claimed.project.company)
    services.refuse_claim(
        session,
        actor=actor,
        saving=claimed,
        role=Role.PROCESS_OWNER,
        claim_sha256=claimed.claim.sha256,
        reason="产量口径不同",
        now=NOW,
    )
    assert (claimed.state, claimed.claim) == (SavingState.REFUSED, None)
    services.claim_saving(session, actor=leader_of(session, make, claimed), saving=claimed, now=NOW)
    assert claimed.claim.number == 2


def test_data_that_do_not_carry_a_saving_are_refused_with_the_reasons(session, make):
    saving = make.mv_1()
    saving.baseline_to = date(2024, 2, 28)
    with pytest.raises(DataDoNotCarry) as refusal:
        services.claim_saving(session, actor=leader_of(session, make, saving), saving=saving, now=NOW)
    assert refusal.value.reasons[0].field == "baseline"
    assert saving.claims == []


def test_a_stranger_cannot_claim_and_gets_no_hint(session, make):
    saving = make.mv_1()
    with pytest.raises(NotFound):
        services.claim_saving(session, actor=make.actor(), saving=saving, now=NOW)
    assert saving.claims == []


def test_a_factor_published_as_a_range_asks_for_the_suppliers_value(session, make):
    saving = make.mv_1()
    saving.indicator_code = "NG"
    saving.meter.unit = "m3"
    computed = queries.computed(session, saving)
    assert [reason.field for reason in computed.reasons] == ["supplier_factors"]

    saving.supplier_factors = {computed.reasons[0].values["key"]: {"value": "1.2143", "source": "供气合同"}}
    assert queries.computed(session, saving).converted.kgce == Decimal("153001.800")
