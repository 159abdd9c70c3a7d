"""How each kind of record is filled in, kept and shown."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from cp_circles.editions.queries import pack, packs
from cp_circles.guidance import queries, services
from cp_circles.guidance.forms import InspectionForm, OccasionForm, TrainingForm, VisitForm
from cp_circles.guidance.models import Inspection, Occasion, OccasionKind, Training, Verdict, Visit
from cp_circles.guidance.views.attendance import attendance
from cp_circles.judging.models import Round
from cp_circles.organisations.models import Company
from cp_circles.projects.models import Project
from cp_circles.projects.rules import RUNNING
from cp_circles.rulesets.schema import DutySheet, Method
from cp_circles.web.formats import date_text, number
from cp_circles.web.forms import whole_number
from cp_circles.web.i18n import enum_label, locale_name
from cp_circles.web.session import clock, db_session, today

MOST_PROJECTS = 12
Facts = list[tuple[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of record: its table, form, template, and how it is kept and shown."""

    model: Any
    template: str
    form: Callable[[Company, dict[str, Any] | None], Any]
    save: Callable[[Company, Any, Any, dict[str, Any]], Any]
    show: Callable[[Any], Facts]
    stored: Callable[[Any], dict[str, Any]] | None = None
    more: Callable[[Company, Any], dict[str, Any]] = lambda company, record: {}
    blank: Callable[[], dict[str, Any]] = lambda: {"held_on": today()}


def places_of(company: Company, circle_id: int | None) -> list[tuple[str, str]]:
    """The running projects of a circle and their steps, as the form names them.

    While no circle is chosen those of the whole company, if they are few enough to choose from.
    """
    wanted = sa.select(Project).where(
        Project.company_id == company.id, Project.state.in_(RUNNING), Project.circle_id.is_not(None)
    )
    if circle_id is not None:
        wanted = wanted.where(Project.circle_id == circle_id)
    found = db_session().scalars(wanted.order_by(Project.id.desc()).limit(MOST_PROJECTS + 1)).all()
    if len(found) > MOST_PROJECTS:
        return []
    methods = packs(db_session(), {one.method_edition_id for one in found if one.method_edition_id}, Method)
    rows = []
    for project in found:
        rows.append((f"{project.id}", project.title))
        method = methods.get(project.method_edition_id or 0)
        for step in method.steps if method else ():
            rows.append(
                (
                    f"{project.id}:{step.key}",
                    f"{project.title} · {step.number} {step.names.in_(locale_name())}",
                )
            )
    return rows


def step_names(projects: Iterable[Project | None]) -> dict[tuple[int, str], str]:
    """The names of the steps of these projects for the reader, by project and key: one statement."""
    found = [one for one in projects if one is not None and one.method_edition_id is not None]
    methods = packs(db_session(), {one.method_edition_id for one in found if one.method_edition_id}, Method)
    return {
        (one.id, step.key): f"{step.number} {step.names.in_(locale_name())}"
        for one in found
        for step in methods[one.method_edition_id or 0].steps
    }


def step_name(project: Project | None, key: str) -> str | None:
    """The name of a step of a project in the reader's language."""
    if project is None or not key or project.method_edition_id is None:
        return None
    method = pack(db_session(), project.method_edition_id, Method)
    step = next((one for one in method.steps if one.key == key), None)
    return f"{step.number} {step.names.in_(locale_name())}" if step else key


def rounds_of(company: Company) -> list[tuple[Round, datetime, datetime]]:
    """The company's own rounds with their first and last day, newest first."""
    rows = db_session().scalars(
        sa.select(Round)
        .options(selectinload(Round.phases))
        .where(Round.company_id == company.id)
        .order_by(Round.id.desc())
    )
    zone = clock().zone
    return [
        (
            one,
            min(phase.starts_at for phase in one.phases).astimezone(zone),
            max(phase.ends_at for phase in one.phases).astimezone(zone),
        )
        for one in rows
        if one.phases
    ]


def _of_circle(kind: Any) -> Callable[[Company, dict[str, Any] | None], Any]:
    def form(company: Company, data: dict[str, Any] | None) -> Any:
        made = kind() if data is None else kind(data=data)
        circles = queries.circles_of_company(db_session(), company.id)
        made.offer(circles, places_of(company, made.circle_id.data))
        return made

    return form


def _blank_of_circle() -> dict[str, Any]:
    circle = request.args.get("circle", "")
    return {
        "held_on": today(),
        "circle_id": whole_number(circle),
        "place": request.args.get("place", ""),
    }


def _save_visit(company: Company, record: Any, form: Any, acting: dict[str, Any]) -> Any:
    chosen = form.chosen("circle_id", "held_on", "due_on") | {"follow_up": form.follow_up.data or ""}
    return services.save_visit(
        db_session(),
        company=company,
        visit=record,
        version=form.base_version,
        advice=form.advice.data or "",
        **form.at,
        **chosen,
        **acting,
    )


def _stored_visit(row: Visit) -> dict[str, Any]:
    place = f"{row.project_id}:{row.step_key}".rstrip(":") if row.project_id else ""
    names = ("circle_id", "held_on", "advice", "follow_up", "due_on", "version")
    return {name: getattr(row, name) for name in names} | {"place": place}


def _show_visit(row: Visit) -> Facts:
    return [
        (_("Circle"), row.circle.name),
        (_("Project"), row.project.title if row.project else None),
        (_("Step"), step_name(row.project, row.step_key)),
        (_("Held on"), date_text(row.held_on)),
        (_("Facilitator"), row.facilitator.name),
        (_("Advice"), row.advice),
        (_("What is to follow"), row.follow_up or None),
        (_("Due on"), date_text(row.due_on) if row.due_on else None),
        (_("Reported on"), date_text(row.done_on) if row.done_on else None),
        (_("What was done about it"), row.done_note or None),
    ]


