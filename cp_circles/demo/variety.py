"""Every state that the two seasons would leave out: returned, dormant, refused, revoked, objected to."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from cp_circles.awards import queries as award_queries
from cp_circles.awards.services import revoke_award
from cp_circles.awards.services.rewards import result_of
from cp_circles.circles import services as circle_services
from cp_circles.circles.models import Circle
from cp_circles.demo import circles, projects
from cp_circles.demo.content import Topic
from cp_circles.demo.projects import Work, moment
from cp_circles.demo.world import Held, Plant, World
from cp_circles.judging import services as judging
from cp_circles.judging.models import Objection
from cp_circles.judging.queries import entries, panels
from cp_circles.objections import services as objections_services
from cp_circles.people.models import Role
from cp_circles.people.rules import SYSTEM
from cp_circles.projects import services as project_services
from cp_circles.projects.models import Project, ProjectState
from cp_circles.results import services as results
from cp_circles.results.models import Result
from cp_circles.savings import services as savings
from cp_circles.scoring import services as scoring_services

CIRCLE_STATES = ("draft", "submitted", "returned", "dormant", "deregistered")
PROJECT_STATES = ("draft", "submitted", "returned", "registered", "stopped")


def other_circles(world: World, now: datetime) -> None:
    """The last circle of some companies, each in a state of its own."""
    rest = [plant for plant in world.plants if plant.circles > 3]
    for plant, state in zip(rest, CIRCLE_STATES, strict=True):
        if state in {"dormant", "deregistered"}:
            circle = circles.register(world, plant, 4, moment(date(2025, 9, 1)))
            if state == "deregistered":
                _strike_off(world, plant, circle)
            continue
        day = now.date() - timedelta(days=6)
        circle = circles.build_circle(world, plant, 4, moment(day))
        if state != "draft":
            circles.submit(world, circle, moment(day + timedelta(days=1)))
        if state == "returned":
            _return(world, plant, circle, moment(day + timedelta(days=2)))
    circle_services.mark_dormant(world.session, moment(date(2026, 4, 20)))


def _strike_off(world: World, plant: Plant, circle: Circle) -> None:
    """The department strikes a circle off."""
    at = moment(date(2026, 1, 20))
    department = world.staff(plant, Role.DEPARTMENT, at)
    reason = "主要成员调离，小组自愿解散。"
    circle_services.deregister_circle(world.session, actor=department, circle=circle, reason=reason, now=at)


def _return(world: World, plant: Plant, circle: Circle, at: datetime) -> None:
    """The department returns a registration."""
    department = world.staff(plant, Role.DEPARTMENT, at)
    reason = "成员名单中有两人同时属于另一个小组，请核对分工。"
    circle_services.return_circle(world.session, actor=department, circle=circle, reason=reason, now=at)


def fresh_projects(
    world: World, owners: list[tuple[Plant, Circle]], choices: list[tuple[Topic, str, str]], today: date
) -> list[Work]:
    """Projects that are not finished, one or more in each state."""
    works = []
    for number, ((plant, circle), (topic, method, place)) in enumerate(zip(owners, choices, strict=True)):
        state = PROJECT_STATES[number] if number < len(PROJECT_STATES) else "under_way"
        recent = state in PROJECT_STATES[:4]
        start = today - timedelta(days=12 + number) if recent else date(2026, 4, 1) + timedelta(days=number)
        work = projects.draft(world, plant, circle, topic, place, method, start)
        works.append(work)
        if state == "draft":
            continue
        projects.submit(world, work)
        if state == "submitted":
            continue
        if state == "returned":
            _return_project(world, work, moment(start + timedelta(days=3)))
            continue
        projects.approve(world, work)
        if state != "registered":
            _go_on(world, work, number, state)
    return works


def _return_project(world: World, work: Work, at: datetime) -> None:
    """The department asks for a basis of the target."""
    department = world.staff(work.plant, Role.DEPARTMENT, at)
    reason = "目标值缺少依据，请补充近六个月的计量数据。"
    project_services.return_project(
        world.session, actor=department, project=work.project, reason=reason, now=at
    )


def _go_on(world: World, work: Work, number: int, state: str) -> None:
    """Work some steps of a project; then stop it, or leave it under way with the facilitator's remark."""
    steps = work.project.steps
    projects.read_meters(world, work, -6, 0)
    projects.read_meters(world, work, 0, 5)
    projects.walk(world, work, until=steps[min(3 + number % 5, len(steps) - 1)].key)
    at = moment(work.start + timedelta(days=120))
    if state == "stopped":
        department = world.staff(work.plant, Role.DEPARTMENT, at)
        reason = "生产线停用，课题终止。"
        project_services.stop_project(
            world.session, actor=department, project=work.project, reason=reason, now=at
        )
        return
    facilitator = world.staff(work.plant, Role.FACILITATOR, at)
    text = "现场记录很完整。请补充夜班数据，并说明测量仪表的精度。"
    project_services.comment_on_project(
        world.session, actor=facilitator, project=work.project, text=text, now=at
    )


