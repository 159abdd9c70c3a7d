"""Judges of the register: one, of a region by filter and order, of some people; their ties."""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.errors import NotFound
from cp_circles.judges import rules
from cp_circles.judges.models import JudgeProfile, JudgeTie, Qualification, TieKind
from cp_circles.organisations.models import Company, Region, RegionLevel
from cp_circles.people.models import Person
from cp_circles.people.rules import Actor

SORTS = {
    "name": (Person.name, JudgeProfile.id),
    "-name": (Person.name.desc(), JudgeProfile.id),
    "valid": (JudgeProfile.valid_until.is_(None), JudgeProfile.valid_until, JudgeProfile.id),
    "-valid": (JudgeProfile.valid_until.is_(None), JudgeProfile.valid_until.desc(), JudgeProfile.id),
}
VALIDITIES = ("valid", "expired", "none")


def profile_of(session: Session, person_id: int | None) -> JudgeProfile | None:
    """A person's own place in the register."""
    return session.scalar(
        sa.select(JudgeProfile)
        .options(joinedload(JudgeProfile.person), joinedload(JudgeProfile.home_region))
        .where(JudgeProfile.person_id == person_id)
    )


def profile_for(session: Session, *, actor: Actor, person_id: int) -> JudgeProfile:
    """A judge of the register, if the reader may see them; NotFound otherwise."""
    found = profile_of(session, person_id)
    if found is None or not rules.can_see_profile(actor, found):
        raise NotFound
    return found


def profiles_of(session: Session, person_ids: Iterable[int]) -> dict[int, JudgeProfile]:
    """The places of some people in the register: one statement."""
    rows = session.scalars(
        sa.select(JudgeProfile)
        .options(joinedload(JudgeProfile.home_region))
        .where(JudgeProfile.person_id.in_(list(person_ids)))
    )
    return {row.person_id: row for row in rows}


def tied_companies(session: Session, person_id: int) -> dict[TieKind, list[Company]]:
    """The companies that a judge named, by kind and name: one statement."""
    rows = session.scalars(
        sa.select(JudgeTie)
        .join(JudgeTie.company)
        .options(joinedload(JudgeTie.company))
        .where(JudgeTie.person_id == person_id)
        .order_by(Company.name, JudgeTie.id)
    ).all()
    return {kind: [row.company for row in rows if row.kind is kind] for kind in TieKind}


def companies_named(session: Session, lines: Iterable[str]) -> dict[str, int]:
    """The companies that stand behind full names, short codes or credit codes; unknown ones are left out."""
    wanted = [line.strip() for line in lines if line.strip()]
    rows = session.execute(
        sa.select(Company.id, Company.name, Company.short_code, Company.code)
        .where(
            Company.merged_into_id.is_(None),
            sa.or_(
                Company.name.in_(wanted),
                Company.short_code.in_([line.upper() for line in wanted]),
                Company.code.in_([line.upper() for line in wanted]),
            ),
        )
        .order_by(Company.id)
    ).all()
    found: dict[str, int] = {}
    for line in wanted:
        for company_id, name, short_code, code in rows:
            if line == name or line.upper() in (short_code, code):
                found.setdefault(line, company_id)
    return found


def judges_listed(
    session: Session,
    *,
    actor: Actor,
    today: date,
    text: str = "",
    qualification: Qualification | None = None,
    validity: str = "",
    sort: str = "name",
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[JudgeProfile]:
    """A page of the judges whose home the reader oversees, filtered and sorted: two statements."""
    statement = _listed(actor, today, text, qualification, validity, sort)
    return page_of(session, statement, number=page, size=size)


def every_judge_listed(
    session: Session,
    *,
    actor: Actor,
    today: date,
    text: str = "",
    qualification: Qualification | None = None,
    validity: str = "",
    sort: str = "name",
) -> Sequence[JudgeProfile]:
    """All of these judges, for a file: one statement."""
    return session.scalars(_listed(actor, today, text, qualification, validity, sort)).all()


def _listed(
    actor: Actor, today: date, text: str, qualification: Qualification | None, validity: str, sort: str
) -> sa.Select[JudgeProfile]:
    statement = (
        sa.select(JudgeProfile)
        .join(JudgeProfile.person)
        .outerjoin(JudgeProfile.home_region)
        .options(joinedload(JudgeProfile.person), joinedload(JudgeProfile.home_region))
        .where(Person.active)
        .order_by(*SORTS.get(sort, SORTS["name"]))
    )
    if not actor.is_administrator:
        paths = sorted(actor.overseen_paths)
        statement = statement.where(sa.or_(sa.false(), *(Region.path.startswith(path) for path in paths)))
    if text.strip():
        statement = statement.where(Person.name.contains(text.strip(), autoescape=True))
    if qualification is not None:
        statement = statement.where(JudgeProfile.qualification == qualification)
    runs_out = JudgeProfile.valid_until
    held = JudgeProfile.qualification.is_not(None)
    wanted = {
        "valid": sa.and_(held, sa.or_(runs_out.is_(None), runs_out >= today)),
        "expired": sa.and_(held, runs_out < today),
        "none": sa.not_(held),
    }
    return statement.where(wanted[validity]) if validity in wanted else statement


def home_regions(session: Session) -> Sequence[Region]:
    """The cities, municipalities and counties of a province's own, among which a judge's home is chosen."""
    return session.scalars(
        sa.select(Region)
        .where(sa.or_(Region.level == RegionLevel.CITY, Region.is_municipality, Region.is_direct_county))
        .order_by(Region.code)
    ).all()
