"""A board's page of the top 50 and "my place" in made-up nations, beside a bare hello, with their statements.

`BENCH_NATIONS` names the sizes, `BENCH_NATION_FOLDER` a folder in which nations are kept for the next run.
"""

import os
import secrets
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.load import measure
from bench.pages import environment, exponent, row
from bench.season import NOW
from bench.serving import get, serving
from config import Config
from cp_circles.app import create_app
from cp_circles.db.engine import make_engine
from cp_circles.db.registry import load_models
from cp_circles.demo.nation import make_nation
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, Asked, Scope
from cp_circles.ledger.models import Basis, BoardKey, BoardTotal
from cp_circles.organisations.models import Region
from cp_circles.people.models import Grant, Person, Role, ScopeKind, SignIn
from cp_circles.people.secrets import token_hash

SIZES = tuple(int(size) for size in os.environ.get("BENCH_NATIONS", "1000,10000").split(","))
SEASON, METRIC = 2026, "energy_kgce"
BOARD = f"/public/boards?metric={METRIC}&season={SEASON}&by="
PAGES = {"top 50 of projects": f"{BOARD}project", "top 50 of circles": f"{BOARD}circle"}
PAGES["top 50 of companies"] = f"{BOARD}company"
MINE = f"/boards?metric={METRIC}&season={SEASON}&by=circle&region="
TURNS = 40


@dataclass(frozen=True)
class Nation:
    """A database with a nation, the nation's region, and the token of somebody in a circle in its middle."""

    url: str
    folder: Path
    region_id: int
    circle_id: int
    token: str


def build_nation(folder: Path, projects: int) -> Nation:
    """A SQLite file with a nation of so many projects and one signed-in member; one that is there is kept."""
    url = f"sqlite:///{folder}/nation-{projects}.db"
    engine = make_engine(url)
    load_models().create_all(engine)
    with Session(engine) as session, session.begin():
        if session.scalar(sa.select(BoardKey.id).limit(1)) is None:
            make_nation(session, projects=projects, seed=2026, now=NOW)
        nation = session.scalars(sa.select(Region).where(Region.parent_id.is_(None))).first()
        assert nation is not None
        circle_id = _circle_in_the_middle(session, nation.id)
        token = _signed_in(session, circle_id)
        found = Nation(url, folder, nation.id, circle_id, token)
    engine.dispose()
    return found


def _circle_in_the_middle(session: Session, region_id: int) -> int:
    board = session.scalars(
        sa.select(BoardKey.id).where(
            BoardKey.kind == "circle",
            BoardKey.variant == PUBLIC,
            BoardKey.basis == Basis.VERIFIED,
            BoardKey.metric == METRIC,
            BoardKey.season == SEASON,
        )
    ).one()
    here = (BoardTotal.board_id == board, BoardTotal.top_id == region_id)
    count = session.scalar(sa.select(sa.func.count()).where(*here)) or 0
    ordered = sa.select(BoardTotal.entity_id).where(*here).order_by(BoardTotal.standing, BoardTotal.entity_id)
    return session.scalars(ordered.offset(count // 2).limit(1)).one()


def _signed_in(session: Session, circle_id: int) -> str:
    token = secrets.token_urlsafe(24)
    person = Person(name="示例成员", salt=secrets.token_hex(16), created_at=NOW)
    session.add(person)
    session.flush()
    session.add(
        Grant(
            person_id=person.id,
            role=Role.MEMBER,
            scope_kind=ScopeKind.CIRCLE,
            scope_id=circle_id,
            since=NOW,
        )
    )
    seen = {"created_at": NOW, "last_seen_at": NOW, "password_confirmed_at": NOW}
    session.add(SignIn(person_id=person.id, token_hash=token_hash(token), **seen))
    return token


def measured() -> list[str]:
    """The section of the report."""
    lines = ["## Boards of a nation", ""]
    lines += [
        "One worker, eight threads, eight connections from two client processes, SQLite; all in one run on"
    ]
    lines += ["a machine that other work may share: compare within the run only.", ""]
    lines += ["| page | answers/s | of hello | median ms | p99 ms | refused |", "|---|---|---|---|---|---|"]
    with serving("bench.hello:app", {}) as port:
        hello = measure(port, [get("/")])
    lines.append(row("hello", hello, hello))
    medians: dict[str, list[float]] = {}
    below: list[str] = []
    with tempfile.TemporaryDirectory(prefix="circles-bench-") as name:
        folder = Path(os.environ.get("BENCH_NATION_FOLDER", name))
        for size in SIZES:
            nation = build_nation(folder, size)
            for page, load in _pages(nation).items():
                medians.setdefault(page, []).append(load.median)
                lines.append(row(f"{page}, {size:,} projects", load, hello))
            below += _statements(nation, size)
    growth = SIZES[-1] / SIZES[0]
    if growth > 1:
        shown = ", ".join(f"{page} {exponent(at[0], at[-1], growth):.2f}" for page, at in medians.items())
        lines += ["", f"Growth exponent of the median, {SIZES[0]:,} to {SIZES[-1]:,} projects: {shown}."]
    return [*lines, "", *below]


def _pages(nation: Nation) -> dict[str, Any]:
    """Each page under load."""
    settings = environment(nation.url, nation.folder)
    app = create_app(Config.from_env(settings))
    app.extensions["cp_sessions"].engine.dispose()
    sessions: Any = app.session_interface
    facts = {"_user_id": nation.token, "_fresh": True, "csrf": "0" * 40, "_permanent": True}
    signed = sessions.get_signing_serializer(app).dumps(facts)
    cookie = f"{app.config['SESSION_COOKIE_NAME']}={signed}"
    requests = {page: get(path) for page, path in PAGES.items()}
    requests["my place among circles"] = get(f"{MINE}{nation.region_id}", cookie=cookie)
    found = {}
    with serving("wsgi:app", settings) as port:
        for page, request in requests.items():
            measure(port, [request], connections=2, seconds=0.5)
            found[page] = measure(port, [request])
    return found


def _statements(nation: Nation, size: int) -> list[str]:
    """How many statements a page and a place take, their time in the database, and how each is found."""
    engine = make_engine(nation.url)
    seen: list[tuple[str, Any]] = []

    def remember(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        seen.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", remember)
    lines = [f"### Statements at {size:,} projects", ""]
    with Session(engine) as session:
        region = session.get_one(Region, nation.region_id)
        words = queries.vocabulary(session)
        assert words is not None
        metric = words.metric(METRIC)
        assert metric is not None
        asked = Asked(scope=Scope(region), by="circle", metric=metric, seasons=(SEASON,), variant=PUBLIC)
        for name, mine in (("top 50", ()), ("my place", (nation.circle_id,))):
            times = []
            for _ in range(TURNS):
                seen.clear()
                began = time.perf_counter()
                queries.board_page(session, asked, mine=mine)
                times.append(time.perf_counter() - began)
            at = statistics.median(times) * 1000
            lines.append(f"- {name}: {len(seen)} statements, median {at:.1f} ms at the query")
        plans = {statement: _plan(session, statement, parameters) for statement, parameters in list(seen)}
    engine.dispose()
    return [*lines, "", *(f"- `{plan}`" for plan in dict.fromkeys(plans.values())), ""]


def _plan(session: Session, statement: str, parameters: Any) -> str:
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return "; ".join(str(row[-1]) for row in rows)


if __name__ == "__main__":
    print("\n".join(measured()))
