"""The widget, the hall screen and the feed: only what is public, in any frame, without a trace."""

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as xml

import pytest
import sqlalchemy as sa

from cp_circles.awards.models import Award
from cp_circles.displays.presenting.feed import ATOM
from cp_circles.judging.models import Level, Round, Season
from cp_circles.ledger import services as ledger
from cp_circles.organisations.models import Company, Disclosure
from cp_circles.people.models import Role
from tests.conftest import NOW

CHINESE, ENGLISH = {"Accept-Language": "zh-CN"}, {"Accept-Language": "en"}
PLACES = f"{{{ATOM}}}"


@pytest.fixture
def board(client, session, make, count, project_in):
    """A county with a company that publishes and one that does not."""
    county = make.places()[-1]
    count(project_in(county, name="公开厂"), 4321)
    count(project_in(county, name="不公开厂", disclosure=Disclosure.NOTHING), 8765)
    session.commit()
    return county


def text_of(client, path, headers=CHINESE):
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_widget_stands_in_any_frame_and_leaves_nothing_behind(client, board):
    answer = client.get(f"/public/widget?region={board.id}&by=company&metric=energy_kgce", headers=CHINESE)
    body = answer.get_data(as_text=True)
    assert "公开厂" in body and "不公开厂" not in body
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in body and "<form" not in body


def test_only_the_widget_may_be_framed(client, board):
    for path in ("/public/hall", "/public/widget/code", "/public/awards.atom", "/public/boards"):
        headers = client.get(f"{path}?region={board.id}").headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_widget_speaks_the_language_and_shows_the_rows_it_was_asked_for(
    client, session, make, count, project_in
):
    county = make.places()[-1]
    for n in range(1, 8):
        count(project_in(county, name=f"示例{n}厂"), n * 100)
    session.commit()
    path = f"/public/widget?region={county.id}&by=company&metric=energy_kgce"
    assert text_of(client, f"{path}&rows=3").count('<th scope="row">') == 3
    assert text_of(client, f"{path}&rows=999").count('<th scope="row">') == 5
    assert 'lang="en"' in text_of(client, f"{path}&lang=en")
    assert "Verified only" in text_of(client, f"{path}&lang=en")
    assert 'lang="zh-Hans"' in text_of(client, f"{path}&lang=zh_Hans", ENGLISH)
    assert 'data-theme="dark"' in text_of(client, f"{path}&look=dark")


def test_a_signed_in_reader_of_a_widget_stays_signed_in_and_sees_what_everybody_sees(client, make, board):
    person = make.person()
    make.grant(person, Role.ADMINISTRATOR)
    client.enter(person)
    path = f"/public/widget?region={board.id}&by=company&metric=energy_kgce"
    assert "不公开厂" not in text_of(client, path)
    assert client.get("/home").status_code == 200


def test_the_code_to_copy_frames_the_board_of_the_address(client, board):
    page = text_of(client, f"/public/widget/code?region={board.id}&by=company&rows=3&look=dark&lang=en")
    assert (
        f"/public/widget?region={board.id}&amp;amp;by=company&amp;amp;rows=3&amp;amp;lang=en&amp;amp;look=dark"
        in page
    )


@pytest.mark.parametrize("path", ["/public/widget", "/public/hall", "/public/widget/code"])
def test_companies_that_do_not_publish_have_no_display(client, session, make, count, project_in, path):
    hidden = project_in(make.places()[-1], disclosure=Disclosure.NOTHING)
    count(hidden, 40)
    session.commit()
    assert client.get(f"{path}?company={hidden.company_id}").status_code == 404


def test_displays_stand_still_while_the_public_boards_do(client, session, make, count, project_in):
    county = make.places()[-1]
    project = project_in(county, name="示例厂")
    count(project, 1000)
    facts = {"region": county, "season": 2026, "reason": "示例", "now": NOW}
    ledger.freeze_boards(session, actor=make.holder(Role.ADMINISTRATOR), **facts)
    session.commit()
    paths = [
        f"/public/{name}?region={county.id}&by=company&metric=energy_kgce" for name in ("widget", "hall")
    ]
    count(project, 76543)
    session.commit()
    for path in paths:
        page = text_of(client, path)
        assert "77.5" not in page and "77,5" not in page and "77 5" not in page and "76.5" not in page


def test_the_hall_shows_total_places_and_the_newest_awards(client, session, make, board):
    award(session, make, "示例成果甲")
    session.commit()
    page = text_of(client, "/public/hall?by=company&metric=energy_kgce")
    assert "公开厂" in page and "不公开厂" not in page
    assert "示例成果甲" in page
    assert "data-hall=" in page and "<svg" in page


def test_the_hall_of_a_region_shows_awards_of_its_own_rounds_only(client, session, make, board):
    elsewhere = make.region("province", make.nation())
    award(session, make, "别处成果", region=elsewhere)
    session.commit()
    assert "别处成果" not in text_of(client, f"/public/hall?region={board.id}")
    assert "别处成果" in text_of(client, f"/public/hall?region={elsewhere.id}")


