"""The chain of a company, stand-ins, third parties and the verifier's queue."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cp_circles.errors import Invalid, NotAllowed, NotFound, Stale
from cp_circles.notices.queries import open_task_count
from cp_circles.people import queries as people_queries
from cp_circles.people import services as people
from cp_circles.people.models import Person, Role, ScopeKind, StandIn
from cp_circles.savings import queries as savings_queries
from cp_circles.savings import queue
from cp_circles.savings import services as savings
from cp_circles.savings.models import SavingState, Signature
from cp_circles.verification import services
from tests.conftest import NOW

IN_A_WEEK = NOW + timedelta(days=7)


def leader_of(session, make, saving):
    """The actor of the leader of a saving's circle."""
    return make.actor(session.get(Person, saving.project.circle.leader.person_id))


def sign(session, saving, role, actor, **facts):
    """Sign the standing claim."""
    return savings.sign_claim(
        session, actor=actor, saving=saving, role=role, claim_sha256=saving.claim.sha256,
        password_confirmed_at=NOW, now=facts.pop("now", NOW), **facts,
    )  # fmt: skip


@pytest.fixture
def saving(make):
    """MV-1 as a draft."""
    return make.mv_1()


@pytest.fixture
def company(saving):
    """The company of the saving."""
    return saving.project.company


@pytest.fixture
def claim(session, make, saving):
    """Claims the saving."""

    def act():
        savings.claim_saving(session, actor=leader_of(session, make, saving), saving=saving, now=NOW)
        return saving.claim

    return act


@pytest.fixture
def settle(session, make, company):
    """Settles the company's chain as its department."""

    def act(*roles, version=0, days=5):
        head = make.verifier(Role.DEPARTMENT, company)
        return services.settle_chain(
            session,
            actor=head,
            company_id=company.id,
            roles=roles,
            days_to_sign=days,
            version=version,
            now=NOW,
        )

    return act


def colleague(make, company):
    """A person with an account who works at the company."""
    person = make.person()
    person.password_hash = "x"
    make.employed(company, person)
    return person


@pytest.fixture
def absent(session, make, company):
    """A finance verifier, and whoever is to stand in for them."""
    person, other = colleague(make, company), colleague(make, company)
    make.grant(person, Role.FINANCE, ScopeKind.COMPANY, company)
    return person, other


def actor_at(session, person, at=NOW):
    """The person as the request would load them."""
    return people_queries.actor_for(session, person.id, at)


def lend(session, actor, company, absent, **facts):
    """Name a stand-in for a week."""
    return people.name_stand_in(
        session,
        **{
            "actor": actor, "company_id": company.id, "person_id": absent[0].id, "stand_in_id": absent[1].id,
            "role": Role.FINANCE, "since": NOW, "until": IN_A_WEEK, "reason": "出差", "now": NOW,
        }
        | facts,
    )  # fmt: skip


def test_a_company_may_ask_for_a_third_party_and_the_claim_keeps_the_chain_it_was_made_under(
    session, make, saving, company, settle, claim
):
    settle(Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, Role.THIRD_PARTY)
    made = claim()
    assert made.required_roles == ["process_owner", "metering", "finance", "third_party"]
    settle(Role.METERING, version=1)
    for role in (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE):
        sign(session, saving, role, make.verifier(role, company))
    assert saving.state is SavingState.IN_VERIFICATION
    sign(session, saving, Role.THIRD_PARTY, make.verifier(Role.THIRD_PARTY, company))
    assert saving.state is SavingState.VERIFIED


def test_the_page_shows_the_signatures_that_this_claim_needs_and_no_others(
    client, session, make, saving, company, settle, claim
):
    settle(Role.METERING, Role.FINANCE)
    claim()
    client.enter(session.get(Person, make.verifier(Role.METERING, company).person_id))
    text = client.get(f"/savings/{saving.id}").get_data(as_text=True)
    shown = text.split('<ol class="chain">')[1].split("</ol>")[0]
    assert "计量" in shown and "财务" in shown and "工序负责人" not in shown


def test_finance_signs_wherever_money_is_claimed_even_if_the_company_does_not_ask(settle, claim):
    settle(Role.METERING)
    assert claim().required_roles == ["metering", "finance"]


def test_the_chain_is_settled_by_the_department_with_metering_and_on_what_it_saw(
    session, make, company, settle
):
    with pytest.raises(Invalid) as refusal:
        settle(Role.FINANCE)
    assert refusal.value.field == "roles"
    with pytest.raises(NotAllowed):
        services.settle_chain(
            session, actor=make.verifier(Role.FINANCE, company), company_id=company.id,
            roles=[Role.METERING], days_to_sign=5, version=0, now=NOW,
        )  # fmt: skip
    assert savings_queries.chain_settings(session, company.id) is None
    settle(Role.METERING)
    with pytest.raises(Stale):
        settle(Role.METERING, Role.FINANCE)
    assert savings_queries.chain_settings(session, company.id).roles == ["metering"]


