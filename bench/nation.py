"""Boards of made-up nations beside a bare hello: pages over HTTP, statements, plans, what a write costs.

`BENCH_NATIONS` names the sizes, `BENCH_NATION_DATABASES` the databases, `BENCH_NATION_FOLDER` a folder in
which nations are kept for the next run.
"""

import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.databases import KINDS, database, kept_database
from bench.load import Load, measure
from bench.pages import environment, exponent, row
from bench.processor import server_of, spent_by
from bench.season import NOW
from bench.serving import get, serving
from config import Config
from cp_circles.app import create_app
from cp_circles.db.engine import Sessions, make_engine
from cp_circles.db.registry import load_models
from cp_circles.demo.nation import make_nation
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, Asked, Scope
from cp_circles.ledger import services
from cp_circles.ledger.models import Basis, BoardKey, BoardTotal, LedgerRow
from cp_circles.organisations.models import Region
from cp_circles.people.models import Grant, Person, Role, ScopeKind, SignIn
from cp_circles.people.secrets import token_hash

SIZES = tuple(int(size) for size in os.environ.get("BENCH_NATIONS", "1000,10000").split(","))
DATABASES = tuple(os.environ.get("BENCH_NATION_DATABASES", ",".join(KINDS)).split(","))
SEASON, METRIC = 2026, "energy_kgce"
BOARD = f"/public/boards?metric={METRIC}&season={SEASON}&by="
PAGES = {
    "top 50 of projects": f"{BOARD}project",
    "top 50 of circles": f"{BOARD}circle",
    "top 50 of companies": f"{BOARD}company",
    "provinces": f"{BOARD}region",
}
MINE = f"/boards?metric={METRIC}&season={SEASON}&by=circle&region="
TURNS, WRITES = 40, 30
HEAD = [
    "| page | answers/s | of the hello beside it | median ms | p99 ms | refused |",
    "|---|---|---|---|---|---|",
]
ABOUT = [
    "One worker, eight threads, eight connections from two client processes; all in one run on a machine",
    "that other work may share, so the hello is measured again after each page: compare within a line.",
    "A kept page was drawn before under the stamp that the request reads; a drawn page is made for a reader",
    "who is signed in, for whom nothing is kept.",
]
Pair = tuple[Load, Load]


@dataclass(frozen=True)
class Nation:
    """A database with a nation, the nation's region, and the token of somebody in a circle in its middle."""

    url: str
    folder: Path
    region_id: int
    circle_id: int
    token: str
    seconds: float


@contextmanager
def nation_of(kind: str, projects: int) -> Iterator[Nation]:
    """A nation of so many projects with one signed-in member; one that is there is kept."""
    kept = os.environ.get("BENCH_NATION_FOLDER", "")
    found = kept_database(kind, Path(kept) / f"nation-{projects}") if kept else database(kind)
    with tempfile.TemporaryDirectory(prefix="circles-bench-") as name, found as url:
        yield build_nation(url, Path(name), projects)


def build_nation(url: str, folder: Path, projects: int) -> Nation:
    """Make the nation, unless one is there; `seconds` is what that took."""
    engine = make_engine(url)
    load_models().create_all(engine)
    began = time.perf_counter()
    with Session(engine) as session, session.begin():
        if session.scalar(sa.select(BoardKey.id).limit(1)) is None:
            make_nation(session, projects=projects, seed=2026, now=NOW)
    seconds = time.perf_counter() - began
    with Session(engine) as session, session.begin():
        region_id = session.scalars(sa.select(Region.id).where(Region.parent_id.is_(None))).one()
        circle_id = _circle_in_the_middle(session, region_id)
        token = _signed_in(session, circle_id)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
    return Nation(url, folder, region_id, circle_id, token, seconds)


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
    scope = {"scope_kind": ScopeKind.CIRCLE, "scope_id": circle_id, "since": NOW}
    session.add(Grant(person_id=person.id, role=Role.MEMBER, **scope))
    seen = {"created_at": NOW, "last_seen_at": NOW, "password_confirmed_at": NOW}
    session.add(SignIn(person_id=person.id, token_hash=token_hash(token), **seen))
    return token


def measured() -> list[str]:
    """The section of the report."""
    lines = ["## Boards of a nation", "", *ABOUT]
    with serving("bench.hello:app", {}) as hello:
        for kind in DATABASES:
            lines += ["", f"### {kind}", "", *HEAD]
            loads: dict[str, list[Load]] = {}
            below: list[str] = []
            for size in SIZES:
                with nation_of(kind, size) as nation:
                    peaks: list[int] = []
                    for page, (load, reference) in _pages(nation, hello, peaks).items():
                        loads.setdefault(page, []).append(load)
                        lines.append(row(f"{page}, {size:,} projects", load, reference))
                    below += [f"#### {kind}, {size:,} projects", "", _made(nation, peaks)]
                    below += [*_statements(nation), writes(nation), ""]
            lines += [*_growth(loads), "", *below]
    return lines


def _made(nation: Nation, peaks: list[int]) -> str:
    made = f"made in {nation.seconds:.1f} s" if nation.seconds > 1 else "made by an earlier run"
    return f"- the nation was {made}; the worker held at most {max(peaks)} MB"


