"""The demo's circles, from registration on; some stay in every other state."""

from datetime import date, datetime, timedelta

from cp_circles.circles import services
from cp_circles.circles.models import Circle
from cp_circles.circles.services.drafts import MemberEntry
from cp_circles.demo.content import content
from cp_circles.demo.world import Plant, World, hire
from cp_circles.people.models import Role


def build_circle(world: World, plant: Plant, number: int, now: datetime) -> Circle:
    """A circle of four to seven people, drafted by its leader."""
    chance, words = world.chance, content()
    size = chance.randint(4, 7)
    people = []
    for place in range(size):
        name = chance.choice(words["surnames"]) + words["given"][place % 9]
        handle = f"{'leader' if place == 0 else 'member'}{number:02d}.{plant.code}" if place < 2 else None
        people.append(hire(world, plant, name, f"{number:02d}{place:02d}", handle))
    members = [
        MemberEntry(
            person_id=person.id,
            duty=words["duties"][place % len(words["duties"])],
            title=("班长", "技术员", "操作工", "维修工")[place % 4],
            is_leader=place == 0,
        )
        for place, person in enumerate(people)
    ]
    return services.draft_circle(
        world.session,
        actor=world.actor(people[0], now),
        company=plant.company,
        name=words["circle_names"][(number * 7 + len(world.plants)) % 20]
        + ("小组" if number % 3 else "节能小组"),
        slogan=words["slogans"][number % 4],
        founded_on=now.date() - timedelta(days=30),
        members=members,
        now=now,
    )


def submit(world: World, circle: Circle, now: datetime) -> None:
    """The leader hands the registration in."""
    leader = circle.leader
    assert leader is not None
    services.submit_circle(world.session, actor=world.actor(leader.person, now), circle=circle, now=now)


def approve(world: World, plant: Plant, circle: Circle, now: datetime) -> None:
    """The department approves and gives the number."""
    department = world.staff(plant, Role.DEPARTMENT, now)
    services.approve_circle(world.session, actor=department, circle=circle, now=now)


def register(world: World, plant: Plant, number: int, now: datetime) -> Circle:
    """A registered circle."""
    circle = build_circle(world, plant, number, now)
    submit(world, circle, now + timedelta(days=1))
    approve(world, plant, circle, now + timedelta(days=3))
    return circle


def renew(world: World, circle: Circle, now: datetime) -> None:
    """The yearly renewal by the leader."""
    leader = circle.leader
    assert leader is not None
    services.renew_circle(world.session, actor=world.actor(leader.person, now), circle=circle, now=now)


def meet(
    world: World, circle: Circle, held_on: date, summary: str, project_id: int, step: str, now: datetime
) -> None:
    """An activity that most members attend."""
    leader = circle.leader
    assert leader is not None
    present = circle.present_members
    there = [member.id for member in present if member.is_leader or world.chance.random() < 0.85]
    services.log_activity(
        world.session,
        actor=world.actor(leader.person, now),
        circle=circle,
        held_on=held_on,
        summary=summary,
        attendee_ids=there,
        minutes=world.chance.choice((45, 60, 90)),
        place="班组会议室",
        project_id=project_id,
        step_key=step,
        now=now,
    )
