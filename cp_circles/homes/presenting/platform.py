"""The administrator's home: what the platform holds, and what is stuck."""

from sqlalchemy.orm import Session

from cp_circles.errors import msg
from cp_circles.homes.presenting.section import Section
from cp_circles.homes.queries import season
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor

JOB_NAMES = {
    "imports.projects": msg("Read in a file of results"),
    "results.blind_copy": msg("Draw the pages of a blind copy"),
    "chore:deliver mails": msg("Deliver mails"),
    "chore:forget expired": msg("Forget what has expired"),
    "chore:mark dormant circles": msg("Mark dormant circles"),
    "chore:ask for renewals": msg("Ask circles to renew"),
}


def administrator_section(session: Session, actor: Actor) -> Section | None:
    """Counts, outbox and jobs; None for whoever is not an administrator."""
    if not actor.is_administrator:
        return None
    values = {
        "counts": season.platform_counts(session),
        "jobs": season.newest_jobs(session),
        "job_names": JOB_NAMES,
    }
    return Section(Role.ADMINISTRATOR, "homes/_administrator.html", values)
