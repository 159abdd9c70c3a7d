"""Migrations go up, down and up again on both databases, and agree with the models."""

import ast
import re

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from cp_circles.cli import database
from cp_circles.db.engine import make_engine
from tests.house.source import ROOT, imports_of, short, tree_of

FILES = sorted((ROOT / "migrations" / "versions").glob("*.py"))


@pytest.fixture
def empty_url(database_kind, request, tmp_path):
    """A database without a single table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    cluster = request.getfixturevalue("cluster")
    cluster.administer("CREATE DATABASE empty TEMPLATE template0")
    yield cluster.url("empty")
    cluster.administer("DROP DATABASE empty WITH (FORCE)")


def tables(url):
    engine = make_engine(url)
    names = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_up_down_up_and_in_step(empty_url):
    database.upgrade(empty_url)
    assert database.is_current(empty_url)
    assert database.differences(empty_url) == [], "write a migration: flask database revise 'verb noun'"
    first = tables(empty_url)
    database.downgrade(empty_url)
    assert tables(empty_url) == {"alembic_version"}
    database.upgrade(empty_url)
    assert tables(empty_url) == first


def test_one_head():
    scripts = ScriptDirectory.from_config(database.alembic_config("sqlite://"))
    assert len(scripts.get_heads()) == 1


@pytest.mark.parametrize("path", FILES, ids=short)
def test_migration_stands_alone(path):
    assert re.fullmatch(r"\d{8}_\d{4}_[a-z0-9]+(_[a-z0-9]+)+", path.stem), "YYYYMMDD_HHMM_verb_noun"
    assert [name for name in imports_of(path) if name.startswith("cp_circles")] == []
    names = {node.name for node in tree_of(path).body if isinstance(node, ast.FunctionDef)}
    assert {"upgrade", "downgrade"} <= names
