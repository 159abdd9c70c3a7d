"""The demo holds what the tour promises: every state, every phase, and sums that agree."""

import enum

import pytest
import sqlalchemy as sa

from cp_circles.awards.models import Award
from cp_circles.circles.models import Circle, CircleState
from cp_circles.demo.accounts import ACCOUNTS
from cp_circles.demo.world import PASSWORD
from cp_circles.files.models import Blob
from cp_circles.judging.chain import verify_chain
from cp_circles.judging.models import (
    Entry,
    EntryState,
    Level,
    Objection,
    ObjectionState,
    Round,
    ScoreSheet,
    SheetState,
)
from cp_circles.judging.phases import phase_of
from cp_circles.judging.queries.rounds import rule_of
from cp_circles.ledger.queries import ledger_disagreements
from cp_circles.organisations.models import Company
from cp_circles.people import services as people
from cp_circles.people.models import Person
from cp_circles.projects.models import Project, ProjectState, ProjectStep, StepState
from cp_circles.results.models import BlindPage, Result, ResultState
from cp_circles.savings.models import Saving, SavingState
from cp_circles.sittings.models import Deliberation, ExerciseAnswer, PanelDecision, Talk
from tests.conftest import NOW

pytestmark = pytest.mark.slow

STATES = [
    (Circle, CircleState),
    (Project, ProjectState),
    (ProjectStep, StepState),
    (Saving, SavingState),
    (Result, ResultState),
    (Entry, EntryState),
    (ScoreSheet, SheetState),
    (Objection, ObjectionState),
]


@pytest.mark.parametrize(("model", "states"), STATES, ids=lambda value: value.__name__)
def test_every_state_of_every_record_occurs(demo_session, model, states: type[enum.Enum]):
    found = dict(demo_session.execute(sa.select(model.state, sa.func.count()).group_by(model.state)).all())
    assert set(found) == set(states), {state.value for state in set(states) - set(found)}


@pytest.mark.parametrize(("model", "least"), [(Company, 12), (Circle, 40), (Project, 60)])
def test_there_are_enough_records(demo_session, model, least):
    assert demo_session.scalar(sa.select(sa.func.count()).select_from(model)) >= least


def test_all_companies_and_people_are_marked_as_examples(demo_session):
    assert all("示例" in name for name in demo_session.scalars(sa.select(Company.name)))
    assert demo_session.scalars(sa.select(Company.id).where(Company.industry_id.is_(None))).all() == []
    assert all("示例" in name for name in demo_session.scalars(sa.select(Person.name)))


def test_the_rounds_of_the_running_season_stand_in_every_phase(demo_session):
    rounds = demo_session.scalars(sa.select(Round).where(Round.season.has(year=2026)))
    phases = {}
    for round_ in rounds:
        phase = phase_of(round_, rule_of(demo_session, round_), NOW)
        phases.setdefault(phase.key if phase else "over", set()).add(round_.level)
    assert {
        "entry",
        "formal_review",
        "conflict_declaration",
        "scoring",
        "presentation",
        "deliberation",
    } <= set(phases)
    assert Level.PROVINCE in phases["scoring"] and Level.PROVINCE in phases["publicity"]
    assert Level.NATION in phases["entry"]


def test_the_first_season_ends_with_national_awards(demo_session):
    awards = demo_session.scalars(
        sa.select(Award).join(Round, Award.round_id == Round.id).where(Round.level == Level.NATION)
    )
    assert len(list(awards)) >= 3


def test_boards_agree_with_the_ledger(demo_session):
    assert ledger_disagreements(demo_session) == []


def test_every_chain_of_events_verifies(demo_session):
    for round_ in demo_session.scalars(sa.select(Round)):
        assert verify_chain(demo_session, f"round:{round_.id}").broken_at is None, round_.name


def test_the_listed_accounts_can_sign_in(demo_session):
    for account in ACCOUNTS:
        person = demo_session.scalar(sa.select(Person).where(Person.email == account.address))
        assert person is not None, account.address
    people.sign_in(
        demo_session, person=person, password=PASSWORD, address="127.0.0.1", agent="tests", now=NOW
    )
    demo_session.rollback()


def test_every_judge_has_a_pdf_to_read_and_its_first_blind_page_hides_the_client(demo_session):
    pdfs = sa.select(Blob.sha256).where(Blob.media_type == "application/pdf")
    pages = demo_session.scalars(sa.select(BlindPage).where(BlindPage.source_sha256.in_(pdfs))).all()
    assert {(page.page_number, bool(page.boxes)) for page in pages} == {(1, True), (2, False)}
    assert all(page.confirmed_at for page in pages)
    judges = sa.select(ScoreSheet.judge_id).join(ScoreSheet.entry)
    reading = judges.where(Entry.result_id.in_({page.result_id for page in pages}))
    assert set(demo_session.scalars(reading)) == set(demo_session.scalars(judges))


def test_panels_practise_listen_and_deliberate(demo_session):
    assert {row.decision for row in demo_session.scalars(sa.select(Deliberation))} == {
        None,
        PanelDecision.KEEP,
    }
    talks = demo_session.scalars(sa.select(Talk).order_by(Talk.position)).all()
    assert [bool(row.began_at) + bool(row.ended_at) + bool(row.revealed_at) for row in talks] == [3, 2, 0]
    assert demo_session.scalar(sa.select(sa.func.count(ExerciseAnswer.id))) == 2
