"""Several processes in one round at the same moment: one outcome, the others get a clear answer."""

import multiprocessing
import shutil
from datetime import UTC, datetime
from itertools import count

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from cp_circles.db.engine import Sessions, make_engine
from cp_circles.db.models import Event
from cp_circles.errors import DomainError
from cp_circles.judging.chain import PLATFORM, chain_of, verify_chain
from cp_circles.judging.models import Round, ScoreSheet, SheetState, Standing
from cp_circles.judging.queries import ladder
from cp_circles.people import queries as people
from cp_circles.standings import services as standings_services
from cp_circles.standings.queries import standings
from tests.builders import Builders
from tests.judging import acting
from tests.judging.world import World

pytestmark = pytest.mark.slow
NOW = datetime(2026, 9, 18, 1, tzinfo=UTC)
JUDGES = 20


@pytest.fixture(scope="module")
def processes():
    """The ends of pipes to processes that wait for acts, whatever the database: imported and started once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([acting.__name__])
    pipes = [context.Pipe() for _ in range(4)]
    started = [context.Process(target=acting.serve, args=(theirs,), daemon=True) for _, theirs in pipes]
    for process, (_, theirs) in zip(started, pipes, strict=True):
        process.start()
        theirs.close()
    yield [ours for ours, _ in pipes]
    for process, (ours, _) in zip(started, pipes, strict=True):
        ours.close()
        process.join(30)
        process.close()


@pytest.fixture
def together(processes, database_url):
    """Has each list of acts (name, values) done by a process of its own, all beginning at the same moment."""

    def act(*lists):
        taken = processes[: len(lists)]
        for process, acts in zip(taken, lists, strict=True):
            process.send((database_url, acts))
        assert [process.recv() for process in taken] == ["ready"] * len(taken)
        for process in taken:
            process.send("go")
        return [process.recv() for process in taken]

    return act


@pytest.fixture(scope="module")
def prepared(fresh_database):
    """A database with a judged city round of two places and a province's being scored, and what is told."""
    url = fresh_database()
    engine = make_engine(url)
    with Sessions(engine).writing() as session:
        world = World(session, Builders(session, NOW))
        judged = _judged(world)
        told = {"judged": judged, "scored": _scored(world, judged["round"])}
        session.commit()
    engine.dispose()
    return url, told


def _judged(world):
    round_ = world.judged_round("city", [["90", "88", "86"], ["80", "78", "76"], ["70", "68", "66"]])
    world.give_places(round_, 2)
    return {
        "round": round_.id,
        "upper": ladder.round_above(world.session, round_).id,
        "unit": list(ladder.unit_of(round_)),
        "version": round_.version,
        "now": world.at("deliberation").isoformat(),
        "actor": world.officials["city"].person_id,
        "above": world.officials["province"].person_id,
        "sheet": world.session.scalar(sa.select(sa.func.min(ScoreSheet.id))),
    }


def _scored(world, below):
    world.round_at("nation")
    round_ = ladder.round_above(world.session, world.session.get_one(Round, below))
    entry, judges = world.entry(round_), [world.judge(round_) for _ in range(JUDGES)]
    world.numbers(round_)
    world.give_places(round_, 2)
    return {
        "round": round_.id,
        "upper": ladder.round_above(world.session, round_).id,
        "unit": list(ladder.unit_of(round_)),
        "version": round_.version,
        "now": world.at("scoring").isoformat(),
        "actor": world.officials["province"].person_id,
        "above": world.officials["nation"].person_id,
        "sheets": [world.assign(entry, judge).id for judge in judges],
    }


COPIES = count(1)


@pytest.fixture
def database_url(database_kind, prepared, request, tmp_path):
    """A copy of the prepared database, of the test's own."""
    url = prepared[0]
    if database_kind == "sqlite":
        copy = f"{tmp_path}/own.db"
        shutil.copyfile(url.removeprefix("sqlite:///"), copy)
        return f"sqlite:///{copy}"
    cluster, original, name = (
        request.getfixturevalue("cluster"),
        make_url(url).database,
        f"own_{next(COPIES)}",
    )
    cluster.administer(f"CREATE DATABASE {name} TEMPLATE {original}")
    return cluster.url(name)


@pytest.fixture
def sessions(engine):
    """Sessions on this test's own database."""
    return Sessions(engine)


@pytest.fixture
def judged(prepared):
    """What the processes are told of the judged round."""
    return prepared[1]["judged"]


@pytest.fixture
def scored(prepared):
    """What the processes are told of the round that is being scored."""
    return prepared[1]["scored"]


def counted(session, verb, first=0):
    """How many events of an act there are behind an event."""
    return session.scalar(sa.select(sa.func.count(Event.id)).where(Event.verb == verb, Event.id > first))


