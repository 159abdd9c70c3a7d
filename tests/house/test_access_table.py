"""Every cell of the access table requested for real: who comes in, who does not, and what nobody sees.

Two sides hold the same records; readers of side A ask for their own and for side B's. A planted text of
side B in any answer to them is a leak, whatever the status. Every answer carries the headers of the house.
"""

from typing import Any

import pytest

from tests.house.cells import CELLS, Cell
from tests.house.headers import faults_of_headers
from tests.house.stage import Stage, address_of
from tests.house.world import NAMED, READERS, SIDED, Side

pytestmark = pytest.mark.http
OUTSIDE = (*SIDED, "nobody", "visitor")
ABSENT, TOLD = 404, 403
FULFILLED = {200, 302, 303}
ANSWERED = {*FULFILLED, 400, 409, 422}


def test_every_endpoint_has_a_door_and_a_cell(stage):
    endpoints = set(stage.app.view_functions)
    assert endpoints == set(stage.app.extensions["cp_doors"])
    missing, surplus = endpoints - set(CELLS), set(CELLS) - endpoints
    assert not missing, f"add a row to tests/house/cells for {sorted(missing)}: who may, and its values"
    assert not surplus, f"these rows of tests/house/cells have no endpoint any more: {sorted(surplus)}"


@pytest.mark.parametrize("endpoint", sorted(CELLS))
def test_a_door_opens_to_its_readers_and_shows_their_own_side_only(stage, endpoint):
    cell, faults = CELLS[endpoint], []
    if endpoint not in stage.app.view_functions:
        pytest.skip(f"{endpoint} is not open yet")
    for name in READERS:
        answer = stage.ask(name, endpoint, stage.world.own, cell)
        faults += faults_of_own(stage, endpoint, cell, name, answer)
        faults += faults_of_headers(endpoint, name, answer)
    if stage.values[endpoint, "B"] and not cell.unscoped:
        for name in OUTSIDE:
            answer = stage.ask(name, endpoint, stage.world.other, cell)
            faults += faults_of_foreign(stage, endpoint, cell, name, answer)
    assert not faults, "\n".join(faults)


def faults_of_own(stage: Stage, endpoint: str, cell: Cell, name: str, answer: Any) -> list[str]:
    """What is wrong with an answer about the reader's own side."""
    method, text, faults = address_of(stage.app, endpoint)[1], body_of(answer), []
    own, other = stage.world.own, stage.world.other
    if name in cell.may:
        good = FULFILLED if method == "GET" else ANSWERED
        if answer.status_code not in good or (name != "visitor" and asks_to_sign_in(answer, endpoint)):
            faults.append(f"{name} is not let in: {told(answer)}")
        if cell.shows and answer.status_code == 200 and getattr(own, cell.shows) not in text:
            faults.append(f"{name} does not see {getattr(own, cell.shows)}")
    else:
        if not is_refused(answer, name):
            faults.append(f"{name} is let in: {told(answer)}")
        if own.secret in text or (not cell.open_ and answer.status_code == ABSENT and own.name in text):
            faults.append(f"{name} sees {own.secret} in a refusal")
    if name in OUTSIDE:
        faults += leaks(other, text, published=cell.open_, name=name)
    return faults


def faults_of_foreign(stage: Stage, endpoint: str, cell: Cell, name: str, answer: Any) -> list[str]:
    """What is wrong with an answer about the other side."""
    faults = leaks(stage.world.other, body_of(answer), published=cell.open_, name=f"foreign {name}")
    may = name in cell.may or cell.may == READERS
    if cell.open_ and may:
        if answer.status_code not in ANSWERED:
            faults.append(f"foreign {name} does not see what is published: {told(answer)}")
    elif not is_refused(answer, name):
        faults.append(f"foreign {name} is let in: {told(answer)}")
    elif answer.status_code == TOLD and not (cell.hinted or cell.open_):
        faults.append(f"foreign {name} is told that it exists: {told(answer)}")
    return faults


def leaks(side: Side, text: str, *, published: bool, name: str) -> list[str]:
    """Planted texts of a side that stand in a text."""
    hidden = [side.secret] if published else [side.secret, side.name, side.who]
    return [f"{name} reads {one}" for one in hidden if one in text]


def is_refused(answer: Any, name: str) -> bool:
    """Nothing there, not allowed, or (for a visitor) asked to sign in."""
    if name == "visitor":
        return answer.status_code in {ABSENT, 401} or asks_to_sign_in(answer, "")
    return answer.status_code in {ABSENT, TOLD} or wants_token(answer)


def wants_token(answer: Any) -> bool:
    """True where only a token opens, whoever is signed in."""
    return answer.status_code == 401 and answer.headers.get("WWW-Authenticate") == "Bearer"


def asks_to_sign_in(answer: Any, endpoint: str) -> bool:
    """True for a redirect to the sign-in."""
    leaves = endpoint in {"people.sign_out", "people.use_code", "people.begin_sign_in"}
    return answer.status_code in {302, 303} and "/sign-in" in answer.location and not leaves


def told(answer: Any) -> str:
    """The status, and where it leads."""
    return f"{answer.status_code} {answer.headers.get('Location', '')}".strip()


def body_of(answer: Any) -> str:
    """The answer as text, whatever it is, with its headers."""
    return answer.get_data().decode("utf-8", "replace") + str(answer.headers)


def test_each_reader_is_a_different_person(stage):
    assert len({stage.world.tokens["A", name] for name in NAMED}) == len(NAMED)
