"""Registering companies and keeping their facts."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cp_circles.calc.uscc import normalise_uscc, uscc_problem
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.organisations import queries, rules
from cp_circles.organisations.models import Company, Disclosure, Industry, Park, Region, RegionLevel
from cp_circles.organisations.rules import Acting

SHORT_CODE = re.compile(r"[A-Z][A-Z0-9]{1,11}")
SEATS = {RegionLevel.CITY, RegionLevel.COUNTY}
PARK_NAME_MAX = 80


def register_company(
    session: Session,
    *,
    actor: Acting,
    region: Region,
    industry: Industry | None,
    code: str,
    short_code: str,
    name: str,
    name_en: str = "",
    code_scheme: str = "USCC",
    headcount: int | None = None,
    output_yuan: Decimal | None = None,
    aliases: Sequence[str] = (),
    group_name: str = "",
    park_name: str = "",
    disclosure: Disclosure = Disclosure.WORK,
    is_demo: bool = False,
    now: datetime,
) -> Company:
    """Register a company in a city or county; its code is checked where the scheme is USCC."""
    if not rules.can_register_company(actor, region):
        raise NotAllowed(msg("Companies are registered by an official of their region or an administrator."))
    if region.level not in SEATS:
        raise Invalid(msg("Choose the city, county or district where the company sits."), field="region")
    company = Company(
        code_scheme=code_scheme,
        code=_checked_code(code, code_scheme),
        short_code=_checked_short_code(session, short_code),
        name=_filled(name, "name"),
        name_en=name_en.strip(),
        aliases=_clean_aliases(aliases),
        group_name=group_name.strip(),
        region=region,
        industry=industry,
        park=_park_named(session, region, park_name),
        headcount=_counted(headcount),
        output_yuan=_money(output_yuan, "output_yuan"),
        disclosure=disclosure,
        is_demo=is_demo,
        created_at=now,
    )
    if queries.company_by_code(session, company.code, code_scheme) is not None:
        raise Invalid(msg("A company with this code is registered already."), field="code")
    _add_once(session, company)
    after = {"code": company.code, "short_code": company.short_code, "region": region.id}
    record_event(
        session,
        actor=actor,
        verb="organisations.register_company",
        subject=company,
        company_id=company.id,
        after=after,
        at=now,
    )
    return company


def edit_company(
    session: Session,
    *,
    actor: Acting,
    company: Company,
    version: int,
    name: str,
    name_en: str,
    industry: Industry | None,
    headcount: int | None,
    output_yuan: Decimal | None,
    aliases: Sequence[str],
    disclosure: Disclosure,
    group_name: str | None = None,
    park_name: str | None = None,
    now: datetime,
) -> Company:
    """Save a company's facts; code, short code and region stay as registered. Stale if saved meanwhile."""
    _require_edit(actor, company)
    new_name = _filled(name, "name")
    if new_name != company.name:
        aliases = [*aliases, company.name]
    is_kept = park_name is None or company.version != version
    park = company.park if is_kept else _park_named(session, company.region, park_name or "")
    facts = {
        "name": new_name,
        "name_en": name_en.strip(),
        "industry_id": industry.id if industry else None,
        "headcount": _counted(headcount),
        "output_yuan": _money(output_yuan, "output_yuan"),
        "aliases": _clean_aliases(aliases),
        "disclosure": disclosure,
        "group_name": company.group_name if group_name is None else group_name.strip(),
        "park_id": park.id if park else None,
    }
    return _saved(session, actor, company, version, "organisations.edit_company", facts, now)


def set_cost_thresholds(
    session: Session,
    *,
    actor: Acting,
    company: Company,
    version: int,
    low_cost_max_yuan: Decimal,
    mid_cost_max_yuan: Decimal,
    now: datetime,
) -> Company:
    """Set up to how many yuan an option is low-cost, and up to how many medium-cost."""
    _require_edit(actor, company)
    if not Decimal(0) < low_cost_max_yuan < mid_cost_max_yuan:
        raise Invalid(
            msg("The limit of medium cost must be above the limit of low cost, and both above zero."),
            field="mid_cost_max_yuan",
        )
    facts = {
        "low_cost_max_yuan": _money(low_cost_max_yuan, "low_cost_max_yuan"),
        "mid_cost_max_yuan": _money(mid_cost_max_yuan, "mid_cost_max_yuan"),
    }
    return _saved(session, actor, company, version, "organisations.set_cost_thresholds", facts, now)


