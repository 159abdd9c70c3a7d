"""A joint circle of two companies, and a question that waits for an answer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from cp_circles.circles import services
from cp_circles.circles.models import Circle, CirclePartner
from cp_circles.demo.projects import moment
from cp_circles.demo.world import Plant, World, hire
from cp_circles.people.models import Role

JOINED_ON = date(2024, 4, 10)
SHARE = Decimal("0.3")
WHY = "两家企业共用一条蒸汽管线和一座空压站，放在一起做才能算清节约量。"


def join(world: World, registered: Sequence[tuple[Plant, Circle, int]]) -> None:
    """The second circle of the first company works together with the second company, which sends a member."""
    plant, circle = next((plant, circle) for plant, circle, number in registered if number == 2)
    partner = next(row for row in world.plants if row.company.id != plant.company.id)
    asked = _ask(world, plant, circle, partner, moment(JOINED_ON))
    answered = moment(JOINED_ON + timedelta(days=2))
    services.answer_partner(
        world.session,
        actor=world.staff(partner, Role.DEPARTMENT, answered),
        partner=asked,
        joins=True,
        text="同意，节约量按蒸汽用量三七分摊。",
        now=answered,
    )
    guest = hire(world, partner, "联合组员示例", "9001", None)
    services.add_member(
        world.session,
        actor=world.staff(plant, Role.DEPARTMENT, answered),
        circle=circle,
        person_id=guest.id,
        duty="参加单位联络",
        title="动力技术员",
        now=answered,
    )


def ask_first(world: World, registered: Sequence[tuple[Plant, Circle, int]], now: datetime) -> None:
    """Another company's circle asks the first company, whose department has yet to answer."""
    first = world.plants[0]
    plant, circle = [row[:2] for row in registered if row[0].company.id != first.company.id][1]
    _ask(world, plant, circle, first, now - timedelta(days=2))


def _ask(world: World, plant: Plant, circle: Circle, partner: Plant, now: datetime) -> CirclePartner:
    return services.ask_partner(
        world.session,
        actor=world.staff(plant, Role.DEPARTMENT, now),
        circle=circle,
        company=partner.company,
        share=SHARE,
        reason=WHY,
        now=now,
    )
