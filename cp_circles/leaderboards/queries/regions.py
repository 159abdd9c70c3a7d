"""Regions as competitors: their amounts from the roll-ups, and how large they are."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle
from cp_circles.circles.queries import circle_people
from cp_circles.circles.rules import LIVE
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.held import freezes_behind, held_sums, not_held
from cp_circles.leaderboards.queries.narrowing import companies_meant
from cp_circles.leaderboards.queries.sums import (
    ZERO,
    Competitor,
    amount_of,
    ledger_conditions,
    pair,
    rollup_conditions,
    source,
    sums,
)
from cp_circles.ledger.models import HeldCompany, Rollup
from cp_circles.organisations.models import Company, Region

Found = tuple[list[Competitor], Decimal]


def regions(session: Session, asked: Asked) -> Found:
    """The regions right below; companies that sit directly under the scope are not listed."""
    scope = asked.scope
    below = session.scalars(
        sa.select(Region).where(Region.parent_id == scope.region.id).order_by(Region.code)
    ).all()
    amounts, unlisted = _child_amounts(session, asked)
    meant = companies_meant(asked)
    freezes = freezes_behind(session, asked)
    facts = region_facts(session, scope.region, [child.id for child in below], [*meant, *not_held(freezes)])
    for path, sizes in held_sums(session, asked, freezes, HeldCompany.region_path):
        add_to(facts, child_in(scope.region, path), **sizes)
    rows = [
        Competitor(
            id=child.id,
            name=child.name,
            name_en=child.name_en,
            code=child.code,
            **amounts.get(child.id, pair(asked, None, None)),
            **facts[child.id],
        )
        for child in below
    ]
    return rows, unlisted


def _child_amounts(session: Session, asked: Asked) -> tuple[dict[int, dict[str, Any]], Decimal]:
    """Amounts of child regions, and what counts in none of them."""
    amounts: dict[int, dict[str, Any]] = {}
    direct = ZERO
    for part in asked.added:
        for child, now, then in _folded_rows(session, part) if part.by_rows else _kept_rows(session, part):
            if child is None:
                direct += now or ZERO
                continue
            row = amounts.setdefault(child, pair(asked, None, None))
            row["value"] += now or ZERO
            if row["before"] is not None:
                row["before"] += then or ZERO
    return amounts, direct


def _kept_rows(session: Session, asked: Asked) -> Iterator[tuple[int | None, Any, Any]]:
    """(child region or None, amount, amount of the season before) from the roll-ups.

    Grouped by the id itself, SQLite takes the index of keys and reads the roll-ups of every region.
    """
    scope_id = Rollup.scope_id + sa.literal_column("0")
    rows = session.execute(
        sa.select(Rollup.scope_kind, scope_id, *sums(asked, Rollup.season, Rollup.amount))
        .where(
            *rollup_conditions(asked),
            Rollup.scope_kind.in_(["region", "company"]),
            Rollup.parent_id == asked.scope.region.id,
        )
        .group_by(Rollup.scope_kind, scope_id)
    )
    for kind, id_, now, then in rows:
        yield id_ if kind == "region" else None, now, then


def _folded_rows(session: Session, asked: Asked) -> Iterator[tuple[int | None, Any, Any]]:
    """The same from the rows: within an industry, say, or of what lives on."""
    counted = source(asked)
    rows = session.execute(
        sa.select(counted.region_path, *sums(asked, counted.season, amount_of(asked)))
        .where(*ledger_conditions(asked))
        .group_by(counted.region_path)
    )
    for path, now, then in rows:
        yield child_in(asked.scope.region, path), now, then


def child_in(region: Region, path: str) -> int | None:
    """The region right below through which a path goes; None for the region itself."""
    rest = path.removeprefix(region.path).strip("/")
    return int(rest.split("/")[0]) if rest else None


def region_facts(
    session: Session, region: Region, ids: Iterable[int], meant: Sequence[Any] = ()
) -> dict[int, dict[str, Any]]:
    """Heads, output, circles and people in circles of the regions right below: three statements.

    `meant` are conditions on the companies that count.
    """
    facts: dict[int, dict[str, Any]] = {
        id_: {"heads": None, "output": None, "circles": 0, "people": 0} for id_ in ids
    }
    sizes = session.execute(
        sa.select(Region.path, sa.func.sum(Company.headcount), sa.func.sum(Company.output_yuan))
        .join(Company, Company.region_id == Region.id)
        .where(Company.active, Region.path.startswith(region.path, autoescape=True), *meant)
        .group_by(Region.path)
    )
    for path, heads, output in sizes:
        add_to(facts, child_in(region, path), heads=heads, output=output)
    teams = session.execute(
        sa.select(Region.path, sa.func.count(Circle.id))
        .join(Company, Company.region_id == Region.id)
        .join(Circle, sa.and_(Circle.company_id == Company.id, Circle.state.in_(LIVE)))
        .where(Region.path.startswith(region.path, autoescape=True), *meant)
        .group_by(Region.path)
    )
    for path, count in teams:
        add_to(facts, child_in(region, path), circles=count)
    who = circle_people().subquery()
    members = session.execute(
        sa.select(Region.path, sa.func.count(who.c.person_id.distinct()))
        .join(Company, Company.region_id == Region.id)
        .join(who, who.c.company_id == Company.id)
        .where(Region.path.startswith(region.path, autoescape=True), *meant)
        .group_by(Region.path)
    )
    for path, people in members:
        add_to(facts, child_in(region, path), people=people)
    return facts


def add_to(facts: dict[int, dict[str, Any]], id_: int | None, **more: Any) -> None:
    """Add amounts to the facts of one competitor; None stays unknown."""
    if id_ not in facts:
        return
    for name, amount in more.items():
        if amount is not None:
            facts[id_][name] = (facts[id_][name] or 0) + amount
