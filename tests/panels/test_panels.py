"""Judges, their conflicts, recusal by rule, and who judges what."""

from datetime import date

import pytest
import sqlalchemy as sa

from cp_circles.circles.models import CircleMember
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.files.models import Blob
from cp_circles.judging import services
from cp_circles.judging.models import Conflict, RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.phases import PhaseClosed
from cp_circles.judging.queries import panels
from cp_circles.notices.models import Task
from cp_circles.panels import services as panels_services
from cp_circles.panels.planning import situation_of
from cp_circles.panels.queries.recusals import Ground, recusals
from cp_circles.panels.services.assignments import JudgeRecused, NotBlinded
from cp_circles.people.models import Grant, Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.results.models import BlindPage
from cp_circles.scoring import services as scoring_services
from tests.judging.world import t2


def sheet_count(session):
    """How many sheets there are."""
    return session.scalar(sa.select(sa.func.count(ScoreSheet.id)))


def test_invite_accept_and_decline(session, world, make):
    round_, person = world.round_at("city"), make.person()
    now = world.at("formal_review")
    with pytest.raises(NotAllowed):
        panels_services.invite_judge(
            session, actor=world.officials["nation"], round_=round_, person=person, now=now
        )
    judge = panels_services.invite_judge(
        session, actor=world.officials["city"], round_=round_, person=person, now=now
    )
    with pytest.raises(DomainError):
        panels_services.invite_judge(
            session, actor=world.officials["city"], round_=round_, person=person, now=now
        )
    with pytest.raises(NotFound):
        panels_services.accept_invitation(session, actor=make.actor(), judge=judge, now=now)
    panels_services.accept_invitation(session, actor=make.actor(person), judge=judge, now=now)
    assert make.actor(person).holds(Role.JUDGE, ScopeKind.ROUND, round_.id)
    with pytest.raises(DomainError):
        panels_services.accept_invitation(session, actor=make.actor(person), judge=judge, now=now)
    panels_services.decline_invitation(session, actor=make.actor(person), judge=judge, reason="没空", now=now)
    assert not make.actor(person).holds(Role.JUDGE, ScopeKind.ROUND, round_.id)
    assert (
        session.scalar(
            sa.select(sa.func.count(Task.id)).where(Task.person_id == person.id, Task.done_at.is_(None))
        )
        == 0
    )
    again = panels_services.invite_judge(
        session, actor=world.officials["city"], round_=round_, person=person, now=now
    )
    assert again.id == judge.id
    assert session.scalar(sa.select(sa.func.count(RoundJudge.id))) == 1


def test_the_list_for_declarations_carries_no_entry(session, world, make):
    round_ = world.round_at("city")
    second = world.entry(round_, world.result(make.company(world.county, name="示例乙公司")))
    first = world.entry(round_, world.result(make.company(world.county, name="示例丙公司")))
    listed = panels.declarable(session, round_)
    assert {row.id for row in listed.companies} == {
        first.result.project.company_id,
        second.result.project.company_id,
    }
    assert [row.name for row in listed.companies] == sorted(row.name for row in listed.companies)


def test_declare_conflicts_refusals(session, world, make):
    round_ = world.round_at("city")
    entry = world.entry(round_)
    company_id = entry.result.project.company_id
    judge = world.judge(round_, declared=False)
    actor, now = make.actor(judge.person), world.at("conflict_declaration")
    with pytest.raises(NotFound):
        panels_services.declare_conflicts(session, actor=make.actor(), judge=judge, now=now)
    with pytest.raises(PhaseClosed):
        panels_services.declare_conflicts(session, actor=actor, judge=judge, now=world.at("entry"))
    with pytest.raises(Invalid):
        panels_services.declare_conflicts(
            session, actor=actor, judge=judge, company_ids=[world.make.company().id], now=now
        )
    assert judge.conflicts_declared_at is None
    panels_services.declare_conflicts(session, actor=actor, judge=judge, company_ids=[company_id], now=now)
    panels_services.declare_conflicts(session, actor=actor, judge=judge, company_ids=[company_id], now=now)
    assert session.scalar(sa.select(sa.func.count(Conflict.id))) == 1


def employ(session, world, person, entry):
    """Works in the company."""
    world.works_at(person, entry.result.project.company)


def employ_long_ago(session, world, person, entry):
    """Worked in the company."""
    world.works_at(person, entry.result.project.company, ended_on=date(2010, 1, 1))


def coach(session, world, person, entry):
    """Coached the circle, in a grant that has ended."""
    world.make.grant(
        person, Role.FACILITATOR, ScopeKind.CIRCLE, entry.result.project.circle, until=world.start
    )


def belong(session, world, person, entry):
    """Belongs to the circle."""
    circle_id = entry.result.project.circle_id
    session.add(CircleMember(circle_id=circle_id, person_id=person.id, joined_on=date(2026, 1, 1)))
    session.flush()


@pytest.mark.parametrize(
    ("tie", "ground"),
    [
        (employ, Ground.SAME_COMPANY),
        (employ_long_ago, Ground.PAST_EMPLOYER),
        (coach, Ground.COACH),
        (belong, Ground.SAME_COMPANY),
    ],
)
def test_assign_judge_names_the_ground(session, world, make, tie, ground):
    round_, person = world.round_at("city"), make.person()
    entry, other = world.entry(round_), world.entry(round_, world.result(make.company(world.county)))
    tie(session, world, person, entry)
    judge = world.judge(round_, person=person)
    world.numbers(round_)
    with pytest.raises(JudgeRecused) as refused:
        world.assign(entry, judge)
    assert refused.value.values["ground"] is ground
    assert sheet_count(session) == 0
    assert world.assign(other, judge).state is SheetState.OPEN


