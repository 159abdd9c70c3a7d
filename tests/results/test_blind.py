"""The blind copy: not one planted name in any string or image, and nothing shown before it is confirmed."""

import io
import json

import pytest
from PIL import Image

from cp_circles.db.events import events_of
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.notices.queries import open_tasks_for
from cp_circles.people.models import Role, ScopeKind
from cp_circles.results import queries, services
from cp_circles.results.masking import MASK, mask_for
from tests.results.planted import NAMES, planted_project


@pytest.fixture
def result(world, storage):
    """A frozen result of the planted project."""
    project = planted_project(world, storage)
    draft = services.draft_result(
        world.session,
        actor=world.leader,
        project=project,
        summary=f"{NAMES[1]} {NAMES[5]} 节电；联系 {NAMES[0]}，Cuiping  Example Chemical Co., Ltd.",
        intangible=f"{NAMES[2]}的{NAMES[4]}士气提高",
        now=world.now,
    )
    services.freeze_result(
        world.session, actor=world.leader, result=draft, version=draft.version, now=world.now
    )
    assert services.make_blind_pages(world.session, storage, result=draft, now=world.now) == 3
    return draft


def content_of(storage, sha256):
    with storage.open(sha256) as stream:
        return stream.read()


def strings_of(value):
    """Every string inside, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_of(inner)


def people_of(world):
    return [member.person.name for member in world.circle.members]


def test_blind_package_contains_none_of_the_planted_names(world, result):
    planted = [*NAMES, *people_of(world), world.circle.number, world.company.short_code, world.company.code]
    open_text = json.dumps(result.package, ensure_ascii=False)
    for name in (NAMES[0], NAMES[1], NAMES[4], NAMES[5], world.circle.number):
        assert name in open_text
    shown = " ".join(strings_of(result.blind_package)).casefold()
    squeezed = "".join(shown.split())
    for name in planted:
        assert name.casefold() not in shown, name
        assert "".join(name.casefold().split()) not in squeezed, name
    assert MASK in shown


def test_blind_package_keeps_its_shape_and_figures(result):
    whole, blind = result.package, result.blind_package
    assert set(blind) == set(whole)
    assert [step["key"] for step in blind["steps"]] == [step["key"] for step in whole["steps"]]
    assert [len(step["records"]) for step in blind["steps"]] == [
        len(step["records"]) for step in whole["steps"]
    ]
    assert blind["indicators"] == whole["indicators"]
    assert blind["totals"] == whole["totals"]
    assert blind["circle"] == {"id": None, "name": "", "number": "", "members": ["M1", "M2", "M3"]}
    assert blind["company"] == {"id": None, "name": "", "name_en": "", "region": ""}
    assert {row["sha256"] for row in blind["evidence"]} == {""}
    assert {row["filename"] for row in blind["evidence"]} == {""}


def test_people_in_records_are_masked_whoever_they_are(result):
    for step in result.blind_package["steps"]:
        for record in step["records"]:
            people = [field["key"] for field in record["fields"] if field["type"] == "person"]
            for row in record["rows"]:
                assert {row[key] for key in people if key in row} <= {MASK}


def test_blind_pages_are_plain_images_without_metadata(world, storage, result):
    assert [(page.position, page.page_number) for page in result.blind_pages] == [(1, 1), (2, 1), (3, 2)]
    for page in result.blind_pages:
        content = content_of(storage, page.shown_sha256)
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            assert image.format == "PNG"
            assert image.info == {}
            assert not image.getexif()
        for name in [*NAMES, *people_of(world)]:
            assert name.encode() not in content
            assert name.encode("utf-16-be") not in content
        for name in [*NAMES, *people_of(world)]:
            assert name not in page.label


def test_source_pictures_did_carry_the_names():
    from tests.results.planted import picture

    assert NAMES[0].encode() in picture()


def test_nothing_is_shown_before_it_is_confirmed(world, result):
    assert queries.shown_pages_of(world.session, result.id) == []
    assert queries.unconfirmed_counts(world.session, [result.id]) == {result.id: 3}
    page = result.blind_pages[0]
    services.confirm_blind_page(world.session, actor=world.department, page=page, now=world.now)
    assert [one.id for one in queries.shown_pages_of(world.session, result.id)] == [page.id]
    with pytest.raises(DomainError):
        services.confirm_blind_page(world.session, actor=world.department, page=page, now=world.now)


def test_the_departments_task_ends_with_the_last_page(world, result):
    assert [task.subject_id for task in open_tasks_for(world.session, world.department)] == [result.id]
    for page in result.blind_pages:
        services.confirm_blind_page(world.session, actor=world.department, page=page, now=world.now)
    assert open_tasks_for(world.session, world.department) == []


def test_confirming_is_for_the_department_and_the_formal_reviewer(world, result):
    page = result.blind_pages[0]
    official = world.make.holder(Role.OFFICIAL, ScopeKind.REGION, world.company.region)

    def confirm(actor, **more):
        services.confirm_blind_page(world.session, actor=actor, page=page, now=world.now, **more)

    for actor, refusal in (
        (world.leader, NotAllowed),
        (world.finance, NotAllowed),
        (world.stranger, NotFound),
        (official, NotFound),
    ):
        with pytest.raises(refusal):
            confirm(actor)
    assert page.confirmed_at is None
    confirm(official, entered=True)
    assert page.confirmed_by_id == official.person_id


def test_painting_covers_pixels_and_asks_for_a_new_confirmation(world, storage, result):
    page = result.blind_pages[0]
    services.confirm_blind_page(world.session, actor=world.department, page=page, now=world.now)
    before = page.shown_sha256
    services.paint_boxes(
        world.session,
        storage,
        actor=world.member,
        page=page,
        boxes=[[250, 250, 250, 250]],
        now=world.now,
    )
    assert page.confirmed_at is None
    assert page.shown_sha256 != before
    with Image.open(io.BytesIO(content_of(storage, page.shown_sha256))) as image:
        assert image.getpixel((150, 110)) == (20, 20, 20)
        assert image.getpixel((10, 10)) == (255, 255, 255)
    with Image.open(io.BytesIO(content_of(storage, before))) as image:
        assert image.getpixel((150, 110)) == (255, 0, 0)
    assert events_of(world.session, result)[0].after["boxes"] == [[250, 250, 250, 250]]


@pytest.mark.parametrize(
    "boxes",
    [
        [[0, 0, 1001, 10]],
        [[0, 0, 0, 10]],
        [[-1, 0, 5, 5]],
        [[1, 2, 3]],
        [["a", 0, 1, 1]],
        [[0, 0, 1, 1]] * 61,
    ],
)
def test_painting_refuses_impossible_boxes(world, storage, result, boxes):
    page = result.blind_pages[0]
    before = page.shown_sha256
    with pytest.raises(Invalid):
        services.paint_boxes(
            world.session, storage, actor=world.member, page=page, boxes=boxes, now=world.now
        )
    assert (page.boxes, page.shown_sha256) == ([], before)


def test_painting_refuses_others_and_other_results_pages(world, storage, result):
    page = result.blind_pages[0]
    for actor, refusal in ((world.finance, NotAllowed), (world.stranger, NotFound)):
        with pytest.raises(refusal):
            services.paint_boxes(world.session, storage, actor=actor, page=page, boxes=[], now=world.now)
    other = world.make.result()
    with pytest.raises(NotFound):
        queries.blind_page(world.session, other, page.id)


def test_a_withdrawn_result_has_no_pages_to_confirm(world, result):
    services.withdraw_result(world.session, actor=world.leader, result=result, reason="重做", now=world.now)
    with pytest.raises(DomainError):
        services.confirm_blind_page(
            world.session, actor=world.department, page=result.blind_pages[0], now=world.now
        )


def test_mask_finds_names_in_any_case_and_spacing_but_not_inside_words():
    mask = mask_for(["张小明", "HX", "Acme Works", "李"])
    assert mask("张 小明和acme  works在HX-1") == f"{MASK}和{MASK}在{MASK}-1"
    assert mask("HXA 和李四") == "HXA 和李四"
    assert mask_for([])("张小明") == "张小明"
    assert mask_for(["蓝焰", "蓝焰小组"])("蓝焰小组") == MASK