def test_a_stand_in_signs_for_the_absent_person_and_both_names_are_kept(
    session, make, saving, company, claim, absent
):
    claim()
    lend(session, make.verifier(Role.DEPARTMENT, company), company, absent)
    for role in (Role.PROCESS_OWNER, Role.METERING):
        sign(session, saving, role, make.verifier(role, company))
    deputy = actor_at(session, absent[1])

    assert [row.for_person_id for row in queue.waiting_for(session, deputy, now=NOW)] == [absent[0].id]
    assert open_task_count(session, deputy) == 1
    assert open_task_count(session, actor_at(session, absent[0])) == 0
    signature = sign(session, saving, Role.FINANCE, deputy)
    assert (signature.signer_id, signature.for_person_id) == (absent[1].id, absent[0].id)
    assert f'"signed_for": {absent[0].id}' in signature.canonical_text
    assert saving.state is SavingState.VERIFIED


def test_open_tasks_come_back_when_the_stand_in_is_over(session, make, saving, company, claim, absent):
    claim()
    row = lend(session, make.verifier(Role.DEPARTMENT, company), company, absent)
    for role in (Role.PROCESS_OWNER, Role.METERING):
        sign(session, saving, role, make.verifier(role, company))
    later = IN_A_WEEK + timedelta(seconds=1)
    assert open_task_count(session, actor_at(session, absent[0], later)) == 1
    assert not actor_at(session, absent[1], later).holds_any(Role.FINANCE)
    people.end_stand_in(session, actor=actor_at(session, absent[0]), stand_in=row, reason="提前返回", now=NOW)
    assert open_task_count(session, actor_at(session, absent[0])) == 1
    assert not actor_at(session, absent[1]).holds_any(Role.FINANCE)


def test_what_a_verifier_names_holds_only_once_the_department_confirms(session, make, company, absent):
    row = lend(session, actor_at(session, absent[0]), company, absent)
    assert not actor_at(session, absent[1]).holds_any(Role.FINANCE)
    with pytest.raises(NotAllowed):
        people.confirm_stand_in(session, actor=actor_at(session, absent[0]), stand_in=row, now=NOW)
    people.confirm_stand_in(session, actor=make.verifier(Role.DEPARTMENT, company), stand_in=row, now=NOW)
    assert actor_at(session, absent[1]).holds(Role.FINANCE, ScopeKind.COMPANY, company.id)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"until": NOW - timedelta(days=1)}, "until"),
        ({"role": Role.METERING}, "person_id"),
        ({"role": Role.THIRD_PARTY}, "role"),
    ],
)
def test_a_wrong_stand_in_is_refused_at_its_field(session, make, company, absent, facts, field):
    with pytest.raises(Invalid) as refusal:
        lend(session, make.verifier(Role.DEPARTMENT, company), company, absent, **facts)
    assert refusal.value.field == field
    assert session.query(StandIn).count() == 0


def test_two_stand_ins_at_once_and_a_stranger_are_refused(session, make, company, absent):
    head = make.verifier(Role.DEPARTMENT, company)
    with pytest.raises(Invalid):
        lend(session, head, company, (absent[0], make.person()))
    with pytest.raises(NotFound):
        lend(session, make.verifier(Role.FINANCE, make.company()), company, absent)
    lend(session, head, company, absent)
    with pytest.raises(Invalid) as refusal:
        lend(session, head, company, absent)
    assert refusal.value.field == "since"


def test_nobody_signs_the_work_of_the_own_circle_through_a_stand_in(
    session, make, saving, company, claim, absent
):
    claim()
    make.circle_member(saving.project.circle, absent[0])
    lend(session, make.verifier(Role.DEPARTMENT, company), company, absent)
    for role in (Role.PROCESS_OWNER, Role.METERING):
        sign(session, saving, role, make.verifier(role, company))
    deputy = actor_at(session, absent[1])
    assert queue.waiting_for(session, deputy, now=NOW) == []
    with pytest.raises(NotAllowed):
        sign(session, saving, Role.FINANCE, deputy)


def test_a_stand_in_who_signed_in_a_role_of_their_own_does_not_sign_again(
    session, make, saving, company, claim, absent
):
    claim()
    make.grant(absent[1], Role.METERING, ScopeKind.COMPANY, company)
    lend(session, make.verifier(Role.DEPARTMENT, company), company, absent)
    sign(session, saving, Role.PROCESS_OWNER, make.verifier(Role.PROCESS_OWNER, company))
    deputy = actor_at(session, absent[1])
    sign(session, saving, Role.METERING, deputy)
    with pytest.raises(NotAllowed):
        sign(session, saving, Role.FINANCE, deputy)
    assert session.query(Signature).count() == 2


