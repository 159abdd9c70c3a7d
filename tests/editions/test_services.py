"""Loading the shipped editions, publishing new ones, and every refusal."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.events import events_of
from cp_circles.editions import queries
from cp_circles.editions.models import Edition
from cp_circles.editions.services import EditionExists, PackRefused, load_shipped, publish_edition
from cp_circles.errors import NotAllowed, NotFound
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor
from cp_circles.rulesets.loader import shipped
from cp_circles.rulesets.schema import Method, Rubric, Track, Vocabulary

TRACK = """
kind: track
key: quick_wins
edition: "test"
names: {zh: 快改快成型, en: Quick wins}
source: written for a test
confidence: C
describes: {zh: 当场改好。, en: Mended on the spot.}
"""


@pytest.fixture
def administrator(make: Any) -> Actor:
    actor: Actor = make.holder(Role.ADMINISTRATOR)
    return actor


def count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Edition)) or 0


def text_of(kind: str, key: str) -> str:
    return next(one.text for one in shipped() if one.kind == kind and one.key == key)


def test_load_shipped_stores_every_pack_once(session: Session, make: Any) -> None:
    assert load_shipped(session, now=make.now) == len(shipped())
    assert load_shipped(session, now=make.now) == 0
    assert count(session) == len(shipped())
    stored = queries.latest(session, "method", "cp_audit")
    assert stored is not None and stored.published_by_id is None
    pack = queries.pack(session, stored.id)
    assert isinstance(pack, Method) and len(pack.steps) == 35
    assert queries.pack(session, stored.id) is pack


def test_load_shipped_refuses_a_changed_text_under_an_existing_edition(session: Session, make: Any) -> None:
    load_shipped(session, now=make.now)
    stored = queries.latest(session, "rubric", "t1_onsite")
    assert stored is not None
    stored.sha256 = "0" * 64
    session.flush()
    with pytest.raises(EditionExists):
        load_shipped(session, now=make.now)
    assert count(session) == len(shipped())


def test_publish_edition_takes_the_place_of_the_newest(
    session: Session, make: Any, administrator: Actor
) -> None:
    load_shipped(session, now=make.now)
    old = queries.latest(session, "rubric", "t1_onsite")
    text = text_of("rubric", "t1_onsite").replace('edition: "2020"', 'edition: "2027"')
    later = make.now + timedelta(days=1)
    new = publish_edition(session, actor=administrator, kind="rubric", text=text, now=later)
    assert queries.latest(session, "rubric", "t1_onsite") is new
    assert new.published_by_id == administrator.person_id
    assert [event.verb for event in events_of(session, new)] == ["editions.publish_edition"]
    assert old is not None and isinstance(queries.pack(session, old.id), Rubric)
    assert queries.edition(session, "rubric", "t1_onsite", "2020.2") is old
    names = [row.edition for row in queries.editions_of(session, "rubric") if row.key == "t1_onsite"]
    assert names == ["2027", "2020.2", "2020"]


def refused(session: Session, actor: Actor, make: Any, kind: str, text: str, error: type[Exception]) -> Any:
    before = count(session)
    with pytest.raises(error) as caught:
        publish_edition(session, actor=actor, kind=kind, text=text, now=make.now)
    assert count(session) == before
    return caught.value


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.OFFICIAL, Role.JUDGE, Role.MEMBER])
def test_publish_edition_refuses_all_but_administrators(session: Session, make: Any, role: Role) -> None:
    refused(session, make.holder(role), make, "rubric", text_of("rubric", "t1_onsite"), NotAllowed)


def test_publish_edition_refuses_an_edition_that_exists(
    session: Session, make: Any, administrator: Actor
) -> None:
    load_shipped(session, now=make.now)
    text = text_of("rubric", "t1_onsite").replace("points: 30", "points: 30.0")
    refused(session, administrator, make, "rubric", text, EditionExists)


def test_publish_edition_refuses_a_bad_pack_and_lists_every_problem(
    session: Session, make: Any, administrator: Actor
) -> None:
    text = text_of("rubric", "t1_onsite").replace('edition: "2020"', 'edition: "2027"')
    error = refused(
        session, administrator, make, "rubric", text.replace("total: 100", "total: 99"), PackRefused
    )
    [problem] = error.problems
    assert "99" in problem.message


@pytest.mark.parametrize(
    ("kind", "key", "change", "to", "says"),
    [
        (
            "round_rule",
            "basic_company",
            "rubric: t1_onsite",
            "rubric: nobody",
            "No rubric has the key nobody",
        ),
        (
            "round_rule",
            "basic_company",
            "{track: problem_solving, rubric: t2_problem_solving}",
            "{track: problem_solving, rubric: t3_innovation}",
            "rubric t3_innovation is not made for track problem_solving",
        ),
        ("round_rule", "basic_company", "value: 60", "value: 50", "adds up to 90"),
        ("indicators", "china", "kgce: coke", "kgce: nothing", "names the factor nothing"),
        ("vocabulary", "circles", "key: circles", "key: others", "use the key circles"),
        ("factors", "china", "key: price_water", "key: price_of_water", "names the factor price_water"),
    ],
)
def test_publish_edition_refuses_what_does_not_fit_the_other_packs(
    session: Session, make: Any, administrator: Actor, kind: str, key: str, change: str, to: str, says: str
) -> None:
    load_shipped(session, now=make.now)
    text = text_of(kind, key)
    assert change in text
    text = text.replace(change, to, 1).replace('edition: "2026"', 'edition: "2027"', 1)
    error = refused(session, administrator, make, kind, text, PackRefused)
    assert any(says in problem.message for problem in error.problems)


@pytest.mark.parametrize(
    ("kind", "key", "change", "to", "place"),
    [
        ("method", "qc_innovate", "track: innovation", "track: quick_wins", "track"),
        (
            "method",
            "qc_innovate",
            "track: innovation",
            "track: innovation\notherwise: [problem_solving, quick_wins]",
            "otherwise[1]",
        ),
        (
            "rubric",
            "t1_onsite",
            "tracks: [problem_solving, innovation]",
            "tracks: [problem_solving, quick_wins]",
            "tracks[1]",
        ),
        (
            "round_rule",
            "basic_company",
            "{track: innovation, rubric: t3_innovation}",
            "{track: quick_wins, rubric: t3_innovation}",
            "stages[1].rubrics[1].track",
        ),
    ],
)
def test_a_track_of_which_there_is_no_pack_is_refused_where_it_is_named(
    session: Session, make: Any, administrator: Actor, kind: str, key: str, change: str, to: str, place: str
) -> None:
    load_shipped(session, now=make.now)
    text = text_of(kind, key).replace('edition: "20', 'edition: "next-20', 1)
    assert change in text
    text = text.replace(change, to, 1)
    [problem] = refused(session, administrator, make, kind, text, PackRefused).problems
    line = 1 + next(number for number, line in enumerate(text.splitlines()) if "quick_wins" in line)
    assert (problem.place, problem.line) == (place, line)
    assert problem.message.startswith(f"{kind} {key} names the unknown track quick_wins")
    publish_edition(session, actor=administrator, kind="track", text=TRACK, now=make.now)
    if kind == "method":
        assert publish_edition(session, actor=administrator, kind=kind, text=text, now=make.now).id


def test_a_rubric_may_not_leave_a_track_in_which_a_standing_rule_uses_it(
    session: Session, make: Any, administrator: Actor
) -> None:
    load_shipped(session, now=make.now)
    text = text_of("rubric", "t1_onsite").replace('edition: "2020"', 'edition: "2027"')
    text = text.replace("tracks: [problem_solving, innovation]", "tracks: [innovation]")
    error = refused(session, administrator, make, "rubric", text, PackRefused)
    assert "In rule basic_company, rubric t1_onsite is not made for track" in error.problems[0].message


def test_a_pack_is_known_by_its_type(session: Session, make: Any) -> None:
    load_shipped(session, now=make.now)
    stored = queries.latest(session, "rubric", "t1_onsite")
    assert stored is not None
    assert queries.pack(session, stored.id, Rubric).total == 100
    assert queries.packs(session, [stored.id], Rubric)[stored.id].key == "t1_onsite"
    for wrong in (
        lambda: queries.pack(session, stored.id, Method),
        lambda: queries.packs(session, [stored.id], Method),
        lambda: queries.pack(session, None, Rubric),
    ):
        with pytest.raises(NotFound):
            wrong()
    assert queries.newest_pack(session, Vocabulary).key == "circles"
    assert [one.key for one in queries.newest_packs(session, Track)] == ["innovation", "problem_solving"]
    assert {pack.key for _, pack in queries.packs_of(session, Rubric)} >= {"t1_onsite"}


def test_a_rubric_with_another_total_may_not_break_a_standing_rule(
    session: Session, make: Any, administrator: Actor
) -> None:
    load_shipped(session, now=make.now)
    text = text_of("rubric", "petroleum_presentation").replace('edition: "2022"', 'edition: "2027"')
    first = text.index("points: 6")
    text = text[:first] + "points: 7" + text[first + len("points: 6") :]
    text = text.replace("total: 28", "total: 29")
    error = refused(session, administrator, make, "rubric", text, PackRefused)
    assert "In rule petroleum" in error.problems[0].message


def test_an_unknown_edition_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        queries.pack(session, 999)
    with pytest.raises(NotFound):
        queries.newest_pack(session, "vocabulary")
    assert queries.latest(session, "method", "nothing") is None
