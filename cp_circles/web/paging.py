"""Lists by the address: page, order, and links that keep the filter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from sqlalchemy.orm import Session

from cp_circles.db import paging as db_paging

PER_PAGE = 25
LARGEST_PAGE = 100_000


@dataclass(frozen=True)
class Page:
    """One page of a list; `urls` maps the page numbers worth showing to their addresses.

    `is_cut` says that the counting stopped at `total`.
    """

    items: list[Any]
    total: int
    page: int
    per_page: int
    urls: dict[int, str] = field(default_factory=dict)
    is_cut: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def rows(self) -> list[Any]:
        """The items, by the word that queries use."""
        return self.items

    @property
    def previous_url(self) -> str | None:
        """The address of the page before."""
        return self.urls.get(self.page - 1)

    @property
    def next_url(self) -> str | None:
        """The address of the page after."""
        return self.urls.get(self.page + 1)

    @property
    def first_number(self) -> int:
        """The place in the list of the first item shown; 0 for an empty list."""
        return (self.page - 1) * self.per_page + 1 if self.items else 0

    @property
    def last_number(self) -> int:
        """The place in the list of the last item shown."""
        return (self.page - 1) * self.per_page + len(self.items)


def requested_page(argument: str = "page") -> int:
    """The page asked for in the address; 1 if none or nonsense. `argument` names a second list of a page."""
    text = request.args.get(argument, "1")
    return min(max(1, int(text)), LARGEST_PAGE) if text.isdecimal() and len(text) < 7 else 1


def paginate(
    session: Session, select: sa.Select[Any], page: int | None = None, per_page: int = PER_PAGE
) -> Page:
    """One page of what is selected, in two statements; single columns and entities come unwrapped."""
    total = session.scalar(sa.select(sa.func.count()).select_from(select.order_by(None).subquery())) or 0
    last = max(1, -(-total // per_page))
    at = min(page or requested_page(), last)
    rows = session.execute(select.limit(per_page).offset((at - 1) * per_page))
    single = len(select.column_descriptions) == 1
    items = list(rows.unique().scalars()) if single else list(rows.unique().all())
    return Page(items, total, at, per_page, page_urls(at, last))


def listed(found: db_paging.Page[Any], items: list[Any] | None = None) -> Page:
    """What a room's query gave back, with addresses; `items` replaces its rows by finished ones."""
    rows = list(found.rows) if items is None else items
    return Page(
        rows, found.total, found.number, found.size, page_urls(found.number, found.pages), found.is_cut
    )


def page_of(
    items: Sequence[Any], page: int | None = None, per_page: int = PER_PAGE, argument: str = "page"
) -> Page:
    """One page of a list that is already in memory; `argument` keeps two lists of a page apart."""
    last = max(1, -(-len(items) // per_page))
    at = min(page or requested_page(argument), last)
    shown = list(items[(at - 1) * per_page : at * per_page])
    return Page(shown, len(items), at, per_page, page_urls(at, last, argument))


def page_urls(at: int, last: int, argument: str = "page") -> dict[int, str]:
    """Addresses of the first, the last and the pages around the present one."""
    numbers = sorted({1, last, *range(max(1, at - 2), min(last, at + 2) + 1)})
    return {number: address_with(**{argument: number}) for number in numbers}


def kept_arguments() -> dict[str, Any]:
    """What the address asks for, ready for `url_for`: without the names that `url_for` takes for itself."""
    given = request.args.to_dict(flat=False)
    return {name: values for name, values in given.items() if name != "endpoint" and name[:1] != "_"}


def address_with(**changes: Any) -> str:
    """The present address with some arguments changed; None removes one."""
    if request.endpoint is None:
        return request.path
    given: dict[str, Any] = {**kept_arguments(), **(request.view_args or {})}
    given.update(changes)
    return url_for(request.endpoint, **{name: value for name, value in given.items() if value is not None})


def sort_url(name: str) -> str:
    """The address that orders by this column, or turns the order round."""
    now_sorted = request.args.get("sort", "")
    return address_with(sort=f"-{name}" if now_sorted == name else name, page=None)
