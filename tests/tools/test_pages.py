"""The workbench through the door: every tool's form, refusals that keep what was typed, versions."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cp_circles.calc.tools import TOOLS, InputField, fields_of
from cp_circles.people.models import Person
from cp_circles.projects.models import StepState
from cp_circles.tools import queries, services
from cp_circles.tools.models import ToolSheet, ToolVersion
from tests.charts.tools.examples import EXAMPLES
from tests.tools.sending import form_fields

PARETO = {
    "title": "漏气排列图",
    "step_key": "",
    "unit": "m³/h",
    "rows-0-label": "接头漏气",
    "rows-0-amount": "86",
    "rows-1-label": "阀门内漏",
    "rows-1-amount": "41",
    "act": "save",
}


def text_of(answer):
    return answer.get_data(as_text=True)


def enter(client, world, actor):
    client.enter(world.session.get(Person, actor.person_id))


def sent(raw: Mapping[str, Any], fields: Iterable[InputField]) -> dict[str, Any]:
    """An example as its form sends it."""
    out: dict[str, Any] = {}
    for field in fields:
        value = raw.get(field.name)
        if field.kind == "rows":
            for number, row in enumerate(value or []):
                cells = sent(row, field.columns)
                out |= {f"{field.name}-{number}-{name}": cell for name, cell in cells.items()}
        elif value is not None and value is not False:
            out[field.name] = shown(field, value)
    return out


def shown(field: InputField, value):
    if value is True:
        return "yes"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def test_every_tool_goes_from_its_form_to_an_answer(client, world, project):
    enter(client, world, world.leader)
    for code in TOOLS:
        if code == "photos":
            continue
        url = f"/tools/project/{project.id}/new/{code}"
        assert client.get(url).status_code == 200
        whole = {"title": f"示例 {code}", "step_key": "", "act": "save"}
        answer = client.send(url, whole | sent(EXAMPLES[code], fields_of(TOOLS[code].inputs)))
        wrong = re.findall(r'class="note note--bad.*?</div>', text_of(answer), re.DOTALL)
        assert answer.status_code == 303, (code, wrong)
        page = text_of(client.get(answer.location))
        assert "data-chart=" in page and 'class="answer"' in page, code
        sheet = world.session.query(ToolSheet).filter_by(code=code).one()
        assert sheet.latest.is_complete
        typed = form_fields(text_of(client.get(f"/tools/{sheet.id}/edit")))
        assert client.send(f"/tools/{sheet.id}/edit", typed | {"act": "save"}).status_code == 303
        world.session.refresh(sheet)
        assert len(sheet.versions) == 1, f"{code}: an unchanged form writes no version"


def test_a_wrong_cell_is_named_by_row_and_field_and_everything_typed_is_kept(client, world, project):
    enter(client, world, world.leader)
    answer = client.send(f"/tools/project/{project.id}/new/pareto", PARETO | {"rows-1-amount": "四十一"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "类别第 2 行“数量”" in page or "第 2 行" in page
    assert 'value="四十一"' in page and 'value="接头漏气"' in page and 'aria-invalid="true"' in page
    assert world.session.query(ToolSheet).count() == 0


def test_rows_are_added_pasted_and_taken_out_without_saving(client, world, project):
    enter(client, world, world.leader)
    url = f"/tools/project/{project.id}/new/pareto"
    pasted = text_of(
        client.send(url, PARETO | {"act": "paste:rows", "paste-rows": "类别\t数量\n软管破损\t17\n排水器\t9"})
    )
    fields = form_fields(pasted)
    assert (fields["rows-2-label"], fields["rows-2-amount"]) == ("软管破损", "17")
    assert fields["rows-3-label"] == "排水器"
    fewer = form_fields(text_of(client.send(url, fields | {"act": "drop:rows:0"})))
    assert fewer["rows-0-label"] == "阀门内漏"
    more = form_fields(text_of(client.send(url, fields | {"act": "add:rows"})))
    assert len([name for name in more if name.endswith("-label")]) >= 9
    assert "preview" in text_of(client.send(url, PARETO | {"act": "preview"}))
    assert world.session.query(ToolSheet).count() == 0


def test_an_experiment_prints_its_runs_first_and_takes_the_results_later(client, world, project):
    enter(client, world, world.leader)
    begun = {
        "title": "清洗参数试验",
        "step_key": "",
        "array": "L4",
        "response": "用水量",
        "goal": "lower",
        "factors-0-label": "温度",
        "factors-0-column": "1",
        "factors-0-levels": "40 °C, 60 °C",
        "factors-1-label": "时间",
        "factors-1-column": "2",
        "factors-1-levels": "5 min, 8 min",
        "act": "draft",
    }
    answer = client.send(f"/tools/project/{project.id}/new/orthogonal", begun)
    assert answer.status_code == 303
    page = text_of(client.get(answer.location))
    assert "试验方案表" in page and "2 60 °C" in page
    sheet = world.session.query(ToolSheet).one()
    assert not sheet.latest.is_complete
    typed = form_fields(text_of(client.get(f"/tools/{sheet.id}/edit")))
    assert [name for name in typed if name.startswith("trials-")] == [f"trials-{n}-values" for n in range(4)]
    typed |= {f"trials-{n}-values": value for n, value in enumerate(("52", "47", "44", "39"))} | {
        "act": "save"
    }
    assert client.send(f"/tools/{sheet.id}/edit", typed).status_code == 303
    world.session.refresh(sheet)
    assert sheet.latest.is_complete and sheet.latest.number == 2


def test_a_later_save_on_an_old_version_shows_both_texts(client, world, project):
    sheet = keep(world, project)
    enter(client, world, world.leader)
    typed = form_fields(text_of(client.get(f"/tools/{sheet.id}/edit")))
    services.change_sheet(
        world.session,
        actor=world.member,
        project=project,
        sheet=sheet,
        version=1,
        inputs=EXAMPLES["pareto"],
        title="别人改的标题",
        now=world.now,
    )
    answer = client.send(f"/tools/{sheet.id}/edit", typed | {"title": "我改的标题", "act": "save"})
    page = text_of(answer)
    assert answer.status_code == 409 and "别人改的标题" in page and 'value="我改的标题"' in page
    assert form_fields(page)["version"] == "2"
    assert client.send(f"/tools/{sheet.id}/edit", form_fields(page) | {"act": "save"}).status_code == 303
    assert world.session.query(ToolVersion).count() == 3


def keep(world, project, code="pareto", **facts):
    """A sheet of the leader's."""
    known = {"inputs": EXAMPLES[code], "title": "排列图"} | facts
    return services.create_sheet(
        world.session, actor=world.leader, project=project, code=code, now=world.now, **known
    )


