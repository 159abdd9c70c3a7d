"""A running counter of the demo's first plants: read monthly, turned over once, this month still to be read."""

from datetime import date, datetime
from decimal import Decimal

from cp_circles.demo.projects import moment
from cp_circles.demo.world import World
from cp_circles.metering import services as metering
from cp_circles.people.models import Role

PLANTS = 3
SHOWN = (
    (date(2026, 3, 31), "991480"),
    (date(2026, 4, 30), "995310"),
    (date(2026, 5, 31), "999240"),
    (date(2026, 6, 30), "3105"),
    (date(2026, 7, 31), "7020"),
)


def fill(world: World, now: datetime) -> None:
    """Add the counters and what they showed up to July."""
    for plant in world.plants[:PLANTS]:
        begun = moment(date(2026, 3, 2))
        keeper = world.staff(plant, Role.METERING, begun)
        meter = metering.add_meter(
            world.session,
            actor=keeper,
            company=plant.company,
            name="空压站累计电表（示例）",
            boundary="空压站",
            indicator="ELEC",
            unit="kWh",
            key="AIR-02",
            counter=metering.Counter(Decimal("987650"), date(2026, 2, 28), digits=6),
            now=begun,
        )
        before = Decimal(0)
        for read_on, text in SHOWN:
            at, shown = moment(read_on), Decimal(text)
            metering.record_shown(
                world.session,
                actor=world.staff(plant, Role.METERING, at),
                meter=meter,
                read_on=read_on,
                shown=shown,
                turned_over=shown < before,
                now=at,
            )
            before = shown
