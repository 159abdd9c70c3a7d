"""Homes in a company: the department, its facilitators, and its verifiers."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.circles.queries import company_rates
from cp_circles.guidance.queries.board import quiet_days_of
from cp_circles.homes.presenting.judge import round_lines
from cp_circles.homes.presenting.saved import indicator_names, short_quantity
from cp_circles.homes.presenting.section import Section
from cp_circles.homes.queries import work
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.queries import step_counts
from cp_circles.savings import queue
from cp_circles.savings import rules as savings_rules
from cp_circles.web.session import now, today


def department_section(session: Session, actor: Actor) -> Section | None:
    """The home of a cleaner-production department; None for whoever heads none."""
    ids = actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY)
    if not ids:
        return None
    claims = work.savings_in_verification(session, ids)
    rates = company_rates(session, ids, year=today().year)
    quiet_days = quiet_days_of(session, ids)
    values: dict[str, Any] = {
        "companies": work.companies_by_id(session, ids),
        "rates": rates,
        "circles": work.circles_to_register(session, ids),
        "projects": work.projects_to_register(session, ids),
        "claims": [(row, savings_rules.next_role(row.claim)) for row in claims if row.claim is not None],
        "names": indicator_names(session) if claims else {},
        "short": short_quantity,
        "quiet": work.quiet_circles(
            session, {id_: today() - timedelta(days=days) for id_, days in quiet_days.items()}
        ),
        "quiet_days": sorted(set(quiet_days.values())),
        "contests": round_lines(session, work.contests_of(session, ids)),
    }
    return Section(Role.DEPARTMENT, "homes/_department.html", values)


def facilitator_section(session: Session, actor: Actor) -> Section | None:
    """The circles that a facilitator helps; None for whoever helps none."""
    if not actor.holds_any(Role.FACILITATOR):
        return None
    circles = work.coached_circles(session, actor)
    projects = work.running_projects(session, [circle.id for circle in circles])
    values = {
        "circles": circles,
        "projects": projects,
        "steps": step_counts(session, [project.id for project in projects.values()]),
    }
    return Section(Role.FACILITATOR, "homes/_facilitator.html", values)


def verifier_section(session: Session, actor: Actor) -> Section | None:
    """The claims that wait for the actor's signature; None for whoever signs nothing."""
    roles = [role for role in savings_rules.CHAIN if actor.holds_any(role)]
    if not roles:
        return None
    waiting = [(row.role, row.saving) for row in queue.waiting_for(session, actor, now=now())]
    names = indicator_names(session) if waiting else {}
    metered = sorted(actor.scopes(Role.METERING, ScopeKind.COMPANY))
    values = {"waiting": waiting, "names": names, "short": short_quantity, "metered": metered}
    return Section(roles[0], "homes/_verifier.html", values)
