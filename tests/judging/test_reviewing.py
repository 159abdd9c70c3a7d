"""The checklist of the formal review: what the records answer, what must be answered, and what is kept."""

import pytest
import sqlalchemy as sa

from cp_circles.errors import Invalid
from cp_circles.judging import services
from cp_circles.judging.guards import rule_of
from cp_circles.judging.models import EntryState
from cp_circles.judging.outcome_models import EntryReview
from cp_circles.judging.queries.reviews import found_answers, reviews_of


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
