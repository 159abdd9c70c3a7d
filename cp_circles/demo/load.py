"""Loads the demo season in one transaction, always the same, up to the demo clock's start."""

import random
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle
from cp_circles.demo import (
    announcing,
    circles,
    consenting,
    counters,
    duties,
    going_on,
    guarding,
    honouring,
    joining,
    projects,
    seasons,
    sittings,
    variety,
)
from cp_circles.demo.content import Topic, content, topics
from cp_circles.demo.projects import moment
from cp_circles.demo.verification import fill_verification
from cp_circles.demo.world import Plant, World, build_people
from cp_circles.editions import queries as editions
from cp_circles.editions import services as edition_services
from cp_circles.files.storage import Storage
from cp_circles.organisations import services as organisations
from cp_circles.people.models import Person
from cp_circles.rulesets.schema import Industries, Regions

SEED = 20260918


def is_empty(session: Session) -> bool:
    """True while nobody is in the database."""
    return session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0


def load_base(session: Session, *, regions: str, now: datetime) -> None:
    """Rulesets, one country's regions and the industries: what every installation starts with."""
    edition_services.load_shipped(session, now=now)
    pack = editions.latest(session, "regions", regions)
    assert pack is not None
    organisations.load_regions(session, editions.pack_of(pack, Regions), now)
    organisations.load_industries(session, editions.newest_pack(session, Industries), now)


def load_demo(session: Session, storage: Storage, now: datetime) -> World:
    """Build the whole demo; `now` is the demo clock's start, after which nothing has happened."""
    world = World(session, storage, random.Random(SEED))
    load_base(session, regions="china", now=moment(date(2023, 10, 8)))
    build_people(world)
    registered = _register_circles(world)
    joining.join(world, registered)
    results = _season_results(world, [row for row in registered if row[2] < 3], 2025)
    calendar = seasons.open_all(world, 2025, running=False)
    seasons.judge_companies(world, calendar, results)
    seasons.judge_regions(world, calendar, ("county", "city", "province", "nation"))
    variety.revoke_last_award(world, calendar.of_level("nation")[0])
    honouring.pay(world, world.plants[0], moment(date(2025, 12, 22)))
    owners = [(plant, circle) for plant, circle, _ in registered]
    _renew(world, owners, 2025)
    results = _season_results(world, registered, 2026)
    _renew(world, owners, 2026)
    last_plant = owners[-1][0]
    spare = results[last_plant.company.id].pop()[1]
    choice = (*_topic(60), _place(world, 60))
    variety.draft_and_withdrawn_results(world, owners[4], choice, spare, now)
    calendar = seasons.open_all(world, 2026, running=True)
    seasons.judge_companies(world, calendar, results)
    seasons.judge_regions(world, calendar, ("county", "city"))
    seasons.stagger_provinces(world, calendar)
    sittings.fill(world, calendar)
    _everything_else(world, owners, now)
    going_on.fill(world, owners, (*_topic(9), _place(world, 9)), now)
    counters.fill(world, now)
    duties.fill(world, owners, now)
    guarding.fill(world, world.plants, now)
    joining.ask_first(world, registered, now)
    announcing.fill(world, now)
    consenting.fill(world, now)
    session.flush()
    return world


def _register_circles(world: World) -> list[tuple[Plant, Circle, int]]:
    """Up to three circles a company from the beginning, registered in early 2024."""
    found: list[tuple[Plant, Circle, int]] = []
    for number in (1, 2, 3):
        for plant in world.plants:
            if number <= plant.circles:
                day = date(2024, 2, 1) + timedelta(days=len(found))
                found.append((plant, circles.register(world, plant, number, moment(day)), number))
    return found


def _renew(world: World, owners: list[tuple[Plant, Circle]], year: int) -> None:
    """The yearly renewal of every circle."""
    for _, circle in owners:
        circles.renew(world, circle, moment(date(year, 2, 10)))


def _season_results(world: World, registered: list[tuple[Plant, Circle, int]], year: int) -> seasons.Found:
    """One completed project for each circle, its saving verified and its result frozen by mid-April."""
    found: seasons.Found = {}
    for number, (plant, circle, _) in enumerate(registered):
        topic, method = _topic(number + (year % 2) * 5)
        start = date(year - 1, 5 + number % 3, 1) + timedelta(days=number % 5)
        work = projects.draft(world, plant, circle, topic, _place(world, number), method, start)
        projects.read_meters(world, work, -6, 0)
        projects.submit(world, work)
        projects.approve(world, work)
        projects.read_meters(world, work, 0, 9)
        projects.walk(world, work)
        known_on = projects.month(start, 9)[0] + timedelta(days=2 + number % 12)
        saving = projects.state_saving(world, work, moment(known_on))
        projects.verify(world, work, saving, moment(known_on + timedelta(days=1)))
        result = projects.finish(world, work, moment(date(year, 4, 17)))
        found.setdefault(plant.company.id, []).append((plant, result))
    return found


def _topic(number: int) -> tuple[Topic, str]:
    """A topic and the method it is worked by."""
    rows = topics()
    topic = rows[number % len(rows)]
    methods = content()["methods"]
    return topic, topic.method or methods[number % len(methods)]


def _place(world: World, number: int) -> str:
    """A workshop's name."""
    places = content()["places"]
    return str(places[(number * 3 + world.chance.randint(0, 2)) % len(places)])


def _everything_else(world: World, owners: list[tuple[Plant, Circle]], now: datetime) -> None:
    """The states that the two seasons leave out."""
    variety.other_circles(world, now)
    chosen = owners[6:20]
    choices = [(*_topic(number + 3), _place(world, number + 40)) for number in range(len(chosen))]
    works = variety.fresh_projects(world, chosen, choices, now.date())
    variety.unfinished_savings(world, works, now)
    fill_verification(world, owners[0][0], now)
    variety.archive_oldest(world, *owners[0], now)
