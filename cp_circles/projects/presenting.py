"""A project as its pages show it: rail, gates, record tables, plan bars, remarks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg
from cp_circles.projects import queries, rules
from cp_circles.projects.gates import Missing, ProjectFacts
from cp_circles.projects.gates.facts import text_of
from cp_circles.projects.models import (
    PlanItem,
    Project,
    ProjectState,
    ProjectStep,
    StepRecord,
    StepState,
)
from cp_circles.projects.panels.results import end_causes
from cp_circles.rulesets.schema import Method, Names, Phase, RecordField, RecordKind, Step
from cp_circles.web.formats import date_text, number
from cp_circles.web.i18n import locale_name, register_labels, translate

register_labels(
    {
        ProjectState.DRAFT: msg("Draft"),
        ProjectState.SUBMITTED: msg("Submitted"),
        ProjectState.RETURNED: msg("Returned"),
        ProjectState.REGISTERED: msg("Registered"),
        ProjectState.UNDER_WAY: msg("Under way"),
        ProjectState.COMPLETED: msg("Completed"),
        ProjectState.ARCHIVED: msg("Archived"),
        ProjectState.STOPPED: msg("Stopped"),
        StepState.LOCKED: msg("Locked"),
        StepState.OPEN: msg("Open"),
        StepState.COMPLETED: msg("Completed"),
        StepState.SIGNED_OFF: msg("Signed"),
        StepState.NOT_APPLICABLE: msg("Not applicable"),
    }
)
STEP_STATES = {
    StepState.LOCKED: "locked",
    StepState.OPEN: "now",
    StepState.COMPLETED: "done",
    StepState.SIGNED_OFF: "done",
    StepState.NOT_APPLICABLE: "skipped",
}


@dataclass(frozen=True)
class ShownStep:
    """One step on the rail."""

    key: str
    code: str
    name: str
    state: str
    url: str
    talk: int = 0


@dataclass(frozen=True)
class ShownPhase:
    """One phase on the rail with its steps done; `talk`: remarks waiting on steps that are not shown."""

    name: str
    state: str
    done: int
    total: int
    steps: list[ShownStep]
    url: str | None
    talk: int = 0


@dataclass(frozen=True)
class GateItem:
    """One line of what a step still lacks, or has."""

    text: str
    note: str | None
    ok: bool
    url: str | None
    action: str | None


@dataclass(frozen=True)
class Bar:
    """One bar of the plan: `start` and `width` in per cent of the whole plan."""

    code: str
    name: str
    dates: str
    owner: str
    start: float
    width: float
    state: str


def rail(
    project: Project, method: Method, shown: Step | None, talk: Mapping[str, int] | None = None
) -> list[ShownPhase]:
    """The phases with their counts; the steps of the phase that is shown are listed.

    `talk` says how many remarks wait for an answer, by step.
    """
    rows = {row.key: row for row in project.steps}
    return [_phase(project, method, phase, rows, shown, talk or {}) for phase in method.phases]


def _phase(
    project: Project,
    method: Method,
    phase: Phase,
    rows: Mapping[str, ProjectStep],
    shown: Step | None,
    talk: Mapping[str, int],
) -> ShownPhase:
    steps = [step for step in method.steps if step.phase == phase.key and step.key in rows]
    done = sum(1 for step in steps if rules.is_done(rows[step.key], step))
    open_ = any(rows[step.key].state is not StepState.LOCKED for step in steps)
    is_shown = shown is not None and shown.phase == phase.key
    whole = bool(steps) and done == len(steps)
    state = "now" if is_shown else "done" if whole else "open" if open_ else "locked"
    listed = [_step(project, step, rows[step.key], shown, talk) for step in steps] if is_shown else []
    first = next(
        (step for step in steps if not rules.is_done(rows[step.key], step)), steps[0] if steps else None
    )
    url = url_for("projects.show_step", project_id=project.id, key=first.key) if first else None
    waiting = 0 if is_shown else sum(talk.get(step.key, 0) for step in steps)
    return ShownPhase(phase.names.in_(locale_name()), state, done, len(steps), listed, url, waiting)


def _step(
    project: Project, step: Step, row: ProjectStep, shown: Step | None, talk: Mapping[str, int]
) -> ShownStep:
    state = STEP_STATES[row.state]
    if state == "now" and (shown is None or shown.key != step.key):
        state = "open"
    url = url_for("projects.show_step", project_id=project.id, key=step.key)
    waiting = talk.get(step.key, 0)
    return ShownStep(step.key, step.number, step.names.in_(locale_name()), state, url, waiting)


def ring_numbers(phases: Sequence[ShownPhase]) -> tuple[int, int, int]:
    """Phases done, the place of the present one (0: none), and how many there are."""
    done = sum(1 for phase in phases if phase.state == "done")
    now = next((place for place, phase in enumerate(phases, 1) if phase.state == "now"), 0)
    return done, now, len(phases)


def gate_items(
    project: Project, step: Step, missing: Sequence[Missing], facts: ProjectFacts
) -> list[GateItem]:
    """What the step lacks, then what it has."""
    page = url_for("projects.show_step", project_id=project.id, key=step.key)
    items = [GateItem(missing_text(one), None, False, page + _anchor(one), _action(one)) for one in missing]
    lacking = {one.record for one in missing}
    for kind in step.records:
        rows = facts.rows(kind.kind, step.key)
        if rows and kind.kind not in lacking:
            note = _("%(count)s rows", count=len(rows))
            items.append(GateItem(kind.names.in_(locale_name()), note, True, None, None))
    files = facts.evidence.get(step.key, 0)
    if files and not any("evidence" in one.gate for one in missing):
        items.append(GateItem(_("Evidence"), _("%(count)s files", count=files), True, None, None))
    return items


def missing_text(one: Missing) -> str:
    """One lack in the reader's language."""
    return translate(one.msgid, {name: _said(value) for name, value in one.values.items()})


