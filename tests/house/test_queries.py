"""Lists send the same number of statements for one row, three, and thirty (300 in make prove)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cp_circles.judging.models import Quota
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW
from tests.house import growth
from tests.judging.world import World

Grow = Callable[[growth.Scene], None]
LISTS: dict[str, tuple[Grow, str]] = {
    "/circles": (growth.more_circles, "department"),
    "/projects": (growth.more_projects, "department"),
    "/guidance/companies/{company}/new-year": (growth.more_circles, "department"),
    "/guidance/companies/{company}/approvals": (growth.more_circles, "department"),
    "/guidance/companies/{company}/appraisals/2026-09": (growth.more_circles, "department"),
    "/results": (growth.more_results, "department"),
    "/meters/company/{company}": (growth.more_meters, "department"),
    "/meters/company/{company}/files": (growth.more_files, "department"),
    "/meters/company/{company}/tree": (growth.more_sub_meters, "department"),
    "/savings/to-sign": (growth.more_claims, "process_owner"),
    "/tasks": (growth.more_tasks, "department"),
    "/outbox": (growth.more_tasks, "department"),
    "/home": (growth.more_claims, "process_owner"),
    "/companies": (growth.more_companies, "official"),
    "/companies/{company}/people": (growth.more_people, "department"),
    "/people": (growth.more_people, "administrator"),
    "/judging/": (growth.more_rounds, "official"),
    "/judging/rounds/{round}/entries": (growth.more_entries, "official"),
    "/judging/rounds/{round}/panel": (growth.more_entries, "official"),
    "/judging/rounds/{round}": (growth.more_entries, "official"),
    "/judging/rounds/{round}/assignment": (growth.more_entries, "official"),
    "/judging/rounds/{round}/quotas": (growth.more_rounds, "official"),
    "/judges": (growth.more_judges, "official"),
    "/trust/": (growth.more_heads, "department"),
    "/trust/receipts": (growth.more_receipts, "judge"),
    "/awards/bans": (growth.more_bans, "official"),
    "/awards/rewards/{company}": (growth.more_awards, "department"),
    "/judging/my-entries": (growth.more_sheets, "judge"),
    "/judging/rounds/{round}/desk": (growth.more_sheets, "judge"),
    "/sittings/rounds/{round}/blank-sheets": (growth.more_sheets, "judge"),
    "/sittings/rounds/{round}/spread": (growth.more_spreads, "official"),
    "/sittings/rounds/{own_round}/talks": (growth.more_talks, "department"),
    "/account/consent": (growth.more_papers, "department"),
    "/companies/{company}/consents?gone": (growth.more_papers, "department"),
    "/search?q=示例": (growth.more_found, "department"),
    "/announcements": (growth.more_announcements, "department"),
    "/companies/{company}/consents": (growth.more_people, "department"),
    "/account/calendar": (growth.more_tasks, "department"),
    "/boards": (growth.more_claims, "official"),
    "/public/boards": (growth.more_claims, "official"),
    "/charts?show=where": (growth.more_claims, "official"),
    "/charts?show=when": (growth.more_claims, "official"),
    "/charts?show=what": (growth.more_claims, "official"),
    "/charts?show=options": (growth.more_claims, "official"),
    "/charts?show=path": (growth.more_claims, "official"),
    "/public/charts?show=compare": (growth.more_claims, "official"),
}
SIZES = [pytest.param((1, 3, 30), id="30"), pytest.param((1, 3, 300), id="300", marks=pytest.mark.prove)]


@pytest.fixture
def scene(session: Any, make: Any) -> growth.Scene:
    """A season in the middle of scoring, and a reader without a role."""
    make.now = NOW - timedelta(days=12)
    world = World(session, make)
    made = growth.Scene(world, make, session, world.company, make.employed(world.company))
    world.round_at("province")
    made.round_, made.own_round = world.round_at("city"), world.company_round()
    made.judge, made.panel = None, []
    back = {"unit_kind": "returned", "unit_id": 0, "track_key": "problem_solving", "places": 1}
    session.add(Quota(round_id=made.round_.id, **back))
    session.flush()
    return made


def play(scene: growth.Scene, role: str) -> Any:
    """The reader, with the role that the list is for."""
    if role == "official":
        scene.grant(Role.OFFICIAL, ScopeKind.REGION, scene.world.city)
    elif role == "administrator":
        scene.grant(Role.ADMINISTRATOR)
    elif role == "judge":
        scene.judge = scene.judge or scene.world.judge(scene.round_, person=scene.make.person())
        return scene.judge.person
    else:
        scene.grant(Role(role), ScopeKind.COMPANY, scene.company)
    return scene.person


def address_of(path: str, scene: growth.Scene) -> str:
    """The address of a list in this season."""
    return path.format(company=scene.company.id, round=scene.round_.id, own_round=scene.own_round.id)


GROWN = sorted({grow.__name__: grow for grow, _ in LISTS.values()}.items())


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("grow", [pytest.param(grow, id=name) for name, grow in GROWN])
def test_a_list_of_any_length_takes_the_same_statements(app, client, session, scene, grow, sizes):
    readers = {}
    for path, (grown_by, role) in sorted(LISTS.items()):
        if grown_by is grow:
            readers[address_of(path, scene)] = play(scene, role)
    counts, have = {}, 0
    for size in sizes:
        for _ in range(size - have):
            grow(scene)
        session.execute(sa.text("UPDATE grants SET since = '2025-01-01 00:00:00'"))
        have = size
        for address, reader in readers.items():
            client.enter(reader)
            client.get(address)
            counts[address, size] = statements(app, client, address)
    for address in readers:
        assert len({counts[address, size] for size in sizes}) == 1, f"{address}: {counts}"


def statements(app: Any, client: Any, address: str) -> int:
    """How many statements a page sends."""
    engine, seen = app.extensions["cp_sessions"].engine, []
    client.database.commit()

    def remember(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
            seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", remember)
    try:
        answer = client.get(address)
    finally:
        sa.event.remove(engine, "before_cursor_execute", remember)
    assert answer.status_code == 200, (address, answer.status_code)
    return len(seen)
