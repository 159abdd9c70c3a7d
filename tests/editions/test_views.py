"""Pages of the rulesets, as a reader and as the administrator."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.editions import queries
from cp_circles.editions.forms import KIND_LABELS
from cp_circles.editions.models import Edition
from cp_circles.editions.services import load_shipped
from cp_circles.people.models import Role, ScopeKind
from cp_circles.rulesets.loader import shipped
from cp_circles.rulesets.schema import KINDS


@pytest.fixture
def loaded(session: Session, make: Any) -> Session:
    load_shipped(session, now=make.now)
    return session


def enter(client: Any, make: Any, role: Role | None) -> None:
    person = make.person()
    if role is not None:
        make.grant(person, role, ScopeKind.PLATFORM, None)
    client.enter(person)


def shipped_text(kind: str, key: str) -> str:
    return next(one.text for one in shipped() if one.kind == kind and one.key == key)


def test_every_edition_can_be_read_by_whoever_is_signed_in(client: Any, make: Any, loaded: Session) -> None:
    enter(client, make, None)
    page = client.get("/rulesets").get_data(as_text=True)
    assert "清洁生产审核（小组版）" in page and "cp_audit" in page and "/rulesets/new" not in page
    for row in queries.all_editions(loaded):
        answer = client.get(f"/rulesets/{row.id}")
        assert answer.status_code == 200, row.key
        assert row.sha256 in answer.get_data(as_text=True)


def test_a_factor_shows_value_source_and_the_provisional_badge(
    client: Any, make: Any, loaded: Session
) -> None:
    enter(client, make, None)
    factors = queries.latest(loaded, "factors", "china")
    assert factors is not None
    pages = "".join(
        client.get(f"/rulesets/{factors.id}?page={page}").get_data(as_text=True) for page in (1, 2)
    )
    assert "0.5306" in pages and "公告2025年第47号" in pages
    assert "badge--prov" in pages


def test_the_text_of_an_edition_is_handed_out_as_a_file(client: Any, make: Any, loaded: Session) -> None:
    enter(client, make, None)
    rubric = queries.latest(loaded, "rubric", "t1_onsite")
    assert rubric is not None
    answer = client.get(f"/rulesets/{rubric.id}/text")
    assert answer.get_data(as_text=True) == rubric.content
    assert answer.headers["Content-Disposition"] == 'attachment; filename="t1_onsite-2020.2.yaml"'


def test_an_unknown_edition_and_a_visitor_get_no_hint(client: Any, make: Any, loaded: Session) -> None:
    assert client.get("/rulesets").status_code == 302
    enter(client, make, None)
    assert client.get("/rulesets/99999").status_code == 404
    assert client.get("/rulesets/new").status_code == 404
    assert client.send("/rulesets", {"kind": "rubric", "text": "x"}).status_code == 404


def test_the_administrator_publishes_an_edition(client: Any, make: Any, loaded: Session) -> None:
    enter(client, make, Role.ADMINISTRATOR)
    rubric = queries.latest(loaded, "rubric", "t1_onsite")
    assert rubric is not None
    assert "现场评审表" in client.get(f"/rulesets/new?after={rubric.id}").get_data(as_text=True)
    text = shipped_text("rubric", "t1_onsite").replace('edition: "2020"', 'edition: "2027"')
    answer = client.send("/rulesets", {"kind": "rubric", "text": text.replace("\n", "\r\n")})
    assert answer.status_code == 303
    newest = queries.latest(loaded, "rubric", "t1_onsite")
    assert newest is not None and newest.edition == "2027"
    assert newest.content == text
    assert answer.headers["Location"].endswith(f"/rulesets/{newest.id}")


def test_a_bad_text_comes_back_with_every_problem_and_its_line(
    client: Any, make: Any, loaded: Session
) -> None:
    enter(client, make, Role.ADMINISTRATOR)
    before = loaded.scalar(sa.select(sa.func.count()).select_from(Edition))
    text = shipped_text("rubric", "t1_onsite").replace('edition: "2020"', 'edition: "2027"')
    text = text.replace("stage: on_site", "stage: on_stage").replace("points: 30", "points: many", 1)
    answer = client.send("/rulesets", {"kind": "rubric", "text": text})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    lines = text.splitlines()
    for wrong in ("stage: on_stage", "    points: many"):
        assert f">{lines.index(wrong) + 1}<" in page
    assert "points: many" in page and "criteria[1].points" in page
    assert loaded.scalar(sa.select(sa.func.count()).select_from(Edition)) == before


def test_an_existing_edition_is_refused_and_the_text_stays(client: Any, make: Any, loaded: Session) -> None:
    enter(client, make, Role.ADMINISTRATOR)
    text = shipped_text("ladder", "china")
    answer = client.send("/rulesets", {"kind": "ladder", "text": text})
    assert answer.status_code == 422
    assert "direct_county" in answer.get_data(as_text=True)


def test_the_list_is_one_statement_for_any_number_of_editions(
    session: Session, make: Any, count_statements: Any
) -> None:
    assert count_statements(lambda: queries.all_editions(session)) == 1
    load_shipped(session, now=make.now)
    session.expire_all()
    assert count_statements(lambda: queries.all_editions(session)) == 1
    assert {row.kind for row in queries.all_editions(session)} == set(KINDS)


def test_every_kind_of_ruleset_has_a_name():
    assert set(KIND_LABELS) == set(KINDS)
