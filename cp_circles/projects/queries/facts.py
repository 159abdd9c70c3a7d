"""The facts that gates look at, gathered in a fixed number of statements, and what a step still lacks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import CircleState
from cp_circles.projects.gates import IndicatorFacts, Missing, ProjectFacts, check_step
from cp_circles.projects.gates.facts import Row
from cp_circles.projects.models import Evidence, Project, ProjectState, ProjectStep
from cp_circles.projects.queries.methods import method_of
from cp_circles.projects.queries.work import activity_counts, records_of, verified_savings
from cp_circles.rulesets.schema import Method

UNREGISTERED = frozenset({ProjectState.DRAFT, ProjectState.SUBMITTED, ProjectState.RETURNED})


def project_facts(session: Session, project: Project) -> ProjectFacts:
    """What is stored about a project, as the gates read it."""
    circle = project.circle
    members = circle.present_members if circle is not None else []
    return ProjectFacts(
        records=_records_by_step(session, project.id),
        evidence=_evidence_counts(session, project.id),
        activities=activity_counts(session, project.id),
        indicators=_indicator_facts(project),
        member_count=len(members),
        leader_count=sum(1 for member in members if member.is_leader),
        circle_registered=circle is not None and circle.state is CircleState.REGISTERED,
        project_registered=project.state not in UNREGISTERED,
        savings_verified=verified_savings(session, project.id),
        low_max=project.company.low_cost_max_yuan,
        mid_max=project.company.mid_cost_max_yuan,
    )


def missing_for(session: Session, project: Project, step: ProjectStep) -> tuple[Missing, ...]:
    """What one step still lacks; empty when it can be completed."""
    return lacking(method_of(session, project), step.key, project_facts(session, project))


def lacking(method: Method, step_key: str, facts: ProjectFacts) -> tuple[Missing, ...]:
    """What a step of a method lacks by these facts."""
    spec = method.step(step_key)
    if spec is None:
        raise LookupError(f"the method has no step {step_key}")
    return check_step(method, spec, facts)


def _records_by_step(session: Session, project_id: int) -> Mapping[tuple[str, str], Sequence[Row]]:
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for record in records_of(session, project_id):
        rows[record.step_key, record.kind].append(record.content)
    return dict(rows)


def _evidence_counts(session: Session, project_id: int) -> dict[str, int]:
    rows = session.execute(
        sa.select(Evidence.step_key, sa.func.count())
        .where(Evidence.project_id == project_id, Evidence.withdrawn_at.is_(None))
        .group_by(Evidence.step_key)
    )
    return {step_key: count for step_key, count in rows}


def _indicator_facts(project: Project) -> list[IndicatorFacts]:
    return [
        IndicatorFacts(
            name=row.name,
            unit=row.unit,
            baseline=row.baseline,
            target=row.target,
            actual=row.actual,
            due_on=row.due_on,
            direction="lower" if row.lower_is_better else "higher",
        )
        for row in project.indicators
    ]
