"""A form that came too late (sign-in or page expired): kept a day for the same person, files excepted."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, Response, flash, g, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from cp_circles.people.models import HeldForm
from cp_circles.web.csrf import FIELD
from cp_circles.web.identity import is_signed_in, signed_in
from cp_circles.web.session import looking, now, separate_session, settings, write_afterwards

COOKIE = "cp_held"
KEPT = timedelta(hours=24)
LARGEST = 200_000
NEVER_HELD = frozenset({"password", "again", "old", "code", FIELD})


def init_app(app: Flask) -> None:
    """Drop a held form once it has been sent."""
    app.after_request(_drop_when_sent)


def wants_data() -> bool:
    """True for a script's request, which keeps its own text and needs a plain answer."""
    return request.accept_mimetypes.best == "application/json" or request.is_json


def is_local_path(path: str | None) -> bool:
    """True for a path inside this application, safe to redirect to."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc and not any(ord(sign) < 32 for sign in path)


def page_of_form() -> str:
    """The page that carried the form that was sent: where its sender should land again."""
    try:
        referrer = urlsplit(request.referrer or "")
    except ValueError:
        return "/"
    path = referrer.path + (f"?{referrer.query}" if referrer.query else "")
    if referrer.netloc == request.host and is_local_path(path):
        return path
    return "/"


def hold_form(answer: AnyResponse, *, page: str | None = None) -> AnyResponse:
    """Keep the request's form for the person it last belonged to, and tell the browser its key."""
    person_id = signed_in().person_id if is_signed_in() else g.get("last_person_id")
    fields = _fields()
    if person_id is None or not fields or sum(len(value) for _name, value in fields) > LARGEST:
        flash(_("Your sign-in had expired, and what was sent could not be kept."), "warning")
        return answer
    key = secrets.token_urlsafe(24)
    row = HeldForm(
        key_hash=_hash(key),
        person_id=person_id,
        path=request.path[:300],
        payload={"page": page or page_of_form(), "fields": fields},
        had_files=any(file.filename for file in request.files.values()),
        held_at=now(),
    )
    with separate_session() as session:
        session.add(row)
    g.just_held = True
    answer.set_cookie(
        COOKIE, key, max_age=int(KEPT.total_seconds()), httponly=True, samesite="Lax", secure=settings().https
    )
    return answer


def held_form() -> HeldForm | None:
    """The form that is kept for this browser and this signed-in person, if any."""
    key = request.cookies.get(COOKIE)
    if not key or not is_signed_in():
        return None
    if "held_form" not in g:
        wanted = sa.select(HeldForm).where(
            HeldForm.key_hash == _hash(key),
            HeldForm.person_id == signed_in().person_id,
            HeldForm.held_at > now() - KEPT,
        )
        with looking() as look:
            g.held_form = look.scalar(wanted)
    found: HeldForm | None = g.held_form
    return found


def held_fields(names: set[str]) -> MultiDict[str, str] | None:
    """What was typed into a form with these fields, rows of lists included; None if nothing is kept."""
    kept = held_form() if request.method == "GET" and request.cookies.get(COOKIE) else None
    if kept is None or urlsplit(kept.payload["page"]).path != request.path:
        return None
    fields = kept.payload["fields"]
    if not {name.partition("-")[0] for name, _value in fields} <= names:
        return None
    g.held_form_shown = True
    return MultiDict([(name, value) for name, value in fields])


def notice() -> dict[str, Any] | None:
    """What the page says about a held form: where it can be seen, and whether files must be chosen again."""
    kept = held_form() if request.cookies.get(COOKIE) else None
    if kept is None:
        return None
    return {
        "is_shown": bool(g.get("held_form_shown")),
        "had_files": kept.had_files,
        "page": kept.payload["page"],
    }


def drop(answer: AnyResponse) -> None:
    """Forget the held form of this browser."""
    key_hash = _hash(request.cookies.get(COOKIE, ""))
    answer.delete_cookie(COOKIE)
    write_afterwards(lambda fresh: fresh.execute(sa.delete(HeldForm).where(HeldForm.key_hash == key_hash)))


def _drop_when_sent(response: Response) -> Response:
    if request.method == "POST" and COOKIE in request.cookies and response.status_code < 400:
        kept = held_form()
        if kept is not None and kept.path == request.path and not g.get("just_held"):
            drop(response)
    return response


def _fields() -> list[list[str]]:
    return [[name, value] for name, value in request.form.items(multi=True) if name not in NEVER_HELD]


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
