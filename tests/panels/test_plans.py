"""Plans of panels: balanced, of least cost, explained, changed by hand, applied at once, refused when stale."""

import random
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from cp_circles.circles.models import CircleMember
from cp_circles.db.models import Event
from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.judges.models import JudgeProfile, JudgeTie, Qualification, TieKind
from cp_circles.judging import tasks
from cp_circles.judging.models import ScoreSheet, SheetState
from cp_circles.judging.panel_models import PanelTerms, PlanState
from cp_circles.judging.phases import PhaseClosed
from cp_circles.notices.models import Task
from cp_circles.panels import presenting as shown
from cp_circles.panels import services as panels_services
from cp_circles.panels.planning import situation_of
from cp_circles.panels.queries.plans import open_plan
from cp_circles.panels.queries.recusals import Ground, recusals
from cp_circles.panels.services.assignments import JudgeRecused
from cp_circles.people.models import Role, ScopeKind
from cp_circles.rulesets.schema import PanelCosts
from tests.judging.world import t2


def sheet_count(session):
    """How many sheets there are."""
    return session.scalar(sa.select(sa.func.count(ScoreSheet.id)))


def profile(session, world, judge, **facts):
    """The judge's place in the register."""
    row = JudgeProfile(**{"person_id": judge.person_id, "languages": ["zh"], "saved_at": world.start} | facts)
    session.add(row)
    session.flush()
    return row


def draft(session, world, round_, **facts):
    """The plan of the paper stage by the official of the city."""
    return panels_services.draft_panel(
        session,
        **{
            "actor": world.officials["city"],
            "round_": round_,
            "stage": "paper",
            "now": world.at("scoring", 0.1),
        }
        | facts,
    )


def apply(session, world, plan, **facts):
    """The plan applied by the official of the city."""
    return panels_services.assign_panel(
        session,
        **{
            "actor": world.officials["city"],
            "plan": plan,
            "version": plan.version,
            "now": world.at("scoring", 0.1),
        }
        | facts,
    )


def change(session, world, plan, entry, **facts):
    """The plan of an entry changed by the official of the city."""
    known = {"actor": world.officials["city"], "version": plan.version, "now": world.at("scoring", 0.1)}
    return panels_services.change_panel(session, plan=plan, entry_id=entry.id, **known | facts)


def of_entry(plan, entry):
    """The people planned for an entry."""
    return {person_id for entry_id, person_id in plan.pairs if entry_id == entry.id}


@pytest.fixture
def panel(session, world):
    """A blind round of four entries and three judges, two for each entry, numbered."""
    round_ = world.round_at("city", panel_size=2)
    entries = [world.entry(round_) for _ in range(4)]
    judges = [world.judge(round_) for _ in range(3)]
    world.numbers(round_)
    return round_, entries, judges


def test_a_plan_is_balanced_respects_recusals_and_is_applied_as_it_was_shown(session, world, make, panel):
    round_, entries, judges = panel
    tied = make.person()
    world.works_at(tied, entries[0].result.project.company)
    apart = world.judge(round_, person=tied)
    plan = draft(session, world, round_)
    assert len(plan.pairs) == 8 and apart.person_id not in {person for _, person in plan.pairs}
    lines = shown.load_lines(
        situation_of(session, round_, "paper", world.at("scoring", 0.1)), plan.pairs, date(2026, 1, 1)
    )
    assert sorted(line.planned for line in lines) == [0, 2, 3, 3]
    assert sheet_count(session) == 0
    sheets = apply(session, world, plan)
    assert len(sheets) == sheet_count(session) == 8
    assert {(row.entry_id, row.judge_id) for row in sheets} == {tuple(pair) for pair in plan.pairs}
    scoring = sa.select(sa.func.count(Task.id)).where(Task.kind == tasks.SCORE, Task.done_at.is_(None))
    assert session.scalar(scoring) == len(judges)
    event = session.scalars(sa.select(Event).where(Event.verb == "judging.assign_panel")).one()
    numbers = {judge.person_id: judge.number for judge in judges}
    assert event.chain == f"round:{round_.id}"
    assert event.after["pairs"] == [[entry_id, numbers[person_id]] for entry_id, person_id in plan.pairs]
    again = draft(session, world, round_)
    assert again.pairs == []
    with pytest.raises(DomainError):
        apply(session, world, again)
    assert sheet_count(session) == 8


