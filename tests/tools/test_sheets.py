"""Sheets as services keep them: versions, refusals, own data as source, and the quotes in a package."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from cp_circles.calc.tools import TOOLS, work
from cp_circles.db.events import events_of
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.projects import services as projects
from cp_circles.projects.models import PlanItem, ProjectState
from cp_circles.results.masking import MASK, mask_for
from cp_circles.tools import services, sources
from cp_circles.tools.models import ToolSheet, ToolVersion
from cp_circles.tools.quoting import blind_parts, parts_by_step, people_in, quoted, sheet_part
from tests.charts.tools.examples import EXAMPLES

NAME = "王翠屏"


def keep(world, project, code="pareto", actor=None, **facts):
    known = {"inputs": EXAMPLES[code], "title": "排列图"} | facts
    return services.create_sheet(
        world.session, actor=actor or world.leader, project=project, code=code, now=world.now, **known
    )


def change(world, project, sheet, version=1, **facts):
    known = {"inputs": sheet.latest.inputs, "title": sheet.latest.title} | facts
    return services.change_sheet(
        world.session,
        actor=world.member,
        project=project,
        sheet=sheet,
        version=version,
        now=world.now,
        **known,
    )


def test_a_sheet_begins_the_work_and_every_change_is_a_version(world, project):
    sheet = keep(world, project)
    assert project.state is ProjectState.UNDER_WAY
    change(world, project, sheet, title="漏气排列图")
    assert [(one.number, one.title) for one in sheet.versions] == [(1, "排列图"), (2, "漏气排列图")]
    change(world, project, sheet, version=2)
    assert len(sheet.versions) == 2
    verbs = [event.verb for event in events_of(world.session, project)]
    assert {"tools.create_sheet", "tools.change_sheet"} <= set(verbs)
    with pytest.raises(Stale) as stale:
        change(world, project, sheet, version=1, title="旧稿")
    assert stale.value.current["title"] == "漏气排列图" and len(sheet.versions) == 2


def test_only_members_write_and_only_while_the_project_runs(world, project):
    for actor, refusal in (
        (world.department, NotAllowed),
        (world.facilitator, NotAllowed),
        (world.stranger, NotFound),
    ):
        with pytest.raises(refusal):
            keep(world, project, actor=actor)
    project.state = ProjectState.COMPLETED
    with pytest.raises(DomainError):
        keep(world, project)
    assert world.session.query(ToolSheet).count() == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"title": " "},
        {"title": "长" * 121},
        {"inputs": {"rows": []}},
        {"step_key": "no_such_step"},
        {"note": "长" * 4001},
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(world, project, facts):
    with pytest.raises(Invalid):
        keep(world, project, **facts)
    assert world.session.query(ToolVersion).count() == 0


def test_photos_come_from_the_evidence_of_the_project(world, project):
    with pytest.raises(Invalid):
        keep(world, project, "photos")


def test_a_withdrawn_sheet_stays_and_is_quoted_no_more(world, project):
    sheet = keep(world, project)
    with pytest.raises(Invalid):
        services.withdraw_sheet(
            world.session, actor=world.leader, project=project, sheet=sheet, reason="", now=world.now
        )
    services.withdraw_sheet(
        world.session, actor=world.leader, project=project, sheet=sheet, reason="数据有误", now=world.now
    )
    assert sheet_part(sheet) is None
    with pytest.raises(DomainError):
        change(world, project, sheet, title="再改")


def test_an_unfinished_sheet_is_kept_but_not_quoted(world, project):
    sheet = keep(world, project, inputs={"unit": "m³", "strange": 1}, unfinished=True)
    assert sheet.latest.inputs == {"unit": "m³"} and sheet_part(sheet) is None


def test_a_sheet_is_filled_from_records_and_anew_when_they_change(world, project):
    meter = world.make.meter(world.company)
    world.make.monthly(meter, 2025, [100, 104, 98, 97, 103, 101, 96, 99, 102, 95])
    offers = sources.offers(world.session, project, "run", language="zh")
    offer = next(one for one in offers if one.source["kind"] == "readings")
    source = sources.read_source(offer.key)
    assert source == offer.source
    raw = sources.filled(world.session, project, "run", source, language="zh", today=world.now.date())
    assert raw["labels"][:2] == ["2025-01", "2025-02"] and work(TOOLS["run"], raw).done
    sheet = keep(world, project, "run", inputs=raw, source=source, step_key=project.steps[0].key)

    def refresh():
        return services.refresh_sheet(
            world.session, actor=world.leader, project=project, sheet=sheet, language="zh", now=world.now
        )

    assert refresh() is False
    world.make.monthly(meter, 2026, [91, 90])
    assert refresh() is True
    assert [Decimal(value) for value in sheet.latest.inputs["values"][-2:]] == [91, 90]
    assert len(sheet.versions[0].inputs["values"]) == 10


def test_sources_of_others_are_not_found(world, project):
    foreign = world.make.meter(world.make.company())
    for source in (
        {"kind": "readings", "meter": str(foreign.id)},
        {"kind": "record", "step": "x", "record": "y", "label": "a", "amount": "b"},
        {"kind": "nothing"},
    ):
        with pytest.raises(NotFound):
            sources.filled(world.session, project, "run", source, language="zh", today=world.now.date())
    with pytest.raises(Invalid):
        sources.read_source("readings:1:2:3")
    with pytest.raises(DomainError):
        services.refresh_sheet(
            world.session,
            actor=world.leader,
            project=project,
            sheet=keep(world, project),
            language="zh",
            now=world.now,
        )


def test_the_plan_becomes_a_gantt_chart(world, project):
    key, day = project.steps[0].key, world.now.date()
    project.plan_items.append(
        PlanItem(step_key=key, starts_on=day, ends_on=day + timedelta(days=9), owner="张三")
    )
    world.session.flush()
    raw = sources.filled(
        world.session, project, "gantt", {"kind": "plan"}, language="zh", today=day + timedelta(days=20)
    )
    worked = work(TOOLS["gantt"], raw)
    assert worked.done and worked.result.notes and raw["rows"][0]["who"] == "张三"


def test_the_report_quotes_answer_figure_and_version(world, project):
    sheet = keep(world, project, note="来自计量记录")
    parts = parts_by_step([sheet])[""]
    json.dumps(parts)
    one = quoted(parts, "whole", lambda text, **values: text % values if values else text)[0]
    assert (
        one.version == 1 and one.chart is not None and one.answer.startswith("3 of 5 categories make 87.3 %")
    )


def test_the_blind_part_holds_no_name_and_still_draws(world, project):
    board = {
        "question": f"{NAME}问：怎样节水？",
        "ideas": [
            {"text": f"{NAME}的办法", "by": NAME, "group": NAME},
            {"text": "李四光办法", "by": "李四光", "group": "李四光"},
        ],
    }
    bones = {
        "problem": f"{NAME}的课题",
        "frame": "own",
        "causes": [
            {"key": NAME, "category": "人", "text": f"{NAME}未巡检"},
            {"key": "李四光", "category": "人", "text": "李四光未巡检", "parent": NAME},
        ],
    }
    parts = [
        sheet_part(keep(world, project, "board", inputs=board, title=f"{NAME}的看板", note=f"由{NAME}整理")),
        sheet_part(keep(world, project, "fishbone", inputs=bones)),
    ]
    assert {NAME, "李四光"} <= set(people_in(parts))
    masked = blind_parts(parts, mask_for([NAME, "李四光", *people_in(parts)]))
    text = json.dumps(masked, ensure_ascii=False)
    assert NAME not in text and "李四光" not in text and MASK in text
    assert all(name not in text for name in people_in(parts))
    drawn = quoted(masked, "blind", lambda text, **values: text % values if values else text)
    assert all(one.chart is not None for one in drawn)


def test_nothing_is_written_after_the_end(world, project):
    sheet = keep(world, project)
    projects.stop_project(
        world.session, actor=world.department, project=project, reason="并入他题", now=world.now
    )
    with pytest.raises(DomainError):
        change(world, project, sheet, title="事后修改")
    assert len(sheet.versions) == 1
