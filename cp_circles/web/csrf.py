"""One token per sign-in, required on every unsafe request, whether or not the view has a form class."""

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from flask import g, request, session
from wtforms.csrf.core import CSRF

from cp_circles.errors import NotAllowed, msg
from cp_circles.web.session import SAFE_METHODS

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"


class FormTooOld(NotAllowed):
    """The page that sent the form belongs to an earlier sign-in."""

    msgid = msg("This page was open for too long, or came from elsewhere. Please send it again.")


def csrf_token() -> str:
    """The token of this sign-in, for forms and scripts."""
    if "csrf_stand_in" in g:
        return str(g.csrf_stand_in)
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


@contextmanager
def standing_in(text: str) -> Iterator[None]:
    """Let a page be drawn with another text in every place of the token; nothing is put into the session."""
    g.csrf_stand_in = text
    try:
        yield
    finally:
        g.pop("csrf_stand_in")


def is_own_form(*, visitors_need_none: bool = False) -> bool:
    """True if the request is safe, or carries this sign-in's token.

    Where `visitors_need_none` a browser without a session, whose page carries no token, sends the form from a
    page of this site instead; a foreign page cannot say that it is one.
    """
    if request.method in SAFE_METHODS:
        return True
    if visitors_need_none and not session:
        return _is_sent_from_here()
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    return bool(given) and hmac.compare_digest(given.encode(), csrf_token().encode())


def _is_sent_from_here() -> bool:
    """True if the browser names a page of this site as the sender."""
    try:
        sender = urlsplit(request.headers.get("Origin") or request.referrer or "")
    except ValueError:
        return False
    return sender.netloc == request.host


class SignInCsrf(CSRF):
    """Puts the sign-in's token into a WTForms form."""

    def generate_csrf_token(self, csrf_token_field: Any) -> str:
        """The token that the page carries."""
        return csrf_token()

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        """Nothing left to check: no unsafe request reaches a view without the token."""
