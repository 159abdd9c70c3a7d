"""Which indexes a page's statements use, and which large tables they read from end to end."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config import Config
from cp_circles.app import create_app
from cp_circles.circles.models import Circle, CircleYear
from cp_circles.db.base import table_of
from cp_circles.ledger.models import (
    BoardCount,
    BoardDay,
    BoardIndustry,
    BoardMonth,
    BoardTotal,
    LedgerRow,
    Rollup,
)
from cp_circles.organisations.models import Company
from cp_circles.projects.models import Project
from cp_circles.results.models import Result

LARGE = frozenset(
    table_of(model).name
    for model in (
        LedgerRow, Rollup, BoardTotal, BoardCount, BoardMonth, BoardDay, BoardIndustry, Project, Circle,
        CircleYear, Company, Result,
    )
)  # fmt: skip
OF_SQLITE = re.compile(r"(SCAN|SEARCH) (\w+?)(?:_\d+)?(?: USING (?:COVERING )?INDEX (\w+)| USING .*)?(?: |$)")
Step = tuple[str, str]
"""A table and the index by which it is read; no index for one that is read from end to end."""


def plans_of(settings: Mapping[str, str], pages: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """What EXPLAIN says of each page's statements on large tables, each an address and a cookie."""
    app = create_app(Config.from_env(settings))
    engine: sa.Engine = app.extensions["cp_sessions"].engine
    client = app.test_client(use_cookies=False)
    found = {}
    for name, (address, cookie) in pages.items():
        seen: list[tuple[str, Any]] = []
        note = _noting(seen)
        sa.event.listen(engine, "before_cursor_execute", note)
        client.get(address, headers={"Cookie": cookie, "Accept-Language": "zh-CN"})
        sa.event.remove(engine, "before_cursor_execute", note)
        with engine.connect() as connection:
            steps = {step for statement, given in seen for step in _steps(connection, statement, given)}
        found[name] = _line(len(seen), steps)
    engine.dispose()
    return found


def _noting(seen: list[tuple[str, Any]]) -> Any:
    def note(connection: Any, cursor: Any, statement: str, given: Any, *rest: Any) -> None:
        seen.append((statement, given))

    return note


def _steps(connection: Connection, statement: str, given: Any) -> Iterator[Step]:
    if not statement.startswith(("SELECT", "WITH")):
        return iter(())
    if connection.dialect.name == "postgresql":
        (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", given).scalars()
        return _of_node((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"], "")
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
    return _of_lines([str(row[-1]) for row in rows])


def _of_node(node: Mapping[str, Any], table: str) -> Iterator[Step]:
    """The steps of a node of PostgreSQL's and those below it; a bitmap's index stands below its table."""
    table = node.get("Relation Name", table)
    if table in LARGE and (node["Node Type"] == "Seq Scan" or "Index Name" in node):
        yield table, node.get("Index Name", "")
    for below in node.get("Plans", ()):
        yield from _of_node(below, table if node["Node Type"].startswith("Bitmap") else "")


def _of_lines(lines: list[str]) -> Iterator[Step]:
    for line in lines:
        step = OF_SQLITE.match(line)
        if step and step[2] in LARGE:
            whole = step[1] == "SCAN" and step[3] is None
            yield step[2], "" if whole else step[3] or "primary key"


def _line(statements: int, steps: set[Step]) -> str:
    """The indexes, then the tables read from end to end."""
    by_index = ", ".join(sorted({index for _table, index in steps if index}))
    whole = ", ".join(sorted({table for table, index in steps if not index}))
    return f"{statements} | {by_index} | {whole}"
