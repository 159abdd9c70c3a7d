"""What everybody reads of a round: it follows every decision, and not one byte of it moves while it is held."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import DomainError, Invalid, NotAllowed
from cp_circles.judging.models import Entry, PublicList, Round, Standing
from cp_circles.judging.queries import ladder
from cp_circles.judging.queries.public_lists import public_list_of, public_rounds, read_list
from cp_circles.objections import services as objections_services
from cp_circles.people.models import Person
from cp_circles.standings import services as standings_services
from cp_circles.standings.presenting import calendar
from cp_circles.web.session import db_session
from tests.conftest import NOW

HOUR = timedelta(hours=1)
PAGES = ("", "/print", "/list.csv", "/fairness", "/rule", "/object")
TOKEN = re.compile(r'name="csrf_token"[^>]*>|name="send_key"[^>]*>')
THREE = [["90", "88", "86"], ["80", "78", "76"], ["70", "68", "66"]]


@pytest.fixture
def published(world):
    round_ = world.judged_round(totals=THREE)
    world.give_places(round_, 1)
    official, now = world.officials["city"], world.at("deliberation")
    standings_services.compute_standing(world.session, actor=official, round_=round_, now=now)
    standings_services.publish_standing(world.session, actor=official, round_=round_, now=now + HOUR)
    return round_


def struck(session, world, round_, now, effect="disqualify"):
    """The winner is disqualified (or scored again) after an objection."""
    entry = session.scalar(sa.select(Entry).where(Entry.round_id == round_.id).order_by(Entry.number))
    filer, official = world.make.actor(), world.officials["city"]
    row = objections_services.file_objection(
        session, actor=filer, entry=entry, text="示例事实：这项成果的数据与现场不一致，附说明。", now=now
    )
    objections_services.admit_objection(session, actor=official, objection=row, version=row.version, now=now)
    objections_services.decide_objection(
        session,
        actor=official,
        objection=row,
        effect=effect,
        decision="示例理由",
        version=row.version,
        now=now,
    )
    return entry


def test_the_public_list_follows_every_decision(session, world, published):
    shown = public_list_of(session, published.id)
    first = published.standing_id
    assert (shown.standing_id, shown.published_at, shown.struck) == (first, published.published_at, [])
    entry = struck(session, world, published, world.at("publicity"))
    assert published.standing_id != first
    assert (shown.standing_id, shown.struck) == (published.standing_id, [entry.id])


def test_a_held_list_stays_and_follows_in_one_act(session, world, published):
    official, now = world.officials["city"], world.at("publicity")
    first = published.standing_id
    standings_services.hold_list(session, actor=official, round_=published, reason=" 一并公布 ", now=now)
    shown = public_list_of(session, published.id)
    assert (shown.held_at, shown.held_by_id, shown.hold_reason) == (now, official.person_id, "一并公布")
    before = {key: value for key, value in vars(shown).items() if not key.startswith("_")}
    entry = struck(session, world, published, now + HOUR)
    session.refresh(shown)
    after = {key: value for key, value in vars(shown).items() if not key.startswith("_")}
    assert after == before and published.standing_id != first
    standings_services.lift_hold(session, actor=official, round_=published, now=now + 2 * HOUR)
    assert (shown.standing_id, shown.struck, shown.held_at) == (published.standing_id, [entry.id], None)
    verbs = session.scalars(sa.select(Event.verb).where(Event.subject_id == published.id))
    assert {"judging.hold_list", "judging.lift_hold"} <= set(verbs)


def test_a_list_taken_back_goes_at_once_or_when_the_hold_is_lifted(session, world, published):
    from cp_circles.standings.services.publicity import withdraw_publication

    official, now = world.officials["city"], world.at("publicity")
    standings_services.hold_list(session, actor=official, round_=published, reason="示例理由", now=now)
    withdraw_publication(session, actor=official, round_=published, reason="示例理由", now=now)
    assert published.published_at is None and read_list(session, published) is not None
    standings_services.lift_hold(session, actor=official, round_=published, now=now)
    assert public_list_of(session, published.id) is None


def test_only_the_organiser_holds_a_public_list_with_a_reason_and_once(session, world, published):
    official, now = world.officials["city"], world.at("publicity")
    act = {"round_": published, "now": now}
    with pytest.raises(NotAllowed):
        standings_services.hold_list(session, actor=world.make.actor(), reason="示例理由", **act)
    with pytest.raises(NotAllowed):
        standings_services.lift_hold(session, actor=world.make.actor(), **act)
    with pytest.raises(Invalid):
        standings_services.hold_list(session, actor=official, reason="  ", **act)
    with pytest.raises(DomainError, match="not held"):
        standings_services.lift_hold(session, actor=official, **act)
    assert public_list_of(session, published.id).held_at is None
    standings_services.hold_list(session, actor=official, reason="示例理由", **act)
    with pytest.raises(DomainError, match="already"):
        standings_services.hold_list(session, actor=official, reason="另一理由", **act)
    assert public_list_of(session, published.id).hold_reason == "示例理由"


def test_every_public_list_is_reached_by_its_page_newest_first(session, world, published):
    newer, now = ladder.round_above(session, published), world.at("publicity")
    row = PublicList(
        round_id=newer.id, standing_id=published.standing_id, published_at=now, held_at=now, struck=[]
    )
    row.hold_reason = "示例"
    session.add(row)
    session.flush()
    pages = [public_rounds(session, number=number, size=1) for number in (1, 2, 3)]
    assert [[round_.id for round_, _ in page.rows] for page in pages] == [
        [newer.id], [published.id], [published.id],
    ]  # fmt: skip
    assert all(round_.id == shown.round_id for page in pages for round_, shown in page.rows)


def test_there_is_nothing_to_hold_before_publication(session, world):
    round_ = world.judged_round(totals=THREE)
    with pytest.raises(DomainError, match="No list"):
        standings_services.hold_list(
            session,
            actor=world.officials["city"],
            round_=round_,
            reason="示例理由",
            now=world.at("deliberation"),
        )
    assert session.scalar(sa.select(sa.func.count(PublicList.id))) == 0


def test_a_round_does_not_end_behind_a_held_list(session, world, published):
    official, over = world.officials["city"], published.publicity_ends_at + HOUR
    standings_services.hold_list(session, actor=official, round_=published, reason="示例理由", now=over)
    with pytest.raises(DomainError, match="is held"):
        standings_services.finish_round(session, actor=official, round_=published, now=over)
    assert published.finished_at is None
    standings_services.lift_hold(session, actor=official, round_=published, now=over)
    upper = ladder.round_above(session, published)
    upper.accepts_late = True
    standings_services.finish_round(session, actor=official, round_=published, now=over)
    assert public_list_of(session, published.id).finished_at == over


def test_a_standing_that_was_shown_is_still_there_unchanged(session, world, published):
    first = published.standing_id
    rows = [(row.entry_id, row.place, row.working) for row in session.get_one(Standing, first).rows]
    struck(session, world, published, world.at("publicity"))
    session.expire_all()
    assert [(row.entry_id, row.place, row.working) for row in session.get_one(Standing, first).rows] == rows


def test_no_byte_of_the_public_pages_moves_while_the_list_is_held(session, client, stage_at):
    world, round_ = held_round(session, stage_at)
    before = pages(client, round_)
    entry = struck(session, world, round_, world.at("publicity", 0.2))
    entry.result.project.circle.name = "PLANTED-NAME"
    session.commit()
    assert pages(client, round_) == before
    assert not any("PLANTED" in page for page in before)
    standings_services.lift_hold(
        session, actor=world.officials["city"], round_=round_, now=world.at("publicity", 0.3)
    )
    session.commit()
    moved = zip(PAGES, pages(client, round_), before, strict=True)
    assert {name for name, page, old in moved if page != old} == {"", "/print", "/list.csv", "/fairness"}


def test_nobody_reads_that_a_held_list_was_taken_back(session, client, stage_at):
    world, round_ = held_round(session, stage_at)
    reader, read = world.make.person(), f"/judging/rounds/{round_.id}"

    def seen():
        """The pages of the list for a visitor, then for somebody signed in, who reads the round's pages too."""
        with client.session_transaction() as cookie:
            cookie.clear()
        open_to_all = pages(client, round_), lines_of(client, "/trust/")
        client.enter(reader)
        inside = [lines_of(client, path) for path in (read, f"{read}/rule", "/judging/")]
        return open_to_all, pages(client, round_), inside

    before = seen()
    assert "/object" in before[0][0][0] and 'name="text"' in before[1][-1]
    struck(session, world, round_, NOW, effect="rescore")
    assert round_.published_at is None and seen() == before


