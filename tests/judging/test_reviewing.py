"""The checklist of the formal review: what the records answer, what must be answered, and what is kept."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, Invalid
from cp_circles.judging import services, tasks
from cp_circles.judging.guards import rule_of
from cp_circles.judging.models import EntryState
from cp_circles.judging.outcome_models import EntryReview
from cp_circles.judging.queries.reviews import found_answers, reviews_of
from cp_circles.notices.models import Mail, Task
from cp_circles.people.models import Role
from cp_circles.standings import services as standings_services


@pytest.fixture
def entered(session, world):
    """An entry of a company round that waits for its review, and the keys of its checklist."""
    entry = world.entry(world.company_round(), accepted=False)
    return entry, [check.key for check in rule_of(session, entry.round_).formal_checks]


def review(session, world, entry, **facts):
    """The review by the department."""
    values = {"actor": world.department, "outcome": "accepted", "now": world.at("formal_review")} | facts
    return services.review_entry(session, entry=entry, **values)


def test_the_records_answer_what_they_can(session, entered):
    entry, _keys = entered
    found = found_answers(session, entry, rule_of(session, entry.round_))
    assert (found["frozen"], found["evidence"], found["people"]) == ("yes", "no", "no")
    assert "agree" not in found and "complete" not in found
    entry.result.package = entry.result.package | {
        "evidence": [{}],
        "savings": [{"verified": None}],
        "circle": {"number": "", "members": ["甲", "乙", "丙"]},
        "project": {"number": "P-1", "ends_on": "2020-01-01"},
    }
    found = found_answers(session, entry, rule_of(session, entry.round_))
    assert (found["evidence"], found["signed"], found["people"]) == ("yes", "no", "yes")
    assert (found["registered"], found["recent"]) == ("no", "no")


def test_acceptance_asks_for_every_point_and_for_those_that_decide(session, world, entered):
    entry, keys = entered
    every = dict.fromkeys(keys, "yes")
    refused = [every | {"agree": "no"}, {key: "yes" for key in keys[1:]}, every | {"more": "yes"}]
    for checks in (*refused, every | {"agree": "perhaps"}):
        with pytest.raises(Invalid):
            review(session, world, entry, checks=checks)
    assert entry.state is EntryState.SUBMITTED
    assert session.scalar(sa.select(sa.func.count(EntryReview.id))) == 0
    review(session, world, entry, checks=every | {"people": "no", "complete": "na"})
    assert entry.state is EntryState.ACCEPTED


def test_each_review_is_kept_with_its_answers(session, world, entered):
    entry, keys = entered
    day = world.at("formal_review").date().replace(year=2027)
    asked = {"outcome": "to_complete", "reason": "缺原始记录", "complete_by": day}
    review(session, world, entry, checks={"agree": "no"}, **asked)
    leader = world.leader_of(entry.result)
    services.complete_entry(session, actor=leader, entry=entry, note="已补", now=world.at("formal_review"))
    review(session, world, entry, checks=dict.fromkeys(keys, "yes"))
    newest, oldest = reviews_of(session, entry.id)
    assert (oldest.outcome, oldest.checks, oldest.complete_by) == ("to_complete", {"agree": "no"}, day)
    assert (newest.outcome, newest.reviewed_by_id) == ("accepted", world.department.person_id)


def kinds_open(session):
    """The kinds of the tasks that wait, with their day."""
    return {task.kind: task.due_on for task in session.scalars(sa.select(Task).where(Task.done_at.is_(None)))}


def asked_for(session, world, entry, now):
    """The entry has to be completed until tomorrow."""
    day = (now + timedelta(days=1)).date()
    return review(session, world, entry, outcome="to_complete", reason="缺附件", complete_by=day, now=now)


def test_a_missed_completion_is_put_to_the_organiser_once(session, world, entered):
    entry, _keys = entered
    now = world.at("formal_review", 0.1)
    asked_for(session, world, entry, now)
    assert services.ask_about_late_entries(session, now + timedelta(days=1)) == []
    late = now + timedelta(days=2)
    assert services.ask_about_late_entries(session, late) == [entry]
    task = session.scalars(sa.select(Task).where(Task.kind == tasks.LATE)).one()
    assert (task.role, task.scope_id) == (Role.DEPARTMENT, world.company.id)
    assert task.url == f"/judging/entries/{entry.id}" and task.due_on > late.date() + timedelta(days=2)
    assert tasks.COMPLETE not in kinds_open(session)
    told = sa.select(sa.func.count(Mail.id)).where(Mail.subject == tasks.MISSED)
    assert session.scalar(told) == 1
    assert services.ask_about_late_entries(session, late + timedelta(days=1)) == []
    assert session.scalar(told) == 1
    with pytest.raises(DomainError):
        services.complete_entry(
            session, actor=world.leader_of(entry.result), entry=entry, note="补", now=late
        )
    with pytest.raises(DomainError):
        standings_services.compute_standing(session, actor=world.department, round_=entry.round_, now=late)
    assert entry.state is EntryState.TO_COMPLETE


@pytest.mark.parametrize("outcome", ["to_complete", "deferred", "rejected", "withdrawn"])
def test_the_question_ends_with_a_decision(session, world, entered, outcome):
    entry, _keys = entered
    now = world.at("formal_review", 0.1)
    asked_for(session, world, entry, now)
    late = now + timedelta(days=2)
    services.ask_about_late_entries(session, late)
    if outcome == "withdrawn":
        leader = world.leader_of(entry.result)
        services.withdraw_entry(session, actor=leader, entry=entry, reason="退出", now=world.at("entry"))
    elif outcome == "to_complete":
        asked_for(session, world, entry, late)
    else:
        review(session, world, entry, outcome=outcome, reason="逾期未交", now=late)
    waiting = kinds_open(session)
    assert tasks.LATE not in waiting
    assert (tasks.COMPLETE in waiting) is (outcome == "to_complete")
    asked_again = services.ask_about_late_entries(session, late + timedelta(days=2))
    assert asked_again == ([entry] if outcome == "to_complete" else [])