def test_planning_is_the_organisers_in_the_time_of_assignment(session, world, panel):
    round_, entries, judges = panel
    plan = draft(session, world, round_)
    nation = world.officials["nation"]
    with pytest.raises(NotAllowed):
        draft(session, world, round_, actor=nation)
    with pytest.raises(NotAllowed):
        apply(session, world, plan, actor=nation)
    with pytest.raises(NotAllowed):
        change(session, world, plan, entries[0], add=judges[0].person_id, actor=nation)
    with pytest.raises(NotAllowed):
        panels_services.set_panel_terms(session, actor=nation, round_=round_, now=world.at("scoring"))
    with pytest.raises(PhaseClosed):
        draft(session, world, round_, now=world.at("entry"))
    with pytest.raises(PhaseClosed):
        apply(session, world, plan, now=world.at("deliberation"))
    assert sheet_count(session) == 0 and plan.state is PlanState.OPEN


def test_expertise_language_and_home_decide_where_loads_allow_it_and_are_printed(session, world, make):
    round_ = world.round_at("city", panel_size=1)
    other_city = make.region("city", world.province)
    entry = world.entry(round_)
    near, far = world.judge(round_), world.judge(round_)
    knows = {"domains": ["energy"], "methods": ["qc_solve_self"]}
    level = {"qualification": Qualification.SENIOR, "valid_until": date(2030, 1, 1)}
    profile(session, world, near, home_region_id=world.city.id, **knows, **level)
    profile(session, world, far, home_region_id=other_city.id, **knows, **level)
    world.numbers(round_)
    plan = draft(session, world, round_)
    assert plan.pairs == [[entry.id, far.person_id]]
    situation = situation_of(session, round_, "paper", world.at("scoring", 0.1))
    costs = editions.newest_pack(session, PanelCosts)
    first = situation.costs.reasons(0, situation.columns[near.person_id])
    second = situation.costs.reasons(0, situation.columns[far.person_id])
    assert (first, second) == (["same_city"], ["same_province"])
    assert int(situation.costs.matrix[0, situation.columns[near.person_id]]) == costs.table["same_city"]


def test_the_language_and_an_expired_certificate_cost(session, world):
    round_ = world.round_at("city", panel_size=1)
    world.entry(round_)
    first, second = world.judge(round_), world.judge(round_)
    profile(session, world, first, languages=["en"])
    profile(session, world, second, qualification=Qualification.SENIOR, valid_until=date(2020, 1, 1))
    now = world.at("scoring", 0.1)
    situation = situation_of(session, round_, "paper", now)
    assert "language" in situation.costs.reasons(0, 0)
    assert "expired" in situation.costs.reasons(0, 1) and "language" not in situation.costs.reasons(0, 1)
    lines = shown.load_lines(situation, [], date(2026, 9, 1))
    assert [line.is_expired for line in lines] == [False, True]


def test_workload_and_absence_limit_what_a_judge_gets_and_shortage_is_named(session, world, panel):
    round_, entries, judges = panel
    profile(session, world, judges[0], workload_limit=1)
    away = {"away_from": world.start.date(), "away_until": date(2027, 12, 31)}
    profile(session, world, judges[1], **away)
    plan = draft(session, world, round_)
    counts = [sum(1 for _, person in plan.pairs if person == judge.person_id) for judge in judges]
    assert counts == [1, 0, 4]
    situation = situation_of(session, round_, "paper", world.at("scoring", 0.1))
    lacking = situation.lacking([tuple(pair) for pair in plan.pairs])
    assert sorted(lacking.values()) == [1, 1, 1] and situation.away == {judges[1].person_id}
    entry = next(row for row in entries if row.id in lacking)
    with pytest.raises(DomainError):
        change(session, world, plan, entry, add=judges[0].person_id)
    with pytest.raises(DomainError):
        change(session, world, plan, entry, add=judges[1].person_id)
    assert (plan.version, plan.edits) == (1, 0)


