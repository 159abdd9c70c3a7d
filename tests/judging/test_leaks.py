"""Who holds a round does not judge in it, a circle is not told its judges, a round finishes once."""

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from cp_circles.awards.services import give_awards
from cp_circles.db.engine import Sessions
from cp_circles.db.models import Event
from cp_circles.errors import DomainError
from cp_circles.judging.models import Round, RoundJudge
from cp_circles.panels import services as panels_services
from cp_circles.people.models import Person
from cp_circles.results.models import ResultState
from cp_circles.standings import services as standings_services
from tests.builders import Builders
from tests.judging.test_pages import text_of
from tests.judging.world import World


def test_whoever_holds_a_blind_round_does_not_judge_in_it(session, world):
    round_, official = world.round_at("city"), world.officials["city"]
    with pytest.raises(DomainError) as refused:
        panels_services.invite_judge(
            session,
            actor=official,
            round_=round_,
            person=session.get(Person, official.person_id),
            now=world.at("formal_review"),
        )
    assert set(refused.value.values) == {"name"}
    assert session.scalar(sa.select(sa.func.count(RoundJudge.id))) == 0


def test_a_circle_is_not_told_who_was_to_judge_it(session, client, stage_at):
    world = stage_at("scoring")
    world.round_at("province")
    round_ = world.round_at("city")
    entry = world.entry(round_)
    judge = world.judge(round_, person=world.make.person(name="示例评委密"))
    world.numbers(round_)
    world.assign(entry, judge)
    panels_services.decline_invitation(
        session,
        actor=world.make.actor(judge.person),
        judge=judge,
        reason="与该公司有往来",
        now=world.at("scoring"),
    )
    client.enter(session.get(Person, world.leader_of(entry.result).person_id))
    page = text_of(client.get(f"/judging/entries/{entry.id}"))
    assert "示例评委密" not in page and "与该公司有往来" not in page

    client.enter(session.get(Person, world.officials["city"].person_id))
    assert "示例评委密" in text_of(client.get(f"/judging/entries/{entry.id}"))


def test_two_who_finish_at_once_finish_once(database_url, engine):
    sessions = Sessions(engine)
    with sessions.writing() as session:
        world = World(session, Builders(session, datetime(2026, 9, 18, 1, tzinfo=UTC)))
        round_, official = world.judged_round("nation"), world.officials["nation"]
        standings_services.compute_standing(
            session, actor=official, round_=round_, now=world.at("deliberation")
        )
        standings_services.publish_standing(
            session, actor=official, round_=round_, now=world.at("deliberation")
        )
        round_id, ends_at = round_.id, round_.publicity_ends_at
        session.commit()
    start, outcomes = threading.Barrier(2), []

    def finish():
        with sessions.writing() as own:
            try:
                seen = own.get_one(Round, round_id)
                if engine.dialect.name == "postgresql":
                    start.wait(10)
                standings_services.finish_round(own, actor=official, round_=seen, now=ends_at)
                own.commit()
                outcomes.append("won")
            except DomainError:
                own.rollback()
                outcomes.append("refused")

    threads = [threading.Thread(target=finish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["refused", "won"]
    with sessions.reading() as session:
        finished = sa.select(sa.func.count()).where(Event.verb == "judging.finish_round")
        assert session.scalar(finished) == 1


def test_a_result_that_was_revoked_wins_no_award(session, world):
    scheme = world.edition("award_scheme", "one_two_three")
    round_, official = world.judged_round("nation", award_edition_id=scheme.id), world.officials["nation"]
    standings_services.compute_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    standings_services.publish_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    standings_services.finish_round(session, actor=official, round_=round_, now=round_.publicity_ends_at)
    revoked, kept = world.entries_of(round_)
    revoked.result.state = ResultState.REVOKED

    given = give_awards(session, actor=official, round_=round_, now=round_.publicity_ends_at)

    assert [award.entry_id for award in given] == [kept.id]
