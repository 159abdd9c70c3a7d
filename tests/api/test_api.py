"""The interface for programs: tokens, rows, keys, and a description that is true to the code."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from cp_circles.api.access import DOORS
from cp_circles.api.description import SCHEMAS, description
from cp_circles.metering.models import ApiToken, Reading
from cp_circles.people.models import Role, ScopeKind
from cp_circles.web.doors import TOKEN
from tests.conftest import NOW

TEXT = "cpc_example_of_a_token"
AUGUST = {"starts_on": "2026-08-01", "ends_on": "2026-08-31"}


@pytest.fixture
def plant(make, session):
    """A company with a token, a meter read by period and a running counter."""
    company = make.company()
    token = make.api_token(company, text=TEXT)
    period, register = make.meter(company, key="AIR-02"), make.register(company, key="REG-1")
    session.commit()
    return {"company": company, "token": token, "period": period, "register": register}


def post(client, rows, text=TEXT, **more):
    """Send rows with a token."""
    headers = {"Authorization": f"Bearer {text}"} | more.pop("headers", {})
    return client.post("/api/v1/readings", json={"readings": rows, **more}, headers=headers)


def row(**facts):
    """A reading of August at AIR-02."""
    return {"meter": "AIR-02", "key": "2026-08", "quantity": "93612.5", **AUGUST, **facts}


def stored(session):
    """All readings."""
    return list(session.scalars(sa.select(Reading).order_by(Reading.id)))


def fits(schema: dict[str, Any], value: Any) -> list[str]:
    """What in a value is not as the schema says (the parts of JSON Schema that the description uses)."""
    if "$ref" in schema:
        return fits(SCHEMAS[schema["$ref"].rsplit("/", 1)[1]], value)
    if "anyOf" in schema:
        return [] if any(not fits(one, value) for one in schema["anyOf"]) else [f"none fits {value!r}"]
    kinds = {
        "object": dict, "array": list, "string": str, "integer": int, "boolean": bool,
        "number": (int, float), "null": type(None),
    }  # fmt: skip
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, kinds[one]) for one in wanted):
        return [f"{value!r} is no {wanted}"]
    faults = [] if value in schema.get("enum", [value]) else [f"{value!r} is not in {schema['enum']}"]
    if isinstance(value, dict):
        faults += [f"{name} is missing" for name in schema["required"] if name not in value]
        faults += [f"{name} is not described" for name in value if name not in schema["properties"]]
        for name, one in value.items():
            faults += fits(schema["properties"].get(name, {"type": list(kinds)}), one)
    if isinstance(value, list):
        faults += [fault for one in value for fault in fits(schema["items"], one)]
    return faults


def described(answer, path, method):
    """The answer's body, after it was held to the description."""
    answers = description("http://x")["paths"][path][method]["responses"]
    content = answers[str(answer.status_code)]["content"][answer.mimetype]
    assert fits(content["schema"], answer.json) == []
    return answer.json


def test_a_reading_is_stored_exactly_and_by_the_token(client, session, plant):
    body = described(post(client, [row()]), "/readings", "post")
    assert (body["stored"], body["repeated"], body["rows"][0]["quantity"]) == (1, 0, "93612.5")
    reading = stored(session)[0]
    assert (reading.quantity, reading.source, reading.token_id) == (
        Decimal("93612.5"),
        "api",
        plant["token"].id,
    )
    assert reading.recorded_by_id is None
    session.refresh(plant["token"])
    assert plant["token"].last_used_at == NOW or plant["token"].last_used_at is not None


def test_a_number_stays_exact_without_quotation_marks(client, session, plant):
    text = json.dumps({"readings": [row(quantity=0)]}).replace('"quantity": 0', '"quantity": 0.100001')
    headers = {"Authorization": f"Bearer {TEXT}", "Content-Type": "application/json"}
    assert client.post("/api/v1/readings", data=text, headers=headers).status_code == 200
    assert stored(session)[0].quantity == Decimal("0.100001")


def test_the_same_key_stores_once_and_answers_the_same_reading(client, session, plant):
    first, again = post(client, [row()]).json, described(post(client, [row()]), "/readings", "post")
    assert (again["stored"], again["repeated"]) == (0, 1)
    assert again["rows"][0]["reading"] == first["rows"][0]["reading"]
    assert len(stored(session)) == 1


def test_a_key_of_another_reading_is_refused(client, session, plant):
    post(client, [row()])
    body = described(post(client, [row(quantity="1")]), "/readings", "post")
    assert body["rows"][0]["error"]["field"] == "key"
    assert len(stored(session)) == 1


def test_with_one_bad_row_nothing_is_stored_and_each_is_told(client, session, plant):
    rows = [row(), row(key="b", meter="NONE"), row(key="c", starts_on="2026-09-01")]
    answer = post(client, rows, headers={"Accept-Language": "en"})
    body = described(answer, "/readings", "post")
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert [one["status"] for one in body["rows"]] == ["not_stored", "refused", "refused"]
    assert body["detail"] == body["messages"]["en"] and "2 条被拒绝" in body["messages"]["zh"]
    assert stored(session) == []


def test_the_good_rows_are_stored_where_that_is_asked_for(client, session, plant):
    rows = [row(key="b", meter="NONE"), row()]
    body = described(post(client, rows, good_rows_only=True), "/readings", "post")
    assert (body["stored"], body["refused"]) == (1, 1) and len(stored(session)) == 1