def test_a_plan_is_changed_by_hand_with_the_rules_checked(session, world, make, panel):
    round_, entries, _judges = panel
    tied = make.person()
    world.works_at(tied, entries[0].result.project.company)
    apart = world.judge(round_, person=tied)
    plan, entry = draft(session, world, round_), entries[0]
    inside = sorted(of_entry(plan, entry))
    outside = next(row.person_id for row in _judges if row.person_id not in inside)
    with pytest.raises(JudgeRecused) as refused:
        change(session, world, plan, entry, add=apart.person_id)
    assert refused.value.values["ground"] is Ground.SAME_COMPANY
    situation = situation_of(session, round_, "paper", world.at("scoring", 0.1))
    costs = editions.pack(session, situation.costs_edition_id, PanelCosts)
    [row] = shown.plan_rows(situation, plan.pairs, costs, [entry])
    assert row.apart == [(shown.judge_label(apart), Ground.SAME_COMPANY)]
    gone = next(judge for judge in _judges if judge.person_id == inside[0])
    held = replace(situation, judges=[], held={(entry.id, gone.person_id): SheetState.SUBMITTED})
    [row] = shown.plan_rows(held, [], costs, [entry], _judges)
    assert [one.label for one in row.judges] == [shown.judge_label(gone)]
    with pytest.raises(DomainError):
        change(session, world, plan, entry, add=inside[0])
    with pytest.raises(NotFound):
        change(session, world, plan, entry, drop=outside)
    with pytest.raises(NotFound):
        change(session, world, plan, entry, add=make.person().id)
    with pytest.raises(Invalid):
        change(session, world, plan, entry)
    with pytest.raises(Stale):
        change(session, world, plan, entry, add=outside, version=9)
    assert (plan.version, of_entry(plan, entry)) == (1, set(inside))
    change(session, world, plan, entry, drop=inside[0], add=outside)
    assert of_entry(plan, entry) == {inside[1], outside} and (plan.version, plan.edits) == (2, 1)
    with pytest.raises(Stale):
        apply(session, world, plan, version=1)
    assert len(apply(session, world, plan)) == 8
    with pytest.raises(Stale):
        apply(session, world, plan)


def employ(session, world, plan, judges):
    """A judge takes work in the company of an entry of the plan."""
    world.works_at(judges[0].person, world.company)


def invite(session, world, plan, judges):
    """One more judge is ready."""
    world.judge(judges[0].round_)


def accept(session, world, plan, judges):
    """One more entry is accepted."""
    world.entry(judges[0].round_)


def limit(session, world, plan, judges):
    """A judge takes fewer entries."""
    profile(session, world, judges[0], workload_limit=1)


def give(session, world, plan, judges):
    """Somebody gives a sheet by hand meanwhile."""
    entry_id, person_id = plan.pairs[0]
    entry = next(row for row in world.entries_of(judges[0].round_) if row.id == entry_id)
    world.assign(entry, next(judge for judge in judges if judge.person_id == person_id))


@pytest.mark.parametrize("meanwhile", [employ, invite, accept, limit, give])
def test_a_stale_plan_is_refused(session, world, panel, meanwhile):
    round_, _entries, judges = panel
    plan = draft(session, world, round_)
    meanwhile(session, world, plan, judges)
    before = sheet_count(session)
    with pytest.raises(Stale):
        apply(session, world, plan)
    assert sheet_count(session) == before and plan.state is PlanState.OPEN
    fresh = draft(session, world, round_)
    assert plan.state is PlanState.REPLACED
    assert open_plan(session, round_.id, "paper").id == fresh.id


def test_a_judge_who_drops_out_is_replaced_and_what_was_scored_or_begun_stays(session, world, make, panel):
    round_, _entries, judges = panel
    sheets = apply(session, world, draft(session, world, round_))
    leaving = judges[0]
    own = [row for row in sheets if row.judge_id == leaving.person_id]
    world.score(own[0], t2("80"))
    staying = {(row.entry_id, row.judge_id) for row in sheets if row.judge_id != leaving.person_id}
    official, now = world.officials["city"], world.at("scoring", 0.5)
    with pytest.raises(Invalid):
        panels_services.release_judge(session, actor=official, judge=leaving, reason=" ", now=now)
    with pytest.raises(NotAllowed):
        panels_services.release_judge(
            session, actor=world.officials["nation"], judge=leaving, reason="生病", now=now
        )
    panels_services.release_judge(session, actor=official, judge=leaving, reason="生病", now=now)
    with pytest.raises(DomainError):
        panels_services.release_judge(session, actor=official, judge=leaving, reason="生病", now=now)
    assert not make.actor(leaving.person).holds(Role.JUDGE, ScopeKind.ROUND, round_.id)
    left = session.scalars(sa.select(ScoreSheet).where(ScoreSheet.judge_id == leaving.person_id)).all()
    assert [row.state for row in left] == [SheetState.SUBMITTED]
    waiting = sa.select(sa.func.count(Task.id)).where(Task.kind == tasks.REPLACE, Task.done_at.is_(None))
    assert session.scalar(waiting) == len(own) - 1
    fresh = world.judge(round_)
    plan = draft(session, world, round_, now=now)
    assert len(plan.pairs) == len(own) - 1
    assert own[0].entry_id not in {entry_id for entry_id, _ in plan.pairs}
    apply(session, world, plan, now=now)
    pairs = {(row.entry_id, row.judge_id) for row in session.scalars(sa.select(ScoreSheet))}
    assert staying <= pairs and session.scalar(waiting) == 0
    assert fresh.person_id in {person for _, person in pairs}


