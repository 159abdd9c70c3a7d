"""What a demo project begins with: its two meters, its form, its plan."""

from datetime import date, datetime, timedelta

from cp_circles.demo.content import Topic
from cp_circles.demo.world import Plant, World
from cp_circles.metering import services as metering
from cp_circles.metering.models import Meter
from cp_circles.people.models import Role
from cp_circles.projects.details import IndicatorDetails, PlanDetails, ProjectDetails
from cp_circles.rulesets.schema import Method


def two_meters(
    world: World, plant: Plant, thing: str, indicator: str, unit: str, now: datetime
) -> list[Meter]:
    """The meter of what is saved and the counter of what is made, entered by the metering verifier."""
    keeper = world.staff(plant, Role.METERING, now)
    number = len(world.quality) + 1000 + world.chance.randint(1, 8999)
    return [
        metering.add_meter(
            world.session,
            actor=keeper,
            company=plant.company,
            name=f"{thing}{name}{number}",
            boundary=thing,
            indicator=code,
            unit=counted_in,
            now=now,
        )
        for name, code, counted_in in (("总表", indicator, unit), ("产量", "PRODUCTION", "t"))
    ]


def written_details(
    plant: Plant,
    topic: Topic,
    place: str,
    edition_id: int,
    start: date,
    indicators: tuple[IndicatorDetails, ...],
    plan: tuple[PlanDetails, ...],
) -> ProjectDetails:
    """What the leader writes into the form of a new project."""
    return ProjectDetails(
        title=topic.title.format(place=place),
        focus_area=topic.focus,
        domain=topic.domain,
        method_edition_id=edition_id,
        industry_id=plant.company.industry_id,
        reason=f"{place}{topic.object}{topic.item}偏高：{topic.crux}。",
        source="own",
        starts_on=start,
        ends_on=start + timedelta(days=290),
        indicators=indicators,
        plan=plan,
    )


def planned_steps(method: Method, start: date, owner: str) -> tuple[PlanDetails, ...]:
    """One bar for each required step, spread over nine months."""
    steps = [step for step in method.steps if step.required]
    days = 270 // len(steps)
    return tuple(
        PlanDetails(
            step.key, start + timedelta(days=days * n), start + timedelta(days=days * (n + 1) - 1), owner
        )
        for n, step in enumerate(steps)
    )
