"""Headers of every answer, and the token that every unsafe request must carry."""

import sqlite3

import pytest

from tests.house.cells import CELLS, Cell
from tests.house.stage import address_of, read

pytestmark = pytest.mark.http
WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
READERS = ("department", "visitor")
FRAMED = "displays.widget"
OF_FRAMED = {"X-Frame-Options": None, "Cross-Origin-Resource-Policy": "cross-origin"}


@pytest.mark.parametrize("reader", READERS)
def test_every_answer_carries_the_headers(stage, reader):
    faults = []
    for endpoint, cell in CELLS.items():
        answer = stage.ask(reader, endpoint, stage.world.own, cell)
        wanted = WANTED | OF_FRAMED if endpoint == FRAMED else WANTED
        faults += [
            f"{endpoint}: {name}" for name, value in wanted.items() if answer.headers.get(name) != value
        ]
        policy = answer.headers.get("Content-Security-Policy", "")
        if endpoint == FRAMED:
            assert policy.endswith("frame-ancestors *")
            policy = policy.removesuffix("*")
        closed = policy.startswith("default-src 'none'") and policy.endswith("sandbox")
        if not closed and ("script-src 'self'" not in policy or "unsafe" in policy or "*" in policy):
            faults.append(f"{endpoint}: policy {policy!r}")
        if "camera" not in answer.headers.get("Permissions-Policy", ""):
            faults.append(f"{endpoint}: permissions policy")
        if (
            reader != "visitor"
            and endpoint != "people.sign_out"
            and answer.headers.get("Cache-Control") is None
        ):
            faults.append(f"{endpoint}: a page of somebody signed in may be kept")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("reader", [*READERS, "leader", "judge", "administrator", "province_official"])
def test_every_unsafe_request_without_the_token_is_refused(stage, reader):
    faults = []
    for endpoint in CELLS:
        if address_of(stage.app, endpoint)[1] == "GET":
            continue
        with stage.app.test_request_context():
            path = stage.app.url_for(endpoint, **stage.values[endpoint, "A"])
        client = stage.app.test_client(use_cookies=False)
        headers = {"Cookie": stage.cookie(reader if reader != "visitor" else "")}
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
