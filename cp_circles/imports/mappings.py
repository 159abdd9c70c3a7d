"""Which mappings there are, who may use them, and whether this database is the place for one."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.errors import DomainError, msg
from cp_circles.imports.findings import Known
from cp_circles.organisations.models import Company, Region, RegionLevel
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.rulesets.schema import Mapping, Vocabulary

KIND = "mapping"
WHO = {"administrator": Role.ADMINISTRATOR, "department": Role.DEPARTMENT}


class WrongHome(DomainError):
    """The file belongs into another database."""

    msgid = msg("This file belongs into a database of its own.")


def mappings_for(session: Session, actor: Actor) -> list[tuple[Edition, Mapping]]:
    """The newest edition of every mapping that the actor may use."""
    found = [(row, mapping_of(row)) for row in editions.latest_of_each(session, KIND)]
    return [(row, mapping) for row, mapping in found if can_use(actor, mapping)]


def mapping_of(edition: Edition) -> Mapping:
    """The validated mapping of an edition; NotFound for an edition of another kind."""
    return editions.pack_of(edition, Mapping)


def newest_mapping(session: Session, key: str) -> tuple[Edition, Mapping]:
    """The newest edition of a mapping; a DomainError names the known ones."""
    edition = editions.latest(session, KIND, key)
    if edition is None:
        known = ", ".join(row.key for row in editions.latest_of_each(session, KIND))
        text = msg("There is no mapping %(key)s; known are: %(known)s.")
        raise DomainError(text, key=key, known=known or "–")
    return edition, mapping_of(edition)


def can_use(actor: Actor, mapping: Mapping) -> bool:
    """True for an administrator, and for a department where the mapping is open to it."""
    return actor.is_administrator or (
        "department" in mapping.open_to and bool(actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY))
    )


def require_home(session: Session, mapping: Mapping) -> None:
    """Refuse a database with other regions, or one with the demonstration where the mapping stays apart."""
    packs = sorted(session.scalars(sa.select(Region.pack).distinct()))
    if packs != [mapping.regions]:
        raise WrongHome(
            msg(
                "This mapping needs a database with the regions %(wanted)s only; this one holds: %(held)s. "
                "Prepare another database for it."
            ),
            wanted=mapping.regions,
            held=", ".join(packs) or "–",
        )
    if mapping.own_database and has_demonstration(session):
        raise WrongHome(
            msg("This database holds the demonstration; imported projects are never mixed with it.")
        )


def has_demonstration(session: Session) -> bool:
    """True if any person or company of the demonstration is stored."""
    return any(session.scalar(sa.select(sa.exists().where(model.is_demo))) for model in (Person, Company))


def known_things(session: Session, actor: Actor, mapping: Mapping) -> Known:
    """What the database knows of the things that a file of this mapping names: a fixed number of queries."""
    words = editions.newest_pack(session, Vocabulary)
    regions = session.scalars(
        sa.select(Region.code).where(Region.pack == mapping.regions, Region.level == RegionLevel.PROVINCE)
    )
    codes, names = _companies(session, actor, mapping)
    return Known(
        regions=frozenset(regions),
        companies=codes,
        company_names=names,
        projects=known_projects(session, mapping),
        domains=_terms(words, "domain"),
        focus_areas=_terms(words, "focus_area"),
    )


def known_projects(session: Session, mapping: Mapping) -> dict[str, tuple[int, str]]:
    """The id and the row's hash of every project that this mapping imported, by import key."""
    rows = session.execute(
        sa.select(Project.import_key, Project.id, Project.import_facts["sha256"].as_string()).where(
            Project.import_key.startswith(f"{mapping.key}:", autoescape=True)
        )
    )
    return {key: (id_, sha256) for key, id_, sha256 in rows}


def _companies(session: Session, actor: Actor, mapping: Mapping) -> tuple[dict[str, Any], dict[str, Any]]:
    if mapping.company.create is not None:
        return {}, {}
    rows = session.scalars(sa.select(Company).where(Company.code_scheme == mapping.company.scheme))
    codes: dict[str, Any] = {}
    names: dict[str, Any] = {}
    for company in rows:
        fact = (company.id, actor.is_administrator or actor.heads_department_of(company.id))
        codes[company.code] = fact
        for name in (company.name, company.name_en, *company.aliases):
            if name:
                names[name] = fact
    return codes, names


def _terms(words: Vocabulary, key: str) -> frozenset[str]:
    found = words.list_(key)
    return frozenset(term.key for term in found.terms) if found is not None else frozenset()
