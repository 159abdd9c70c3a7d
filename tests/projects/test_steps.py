"""Steps: every method to its end, and each refusal on the way with nothing written."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from cp_circles.db.events import events_of
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.notices.queries import open_tasks_for
from cp_circles.projects import queries, services
from cp_circles.projects.models import ProjectState, StepState
from tests.projects.walking import (
    FIRST_DAY,
    add_evidence,
    blob,
    completed,
    fill_step,
    finish_step,
    log_activity,
    walk,
)
from tests.projects.world import INDICATOR, METHODS


def step(project, key):
    return queries.step_of(project, key)


def add(world, project, key="topic", kind="topic_reason", content=None, actor=None):
    return services.add_record(
        world.session,
        actor=actor or world.member,
        project=project,
        step=step(project, key),
        kind=kind,
        content=content or {"requirement": "降本要求", "gap": "高 8%", "source": "own"},
        now=world.now,
    )


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_walked_to_completion(world, method):
    project = completed(world, method)
    assert project.state is ProjectState.COMPLETED
    assert project.completed_at == world.now
    spec = queries.method_of(world.session, project)
    states = {row.key: row.state for row in project.steps}
    assert {states[one.key] for one in spec.steps if one.required} <= {
        StepState.COMPLETED,
        StepState.SIGNED_OFF,
    }
    assert {states[one.key] for one in spec.steps if not one.required} <= {StepState.NOT_APPLICABLE}
    assert {states[one.key] for one in spec.steps if one.signoff} == {StepState.SIGNED_OFF}


def test_first_record_puts_the_project_under_way(world):
    project = world.registered()
    record = add(world, project)
    assert project.state is ProjectState.UNDER_WAY
    assert record.content == {"requirement": "降本要求", "gap": "高 8%", "source": "own"}
    verbs = [event.verb for event in events_of(world.session, project)]
    assert verbs[:2] == ["projects.add_record", "projects.begin_project"]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"requirement": "", "gap": "x", "source": "own"}, "requirement"),
        ({"requirement": "x", "gap": "x", "source": "elsewhere"}, "source"),
        ({"requirement": "x" * 4001, "gap": "x", "source": "own"}, "requirement"),
        ({"requirement": "x", "gap": "x", "source": "own", "hidden": "y"}, "hidden"),
    ],
)
def test_add_record_names_the_field_that_is_wrong(world, content, field):
    project = world.registered()
    with pytest.raises(Invalid) as refused:
        add(world, project, content=content)
    assert refused.value.field == field
    assert queries.records_of(world.session, project.id) == []
    assert project.state is ProjectState.REGISTERED


def test_numbers_stay_exact_and_dates_are_checked(world):
    project = walk(world, world.registered(), until="status")
    good = {
        "stratum": "夜班",
        "item": "电耗",
        "from_on": "2026-01-01",
        "to_on": "2026-01-31",
        "value": "1,234.5600",
        "unit": "kWh/t",
        "source": "电表",
    }
    record = add(world, project, "status", "status_data", good)
    assert record.content["value"] == "1234.5600"
    for wrong, field in (
        ({"value": "abc"}, "value"),
        ({"value": 0.1}, "value"),
        ({"to_on": "31.01.2026"}, "to_on"),
    ):
        with pytest.raises(Invalid) as refused:
            add(world, project, "status", "status_data", good | wrong)
        assert refused.value.field == field


def test_add_record_refuses_others_locked_steps_unknown_kinds_and_surplus_rows(world):
    project = world.registered()
    for actor, refusal in ((world.department, NotAllowed), (world.stranger, NotFound)):
        with pytest.raises(refusal):
            add(world, project, actor=actor)
    with pytest.raises(DomainError):
        add(world, project, "status", "crux", {"crux": "a", "share": "1", "gap": "b", "basis": "c"})
    with pytest.raises(NotFound):
        add(world, project, kind="balance_flow")
    add(world, project)
    with pytest.raises(DomainError):
        add(world, project)
    assert len(queries.records_of(world.session, project.id)) == 1


def test_change_record_keeps_the_old_version(world):
    project = world.registered()
    first = add(world, project)
    second = services.change_record(
        world.session,
        actor=world.leader,
        project=project,
        record=first,
        content=first.content | {"gap": "高 9%"},
        now=world.now,
    )
    assert (second.version, second.replaces_id, second.position) == (2, first.id, first.position)
    assert [row.id for row in queries.records_of(world.session, project.id)] == [second.id]
    assert len(queries.record_versions(world.session, project.id, "topic")) == 2
    with pytest.raises(Stale) as stale:
        services.change_record(
            world.session,
            actor=world.member,
            project=project,
            record=first,
            content=first.content | {"gap": "高 10%"},
            now=world.now,
        )
    assert stale.value.current["gap"] == "高 9%"


def test_remove_record_leaves_it_in_the_history(world):
    project = world.registered()
    record = add(world, project)
    services.remove_record(world.session, actor=world.member, project=project, record=record, now=world.now)
    assert queries.records_of(world.session, project.id) == []
    assert [row.id for row in queries.record_versions(world.session, project.id, "topic")] == [record.id]
    with pytest.raises(Stale):
        services.remove_record(
            world.session, actor=world.member, project=project, record=record, now=world.now
        )


def test_a_record_of_another_project_is_not_found(world):
    one, other = world.registered(), world.registered()
    record = add(world, one)
    with pytest.raises(NotFound):
        services.remove_record(world.session, actor=world.member, project=other, record=record, now=world.now)
    with pytest.raises(NotFound):
        queries.record_of(world.session, other, record.id)


def test_evidence_keeps_its_versions_and_can_be_withdrawn(world):
    project = world.registered()
    piece = add_evidence(world, project, step(project, "topic"))
    newer = services.add_evidence_version(
        world.session,
        actor=world.leader,
        project=project,
        evidence=piece,
        blob=blob(world),
        filename="新.png",
        effective_on=FIRST_DAY,
        now=world.now,
    )
    assert (newer.number, piece.latest.id) == (2, newer.id)
    services.withdraw_evidence(
        world.session, actor=world.leader, project=project, evidence=piece, reason="拍错设备", now=world.now
    )
    assert piece.withdrawn_at == world.now
    assert queries.project_facts(world.session, project).evidence == {}
    for again in (services.withdraw_evidence, services.add_evidence_version):
        more = (
            {"reason": "x"}
            if again is services.withdraw_evidence
            else {
                "blob": blob(world),
                "filename": "b.png",
                "effective_on": FIRST_DAY,
            }
        )
        with pytest.raises(DomainError):
            again(world.session, actor=world.leader, project=project, evidence=piece, now=world.now, **more)


def test_evidence_refusals(world):
    project = world.registered()
    topic = step(project, "topic")
    facts = {"blob": blob(world), "title": "照片", "filename": "a.png", "effective_on": FIRST_DAY}

    def attach(**change):
        given = {"actor": world.member, "project": project, "step": topic, "now": world.now} | facts | change
        return services.add_evidence(world.session, **given)

    for actor, refusal in ((world.facilitator, NotAllowed), (world.stranger, NotFound)):
        with pytest.raises(refusal):
            attach(actor=actor)
    with pytest.raises(Invalid):
        attach(title="长" * 121)
    with pytest.raises(Invalid):
        attach(effective_on=world.now.date() + timedelta(days=3))
    with pytest.raises(DomainError):
        attach(step=step(project, "status"))
    piece = attach()
    with pytest.raises(DomainError):
        services.add_evidence_version(
            world.session,
            actor=world.member,
            project=project,
            evidence=piece,
            blob=facts["blob"],
            filename="a.png",
            effective_on=FIRST_DAY,
            now=world.now,
        )
    with pytest.raises(Invalid):
        services.withdraw_evidence(
            world.session, actor=world.member, project=project, evidence=piece, reason=" ", now=world.now
        )
    assert len(queries.evidence_of(world.session, project.id)) == 1


def test_complete_step_refuses_with_the_list_of_what_is_missing(world):
    project = world.registered()
    topic = step(project, "topic")
    with pytest.raises(services.StepIncomplete) as refused:
        services.complete_step(world.session, actor=world.leader, project=project, step=topic, now=world.now)
    assert {one.gate for one in refused.value.missing} == {"step", "activity_logged"}
    assert topic.state is StepState.OPEN
    fill_step(world, project, topic)
    assert queries.missing_for(world.session, project, topic) == ()
    services.complete_step(world.session, actor=world.leader, project=project, step=topic, now=world.now)
    assert (topic.state, topic.completed_by_id) == (StepState.COMPLETED, world.leader.person_id)
    assert step(project, "status").state is StepState.OPEN
    assert step(project, "target").state is StepState.LOCKED


def test_complete_step_refuses_others_and_locked_steps(world):
    project = world.registered()
    for actor, refusal in ((world.facilitator, NotAllowed), (world.stranger, NotFound)):
        with pytest.raises(refusal):
            services.complete_step(
                world.session, actor=actor, project=project, step=step(project, "topic"), now=world.now
            )
    with pytest.raises(DomainError):
        services.complete_step(
            world.session, actor=world.leader, project=project, step=step(project, "status"), now=world.now
        )


def test_a_step_that_asks_for_it_waits_for_the_sign_off(world):
    project = walk(world, world.registered(), until="target")
    target = step(project, "target")
    fill_step(world, project, target)
    services.complete_step(world.session, actor=world.leader, project=project, step=target, now=world.now)
    assert step(project, "cause").state is StepState.LOCKED
    assert [task.subject_kind for task in open_tasks_for(world.session, world.facilitator)] == [
        "project_steps"
    ]
    for actor, refusal in (
        (world.leader, NotAllowed),
        (world.finance, NotAllowed),
        (world.stranger, NotFound),
    ):
        with pytest.raises(refusal):
            services.sign_off_step(world.session, actor=actor, project=project, step=target, now=world.now)
    assert target.state is StepState.COMPLETED
    services.sign_off_step(
        world.session, actor=world.facilitator, project=project, step=target, now=world.now
    )
    assert (target.state, target.signed_off_by_id) == (StepState.SIGNED_OFF, world.facilitator.person_id)
    assert step(project, "cause").state is StepState.OPEN
    assert open_tasks_for(world.session, world.facilitator) == []
    with pytest.raises(DomainError):
        services.sign_off_step(
            world.session, actor=world.facilitator, project=project, step=target, now=world.now
        )


def test_a_facilitator_of_the_circle_never_signs_off_its_steps(world):
    from cp_circles.people.models import Role, ScopeKind

    project = walk(world, world.registered(), until="target")
    target = step(project, "target")
    fill_step(world, project, target)
    services.complete_step(world.session, actor=world.leader, project=project, step=target, now=world.now)
    person = world.circle.members[2].person
    world.make.grant(person, Role.FACILITATOR, ScopeKind.COMPANY, world.company)
    with pytest.raises(NotAllowed):
        services.sign_off_step(
            world.session, actor=world.make.actor(person), project=project, step=target, now=world.now
        )


def test_not_applicable_is_for_optional_steps_and_needs_a_reason(world):
    project = world.registered("cp_audit")
    optional, required = step(project, "support"), step(project, "team")

    def set_aside(rows, reason="无此内容", actor=None):
        services.mark_not_applicable(
            world.session,
            actor=actor or world.leader,
            project=project,
            steps=rows,
            reason=reason,
            now=world.now,
        )

    with pytest.raises(DomainError):
        set_aside([required])
    with pytest.raises(Invalid):
        set_aside([optional], reason=" ")
    with pytest.raises(NotAllowed):
        set_aside([optional], actor=world.department)
    assert (optional.state, required.state) == (StepState.OPEN, StepState.LOCKED)
    set_aside([optional])
    assert (optional.state, optional.reason) == (StepState.NOT_APPLICABLE, "无此内容")
    assert required.state is StepState.OPEN


def test_optional_steps_do_not_hold_up_the_next_required_one(world):
    project = walk(world, world.registered("cp_audit"), until="training")
    assert step(project, "training").state is StepState.OPEN
    assert step(project, "survey").state is StepState.OPEN
    assert step(project, "site").state is StepState.OPEN
    assert step(project, "emissions").state is StepState.LOCKED


def test_reopen_step_needs_a_reason_and_the_right_person(world):
    project = walk(world, world.registered(), until="cause")
    target, topic = step(project, "target"), step(project, "topic")

    def reopen(row, actor, reason="数据有误"):
        return services.reopen_step(
            world.session, actor=actor, project=project, step=row, reason=reason, now=world.now
        )

    with pytest.raises(NotAllowed):
        reopen(target, world.leader)
    with pytest.raises(NotAllowed):
        reopen(topic, world.finance)
    with pytest.raises(Invalid):
        reopen(topic, world.leader, " ")
    with pytest.raises(DomainError):
        reopen(step(project, "cause"), world.leader)
    reopen(target, world.facilitator)
    assert (target.state, target.reason, target.signed_off_at) == (StepState.OPEN, "数据有误", None)
    assert [task.url for task in open_tasks_for(world.session, world.leader)] == [
        f"/projects/{project.id}/steps/target"
    ]


def test_a_missed_target_leads_back_to_the_plan_with_history_kept(world):
    project = walk(world, world.registered(), until="check")
    check = step(project, "check")
    fill_step(world, project, check)
    records = len(queries.records_of(world.session, project.id))

    def back(actor=None, reason="只降了 3%"):
        return services.return_to_plan(
            world.session,
            actor=actor or world.leader,
            project=project,
            step=check,
            reason=reason,
            now=world.now,
        )

    with pytest.raises(DomainError):
        back()
    [indicator] = project.indicators
    services.record_actuals(
        world.session,
        actor=world.member,
        project=project,
        actuals={indicator.id: Decimal("115")},
        now=world.now,
    )
    with pytest.raises(services.StepIncomplete) as refused:
        services.complete_step(world.session, actor=world.leader, project=project, step=check, now=world.now)
    assert [one.gate for one in refused.value.missing] == ["target_reached"]
    with pytest.raises(NotAllowed):
        back(world.facilitator)
    with pytest.raises(Invalid):
        back(reason="")
    back()
    assert project.loop == 2
    states = {row.key: row.state for row in project.steps}
    assert (states["root"], states["plan"]) == (StepState.COMPLETED, StepState.OPEN)
    assert {states[key] for key in ("do", "check", "standard", "review")} == {StepState.LOCKED}
    assert indicator.actual is None
    assert len(queries.records_of(world.session, project.id)) == records
    event = events_of(world.session, project)[0]
    assert (event.verb, event.before["actuals"]) == ("projects.return_to_plan", {"ELEC": "115"})
    services.complete_step(
        world.session, actor=world.leader, project=project, step=step(project, "plan"), now=world.now
    )
    extra = {
        "countermeasure": "对策1",
        "done": "再次实施",
        "starts_on": FIRST_DAY,
        "ends_on": FIRST_DAY,
        "result": "达到",
        "result_value": "100",
    }
    assert add(world, project, "do", "implementation", extra).loop == 2


def test_return_to_plan_refuses_before_a_value_was_measured(world):
    project = walk(world, world.registered(), until="check")
    with pytest.raises(DomainError):
        services.return_to_plan(
            world.session,
            actor=world.leader,
            project=project,
            step=step(project, "check"),
            reason="x",
            now=world.now,
        )
    assert project.loop == 1


def test_indicators_change_until_the_target_step_is_done(world):
    project = walk(world, world.registered(), until="target")
    [indicator] = project.indicators
    rows = (replace(INDICATOR, id=indicator.id, target=Decimal("100")),)

    def change(version, actor=None):
        return services.set_indicators(
            world.session,
            actor=actor or world.leader,
            project=project,
            version=version,
            rows=rows,
            now=world.now,
        )

    with pytest.raises(Stale):
        change(project.version - 1)
    with pytest.raises(NotAllowed):
        change(project.version, world.department)
    change(project.version)
    assert indicator.target == Decimal(100)
    finish_step(world, project, step(project, "target"))
    with pytest.raises(DomainError):
        change(project.version)


def test_record_actuals_refuses_foreign_indicators_and_too_many_decimals(world):
    project, other = world.registered(), world.registered()
    for actuals, refusal in (
        ({other.indicators[0].id: Decimal(1)}, NotFound),
        ({project.indicators[0].id: Decimal("0.0000001")}, Invalid),
    ):
        with pytest.raises(refusal):
            services.record_actuals(
                world.session, actor=world.member, project=project, actuals=actuals, now=world.now
            )
    assert project.indicators[0].actual is None


def test_complete_project_refuses_while_steps_are_left(world):
    project = walk(world, world.registered(), until="review")
    with pytest.raises(DomainError) as refused:
        services.complete_project(world.session, actor=world.leader, project=project, now=world.now)
    assert refused.value.values == {"steps": "10"}
    with pytest.raises(NotAllowed):
        services.complete_project(world.session, actor=world.department, project=project, now=world.now)
    assert project.state is ProjectState.UNDER_WAY


def test_a_completed_project_is_closed_and_can_be_archived(world):
    project = completed(world)
    with pytest.raises(DomainError):
        add(world, project)
    with pytest.raises(NotAllowed):
        services.archive_project(world.session, actor=world.leader, project=project, now=world.now)
    services.archive_project(world.session, actor=world.department, project=project, now=world.now)
    assert project.state is ProjectState.ARCHIVED
    with pytest.raises(DomainError):
        services.archive_project(world.session, actor=world.department, project=project, now=world.now)


def test_stop_project_needs_a_reason_and_the_leader_or_department(world):
    project = world.registered()
    for actor, refusal in (
        (world.member, NotAllowed),
        (world.finance, NotAllowed),
        (world.stranger, NotFound),
    ):
        with pytest.raises(refusal):
            services.stop_project(world.session, actor=actor, project=project, reason="x", now=world.now)
    with pytest.raises(Invalid):
        services.stop_project(world.session, actor=world.leader, project=project, reason="", now=world.now)
    services.stop_project(
        world.session, actor=world.leader, project=project, reason="产线停产", now=world.now
    )
    assert (project.state, project.state_reason) == (ProjectState.STOPPED, "产线停产")
    with pytest.raises(DomainError):
        services.stop_project(world.session, actor=world.leader, project=project, reason="x", now=world.now)


def test_activities_of_a_step_count_for_its_gate(world):
    project = world.registered()
    log_activity(world, project, "topic")
    log_activity(world, project, "")
    assert queries.activity_counts(world.session, project.id) == {"topic": 1, "": 1}