def test_before_there_is_any_board_displays_say_so_and_there_is_no_code_to_copy(client):
    for path in ("/public/widget", "/public/hall"):
        assert "还没有榜单" in text_of(client, path)
    assert "data-hall=" in text_of(client, "/public/hall")
    assert client.get("/public/widget/code").status_code == 404


def test_the_feed_lists_awards_that_stand_in_both_languages(client, session, make):
    first, second = award(session, make, "成果甲"), award(session, make, "成果乙 <&>")
    revoked = award(session, make, "撤销成果")
    revoked.revoked_at = NOW
    session.commit()
    answer = client.get("/public/awards.atom", headers=CHINESE)
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    root = xml.fromstring(answer.data)
    titles = [entry.findtext(f"{PLACES}title") for entry in root.iter(f"{PLACES}entry")]
    assert titles == ["一等奖：成果甲", "一等奖：成果乙 <&>"]
    ids = [entry.findtext(f"{PLACES}id") for entry in root.iter(f"{PLACES}entry")]
    assert ids[0].endswith(f"/check/{first.public_key}") and ids[1].endswith(second.public_key)
    english = xml.fromstring(client.get("/public/awards.atom?lang=en", headers=CHINESE).data)
    assert english.findtext(f"{PLACES}entry/{PLACES}title") == "First prize: 成果甲"
    again = client.get("/public/awards.atom", headers=CHINESE | {"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_awards_of_a_company_that_stops_publishing_leave_list_feed_and_search_at_once(client, session, make):
    second = [award(session, make, title) for title in ("成果甲", "成果乙")][1]
    second.company_id = make.company().id
    session.commit()
    pages = ("/public/awards", "/public/awards.atom", "/search?q=公开厂")
    assert [page for page in pages if "成果乙" not in text_of(client, page)] == []
    session.get(Company, second.company_id).disclosure = Disclosure.NOTHING
    session.commit()
    assert [page for page in pages if "成果甲" not in text_of(client, page)] == []
    assert [page for page in pages if "成果乙" in text_of(client, page)] == []
    client.enter(make.person())
    session.commit()
    assert "成果乙" in text_of(client, "/search?q=公开厂")


def test_a_feed_without_awards_is_a_feed(client):
    root = xml.fromstring(client.get("/public/awards.atom").data)
    assert root.findtext(f"{PLACES}updated") and not list(root.iter(f"{PLACES}entry"))


def award(session, make, title, *, region=None):
    edition = make.project().method_edition_id
    years = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "ladder_edition_id": edition}
    key = f"{make.number():032d}"
    number = f"示例-{key[-6:]}"
    place = region or make.nation()
    facts = {"rule_edition_id": edition, "created_at": NOW, "public_key": key, "name": "示例轮"}
    season = session.scalars(sa.select(Season)).first() or Season(year=2026, name="2026", **years)
    held = session.scalars(sa.select(Round).where(Round.region_id == place.id)).first()
    round_ = held or Round(season=season, level=Level(place.level.value), region=place, **facts)
    row = Award(
        round_=round_,
        award_key="first",
        label="一等奖",
        label_en="First prize",
        number=number,
        public_key=key,
        holder={"title": title, "company": "公开厂", "circle": "示例小组", "round": "示例轮", "members": []},
        sha256="0" * 64,
        given_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def test_places_that_are_shared_say_so_on_the_widget_and_in_the_hall(
    client, session, make, count, project_in
):
    county = make.places()[-1]
    for name, amount in (("甲厂", 30), ("乙厂", 20), ("丙厂", 20)):
        count(project_in(county, name=name), amount)
    session.commit()
    for name in ("widget", "hall"):
        path = f"/public/{name}?region={county.id}&by=company&metric=energy_kgce"
        assert text_of(client, path).count("并列</small>") == 2
        assert text_of(client, f"{path}&lang=en", ENGLISH).count("tied</small>") == 2


def test_a_widget_of_what_is_counted_says_so_in_the_language_of_its_frame(client, session, make):
    make.rulesets()
    company = make.company(make.places()[-1], name="示例厂", name_en="Sample Works", headcount=10)
    make.circle(company)
    session.commit()
    path = f"/public/widget?region={company.region_id}&by=company&metric=participation&lang=en"
    page = text_of(client, path)
    assert "Sample Works" in page and "示例厂" not in page
    assert "Counted from the records" in page and "Verified only" not in page
    hall = text_of(client, f"/public/hall?region={company.region_id}&by=company&metric=participation")
    rate = hall.split('<p class="hall__number"><span data-number>')[1].split("<")[0]
    assert Decimal(rate) > 0, "the sum of what is counted, not of savings"
    assert "已核实普及率" not in hall and "年度普及率" in hall


def test_the_frame_of_a_short_board_is_short(client, board, session, count, project_in):
    path = f"/public/widget/code?region={board.id}&by=company&rows=10&metric=energy_kgce"
    short = text_of(client, path)
    assert 'height="314"' in short and "再复制一次" in short
    for n in range(10):
        count(project_in(board, name=f"示例{n}厂"), n + 1)
    session.commit()
    long = text_of(client, path)
    assert 'height="636"' in long and "再复制一次" not in long
