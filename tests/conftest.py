"""Fixtures: a fresh database on either engine, builders, the application, and a browser before it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from config import Config
from cp_circles.db.engine import make_engine
from cp_circles.db.registry import load_models
from tests import needs
from tests.builders import Builders
from tests.postgres import Cluster, server_binaries

pytest_plugins = ["tests.web_fixtures", "tests.demo_fixtures"]

NOW = datetime(2026, 9, 18, 1, 0, tzinfo=UTC)
hypothesis.settings.register_profile("daily", max_examples=50, deadline=None)
hypothesis.settings.register_profile("prove", max_examples=1000, deadline=None)
REVERSE_UNORDERED = "PRAGMA reverse_unordered_selects = ON"
WEB_FIXTURES = frozenset({"app", "client", "live", "page"})


@sa.event.listens_for(Engine, "connect")
def reverse_unordered(connection: Any, record: object) -> None:
    """SQLite hands out rows without ORDER BY in reverse, so that nothing comes to lean on the order of rows."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute(REVERSE_UNORDERED)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database both` runs what takes a session on SQLite and on PostgreSQL."""
    kinds = ["sqlite", "postgresql", "both"]
    parser.addoption("--prove", action="store_true", help="many more examples and kills")
    parser.addoption("--database", choices=kinds, default="sqlite", help="databases to test on")


def pytest_configure(config: pytest.Config) -> None:
    """Property tests try few examples in daily runs and many in `make prove`."""
    chosen = "prove" if config.getoption("--prove") else "daily"
    hypothesis.settings.load_profile(chosen)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Services run on each chosen database; what goes through HTTP on SQLite, unless marked to run on both."""
    if "database_kind" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("--database")
    kinds = ["sqlite", "postgresql"] if chosen == "both" else [chosen]
    proving = metafunc.config.getoption("--prove")
    heavy = metafunc.definition.get_closest_marker("both_when_proving") and not proving
    served = WEB_FIXTURES & set(metafunc.fixturenames)
    if metafunc.definition.get_closest_marker("served_on_both"):
        served = set()
    if served or (heavy and chosen == "both"):
        kinds = ["sqlite"]
    marks = {"sqlite": [], "postgresql": [pytest.mark.postgresql]}
    params = [pytest.param(kind, marks=marks[kind], id=kind) for kind in kinds]
    metafunc.parametrize("database_kind", params, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes a browser is a browser test; what takes the application is an http test."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in fixtures:
            item.add_marker("browser")
        if fixtures & {"app", "live", "stage"}:
            item.add_marker("http")


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return request.param


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The PostgreSQL server of this test process.

    Nothing counts rows behind a test: what a transaction has not committed would count as none, and the plans
    of a test that takes minutes would be those of empty tables.
    """
    binaries = server_binaries()
    if binaries is None:
        needs.missing("PostgreSQL", "install the system package 'postgresql'")
    running = Cluster(binaries, "autovacuum=off")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def template(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The address of a database that holds the whole schema and no rows; never written to."""
    if database_kind == "postgresql":
        cluster = request.getfixturevalue("cluster")
        cluster.administer("CREATE DATABASE template_circles TEMPLATE template0")
        url = cluster.url("template_circles")
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('template')}/circles.db"
    engine = make_engine(url)
    load_models().create_all(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def fresh_database(
    database_kind: str,
    template: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[], str]:
    """Gives the address of a new copy of the template at each call."""
    copies = iter(range(1, 100_000))

    def copy() -> str:
        if database_kind == "sqlite":
            target = tmp_path_factory.mktemp("copy") / "circles.db"
            shutil.copyfile(template.removeprefix("sqlite:///"), target)
            return f"sqlite:///{target}"
        cluster, name = request.getfixturevalue("cluster"), f"copy_{next(copies)}"
        cluster.administer(f"CREATE DATABASE {name} TEMPLATE template_circles")
        return cluster.url(name)

    return copy


@pytest.fixture(scope="session")
def shared_engine(fresh_database: Callable[[], str]) -> Iterator[Engine]:
    """One engine for all tests that roll back what they did."""
    engine = make_engine(fresh_database())
    yield engine
    engine.dispose()


@pytest.fixture
def database_url(fresh_database: Callable[[], str]) -> str:
    """A database of this test's own, empty of rows."""
    return fresh_database()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database of this test's own: for tests that commit or use several connections."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(fresh_database: Callable[[], str], request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session; rolled back at the end, or on this test's own database if it has one.

    A test that also takes `app`, `client`, `live`, `engine` or `database_url` shares that database.
    """
    if {"database_url"} & set(request.fixturenames):
        with Session(request.getfixturevalue("engine")) as own:
            yield own
        return
    with request.getfixturevalue("shared_engine").connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as borrowed:
            yield borrowed
        outer.rollback()


@pytest.fixture
def make(session: Session) -> Builders:
    """Builders that write through the test's session."""
    return Builders(session, NOW)


@pytest.fixture
def count_statements(session: Session) -> Callable[[Callable[[], Any]], int]:
    """Runs a callable and gives back how many SQL statements it sent."""
    bind = session.get_bind()
    engine = bind.engine if isinstance(bind, sa.Connection) else bind

    def count(call: Callable[[], Any]) -> int:
        seen: list[str] = []

        def remember(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "BEGIN")):
                seen.append(statement)

        session.flush()
        session.expire_all()
        session.expunge_all()
        sa.event.listen(engine, "before_cursor_execute", remember)
        try:
            call()
        finally:
            sa.event.remove(engine, "before_cursor_execute", remember)
        return len(seen)

    return count


@pytest.fixture(scope="session")
def proving(request: pytest.FixtureRequest) -> bool:
    """Whether this run is `make prove`: take the large size."""
    return bool(request.config.getoption("--prove"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository (`$SHARED_DATA` names another)."""
    if not needs.SHARED_DATA.is_dir():
        needs.missing("the shared data", f"put it at {needs.SHARED_DATA} or set SHARED_DATA")
    return needs.SHARED_DATA


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the machine never reach a test."""
    for name, _, _ in Config.table():
        monkeypatch.delenv(name, raising=False)
