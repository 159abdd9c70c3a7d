"""Special awards, certificates, the ceremony, rewards by a company's rule, and bans lifted early."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.awards import queries
from cp_circles.awards.models import Award, AwardChoice, RewardGrant
from cp_circles.awards.presenting import called_out
from cp_circles.awards.printing import Certificate, certificates_pdf
from cp_circles.awards.services import (
    AwardsGiven,
    NoRewardRule,
    adopt_reward_rule,
    annul_result,
    candidates,
    choose_special,
    drop_special,
    give_awards,
    grant_reward,
    payments_of,
    scheme_of,
)
from cp_circles.calc.rewarding import Rule, reward
from cp_circles.db.models import Event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.judging.chain import chain_of, verify_chain
from cp_circles.judging.outcome_models import CircleBan
from cp_circles.judging.services.bans import ban_of, lift_ban
from cp_circles.notices.models import Mail
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.standings import services as standings_services

NOW = datetime(2026, 10, 9, 2, tzinfo=UTC)


@pytest.fixture
def computed(session, world):
    """A city round with a standing of three entries, not published."""
    round_ = world.judged_round(
        totals=[["95"] * 3, ["85"] * 3, ["75"] * 3],
        award_edition_id=world.edition("award_scheme", "one_two_three").id,
    )
    standings_services.compute_standing(session, actor=world.officials["city"], round_=round_, now=NOW)
    return round_


def given(session, world, round_):
    """The round published, finished, its awards given."""
    official = world.officials["city"]
    standings_services.publish_standing(session, actor=official, round_=round_, now=NOW)
    standings_services.finish_round(session, actor=official, round_=round_, now=round_.publicity_ends_at)
    return give_awards(session, actor=official, round_=round_, now=round_.finished_at)


def choose(session, world, round_, key, holder_id, **facts):
    """A choice by the city's official."""
    values = {"actor": world.officials["city"], "reason": "示例理由", "now": NOW} | facts
    return choose_special(session, round_=round_, award_key=key, holder_id=holder_id, **values)


def test_special_awards_are_chosen_with_a_reason_logged_and_given_with_the_others(session, world, computed):
    first = world.entries_of(computed)[0]
    facilitator = world.make.holder(Role.FACILITATOR, ScopeKind.COMPANY, world.company).person_id
    choose(session, world, computed, "best_presentation", first.id)
    choose(session, world, computed, "excellent_facilitator", facilitator)
    choose(session, world, computed, "excellent_organiser", world.company.id)
    events = session.scalars(sa.select(Event).where(Event.verb == "awards.choose_special")).all()
    assert len(events) == 3 and {row.reason for row in events} == {"示例理由"}
    assert facilitator not in {(row.after or {}).get("person") for row in events}, "a mark, not an id"
    assert verify_chain(session, chain_of(computed)).is_whole
    awards = given(session, world, computed)
    special = {row.award_key: row for row in awards if row.reason}
    assert special["excellent_facilitator"].person_id == facilitator
    assert special["excellent_organiser"].holder["title"] == world.company.name
    assert len({row.number for row in awards}) == len(awards) == 6
    order = called_out(
        awards, scheme_of(session, computed), {e.id: e.number for e in world.entries_of(computed)}
    )
    keys = [row.award_key for row in order]
    assert set(keys[:3]) == set(special) and keys[3:] == ["second", "second", "first"]
    with pytest.raises(AwardsGiven):
        choose(session, world, computed, "excellent_facilitator", facilitator)


def test_a_choice_is_refused_without_reason_twice_beyond_the_number_and_for_strangers(
    session, world, computed
):
    first, second, _third = world.entries_of(computed)
    with pytest.raises(Invalid):
        choose(session, world, computed, "best_presentation", first.id, reason=" ")
    with pytest.raises(NotFound):
        choose(session, world, computed, "excellent_organiser", 999_999)
    with pytest.raises(NotFound):
        choose(session, world, computed, "no_such", first.id)
    with pytest.raises(NotAllowed):
        choose(session, world, computed, "best_presentation", first.id, actor=world.officials["province"])
    assert session.scalar(sa.select(sa.func.count(AwardChoice.id))) == 0
    made = choose(session, world, computed, "best_presentation", first.id)
    with pytest.raises(Invalid):
        choose(session, world, computed, "best_presentation", second.id)
    drop_special(
        session,
        actor=world.officials["city"],
        round_=computed,
        choice_id=made.id,
        reason="重新评议",
        now=NOW,
    )
    assert not queries.choices_of(session, computed.id)
    assert choose(session, world, computed, "best_presentation", second.id).entry_id == second.id


def test_no_special_award_before_the_standing(session, world):
    round_ = world.judged_round(award_edition_id=world.edition("award_scheme", "one_two_three").id)
    with pytest.raises(DomainError):
        choose(session, world, round_, "excellent_organiser", world.company.id)
    special = scheme_of(session, round_).special_award("excellent_organiser")
    assert not candidates(session, round_, special, now=NOW)


def test_certificates_are_one_pdf_a_page_each():
    page = Certificate(
        "荣誉证书", "示例公司：", "你小组荣获", "一等奖", "小组成员：示例", "特发此证。", "示例市", "（盖章）",
        "2026年9月1日", "CP-2026-C1-0001", "扫码查验", "校验码 abc", "https://example.org/check/abc",
    )  # fmt: skip
    content = certificates_pdf([page, page], title="示例", language="zh")
    assert (
        content.startswith(b"%PDF") and content.count(b"/Type /Page\n") + content.count(b"/Type/Page/") >= 0
    )
    assert len(content) > len(certificates_pdf([page], title="示例", language="zh"))


