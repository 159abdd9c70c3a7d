"""Pages for visitors that are drawn once and shown again as long as a stamp in the database is the same.

The stamp is read by one statement of the same request, before anything else. A kept page differs from a drawn
one in nothing: the visitor's own token is set into it, and the answer carries the same headers. A visitor
without a session has no token and gets none: that page is the same for all of them, and a CDN may keep it.
"""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import cast

import flask
from flask import Flask, Response, current_app, request, session
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from cp_circles.web.assets import built_at
from cp_circles.web.csrf import csrf_token, standing_in
from cp_circles.web.formats import datetime_text
from cp_circles.web.i18n import COOKIE, choose_locale
from cp_circles.web.identity import is_signed_in
from cp_circles.web.session import clock, db_session, now, sessions, settings, today

LARGEST = 2_000_000
MOST = 32_000_000
TOKEN_HERE = secrets.token_urlsafe(24)
PRIVATE = "private, no-cache"
Key = tuple[object, ...]


@dataclass(frozen=True)
class Kept:
    """A page without its visitor's token, and the stamp under which it was drawn."""

    stamp: int
    body: bytes


class KeptPages:
    """The pages of one process: the ones shown last, up to a number of bytes."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def find(self, key: Key, stamp: int) -> bytes | None:
        """The page that was drawn under this stamp, or None."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.stamp != stamp:
                return None
            self._pages.move_to_end(key)
            return page.body

    def keep(self, key: Key, stamp: int, body: bytes) -> None:
        """Keep a page in place of an older one; those that were not shown for longest make room."""
        if len(body) > LARGEST:
            return
        with self._lock:
            before = self._pages.pop(key, None)
            self._size += len(body) - (len(before.body) if before else 0)
            self._pages[key] = Kept(stamp, body)
            while self._size > self.most:
                self._size -= len(self._pages.popitem(last=False)[1].body)


def init_app(app: Flask) -> None:
    """Give the process its pages; none are kept while templates are being written."""
    is_written = app.extensions["cp_config"].app_env == "development"
    app.extensions["cp_kept_pages"] = KeptPages(0 if is_written else MOST)


def kept_page(
    newest_stamp: Callable[[Engine], int], stamp_in: Callable[[Session], int], draw: Callable[[], str]
) -> Response | str:
    """The page of this address: kept, if a visitor asks and the stamp is the same, else drawn.

    `draw` may depend on the address, the language, the look, the date and what the stamp stands for, on
    nothing else. What is drawn is kept under the stamp that its own transaction reads before anything else.
    """
    if is_signed_in() or "_flashes" in session:
        return draw()
    pages = cast(KeptPages, current_app.extensions["cp_kept_pages"])
    key, token = _key(), csrf_token() if session else ""
    stamp = newest_stamp(sessions().engine)
    body = pages.find(key, stamp)
    if body is None:
        stamp = stamp_in(db_session())
        with standing_in(TOKEN_HERE):
            body = draw().encode()
        pages.keep(key, stamp, body)
    return _answer(body.replace(TOKEN_HERE.encode(), token.encode()), key, stamp, token)


def _key() -> Key:
    """Everything beside the stamp on which a visitor's page depends."""
    shown_time = datetime_text(now()) if clock().is_demo else ""
    look = session.get("theme", "")
    return (request.url, choose_locale(), look, today(), shown_time, built_at())


def _answer(body: bytes, key: Key, stamp: int, token: str) -> Response:
    """The page with a tag of its content; without a body where the browser has it still."""
    response = flask.make_response(body)
    response.set_etag(hashlib.sha256(repr((key, stamp, token)).encode()).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = _who_may_keep_it()
    response.make_conditional(request)
    return response


def _who_may_keep_it() -> str:
    """The browser only, once something was chosen in it; where the page is the same for all, a CDN too.

    Both ask each time whether it is still true; a CDN need not for as many seconds as the settings say.
    """
    if session or COOKIE in request.cookies:
        return PRIVATE
    seconds = settings().cdn_seconds
    if seconds <= 0:
        return "public, no-cache"
    return f"public, max-age=0, s-maxage={seconds}, stale-while-revalidate={seconds}"