def unfinished_savings(world: World, works: list[Work], now: datetime) -> None:
    """Savings that are still drafts, claimed, half signed, refused and withdrawn."""
    running = [work for work in works if work.project.state is ProjectState.UNDER_WAY][:5]
    at = now - timedelta(days=3)
    for place, work in enumerate(running):
        saving = projects.state_saving(world, work, at)
        saving.reporting_to = projects.month(work.start, 4)[1]
        if place in {1, 3}:
            projects.verify(world, work, saving, at, upto=0)
        elif place == 2:
            projects.verify(world, work, saving, at - timedelta(days=2), upto=1)
        if place == 3 and saving.claim is not None:
            savings.refuse_claim(
                world.session,
                actor=world.staff(work.plant, Role.PROCESS_OWNER, at),
                saving=saving,
                role=Role.PROCESS_OWNER,
                claim_sha256=saving.claim.sha256,
                reason="五月份停产检修，请说明产量口径。",
                now=at + timedelta(hours=2),
            )
        if place == 4:
            leader = projects.leader_of(world, work.circle, at)
            reason = "表计更换，改用新表重新申报。"
            savings.withdraw_saving(world.session, actor=leader, saving=saving, reason=reason, now=at)


def draft_and_withdrawn_results(
    world: World, owner: tuple[Plant, Circle], choice: tuple[Topic, str, str], spare: Result, now: datetime
) -> None:
    """A completed project whose result is still a draft, and a frozen result that its circle took back."""
    plant, circle = owner
    topic, method, place = choice
    work = projects.draft(world, plant, circle, topic, place, method, date(2025, 11, 3))
    projects.read_meters(world, work, -6, 0)
    projects.submit(world, work)
    projects.approve(world, work)
    projects.read_meters(world, work, 0, 9)
    projects.walk(world, work)
    at = now - timedelta(days=2)
    leader = projects.leader_of(world, circle, at)
    project_services.complete_project(world.session, actor=leader, project=work.project, now=at)
    results.draft_result(world.session, actor=leader, project=work.project, now=at)
    at = moment(date(2026, 4, 18))
    circle_of_spare = spare.project.circle
    assert circle_of_spare is not None
    results.withdraw_result(
        world.session,
        actor=projects.leader_of(world, circle_of_spare, at),
        result=spare,
        reason="巩固期数据不足三期，补充后再申报。",
        now=at,
    )


def archive_oldest(world: World, plant: Plant, circle: Circle, now: datetime) -> None:
    """The oldest completed project of a circle goes to the archive."""
    project = world.session.scalars(
        sa.select(Project)
        .where(Project.circle_id == circle.id, Project.state == ProjectState.COMPLETED)
        .order_by(Project.id)
    ).first()
    assert project is not None
    department = world.staff(plant, Role.DEPARTMENT, now)
    project_services.archive_project(world.session, actor=department, project=project, now=now)


