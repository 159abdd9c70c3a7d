"""What the records say about people who judge: the companies and circles that they are tied to, by ground."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.db.values import values_of
from cp_circles.judges.models import JudgeTie, TieKind
from cp_circles.judging.models import Conflict
from cp_circles.judging.panel_models import PanelTerms
from cp_circles.organisations.models import Company
from cp_circles.people.models import Employment, Grant, Person, Role, ScopeKind

Columns = tuple[str, int, int | None, int | None]
Branch = sa.Select[*Columns]


class Tie(NamedTuple):
    """A ground that ties a person to a company or a circle; to neither where it concerns every entry."""

    ground: str
    person_id: int
    company_id: int | None = None
    circle_id: int | None = None


ORGANISER, OTHER_CITY = "organiser", "other_city"
NOBODY = 0

ASKED = sa.select(Person.id).where(Person.id.in_(sa.bindparam("people", expanding=True))).cte("asked")
"""The people in question. Statements are written once: a judge's own sheet asks for all of them."""
ROUND: sa.BindParameter[int] = sa.bindparam("round_id")
SEAT: sa.BindParameter[int | None] = sa.bindparam("region_id", type_=sa.Integer)
OPENED: sa.BindParameter[Any] = sa.bindparam("opened_at", type_=Grant.until.type)
NONE = sa.cast(sa.null(), sa.Integer)


def _tied(ground: str, company: Any = NONE, circle: Any = NONE) -> Branch:
    named = sa.literal_column(f"'{ground}'", sa.String)
    return sa.select(
        named.label("ground"), ASKED.c.id.label("person"), company.label("company"), circle.label("circle")
    ).select_from(ASKED)


def _works(ground: str, company: Any = Employment.company_id, *, now: bool = True) -> Branch:
    ended = Employment.ended_on.is_(None) if now else Employment.ended_on.is_not(None)
    return _tied(ground, company).join(Employment, sa.and_(Employment.person_id == ASKED.c.id, ended))


def _granted(ground: str, kind: ScopeKind, of_role: sa.ColumnElement[bool]) -> Branch:
    scope = {"company" if kind is ScopeKind.COMPANY else "circle": Grant.scope_id}
    held = sa.and_(Grant.person_id == ASKED.c.id, Grant.scope_kind == kind, of_role)
    return _tied(ground, **scope).join(Grant, held)


def _written(ground: str, kind: TieKind) -> Branch:
    """What judges wrote into the register."""
    return _tied(ground, JudgeTie.company_id).join(
        JudgeTie, sa.and_(JudgeTie.person_id == ASKED.c.id, JudgeTie.kind == kind)
    )


def _member(ground: str, company: Any = NONE, circle: Any = NONE) -> Branch:
    return _tied(ground, company, circle).join(CircleMember, CircleMember.person_id == ASKED.c.id)


COACHING = Grant.role == Role.FACILITATOR
_sister, _colleague = aliased(Company), aliased(Employment)
_fellow, _elsewhere = aliased(CircleMember), aliased(CircleMember)


def _coached_by_firm(**scope: Any) -> Branch:
    return (
        _tied("mentor_firm", **scope)
        .join(Employment, Employment.person_id == ASKED.c.id)
        .join(_colleague, _colleague.company_id == Employment.company_id)
        .join(Grant, sa.and_(Grant.person_id == _colleague.person_id, COACHING))
    )


SAME_GROUP = (
    _works("same_group", _sister.id)
    .join(Company, sa.and_(Company.id == Employment.company_id, Company.group_name != ""))
    .join(_sister, sa.and_(_sister.group_name == Company.group_name, _sister.id != Company.id))
)
FIRM_OF_COMPANY = _coached_by_firm(company=Grant.scope_id).where(
    Grant.scope_kind == ScopeKind.COMPANY, Grant.scope_id != Employment.company_id
)
FIRM_OF_CIRCLE = _coached_by_firm(circle=Grant.scope_id).join(
    Circle,
    sa.and_(
        Grant.scope_kind == ScopeKind.CIRCLE,
        Circle.id == Grant.scope_id,
        Circle.company_id != Employment.company_id,
    ),
)
CIRCLES_OF_FELLOWS = (
    _member("co_member", circle=_elsewhere.circle_id)
    .join(
        _fellow,
        sa.and_(_fellow.circle_id == CircleMember.circle_id, _fellow.person_id != CircleMember.person_id),
    )
    .join(_elsewhere, _elsewhere.person_id == _fellow.person_id)
    .distinct()
)

