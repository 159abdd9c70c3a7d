"""The lists of the room as columns and cells: the same for the page and for the exported file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from cp_circles.errors import msg
from cp_circles.guidance.models import (
    Appraisal,
    Attendee,
    Finding,
    Inspection,
    Occasion,
    Training,
    Visit,
)
from cp_circles.web.formats import date_text, month_text
from cp_circles.web.i18n import enum_label

Cell = str | int | Decimal | None


@dataclass(frozen=True)
class Shown:
    """One row: the first cell names it and leads to `url`; the state is a word and a tone or none."""

    cells: tuple[Cell, ...]
    url: str | None = None


@dataclass(frozen=True)
class Table:
    """How one register is shown: title, columns as (label, sort or none, is a number), and its rows.

    `at_first` says, while the list is empty, what fills it.
    """

    title: str
    columns: tuple[tuple[str, str | None, bool], ...]
    row: Callable[[Any, date], Shown]
    at_first: str
    has_states: bool = False
    has_circles: bool = True
    new: bool = False


def _state(due: date | None, done: date | None, today: date) -> str:
    if done is not None:
        return _("settled on %(on)s", on=date_text(done))
    if due is None:
        return _("nothing to follow")
    if due < today:
        return _("overdue by %(days)s days", days=(today - due).days)
    return _("due on %(on)s", on=date_text(due))


def _to(kind: str, row: Any) -> str:
    return url_for("guidance.show_record", company_id=row.company_id, kind=kind, record_id=row.id)


def _visit(row: Visit, today: date) -> Shown:
    project = row.project.title if row.project is not None else None
    state = _state(row.due_on, row.done_on, today)
    return Shown(
        (row.circle.name, date_text(row.held_on), project, row.facilitator.name, row.advice, state),
        _to("visits", row),
    )


def _training(row: Training, today: date) -> Shown:
    cells = (row.course, date_text(row.held_on), row.hours, row.trainer, len(row.attendees))
    return Shown(cells, _to("trainings", row))


def _hours(row: Attendee, today: date) -> Shown:
    course = row.training
    cells = (row.person.name, date_text(course.held_on), course.course, course.hours, enum_label(row.result))
    return Shown(cells, _to("trainings", course))


def _inspection(row: Inspection, today: date) -> Shown:
    still = sum(one.closed_on is None for one in row.findings)
    cells = (row.circle.name, date_text(row.held_on), row.inspector.name, len(row.findings), still)
    return Shown(cells, _to("inspections", row))


def _finding(row: Finding, today: date) -> Shown:
    cells = (
        row.inspection.circle.name,
        row.text,
        date_text(row.due_on),
        _state(row.due_on, row.closed_on, today),
    )
    return Shown(cells, _to("inspections", row.inspection))


def _appraisal(row: Appraisal, today: date) -> Shown:
    url = url_for("guidance.show_month", company_id=row.company_id, month=f"{row.month:%Y-%m}")
    return Shown((row.circle.name, month_text(row.month), row.total, row.comment or None), url)


def _occasion(row: Occasion, today: date) -> Shown:
    days = date_text(row.starts_on)
    if row.ends_on != row.starts_on:
        days = f"{days} – {date_text(row.ends_on)}"
    return Shown((row.title, enum_label(row.kind), days, row.place or None), _to("occasions", row))


TABLES: dict[str, Table] = {
    "visits": Table(
        msg("Guidance visits"),
        (
            (msg("Circle"), "circle", False),
            (msg("Held on"), "day", False),
            (msg("Project"), None, False),
            (msg("Facilitator"), None, False),
            (msg("Advice"), None, False),
            (msg("Follow-up"), "due", False),
        ),
        _visit,
        msg("Write each visit down: what was advised, and what is to follow by when."),
        has_states=True,
        new=True,
    ),
    "trainings": Table(
        msg("Training"),
        (
            (msg("Course"), "course", False),
            (msg("Held on"), "day", False),
            (msg("Hours"), "hours", True),
            (msg("Trainer"), None, False),
            (msg("People"), None, True),
        ),
        _training,
        msg("Write each course down with its hours and who took part."),
        has_circles=False,
        new=True,
    ),
    "hours": Table(
        msg("Training by person"),
        (
            (msg("Person"), "person", False),
            (msg("Held on"), "day", False),
            (msg("Course"), None, False),
            (msg("Hours"), "hours", True),
            (msg("Test"), None, False),
        ),
        _hours,
        msg("The hours follow from the courses under Training."),
        has_circles=False,
    ),
    "inspections": Table(
        msg("Inspections"),
        (
            (msg("Circle"), "circle", False),
            (msg("Held on"), "day", False),
            (msg("Inspector"), None, False),
            (msg("Inspection findings"), None, True),
            (msg("Still open"), None, True),
        ),
        _inspection,
        msg("Go through the checklist with a circle; what is to be put right gets its day."),
        new=True,
    ),
    "findings": Table(
        msg("Inspection findings"),
        (
            (msg("Circle"), "circle", False),
            (msg("Finding"), None, False),
            (msg("Due on"), "due", False),
            (msg("State"), None, False),
        ),
        _finding,
        msg("Findings come from inspections and stay here until they are closed."),
        has_states=True,
    ),
    "appraisals": Table(
        msg("Monthly appraisals"),
        (
            (msg("Circle"), "circle", False),
            (msg("Month"), "day", False),
            (msg("Points"), "total", True),
            (msg("Comment"), None, False),
        ),
        _appraisal,
        msg("Give each circle its points under This month."),
    ),
    "occasions": Table(
        msg("Contest calendar"),
        (
            (msg("What takes place"), "title", False),
            (msg("Kind"), None, False),
            (msg("Days"), "day", False),
            (msg("Venue"), None, False),
        ),
        _occasion,
        msg(
            "Put in contests, meetings and deadlines; the people of the company find them in their calendar."
        ),
        has_circles=False,
        new=True,
    ),
}


def cells_of(table: Table, rows: Sequence[Any], today: date) -> list[Shown]:
    """The finished rows."""
    return [table.row(one, today) for one in rows]
