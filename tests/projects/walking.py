"""Walks a project through any method: minimal records are made from the pack's own description."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cp_circles.circles.models import Activity, Attendance
from cp_circles.files.models import Blob
from cp_circles.projects import queries, rules, services
from cp_circles.projects.models import Project, ProjectStep, StepState
from cp_circles.rulesets.schema import RecordField, RecordKind, Step
from tests.projects.world import World

FIRST_DAY = date(2026, 3, 2)


def blob(world: World, name: str = "a") -> Blob:
    """A stored content, its row only."""
    number = world.make.number()
    row = Blob(sha256=f"{number:064x}", size=1234, media_type="text/csv", created_at=world.now)
    world.session.add(row)
    world.session.flush()
    return row


def filled_rows(world: World, project: Project, step: Step, kind: RecordKind) -> list[dict[str, Any]]:
    """Rows that satisfy the record and every gate of the step that looks at it."""
    wanted = max(kind.min_rows, 1)
    for field in kind.fields:
        if field.refers_to:
            wanted = max(wanted, len(texts_of(world, project, field.refers_to.record, field.refers_to.field)))
    for gate in step.gates:
        if kind.kind in (getattr(gate, "options", None), getattr(gate, "record", None)):
            wanted = max(wanted, len(getattr(gate, "aspects", ())), len(getattr(gate, "duties", ())))
            wanted = max(wanted, getattr(gate, "rows", 0) if isinstance(getattr(gate, "rows", 0), int) else 0)
            wanted = max(
                wanted, getattr(gate, "periods", 0), 2 if gate.kind == "closure_error_at_most" else 0
            )
    if kind.max_rows is not None:
        wanted = min(wanted, kind.max_rows)
    return [
        {field.key: value_for(world, project, step, kind, field, place) for field in kind.fields}
        for place in range(wanted)
    ]


def texts_of(world: World, project: Project, kind: str, field: str) -> list[str]:
    """The values of a field in every row of a record, in all steps."""
    rows = [row for row in queries.records_of(world.session, project.id) if row.kind == kind]
    return [str(row.content[field]) for row in rows if row.content.get(field)]


def value_for(
    world: World, project: Project, step: Step, kind: RecordKind, field: RecordField, place: int
) -> Any:
    """A value of the right type; what refers to another record repeats its value."""
    flow = flow_value(step, kind, field, place)
    if flow is not None:
        return flow
    if field.refers_to:
        known = texts_of(world, project, field.refers_to.record, field.refers_to.field)
        if known:
            return known[place % len(known)]
    if field.type == "number":
        return Decimal(100)
    if field.type == "date":
        return FIRST_DAY + timedelta(days=place)
    if field.type == "choice":
        return field.choices[place % len(field.choices)].key
    if field.type == "yes_no":
        only_one = any(getattr(gate, "chosen_field", None) == field.key for gate in step.gates)
        return "no" if only_one and place else "yes"
    if field.type == "file":
        return ""
    same = any(getattr(gate, "balance_field", None) == field.key for gate in step.gates)
    return f"{field.names.zh}{1 if same else place + 1}"


def flow_value(step: Step, kind: RecordKind, field: RecordField, place: int) -> str | None:
    """What makes a balance of one input and one output through an operation close; None for other fields."""
    for gate in step.gates:
        if gate.kind != "balances_close":
            continue
        if kind.kind == gate.stocks.record:
            return "0" if field.key == gate.stocks.amount else None
        if field.key == (gate.sheets.unit if kind.kind == gate.sheets.record else gate.flows.unit):
            return "kg"
        if kind.kind == gate.flows.record:
            ends = {
                gate.flows.source: "" if place == 0 else "槽",
                gate.flows.target: "槽" if place == 0 else "",
            }
            return {**ends, gate.flows.content: "1"}.get(field.key)
    return None


def fill_step(world: World, project: Project, row: ProjectStep) -> None:
    """Write the records, evidence, activities and actual values that the step asks for."""
    step = queries.method_of(world.session, project).step(row.key)
    assert step is not None
    for kind in step.records:
        for content in filled_rows(world, project, step, kind):
            services.add_record(
                world.session,
                actor=world.member,
                project=project,
                step=row,
                kind=kind.kind,
                content=content,
                now=world.now,
            )
    files = max([step.evidence_min, *(getattr(gate, "files", 0) for gate in step.gates)])
    for place in range(files):
        add_evidence(world, project, row, title=f"{step.names.zh}照片{place + 1}")
    if any(gate.kind == "activity_logged" for gate in step.gates):
        log_activity(world, project, row.key)
    if any(gate.kind == "target_reached" for gate in step.gates):
        reach_target(world, project)


def add_evidence(world: World, project: Project, row: ProjectStep, title: str = "照片", **facts: Any) -> Any:
    """A piece of evidence on a step."""
    return services.add_evidence(
        world.session,
        actor=world.member,
        project=project,
        step=row,
        blob=facts.get("blob") or blob(world),
        title=title,
        filename=facts.get("filename", "照片.png"),
        effective_on=FIRST_DAY,
        now=world.now,
    )


def log_activity(world: World, project: Project, step_key: str) -> Activity:
    """An activity of the circle for a step, attended by everybody."""
    activity = Activity(
        circle_id=project.circle_id,
        project_id=project.id,
        step_key=step_key,
        held_on=FIRST_DAY,
        summary="讨论并记录",
        created_at=world.now,
    )
    activity.attendance = [Attendance(member=member) for member in world.circle.present_members]
    world.session.add(activity)
    world.session.flush()
    return activity


def reach_target(world: World, project: Project) -> None:
    """Write actual values that are exactly the targets."""
    services.record_actuals(
        world.session,
        actor=world.member,
        project=project,
        actuals={row.id: row.target for row in project.indicators},
        now=world.now,
    )


def finish_step(world: World, project: Project, row: ProjectStep) -> None:
    """Fill, complete and, where asked, sign off one step."""
    fill_step(world, project, row)
    services.complete_step(world.session, actor=world.leader, project=project, step=row, now=world.now)
    step = queries.method_of(world.session, project).step(row.key)
    if step is not None and step.signoff:
        services.sign_off_step(
            world.session, actor=world.facilitator, project=project, step=row, now=world.now
        )


def walk(world: World, project: Project, until: str | None = None) -> Project:
    """Do every required step in order, set the optional ones aside, and stop before `until`."""
    method = queries.method_of(world.session, project)
    for row in project.steps:
        if row.key == until:
            return project
        spec = method.step(row.key)
        assert spec is not None
        if spec.required and not rules.is_done(row, spec):
            finish_step(world, project, row)
        elif row.state in (StepState.OPEN, StepState.LOCKED):
            services.mark_not_applicable(
                world.session,
                actor=world.leader,
                project=project,
                steps=[row],
                reason="小组课题范围内无此内容",
                now=world.now,
            )
    return project


def completed(world: World, method: str = "qc_solve_self") -> Project:
    """A completed project."""
    project = walk(world, world.registered(method))
    return services.complete_project(world.session, actor=world.leader, project=project, now=world.now)
