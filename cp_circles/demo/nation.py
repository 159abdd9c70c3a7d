"""A made-up nation of any size for measuring: companies, circles, projects and what they saved, by a seed."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import accumulate, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.schema import AddConstraint, DropConstraint

from cp_circles.circles.models import Circle, CircleState, CircleYear
from cp_circles.db.base import table_of
from cp_circles.db.bulk import insert_rows
from cp_circles.db.triples import rebuild_triples
from cp_circles.demo.load import load_base
from cp_circles.errors import DomainError, msg
from cp_circles.ledger.models import (
    Basis,
    BoardCount,
    BoardDay,
    BoardIndustry,
    BoardKey,
    BoardMonth,
    BoardTotal,
    LedgerRow,
    Rollup,
)  # fmt: skip
from cp_circles.ledger.services import rebuild_rollups
from cp_circles.organisations.models import Company, Disclosure, Industry, Region, RegionLevel
from cp_circles.people.models import Person
from cp_circles.people.rules import SYSTEM
from cp_circles.projects.models import Project, ProjectState
from cp_circles.results.models import Result, ResultState

SCHEME = "NATION"
CHUNK = 20_000
SEASONS, SEASON_WEIGHTS = (2024, 2025, 2026), (2, 3, 5)
CENT = Decimal("0.01")
DISCLOSED = {0: Disclosure.NOTHING, 12: Disclosure.NAME}
FOCUS = ("raw_material", "production", "treatment", "fugitive", "site")
DOMAINS = ("energy_saving", "pollution_reduction", "clean_energy", "other")
METRICS = (
    ("energy_kgce", "", 1.0, 1.0),
    ("carbon_kgco2e", "", 2.6, 1.0),
    ("yuan", "CNY", 1.9, 1.0),
    ("water_m3", "", 0.8, 0.9),
    ("cod_kg", "", 0.02, 0.4),
    ("solid_waste_t", "", 0.01, 0.2),
)
LARGEST_COMPANY = 300.0
Place = tuple[int, str]
MADE = (
    BoardCount, BoardDay, BoardIndustry, BoardMonth, BoardTotal, BoardKey, Rollup, LedgerRow, Result, Project,
    CircleYear, Circle, Company,
)  # fmt: skip


class NotEmpty(DomainError):
    """The database holds something that this command has not made."""

    msgid = msg(
        "The database holds companies or people already. A nation needs an empty database of its own."
    )


@dataclass(frozen=True)
class Sizes:
    """How many rows a nation of so many projects has."""

    projects: int

    @property
    def companies(self) -> int:
        """One for twenty projects."""
        return max(2, self.projects // 20)

    @property
    def circles(self) -> int:
        """Two for three projects."""
        return max(2, self.projects * 2 // 3)


def make_nation(session: Session, *, projects: int, seed: int, now: datetime) -> int:
    """Fill an empty database with a nation, or replace the one that was made before; how many ledger rows.

    The same number of projects and the same seed give the same rows. NotEmpty where anything else is there.
    """
    _require_empty(session)
    if session.scalar(sa.select(Region.id).limit(1)) is None:
        load_base(session, regions="china", now=now)
    nation = _Nation(session, Sizes(projects), random.Random(f"{seed}:{projects}"), now)
    with _without_indexes(session):
        nation.fill()
        rebuild_triples(session)
        rebuild_rollups(session, actor=SYSTEM, now=now)
    return session.scalar(sa.select(sa.func.count()).select_from(LedgerRow)) or 0


def _require_empty(session: Session) -> None:
    """Refuse a database with people, or with companies that are not of a nation; empty one of its own."""
    others = sa.select(Company.id).where(Company.code_scheme != SCHEME)
    if session.scalar(others.limit(1)) or session.scalar(sa.select(Person.id).limit(1)):
        raise NotEmpty
    for model in MADE:
        session.execute(sa.delete(model))


@contextmanager
def _without_indexes(session: Session) -> Iterator[None]:
    """Fill tables first and sort their indexes after: moving each row into its place costs several times that.

    PostgreSQL looks into other tables and unique keys for all rows at once then, too; SQLite cannot drop these.
    """
    connection, tables = session.connection(), [table_of(model) for model in MADE]
    indexes = [index for table in tables for index in sorted(table.indexes, key=lambda one: str(one.name))]
    constraints = _constraints(tables) if connection.dialect.name == "postgresql" else []
    for constraint in constraints:
        connection.execute(DropConstraint(constraint))
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)
    for constraint in reversed(constraints):
        connection.execute(AddConstraint(constraint, isolate_from_table=False))


def _constraints(tables: Iterable[sa.Table]) -> list[sa.Constraint]:
    """The foreign keys, and then the unique keys, of tables."""
    kinds = (sa.ForeignKeyConstraint, sa.UniqueConstraint)
    found = [one for table in tables for one in table.constraints if isinstance(one, kinds)]
    return sorted(found, key=lambda one: (kinds.index(type(one)), str(one.name)))


class _Nation:
    """The rows of a nation, in the order in which they are drawn."""

    def __init__(self, session: Session, sizes: Sizes, chance: random.Random, now: datetime) -> None:
        self.session, self.sizes, self.chance, self.now = session, sizes, chance, now
        counties = session.execute(
            sa.select(Region.id, Region.path).where(Region.level == RegionLevel.COUNTY).order_by(Region.code)
        ).all()
        industries = session.scalars(
            sa.select(Industry.id).where(Industry.parent_id.is_not(None)).order_by(Industry.code)
        ).all()
        crowds = list(accumulate(chance.paretovariate(1.1) for _ in counties))
        self.places = _in_every_province(
            [_place(row) for row in counties],
            [_place(row) for row in chance.choices(counties, cum_weights=crowds, k=sizes.companies)],
        )
        self.industries = chance.choices(industries, k=sizes.companies)
        weights = accumulate(min(LARGEST_COMPANY, chance.paretovariate(0.9)) for _ in range(sizes.companies))
        companies = range(1, sizes.companies + 1)
        self.company_of = chance.choices(companies, cum_weights=list(weights), k=sizes.circles)
        self.circle_of = [chance.randrange(sizes.circles) + 1 for _ in range(sizes.projects)]
        self.company_of[: sizes.companies] = self.circle_of[: sizes.companies] = companies

    def fill(self) -> None:
        """Write companies, circles with their years, projects with their results, and ledger rows."""
        made = {"created_at": self.now}
        public = {"version": 1, "active": True, "is_demo": True}
        limits = {"low_cost_max_yuan": Decimal(100_000), "mid_cost_max_yuan": Decimal(500_000)}
        sizes = {"members_min": 3, "members_max": 10, "name_en": "", "aliases": [], "code_scheme": SCHEME}
        _insert(self.session, Company, self._companies(), made | public | limits | sizes)
        texts = {"slogan": "", "state_reason": "", "version": 1, "registered_at": self.now}
        _insert(self.session, Circle, self._circles(), made | texts | {"state": CircleState.REGISTERED})
        more = {"reason": "", "source": "", "state_reason": "", "loop": 1, "version": 1}
        _insert(self.session, Project, self._projects(), made | more | {"state": ProjectState.COMPLETED})
        _insert(self.session, CircleYear, self._years(), {"headcount": 6, "note": "", "renewed_at": self.now})
        empty = {"summary": "", "intangible": "", "state_reason": "", "version": 1}
        _insert(self.session, Result, self._results(), made | empty | {"state": ResultState.FROZEN})
        _insert(self.session, LedgerRow, self._ledger_rows(), {})

    def _companies(self) -> Iterator[dict[str, Any]]:
        for n, (region_id, _path) in enumerate(self.places, 1):
            yield {
                "id": n, "code": f"N{n:017d}", "short_code": f"N{n}", "name": f"示例公司{n}",
                "region_id": region_id, "industry_id": self.industries[n - 1],
                "headcount": 30 + n * 7919 % 3000, "disclosure": DISCLOSED.get(n % 25, Disclosure.WORK),
            }  # fmt: skip

    def _circles(self) -> Iterator[dict[str, Any]]:
        for n, company_id in enumerate(self.company_of, 1):
            yield {"id": n, "number": f"N-{n}", "company_id": company_id, "name": f"示例小组{n}"}

    def _projects(self) -> Iterator[dict[str, Any]]:
        for n, circle_id in enumerate(self.circle_of, 1):
            yield {
                "id": n, "number": f"N-{n}-1", "circle_id": circle_id,
                "company_id": self.company_of[circle_id - 1], "title": f"降低示例工序 {n} 的单位消耗",
                "focus_area": FOCUS[n % 5], "domain": DOMAINS[n % 4],
            }  # fmt: skip

    def _years(self) -> Iterator[dict[str, Any]]:
        """Every circle registers in two seasons of three."""
        for n in range(1, self.sizes.circles + 1):
            for season in SEASONS:
                if (n + season) % 3:
                    yield {"circle_id": n, "year": season}

    def _results(self) -> Iterator[dict[str, Any]]:
        """Six projects of ten have a result that stands."""
        for n in range(1, self.sizes.projects + 1):
            if n % 10 < 6:
                season = SEASONS[n % 3]
                yield {
                    "project_id": n, "key": f"nation-{n}", "title": f"降低示例工序 {n} 的单位消耗",
                    "frozen_at": datetime(season, 1 + n % 9, 1 + n % 28, 2, tzinfo=UTC),
                }  # fmt: skip

    def _ledger_rows(self) -> Iterator[dict[str, Any]]:
        """What each project saved: one in ten only claimed so far, one in a hundred shared by two companies.

        Every company has one that was verified in the newest season.
        """
        chance = self.chance
        for n, circle_id in enumerate(self.circle_of, 1):
            company_id = self.company_of[circle_id - 1]
            season = chance.choices(SEASONS, SEASON_WEIGHTS)[0]
            is_claimed = chance.random() < 0.1
            if n <= self.sizes.companies:
                season, is_claimed = SEASONS[-1], False
            months = 9 if season == self.now.year else 12
            base = {
                "saving_id": n, "project_id": n, "circle_id": circle_id, "season": season,
                "basis": Basis.CLAIMED if is_claimed else Basis.VERIFIED,
                "domain": DOMAINS[n % 4], "focus_area": FOCUS[n % 5],
                "counted_at": datetime(season, chance.randint(1, months), chance.randint(1, 17), 2, tzinfo=UTC),
            }  # fmt: skip
            energy = chance.lognormvariate(9, 1.4)
            sharers = [company_id]
            if chance.random() < 0.01:
                sharers = sorted({company_id, chance.randint(1, self.sizes.companies)})
            for metric, currency, factor, often in METRICS:
                if chance.random() < often:
                    cents = max(len(sharers), int(energy * factor * chance.uniform(0.8, 1.2) * 100))
                    what = base | {"metric": metric, "currency": currency}
                    yield from self._shared(what, sharers, cents)

    def _shared(
        self, what: Mapping[str, Any], sharers: Sequence[int], cents: int
    ) -> Iterator[dict[str, Any]]:
        """A row for each company that an amount counts to; they add up to it."""
        part = cents // len(sharers)
        for place, company_id in enumerate(sharers):
            own = part if place else cents - part * (len(sharers) - 1)
            amount = Decimal(own) * CENT
            yield {
                **what, "company_id": company_id, "region_path": self.places[company_id - 1][1],
                "industry_id": self.industries[company_id - 1], "amount": amount, "public_amount": amount,
            }  # fmt: skip


def _place(row: Any) -> Place:
    return int(row.id), str(row.path)


def _province(place: Place) -> str:
    """The province of a county's path."""
    return place[1].split("/")[2]


def _in_every_province(counties: Sequence[Place], drawn: Sequence[Place]) -> list[Place]:
    """The places drawn, with one moved from the fullest province to each that drew none.

    Where there are fewer places than provinces, each stands in one of its own. A large nation stays as drawn.
    """
    places, first = list(drawn), {_province(county): county for county in reversed(counties)}
    counts = Counter(map(_province, places))
    for province in sorted(first.keys() - counts.keys()):
        fullest, most = counts.most_common(1)[0]
        if most == 1:
            break
        at = max(n for n, place in enumerate(places) if _province(place) == fullest)
        places[at] = first[province]
        counts.subtract([fullest])
        counts.update([province])
    return places


def _insert(
    session: Session, model: Any, rows: Iterable[Mapping[str, Any]], common: Mapping[str, Any]
) -> None:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        insert_rows(session, table_of(model), chunk, common)
