"""Results through the door: draft, report, freeze, blind pages."""

import hashlib
import json
import re
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.files.storage import LocalStorage
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.results import queries, services
from cp_circles.results.models import BlindPage, Result, ResultState
from cp_circles.results.report import report_of
from cp_circles.savings.queries import readings_under
from cp_circles.savings.services import add_side_effect
from tests.projects.walking import completed
from tests.results.planted import NAMES, planted_project


@pytest.fixture
def storage(app):
    """The folder that the application keeps contents in."""
    return LocalStorage(app.extensions["cp_config"].evidence_folder)


def text_of(answer):
    return answer.get_data(as_text=True)


def enter(client, world, actor):
    client.enter(world.session.get(Person, actor.person_id))


def figures(page):
    """The text of the report without its tags: what a reader compares."""
    paper = page[page.index('class="a4"') :]
    return " ".join(re.sub(r"<[^>]+>", " ", paper).split())


def draft(world, project):
    return services.draft_result(
        world.session,
        actor=world.leader,
        project=project,
        summary="电耗下降",
        intangible="士气",
        now=world.now,
    )


def more_water(world, saving):
    """State that the saving costs 1,000 cubic metres of water."""
    add_side_effect(
        world.session, actor=world.leader, saving=saving, indicator_code="WATER", quantity=Decimal(1000),
        cost_yuan=None, note="冷却水增加", evidence_id=None, now=world.now,
    )  # fmt: skip


def test_from_the_completed_project_to_the_frozen_report(client, world):
    project = completed(world)
    saving = world.make.mv_1(project)
    more_water(world, saving)
    enter(client, world, world.leader)
    assert project.title in text_of(client.get("/results"))
    assert client.get(f"/results/project/{project.id}").status_code == 200
    refused = client.send(f"/results/project/{project.id}", {"title": "", "summary": "保留的摘要"})
    assert refused.status_code == 422
    assert "保留的摘要" in text_of(refused)
    texts = {"title": "空压站节电成果", "summary": "电耗下降 8%", "intangible": "士气提高"}
    assert client.send(f"/results/project/{project.id}", texts).status_code == 303
    result = world.session.scalars(sa.select(Result)).one()
    page = text_of(client.get(f"/results/{result.id}"))
    assert "草稿，未冻结" in page
    assert "126,000" in page
    assert "扣除附带影响之前" in page and "-4,500.00" in page and "申报和核定的数量均为" in page
    confirm = text_of(client.get(f"/results/{result.id}/freeze"))
    assert "尚未核实" in confirm
    base = f"/results/{result.id}"
    version = {"version": str(result.version)}
    assert client.send(f"{base}/freeze", version).status_code == 422
    assert client.send(f"{base}/freeze", version | {"understood": "y"}).status_code == 303
    result = world.session.get(Result, result.id)
    assert result.state is ResultState.FROZEN
    page = text_of(client.get(base))
    assert result.sha256 in page
    assert "草稿，未冻结" not in page
    package = client.get(f"{base}/package.json").data
    assert hashlib.sha256(package).hexdigest() == result.sha256
    assert json.loads(package) == result.package
    assert client.send(f"{base}/edit", texts | {"version": str(result.version)}).status_code == 409


def test_one_reading_changes_the_draft_report_and_not_the_frozen_one(client, world, storage):
    project = completed(world)
    saving = world.make.mv_1(project)
    result = draft(world, project)
    enter(client, world, world.leader)
    before = figures(text_of(client.get(f"/results/{result.id}")))
    csv_before = text_of(client.get(f"/results/{result.id}/savings/1.csv"))
    [reading] = [
        row
        for row in readings_under(world.session, saving)
        if row.meter_id == saving.meter_id and row.starts_on == date(2025, 3, 1)
    ]
    reading.quantity = Decimal(90_000)
    after = figures(text_of(client.get(f"/results/{result.id}")))
    csv_after = text_of(client.get(f"/results/{result.id}/savings/1.csv"))
    assert "126,000" in before
    assert "126,000" not in after
    assert "130,500" in after
    assert "94500" in csv_before.splitlines()[15]
    assert "90000" in csv_after.splitlines()[15]
    services.freeze_result(
        world.session, actor=world.leader, result=result, version=result.version, now=world.now
    )
    frozen = figures(text_of(client.get(f"/results/{result.id}")))
    reading = world.session.get(type(reading), reading.id)
    reading.quantity = Decimal(80_000)
    world.session.get(type(world.circle), world.circle.id).name = "改名以后"
    assert figures(text_of(client.get(f"/results/{result.id}"))) == frozen
    assert text_of(client.get(f"/results/{result.id}/savings/1.csv")) == csv_after


