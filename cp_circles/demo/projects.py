"""The demo's projects, walked step by step from registration to a frozen result."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from cp_circles.circles.models import Circle
from cp_circles.demo import circles, pictures, records, reports, sheets
from cp_circles.demo.content import Topic, yearly_saving
from cp_circles.demo.effects import show_effect
from cp_circles.demo.photographs import attach, photograph, shows_photos
from cp_circles.demo.planning import planned_steps, two_meters, written_details
from cp_circles.demo.story import Story
from cp_circles.demo.world import Plant, World
from cp_circles.editions import queries as editions
from cp_circles.metering import services as metering
from cp_circles.metering.models import Meter
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor
from cp_circles.projects import queries, rules, services
from cp_circles.projects.details import IndicatorDetails
from cp_circles.projects.models import Project, ProjectStep, StepState
from cp_circles.results import services as results
from cp_circles.results.models import Result
from cp_circles.rulesets.schema import Method, Step
from cp_circles.savings import queries as savings_queries
from cp_circles.savings import services as savings
from cp_circles.savings.models import Saving
from cp_circles.savings.services.drafts import SavingDraft

REBOUNDS = {"dryer_gas": ("ELEC", Decimal(1800), "烟气换热器新增引风机用电，按分表读数（示例）")}
SEASONAL = (96, 78, 101, 103, 104, 102, 98, 97, 103, 105, 104, 106)


@dataclass
class Work:
    """A project under way with what its story needs."""

    plant: Plant
    circle: Circle
    topic: Topic
    place: str
    start: date
    project: Project
    meter: Meter
    counter: Meter
    unit: str
    before: Decimal
    target: Decimal
    after: Decimal
    output: Decimal
    loss: Decimal


def moment(day: date, hour: int = 9) -> datetime:
    """A local working hour of a day, in UTC."""
    return datetime.combine(day, time(hour - 8 if hour >= 8 else hour), tzinfo=UTC)


def month(day: date, ahead: int) -> tuple[date, date]:
    """First and last day of the month `ahead` months after the one of `day`."""
    count = day.year * 12 + day.month - 1 + ahead
    first = date(count // 12, count % 12 + 1, 1)
    following = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return first, following - timedelta(days=1)


def draft(
    world: World, plant: Plant, circle: Circle, topic: Topic, place: str, method: str, start: date
) -> Work:
    """A project in draft by the circle's leader, with its meters and figures drawn."""
    session, chance, now = world.session, world.chance, moment(start)
    reduction = Decimal(chance.randint(60, 180)) / 1000
    half_year = yearly_saving(topic.indicator, chance) / 2
    output = Decimal(chance.choice((320, 480, 750, 1100, 1600)))
    before = max(Decimal("0.05"), half_year / reduction / (output * 6)).quantize(Decimal("0.001"))
    after = before * (1 - reduction)
    target = (before * (1 - reduction * Decimal("0.85"))).quantize(Decimal("0.001"))
    indicator = savings_queries.catalogue_indicator(session, topic.indicator)
    assert indicator is not None
    meters = two_meters(world, plant, f"{place}{topic.object}", topic.indicator, indicator.unit, now)
    unit = f"{indicator.unit}/t"
    edition = editions.latest(session, "method", method)
    assert edition is not None
    leader = circle.leader
    assert leader is not None
    indicators = (
        IndicatorDetails(
            code=topic.indicator,
            name=topic.item,
            unit=unit,
            baseline=before,
            target=target,
            due_on=start + timedelta(days=270),
            basis="六个月计量数据",
        ),
    )
    plan = planned_steps(editions.pack_of(edition, Method), start, leader.person.name)
    details = written_details(plant, topic, place, edition.id, start, indicators, plan)
    project = services.create_project(
        session, actor=world.actor(leader.person, now), circle=circle, details=details, now=now
    )
    return Work(
        plant,
        circle,
        topic,
        place,
        start,
        project,
        meters[0],
        meters[1],
        unit,
        before,
        target,
        after,
        output,
        reduction,
    )


def submit(world: World, work: Work) -> None:
    """The leader hands the project in."""
    now = moment(work.start + timedelta(days=1))
    services.submit_project(
        world.session, actor=leader_of(world, work.circle, now), project=work.project, now=now
    )


def approve(world: World, work: Work) -> None:
    """The department registers the project."""
    now = moment(work.start + timedelta(days=4))
    services.approve_project(
        world.session,
        actor=world.staff(work.plant, Role.DEPARTMENT, now),
        project=work.project,
        exception_reason="并行课题，人员充足",
        now=now,
    )
    world.session.refresh(work.project)


