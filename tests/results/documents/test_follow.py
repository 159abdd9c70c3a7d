"""Before freezing every figure of a document follows its record; after freezing none does."""

from copy import deepcopy

import pytest

from cp_circles.people.models import Person
from cp_circles.projects.models import StepRecord
from cp_circles.results import queries, services
from cp_circles.results.documents.content import content_of
from cp_circles.savings import services as savings
from cp_circles.tools.models import ToolSheet, ToolVersion
from cp_circles.verification.models import IntangibleEffect
from tests.charts.tools.examples import EXAMPLES
from tests.projects.walking import completed


@pytest.fixture
def result(world):
    """A draft with a computed panel, a tool sheet, an effect and a claimed saving."""
    project = completed(world)
    saving = world.make.mv_1(project)
    savings.claim_saving(world.session, actor=world.leader, saving=saving, now=world.now)
    for number, record in enumerate(world.session.query(StepRecord).filter_by(kind="status_data"), start=1):
        record.content = {**record.content, "item": "泄漏", "unit": "m3", "stratum": f"班组{number}"}
    sheet = ToolSheet(project_id=project.id, step_key="status", code="pareto", created_at=world.now)
    sheet.versions.append(version(world, 1, "7654.5"))
    effect = IntangibleEffect(project=project, text="通道畅通", shown_by="照片", stated_at=world.now)
    world.session.add_all([sheet, effect])
    world.session.flush()
    return services.draft_result(
        world.session, actor=world.leader, project=project, summary="节电", now=world.now
    )


def version(world, number, amount):
    rows = deepcopy(EXAMPLES["pareto"]["rows"])
    rows[0]["amount"] = amount
    inputs = {**EXAMPLES["pareto"], "rows": rows}
    return ToolVersion(
        number=number, title="泄漏排列图", inputs=inputs, is_complete=True, created_at=world.now
    )


def pictures(session, result, words):
    """Everything that Word and PDF print, drawings included."""
    content = content_of(queries.package_of(session, result), words, sha256="0" * 64, is_draft=False)
    return [(block.text, block.rows, block.svg) for one in content.chapters for block in one.blocks]


def change_sheet(world, result):
    sheet = world.session.query(ToolSheet).one()
    sheet.versions.append(version(world, len(sheet.versions) + 1, f"{len(sheet.versions) * 1111}.5"))


def change_record(world, result):
    record = world.session.query(StepRecord).filter_by(kind="status_data").order_by(StepRecord.id).first()
    record.content = {**record.content, "value": f"{float(record.content['value']) * 3:.1f}"}


def change_effect(world, result):
    world.session.query(IntangibleEffect).one().text += "！"


CHANGES = (change_sheet, change_record, change_effect)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_document_follows_before_the_freeze_and_not_after(world, result, words, change):
    before = pictures(world.session, result, words)
    change(world, result)
    world.session.flush()
    followed = pictures(world.session, result, words)
    changed = [one for one, other in zip(before, followed, strict=True) if one != other]
    assert changed
    if change is not change_effect:
        assert [one for one in changed if one[2]], "its drawing follows too"
    services.freeze_result(
        world.session, actor=world.leader, result=result, version=result.version, now=world.now
    )
    assert pictures(world.session, result, words) == followed
    change(world, result)
    world.session.flush()
    assert pictures(world.session, result, words) == followed


def test_every_amount_of_the_page_leads_to_its_claim_for_who_may_see_it(client, world, result):
    claim = queries.package_of(world.session, result)["savings"][0]["claim"]
    how = f"/savings/claims/{claim['id']}/how"
    world.session.commit()
    client.enter(world.session.get(Person, world.leader.person_id))
    page = client.get(f"/results/{result.id}").get_data(as_text=True)
    assert all(f'href="{how}#{part}"' in page for part in ("quantity", "kgce", "kgco2e", "yuan"))
    assert client.get(how).status_code == 200
    assert "通道畅通" in page and "待部门办理" in page
    freeze = client.get(f"/results/{result.id}/freeze").get_data(as_text=True)
    assert "部门尚未签认" in freeze
