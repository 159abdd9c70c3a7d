"""The administrator's home: what the platform holds, and what is stuck."""

from sqlalchemy.orm import Session

from cp_circles.homes.presenting.section import Section
from cp_circles.homes.queries import season
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor


def administrator_section(session: Session, actor: Actor) -> Section | None:
    """Counts, outbox and jobs; None for whoever is not an administrator."""
    if not actor.is_administrator:
        return None
    values = {"counts": season.platform_counts(session), "jobs": season.newest_jobs(session)}
    return Section(Role.ADMINISTRATOR, "homes/_administrator.html", values)