def _training_form(company: Company, data: dict[str, Any] | None) -> Any:
    return TrainingForm() if data is None else TrainingForm(data=data)


def _save_training(company: Company, record: Any, form: Any, acting: dict[str, Any]) -> Any:
    return services.save_training(
        db_session(),
        company=company,
        training=record,
        version=form.base_version,
        attendees=form.attendees(),
        place=form.place.data or "",
        content=form.content.data or "",
        **form.chosen("course", "held_on", "hours", "trainer"),
        **acting,
    )


def _stored_training(row: Training) -> dict[str, Any]:
    names = ("course", "held_on", "hours", "trainer", "place", "content", "version")
    return {name: getattr(row, name) for name in names}


def _show_training(row: Training) -> Facts:
    people = [
        _("%(name)s (%(result)s)", name=one.person.name, result=enum_label(one.result))
        for one in row.attendees
    ]
    return [
        (_("Course"), row.course),
        (_("Held on"), date_text(row.held_on)),
        (_("Hours"), number(row.hours)),
        (_("Trainer"), row.trainer),
        (_("Venue"), row.place or None),
        (_("Content"), row.content or None),
        (_("People"), number(len(people))),
        (_("Who took part"), _(", ").join(people)),
        (_("Hours of all people together"), number(row.hours * len(people))),
    ]


def _save_inspection(company: Company, record: Any, form: Any, acting: dict[str, Any]) -> Any:
    edition, sheet = queries.sheet_of(db_session(), "inspection")
    return services.log_inspection(
        db_session(),
        company=company,
        edition=edition,
        seen=form.seen(sheet),
        note=form.note.data or "",
        **form.at,
        **form.chosen("circle_id", "held_on"),
        **acting,
    )


def _checklist(company: Company, record: Any) -> dict[str, Any]:
    _edition, sheet = queries.sheet_of(db_session(), "inspection")
    project = request.values.get("place", "").partition(":")[0]
    known = places_of(company, whole_number(request.values.get("circle_id") or request.args.get("circle")))
    steps = [(key.partition(":")[2], name) for key, name in known if key.startswith(f"{project}:")]
    title = next((name for key, name in known if key == project), "")
    return {
        "sheet": sheet,
        "verdicts": Verdict,
        "sent": request.form,
        "steps": [(key, name.removeprefix(f"{title} · ")) for key, name in steps] if project else [],
    }


def _show_inspection(row: Inspection) -> Facts:
    sheet = pack(db_session(), row.edition_id, DutySheet)
    lines = [
        (item.names.in_(locale_name()), enum_label(Verdict(row.verdicts.get(item.key, "not_seen"))))
        for item in sheet.items
    ]
    for one in row.findings:
        state = date_text(one.closed_on) if one.closed_on else _("open")
        step = step_name(row.project, one.step_key)
        told = f"{step} · {one.text}" if step else one.text
        text = _("%(text)s (due on %(due)s; %(state)s)", text=told, due=date_text(one.due_on), state=state)
        lines.append((_("Finding"), text))
    return [
        (_("Circle"), row.circle.name),
        (_("Project"), row.project.title if row.project else None),
        (_("Held on"), date_text(row.held_on)),
        (_("Inspector"), row.inspector.name),
        (_("Note"), row.note or None),
        *lines,
    ]


def _occasion_form(company: Company, data: dict[str, Any] | None) -> Any:
    form = OccasionForm() if data is None else OccasionForm(data=data)
    form.offer()
    return form


def _save_occasion(company: Company, record: Any, form: Any, acting: dict[str, Any]) -> Any:
    return services.save_occasion(
        db_session(),
        actor=acting["actor"],
        now=acting["now"],
        company=company,
        occasion=record,
        version=form.base_version,
        kind=OccasionKind(form.kind.data),
        place=form.place.data or "",
        note=form.note.data or "",
        **form.chosen("title", "starts_on", "ends_on"),
    )


def _stored_occasion(row: Occasion) -> dict[str, Any]:
    names = ("title", "starts_on", "ends_on", "place", "note", "version")
    return {name: getattr(row, name) for name in names} | {"kind": row.kind.value}


def _show_occasion(row: Occasion) -> Facts:
    return [
        (_("What takes place"), row.title),
        (_("Kind"), enum_label(row.kind)),
        (_("First day"), date_text(row.starts_on)),
        (_("Last day"), date_text(row.ends_on)),
        (_("Venue"), row.place or None),
        (_("Note"), row.note or None),
    ]


def circle_url(circle_id: int) -> str:
    """The department's page of one circle."""
    return url_for("guidance.show_circle", circle_id=circle_id)


KINDS: dict[str, Kind] = {
    "visits": Kind(
        Visit,
        "edit_record",
        _of_circle(VisitForm),
        _save_visit,
        _show_visit,
        _stored_visit,
        blank=_blank_of_circle,
    ),
    "trainings": Kind(
        Training,
        "edit_training",
        _training_form,
        _save_training,
        _show_training,
        _stored_training,
        more=attendance,
    ),
    "inspections": Kind(
        Inspection,
        "edit_inspection",
        _of_circle(InspectionForm),
        _save_inspection,
        _show_inspection,
        more=_checklist,
        blank=_blank_of_circle,
    ),
    "occasions": Kind(
        Occasion,
        "edit_record",
        _occasion_form,
        _save_occasion,
        _show_occasion,
        _stored_occasion,
        blank=lambda: {"starts_on": today()},
    ),
}