def test_anchors_are_read_by_all_and_tie_the_groups_together(session, world, make):
    round_ = world.round_at("city", panel_size=1)
    entries = [world.entry(round_) for _ in range(4)]
    judges = [world.judge(round_) for _ in range(2)]
    world.numbers(round_)
    now, official = world.at("scoring", 0.1), world.officials["city"]
    plan = draft(session, world, round_)
    situation = situation_of(session, round_, "paper", now)
    (parts,) = situation.groups_by_track([tuple(pair) for pair in plan.pairs]).values()
    assert len(parts) == 2
    with pytest.raises(Invalid):
        panels_services.set_panel_terms(session, actor=official, round_=round_, anchors=[0], now=now)
    assert session.scalar(sa.select(PanelTerms)) is None
    panels_services.set_panel_terms(session, actor=official, round_=round_, anchors=[entries[1].id], now=now)
    with pytest.raises(Stale):
        apply(session, world, plan)
    anchored = draft(session, world, round_)
    assert of_entry(anchored, entries[1]) == {judge.person_id for judge in judges}
    again = situation_of(session, round_, "paper", now)
    assert [len(row) for row in again.groups_by_track([tuple(p) for p in anchored.pairs]).values()] == [1]


def test_a_round_may_ask_for_judges_of_another_city(session, world, make):
    round_ = world.round_at("province", panel_size=1)
    elsewhere = make.region("city", world.province)
    entry = world.entry(round_)
    near, far = world.judge(round_), world.judge(round_)
    profile(session, world, near, home_region_id=world.city.id)
    profile(session, world, far, home_region_id=elsewhere.id)
    worker = make.person()
    world.works_at(worker, make.company(make.region("county", world.city)))
    third = world.judge(round_, person=worker)
    people, now = [near.person_id, far.person_id, third.person_id], world.at("scoring", 0.1)
    assert recusals(session, round_, people, [entry.id]) == {}
    official = world.officials["province"]
    panels_services.set_panel_terms(session, actor=official, round_=round_, other_city=True, now=now)
    assert recusals(session, round_, people, [entry.id]) == {
        (near.person_id, entry.id): "same_city",
        (third.person_id, entry.id): "same_city",
    }
    world.numbers(round_)
    world.assign(entry, far)
    with pytest.raises(DomainError):
        panels_services.set_panel_terms(session, actor=official, round_=round_, other_city=False, now=now)


def group(session, world, person, entry):
    """Works in a sister company."""
    company = entry.result.project.company
    sister = world.make.company(world.county, group_name="示例集团")
    company.group_name = "示例集团"
    world.works_at(person, sister)


def wrote_employer(session, world, person, entry):
    """Wrote the company into the register as a former employer."""
    company_id = entry.result.project.company_id
    session.add(JudgeTie(person_id=person.id, company_id=company_id, kind=TieKind.EMPLOYER))
    session.flush()


def wrote_mentored(session, world, person, entry):
    """Wrote the company into the register as mentored."""
    company_id = entry.result.project.company_id
    session.add(JudgeTie(person_id=person.id, company_id=company_id, kind=TieKind.MENTORED))
    session.flush()


def firm(session, world, person, entry):
    """Works at the firm of the circle's coach."""
    consultants = world.make.company(world.county)
    coach = world.make.person()
    for one in (person, coach):
        world.works_at(one, consultants)
    world.make.grant(coach, Role.FACILITATOR, ScopeKind.CIRCLE, entry.result.project.circle)