def refuse_some_entries(world: World, held: Held, outcome: str) -> None:
    """The last entry of a company round is rejected, deferred or withdrawn."""
    entry = entries.entries_of(world.session, held.round_.id)[-1]
    now = held.at("formal_review")
    if outcome == "withdrawn":
        circle = entry.result.project.circle
        assert circle is not None
        leader = projects.leader_of(world, circle, now)
        reason = "现场巩固措施需要调整，下一年度再报。"
        judging.withdraw_entry(world.session, actor=leader, entry=entry, reason=reason, now=now)
        return
    reasons = {"rejected": "活动记录早于课题登记日期。", "deferred": "巩固期不足三个月，转下一年度。"}
    organiser = world.actor(held.organiser, now)
    judging.review_entry(
        world.session, actor=organiser, entry=entry, outcome=outcome, reason=reasons[outcome], now=now
    )


def abstain_and_recuse(world: World, held: Held) -> None:
    """One judge abstains from an entry, another finds a conflict after all."""
    now = held.at("scoring", 1)
    sheets = panels.sheets_of_round(world.session, held.round_.id)
    first = sheets[0]
    reason = "临时出差，未能参加现场评审。"
    scoring_services.abstain(
        world.session, actor=world.actor(first.judge, now), sheet=first, reason=reason, now=now
    )
    second = next(row for row in sheets if row.judge_id != first.judge_id and row.entry_id != first.entry_id)
    reason = "曾为该小组授课。"
    scoring_services.recuse(
        world.session, actor=world.actor(second.judge, now), sheet=second, reason=reason, now=now
    )


OBJECTORS = ("filed", "withdrawn", "inadmissible", "admitted", "dismissed", "upheld")


def objection(world: World, held: Held, at: datetime, outcome: str) -> Objection:
    """An objection by someone of another company, a person for each outcome, taken as far as that says."""
    entry = entries.entries_of(world.session, held.round_.id)[-1 if outcome == "upheld" else 0]
    plant = next(row for row in world.plants if row.company.id != entry.result.project.company_id)
    filer = world.actor(plant.workers[OBJECTORS.index(outcome)], at)
    text = "公示材料中统计报告期含停产检修月份，产量口径与基期不一致，请核查节约量的计算。（示例）"
    row = objections_services.file_objection(world.session, actor=filer, entry=entry, text=text, now=at)
    later, organiser = at + timedelta(hours=2), world.actor(held.organiser, at)
    if outcome == "withdrawn":
        objections_services.withdraw_objection(world.session, actor=filer, objection=row, now=later)
    elif outcome == "inadmissible":
        reason = "未附证据，也未说明具体数据。"
        objections_services.refuse_objection(
            world.session, actor=organiser, objection=row, reason=reason, version=row.version, now=later
        )
    elif outcome != "filed":
        objections_services.admit_objection(
            world.session, actor=organiser, objection=row, version=row.version, now=later
        )
    if outcome in {"dismissed", "upheld"}:
        _decide(world, held, row, outcome, at + timedelta(hours=5))
    return row


def _decide(world: World, held: Held, row: Objection, outcome: str, at: datetime) -> None:
    """The organiser decides after looking at the readings."""
    decisions = {
        "dismissed": ("none", "经核查，停产月份已从基期和统计报告期同时剔除，计算无误。"),
        "upheld": ("disqualify", "经核查，两个月的读数与原始台账不符，取消本轮参评资格。"),
    }
    effect, decision = decisions[outcome]
    objections_services.decide_objection(
        world.session,
        actor=world.actor(held.organiser, at),
        objection=row,
        effect=effect,
        decision=decision,
        version=row.version,
        now=at,
    )


def revoke_last_award(world: World, held: Held) -> None:
    """A falsified result of the finished season: its award is revoked and its result too."""
    given = award_queries.awards_of_round(world.session, held.round_.id)
    award = [row for row in given if row.entry is not None and not row.reason][-1]
    at = moment(date(held.round_.season.year, 12, 8))
    reason = "事后核查发现两份现场照片引用自其他课题，撤销奖项。（示例）"
    revoke_award(world.session, actor=world.actor(held.organiser, at), award=award, reason=reason, now=at)
    results.revoke_result(
        world.session, actor=SYSTEM, result=result_of(award), reason=reason, entered=True, now=at
    )