def set_member_limits(
    session: Session,
    *,
    actor: Acting,
    company: Company,
    version: int,
    members_min: int,
    members_max: int,
    now: datetime,
) -> Company:
    """Set how many members a circle of this company has at least and at most."""
    _require_edit(actor, company)
    if not 2 <= members_min <= members_max <= 30:
        raise Invalid(
            msg("A circle has 2 to 30 members; the least number cannot exceed the greatest."),
            field="members_max",
        )
    facts = {"members_min": members_min, "members_max": members_max}
    return _saved(session, actor, company, version, "organisations.set_member_limits", facts, now)


def _saved(
    session: Session,
    actor: Acting,
    company: Company,
    version: int,
    verb: str,
    facts: dict[str, Any],
    now: datetime,
) -> Company:
    take_turns(session, f"company:{company.id}")
    session.refresh(company)
    before = {field: getattr(company, field) for field in facts}
    if company.version != version:
        raise Stale(current={"version": company.version} | before)
    changed = {field: value for field, value in facts.items() if before[field] != value}
    if not changed:
        return company
    for field, value in changed.items():
        setattr(company, field, value)
    company.version += 1
    session.flush()
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=company,
        company_id=company.id,
        before={field: _plain(before[field]) for field in changed},
        after={field: _plain(value) for field, value in changed.items()},
        at=now,
    )
    return company


def _park_named(session: Session, region: Region, name: str) -> Park | None:
    """The park of that name in the city that holds the region; it begins with its first company."""
    name = name.strip()
    if not name:
        return None
    if len(name) > PARK_NAME_MAX:
        raise Invalid(msg("The name of a park has at most 80 characters."), field="park_name")
    home = queries.park_home(region)
    park = next((row for row in queries.parks_of(session, home.id) if row.name == name), None)
    if park is None:
        park = Park(region_id=home.id, name=name)
        session.add(park)
        session.flush()
    return park


def _require_edit(actor: Acting, company: Company) -> None:
    if not rules.can_see_company(actor, company):
        raise NotFound
    if not rules.can_edit_company(actor, company):
        raise NotAllowed(msg("Only its cleaner-production department and officials edit a company."))


def _add_once(session: Session, company: Company) -> None:
    try:
        with session.begin_nested():
            session.add(company)
    except IntegrityError as error:
        raise Invalid(msg("A company with this code is registered already."), field="code") from error


def _checked_code(code: str, scheme: str) -> str:
    if scheme != "USCC":
        return _filled(code, "code")
    normal = normalise_uscc(code)
    problem = uscc_problem(normal)
    if problem is not None:
        raise Invalid(problem.msgid, field="code", **problem.values)
    return normal


def _checked_short_code(session: Session, short_code: str) -> str:
    normal = short_code.strip().upper()
    if not SHORT_CODE.fullmatch(normal):
        raise Invalid(
            msg("A short code has 2 to 12 letters and digits and begins with a letter, for example HX01."),
            field="short_code",
        )
    taken = sa.select(sa.exists().where(Company.short_code == normal))
    if session.scalar(taken):
        raise Invalid(msg("Another company has this short code."), field="short_code")
    return normal


def _filled(text: str, field: str) -> str:
    if not text.strip():
        raise Invalid(msg("This field cannot be empty."), field=field)
    return text.strip()


def _counted(headcount: int | None) -> int | None:
    if headcount is not None and headcount < 1:
        raise Invalid(msg("The headcount is a whole number above zero."), field="headcount")
    return headcount


def _money(amount: Decimal | None, field: str) -> Decimal | None:
    if amount is None:
        return None
    if amount < 0 or amount != amount.quantize(Decimal("0.01")):
        raise Invalid(msg("An amount of money is not negative and has at most two decimals."), field=field)
    return amount


def _clean_aliases(aliases: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(alias.strip() for alias in aliases if alias.strip()))


def _plain(value: Any) -> Any:
    if isinstance(value, Disclosure):
        return value.value
    return str(value) if isinstance(value, Decimal) else value
