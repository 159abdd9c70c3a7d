"""Follow-ups asked and answered, and a share agreed at one meter, so that the guard is seen at work."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.demo.projects import leader_of
from cp_circles.demo.world import Plant, World
from cp_circles.people.models import Role
from cp_circles.projects.models import Project
from cp_circles.savings import guarding
from cp_circles.savings.models import FollowUp, FollowUpAnswer, Saving
from cp_circles.savings.services import guard
from cp_circles.savings.services.follow_ups import answer_follow_up, ask_follow_ups

LEFT_OPEN = 7
ANSWERS = (
    (FollowUpAnswer.WORKING, None, ""),
    (FollowUpAnswer.WORKING, None, "巡检正常，参数保持在标准化作业范围内。"),
    (FollowUpAnswer.PARTLY, Decimal("0.6"), "一台设备停用检修，其余仍按新参数运行。"),
    (FollowUpAnswer.WORKING, None, ""),
    (FollowUpAnswer.GONE, None, "工艺已更换，原措施不再适用。"),
)


def fill(world: World, plants: list[Plant], now: datetime) -> None:
    """Ask about every saving that is due, answer most, and ask two circles of the first plant for shares."""
    asked = ask_follow_ups(world.session, now)
    by_company = {plant.company.id: plant for plant in plants}
    for number, row in enumerate(asked):
        plant = by_company.get(row.company_id)
        if plant is not None and number % LEFT_OPEN:
            _answer(world, plant, row, number, now)
    _agree(world, plants[0], now)


def _answer(world: World, plant: Plant, row: FollowUp, number: int, now: datetime) -> None:
    answer, share, note = ANSWERS[number % len(ANSWERS)]
    answer_follow_up(
        world.session,
        actor=world.staff(plant, Role.DEPARTMENT, now),
        follow_up=row,
        answer=answer,
        share=share,
        note=note,
        now=now,
    )


def _agree(world: World, plant: Plant, now: datetime) -> None:
    """A split of a verified meter for the coming months: one circle has agreed, the other is asked."""
    savings = guarding.standing_savings(world.session, plant.company.id)
    projects = _running(world.session, savings)
    if len(projects) < 2:
        return
    first, second = projects[:2]
    meter = next(row.meter for row in savings if row.project_id == first.id)
    assert meter is not None
    split = guard.propose_split(
        world.session,
        actor=world.staff(plant, Role.DEPARTMENT, now),
        meter=meter,
        shares={first: Decimal("0.6"), second: Decimal("0.4")},
        starts_on=now.date() + timedelta(days=13),
        ends_on=now.date() + timedelta(days=194),
        reason="两个小组改造同一车间的不同设备，按装机功率商定。",
        now=now,
    )
    if first.circle is not None:
        guard.answer_split(
            world.session,
            actor=leader_of(world, first.circle, now),
            share=split.shares[0],
            agreed=True,
            note="",
            now=now,
        )


def _running(session: Session, savings: list[Saving]) -> list[Project]:
    """The latest project of each circle that has a claim."""
    by_circle = {row.project.circle_id: row.project for row in savings if row.project.circle_id is not None}
    return list(by_circle.values())
