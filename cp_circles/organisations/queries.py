"""Regions, industries, companies and departments, as they are asked for."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.db.models import Event
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.db.triples import narrowed
from cp_circles.errors import NotFound
from cp_circles.organisations.models import Company, Department, Industry, Park, Region, RegionLevel
from cp_circles.organisations.rules import Acting, can_see_company

SORTS = {
    "name": (Company.name, Company.id),
    "code": (Company.short_code,),
    "headcount": (Company.headcount.desc().nulls_last(), Company.id),
    "newest": (Company.created_at.desc(), Company.id.desc()),
}


def nation(session: Session, pack: str = "china") -> Region:
    """The top of a region tree; NotFound if the pack was not loaded."""
    found = session.scalar(sa.select(Region).where(Region.pack == pack, Region.parent_id.is_(None)))
    if found is None:
        raise NotFound
    return found


def nations(session: Session) -> Sequence[Region]:
    """The tops of all loaded region trees."""
    return session.scalars(sa.select(Region).where(Region.parent_id.is_(None)).order_by(Region.id)).all()


def region_by_id(session: Session, region_id: int) -> Region:
    """The region of that id; NotFound if there is none."""
    found = session.get(Region, region_id)
    if found is None:
        raise NotFound
    return found


def region_by_code(session: Session, code: str, pack: str = "china") -> Region | None:
    """The region of that code in a pack."""
    return session.scalar(sa.select(Region).where(Region.pack == pack, Region.code == code))


def children_of(session: Session, region_id: int) -> Sequence[Region]:
    """The regions directly below one, by code."""
    return session.scalars(sa.select(Region).where(Region.parent_id == region_id).order_by(Region.code)).all()


def ancestors_of(session: Session, region: Region) -> list[Region]:
    """The regions from the nation down to this one, itself included."""
    found = {row.id: row for row in session.scalars(sa.select(Region).where(Region.id.in_(region.path_ids)))}
    return [found[id_] for id_ in region.path_ids if id_ in found]


def own_region(session: Session, actor: Acting) -> Region | None:
    """The region that an official answers for, the first of several; None for everybody else."""
    path = next(iter(actor.overseen_paths), None)
    return session.scalar(sa.select(Region).where(Region.path == path)) if path else None


def regions_by_id(session: Session, ids: Sequence[int]) -> dict[int, Region]:
    """The regions of these ids."""
    return {row.id: row for row in session.scalars(sa.select(Region).where(Region.id.in_(ids)))}


def regions_matching(
    session: Session, *, text: str, pack: str = "china", limit: int = 20
) -> Sequence[Region]:
    """Regions whose name or code holds the text; higher levels first."""
    return session.scalars(
        sa.select(Region)
        .where(
            Region.pack == pack,
            sa.or_(
                Region.name.contains(text, autoescape=True),
                Region.name_en.icontains(text, autoescape=True),
                Region.code.startswith(text, autoescape=True),
            ),
        )
        .order_by(sa.func.length(Region.path), Region.code)
        .limit(limit)
    ).all()


def company_counts_below(session: Session, regions: Sequence[Region]) -> dict[int, int]:
    """How many active companies lie in or below each of these regions: one statement."""
    if not regions:
        return {}
    seat = sa.orm.aliased(Region)
    rows = session.execute(
        sa.select(Region.id, sa.func.count(Company.id))
        .select_from(Region)
        .join(seat, seat.path.startswith(Region.path))
        .join(Company, sa.and_(Company.region_id == seat.id, Company.active))
        .where(Region.id.in_([region.id for region in regions]))
        .group_by(Region.id)
    )
    return {region_id: count for region_id, count in rows}


def park_home(region: Region) -> Region:
    """The region by which the parks of a place are known: the city or municipality that holds a county."""
    return region.parent if region.level is RegionLevel.COUNTY and region.parent is not None else region


def parks_of(session: Session, region_id: int) -> Sequence[Park]:
    """The parks of a city or municipality, by name."""
    return session.scalars(sa.select(Park).where(Park.region_id == region_id).order_by(Park.name)).all()


def industries(session: Session) -> Sequence[Industry]:
    """All industries, each section followed by its divisions."""
    found = session.scalars(sa.select(Industry).order_by(Industry.code)).all()
    below: dict[int | None, list[Industry]] = {}
    for row in found:
        below.setdefault(row.parent_id, []).append(row)
    return [row for top in below.get(None, []) for row in [top, *below.get(top.id, [])]]


def industry_by_code(session: Session, code: str) -> Industry | None:
    """The industry of that code."""
    return session.scalar(sa.select(Industry).where(Industry.code == code))


def company_by_short_code(session: Session, short_code: str) -> Company | None:
    """The company of that short code, in whatever case it was typed; of a merged one, where it went."""
    return _survivor(
        session, session.scalar(sa.select(Company).where(Company.short_code == short_code.strip().upper()))
    )


def company_by_code(session: Session, code: str, code_scheme: str = "USCC") -> Company | None:
    """The company of that code in a scheme; of a merged one, where it went."""
    return _survivor(
        session,
        session.scalar(sa.select(Company).where(Company.code_scheme == code_scheme, Company.code == code)),
    )


def _survivor(session: Session, company: Company | None) -> Company | None:
    """The company itself, or the one that it was merged into."""
    while company is not None and company.merged_into_id is not None:
        company = session.get(Company, company.merged_into_id)
    return company


def merged_into(session: Session, company: Company) -> Company | None:
    """The company that a doubled row was merged into; None if it was not."""
    return None if company.merged_into_id is None else _survivor(session, company)


def merged_companies(session: Session, company_id: int) -> Sequence[Company]:
    """The doubled rows that became aliases of a company."""
    return session.scalars(
        sa.select(Company).where(Company.merged_into_id == company_id).order_by(Company.id)
    ).all()


def company_by_id(session: Session, company_id: int) -> Company:
    """The company with its region and industry; NotFound if there is none."""
    found = session.scalar(
        sa.select(Company)
        .options(joinedload(Company.region), joinedload(Company.industry))
        .where(Company.id == company_id)
    )
    if found is None:
        raise NotFound
    return found


def company_for(session: Session, *, actor: Acting, company_id: int) -> Company:
    """The company, if the actor may see it; NotFound otherwise."""
    company = company_by_id(session, company_id)
    if not can_see_company(actor, company):
        raise NotFound
    return company


def former_names(session: Session, company: Company) -> list[tuple[str, datetime]]:
    """The names that the company had before, each with the moment until which it held, newest first."""
    events = session.scalars(
        sa.select(Event)
        .where(
            Event.subject_kind == Company.__tablename__,
            Event.subject_id == company.id,
            Event.verb == "organisations.edit_company",
        )
        .order_by(Event.id.desc())
    )
    return [(row.before["name"], row.at) for row in events if row.before and "name" in row.before]


def companies_in(session: Session, region_path: str) -> Sequence[Company]:
    """The active companies in or below a region, by name."""
    return session.scalars(
        sa.select(Company)
        .join(Company.region)
        .options(joinedload(Company.region), joinedload(Company.industry))
        .where(Region.path.startswith(region_path), Company.active)
        .order_by(Company.name, Company.id)
    ).all()


def companies_listed(
    session: Session,
    *,
    actor: Acting,
    region: Region | None = None,
    industry_id: int | None = None,
    text: str = "",
    sort: str = "name",
    page: int = 1,
    size: int = PAGE_SIZE,
    most: int | None = None,
) -> Page[Company]:
    """A page of the companies that the actor answers for, filtered and sorted: two statements."""
    statement = (
        sa.select(Company)
        .join(Company.region)
        .options(joinedload(Company.region), joinedload(Company.industry))
        .where(_answered_for_by(actor), Company.merged_into_id.is_(None))
        .order_by(*SORTS.get(sort, SORTS["name"]))
    )
    if region is not None:
        statement = statement.where(Region.path.startswith(region.path))
    if industry_id is not None:
        below = sa.select(Industry.id).where(
            sa.or_(Industry.id == industry_id, Industry.parent_id == industry_id)
        )
        statement = statement.where(Company.industry_id.in_(below))
    if text.strip():
        statement = statement.where(_has_text(session, text.strip()))
    return page_of(session, statement, number=page, size=size, most=most)


def _answered_for_by(actor: Acting) -> sa.ColumnElement[bool]:
    if actor.is_administrator:
        return sa.true()
    return sa.or_(
        Company.id.in_(actor.company_ids), *(Region.path.startswith(path) for path in actor.overseen_paths)
    )


def _has_text(session: Session, text: str) -> sa.ColumnElement[bool]:
    alias = sa.orm.aliased(Company)
    coded = sa.or_(
        alias.short_code.icontains(text, autoescape=True), alias.code.icontains(text, autoescape=True)
    )
    merged = sa.select(alias.merged_into_id).where(
        alias.merged_into_id.is_not(None), narrowed(session, text, (alias.id, Company, coded))
    )
    named = sa.or_(
        Company.name.contains(text, autoescape=True),
        Company.name_en.icontains(text, autoescape=True),
        _has_alias(session, text),
        Company.short_code.icontains(text, autoescape=True),
        Company.code.icontains(text, autoescape=True),
    )
    return sa.or_(Company.id.in_(merged), narrowed(session, text, (Company.id, Company, named)))


def _has_alias(session: Session, text: str) -> sa.ColumnElement[bool]:
    """One of the company's other names has the text; each database opens a stored list its own way."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    opened = sa.func.json_array_elements_text if is_postgresql else sa.func.json_each
    names = opened(Company.aliases).table_valued("value")
    return sa.exists().select_from(names).where(names.c.value.contains(text, autoescape=True))


def departments_of(session: Session, company_id: int) -> Sequence[Department]:
    """The departments of a company, open ones first, then by name."""
    return session.scalars(
        sa.select(Department)
        .where(Department.company_id == company_id)
        .order_by(Department.active.desc(), Department.name)
    ).all()


def department_of(session: Session, company: Company, department_id: int) -> Department:
    """One department of this company; NotFound if it is another's."""
    found = session.get(Department, department_id)
    if found is None or found.company_id != company.id:
        raise NotFound
    return found
