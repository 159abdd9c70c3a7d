"""How a project's details, indicators, plan, steps and editions are stored and told to the history."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.organisations.models import Industry
from cp_circles.projects import queries
from cp_circles.projects.details import (
    IndicatorDetails,
    PlanDetails,
    ProjectDetails,
)
from cp_circles.projects.models import (
    Indicator,
    PlanItem,
    Project,
    ProjectStep,
    StepState,
)
from cp_circles.rulesets.schema import Method


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


def store_details(session: Session, project: Project, details: ProjectDetails) -> None:
    """Write the typed details into the project, with its indicators and plan."""
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
    store_plan(session, project, details.plan)


def check_choices(session: Session, details: ProjectDetails) -> None:
    """Refuse words, industries and steps that are not offered."""
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
    known = plan_keys(known_method(session, details.method_edition_id))
    check_bars(details.plan or (), known)


def check_bars(bars: Sequence[PlanDetails], known: set[str]) -> None:
    """Refuse a bar of the plan that belongs to no step."""
    if any(bar.step_key not in known for bar in bars):
        raise Invalid(msg("A bar of the plan belongs to no step of the method."), field="plan")


def plan_keys(method: Method | None) -> set[str]:
    """The steps and phases that a plan may name."""
    if method is None:
        return set()
    return {step.key for step in method.steps} | {phase.key for phase in method.phases}


def store_plan(session: Session, project: Project, bars: Sequence[PlanDetails] | None) -> None:
    """Replace the plan by the typed bars; None keeps those that still fit the method."""
    known = plan_keys(known_method(session, project.method_edition_id))
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


def known_method(session: Session, edition_id: int | None) -> Method | None:
    """The method of an edition; Invalid when the edition is of another kind."""
    if edition_id is None:
        return None
    pack = editions.pack(session, edition_id)
    if not isinstance(pack, Method):
        raise Invalid(msg("Choose one of the list."), field="method")
    return pack


def bind_editions(session: Session, project: Project) -> Method:
    """Bind the newest editions of the chosen method and of the factors."""
    chosen = known_method(session, project.method_edition_id)
    if chosen is None:
        raise Invalid(msg("Choose the method."), field="method")
    latest = editions.latest(session, chosen.kind, chosen.key)
    factors = queries.present_factors(session)
    if latest is None or factors is None:
        raise DomainError(msg("The rules are not loaded yet; ask the administrator."))
    project.method_edition_id = latest.id
    project.factors_edition_id = factors.id
    return editions.pack_of(latest, Method)


def create_steps(project: Project, method: Method) -> None:
    """Make the steps of the method, the first one open."""
    for position, step in enumerate(method.steps, start=1):
        state = StepState.OPEN if position == 1 else StepState.LOCKED
        project.steps.append(ProjectStep(key=step.key, position=position, state=state))


def plan_lines(project: Project) -> list[str]:
    """The plan as the history keeps it."""
    return [f"{row.step_key}: {row.starts_on} - {row.ends_on} {row.owner}" for row in project.plan_items]


def facts_of(project: Project) -> dict[str, Any]:
    """The details as the history keeps them."""
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
