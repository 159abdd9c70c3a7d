"""Effects without money: each way of showing one asks for its record; pages, refusals, nothing written."""

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.people.models import Person
from cp_circles.projects import queries as projects
from cp_circles.projects.models import Project
from cp_circles.results.package import gather_package
from cp_circles.tools.models import ToolSheet, ToolVersion
from cp_circles.verification import services
from cp_circles.verification.models import EffectState, EffectWay, IntangibleEffect
from cp_circles.verification.queries import effects_of
from tests.charts.tools.examples import EXAMPLES
from tests.conftest import NOW
from tests.projects.walking import add_evidence
from tests.projects.world import make_world


@pytest.fixture
def world(session, make):
    """A registered circle and the people around it."""
    return make_world(session, make, NOW)


@pytest.fixture
def project(world):
    """A registered project."""
    return world.registered()


def sheet(world, project, code="radar", *, complete=True):
    row = ToolSheet(project_id=project.id, step_key="", code=code, created_at=NOW)
    row.versions.append(
        ToolVersion(number=1, title="能力雷达图", inputs=EXAMPLES[code], is_complete=complete, created_at=NOW)
    )
    world.session.add(row)
    world.session.flush()
    return row


def state(world, project, actor=None, **given):
    facts = {"text": "现场通道畅通", "shown_by": "整改前后照片", "now": NOW} | given
    return services.state_effect(world.session, actor=actor or world.leader, project=project, **facts)


def count(world):
    return world.session.scalar(sa.select(sa.func.count()).select_from(IntangibleEffect))


def test_each_way_of_showing_asks_for_its_record(world, project):
    foreign = world.registered()
    photo = add_evidence(world, project, project.steps[0], title="通道照片")
    other = add_evidence(world, foreign, foreign.steps[0])
    refused = [
        ({"way": EffectWay.PHOTO}, "evidence_id"),
        ({"way": EffectWay.DOCUMENT, "sheet": sheet(world, project)}, "evidence_id"),
        ({"way": EffectWay.RADAR, "evidence": photo}, "sheet_id"),
        ({"way": EffectWay.RADAR, "sheet": sheet(world, project, "pareto")}, "sheet_id"),
        ({"way": EffectWay.RADAR, "sheet": sheet(world, project, complete=False)}, "sheet_id"),
        ({"way": EffectWay.RADAR, "sheet": sheet(world, foreign)}, "sheet_id"),
        ({"way": EffectWay.SURVEY}, "evidence_id"),
        ({"way": EffectWay.PHOTO, "evidence": other}, "evidence_id"),
        ({"text": " "}, "text"),
        ({"shown_by": " "}, "shown_by"),
    ]
    for given, field in refused:
        with pytest.raises(Invalid) as refusal:
            state(world, project, **given)
        assert refusal.value.field == field
    for actor, kind in ((world.stranger, NotFound), (world.department, NotAllowed)):
        with pytest.raises(kind):
            state(world, project, actor=actor)
    assert count(world) == 0
    state(world, project, way=EffectWay.PHOTO, evidence=photo)
    state(world, project, way=EffectWay.RADAR, sheet=sheet(world, project))
    state(world, project, way=EffectWay.SURVEY, sheet=sheet(world, project, "pareto"))
    state(world, project)
    assert count(world) == 4


def test_a_withdrawn_piece_shows_nothing(world, project):
    photo = add_evidence(world, project, project.steps[0])
    photo.withdrawn_at = NOW
    with pytest.raises(Invalid):
        state(world, project, way=EffectWay.PHOTO, evidence=photo)


def test_the_signature_covers_the_record_and_the_package_leaves_declined_effects_out(world, project):
    photo = add_evidence(world, project, project.steps[0], title="通道照片")
    signed = state(world, project, way=EffectWay.PHOTO, evidence=photo)
    twin = state(world, project)
    declined = state(world, project, text="不成立")
    for effect, confirmed in ((signed, True), (twin, True), (declined, False)):
        services.decide_effect(
            world.session, actor=world.department, effect=effect, confirmed=confirmed, reason="依据不足",
            password_confirmed_at=NOW, now=NOW,
        )  # fmt: skip
    assert signed.sha256 != twin.sha256
    waits = state(world, project, text="待签")
    result = type("Draft", (), {"project_id": project.id, "title": "t", "summary": "", "intangible": ""})()
    rows = gather_package(world.session, result)["effects"]
    assert [(row["text"], row["state"]) for row in rows] == [
        ("现场通道畅通", "confirmed"), ("现场通道畅通", "confirmed"), ("待签", "stated")]  # fmt: skip
    assert (rows[0]["evidence"], rows[0]["evidence_sha256"]) == ("通道照片", photo.latest.sha256)
    assert rows[0]["signer"] == world.department.name and waits.state is EffectState.STATED


