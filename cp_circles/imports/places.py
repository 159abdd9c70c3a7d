"""Regions and companies that a file brings along."""

import re
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.base import table_of
from cp_circles.db.triples import keep_triples_after
from cp_circles.imports.findings import CompanyFacts
from cp_circles.organisations.models import Company, Region, RegionLevel
from cp_circles.rulesets.schema import Mapping

CODE_LENGTH = 12


def put_places(session: Session, mapping: Mapping, companies: Iterable[CompanyFacts]) -> dict[str, Region]:
    """The city of every (region, place) that companies stand in, made where it is missing; by its code."""
    create = mapping.company.create
    assert create is not None
    regions = {
        region.code: region
        for region in session.scalars(sa.select(Region).where(Region.pack == mapping.regions))
    }
    fresh = []
    for region, place in sorted({(each.region, each.place) for each in companies}):
        code, above = place_code(region, place), regions[region]
        if code in regions:
            continue
        names = {
            locale: getattr(create.place_names, locale)
            .replace("%(region)s", above.label(locale))
            .replace("%(place)s", place)
            for locale in ("zh", "en")
        }
        regions[code] = Region(
            pack=mapping.regions,
            code=code,
            name=names["zh"][:80],
            name_en=names["en"][:80],
            level=RegionLevel.CITY,
            parent_id=above.id,
            path="",
        )
        fresh.append((regions[code], above))
    session.add_all(made for made, _above in fresh)
    session.flush()
    for made, above in fresh:
        made.path = f"{above.path}{made.id}/"
    session.flush()
    return regions


def place_code(region: str, place: str) -> str:
    """The code of a place within a region."""
    return f"{region}-{place}"[:CODE_LENGTH]


def put_companies(
    session: Session, mapping: Mapping, companies: dict[str, CompanyFacts], *, now: datetime
) -> None:
    """Store the companies that are not there yet, with the places they stand in."""
    scheme = mapping.company.scheme
    there = set(session.scalars(sa.select(Company.code).where(Company.code_scheme == scheme)))
    missing = [each for code, each in companies.items() if code not in there]
    if not missing:
        return
    regions = put_places(session, mapping, missing)
    taken = set(session.scalars(sa.select(Company.short_code)))
    rows = []
    for each in missing:
        short = _short_code(each.code, taken)
        rows.append(
            {
                "code_scheme": scheme,
                "code": each.code,
                "short_code": short,
                "name": each.name,
                "name_en": each.name_en,
                "region_id": regions[place_code(each.region, each.place)].id,
                "headcount": each.headcount,
                "aliases": [],
                "created_at": now,
            }
        )
    last = session.scalar(sa.select(sa.func.max(Company.id))) or 0
    session.execute(sa.insert(table_of(Company)), rows)
    keep_triples_after(session, Company, last)


def _short_code(code: str, taken: set[str]) -> str:
    """A short code that no company has yet, made from the file's own code."""
    stem = re.sub(r"[^A-Z0-9]", "", code.upper())[:12] or "X"
    short, number = stem, 1
    while short in taken:
        number += 1
        short = f"{stem}-{number}"
    taken.add(short)
    return short


def company_places(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, int | None]]:
    """The region path and industry of companies, by id."""
    wanted = list(ids)
    found: dict[int, tuple[str, int | None]] = {}
    for start in range(0, len(wanted), 5000):
        rows = session.execute(
            sa.select(Company.id, Region.path, Company.industry_id)
            .join(Region, Company.region_id == Region.id)
            .where(Company.id.in_(wanted[start : start + 5000]))
        )
        found |= {id_: (path, industry) for id_, path, industry in rows}
    return found


def company_ids(session: Session, scheme: str) -> dict[str, int]:
    """The companies of a scheme by code."""
    return {
        code: id_
        for code, id_ in session.execute(
            sa.select(Company.code, Company.id).where(Company.code_scheme == scheme)
        )
    }