def test_two_officials_close_a_round_once(sessions, together, judged):
    first, second = together([("compute", judged)], [("compute", judged)])
    assert sorted(first + second)[1] == "won" and (first + second).count("won") == 1
    first, second = together([("publish", judged)], [("publish", judged)])
    assert sorted(first + second) == ["DomainError", "won"]
    with sessions.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Standing.id))) == 1
        assert (
            counted(session, "judging.publish_standing"),
            counted(session, "judging.publish_chain_head"),
        ) == (1, 1)
        assert verify_chain(session, f"round:{judged['round']}").is_whole
        assert verify_chain(session, PLATFORM).is_whole


def test_two_tabs_of_a_judge_keep_one_draft_and_tell_the_other(sessions, together, scored):
    told = {"sheet": scored["sheets"][0], "now": scored["now"]}
    first, second = together([("save", told | {"total": "90"})], [("save", told | {"total": "70"})])
    assert sorted(first + second) == ["Stale", "won"]
    with sessions.reading() as session:
        assert session.get_one(ScoreSheet, told["sheet"]).version == 2


def test_two_tabs_of_a_judge_hand_one_sheet_in(sessions, together, scored):
    told = {"sheet": scored["sheets"][0], "now": scored["now"]}
    first, second = together([("hand_in", told | {"total": "90"})], [("hand_in", told | {"total": "70"})])
    assert sorted(first + second) == ["SheetLocked", "won"]
    with sessions.reading() as session:
        sheet = session.get_one(ScoreSheet, told["sheet"])
        assert sheet.total == (90 if first == ["won"] else 70)
        assert counted(session, "judging.submit_sheet", _last_of_setting_up(session, scored)) == 1
        assert verify_chain(session, f"round:{scored['round']}").is_whole


def test_a_quota_cut_and_a_changed_score_never_stand_behind_a_published_list(sessions, together, judged):
    cut = judged | {"actor": judged["above"], "places": 1}
    outcomes = together([("compute", judged)], [("cut_quota", cut)], [("reopen", judged)])
    assert outcomes[1] == ["won"] and outcomes[2] == ["won"]
    assert outcomes[0][0] in {"won", "Stale", "WorkOutstanding"}
    now = datetime.fromisoformat(judged["now"])
    with sessions.writing() as session:
        round_ = session.get_one(Round, judged["round"])
        official = people.actor_for(session, judged["actor"], now)
        with pytest.raises(DomainError):
            standings_services.publish_standing(session, actor=official, round_=round_, now=now)
        sheet = session.get_one(ScoreSheet, judged["sheet"])
        World.score(_Judge(session), sheet, dict(sheet.points), now)
        standings_services.compute_standing(
            session, actor=official, round_=round_, reason="重新计算", now=now
        )
        standings_services.publish_standing(session, actor=official, round_=round_, now=now)
        rows = standings.standing_by_id(session, round_.standing_id).rows
        assert [row.decision for row in rows].count("promoted") == 1
        assert verify_chain(session, chain_of(round_)).is_whole


class _Judge:
    """As much of a world as handing a sheet in needs."""

    def __init__(self, session):
        self.session, self.make = session, Builders(session, NOW)


def test_twenty_judges_hand_in_while_the_quota_is_cut_and_none_is_lost_or_doubled(sessions, together, scored):
    with sessions.reading() as session:
        before = _last_of_setting_up(session, scored)
    sheets = [
        ("hand_in", {"sheet": sheet, "now": scored["now"], "total": str(60 + n)})
        for n, sheet in enumerate(scored["sheets"])
    ]
    cuts = [("cut_quota", scored | {"actor": scored["above"], "places": places}) for places in (1, 0, 1)]
    early = ("compute", scored)
    *judges, officials = together(*(sheets[n::3] for n in range(3)), [cuts[0], early, *cuts[1:]])
    assert [one for outcomes in judges for one in outcomes] == ["won"] * JUDGES
    assert officials[0] == officials[2] == officials[3] == "won" and officials[1] != "won"
    with sessions.reading() as session:
        handed_in = sa.select(ScoreSheet.total).where(
            ScoreSheet.round_id == scored["round"], ScoreSheet.state == SheetState.SUBMITTED
        )
        assert sorted(map(int, session.scalars(handed_in))) == list(range(60, 60 + JUDGES))
        assert counted(session, "judging.submit_sheet", before) == JUDGES
        assert session.get_one(Round, scored["round"]).standing_id is None
        for chain in (scored["round"], scored["upper"]):
            assert verify_chain(session, f"round:{chain}").is_whole


def _last_of_setting_up(session, scored):
    """The last event before the processes act on the sheets."""
    assigned = sa.select(sa.func.max(Event.id)).where(
        Event.verb == "judging.assign_judge", Event.subject_id == scored["sheets"][-1]
    )
    return session.scalar(assigned)
