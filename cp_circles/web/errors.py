"""Refusals become answers once: a page, or JSON for a script, each with a reference number."""

import secrets
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from cp_circles.db.engine import is_busy
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.people.services import TooManyTries
from cp_circles.web.held import wants_data
from cp_circles.web.i18n import translate
from cp_circles.web.problems import problem, wants_problem
from cp_circles.web.session import SAFE_METHODS

STATUS: dict[type[Exception], int] = {
    TooManyTries: 429,
    NotFound: 404,
    NotAllowed: 403,
    Invalid: 422,
    Stale: 409,
    DomainError: 409,
    IntegrityError: 409,
    StaleDataError: 409,
}


def status_of(error: Exception) -> int:
    """The status with which a refusal is answered."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


MEANINGS = {
    400: msg("The request could not be understood. Please go back and try again."),
    401: msg("Please sign in first."),
    403: msg("You may not do this."),
    404: msg("This page does not exist, or is not open to you."),
    405: msg("This address cannot be used in this way. Please go back and try again."),
    409: msg("Somebody else changed this at the same moment. Nothing was saved; please look and try again."),
    413: msg("What was sent is too large. At most %(largest)s MB can be sent at once."),
    415: msg("This kind of content cannot be accepted here."),
    422: msg("Something in the form cannot be used. Nothing was saved."),
    429: msg("Too many tries. Please wait a quarter of an hour and try again."),
    500: msg("Something went wrong on our side. Nothing was saved; please try again."),
    503: msg("The service is busy. Nothing was saved; please try again in a moment."),
}


def init_app(app: Flask) -> None:
    """Answer every refusal and every failure in one place."""
    app.register_error_handler(DomainError, refuse)
    app.register_error_handler(IntegrityError, refuse)
    app.register_error_handler(StaleDataError, refuse)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _failed)
    app.extensions["cp_refuse"] = refuse


def reference() -> str:
    """The number by which this request is found in the log."""
    if "reference" not in g:
        g.reference = secrets.token_hex(4).upper()
    return str(g.reference)


def refuse(error: Exception) -> Response:
    """The answer to a refusal by the domain or by a constraint."""
    _leave_failed_transaction()
    status = status_of(error)
    message = translate(error.msgid, error.values) if isinstance(error, DomainError) else _(MEANINGS[409])
    current_app.logger.info("refused %s %s %s: %r", reference(), request.method, request.path, error)
    if wants_problem():
        msgid = error.msgid if isinstance(error, DomainError) else MEANINGS[409]
        values, field = getattr(error, "values", {}), getattr(error, "field", "")
        return problem(status, msgid, values, reference=reference(), field=field)
    return answer(status, message, field=getattr(error, "field", ""), current=getattr(error, "current", None))


def _leave_failed_transaction() -> None:
    """A flush that failed leaves a session that answers nothing, not even to the error page."""
    session = g.get("db_session")
    if session is not None and not session.is_active:
        session.rollback()


def answer(status: int, message: str, *, field: str = "", current: dict[str, Any] | None = None) -> Response:
    """An error page, or its JSON twin for a script."""
    if wants_data():
        body: dict[str, Any] = {
            "error": message,
            "message": message,
            "status": status,
            "reference": reference(),
        }
        if field:
            body["field"] = field
        if current:
            body["current"] = {name: str(value) for name, value in current.items()}
        response = jsonify(body)
    else:
        page = render_template(
            "error.html",
            status=status,
            message=message,
            reading=request.method in SAFE_METHODS,
            reference=reference(),
            current=current or {},
        )
        response = make_response(page)
    response.status_code = status
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    current_app.logger.info("http %s %s %s %s", status, reference(), request.method, request.path)
    largest = (current_app.config["MAX_CONTENT_LENGTH"] or 0) // 1_000_000
    meaning = MEANINGS.get(status, MEANINGS[400] if status < 500 else MEANINGS[500])
    if wants_problem():
        response = problem(status, meaning, {"largest": largest}, reference=reference())
    else:
        response = answer(status, translate(meaning, {"largest": largest}))
    if status == 401 and wants_problem():
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == 405:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or [])
    return response


def _busy(error: OperationalError) -> Response:
    if not is_busy(error):
        return _failed(error)
    session = g.get("db_session")
    if session is not None:
        session.rollback()
    current_app.logger.warning("busy %s %s", reference(), request.path)
    if wants_problem():
        response = problem(503, MEANINGS[503], {}, reference=reference())
    else:
        response = answer(503, _(MEANINGS[503]))
    response.headers["Retry-After"] = "5"
    return response


def _failed(error: Exception) -> Response:
    original = getattr(error, "original_exception", None) or error
    current_app.logger.error("failed %s %s %s", reference(), request.method, request.path, exc_info=original)
    session = g.get("db_session")
    if session is not None:
        session.rollback()
    try:
        if wants_problem():
            return problem(500, MEANINGS[500], {}, reference=reference())
        return answer(500, _(MEANINGS[500]))
    except Exception:
        current_app.logger.exception("the error page failed %s", reference())
        return Response(f"{MEANINGS[500]} {reference()}\n", status=500, mimetype="text/plain")
