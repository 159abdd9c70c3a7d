"""The declarative base and the column types that keep times aware and amounts exact."""

import enum
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from cp_circles.errors import DomainError, msg

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


LARGEST_WHOLE = 2**63 - 1


class NumberTooLarge(DomainError, sa.exc.DontWrapMixin):
    """What was computed is beyond every column: the readings or amounts behind it are out of scale."""

    msgid = msg("A number becomes too large to be kept. Check the readings, units and amounts behind it.")


class UtcDateTime(sa.TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on SQLite too (which drops the zone)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a naive time; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give back aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(sa.TypeDecorator[Decimal]):
    """A decimal with a fixed number of places, stored as a scaled whole number on every database."""

    impl = sa.BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        self.places = places
        super().__init__()

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> int | None:
        """Scale up; raise ValueError on a float or on more places than the column keeps.

        Raises NumberTooLarge beyond what a whole number of the database holds.
        """
        if value is None:
            return None
        if isinstance(value, float):
            raise ValueError("a float cannot be stored as an exact amount")
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimal places")
        if abs(scaled) > LARGEST_WHOLE:
            raise NumberTooLarge
        return int(scaled)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        """Scale down to a Decimal with exactly the column's places."""
        return None if value is None else Decimal(int(value)).scaleb(-self.places)


MONEY = 2
QUANTITY = 6
SHARE = 6
POINTS = 3
FACTOR = 10


class Base(DeclarativeBase):
    """Every table of the platform."""

    metadata = sa.MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {
        datetime: UtcDateTime,
        enum.Enum: sa.Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=False,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        ),
        dict[str, Any]: sa.JSON,
        list[Any]: sa.JSON,
    }


def table_of(model: type[Base]) -> sa.Table:
    """The table of a model, for inserts of many rows that need no objects."""
    table = model.__table__
    assert isinstance(table, sa.Table)
    return table
