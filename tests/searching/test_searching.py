"""One box: every reader finds what their lists hold, and nothing of anybody else's."""

import pytest

from cp_circles.organisations.models import Disclosure
from cp_circles.people.models import Role, ScopeKind
from cp_circles.searching.presenting import marked
from cp_circles.searching.queries import found_in
from tests.conftest import NOW
from tests.judging.world import World


@pytest.fixture
def two(session, make):
    """Two companies with a circle, a project and a colleague each, all named after 蒸汽."""
    places = []
    for letter in "AB":
        company = make.company(name=f"蒸汽公司{letter}", disclosure=Disclosure.NOTHING)
        leader = make.person(name=f"蒸汽人{letter}")
        make.employed(company, leader)
        circle = make.circle(company, name=f"蒸汽小组{letter}", leader=leader)
        project = make.project(circle, title=f"降低蒸汽单耗{letter}")
        result = make.result(project, title=f"蒸汽成果{letter}")
        places.append((company, leader, circle, project, result))
    return places


def titles(session, actor, text, **facts):
    """What is found, by group."""
    names = {"people": lambda row: row.person.name, "companies": lambda row: row.name}
    return {
        group.key: [
            names.get(group.key, lambda row: getattr(row, "title", None) or row.name)(row)
            for row in page.rows
        ]
        for group, page in found_in(session, actor=actor, text=text, **facts)
    }


def test_a_member_finds_the_circles_own_and_nothing_foreign(session, make, two):
    _, leader, *_ = two[0]
    found = titles(session, make.actor(leader), "蒸汽")
    assert found == {
        "circles": ["蒸汽小组A"],
        "projects": ["降低蒸汽单耗A"],
        "results": ["蒸汽成果A"],
        "people": ["蒸汽人A"],
    }


def test_the_department_finds_its_company_too(session, make, two):
    company = two[1][0]
    person = make.employed(company).person if hasattr(make.employed(company), "person") else make.person()
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    found = titles(session, make.actor(person), "汽")
    assert found["companies"] == ["蒸汽公司B"] and found["people"] == ["蒸汽人B"]
    assert found["circles"] == ["蒸汽小组B"]


def test_an_official_finds_registered_circles_but_no_people_and_no_projects(session, make, two):
    region = two[0][0].region
    person = make.person()
    make.grant(person, Role.OFFICIAL, ScopeKind.REGION, region)
    found = titles(session, make.actor(person), "蒸汽")
    assert "people" not in found and "projects" not in found and "results" not in found
    assert "蒸汽小组A" in found["circles"]


def test_the_administrator_finds_both(session, make, two):
    person = make.person()
    make.grant(person, Role.ADMINISTRATOR)
    found = titles(session, make.actor(person), "蒸汽")
    assert sorted(found["people"]) == ["蒸汽人A", "蒸汽人B"]
    assert sorted(found["circles"]) == ["蒸汽小组A", "蒸汽小组B"]


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "\\", "没有这个词"])
def test_nothing_is_found_for_no_text_or_for_signs_of_the_database(session, make, two, text):
    person = make.person()
    make.grant(person, Role.ADMINISTRATOR)
    assert found_in(session, actor=make.actor(person), text=text) == []


def test_one_group_is_paged_and_the_overview_shows_five(session, make, two):
    company, leader, *_ = two[0]
    make.grant(leader, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    for number in range(30):
        make.circle(company, name=f"蒸汽{number:02}")
    actor = make.actor(leader)
    (few,) = (page for group, page in found_in(session, actor=actor, text="蒸汽") if group.key == "circles")
    assert (len(few.rows), few.total) == (5, 31)
    ((group, second),) = found_in(session, actor=actor, text="蒸汽", only="circles", page=2)
    assert (group.key, len(second.rows), second.number) == ("circles", 6, 2)


def test_former_colleagues_are_not_found(session, make, two):
    company, leader, *_ = two[0]
    gone = make.person(name="离职的蒸汽人")
    make.employed(company, gone, ended_on=NOW.date())
    assert titles(session, make.actor(leader), "离职") == {}


def test_visitors_find_published_awards_and_cases_only(client, session, make, two):
    text = client.get("/search?q=蒸汽").text
    assert "小组A" not in text and "单耗" not in text and "人A" not in text


def test_a_published_award_is_found_by_its_chinese_title_and_a_revoked_one_is_not(client, session, make):
    from cp_circles.awards.models import Award

    world = World(session, make)
    round_ = world.round_at("city")
    entry = world.entry(round_, world.result(world.company), accepted=True)
    award = Award(
        round_id=round_.id,
        entry_id=entry.id,
        award_key="first",
        label="一等奖",
        label_en="First prize",
        number="CN-2026-0001",
        public_key="k" * 32,
        holder={"title": "余热回收", "company": "示例公司", "circle": "示例小组"},
        sha256="0" * 64,
        given_at=NOW,
    )
    session.add(award)
    session.commit()
    text = client.get("/search?q=余热").text
    assert "<mark>余热</mark>回收" in text and f"/check/{'k' * 32}" in text
    assert "<mark>" in client.get("/search?q=cn-2026").text or "回收" in client.get("/search?q=cn-2026").text
    award.revoked_at = NOW
    session.commit()
    assert "回收" not in client.get("/search?q=余热").text


def test_the_box_stands_in_the_header_and_a_long_or_odd_text_is_answered(client, session, make, two):
    client.enter(two[0][1])
    page = client.get("/home").text
    assert 'action="/search"' in page
    box = client.get("/search").text.split('id="search-q"')[1].split(">")[0]
    assert 'maxlength="100"' in box, "what is pasted fits into the line of a request"
    assert client.get("/search?q=" + "长" * 500).status_code == 200
    assert client.get("/search?q=%00%27%22<script>").status_code == 200
    assert "<script>x" not in client.get("/search?q=<script>x").text
    assert client.get("/search?q=蒸汽&in=nonsense&page=9").status_code == 200


@pytest.mark.parametrize(
    ("title", "text", "parts"),
    [
        ("降低蒸汽单耗", "蒸汽", ("降低", "蒸汽", "单耗")),
        ("Steam trap", "STEAM", ("", "Steam", " trap")),
        ("另一个", "蒸汽", ("另一个", "", "")),
    ],
)
def test_the_hit_is_marked(title, text, parts):
    assert marked(title, text) == parts