def test_the_chart_and_its_table_quote_the_package(world, storage):
    project = completed(world)
    world.make.mv_1(project)
    result = draft(world, project)
    package = queries.package_of(world.session, result)
    report = report_of(package, "zh_Hans", lambda text, **values: text % values if values else text)
    [saving] = report.savings
    rows = saving.chart.table.rows
    assert [row[0] for row in rows][:2] == ["2024-01", "2024-02"]
    assert [row[1] for row in rows] == [
        Decimal(row["quantity"]) for row in package["savings"][0]["baseline"]["rows"]
    ] + [Decimal(row["quantity"]) for row in package["savings"][0]["reporting"]["rows"]]
    assert sum(row[2] for row in rows if row[2] is not None) == Decimal(1_260_000)
    assert saving.claimed["quantity"] == Decimal(126_000)


def test_both_languages_and_every_reader(client, world, storage):
    project = planted_project(world, storage)
    result = draft(world, project)
    services.freeze_result(
        world.session, actor=world.leader, result=result, version=result.version, now=world.now
    )
    for actor in (world.leader, world.department, world.finance, world.facilitator):
        enter(client, world, actor)
        for locale in ("en", "zh_Hans"):
            client.send("/language", {"locale": locale})
            for page in ("", "/history"):
                answer = client.get(f"/results/{result.id}{page}")
                assert answer.status_code == 200
                assert "%(" not in text_of(answer)
        desk = f"/results/company/{world.company.id}/audit-pack"
        assert (desk in text_of(client.get("/results"))) is (actor is world.department)
        expected = 200 if actor in (world.leader, world.department) else 404
        assert client.get(f"/results/{result.id}/blind").status_code == expected
    enter(client, world, world.stranger)
    for page in ("", "/history", "/package.json", "/blind"):
        assert client.get(f"/results/{result.id}{page}").status_code == 404


def test_blind_copy_over_http_names_nobody_and_is_painted_and_confirmed(client, world, storage):
    project = planted_project(world, storage)
    result = draft(world, project)
    services.freeze_result(
        world.session, actor=world.leader, result=result, version=result.version, now=world.now
    )
    services.make_blind_pages(world.session, storage, result=result, now=world.now)
    enter(client, world, world.member)
    base = f"/results/{result.id}/blind"
    page = text_of(client.get(base))
    report = page[page.index("r-summary") :]
    for name in NAMES:
        assert name not in report, name
    first = world.session.scalars(sa.select(BlindPage).order_by(BlindPage.position)).first()
    boxes = {"boxes-0-left": "25", "boxes-0-top": "25", "boxes-0-width": "25", "boxes-0-height": "25"}
    assert client.get(f"{base}/{first.id}").status_code == 200
    image = client.get(f"{base}/{first.id}/image")
    assert image.mimetype == "image/png"
    image.close()
    outside = boxes | {"boxes-0-width": "90"}
    assert client.send(f"{base}/{first.id}", outside).status_code == 422
    assert client.send(f"{base}/{first.id}", boxes).status_code == 303
    assert world.session.get(BlindPage, first.id).boxes == [[250, 250, 250, 250]]
    assert client.send(f"{base}/{first.id}/confirm").status_code == 404
    enter(client, world, world.department)
    assert client.send(f"{base}/{first.id}/confirm").status_code == 303
    assert world.session.get(BlindPage, first.id).confirmed_at is not None


def test_withdraw_and_revoke_ask_for_a_reason(client, world, storage):
    result = draft(world, completed(world))
    enter(client, world, world.leader)
    assert client.send(f"/results/{result.id}/withdraw", {"reason": ""}).status_code == 422
    assert client.send(f"/results/{result.id}/withdraw", {"reason": "重写"}).status_code == 303
    other = draft(world, world.session.get(type(result.project), result.project_id))
    services.freeze_result(
        world.session, actor=world.leader, result=other, version=other.version, now=world.now
    )
    enter(client, world, world.department)
    assert client.send(f"/results/{other.id}/revoke", {"reason": ""}).status_code == 422
    assert client.send(f"/results/{other.id}/revoke", {"reason": "不实"}).status_code == 303
    assert "不实" in text_of(client.get(f"/results/{other.id}"))


def test_verified_amounts_stand_beside_claimed_ones(client, world):
    from cp_circles.savings import services as savings

    project = completed(world)
    saving = world.make.mv_1(project)
    savings.claim_saving(world.session, actor=world.leader, saving=saving, now=world.now)
    for role in (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE):
        savings.sign_claim(
            world.session,
            actor=world.make.holder(role, ScopeKind.COMPANY, world.company),
            saving=saving,
            role=role,
            claim_sha256=saving.claim.sha256,
            password_confirmed_at=world.now,
            now=world.now,
        )
    result = draft(world, project)
    enter(client, world, world.department)
    assert figures(text_of(client.get(f"/results/{result.id}"))).count("126,000") == 5
