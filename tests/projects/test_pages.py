"""Projects through the door: the forms work without scripts, refusals keep what was typed."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from PIL import Image

from cp_circles.editions import queries as editions
from cp_circles.files.models import Blob
from cp_circles.people.models import Person, SignIn
from cp_circles.projects import queries
from cp_circles.projects.models import Evidence, Project, ProjectState, StepRecord, StepState
from tests.conftest import NOW
from tests.projects.walking import completed, fill_step, walk
from tests.projects.world import METHODS


def text_of(answer):
    return answer.get_data(as_text=True)


def enter(client, world, actor):
    client.enter(world.session.get(Person, actor.person_id))


def picture():
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(out, "PNG")
    out.seek(0)
    return out


def form(world, **more):
    edition = editions.latest(world.session, "method", "qc_solve_self")
    return {
        "circle": str(world.circle.id),
        "title": "降低空压站用电量",
        "focus_area": "production",
        "domain": "energy_saving",
        "method": str(edition.id),
        "reason": "高于同行 8%",
        "starts_on": "2026-03-01",
        "ends_on": "2026年9月30日",
        "indicators-0-code": "ELEC",
        "indicators-0-name": "单位产品电耗",
        "indicators-0-unit": "kWh/t",
        "indicators-0-baseline": "118.5",
        "indicators-0-target": "109",
        "indicators-0-due_on": "2026-08-31",
        "indicators-0-direction": "lower",
        "indicators-1-code": "ELEC",
        "indicators-1-direction": "lower",
    } | more


def test_from_the_empty_form_to_the_number(client, world):
    enter(client, world, world.leader)
    assert world.circle.name in text_of(client.get("/projects/new"))
    answer = client.send("/projects/new", form(world))
    assert answer.status_code == 303
    project = world.session.scalars(sa.select(Project)).one()
    assert [row.code for row in project.indicators] == ["ELEC"]
    assert client.get(f"/projects/{project.id}").status_code == 200
    plan = {
        "version": str(project.version),
        "rows-0-step_key": "topic",
        "rows-0-starts_on": "2026-03-01",
        "rows-0-ends_on": "2026-03-20",
        "rows-0-owner": "示例甲",
    }
    assert client.send(f"/projects/{project.id}/plan", plan).status_code == 303
    assert client.send(f"/projects/{project.id}/submit").status_code == 303
    enter(client, world, world.department)
    assert "降低空压站用电量" in text_of(client.get("/tasks"))
    assert client.send(f"/projects/{project.id}/approve").status_code == 303
    project = queries.project_by_id(world.session, project.id)
    assert (project.state, len(project.plan_items)) == (ProjectState.REGISTERED, 1)
    page = text_of(client.get(f"/projects/{project.id}"))
    assert project.number in page
    assert "2026年3月1日" in page


def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_typed(client, world):
    enter(client, world, world.leader)
    wrong = form(world, title=" ", ends_on="2026-02-31", focus_area="", **{"indicators-0-target": "abc"})
    answer = client.send("/projects/new", wrong)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "高于同行 8%" in page
    assert "abc" in page
    assert "这不是数字" in page
    assert re.search(r'<a href="#indicators-0-target">[^<]*1 · 目标值</a>: 这不是数字', page)
    assert "请选择选题领域。" in page
    assert "不是有效的选择" not in page
    assert world.session.scalar(sa.select(sa.func.count()).select_from(Project)) == 0


def test_one_more_row_keeps_the_form(client, world):
    enter(client, world, world.leader)
    answer = client.send("/projects/new", form(world, add_row="1"))
    assert answer.status_code == 200
    assert "indicators-2-name" in text_of(answer)
    assert "高于同行 8%" in text_of(answer)


def test_submitting_an_incomplete_draft_leads_to_its_form(client, world):
    project = world.draft(reason="")
    enter(client, world, world.leader)
    answer = client.send(f"/projects/{project.id}/submit")
    assert answer.status_code == 422
    assert "请用数据说明选题理由" in text_of(answer)
    assert world.session.get(Project, project.id).state is ProjectState.DRAFT


def test_a_stale_form_shows_both_texts(client, world):
    project = world.draft()
    enter(client, world, world.member)
    first = form(world, version="1", title="甲的标题")
    assert client.send(f"/projects/{project.id}/edit", first).status_code == 303
    answer = client.send(f"/projects/{project.id}/edit", form(world, version="1", title="乙的标题"))
    assert answer.status_code == 409
    assert "甲的标题" in text_of(answer)
    assert "乙的标题" in text_of(answer)


def test_return_and_exception_ask_for_a_reason(client, world):
    world.registered()
    project = world.submitted()
    enter(client, world, world.department)
    assert client.send(f"/projects/{project.id}/return", {"reason": ""}).status_code == 422
    answer = client.send(f"/projects/{project.id}/approve")
    assert answer.status_code == 422
    assert "小组有未完成的课题" in text_of(answer)
    assert client.send(f"/projects/{project.id}/return", {"reason": "缺数据"}).status_code == 303
    enter(client, world, world.leader)
    assert "缺数据" in text_of(client.get(f"/projects/{project.id}"))


def test_a_step_from_its_first_row_to_completion(client, world):
    project = world.registered()
    enter(client, world, world.member)
    base = f"/projects/{project.id}/steps/topic"
    page = text_of(client.get(base))
    assert "选题理由" in page
    assert client.send(f"{base}/complete").status_code == 409
    wrong = client.send(f"{base}/records/topic_reason", {"field_requirement": "降本", "field_source": "own"})
    assert wrong.status_code == 422
    assert "降本" in text_of(wrong)
    good = {"field_requirement": "降本", "field_gap": "高 8%", "field_source": "own"}
    assert client.send(f"{base}/records/topic_reason", good).status_code == 303
    record = world.session.scalars(sa.select(StepRecord)).one()
    assert "高 8%" in text_of(client.get(base))
    edit = f"/projects/{project.id}/records/{record.id}"
    assert "降本" in text_of(client.get(edit))
    assert client.send(edit, good | {"field_gap": "高 9%"}).status_code == 303
    stale = client.send(edit, good | {"field_gap": "高 10%"})
    assert stale.status_code == 409
    assert "高 9%" in text_of(stale)
    assert "高 10%" in text_of(stale)
    newest = world.session.scalars(sa.select(StepRecord).where(StepRecord.superseded_at.is_(None))).one()
    assert client.send(f"/projects/{project.id}/records/{newest.id}/remove").status_code == 303
    assert queries.records_of(world.session, project.id) == []
    project = queries.project_by_id(world.session, project.id)
    fill_step(world, project, queries.step_of(project, "topic"))
    answer = client.send(f"{base}/complete")
    assert answer.status_code == 303
    assert answer.location.endswith("/steps/status")


def test_one_answer_names_every_field_of_a_row_that_is_wrong(client, world):
    project = walk(world, world.registered("qc_innovate"), until="check")
    enter(client, world, world.member)
    wrong = {"field_period": "期" * 201, "field_item": "", "field_value": "1,2,3x", "field_unit": "kWh"}
    answer = client.send(f"/projects/{project.id}/steps/check/records/effect_data", wrong)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "最多 200 个字。" in page
    assert "请填写数字，例如 12.5。" in page
    assert "请填写此项。" in page
    assert "1,2,3x" in page
    assert not [row for row in queries.records_of(world.session, project.id) if row.kind == "effect_data"]


def test_evidence_is_uploaded_shown_renewed_and_withdrawn(client, world):
    project = world.registered()
    enter(client, world, world.member)
    base = f"/projects/{project.id}"
    data = {"file": (picture(), "铭牌.png"), "title": "铭牌", "effective_on": "2026-08-01"}
    assert client.send(f"{base}/steps/topic/evidence", data).status_code == 303
    piece = world.session.scalars(sa.select(Evidence)).one()
    image = client.get(f"{base}/evidence/{piece.latest.id}/file")
    assert (image.status_code, image.mimetype) == (200, "image/png")
    image.close()
    same = {"file": (picture(), "铭牌.png"), "effective_on": "2026-08-01"}
    assert client.send(f"{base}/evidence/{piece.id}/version", same).status_code == 409
    assert client.send(f"{base}/evidence/{piece.id}/withdraw", {"reason": ""}).status_code == 422
    assert client.send(f"{base}/evidence/{piece.id}/withdraw", {"reason": "拍错"}).status_code == 303
    assert "拍错" in text_of(client.get(f"{base}/steps/topic"))


def test_evidence_of_others_and_hostile_files_store_nothing(client, world):
    project = world.registered()
    base = f"/projects/{project.id}/steps/topic/evidence"
    hostile = {"file": (io.BytesIO(b"<svg onload=alert(1)>"), "a.svg"), "effective_on": "2026-08-01"}
    enter(client, world, world.member)
    assert client.send(base, hostile).status_code == 422
    assert client.send(base, {"effective_on": "2026-08-01"}).status_code == 422
    enter(client, world, world.stranger)
    mine = {"file": (picture(), "a.png"), "effective_on": "2026-08-01"}
    assert client.send(base, mine).status_code == 404
    enter(client, world, world.facilitator)
    assert client.send(base, mine | {"file": (picture(), "a.png")}).status_code == 404
    assert world.session.scalar(sa.select(sa.func.count()).select_from(Blob)) == 0


@pytest.mark.parametrize("method", METHODS)
def test_every_page_of_every_method_opens_in_both_languages(client, world, method):
    project = completed(world, method)
    for actor in (world.leader, world.department):
        enter(client, world, actor)
        for locale in ("zh_Hans", "en"):
            client.send("/language", {"locale": locale})
            pages = ["", "/history", *(f"/steps/{row.key}" for row in project.steps)]
            for page in pages:
                answer = client.get(f"/projects/{project.id}{page}")
                assert answer.status_code == 200, page
                assert "%(" not in text_of(answer), page


def test_pages_of_a_running_project_open_for_everybody_who_sees_it(client, world):
    project = walk(world, world.registered("cp_audit"), until="target")
    for actor in (world.leader, world.department, world.facilitator, world.finance):
        enter(client, world, actor)
        for page in ("", "/history", "/steps/target", "/steps/support", "/steps/review_none"):
            expected = 404 if page.endswith("none") else 200
            assert client.get(f"/projects/{project.id}{page}").status_code == expected, page
        assert client.get("/projects").status_code == 200
    enter(client, world, world.leader)
    for page in ("/plan", "/indicators"):
        assert client.get(f"/projects/{project.id}{page}").status_code == 200
    enter(client, world, world.stranger)
    for page in ("", "/history", "/steps/target"):
        assert client.get(f"/projects/{project.id}{page}").status_code == 404


def test_sign_off_set_aside_reopen_and_remarks_over_http(client, world):
    project = walk(world, world.registered("cp_audit"), until="target")
    target = queries.step_of(project, "target")
    fill_step(world, project, target)
    base = f"/projects/{project.id}"
    enter(client, world, world.leader)
    assert client.send(f"{base}/steps/target/complete").status_code == 303
    assert client.send(f"{base}/steps/quick_first/set-aside", {"reason": ""}).status_code == 422
    aside = {"reason": "范围外", "steps": ["focus_data"]}
    assert client.send(f"{base}/steps/quick_first/set-aside", aside).status_code == 303
    enter(client, world, world.facilitator)
    assert client.send(f"{base}/steps/target/sign-off").status_code == 303
    assert client.send(f"{base}/steps/target/reopen", {"reason": "单位有误"}).status_code == 303
    assert client.send(f"{base}/remarks?step=target", {"text": "请改单位"}).status_code == 303
    project = queries.project_by_id(world.session, project.id)
    states = {row.key: row.state for row in project.steps}
    assert states["target"] is StepState.OPEN
    assert states["quick_first"] is states["focus_data"] is StepState.NOT_APPLICABLE
    enter(client, world, world.leader)
    page = text_of(client.get(f"{base}/steps/target"))
    assert "请改单位" in page
    assert "单位有误" in page


def test_a_missed_target_offers_the_way_back(client, world):
    project = walk(world, world.registered(), until="check")
    fill_step(world, project, queries.step_of(project, "check"))
    [indicator] = project.indicators
    enter(client, world, world.leader)
    base = f"/projects/{project.id}"
    assert client.send(f"{base}/actuals", {f"actual_{indicator.id}": "115"}).status_code == 303
    assert "回到计划" in text_of(client.get(f"{base}/steps/check"))
    assert client.send(f"{base}/steps/check/return-to-plan", {"reason": "未达标"}).status_code == 303
    assert world.session.get(Project, project.id).loop == 2


def test_completing_stopping_and_archiving_over_http(client, world):
    project = walk(world, world.registered())
    base = f"/projects/{project.id}"
    enter(client, world, world.leader)
    assert client.send(f"{base}/stop", {"reason": ""}).status_code == 422
    assert client.send(f"{base}/complete").status_code == 303
    assert client.send(f"{base}/complete").status_code == 409
    enter(client, world, world.department)
    assert client.send(f"{base}/archive").status_code == 303
    assert world.session.get(Project, project.id).state is ProjectState.ARCHIVED


def test_the_list_filters_and_says_when_nothing_matches(client, world):
    world.registered(title="降低甲醛逸散")
    enter(client, world, world.member)
    assert "降低甲醛逸散" in text_of(client.get("/projects?state=registered&q=甲醛"))
    assert "降低甲醛逸散" not in text_of(client.get("/projects?state=stopped"))


def test_a_project_typed_while_the_sign_in_ran_out_is_there_again_with_its_indicators(client, world):
    enter(client, world, world.leader)
    world.session.execute(sa.update(SignIn).values(last_seen_at=NOW - timedelta(hours=100)))
    late = client.send("/projects/new", form(world), headers={"Referer": "http://localhost/projects/new"})
    assert late.location.startswith("/sign-in")

    enter(client, world, world.leader)
    page = text_of(client.get("/projects/new"))
    assert "高于同行 8%" in page and 'value="118.5"' in page
    assert world.session.scalar(sa.select(sa.func.count()).select_from(Project)) == 0


def test_a_new_row_begins_with_what_no_row_answers_yet(client, world):
    project = walk(world, world.registered(), "root")
    rows = queries.records_of(world.session, project.id)
    above = {row.content.get("parent") for row in rows}
    ends = [row.content["end_cause"] for row in rows if row.kind == "end_cause"]
    first = next(cause for cause in ends if cause not in above)
    enter(client, world, world.leader)
    page = text_of(client.get(f"/projects/{project.id}/steps/root"))
    assert 'name="field_end_cause"' in page
    start = page.index('name="field_end_cause"')
    assert f'value="{first}"' in page[start - 200 : start + 200]
