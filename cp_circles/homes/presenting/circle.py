"""The circle's home: one project, what it saved, the next reading, and what is missing."""

import secrets
from functools import partial
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle, CircleState
from cp_circles.homes.forms import QuickReading
from cp_circles.homes.presenting import saved
from cp_circles.homes.presenting.section import Section
from cp_circles.homes.queries import work
from cp_circles.leaderboards.asking import number_in
from cp_circles.metering import queries as metering
from cp_circles.metering.models import Meter
from cp_circles.notices.queries import comments_of
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor
from cp_circles.projects import presenting as projects
from cp_circles.projects import queries, rules
from cp_circles.projects.models import Project
from cp_circles.savings import queries as savings
from cp_circles.savings.models import Saving
from cp_circles.web.i18n import locale_name
from cp_circles.web.paging import address_with
from cp_circles.web.session import today


def circle_section(session: Session, actor: Actor) -> Section | None:
    """The home of a member or leader; None for whoever is in no circle."""
    mine = work.circles_to_follow(session, actor)
    if not mine:
        return None
    wanted = number_in(request.args, "circle")
    working = next((row for row in mine if row.state is CircleState.REGISTERED), mine[0])
    circle = next((row for row in mine if row.id == wanted), working)
    under_way = work.current_projects(session, circle.id)
    values: dict[str, Any] = {
        "circle": circle,
        "others": [
            (row.name, address_with(circle=row.id, meter=None), row.id == circle.id, None, None)
            for row in mine
        ]
        if len(mine) > 1
        else [],
        "project": None,
        "further": under_way[1:],
    }
    if under_way:
        values |= project_values(session, actor, queries.project_by_id(session, under_way[0].id))
    return Section(Role.LEADER, "homes/_circle.html", values)


def _csv_url(project: Project, saving: Saving) -> str:
    """The figures of a saving's chart as a file."""
    return url_for("homes.overview_chart", project_id=project.id, saving_id=saving.id)


def project_values(session: Session, actor: Actor, project: Project) -> dict[str, Any]:
    """The project as the circle works on it."""
    if not project.steps:
        return {"project": project, "is_early": True}
    method, facts = queries.method_of(session, project), queries.project_facts(session, project)
    step = queries.current_step(project, method)
    running = rules.is_running(project)
    missing = queries.lacking(method, step.key, facts) if step and running else ()
    phases = projects.rail(project, method, step)
    found = savings.savings_of(session, project.id)
    return {
        "project": project,
        "is_early": False,
        "phases": phases,
        "ring": projects.ring_numbers(phases),
        "done_steps": sum(phase.done for phase in phases),
        "all_steps": sum(phase.total for phase in phases),
        "step": step,
        "step_name": step.names.in_(locale_name()) if step else "",
        "gates": projects.gate_items(project, step, missing, facts) if step and running else [],
        "missing_count": len(missing),
        "headline": saved.headline(found, savings.verified_of(found)),
        "charts": saved.run_charts(session, project, found, today(), partial(_csv_url, project))[:1],
        "remark": _last_remark(session, project),
        "reading": _reading(session, actor, project) if running else None,
        "running": running,
        "method_name": method.names.in_(locale_name()),
    }


def _last_remark(session: Session, project: Project) -> Any:
    """What was said last on the project by somebody outside the circle, else what was said last."""
    remarks = list(comments_of(session, project))
    circle: Circle | None = project.circle
    members = {member.person_id for member in circle.members} if circle else set()
    outside = [remark for remark in remarks if remark.person_id not in members]
    return (outside or remarks)[-1] if remarks else None


def _reading(session: Session, actor: Actor, project: Project) -> dict[str, Any] | None:
    """The short form for the meter used last, with the period it lacks and what is usual."""
    meters = work.meters_of_project(session, project)
    if not meters:
        return None
    wanted = number_in(request.args, "meter") or work.last_meter(
        session, actor.person_id, [m.id for m in meters]
    )
    meter: Meter = next((row for row in meters if row.id == wanted), meters[0])
    form = QuickReading()
    form.starts_on.data, form.ends_on.data = metering.next_period(session, meter, today())
    form.send_key.data = secrets.token_hex(16)
    return {
        "meter": meter,
        "form": form,
        "usual": metering.usual_range(session, meter),
        "last": metering.last_readings(session, [meter.id]).get(meter.id),
        "picks": [
            (row.name, url_for("metering.log_reading", meter_id=row.id), row.id == meter.id) for row in meters
        ],
    }
