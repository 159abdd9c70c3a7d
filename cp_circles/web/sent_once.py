"""Forms from a phone's queue: each stored once however often it is sent, and answered in plain data."""

from html.parser import HTMLParser
from typing import Any

import flask
from flask import Flask, Response, g, jsonify, request

from cp_circles.db.engine import take_turns
from cp_circles.db.models import Sending
from cp_circles.errors import DomainError, msg
from cp_circles.web.i18n import translate
from cp_circles.web.identity import is_signed_in, signed_in
from cp_circles.web.session import db_session, looking, now

HEADER = "X-Send-Key"
LONGEST = 64


class KeyUsedBefore(DomainError):
    """The key of a queued form belongs to another form or person."""

    msgid = msg("This entry of the queue was sent before as another one. Please write it again.")


def init_app(app: Flask) -> None:
    """Answer a form that was stored before; remember one that has just been. Call it after the doors."""
    app.before_request(_answer_again)
    app.after_request(_remember)


def _key() -> str:
    """The key of a queued form; empty for any other request."""
    key = request.headers.get(HEADER, "") if request.method == "POST" else ""
    return key if len(key) <= LONGEST and is_signed_in() else ""


def _answer_again() -> Response | None:
    key = _key()
    if not key:
        return None
    with looking() as look:
        row = look.get(Sending, key)
    if row is None:
        take_turns(db_session(), f"sending:{key}")
        row = db_session().get(Sending, key)
    if row is None:
        return None
    if row.person_id != signed_in().person_id or row.path != request.path:
        raise KeyUsedBefore
    g.sent_before = True
    return _stored(row.location, list(row.messages))


def _remember(response: Response) -> Response:
    """Write the key in the form's own transaction, and answer the queue without a page."""
    key = _key()
    if not key or g.get("sent_before"):
        return response
    if response.status_code in {302, 303} and "door" in g:
        messages = [text for _, text in flask.session.pop("_flashes", [])]
        location = str(response.headers.get("Location", ""))[:300]
        row = {"path": request.path[:300], "location": location, "messages": messages, "sent_at": now()}
        db_session().add(Sending(key=key, person_id=signed_in().person_id, **row))
        db_session().flush()
        return _stored(location, messages)
    if response.mimetype == "text/html" and response.status_code >= 400:
        answer = jsonify(error=told_in(response.get_data(as_text=True)), status=response.status_code)
        answer.status_code = response.status_code
        return answer
    return response


def _stored(location: str, messages: list[Any]) -> Response:
    return jsonify(stored=True, location=location, messages=messages)


def told_in(page: str) -> str:
    """What the summary of a refused form says; a general sentence where the page has none."""
    reader = _Summary()
    reader.feed(page)
    text = " ".join(" ".join(reader.words).split())
    return text or translate(msg("Something in the form cannot be used. Nothing was saved."))


class _Summary(HTMLParser):
    """Collects the text of the list in the first element of class `summary`."""

    def __init__(self) -> None:
        super().__init__()
        self.depth, self.inside, self.words = 0, False, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter the summary, and the list in it."""
        classes = (dict(attrs).get("class") or "").split()
        if tag == "div" and (self.depth or "summary" in classes):
            self.depth += 1
        self.inside = self.inside or (self.depth > 0 and tag == "ul")

    def handle_endtag(self, tag: str) -> None:
        """Leave the list and the summary."""
        if tag == "div" and self.depth:
            self.depth -= 1
        if tag == "ul":
            self.inside = False

    def handle_data(self, data: str) -> None:
        """Keep what the list says."""
        if self.inside:
            self.words.append(data)
