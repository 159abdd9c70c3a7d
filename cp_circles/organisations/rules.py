"""Who may register, edit and see companies."""

from typing import Any, Protocol

from cp_circles.organisations.models import Company, Region

WORK = ("circle", "project")


class Acting(Protocol):
    """What these rules need to know of whoever acts."""

    @property
    def person_id(self) -> int | None:
        """The person's id; None for the system."""

    @property
    def is_administrator(self) -> bool:
        """True for the platform's administrator."""

    @property
    def overseen_paths(self) -> tuple[str, ...]:
        """The paths of the regions that an official covers."""

    @property
    def company_ids(self) -> frozenset[int]:
        """The companies in which a role of company scope is held."""

    def oversees(self, region_path: str) -> bool:
        """True if an official's grant covers the region at this path."""

    def heads_department_of(self, company_id: int) -> bool:
        """True for the cleaner-production department of the company."""


def can_register_company(actor: Acting, region: Region) -> bool:
    """Administrators, and officials of the region or of one above it."""
    return actor.is_administrator or actor.oversees(region.path)


def can_see_company(actor: Acting, company: Company) -> bool:
    """Administrators, officials above it, and people with a role in it."""
    return actor.is_administrator or actor.oversees(company.region.path) or company.id in actor.company_ids


def can_edit_company(actor: Acting, company: Company) -> bool:
    """Administrators, officials above it, and its cleaner-production department."""
    return (
        actor.is_administrator or actor.oversees(company.region.path) or actor.heads_department_of(company.id)
    )


def may_be_named(company: Any, kind: str) -> Any:
    """Whether public pages may name the company, or what it does: a circle or a project of it.

    Of a company's class or alias the same as a condition of SQL.
    """
    return company.shows_work if kind in WORK else company.is_named


def can_keep_departments(actor: Acting, company: Company) -> bool:
    """Its cleaner-production department and administrators keep the departments of a company that is open."""
    return company.active and (actor.is_administrator or actor.heads_department_of(company.id))
