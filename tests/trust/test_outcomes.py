"""Rounds, lists, lines and certificates changed behind the chains are found by `flask check`."""

import pytest
import sqlalchemy as sa

from cp_circles.awards import services as awards
from cp_circles.awards.models import Award
from cp_circles.cli.check import check_chains, check_heads, check_outcomes, check_severity, check_sheets
from cp_circles.db.models import Event
from cp_circles.editions import queries as editions
from cp_circles.judging.models import (
    Entry,
    Objection,
    ObjectionState,
    PublicList,
    Quota,
    Round,
    ScoreSheet,
    SheetState,
    Standing,
    StandingRow,
)
from cp_circles.judging.queries import ladder
from cp_circles.objections import services as objections_services
from cp_circles.quotas import services as quotas_services
from cp_circles.standings import services as standings_services
from tests.trust.conftest import DAY

FIRST_LINE = sa.select(sa.func.min(StandingRow.id)).scalar_subquery()
FIRST_AWARD = sa.select(sa.func.min(Award.id)).scalar_subquery()
FIRST_SHEET = sa.select(sa.func.min(ScoreSheet.id)).scalar_subquery()


def line(**values):
    return sa.update(StandingRow).where(StandingRow.id == FIRST_LINE).values(**values)


def award(**values):
    return sa.update(Award).where(Award.id == FIRST_AWARD).values(**values)


TAMPERED = {
    "a line's score": line(score=99),
    "a line's place": line(place=3),
    "a line's decision": line(decision="promoted"),
    "a line's working": line(working={"total": "99"}),
    "a line is gone": sa.delete(StandingRow).where(StandingRow.id == FIRST_LINE),
    "the standing that holds": sa.update(Round)
    .where(Round.standing_id.is_not(None))
    .values(standing_id=None),
    "when it was published": sa.update(Round)
    .where(Round.published_at.is_not(None))
    .values(published_at=Round.finished_at),
    "when it was finished": sa.update(Round).where(Round.finished_at.is_not(None)).values(finished_at=None),
    "the pass mark": sa.update(Round).where(Round.published_at.is_not(None)).values(pass_mark=10),
    "the public list's end": sa.update(PublicList).values(publicity_ends_at=None),
    "the public list's strikes": sa.update(PublicList).values(struck=[1]),
    "the public list is held": sa.update(PublicList).values(held_at=PublicList.published_at),
    "the public list is gone": sa.delete(PublicList),
    "a disqualification": sa.update(Entry)
    .where(Entry.round_id.in_(sa.select(PublicList.round_id)))
    .values(disqualified_at=Entry.submitted_at),
    "a sheet put aside": sa.update(ScoreSheet)
    .where(ScoreSheet.id == FIRST_SHEET)
    .values(state=SheetState.RECUSED),
    "a sheet is gone": sa.delete(ScoreSheet).where(ScoreSheet.id == FIRST_SHEET),
    "what a certificate prints": award(label="特等奖"),
    "a certificate with its hash": award(label="特等奖", sha256="0" * 64),
    "a revocation": award(revoked_at=Award.given_at),
    "a certificate is gone": sa.delete(Award).where(Award.id == FIRST_AWARD),
    "the last heads": sa.delete(Event).where(
        Event.chain == "platform", Event.verb == "judging.publish_chain_head"
    ),
}


def faults(session):
    """How many faults `flask check` finds in rounds and their chains."""
    session.expire_all()
    checks = (check_outcomes, check_sheets, check_heads, check_severity, check_chains)
    return sum(check(session) for check in checks)


@pytest.fixture
def awarded(session, world):
    """A finished city round with awards, and another one whose list is held."""
    round_ = world.judged_round()
    round_.award_edition_id = editions.latest(session, "award_scheme", "one_two_three").id
    official, now = world.officials["city"], world.at("deliberation")
    standings_services.compute_standing(session, actor=official, round_=round_, now=now)
    standings_services.publish_standing(session, actor=official, round_=round_, now=now)
    standings_services.finish_round(
        session, actor=official, round_=round_, now=round_.publicity_ends_at + DAY
    )
    awards.give_awards(session, actor=official, round_=round_, now=round_.finished_at + DAY)
    session.flush()
    return round_


def test_every_change_behind_the_chains_is_found(session, awarded):
    assert session.scalar(sa.select(sa.func.count(Award.id))) > 0 and faults(session) == 0
    unseen = []
    for name, change in TAMPERED.items():
        with session.begin_nested() as trial:
            done = session.execute(change.execution_options(synchronize_session=False))
            assert done.rowcount > 0, name
            if faults(session) == 0:
                unseen.append(name)
            trial.rollback()
    assert unseen == [] and faults(session) == 0