def test_declared_conflicts_keep_apart(session, world, make):
    round_ = world.round_at("city")
    entry = world.entry(round_)
    judge = world.judge(round_, declared=False)
    panels_services.declare_conflicts(
        session,
        actor=make.actor(judge.person),
        judge=judge,
        circle_ids=[entry.result.project.circle_id],
        now=world.at("conflict_declaration"),
    )
    world.numbers(round_)
    with pytest.raises(JudgeRecused) as refused:
        world.assign(entry, judge)
    assert refused.value.values["ground"] is Ground.DECLARED


def test_in_a_company_round_only_the_own_circle_is_apart(session, world, make):
    round_ = world.company_round()
    entry, other = world.entry(round_), world.entry(round_)
    person = make.person()
    world.works_at(person, world.company)
    belong(session, world, person, entry)
    judge = world.judge(round_, person=person)
    assert recusals(session, round_, [person.id], [entry.id, other.id]) == {(person.id, entry.id): "member"}
    assert world.assign(other, judge, "on_site").state is SheetState.OPEN


def test_assign_judge_refusals(session, world):
    round_ = world.round_at("city")
    entry, pending = world.entry(round_), world.entry(round_, accepted=False)
    silent, judge = world.judge(round_, declared=False), world.judge(round_)
    with pytest.raises(DomainError):
        world.assign(entry, judge)
    services.give_blind_numbers(
        session, actor=world.officials["city"], round_=round_, now=world.at("scoring")
    )
    with pytest.raises(DomainError):
        world.assign(entry, silent)
    with pytest.raises(DomainError):
        world.assign(pending, judge)
    with pytest.raises(Invalid):
        world.assign(entry, judge, "presentation")
    world.assign(entry, judge)
    with pytest.raises(DomainError):
        world.assign(entry, judge)
    with pytest.raises(NotAllowed):
        panels_services.assign_judge(
            session,
            actor=world.officials["nation"],
            entry=entry,
            judge=judge,
            stage="paper",
            now=world.at("scoring"),
        )
    assert sheet_count(session) == 1


def test_recusals_need_a_fixed_number_of_statements(session, world, count_statements):
    round_ = world.round_at("city")
    entries = [world.entry(round_) for _ in range(3)]
    judges = [world.judge(round_) for _ in range(3)]
    round_id, people, ids = round_.id, [j.person_id for j in judges], [e.id for e in entries]

    def ask(some_people, some_entries):
        return lambda: recusals(session, session.get(type(round_), round_id), some_people, some_entries)

    assert count_statements(ask(people[:1], ids[:1])) == count_statements(ask(people, ids))


def test_an_open_sheet_is_taken_back_and_given_to_another(session, world):
    round_ = world.round_at("city")
    entry = world.entry(round_)
    first, second = world.judge(round_), world.judge(round_)
    world.numbers(round_)
    official, now = world.officials["city"], world.at("scoring")
    sheet = world.assign(entry, first)
    with pytest.raises(Invalid):
        panels_services.unassign_judge(session, actor=official, sheet=sheet, reason="", now=now)
    panels_services.unassign_judge(session, actor=official, sheet=sheet, reason="生病", now=now)
    fresh = world.assign(entry, second)
    scoring_services.abstain(
        session, actor=world.make.actor(fresh.judge), sheet=fresh, reason="示例理由", now=now
    )
    with pytest.raises(DomainError):
        panels_services.unassign_judge(session, actor=official, sheet=fresh, reason="换人", now=now)
    scoring_services.reopen_sheet(session, actor=official, sheet=fresh, reason="示例理由", now=now)
    assert (fresh.judge_id, sheet_count(session)) == (second.person_id, 1)
    world.score(fresh, t2("80"))
    with pytest.raises(DomainError):
        panels_services.unassign_judge(session, actor=official, sheet=fresh, reason="换人", now=now)
    assert session.scalar(sa.select(sa.func.count(Grant.id)).where(Grant.role == Role.JUDGE)) == 2


def test_an_entry_goes_to_judges_only_once_its_blind_copy_is_ready_and_confirmed(session, world):
    round_ = world.round_at("city", panel_size=1)
    entry, other, judge = world.entry(round_), world.entry(round_), world.judge(round_)
    world.numbers(round_)
    entry.result.blind_ready_at = None
    with pytest.raises(NotBlinded):
        world.assign(entry, judge)
    blob = Blob(sha256="c" * 64, size=1, media_type="image/png", created_at=world.start)
    session.add(blob)
    session.flush()
    page = BlindPage(
        result_id=entry.result_id, position=1, label="附件", source_sha256=blob.sha256, page_number=1
    )
    session.add(page)
    entry.result.blind_ready_at = world.start
    session.flush()
    with pytest.raises(NotBlinded) as refused:
        world.assign(entry, judge)
    assert refused.value.values["entry"] == entry.number and sheet_count(session) == 0
    now = world.at("scoring", 0.1)
    plan = panels_services.draft_panel(session, actor=SYSTEM, round_=round_, stage="paper", now=now)
    assert plan.pairs == [[other.id, judge.person_id]]
    assert situation_of(session, round_, "paper", now).unready == (entry.id,)
    page.confirmed_at = world.start
    session.flush()
    assert world.assign(entry, judge).state is SheetState.OPEN


def test_a_company_round_judges_the_full_package_and_waits_for_no_blind_copy(session, world):
    round_ = world.company_round()
    entry, judge = world.entry(round_), world.judge(round_)
    world.numbers(round_)
    entry.result.blind_ready_at = None
    session.flush()
    assert world.assign(entry, judge, "on_site").state is SheetState.OPEN
