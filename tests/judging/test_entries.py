"""Entering results, formal review, completion, withdrawal, blind numbers."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.judging import services, tasks
from cp_circles.judging.models import Entry, EntryState, Quota
from cp_circles.judging.phases import PhaseClosed
from cp_circles.judging.queries import ladder
from cp_circles.judging.services.entries import free_numbers
from cp_circles.notices.models import Mail, Task
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.projects.models import ProjectState
from cp_circles.results.models import ResultState


def open_tasks(session, kind):
    """How many tasks of a kind are open."""
    return session.scalar(sa.select(sa.func.count(Task.id)).where(Task.kind == kind, Task.done_at.is_(None)))


def count(session):
    """How many entries there are."""
    return session.scalar(sa.select(sa.func.count(Entry.id)))


def test_enter_result_by_the_leader(session, world):
    round_, result = world.company_round(), world.result()
    entry = services.enter_result(
        session, actor=world.leader_of(result), round_=round_, result=result, now=world.at("entry")
    )
    assert (entry.number, entry.track_key, entry.state) == (1, "problem_solving", EntryState.SUBMITTED)
    assert ladder.Unit(entry.unit_kind, entry.unit_id) == ladder.unit_of(round_)
    assert open_tasks(session, tasks.REVIEW) == 1
    with pytest.raises(DomainError):
        services.enter_result(
            session, actor=world.leader_of(result), round_=round_, result=result, now=world.at("entry")
        )
    other = world.result(method="qc_innovate")
    second = services.enter_result(
        session, actor=world.department, round_=round_, result=other, now=world.at("entry")
    )
    assert (second.number, second.track_key) == (2, "innovation")


def test_enter_result_refuses_strangers_late_and_unfrozen(session, world, make):
    round_, result = world.company_round(), world.result()
    stranger, colleague = make.actor(), make.holder(Role.METERING, ScopeKind.COMPANY, world.company)
    leader = world.leader_of(result)
    with pytest.raises(NotFound):
        services.enter_result(session, actor=stranger, round_=round_, result=result, now=world.at("entry"))
    with pytest.raises(NotAllowed):
        services.enter_result(session, actor=colleague, round_=round_, result=result, now=world.at("entry"))
    with pytest.raises(PhaseClosed):
        services.enter_result(
            session, actor=leader, round_=round_, result=result, now=world.at("formal_review")
        )
    result.state = ResultState.DRAFT
    with pytest.raises(DomainError):
        services.enter_result(session, actor=leader, round_=round_, result=result, now=world.at("entry"))
    result.state, result.project.state = ResultState.FROZEN, ProjectState.UNDER_WAY
    with pytest.raises(DomainError):
        services.enter_result(session, actor=leader, round_=round_, result=result, now=world.at("entry"))
    foreign = world.result(company=make.company(world.county))
    with pytest.raises(NotFound):
        services.enter_result(
            session, actor=world.leader_of(foreign), round_=round_, result=foreign, now=world.at("entry")
        )
    assert count(session) == 0


def test_a_company_without_a_round_recommends_within_its_quota(session, world):
    city = world.round_at("city")
    first, second = world.result(), world.result()
    facts = dict(actor=world.department, round_=city, now=world.at("entry"))
    with pytest.raises(DomainError):
        services.enter_result(session, result=first, **facts)
    unit = {"unit_kind": "company", "unit_id": world.company.id, "track_key": "problem_solving"}
    session.add(Quota(round_id=city.id, places=1, **unit))
    session.flush()
    entry = services.enter_result(session, result=first, **facts)
    with pytest.raises(DomainError):
        services.enter_result(session, result=second, **facts)
    with pytest.raises(NotAllowed):
        services.enter_result(session, result=second, **{**facts, "actor": world.leader_of(second)})
    assert count(session) == 1
    entry.disqualified_at = world.at("entry")
    services.enter_result(session, result=second, **facts)
    assert count(session) == 2


@pytest.mark.parametrize("outcome", ["accepted", "to_complete", "deferred", "rejected"])
def test_review_has_four_outcomes(session, world, outcome):
    round_ = world.company_round()
    entry = world.entry(round_, accepted=False)
    now = world.at("formal_review")
    services.review_entry(
        session,
        actor=world.department,
        entry=entry,
        outcome=outcome,
        reason="缺评价表",
        complete_by=(now + timedelta(days=1)).date(),
        now=now,
    )
    assert entry.state.value == outcome
    assert open_tasks(session, tasks.REVIEW) == 0
    assert open_tasks(session, tasks.COMPLETE) == (1 if outcome == "to_complete" else 0)
    assert session.scalar(sa.select(sa.func.count(Mail.id))) == (0 if outcome == "accepted" else 1)


def test_review_refusals(session, world):
    entry = world.entry(world.company_round(), accepted=False)
    now = world.at("formal_review")
    facts = dict(entry=entry, now=now)
    with pytest.raises(NotFound):
        services.review_entry(session, actor=world.leader_of(entry.result), outcome="accepted", **facts)
    with pytest.raises(Invalid):
        services.review_entry(session, actor=world.department, outcome="rejected", reason="", **facts)
    with pytest.raises(Invalid) as refused:
        services.review_entry(session, actor=world.department, outcome="to_complete", reason="缺", **facts)
    assert refused.value.field == "complete_by"
    early, late = ({**facts, "now": world.at(phase)} for phase in ("entry", "deliberation"))
    for moment in (early, late):
        with pytest.raises(PhaseClosed):
            services.review_entry(session, actor=world.department, outcome="accepted", **moment)
    assert entry.state is EntryState.SUBMITTED


def test_an_entry_that_still_waits_is_reviewed_after_the_formal_review(session, world):
    entry = world.entry(world.company_round(), accepted=False)
    scoring = dict(actor=world.department, entry=entry, now=world.at("scoring"))
    services.review_entry(session, outcome="accepted", **scoring)
    assert entry.state is EntryState.ACCEPTED
    with pytest.raises(PhaseClosed):
        services.review_entry(session, outcome="rejected", reason="缺附件", **scoring)
    other = world.entry(entry.round_, accepted=False)
    late = dict(actor=world.department, entry=other, now=world.at("deliberation"))
    services.review_entry(session, outcome="rejected", reason="缺附件", **late)
    assert other.state is EntryState.REJECTED


def test_completion_goes_back_to_review(session, world):
    entry = world.entry(world.company_round(), accepted=False)
    leader, now = world.leader_of(entry.result), world.at("formal_review", 0.1)
    with pytest.raises(DomainError):
        services.complete_entry(session, actor=leader, entry=entry, note="补齐", now=now)
    services.review_entry(
        session,
        actor=world.department,
        entry=entry,
        outcome="to_complete",
        reason="缺评价表",
        complete_by=(now + timedelta(days=1)).date(),
        now=now,
    )
    with pytest.raises(NotFound):
        services.complete_entry(session, actor=world.officials["city"], entry=entry, note="补齐", now=now)
    with pytest.raises(DomainError):
        services.complete_entry(session, actor=leader, entry=entry, note="补齐", now=now + timedelta(days=3))
    services.complete_entry(session, actor=leader, entry=entry, note="补齐", now=now)
    assert (entry.state, entry.completion_note) == (EntryState.SUBMITTED, "补齐")
    assert (open_tasks(session, tasks.COMPLETE), open_tasks(session, tasks.REVIEW)) == (0, 1)


def test_withdraw_until_the_round_closes_for_entries(session, world):
    round_ = world.company_round()
    first, second = world.entry(round_, accepted=False), world.entry(round_, accepted=False)
    leader = world.leader_of(first.result)
    with pytest.raises(NotFound):
        services.withdraw_entry(session, actor=leader, entry=second, reason="不是我的", now=world.at("entry"))
    with pytest.raises(Invalid):
        services.withdraw_entry(session, actor=leader, entry=first, reason="", now=world.at("entry"))
    with pytest.raises(PhaseClosed):
        services.withdraw_entry(session, actor=leader, entry=first, reason="重做", now=world.at("scoring"))
    services.withdraw_entry(session, actor=leader, entry=first, reason="重做", now=world.at("entry"))
    assert (first.state, second.state) == (EntryState.WITHDRAWN, EntryState.SUBMITTED)


def test_blind_numbers_wait_for_the_declarations(session, world):
    round_ = world.round_at("city")
    entries = [world.entry(round_) for _ in range(3)]
    pending = world.entry(round_, accepted=False)
    world.judge(round_)
    world.judge(round_, declared=False)
    now = world.at("conflict_declaration", 0.9)
    with pytest.raises(DomainError):
        services.give_blind_numbers(session, actor=SYSTEM, round_=round_, now=now)
    with pytest.raises(NotAllowed):
        services.give_blind_numbers(session, actor=world.officials["nation"], round_=round_, now=now)
    assert all(entry.blind_number is None for entry in entries)
    given = services.give_blind_numbers(
        session,
        actor=world.officials["city"],
        round_=round_,
        chance=random.Random(1),
        now=world.at("scoring"),
    )
    numbers = [entry.blind_number for entry in entries]
    assert given == 3
    assert len(set(numbers)) == 3 and all(len(number) == 4 and number.isdigit() for number in numbers)
    assert pending.blind_number is None


@pytest.mark.parametrize(("entries", "digits", "free"), [(300, 4, 9_999), (9_000, 5, 99_999)])
def test_a_large_round_draws_longer_numbers(entries, digits, free):
    found = free_numbers({None}, entries)
    assert (len(found), {len(number) for number in found}) == (free, {digits})
    assert found[0] not in free_numbers({found[0], None}, entries)