BRANCHES: dict[str, tuple[Branch, ...]] = {
    "same_company": (
        _works("same_company"),
        _member("same_company", Circle.company_id).join(Circle, Circle.id == CircleMember.circle_id),
        _granted("same_company", ScopeKind.COMPANY, Grant.role != Role.FACILITATOR),
    ),
    "past_employer": (
        _works("past_employer", now=False),
        _written("past_employer", TieKind.EMPLOYER),
    ),
    "same_group": (SAME_GROUP,),
    "coach": (
        _granted("coach", ScopeKind.COMPANY, COACHING),
        _granted("coach", ScopeKind.CIRCLE, COACHING),
    ),
    "mentor_firm": (FIRM_OF_COMPANY, FIRM_OF_CIRCLE, _written("mentor_firm", TieKind.MENTORED)),
    "member": (_member("member", circle=CircleMember.circle_id),),
    "co_member": (CIRCLES_OF_FELLOWS,),
}
"""Every ground that is found from the records, in the order in which it is named where several hold:
where people work, whose circles they belong to and where they hold a role; the companies they left; those
of the group of a company where they work; what they coach or coached; what their firm mentored, by the
register and by coaches who work or worked for it; their circles; the other circles of their fellows.
"""

HOLDING = sa.or_(
    Grant.role == Role.ADMINISTRATOR,
    sa.and_(Grant.role == Role.OFFICIAL, Grant.scope_kind == ScopeKind.REGION, Grant.scope_id == SEAT),
)
HOLDERS = (
    _tied(ORGANISER)
    .join(Grant, sa.and_(Grant.person_id == ASKED.c.id, HOLDING))
    .where(sa.or_(Grant.until.is_(None), Grant.until > OPENED))
    .distinct()
)
DECLARATIONS = sa.select(
    Conflict.ground,
    Conflict.person_id,
    Conflict.company_id,
    Conflict.circle_id,
).where(Conflict.round_id == ROUND, Conflict.person_id.in_(sa.select(ASKED.c.id)))
OF_OTHER_CITY = sa.select(
    sa.literal_column(f"'{OTHER_CITY}'", sa.String), sa.literal_column(str(NOBODY), sa.Integer), NONE, NONE
).where(PanelTerms.round_id == ROUND, PanelTerms.other_city)

NAMED_WITH = {
    "past_employer": "same_company",
    "same_group": "same_company",
    "mentor_firm": "coach",
    "co_member": "member",
}
"""Grounds that hold wherever a rule names the ground they belong to."""

OF_ONE_COMPANY = frozenset({"same_company", "past_employer", "same_group", "co_member"})
"""Grounds that a company's own round leaves out: its judges are of the same company by nature."""

OWN_INTEREST = ("same_company", "past_employer", "coach", "member")


@cache
def _statement(grounds: frozenset[str], *also: Branch) -> sa.CompoundSelect[*Columns]:
    return sa.union_all(*(one for key in BRANCHES if key in grounds for one in BRANCHES[key]), *also)


def ties_of_people(session: Session, people: Sequence[int], grounds: Collection[str]) -> list[Tie]:
    """What ties people to companies and circles on these grounds, in the order of naming: one statement."""
    rows = values_of(session, _statement(frozenset(grounds)), {"people": people})
    return _in_order(Tie(*row) for row in rows)


def ties_in_round(
    session: Session,
    people: Sequence[int],
    grounds: Collection[str],
    *,
    round_id: int,
    is_blind: bool,
    region_id: int | None,
    opened_at: datetime,
) -> list[Tie]:
    """The same with what concerns the round: who holds it if it is blind, what was declared, its own terms.

    The tie `OTHER_CITY` of `NOBODY` says that the round asks for judges of another city. One statement.
    """
    also = (HOLDERS, DECLARATIONS, OF_OTHER_CITY) if is_blind else (DECLARATIONS, OF_OTHER_CITY)
    asked: dict[str, Any] = {"people": people, "round_id": round_id}
    if is_blind:
        asked |= {"region_id": region_id, "opened_at": opened_at}
    rows = values_of(session, _statement(frozenset(grounds), *also), asked)
    return _in_order(Tie(*row) for row in rows)


def _in_order(ties: Any) -> list[Tie]:
    places = {key: place for place, key in enumerate((*BRANCHES, ORGANISER))}
    return sorted(ties, key=lambda tie: places.get(tie.ground, len(places)))