def _growth(loads: dict[str, list[Load]]) -> list[str]:
    growth = SIZES[-1] / SIZES[0]
    if growth <= 1:
        return []
    lines = ["", "| page | growth exponent of the median | of the p99 | p99 of largest to smallest |"]
    lines.append("|---|---|---|---|")
    for page, at in loads.items():
        median = exponent(at[0].median, at[-1].median, growth)
        p99 = exponent(at[0].p99, at[-1].p99, growth)
        lines.append(f"| {page} | {median:.2f} | {p99:.2f} | {at[-1].p99 / at[0].p99:.2f} |")
    return lines


def _pages(nation: Nation, hello: int, peaks: list[int]) -> dict[str, Pair]:
    """Each page under load, and the hello right after it."""
    settings = environment(nation.url, nation.folder)
    app = create_app(Config.from_env(settings))
    app.extensions["cp_sessions"].engine.dispose()
    sessions: Any = app.session_interface
    facts = {"_user_id": nation.token, "_fresh": True, "csrf": "0" * 40, "_permanent": True}
    signed = sessions.get_signing_serializer(app).dumps(facts)
    cookie = f"{app.config['SESSION_COOKIE_NAME']}={signed}"
    requests = {f"{name}, kept": get(path) for name, path in PAGES.items()}
    requests["top 50 of circles, drawn"] = get(f"{BOARD}circle", cookie=cookie)
    requests["my place among circles, drawn"] = get(f"{MINE}{nation.region_id}", cookie=cookie)
    found = {}
    with serving("wsgi:app", settings, peaks=peaks) as port:
        for page, request in requests.items():
            measure(port, [request], connections=2, seconds=0.5)
            load = measure(port, [request])
            found[page] = (load, measure(hello, [get("/")], seconds=1.5))
    return found


@contextmanager
def _watched(engine: sa.Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements that an engine sends meanwhile."""
    seen: list[tuple[str, Any]] = []

    def remember(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        seen.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", remember)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", remember)


def _statements(nation: Nation) -> list[str]:
    """How many statements a page and a place take, their time in the database, and how each is found."""
    engine = make_engine(nation.url)
    lines = []
    with _watched(engine) as seen, Session(engine) as session:
        region = session.get_one(Region, nation.region_id)
        words = queries.vocabulary(session)
        metric = words.metric(METRIC) if words else None
        assert metric is not None
        asked = Asked(scope=Scope(region), by="circle", metric=metric, seasons=(SEASON,), variant=PUBLIC)
        for name, mine in (("top 50", ()), ("my place", (nation.circle_id,))):
            times = _times(TURNS, seen, partial(queries.board_page, session, asked, mine=mine))
            count, at = len(seen), statistics.median(times) * 1000
            p99 = sorted(times)[int(len(times) * 0.99)] * 1000
            lines.append(f"- {name}: {count} statements, median {at:.1f} ms, p99 {p99:.1f} ms at the query")
        plans = [_plan(session, statement, parameters) for statement, parameters in list(seen)]
    engine.dispose()
    return [*lines, *(f"- `{plan}`" for plan in dict.fromkeys(filter(None, plans)))]


def _times(turns: int, seen: list[Any], act: Callable[[], Any]) -> list[float]:
    """Seconds of each turn; `seen` holds the statements of the last."""
    times = []
    for _ in range(turns):
        seen.clear()
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return times


def _plan(session: Session, statement: str, parameters: Any) -> str:
    if not statement.startswith("SELECT"):
        return ""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    explain = "EXPLAIN (COSTS OFF)" if is_postgresql else "EXPLAIN QUERY PLAN"
    rows = session.connection().exec_driver_sql(f"{explain} {statement}", parameters)
    return "; ".join(str(row[-1]).strip() for row in rows)


def writes(nation: Nation) -> str:
    """What one verification costs with its commit, every roll-up and board above it moved."""
    engine = make_engine(nation.url)
    sessions = Sessions(engine)
    with sessions.reading() as session:
        rows = session.scalars(sa.select(LedgerRow).where(LedgerRow.metric == METRIC).limit(WRITES)).all()
    waiting = iter([_countable(row, n) for n, row in enumerate(rows)])

    def verify() -> None:
        with sessions.writing() as session, session.begin():
            services.count_saving(session, next(waiting), basis=Basis.VERIFIED, now=NOW)

    verify()
    postgresql = server_of(nation.url)
    before = time.process_time(), spent_by(postgresql) if postgresql else 0.0
    with _watched(engine) as seen:
        times = _times(len(rows) - 1, seen, verify)
        count = len(seen)
    after = time.process_time(), spent_by(postgresql) if postgresql else 0.0
    engine.dispose()
    at, p99 = statistics.median(times) * 1000, max(times) * 1000
    here, there = (1000 * (b - a) / len(times) for a, b in zip(before, after, strict=True))
    spent = f"{here:.1f} ms of processor" + (f" and {there:.1f} of PostgreSQL" if postgresql else "")
    return (
        f"- a verification in four metrics: {count} statements, {spent}; by the clock median {at:.1f} ms, "
        f"slowest {p99:.1f} ms"
    )


def _countable(row: LedgerRow, n: int) -> services.Countable:
    """Another saving of the project of a row."""
    amounts = {metric: Decimal(100 + n) for metric in ("energy_kgce", "carbon_kgco2e", "water_m3", "yuan")}
    return services.Countable(
        2_000_000_000 + time.time_ns() % 100_000_000 + n, row.project_id, row.circle_id, row.company_id,
        row.region_path, row.industry_id, SEASON, row.domain, row.focus_area, "CNY", amounts,
        frozenset({"yuan"}),
    )  # fmt: skip


if __name__ == "__main__":
    print("\n".join(measured()))