def fellow(session, world, person, entry):
    """Was in another circle with a member of the entry's circle."""
    member = entry.result.project.circle.leader.person
    other = world.result(world.make.company(world.county)).project.circle
    for one in (person, member):
        session.add(CircleMember(circle_id=other.id, person_id=one.id, joined_on=date(2025, 1, 1)))
    session.flush()


TIES = [
    (group, "same_group", False),
    (wrote_employer, "past_employer", False),
    (wrote_mentored, "mentor_firm", True),
    (firm, "mentor_firm", True),
    (fellow, "co_member", False),
]


@pytest.mark.parametrize(("tie", "ground", "in_company"), TIES)
def test_each_ground_is_found_from_the_records_and_has_its_sentence(
    session, world, make, tie, ground, in_company
):
    round_, person = world.round_at("city"), make.person()
    entry, other = world.entry(round_), world.entry(round_, world.result(make.company(world.county)))
    inside = world.entry(world.company_round(), entry.result)
    tie(session, world, person, entry)
    assert recusals(session, round_, [person.id], [entry.id, other.id]) == {(person.id, entry.id): ground}
    found = recusals(session, inside.round_, [person.id], [inside.id])
    assert found == ({(person.id, inside.id): ground} if in_company else {})
    judge = world.judge(round_, person=person)
    world.numbers(round_)
    with pytest.raises(JudgeRecused) as refused:
        world.assign(entry, judge)
    assert refused.value.values["ground"] is Ground(ground)


def test_people_of_the_circles_own_company_are_no_mentor_firm(session, world, make):
    round_, person, coach = world.company_round(), make.person(), make.person()
    entry = world.entry(round_)
    for one in (person, coach):
        world.works_at(one, world.company)
    make.grant(coach, Role.FACILITATOR, ScopeKind.CIRCLE, entry.result.project.circle)
    assert recusals(session, round_, [person.id], [entry.id]) == {}


@pytest.mark.parametrize("seed", range(4))
def test_no_judge_ever_gets_an_entry_they_are_recused_from(session, world, make, seed):
    chance = random.Random(seed)
    round_ = world.round_at("city", panel_size=2)
    companies = [make.company(world.county) for _ in range(4)]
    entries = [world.entry(round_, world.result(chance.choice(companies))) for _ in range(6)]
    judges = []
    for _ in range(5):
        person = make.person()
        for company in chance.sample(companies, chance.randint(0, 2)):
            ended = chance.choice([None, date(2020, 1, 1)])
            world.works_at(person, company, ended_on=ended)
        if chance.random() < 0.4:
            circle = chance.choice(entries).result.project.circle
            make.grant(person, Role.FACILITATOR, ScopeKind.CIRCLE, circle)
        judges.append(world.judge(round_, person=person))
    world.numbers(round_)
    people = [judge.person_id for judge in judges]
    for _ in range(2):
        plan = draft(session, world, round_)
        for _ in range(6):
            try:
                change(session, world, plan, chance.choice(entries), add=chance.choice(people))
            except DomainError:
                continue
        if plan.pairs:
            apply(session, world, plan)
        leaving = chance.choice([row for row in judges if row.declined_at is None])
        panels_services.release_judge(
            session, actor=world.officials["city"], judge=leaving, reason="示例", now=world.at("scoring", 0.2)
        )
    apart = recusals(session, round_, people, [entry.id for entry in entries])
    sheets = session.scalars(sa.select(ScoreSheet)).all()
    assert sheets and apart
    assert not [row for row in sheets if (row.judge_id, row.entry_id) in apart]


def test_planning_needs_a_fixed_number_of_statements(session, world, make, count_statements):
    small, large = world.round_at("city"), world.round_at("city", make.region("city", world.province))
    for round_, count in ((small, 1), (large, 4)):
        for _ in range(count):
            world.entry(round_)
            profile(session, world, world.judge(round_))
    kind, now, ids = type(small), world.at("scoring", 0.1), (small.id, large.id)
    counts = [
        count_statements(lambda id_=id_: situation_of(session, session.get(kind, id_), "paper", now))
        for id_ in ids
    ]
    assert counts[0] == counts[1]


def test_an_invitation_has_a_date_so_that_it_is_reminded(session, world, make):
    round_, person = world.round_at("city"), make.person()
    panels_services.invite_judge(
        session, actor=world.officials["city"], round_=round_, person=person, now=world.at("entry")
    )
    task = session.scalars(sa.select(Task).where(Task.person_id == person.id)).one()
    assert task.due_on is not None and task.due_on > world.at("entry").date()
