"""Several processes in one round at the same moment: one outcome, the others get a clear answer."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from cp_circles.db.engine import Sessions
from cp_circles.db.models import Event
from cp_circles.errors import DomainError
from cp_circles.judging import services
from cp_circles.judging.chain import PLATFORM, chain_of, verify_chain
from cp_circles.judging.models import Round, ScoreSheet, SheetState, Standing
from cp_circles.judging.queries import ladder, standings
from cp_circles.people import queries as people
from tests.builders import Builders
from tests.judging.world import World
from tests.needs import ROOT

pytestmark = pytest.mark.slow
NOW = datetime(2026, 9, 18, 1, tzinfo=UTC)


def together(engine, *acts):
    """The outcomes of acts (name, values of each) that processes of their own begin at the same moment."""
    url = engine.url.render_as_string(hide_password=False)
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.judging.acting", url, name, json.dumps(each)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for name, each in acts
    ]
    try:
        assert [process.stdout.readline().strip() for process in started] == ["ready"] * len(started)
        for process in started:
            process.stdin.write("go\n")
            process.stdin.flush()
        return [json.loads(process.communicate(timeout=120)[0]) for process in started]
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.fixture
def sessions(database_url, engine):
    """Sessions on this test's own database."""
    return Sessions(engine)


@pytest.fixture
def judged(sessions):
    """A judged city round with a quota of two, and what the processes are told of it."""
    with sessions.writing() as session:
        world = World(session, Builders(session, NOW))
        round_ = world.judged_round("city", [["90", "88", "86"], ["80", "78", "76"], ["70", "68", "66"]])
        world.give_places(round_, 2)
        upper = ladder.round_above(session, round_)
        told = {
            "round": round_.id,
            "upper": upper.id,
            "unit": list(ladder.unit_of(round_)),
            "version": round_.version,
            "now": world.at("deliberation").isoformat(),
            "actor": world.officials["city"].person_id,
            "above": world.officials["province"].person_id,
            "sheet": session.scalar(sa.select(sa.func.min(ScoreSheet.id))),
        }
        session.commit()
    return told


def counted(session, verb):
    """How many events of an act there are."""
    return session.scalar(sa.select(sa.func.count(Event.id)).where(Event.verb == verb))


def test_two_officials_close_a_round_once(sessions, engine, judged):
    first, second = together(engine, ("compute", [judged]), ("compute", [judged]))
    assert sorted(first + second)[1] == "won" and (first + second).count("won") == 1
    first, second = together(engine, ("publish", [judged]), ("publish", [judged]))
    assert sorted(first + second) == ["DomainError", "won"]
    with sessions.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Standing.id))) == 1
        assert (
            counted(session, "judging.publish_standing"),
            counted(session, "judging.publish_chain_head"),
        ) == (1, 1)
        assert verify_chain(session, f"round:{judged['round']}").is_whole
        assert verify_chain(session, PLATFORM).is_whole


def test_two_tabs_of_a_judge_keep_one_draft_and_tell_the_other(sessions, engine):
    with sessions.writing() as session:
        world = World(session, Builders(session, NOW))
        world.round_at("province")
        round_ = world.round_at("city")
        entry, judge = world.entry(round_), world.judge(round_)
        world.numbers(round_)
        told = {"sheet": world.assign(entry, judge).id, "now": world.at("scoring").isoformat()}
        session.commit()
    first, second = together(engine, ("save", [told | {"total": "90"}]), ("save", [told | {"total": "70"}]))
    assert sorted(first + second) == ["Stale", "won"]
    with sessions.reading() as session:
        assert session.get_one(ScoreSheet, told["sheet"]).version == 2


def test_a_quota_cut_and_a_changed_score_never_stand_behind_a_published_list(sessions, engine, judged):
    cut = judged | {"actor": judged["above"], "places": 1}
    outcomes = together(engine, ("compute", [judged]), ("cut_quota", [cut]), ("reopen", [judged]))
    assert outcomes[1] == ["won"] and outcomes[2] == ["won"]
    assert outcomes[0][0] in {"won", "Stale", "WorkOutstanding"}
    now = datetime.fromisoformat(judged["now"])
    with sessions.writing() as session:
        round_ = session.get_one(Round, judged["round"])
        official = people.actor_for(session, judged["actor"], now)
        with pytest.raises(DomainError):
            services.publish_standing(session, actor=official, round_=round_, now=now)
        sheet = session.get_one(ScoreSheet, judged["sheet"])
        World.score(_Judge(session), sheet, dict(sheet.points), now)
        services.compute_standing(session, actor=official, round_=round_, reason="重新计算", now=now)
        services.publish_standing(session, actor=official, round_=round_, now=now)
        rows = standings.standing_by_id(session, round_.standing_id).rows
        assert [row.decision for row in rows].count("promoted") == 1
        assert verify_chain(session, chain_of(round_)).is_whole


class _Judge:
    """As much of a world as handing a sheet in needs."""

    def __init__(self, session):
        self.session, self.make = session, Builders(session, NOW)


def test_twenty_judges_hand_in_at_once_and_no_sheet_is_lost_or_doubled(sessions, engine):
    with sessions.writing() as session:
        world = World(session, Builders(session, NOW))
        world.round_at("province")
        round_ = world.round_at("city")
        entry = world.entry(round_)
        judges = [world.judge(round_) for _ in range(20)]
        world.numbers(round_)
        now = world.at("scoring").isoformat()
        told = [
            {"sheet": world.assign(entry, judge).id, "now": now, "total": str(60 + n)}
            for n, judge in enumerate(judges)
        ]
        chain = chain_of(round_)
        session.commit()
    outcomes = together(engine, *(("hand_in", told[n::4]) for n in range(4)))
    assert outcomes == [["won"] * 5] * 4
    with sessions.reading() as session:
        handed_in = sa.select(ScoreSheet.total).where(ScoreSheet.state == SheetState.SUBMITTED)
        assert sorted(map(int, session.scalars(handed_in))) == list(range(60, 80))
        assert counted(session, "judging.submit_sheet") == 20
        assert verify_chain(session, chain).is_whole
