"""What can be tried of the plan past one machine: two processes, a replica for reads, partitions by province.

`BENCH_SCALING` is the number of projects of the nation it is tried on (docs/scaling.md holds the outcome).
"""

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from bench.databases import cluster
from bench.load import Load, measure
from bench.nation import PAGES
from bench.pages import environment
from bench.replica import standby_of
from bench.season import NOW
from bench.serving import get, serving
from cp_circles.db.engine import make_engine
from cp_circles.db.registry import load_models
from cp_circles.demo.nation import make_nation
from tests.postgres import Cluster

PROJECTS = int(os.environ.get("BENCH_SCALING", "10000"))
PAGE = next(iter(PAGES.values()))
COMMITS = 200
TURNS = 15
PROVINCE = "CAST(split_part(region_path, '/', 3) AS integer)"
LARGEST = 12


def measured() -> list[str]:
    """The section of the report."""
    lines = ["## Past one machine", ""]
    lines += [f"PostgreSQL, {PROJECTS:,} projects, everything on this one machine, in one run.", ""]
    with cluster() as primary:
        primary.administer("CREATE DATABASE measured")
        engine = make_engine(primary.url("measured"))
        began = time.perf_counter()
        load_models().create_all(engine)
        with Session(engine) as session, session.begin():
            rows = make_nation(session, projects=PROJECTS, seed=2026, now=NOW)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        lines += [f"The nation ({rows:,} ledger rows) was made in {time.perf_counter() - began:.0f} s.", ""]
        lines += _sizes(engine)
        lines += _processes(primary)
        lines += _replica(primary, engine)
        lines += _partitions(engine)
        engine.dispose()
    return lines


def _sizes(engine: Engine) -> list[str]:
    """Bytes of each large table with its indexes, a project."""
    statement = sa.text(
        "SELECT relname, reltuples, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        "ORDER BY pg_total_relation_size(oid) DESC LIMIT :largest"
    )
    lines = [
        "### Size",
        "",
        "| table | rows | data MB | indexes MB | bytes a project |",
        "|---|---|---|---|---|",
    ]
    with engine.connect() as connection:
        for name, rows, data, indexes in connection.execute(statement, {"largest": LARGEST}):
            share = (data + indexes) / PROJECTS
            lines.append(f"| {name} | {rows:,.0f} | {data / 1e6:.1f} | {indexes / 1e6:.1f} | {share:,.0f} |")
        whole = connection.scalar(sa.text("SELECT pg_database_size(current_database())"))
    return [
        *lines,
        "",
        f"The whole database: {whole / 1e6:,.0f} MB, {whole / PROJECTS:,.0f} bytes a project.",
        "",
    ]


