"""Nothing leans on an order of rows that nobody named."""

import sqlalchemy as sa
from sqlalchemy.orm import configure_mappers

from cp_circles.db.base import Base
from cp_circles.db.registry import load_models


def test_what_belongs_to_a_record_comes_in_a_named_order():
    load_models()
    configure_mappers()
    of_all = [relation for mapper in Base.registry.mappers for relation in mapper.relationships]
    assert [str(relation) for relation in of_all if relation.uselist and not relation.order_by] == []


def test_sqlite_hands_out_rows_without_an_order_in_reverse(session):
    if session.get_bind().dialect.name == "sqlite":
        assert session.scalar(sa.text("PRAGMA reverse_unordered_selects")) == 1
