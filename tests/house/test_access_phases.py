"""Rights that a round's phase opens: each such door requested in every phase of a round."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.house.cells import Cell, of_city_entry, of_company_round, of_desk
from tests.house.test_access_table import FULFILLED
from tests.judging.world import SPANS

pytestmark = pytest.mark.http
REASON = {"reason": "示例理由"}
SCORING = ("scoring", "presentation")
DAYS_AGO = {"company": 12, "city": 6}


@dataclass(frozen=True)
class Act:
    """An act of a reader in a round, and the phases in which it is done."""

    reader: str
    level: str
    args: Any
    opens: tuple[str, ...]
    body: Any = field(default=lambda side: {})


def sheet_body(side: Any) -> dict[str, str]:
    """A draft of a sheet without points."""
    return {"version": str(side.sheet.version), "act": "save"}


def entry_body(side: Any) -> dict[str, str]:
    """The free result."""
    return {"result_id": str(side.free_result.id)}


def reason(side: Any) -> dict[str, str]:
    """A reason."""
    return REASON


ACTS = {
    "judging.enter_result": Act("leader", "company", of_company_round, ("entry",), entry_body),
    "judging.withdraw_entry": Act("leader", "city", of_city_entry, ("entry", "formal_review"), reason),
    "judging.review_entry": Act(
        "city_official", "city", of_city_entry, ("formal_review",), lambda side: {"outcome": "accepted"}
    ),
    "judging.autosave_sheet": Act("judge", "company", of_desk, SCORING, sheet_body),
    "judging.save_sheet": Act("judge", "company", of_desk, SCORING, sheet_body),
    "judging.abstain": Act("judge", "company", of_desk, SCORING, reason),
    "judging.compute_standing": Act("department", "company", of_company_round, ()),
    "judging.publish_standing": Act("department", "company", of_company_round, ()),
    "judging.finish_round": Act("department", "company", of_company_round, ()),
}


@pytest.mark.parametrize("endpoint", sorted(ACTS))
def test_an_act_is_open_in_its_phases_only(stage, endpoint):
    act, own, done = ACTS[endpoint], stage.world.own, {}
    for phase, (first, last) in SPANS.items():
        cell = Cell((), days=(first + last) / 2 - DAYS_AGO[act.level])
        answer = stage.ask(act.reader, endpoint, own, cell, act.args(own), act.body(own))
        done[phase] = answer.status_code
    assert {phase for phase, status in done.items() if status in FULFILLED} == set(act.opens), done
    assert set(done.values()) - FULFILLED <= {403, 404, 409, 422}, done
    door = stage.app.extensions["cp_doors"][endpoint]
    assert set(act.opens) <= set(door.phases)
