"""What searches ask first: the same hits as reading every name, and in step with whatever was written."""

import random

import pytest
import sqlalchemy as sa

from cp_circles.circles.models import Circle
from cp_circles.circles.queries import circles_listed
from cp_circles.cli.check import check_searches
from cp_circles.db import triples
from cp_circles.db.base import table_of
from cp_circles.db.models import SearchTriple
from cp_circles.db.triples import narrowed, rebuild_triples, triples_missing, triples_of, triples_unkept
from cp_circles.organisations.models import Company
from cp_circles.organisations.queries import companies_listed
from cp_circles.people.models import Role
from cp_circles.projects.models import Project
from cp_circles.searching import queries
from cp_circles.searching.queries import found_in

SIGNS = "蒸汽余热电aAbB1 %_\\/['\",ßẞKİi-"
TEXTS = [
    "蒸",
    "蒸汽",
    "aB",
    "ab1",
    "%",
    "_",
    "\\",
    "[",
    "]",
    ",",
    "'",
    '"',
    "ß",
    "k",
    "i",
    "84b8",
    "u6c7d",
    "T00",
]


@pytest.fixture
def administrator(make):
    """Who finds everything."""
    person = make.person()
    make.grant(person, Role.ADMINISTRATOR)
    return make.actor(person)


@pytest.fixture
def all_shown(monkeypatch):
    """Groups show all that they hold."""
    monkeypatch.setattr(queries, "FEW", 100)


def hits(session, actor, text):
    """The ids of what is found, by group."""
    return {
        group.key: sorted(row.id for row in page.rows)
        for group, page in found_in(session, actor=actor, text=text)
    }


def test_the_same_is_found_as_by_reading_every_name(session, make, administrator, all_shown, monkeypatch):
    """Names of few, odd characters; texts cut out of them, and others; read with the triples and without."""
    chance = random.Random(2026)

    def word(longest):
        return "".join(chance.choice(SIGNS) for _ in range(chance.randint(1, longest)))

    for _ in range(4):
        company = make.company(name=word(7), name_en=word(7), aliases=[word(5), word(3)])
        for _ in range(2):
            make.project(make.circle(company, name=word(6)), title=word(12))
    names = [*session.scalars(sa.select(Circle.name)), *session.scalars(sa.select(Project.title))]
    cut = [name[at : at + chance.randint(1, 5)].strip() for name in names for at in (0, len(name) // 2)]
    texts = [*TEXTS, *filter(None, chance.sample(cut, 15)), "蒸汽余热"]
    with_triples = {text: hits(session, administrator, text) for text in texts}
    too_many = [0] * (triples.WORTH_IT + 1)
    monkeypatch.setattr(triples, "_rows_with", lambda session, text, kinds: dict.fromkeys(kinds, too_many))
    assert with_triples == {text: hits(session, administrator, text) for text in texts}
    assert sum(map(bool, with_triples.values())) > len(texts) / 2
    assert list(triples_missing(session)) == []


def test_few_rows_are_named_and_many_are_left_to_the_list(session, make, monkeypatch):
    circles = [make.circle(name=name) for name in ("蒸汽甲", "蒸汽乙", "余热丙")]
    way = (Circle.id, Circle, Circle.name.contains("蒸汽"))
    wanted = sa.select(Circle.id).where(narrowed(session, "蒸汽", way)).order_by(Circle.id)
    assert session.scalars(wanted).all() == [circle.id for circle in circles[:2]]
    assert "search_triples" not in str(wanted) and " IN " in str(wanted)
    monkeypatch.setattr(triples, "WORTH_IT", 1)
    assert " IN " not in str(sa.select(Circle.id).where(narrowed(session, "蒸汽", way)))


def test_two_statements_ask_whatever_is_there(session, make, count_statements):
    make.circle(name="蒸汽甲")
    session.flush()
    for text in ("没有", "蒸汽", "蒸汽甲", "x" * 60):
        way = (Circle.id, Circle, Circle.name.contains(text))
        assert count_statements(lambda text=text, way=way: narrowed(session, text, way)) == 2


def test_names_are_followed_when_they_change_and_when_rows_go(session, make, administrator):
    circle = make.circle(name="蒸汽小队")
    session.flush()
    assert hits(session, administrator, "汽小") == {"circles": [circle.id]}
    circle.name = "余热小队"
    session.flush()
    assert hits(session, administrator, "汽小") == {}
    assert hits(session, administrator, "热小") == {"circles": [circle.id]}
    kept = set(session.scalars(sa.select(SearchTriple.triple).where(SearchTriple.kind == 1)))
    assert triples_of(["余热小队"]) <= kept and not triples_of(["蒸汽小"]) & kept
    draft = make.circle(name="未交草稿", state="draft", members=0)
    session.flush()
    session.delete(draft)
    session.flush()
    left = sa.select(sa.func.count()).where(SearchTriple.kind == 1, SearchTriple.row_id == draft.id)
    assert session.scalar(left) == 0


def test_a_row_that_could_be_missed_is_told_and_mended(session, make, administrator, capsys):
    make.circle(name="蒸汽小队")
    circle = make.circle(name="余热小队")
    session.flush()
    assert not triples_unkept(session) and check_searches(session) == 0
    session.execute(sa.update(table_of(Circle)).where(Circle.id == circle.id).values(name="漏掉的"))
    assert list(triples_missing(session)) == [("circles", circle.id)]
    assert check_searches(session) == 1 and f"circles {circle.id}" in capsys.readouterr().out
    assert hits(session, administrator, "漏掉") == {}
    assert rebuild_triples(session) > 0 and check_searches(session) == 0
    assert hits(session, administrator, "漏掉") == {"circles": [circle.id]}


def test_other_names_of_a_company_are_found_as_written_and_not_as_stored(session, make, administrator):
    company = make.company(name="甲", aliases=["蒸汽厂", "A,B"])
    make.company(name="乙", aliases=[])

    def found(text):
        return [row.id for row in companies_listed(session, actor=administrator, text=text).rows]

    assert found("汽厂") == found("A,B") == [company.id]
    assert found("84b8") == found("[") == found("\\u") == []
    assert found(",") == [company.id]


def test_merged_rows_lead_to_the_company_by_their_codes(session, make, administrator):
    kept = make.company(name="甲")
    make.company(name="乙", short_code="OLD777", merged_into_id=kept.id)
    session.flush()
    assert [row.id for row in companies_listed(session, actor=administrator, text="ld77").rows] == [kept.id]


def test_counting_stops_and_says_so(session, make, administrator):
    company = make.company()
    for number in range(4):
        make.circle(company, name=f"蒸汽{number}", members=0)
    page = circles_listed(session, actor=administrator, text="蒸汽", size=2, most=3, page=9)
    assert (page.total, page.is_cut, page.number, len(page.rows)) == (3, True, 2, 2)
    whole = circles_listed(session, actor=administrator, text="蒸汽", size=2, most=4)
    assert (whole.total, whole.is_cut) == (4, False)


def test_every_searched_model_is_kept_under_a_number_of_its_own():
    kinds = [searched.kind for searched in triples.SEARCHED.values()]
    assert len(kinds) == len(set(kinds)) and {Circle, Project, Company} <= set(triples.SEARCHED)
