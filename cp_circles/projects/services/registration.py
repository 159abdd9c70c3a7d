"""The registration of a project: draft, submission, return, approval."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle, CircleState
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.organisations.models import Industry
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects import queries, rules
from cp_circles.projects.details import (
    IndicatorDetails,
    PlanDetails,
    ProjectDetails,
    check_details,
    check_plan,
)
from cp_circles.projects.models import (
    Indicator,
    PlanItem,
    Project,
    ProjectState,
    ProjectStep,
    StepState,
)
from cp_circles.projects.services.guards import (
    require_member,
    require_reason,
    require_reviewer,
    require_state,
    require_version,
)
from cp_circles.rulesets.schema import Method

REVIEW = msg("Review the registration of project %(title)s")
CORRECT = msg("Correct and resubmit project %(title)s")


def create_project(
    session: Session, *, actor: Actor, circle: Circle, details: ProjectDetails, now: datetime
) -> Project:
    """Begin a draft of a circle's project."""
    if not rules.can_see_circle_work(actor, circle):
        raise NotFound
    if not rules.can_create_project(actor, circle):
        raise NotAllowed(msg("Only members of the circle begin its project."))
    check_details(details)
    _check_choices(session, details)
    project = Project(
        circle=circle,
        company_id=circle.company_id,
        title=details.title.strip(),
        focus_area=details.focus_area,
        domain=details.domain,
        created_by_id=actor.person_id,
        created_at=now,
    )
    session.add(project)
    _store(session, project, details)
    _note(session, actor, project, "projects.create_project", now, after={"title": project.title})
    return project