def test_a_running_counter_is_sent_by_what_it_shows(client, session, plant):
    rows = [
        {"meter": "REG-1", "key": "f", "shown": "1500", "read_on": "2026-02-28"},
        {"meter": "REG-1", "key": "m", "shown": 20, "read_on": "2026-03-31", "old_final": 1600},
    ]
    body = described(post(client, rows), "/readings", "post")
    assert [one["quantity"] for one in body["rows"]] == ["500", "120"]
    fell = post(client, [{"meter": "REG-1", "key": "a", "shown": "5", "read_on": "2026-04-30"}])
    assert fell.status_code == 422 and fell.json["rows"][0]["error"]["field"] == "shown"


def test_a_slip_is_told_and_stored_as_it_was_sent(client, session, make, plant):
    for month in (4, 5, 6):
        make.reading(plant["period"], date(2026, month, 1), date(2026, month, 30), 100)
    body = described(post(client, [row(quantity="100000")]), "/readings", "post")
    assert "100000" in body["rows"][0]["warnings"][0]["detail"]
    assert stored(session)[-1].quantity == 100000


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"meter": 5}, "meter"), ({"meter": None}, "meter"), ({"key": ""}, "key"), ({"quantity": "NaN"}, "quantity"),
        ({"quantity": True}, "quantity"), ({"quantity": "12kWh"}, "quantity"), ({"quantity": -1}, "quantity"),
        ({"quantity": None}, "quantity"), ({"starts_on": "1.8.2026"}, "starts_on"), ({"ends_on": 20260831}, "ends_on"),
        ({"quantiy": 5}, "quantiy"), ({"unit": "MWh"}, "unit"), ({"note": "x" * 501}, "note"),
        ({"turned_over": "yes"}, "turned_over"), ({"ends_on": "2026-07-31"}, "ends_on"),
        ({"quantity": "1e30"}, "quantity"), ({"quantity": "0.0000001"}, "quantity"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_its_field(client, session, plant, facts, field):
    body = described(post(client, [row(**facts)]), "/readings", "post")
    assert body["rows"][0]["error"]["field"] == field
    assert stored(session) == []


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        ("{", "application/json", 400), ('{"readings": NaN}', "application/json", 400), ("a=b", "text/plain", 415),
        ("[]", "application/json", 422), ('{"readings": 5}', "application/json", 422),
        ('{"readings": []}', "application/json", 422), ('{"readings": [5]}', "application/json", 422),
        ('{"readings": [], "x": 1}', "application/json", 422),
        ('{"readings": [], "good_rows_only": 1}', "application/json", 422),
        ('{"readings": [{"meter": "M1", "key": "\\ud800"}]}', "application/json", 400),
        ('{"readings": [{"\\udfff": 1}]}', "application/json", 400),
        ('{"readings": [1e99999999999999999999]}', "application/json", 400),
    ],
)  # fmt: skip
def test_a_bad_body_is_a_problem(client, session, plant, data, kind, status):
    headers = {"Authorization": f"Bearer {TEXT}", "Content-Type": kind}
    answer = client.post("/api/v1/readings", data=data, headers=headers)
    assert answer.status_code == status
    described(answer, "/readings", "post")
    assert stored(session) == []


def test_too_many_rows_are_refused(client, session, plant):
    answer = post(client, [row(key=str(n)) for n in range(1001)])
    assert answer.status_code == 422 and answer.json["field"] == "readings" and stored(session) == []


def test_meters_are_listed_with_their_last_reading(client, plant):
    post(client, [row()])
    answer = client.get("/api/v1/meters", headers={"Authorization": f"Bearer {TEXT}"})
    meters = {one["key"]: one for one in described(answer, "/meters", "get")["meters"]}
    assert meters["AIR-02"]["last"]["quantity"] == "93612.5" and meters["REG-1"]["kind"] == "register"


def test_a_token_opens_its_own_company_only(client, session, make, plant):
    other = make.meter(make.company(), key="OTHER")
    answer = post(client, [row(meter="OTHER"), row(key="n", meter=f"M{other.id}")])
    assert [one["error"]["field"] for one in answer.json["rows"]] == ["meter", "meter"]
    assert stored(session) == []


@pytest.mark.parametrize("path", ["/api/v1/meters", "/api/v1/readings"])
def test_a_cookie_opens_nothing(client, make, plant, path):
    person = make.person()
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, plant["company"])
    client.enter(person)
    answer = client.get(path) if path.endswith("meters") else client.send(path)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_unknown_or_revoked_token_is_refused_in_the_same_words(client, session, plant):
    unknown = post(client, [row()], text="cpc_nobody")
    plant["token"].revoked_at = NOW
    revoked = post(client, [row()])
    assert unknown.status_code == revoked.status_code == 401
    assert described(unknown, "/readings", "post")["messages"] == revoked.json["messages"]
    assert stored(session) == []


def test_the_sixty_first_request_of_a_minute_is_refused(client, session, plant):
    plant["token"].window_at, plant["token"].window_count = (
        client.application.extensions["cp_clock"].now(),
        60,
    )
    answer = post(client, [row()])
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "60"
    described(answer, "/readings", "post")
    session.refresh(plant["token"])
    plant["token"].window_at -= timedelta(minutes=2)
    assert post(client, [row()]).status_code == 200
    assert session.get(ApiToken, plant["token"].id).window_count == 1


def test_the_description_names_every_address_and_no_other(client, app):
    document = client.get("/api/v1/openapi.json").json
    described_acts = {
        (f"/api/v1{path}", method.upper(), act["operationId"])
        for path, acts in document["paths"].items()
        for method, act in acts.items()
    }
    doors = {door.endpoint for door in DOORS if door.roles == TOKEN}
    real = {
        (rule.rule, method, rule.endpoint.removeprefix("api."))
        for rule in app.url_map.iter_rules()
        if rule.endpoint in doors
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert described_acts == real
