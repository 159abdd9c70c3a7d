"""Kept pages: whatever a public board can show changes the stamp, and no visitor sees a page of before."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.db.base import table_of
from cp_circles.db.bulk import insert_rows
from cp_circles.editions.models import Edition
from cp_circles.leaderboards.tallies import TALLIES
from cp_circles.ledger import living, moving, services, stamps
from cp_circles.ledger.models import Basis, BoardFreeze
from cp_circles.organisations.models import Company, Disclosure, Industry
from cp_circles.people.models import Employment, Role
from cp_circles.people.rules import SYSTEM
from cp_circles.web.kept_pages import KeptPages
from tests.conftest import NOW

PAGES = (
    "", "by=company", "by=circle", "by=project", "by=industry", "by=company&per=head", "by=region&per=output",
    "by=circle&per=improved", "by=project&basis=living", "by=company&domain=energy_saving", "season=all&by=circle",
    "metric=yuan&by=project", "by=project&page=2",
)  # fmt: skip
LANGUAGE = {"Accept-Language": "zh-CN"}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def administrator(make):
    return make.holder(Role.ADMINISTRATOR)


def change_nothing(world):
    """Read, and write what no board shows."""
    world.project.reason = "示例"
    world.make.person(name="示例新人")
    world.make.project(world.circle)


def verify(world):
    world.count(world.project, 7)


def claim(world):
    world.count(world.project, 7, basis=Basis.CLAIMED)


def count_many(world):
    services.count_many(world.session, [world.countable], basis=Basis.VERIFIED, now=NOW)


def void(world):
    services.uncount_saving(world.session, saving_id=world.saving_id, basis=Basis.VERIFIED)


def live_on(world):
    living.count_living(world.session, saving_id=world.saving_id, season=2027, share=Decimal(1), now=NOW)


def freeze(world):
    facts = {"region": world.county, "season": 2026, "reason": "示例", "now": NOW}
    services.freeze_boards(world.session, actor=world.administrator, **facts)


def lift(world):
    frozen = world.session.scalars(sa.select(BoardFreeze)).one()
    services.lift_freeze(world.session, actor=world.administrator, freeze=frozen, now=NOW)


def rebuild(world):
    services.rebuild_rollups(world.session, actor=SYSTEM, now=NOW)


def merge(world):
    moving.move_company(world.session, before=world.company.id, after=world.make.company(world.county).id)


def rename_company(world):
    world.company.name = "示例另名"


def hide_company(world):
    world.company.disclosure = Disclosure.NOTHING


def resize_company(world):
    world.company.headcount = 77


def rename_by_statement(world):
    world.session.execute(sa.update(Company).values(name_en="Another"))


def rename_circle(world):
    world.circle.name = "示例新圈"


def lose_a_member(world):
    world.session.scalars(sa.select(CircleMember)).first().left_on = NOW.date()


def new_circle(world):
    world.make.circle(world.company)


def fill_circles(world):
    row = {column.name: getattr(world.circle, column.name) for column in table_of(Circle).c}
    insert_rows(world.session, table_of(Circle), [row | {"id": 9000, "number": "示例-9000"}], {})


def leave_company(world):
    world.session.scalars(sa.select(Employment)).first().ended_on = NOW.date()


def retitle_project(world):
    world.project.title = "示例新题"


def rename_region(world):
    world.county.name = "示例县"


def new_industry(world):
    world.session.add(Industry(code="Z9", level="section", name="示例"))


def new_edition(world):
    row = world.session.scalars(sa.select(Edition)).first()
    facts = {column.name: getattr(row, column.name) for column in table_of(Edition).c if column.name != "id"}
    world.session.add(Edition(**facts | {"edition": "2099"}))


CHANGES = (
    verify, claim, count_many, live_on, freeze, lift, rebuild, rename_company, hide_company, resize_company,
    rename_by_statement, rename_circle, lose_a_member, new_circle, fill_circles, leave_company,
    retitle_project, rename_region, new_industry, new_edition, void, merge,
)  # fmt: skip


class World:
    """A company with a circle, a project and a verified saving; a region whose boards stand still."""

    def __init__(self, session, make, count, administrator):
        self.session, self.make, self.count, self.administrator = session, make, count, administrator
        *_, self.city, self.county = make.places()
        self.company = make.company(self.county, name="示例甲厂")
        make.employed(self.company)
        self.circle = make.circle(self.company)
        self.project = make.project(self.circle)
        self.saving_id = count(self.project, 5)
        self.countable = services.Countable(
            1, self.project.id, self.circle.id, self.company.id, self.county.path, None, 2026, "energy_saving",
            "site", "CNY", {"energy_kgce": Decimal(3)}, frozenset(),
        )  # fmt: skip


@pytest.fixture
def world(session, make, count, administrator):
    return World(session, make, count, administrator)


def test_every_change_of_a_public_board_changes_the_stamp(world):
    world.session.commit()
    seen = [stamps.board_stamp(world.session)]
    for change in CHANGES:
        change(world)
        world.session.commit()
        seen.append(stamps.board_stamp(world.session))
        assert len(set(seen)) == len(seen), change.__name__
    assert 0 not in seen


def test_what_no_board_shows_leaves_the_stamp(world):
    world.session.commit()
    before = stamps.board_stamp(world.session)
    change_nothing(world)
    world.session.commit()
    assert stamps.board_stamp(world.session) == before


def test_an_act_that_is_taken_back_leaves_the_stamp(world):
    world.session.commit()
    before = stamps.board_stamp(world.session)
    rename_company(world)
    world.session.flush()
    world.session.rollback()
    change_nothing(world)
    world.session.commit()
    assert stamps.board_stamp(world.session) == before


def test_a_change_within_a_savepoint_changes_the_stamp(world):
    world.session.commit()
    before = stamps.board_stamp(world.session)
    with world.session.begin_nested():
        rename_company(world)
    world.session.commit()
    assert stamps.board_stamp(world.session) != before


def body_of(client, query="by=company", headers=LANGUAGE):
    answer = client.get(f"/public/boards?{query}", headers=headers)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def tables_in(statements, known):
    return {word for text in statements for word in re.findall(r"\w+", text)} & known


def test_every_table_that_a_public_board_reads_is_watched(client, app, session, world):
    seen, engine = [], app.extensions["cp_sessions"].engine
    live_on(world)
    session.commit()
    queries = [*PAGES, f"company={world.company.id}", f"circle={world.circle.id}", f"region={world.city.id}"]
    queries += [f"metric={one.key}" for one in TALLIES]
    queries += ["by=park", "award=any&by=project"]
    sa.event.listen(engine, "before_cursor_execute", lambda c, cursor, text, *rest: seen.append(text))
    for query in queries:
        body_of(client, query)
    known = set(sa.inspect(engine).get_table_names())
    assert {"ledger_rows", "companies", "board_totals", "employments"} <= tables_in(seen, known)
    assert tables_in(seen, known) - stamps.TABLES - stamps.THROUGH_OTHERS == {"board_stamps"}


def test_a_page_is_kept_until_something_changes(client, app, world):
    texts = [body_of(client), body_of(client)]
    assert texts[0] == texts[1] and "示例甲厂" in texts[0]
    seen, engine = [], app.extensions["cp_sessions"].engine
    sa.event.listen(engine, "before_cursor_execute", lambda c, cursor, text, *rest: seen.append(text))
    body_of(client)
    assert seen == [], "the stamp alone is read, past the session"
    rename_company(world)
    assert "示例另名" in body_of(client) and "示例甲厂" not in body_of(client)


def tokens_in(text):
    return set(re.findall(r'name="csrf_token" value="([^"]*)"', text))


def with_a_session(app, look="light"):
    """A visitor who chose a look before, and so has a session with a token."""
    visitor = app.test_client()
    sent = {"data": {"theme": look}, "headers": {"Origin": "http://localhost"}}
    assert visitor.post("/theme", **sent).status_code == 303
    return visitor


def test_a_kept_page_carries_the_token_of_whoever_reads_it(client, app, world):
    tokens = []
    for visitor in (with_a_session(app), with_a_session(app), with_a_session(app)):
        answer = visitor.get("/public/boards", headers=LANGUAGE)
        with visitor.session_transaction() as cookie:
            tokens.append(cookie["csrf"])
        assert tokens_in(answer.text) == {tokens[-1]}
        assert answer.headers["Cache-Control"] == "private, no-cache"
    assert len(set(tokens)) == 3
    page = visitor.post("/theme", data={"csrf_token": tokens[2], "theme": "dark"})
    assert page.status_code == 303
    assert 'data-theme="dark"' in body_of(visitor) and 'data-theme="dark"' not in body_of(client)


@pytest.mark.parametrize("path", ["/public/boards", "/public/widget"])
def test_a_visitor_without_a_session_gets_no_token_and_no_cookie(client, app, world, path):
    with_a_session(app).get(path, headers=LANGUAGE)
    answers = [client.get(path, headers=LANGUAGE), app.test_client().get(path, headers=LANGUAGE)]
    assert answers[0].data == answers[1].data and answers[0].headers["ETag"] == answers[1].headers["ETag"]
    for answer in answers:
        assert answer.headers.getlist("Set-Cookie") == []
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert {"Cookie", "Accept-Language"} <= {part.strip() for part in answer.headers["Vary"].split(",")}
        assert tokens_in(answer.text) <= {""}


def test_a_cdn_may_keep_the_page_for_the_seconds_that_are_set(client, app, world):
    app.extensions["cp_config"] = replace(app.extensions["cp_config"], cdn_seconds=10)
    answer = client.get("/public/boards", headers=LANGUAGE)
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=10, stale-while-revalidate=10"
    client.set_cookie("cp_locale", "en")
    answer = client.get("/public/boards", headers=LANGUAGE)
    assert answer.headers["Cache-Control"] == "private, no-cache" and 'lang="en"' in answer.text


def test_no_page_of_somebody_signed_in_may_be_kept(client, make, world):
    client.enter(make.person())
    assert client.get("/public/boards", headers=LANGUAGE).headers["Cache-Control"] == "no-store"


def test_language_and_sign_in_have_pages_of_their_own(client, make, world):
    chinese, english = body_of(client), body_of(client, headers=ENGLISH)
    assert 'lang="en"' in english and 'lang="zh-Hans"' in chinese
    person = make.person(name="示例读者")
    client.enter(person)
    assert "示例读者" in body_of(client)
    client.delete_cookie("cp_session")
    assert "示例读者" not in body_of(client)


def test_a_browser_that_has_the_page_is_told_so_until_it_changes(client, world):
    answer = client.get("/public/boards", headers=LANGUAGE)
    tag = {**LANGUAGE, "If-None-Match": answer.headers["ETag"]}
    assert answer.headers["Cache-Control"] == "public, no-cache"
    again = client.get("/public/boards", headers=tag)
    assert again.status_code == 304 and not again.data
    verify(world)
    fresh = client.get("/public/boards", headers=tag)
    assert fresh.status_code == 200 and fresh.headers["ETag"] != answer.headers["ETag"]


def test_pages_make_room_for_those_shown_last():
    pages = KeptPages(most=10)
    pages.keep(("a",), 1, b"12345")
    pages.keep(("b",), 1, b"12345")
    assert pages.find(("a",), 1) == b"12345"
    pages.keep(("c",), 1, b"1234")
    assert pages.find(("b",), 1) is None
    assert pages.find(("a",), 1) and pages.find(("a",), 2) is None
    pages.keep(("a",), 2, b"1")
    assert pages.find(("a",), 2) == b"1" and pages.find(("c",), 1)
    assert pages.find(("a",), 1) is None
