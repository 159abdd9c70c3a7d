"""What the records say about people who judge: the companies and circles that they are tied to, by ground."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.judges.models import TieKind
from cp_circles.judges.queries import ties_of
from cp_circles.organisations.models import Company
from cp_circles.people.models import Employment, Grant, Role, ScopeKind

Found = dict[int, set[int]]
Detector = Callable[[Session, Sequence[int]], tuple[Found, Found]]


PEOPLE: sa.BindParameter[Any] = sa.bindparam("people", expanding=True)
"""Statements are written once and filled at each call: a judge's own sheet asks for all of them."""

WORKS = sa.select(Employment.person_id, Employment.company_id).where(
    Employment.person_id.in_(PEOPLE), Employment.ended_on.is_(None)
)
WORKED = sa.select(Employment.person_id, Employment.company_id).where(
    Employment.person_id.in_(PEOPLE), Employment.ended_on.is_not(None)
)
OF_COMPANY = (
    sa.select(CircleMember.person_id, Circle.company_id)
    .join(Circle, CircleMember.circle_id == Circle.id)
    .where(CircleMember.person_id.in_(PEOPLE))
)
GRANTED = sa.select(Grant.person_id, Grant.scope_id).where(
    Grant.person_id.in_(PEOPLE), Grant.scope_kind == ScopeKind.COMPANY, Grant.role != Role.FACILITATOR
)
COACHES = sa.select(Grant.person_id, Grant.scope_kind, Grant.scope_id).where(
    Grant.person_id.in_(PEOPLE),
    Grant.role == Role.FACILITATOR,
    Grant.scope_kind.in_([ScopeKind.COMPANY, ScopeKind.CIRCLE]),
)
_sister, _colleague = aliased(Company), aliased(Employment)
SISTERS = (
    sa.select(Employment.person_id, _sister.id)
    .join(Company, Company.id == Employment.company_id)
    .join(_sister, _sister.group_name == Company.group_name)
    .where(
        Employment.person_id.in_(PEOPLE),
        Employment.ended_on.is_(None),
        Company.group_name != "",
        _sister.id != Company.id,
    )
)
COACHED_BY_FIRM = (
    sa.select(Employment.person_id, Employment.company_id, Grant.scope_kind, Grant.scope_id)
    .select_from(Employment)
    .join(_colleague, _colleague.company_id == Employment.company_id)
    .join(Grant, Grant.person_id == _colleague.person_id)
    .outerjoin(Circle, sa.and_(Grant.scope_kind == ScopeKind.CIRCLE, Circle.id == Grant.scope_id))
    .where(
        Employment.person_id.in_(PEOPLE),
        Grant.role == Role.FACILITATOR,
        Grant.scope_kind.in_([ScopeKind.COMPANY, ScopeKind.CIRCLE]),
        sa.or_(Circle.id.is_(None), Circle.company_id != Employment.company_id),
    )
)
MEMBER_OF = sa.select(CircleMember.person_id, CircleMember.circle_id).where(
    CircleMember.person_id.in_(PEOPLE)
)
_fellow, _elsewhere = aliased(CircleMember), aliased(CircleMember)
CIRCLES_OF_FELLOWS = (
    sa.select(CircleMember.person_id, _elsewhere.circle_id)
    .join(_fellow, _fellow.circle_id == CircleMember.circle_id)
    .join(_elsewhere, _elsewhere.person_id == _fellow.person_id)
    .where(CircleMember.person_id.in_(PEOPLE), _fellow.person_id != CircleMember.person_id)
    .distinct()
)


def _pairs(session: Session, statement: sa.Select[int, int], people: Sequence[int]) -> Found:
    found: Found = defaultdict(set)
    for person_id, other_id in session.execute(statement, {"people": people}):
        found[person_id].add(other_id)
    return found


def employed(session: Session, people: Sequence[int]) -> tuple[Found, Found]:
    """The companies of people: where they work, whose circles they belong to, where they hold a role."""
    companies = _pairs(session, WORKS, people)
    for statement in (OF_COMPANY, GRANTED):
        for person_id, ids in _pairs(session, statement, people).items():
            companies[person_id] |= ids
    return companies, {}


def employed_before(session: Session, people: Sequence[int]) -> tuple[Found, Found]:
    """The companies that people left, by the records and by what they wrote into the register."""
    companies = _pairs(session, WORKED, people)
    for person_id, ids in ties_of(session, people, TieKind.EMPLOYER).items():
        companies[person_id] |= ids
    return companies, {}


def same_group(session: Session, people: Sequence[int]) -> tuple[Found, Found]:
    """The companies of the same group as a company where a person works."""
    return _pairs(session, SISTERS, people), {}


def coached(session: Session, people: Sequence[int]) -> tuple[Found, Found]:
    """The companies and circles that people coach or coached."""
    companies: Found = defaultdict(set)
    circles: Found = defaultdict(set)
    for person_id, kind, scope_id in session.execute(COACHES, {"people": people}):
        (companies if kind is ScopeKind.COMPANY else circles)[person_id].add(scope_id)
    return companies, circles


def mentored(session: Session, people: Sequence[int]) -> tuple[Found, Found]:
    """What a person's firm has mentored: by the register, and by coaches who work or worked for the firm."""
    companies: Found = defaultdict(set)
    circles: Found = defaultdict(set)
    for person_id, firm_id, kind, scope_id in session.execute(COACHED_BY_FIRM, {"people": people}):
        if kind is ScopeKind.CIRCLE:
            circles[person_id].add(scope_id)
        elif scope_id != firm_id:
            companies[person_id].add(scope_id)
    for person_id, ids in ties_of(session, people, TieKind.MENTORED).items():
        companies[person_id] |= ids
    return companies, circles


def belongs(session: Session, people: Sequence[int]) -> tuple[Found, Found]:
    """The circles that people belong or belonged to."""
    return {}, _pairs(session, MEMBER_OF, people)


def fellows(session: Session, people: Sequence[int]) -> tuple[Found, Found]:
    """The other circles of those who are or were in a circle together with a person."""
    return {}, _pairs(session, CIRCLES_OF_FELLOWS, people)


DETECTORS: dict[str, Detector] = {
    "same_company": employed,
    "past_employer": employed_before,
    "same_group": same_group,
    "coach": coached,
    "mentor_firm": mentored,
    "member": belongs,
    "co_member": fellows,
}
"""Every ground that is found from the records, in the order in which it is named where several hold."""

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