def leader_of(world: World, circle: Circle, now: datetime) -> Actor:
    """The circle's leader."""
    leader = circle.leader
    assert leader is not None
    return world.actor(leader.person, now)


def read_meters(world: World, work: Work, first: int, last: int) -> None:
    """Monthly readings from `first` to before `last`, counted in months from the project's start."""
    session, chance = world.session, world.chance
    for ahead in range(first, last):
        starts_on, ends_on = month(work.start, ahead)
        now = moment(ends_on + timedelta(days=2))
        produced = (
            work.output * SEASONAL[starts_on.month - 1] / 100 * chance.randint(970, 1030) / 1000
        ).quantize(Decimal("0.1"))
        unit_use = work.before if ahead < 0 else work.before - (work.before - work.after) * min(ahead, 3) / 3
        used = (produced * unit_use * chance.randint(985, 1015) / 1000).quantize(Decimal("0.01"))
        keeper = world.staff(work.plant, Role.METERING, now)
        actor = keeper if ahead < 0 else leader_of(world, work.circle, now)
        for meter, quantity in ((work.meter, used), (work.counter, produced)):
            metering.record_reading(
                session,
                actor=actor,
                meter=meter,
                starts_on=starts_on,
                ends_on=ends_on,
                quantity=quantity,
                now=now,
            )


def story_of(work: Work) -> Story:
    """The project as its records tell it."""
    months = tuple(
        (f"{month(work.start, n)[0]:%Y-%m}", (work.after * (99 + n % 3) / 100).quantize(Decimal("0.001")))
        for n in range(3, 9)
    )
    people = tuple(member.person.name for member in work.circle.present_members)
    return Story(
        topic=work.topic,
        place=work.place,
        people=people,
        day=work.start,
        unit=work.unit,
        before=work.before,
        target=work.target,
        after=work.after.quantize(Decimal("0.001")),
        monthly_after=months,
        number=work.project.number or "",
        benefit="经济效益见已核实节约量，以财务核实数为准。",
    )


