"""The department's year in the demo: visits, courses, inspections, appraisals and the calendar."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cp_circles.circles.models import Circle, CircleState
from cp_circles.demo.world import Plant, World
from cp_circles.guidance import services
from cp_circles.guidance.models import OccasionKind, TestResult, Verdict
from cp_circles.guidance.queries import sheet_of
from cp_circles.people.models import Role

ADVICE = (
    "现状数据请按班次分层，夜班与白班分开统计。",
    "末端原因逐条到现场确认，附原始记录和测量仪表编号。",
    "对策表缺少完成日期，请补全5W1H。",
    "效果数据与现状用同一口径，注明产量折算方法。",
)
COURSES = (
    ("清洁生产八个方面与方案产生", "4"),
    ("现场计量与数据记录", "2.5"),
    ("质量工具：排列图与因果图", "3"),
)
MOST_PLANTS = 4


def fill(world: World, owners: list[tuple[Plant, Circle]], now: datetime) -> None:
    """Fill the desks of a few companies; nothing in it is later than `now`."""
    plants = {plant.company.id: plant for plant, _ in owners}
    for plant in list(plants.values())[:MOST_PLANTS]:
        circles = [
            circle for owner, circle in owners if owner is plant and circle.state is CircleState.REGISTERED
        ]
        _fill_plant(world, plant, circles, now)
    services.print_pictures(world.session, world.storage)


def _fill_plant(world: World, plant: Plant, circles: list[Circle], now: datetime) -> None:
    session, today = world.session, now.date()
    acting: dict[str, Any] = {"actor": world.staff(plant, Role.DEPARTMENT, now), "now": now}
    guiding: dict[str, Any] = {"actor": world.staff(plant, Role.FACILITATOR, now), "now": now}
    for number, circle in enumerate(circles):
        held = today - timedelta(days=9 + 11 * number)
        visit = services.save_visit(
            session,
            company=plant.company,
            circle_id=circle.id,
            held_on=held,
            advice=ADVICE[number % len(ADVICE)],
            follow_up="补充记录后反馈。",
            due_on=held + timedelta(days=14),
            **guiding,
        )
        if number % 2:
            services.report_visit(session, visit=visit, note="已补充并附数据表。", **guiding)
    for number, (title, hours) in enumerate(COURSES):
        people = {
            member.person_id: TestResult.PASSED if member.id % 5 else TestResult.FAILED
            for circle in circles
            for member in circle.present_members[: 3 + number]
        }
        services.save_training(
            session,
            company=plant.company,
            course=title,
            held_on=today - timedelta(days=30 + 40 * number),
            hours=Decimal(hours),
            trainer="示例讲师",
            attendees=people,
            place="培训教室",
            **acting,
        )
    _look_and_appraise(world, plant, circles, now, acting)


def _look_and_appraise(
    world: World, plant: Plant, circles: list[Circle], now: datetime, acting: dict[str, Any]
) -> None:
    session, today = world.session, now.date()
    edition, sheet = sheet_of(session, "inspection")
    seen = {item.key: services.Seen(Verdict.FINE) for item in sheet.items}
    wrong = sheet.items[-3]
    due = today - timedelta(days=3)
    seen[wrong.key] = services.Seen(Verdict.FINDING, f"{wrong.names.zh}：一块电表超过检定有效期。", due)
    services.log_inspection(
        session,
        company=plant.company,
        edition=edition,
        circle_id=circles[0].id,
        held_on=today - timedelta(days=20),
        seen=seen,
        **acting,
    )
    edition, sheet = sheet_of(session, "appraisal")
    for back in (1, 0):
        month = (today.replace(day=1) - timedelta(days=back)).replace(day=1)
        for number, circle in enumerate(circles):
            points = {
                item.key: Decimal(int(item.points or 0)) - Decimal((number * 2 + place + back) % 5) / 2
                for place, item in enumerate(sheet.items)
            }
            services.appraise_circle(
                session,
                circle=circle,
                edition=edition,
                month=month,
                points=points,
                comment="记录及时。" if number % 2 else "",
                **acting,
            )
    plans = ((OccasionKind.PUBLICATION, "年度成果发布会", 63), (OccasionKind.DEADLINE, "成果材料截止", 42))
    for kind, title, days in plans:
        services.save_occasion(
            session,
            company=plant.company,
            kind=kind,
            title=title,
            starts_on=date.fromordinal(today.toordinal() + days),
            place="多功能厅",
            **acting,
        )
