"""Companies, their people, the officials and the judges of the demo."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.demo.actors import Actors
from cp_circles.demo.content import content
from cp_circles.files.storage import Storage
from cp_circles.judges.models import Qualification
from cp_circles.judges.services import keep_qualification, save_profile
from cp_circles.judging.models import Round
from cp_circles.organisations import queries as organisation_queries
from cp_circles.organisations import services as organisations
from cp_circles.organisations.models import Company, Industry, Region, RegionLevel
from cp_circles.people import services as people
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.people.rules import SYSTEM, Actor

PASSWORD = "circles-demo-2026"
START = datetime(2023, 10, 9, 1, 0, tzinfo=UTC)
STAFF = {
    Role.DEPARTMENT: "清洁生产管理部门",
    Role.FACILITATOR: "推进者",
    Role.PROCESS_OWNER: "工序负责人",
    Role.METERING: "计量核实",
    Role.FINANCE: "财务核实",
}


@dataclass
class Plant:
    """A company with the people who work for the movement in it."""

    company: Company
    code: str
    staff: dict[Role, Person]
    circles: int
    workers: list[Person] = field(default_factory=list)


@dataclass
class JudgeOfPool:
    """A judge with a known severity: how many points in a hundred they give less than the others."""

    person: Person
    severity: float


@dataclass
class Held:
    """A round with whoever organises it and its judges."""

    round_: Round
    organiser: Any
    judges: list[JudgeOfPool]

    def at(self, key: str, day: int = 0, hour: int = 10) -> datetime:
        """A working hour some days after a phase begins."""
        phase = next(row for row in self.round_.phases if row.key == key)
        return phase.starts_at + timedelta(days=day, hours=hour - 9)


@dataclass
class World:
    """Everything that the demo acts with."""

    session: Session
    storage: Storage
    chance: random.Random
    plants: list[Plant] = field(default_factory=list)
    officials: dict[int, Person] = field(default_factory=dict)
    judges: list[JudgeOfPool] = field(default_factory=list)
    accounts: list[tuple[str, str, str]] = field(default_factory=list)
    administrator: Person | None = None
    quality: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._actors = Actors(self.session)

    def actor(self, person: Person | Any, now: datetime) -> Actor:
        """The person as they may act at a moment."""
        id_ = person.id if isinstance(person, Person) else int(person)
        return self._actors.at(id_, now)

    def staff(self, plant: Plant, role: Role, now: datetime) -> Actor:
        """Whoever holds a role in a company."""
        return self.actor(plant.staff[role], now)

    def region(self, name: str, parent: Region | None = None) -> Region:
        """A region by name below another."""
        statement = sa.select(Region).where(Region.pack == "china", Region.name == name)
        if parent is not None:
            statement = statement.where(Region.path.startswith(parent.path))
        return self.session.scalars(statement.order_by(Region.id)).first() or self._missing(name)

    def _missing(self, name: str) -> Region:
        raise LookupError(f"the region pack has no {name}")


def build_people(world: World) -> None:
    """Companies with staff and workers, officials of every region concerned, judges and the administrator."""
    nation = world.session.scalars(
        sa.select(Region).where(Region.pack == "china", Region.level == RegionLevel.NATION)
    ).one()
    world.administrator = _account(world, "平台管理员示例", "admin", None)
    _grant(world, world.administrator, Role.ADMINISTRATOR, ScopeKind.PLATFORM, 0)
    _official(world, nation, "nation")
    for number, row in enumerate(content()["companies"]):
        _build_plant(world, row, number)
    _build_judges(world)
    world.session.flush()


def _build_plant(world: World, row: dict[str, Any], number: int) -> None:
    """One company, the officials above it, and its people."""
    codes = {item["name"]: item["code"].lower() for item in content()["provinces"]}
    province = world.region(row["province"])
    _official(world, province, codes[row["province"]])
    city = world.region(row["city"], province) if row["city"] else None
    if city is not None:
        place = next(p["cities"] for p in content()["provinces"] if p["name"] == row["province"])
        _official(world, city, f"{codes[row['province']]}{place.index(row['city']) + 1}")
    county = world.region(row["county"], city or province)
    if row["city"] in COUNTY_CITIES or not row["city"]:
        _official(world, county, f"{row['short'].lower()}-county")
    industry = world.session.scalars(sa.select(Industry).where(Industry.code == row["industry"])).one()
    company = organisations.register_company(
        world.session,
        actor=SYSTEM,
        region=county,
        industry=industry,
        code=example_code(number),
        short_code=row["short"],
        name=row["name"],
        name_en=row["en"],
        park_name=row.get("park", ""),
        headcount=row["headcount"],
        output_yuan=Decimal(row["output"]) * 10000,
        aliases=[row["name"].removeprefix("示例").removesuffix("有限公司")],
        is_demo=True,
        now=START,
    )
    plant = Plant(company, row["short"].lower(), {}, row["circles"])
    for role, title in STAFF.items():
        name = f"{world.chance.choice(content()['surnames'])}{title[:2]}示例"
        person = _account(world, name, f"{role.value}.{plant.code}", company)
        _grant(world, person, role, ScopeKind.COMPANY, company.id)
        plant.staff[role] = person
    world.plants.append(plant)


COUNTY_CITIES = frozenset({"苏州市"})
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def example_code(number: int) -> str:
    """A credit code with a right check sign in a range that no authority gives out (category Y)."""
    body = f"91000000MAYX{number:05d}"
    rest = sum(SIGNS.index(sign) * weight for sign, weight in zip(body, WEIGHTS, strict=True)) % 31
    return body + SIGNS[(31 - rest) % 31]


def _official(world: World, region: Region, code: str) -> None:
    """The official of a region, once."""
    if region.id in world.officials:
        return
    person = _account(world, f"{region.name}主管示例", f"official.{code}", None)
    _grant(world, person, Role.OFFICIAL, ScopeKind.REGION, region.id)
    world.officials[region.id] = person


def _build_judges(world: World) -> None:
    """Twenty-four judges whose severities are known, spread evenly around zero."""
    for number in range(24):
        name = f"{world.chance.choice(content()['surnames'])}评委示例{number + 1:02d}"
        person = _account(world, name, f"judge{number + 1:02d}", None)
        world.judges.append(JudgeOfPool(person, (number % 9 - 4) * 1.5))
        _register_judge(world, person, number)


def _register_judge(world: World, person: Person, number: int) -> None:
    """A judge writes down home and fields; the official of the home keeps the qualification."""
    county = world.plants[number % len(world.plants)].company.region
    home = county.parent if county.parent is not None and county.parent.id in world.officials else county
    while home.parent is not None and not (
        home.level is RegionLevel.CITY or home.is_municipality or home.is_direct_county
    ):
        home = home.parent
    sections = [row for row in organisation_queries.industries(world.session) if row.parent_id is None]
    domains = ("energy_saving", "pollution_reduction", "clean_energy")
    profile = save_profile(
        world.session,
        actor=world.actor(person, START),
        version=0,
        home_region=home,
        industries=[sections[(number * 3 + step) % len(sections)].id for step in range(4)],
        domains=[domains[number % 3], domains[(number + 1) % 3]],
        methods=["qc_solve_self", "qc_solve_directed", *(["qc_innovate"] if number % 3 == 0 else [])],
        languages=["zh", "en"] if number % 4 == 0 else ["zh"],
        workload_limit=60 if number % 5 == 0 else None,
        now=START,
    )
    keep_qualification(
        world.session,
        actor=SYSTEM,
        profile=profile,
        version=profile.version,
        qualification=list(Qualification)[number % 3],
        certificate_number=f"示例-{number + 1:04d}",
        valid_until=date(2025 if number % 11 == 7 else 2028, 12, 31),
        now=START,
    )


_HASH: dict[str, str] = {}


def _account(world: World, name: str, handle: str, company: Company | None) -> Person:
    """A person who can sign in with the demo's password."""
    person = people.add_person(
        world.session,
        actor=SYSTEM,
        name=name,
        company_id=company.id if company else None,
        email=f"{handle}@demo.example",
        is_demo=True,
        now=START,
    )
    give_password(world, person)
    return person


def give_password(world: World, person: Person) -> None:
    """The demo's password; its hash is computed once, since all demo accounts share it."""
    if "hash" not in _HASH:
        people.set_password(world.session, person=person, password=PASSWORD)
        _HASH["hash"] = person.password_hash or ""
    person.password_hash = _HASH["hash"]


def _grant(world: World, person: Person, role: Role, kind: ScopeKind, scope_id: int) -> None:
    """Give a role."""
    people.give_role(
        world.session,
        actor=SYSTEM,
        person_id=person.id,
        role=role,
        scope_kind=kind,
        scope_id=scope_id,
        reason="demo",
        now=START,
    )


def hire(world: World, plant: Plant, name: str, number: str, handle: str | None) -> Person:
    """A worker of a company: with an e-mail address, or with an employee number only."""
    person = people.add_person(
        world.session,
        actor=SYSTEM,
        name=name,
        company_id=plant.company.id,
        employee_number=number,
        email=f"{handle}@demo.example" if handle else None,
        is_demo=True,
        now=START,
    )
    give_password(world, person)
    plant.workers.append(person)
    return person
