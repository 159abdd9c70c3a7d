"""A made-up season of any size: companies over all counties, circles, projects and what they saved."""

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle, CircleState
from cp_circles.db.engine import make_engine
from cp_circles.db.registry import load_models
from cp_circles.demo.load import load_base
from cp_circles.ledger.models import Basis, LedgerRow
from cp_circles.ledger.services import rebuild_rollups
from cp_circles.organisations.models import Company, Region, RegionLevel
from cp_circles.people.rules import SYSTEM
from cp_circles.projects.models import Project, ProjectState

NOW = datetime(2026, 9, 18, 1, 0, tzinfo=UTC)
SEASONS = (2025, 2026)
FOCUS = ("raw_material", "production", "treatment", "fugitive", "site")
DOMAINS = ("energy_saving", "pollution_reduction", "clean_energy", "other")
CHUNK = 5_000


def build_season(folder: Path, projects: int) -> str:
    """A SQLite file with the shipped rules and that many verified projects; gives its address."""
    url = f"sqlite:///{folder}/season-{projects}.db"
    engine = make_engine(url)
    load_models().create_all(engine)
    with Session(engine) as session, session.begin():
        load_base(session, regions="china", now=NOW)
        counties = session.execute(
            sa.select(Region.id, Region.path).where(Region.level == RegionLevel.COUNTY)
        ).all()
        _fill(session, [(row.id, row.path) for row in counties], projects)
        rebuild_rollups(session, actor=SYSTEM, now=NOW)
    engine.dispose()
    return url


def _fill(session: Session, counties: list[tuple[int, str]], projects: int) -> None:
    chance = random.Random(projects)
    companies = max(1, projects // 5)
    places = [chance.choice(counties) for _ in range(companies)]
    _insert(session, Company, (_company(n, place[0]) for n, place in enumerate(places, 1)))
    circles = max(1, projects // 2)
    _insert(session, Circle, (_circle(n, companies) for n in range(1, circles + 1)))
    _insert(session, Project, (_project(n, circles, companies) for n in range(1, projects + 1)))
    _insert(session, LedgerRow, _ledger_rows(chance, projects, circles, places))


def _insert(session: Session, model: Any, rows: Iterator[Mapping[str, Any]]) -> None:
    chunk: list[Mapping[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            session.execute(sa.insert(model), chunk)
            chunk = []
    if chunk:
        session.execute(sa.insert(model), chunk)


def _company(n: int, region_id: int) -> dict[str, Any]:
    code, head = f"B{n:017d}", 50 + n % 2000
    facts = {"id": n, "code_scheme": "BENCH", "code": code, "short_code": f"B{n}", "name": f"示例公司{n}"}
    return facts | {"region_id": region_id, "headcount": head, "is_public": True, "created_at": NOW}


def _circle(n: int, companies: int) -> dict[str, Any]:
    facts = {"id": n, "number": f"B-2026-{n}", "company_id": (n - 1) % companies + 1, "name": f"示例小组{n}"}
    return facts | {"state": CircleState.REGISTERED, "registered_at": NOW, "created_at": NOW}


def _project(n: int, circles: int, companies: int) -> dict[str, Any]:
    circle = (n - 1) % circles + 1
    return {
        "id": n,
        "number": f"B-2026-{n}-1",
        "circle_id": circle,
        "company_id": (circle - 1) % companies + 1,
        "title": f"降低示例工序 {n} 的单位电耗",
        "focus_area": FOCUS[n % 5],
        "domain": DOMAINS[n % 4],
        "state": ProjectState.COMPLETED,
        "created_at": NOW,
    }


def _ledger_rows(
    chance: random.Random, projects: int, circles: int, places: list[tuple[int, str]]
) -> Iterator[dict[str, Any]]:
    for n in range(1, projects + 1):
        company = ((n - 1) % circles) % len(places) + 1
        energy = Decimal(int(chance.lognormvariate(9, 1.2) * 100)) / 100
        shared = {
            "saving_id": n,
            "project_id": n,
            "circle_id": (n - 1) % circles + 1,
            "company_id": company,
            "region_path": places[company - 1][1],
            "season": SEASONS[n % 4 != 0],
            "basis": Basis.VERIFIED,
            "focus_area": FOCUS[n % 5],
            "domain": DOMAINS[n % 4],
            "counted_at": NOW,
        }
        for metric, currency, factor in (("energy_kgce", "", 1), ("yuan", "CNY", 5)):
            amount = energy * factor
            yield shared | {
                "metric": metric,
                "currency": currency,
                "amount": amount,
                "public_amount": amount,
            }
