"""The interface for programs: meters, readings, and its own description."""

import json
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from cp_circles.api import services
from cp_circles.api.description import description
from cp_circles.errors import Invalid, msg
from cp_circles.metering import queries
from cp_circles.metering.models import Meter, Reading
from cp_circles.metering.services import TooManyRequests, use_token
from cp_circles.web.errors import reference
from cp_circles.web.problems import chosen, in_both, problem
from cp_circles.web.session import db_session, now, separate_session

bp = Blueprint("api", __name__, url_prefix="/api/v1")
NO_TOKEN = msg("This token is unknown or has been revoked. Ask the department of the company for a new one.")
REFUSED = msg("%(count)s of %(total)s readings were refused, so nothing is stored.")


@bp.before_request
def admit() -> Response | None:
    """Let a live token in; a cookie opens nothing here."""
    if request.endpoint == "api.openapi":
        return None
    text = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    try:
        with separate_session() as session:
            found = use_token(session, text=text, now=now())
    except TooManyRequests as refusal:
        answer = problem(429, refusal.msgid, refusal.values, reference=reference())
        answer.headers["Retry-After"] = "60"
        return answer
    if found is None:
        answer = problem(401, NO_TOKEN, {}, reference=reference())
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    g.token_id, g.company_id, g.system = found
    return None


@bp.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """What this interface takes and answers."""
    return answered(description(request.host_url.rstrip("/")))


@bp.get("/meters")
def list_meters() -> ResponseReturnValue:
    """The company's meters in use, by key, each with its last reading."""
    meters = queries.meters_of(db_session(), g.company_id)
    last = queries.last_readings(db_session(), [meter.id for meter in meters])
    return answered({"meters": [_meter(meter, last.get(meter.id)) for meter in meters]})


@bp.post("/readings")
def post_readings() -> ResponseReturnValue:
    """Store readings: all or nothing, unless only the good rows are asked for."""
    rows, good_rows_only = _body()
    results = services.send_readings(
        db_session(),
        token_id=g.token_id,
        company_id=g.company_id,
        system=g.system,
        rows=rows,
        good_rows_only=good_rows_only,
        now=now(),
    )
    shown = [_result(result) for result in results]
    refused = sum(result.status == "refused" for result in results)
    if refused and not good_rows_only:
        values = {"count": refused, "total": len(results)}
        return problem(422, REFUSED, values, reference=reference(), rows=shown)
    counts = {name: sum(one.status == name for one in results) for name in ("stored", "repeated", "refused")}
    return answered({**counts, "rows": shown})


def _body() -> tuple[list[Any], bool]:
    """The rows and the wish for good rows only; decimals stay exact."""
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        body = json.loads(request.get_data(), parse_float=Decimal, parse_constant=_no_number)
        # Half a surrogate pair is a text that can be neither stored nor told back.
        json.dumps(body, ensure_ascii=False, default=str).encode()
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise BadRequest from error
    if not isinstance(body, dict) or not set(body) <= {"readings", "good_rows_only"}:
        raise Invalid(msg("Send an object with readings, and good_rows_only if wanted."), field="readings")
    rows, good_rows_only = body.get("readings"), body.get("good_rows_only", False)
    if not isinstance(rows, list):
        raise Invalid(msg("readings is a list."), field="readings")
    if not isinstance(good_rows_only, bool):
        raise Invalid(msg("good_rows_only is true or false."), field="good_rows_only")
    return rows, good_rows_only


def _no_number(text: str) -> Any:
    """NaN and Infinity are no JSON."""
    raise ValueError(text)


def answered(body: dict[str, Any]) -> Response:
    """A JSON answer that nobody keeps."""
    answer = Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _plain(value: Decimal | None) -> str | None:
    """A decimal as text, exact and without empty places."""
    return None if value is None else f"{value.normalize():f}"


def _meter(meter: Meter, last: Reading | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": meter.name_for_systems,
        "name": meter.name,
        "boundary": meter.boundary,
        "indicator": meter.indicator,
        "unit": meter.unit,
        "kind": meter.kind.value,
        "last": None,
    }
    if last is not None:
        found["last"] = {
            "starts_on": last.starts_on.isoformat(),
            "ends_on": last.ends_on.isoformat(),
            "quantity": _plain(last.quantity),
            "shown": _plain(last.shown),
        }
    return found


def _result(result: services.RowResult) -> dict[str, Any]:
    found: dict[str, Any] = {"row": result.row, "status": result.status, "key": result.key}
    if result.reading_id is not None:
        found |= {"reading": result.reading_id, "quantity": _plain(result.quantity)}
    if result.error is not None:
        found["error"] = _told(result.error)
    if result.warnings:
        found["warnings"] = [_told(one) for one in result.warnings]
    return found


def _told(told: services.Told) -> dict[str, Any]:
    messages = in_both(told.msgid, told.values)
    return {"field": told.field, "detail": chosen(messages), "messages": messages}