def test_objections_are_taken_by_the_list_that_everybody_reads(session, client, stage_at):
    world, round_ = held_round(session, stage_at)
    now = NOW
    entry = struck(session, world, round_, now, effect="rescore")
    row = objections_services.file_objection(
        session, actor=world.make.actor(), entry=entry, text="示例事实" * 5, now=now
    )
    assert (row.round_id, row.filed_at) == (round_.id, now)
    standings_services.lift_hold(session, actor=world.officials["city"], round_=round_, now=now)
    with pytest.raises(DomainError, match="only during"):
        objections_services.file_objection(
            session, actor=world.make.actor(), entry=entry, text="示例事实" * 5, now=now
        )


def test_a_team_goes_on_reading_its_line_of_a_held_list(session, client, stage_at):
    """Its place, state and how many sheets counted, while the entry behind the list is scored again."""
    world, round_ = held_round(session, stage_at)
    first = world.entries_of(round_)[0]
    world.entry(ladder.round_above(session, round_), first.result)
    session.commit()
    client.enter(session.get(Person, world.leader_of(first.result).person_id))

    def told():
        page = client.get(f"/judging/entries/{first.id}").get_data(as_text=True)
        return [text in page for text in ("计入 3 份评分单", "第 1 名", "已评分", " 分</dd>")]

    assert told() == [True] * 4
    struck(session, world, round_, NOW, effect="rescore")
    assert told() == [True] * 4
    standings_services.lift_hold(session, actor=world.officials["city"], round_=round_, now=NOW)
    assert told() == [False] * 4


