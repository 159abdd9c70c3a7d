"""One business transaction a request, and the clock: what views take and hand to services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, cast

import flask
from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from cp_circles.db.clock import Clock
from cp_circles.db.engine import Sessions, take_turns

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
Deed = Callable[[Session], Any]


def sessions() -> Sessions:
    """The application's source of sessions."""
    return cast(Sessions, current_app.extensions["cp_sessions"])


def clock() -> Clock:
    """The application's clock."""
    return cast(Clock, current_app.extensions["cp_clock"])


def settings() -> Any:
    """The application's `Config`."""
    return current_app.extensions["cp_config"]


def now() -> datetime:
    """The time of this request: the same for all of it."""
    if "now" not in g:
        g.now = clock().now()
    return cast(datetime, g.now)


def today() -> date:
    """The date of this request in the governing zone."""
    return now().astimezone(clock().zone).date()


def db_session() -> Session:
    """The request's session; an unsafe method takes the write lock at its first statement."""
    if "db_session" not in g:
        unsafe = request.method not in SAFE_METHODS
        g.db_session = sessions().writing() if unsafe else sessions().reading()
    return cast(Session, g.db_session)


def in_turn(kind: str, id_: int) -> None:
    """Let unsafe requests on one record follow one another: each reads it as the last one left it."""
    if request.method not in SAFE_METHODS:
        take_turns(db_session(), f"{kind}:{id_}")


@contextmanager
def looking() -> Iterator[Session]:
    """A short look at the database before the act begins, without its lock."""
    if request.method in SAFE_METHODS:
        yield db_session()
        return
    with sessions().reading() as session:
        yield session


@contextmanager
def glancing() -> Iterator[Session]:
    """A look that takes values and no rows: beside the act on SQLite, where reading would hold its lock."""
    if sessions().engine.dialect.name == "sqlite":
        with looking() as session:
            yield session
    else:
        yield db_session()


@contextmanager
def separate_session() -> Iterator[Session]:
    """A short transaction of its own, for what must survive a refusal; before the request's own work."""
    if "db_session" in g and g.db_session.in_transaction():
        if g.db_session.new or g.db_session.dirty or g.db_session.deleted or g.db_session.info.get("wrote"):
            raise RuntimeError(
                "a separate session must come before the request writes; or use write_afterwards"
            )
        g.db_session.rollback()
    with sessions().writing() as session, session.begin():
        yield session


def write_afterwards(deed: Deed) -> None:
    """Run a small write in a session of its own after the request's transaction, whatever became of it."""
    g.setdefault("deeds", []).append(deed)


def keep_nothing() -> None:
    """Forget at the end whatever this request writes in its own transaction."""
    g.keep_nothing = True


def init_app(app: Flask) -> None:
    """Finish the request's transaction once, after the view."""
    app.after_request(_finish)
    app.teardown_appcontext(_close)


def _finish(response: Response) -> Response:
    """Keep the request's changes when it succeeded; forget them otherwise."""
    session = g.get("db_session")
    if session is not None and session.in_transaction():
        if response.status_code >= 400 or g.get("keep_nothing"):
            session.rollback()
        else:
            response = _commit(session, response)
    return _run_deeds(response)


def _commit(session: Session, response: Response) -> Response:
    try:
        session.commit()
    except (IntegrityError, StaleDataError) as error:
        session.rollback()
        g.pop("deeds", None)
        flask.session.pop("_flashes", None)
        answer = current_app.ensure_sync(current_app.extensions["cp_refuse"])(error)
        return current_app.make_response(answer)
    return response


def _run_deeds(response: Response) -> Response:
    deeds = g.pop("deeds", [])
    try:
        for deed in deeds:
            with sessions().writing() as session, session.begin():
                deed(session)
    except DBAPIError:
        current_app.logger.exception("a write after the request failed")
    return response


def _close(error: BaseException | None) -> None:
    session = g.pop("db_session", None)
    if session is not None:
        session.close()
