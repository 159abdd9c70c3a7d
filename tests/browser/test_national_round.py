"""A national round from invitation to certificate, an objection upheld: four people in parallel behind gunicorn.

In both languages, and on both databases.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cp_circles.people.models import Person
from tests.browser.nation_walk import AT_DESK, BEHIND, LEVEL, OWN, RIVAL, THIRD, Backstage, NationWalk
from tests.browser.shared_clock import SharedClock
from tests.browser.windows import Windows

pytestmark = [pytest.mark.slow, pytest.mark.prove, pytest.mark.served_on_both]


@pytest.fixture(params=["zh-CN", "en-US"])
def nation(
    request: pytest.FixtureRequest, app: Any, live: Any, session: Any, make: Any, browser: Any, tmp_path: Path
) -> Iterator[tuple[NationWalk, dict[str, Any]]]:
    """An open season with three frozen results, their leader, judges and the official of the nation."""
    clock = SharedClock(app.extensions["cp_clock"], tmp_path / "demo_clock")
    world = Backstage(session, make)
    world.clock = clock
    world.round_at("province")
    results = {
        title: world.result(world.company if title == OWN else make.company(world.county))
        for title in (OWN, RIVAL, THIRD)
    }
    for title, result in results.items():
        result.title = result.project.title = title
        result.package = result.package | {"title": title}
    windows = Windows(browser, app, live.url, request.param, clock)
    official = session.get_one(Person, world.officials[LEVEL].person_id)
    leader = session.get_one(Person, world.leader_of(results[OWN]).person_id)
    world.seats = {name: make.person(name=f"示例{name}") for name in (*AT_DESK, *BEHIND)}
    world.seats |= {LEVEL: official, "leader": leader}
    for name, person in world.seats.items():
        windows.account(person, name)
    session.commit()
    yield NationWalk(windows, world, {name: world.seats[name].name for name in AT_DESK}), results
    windows.close()
    assert windows.faults == []


def test_four_people_take_a_national_round_from_invitation_to_certificate(
    nation: tuple[NationWalk, dict[str, Any]],
) -> None:
    walk, results = nation
    walk.open_nation(results)
    walk.review_all()
    walk.seat()
    walk.score_all()
    walk.compute()
    walk.deliberate()
    walk.recuse_late()
    walk.publish()
    walk.uphold(walk.object())
    awards = walk.finish()
    assert [award.holder["title"] for award in awards] == [OWN, THIRD]
    walk.read_certificates(awards)
    walk.check(awards[0])