def _said(value: Any) -> Any:
    if isinstance(value, Reason):
        return translate(value.msgid, {name: _said(one) for name, one in value.values.items()})
    return value.in_(locale_name()) if isinstance(value, Names) else value


def _anchor(one: Missing) -> str:
    if one.record:
        return f"#record-{one.record}"
    if "files" in one.values:
        return "#evidence"
    return "#indicators" if "name" in one.values or one.gate.startswith("target") else "#h-miss"


def _action(one: Missing) -> str:
    return _("Attach") if "files" in one.values else _("Fill in")


@dataclass(frozen=True)
class ShownRow:
    """One row of a record: its cells as text, and the stored row."""

    id: int
    cells: list[str]
    loop: int
    version: int


@dataclass(frozen=True)
class ShownRecord:
    """A record of a step as a table."""

    kind: str
    name: str
    columns: list[dict[str, Any]]
    rows: list[ShownRow]
    needs: int
    is_full: bool

    @property
    def cells(self) -> list[list[str]]:
        """The cells of every row."""
        return [row.cells for row in self.rows]


def shown_records(step: Step, records: Sequence[StepRecord]) -> list[ShownRecord]:
    """The step's records with their rows in place order."""
    return [_record(kind, [row for row in records if row.kind == kind.kind]) for kind in step.records]


def _record(kind: RecordKind, rows: Sequence[StepRecord]) -> ShownRecord:
    columns = [
        {"label": _column(field), "num": field.type == "number", "key": field.key} for field in kind.fields
    ]
    shown = [
        ShownRow(row.id, [cell_text(field, row.content) for field in kind.fields], row.loop, row.version)
        for row in rows
    ]
    full = kind.max_rows is not None and len(rows) >= kind.max_rows
    return ShownRecord(kind.kind, kind.names.in_(locale_name()), columns, shown, kind.min_rows, full)


def _column(field: RecordField) -> str:
    name = field.names.in_(locale_name())
    return f"{name} ({field.unit})" if field.unit else name


def cell_text(field: RecordField, content: Mapping[str, Any]) -> str:
    """One value of a row as the reader reads it."""
    value = content.get(field.key)
    if value is None or value == "":
        return "–"
    if field.type == "number":
        return number(value)
    if field.type == "date":
        return date_text(date.fromisoformat(value))
    if field.type == "yes_no":
        return _("yes") if value == "yes" else _("no")
    if field.type == "choice":
        names = {choice.key: choice.names.in_(locale_name()) for choice in field.choices}
        return names.get(value, str(value))
    return str(value)


def plan_bars(project: Project, method: Method | None, today: date) -> tuple[list[Bar], float | None]:
    """The plan as bars, and where today lies on it in per cent."""
    items = list(project.plan_items)
    if not items:
        return [], None
    first = min([item.starts_on for item in items])
    last = max([item.ends_on for item in items])
    days = (last - first).days + 1
    order = {step.key: place for place, step in enumerate(method.steps)} if method else {}
    ordered = sorted(items, key=lambda item: (order.get(item.step_key, -1), item.starts_on))
    bars = [_bar(item, method, first, days, today) for item in ordered]
    at = (today - first).days / days * 100
    return bars, at if 0 <= at <= 100 else None


def _bar(item: PlanItem, method: Method | None, first: date, days: int, today: date) -> Bar:
    step = method.step(item.step_key) if method else None
    phase = next((one for one in method.phases if one.key == item.step_key), None) if method else None
    names = step.names if step else phase.names if phase else None
    state = "past" if item.ends_on < today else "now" if item.starts_on <= today else "future"
    return Bar(
        code=step.number if step else "",
        name=names.in_(locale_name()) if names else item.step_key,
        dates=f"{date_text(item.starts_on)} – {date_text(item.ends_on)}",
        owner=item.owner,
        start=round((item.starts_on - first).days / days * 100, 2),
        width=round(((item.ends_on - item.starts_on).days + 1) / days * 100, 2),
        state=state,
    )


def term_names(session: Any, key: str) -> dict[str, str]:
    """The words of one vocabulary list in the reader's language, by key."""
    terms = queries.words(session, key)
    return {term.key: term.names.in_(locale_name()) for term in terms.terms} if terms else {}


def suggestions(
    step: Step, method: Method, facts: ProjectFacts, people: Sequence[str]
) -> dict[str, list[str]]:
    """What text fields of a step's records may repeat: values of other records, and the members' names."""
    found: dict[str, list[str]] = {}
    for kind in step.records:
        for field in kind.fields:
            if field.refers_to:
                rows = facts.rows(field.refers_to.record)
                if field.refers_to.leaves_by:
                    values = end_causes(rows, field.refers_to.field, field.refers_to.leaves_by)
                else:
                    values = [text_of(row, field.refers_to.field) for row in rows]
                found[f"{kind.kind}-{field.key}"] = list(dict.fromkeys(text for text in values if text))
            elif field.type == "person":
                found[f"{kind.kind}-{field.key}"] = list(people)
    return found


def next_in_line(
    kind: RecordKind, suggested: Mapping[str, Sequence[str]], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What a new row begins with where each end of a tree gets one: the first that no row names yet."""
    named = [field for field in kind.fields if field.refers_to and field.refers_to.leaves_by]
    if len(named) != 1:
        return {}
    key = named[0].key
    written = {text_of(row, key) for row in rows}
    left = [text for text in suggested.get(f"{kind.kind}-{key}", ()) if text not in written]
    return {key: left[0]} if left else {}
