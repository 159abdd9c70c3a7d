"""No statement of an unfiltered board reads a whole table that grows with the nation: each is found by an index."""

import itertools
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Asked, Scope
from cp_circles.organisations.models import Region

GROWING = frozenset({"ledger_rows", "living_rows", "rollups", "board_totals", "board_counts", "board_months"})


@pytest.fixture
def statements(session):
    """What the session sends, as (statement, parameters)."""
    bind = session.get_bind()
    engine = bind.engine if isinstance(bind, sa.Connection) else bind
    seen = []

    def remember(connection, cursor, statement, parameters, *rest):
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", remember)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", remember)


def scans_in(session, statement, parameters):
    """The growing tables that a statement reads from one end to the other."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        scanned = [re.match(r"SCAN (\w+)", row[-1]) for row in rows]
        return {found[1] for found in scanned if found} & GROWING
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    return set(unbounded(plan[0]["Plan"])) & GROWING


def unbounded(node):
    """The tables that a plan of PostgreSQL reads without the bounds of an index."""
    below = node.get("Plans", [])
    if "Relation Name" in node and "Index Cond" not in node and node["Node Type"] != "Bitmap Heap Scan":
        yield node["Relation Name"]
    for child in below:
        yield from unbounded(child)


def look(session, board, mine):
    """All that a page asks of a board."""
    page = queries.board_page(session, board, mine=mine)
    queries.months_of(session, board)
    queries.amounts_by_metric(session, board)
    queries.parts_below(session, board, [place.competitor.id for place in page.places])


@pytest.mark.parametrize("by", ["project", "circle", "company", "region"])
def test_a_board_is_found_by_indexes(session, make, count, project_in, statements, by):
    county = make.places()[-1]
    projects = [project_in(county) for _ in range(3)]
    for project in projects:
        count(project, 5 + project.id)
    session.flush()
    statements.clear()
    own = {"project": projects[0].id, "circle": projects[0].circle_id, "company": projects[0].company_id}
    metric = queries.vocabulary(session).metric("energy_kgce")
    nation, city = session.get(Region, county.path_ids[0]), session.get(Region, county.parent_id)
    for region, variant in itertools.product((nation, city), (PUBLIC, RESTRICTED)):
        board = Asked(scope=Scope(region), by=by, metric=metric, seasons=(2026,), variant=variant)
        look(session, board, {own[by]} if by in own else set())
        if by == "region":
            look(session, replace(board, seasons=()), set())
    found = {text: scans_in(session, text, values) for text, values in list(statements)}
    assert len(found) > 4
    assert {text: tables for text, tables in found.items() if tables} == {}
