"""Meters of the demo's first plants that no saving names: a running counter, and a main meter with two below.

The counter turned over once and waits for this month; the main meter was replaced in June.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from cp_circles.demo.projects import moment
from cp_circles.demo.world import World
from cp_circles.metering import services as metering
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor

PLANTS = 3
SHOWN = (
    (date(2026, 3, 31), "991480"),
    (date(2026, 4, 30), "995310"),
    (date(2026, 5, 31), "999240"),
    (date(2026, 6, 30), "3105"),
    (date(2026, 7, 31), "7020"),
)

REPLACED = date(2026, 6, 30)
LINE = (
    (date(2026, 3, 31), "41350", "38400", "8900"),
    (date(2026, 4, 30), "42580", "37650", "9050"),
    (date(2026, 5, 31), "43860", "39800", "8700"),
    (date(2026, 6, 30), "45110", "38900", "8800"),
    (date(2026, 7, 31), "1230", "41600", "9300"),
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
        _fill_line(world, plant, keeper, begun)


def _fill_line(world: World, plant: Any, keeper: Actor, begun: datetime) -> None:
    """A main meter that was replaced once, and two sub-meters of which one month shows too much."""
    facts: dict[str, Any] = {
        "actor": keeper,
        "company": plant.company,
        "indicator": "ELEC",
        "unit": "kWh",
        "now": begun,
    }
    add = partial(metering.add_meter, world.session, **facts)
    start = metering.Counter(Decimal("40100"), date(2026, 2, 28), digits=6, multiplier=Decimal(40))
    main = add(name="配电室总电表（示例）", boundary="全厂", counter=start, accuracy=Decimal("0.5"))
    subs = [
        add(name="包装车间分电表（示例）", boundary="包装车间"),
        add(name="仓库照明分电表（示例）", boundary="仓库"),
    ]
    reason = "按配电系统图"
    for sub in subs:
        metering.move_meter(world.session, actor=keeper, meter=sub, parent=main, reason=reason, now=begun)
    for read_on, shown, *parts in LINE:
        at = moment(read_on)
        who = world.staff(plant, Role.METERING, at)
        common: dict[str, Any] = {"actor": who, "now": at}
        metering.record_shown(world.session, meter=main, read_on=read_on, shown=Decimal(shown), **common)
        for sub, part in zip(subs, parts, strict=True):
            metering.record_reading(
                world.session,
                meter=sub,
                starts_on=read_on.replace(day=1),
                ends_on=read_on,
                quantity=Decimal(part),
                **common,
            )
        if read_on == REPLACED:
            change = metering.Change(at, read_on, Decimal(shown), Decimal(12))
            note = "原表显示模糊，由厂电工更换为电子表（示例）"
            metering.replace_counter(world.session, meter=main, change=change, note=note, **common)
