"""The whole main job over HTTP, in Chinese and again in English."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.editions import queries as editions
from cp_circles.judging.models import Entry, StandingRow
from tests.clock import held_still
from tests.conftest import NOW
from tests.journeys.by_hand import redone
from tests.journeys.job import AMOUNT, LEVELS, Job, Kit
from tests.journeys.packs import METHOD, RUBRIC, TRACK, round_rule

VERIFIERS = ("process_owner", "metering", "finance")


@pytest.fixture
def job(request, app, session, make):
    """A job in a language with a kit of rulesets."""
    locale, kit = request.param
    made = Job(app, session, make, held_still(app, NOW), locale, kit)
    made.settle()
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    "job",
    [
        pytest.param(("zh_Hans", Kit()), id="zh", marks=pytest.mark.prove),
        pytest.param(("en", Kit()), id="en", marks=pytest.mark.prove),
    ],
    indirect=True,
)
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
    for page in job.printed.values():
        assert len(redone(page)) == 1
    award = job.award()
    assert award.round_id == job.rounds["nation"].id
    job.void()
    assert job.boards("yuan") == before == dict.fromkeys(before, Decimal(0))


@pytest.mark.slow
@pytest.mark.parametrize(
    "job",
    [("zh_Hans", Kit(method="quick_turn", company_rule="quick_rule", upper_rule="quick_rule"))],
    indirect=True,
    ids=["zh"],
)
def test_a_track_a_method_and_a_rubric_written_on_screen_run_to_an_award(job, session):
    shipped = editions.latest(session, "round_rule", "paper_blind").content
    administrator = job.as_("administrator")
    written = {"track": TRACK, "method": METHOD, "rubric": RUBRIC, "round_rule": round_rule(shipped)}
    for kind, text in written.items():
        administrator.send("/rulesets/new", "/rulesets", kind=kind, text=text)
    job.register_circle()
    job.register_project()
    job.walk_steps()
    job.freeze_result(figure="")
    job.open_season()
    for level in LEVELS:
        job.hold_round(level)
    assert job.award().holder["title"] == job.result.title
    assert "改得好" in job.printed["nation"]
    assert set(session.scalars(sa.select(Entry.track_key))) == {"quick_wins"}
    assert set(session.scalars(sa.select(StandingRow.track_key))) == {"quick_wins"}
    for locale, name in (("zh_Hans", "快改快成型"), ("en", "Quick wins")):
        for page in job.pages_of_a_standing("nation", locale):
            assert name in page.text and "quick_wins" not in page.text, page.address