def edit_project(
    session: Session, *, actor: Actor, project: Project, version: int, details: ProjectDetails, now: datetime
) -> Project:
    """Save the form of a draft or returned project; Stale if somebody saved it meanwhile."""
    require_member(actor, project)
    require_state(project, *rules.EDITABLE)
    require_version(project, version)
    check_details(details)
    _check_choices(session, details)
    before = _facts(project)
    _store(session, project, details)
    project.version += 1
    session.flush()
    after = _facts(project)
    changed = [name for name in after if before[name] != after[name]]
    _note(
        session,
        actor,
        project,
        "projects.edit_project",
        now,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return project


def set_plan(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    version: int,
    bars: Sequence[PlanDetails],
    now: datetime,
) -> Project:
    """Save the bars of the plan, before the registration or while the project runs."""
    require_member(actor, project)
    require_state(project, *rules.EDITABLE, *rules.RUNNING)
    require_version(project, version)
    check_plan(bars)
    _check_bars(bars, _plan_keys(_known_method(session, project.method_edition_id)))
    before = _plan_lines(project)
    _store_plan(session, project, bars)
    project.version += 1
    session.flush()
    after = {"plan": _plan_lines(project)}
    _note(session, actor, project, "projects.set_plan", now, before={"plan": before}, after=after)
    return project


def delete_project(session: Session, *, actor: Actor, project: Project, now: datetime) -> None:
    """Delete a draft that was never submitted."""
    require_member(actor, project)
    require_state(project, ProjectState.DRAFT)
    _note(session, actor, project, "projects.delete_project", now, before={"title": project.title})
    for row in [*project.indicators, *project.plan_items]:
        session.delete(row)
    session.flush()
    session.delete(project)
    session.flush()


def submit_project(session: Session, *, actor: Actor, project: Project, now: datetime) -> Project:
    """Hand the form to the company's department; it must be complete and its circle registered."""
    require_member(actor, project)
    require_state(project, *rules.EDITABLE)
    _require_registered_circle(project)
    check_complete(project)
    project.state = ProjectState.SUBMITTED
    project.state_reason = ""
    project.version += 1
    session.flush()
    _note(session, actor, project, "projects.submit_project", now)
    finish_tasks(session, subject=project, now=now)
    assign_task(
        session,
        kind=REVIEW,
        subject=project,
        url=f"/projects/{project.id}",
        to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY,
        scope_id=project.company_id,
        values={"title": project.title},
        now=now,
    )
    return project


def return_project(
    session: Session, *, actor: Actor, project: Project, reason: str, now: datetime
) -> Project:
    """Give a submitted project back to its circle with the reason."""
    require_reviewer(actor, project)
    require_state(project, ProjectState.SUBMITTED)
    reason = require_reason(reason)
    project.state = ProjectState.RETURNED
    project.state_reason = reason
    project.version += 1
    session.flush()
    _note(session, actor, project, "projects.return_project", now, reason=reason)
    finish_tasks(session, subject=project, now=now)
    tell_leader(session, project=project, kind=CORRECT, now=now)
    return project


def approve_project(
    session: Session, *, actor: Actor, project: Project, exception_reason: str = "", now: datetime
) -> Project:
    """Register a project: number, latest editions of method and factors, and its steps.

    While another project of the circle is unfinished, the department must say why it allows one more.
    """
    require_reviewer(actor, project)
    require_state(project, ProjectState.SUBMITTED)
    circle = _require_registered_circle(project)
    if queries.unfinished_of_circle(session, circle.id, but_not=project.id) and not exception_reason.strip():
        raise Invalid(
            msg("The circle has an unfinished project. Say why it may register another one."),
            field="exception_reason",
        )
    method = _bind_editions(session, project)
    take_turns(session, f"project-number-{circle.id}")
    project.number = f"{circle.number}-{queries.last_sequence(session, circle) + 1:02d}"
    project.state = ProjectState.REGISTERED
    project.registered_at = now
    project.version += 1
    _create_steps(project, method)
    session.flush()
    after = {
        "number": project.number,
        "method": project.method_edition_id,
        "factors": project.factors_edition_id,
    }
    _note(
        session, actor, project, "projects.approve_project", now, reason=exception_reason.strip(), after=after
    )
    finish_tasks(session, subject=project, now=now)
    return project


def check_complete(project: Project) -> None:
    """Raise Invalid for the first thing that a submission lacks."""
    needed: Sequence[tuple[Any, str, str]] = (
        (project.method_edition_id, "method", msg("Choose the method.")),
        (project.reason.strip(), "reason", msg("Say why this project was chosen, with data.")),
        (project.starts_on, "starts_on", msg("Say when the work starts.")),
        (project.ends_on, "ends_on", msg("Say when the work ends.")),
        (
            project.indicators,
            "indicators",
            msg("Name at least one indicator that the project wants to change."),
        ),
    )
    for value, field, message in needed:
        if not value:
            raise Invalid(message, field=field)


def tell_leader(session: Session, *, project: Project, kind: str, url: str = "", now: datetime) -> None:
    """A task for the leader of the project's circle, if it has one."""
    leader = project.circle.leader if project.circle is not None else None
    if leader is None:
        return
    assign_task(
        session,
        kind=kind,
        subject=project,
        url=url or f"/projects/{project.id}",
        to_person=leader.person,
        values={"title": project.title},
        now=now,
    )


def store_indicators(session: Session, project: Project, rows: Sequence[IndicatorDetails]) -> None:
    """Make the stored indicators equal to the typed ones: change, add, and remove what is not named."""
    kept = {row.id for row in rows if row.id is not None}
    stored = {indicator.id: indicator for indicator in project.indicators}
    if not kept <= set(stored):
        raise NotFound
    for indicator in [row for row in project.indicators if row.id not in kept]:
        project.indicators.remove(indicator)
        session.delete(indicator)
    for row in rows:
        indicator = stored[row.id] if row.id is not None else Indicator()
        _fill_indicator(indicator, row)
        if row.id is None:
            project.indicators.append(indicator)
    session.flush()


def _fill_indicator(indicator: Indicator, row: IndicatorDetails) -> None:
    indicator.code = row.code.strip()
    indicator.name = row.name.strip()
    indicator.unit = row.unit.strip()
    indicator.baseline = row.baseline
    indicator.target = row.target
    indicator.due_on = row.due_on
    indicator.lower_is_better = row.lower_is_better
    indicator.basis = row.basis.strip()


def _store(session: Session, project: Project, details: ProjectDetails) -> None:
    project.title = details.title.strip()
    project.focus_area = details.focus_area
    project.domain = details.domain
    project.method_edition_id = details.method_edition_id
    project.industry_id = details.industry_id
    project.reason = details.reason.strip()
    project.source = details.source
    project.starts_on = details.starts_on
    project.ends_on = details.ends_on
    project.investment_yuan = details.investment_yuan
    session.flush()
    store_indicators(session, project, details.indicators)
    _store_plan(session, project, details.plan)


def _check_choices(session: Session, details: ProjectDetails) -> None:
    typed = (
        ("focus_area", "focus_area", details.focus_area),
        ("domain", "domain", details.domain),
        ("source", "project_source", details.source),
    )
    for field, list_key, key in typed:
        terms = queries.words(session, list_key)
        if key and terms is not None and terms.term(key) is None:
            raise Invalid(msg("Choose one of the list."), field=field)
    if details.industry_id is not None and session.get(Industry, details.industry_id) is None:
        raise Invalid(msg("Choose one of the list."), field="industry_id")
    known = _plan_keys(_known_method(session, details.method_edition_id))
    _check_bars(details.plan or (), known)


def _check_bars(bars: Sequence[PlanDetails], known: set[str]) -> None:
    if any(bar.step_key not in known for bar in bars):
        raise Invalid(msg("A bar of the plan belongs to no step of the method."), field="plan")


def _plan_keys(method: Method | None) -> set[str]:
    if method is None:
        return set()
    return {step.key for step in method.steps} | {phase.key for phase in method.phases}


def _store_plan(session: Session, project: Project, bars: Sequence[PlanDetails] | None) -> None:
    known = _plan_keys(_known_method(session, project.method_edition_id))
    for item in list(project.plan_items):
        if bars is not None or item.step_key not in known:
            project.plan_items.remove(item)
            session.delete(item)
    for bar in bars or ():
        project.plan_items.append(
            PlanItem(
                project_id=project.id,
                step_key=bar.step_key,
                starts_on=bar.starts_on,
                ends_on=bar.ends_on,
                owner=bar.owner.strip(),
            )
        )
    session.flush()


def _known_method(session: Session, edition_id: int | None) -> Method | None:
    if edition_id is None:
        return None
    pack = editions.pack(session, edition_id)
    if not isinstance(pack, Method):
        raise Invalid(msg("Choose one of the list."), field="method")
    return pack


def _bind_editions(session: Session, project: Project) -> Method:
    chosen = _known_method(session, project.method_edition_id)
    if chosen is None:
        raise Invalid(msg("Choose the method."), field="method")
    latest = editions.latest(session, chosen.kind, chosen.key)
    factors = queries.present_factors(session)
    if latest is None or factors is None:
        raise DomainError(msg("The rules are not loaded yet; ask the administrator."))
    project.method_edition_id = latest.id
    project.factors_edition_id = factors.id
    bound = editions.pack_of(latest)
    return bound if isinstance(bound, Method) else chosen


def _create_steps(project: Project, method: Method) -> None:
    for position, step in enumerate(method.steps, start=1):
        state = StepState.OPEN if position == 1 else StepState.LOCKED
        project.steps.append(ProjectStep(key=step.key, position=position, state=state))


def _require_registered_circle(project: Project) -> Circle:
    circle = project.circle
    if circle is None or circle.state is not CircleState.REGISTERED:
        raise DomainError(msg("The circle must be registered before its project can be."))
    return circle


def _plan_lines(project: Project) -> list[str]:
    return [f"{row.step_key}: {row.starts_on} - {row.ends_on} {row.owner}" for row in project.plan_items]


def _facts(project: Project) -> dict[str, Any]:
    names = (
        "title",
        "focus_area",
        "domain",
        "method_edition_id",
        "industry_id",
        "reason",
        "source",
        "starts_on",
        "ends_on",
        "investment_yuan",
    )
    facts = {name: _plain(getattr(project, name)) for name in names}
    facts["indicators"] = [
        f"{row.code} {row.name}: {row.baseline} -> {row.target} {row.unit}" for row in project.indicators
    ]
    return facts


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)


def _note(session: Session, actor: Actor, project: Project, verb: str, now: datetime, **more: Any) -> None:
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=project,
        company_id=project.company_id,
        at=now,
        **more,
    )
