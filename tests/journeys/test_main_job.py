"""The whole main job over HTTP, in Chinese and again in English."""

from decimal import Decimal

import pytest

from tests.clock import held_still
from tests.conftest import NOW
from tests.journeys.job import AMOUNT, LEVELS, Job, Kit

VERIFIERS = ("process_owner", "metering", "finance")


@pytest.fixture
def job(request, app, session, make):
    """A job in a language with a kit of rulesets."""
    locale, kit = request.param
    made = Job(app, session, make, held_still(app, NOW), locale, kit)
    made.settle()
    return made


@pytest.mark.slow
@pytest.mark.parametrize("job", [("zh_Hans", Kit()), ("en", Kit())], indirect=True, ids=["zh", "en"])
def test_from_a_circle_to_an_award(job):
    job.register_circle()
    job.register_project()
    job.log_readings()
    job.claim_saving()
    before = job.boards("yuan")
    job.sign(*VERIFIERS)
    after = job.boards("yuan")
    assert {level: after[level] - before[level] for level in after} == dict.fromkeys(after, AMOUNT)
    assert set(after) == {"company", "county", "city", "province", "nation"}
    job.walk_steps()
    job.freeze_result()
    job.open_season()
    for level in LEVELS:
        job.hold_round(level)
    award = job.award()
    assert award.round_id == job.rounds["nation"].id
    job.void()
    assert job.boards("yuan") == before == dict.fromkeys(before, Decimal(0))
