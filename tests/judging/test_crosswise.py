"""Two acts that hold what the other needs: they follow one another, and neither is lost.

On SQLite a writer waits for the other's end before it reads; on PostgreSQL it waits where the acts meet.
"""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from cp_circles.awards.services import annul_result, give_awards
from cp_circles.db.engine import Sessions
from cp_circles.errors import DomainError
from cp_circles.judging.chain import PLATFORM, chain_of, verify_chain
from cp_circles.judging.models import Quota, Round, RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.queries import ladder
from cp_circles.quotas import services as quotas_services
from cp_circles.results.models import Result
from cp_circles.scoring import services as scoring_services
from cp_circles.standings import services as standings_services
from tests.crosswise import acting, held
from tests.judging.world import t2

__all__ = ["acting"]
NOW = datetime(2026, 10, 9, 2, tzinfo=UTC)
TRACK = "problem_solving"


@pytest.fixture
def units(session, world):
    """A province, two cities below it with two places each, and two places that came back."""
    upper = world.round_at("province")
    upper.accepts_late = True
    scheme = world.edition("award_scheme", "one_two_three").id
    first = world.judged_round(totals=[["90"] * 3, ["80"] * 3], upper=None, award_edition_id=scheme)
    other_city = world.make.region("city", world.province)
    second = world.round_at("city", other_city, name="另一市")
    office = world.officials["province"]
    for round_ in (first, second):
        quotas_services.set_quota(
            session, actor=office, round_=upper, unit=ladder.unit_of(round_), track_key=TRACK, places=3,
            now=world.start,
        )  # fmt: skip
    give_back(session, world, first, 2)
    session.commit()
    return upper, first, second


def give_back(session, world, round_, places):
    quotas_services.return_places(
        session, actor=world.administrator, round_=session.get_one(Round, round_.id), track_key=TRACK,
        places=places, reason="本市参评不足", now=world.start,
    )  # fmt: skip


def places_of(session, upper, round_):
    """What a unit holds, as stored."""
    session.rollback()
    unit = ladder.unit_of(round_)
    wanted = sa.select(Quota.places).filter_by(round_id=upper.id, unit_kind=unit.kind, unit_id=unit.id)
    return session.scalar(wanted)


def test_places_handed_on_while_the_quota_is_set_are_added_to_what_was_set(
    engine, session, world, units, acting
):
    upper, first, _ = units
    office, unit = world.officials["province"], ladder.unit_of(first)
    with Sessions(engine).writing() as own:
        quotas_services.set_quota(
            own, actor=office, round_=own.get_one(Round, upper.id), unit=unit, track_key=TRACK, places=2,
            now=NOW,
        )  # fmt: skip
        handing = acting(
            lambda session: quotas_services.hand_on_places(
                session, actor=office, round_=session.get_one(Round, upper.id), track_key=TRACK, unit=unit,
                places=1, reason="参评多", now=NOW,
            )
        )  # fmt: skip
        own.commit()
    assert handing.result(30) == {unit: 1}
    assert places_of(session, upper, first) == 3
    assert verify_chain(session, chain_of(upper)).is_whole


def test_no_place_is_handed_on_behind_the_list_that_is_being_published(engine, session, world, units, acting):
    upper, first, _ = units
    office, unit = world.officials["province"], ladder.unit_of(first)
    with Sessions(engine).writing() as own:
        round_, city = own.get_one(Round, first.id), world.officials["city"]
        standings_services.compute_standing(own, actor=city, round_=round_, now=NOW)
        standings_services.publish_standing(own, actor=city, round_=round_, now=NOW)
        handing = acting(
            lambda session: quotas_services.hand_on_places(
                session, actor=office, round_=session.get_one(Round, upper.id), track_key=TRACK, unit=unit,
                places=1, reason="参评多", now=NOW,
            )
        )  # fmt: skip
        own.commit()
    with pytest.raises(DomainError):
        handing.result(30)
    assert places_of(session, upper, first) == 1


def test_quotas_of_two_units_and_places_given_back_by_one_of_them(engine, session, world, units, acting):
    upper, first, second = units
    office = world.officials["province"]
    wanted = {(ladder.unit_of(row), TRACK): 2 for row in (first, second)}
    with held(engine, f"round:{second.id}"):
        giving = acting(lambda session: give_back(session, world, second, 1))
        setting = acting(
            lambda session: quotas_services.set_quotas(
                session, actor=office, round_=session.get_one(Round, upper.id), places=wanted, now=NOW
            )
        )
    assert (giving.result(30), setting.result(30)) == (None, None)
    assert [places_of(session, upper, row) for row in (first, second)] == [2, 2]


def test_a_falsified_result_and_an_act_of_the_round_in_which_it_was_awarded(
    engine, session, world, units, acting
):
    _, first, _ = units
    city = world.officials["city"]
    standings_services.compute_standing(session, actor=city, round_=first, now=NOW)
    standings_services.publish_standing(session, actor=city, round_=first, now=NOW)
    standings_services.finish_round(session, actor=city, round_=first, now=first.publicity_ends_at)
    give_awards(session, actor=city, round_=first, now=first.finished_at)
    result_id = world.entries_of(first)[0].result_id
    session.commit()

    def hold(session):
        round_ = session.get_one(Round, first.id)
        standings_services.hold_list(session, actor=city, round_=round_, reason="核查中", now=NOW)
        standings_services.lift_hold(session, actor=city, round_=round_, now=NOW)

    def annul(session):
        result = session.get_one(Result, result_id)
        annul_result(session, actor=city, result=result, reason="照片造假", seasons=1, now=NOW)

    with held(engine, f"round:{first.id}"):
        acts = [acting(hold), acting(annul)]
    assert [act.result(30) for act in acts] == [None, None]
    for chain in (chain_of(first), PLATFORM):
        assert verify_chain(session, chain).is_whole


def test_stepping_back_from_an_entry_while_another_stage_of_it_is_handed_in(
    engine, session, world, units, acting
):
    _, first, _ = units
    entry = world.entries_of(first)[0]
    seat = session.scalar(sa.select(RoundJudge).filter_by(round_id=first.id).order_by(RoundJudge.id).limit(1))
    judge, now = world.make.actor(seat.person), world.at("scoring")
    own = {"entry_id": entry.id, "judge_id": seat.person_id}
    paper = session.scalar(sa.select(ScoreSheet).filter_by(**own))
    second = ScoreSheet(
        round_id=first.id, stage="site", rubric_edition_id=paper.rubric_edition_id, points={}, comments={},
        **own,
    )  # fmt: skip
    session.add(second)
    session.commit()

    def hand_in(session):
        sheet = session.get_one(ScoreSheet, second.id)
        scoring_services.hand_in(session, actor=judge, sheet=sheet, points=t2("83"), version=1, now=now)

    def recuse(session):
        sheet = session.get_one(ScoreSheet, paper.id)
        scoring_services.recuse(session, actor=judge, sheet=sheet, reason="亲属在该公司", now=now)

    with held(engine, f"chain:{chain_of(first)}"):
        stepping_back, handing_in = acting(recuse), acting(hand_in)
    assert stepping_back.result(30) is None
    with pytest.raises(DomainError):
        handing_in.result(30)
    session.rollback()
    states = session.scalars(sa.select(ScoreSheet.state).filter_by(**own)).all()
    assert states == [SheetState.RECUSED, SheetState.RECUSED]
    assert verify_chain(session, chain_of(first)).is_whole
