"""A made-up nation: the same by the same seed, what it keeps ready is right, and no other data is touched."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.demo.nation import MADE, NotEmpty, make_nation
from cp_circles.ledger import checking, queries
from cp_circles.ledger.models import Basis, BoardTotal, LedgerRow, Rollup
from cp_circles.ledger.services import rebuild_rollups
from cp_circles.organisations.models import Company, Region, RegionLevel
from cp_circles.people.rules import SYSTEM
from tests.conftest import NOW


def everything(session):
    """Every ledger row, roll-up and total without ids, in order."""
    return [
        sorted(
            session.execute(sa.select(*(c for c in model.__table__.c if c.name not in ("id", "board_id")))),
            key=str,
        )
        for model in (LedgerRow, Rollup, BoardTotal)
    ]


def keys(session):
    """Every index, unique key and foreign key of the tables that a nation fills, by name."""
    found = sa.inspect(session.connection())
    asked = (found.get_indexes, found.get_unique_constraints, found.get_foreign_keys)
    return {
        (model.__tablename__, str(one["name"]))
        for model in MADE
        for ask in asked
        for one in ask(model.__tablename__)
    }


def rows_known(session):
    """How many rows PostgreSQL's planner takes the ledger to have."""
    statement = sa.text("SELECT reltuples FROM pg_class WHERE oid = 'ledger_rows'::regclass")
    return session.scalar(statement)


def test_two_nations_of_a_seed_are_equal_and_rebuilding_changes_nothing(session):
    before = keys(session)
    rows = make_nation(session, projects=300, seed=1, now=NOW)
    assert rows > 900 and keys(session) == before
    if session.get_bind().dialect.name == "postgresql":
        assert rows_known(session) == rows
    assert queries.ledger_disagreements(session) == []
    assert checking.total_disagreements(session) == []
    first = everything(session)
    rebuild_rollups(session, actor=SYSTEM, now=NOW)
    assert everything(session) == first
    make_nation(session, projects=300, seed=1, now=NOW)
    assert everything(session) == first
    companies, projects = (
        session.scalar(sa.select(sa.func.count(column.distinct())))
        for column in (LedgerRow.company_id, LedgerRow.project_id)
    )
    assert companies > 5 and projects == 300
    claimed = sa.select(sa.func.count()).where(LedgerRow.basis == Basis.CLAIMED)
    assert 0 < session.scalar(claimed) < 600
    assert session.scalar(sa.select(sa.func.min(LedgerRow.amount))) > Decimal(0)


def test_every_province_has_savings_of_the_newest_season(session):
    make_nation(session, projects=700, seed=1, now=NOW)
    places = sa.select(Region.path).where(Region.level == RegionLevel.COUNTY)
    counted = sa.select(LedgerRow.region_path).where(
        LedgerRow.season == 2026, LedgerRow.basis == Basis.VERIFIED, LedgerRow.metric == "energy_kgce"
    )
    in_tree, filled = ({path.split("/")[2] for path in session.scalars(found)} for found in (places, counted))
    assert filled == in_tree and len(filled) == 31


def test_a_database_with_other_data_is_refused_and_stays(session, make):
    company = make.company()
    with pytest.raises(NotEmpty):
        make_nation(session, projects=300, seed=1, now=NOW)
    assert session.scalars(sa.select(Company.id)).all() == [company.id]
    assert session.scalar(sa.select(sa.func.count()).select_from(LedgerRow)) == 0
