"""One page of a list: its rows, how many there are in all, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

PAGE_SIZE = 25
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """The rows of one page; `number` counts from 1."""

    rows: Sequence[T]
    total: int
    number: int = 1
    size: int = PAGE_SIZE
    is_cut: bool = False
    """More rows are there than `total`, at which the counting stopped."""

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def has_previous(self) -> bool:
        """True if a page comes before this one."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """True if a page comes after this one."""
        return self.number < self.pages


def page_of(
    session: Session,
    statement: sa.Select[Any],
    *,
    number: int,
    size: int = PAGE_SIZE,
    most: int | None = None,
) -> Page[Any]:
    """The asked page of a statement of one entity: one count and, unless 0, one select (and its loads).

    Counting stops at `most` rows, and no page goes beyond them.
    """
    unordered = statement.order_by(None)
    counted = (unordered if most is None else unordered.limit(most + 1)).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0
    if total == 0:
        return Page(rows=[], total=0, size=size)
    is_cut = most is not None and total > most
    total = most if most is not None and is_cut else total
    last = max(1, -(-total // size))
    number = min(max(1, number), last)
    rows = session.scalars(statement.limit(size).offset((number - 1) * size)).unique().all()
    return Page(rows=rows, total=total, number=number, size=size, is_cut=is_cut)