def walk(world: World, work: Work, until: str | None = None) -> None:
    """Work the required steps and those that compute something in order, set the others aside; stop at `until`."""
    method = queries.method_of(world.session, work.project)
    steps, story = list(work.project.steps), story_of(work)
    for place, row in enumerate(steps):
        if row.key == until:
            return
        spec = method.step(row.key)
        assert spec is not None
        now = moment(work.start + timedelta(days=6 + 270 * place // len(steps)))
        if (spec.required or spec.panels) and not rules.is_done(row, spec):
            work_step(world, work, story, row, spec, now)
        elif row.state in (StepState.OPEN, StepState.LOCKED):
            services.mark_not_applicable(
                world.session,
                actor=leader_of(world, work.circle, now),
                project=work.project,
                steps=[row],
                reason="小组课题范围内无此内容",
                now=now,
            )


def work_step(world: World, work: Work, story: Story, row: ProjectStep, spec: Step, now: datetime) -> None:
    """Write what a step asks for, complete it, and have it signed off where asked."""
    session, actor = world.session, leader_of(world, work.circle, now)
    fill_step(world, work, story, row, spec, now)
    if any(gate.kind == "target_reached" for gate in spec.gates):
        reached = {item.id: story.after for item in work.project.indicators}
        services.record_actuals(session, actor=actor, project=work.project, actuals=reached, now=now)
    services.complete_step(session, actor=actor, project=work.project, step=row, now=now)
    if spec.signoff:
        facilitator = world.staff(work.plant, Role.FACILITATOR, now)
        services.sign_off_step(
            session, actor=facilitator, project=work.project, step=row, now=now + timedelta(days=1)
        )


def fill_step(world: World, work: Work, story: Story, row: ProjectStep, spec: Step, now: datetime) -> None:
    """Records, evidence and an activity of one step."""
    session, actor = world.session, leader_of(world, work.circle, now)
    for kind in spec.records:
        for content in records.rows_for(spec, kind, story):
            services.add_record(
                session, actor=actor, project=work.project, step=row, kind=kind.kind, content=content, now=now
            )
    sheets.keep_sheets(
        session, actor=actor, project=work.project, meter=work.meter, story=story, step=spec, now=now
    )
    files = max([spec.evidence_min, *(getattr(gate, "files", 0) for gate in spec.gates)])
    for number in range(files):
        seed = f"{work.project.id}{spec.names.zh} {number + 1}"
        picture = pictures.figures((work.before, work.target, work.after), seed)
        attach(world, actor, row, picture, f"{spec.names.zh}记录照片", f"现场照片{number + 1}.png", now)
    if shows_photos(work.project, spec):
        photograph(world, actor, story, row, now)
    if reports.shows_report(work.project, spec):
        reports.attach_report(world, actor, story, row, now)
    if any(gate.kind == "activity_logged" for gate in spec.gates):
        circles.meet(
            world,
            work.circle,
            now.date() - timedelta(days=1),
            f"{spec.names.zh}：讨论并记录",
            work.project.id,
            row.key,
            now,
        )


def state_saving(world: World, work: Work, now: datetime) -> Saving:
    """A saving in draft: half a year before the start against months three to eight after it."""
    supplier = {}
    indicator = savings_queries.catalogue_indicator(world.session, work.topic.indicator)
    pack = savings_queries.factor_pack(world.session, work.project)
    for key in (indicator.kgce, indicator.kgco2, indicator.price) if indicator else ():
        factor = pack.factor(key) if key else None
        if factor is not None and factor.needs_choice:
            supplier[factor.key] = {"value": str(factor.low), "source": "供应合同热值（示例）"}
    draft_ = SavingDraft(
        indicator_code=work.topic.indicator,
        indicator=work.project.indicators[0],
        meter=work.meter,
        production_meter=work.counter,
        baseline_from=month(work.start, -6)[0],
        baseline_to=month(work.start, -1)[1],
        reporting_from=month(work.start, 3)[0],
        reporting_to=month(work.start, 8)[1],
        other_direct_yuan=Decimal(0)
        if indicator and indicator.price
        else Decimal(world.chance.randint(8, 60) * 1000),
        money_note="" if indicator and indicator.price else "减少处置与药剂费用，见财务凭证（示例）",
        forecast_yuan=Decimal(world.chance.randint(1, 9) * 10000),
        supplier_factors=supplier,
    )
    actor = leader_of(world, work.circle, now)
    saving = savings.draft_saving(world.session, actor=actor, project=work.project, draft=draft_, now=now)
    if work.topic.key in REBOUNDS:
        code, more, note = REBOUNDS[work.topic.key]
        savings.add_side_effect(
            world.session, actor=actor, saving=saving, indicator_code=code, quantity=more, cost_yuan=None,
            note=note, evidence_id=None, now=now,
        )  # fmt: skip
    return saving


def verify(world: World, work: Work, saving: Saving, now: datetime, upto: int = 3) -> None:
    """Claim the saving and have the first `upto` verifiers sign; metering sometimes corrects."""
    session = world.session
    savings.claim_saving(session, actor=leader_of(world, work.circle, now), saving=saving, now=now)
    for place, role in enumerate((Role.PROCESS_OWNER, Role.METERING, Role.FINANCE)[:upto]):
        at, claim = now + timedelta(days=1 + place), saving.claim
        assert claim is not None
        corrected = role is Role.METERING and world.chance.random() < 0.3
        quantity = (claim.quantity * Decimal("0.94")).quantize(Decimal("0.01")) if corrected else None
        savings.sign_claim(
            session,
            actor=world.staff(work.plant, role, at),
            saving=saving,
            role=role,
            claim_sha256=claim.sha256,
            password_confirmed_at=at,
            now=at,
            quantity=quantity,
            reason="扣除停产检修日的用量" if corrected else "",
        )


def finish(world: World, work: Work, now: datetime) -> Result:
    """Complete the project, freeze its result, and confirm its blind pages."""
    session, leader = world.session, leader_of(world, work.circle, now)
    held_on = now.date() - timedelta(days=1)
    circles.meet(world, work.circle, held_on, "总结会：核对成果材料", work.project.id, "", now)
    services.complete_project(session, actor=leader, project=work.project, now=now)
    show_effect(world, work.plant, work.project, leader, now)
    result = results.draft_result(
        session,
        actor=leader,
        project=work.project,
        summary=f"针对“{work.topic.crux}”，确认主要原因并逐项实施对策，{work.topic.item}由{work.before}降至"
        f"{work.after.quantize(Decimal('0.001'))}{work.unit}，达到目标。",
        intangible="成员的问题意识、测量能力和协作能力提高。",
        now=now,
    )
    results.freeze_result(session, actor=leader, result=result, version=result.version, now=now)
    results.make_blind_pages(session, world.storage, result=result, now=now)
    reports.cover_client(world, leader, result, now)
    department = world.staff(work.plant, Role.DEPARTMENT, now)
    for page in list(result.blind_pages):
        results.confirm_blind_page(session, actor=department, page=page, now=now)
    world.quality[result.id] = 0.62 + 0.33 * world.chance.random()
    return result
