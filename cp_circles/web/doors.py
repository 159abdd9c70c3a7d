"""Default deny: one row of the access table for every endpoint, and the check before every view."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, flash, g, redirect, request, url_for
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from cp_circles.errors import NotAllowed, NotFound, msg
from cp_circles.people.models import Role
from cp_circles.web import csrf, held, seeing
from cp_circles.web.access import current_actor, is_signed_in, signed_in
from cp_circles.web.i18n import translate
from cp_circles.web.session import SAFE_METHODS

PUBLIC = "public"
SIGNED_IN = "signed_in"
TOKEN = "token"


@dataclass(frozen=True)
class Door:
    """One endpoint: who may come in at all; the room's rules decide about the object.

    `roles` is PUBLIC, SIGNED_IN, TOKEN (the room asks for a token; cookies open nothing) or the roles of
    which one must be held somewhere; `scope` names in a word what the rules then check (own, circle,
    company, region, round, platform); `phases` names the round phases in which the act is open, None where
    no round is concerned. `private`: nobody reads it as somebody else (`web.seeing`). `before_consent`: open
    to whoever has not agreed yet to the use of their data. `visitors_need_none`: a visitor's page sends the
    form without a token (`web.csrf`); nothing but the look of this browser may depend on it.
    """

    endpoint: str
    roles: str | tuple[Role, ...]
    scope: str = ""
    phases: tuple[str, ...] | None = None
    private: bool = False
    before_consent: bool = False
    visitors_need_none: bool = False

    def is_open_to(self, *, signed_in: bool, actor: Any) -> bool:
        """True if this reader may knock."""
        if self.roles in {PUBLIC, TOKEN}:
            return True
        if self.roles == SIGNED_IN:
            return signed_in
        return signed_in and actor.holds_any(*self.roles)


def doors() -> dict[str, Door]:
    """The access table by endpoint."""
    table: dict[str, Door] = current_app.extensions["cp_doors"]
    return table


def init_app(app: Flask) -> None:
    """Put the check in front of every view."""
    app.extensions.setdefault("cp_doors", {})
    app.before_request(check_door)


def add_doors(app: Flask, rows: tuple[Door, ...]) -> None:
    """Add a room's rows; a second row for an endpoint is a mistake."""
    table = app.extensions.setdefault("cp_doors", {})
    for row in rows:
        if row.endpoint in table:
            raise RuntimeError(f"{row.endpoint} has two rows in the access table")
        table[row.endpoint] = row


def check_door() -> Response | None:
    """Let in, send to sign in, or refuse without a hint."""
    if request.endpoint is None:
        return None
    door = doors().get(request.endpoint)
    if door is None:
        current_app.logger.error("no row in the access table for %s", request.endpoint)
        raise NotFound
    g.door = door
    seeing.keep_to_looking(request.endpoint, door.roles, door.private)
    if door.roles == TOKEN:
        _ask_for_token()
        return None
    if not is_signed_in() and door.roles != PUBLIC:
        return _ask_to_sign_in()
    if not door.is_open_to(signed_in=is_signed_in(), actor=current_actor()):
        raise NotFound
    if not csrf.is_own_form(visitors_need_none=door.visitors_need_none):
        return _refuse_old_page()
    if is_signed_in() and signed_in().awaits_consent and not (door.roles == PUBLIC or door.before_consent):
        return _ask_for_consent()
    return None


def _ask_for_token() -> None:
    """Refuse a request without a token before its view; whether the token is good, the room decides."""
    if not request.headers.get("Authorization", "").startswith("Bearer "):
        raise Unauthorized


def _ask_to_sign_in() -> Response:
    if held.wants_data():
        raise Unauthorized
    if request.method in SAFE_METHODS:
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
    response = redirect(url_for("people.sign_in", next=held.page_of_form()), 303)
    return held.hold_form(response)


def _ask_for_consent() -> Response:
    """Lead to the notice on the use of personal data; what was typed is kept."""
    if held.wants_data():
        raise NotAllowed(msg("First read how your personal data are used, and agree."))
    if request.method in SAFE_METHODS:
        return redirect(url_for("personal.consent", next=request.full_path.rstrip("?")))
    return held.hold_form(redirect(url_for("personal.consent", next=held.page_of_form()), 303))


def _refuse_old_page() -> Response:
    if not is_signed_in() or held.wants_data():
        raise csrf.FormTooOld
    flash(translate(csrf.FormTooOld.msgid), "warning")
    return held.hold_form(redirect(held.page_of_form(), 303))
