"""No unsafe method gets through any door while an administrator reads as somebody else."""

import pytest
import sqlalchemy as sa

from cp_circles.people.models import Role, SignIn
from cp_circles.people.secrets import token_hash
from cp_circles.web.seeing import ENDS
from cp_circles.web.session import SAFE_METHODS
from tests.conftest import NOW
from tests.house.cells import CELLS
from tests.house.stage import read
from tests.web_fixtures import CSRF

pytestmark = pytest.mark.http


@pytest.fixture
def looking(stage):
    """The stage with the administrator reading as the leader of side A."""
    mine = SignIn.token_hash == token_hash(stage.world.tokens["A", "administrator"])
    seen = {"seeing_id": stage.world.own.people["leader"].id, "seeing_until": NOW.replace(hour=2)}
    stage.clock.moment = NOW
    with stage.app.extensions["cp_sessions"].writing() as session, session.begin():
        session.execute(sa.update(SignIn).where(mine).values(seen))
    yield stage
    stage.put_back()


def unsafe(app):
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - SAFE_METHODS)
        if rule.endpoint not in ENDS
    ]


def test_every_unsafe_door_is_closed_to_somebody_who_looks(looking):
    assert len(unsafe(looking.app)) > 100
    headers = {"Cookie": looking.cookie("administrator"), "Accept": "application/json"}
    faults = []
    client = looking.app.test_client(use_cookies=False)
    for rule, method in unsafe(looking.app):
        values = looking.values.get((rule.endpoint, "A"), {})
        body = {"csrf_token": CSRF} | looking.bodies.get((rule.endpoint, "A"), {})
        with looking.app.test_request_context():
            path = looking.app.url_for(rule.endpoint, **values)
        answer = read(client.open(path, method=method, data=body, headers=headers))
        if answer.status_code != 403:
            faults.append(f"{method} {rule.endpoint}: {answer.status_code}")
    assert not faults, "\n".join(faults)


def test_private_and_judges_doors_are_closed_to_somebody_who_looks(looking):
    doors = looking.app.extensions["cp_doors"]
    closed = [
        name
        for name, door in doors.items()
        if door.private or (isinstance(door.roles, tuple) and Role.JUDGE in door.roles)
    ]
    assert {"people.my_account", "notices.list_mails", "scoring.show_desk", "personal.data"} <= set(closed)
    assert {"objections.my_objections", "objections.show_objection", "trust.my_receipts"} <= set(closed)
    headers, client = {"Cookie": looking.cookie("administrator")}, looking.app.test_client(use_cookies=False)
    for name in closed:
        rule = next(iter(looking.app.url_map.iter_rules(name)))
        if "GET" in rule.methods and name in CELLS:
            with looking.app.test_request_context():
                path = looking.app.url_for(name, **looking.values[name, "A"])
            assert read(client.get(path, headers=headers)).status_code == 403, name
