"""The whole main job in Chromium, every act a click, from a circle's registration to a checked certificate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cp_circles.people.models import Role, ScopeKind
from tests.browser.project_walk import MEMBERS, ProjectWalk
from tests.browser.round_walk import LEVELS, RoundWalk
from tests.browser.windows import Windows, served
from tests.clock import held_still
from tests.conftest import NOW
from tests.journeys.by_hand import redone
from tests.journeys.job import COMPANY_STAFF

pytestmark = pytest.mark.slow
VERIFIERS = ("process_owner", "metering", "finance")
RUNS = {"zh": ("zh-CN", "qc_solve_self"), "en": ("en-US", "qc_innovate")}


@pytest.fixture(params=["zh", pytest.param("en", marks=pytest.mark.prove)])
def walks(
    request: pytest.FixtureRequest, app: Any, session: Any, make: Any, browser: Any
) -> Iterator[tuple[ProjectWalk, RoundWalk]]:
    """Regions, a company and accounts with their grants, and nothing else; one language."""
    locale, method = RUNS[request.param]
    make.rulesets()
    with served(app) as url:
        windows = Windows(browser, app, url, locale, held_still(app, NOW))
        places = dict(zip(("nation", "province", "city", "county"), make.places(), strict=True))
        company = make.company(places["county"], name="示例碧水化工")
        names = {}
        staff = {role.value: role for role in COMPANY_STAFF}
        for name in (*staff, *MEMBERS):
            person = make.employed(company, windows.account(make.person(name=f"示例{name}"), name))
            names[name] = person.name
            if name in staff:
                make.grant(person, staff[name], ScopeKind.COMPANY, company)
        for level, region in places.items():
            person = windows.account(make.person(name=f"示例{level}"), level)
            make.grant(person, Role.OFFICIAL, ScopeKind.REGION, region)
        judges = {}
        for name in ("judge0", "judge1", "judge2"):
            judges[name] = windows.account(make.person(name=f"示例{name}"), name).name
        session.commit()
        project = ProjectWalk(windows, session, company, names, method)
        yield project, RoundWalk(windows, session, judges, "降低空压站单位产品电耗")
        windows.close()
        assert windows.faults == []


def test_every_click_from_a_circle_to_a_certificate(walks: tuple[ProjectWalk, RoundWalk]) -> None:
    project, rounds = walks
    project.register_circle()
    project.register_project()
    project.log_readings()
    project.claim_saving()
    project.sign(*VERIFIERS)
    project.walk_steps()
    project.freeze_result()
    rounds.open_season()
    for level in LEVELS:
        rounds.hold_round(level)
    assert rounds.award().round_id == rounds.stored("nation").id
    for page in rounds.printed.values():
        assert len(redone(page)) == 1
    assert rounds.entries() == len(LEVELS)
