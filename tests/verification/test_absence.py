"""Whoever is recorded as absent does not sign; and days are counted in the company's own zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.notices.models import Task
from cp_circles.people import services as people
from cp_circles.people.models import Role
from cp_circles.savings import queue
from cp_circles.savings import services as savings
from cp_circles.savings.absence import AwayNow, absence_of
from cp_circles.savings.models import SavingState, Signature
from cp_circles.verification import services
from tests.conftest import NOW
from tests.verification.test_chain import (
    absent,
    actor_at,
    claim,
    company,
    leader_of,
    lend,
    saving,
    settle,
    sign,
)

__all__ = ["absent", "claim", "company", "saving", "settle"]
BEFORE_MIDNIGHT = datetime(2026, 9, 1, 15, 30, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 9, 1, 16, 30, tzinfo=UTC)


@pytest.fixture
def away(session, make, saving, company, claim, absent):
    """Finance's turn, while finance is recorded as absent."""
    claim()
    for role in (Role.PROCESS_OWNER, Role.METERING):
        sign(session, saving, role, make.verifier(role, company))
    return lend(session, make.verifier(Role.DEPARTMENT, company), company, absent)


def test_the_absent_verifier_neither_signs_nor_refuses_and_reads_how_to(session, saving, absent, away):
    gone = actor_at(session, absent[0])
    with pytest.raises(AwayNow) as refusal:
        sign(session, saving, Role.FINANCE, gone)
    assert refusal.value.values["person"] == absent[1].name
    with pytest.raises(AwayNow):
        savings.refuse_claim(
            session,
            actor=gone,
            saving=saving,
            role=Role.FINANCE,
            claim_sha256=saving.claim.sha256,
            reason="金额有误",
            now=NOW,
        )
    assert session.query(Signature).count() == 2
    assert saving.state is SavingState.IN_VERIFICATION
    assert absence_of(session, gone, saving, Role.FINANCE, NOW).id == away.id
    assert absence_of(session, actor_at(session, absent[1]), saving, Role.FINANCE, NOW) is None


def test_once_the_absence_is_ended_the_verifier_signs_in_the_own_name(session, saving, absent, away):
    people.end_stand_in(
        session, actor=actor_at(session, absent[0]), stand_in=away, reason="提前返回", now=NOW
    )
    signature = sign(session, saving, Role.FINANCE, actor_at(session, absent[0]))
    assert (signature.signer_id, signature.for_person_id) == (absent[0].id, None)
    assert saving.state is SavingState.VERIFIED


def test_an_absence_is_of_one_role_only(session, make, saving, company, claim, absent):
    claim()
    lend(session, make.verifier(Role.DEPARTMENT, company), company, absent)
    gone = actor_at(session, absent[0])
    assert absence_of(session, gone, saving, Role.METERING, NOW) is None


def test_the_page_says_so_instead_of_the_form(client, saving, absent, away):
    client.enter(absent[0])
    text = client.get(f"/savings/{saving.id}").get_data(as_text=True)
    assert absent[1].name in text and "/sign?" not in text and f'/savings/{saving.id}/sign"' not in text
    assert "stand-ins" in text


@pytest.mark.parametrize(
    ("asked_at", "due"), [(BEFORE_MIDNIGHT, date(2026, 9, 6)), (AFTER_MIDNIGHT, date(2026, 9, 7))]
)
def test_the_days_of_a_verifier_begin_on_the_local_day(session, make, saving, company, settle, asked_at, due):
    settle(Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, days=5)
    savings.claim_saving(session, actor=leader_of(session, make, saving), saving=saving, now=asked_at)
    owner = make.verifier(Role.PROCESS_OWNER, company)
    (row,) = queue.waiting_for(session, owner, now=asked_at + timedelta(days=1))
    assert (row.due_on, row.days) == (due, 1)
    assert session.scalar(sa.select(Task.due_on).where(Task.subject_kind == "savings")) == due


def test_a_night_is_a_day_of_waiting_and_effects_keep_local_days_too(session, make, saving, company, settle):
    settle(Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, days=5)
    leader = leader_of(session, make, saving)
    savings.claim_saving(session, actor=leader, saving=saving, now=BEFORE_MIDNIGHT)
    owner = make.verifier(Role.PROCESS_OWNER, company)
    (row,) = queue.waiting_for(session, owner, now=AFTER_MIDNIGHT)
    assert row.days == 1
    services.state_effect(
        session, actor=leader, project=saving.project, text="更整洁", shown_by="照片", now=AFTER_MIDNIGHT
    )
    due = session.scalar(sa.select(Task.due_on).where(Task.subject_kind == "intangible_effects"))
    assert due == date(2026, 9, 9)
