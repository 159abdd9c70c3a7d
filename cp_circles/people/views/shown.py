"""Grants as finished rows for pages: role and scope in the reader's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Grant, ScopeKind
from cp_circles.web.i18n import enum_label, label


@dataclass(frozen=True)
class ShownGrant:
    """One grant as a page shows it."""

    id: int
    role: str
    scope: str
    until: datetime | None
    reason: str


LATER_ROOMS = {ScopeKind.CIRCLE: "circles", ScopeKind.ROUND: "rounds"}
BROWSERS = ("MicroMessenger", "Edg", "Firefox", "Chrome", "Safari")
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
NAMES = {"MicroMessenger": "WeChat", "Edg": "Edge", "Macintosh": "Mac"}


def device_name(agent: str) -> str:
    """A browser's own description in a few words; the description itself if it names none that we know."""
    browser = next((name for name in BROWSERS if f"{name}/" in agent), None)
    system = next((name for name in SYSTEMS if name in agent), None)
    if browser is None or system is None:
        return agent[:60] or str(_("Unknown device"))
    return str(
        _("%(browser)s on %(system)s", browser=NAMES.get(browser, browser), system=NAMES.get(system, system))
    )


def shown_grants(session: Session, grants: Iterable[Grant]) -> list[ShownGrant]:
    """The grants with the names of their scopes, in at most four statements."""
    rows = list(grants)
    names = scope_names(session, rows)
    return [
        ShownGrant(row.id, enum_label(row.role), _scope(row, names), row.until, row.reason) for row in rows
    ]


def scope_names(session: Session, grants: Iterable[Grant]) -> dict[tuple[ScopeKind, int], str]:
    """The names of the companies, regions, circles and rounds that grants are tied to."""
    names: dict[tuple[ScopeKind, int], str] = {}
    rows = list(grants)
    companies = {row.scope_id for row in rows if row.scope_kind is ScopeKind.COMPANY}
    if companies:
        for company in session.scalars(sa.select(Company).where(Company.id.in_(companies))):
            names[ScopeKind.COMPANY, company.id] = label(company)
    regions = {row.scope_id for row in rows if row.scope_kind is ScopeKind.REGION}
    if regions:
        for region in session.scalars(sa.select(Region).where(Region.id.in_(regions))):
            names[ScopeKind.REGION, region.id] = label(region)
    for kind, table_name in LATER_ROOMS.items():
        ids = {row.scope_id for row in rows if row.scope_kind is kind}
        if ids:
            table = sa.table(table_name, sa.column("id"), sa.column("name")).c
            found = session.execute(sa.select(table.id, table.name).where(table.id.in_(ids)))
            names |= {(kind, each_id): name for each_id, name in found}
    return names


def _scope(grant: Grant, names: dict[tuple[ScopeKind, int], str]) -> str:
    kind = enum_label(grant.scope_kind)
    if grant.scope_kind is ScopeKind.PLATFORM:
        return kind
    return names.get((grant.scope_kind, grant.scope_id), f"{kind} {grant.scope_id}")
