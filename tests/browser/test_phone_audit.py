"""A circle on a 360 px phone goes through a whole audit; its report is opened as Word and PDF and read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cp_circles.people.models import ScopeKind
from tests.browser.opened_files import ink_of_pages, pdf_fonts, pdf_text, word_pictures, word_text
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
VERIFIERS = ("process_owner", "metering", "finance")
RUNS = [
    pytest.param("zh-CN", id="zh"),
    pytest.param("en-US", id="en", marks=pytest.mark.prove),
]
TOLD = (
    "降低空压站单位产品电耗",
    "126,000",
    "漏气排列图",
    "空压站空气平衡",
    "更换变频空压机",
    "空压站运行规程",
)
IN_LANGUAGE = {
    "zh": ("审核准备", "预审核", "方案的实施", "8.82万元"),
    "en": ("Preparation", "Pre-assessment", "Implementingoptions", "CNY88,200"),
}


@pytest.fixture(params=RUNS)
def walk(
    request: pytest.FixtureRequest, app: Any, session: Any, make: Any, browser: Any
) -> Iterator[PhoneWalk]:
    """A company, its staff and three colleagues with accounts; one language."""
    make.rulesets()
    with served(app) as url:
        windows = PhoneWindows(browser, app, url, request.param, held_still(app, NOW))
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


def test_a_whole_audit_on_a_phone_and_its_report_read(walk: PhoneWalk) -> None:
    walk.register_circle()
    walk.register_project()
    walk.log_readings()
    walk.log_without_network("空压站电表", "2026-01-01", "2026-01-31", "93800")
    walk.claim_saving()
    walk.sign(*VERIFIERS)
    walk.walk_steps()
    walk.freeze_result()
    word, pdf = walk.download("word"), walk.download("pdf")
    for text in (word_text(word), pdf_text(pdf)):
        said = [*TOLD, *IN_LANGUAGE[walk.windows.language]]
        assert [words for words in said if words not in text] == []
        assert not set("\ufffd□■") & set(text)
    assert word_pictures(word)
    assert any("NotoSansSC" in name for name in pdf_fonts(pdf))
    assert max(ink_of_pages(pdf)) < 128