def test_an_effect_is_stated_on_its_page_with_its_record(client, world, project):
    photo = add_evidence(world, project, project.steps[0], title="通道<b>照片")
    world.session.commit()
    client.enter(world.session.get(Person, world.leader.person_id))
    base = f"/verification/projects/{project.id}/effects"
    page = client.get(base).get_data(as_text=True)
    assert "前后雷达图" in page and "通道&lt;b&gt;照片" in page
    sent = {"text": "<i>畅通</i>", "shown_by": "照片", "way": "photo", "evidence_id": "", "sheet_id": ""}
    refused = client.send(base, sent)
    assert refused.status_code == 422 and "请从课题证据中选择" in refused.get_data(as_text=True)
    assert client.send(base, {**sent, "evidence_id": "999999"}).status_code == 422
    assert client.send(base, {**sent, "evidence_id": str(photo.id)}).status_code == 303
    page = client.get(base).get_data(as_text=True)
    assert "&lt;i&gt;畅通&lt;/i&gt;" in page and f"/projects/{project.id}/steps/{photo.step_key}" in page
    step = projects.step_of(project, photo.step_key)
    assert step.key == photo.step_key


def test_effects_are_read_by_a_fixed_number_of_statements(world, project, count_statements):
    project_id = project.id
    for number in range(2):
        photo = add_evidence(world, project, project.steps[0], title=f"照片{number}")
        state(world, project, way=EffectWay.PHOTO, evidence=photo)
    few = count_statements(lambda: gone_through(world.session, project_id))
    project = world.session.get(Project, project_id)
    for number in range(6):
        photo = add_evidence(world, project, project.steps[0], title=f"更多{number}")
        row = IntangibleEffect(project=project, text="又一项", shown_by="照片", stated_at=NOW, evidence=photo)
        world.session.add(row)
    many = count_statements(lambda: gone_through(world.session, project_id))
    assert many <= few


def gone_through(session, project_id):
    """Read every effect as its page does."""
    for row in effects_of(session, project_id):
        assert row.text and (row.evidence is None or row.evidence.latest.sha256)
        assert row.sheet is None and row.decided_by is None


def decide(world, effect):
    """The department signs."""
    return services.decide_effect(
        world.session, actor=world.department, effect=effect, confirmed=True, reason="",
        password_confirmed_at=NOW, now=NOW,
    )  # fmt: skip


def test_a_correction_stands_in_the_place_of_what_was_signed_and_is_signed_again(world, project):
    wrong = decide(world, state(world, project))
    facts = {"effect": wrong, "text": "现场通道畅通，无障碍物", "shown_by": "照片", "now": NOW}
    right = services.correct_effect(world.session, actor=world.leader, reason="写漏", **facts)
    assert (right.corrects_id, right.state, wrong.withdraw_reason) == (wrong.id, EffectState.STATED, "写漏")
    result = type("Draft", (), {"project_id": project.id, "title": "t", "summary": "", "intangible": ""})()
    rows = gather_package(world.session, result)["effects"]
    assert [(row["text"], row["state"]) for row in rows] == [("现场通道畅通，无障碍物", "stated")]
    with pytest.raises(DomainError):
        decide(world, wrong)
    decide(world, right)
    services.withdraw_effect(world.session, actor=world.leader, effect=right, reason="不成立", now=NOW)
    assert gather_package(world.session, result)["effects"] == []


def test_a_correction_that_is_none_is_refused(world, project):
    effect = state(world, project)
    same = {"effect": effect, "text": "现场通道畅通", "shown_by": "整改前后照片", "now": NOW}
    refused = [
        ({"reason": "x"}, world.leader, Invalid),
        ({"reason": " ", "text": "另一"}, world.leader, Invalid),
        ({"reason": "x", "text": " "}, world.leader, Invalid),
        ({"reason": "x", "text": "另一", "way": EffectWay.PHOTO}, world.leader, Invalid),
        ({"reason": "x", "text": "另一"}, world.department, NotAllowed),
        ({"reason": "x", "text": "另一"}, world.stranger, NotFound),
    ]
    for given, actor, kind in refused:
        with pytest.raises(kind):
            services.correct_effect(world.session, actor=actor, **same | given)
    for reason, actor, kind in ((" ", world.leader, Invalid), ("x", world.department, NotAllowed)):
        with pytest.raises(kind):
            services.withdraw_effect(world.session, actor=actor, effect=effect, reason=reason, now=NOW)
    assert count(world) == 1 and effect.withdrawn_at is None
    services.withdraw_effect(world.session, actor=world.leader, effect=effect, reason="x", now=NOW)
    with pytest.raises(DomainError):
        services.withdraw_effect(world.session, actor=world.leader, effect=effect, reason="x", now=NOW)


def test_an_effect_is_corrected_and_withdrawn_on_its_pages(client, world, project):
    effect = state(world, project)
    world.session.commit()
    client.enter(world.session.get(Person, world.leader.person_id))
    page = f"/verification/effects/{effect.id}/correct"
    assert "整改前后照片" in client.get(page).text
    sent = {"text": "通道畅通", "shown_by": "照片", "way": "observed", "evidence_id": "", "sheet_id": ""}
    assert client.send(page, sent | {"reason": ""}).status_code == 422
    assert client.send(page, sent | {"reason": "写错"}).status_code == 303
    assert client.get(page).status_code == 409
    listed = client.get(f"/verification/projects/{project.id}/effects").text
    assert "<del>现场通道畅通</del>" in listed and "写错" in listed
    again = f"/verification/effects/{effect.id + 1}/withdraw"
    assert client.send(again, {"reason": ""}).status_code == 422
    assert client.send(again, {"reason": "不成立"}).status_code == 303
    assert "尚未填报" in client.get(f"/verification/projects/{project.id}/effects").text