@pytest.mark.parametrize(
    ("rule", "verified", "paid", "due"),
    [
        (Rule(fixed=Decimal(2000)), 0, [], "2000.00"),
        (Rule(fixed=Decimal(5000)), 0, [2000], "3000.00"),
        (Rule(fixed=Decimal(1000)), 0, [2000], "0.00"),
        (Rule(percent=Decimal(2), floor=Decimal(300), cap=Decimal(20000)), 123_456, [], "2469.12"),
        (Rule(percent=Decimal(2), floor=Decimal(300), cap=Decimal(20000)), 5000, [], "300.00"),
        (Rule(percent=Decimal(2), floor=Decimal(300), cap=Decimal(20000)), 5_000_000, [15000], "5000.00"),
        (Rule(fixed=Decimal(800), percent=Decimal(1), topup_only=False), 10_000, [], "900.00"),
        (Rule(fixed=Decimal(800), percent=Decimal(1), topup_only=False), 10_000, [900], "800.00"),
        (Rule(fixed=Decimal(800), cap=Decimal(1000), topup_only=False), 0, [900], "100.00"),
        (Rule(percent=Decimal(2), floor=Decimal(300)), -5000, [], "300.00"),
    ],
)
def test_rewards_by_hand(rule, verified, paid, due):
    assert str(reward(rule, verified=Decimal(verified), paid=[Decimal(one) for one in paid]).due) == due


@pytest.fixture
def awarded(session, world, computed):
    """The first award of the round."""
    return given(session, world, computed)[0]


def test_a_company_grants_by_its_rule_once_and_keeps_the_computation(session, world, awarded):
    act = {"actor": world.department, "now": NOW}
    with pytest.raises(NoRewardRule):
        grant_reward(session, award=awarded, seen="0.00", **act)
    edition = world.edition("reward_rule", "fixed_by_level").id
    with pytest.raises(NotFound):
        adopt_reward_rule(
            session, actor=world.officials["city"], company=world.company, edition_id=edition, now=NOW
        )
    with pytest.raises(Invalid):
        adopt_reward_rule(session, company=world.company, edition_id=0, **act)
    adopt_reward_rule(session, company=world.company, edition_id=edition, **act)
    with pytest.raises(Invalid):
        adopt_reward_rule(session, company=world.company, edition_id=edition, **act)
    [payment] = payments_of(session, world.company.id, [awarded])
    assert str(payment.due) == "2000.00" and payment.rank == 1
    with pytest.raises(Stale):
        grant_reward(session, award=awarded, seen="1.00", **act)
    with pytest.raises(NotFound):
        grant_reward(session, award=awarded, seen="2000.00", actor=world.officials["city"], now=NOW)
    with pytest.raises(NotAllowed):
        grant_reward(session, award=awarded, seen="2000.00", actor=world.administrator, now=NOW)
    grant_reward(session, award=awarded, seen="2000.00", **act)
    assert session.scalar(sa.select(RewardGrant.amount)) == Decimal(2000)
    mail = session.scalars(sa.select(Mail).order_by(Mail.id.desc())).first()
    assert mail.values["amount"] == "2000.00"
    with pytest.raises(DomainError):
        grant_reward(session, award=awarded, seen="2000.00", **act)


def test_nothing_is_paid_for_a_revoked_award(session, world, awarded):
    adopt_reward_rule(
        session,
        actor=world.department,
        company=world.company,
        edition_id=world.edition("reward_rule", "percent_of_saving").id,
        now=NOW,
    )
    awarded.revoked_at = NOW
    session.flush()
    with pytest.raises(DomainError):
        grant_reward(session, actor=world.department, award=awarded, seen="300.00", now=NOW)
    assert session.scalar(sa.select(sa.func.count(RewardGrant.id))) == 0


def test_a_ban_is_lifted_early_with_a_reason_by_who_could_have_set_it(session, world, awarded):
    entry = world.entries_of(awarded.round_)[0]
    official, circle_id = world.officials["city"], entry.result.project.circle_id
    annul_result(session, actor=official, result=entry.result, reason="示例", seasons=2, now=NOW)
    ban = session.scalar(sa.select(CircleBan))
    assert ban_of(session, circle_id, 2027) is ban
    with pytest.raises(Invalid):
        lift_ban(session, actor=official, ban=ban, reason="", now=NOW)
    for stranger in (world.officials["county"], world.department, world.leader_of(entry.result)):
        with pytest.raises(NotFound):
            lift_ban(session, actor=stranger, ban=ban, reason="示例", now=NOW)
    lift_ban(session, actor=official, ban=ban, reason="复核认定为误判。", now=NOW)
    assert ban_of(session, circle_id, 2027) is None
    with pytest.raises(DomainError):
        lift_ban(session, actor=official, ban=ban, reason="示例", now=NOW)
    page = queries.bans_seen(session, actor=world.department, page=1, size=9)
    assert [row.lift_reason for row in page.rows] == ["复核认定为误判。"]
    assert session.scalar(sa.select(sa.func.count(Award.id)).where(Award.revoked_at.is_not(None))) == 1


def test_what_the_organiser_gives_is_told_in_the_readers_language(session, world, client, awarded):
    honour = scheme_of(session, awarded.round_).awards[0].honorary
    reader = session.get(Person, world.department.person_id)
    client.enter(reader)
    path = f"/awards/rewards/{world.company.id}"
    assert honour.zh in client.get(path).text
    reader.locale = "en"
    for page in (path, f"/awards/rewards/award/{awarded.public_key}"):
        text = client.get(page).text
        assert honour.en in text and honour.zh not in text
