"""An act that was read for before another one was kept: it decides by what stands when its turn comes."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.awards.models import Award
from cp_circles.awards.services import annul_result, give_awards, revoke_award
from cp_circles.db.models import Event
from cp_circles.errors import DomainError
from cp_circles.files.services import store_blob
from cp_circles.judging.chain import chain_of, verify_chain
from cp_circles.judging.models import Round, ScoreSheet, SheetState
from cp_circles.judging.queries import ladder
from cp_circles.results.models import Result
from cp_circles.scoring import services as scoring_services
from cp_circles.sittings import services as sittings
from cp_circles.standings import services as standings_services
from tests.house.world import picture
from tests.judging.world import t2
from tests.results.conftest import storage

NOW = datetime(2026, 10, 9, 2, tzinfo=UTC)
__all__ = ["storage"]


@pytest.fixture
def judged(session, world):
    """A city round, all sheets in, its standing computed."""
    round_ = world.judged_round(
        totals=[["90"] * 3, ["80"] * 3], award_edition_id=world.edition("award_scheme", "one_two_three").id
    )
    world.give_places(round_, 1)
    ladder.round_above(session, round_).accepts_late = True
    standings_services.compute_standing(session, actor=world.officials["city"], round_=round_, now=NOW)
    session.commit()
    return round_


@pytest.fixture
def early(engine, session):
    """A session of another request, which read a row and what hangs on it; gives the row."""
    with Session(engine, expire_on_commit=False) as own:

        def read(model, id_, *names):
            row = one = own.get_one(model, id_)
            for name in names:
                one = getattr(one, name)
            own.commit()
            return own, row

        yield read


def published(session, world, round_):
    standings_services.publish_standing(session, actor=world.officials["city"], round_=round_, now=NOW)
    session.commit()


def awarded(session, world, round_):
    """The round, finished, with its awards; gives the first of them."""
    published(session, world, round_)
    official, over = world.officials["city"], round_.publicity_ends_at
    standings_services.finish_round(session, actor=official, round_=round_, now=over)
    given = give_awards(session, actor=official, round_=round_, now=over)
    session.commit()
    return given[0]


def told(session, verb):
    """The links of an act."""
    return session.scalars(sa.select(Event).where(Event.verb == verb).order_by(Event.id)).all()


def test_nobody_steps_back_from_an_entry_behind_the_list_that_was_just_published(
    session, world, judged, early
):
    wanted = session.scalar(sa.select(sa.func.min(ScoreSheet.id)))
    own, sheet = early(ScoreSheet, wanted, "entry", "round_")
    published(session, world, judged)
    judge = world.make.actor(sheet.judge)
    with pytest.raises(DomainError):
        scoring_services.recuse(own, actor=judge, sheet=sheet, reason="亲属在该公司", now=NOW)
    own.rollback()
    assert told(session, "judging.recuse") == []


def test_a_sheet_from_paper_is_not_opened_behind_the_list_that_was_just_published(
    session, world, storage, early
):
    round_ = world.judged_round(totals=[["90"] * 2])
    sheet = world.assign(world.entries_of(round_)[0], world.judge(round_))
    scan = store_blob(session, storage, picture("P"), "扫描件.png", NOW)
    office = world.officials["city"]
    sittings.enter_paper_sheet(
        session, actor=office, sheet=sheet, points=t2("83"), scan=scan, scan_name="扫描件.png",
        version=sheet.version, now=world.at("scoring"),
    )  # fmt: skip
    standings_services.compute_standing(session, actor=office, round_=round_, now=NOW)
    session.commit()
    own, read = early(ScoreSheet, sheet.id, "entry", "round_")
    published(session, world, round_)
    judge = world.make.actor(read.judge)
    with pytest.raises(DomainError):
        sittings.object_to_paper(own, actor=judge, sheet=read, reason="第 3 项应为 12 分", now=NOW)
    own.rollback()
    sittings.agree_with_paper(session, actor=judge, sheet=sheet, now=NOW)
    session.commit()
    with pytest.raises(DomainError):
        sittings.agree_with_paper(own, actor=judge, sheet=read, now=NOW)
    own.rollback()
    assert len(told(session, "sittings.agree_with_paper")) == 1


def test_a_sheet_reopened_just_after_it_was_handed_in_is_kept_whole_and_given_back_empty_of_its_lock(
    session, world, early
):
    round_ = world.round_at("city")
    entry, judge = world.entry(round_), world.judge(round_)
    world.numbers(round_)
    sheet = world.assign(entry, judge)
    session.commit()
    own, read = early(ScoreSheet, sheet.id, "entry", "round_")
    handed_in = world.score(sheet, t2("83")).sha256
    session.commit()
    scoring_services.reopen_sheet(
        own, actor=world.officials["city"], sheet=read, reason="第 3 项漏评", now=world.at("scoring")
    )
    own.commit()
    session.refresh(sheet)
    assert (sheet.state, sheet.total, sheet.sha256, sheet.submitted_at) == (SheetState.OPEN, None, None, None)
    (link,) = told(session, "judging.reopen_sheet")
    assert (link.before["total"], link.before["sha256"]) == ("83", handed_in)


def test_no_other_standing_comes_behind_the_list_that_was_just_published(session, world, judged, early):
    own, round_ = early(Round, judged.id)
    stood = judged.standing_id
    published(session, world, judged)
    with pytest.raises(DomainError):
        standings_services.compute_standing(
            own, actor=world.officials["city"], round_=round_, reason="再算一次", now=NOW
        )
    own.rollback()
    session.refresh(judged)
    assert judged.standing_id == stood and len(told(session, "judging.compute_standing")) == 1


def test_an_award_is_revoked_once(session, world, judged, early):
    award = awarded(session, world, judged)
    own, read = early(Award, award.id, "round_")
    revoke_award(session, actor=world.officials["city"], award=award, reason="数据造假", now=NOW)
    session.commit()
    with pytest.raises(DomainError):
        revoke_award(own, actor=world.officials["city"], award=read, reason="另一个理由", now=NOW)
    own.rollback()
    assert len(told(session, "awards.revoke_award")) == 1


def test_a_result_is_declared_falsified_once(session, world, judged, early):
    award = awarded(session, world, judged)
    own, result = early(Result, award.entry.result_id, "project")
    said = {"actor": world.officials["city"], "reason": "现场照片造假。", "seasons": 1, "now": NOW}
    annul_result(session, result=award.entry.result, **said)
    session.commit()
    with pytest.raises(DomainError):
        annul_result(own, result=result, **said)
    own.rollback()
    assert len(told(session, "results.revoke_result")) == len(told(session, "judging.ban_circle")) == 1
    assert verify_chain(session, chain_of(judged)).is_whole