def test_workbench_and_step_page_show_the_sheets_and_what_is_suggested(client, world, project):
    key = project.steps[0].key
    keep(world, project, step_key=key, title="选题排列图")
    enter(client, world, world.leader)
    page = text_of(client.get(f"/tools/project/{project.id}"))
    assert "选题排列图" in page and f"/tools/project/{project.id}/new/check_sheet?step={key}" in page
    step = text_of(client.get(f"/projects/{project.id}/steps/{key}"))
    assert "选题排列图" in step and f"/tools/project/{project.id}/new/pareto?step={key}" in step
    enter(client, world, world.department)
    seen = text_of(client.get(f"/tools/project/{project.id}"))
    assert "选题排列图" in seen and "/new/" not in seen


def test_the_history_of_a_sheet_is_readable_and_its_numbers_can_be_taken_out(client, world, project):
    sheet = keep(world, project)
    services.change_sheet(
        world.session,
        actor=world.leader,
        project=project,
        sheet=sheet,
        version=1,
        inputs=EXAMPLES["pareto"],
        title="第二版标题",
        now=world.now,
    )
    enter(client, world, world.facilitator)
    assert (
        "第二版标题" not in re.findall("<h1>.*?</h1>", text_of(client.get(f"/tools/{sheet.id}?version=1")))[0]
    )
    csv = client.get(f"/tools/{sheet.id}/numbers.csv")
    assert csv.mimetype == "text/csv" and "接头漏气" in text_of(csv)
    assert client.get(f"/tools/{sheet.id}?version=7").status_code == 404


def test_withdrawing_needs_a_reason(client, world, project):
    sheet = keep(world, project)
    enter(client, world, world.leader)
    assert client.send(f"/tools/{sheet.id}/withdraw", {"reason": ""}).status_code == 422
    assert client.send(f"/tools/{sheet.id}/withdraw", {"reason": "数据有误"}).status_code == 303
    world.session.refresh(sheet)
    assert sheet.withdrawn_at and "数据有误" in text_of(client.get(f"/tools/project/{project.id}"))
    assert not queries.sheets_of(world.session, project.id)


def test_strangers_find_nothing_and_a_signed_off_step_is_closed(client, world, project):
    sheet = keep(world, project, step_key=project.steps[0].key)
    enter(client, world, world.stranger)
    assert client.get(f"/tools/{sheet.id}").status_code in {403, 404}
    project.steps[0].state = StepState.SIGNED_OFF
    enter(client, world, world.leader)
    assert client.get(f"/tools/{sheet.id}/edit").status_code == 409
    assert client.get(f"/tools/{sheet.id}").status_code == 200
