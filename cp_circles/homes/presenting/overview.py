"""A project at a glance: its way, what it saved, where its result stands, and its history."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from cp_circles.awards import queries as awards
from cp_circles.awards.rules import can_see_rewards
from cp_circles.homes.presenting import saved
from cp_circles.judging import presenting as judging
from cp_circles.judging.queries import entries
from cp_circles.people.rules import Actor
from cp_circles.projects import presenting as projects
from cp_circles.projects import queries
from cp_circles.projects.models import Project
from cp_circles.projects.rules import was_member
from cp_circles.results import queries as results
from cp_circles.savings import queries as savings
from cp_circles.savings.models import Saving
from cp_circles.savings.rules import can_see_savings
from cp_circles.web.history import history_of
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import today


def overview_values(session: Session, actor: Actor, project: Project) -> dict[str, Any]:
    """The values of the overview's template; an imported project has neither method nor charts."""
    method = queries.method_of(session, project) if project.method_edition_id else None
    step = queries.current_step(project, method) if method and project.steps else None
    phases = projects.rail(project, method, step) if method and project.steps else []
    seen = can_see_savings(actor, project)
    found = savings.savings_of(session, project.id) if seen else []
    computable = found if project.factors_edition_id is not None else []
    packages = results.results_of_project(session, project.id)
    return {
        "project": project,
        "method_name": method.names.in_(locale_name()) if method else None,
        "words": {name: projects.term_names(session, name) for name in ("focus_area", "domain")},
        "phases": phases,
        "done_steps": sum(phase.done for phase in phases),
        "all_steps": sum(phase.total for phase in phases),
        "headline": saved.headline(found, savings.verified_of(found)),
        "charts": saved.run_charts(session, project, computable, today(), csv_of(project)),
        "results": packages,
        "entries": [
            (judging.level_name(entry.round_.level), entry)
            for entry in entries.entries_of_results(session, [result.id for result in packages])
        ],
        "awards": awards.awards_of_project(session, project.id),
        "sees_rewards": can_see_rewards(actor, project.company_id) or was_member(actor, project.circle),
        "events": history_of(session, project),
    }


def csv_of(project: Project) -> saved.Csv:
    """The address of the figures behind a run chart."""

    def address(saving: Saving) -> str:
        return url_for("homes.overview_chart", project_id=project.id, saving_id=saving.id)

    return address
