"""Neither a board nor a verification reads a table that grows with the nation: each row is found by an index."""

import itertools
import re
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Asked, Scope
from cp_circles.leaderboards.queries.named import facts_of
from cp_circles.leaderboards.tallies import tally
from cp_circles.ledger import living, services
from cp_circles.ledger import queries as ledger
from cp_circles.ledger.models import Basis
from cp_circles.organisations.models import Region
from tests.conftest import NOW

GROWING = frozenset(
    {
        "ledger_rows",
        "living_rows",
        "rollups",
        "board_totals",
        "board_counts",
        "board_months",
        "board_days",
        "board_industries",
    }
)
NARROW = ("rowid=?", "saving_id=?", "project_id=?", "circle_id=?", "scope_id=?", "entity_id=?")


@pytest.fixture
def statements(session):
    """What the session sends, as (statement, parameters)."""
    bind = session.get_bind()
    engine = bind.engine if isinstance(bind, sa.Connection) else bind
    seen = []

    def remember(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            seen.append((statement, parameters[0] if executemany else parameters))

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
    is_bounded = "Index Cond" in node or node["Node Type"] in {"Bitmap Heap Scan", "ModifyTable"}
    if "Relation Name" in node and not is_bounded:
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


def wide_in(session, statement, parameters):
    """The growing tables of which a plan of SQLite reads more than one saving's, project's or company's rows."""
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    found = [re.match(r"(?:SCAN|SEARCH) (\w+)(.*)", row[-1]) for row in rows]
    return {each[1] for each in found if each and not any(part in each[2] for part in NARROW)} & GROWING


def verify_follow_up_and_void(session, count, project):
    """Count a saving, count it anew, let it live on, and take it off."""
    saving_id = count(project, 7)
    count(project, 8, saving_id=saving_id)
    ledger.savings_counted(session, [saving_id, 1], Basis.VERIFIED)
    living.count_living(session, saving_id=saving_id, season=2027, share=Decimal("0.5"), now=NOW)
    services.uncount_saving(session, saving_id=saving_id, basis=Basis.VERIFIED)


def test_a_verification_reads_its_own_saving_project_circle_and_company_only(
    session, make, count, project_in, statements
):
    projects = [project_in(make.places()[-1]) for _ in range(2)]
    for project in projects:
        count(project, 5)
    session.flush()
    statements.clear()
    verify_follow_up_and_void(session, count, projects[0])
    seen = list(statements)
    assert len(seen) > 20
    if session.get_bind().dialect.name == "sqlite":
        assert {text: tables for text, values in seen if (tables := wide_in(session, text, values))} == {}
    assert {text: tables for text, values in seen if (tables := scans_in(session, text, values))} == {}


def test_a_verification_takes_the_same_statements_however_much_counts_already(
    session, make, count, project_in, statements
):
    project, *others = [project_in(make.places()[-1]) for _ in range(8)]
    count(project, 5)
    session.flush()
    taken = []
    for fill in ([], others):
        for other in fill:
            count(other, 50)
        statements.clear()
        count(project, 5)
        taken.append(len(statements))
    assert taken[0] == taken[1]


@pytest.mark.parametrize("by", ["company", "circle", "project"])
def test_more_competitors_are_named_than_a_statement_takes_values(session, make, by):
    _, _, _, county = make.places()
    project = make.project(make.circle(make.company(county)))
    session.flush()
    asked = Asked(Scope(county), by, tally("results"), (2026,), variant=RESTRICTED, at=NOW)
    own = {"company": project.company_id, "circle": project.circle_id, "project": project.id}[by]
    assert facts_of(session, asked, range(1, 70_000)).keys() == {own}