def invite(session, make, company, saving=None, **facts):
    """Invite a third party."""
    return services.invite_third_party(
        session,
        **{
            "actor": make.verifier(Role.DEPARTMENT, company), "company_id": company.id, "saving": saving,
            "name": "示例核查员", "email": "check@example.org", "body": "示例检测机构", "reason": "节能量第三方审核",
            "until": None, "send": lambda *args, **kwargs: None, "path_of": lambda key: f"/i/{key}", "now": NOW,
        }
        | facts,
    )[0]  # fmt: skip


def test_a_third_party_invited_for_one_claim_sees_and_signs_that_one_only(
    session, make, saving, company, claim
):
    claim()
    row = invite(session, make, company, saving)
    outside = people_queries.actor_for(session, row.person_id, NOW)
    other = make.mv_1()
    other.project.company_id = company.id
    session.flush()
    for role in (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE):
        sign(session, saving, role, make.verifier(role, company))
    assert [each.saving.id for each in queue.waiting_for(session, outside, now=NOW)] == [saving.id]
    sign(session, saving, Role.THIRD_PARTY, outside)
    with pytest.raises(NotFound):
        savings.refuse_claim(
            session, actor=outside, saving=other, role=Role.THIRD_PARTY, claim_sha256="", reason="x", now=NOW
        )
    services.end_third_party(
        session, actor=make.verifier(Role.DEPARTMENT, company), third_party=row, reason="工作完成", now=NOW
    )
    assert not people_queries.actor_for(session, row.person_id, NOW).holds_any(Role.THIRD_PARTY)
    assert saving.state is SavingState.VERIFIED


def test_who_has_an_account_is_asked_for_another_claim_without_a_new_one(session, make, saving, company):
    known = make.person(name="已有账号", email="check@example.org")
    known.password_hash = "x"
    row = invite(session, make, company, saving)
    assert row.person_id == known.id
    with pytest.raises(Invalid) as refusal:
        invite(session, make, company, saving)
    assert refusal.value.field == "email"
    assert invite(session, make, company).person_id == known.id
    outside = people_queries.actor_for(session, known.id, NOW)
    assert outside.holds(Role.THIRD_PARTY, ScopeKind.SAVING, saving.id)
    assert outside.holds(Role.THIRD_PARTY, ScopeKind.COMPANY, company.id)


def test_an_insider_with_an_account_is_no_third_party(session, make, saving, company):
    make.employed(company, make.person(name="本企业职工", email="check@example.org"))
    with pytest.raises(Invalid) as refusal:
        invite(session, make, company, saving)
    assert refusal.value.field == "email"


def test_only_the_department_invites_with_body_and_reason(session, make, saving, company):
    for facts, field in (({"body": " "}, "body"), ({"reason": ""}, "reason")):
        with pytest.raises(Invalid) as refusal:
            invite(session, make, company, **facts)
        assert refusal.value.field == field
    with pytest.raises(NotAllowed):
        invite(session, make, company, actor=make.verifier(Role.FINANCE, company))
    with pytest.raises(NotFound):
        invite(session, make, company, actor=make.verifier(Role.DEPARTMENT, make.company()))


def test_every_void_keeps_its_cause(session, make, saving, company, claim):
    claim()
    first = sign(session, saving, Role.PROCESS_OWNER, make.verifier(Role.PROCESS_OWNER, company))
    savings.reopen_claim(
        session, actor=leader_of(session, make, saving), saving=saving, reason="读数更正", now=NOW
    )
    assert (first.voided_at, first.void_reason) == (NOW, "读数更正")


def test_the_queue_says_since_when_until_when_and_sorts(session, make, saving, company, settle, claim):
    settle(Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, days=5)
    claim()
    owner = make.verifier(Role.PROCESS_OWNER, company)
    (row,) = queue.waiting_for(session, owner, now=NOW + timedelta(days=3), order="amount")
    assert (row.days, row.due_on, row.evidence) == (3, (NOW + timedelta(days=5)).date(), 0)
    assert row.claim.direct_yuan == Decimal("88200.00")
    assert queue.waiting_for(session, make.verifier(Role.FINANCE, company), now=NOW) == []


def test_finance_sees_the_yuan_that_follow_from_the_metered_quantity(
    client, session, make, saving, company, claim
):
    claim()
    sign(session, saving, Role.PROCESS_OWNER, make.verifier(Role.PROCESS_OWNER, company))
    metering = make.verifier(Role.METERING, company)
    sign(session, saving, Role.METERING, metering, quantity=Decimal(120_000), reason="扣除停产日")
    amounts = savings.amounts_to_sign(saving.claim, Role.FINANCE)
    assert (amounts["quantity"], amounts["direct_yuan"]) == (Decimal(120_000), Decimal("84000.00"))
    client.enter(session.get(Person, make.verifier(Role.FINANCE, company).person_id))
    text = client.get(f"/savings/{saving.id}").get_data(as_text=True)
    assert "8.40 万元" in text and "计量已更正数量" in text
    money = client.get(f"/verification/savings/{saving.id}/money").get_data(as_text=True)
    assert "8.40 万元" in money and "按计量核实数" in money
