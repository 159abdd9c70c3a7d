"""Follow-ups: asked by the worker, answered by the department, and only what still works lives on."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.ledger.living import living_disagreements
from cp_circles.ledger.models import LivingRow, LivingTotal
from cp_circles.notices.models import Mail, Task
from cp_circles.people.models import Role, ScopeKind
from cp_circles.savings import services
from cp_circles.savings.following import later_days, measured_again
from cp_circles.savings.models import FollowUp, FollowUpAnswer
from cp_circles.savings.services.follow_ups import answer_follow_up, ask_follow_ups, take_back_answer
from tests.conftest import NOW
from tests.ledger import totals
from tests.savings.test_guard import verified
from tests.savings.test_services import board, leader_of, sign

ZONE = ZoneInfo("Asia/Shanghai")
IN_MARCH = datetime(2027, 3, 10, 1, 0, tzinfo=UTC)


@pytest.fixture
def asked(session, make):
    """MV-1 verified in September 2026 for the season 2025, and asked about in March 2027."""
    saving = verified(session, make, make.mv_1())
    make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, saving.project.company)
    (row,) = ask_follow_ups(session, IN_MARCH, ZONE)
    return row


def department(make, row):
    """The department of the company that is asked."""
    return make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, row.saving.project.company)


def answer(session, make, row, given, **facts):
    """The department's answer."""
    facts = {"actor": department(make, row), "now": IN_MARCH, **facts}
    return answer_follow_up(session, follow_up=row, answer=FollowUpAnswer(given), **facts)


def living(session, row, season=2027):
    """What lives on in the company of direct yuan."""
    wanted = board(session, "direct_yuan")
    scope = {"scope_kind": "company", "scope_id": row.company_id}
    return totals.living_total(
        session, metric=wanted.metric, season=season, currency=wanted.currency, **scope
    )


def season_total(session, row):
    """The verified yuan of the season 2025."""
    return totals.total_of(session, board(session, "direct_yuan"), "company", row.company_id)


def new_readings(make, saving, use):
    """January and February 2027 at both meters."""
    for month, last in ((1, 31), (2, 28)):
        make.reading(saving.meter, date(2027, month, 1), date(2027, month, last), use)
        make.reading(saving.production_meter, date(2027, month, 1), date(2027, month, last), 875)


def test_the_worker_asks_once_with_task_and_mail_and_reminds_once(session, make, asked):
    assert (asked.months, asked.due_on) == (6, date(2027, 3, 18))
    task = session.scalars(sa.select(Task).where(Task.subject_kind == "follow_ups")).one()
    assert (task.due_on, task.role) == (asked.due_on, Role.DEPARTMENT)
    mails = session.scalar(sa.select(sa.func.count()).select_from(Mail))
    assert ask_follow_ups(session, IN_MARCH, ZONE) == []
    late = IN_MARCH + timedelta(days=30)
    ask_follow_ups(session, late, ZONE)
    ask_follow_ups(session, late + timedelta(days=1), ZONE)
    assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == mails + 1
    assert asked.reminded_at == late and asked.answered_at is None
    assert living(session, asked) == 0


def test_nothing_is_asked_before_its_time(session, make):
    verified(session, make, make.mv_1())
    assert ask_follow_ups(session, NOW + timedelta(days=160), ZONE) == []


def test_still_working_lives_on_and_the_season_keeps_its_amount(session, make, asked):
    before = season_total(session, asked)
    answer(session, make, asked, "working")
    assert living(session, asked) == before == season_total(session, asked) == Decimal("88200.00")
    assert living(session, asked, 2026) == 0 and living_disagreements(session) == []
    with pytest.raises(DomainError):
        answer(session, make, asked, "gone", note="停用")


def test_partly_and_gone_count_their_share(session, make, asked):
    answer(session, make, asked, "partly", share=Decimal("0.4"), note="一台已拆除")
    assert living(session, asked) == Decimal("35280.00")
    (second,) = ask_follow_ups(session, datetime(2027, 9, 18, 1, tzinfo=UTC), ZONE)
    answer(session, make, second, "gone", note="设备停用")
    assert living(session, asked) == 0 and living_disagreements(session) == []
    assert season_total(session, asked) == Decimal("88200.00")


def test_new_readings_are_computed_and_kept(session, make, asked):
    new_readings(make, asked.saving, 99_750)
    days = {"period_from": date(2027, 1, 1), "period_to": date(2027, 2, 28)}
    with pytest.raises(Invalid) as refusal:
        answer(session, make, asked, "working", **days)
    assert refusal.value.field == "outcome" and asked.answered_at is None
    answer(session, make, asked, "partly", share=Decimal("0.5"), note="运行时间延长", **days)
    assert asked.quantity == Decimal(10_500)
    assert asked.measured_share == Decimal("0.5")
    assert len(asked.workings["readings"]) == 4 and len(asked.workings["periods"]) == 2


