"""A saving counts once: shares of one meter, readings under two claims, refusals and third parties."""

import threading
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from cp_circles.db.engine import Sessions
from cp_circles.errors import DomainError
from cp_circles.ledger import queries as ledger
from cp_circles.ledger.models import Basis
from cp_circles.metering import services as metering
from cp_circles.metering.models import Reading
from cp_circles.people import queries as people
from cp_circles.people.models import Role
from cp_circles.savings import queries, services
from cp_circles.savings.models import Saving, SavingState
from cp_circles.savings.services.claims import AlreadyClaimed
from tests.builders import Builders
from tests.conftest import NOW
from tests.ledger import totals
from tests.savings.test_services import CHAIN, board, leader_of, sign

COPIED = (
    "project_id indicator_code meter_id production_meter_id baseline_from baseline_to reporting_from"
    " reporting_to"
)


def beside(session, first, **facts):
    """Another saving of the same project on the same meter and periods."""
    row = Saving(created_at=NOW, **{name: getattr(first, name) for name in COPIED.split()}, **facts)
    session.add(row)
    session.flush()
    return row


def claim(session, make, saving):
    """Claim by the leader of the circle."""
    return services.claim_saving(session, actor=leader_of(session, make, saving), saving=saving, now=NOW)


def total(session, saving, basis=Basis.VERIFIED):
    """What the saving's region shows in direct yuan."""
    region = saving.project.company.region
    return totals.total_of(session, board(session, "direct_yuan", basis), "region", region.id)


def test_two_claims_on_one_meter_share_the_saving(session, make):
    first = make.mv_1()
    first.share = Decimal("0.6")
    claim(session, make, first)

    second = beside(session, first, share=Decimal("0.41"))
    with pytest.raises(AlreadyClaimed) as refusal:
        claim(session, make, second)
    assert refusal.value.values == {"taken": "0.6"}
    assert second.state is SavingState.DRAFT and second.claim is None

    second.share = Decimal("0.4")
    claim(session, make, second)
    assert total(session, first, Basis.CLAIMED) == Decimal("88200.00")


def test_a_share_that_fell_can_be_claimed_by_another(session, make):
    first = make.mv_1()
    claim(session, make, first)
    second = beside(session, first)
    services.withdraw_saving(
        session, actor=leader_of(session, make, first), saving=first, reason="重复", now=NOW
    )

    claim(session, make, second)

    assert total(session, first, Basis.CLAIMED) == second.claim.direct_yuan


def test_readings_stay_bound_while_one_of_two_claims_stands(session, make):
    first = make.mv_1()
    first.share = Decimal("0.5")
    claim(session, make, first)
    second = beside(session, first, share=Decimal("0.5"))
    claim(session, make, second)
    leader = leader_of(session, make, first)

    services.reopen_claim(session, actor=leader, saving=first, reason="核对", now=NOW)

    reading = queries.readings_under(session, second)[0]
    session.refresh(reading)
    assert reading.bound_claim_id == second.claim.id
    with pytest.raises(metering.ReadingIsBound):
        metering.void_reading(session, actor=leader, reading=reading, reason="抄错", now=NOW)

    services.reopen_claim(session, actor=leader, saving=second, reason="核对", now=NOW)
    session.refresh(reading)
    assert reading.bound_claim_id is None


@pytest.fixture
def verified(session, make):
    """MV-1, verified by the whole chain."""
    saving = make.mv_1()
    claim(session, make, saving)
    for role in CHAIN:
        sign(session, make, saving, role)
    return saving


def test_a_third_party_who_refuses_takes_the_saving_off_every_board(session, make, verified):
    services.refuse_claim(
        session,
        actor=make.verifier(Role.THIRD_PARTY, verified.project.company),
        saving=verified,
        role=Role.THIRD_PARTY,
        claim_sha256=verified.claim.sha256,
        reason="基准不成立",
        now=NOW,
    )

    assert verified.state is SavingState.REFUSED
    assert total(session, verified) == 0
    assert total(session, verified, Basis.CLAIMED) == 0
    assert ledger.ledger_disagreements(session) == []


def test_taking_back_the_optional_signature_leaves_the_required_ones_counting(session, make, verified):
    yuan = total(session, verified)
    third = make.verifier(Role.THIRD_PARTY, verified.project.company)
    signature = sign(session, make, verified, Role.THIRD_PARTY, actor=third)

    services.void_signature(session, actor=third, signature=signature, reason="另附报告", now=NOW)

    assert signature.voided_at == NOW
    assert verified.state is SavingState.VERIFIED
    assert total(session, verified) == yuan == Decimal("88200.00")


def test_signing_and_reopening_at_once_leave_one_outcome(database_url, engine):
    """The last signature and a reopening in two connections: never a counted saving without its claim."""
    sessions = Sessions(engine)
    with sessions.writing() as session, session.begin():
        make = Builders(session, NOW)
        saving = make.mv_1()
        claim(session, make, saving)
        for role in CHAIN[:-1]:
            sign(session, make, saving, role)
        finance = make.verifier(Role.FINANCE, saving.project.company).person_id
        leader = saving.project.circle.leader.person_id
        ids = saving.id, saving.claim.sha256
    start = threading.Barrier(2)

    def act(person_id, deed):
        with sessions.writing() as session:
            try:
                saving = session.get_one(Saving, ids[0])
                assert saving.claims
                actor = people.actor_for(session, person_id, NOW)
                if engine.dialect.name == "postgresql":
                    start.wait(10)
                deed(session, actor, saving)
                session.commit()
            except DomainError:
                session.rollback()

    def signs(session, actor, saving):
        services.sign_claim(
            session,
            actor=actor,
            saving=saving,
            role=Role.FINANCE,
            claim_sha256=ids[1],
            password_confirmed_at=NOW,
            now=NOW,
        )

    def reopens(session, actor, saving):
        services.reopen_claim(session, actor=actor, saving=saving, reason="核对", now=NOW)

    acts = [threading.Thread(target=act, args=pair) for pair in ((finance, signs), (leader, reopens))]
    for one in acts:
        one.start()
    for one in acts:
        one.join(30)

    with Session(engine) as session:
        saving = session.get_one(Saving, ids[0])
        assert saving.state is SavingState.DRAFT and saving.claim is None
        assert total(session, saving) == 0
        assert session.query(Reading).filter(Reading.bound_claim_id.is_not(None)).count() == 0
