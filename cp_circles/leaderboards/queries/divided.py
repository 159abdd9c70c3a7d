"""What boards per head and per output divide by, and the quotient as the database works it out: exactly.

Whole numbers only, rounded as `calc.boards` rounds: amounts in millionths, output in fen.
"""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.db.base import MONEY, QUANTITY, Exact
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.held import freezes_behind, held_sizes
from cp_circles.ledger.models import HeldCompany
from cp_circles.organisations.models import Company

PLACES = {"head": 2, "output": QUANTITY}
DIVIDED = {"head": ("company", "circle"), "output": ("company",)}
LEAST, MOST = Decimal(10_000), Decimal(9 * 10**14)


def is_divided(asked: Asked) -> bool:
    """True for boards of what has heads, or output, of its own."""
    return asked.by in DIVIDED.get(asked.per, ())


def can_be_divided(session: Session, asked: Asked) -> bool:
    """False where an output is so small or so large (yuan) that a step might leave 64 bits."""
    if asked.per != "output":
        return True
    odd = [
        sa.exists().where(column > 0, sa.or_(column < LEAST, column > MOST))
        for column in (Company.output_yuan, HeldCompany.output_yuan)
    ]
    return not session.scalar(sa.select(sa.or_(*odd)))


def measured(asked: Asked, value: Any, size: Any) -> Any:
    """The amount for each head with two places, or for each 10,000 yuan of output with six; else null."""
    amount, whole = sa.cast(value, sa.BigInteger), sa.type_coerce(size, sa.BigInteger)
    if asked.per == "head":
        found = _quotient(amount, whole * 10 ** (QUANTITY - PLACES["head"]), steps=0)
    else:
        found = _quotient(amount, whole, steps=(4 + MONEY) // 2)
    return sa.type_coerce(sa.case((whole > 0, found)), Exact(PLACES[asked.per]))


def _quotient(amount: Any, size: Any, *, steps: int) -> Any:
    """`amount * 100 ** steps / size`, halves away from zero, by long division two digits at a time."""
    magnitude = sa.func.abs(amount, type_=sa.BigInteger)
    whole, rest = magnitude // size, magnitude % size
    for _step in range(steps):
        rest *= 100
        whole, rest = whole * 100 + rest // size, rest % size
    rounded = whole + sa.case((rest >= size - rest, 1), else_=0)
    return sa.case((amount < 0, -rounded), else_=rounded)


def sizes(session: Session, asked: Asked) -> sa.Subquery:
    """(entity_id, size) of all companies or circles; in public as it was when a freeze began."""
    if asked.by == "circle":
        size: Any = (
            sa.select(sa.func.count(CircleMember.id))
            .where(CircleMember.circle_id == Circle.id, CircleMember.left_on.is_(None))
            .correlate(Circle)
            .scalar_subquery()
        )
        entity: Any = Circle.id
    else:
        entity, size = Company.id, Company.headcount if asked.per == "head" else Company.output_yuan
    freezes = freezes_behind(session, asked)
    if not freezes:
        return sa.select(entity.label("entity_id"), size.label("size")).subquery()
    held = held_sizes(asked, freezes)
    known = sa.case((held.c.entity_id.is_not(None), held.c.size), else_=size)
    statement = sa.select(entity.label("entity_id"), known.label("size"))
    return statement.outerjoin(held, held.c.entity_id == entity).subquery()