@pytest.mark.parametrize(
    ("given", "facts", "field"),
    [
        ("gone", {}, "note"),
        ("partly", {"note": "损坏"}, "share"),
        ("partly", {"note": "损坏", "share": Decimal(1)}, "share"),
        ("working", {"period_from": date(2027, 1, 1)}, "period_from"),
        ("working", {"period_from": date(2025, 6, 1), "period_to": date(2025, 7, 1)}, "period_from"),
        ("working", {"period_from": date(2027, 1, 1), "period_to": date(2027, 1, 31)}, "period_from"),
    ],
)
def test_answers_that_do_not_hold_are_refused(session, make, asked, given, facts, field):
    with pytest.raises(Invalid) as refusal:
        answer(session, make, asked, given, **facts)
    assert refusal.value.field == field and asked.answered_at is None and living(session, asked) == 0


def test_only_the_department_answers(session, make, asked):
    with pytest.raises(NotAllowed):
        answer(session, make, asked, "working", actor=leader_of(session, make, asked.saving))
    stranger = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, make.company())
    with pytest.raises(NotFound):
        answer(session, make, asked, "working", actor=stranger)


def test_a_voided_claim_lives_on_nowhere_and_a_new_signature_brings_it_back(session, make, asked):
    answer(session, make, asked, "working")
    saving = asked.saving
    last = saving.claim.signatures[-1]
    services.void_signature(
        session, actor=make.actor(last.signer), signature=last, reason="复核", now=IN_MARCH
    )
    assert living(session, asked) == 0
    sign(session, make, saving, Role.FINANCE)
    assert living(session, asked) == Decimal("88200.00")
    services.reopen_claim(
        session, actor=leader_of(session, make, saving), saving=saving, reason="更正", now=IN_MARCH
    )
    assert living(session, asked) == 0 and session.query(LivingRow).count() == 0
    assert living_disagreements(session) == []
    other = session.query(FollowUp).one()
    assert other.answer is FollowUpAnswer.WORKING


def test_a_planted_living_total_is_found(session, make, asked):
    answer(session, make, asked, "working")
    row = session.scalars(sa.select(LivingTotal).where(LivingTotal.scope_kind == "company")).first()
    row.amount += 1
    session.flush()
    assert len(living_disagreements(session)) == 1


def test_an_answer_taken_back_lives_on_nowhere_and_an_earlier_one_counts_again(session, make, asked):
    answer(session, make, asked, "partly", share=Decimal("0.4"), note="一台已拆除")
    (second,) = ask_follow_ups(session, datetime(2027, 9, 18, 1, tzinfo=UTC), ZONE)
    answer(session, make, second, "working")
    facts = {"actor": department(make, asked), "now": IN_MARCH}
    with pytest.raises(Invalid) as refusal:
        take_back_answer(session, follow_up=second, reason=" ", **facts)
    assert refusal.value.field == "reason" and living(session, asked) == Decimal("88200.00")
    with pytest.raises(NotAllowed):
        take_back_answer(
            session,
            actor=leader_of(session, make, asked.saving),
            follow_up=second,
            reason="选错",
            now=IN_MARCH,
        )
    take_back_answer(session, follow_up=second, reason="选错", **facts)
    assert (second.answer, second.answered_at) == (None, None)
    assert living(session, asked) == Decimal("35280.00")
    take_back_answer(session, follow_up=asked, reason="选错", **facts)
    assert living(session, asked) == 0 and living_disagreements(session) == []
    with pytest.raises(DomainError):
        take_back_answer(session, follow_up=asked, reason="选错", **facts)
    answer(session, make, asked, "working")
    assert living(session, asked) == Decimal("88200.00") == season_total(session, asked)


def test_the_days_that_are_read_at_all_meters_are_known_before_the_answer(session, make, asked):
    saving = asked.saving
    assert later_days(session, saving, date(2027, 3, 10)) is None
    new_readings(make, saving, 99_750)
    assert later_days(session, saving, date(2027, 3, 10)) == (date(2027, 1, 1), date(2027, 2, 28))
    assert later_days(session, saving, date(2027, 2, 1)) == (date(2027, 1, 1), date(2027, 1, 31))
    measured = measured_again(session, asked, date(2027, 1, 1), date(2027, 2, 28))
    assert measured.share == Decimal("0.5")
