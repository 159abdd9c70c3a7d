"""The course of a registered project: indicators, completion, stop, archive."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.db.base import QUANTITY
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.notices import services as notices
from cp_circles.people.rules import Actor
from cp_circles.projects import queries, rules
from cp_circles.projects.details import IndicatorDetails, check_indicator
from cp_circles.projects.models import Indicator, Project, ProjectState
from cp_circles.projects.services.guards import (
    require_member,
    require_reason,
    require_reviewer,
    require_running,
    require_sight,
    require_state,
    require_version,
)
from cp_circles.projects.services.storing import store_indicators
from cp_circles.rulesets.schema import Method

TARGET_GATE = "target_is_numeric_dated_on_baseline"


def set_indicators(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    version: int,
    rows: Sequence[IndicatorDetails],
    now: datetime,
) -> Project:
    """Set baselines and targets while the project runs, until the step that fixes the target is done."""
    require_member(actor, project)
    require_running(project)
    require_version(project, version)
    if not rows:
        raise Invalid(
            msg("Name at least one indicator that the project wants to change."), field="indicators"
        )
    for row in rows:
        check_indicator(row)
    if target_is_fixed(project, queries.method_of(session, project)):
        raise DomainError(msg("The target was set at a step that is done. Reopen that step to change it."))
    before = _indicator_lines(project)
    store_indicators(session, project, rows)
    session.refresh(project, ["indicators"])
    project.version += 1
    session.flush()
    _note(
        session,
        actor,
        project,
        "projects.set_indicators",
        now,
        before={"indicators": before},
        after={"indicators": _indicator_lines(project)},
    )
    return project


def record_actuals(
    session: Session, *, actor: Actor, project: Project, actuals: Mapping[int, Decimal | None], now: datetime
) -> Project:
    """Write what the indicators reached after the change, by indicator id."""
    require_member(actor, project)
    require_running(project)
    stored = {indicator.id: indicator for indicator in project.indicators}
    if not set(actuals) <= set(stored):
        raise NotFound
    before = {stored[id_].code: _text(stored[id_].actual) for id_ in actuals}
    for id_, value in actuals.items():
        if value is not None and not _fits(value):
            raise Invalid(msg("An indicator's value has at most six decimals."), field=f"actual-{id_}")
        stored[id_].actual = value
    project.version += 1
    session.flush()
    after = {stored[id_].code: _text(stored[id_].actual) for id_ in actuals}
    _note(session, actor, project, "projects.record_actuals", now, before=before, after=after)
    return project


def complete_project(session: Session, *, actor: Actor, project: Project, now: datetime) -> Project:
    """Close the work: every required step is done, and every optional one is done or set aside."""
    require_member(actor, project)
    require_running(project)
    left = queries.unfinished_steps(session, project)
    if left:
        raise DomainError(msg("Not finished yet: %(steps)s."), steps=", ".join(spec.number for spec in left))
    project.state = ProjectState.COMPLETED
    project.completed_at = now
    project.version += 1
    session.flush()
    _note(session, actor, project, "projects.complete_project", now)
    notices.finish_tasks(session, subject=project, now=now)
    return project


def stop_project(session: Session, *, actor: Actor, project: Project, reason: str, now: datetime) -> Project:
    """End a registered project before its aim, with a reason: by its leader or the department."""
    require_sight(actor, project)
    if not (rules.is_leader(actor, project.circle) or rules.can_review_project(actor, project)):
        raise NotAllowed(msg("A project is stopped by the leader of its circle or by the department."))
    require_running(project)
    project.state_reason = require_reason(reason)
    project.state = ProjectState.STOPPED
    project.version += 1
    session.flush()
    _note(session, actor, project, "projects.stop_project", now, reason=project.state_reason)
    notices.finish_tasks(session, subject=project, now=now)
    for step in project.steps:
        notices.finish_tasks(session, subject=step, now=now)
    return project


def archive_project(session: Session, *, actor: Actor, project: Project, now: datetime) -> Project:
    """Put a completed project into the archive."""
    require_reviewer(actor, project)
    require_state(project, ProjectState.COMPLETED)
    project.state = ProjectState.ARCHIVED
    project.version += 1
    session.flush()
    _note(session, actor, project, "projects.archive_project", now)
    return project


def target_is_fixed(project: Project, method: Method) -> bool:
    """True once a step whose gate checks the target is done."""
    setting = [step for step in method.steps if any(gate.kind == TARGET_GATE for gate in step.gates)]
    rows = {row.key: row for row in project.steps}
    return any(step.key in rows and not rules.is_unfinished(rows[step.key]) for step in setting)


def _indicator_lines(project: Project) -> list[str]:
    return [_line(row) for row in project.indicators]


def _line(row: Indicator) -> str:
    return f"{row.code} {row.name}: {_text(row.baseline)} -> {_text(row.target)} {row.unit}, {row.due_on}"


def _text(value: Decimal | None) -> str:
    return "" if value is None else format(value.normalize(), "f")


def _fits(value: Decimal) -> bool:
    scaled = value.scaleb(QUANTITY)
    return value.is_finite() and abs(scaled) < 2**62 and scaled == scaled.to_integral_value()


def _note(session: Session, actor: Actor, project: Project, verb: str, now: datetime, **more: Any) -> None:
    record_event(
        session, actor=actor, verb=verb, subject=project, company_id=project.company_id, at=now, **more
    )
