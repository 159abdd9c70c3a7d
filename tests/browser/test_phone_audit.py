"""A circle on a 360 px phone begins an audit, logs a reading without network, and claims its saving."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cp_circles.people.models import ScopeKind
from tests.browser.phone_walk import PhoneWalk, PhoneWindows
from tests.browser.project_walk import MEMBERS
from tests.browser.windows import served
from tests.clock import held_still
from tests.conftest import NOW
from tests.journeys.job import COMPANY_STAFF

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
LOCALES = {"zh": "zh-CN"}


@pytest.fixture(params=sorted(LOCALES))
def walk(
    request: pytest.FixtureRequest, app: Any, session: Any, make: Any, browser: Any
) -> Iterator[PhoneWalk]:
    """A company, its staff and three colleagues with accounts; one language."""
    make.rulesets()
    with served(app) as url:
        windows = PhoneWindows(browser, app, url, LOCALES[request.param], held_still(app, NOW))
        company = make.company(make.places()[-1], name="示例碧水化工")
        names, staff = {}, {role.value: role for role in COMPANY_STAFF}
        for name in (*staff, *MEMBERS):
            person = make.employed(company, windows.account(make.person(name=f"示例{name}"), name))
            names[name] = person.name
            if name in staff:
                make.grant(person, staff[name], ScopeKind.COMPANY, company)
        session.commit()
        yield PhoneWalk(windows, session, company, names, "cp_audit")
        windows.close()
        assert windows.faults == []


def test_an_audit_is_begun_on_a_phone_and_its_saving_claimed(walk: PhoneWalk) -> None:
    walk.register_circle()
    walk.register_project()
    walk.log_readings()
    walk.log_without_network("空压站电表", "2026-01-01", "2026-01-31", "93800")
    walk.claim_saving()
