"""A sheet in a frozen result: kept in the package, and without any name in the blind copy."""

from cp_circles.projects.models import ProjectState
from cp_circles.results import services as results
from cp_circles.results.canonical import canonical_json
from cp_circles.results.report import report_of
from cp_circles.tools import services


def test_a_planted_name_is_in_the_package_and_not_in_the_blind_bytes(world, project):
    name = world.circle.members[1].person.name
    services.create_sheet(
        world.session,
        actor=world.leader,
        project=project,
        code="pareto",
        step_key=project.steps[0].key,
        title=f"{name}的排列图",
        note=f"由{name}整理，{world.company.name}",
        inputs={"rows": [{"label": f"{name}班组", "amount": "8"}, {"label": "其他班组", "amount": "2"}]},
        now=world.now,
    )
    project.state, project.completed_at = ProjectState.COMPLETED, world.now
    draft = results.draft_result(
        world.session, actor=world.leader, project=project, summary="节电", now=world.now
    )
    results.freeze_result(
        world.session, actor=world.leader, result=draft, version=draft.version, now=world.now
    )
    assert name in canonical_json(draft.package)
    blind = canonical_json(draft.blind_package).encode()
    assert name.encode() not in blind and world.company.name.encode() not in blind
    report = report_of(
        draft.blind_package, "zh_Hans", lambda text, **values: text % values if values else text
    )
    quoted = [one for step in report.steps for one in step.tools]
    assert len(quoted) == 1 and quoted[0].chart is not None and quoted[0].version == 1
