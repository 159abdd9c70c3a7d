"""Everybody's home: the planted task stands on it, one click from its act, and goes when the act is done."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cp_circles.circles import services as circles
from cp_circles.circles.services import telling
from cp_circles.db.models import Job, JobState
from cp_circles.guidance.models import QUIET_DAYS, GuidanceSettings
from cp_circles.guidance.queries.board import board_of, quiet_days_of
from cp_circles.homes.presenting import saved
from cp_circles.homes.queries import season, work
from cp_circles.judging import guards, tasks
from cp_circles.judging import services as judging
from cp_circles.judging.models import EntryState
from cp_circles.ledger import services as ledger
from cp_circles.ledger.models import Basis
from cp_circles.metering.models import Reading
from cp_circles.notices.models import Mail
from cp_circles.notices.services import assign_task
from cp_circles.organisations.models import Company
from cp_circles.panels import services as panels_services
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.savings import services as savings
from tests.conftest import NOW
from tests.judging.world import World

NOTHING = "没有待办"


def home(client):
    """The page of /home as text."""
    answer = client.get("/home")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(("amount", "shown"), [("1000.5", "1,001 kWh"), ("0.125", "0.13 kWh")])
def test_short_quantities_round_half_up(app, amount, shown):
    with app.test_request_context():
        assert saved.short_quantity(Decimal(amount), "kWh") == shown


def person_of(session, actor):
    """The person behind an actor."""
    return session.get_one(Person, actor.person_id)


@pytest.fixture
def project(make):
    """A running project of a registered circle of three."""
    return make.project()


@pytest.fixture
def claimed(session, make, project):
    """A claimed saving of the project."""
    saving = make.mv_1(project)
    leader = make.actor(project.circle.leader.person)
    savings.claim_saving(session, actor=leader, saving=saving, now=NOW)
    return saving


def test_a_visitor_sees_the_verified_total_and_the_signed_in_go_home(client, session, make, project):
    company = project.company
    countable = ledger.Countable(
        saving_id=1, project_id=project.id, circle_id=project.circle_id, company_id=company.id,
        region_path=company.region.path, industry_id=None, season=2026, domain="other",
        focus_area="production", currency="CNY", amounts={"energy_kgce": Decimal(4321000)},
        money_metrics=frozenset(),
    )  # fmt: skip
    ledger.count_saving(session, countable, basis=Basis.VERIFIED, now=NOW)
    page = client.get("/").get_data(as_text=True)
    assert "4,321.00" in page and "证书编号" in page
    client.enter(make.person())
    assert client.get("/").headers["Location"].endswith("/home")


def test_an_empty_home_says_what_comes_next(client, make):
    client.enter(make.person())
    page = home(client)
    assert NOTHING in page and "还没有角色" in page


def test_a_leader_sees_every_project_under_way(client, session, make):
    circle = make.circle()
    first, second = make.project(circle, title="先立的课题"), make.project(circle, title="后立的课题")
    stopped = make.project(circle, title="停掉的课题", state="stopped")
    client.enter(circle.leader.person)
    page = home(client)
    assert "同时进行的课题" in page and page.index("后立的课题") < page.index("先立的课题")
    assert f'href="/projects/{first.id}"' in page and stopped.title not in page
    assert work.current_projects(session, circle.id) == [second, first]


def test_a_visitor_has_no_home(client):
    assert client.get("/home").status_code == 302
    assert "/sign-in" in client.get("/home").headers["Location"]


def test_the_department_registers_a_circle_from_its_home(client, session, make):
    company = make.company()
    circle = make.circle(company, state="draft")
    circle.founded_on = date(2026, 1, 5)
    leader = make.actor(circle.leader.person)
    circles.submit_circle(session, actor=leader, circle=circle, now=NOW)
    department = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)
    client.enter(person_of(session, department))
    page = home(client)
    assert f'href="/circles/{circle.id}"' in page and circle.name in page and NOTHING not in page

    circles.approve_circle(session, actor=department, circle=circle, now=NOW)
    page = home(client)
    assert NOTHING in page and "没有待审批的登记" in page


def test_the_leader_corrects_what_came_back(client, session, make):
    company = make.company()
    circle = make.circle(company, state="draft")
    circle.founded_on = date(2026, 1, 5)
    leader = make.actor(circle.leader.person)
    circles.submit_circle(session, actor=leader, circle=circle, now=NOW)
    department = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)
    circles.return_circle(session, actor=department, circle=circle, reason="请写口号", now=NOW)
    client.enter(circle.leader.person)
    assert f'href="/circles/{circle.id}"' in home(client) and NOTHING not in home(client)
    circles.submit_circle(session, actor=leader, circle=circle, now=NOW)
    assert NOTHING in home(client)


def test_the_circle_logs_a_reading_from_its_home(client, session, make, project):
    make.mv_1(project)
    client.enter(project.circle.leader.person)
    page = home(client)
    meter = work.meters_of_project(session, project)[0]
    assert f'action="/meters/{meter.id}/readings"' in page
    assert project.title in page and "记读数" in page and "去填" in page
    count = session.query(Reading).count()
    answer = client.send(
        f"/meters/{meter.id}/readings",
        {
            "quantity": "90000",
            "starts_on": "2026-01-01",
            "ends_on": "2026-01-31",
            "note": "",
            "send_key": "k1",
        },
    )
    assert answer.status_code == 302
    assert session.query(Reading).count() == count + 1
    assert "90,000" in home(client)


def test_claimed_is_hatched_and_becomes_the_big_number_once_verified(client, session, make, project, claimed):
    client.enter(project.circle.leader.person)
    page = home(client)
    assert "126,000 kWh" in page and ">0<span" in page
    for role in (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE):
        sign(session, make, claimed, role)
    assert ">126,000<span" in home(client)


def sign(session, make, saving, role, actor=None):
    """Sign as a verifier of the company."""
    savings.sign_claim(
        session,
        actor=actor or make.verifier(role, saving.project.company),
        saving=saving,
        role=role,
        claim_sha256=saving.claim.sha256,
        password_confirmed_at=NOW,
        now=NOW,
    )


@pytest.mark.parametrize("role", [Role.PROCESS_OWNER, Role.METERING, Role.FINANCE])
def test_each_verifier_signs_in_turn(client, session, make, claimed, role):
    verifier = make.verifier(role, claimed.project.company)
    client.enter(person_of(session, verifier))
    for earlier in (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE):
        if earlier is role:
            break
        assert NOTHING in home(client) and "没有待签字的申报" in home(client)
        sign(session, make, claimed, earlier)
    page = home(client)
    assert f'href="/savings/{claimed.id}"' in page and NOTHING not in page and "核对并签字" in page
    sign(session, make, claimed, role, verifier)
    assert NOTHING in home(client) and "没有待签字的申报" in home(client)


def test_the_judge_accepts_then_declares(client, session, make):
    world = World(session, make)
    round_ = world.round_at("city")
    person = make.person()
    judge = panels_services.invite_judge(session, actor=SYSTEM, round_=round_, person=person, now=NOW)
    client.enter(person)
    page = home(client)
    assert f"/rounds/{round_.id}/invitation" in page and NOTHING not in page
    panels_services.accept_invitation(session, actor=make.actor(person), judge=judge, now=NOW)
    page = home(client)
    assert f"/rounds/{round_.id}/conflicts" in page and f"/rounds/{round_.id}/invitation" not in page


def test_the_judge_sees_progress_and_the_next_entry(client, session, make):
    world = World(session, make)
    round_ = world.round_at("city")
    entries = [world.entry(round_) for _ in range(2)]
    judge = world.judge(round_)
    world.numbers(round_)
    sheets = [world.assign(entry, judge) for entry in entries]
    client.enter(judge.person)
    assert 'value="0" max="2"' in home(client)
    keys = dict.fromkeys(["topic", "cause", "action", "effect", "report", "feature"], "5")
    world.score(sheets[0], keys)
    page = home(client)
    assert 'value="1" max="2"' in page
    assert f"/desk/{entries[1].blind_key}/paper" in page and entries[0].blind_key not in page


def test_the_official_reviews_entries_from_the_home(client, session, make):
    world = World(session, make)
    round_ = world.round_at("city")
    entry = world.entry(round_, accepted=False)
    official = world.officials["city"]
    guards.ask_organiser(session, round_=round_, kind=tasks.REVIEW, path="/entries", now=NOW)
    client.enter(person_of(session, official))
    page = home(client)
    assert f"/rounds/{round_.id}/entries" in page and NOTHING not in page
    assert "各级轮次" in page and "登记课题" in page
    judging.review_entry(
        session, actor=official, entry=entry, outcome="accepted", now=world.at("formal_review")
    )
    assert entry.state is EntryState.ACCEPTED
    assert NOTHING in home(client)


def test_the_administrator_sees_what_is_stuck(client, session, make):
    person = make.person()
    make.grant(person, Role.ADMINISTRATOR)
    session.add(
        Mail(person_id=person.id, subject="s", body="b", created_at=NOW, attempts=5, last_error="no route")
    )
    for kind, state in (
        ("chore:deliver mails", JobState.DONE),
        ("chore:ask for renewals", JobState.FAILED),
        ("imports.projects", JobState.DONE),
    ):
        session.add(Job(kind=kind, key=kind, payload={}, state=state, created_at=NOW, run_after=NOW))
    client.enter(person)
    page = home(client)
    assert "1 封未能送达" in page and "登记企业" in page
    assert (
        "提醒小组续登" in page and "导入成果文件" in page and "发送邮件" not in page and "chore" not in page
    )


def test_a_person_of_several_roles_has_all_their_work_the_main_role_first(client, session, make, project):
    person = project.circle.leader.person
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, project.company)
    client.enter(person)
    page = home(client)
    assert page.index("待登记") < page.index("记读数")


def test_a_new_draft_does_not_hide_the_circle_at_work(client, session, make, project):
    person = project.circle.leader.person
    make.circle(project.company, state="draft", leader=person, name="新小组草稿")
    client.enter(person)
    page = home(client)
    assert project.title in page and "记读数" in page and "新小组草稿" in page


def test_tasks_carry_their_date_and_the_nearest_stands_first(client, session, make):
    person = make.person()
    for days, name in ((9, "后"), (-1, "先")):
        assign_task(
            session, kind=telling.APPROVE, subject=make.circle(), url="/circles/1", to_person=person.id,
            due_on=NOW.date() + timedelta(days=days), values={"name": name}, now=NOW,
        )  # fmt: skip
    client.enter(person)
    page = home(client)
    assert "已逾期" in page or "逾期" in page
    assert page.index("先") < page.index("后")


def test_the_overview_shows_way_saving_and_history_to_the_company_only(
    client, session, make, project, claimed
):
    address = f"/projects/{project.id}/overview"
    client.enter(project.circle.leader.person)
    page = client.get(address).get_data(as_text=True)
    assert project.title in page and "126,000 kWh" in page and "2025-12" in page
    figures = page.split("二氧化碳当量")[1][:300]
    assert "0.00 吨" in figures and "kgCO2e" not in figures
    file = client.get(f"{address}/saving-{claimed.id}.csv").get_data().decode("utf-8-sig")
    assert "2025-01,94500" in file
    outsider = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, make.company())
    client.enter(person_of(session, outsider))
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/saving-{claimed.id}.csv").status_code == 404


def test_the_run_chart_names_missing_months(session, make, project):
    saving = make.mv_1(project)
    saving.reporting_to = date(2026, 3, 31)
    session.flush()
    drawn = saved.run_charts(session, project, [saving], date(2026, 3, 10), lambda _saving: None)[0]
    states = {row[0]: row[4] for row in drawn.table.rows}
    assert states["2026-01"] == states["2026-02"] == "Missing" and "2026-03" not in states


def test_the_funnel_counts_below_the_region_only(session, make, project):
    make.project(state="completed")
    funnel = season.funnel_of(session, project.company.region.path, 2026)
    assert (funnel.circles, funnel.started, funnel.completed, funnel.verified) == (1, 1, 0, 0)
    whole = season.funnel_of(session, make.nation().path, 2026)
    assert (whole.circles, whole.started, whole.completed) == (2, 2, 1)


def test_an_official_takes_the_numbers_of_the_funnel_and_nobody_else(client, session, make, project):
    official = make.holder(Role.OFFICIAL, ScopeKind.REGION, make.nation())
    client.enter(person_of(session, official))
    assert 'href="/home/funnel.csv"' in home(client)
    rows = client.get("/home/funnel.csv").get_data(as_text=True).splitlines()
    assert len(rows) == 6 and rows[1].split(",")[1] == "1"
    client.enter(person_of(session, make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, project.company)))
    assert client.get("/home/funnel.csv").status_code == 404


def test_the_department_home_takes_the_same_statements_whatever_waits(session, make, count_statements):
    company_id = make.company().id
    counts = []
    for size in (1, 5):
        company = session.get_one(Company, company_id)
        for _ in range(size):
            make.circle(company, state="submitted", members=1)
            make.circle(company, state="dormant", members=1, last_active_on=date(2026, 1, 1))
        counts.append(
            count_statements(
                lambda: (
                    work.circles_to_register(session, [company_id]),
                    work.quiet_circles(session, {company_id: date(2026, 9, 1)}),
                    work.savings_in_verification(session, [company_id]),
                    work.projects_to_register(session, [company_id]),
                )
            )
        )
    assert counts[0] == counts[1] == 4


def test_the_department_home_counts_quiet_days_as_its_board_does(session, make):
    strict, usual = make.company(), make.company()
    session.add(
        GuidanceSettings(company_id=strict.id, quiet_days=10, late_days=7, claim_days=10, returned_days=10)
    )
    session.flush()
    days = quiet_days_of(session, [strict.id, usual.id])
    assert days == {strict.id: 10, usual.id: QUIET_DAYS}
    today = date(2026, 9, 18)
    early = make.circle(strict, members=1, last_active_on=today - timedelta(days=12))
    make.circle(usual, members=1, last_active_on=today - timedelta(days=12))
    late = make.circle(usual, members=1, last_active_on=today - timedelta(days=30))
    since = {id_: today - timedelta(days=count) for id_, count in days.items()}
    assert [row.id for row in work.quiet_circles(session, since)] == [late.id, early.id]
    stuck = [row.circle.id for id_ in since for row in board_of(session, id_, today=today)]
    assert stuck == [early.id, late.id]
