"""The token that every unsafe request must carry; the access table looks at the headers of every answer."""

import sqlite3

import pytest

from tests.house.cells import CELLS, Cell
from tests.house.headers import faults_of_headers
from tests.house.stage import address_of, read

pytestmark = pytest.mark.http


@pytest.mark.parametrize("visits", [False, True])
def test_every_unsafe_request_without_the_token_is_refused(stage, visits):
    faults = []
    for endpoint, cell in CELLS.items():
        if address_of(stage.app, endpoint)[1] == "GET":
            continue
        with stage.app.test_request_context():
            path = stage.app.url_for(endpoint, **stage.values[endpoint, "A"])
        client = stage.app.test_client(use_cookies=False)
        headers = {"Cookie": stage.cookie("" if visits else who_may(cell))}
        body = stage.bodies[endpoint, "A"]
        answer = read(client.post(path, data=body, headers=headers))
        back = answer.status_code == 303 and answer.headers["Location"] != path
        asks_for_token = answer.status_code == 401 and answer.headers.get("WWW-Authenticate") == "Bearer"
        if asks_for_token:
            continue
        if answer.status_code not in {403, 404} and not (back and kept_nothing(stage)):
            faults.append(f"{endpoint}: {answer.status_code} {answer.headers.get('Location')}")
            stage.put_back()
    assert not faults, "\n".join(faults)
    assert CELLS["savings.sign_claim"] != Cell(())


def who_may(cell: Cell) -> str:
    """Somebody signed in who may do it with a token, so that nothing else stands in the way."""
    return next((name for name in cell.may if name not in {"nobody", "member", "visitor"}), "department")


def test_an_answer_without_its_headers_is_found(stage):
    answer = stage.app.response_class("page")
    assert len(faults_of_headers("homes.home", "department", answer)) == 8


def kept_nothing(stage) -> bool:
    """True if no history was written since the world was built, then put back."""

    def count(file) -> int:
        connection = sqlite3.connect(file)
        try:
            return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])
        finally:
            connection.close()

    same = count(stage.file) == count(stage.copy)
    stage.put_back()
    return same