def test_a_sheet_that_was_slipped_in_is_found(session, awarded, make):
    sheet = session.get(ScoreSheet, session.scalar(sa.select(FIRST_SHEET)))
    copied = {
        column.key: getattr(sheet, column.key)
        for column in sa.inspect(ScoreSheet).column_attrs
        if column.key != "id"
    }
    session.add(ScoreSheet(**copied | {"judge_id": make.person().id}))
    session.flush()
    assert check_sheets(session) == 1


def test_awards_and_their_ends_are_links_of_the_round_under_a_published_head(session, world, awarded):
    award = session.get(Award, session.scalar(sa.select(FIRST_AWARD)))
    awards.revoke_award(
        session,
        actor=world.officials["city"],
        award=award,
        reason="示例理由",
        now=awarded.finished_at + 2 * DAY,
    )
    links = sa.select(Event.verb).where(Event.chain == f"round:{awarded.id}").order_by(Event.id)
    verbs = session.scalars(links).all()
    assert verbs.count("awards.give_award") == session.scalar(sa.select(sa.func.count(Award.id)))
    assert verbs[-1] == "awards.revoke_award" and faults(session) == 0
    assert session.scalar(sa.select(sa.func.count(Standing.id))) == 1


def dismissed(session, world):
    """An objection that was dismissed, and the round's places in the round above."""
    round_ = world.judged_round()
    world.give_places(round_, 1)
    official, now = world.officials["city"], world.at("deliberation")
    standings_services.compute_standing(session, actor=official, round_=round_, now=now)
    standings_services.publish_standing(session, actor=official, round_=round_, now=now)
    objection = objections_services.file_objection(
        session,
        actor=world.make.actor(),
        entry=world.entries_of(round_)[0],
        text="基期数据与车间记录不符，请核对。",
        now=now + DAY,
    )
    facts = dict(actor=official, objection=objection, now=now + 2 * DAY)
    objections_services.admit_objection(session, version=1, **facts)
    objections_services.decide_objection(session, effect="none", decision="经核查无误。", version=2, **facts)
    return objection


def test_an_objection_or_a_quota_changed_behind_its_chain_is_found(session, world):
    objection = dismissed(session, world)
    quota = session.scalars(sa.select(Quota)).one()
    assert faults(session) == 0
    for row, changed in (
        (objection, {"decision": "另一个决定。"}),
        (objection, {"effect": "disqualify"}),
        (objection, {"state": ObjectionState.UPHELD}),
        (objection, {"text": "基期数据与车间记录相符。"}),
        (objection, {"filer_id": world.officials["city"].person_id}),
        (quota, {"places": 7}),
    ):
        with session.begin_nested() as trial:
            session.execute(sa.update(type(row)).where(type(row).id == row.id).values(changed))
            assert check_outcomes(session) == 1, changed
            trial.rollback()
    session.execute(sa.delete(Objection))
    session.execute(sa.delete(Quota))
    assert check_outcomes(session) == 2


def test_an_objection_from_before_its_words_were_chained_and_one_of_somebody_erased_stay_valid(
    session, world
):
    objection = dismissed(session, world)
    objection.filer.salt, objection.filer.erased_at = "", world.at("publicity")
    filed = session.scalars(sa.select(Event).where(Event.verb == "judging.file_objection")).one()
    assert len(filed.after["text"]) == 64 and objection.text not in str(filed.after)
    assert check_outcomes(session) == 0
    filed.after = {key: value for key, value in filed.after.items() if key != "text"}
    session.flush()
    assert check_outcomes(session) == 0


def test_places_given_back_and_handed_on_add_up_with_their_chain(session, world):
    round_ = world.judged_round()
    world.give_places(round_, 2)
    upper = ladder.round_above(session, round_)
    facts = dict(track_key="problem_solving", reason="示例理由", now=world.at("deliberation"))
    quotas_services.return_places(session, actor=world.officials["city"], round_=round_, places=2, **facts)
    quotas_services.hand_on_places(
        session,
        actor=world.officials["province"],
        round_=upper,
        unit=ladder.unit_of(round_),
        places=1,
        **facts,
    )
    assert check_outcomes(session) == 0
    session.execute(sa.update(Quota).where(Quota.unit_kind == ladder.RETURNED.kind).values(places=5))
    assert check_outcomes(session) == 1