def test_nothing_is_published_behind_a_held_list(session, world, published):
    from cp_circles.standings.services.publicity import withdraw_publication

    official, now = world.officials["city"], world.at("publicity")
    standings_services.hold_list(session, actor=official, round_=published, reason="示例理由", now=now)
    withdraw_publication(session, actor=official, round_=published, reason="示例理由", now=now)
    with pytest.raises(DomainError, match="is held"):
        standings_services.publish_standing(session, actor=official, round_=published, now=now)
    assert published.published_at is None


def held_round(session, stage_at):
    """A published round whose list is held."""
    world = stage_at("publicity")
    round_ = world.judged_round(totals=THREE)
    world.give_places(round_, 1)
    official, now = world.officials["city"], world.at("deliberation")
    standings_services.compute_standing(session, actor=official, round_=round_, now=now)
    standings_services.publish_standing(session, actor=official, round_=round_, now=now + HOUR)
    standings_services.hold_list(
        session, actor=official, round_=round_, reason="PLANTED-REASON", now=now + HOUR
    )
    session.commit()
    return world, round_


def pages(client, round_):
    """What everybody is served of a list and its rule, of the list of lists, and of the door for objections."""
    answers = [client.get(f"/judging/lists/{round_.public_key}{page}") for page in PAGES]
    assert {answer.status_code for answer in answers} <= {200, 302}
    return [TOKEN.sub("", answer.get_data(as_text=True)) for answer in answers]


def lines_of(client, path):
    """The page as it is served, but for the reader's own token."""
    answer = client.get(path)
    assert answer.status_code == 200
    return TOKEN.sub("", answer.get_data(as_text=True))


def test_the_drawn_days_do_not_count_while_an_objection_is_open(app, session, world, published):
    entry = session.scalar(sa.select(Entry).where(Entry.round_id == published.id).order_by(Entry.number))
    filed = published.published_at + timedelta(days=1)
    objection = objections_services.file_objection(
        session, actor=world.make.actor(), entry=entry, text="示例事实：数据与现场不一致，附说明。", now=filed
    )
    session.commit()
    today = (filed + timedelta(days=2)).date()

    def words():
        with app.test_request_context("/?lang=zh"):
            round_ = db_session().get_one(Round, published.id)
            return [word for _weekday, _number, word, _state in calendar(round_, today)["days"]]

    before = words()
    assert "停" in before and not any(re.search(r"\d", word) for word in before)
    official, decided = world.officials["city"], filed + timedelta(days=2)
    objections_services.refuse_objection(
        session, actor=official, objection=objection, reason="理由", version=objection.version, now=decided
    )
    session.commit()
    counted = [word for word in words() if re.search(r"\d", word) or word in {"今天", "截止"}]
    assert len(counted) == published.publicity_days