def _processes(primary: Cluster) -> list[str]:
    """A board's page from one application process and from two, which share the database."""
    lines = ["### Application processes", "", "| processes | answers/s | median ms | p99 ms | refused |"]
    lines += ["|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory(prefix="circles-bench-") as name:
        settings = environment(primary.url("measured"), Path(name))
        with serving("wsgi:app", settings) as first:
            lines.append(_row("one", [_loaded(first)]))
            with serving("wsgi:app", settings) as second:
                lines.append(_row("two", _together([lambda: _loaded(first), lambda: _loaded(second)])))
    return [*lines, ""]


def _replica(primary: Cluster, engine: Engine) -> list[str]:
    """Pages served from a streaming replica, and how far behind it is under each kind of commit."""
    lines = ["### A streaming replica for reads", ""]
    with standby_of(primary) as replica, tempfile.TemporaryDirectory(prefix="circles-bench-") as name:
        follower = make_engine(replica.url("measured"))
        with serving("wsgi:app", environment(replica.url("measured"), Path(name))) as port:
            load = _loaded(port)
        lines += [
            f"A board's page from a process whose database is the replica: {load.rate:.0f} answers a second, "
            f"{load.refused} refused.",
            "",
            "| commit | median ms of a commit | median ms until the replica shows it | p99 |",
            "|---|---|---|---|",
        ]
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE scaling_stamps (id integer PRIMARY KEY)")
        first = 1
        for kind, standbys in (("local", ""), ("remote_write", "replica"), ("remote_apply", "replica")):
            primary.administer(f"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'")
            primary.administer("SELECT pg_reload_conf()")
            lines.append(_delay(engine, follower, kind, first))
            first += COMMITS
        primary.administer("ALTER SYSTEM RESET synchronous_standby_names")
        primary.administer("SELECT pg_reload_conf()")
        follower.dispose()
    return [*lines, ""]


def _delay(engine: Engine, follower: Engine, kind: str, first: int) -> str:
    commits, delays = [], []
    with engine.connect() as writer, follower.connect() as reader:
        reader = reader.execution_options(isolation_level="AUTOCOMMIT")
        writer.exec_driver_sql(f"SET synchronous_commit = {kind}")
        writer.commit()
        for number in range(first, first + COMMITS):
            began = time.perf_counter()
            writer.execute(sa.text("INSERT INTO scaling_stamps VALUES (:id)"), {"id": number})
            writer.commit()
            committed = time.perf_counter()
            while not reader.scalar(sa.text("SELECT 1 FROM scaling_stamps WHERE id = :id"), {"id": number}):
                pass
            commits.append(committed - began)
            delays.append(time.perf_counter() - committed)
    late = sorted(delays)[int(COMMITS * 0.99)]
    return (
        f"| {kind} | {statistics.median(commits) * 1000:.2f} | {statistics.median(delays) * 1000:.2f} | "
        f"{late * 1000:.2f} |"
    )


def _partitions(engine: Engine) -> list[str]:
    """The ledger cut by province: what a province's and the nation's exact sums cost, whole and in parts."""
    with engine.begin() as connection:
        provinces = list(
            connection.scalars(sa.text(f"SELECT DISTINCT {PROVINCE} FROM ledger_rows ORDER BY 1"))
        )
        connection.exec_driver_sql(
            "CREATE TABLE ledger_parts (province integer, LIKE ledger_rows) PARTITION BY LIST (province)"
        )
        for province in provinces:
            connection.exec_driver_sql(
                f"CREATE TABLE ledger_part_{province} PARTITION OF ledger_parts FOR VALUES IN ({province})"
            )
        connection.exec_driver_sql(f"INSERT INTO ledger_parts SELECT {PROVINCE}, * FROM ledger_rows")
        connection.exec_driver_sql(
            "CREATE INDEX ON ledger_parts (basis, metric, currency, season, region_path)"
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE ledger_parts")
        lines = [f"### The ledger in {len(provinces)} partitions", ""]
        lines += [
            "| exact sum by circle, filtered by focus area | one table, ms | partitions, ms |",
            "|---|---|---|",
        ]
        largest = connection.scalar(
            sa.text(f"SELECT {PROVINCE} FROM ledger_rows GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
        )
        here = "WHERE metric = 'energy_kgce' AND season = 2026 AND focus_area = 'production'"
        for scope, whole, parts in (
            ("nation", here, here),
            ("largest province", f"{here} AND {PROVINCE} = {largest}", f"{here} AND province = {largest}"),
        ):
            old, new = _timed(connection, "ledger_rows", whole), _timed(connection, "ledger_parts", parts)
            lines.append(f"| {scope} | {old:.1f} | {new:.1f} |")
        began = time.perf_counter()
        connection.exec_driver_sql(f"ALTER TABLE ledger_parts DETACH PARTITION ledger_part_{largest}")
        connection.exec_driver_sql(
            f"ALTER TABLE ledger_parts ATTACH PARTITION ledger_part_{largest} FOR VALUES IN ({largest})"
        )
        moved = (time.perf_counter() - began) * 1000
    return [*lines, "", f"The largest province taken out and put back: {moved:.0f} ms.", ""]


def _timed(connection: Connection, table: str, where: str) -> float:
    statement = f"SELECT circle_id, sum(amount) FROM {table} {where} GROUP BY 1 ORDER BY 2 DESC LIMIT 50"
    times = []
    for _ in range(TURNS):
        began = time.perf_counter()
        connection.exec_driver_sql(statement).all()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def _loaded(port: int) -> Load:
    request = get(PAGE)
    measure(port, [request], connections=2, seconds=1)
    return measure(port, [request])


def _together(acts: list[Callable[[], Load]]) -> list[Load]:
    found: list[Load] = []
    threads = [threading.Thread(target=lambda act=act: found.append(act())) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _row(name: str, loads: list[Load]) -> str:
    rate, refused = sum(load.rate for load in loads), sum(load.refused for load in loads)
    median, p99 = max(load.median for load in loads) * 1000, max(load.p99 for load in loads) * 1000
    return f"| {name} | {rate:.0f} | {median:.1f} | {p99:.1f} | {refused} |"


if __name__ == "__main__":
    print("\n".join(measured()))
