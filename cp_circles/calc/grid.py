"""Which grid factor counts electricity: one family, one data year, one factor for both periods.

Families: a, the yearly average of the ministry's notice (default); b, the trading scheme's factor; c, the
life-cycle footprint (products only). They are never mixed. Default: national, average, of the latest data
year that was published when the project was registered (design, confidence B).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg


@dataclass(frozen=True)
class GridRow:
    """One grid factor of a pack: `region` None is national, `published` as year, year-month or day."""

    key: str
    family: str
    data_year: int
    published: str
    value: Decimal
    region: str | None = None
    calibre: str = "average"


def grid_factor(
    rows: Sequence[GridRow],
    registered_on: date,
    *,
    family: str = "a",
    region: str | None = None,
    calibre: str = "average",
) -> GridRow | None:
    """The row of the latest data year published by that day; None, never another family."""
    known = [
        row
        for row in rows
        if row.family == family
        and row.region == region
        and row.calibre == calibre
        and row.published <= registered_on.isoformat()[: len(row.published)]
    ]
    return max(known, key=lambda row: row.data_year, default=None)


def mixed_reasons(rows: Sequence[GridRow]) -> tuple[Reason, ...]:
    """Why these factors must not stand in one result: several families, or several factors of one family."""
    families = sorted({row.family for row in rows})
    if len(families) > 1:
        text = msg(
            "Grid factors of the families %(families)s are mixed; use one family for the whole result."
        )
        return (Reason(text, {"families": ", ".join(families)}, "factors"),)
    if len({row.key for row in rows}) > 1:
        text = msg(
            "%(count)s grid factors are used; one holds for baseline and reporting period, or the grid's own "
            "change counts as a saving."
        )
        return (Reason(text, {"count": len({row.key for row in rows})}, "factors"),)
    return ()
